/* SPDX-License-Identifier: GPL-3.0-or-later */
/* least_squares.h - a small regression with errors that follow each other. */
#ifndef MG_SCREEN_LEAST_SQUARES_H
#define MG_SCREEN_LEAST_SQUARES_H

#include <stdbool.h>
#include <stddef.h>

enum { LEAST_SQUARES_MOST = 8 };

/* beta and standard errors of y on k regressors, in the order of time: Newey and West's
 * with Bartlett weights up to `lags`, of residuals over 1 less their leverage (as HC3,
 * after MacKinnon and White 1985), prewhitened by their first autocorrelation (Andrews
 * and Monahan 1992). x is used up; work: room for n. False where the regressors depend on
 * each other; n > k. */
bool least_squares(size_t n, size_t k, double (*x)[LEAST_SQUARES_MOST], const double *y,
                   size_t lags, double *work, double *beta, double *std_error);

#endif
