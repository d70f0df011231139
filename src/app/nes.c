/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/nes.h"

#include <stdlib.h>
#include <string.h>

#include "mirrorgap/mem.h"
#include "mirrorgap/radix.h"

enum { AREAS_NES = 899, BATCH = 1024 };

struct nes {
    const struct mirror *mirror;
    const struct period_margins *margins;
    mg_pair_sink to;
    mg_pair *pairs; /* of one exporter */
    size_t n, room;
    mg_radix_item *items, *spare; /* of the same, by commodity */
    size_t room_items, room_spare;
    bool any; /* it files exports to areas nes */
};

mg_status nes_start(struct nes **out, const struct mirror *mirror,
                    const struct period_margins *margins, const mg_pair_sink *to,
                    mg_error *err)
{
    struct nes *n = mg_alloc_zero(1, sizeof *n);

    *out = n;
    if (n == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot deal out exports to areas nes");
    n->mirror = mirror;
    n->margins = margins;
    n->to = *to;
    return MG_OK;
}

void nes_free(struct nes *n)
{
    if (n == NULL)
        return;
    free(n->pairs);
    free(n->items);
    free(n->spare);
    free(n);
}

static double fob(const struct nes *n, const mg_pair *p)
{
    struct measure m;

    mirror_measure(n->mirror, n->margins, p, &m);
    return m.m.usd;
}

/* One commodity: items are the places of its pairs. */
static void deal_out(struct nes *n, const mg_radix_item *items, size_t count)
{
    mg_pair *nes = NULL;
    double net = 0;
    double missing = 0;
    double unnamed = 0;

    for (size_t i = 0; i < count; i++) {
        mg_pair *p = &n->pairs[items[i].index];
        if (p->importer == AREAS_NES && p->status == MG_EXPORTER_ONLY)
            nes = p;
        else if (p->status == MG_MATCHED) {
            double gap = fob(n, p) - p->x.value_usd;
            net += gap;
            missing += fmax(gap, 0);
        } else if (p->status == MG_IMPORTER_ONLY)
            unnamed += fob(n, p);
    }
    if (nes == NULL || !(nes->x.value_usd > 0))
        return;
    double moved = net > 0 ? fmin(nes->x.value_usd, net) : 0;
    for (size_t i = 0; moved > 0 && i < count; i++) {
        mg_pair *p = &n->pairs[items[i].index];
        double gap = p->status == MG_MATCHED ? fob(n, p) - p->x.value_usd : 0;
        if (!(gap > 0))
            continue;
        p->x.value_usd += moved * gap / missing;
        p->x.kg = p->x.qty = NAN; /* how much of them went there is not known */
        p->notes |= MG_PAIR_NES;
    }
    double left = fmax(nes->x.value_usd - moved - unnamed, 0);
    if (left < nes->x.value_usd) {
        nes->x.value_usd = left;
        nes->x.kg = nes->x.qty = NAN;
        nes->notes |= MG_PAIR_NES;
    }
}

static mg_status sort_pairs(struct nes *n, mg_error *err)
{
    mg_status status =
        mg_grow((void **)&n->items, &n->room_items, n->n, sizeof *n->items, err);

    if (status == MG_OK)
        status = mg_grow((void **)&n->spare, &n->room_spare, n->n, sizeof *n->spare, err);
    if (status != MG_OK)
        return status;
    for (size_t i = 0; i < n->n; i++)
        n->items[i] = (mg_radix_item){(uint64_t)n->pairs[i].hs << 1 |
                                          (n->pairs[i].notes & MG_PAIR_COMPONENT),
                                      (uint32_t)i, 0};
    mg_radix_sort(&n->items, &n->spare, n->n);
    for (size_t i = 0; i < n->n;) {
        size_t end = i + 1;
        while (end < n->n && n->items[end].key == n->items[i].key)
            end++;
        deal_out(n, n->items + i, end - i);
        i = end;
    }
    return MG_OK;
}

mg_status nes_end(struct nes *n, mg_error *err)
{
    mg_status status = n->any ? sort_pairs(n, err) : MG_OK;

    for (size_t i = 0; status == MG_OK && i < n->n; i += BATCH)
        status = n->to.take(n->to.self, n->pairs + i, n->n - i < BATCH ? n->n - i : BATCH,
                            err);
    n->n = 0;
    n->any = false;
    return status;
}

static mg_status take(void *self, const mg_pair *pairs, size_t count, mg_error *err)
{
    struct nes *n = self;
    mg_status status = MG_OK;

    for (size_t i = 0; status == MG_OK && i < count; i++) {
        if (n->n > 0 && n->pairs[0].exporter != pairs[i].exporter)
            status = nes_end(n, err);
        if (status == MG_OK)
            status =
                mg_grow((void **)&n->pairs, &n->room, n->n + 1, sizeof *n->pairs, err);
        if (status != MG_OK)
            break;
        n->any = n->any || pairs[i].importer == AREAS_NES;
        n->pairs[n->n++] = pairs[i];
    }
    return status;
}

mg_pair_sink nes_sink(struct nes *n)
{
    mg_pair_sink sink = n->to;

    sink.take = take;
    sink.self = n;
    return sink;
}
