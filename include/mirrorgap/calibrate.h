/* SPDX-License-Identifier: GPL-3.0-or-later */
/* calibrate.h - p-values that keep their word: one scale, one p of several, and q.
 *
 * Pure arithmetic on arrays; NaN is "not scored" and stays so. Safe from several
 * threads. */
#ifndef MG_CALIBRATE_H
#define MG_CALIBRATE_H

#include "mirrorgap/status.h"

/* An empirical null (Efron 2004) that only widens: two-sided p become normal scores,
 * whose median size should be 0.6745; where the bulk is wider than that, all are divided
 * by the ratio and turned back. What is narrower stays, which errs on the safe side.
 * Errors: MG_E_NOMEM. */
MG_MUST_CHECK mg_status mg_calibrate_bulk(size_t n, double *p, mg_error *err);

/* Cauchy combination (Liu and Xie 2020): T = mean of tan((1/2 - p) pi), p = 1/2 -
 * atan(T) / pi, valid whatever the dependence where p is small. Above 0.99 p counts as
 * 0.99: an exact 1, as rounded tests give, would outweigh any evidence. NaN are left
 * out; NaN if all are. */
double mg_combine_cauchy(size_t n, const double *p);

/* Benjamini and Hochberg's adjusted p: the least false-discovery rate at which each
 * would be called. m counts the p that are there. n < 2^32. Errors: MG_E_NOMEM. */
MG_MUST_CHECK mg_status mg_fdr_bh(size_t n, const double *p, double *q, mg_error *err);

#endif
