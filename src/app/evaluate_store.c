/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Quantities that a table of scores does not have, from the observations. */
#include <stdlib.h>

#include "app/evaluate.h"
#include "mirrorgap/mem.h"
#include "mirrorgap/quantity.h"

/* A cell of the table, in the order of cells. */
struct place {
    uint32_t period;
    uint64_t cell; /* exporter, importer, hs */
    struct judged *row;
    mg_qty_side x, m;
};

static const mg_qty_side nothing = {NAN, NAN, -1, 0};

static uint64_t cell_of(unsigned exporter, unsigned importer, uint32_t hs)
{
    return (uint64_t)exporter << 48 | (uint64_t)importer << 32 | hs;
}

static int by_place(const void *a, const void *b)
{
    const struct place *p = a;
    const struct place *q = b;

    if (p->period != q->period)
        return p->period < q->period ? -1 : 1;
    return (p->cell > q->cell) - (p->cell < q->cell);
}

/* The first place of the cell, or n. */
static size_t find(const struct place *places, size_t n, uint32_t period, uint64_t cell)
{
    const struct place key = {.period = period, .cell = cell};
    size_t from = 0;
    size_t to = n;

    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (by_place(&places[middle], &key) < 0)
            from = middle + 1;
        else
            to = middle;
    }
    return from < n && by_place(&places[from], &key) == 0 ? from : n;
}

static void take_block(struct place *places, size_t n, uint32_t period, const mg_block *b)
{
    for (size_t i = 0; i < b->n; i++) {
        if (b->flow[i] != MG_FLOW_X && b->flow[i] != MG_FLOW_M)
            continue;
        uint64_t cell = cell_of(b->exporter[i], b->importer[i], b->hs[i]);
        for (size_t k = find(places, n, period, cell);
             k < n && places[k].period == period && places[k].cell == cell; k++)
            *(b->flow[i] == MG_FLOW_X ? &places[k].x : &places[k].m) =
                (mg_qty_side){b->kg[i], b->qty[i], b->unit[i], b->flags[i]};
    }
}

static mg_status take_periods(struct place *places, size_t n, const mg_dataset *d,
                              mg_error *err)
{
    const uint32_t wanted = MG_BIT(MG_C_EXPORTER) | MG_BIT(MG_C_IMPORTER) |
                            MG_BIT(MG_C_HS) | MG_BIT(MG_C_FLOW) | MG_BIT(MG_C_KG) |
                            MG_BIT(MG_C_QTY) | MG_BIT(MG_C_UNIT) | MG_BIT(MG_C_FLAGS);
    mg_block scratch = {0};
    const mg_block *b = NULL;
    mg_status status = mg_block_init(&scratch, wanted, err);

    for (size_t p = 0; status == MG_OK && p < d->n_periods; p++) {
        status = mg_dataset_open(d, p, err);
        size_t blocks = status == MG_OK ? mg_dataset_blocks(d, p, MG_T_OBSERVATIONS) : 0;
        for (size_t k = 0; status == MG_OK && k < blocks; k++) {
            status = d->read(d->self, p, MG_T_OBSERVATIONS, k, wanted, &scratch, &b, err);
            if (status == MG_OK)
                take_block(places, n, d->periods[p].period, b);
        }
        mg_dataset_close(d, p);
    }
    mg_block_release(&scratch);
    return status;
}

mg_status judged_quantities(struct judged_table *t, const mg_session *session,
                            mg_error *err)
{
    struct place *places = mg_alloc(t->n, sizeof *places);
    mg_status status;

    if (places == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot look up %zu quantities", t->n);
    for (size_t i = 0; i < t->n; i++) {
        struct judged *r = &t->rows[i];
        places[i] = (struct place){r->period, cell_of(r->exporter, r->importer, r->hs), r,
                                   nothing, nothing};
    }
    if (t->n > 0)
        qsort(places, t->n, sizeof *places, by_place);
    status = take_periods(places, t->n, mg_session_dataset(session), err);
    for (size_t i = 0; status == MG_OK && i < t->n; i++) {
        const struct place *p = &places[i];
        const mg_qty_gap gap = mg_gap_quantity(mg_session_ref(session), &p->m, &p->x);
        p->row->x_kg = p->x.kg;
        p->row->m_kg = p->m.kg;
        p->row->log_qty_gap = gap.log_gap;
        p->row->agreement = gap.agreement;
    }
    free(places);
    return status;
}
