/* SPDX-License-Identifier: GPL-3.0-or-later */
/* null_model.h - what a figure should be where nothing is wrong, and how far it may
 * stray: for gaps of values, of quantities, of prices.
 *
 * Each cell's y (a log gap) is compared with what its exporter, importer, commodity and
 * period usually show, and with the other periods of its own series:
 *
 *   y = mean + exporter + importer + commodity + period + r
 *     effects by bisquare weights (4.685 robust deviations) and sweeps, each drawn to 0
 *     as if by 3 more cells, so that a level with one cell does not explain it away;
 *   s = exp(mean + size class + exporter + importer + commodity) of ln(|r - other
 *     periods' median| + 0.01), over cells with 3 other periods or more: dispersion falls
 *     with size, and some reporters and goods are rougher than others; drawn to 0 as if
 *     by 10 more;
 *   m = median of r in the other periods, drawn to 0 by tau^2 / (tau^2 + 1.57 v / n),
 *     tau the robust deviation of the medians of all series;
 *   v = (s^2 + sum of squares of the series about its median, cut at 3 deviations)
 *       / (1 + n - 1): the series' own dispersion with a prior worth one observation;
 *   z = (r - m) / scale, scale = sqrt(v + tau^2 (1 - drawn)), Student's t with 1 to 12
 *     degrees.
 *
 * A cell never vouches for itself: m is of the other periods. Kernel: no files, no
 * state; the same bits on any number of threads. GSL gives the tail of t. */
#ifndef MG_NULL_MODEL_H
#define MG_NULL_MODEL_H

#include "mirrorgap/status.h"

typedef enum mg_null_way {
    MG_NULL_EXPORTER,
    MG_NULL_IMPORTER,
    MG_NULL_COMMODITY,
    MG_NULL_PERIOD,
    MG_NULL_WAYS
} mg_null_way;

typedef struct mg_null_cells {
    size_t n;                            /* below 2^32 */
    uint32_t levels[MG_NULL_WAYS];       /* of each way */
    const uint32_t *level[MG_NULL_WAYS]; /* n each, below levels[way] */
    /* rows of one series (exporter, importer, commodity) are neighbours, with equal
     * numbers */
    const uint32_t *series;
    const double *y;    /* n; NaN: nothing to score */
    const double *size; /* n, ln of the money at stake, finite where y is */
} mg_null_cells;

/* One cell's verdict; all NaN where y is. */
typedef struct mg_null_score {
    double expected; /* base, effects and series together */
    double scale;    /* how far it may stray */
    double z;        /* how far beyond what is expected */
    double p;        /* two-sided, of a z so far from 0 */
    double dof;
} mg_null_score;

/* What is expected in parts; all NaN where y is. */
typedef struct mg_null_parts {
    double effect[MG_NULL_WAYS]; /* what is usual for each */
    double base;                 /* the mean, in every cell */
    double series;               /* what is usual for the series beyond them */
} mg_null_parts;

/* Two-sided p of the figure y in the cell's place. */
double mg_null_p(const mg_null_score *score, double y);

/* scores: n results; parts: n, or NULL. Errors: MG_E_NOMEM; MG_E_RANGE (a level out of
 * range). */
MG_MUST_CHECK mg_status mg_null_model(const mg_null_cells *cells, mg_null_score *scores,
                                      mg_null_parts *parts, mg_error *err);

#endif
