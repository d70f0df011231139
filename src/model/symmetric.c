/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/symmetric.h"

#include <gsl/gsl_eigen.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_linalg.h>
#include <math.h>

#include "mirrorgap/gsl_quiet.h"

/* Below this reciprocal condition number (of the matrix scaled to a diagonal of
 * 1) a direction counts as not identified; rounding of a sum over many rows stays
 * well below. */
static const double singular = 1e-11;

static double total(const struct zero_sum *sum)
{
    double all = 0;

    for (size_t i = 0; i < sum->to - sum->from; i++)
        all += sum->coefficient[i];
    return all;
}

/* Adds each sum as a row of observations that it is 0: takes nothing from what is
 * identified, and makes the shifts along it regular. */
static void add_sums(gsl_matrix *a, const struct zero_sum *sums, size_t n_sums)
{
    for (size_t k = 0; k < n_sums; k++) {
        const struct zero_sum *s = &sums[k];
        double scale = 1 / total(s);
        for (size_t i = s->from; i < s->to; i++)
            for (size_t j = s->from; j < s->to; j++)
                *gsl_matrix_ptr(a, i, j) +=
                    scale * s->coefficient[i - s->from] * s->coefficient[j - s->from];
    }
}

static void scale_by(gsl_matrix *a, const gsl_vector *by)
{
    for (size_t i = 0; i < a->size1; i++)
        for (size_t j = 0; j < a->size2; j++)
            *gsl_matrix_ptr(a, i, j) *= gsl_vector_get(by, i) * gsl_vector_get(by, j);
}

/* The covariance of what is left when each sum has been taken out. */
static void centre(gsl_matrix *a, const struct zero_sum *sums, size_t n_sums)
{
    for (int side = 0; side < 2; side++) {
        for (size_t k = 0; k < n_sums; k++) {
            const struct zero_sum *s = &sums[k];
            double all = total(s);
            for (size_t j = 0; j < a->size2; j++) {
                double middle = 0;
                for (size_t i = s->from; i < s->to; i++)
                    middle += s->coefficient[i - s->from] * gsl_matrix_get(a, i, j);
                middle /= all;
                for (size_t i = s->from; i < s->to; i++)
                    *gsl_matrix_ptr(a, i, j) -= middle;
            }
        }
        (void)gsl_matrix_transpose(a);
    }
}

static bool invert_regular(gsl_matrix *a, gsl_vector *work)
{
    double reciprocal = 0;

    return gsl_linalg_cholesky_decomp1(a) == GSL_SUCCESS &&
           gsl_linalg_cholesky_rcond(a, &reciprocal, work) == GSL_SUCCESS &&
           reciprocal > singular && gsl_linalg_cholesky_invert(a) == GSL_SUCCESS;
}

static mg_status invert_singular(gsl_matrix *a, size_t *rank, mg_error *err)
{
    size_t n = a->size1;
    gsl_eigen_symmv_workspace *work = gsl_eigen_symmv_alloc(n);
    gsl_matrix *vectors = gsl_matrix_alloc(n, n);
    gsl_vector *values = gsl_vector_alloc(n);
    mg_status status = MG_OK;

    if (work == NULL || vectors == NULL || values == NULL)
        status = mg_fail(err, MG_E_NOMEM, "cannot hold %zu eigenvectors", n);
    else if (gsl_eigen_symmv(a, values, vectors, work) != GSL_SUCCESS)
        status = mg_fail(err, MG_E_RANGE, "the normal equations have no eigenvalues");
    else {
        double least = singular * (double)n * gsl_vector_max(values);
        gsl_matrix_set_zero(a);
        *rank = 0;
        for (size_t k = 0; k < n; k++) {
            double value = gsl_vector_get(values, k);
            if (value <= least)
                continue;
            ++*rank;
            for (size_t i = 0; i < n; i++)
                for (size_t j = 0; j < n; j++)
                    *gsl_matrix_ptr(a, i, j) += gsl_matrix_get(vectors, i, k) *
                                                gsl_matrix_get(vectors, j, k) / value;
        }
    }
    if (work != NULL)
        gsl_eigen_symmv_free(work);
    gsl_matrix_free(vectors);
    gsl_vector_free(values);
    return status;
}

mg_status symmetric_covariance(gsl_matrix *normal, const struct zero_sum *sums,
                               size_t n_sums, size_t *rank, mg_error *err)
{
    size_t n = normal->size1;
    mg_status status = MG_OK;

    mg_gsl_quiet();
    gsl_matrix *kept = gsl_matrix_alloc(n, n);
    gsl_vector *scale = gsl_vector_alloc(n);
    gsl_vector *work = gsl_vector_alloc(3 * n);
    if (kept == NULL || scale == NULL || work == NULL)
        status = mg_fail(err, MG_E_NOMEM, "cannot hold %zu normal equations", n);
    else {
        add_sums(normal, sums, n_sums);
        for (size_t i = 0; i < n; i++)
            gsl_vector_set(scale, i, 1 / sqrt(gsl_matrix_get(normal, i, i)));
        scale_by(normal, scale);
        (void)gsl_matrix_memcpy(kept, normal);
        *rank = n;
        if (!invert_regular(normal, work)) {
            (void)gsl_matrix_memcpy(normal, kept);
            status = invert_singular(normal, rank, err);
        }
        scale_by(normal, scale);
        centre(normal, sums, n_sums);
        *rank -= *rank < n_sums ? *rank : n_sums;
    }
    gsl_matrix_free(kept);
    gsl_vector_free(scale);
    gsl_vector_free(work);
    return status;
}
