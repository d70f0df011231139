/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Biases and variances of reporters: effects and variances fitted in turn, each
 * round with the weights and without the outliers that the one before found. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "mirrorgap/mem.h"
#include "mirrorgap/threads.h"
#include "model/reliability_parts.h"

enum { ROUNDS = 5 };

/* Steps of variances this small, as a share, change no figure that is printed:
 * where one tends to 0 they never end. */
static const double climb_tol = 1e-7;

struct model {
    struct mirror_rows rows;
    mg_reliability_options o;
    double limit;      /* of a standardised residual */
    double shrink;     /* E z^2 of a normal z cut at the limit */
    double *weight;    /* of rows in the effects: own weight / variance, 0: trimmed */
    double *factor;    /* of each commodity; NULL: none */
    double *commodity; /* sums, 2 of each */
    struct variance_fit fit;
    double *room;
    mg_effects effects;
};

static double factor_of(const struct model *m, size_t r)
{
    return m->factor == NULL ? 1 : m->factor[m->rows.panel->commodity[r]];
}

static double row_variance(const struct model *m, size_t r)
{
    const mg_mirror_panel *p = m->rows.panel;

    return (m->fit.variance[MG_ROLE_EXPORTER][p->exporter[r]] +
            m->fit.variance[MG_ROLE_IMPORTER][p->importer[r]]) *
           factor_of(m, r);
}

static void model_release(struct model *m)
{
    mg_effects_release(&m->effects);
    mirror_rows_release(&m->rows);
    free(m->weight);
    free(m->room);
}

static mg_status model_init(struct model *m, mg_error *err)
{
    const mg_mirror_panel *p = m->rows.panel;
    size_t countries = p->countries;
    size_t commodities = p->commodity == NULL ? 0 : p->commodities;
    size_t cells = m->rows.n_cells;

    m->weight = mg_alloc(p->n, sizeof *m->weight);
    double *at = m->room =
        mg_alloc_zero(2 * cells + 4 * countries + 3 * commodities, sizeof *m->room);
    if (m->weight == NULL || at == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot model %zu pairs", p->n);
    m->fit.rows = &m->rows;
    m->fit.sum_weight = at;
    m->fit.sum_square = at + cells;
    at += 2 * cells;
    for (size_t side = 0; side < MG_ROLES; side++) {
        m->fit.variance[side] = at + side * countries;
        m->fit.error[side] = at + (2 + side) * countries;
    }
    at += 4 * countries;
    if (commodities > 0) {
        m->factor = at;
        m->commodity = at + commodities;
        for (size_t k = 0; k < commodities; k++)
            m->factor[k] = 1;
    }
    memcpy(m->weight, m->rows.weight, p->n * sizeof *m->weight);
    m->limit = m->o.trim == 0 ? 3.5 : m->o.trim;
    double inside = erf(m->limit * M_SQRT1_2);
    double density = exp(-m->limit * m->limit / 2) * M_2_SQRTPI * M_SQRT1_2 / 2;
    m->shrink = 1 - 2 * m->limit * density / inside;
    return MG_OK;
}

static mg_status fit_effects(struct model *m, mg_effects_errors errors, mg_error *err)
{
    mg_effects_options how = {
        .tol = m->o.tol, .max_sweeps = m->o.max_sweeps, .errors = errors};
    mg_effects_problem problem = mirror_effects(m->rows.panel, m->rows.gap, m->weight);

    mg_effects_release(&m->effects);
    return mg_effects_fit(&problem, &how, &m->effects, err);
}

/* Squares of the median absolute deviations of one side's countries, as variances:
 * each is its own plus the middle one of its partners. */
static mg_status spread_of(struct model *m, size_t side, double *some, mg_error *err)
{
    const mg_mirror_panel *p = m->rows.panel;
    struct levels by;
    mg_status status =
        levels_build(&by, p->n, side == MG_ROLE_EXPORTER ? p->exporter : p->importer,
                     p->countries, err);

    if (status != MG_OK)
        return status;
    for (uint32_t i = 0; i < p->countries; i++) {
        size_t n = 0;
        for (size_t k = by.start[i]; k < by.start[i + 1]; k++)
            if (m->weight[by.rows[k]] > 0)
                some[n++] = fabs(m->effects.residual[by.rows[k]]);
        double mad = n > 0 ? MAD_TO_SIGMA * median_of(some, n) : 0;
        m->fit.variance[side][i] = mad * mad;
    }
    levels_release(&by);
    return MG_OK;
}

/* A start that outliers do not move: s_i + t_j is about the spread of i's rows plus
 * that of j's less that of all. */
static mg_status start_variances(struct model *m, mg_error *err)
{
    const mg_mirror_panel *p = m->rows.panel;
    double *some = mg_alloc(m->rows.used, sizeof *some);
    double squares = 0;
    size_t n = 0;

    if (some == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot model %zu pairs", m->rows.used);
    mg_status status = spread_of(m, MG_ROLE_EXPORTER, some, err);
    if (status == MG_OK)
        status = spread_of(m, MG_ROLE_IMPORTER, some, err);
    for (size_t r = 0; r < p->n; r++)
        if (m->weight[r] > 0) {
            some[n++] = fabs(m->effects.residual[r]);
            squares += m->effects.residual[r] * m->effects.residual[r];
        }
    double mad = MAD_TO_SIGMA * median_of(some, n);
    /* > 0 unless all is: steps multiply */
    double least = 1e-4 * fmax(mad * mad, squares / (double)n);
    free(some);
    for (size_t side = 0; side < MG_ROLES; side++)
        for (uint32_t i = 0; i < p->countries; i++) {
            double *v = &m->fit.variance[side][i];
            *v = fmax(*v - mad * mad / 2, *v / 4 + least);
        }
    return status;
}

/* Leaves out rows beyond the limit, and sums the others by cell. Zero variance:
 * nothing to standardise by, and no row is an outlier. */
static void sum_squares(struct model *m, mg_reliability *result)
{
    const mg_mirror_panel *p = m->rows.panel;
    double enlarge = m->effects.freedom > 0
                         ? (double)m->effects.rows / m->effects.freedom / m->shrink
                         : 1;
    double mean = 0;

    memset(m->fit.sum_weight, 0, 2 * m->rows.n_cells * sizeof *m->fit.sum_weight);
    result->trimmed = 0;
    for (size_t r = 0; r < p->n; r++) {
        double e = m->effects.residual[r];
        double v = row_variance(m, r);
        m->weight[r] = 0;
        if (!(m->rows.weight[r] > 0))
            continue;
        /* NaN: a country all of whose rows were left out */
        if (isnan(e) || (v > 0 && e * e > m->limit * m->limit * v)) {
            result->trimmed++;
            continue;
        }
        m->weight[r] = m->rows.weight[r];
        mean += m->weight[r];
        m->fit.sum_weight[m->rows.cell[r]] += m->rows.weight[r];
        m->fit.sum_square[m->rows.cell[r]] +=
            m->rows.weight[r] * enlarge * e * e / factor_of(m, r);
    }
    mean /= (double)(m->rows.used - result->trimmed);
    for (size_t c = 0; c < m->rows.n_cells && mean > 0; c++) {
        m->fit.sum_weight[c] /= mean; /* rows, for the information in them */
        m->fit.sum_square[c] /= mean;
    }
}

/* Factors of commodities from the mean of e^2 / v, drawn towards 1 as by ten rows,
 * their mean logarithm 0. */
static void fit_factors(struct model *m)
{
    const mg_mirror_panel *p = m->rows.panel;
    double *sums = m->commodity;
    double middle = 0;
    double all = 0;

    if (m->factor == NULL)
        return;
    memset(sums, 0, 2 * (size_t)p->commodities * sizeof *sums);
    for (size_t r = 0; r < p->n; r++) {
        double e = m->effects.residual[r];
        double v = row_variance(m, r) / factor_of(m, r);
        if (m->weight[r] > 0 && v > 0) {
            sums[2 * (size_t)p->commodity[r]] += e * e / v / m->shrink;
            sums[2 * (size_t)p->commodity[r] + 1]++;
        }
    }
    for (size_t k = 0; k < p->commodities; k++) {
        m->factor[k] = (sums[2 * k] + 10) / (sums[2 * k + 1] + 10);
        middle += sums[2 * k + 1] * log(m->factor[k]);
        all += sums[2 * k + 1];
    }
    for (size_t k = 0; k < p->commodities && all > 0; k++)
        m->factor[k] /= exp(middle / all);
}

/* Weights of the effects from the variances. Least: a hundred-thousandth of the
 * middle, so that a perfect pair does not outweigh all others. */
static void weigh_rows(struct model *m)
{
    const mg_mirror_panel *p = m->rows.panel;
    double sum = 0;
    double rows = 0;

    for (size_t r = 0; r < p->n; r++)
        if (m->weight[r] > 0) {
            sum += row_variance(m, r);
            rows++;
        }
    double least = sum > 0 ? 1e-5 * sum / rows : 1;
#pragma omp parallel for schedule(static) num_threads(mg_threads())
    for (size_t r = 0; r < p->n; r++)
        if (m->weight[r] > 0)
            m->weight[r] /= fmax(row_variance(m, r), least);
}

/* How much wider than for normal errors the variance of e^2 is; at least 1. */
static double inflation(const struct model *m)
{
    const mg_mirror_panel *p = m->rows.panel;
    double sum = 0;
    double rows = 0;

    for (size_t r = 0; r < p->n; r++) {
        double e = m->effects.residual[r];
        double v = row_variance(m, r);
        if (m->weight[r] > 0 && v > 0) {
            double z = e * e / v / m->shrink;
            sum += (z - 1) * (z - 1);
            rows++;
        }
    }
    return rows > 0 ? fmax(1, sum / rows / 2) : 1;
}

static mg_status run_rounds(struct model *m, mg_reliability *result, mg_error *err)
{
    mg_status status = fit_effects(m, MG_ERRORS_NONE, err);

    if (status == MG_OK)
        status = start_variances(m, err);
    for (int round = 0; round < ROUNDS && status == MG_OK; round++) {
        sum_squares(m, result);
        result->sweeps =
            variance_climb(&m->fit, climb_tol, m->o.max_sweeps, &result->change);
        fit_factors(m);
        weigh_rows(m);
        bool last = round == ROUNDS - 1;
        status = fit_effects(m, last ? MG_ERRORS_BEST : MG_ERRORS_NONE, err);
    }
    result->components = m->effects.components;
    result->converged = result->change <= climb_tol && m->effects.converged;
    return status;
}

static void hand_over(const struct model *m, mg_reliability *result)
{
    for (size_t side = 0; side < MG_ROLES; side++)
        for (uint32_t i = 0; i < result->countries; i++) {
            mg_reporter *one = &result->side[side][i];
            double error = m->fit.error[side][i];
            double bias = m->effects.effect[side][i];
            if (one->n == 0 || isnan(bias))
                continue;
            one->sigma = sqrt(m->fit.variance[side][i]);
            /* near dv / (2 sigma), and finite at 0 */
            one->sigma_error = sqrt(m->fit.variance[side][i] + error) - one->sigma;
            one->bias = side == MG_ROLE_EXPORTER ? -bias : bias;
            one->bias_error = m->effects.std_error[side][i];
        }
}

mg_status mg_reliability_variance(const mg_mirror_panel *panel,
                                  const mg_reliability_options *options,
                                  mg_reliability *result, mg_error *err)
{
    struct model m = {.limit = 0};

    *result = (mg_reliability){0};
    mg_status status = reliability_options(options, &m.o, err);
    if (status == MG_OK)
        status = mirror_rows_init(&m.rows, panel, false, err);
    if (status == MG_OK)
        status = mirror_rows_weigh(&m.rows, err);
    if (status == MG_OK)
        status = reliability_init(result, &m.rows, err);
    if (status == MG_OK)
        status = model_init(&m, err);
    if (status == MG_OK)
        status = run_rounds(&m, result, err);
    if (status == MG_OK)
        status = variance_errors(&m.fit, inflation(&m), err);
    if (status == MG_OK)
        status = variance_split(&m.fit, m.o.least_rows, result, err);
    if (status == MG_OK) {
        hand_over(&m, result);
        score_sigmas(result, &m.rows);
    } else
        mg_reliability_release(result);
    model_release(&m);
    return status;
}
