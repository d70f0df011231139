/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>

#include "mirrorgap/mem.h"
#include "mirrorgap/pair.h"
#include "pair/cells.h"
#include "pair/cursor.h"

enum { BATCH = 1024 }; /* pairs that fit in the cache */

struct join {
    const mg_dataset *data;
    size_t period;
    const mg_pair_plan *plan;
    const mg_pair_sink *sink;
    mg_pair *pairs;
    size_t n;
    bool open; /* pairs[n] is a cell that may still get its other side */
};

static const mg_side silent = {NAN, NAN, NAN, NAN, NAN, 0, -1, 0};

static mg_status hand_over(struct join *j, mg_error *err)
{
    mg_status status =
        j->n > 0 ? j->sink->take(j->sink->self, j->pairs, j->n, err) : MG_OK;

    j->n = 0;
    return status;
}

/* The open cell is complete. */
static mg_status close_cell(struct join *j, mg_error *err)
{
    mg_pair *p = &j->pairs[j->n];

    if (!j->open)
        return MG_OK;
    p->status = isnan(p->m.value_usd)   ? MG_EXPORTER_ONLY
                : isnan(p->x.value_usd) ? MG_IMPORTER_ONLY
                                        : MG_MATCHED;
    j->open = false;
    return ++j->n == BATCH ? hand_over(j, err) : MG_OK;
}

static mg_status join_block(struct join *j, const mg_block *b, mg_error *err)
{
    for (size_t i = 0; i < b->n; i++) {
        unsigned flow = b->flow[i];
        mg_pair *p = &j->pairs[j->n];
        if (flow != MG_FLOW_X && flow != MG_FLOW_M)
            continue; /* re-exports, re-imports and BACI are no side of a pair */
        if (j->open && (p->hs != b->hs[i] || p->importer != b->importer[i] ||
                        p->exporter != b->exporter[i])) {
            mg_status status = close_cell(j, err);
            if (status != MG_OK)
                return status;
            p = &j->pairs[j->n];
        }
        if (!j->open) {
            *p = (mg_pair){.exporter = b->exporter[i],
                           .importer = b->importer[i],
                           .hs = b->hs[i],
                           .x = silent,
                           .m = silent,
                           .rx_usd = NAN,
                           .rm_usd = NAN};
            j->open = true;
        }
        *(flow == MG_FLOW_X ? &p->x : &p->m) = cursor_entry(b, i).side;
        cursor_count(j->sink, b, i, false);
    }
    return MG_OK;
}

static mg_status join_period(struct join *j, mg_error *err)
{
    const mg_dataset *data = j->data;
    const uint32_t columns = j->plan->columns | MG_PAIR_KEYS;
    mg_block scratch = {0};
    const mg_block *block = NULL;
    size_t n = mg_dataset_blocks(data, j->period, MG_T_OBSERVATIONS);
    mg_status status = mg_block_init(&scratch, columns, err);

    for (size_t b = 0; status == MG_OK && b < n; b++) {
        if (!mg_dataset_chosen(data, j->period, MG_T_OBSERVATIONS, b, j->plan->choice))
            continue;
        status = data->read(data->self, j->period, MG_T_OBSERVATIONS, b, columns,
                            &scratch, &block, err);
        if (status == MG_OK)
            status = join_block(j, block, err);
    }
    if (status == MG_OK)
        status = close_cell(j, err);
    if (status == MG_OK)
        status = hand_over(j, err);
    mg_block_release(&scratch);
    return status;
}

/* Cells as they were filed: neighbours of one code, row by row. */
static mg_status stream(const mg_dataset *data, size_t period, const mg_pair_plan *plan,
                        const mg_pair_sink *sink, mg_error *err)
{
    struct join j = {.data = data, .period = period, .plan = plan, .sink = sink};
    mg_status status;

    j.pairs = mg_alloc(BATCH, sizeof *j.pairs);
    if (j.pairs == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot join");
    status = mg_dataset_open(data, period, err);
    if (status == MG_OK) {
        status = join_period(&j, err);
        mg_dataset_close(data, period);
    }
    free(j.pairs);
    return status;
}

size_t pair_period_index(const mg_dataset *data, uint32_t period)
{
    for (size_t p = 0; p < data->n_periods; p++)
        if (data->periods[p].period == period)
            return p;
    return SIZE_MAX;
}

mg_status mg_pair_join(const mg_dataset *data, uint32_t period, const mg_pair_plan *plan,
                       const mg_pair_sink *sink, mg_error *err)
{
    size_t index = pair_period_index(data, period);
    bool as_filed = plan->reporting == NULL && plan->harmonise.concordance == NULL &&
                    plan->unions == NULL && plan->moves == NULL && !plan->net &&
                    plan->lag.months == NULL && !plan->months;

    if (index == SIZE_MAX && !plan->months)
        return MG_OK;
    return as_filed ? stream(data, index, plan, sink, err)
                    : cells_join(data, index, period, plan, sink, err);
}
