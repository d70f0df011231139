/* SPDX-License-Identifier: GPL-3.0-or-later */
/* combine.h - one p of several, and q over all of them.
 *
 * Pure arithmetic on arrays; NaN is "not scored" and stays so. Safe from several
 * threads. */
#ifndef MG_COMBINE_H
#define MG_COMBINE_H

#include "mirrorgap/status.h"

/* Cauchy combination (Liu and Xie 2020): T = weighted mean of tan((1/2 - p) pi), p = 1/2
 * - atan(T) / pi, valid whatever the dependence where p is small. Above 0.99 p counts as
 * 0.99: an exact 1, as rounded tests give, would outweigh any evidence. NaN are left out;
 * NaN if all are. Weights above 0. */
double mg_combine_cauchy(size_t n, const double *p, const double *weight);

/* Adjusted p: the least false-discovery rate at which each would be called. m counts the
 * p that are there. BH (Benjamini and Hochberg 1995): min over p_(j) >= p of m p_(j) / j;
 * holds for independent p and for those that depend positively. BY (Benjamini and
 * Yekutieli 2001): the same times the sum of 1/j up to m, at most 1, for any dependence.
 * n < 2^32. Errors: MG_E_NOMEM. */
enum mg_fdr { MG_FDR_BH, MG_FDR_BY };
MG_MUST_CHECK mg_status mg_fdr(enum mg_fdr way, size_t n, const double *p, double *q,
                               mg_error *err);

#endif
