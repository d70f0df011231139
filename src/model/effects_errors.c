/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Standard errors of fitted effects. The way with most levels is eliminated from
 * the normal equations (its levels share no row, so its block is diagonal): what
 * is left to invert is as large as all other ways together. */
#include <gsl/gsl_matrix.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "mirrorgap/gsl_quiet.h"
#include "mirrorgap/mem.h"
#include "mirrorgap/threads.h"
#include "model/effects_parts.h"
#include "model/symmetric.h"

enum { BATCH = 128 }; /* levels of the eliminated way taken up together */

struct reduced {
    const mg_effects_problem *problem;
    const struct levels *by;
    const mg_effects *fit;
    size_t large;                    /* the way eliminated */
    size_t first[MG_EFFECT_WAYS];    /* unknown of a kept way's first level */
    uint32_t *place[MG_EFFECT_WAYS]; /* of a kept level among those with weight */
    double *coefficient;             /* weight of each unknown's level */
    struct zero_sum sums[MG_EFFECT_WAYS];
    size_t n_sums, n; /* unknowns */
    double *batch;    /* BATCH rows of n */
    gsl_matrix *matrix;
};

static void reduced_release(struct reduced *m)
{
    for (size_t w = 0; w < MG_EFFECT_WAYS; w++)
        free(m->place[w]);
    free(m->coefficient);
    free(m->batch);
    gsl_matrix_free(m->matrix);
}

/* The kept levels that have weight, and how many there are. */
static mg_status place_levels(struct reduced *m, mg_error *err)
{
    const mg_effects_problem *p = m->problem;
    size_t all = 0;

    for (size_t w = 0; w < p->ways; w++)
        all += p->levels[w];
    m->coefficient = mg_alloc(all, sizeof *m->coefficient);
    for (size_t w = 0; w < p->ways; w++) {
        if (w == m->large)
            continue;
        m->place[w] = mg_alloc(p->levels[w], sizeof *m->place[w]);
        if (m->place[w] == NULL || m->coefficient == NULL)
            return mg_fail(err, MG_E_NOMEM, "cannot place %zu levels", all);
        m->sums[m->n_sums].from = m->n;
        m->sums[m->n_sums].coefficient = m->coefficient + m->n;
        for (uint32_t l = 0; l < p->levels[w]; l++) {
            m->place[w][l] = (uint32_t)m->n;
            if (m->fit->sum_weight[w][l] > 0)
                m->coefficient[m->n++] = m->fit->sum_weight[w][l];
        }
        m->sums[m->n_sums++].to = m->n;
    }
    return MG_OK;
}

/* The kept ways' own block of the normal equations. */
static void add_rows(struct reduced *m)
{
    const mg_effects_problem *p = m->problem;

    gsl_matrix_set_zero(m->matrix);
    for (size_t r = 0; r < p->n; r++) {
        double weight = row_weight(p, r);
        for (size_t v = 0; v < p->ways && weight > 0; v++)
            for (size_t w = 0; w < p->ways && v != m->large; w++)
                if (w != m->large)
                    *gsl_matrix_ptr(m->matrix, m->place[v][p->level[v][r]],
                                    m->place[w][p->level[w][r]]) += weight;
    }
}

/* Row of weights that level l of the eliminated way shares with each unknown. */
static void shared_weights(const struct reduced *m, uint32_t l, double *row)
{
    const mg_effects_problem *p = m->problem;
    const struct levels *by = &m->by[m->large];

    memset(row, 0, m->n * sizeof *row);
    for (size_t i = by->start[l]; i < by->start[l + 1]; i++) {
        size_t r = by->rows[i];
        double weight = row_weight(p, r);
        for (size_t w = 0; w < p->ways && weight > 0; w++)
            if (w != m->large)
                row[m->place[w][p->level[w][r]]] += weight;
    }
}

/* Levels from, ... of the eliminated way into the batch; returns how many. */
static size_t fill_batch(struct reduced *m, uint32_t from)
{
    uint32_t left = m->problem->levels[m->large] - from;
    size_t n = left < BATCH ? left : BATCH;

#pragma omp parallel for schedule(dynamic, 4) num_threads(mg_threads())
    for (size_t b = 0; b < n; b++)
        shared_weights(m, from + (uint32_t)b, m->batch + b * m->n);
    return n;
}

/* Takes what unknown i shares with one level of weight `own` out of its row. */
static void take_out(const double *with, size_t i, double own, size_t n, double *row)
{
    double share = own > 0 ? with[i] / own : 0;

    for (size_t j = 0; j < n && share != 0; j++)
        row[j] -= share * with[j];
}

/* Takes the eliminated way out. Each element is one thread's, and its terms come
 * in the order of the levels. */
static void eliminate(struct reduced *m)
{
    const double *own = m->fit->sum_weight[m->large];

    for (uint32_t from = 0; from < m->problem->levels[m->large]; from += BATCH) {
        size_t n = fill_batch(m, from);
#pragma omp parallel for schedule(dynamic, 8) num_threads(mg_threads())
        for (size_t i = 0; i < m->n; i++) {
            double *row = gsl_matrix_ptr(m->matrix, i, 0);
            for (size_t b = 0; b < n; b++)
                take_out(m->batch + b * m->n, i, own[from + b], m->n, row);
        }
    }
}

/* with' C with, C the matrix. */
static double quadratic_form(const struct reduced *m, const double *with)
{
    double form = 0;

    for (size_t i = 0; i < m->n; i++) {
        const double *row = gsl_matrix_const_ptr(m->matrix, i, 0);
        double product = 0;
        for (size_t j = 0; j < m->n && with[i] != 0; j++)
            product += row[j] * with[j];
        form += with[i] * product;
    }
    return form;
}

/* Variances of the eliminated way's effects, given those of the others: with D
 * the weight of a level, b what it shares with the unknowns and C their
 * covariance, 1/D - 1/W + b'C b / D^2. */
static void large_variances(struct reduced *m, double *variance)
{
    const double *own = m->fit->sum_weight[m->large];

    for (uint32_t from = 0; from < m->problem->levels[m->large]; from += BATCH) {
        size_t n = fill_batch(m, from);
#pragma omp parallel for schedule(dynamic, 4) num_threads(mg_threads())
        for (size_t b = 0; b < n; b++) {
            const double *with = m->batch + b * m->n;
            double d = own[from + b];
            variance[from + b] =
                d > 0 ? 1 / d - 1 / m->fit->sum_weights + quadratic_form(m, with) / d / d
                      : NAN;
        }
    }
}

/* Variances for errors of variance 1, into std_error. */
static mg_status exact(struct reduced *m, size_t *rank, mg_error *err)
{
    const mg_effects_problem *p = m->problem;

    m->matrix = gsl_matrix_alloc(m->n, m->n);
    m->batch = mg_alloc(m->n, BATCH * sizeof *m->batch);
    if (m->matrix == NULL || m->batch == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot hold %zu normal equations", m->n);
    add_rows(m);
    eliminate(m);
    mg_status status = symmetric_covariance(m->matrix, m->sums, m->n_sums, rank, err);
    if (status != MG_OK)
        return status;
    for (size_t w = 0; w < p->ways; w++)
        for (uint32_t l = 0; l < p->levels[w] && w != m->large; l++)
            m->fit->std_error[w][l] =
                m->fit->sum_weight[w][l] > 0
                    ? gsl_matrix_get(m->matrix, m->place[w][l], m->place[w][l])
                    : NAN;
    large_variances(m, m->fit->std_error[m->large]);
    return MG_OK;
}

static void diagonal(mg_effects *fit, size_t w, uint32_t levels)
{
    for (uint32_t l = 0; l < levels; l++) {
        double weight = fit->sum_weight[w][l];
        fit->std_error[w][l] = weight > 0 ? 1 / weight - 1 / fit->sum_weights : NAN;
    }
}

static size_t levels_used(const mg_effects_problem *p, const mg_effects *fit, size_t w)
{
    size_t used = 0;

    for (uint32_t l = 0; l < p->levels[w]; l++)
        used += fit->sum_weight[w][l] > 0;
    return used;
}

/* Variances into std_error, the best that the options allow, and the rank. */
static mg_status variances(struct reduced *m, const mg_effects_options *options,
                           mg_effects *fit, size_t *rank, mg_error *err)
{
    const mg_effects_problem *p = m->problem;
    size_t used[MG_EFFECT_WAYS];
    size_t all = 0;
    mg_status status = MG_OK;

    for (size_t w = 0; w < p->ways; w++) {
        all += used[w] = levels_used(p, fit, w);
        if (used[w] > used[m->large])
            m->large = w;
    }
    size_t kept = all - used[m->large];
    fit->errors = options->errors;
    if (fit->errors == MG_ERRORS_BEST)
        fit->errors =
            kept <= options->exact_levels ? MG_ERRORS_EXACT : MG_ERRORS_DIAGONAL;
    *rank = all - (p->ways - 1) - (fit->components - 1); /* where no more is known */
    if (fit->errors == MG_ERRORS_EXACT && p->ways > 1) {
        status = place_levels(m, err);
        if (status == MG_OK)
            status = exact(m, rank, err);
        *rank += used[m->large];
    } else if (fit->errors != MG_ERRORS_NONE)
        for (size_t w = 0; w < p->ways; w++)
            diagonal(fit, w, p->levels[w]);
    return status;
}

mg_status effects_errors(const mg_effects_problem *problem, const struct levels *by,
                         const mg_effects_options *options, double squares,
                         mg_effects *fit, mg_error *err)
{
    struct reduced m = {.problem = problem, .by = by, .fit = fit};
    size_t rank = 0;

    mg_gsl_quiet();
    mg_status status = variances(&m, options, fit, &rank, err);
    if (status == MG_OK) {
        fit->freedom = (double)fit->rows - (double)rank;
        fit->scale = fit->freedom > 0 ? sqrt(squares / fit->freedom) : NAN;
        for (size_t w = 0; w < problem->ways; w++)
            for (uint32_t l = 0; l < problem->levels[w]; l++) {
                double variance = fmax(fit->std_error[w][l], 0);
                fit->std_error[w][l] =
                    isnan(fit->std_error[w][l]) ? NAN : fit->scale * sqrt(variance);
            }
    }
    reduced_release(&m);
    return status;
}
