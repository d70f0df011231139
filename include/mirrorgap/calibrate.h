/* SPDX-License-Identifier: GPL-3.0-or-later */
/* calibrate.h - p-values that keep their word among pairs like theirs, and count for more
 * where there is something to see.
 *
 * Pure arithmetic on arrays; NaN is "not scored" and stays so. Safe from several
 * threads. */
#ifndef MG_CALIBRATE_H
#define MG_CALIBRATE_H

#include "mirrorgap/status.h"

/* An empirical null within strata (conformal p-values, with a tail that goes on beyond
 * the last rank). Cells are put in order of `like` (a figure that does not depend on the
 * cell's own gap) and cut into up to 20 strata of 600 cells or more. In a stratum of m
 *
 *   the larger 95 % of p become (rank) / (m + 1);
 *   below their 5 % quantile p_u: p = 0.05 exp(-(ln p_u - ln p) / b), b the mean of ln
 *   p_u - ln p there, or below the 20 % quantile, whichever is larger (the most extreme
 *   twentieth is cut, so that anomalies do not make room for themselves), drawn to that
 *   of all strata as if by 30 cells, and one standard error more, but 0.25 at least;
 *   where p_u is 1, p stays as it is.
 *
 * An ordinary cell's p is then uniform in every stratum, however heavy its tail is: small
 * flows do not fill the top by their noise. Strata of fewer than 100 cells stay as they
 * are. Errors: MG_E_NOMEM. */
MG_MUST_CHECK mg_status mg_calibrate(size_t n, const double *like, double *p,
                                     mg_error *err);

/* Weighted p-values (Genovese, Roeder and Wasserman 2006): p / weight, at most 1, the
 * weights known beforehand and of mean 1 over all p that are there, so that p over all
 * cells stays uniform or larger. The weight is the power to see a figure that is half of
 * what it should be: P(|t_5 + ln 2 / scale| > 5), `scale` being the deviation to expect
 * (ln), and at most 4. Errors: MG_E_NOMEM. */
MG_MUST_CHECK mg_status mg_weigh_by_power(size_t n, const double *scale, double *p,
                                          mg_error *err);

#endif
