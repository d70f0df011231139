/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lts.h - a line through most of the figures: least trimmed squares.
 *
 * The coefficients that make the sum of the h smallest squared residuals least, h = (n +
 * k
 * + 1) / 2 (Rousseeuw 1984), found by C-steps (Rousseeuw and Van Driessen 2006) from
 * every k rows where there are 5,000 such choices or fewer, else from 3,000 of a fixed
 * random sequence; then least squares over the rows within 2.5 raw deviations. Up to half
 * of the figures may be wrong.
 *
 * The raw deviation is the root of objective / h, made consistent for the normal, times
 * 1 + 3.7 k / (n - k): trimmed fits of small samples are too close (simulated, lts.c).
 * scale is that of the rows kept, made consistent.
 * The same bits on any machine with IEEE doubles; safe from several threads. */
#ifndef MG_LTS_H
#define MG_LTS_H

#include "mirrorgap/status.h"

enum { MG_LTS_TERMS = 6 };

typedef struct mg_lts_fit {
    double beta[MG_LTS_TERMS];
    double scale;
    double objective; /* sum of the h smallest squares */
    size_t h;
    size_t outliers; /* rows beyond 2.5 raw deviations */
} mg_lts_fit;

/*   x        n rows of k terms (1 <= k <= MG_LTS_TERMS); a term of 1 is an intercept
 *   y        n
 *   outlier  n, 1 for a row that was left out; or NULL
 * Errors: MG_E_RANGE (n <= 2 k, k out of range, or all rows on fewer than k points),
 * MG_E_NOMEM. */
MG_MUST_CHECK mg_status mg_lts(size_t n, size_t k, const double *x, const double *y,
                               mg_lts_fit *fit, uint8_t *outlier, mg_error *err);

#endif
