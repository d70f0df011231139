/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pair/cursor.h"

#define GET(column, missing) (b->column != NULL ? b->column[i] : (missing))

struct entry cursor_entry(const mg_block *b, size_t i)
{
    return (struct entry){.hs = b->hs[i],
                          .rows = 1,
                          .side = {.value_usd = b->value_usd[i],
                                   .cif_usd = GET(cif_usd, NAN),
                                   .fob_usd = GET(fob_usd, NAN),
                                   .kg = GET(kg, NAN),
                                   .qty = GET(qty, NAN),
                                   .flags = GET(flags, 0),
                                   .unit = GET(unit, -1),
                                   .edition = GET(edition, 0)}};
}

static bool passed_over(const struct cursor *c, const mg_block *b, size_t i)
{
    if (((CURSOR_EXPORTS | CURSOR_IMPORTS) >> b->flow[i] & 1) == 0)
        return true; /* a reconciled figure is no side of a pair */
    return c->map != NULL && (c->map[b->exporter[i]] != b->exporter[i] ||
                              c->map[b->importer[i]] != b->importer[i]);
}

/* Stands on the next row that counts, from `at` on. */
static mg_status settle(struct cursor *c, mg_error *err)
{
    for (;;) {
        while (c->block != NULL && c->at < c->block->n) {
            if (!passed_over(c, c->block, c->at))
                return MG_OK;
            c->at++;
        }
        c->block = NULL;
        c->at = 0;
        while (c->index < c->n_blocks &&
               !mg_dataset_chosen(c->data, c->period, MG_T_OBSERVATIONS, c->index,
                                  c->choice))
            c->index++;
        if (c->index == c->n_blocks)
            return MG_OK;
        mg_status status =
            c->data->read(c->data->self, c->period, MG_T_OBSERVATIONS, c->index++,
                          c->columns, &c->scratch, &c->block, err);
        if (status != MG_OK)
            return status;
    }
}

mg_status cursor_start(struct cursor *c, mg_error *err)
{
    mg_status status = mg_dataset_open(c->data, c->period, err);

    if (status != MG_OK)
        return status;
    c->open = true;
    c->n_blocks = mg_dataset_blocks(c->data, c->period, MG_T_OBSERVATIONS);
    status = mg_block_init(&c->scratch, c->columns, err);
    return status == MG_OK ? settle(c, err) : status;
}

void cursor_release(struct cursor *c)
{
    mg_block_release(&c->scratch);
    if (c->open)
        mg_dataset_close(c->data, c->period);
    *c = (struct cursor){0};
}

void cursor_count(const mg_pair_sink *sink, const mg_block *b, size_t i, bool within)
{
    mg_pair_counts *c = sink->counts;
    int side = b->flow[i] == MG_FLOW_M;

    if (c == NULL || (b->flow[i] != MG_FLOW_X && !side) ||
        (sink->counted != NULL &&
         !sink->counted(sink->counted_self, b->exporter[i], b->importer[i], b->hs[i])))
        return;
    c->observations[side]++;
    mg_sum_add(&c->value[side], b->value_usd[i]);
    if (within) {
        c->within_union[side]++;
        mg_sum_add(&c->within_union_usd[side], b->value_usd[i]);
    }
}

mg_status cursor_take(struct cursor *c, struct group *group, mg_error *err)
{
    const uint64_t place = cursor_place(c);
    mg_status status = MG_OK;

    while (status == MG_OK && c->block != NULL && cursor_place(c) == place) {
        unsigned flow = c->block->flow[c->at];
        if ((c->wanted >> flow & 1) != 0) {
            const struct entry entry = cursor_entry(c->block, c->at);
            status = group_add(group, flow, &entry, err);
            cursor_count(c->sink, c->block, c->at, false);
        } else if (flow == MG_FLOW_X || flow == MG_FLOW_M)
            c->left[flow == MG_FLOW_M]++;
        c->at++;
        if (status == MG_OK && (c->at == c->block->n || passed_over(c, c->block, c->at)))
            status = settle(c, err);
    }
    return status;
}
