/* SPDX-License-Identifier: GPL-3.0-or-later */
/* solve.h - a few equations, symmetric and positive. */
#ifndef MG_SCORE_SOLVE_H
#define MG_SCORE_SOLVE_H

#include "mirrorgap/status.h"

/* Solves h d = g by Cholesky, in place: d stands in g, h is spent. h: k rows, `stride`
 * apart, of which the lower half is given. False where h is not positive by more than
 * rounding (1e-12 of its diagonal); g is spent as well. */
bool solve_positive(size_t k, size_t stride, double *h, double *g);

#endif
