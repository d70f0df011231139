/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "screen/least_squares.h"

#include <gsl/gsl_errno.h>
#include <gsl/gsl_linalg.h>
#include <math.h>
#include <string.h>

#include "mirrorgap/gsl_quiet.h"

enum { MOST = LEAST_SQUARES_MOST };

/* (X'X)^-1 in full. */
static bool inverse(size_t n, size_t k, double (*x)[MOST], double *to)
{
    gsl_matrix_view m = gsl_matrix_view_array(to, k, k);

    memset(to, 0, k * k * sizeof *to);
    for (size_t i = 0; i < n; i++)
        for (size_t a = 0; a < k; a++)
            for (size_t b = 0; b < k; b++)
                to[a * k + b] += x[i][a] * x[i][b];
    /* columns that depend on each other show in the pivots */
    double largest = 0;
    for (size_t a = 0; a < k; a++)
        largest = fmax(largest, to[a * k + a]);
    if (gsl_linalg_cholesky_decomp1(&m.matrix) != GSL_SUCCESS)
        return false;
    for (size_t a = 0; a < k; a++)
        if (!(to[a * k + a] * to[a * k + a] > 1e-10 * largest))
            return false;
    return gsl_linalg_cholesky_invert(&m.matrix) == GSL_SUCCESS;
}

/* First autocorrelation of the residuals, what least squares take from it in short series
 * put back ((1 + 4 rho) / n, after Kendall 1954); within 0 and 0.9. */
static double follows(size_t n, const double *e)
{
    double sum = 0;
    double squares = 0;

    for (size_t i = 0; i < n; i++) {
        squares += e[i] * e[i];
        sum += i > 0 ? e[i] * e[i - 1] : 0;
    }
    const double rho = squares > 0 ? sum / squares : 0;
    return fmin(fmax(rho + (1 + 4 * rho) / (double)n, 0), 0.9);
}

bool least_squares(size_t n, size_t k, double (*x)[MOST], const double *y, size_t lags,
                   double *work, double *beta, double *std_error)
{
    double inv[MOST * MOST];
    double xy[MOST] = {0};
    double meat[MOST * MOST] = {0};

    mg_gsl_quiet();
    if (!inverse(n, k, x, inv))
        return false;
    for (size_t i = 0; i < n; i++)
        for (size_t a = 0; a < k; a++)
            xy[a] += x[i][a] * y[i];
    for (size_t a = 0; a < k; a++) {
        beta[a] = 0;
        for (size_t b = 0; b < k; b++)
            beta[a] += inv[a * k + b] * xy[b];
    }
    for (size_t i = 0; i < n; i++) {
        double pull = 0; /* of the figure on its own fit */
        work[i] = y[i];
        for (size_t a = 0; a < k; a++) {
            work[i] -= beta[a] * x[i][a];
            for (size_t b = 0; b < k; b++)
                pull += x[i][a] * inv[a * k + b] * x[i][b];
        }
        work[i] /= fmax(1 - pull, 0.1);
    }
    const double rho = follows(n, work);
    for (size_t i = 0; i < n; i++) /* scores are all that is needed from here on */
        for (size_t a = 0; a < k; a++)
            x[i][a] *= work[i];
    for (size_t i = n - 1; i > 0; i--)
        for (size_t a = 0; a < k; a++)
            x[i][a] -= rho * x[i - 1][a];
    for (size_t lag = 0; lag <= lags && lag < n; lag++) {
        const double weight = 1 - (double)lag / (double)(lags + 1);
        for (size_t i = lag; i < n; i++)
            for (size_t a = 0; a < k; a++)
                for (size_t b = 0; b < k; b++)
                    meat[a * k + b] += lag == 0 ? x[i][a] * x[i][b]
                                                : weight * (x[i][a] * x[i - lag][b] +
                                                            x[i - lag][a] * x[i][b]);
    }
    for (size_t c = 0; c < k; c++) {
        double variance = 0;
        for (size_t a = 0; a < k; a++)
            for (size_t b = 0; b < k; b++)
                variance += inv[c * k + a] * meat[a * k + b] * inv[b * k + c];
        std_error[c] = sqrt(fmax(variance, 0)) / (1 - rho);
    }
    return true;
}
