/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The re-estimated margin equation against the same on dense matrices. */
#include <gsl/gsl_multifit.h>

#include "margin_world.h"

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

int main(void)
{
    static struct suite s;

    suite_add(&s, "without trimming", twin_without_trimming, NULL);
    suite_add(&s, "robust errors", twin_of_robust_errors, NULL);
    suite_add(&s, "one pass of trimming", twin_of_trimming, NULL);
    return suite_run("margin_fit_dense", &s);
}
