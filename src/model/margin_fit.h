/* SPDX-License-Identifier: GPL-3.0-or-later */
/* margin_fit.h - a fit on its way: passes over the pairs, and what they leave. */
#ifndef MG_MODEL_MARGIN_FIT_H
#define MG_MODEL_MARGIN_FIT_H

#include <gsl/gsl_multilarge.h>

#include "model/margin_terms.h"

enum { FIT_BATCH = 1024, FIT_BLOCK = 512 }; /* FIT_BLOCK >= MG_TERMS_MAX */

/* An equation as far as judging needs it. */
struct fit_equation {
    double beta[MG_TERMS_MAX];
    double sigma;
};

struct fit_work {
    const mg_margin_pairs *pairs;
    mg_margin_fit_options options;
    struct margin_terms *terms;
    uint64_t seen, usable;
    mg_margin_pair *batch;
    gsl_multilarge_linear_workspace *tsqr;
    gsl_matrix *block_x;
    gsl_vector *block_y;
    size_t in_block;
    gsl_matrix *r; /* p x p upper: R'R = X'WX of all usable pairs */
};

/* What judging says of a pair. */
struct fit_verdict {
    double z[MG_TERMS_MAX]; /* sqrt(w) x R^-1: its length squared is the leverage */
    double k;               /* kept: the cut, in deviations of the judge; or infinite */
    bool far; /* beyond the bound of leverage, whether that is applied or not */
    bool kept;
};

/* A pass: take() for each usable pair, in order. */
typedef void (*fit_take)(struct fit_work *work, void *self, const struct margin_row *row);
MG_MUST_CHECK mg_status fit_pass(struct fit_work *work, fit_take take, void *self,
                                 mg_error *err);

void fit_judge(const struct fit_work *work, const struct fit_equation *by,
               const struct margin_row *row, struct fit_verdict *verdict);

/* What the last pass adds up over the pairs kept, and makes results of. */
struct fit_sums {
    const struct fit_equation *by;    /* whom the pairs kept were chosen by */
    const struct fit_equation *final; /* whose residuals count */
    gsl_matrix *bread, *meat;         /* sum v z z', sum w e^2 z z': lower halves */
    uint64_t n;
    double rss, w, wy, wyy, margin;
};
void fit_sum(struct fit_work *work, void *self, const struct margin_row *row);

/* Variance of a standard normal variable cut at -k and k. */
double fit_cut_variance(double k);

/* The deviation sigma of which a sample cut at +-k_i by (whose mean share of the
 * variance, were `by` right, is v) has the variance s2; by and k as in judging. */
double fit_sigma(double s2, double v, double by);

/* Fills *fit from the sums. Errors: MG_E_NOMEM, MG_E_RANGE (singular). */
MG_MUST_CHECK mg_status fit_results(const struct fit_work *work,
                                    const struct fit_sums *sums, mg_margin_fit *fit,
                                    mg_error *err);

#endif
