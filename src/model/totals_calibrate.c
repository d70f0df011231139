/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mirrorgap/totals_calibrate.h"

#include <gsl/gsl_errno.h>
#include <gsl/gsl_multifit.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "mirrorgap/gsl_quiet.h"
#include "mirrorgap/mem.h"
#include "mirrorgap/radix.h"

static const double normal_quartile = 0.6744897501960817;
enum { ROWS_A_COEFFICIENT = 5 };

/* The rows by country, the countries in the order of their lot. */
struct rows {
    size_t n, fitted; /* all; of the fitting half, which come first */
    size_t covariates;
    const double *ratio;
    const double *x;
    mg_radix_item *order, *spare;
    double *y, *work; /* room for n */
};

size_t mg_totals_countries_needed(double level)
{
    /* K / (K + 1) >= level in the half that is kept */
    size_t kept = 1;
    while (kept < 1000000 && (double)kept < level * (double)(kept + 1) - 1e-9)
        kept++;
    return 2 * kept;
}

static uint64_t lot(uint32_t country, uint64_t seed)
{
    uint64_t x = (seed ^ country * 0x9e3779b97f4a7c15U) + 0x9e3779b97f4a7c15U;

    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9U;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebU;
    return x ^ (x >> 31); /* a bijection of country: no two share a lot */
}

static const double *covariates_of(const struct rows *r, size_t i)
{
    return r->x + (size_t)r->order[i].index * r->covariates;
}

/* Orders the rows and finds the half that is fitted. */
static mg_status halve(struct rows *r, const uint32_t *country, double level,
                       uint64_t seed, mg_totals_calibration *c, mg_error *err)
{
    size_t countries = 0;
    size_t seen = 0;

    for (size_t i = 0; i < r->n; i++)
        r->order[i] = (mg_radix_item){lot(country[i], seed), (uint32_t)i, 0};
    mg_radix_sort(&r->order, &r->spare, r->n);
    for (size_t i = 0; i < r->n; i++)
        countries += i == 0 || r->order[i].key != r->order[i - 1].key;
    size_t needed = mg_totals_countries_needed(level);
    if (countries < needed)
        return mg_fail(err, MG_E_RANGE,
                       "%zu countries are too few for a band of %g: it takes %zu",
                       countries, level, needed);
    c->fitted = countries / 2;
    c->kept = countries - c->fitted;
    for (r->fitted = 0; r->fitted < r->n; r->fitted++) {
        size_t i = r->fitted;
        seen += i == 0 || r->order[i].key != r->order[i - 1].key;
        if (seen > c->fitted)
            break;
    }
    return MG_OK;
}

static void find_ranges(const struct rows *r, mg_totals_calibration *c)
{
    for (size_t k = 0; k < r->covariates; k++) {
        c->least[k] = INFINITY;
        c->most[k] = -INFINITY;
        for (size_t i = 0; i < r->fitted; i++) {
            double x = covariates_of(r, i)[k];
            r->work[i] = x;
            c->least[k] = fmin(c->least[k], x);
            c->most[k] = fmax(c->most[k], x);
        }
        c->centre[k] = gsl_stats_median(r->work, 1, r->fitted);
    }
}

static double predicted(const mg_totals_calibration *c, const double *coefficient,
                        const double *x)
{
    double y = coefficient[0];

    for (size_t k = 0; k < c->covariates; k++)
        y += coefficient[1 + k] *
             (fmin(fmax(x[k], c->least[k]), c->most[k]) - c->centre[k]);
    return y;
}

static double scale_at(const mg_totals_calibration *c, const double *x)
{
    return fmin(fmax(exp(predicted(c, c->scale, x)), c->scale_least), c->scale_most);
}

/* Bisquare regression of y on those covariates that vary; false where GSL has none. */
static bool regress(const struct rows *r, const mg_totals_calibration *c,
                    double *coefficient)
{
    size_t varying[MG_TOTALS_COVARIATES];
    size_t p = 1;
    bool done = false;

    for (size_t k = 0; k < r->covariates; k++)
        if (c->most[k] > c->least[k])
            varying[p++ - 1] = k;
    if (p == 1 || r->fitted < ROWS_A_COEFFICIENT * p)
        return false;
    gsl_matrix *x = gsl_matrix_alloc(r->fitted, p);
    gsl_matrix *cov = gsl_matrix_alloc(p, p);
    gsl_vector *b = gsl_vector_alloc(p);
    gsl_multifit_robust_workspace *w =
        gsl_multifit_robust_alloc(gsl_multifit_robust_bisquare, r->fitted, p);
    if (x != NULL && cov != NULL && b != NULL && w != NULL) {
        for (size_t i = 0; i < r->fitted; i++) {
            gsl_matrix_set(x, i, 0, 1);
            for (size_t k = 1; k < p; k++)
                gsl_matrix_set(x, i, k,
                               covariates_of(r, i)[varying[k - 1]] -
                                   c->centre[varying[k - 1]]);
        }
        gsl_vector_const_view y = gsl_vector_const_view_array(r->y, r->fitted);
        int got = gsl_multifit_robust(x, &y.vector, b, cov, w);
        done = got == GSL_SUCCESS || got == GSL_EMAXITER;
        for (size_t k = 0; k < p; k++)
            done = done && isfinite(gsl_vector_get(b, k));
        for (size_t k = 0; done && k < p; k++)
            coefficient[k == 0 ? 0 : 1 + varying[k - 1]] = gsl_vector_get(b, k);
    }
    gsl_multifit_robust_free(w);
    gsl_vector_free(b);
    gsl_matrix_free(cov);
    gsl_matrix_free(x);
    return done;
}

static void fit(struct rows *r, mg_totals_calibration *c)
{
    find_ranges(r, c);
    for (size_t i = 0; i < r->fitted; i++)
        r->y[i] = r->work[i] = r->ratio[r->order[i].index];
    c->location[0] = gsl_stats_median(r->work, 1, r->fitted);
    (void)regress(r, c, c->location); /* else the median stands */

    for (size_t i = 0; i < r->fitted; i++)
        r->y[i] = r->work[i] = fabs(r->ratio[r->order[i].index] -
                                    predicted(c, c->location, covariates_of(r, i)));
    double typical = gsl_stats_median(r->work, 1, r->fitted) / normal_quartile;
    typical = fmax(typical, 1e-6); /* as for totals that agree to the dollar */
    c->scale_least = typical / 4;
    c->scale_most = typical * 4;
    /* a floor keeps single tiny residuals from ruling the logarithms */
    for (size_t i = 0; i < r->fitted; i++)
        r->y[i] = log(r->y[i] + typical / 20);
    c->scale[0] = log(typical);
    (void)regress(r, c, c->scale);
}

struct score {
    double value, weight;
    uint32_t at;
};

static int by_score(const void *a, const void *b)
{
    const struct score *x = a;
    const struct score *y = b;

    if (x->value != y->value)
        return x->value < y->value ? -1 : 1;
    return (x->at > y->at) - (x->at < y->at);
}

/* The quantile of the half that was kept, each country with equal weight. */
static mg_status keep_quantile(const struct rows *r, mg_totals_calibration *c,
                               mg_error *err)
{
    size_t n = r->n - r->fitted;
    struct score *scores = mg_alloc(n, sizeof *scores);
    double reached = 0;

    if (scores == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot calibrate on %zu rows", n);
    for (size_t from = 0; from < n;) {
        size_t to = from + 1;
        while (to < n && r->order[r->fitted + to].key == r->order[r->fitted + from].key)
            to++;
        for (size_t i = from; i < to; i++) {
            const double *x = covariates_of(r, r->fitted + i);
            double ratio = r->ratio[r->order[r->fitted + i].index];
            scores[i] = (struct score){
                fabs(ratio - predicted(c, c->location, x)) / scale_at(c, x),
                1 / ((double)(to - from) * (double)(c->kept + 1)), (uint32_t)i};
        }
        from = to;
    }
    qsort(scores, n, sizeof *scores, by_score);
    c->quantile = scores[n - 1].value;
    for (size_t i = 0; i < n; i++) {
        reached += scores[i].weight;
        if (reached >= c->level - 1e-9) {
            c->quantile = scores[i].value;
            break;
        }
    }
    free(scores);
    return MG_OK;
}

static mg_status check(size_t n, const double *log_ratio, size_t covariates,
                       const double *x, double level, mg_error *err)
{
    if (covariates > MG_TOTALS_COVARIATES || n >= UINT32_MAX)
        return mg_fail(err, MG_E_RANGE, "%zu covariates of %zu rows are too many",
                       covariates, n);
    if (!(level > 0 && level < 1))
        return mg_fail(err, MG_E_RANGE, "the level %g is not between 0 and 1", level);
    for (size_t i = 0; i < n; i++)
        if (!isfinite(log_ratio[i]))
            return mg_fail(err, MG_E_RANGE, "row %zu: log ratio %g", i, log_ratio[i]);
    for (size_t i = 0; i < n * covariates; i++)
        if (!isfinite(x[i]))
            return mg_fail(err, MG_E_RANGE, "row %zu: a covariate of %g", i / covariates,
                           x[i]);
    return MG_OK;
}

mg_status mg_totals_calibrate(size_t n, const uint32_t *country, const double *log_ratio,
                              size_t covariates, const double *x, double level,
                              uint64_t seed, mg_totals_calibration *c, mg_error *err)
{
    mg_status status = check(n, log_ratio, covariates, x, level, err);

    if (status != MG_OK)
        return status;
    mg_gsl_quiet();
    *c = (mg_totals_calibration){.covariates = covariates, .level = level};
    struct rows r = {.n = n,
                     .covariates = covariates,
                     .ratio = log_ratio,
                     .x = x,
                     .order = mg_alloc(n, sizeof *r.order),
                     .spare = mg_alloc(n, sizeof *r.spare),
                     .y = mg_alloc(n, sizeof *r.y),
                     .work = mg_alloc(n, sizeof *r.work)};
    if (r.order == NULL || r.spare == NULL || r.y == NULL || r.work == NULL)
        status = mg_fail(err, MG_E_NOMEM, "cannot calibrate on %zu rows", n);
    else
        status = halve(&r, country, level, seed, c, err);
    if (status == MG_OK) {
        fit(&r, c);
        status = keep_quantile(&r, c, err);
    }
    free(r.order);
    free(r.spare);
    free(r.y);
    free(r.work);
    return status;
}

mg_totals_band mg_totals_calibrated(const mg_totals_calibration *c, double estimate_usd,
                                    const double *x)
{
    double middle = estimate_usd * exp(predicted(c, c->location, x));
    double half = c->quantile * scale_at(c, x);

    return (mg_totals_band){middle * exp(-half), middle, middle * exp(half)};
}
