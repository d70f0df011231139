/* SPDX-License-Identifier: GPL-3.0-or-later */
/* totals.h - the trade of a country that does not report, from its partners.
 *
 * Partner j files R of a flow whose true value is T:
 *     ln(R/T) = bias_j + shared_j z_j + own_j z_jc,    z standard normal
 * z_j is one for all that j files in a period and flow (its habits and rates), z_jc one
 * for each cell, and averages out over many. Source: METHODS 3.7, with the error in
 * two parts. Kernels: no files, no state; GSL's error handler is turned off. The same
 * bits on any number of threads. */
#ifndef MG_TOTALS_H
#define MG_TOTALS_H

#include "mirrorgap/status.h"

enum { MG_TOTALS_DRAWS = 2000 }; /* the least number of draws */

typedef struct mg_totals_error {
    double bias;        /* natural log units */
    double shared, own; /* deviations, >= 0 */
} mg_totals_error;

/* Fits the errors of `partners` partners from flows of theirs whose true value is known
 * better (their pairs with other reporters; the country in question left out):
 *   partner    n indices < partners, ascending
 *   group      n keys: cells of one partner with one z_j (its period and flow); equal
 *              keys of a partner stand together
 *   log_ratio  n values ln(reported / true), finite. Where "true" is a mirror as
 *              uncertain as the report, halve the squares of the result
 *   errors     `partners` results
 * Medians and MADs, of groups for bias and shared, of neighbours within groups for
 * own; each partner's is drawn to that of all partners together as if that were five more
 * groups. A partner without a group gets theirs.
 * Errors: MG_E_NOMEM; MG_E_RANGE (order, index, a value that is not finite, n = 0). */
MG_MUST_CHECK mg_status mg_totals_fit_errors(size_t n, const uint32_t *partner,
                                             const uint64_t *group,
                                             const double *log_ratio, size_t partners,
                                             mg_totals_error *errors, mg_error *err);

typedef struct mg_totals_flow {
    double usd;       /* as filed and made FOB, >= 0 */
    uint32_t partner; /* index of its error */
} mg_totals_flow;

typedef struct mg_totals_estimate {
    double reported;     /* sum as filed */
    double median, mean; /* of the draws; the median is the estimate */
    double low, high;    /* their 5 % and 95 % quantiles */
} mg_totals_estimate;

/* Draws of the true total of n flows: what partners would file if R were the truth,
 *     rho = sum of R exp(error) / sum of R,      T = sum of R / rho
 * One flow is divided by its error. Over many, errors average out, and so does their
 * convexity: dividing each R by an error of its own, as METHODS 3.7 has it, would
 * count own^2/2 twice and put the band beside the truth.
 * seed is the caller's, key names the cell (country, period, flow ...):
 * a result depends on both and not on what else is computed. All 0 for n = 0. Takes
 * n * draws normals. Errors: MG_E_NOMEM; MG_E_RANGE (draws < 2000, an index, a value
 * or an error outside its domain). */
MG_MUST_CHECK mg_status mg_totals_draw(size_t n, const mg_totals_flow *flows,
                                       size_t partners, const mg_totals_error *errors,
                                       size_t draws, uint64_t seed, uint64_t key,
                                       mg_totals_estimate *estimate, mg_error *err);

/* The band made wider about the median by `factor` >= 0 in logs: for the parts of a
 * total whose own band was found too narrow (totals_calibrate.h). */
mg_totals_estimate mg_totals_stretch(mg_totals_estimate estimate, double factor);

#endif
