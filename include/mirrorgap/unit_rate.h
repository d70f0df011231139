/* SPDX-License-Identifier: GPL-3.0-or-later */
/* unit_rate.h - kilograms per unit that mirror pairs imply (METHODS 1.7).
 *
 * Where one side of a pair gives net weight and the other a quantity in a unit u
 * that is no mass, kg / qty is one observation of the rate of (commodity, u). The rate
 * is the median. It is accepted with at least 10 observations and a standard
 * deviation of ln(rate) below 2.5: the rule of BACI (Gaulier and Zignago 2010); the
 * scale is ours: only the logarithm is free of the unit (a carat and a barrel cannot
 * share a bound in kilograms). 2.5 is wide: coniferous sawnwood in m3 has 2.3, though
 * its median is within 4 % of what single rows say. So `se` goes with each rate.
 *
 * Figures flagged as estimated are no observations: UN Comtrade estimates weights
 * by unit values, and the rate would be its own assumption. A pair in which both
 * sides give weight and the same unit is one observation, the mean of both ln(rate).
 *
 * A mg_rates is filled by one thread at a time; finished, it is read by any number. */
#ifndef MG_UNIT_RATE_H
#define MG_UNIT_RATE_H

#include "mirrorgap/ref.h"

struct mg_qty_side; /* quantity.h */

enum { MG_RATE_LEAST = 10 };
#define MG_RATE_SPREAD 2.5

typedef struct mg_rate {
    double kg_per_unit; /* median */
    double sd;          /* of ln(rate), over n - 1; NaN for n = 1 */
    double se;          /* of ln(median): sqrt(pi / 2) sd / sqrt(n) */
    uint32_t n;
    bool accepted; /* n >= MG_RATE_LEAST and sd < MG_RATE_SPREAD */
} mg_rate;

typedef struct mg_rates mg_rates;

/* `ref` must outlive the rates. *rates is the caller's, for mg_rates_free().
 * Errors: MG_E_NOMEM. */
MG_MUST_CHECK mg_status mg_rates_new(const mg_ref *ref, mg_rates **rates, mg_error *err);
void mg_rates_free(mg_rates *rates);

/* Adds what one matched pair says, if anything. Errors: MG_E_NOMEM, MG_E_RANGE for
 * more than 2^32 - 1 observations or after mg_rates_finish(). */
MG_MUST_CHECK mg_status mg_rates_add(mg_rates *rates, uint32_t hs,
                                     const struct mg_qty_side *m,
                                     const struct mg_qty_side *x, mg_error *err);
/* Adds the observations of `other`, which stays as it is. Errors: as above. */
MG_MUST_CHECK mg_status mg_rates_merge(mg_rates *rates, const mg_rates *other,
                                       mg_error *err);

/* Computes the rates; their bits do not depend on the order of the additions.
 * Errors: MG_E_NOMEM (the observations are kept), MG_E_RANGE when finished twice. */
MG_MUST_CHECK mg_status mg_rates_finish(mg_rates *rates, mg_error *err);

/* The rate of a commodity in a unit; n = 0 and NaN where nothing was observed. */
mg_rate mg_rates_find(const mg_rates *rates, uint32_t hs, int unit);
size_t mg_rates_count(const mg_rates *rates); /* of (commodity, unit) */

#endif
