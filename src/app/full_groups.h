/* SPDX-License-Identifier: GPL-3.0-or-later */
/* full_groups.h - scores --by in two pieces: full_groups.c makes groups and weighs them,
 * full_groups_table.c prints. */
#ifndef MG_APP_FULL_GROUPS_H
#define MG_APP_FULL_GROUPS_H

#include "app/full.h"
#include "app/gap_keys.h"
#include "mirrorgap/evidence.h"
#include "mirrorgap/sum.h"

struct group {
    mg_rollup_key key;
    uint64_t cells, matched;
    bool shown; /* a cell of it passes the filters */
    mg_sum x_usd, m_usd, gap, unusual;
};

struct groups {
    const struct full *full;
    struct gap_keys keys;
    bool kept[MG_NULL_WAYS]; /* effects that are the group's own */
    uint32_t *cell;          /* n: of the full ones */
    uint32_t *of;            /* n: the group */
    uint32_t *series;        /* n */
    size_t n;
    struct group *items;
    mg_evidence *evidence;
    double *p, *q;
    uint32_t n_groups;
};

MG_MUST_CHECK mg_status groups_print(const struct groups *groups, mg_output *output,
                                     mg_scores_summary *summary, mg_error *err);

#endif
