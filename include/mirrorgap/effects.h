/* SPDX-License-Identifier: GPL-3.0-or-later */
/* effects.h - additive effects of several ways of grouping rows.
 *
 *     y[r] = mean + sum over ways w of effect[w][level[w][r]] + error[r]
 *
 * by least squares with weights: the error of a row has variance s^2 / weight.
 * Fitted by sweeps: each way in turn takes up the weighted mean of what the
 * others leave (alternating projections, Gauss-Seidel on the normal equations;
 * Guimaraes and Portugal, Stata Journal 10(4), 2010), and every two sweeps are
 * extrapolated (Irons and Tuck, International Journal for Numerical Methods in
 * Engineering 1, 1969) where that lowers the sum of squares.
 *
 * No files, no state; results have the same bits on any number of threads. */
#ifndef MG_EFFECTS_H
#define MG_EFFECTS_H

#include "mirrorgap/status.h"

enum { MG_EFFECT_WAYS = 8 };

typedef struct mg_effects_problem {
    size_t n;                              /* rows, below 2^32 */
    size_t ways;                           /* 1 .. MG_EFFECT_WAYS */
    uint32_t levels[MG_EFFECT_WAYS];       /* of each way */
    const uint32_t *level[MG_EFFECT_WAYS]; /* n of each way, below levels[way] */
    const double *y;                       /* n, finite where the weight is > 0 */
    const double *weight; /* n, finite, >= 0; 0 leaves a row out; NULL: 1 */
} mg_effects_problem;

typedef enum mg_effects_errors {
    MG_ERRORS_BEST, /* exact where at most `exact_levels` levels are to be solved for */
    MG_ERRORS_NONE,
    MG_ERRORS_DIAGONAL, /* s sqrt(1/W_level - 1/W): as if the other ways were known;
                         * exact for one way, else too small */
    MG_ERRORS_EXACT     /* from the normal equations, whatever it takes */
} mg_effects_errors;

typedef struct mg_effects_options {
    double tol;          /* 0: 1e-10 */
    unsigned max_sweeps; /* 0: 2000 */
    mg_effects_errors errors;
    /* Levels to be solved for are those of all ways but the largest, which is
     * eliminated: 0: 1000, about a second. */
    size_t exact_levels;
    bool plain; /* no extrapolation */
} mg_effects_options;

typedef struct mg_effects {
    double mean; /* weighted mean of y */
    /* Effects of each way, their weighted mean over all rows 0; NaN for a level
     * whose rows weigh nothing. Between components (below) the difference of two
     * effects is not identified: the sweeps leave it near the raw means. */
    double *effect[MG_EFFECT_WAYS];
    double *std_error[MG_EFFECT_WAYS];  /* of effect; NaN where not asked for */
    double *sum_weight[MG_EFFECT_WAYS]; /* of the rows of a level */
    double *residual;                   /* n; NaN for rows that have no fit */
    double scale;   /* s: root of weighted squares / freedom; NaN without freedom */
    double freedom; /* rows of weight > 0 less the rank */
    double sum_weights;
    size_t rows;              /* of weight > 0 */
    uint32_t components;      /* that the first two ways fall into; 1 for a single way */
    unsigned sweeps;          /* used */
    double change;            /* largest step of an effect in the last sweep */
    bool converged;           /* change <= tol * root mean square residual, or rounding */
    mg_effects_errors errors; /* what std_error is */
    double *memory;           /* the library's */
} mg_effects;

/* Fits *problem. options may be NULL. *fit is the caller's, for
 * mg_effects_release(); empty on failure. Not having converged is no failure.
 * Errors: MG_E_NOMEM; MG_E_RANGE (ways, levels, weights, y or tol out of their
 * domain, no row of weight > 0). */
MG_MUST_CHECK mg_status mg_effects_fit(const mg_effects_problem *problem,
                                       const mg_effects_options *options, mg_effects *fit,
                                       mg_error *err);
void mg_effects_release(mg_effects *fit);

#endif
