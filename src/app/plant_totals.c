/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Totals follow what they are made of. */
#include <stdlib.h>

#include "app/plant_write.h"
#include "mirrorgap/mem.h"

struct totals {
    mg_row *items;
    size_t n, room;
};

static double change_of(bool had, double before, bool has, double after)
{
    return (has ? after : 0) - (had ? before : 0);
}

static double or_else(double value, double other)
{
    return isnan(value) ? other : value;
}

static mg_status add(struct totals *t, const mg_row *total, mg_error *err)
{
    mg_status status =
        mg_grow((void **)&t->items, &t->room, t->n + 1, sizeof *t->items, err);

    if (status != MG_OK)
        return status;
    t->items[t->n] = *total;
    t->items[t->n].seq = (uint32_t)t->n; /* additions keep their order */
    t->n++;
    return MG_OK;
}

/* The partner's totals at coarser levels, and World's at each. */
static mg_status add_change(struct totals *t, const mg_plant_change *c, mg_error *err)
{
    static const int levels[] = {6, 4, 2, 0};
    const int own = mg_hs_level(c->before.hs);
    mg_row total = {.period = c->before.period,
                    .exporter = c->before.exporter,
                    .importer = c->before.importer,
                    .edition = c->before.edition,
                    .flow = c->before.flow};
    mg_row world = total;
    mg_status status = MG_OK;

    total.value_usd = change_of(c->had, c->before.value_usd, c->has, c->after.value_usd);
    total.cif_usd = or_else(
        change_of(c->had, c->before.cif_usd, c->has, c->after.cif_usd), total.value_usd);
    total.fob_usd = or_else(
        change_of(c->had, c->before.fob_usd, c->has, c->after.fob_usd), total.value_usd);
    total.kg = change_of(c->had, c->before.kg, c->has, c->after.kg);
    world = total;
    *(total.flow == MG_FLOW_X ? &world.importer : &world.exporter) = 0;
    for (size_t i = 0; status == MG_OK && i < sizeof levels / sizeof *levels; i++) {
        if (levels[i] > own)
            continue;
        total.hs = world.hs = mg_hs_cut(c->before.hs, levels[i]);
        status = add(t, &world, err);
        if (status == MG_OK && levels[i] < own)
            status = add(t, &total, err);
    }
    return status;
}

static int order(const void *a, const void *b)
{
    return mg_row_order(a, b);
}

mg_status plant_totals(const mg_planted *planted, mg_row **totals, size_t *n,
                       mg_error *err)
{
    struct totals t = {0};
    size_t kept = 0;
    mg_status status = MG_OK;

    *totals = NULL;
    *n = 0;
    for (size_t i = 0; status == MG_OK && i < planted->n_changes; i++)
        status = add_change(&t, &planted->changes[i], err);
    if (status != MG_OK) {
        free(t.items);
        return status;
    }
    if (t.n > 0)
        qsort(t.items, t.n, sizeof *t.items, order);
    for (size_t i = 0; i < t.n; i++) {
        mg_row *last = kept > 0 ? &t.items[kept - 1] : NULL;
        if (last == NULL || !mg_row_same_key(last, &t.items[i])) {
            t.items[kept++] = t.items[i];
            continue;
        }
        last->value_usd += t.items[i].value_usd;
        last->cif_usd += t.items[i].cif_usd;
        last->fob_usd += t.items[i].fob_usd;
        last->kg += t.items[i].kg;
    }
    *totals = t.items;
    *n = kept;
    return MG_OK;
}
