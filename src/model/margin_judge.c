/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which pairs are trimmed, and what that does to the errors of a fit. */
#include <gsl/gsl_blas.h>
#include <gsl/gsl_linalg.h>
#include <math.h>

#include "mirrorgap/mem.h"
#include "model/margin_fit.h"

double fit_cut_variance(double k)
{
    static const double root_half = 0.70710678118654752;
    static const double density_0 = 0.39894228040143268;

    return isinf(k) ? 1 : 1 - 2 * k * density_0 * exp(-k * k / 2) / erf(k * root_half);
}

/* Bisection for x in (low, high): the deviation of which a sample cut at +-b has the
 * variance `want`; with b 0, the cut that leaves the share `want`. */
static double solve(double low, double high, double b, double want)
{
    for (int i = 0; i < 80; i++) {
        double x = (low + high) / 2;
        double got = b > 0 ? x * x * fit_cut_variance(b / x) : fit_cut_variance(x);
        *(got < want ? &low : &high) = x;
    }
    return (low + high) / 2;
}

double fit_sigma(double s2, double v, double by)
{
    enum { WIDEST = 4 };
    double s = sqrt(s2);

    if (!(v < 1) || !(by > 0) || !(s > 0))
        return s;
    double cut = by * solve(1e-3, 10, 0, v); /* one cut in place of all k_i by */
    double most = WIDEST * s;
    if (most * most * fit_cut_variance(cut / most) < s2)
        return sqrt(s2 / v); /* flatter than any normal sample: as if `by` were right */
    return solve(s, most, cut, s2);
}

static double residual(const struct fit_work *work, const struct fit_equation *by,
                       const struct margin_row *row)
{
    double fitted = 0;

    for (size_t j = 0; j < work->terms->p; j++)
        fitted += row->x[j] * by->beta[j];
    return row->y - fitted;
}

void fit_judge(const struct fit_work *work, const struct fit_equation *by,
               const struct margin_row *row, struct fit_verdict *verdict)
{
    size_t p = work->terms->p;
    double n = (double)work->usable;
    double root = sqrt(row->weight);
    double h = 0;

    for (size_t j = 0; j < p; j++) { /* forwards through R' z = sqrt(w) x */
        double z = root * row->x[j];
        for (size_t i = 0; i < j; i++)
            z -= gsl_matrix_get(work->r, i, j) * verdict->z[i];
        verdict->z[j] = z / gsl_matrix_get(work->r, j, j);
        h += verdict->z[j] * verdict->z[j];
    }
    verdict->kept = true;
    verdict->far = false;
    verdict->k = INFINITY;
    if (work->options.no_trim)
        return;
    /* r is the internally studentised residual. The external one, t, exceeds 2 where
     * r^2 > 4 (n - p) / (n - p + 3), as t^2 = r^2 (n - p - 1) / (n - p - r^2). */
    double df = n - (double)p;
    double by_residual = 4 * df / (df + 3);
    double by_cook = 4 * (double)p * (1 - h) / (h * df); /* r^2 h / (p (1 - h)) */
    double most = fmin(by_residual, by_cook);
    double r = root * residual(work, by, row) / by->sigma;
    verdict->far = h > 2 * (double)p / n;
    verdict->kept =
        r * r <= most * (1 - h) && (work->options.keep_leverage || !verdict->far);
    verdict->k = sqrt(most);
}

void fit_sum(struct fit_work *work, void *self, const struct margin_row *row)
{
    struct fit_sums *sums = self;
    struct fit_verdict verdict;

    fit_judge(work, sums->by, row, &verdict);
    if (!verdict.kept)
        return;
    size_t p = work->terms->p;
    double e = residual(work, sums->final, row);
    double square = row->weight * e * e;
    double v = isinf(verdict.k)
                   ? 1
                   : fit_cut_variance(verdict.k * sums->by->sigma / sums->final->sigma);
    for (size_t i = 0; i < p; i++)
        for (size_t j = 0; j <= i; j++) {
            double zz = verdict.z[i] * verdict.z[j];
            *gsl_matrix_ptr(sums->bread, i, j) += v * zz;
            *gsl_matrix_ptr(sums->meat, i, j) += square * zz;
        }
    sums->n++;
    sums->rss += square;
    sums->w += row->weight;
    sums->wy += row->weight * row->y;
    sums->wyy += row->weight * row->y * row->y;
    sums->margin += expm1(row->y - e);
}

/* bread becomes R^-1 (bread^-1 meat bread^-1) R^-T: the sandwich; without meat
 * R^-1 bread^-1 R^-T. */
static bool make_covariance(const gsl_matrix *r, gsl_matrix *bread, gsl_matrix *meat)
{
    if (gsl_linalg_cholesky_decomp1(bread) != 0 || gsl_linalg_cholesky_invert(bread) != 0)
        return false;
    if (meat != NULL) {
        gsl_matrix *half = gsl_matrix_alloc(bread->size1, bread->size2);
        if (half == NULL)
            return false;
        gsl_blas_dsymm(CblasLeft, CblasLower, 1, meat, bread, 0, half);
        gsl_blas_dgemm(CblasNoTrans, CblasNoTrans, 1, bread, half, 0, meat);
        gsl_matrix_memcpy(bread, meat);
        gsl_matrix_free(half);
    }
    gsl_blas_dtrsm(CblasLeft, CblasUpper, CblasNoTrans, CblasNonUnit, 1, r, bread);
    gsl_blas_dtrsm(CblasRight, CblasUpper, CblasTrans, CblasNonUnit, 1, r, bread);
    return true;
}

mg_status fit_results(const struct fit_work *work, const struct fit_sums *sums,
                      mg_margin_fit *fit, mg_error *err)
{
    size_t p = work->terms->p;
    double n = (double)sums->n;
    bool robust = work->options.robust;
    double sigma = sums->final->sigma;
    double scale = robust ? n / (n - (double)p) : sigma * sigma;

    fit->covariance = mg_alloc(p * p, sizeof *fit->covariance);
    if (fit->covariance == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot hold the covariance of %zu terms", p);
    if (!make_covariance(work->r, sums->bread, robust ? sums->meat : NULL))
        return mg_fail(err, MG_E_RANGE,
                       "the pairs that are left do not tell the terms "
                       "of the margin apart");
    fit->p = p;
    for (size_t i = 0; i < p; i++) {
        for (size_t j = 0; j < p; j++)
            fit->covariance[i * p + j] = scale * gsl_matrix_get(sums->bread, i, j);
        fit->term[i] = work->terms->term[i];
        fit->coefficient[i] = sums->final->beta[i];
        fit->std_error[i] = sqrt(fit->covariance[i * p + i]);
    }
    double total = sums->wyy - sums->wy * sums->wy / sums->w;
    fit->n_seen = work->seen;
    fit->n_used = sums->n;
    fit->n_trimmed = work->usable - sums->n;
    fit->r2 = total > 0 ? 1 - sums->rss / total : NAN;
    fit->sigma = sigma;
    fit->leverage_kept = work->options.keep_leverage || work->options.no_trim;
    fit->mean_margin = sums->margin / n;
    return MG_OK;
}
