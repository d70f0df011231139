/* SPDX-License-Identifier: GPL-3.0-or-later */
/* levels.h - rows by the level they have in one way (one exporter's rows, ...).
 *
 * Loops over levels or parts give the same bits on any number of threads: what
 * a level or part adds up, it adds in row order, and parts depend on the data
 * alone. */
#ifndef MG_LEVELS_H
#define MG_LEVELS_H

#include "mirrorgap/status.h"
#include "mirrorgap/threads.h"

/* Threads for a loop of `n` short steps: below some, meeting at its end costs more
 * than they save, most of all where other programs are running. */
static inline int threads_for(size_t n)
{
    return n < 50000 ? 1 : mg_threads();
}

/* Some rows of one level: rows[from..to). Large levels have several parts, in
 * order, so that a way of few levels has work for every thread too. */
struct level_part {
    size_t from, to;
    uint32_t level;
};

struct levels {
    uint32_t *rows; /* row numbers by level, in row order within each */
    size_t *start;  /* of each level in rows; n + 1 */
    struct level_part *parts;
    size_t n_parts;
    uint32_t n;
};

/* Indexes n_rows rows by level[], each below n. Errors: MG_E_NOMEM; MG_E_RANGE
 * for a level out of range or 2^32 rows. On failure *by is empty. */
MG_MUST_CHECK mg_status levels_build(struct levels *by, size_t n_rows,
                                     const uint32_t *level, uint32_t n, mg_error *err);
void levels_release(struct levels *by);

/* A graph: each row with weight > 0 joins level a[r] of one way with b[r] of another. */
struct level_graph {
    size_t n_rows;
    const uint32_t *a, *b;
    const double *weight; /* NULL: all 1 */
    uint32_t n_a, n_b;    /* levels of either way */
};

/* Numbers the components of the graph from 0, in order of the first level of way
 * a in each: of_a[n_a], of_b[n_b]; UINT32_MAX for a level without rows.
 * Errors: MG_E_NOMEM. */
MG_MUST_CHECK mg_status levels_components(const struct level_graph *graph, uint32_t *of_a,
                                          uint32_t *of_b, uint32_t *components,
                                          mg_error *err);

#endif
