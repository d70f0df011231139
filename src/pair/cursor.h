/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cursor.h - the rows of a period, place by place, from the data set and from what was
 * added to it. */
#ifndef MG_PAIR_CURSOR_H
#define MG_PAIR_CURSOR_H

#include "pair/extras.h"
#include "pair/group.h"

struct cursor {
    const mg_dataset *data;
    size_t period;
    uint32_t columns;
    const mg_block_choice *choice;
    const uint16_t *map; /* rows of areas that it changes are left out; NULL: none */
    unsigned wanted;     /* flows (bits) that cursor_take() adds; may change */
    uint64_t left[2];    /* rows of X, of M that it did not add so far */
    const mg_pair_sink *sink;
    mg_block scratch;
    const mg_block *block;
    size_t index, n_blocks, at;
    bool open;
};

#define CURSOR_EXPORTS (1U << MG_FLOW_X | 1U << MG_FLOW_RX)
#define CURSOR_IMPORTS (1U << MG_FLOW_M | 1U << MG_FLOW_RM)

/* The place behind all others. */
#define CURSOR_END UINT64_MAX

/* Opens the period and stands on its first row. Release in any case. */
MG_MUST_CHECK mg_status cursor_start(struct cursor *cursor, mg_error *err);
void cursor_release(struct cursor *cursor);

/* exporter << 16 | importer of the row that it stands on, or CURSOR_END. */
static inline uint64_t cursor_place(const struct cursor *c)
{
    return c->block == NULL
               ? CURSOR_END
               : (uint64_t)c->block->exporter[c->at] << 16 | c->block->importer[c->at];
}

/* Adds the rows of the place that are wanted to the group, and moves on. */
MG_MUST_CHECK mg_status cursor_take(struct cursor *cursor, struct group *group,
                                    mg_error *err);
/* Counts a row of the sink's that is X or M; `within` a union. */
void cursor_count(const mg_pair_sink *sink, const mg_block *block, size_t i, bool within);

/* Row i of a block as an entry. */
struct entry cursor_entry(const mg_block *block, size_t i);

#endif
