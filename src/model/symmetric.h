/* SPDX-License-Identifier: GPL-3.0-or-later */
/* symmetric.h - covariances from singular normal equations. */
#ifndef MG_SYMMETRIC_H
#define MG_SYMMETRIC_H

#include <gsl/gsl_matrix.h>

#include "mirrorgap/status.h"

/* A weighted sum of unknowns that is known to be 0: coefficient[i], 0 elsewhere
 * than in [from, to), where it is > 0. */
struct zero_sum {
    size_t from, to;
    const double *coefficient; /* of unknown `from` on */
};

/* Replaces the normal matrix (symmetric, positive semi-definite, its diagonal > 0
 * and zero-sum shifts among its null vectors) by the covariance of the solution
 * in which each of the sums is 0, for errors of variance 1: by Cholesky, or, where
 * more than the sums is missing, by the pseudo-inverse, which gives the error of
 * what is identified.
 *   rank   of the matrix without the sums
 * Sums must not overlap. Errors: MG_E_NOMEM; MG_E_RANGE where GSL fails. */
MG_MUST_CHECK mg_status symmetric_covariance(gsl_matrix *normal,
                                             const struct zero_sum *sums, size_t n_sums,
                                             size_t *rank, mg_error *err);

#endif
