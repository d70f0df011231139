/* SPDX-License-Identifier: GPL-3.0-or-later */
/* null_parts.h - the steps of the null model. */
#ifndef MG_SCORE_NULL_PARTS_H
#define MG_SCORE_NULL_PARTS_H

#include "mirrorgap/null_model.h"

/* Additive effects of ways on y, each drawn to 0. */
struct drawn {
    size_t n, ways;
    const uint32_t *const *level; /* of each way */
    const uint32_t *levels;
    const double *ridge; /* of each way: weight of the draw to 0 */
    double *effect[8];   /* results, the caller's arrays */
    double mean;
};

/* Sweeps over y (NaN: left out), weights by bisquare where `robust`, else 1, until no
 * effect moves by more than a thousandth of the deviation, `sweeps` at most; leaves what
 * the effects do not explain in r. Errors: MG_E_NOMEM. */
MG_MUST_CHECK mg_status null_effects(struct drawn *drawn, const double *y, bool robust,
                                     unsigned sweeps, double *r, mg_error *err);

/* The median of v[0..n) that are not NaN, of a fixed sample where there are very many;
 * NaN: none. Errors: MG_E_NOMEM. */
MG_MUST_CHECK mg_status null_median(const double *v, size_t n, bool absolute,
                                    double *median, mg_error *err);

#endif
