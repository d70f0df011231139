/* SPDX-License-Identifier: GPL-3.0-or-later */
/* margin_fit.h - the margin equation of BACI, estimated anew on pairs at hand.
 *
 *     y = a + b ln km + c (ln km)^2 + d ln uv + e contiguous
 *           + f landlocked_importer + g landlocked_exporter + year effects
 *
 * y is ln of the ratio of unit values, importer's to exporter's (Gaulier and Zignago
 * 2010, variant II), or of values (IV). Least squares weighted by min(kg) / max(kg),
 * whose last year is the base; a year without pairs has no term, and a
 * regressor that does not vary, or that the others give, is dropped and told.
 *
 * A pair is usable where both values are > 10,000 USD, both weights > 2,000 kg, and its
 * distance, unit value and year are there. Then outliers are trimmed as in CEPII's later
 * documentation, on both sides:
 *     |studentised residual| > 2, or Cook's distance > 4 / (n - p), or
 *     leverage > 2 p / n.
 * The last rule takes most pairs of a rare kind (of neighbours, where they are fewer than
 * about 1 in 2 p); where it would take more than half of those of any dummy term, it
 * is given up for all, and told.
 * Leverages are those of all n usable pairs, so that they do not change from pass
 * to pass and trimming does not eat its way into the regressors. The first pass judges
 * by the fit to all pairs, each further one judges all pairs again by the
 * fit before it, so that a pair can come back; 4 passes unless told otherwise. This is
 * the iterated Huber-skip estimator (Johansen and Nielsen 2013, 2016).
 *
 * Standard errors. A pair at leverage h is kept while its scaled residual lies within
 * k(h), the narrower of the bounds by residual and by Cook's distance. The
 * residuals that are left are a normal sample cut at k: their variance is only
 *     v(k) = 1 - 2 k phi(k) / (2 Phi(k) - 1)
 * of sigma^2 (v(2) = 0.774), and the usual formula takes that for sigma^2. Moreover the
 * cut follows the estimate: an error in the coefficients moves the window, which lets
 * the error keep a share 1 - v of itself in each pass. So
 *   - sigma is that of the normal sample whose part inside the window has the variance
 *     found, sum(w e^2) / (n - p) (the window is the judge's, k times the sigma of the
 *     pass before, which gross outliers may have made wide); it scales the residuals
 *     of the next pass;
 *   - cov = sigma^2 (sum v w x x')^-1 over the pairs kept, with v at k times the judge's
 *     sigma over this one: about 1 / v^2 times the usual formula, standard errors
 *     1.29 times at k = 2, the value where the passes end (after one pass from clean
 *     data it would be 1.22; where the window is wide, nearly 1);
 *   - robust (HC1) errors have the same bread, B = sum v w x x', and the usual meat:
 *     n / (n - p) B^-1 (sum w^2 e^2 x x') B^-1.
 * This is for normal errors of variance sigma^2 / w and many pairs; for one variance
 * and weights all the same ask for robust errors. tests/unit/test_margin_fit.c counts how
 * often the truth lies within two errors.
 *
 * Pairs come in batches, any number of times; they are gathered into blocks of one
 * size whose QR factors are merged (GSL's TSQR), so that memory does not grow with
 * the pairs and the result does not depend on the sizes of batches. One thread; no state.
 */
#ifndef MG_MARGIN_FIT_H
#define MG_MARGIN_FIT_H

#include "mirrorgap/margin.h"

typedef struct mg_margin_pair {
    double import_usd, export_usd; /* CIF, and FOB */
    double import_kg, export_kg;
    double ln_km, ln_unit_value;
    uint16_t year;
    bool contiguous, landlocked_x, landlocked_m;
} mg_margin_pair;

/* Where pairs come from. next() writes up to `room` of them to `pairs`; *n is 0 only at
 * the end. rewind() starts from the first again; every round gives the same pairs. */
typedef struct mg_margin_pairs {
    void *self;
    mg_status (*next)(void *self, mg_margin_pair *pairs, size_t room, size_t *n,
                      mg_error *err);
    mg_status (*rewind)(void *self, mg_error *err);
} mg_margin_pairs;

typedef struct mg_margin_fit_options {
    bool values;     /* explain the ratio of values, not of unit values */
    bool unweighted; /* every pair counts alike */
    bool robust;     /* std_error and covariance are heteroskedasticity-robust (HC1) */
    bool no_trim;
    bool keep_leverage; /* do not trim by leverage */
    unsigned passes;    /* of trimming; 0: 4 */
} mg_margin_fit_options;

/* A term of the equation: one of these, or a year (from 1000 on). */
enum {
    MG_TERM_CONSTANT,
    MG_TERM_LN_KM,
    MG_TERM_LN_KM_SQUARED,
    MG_TERM_LN_UNIT_VALUE,
    MG_TERM_CONTIGUOUS,
    MG_TERM_LANDLOCKED_IMPORTER,
    MG_TERM_LANDLOCKED_EXPORTER,
    MG_TERMS_FIXED,
    MG_TERM_YEAR = 1000,
    MG_TERMS_MAX = 128, /* in one equation */
    MG_TERM_NAME = 32
};

/* The name of a term ("ln_km", "year_2016") and back; -1: no such name. */
const char *mg_margin_term_name(int term, char name[MG_TERM_NAME]);
int mg_margin_term_find(const char *name);

/* A fitted equation: a plain struct that may be written, read back and copied. */
typedef struct mg_margin_fit {
    size_t p; /* terms */
    uint16_t term[MG_TERMS_MAX];
    double coefficient[MG_TERMS_MAX];
    double std_error[MG_TERMS_MAX];
    double *covariance; /* p x p, by rows; mg_margin_fit_release() frees it */
    size_t n_dropped;
    uint16_t dropped[MG_TERMS_MAX];     /* do not vary, or follow from others */
    unsigned base_year;                 /* whose effect is 0, as of years not in it */
    uint64_t n_seen, n_used, n_trimmed; /* n_seen - n_used - n_trimmed: not usable */
    unsigned passes;                    /* of trimming that were made */
    bool leverage_kept;                 /* not trimmed by leverage */
    double r2;                          /* weighted, about the weighted mean */
    double sigma;                       /* residual, of a pair of weight 1 */
    double mean_margin;                 /* mean of exp(fitted) - 1 of pairs used */
} mg_margin_fit;

/* Fits. On success *fit holds memory: mg_margin_fit_release(); on failure it is
 * empty. options may be NULL. Errors: MG_E_RANGE (no more usable pairs than terms, or
 * more years than MG_TERMS_MAX), MG_E_NOMEM, what the source returns. */
MG_MUST_CHECK mg_status mg_margin_fit_make(const mg_margin_pairs *pairs,
                                           const mg_margin_fit_options *options,
                                           mg_margin_fit *fit, mg_error *err);
void mg_margin_fit_release(mg_margin_fit *fit);

/* ln(CIF / FOB) of a case, NaN where its distance or unit value is missing, and the
 * standard error of that mean; one flow scatters about it with
 * sqrt(*std_error^2 + sigma^2). A fit without covariance gives an error of NaN. */
void mg_margin_fit_predict(const mg_margin_fit *fit, const mg_margin_case *c,
                           double *ln_margin, double *std_error);

#endif
