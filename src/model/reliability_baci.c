/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdlib.h>

#include "mirrorgap/mem.h"
#include "model/reliability_parts.h"

/* Gives rows with a far residual, on either side of 0, the weight 0. */
static mg_status trim(struct mirror_rows *rows, const double *residual, double limit,
                      size_t *trimmed, mg_error *err)
{
    double *far = mg_alloc(rows->used, sizeof *far);
    size_t n = 0;

    if (far == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot trim %zu pairs", rows->used);
    for (size_t r = 0; r < rows->panel->n; r++)
        if (rows->weight[r] > 0)
            far[n++] = fabs(residual[r]);
    double most = limit * MAD_TO_SIGMA * median_of(far, n);
    free(far);
    for (size_t r = 0; r < rows->panel->n; r++)
        if (rows->weight[r] > 0 && fabs(residual[r]) > most) {
            rows->weight[r] = 0;
            ++*trimmed;
        }
    return MG_OK;
}

/* sigmas of one side from its least-square means. */
static void sigmas_of(const mg_effects *fit, size_t way, size_t least_rows,
                      uint32_t countries, mg_reporter *side)
{
    double mean_variance = fit->scale * fit->scale / fit->sum_weights;
    double best = INFINITY;

    /* without a country of enough rows, all are the yardstick */
    for (int any = 0; any < 2 && isinf(best); any++)
        for (uint32_t i = 0; i < countries; i++)
            if (side[i].n >= least_rows || any == 1)
                best = fmin(best, fit->effect[way][i]);
    for (uint32_t i = 0; i < countries; i++) {
        double effect = fit->effect[way][i];
        double error = fit->std_error[way][i];
        if (isnan(effect))
            continue; /* also where all its rows were trimmed */
        /* that of the mean is independent of those of the effects */
        error = sqrt(error * error + mean_variance);
        double slack = isnan(error) ? 0 : 2 * error;
        side[i].sigma = fmax(0, M_PI_2 * (effect - best - slack));
        side[i].sigma_error = M_PI_2 * error;
    }
}

static mg_status fit_baci(struct mirror_rows *rows, const mg_reliability_options *o,
                          mg_reliability *result, mg_error *err)
{
    const mg_mirror_panel *p = rows->panel;
    mg_effects_options how = {.tol = o->tol, .max_sweeps = o->max_sweeps};
    double *distance = mg_alloc(p->n, sizeof *distance);
    mg_effects fit = {0};
    mg_status status = MG_OK;

    if (distance == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot measure %zu pairs", p->n);
    for (size_t r = 0; r < p->n; r++)
        distance[r] = fabs(rows->gap[r]);
    mg_effects_problem problem = mirror_effects(p, distance, rows->weight);
    if (o->trim > 0) {
        how.errors = MG_ERRORS_NONE;
        status = mg_effects_fit(&problem, &how, &fit, err);
        if (status == MG_OK)
            status = trim(rows, fit.residual, o->trim, &result->trimmed, err);
        mg_effects_release(&fit);
        how.errors = MG_ERRORS_BEST;
    }
    if (status == MG_OK)
        status = mg_effects_fit(&problem, &how, &fit, err);
    if (status == MG_OK) {
        for (size_t side = 0; side < MG_ROLES; side++)
            sigmas_of(&fit, side, o->least_rows, p->countries, result->side[side]);
        result->components = fit.components;
        result->sweeps = fit.sweeps;
        result->change = fit.change;
        result->converged = fit.converged;
    }
    mg_effects_release(&fit);
    free(distance);
    return status;
}

mg_status mg_reliability_baci(const mg_mirror_panel *panel,
                              const mg_reliability_options *options,
                              mg_reliability *result, mg_error *err)
{
    struct mirror_rows rows = {0};
    mg_reliability_options o;

    *result = (mg_reliability){0};
    mg_status status = reliability_options(options, &o, err);
    if (status == MG_OK)
        status = mirror_rows_init(&rows, panel, false, err);
    if (status == MG_OK)
        status = mirror_rows_weigh(&rows, err);
    if (status == MG_OK)
        status = reliability_init(result, &rows, err);
    if (status == MG_OK)
        status = fit_baci(&rows, &o, result, err);
    if (status == MG_OK)
        score_sigmas(result, &rows);
    else
        mg_reliability_release(result);
    mirror_rows_release(&rows);
    return status;
}
