/* SPDX-License-Identifier: GPL-3.0-or-later */
/* reliability.h - how reliable each country's figures are, as exporter and as
 * importer apart, from flows that both sides reported; and one figure from two.
 *
 * Kernels: no files, no state; results have the same bits on any number of
 * threads, and do not change with the unit of x and m. Values and quantities are
 * two calls. Countries are numbered 0 .. countries - 1, the same on both sides. */
#ifndef MG_RELIABILITY_H
#define MG_RELIABILITY_H

#include "mirrorgap/status.h"

typedef enum mg_role { MG_ROLE_EXPORTER, MG_ROLE_IMPORTER, MG_ROLES } mg_role;
const char *mg_role_name(unsigned side); /* "export", "import" */

/* Flows that both sides reported. */
typedef struct mg_mirror_panel {
    size_t n; /* rows, below 2^32 */
    uint32_t countries, commodities, periods;
    const uint32_t *exporter, *importer; /* n each, below countries */
    const uint32_t *commodity, *period;  /* n each, or NULL: none */
    const double *x;                     /* n exporter's figures; NaN: not reported */
    const double *m; /* n importer's, made FOB where they are values */
} mg_mirror_panel;

/* One country on one side. NaN where unknown: a country without rows there. */
typedef struct mg_reporter {
    double score;     /* higher is more reliable */
    double std_error; /* of score */
    double weight;    /* that its figure gets in mg_reconcile(), mean over its rows */
    double sigma;     /* standard deviation of ln(reported / true); NaN for `by` */
    double sigma_error;
    double bias; /* mean of ln(reported / true) less that of the side's reporters
                  * (by rows); `variance` only */
    double bias_error;
    size_t n; /* rows used */
} mg_reporter;

typedef struct mg_reliability {
    uint32_t countries;
    mg_reporter *side[MG_ROLES]; /* of each country */
    uint32_t components;  /* of exporters and importers: scores of different ones do
                           * not compare */
    size_t rows, trimmed; /* used, and left out as outliers */
    unsigned sweeps;      /* of the last fit */
    double change;        /* that its last sweep still made */
    bool converged;
} mg_reliability;

typedef struct mg_reliability_options {
    /* Rows whose residual is more than this many robust standard deviations from
     * 0, on either side, are left out. 0: none in `baci` (as published), 3.5 in
     * `variance`. */
    double trim;
    /* Countries with fewer rows on a side are scored, but are not the yardstick:
     * not the best of `baci`, not in the medians of `variance`. 0: 10. */
    size_t least_rows;
    double tol; /* of effects and of `by`; 0: 1e-10 (variances: 1e-7 of themselves) */
    unsigned max_sweeps; /* 0: 5000 */
    double floor;        /* `by`: least relative gap, as two figures that agree to the
                          * dollar would make a country infinitely good. 0: 1e-3 */
} mg_reliability_options;

/* The three methods. Rows where a side is NaN are left out and never 0, so are
 * rows where a figure is not > 0 (`by`: where both are 0). options may be NULL.
 * *result is the caller's, for mg_reliability_release(); empty on failure.
 * Errors: MG_E_NOMEM; MG_E_RANGE: options or indexes out of range, a figure < 0
 * or infinite, no row to use.
 *
 * baci (Gaulier and Zignago, CEPII WP 2010-23): |ln(m/x)| is explained by effects
 * of exporter, importer, period and commodity;
 *     sigma = max(0, pi/2 (LS - least LS of the side - 2 se))
 * with LS the least-square mean of the country. It is floored because below the
 * threshold a sign would be lost by squaring. Rows weigh
 * ln(e + 1e5 (x + m) / median(x + m)): BACI's ln(x + m) where the median row is
 * worth 100,000, whatever the unit, and never negative. Additive effects on
 * E|ln(m/x)| = sqrt(2/pi (s_x^2 + s_m^2)) rank well but are no variances.
 *
 * variance: ln(m/x) has additive effects (exporter, importer, period, commodity)
 * and variance (s_x^2 + s_m^2) c, c a factor of the commodity of mean logarithm 0;
 * both by likelihood in turn, the variances by multiplicative steps that keep them
 * >= 0, outliers trimmed on both sides, the same weights. Mirror data know sums s_x^2
 * + s_m^2 only: a shift from all exporters to all importers changes nothing. It is
 * set so that both sides have the same median variance, as far as none gets < 0.
 *
 * baci and by take a steady bias of a reporter for error; variance sets it apart.
 *
 * score of baci and variance: 1 / (1 + sigma); std_error by the delta method. std_error
 * of a sigma at 0 is that of the first step up from it.
 *
 * by (after Bustos and Yildirim's country accuracy): rows are totals of a pair; s =
 * |x - m| / (x + m);
 *     A_i = n_i / sum_j s_ij B_j     B_j = n_j / sum_i s_ij A_i
 * in turn, which is a Sinkhorn-Knopp scaling; the scale, which it leaves open (and
 * which the simultaneous iteration takes from the parity of its steps), is set so
 * that the geometric means of A and of B are 1 within each component. score: A and
 * B; std_error: jackknife over the country's partners, the others' scores held. */
MG_MUST_CHECK mg_status mg_reliability_baci(const mg_mirror_panel *panel,
                                            const mg_reliability_options *options,
                                            mg_reliability *result, mg_error *err);
MG_MUST_CHECK mg_status mg_reliability_variance(const mg_mirror_panel *panel,
                                                const mg_reliability_options *options,
                                                mg_reliability *result, mg_error *err);
MG_MUST_CHECK mg_status mg_reliability_by(const mg_mirror_panel *panel,
                                          const mg_reliability_options *options,
                                          mg_reliability *result, mg_error *err);
void mg_reliability_release(mg_reliability *result);

/* Weight of the exporter's figure that makes the variance of the reconciled one
 * least: v_m / (v_x + v_m), v = e^(s^2) (e^(s^2) - 1), the variance of a lognormal
 * error. 0.5 where both are 0 (or infinite); NaN where one is NaN; s >= 0. */
double mg_baci_weight(double sigma_x, double sigma_m);

/* Mean of reconciled / true, as lognormal errors have means above 1: divide by it
 * where levels matter. */
double mg_baci_mean_ratio(double sigma_x, double sigma_m);

/* Weight of the exporter's figure from `by` scores: A / (A + B), A, B > 0. */
double mg_by_weight(double score_x, double score_m);

typedef enum mg_reconcile_method {
    MG_RECONCILE_BACI,
    MG_RECONCILE_BY,
    MG_RECONCILE_MIRROR,
    MG_RECONCILE_METHODS
} mg_reconcile_method;
const char *mg_reconcile_name(unsigned method); /* "baci", "by", "mirror" */

/* One figure of two: weight x + (1 - weight) m for baci and by, the importer's for
 * mirror; where one side is NaN, the other; NaN where both are, and where both are
 * known but the weight (of x, in [0, 1]) is not. */
double mg_reconcile(mg_reconcile_method method, double x, double m, double weight);

#endif
