/* SPDX-License-Identifier: GPL-3.0-or-later */
/* completeness.h - how much of a country's trade its reporting partners stand for.
 *
 * Kernels: no files, no state; safe from several threads. */
#ifndef MG_COMPLETENESS_H
#define MG_COMPLETENESS_H

#include "mirrorgap/status.h"

typedef struct mg_completeness_rule {
    size_t base;     /* complete periods to compare with: 3 years, 36 months */
    double complete; /* share of usual trade whose partners report: 0.9 */
    double main;     /* share that makes a main partner: 0.1 */
    double least;    /* completeness from which upper is given: 0.4 */
} mg_completeness_rule;
extern const mg_completeness_rule mg_completeness_usual; /* 3, 0.9, 0.1, 0.4 */

typedef struct mg_completeness {
    double share;   /* of the base that partners reporting now stand for; NaN: no base */
    size_t base;    /* periods it was taken from */
    double ratio;   /* total now / mean total of the base periods; NaN likewise */
    bool collapsed; /* ratio below `least`: the TP criterion (METHODS 3.5) */
    bool main_partner_silent; /* a partner above `main` of the base does not report */
    size_t silent_partner;    /* the largest one silent; partners: none */
    double silent_share;      /* its share of the base */
} mg_completeness;

/* The completeness of one period:
 *   usd     periods x partners, row by row: what each partner files of the country's
 *           flow; NaN: it does not report that flow and period; 0: it reports and
 *           has none
 *   period  the row in question
 * A partner's usual trade is the mean over the periods in which it reports. A period is
 * complete where partners that report hold at least `complete` of the sum of usual
 * trade. The base are the `base` last complete periods before `period`; where they are
 * fewer, the next ones after it. A partner's share of the base is its mean over base
 * periods in which it reports. Errors: MG_E_NOMEM; MG_E_RANGE (period, a value < 0 or
 * infinite). */
MG_MUST_CHECK mg_status mg_completeness_of(size_t periods, size_t partners,
                                           const double *usd, size_t period,
                                           const mg_completeness_rule *rule,
                                           mg_completeness *result, mg_error *err);

/* estimate / share, or NaN where the share is below rule->least or unknown. */
double mg_completeness_upper(const mg_completeness_rule *rule, double estimate_usd,
                             double share);

#endif
