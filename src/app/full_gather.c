/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "app/filter.h"
#include "app/finest.h"
#include "app/full.h"
#include "mirrorgap/mem.h"
#include "mirrorgap/radix.h"

/* One period, as one thread gathers it. */
struct part {
    const struct mirror *mirror;
    struct period_margins margins;
    uint32_t number;
    int asked, level;
    struct full_cell *cells;
    size_t n, room;
};

static double filed_kg(const mg_side *s)
{
    return (s->flags & MG_FLAG_KG_ESTIMATED) != 0 ? NAN : s->kg;
}

static mg_status take_pair(struct part *p, const mg_pair *pair, mg_error *err)
{
    struct measure m;
    mg_status status =
        mg_grow((void **)&p->cells, &p->room, p->n + 1, sizeof *p->cells, err);

    if (status != MG_OK)
        return status;
    mirror_measure(p->mirror, &p->margins, pair, &m);
    struct full_cell *cell = &p->cells[p->n++];
    *cell = (struct full_cell){
        .key = (uint64_t)pair->exporter << 48 | (uint64_t)pair->importer << 32 | pair->hs,
        .period = p->number,
        .status = pair->status,
        .silence = pair->silence,
        .edition = pair->status == MG_EXPORTER_ONLY ? pair->x.edition : pair->m.edition,
        .notes = pair->notes,
        .estimated = m.qty.estimated,
        .x_usd = pair->x.value_usd,
        .m_usd = m.m.usd,
        .import_usd = pair->m.value_usd,
        .x_kg = filed_kg(&pair->x),
        .m_kg = filed_kg(&pair->m),
        .log_gap = m.log_gap,
        .log_qty_gap = m.qty.log_gap};
    return MG_OK;
}

static mg_status take(void *self, const mg_pair *pairs, size_t n, mg_error *err)
{
    struct part *p = self;
    mg_status status = MG_OK;

    for (size_t i = 0; status == MG_OK && i < n; i++) {
        enum finest step = finest_of(&p->level, p->asked, pairs[i].hs);
        if (step == FINEST_PASS)
            continue;
        if (step == FINEST_ANEW)
            p->n = 0;
        status = take_pair(p, &pairs[i], err);
    }
    return status;
}

static mg_status gather_part(struct part *p, uint32_t period, mg_error *err)
{
    const struct mirror *m = p->mirror;
    mg_pair_sink sink = {.take = take, .self = p};
    mg_status status = margins_period(&m->margins, period, &p->margins, err);

    if (status == MG_OK)
        status = mirror_join(m, period, &p->margins, &sink, err);
    margins_period_release(&p->margins);
    return status;
}

/* Puts the cells of the finest level behind one another, by period. */
static mg_status append_parts(struct full *f, struct part *parts, mg_error *err)
{
    const size_t n = f->mirror->n_periods;
    size_t all = 0;
    mg_status status = MG_OK;

    for (size_t i = 0; i < n; i++)
        f->level = parts[i].level > f->level ? parts[i].level : f->level;
    for (size_t i = 0; i < n; i++)
        all += parts[i].level == f->level ? parts[i].n : 0;
    if (all >= UINT32_MAX)
        return mg_fail(err, MG_E_RANGE, "too many cells to score at once");
    status = mg_grow((void **)&f->cells, &f->room, all, sizeof *f->cells, err);
    for (size_t i = 0; status == MG_OK && i < n; i++) {
        if (parts[i].level == f->level && parts[i].n > 0) {
            memcpy(f->cells + f->n, parts[i].cells, parts[i].n * sizeof *f->cells);
            f->n += parts[i].n;
        }
        free(parts[i].cells);
        parts[i].cells = NULL;
    }
    return status;
}

static void sort_by(const struct full *f, mg_radix_item **items, mg_radix_item **spare,
                    bool component)
{
    for (size_t i = 0; i < f->n; i++) {
        const struct full_cell *c = &f->cells[(*items)[i].index];
        (*items)[i].key = component ? (uint64_t)(c->notes & MG_PAIR_COMPONENT) : c->key;
    }
    mg_radix_sort(items, spare, f->n);
}

/* By key, component or not, period: the sort is stable and periods come in order. */
static mg_status sort_cells(struct full *f, mg_error *err)
{
    mg_radix_item *items = mg_alloc(f->n, sizeof *items);
    mg_radix_item *spare = mg_alloc(f->n, sizeof *spare);
    struct full_cell *sorted = mg_alloc(f->n, sizeof *sorted);
    mg_status status = MG_OK;

    if (items == NULL || spare == NULL || sorted == NULL)
        status = mg_fail(err, MG_E_NOMEM, "cannot sort %zu cells", f->n);
    for (size_t i = 0; status == MG_OK && i < f->n; i++)
        items[i] = (mg_radix_item){0, (uint32_t)i, 0};
    if (status == MG_OK) {
        sort_by(f, &items, &spare, true);
        sort_by(f, &items, &spare, false);
        for (size_t i = 0; i < f->n; i++)
            sorted[i] = f->cells[items[i].index];
        free(f->cells);
        f->cells = sorted;
        sorted = NULL;
    }
    free(items);
    free(spare);
    free(sorted);
    return status;
}

static mg_status gather_one(void *self, size_t i, mg_error *err)
{
    struct part *part = (struct part *)self + i;

    return gather_part(part, part->mirror->periods[i], err);
}

mg_status full_gather(struct full *f, const struct mirror *mirror, const mg_talk *talk,
                      mg_error *err)
{
    /* what is usual is told from all periods, whichever will be shown */
    struct mirror whole = *mirror;
    struct part *parts = mg_alloc_zero(whole.n_periods, sizeof *parts);
    mg_status status;

    *f = (struct full){.mirror = mirror};
    if (parts == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot gather pairs");
    f->freq = mirror_freq(f->mirror, talk);
    f->level = f->mirror->filter.level > 0 ? f->mirror->filter.level : 0;
    for (size_t i = 0; i < whole.n_periods; i++)
        parts[i] = (struct part){.mirror = f->mirror,
                                 .number = (uint32_t)i,
                                 .asked = f->mirror->filter.level,
                                 .level = f->level};
    whole.filter = (mg_filter){.level = -1};
    status = mirror_each_period(&whole, f->freq, talk, gather_one, parts, err);
    if (status == MG_OK)
        status = append_parts(f, parts, err);
    for (size_t i = 0; i < whole.n_periods; i++)
        free(parts[i].cells);
    free(parts);
    return status == MG_OK && f->n > 0 ? sort_cells(f, err) : status;
}
