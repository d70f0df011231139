/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The re-estimated margin equation: worlds whose equation is known, and dense twins. */
#include <gsl/gsl_multifit.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>

#include "mirrorgap/margin_fit.h"
#include "testing.h"

/* ---- pairs in memory as a source */

struct memory {
    const mg_margin_pair *pairs;
    size_t n, at;
    size_t most; /* in one batch; 0: as asked for */
    bool fail;   /* in the third round */
    int rounds;
};

static mg_status next(void *self, mg_margin_pair *pairs, size_t room, size_t *n,
                      mg_error *err)
{
    struct memory *m = self;
    size_t most = m->most > 0 && m->most < room ? m->most : room;

    if (m->fail && m->rounds == 3)
        return mg_fail(err, MG_E_IO, "the disk is gone");
    *n = m->n - m->at < most ? m->n - m->at : most;
    if (*n > 0)
        memcpy(pairs, m->pairs + m->at, *n * sizeof *pairs);
    m->at += *n;
    return MG_OK;
}

static mg_status from_the_first(void *self, mg_error *err)
{
    struct memory *m = self;

    (void)err;
    m->at = 0;
    m->rounds++;
    return MG_OK;
}

static mg_margin_fit fit_of(struct memory *m, const mg_margin_fit_options *options)
{
    mg_margin_pairs source = {m, next, from_the_first};
    mg_margin_fit fit;
    mg_error err = {0};

    if (mg_margin_fit_make(&source, options, &fit, &err) != MG_OK)
        fail_msg("%s", err.what);
    return fit;
}

/* ---- a world with a known equation */

enum { TERMS = 9, N = 2500 };
static const uint16_t terms[TERMS] = {0, 1, 2, 3, 4, 5, 6, 2014, 2015};
static const double truth[TERMS] = {.320, -.110, .010, -.032, -.044,
                                    .049, -.009, .012, -.008};
static const double sigma = .15;

struct world {
    const char *name;
    double outliers; /* share */
    bool alike;      /* errors of one variance, whatever the weight */
    bool values;     /* the equation holds for ratios of values */
    mg_margin_fit_options options;
    double neighbours; /* share; 0: .15 */
};

static void make_pair(gsl_rng *rng, const struct world *world, mg_margin_pair *pair)
{
    mg_margin_pair p = {0};

    p.contiguous =
        gsl_rng_uniform(rng) < (world->neighbours > 0 ? world->neighbours : .15);
    p.landlocked_m = gsl_rng_uniform(rng) < .2;
    p.landlocked_x = gsl_rng_uniform(rng) < .2;
    p.ln_km = p.contiguous ? 6 + .5 * gsl_ran_gaussian(rng, 1)
                           : log(500) + 3.4 * gsl_rng_uniform(rng);
    p.ln_unit_value = gsl_ran_gaussian(rng, 1.2);
    p.year = (uint16_t)(2014 + gsl_rng_uniform_int(rng, 3));
    p.export_kg = exp(8 + 4 * gsl_rng_uniform(rng));
    p.import_kg = p.export_kg * exp(gsl_ran_gaussian(rng, .25));
    p.export_usd = exp(10 + 4 * gsl_rng_uniform(rng));
    double weight = fmin(p.import_kg, p.export_kg) / fmax(p.import_kg, p.export_kg);
    double y = truth[0] + truth[1] * p.ln_km + truth[2] * p.ln_km * p.ln_km +
               truth[3] * p.ln_unit_value + (p.contiguous ? truth[4] : 0) +
               (p.landlocked_m ? truth[5] : 0) + (p.landlocked_x ? truth[6] : 0) +
               (p.year == 2014 ? truth[7] : 0) + (p.year == 2015 ? truth[8] : 0);
    y += gsl_ran_gaussian(rng, sigma) / (world->alike ? 1 : sqrt(weight));
    if (gsl_rng_uniform(rng) < world->outliers)
        y += (gsl_rng_uniform(rng) < .5 ? -1 : 1) * (1 + 4 * gsl_rng_uniform(rng));
    p.import_usd =
        p.export_usd * exp(y) * (world->values ? 1 : p.import_kg / p.export_kg);
    *pair = p;
}

static mg_margin_pair *make_pairs(unsigned long seed, const struct world *world, size_t n)
{
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    mg_margin_pair *pairs = malloc(n * sizeof *pairs);

    assert_non_null(rng);
    assert_non_null(pairs);
    gsl_rng_set(rng, seed);
    for (size_t i = 0; i < n; i++)
        make_pair(rng, world, &pairs[i]);
    gsl_rng_free(rng);
    return pairs;
}

static struct world worlds[] = {
    {"clean", 0, false, false, {0}, 0},
    {"2 % gross outliers", .02, false, false, {0}, 0},
    {"2 % gross outliers, one pass", .02, false, false, {.passes = 1}, 0},
    {"clean, one pass", 0, false, false, {.passes = 1}, 0},
    {"clean, not trimmed", 0, false, false, {.no_trim = true}, 0},
    {"one variance, robust errors", 0, true, false, {.robust = true}, 0},
    {"one variance, outliers, robust errors", .02, true, false, {.robust = true}, 0},
    {"one variance, no weights", 0, true, false, {.unweighted = true}, 0},
    {"ratio of values, outliers", .02, false, true, {.values = true}, 0},
    {"few neighbours, outliers", .02, false, false, {0}, .03},
};

static void coverage(void **state)
{
    const struct world *world = *state;
    enum { SEEDS = 50 };
    int within = 0;
    double square = 0;
    double of_sigma = 0;

    for (unsigned long seed = 1; seed <= SEEDS; seed++) {
        mg_margin_pair *pairs = make_pairs(seed, world, N);
        struct memory m = {.pairs = pairs, .n = N};
        mg_margin_fit fit = fit_of(&m, &world->options);
        assert_int_equal(fit.p, TERMS);
        assert_int_equal(fit.base_year, 2016);
        assert_int_equal(fit.n_dropped, 0);
        assert_int_equal(fit.leverage_kept,
                         world->options.no_trim || world->neighbours > 0);
        for (size_t j = 0; j < TERMS; j++) {
            assert_int_equal(fit.term[j], terms[j]);
            double off = (fit.coefficient[j] - truth[j]) / fit.std_error[j];
            within += fabs(off) <= 2;
            square += off * off / (SEEDS * TERMS);
        }
        of_sigma += fit.sigma / SEEDS;
        mg_margin_fit_release(&fit);
        free(pairs);
    }
    printf("%s: %.1f %% within two errors, mean square %.3f, sigma %.4f\n", world->name,
           100. * within / (SEEDS * TERMS), square, of_sigma);
    assert_true(within * 10 >= SEEDS * TERMS * 9);
    /* errors that trimming made too small by 1.29 would give 1.67; too wide ones < .7 */
    assert_true(square > .7 && square < 1.35);
    if (!world->alike)
        assert_near(of_sigma, sigma, .01 * sigma);
}

/* ---- dense twins */

struct dense {
    gsl_matrix *x;
    gsl_vector *y, *w, *c;
    gsl_matrix *cov;
    double chisq;
};

static void dense_row(const mg_margin_pair *p, double x[TERMS], double *y, double *w)
{
    x[0] = 1;
    x[1] = p->ln_km;
    x[2] = p->ln_km * p->ln_km;
    x[3] = p->ln_unit_value;
    x[4] = p->contiguous;
    x[5] = p->landlocked_m;
    x[6] = p->landlocked_x;
    x[7] = p->year == 2014;
    x[8] = p->year == 2015;
    *y = log(p->import_usd / p->import_kg) - log(p->export_usd / p->export_kg);
    *w = fmin(p->import_kg, p->export_kg) / fmax(p->import_kg, p->export_kg);
}

static bool good(const mg_margin_pair *p)
{
    return p->import_usd > 10000 && p->export_usd > 10000 && p->import_kg > 2000 &&
           p->export_kg > 2000;
}

/* Fits the pairs marked. */
static struct dense dense_fit(const mg_margin_pair *pairs, size_t n, const bool *marked)
{
    size_t rows = 0;
    for (size_t i = 0; i < n; i++)
        rows += marked[i] ? 1 : 0;
    struct dense d = {gsl_matrix_alloc(rows, TERMS),  gsl_vector_alloc(rows),
                      gsl_vector_alloc(rows),         gsl_vector_alloc(TERMS),
                      gsl_matrix_alloc(TERMS, TERMS), 0};
    size_t at = 0;
    for (size_t i = 0; i < n; i++)
        if (marked[i]) {
            dense_row(&pairs[i], gsl_matrix_ptr(d.x, at, 0), gsl_vector_ptr(d.y, at),
                      gsl_vector_ptr(d.w, at));
            at++;
        }
    gsl_multifit_linear_workspace *work = gsl_multifit_linear_alloc(rows, TERMS);
    gsl_multifit_wlinear(d.x, d.w, d.y, d.c, d.cov, &d.chisq, work);
    gsl_multifit_linear_free(work);
    return d;
}

static void dense_free(struct dense *d)
{
    gsl_matrix_free(d->x);
    gsl_vector_free(d->y);
    gsl_vector_free(d->w);
    gsl_vector_free(d->c);
    gsl_matrix_free(d->cov);
}

static double dense_leverage(const struct dense *d, const double x[TERMS], double w)
{
    double h = 0;
    for (size_t j = 0; j < TERMS; j++)
        for (size_t k = 0; k < TERMS; k++)
            h += w * x[j] * x[k] * gsl_matrix_get(d->cov, j, k);
    return h;
}

static double dense_residual(const struct dense *d, const double x[TERMS], double y)
{
    for (size_t j = 0; j < TERMS; j++)
        y -= x[j] * gsl_vector_get(d->c, j);
    return y;
}

enum { SMALL = 700 };

static void twin_without_trimming(void **state)
{
    struct world world = {.outliers = .02};
    mg_margin_pair *pairs = make_pairs(99, &world, SMALL);
    bool marked[SMALL];
    struct memory m = {.pairs = pairs, .n = SMALL};

    (void)state;
    size_t usable = 0;
    for (size_t i = 0; i < SMALL; i++)
        usable += (marked[i] = good(&pairs[i])) ? 1 : 0;
    struct dense d = dense_fit(pairs, SMALL, marked);
    mg_margin_fit fit = fit_of(&m, &(mg_margin_fit_options){.no_trim = true});
    assert_int_equal(fit.n_used, usable);
    assert_int_equal(fit.n_seen, SMALL);
    assert_int_equal(fit.n_trimmed, 0);
    double s2 = d.chisq / (double)(usable - TERMS);
    assert_near(fit.sigma, sqrt(s2), 1e-9);
    double margin = 0;
    double w_sum = 0;
    double wy = 0;
    for (size_t i = 0; i < usable; i++) {
        double y = gsl_vector_get(d.y, i);
        double fitted = y - dense_residual(&d, gsl_matrix_ptr(d.x, i, 0), y);
        margin += (exp(fitted) - 1) / (double)usable;
        w_sum += gsl_vector_get(d.w, i);
        wy += gsl_vector_get(d.w, i) * y;
    }
    double total = 0;
    for (size_t i = 0; i < usable; i++)
        total += gsl_vector_get(d.w, i) * pow(gsl_vector_get(d.y, i) - wy / w_sum, 2);
    assert_near(fit.mean_margin, margin, 1e-9);
    assert_near(fit.r2, 1 - d.chisq / total, 1e-9);
    for (size_t j = 0; j < TERMS; j++) {
        assert_near(fit.coefficient[j], gsl_vector_get(d.c, j), 1e-9);
        for (size_t k = 0; k < TERMS; k++)
            assert_near(fit.covariance[j * TERMS + k], s2 * gsl_matrix_get(d.cov, j, k),
                        1e-9);
        assert_near(fit.std_error[j], sqrt(s2 * gsl_matrix_get(d.cov, j, j)), 1e-9);
    }
    mg_margin_fit_release(&fit);
    dense_free(&d);
    free(pairs);
}

static void twin_of_robust_errors(void **state)
{
    struct world world = {.alike = true};
    mg_margin_pair *pairs = make_pairs(5, &world, SMALL);
    bool marked[SMALL];
    struct memory m = {.pairs = pairs, .n = SMALL};
    double meat[TERMS][TERMS] = {{0}};

    (void)state;
    for (size_t i = 0; i < SMALL; i++)
        marked[i] = good(&pairs[i]);
    struct dense d = dense_fit(pairs, SMALL, marked);
    double n = (double)d.x->size1;
    for (size_t i = 0; i < d.x->size1; i++) {
        const double *x = gsl_matrix_ptr(d.x, i, 0);
        double we =
            gsl_vector_get(d.w, i) * dense_residual(&d, x, gsl_vector_get(d.y, i));
        for (size_t j = 0; j < TERMS; j++)
            for (size_t k = 0; k < TERMS; k++)
                meat[j][k] += we * we * x[j] * x[k];
    }
    mg_margin_fit fit =
        fit_of(&m, &(mg_margin_fit_options){.no_trim = true, .robust = true});
    for (size_t a = 0; a < TERMS; a++)
        for (size_t b = 0; b < TERMS; b++) {
            double cov = 0;
            for (size_t j = 0; j < TERMS; j++)
                for (size_t k = 0; k < TERMS; k++)
                    cov += gsl_matrix_get(d.cov, a, j) * meat[j][k] *
                           gsl_matrix_get(d.cov, k, b);
            assert_near(fit.covariance[a * TERMS + b], cov * n / (n - TERMS), 1e-9);
        }
    mg_margin_fit_release(&fit);
    dense_free(&d);
    free(pairs);
}

/* One pass of trimming, rule by rule, on dense matrices. */
static void twin_of_trimming(void **state)
{
    struct world world = {0};
    mg_margin_pair *pairs = make_pairs(17, &world, SMALL);
    bool marked[SMALL];
    bool kept[SMALL];
    struct memory m = {.pairs = pairs, .n = SMALL};
    int by_rule[3] = {0};

    (void)state;
    for (size_t i = 0; i < SMALL; i++)
        kept[i] = marked[i] = good(&pairs[i]);
    struct dense d = dense_fit(pairs, SMALL, marked);
    double n = (double)d.x->size1;
    double df = n - TERMS;
    size_t trimmed = 0;
    for (size_t i = 0; i < SMALL; i++) {
        double x[TERMS];
        double y;
        double w;
        dense_row(&pairs[i], x, &y, &w);
        double e = sqrt(w) * dense_residual(&d, x, y);
        double h = dense_leverage(&d, x, w);
        double without = (d.chisq - e * e / (1 - h)) / (df - 1); /* s^2 left out */
        double t = e / sqrt(without * (1 - h));
        double cook = e * e / (TERMS * d.chisq / df) * h / ((1 - h) * (1 - h));
        by_rule[0] += marked[i] && fabs(t) > 2;
        by_rule[1] += marked[i] && fabs(t) <= 2 && cook > 4 / df;
        by_rule[2] += marked[i] && h > 2 * TERMS / n;
        if (fabs(t) > 2 || cook > 4 / df || h > 2 * TERMS / n)
            kept[i] = false;
        trimmed += marked[i] && !kept[i] ? 1 : 0;
    }
    assert_true(by_rule[0] > 5 && by_rule[1] > 0 && by_rule[2] > 5);
    dense_free(&d);
    d = dense_fit(pairs, SMALL, kept);
    mg_margin_fit fit = fit_of(&m, &(mg_margin_fit_options){.passes = 1});
    assert_int_equal(fit.n_trimmed, trimmed);
    assert_int_equal(fit.passes, 1);
    for (size_t j = 0; j < TERMS; j++)
        assert_near(fit.coefficient[j], gsl_vector_get(d.c, j), 1e-9);
    mg_margin_fit_release(&fit);
    dense_free(&d);
    free(pairs);
}

/* ---- the rest of the contract */

static void batches_do_not_matter(void **state)
{
    struct world world = {.outliers = .02};
    mg_margin_pair *pairs = make_pairs(3, &world, N);
    struct memory whole = {.pairs = pairs, .n = N};
    struct memory odd = {.pairs = pairs, .n = N, .most = 7};

    (void)state;
    mg_margin_fit a = fit_of(&whole, NULL);
    mg_margin_fit b = fit_of(&odd, NULL);
    assert_int_equal(a.passes, 4);
    assert_int_equal(a.n_used, b.n_used);
    for (size_t j = 0; j < TERMS; j++) {
        assert_same_double(a.coefficient[j], b.coefficient[j]);
        assert_same_double(a.std_error[j], b.std_error[j]);
    }
    assert_same_double(a.sigma, b.sigma);
    mg_margin_fit_release(&a);
    mg_margin_fit_release(&b);
    free(pairs);
}

static void constant_regressors_go(void **state)
{
    struct world world = {.outliers = .02};
    mg_margin_pair *pairs = make_pairs(3, &world, N);
    struct memory m = {.pairs = pairs, .n = N};

    (void)state;
    for (size_t i = 0; i < N; i++) {
        pairs[i].contiguous = false;
        pairs[i].landlocked_m = true;
        pairs[i].year = pairs[i].year == 2015 ? 2014 : 2016;
    }
    mg_margin_fit fit = fit_of(&m, NULL);
    assert_int_equal(fit.n_dropped, 2);
    assert_int_equal(fit.dropped[0], MG_TERM_CONTIGUOUS);
    assert_int_equal(fit.dropped[1], MG_TERM_LANDLOCKED_IMPORTER);
    assert_int_equal(fit.p, 6); /* 2014 alone of the years */
    assert_int_equal(fit.term[5], 2014);
    mg_margin_fit_release(&fit);
    for (size_t i = 0; i < N; i++) /* one distance: its square goes too */
        pairs[i].ln_km = 8;
    fit = fit_of(&m, NULL);
    assert_int_equal(fit.n_dropped, 4);
    mg_margin_fit_release(&fit);
    free(pairs);
}

static void predictions(void **state)
{
    struct world world = {.outliers = 0};
    mg_margin_pair *pairs = make_pairs(8, &world, N);
    struct memory m = {.pairs = pairs, .n = N};
    mg_margin_fit fit = fit_of(&m, NULL);
    mg_margin_case c = {{.km = 1500, .rta = NAN, .landlocked_m = true}, 2, 2015, false};
    double x[TERMS] = {1, log(1500), log(1500) * log(1500), log(2), 0, 1, 0, 0, 1};
    double ln;
    double error;
    double want = 0;
    double variance = 0;

    (void)state;
    for (size_t j = 0; j < TERMS; j++) {
        want += x[j] * fit.coefficient[j];
        for (size_t k = 0; k < TERMS; k++)
            variance += x[j] * x[k] * fit.covariance[j * TERMS + k];
    }
    mg_margin_fit_predict(&fit, &c, &ln, &error);
    assert_near(ln, want, 1e-12);
    assert_near(error, sqrt(variance), 1e-12);
    assert_true(error > 0 && error < .05);
    c.year = 1995; /* not in it: as the base */
    mg_margin_fit_predict(&fit, &c, &ln, &error);
    assert_near(ln, want - fit.coefficient[8], 1e-12);
    c.route.km = NAN;
    mg_margin_fit_predict(&fit, &c, &ln, &error);
    assert_true(isnan(ln) && isnan(error));
    c.route.km = 1500;
    c.unit_value = 0;
    mg_margin_fit_predict(&fit, &c, &ln, &error);
    assert_true(isnan(ln));
    c.unit_value = 2;
    free(fit.covariance); /* as read back without it */
    fit.covariance = NULL;
    mg_margin_fit_predict(&fit, &c, &ln, &error);
    assert_true(!isnan(ln) && isnan(error));
    mg_margin_fit_release(&fit);
    free(pairs);
}

static void names(void **state)
{
    char name[MG_TERM_NAME];

    (void)state;
    for (int t = 0; t < 9999; t = t == MG_TERMS_FIXED - 1 ? MG_TERM_YEAR : t + 1)
        assert_int_equal(mg_margin_term_find(mg_margin_term_name(t, name)), t);
    assert_string_equal(mg_margin_term_name(2016, name), "year_2016");
    static const char *const none[] = {"",          "year_",     "year_16", "year_20160",
                                       "year_x016", "year_0016", "ln"};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        assert_int_equal(mg_margin_term_find(none[i]), -1);
}

/* What is not usable does not count; too little is refused; errors come through. */
static void refusals(void **state)
{
    struct world world = {0};
    mg_margin_pair *pairs = make_pairs(8, &world, 40);
    struct memory m = {.pairs = pairs, .n = 9};
    mg_margin_pairs source = {&m, next, from_the_first};
    mg_margin_fit fit;
    mg_error err = {0};

    (void)state;
    for (size_t i = 0; i < 40; i++) {
        pairs[i].export_kg = pairs[i].import_kg = 5000;
        pairs[i].export_usd = 20000;
        pairs[i].import_usd = 21000;
    }
    assert_int_equal(mg_margin_fit_make(&source, NULL, &fit, &err), MG_E_RANGE);
    assert_null(fit.covariance);
    m.n = 0;
    assert_int_equal(mg_margin_fit_make(&source, NULL, &fit, &err), MG_E_RANGE);
    m.n = 40;
    m.fail = true;
    m.rounds = 0;
    assert_int_equal(mg_margin_fit_make(&source, NULL, &fit, &err), MG_E_IO);
    assert_string_equal(err.what, "the disk is gone");
    m.fail = false;
    pairs[0].import_kg = 2000;
    pairs[1].export_kg = NAN;
    pairs[2].import_usd = 10000;
    pairs[3].export_usd = NAN;
    pairs[4].ln_km = NAN;
    pairs[5].ln_unit_value = -INFINITY;
    pairs[6].year = 0;
    pairs[7].import_usd = INFINITY;
    mg_margin_fit got = fit_of(&m, &(mg_margin_fit_options){.no_trim = true});
    assert_int_equal(got.n_used, 32);
    assert_int_equal(got.n_seen, 40);
    mg_margin_fit_release(&got);
    free(pairs);
}

int main(void)
{
    static struct suite s;

    SUITE_CASES(&s, worlds, coverage);
    suite_add(&s, "twin without trimming", twin_without_trimming, NULL);
    suite_add(&s, "twin of robust errors", twin_of_robust_errors, NULL);
    suite_add(&s, "twin of trimming", twin_of_trimming, NULL);
    suite_add(&s, "batches do not matter", batches_do_not_matter, NULL);
    suite_add(&s, "constant regressors go", constant_regressors_go, NULL);
    suite_add(&s, "predictions", predictions, NULL);
    suite_add(&s, "names of terms", names, NULL);
    suite_add(&s, "refusals", refusals, NULL);
    return suite_run("margin_fit", &s);
}
