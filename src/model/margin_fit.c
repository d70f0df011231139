/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/margin_fit.h"

#include <math.h>
#include <stdlib.h>

#include "mirrorgap/gsl_quiet.h"
#include "mirrorgap/mem.h"

enum { PASSES = 4 };

/* A column whose part that earlier columns do not give is smaller than this share of
 * it is dropped: rounding leaves about 1e-15, ln km of one continent 1e-5. */
static const double dependent = 1e-9;

mg_status fit_pass(struct fit_work *work, fit_take take, void *self, mg_error *err)
{
    struct margin_row row;
    mg_status status = work->pairs->rewind(work->pairs->self, err);
    size_t n = 1;

    work->seen = 0;
    while (status == MG_OK && n > 0) {
        n = 0;
        status = work->pairs->next(work->pairs->self, work->batch, FIT_BATCH, &n, err);
        for (size_t i = 0; status == MG_OK && i < n; i++) {
            work->seen++;
            if (!margin_usable(&work->batch[i]))
                continue;
            margin_row_make(work->terms, &work->options, &work->batch[i], &row);
            take(work, self, &row);
        }
    }
    return status;
}

/* ---- one pass that fits */

struct fitting {
    const struct fit_equation *by; /* NULL: all pairs count */
    uint64_t n;
    double v;
    bool failed;
    uint64_t of_kind[MG_TERMS_MAX]; /* pairs whose dummy term is 1 */
    uint64_t far[MG_TERMS_MAX];     /* those beyond the bound of leverage */
};

static void count_kinds(const struct margin_terms *terms, const struct margin_row *row,
                        bool far, struct fitting *fitting)
{
    for (size_t j = 0; j < terms->p; j++)
        if (terms->term[j] >= MG_TERM_CONTIGUOUS && row->x[j] > 0) {
            fitting->of_kind[j]++;
            fitting->far[j] += far;
        }
}

static bool lost_kind(const struct margin_terms *terms, const struct fitting *fitting)
{
    bool lost = false;

    for (size_t j = 0; j < terms->p; j++)
        lost |= 2 * fitting->far[j] > fitting->of_kind[j];
    return lost;
}

static void flush(struct fit_work *work, struct fitting *fitting)
{
    if (work->in_block == 0)
        return;
    if (gsl_multilarge_linear_accumulate(work->block_x, work->block_y, work->tsqr) != 0)
        fitting->failed = true;
    gsl_matrix_set_zero(work->block_x); /* rows of zeros add nothing */
    gsl_vector_set_zero(work->block_y);
    work->in_block = 0;
}

static void take_fit(struct fit_work *work, void *self, const struct margin_row *row)
{
    struct fitting *fitting = self;
    struct fit_verdict verdict = {.k = INFINITY, .kept = true};

    if (fitting->by != NULL)
        fit_judge(work, fitting->by, row, &verdict);
    count_kinds(work->terms, row, verdict.far, fitting);
    if (!verdict.kept)
        return;
    double root = sqrt(row->weight);
    for (size_t j = 0; j < work->terms->p; j++)
        gsl_matrix_set(work->block_x, work->in_block, j, root * row->x[j]);
    gsl_vector_set(work->block_y, work->in_block, root * row->y);
    fitting->n++;
    fitting->v += fit_cut_variance(verdict.k);
    if (++work->in_block == FIT_BLOCK)
        flush(work, fitting);
}

/* The first column that those before it give, or p. */
static size_t find_dependent(const gsl_matrix *r)
{
    for (size_t j = 0; j < r->size2; j++) {
        double square = 0;
        for (size_t i = 0; i <= j; i++)
            square += gsl_matrix_get(r, i, j) * gsl_matrix_get(r, i, j);
        if (!(fabs(gsl_matrix_get(r, j, j)) > dependent * sqrt(square)))
            return j;
    }
    return r->size2;
}

/* Fits all pairs (by NULL) or those that `by` keeps. *drop is a column that has to go
 * first, or p. */
static mg_status fit_once(struct fit_work *work, const struct fit_equation *by,
                          struct fit_equation *out, size_t *drop, mg_error *err)
{
    size_t p = work->terms->p;
    struct fitting fitting = {.by = by};
    double rnorm = 0;
    double snorm = 0;

    gsl_multilarge_linear_reset(work->tsqr);
    work->in_block = 0;
    mg_status status = fit_pass(work, take_fit, &fitting, err);
    if (status != MG_OK)
        return status;
    flush(work, &fitting);
    if (!work->options.keep_leverage && lost_kind(work->terms, &fitting)) {
        work->options.keep_leverage = true;
        return fit_once(work, by, out, drop, err);
    }
    if (fitting.n <= p)
        return mg_fail(err, MG_E_RANGE,
                       "%llu pairs are too few to fit %zu terms of the margin: a pair "
                       "needs both values above 10,000 USD, both net weights above "
                       "2,000 kg, a distance and a unit value",
                       (unsigned long long)fitting.n, p);
    const gsl_matrix *r = gsl_multilarge_linear_matrix_ptr(work->tsqr);
    *drop = find_dependent(r);
    if (*drop < p)
        return MG_OK;
    gsl_vector_view beta = gsl_vector_view_array(out->beta, p);
    if (by == NULL)
        gsl_matrix_memcpy(work->r, r); /* before solving, which may use its room */
    if (fitting.failed ||
        gsl_multilarge_linear_solve(0, &beta.vector, &rnorm, &snorm, work->tsqr) != 0)
        return mg_fail(err, MG_E_RANGE, "the margin equation cannot be solved");
    double n = (double)fitting.n;
    out->sigma = fit_sigma(rnorm * rnorm / (n - (double)p), fitting.v / n,
                           by != NULL ? by->sigma : 0);
    return MG_OK;
}

/* ---- all passes */

static void release(struct fit_work *work)
{
    gsl_multilarge_linear_free(work->tsqr);
    gsl_matrix_free(work->block_x);
    gsl_vector_free(work->block_y);
    gsl_matrix_free(work->r);
    work->tsqr = NULL;
    work->block_x = NULL;
    work->block_y = NULL;
    work->r = NULL;
}

/* Room for the present number of terms. */
static mg_status make_room(struct fit_work *work, mg_error *err)
{
    size_t p = work->terms->p;

    release(work);
    work->tsqr = gsl_multilarge_linear_alloc(gsl_multilarge_linear_tsqr, p);
    work->block_x = gsl_matrix_calloc(FIT_BLOCK, p);
    work->block_y = gsl_vector_calloc(FIT_BLOCK);
    work->r = gsl_matrix_alloc(p, p);
    if (work->tsqr == NULL || work->block_x == NULL || work->block_y == NULL ||
        work->r == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot fit %zu terms of the margin", p);
    return MG_OK;
}

/* The equations of the last two passes: eq[1] is fitted to what eq[0] keeps. */
static mg_status fit_passes(struct fit_work *work, struct fit_equation eq[2],
                            unsigned *passes, size_t *drop, mg_error *err)
{
    unsigned most = work->options.passes > 0 ? work->options.passes : PASSES;
    mg_status status = fit_once(work, NULL, &eq[1], drop, err);

    eq[0] = eq[1];
    *passes = 0;
    if (work->options.no_trim)
        return status;
    while (status == MG_OK && *drop == work->terms->p && *passes < most) {
        eq[0] = eq[1];
        if (!(eq[0].sigma > 0)) /* no scatter: nothing to judge by */
            work->options.no_trim = true;
        status = fit_once(work, &eq[0], &eq[1], drop, err);
        ++*passes;
    }
    return status;
}

static mg_status add_up(struct fit_work *work, const struct fit_equation eq[2],
                        mg_margin_fit *fit, mg_error *err)
{
    size_t p = work->terms->p;
    struct fit_sums sums = {.by = &eq[0],
                            .final = &eq[1],
                            .bread = gsl_matrix_calloc(p, p),
                            .meat = gsl_matrix_calloc(p, p)};
    mg_status status;

    if (sums.bread == NULL || sums.meat == NULL)
        status = mg_fail(err, MG_E_NOMEM, "cannot fit %zu terms of the margin", p);
    else
        status = fit_pass(work, fit_sum, &sums, err);
    if (status == MG_OK)
        status = fit_results(work, &sums, fit, err);
    gsl_matrix_free(sums.bread);
    gsl_matrix_free(sums.meat);
    return status;
}

/* Counts usable pairs, and lists their years. */
static mg_status scan(struct fit_work *work, bool years[MARGIN_YEARS], mg_error *err)
{
    mg_status status = work->pairs->rewind(work->pairs->self, err);
    size_t n = 1;

    while (status == MG_OK && n > 0) {
        n = 0;
        status = work->pairs->next(work->pairs->self, work->batch, FIT_BATCH, &n, err);
        for (size_t i = 0; status == MG_OK && i < n; i++)
            if (margin_usable(&work->batch[i])) {
                work->usable++;
                years[work->batch[i].year] = true;
            }
    }
    return status;
}

static mg_status fit_all(struct fit_work *work, mg_margin_fit *fit, mg_error *err)
{
    bool years[MARGIN_YEARS] = {false};
    struct fit_equation eq[2] = {{.sigma = 0}};
    mg_status status = scan(work, years, err);
    bool again = true;

    if (status == MG_OK && !margin_terms_make(work->terms, years, &fit->base_year))
        status = mg_fail(err, MG_E_RANGE, "more than %d terms of the margin",
                         (int)MG_TERMS_MAX);
    while (status == MG_OK && again) {
        size_t drop = 0;
        status = make_room(work, err);
        if (status == MG_OK)
            status = fit_passes(work, eq, &fit->passes, &drop, err);
        again = status == MG_OK && drop < work->terms->p;
        if (again) {
            fit->dropped[fit->n_dropped++] = work->terms->term[drop];
            margin_terms_drop(work->terms, drop);
        }
    }
    return status == MG_OK ? add_up(work, eq, fit, err) : status;
}

mg_status mg_margin_fit_make(const mg_margin_pairs *pairs,
                             const mg_margin_fit_options *options, mg_margin_fit *fit,
                             mg_error *err)
{
    struct fit_work work = {.pairs = pairs};
    mg_status status = MG_OK;

    mg_gsl_quiet();
    *fit = (mg_margin_fit){0};
    if (options != NULL)
        work.options = *options;
    work.terms = mg_alloc(1, sizeof *work.terms);
    work.batch = mg_alloc(FIT_BATCH, sizeof *work.batch);
    if (work.terms == NULL || work.batch == NULL)
        status = mg_fail(err, MG_E_NOMEM, "cannot fit a margin");
    else
        status = fit_all(&work, fit, err);
    release(&work);
    free(work.terms);
    free(work.batch);
    if (status != MG_OK)
        mg_margin_fit_release(fit);
    return status;
}

void mg_margin_fit_release(mg_margin_fit *fit)
{
    free(fit->covariance);
    *fit = (mg_margin_fit){0};
}

void mg_margin_fit_predict(const mg_margin_fit *fit, const mg_margin_case *c,
                           double *ln_margin, double *std_error)
{
    mg_margin_pair pair = {.ln_km = log(c->route.km),
                           .ln_unit_value = log(c->unit_value),
                           .year = (uint16_t)(c->year < MARGIN_YEARS ? c->year : 0),
                           .contiguous = c->route.contiguous,
                           .landlocked_x = c->route.landlocked_x,
                           .landlocked_m = c->route.landlocked_m};
    double x[MG_TERMS_MAX];
    double variance = 0;

    *ln_margin = NAN;
    *std_error = NAN;
    if (!isfinite(pair.ln_km) || !isfinite(pair.ln_unit_value))
        return;
    *ln_margin = 0;
    for (size_t j = 0; j < fit->p; j++) {
        x[j] = margin_term_value(fit->term[j], &pair);
        *ln_margin += x[j] * fit->coefficient[j];
    }
    for (size_t i = 0; fit->covariance != NULL && i < fit->p; i++)
        for (size_t j = 0; j < fit->p; j++)
            variance += x[i] * x[j] * fit->covariance[i * fit->p + j];
    if (fit->covariance != NULL)
        *std_error = sqrt(fmax(variance, 0));
}
