/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mirrorgap/effects.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "mirrorgap/mem.h"
#include "model/effects_parts.h"

/* What is left of a row, beside its weight: both are read together. */
struct rest {
    double left, weight;
};

struct sweeper {
    const mg_effects_problem *problem;
    struct levels by[MG_EFFECT_WAYS];
    size_t first[MG_EFFECT_WAYS + 1]; /* of each way's levels among all */
    struct rest *rest;                /* n rows */
    double *weight, *effect;          /* of all levels */
    double *step, *before, *middle;   /* likewise */
    double *part;                     /* of the parts of one way */
    double mean;
};

static void sweeper_release(struct sweeper *s)
{
    for (size_t w = 0; w < s->problem->ways; w++)
        levels_release(&s->by[w]);
    free(s->rest);
    free(s->weight);
    free(s->part);
}

static mg_status sweeper_init(struct sweeper *s, const mg_effects_problem *problem,
                              mg_error *err)
{
    size_t most_parts = 0;

    *s = (struct sweeper){.problem = problem};
    for (size_t w = 0; w < problem->ways; w++) {
        mg_status status = levels_build(&s->by[w], problem->n, problem->level[w],
                                        problem->levels[w], err);
        if (status != MG_OK)
            return status;
        s->first[w + 1] = s->first[w] + problem->levels[w];
        if (s->by[w].n_parts > most_parts)
            most_parts = s->by[w].n_parts;
    }
    size_t all = s->first[problem->ways];
    s->rest = mg_alloc(problem->n, sizeof *s->rest);
    s->part = mg_alloc(most_parts, sizeof *s->part);
    s->weight = mg_alloc_zero(all, 5 * sizeof *s->weight);
    if (s->rest == NULL || s->part == NULL || s->weight == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot fit effects to %zu rows", problem->n);
    s->effect = s->weight + all;
    s->step = s->effect + all;
    s->before = s->step + all;
    s->middle = s->before + all;
    return MG_OK;
}

enum { SLICES = 256 }; /* fixed, so that rounding is too */

/* Sets what is left of each row afresh, which also sheds the rounding of many
 * small steps, and returns the weighted sum of its squares. */
static double leave_afresh(struct sweeper *s)
{
    const mg_effects_problem *p = s->problem;
    double part[SLICES];
    size_t step = p->n / SLICES + 1;
    double all = 0;

#pragma omp parallel for schedule(static) num_threads(threads_for(p->n))
    for (size_t k = 0; k < SLICES; k++) {
        size_t from = k * step < p->n ? k * step : p->n;
        size_t to = p->n - from < step ? p->n : from + step;
        part[k] = 0;
        for (size_t r = from; r < to; r++) {
            struct rest *rest = &s->rest[r];
            rest->left = rest->weight > 0 ? p->y[r] - s->mean : 0;
            for (size_t w = 0; w < p->ways && rest->weight > 0; w++)
                rest->left -= s->effect[s->first[w] + p->level[w][r]];
            part[k] += rest->weight * rest->left * rest->left;
        }
    }
    for (size_t k = 0; k < SLICES; k++)
        all += part[k];
    return all;
}

/* Sums of weight (value NULL) or weight times what is left, by level of way w. */
static void add_up(struct sweeper *s, size_t w, bool of_weights, double *sum)
{
    const struct levels *by = &s->by[w];

#pragma omp parallel for schedule(dynamic, 16) num_threads(threads_for(s->problem->n))
    for (size_t k = 0; k < by->n_parts; k++) {
        double part = 0;
        for (size_t i = by->parts[k].from; i < by->parts[k].to; i++) {
            const struct rest *rest = &s->rest[by->rows[i]];
            part += of_weights ? rest->weight : rest->weight * rest->left;
        }
        s->part[k] = part;
    }
    memset(sum, 0, by->n * sizeof *sum);
    for (size_t k = 0; k < by->n_parts; k++)
        sum[by->parts[k].level] += s->part[k];
}

/* Way w takes up what the others leave to it; returns its largest step. */
static double sweep_way(struct sweeper *s, size_t w)
{
    const struct levels *by = &s->by[w];
    const double *weight = s->weight + s->first[w];
    double *effect = s->effect + s->first[w];
    double *step = s->step + s->first[w];
    double largest = 0;

    add_up(s, w, false, step);
    for (uint32_t l = 0; l < by->n; l++) {
        step[l] = weight[l] > 0 ? step[l] / weight[l] : 0;
        effect[l] += step[l];
        largest = fmax(largest, fabs(step[l]));
    }
#pragma omp parallel for schedule(dynamic, 16) num_threads(threads_for(s->problem->n))
    for (size_t k = 0; k < by->n_parts; k++)
        for (size_t i = by->parts[k].from; i < by->parts[k].to; i++)
            s->rest[by->rows[i]].left -= step[by->parts[k].level];
    return largest;
}

static double sweep(struct sweeper *s)
{
    double largest = 0;

    for (size_t w = 0; w < s->problem->ways; w++)
        largest = fmax(largest, sweep_way(s, w));
    return largest;
}

/* Two sweeps led from `before` over `middle` to `effect`: goes on along the last
 * one as far as a geometric series would. Returns the sum of squares, which is
 * lower than before, or the sweeps' own result stands. */
static double extrapolate(struct sweeper *s)
{
    size_t all = s->first[s->problem->ways];
    double product = 0;
    double square = 0;
    double own = leave_afresh(s);

    for (size_t l = 0; l < all; l++) {
        double last = s->effect[l] - s->middle[l];
        double bend = last - (s->middle[l] - s->before[l]);
        product += s->weight[l] * last * bend;
        square += s->weight[l] * bend * bend;
    }
    double factor = square > 0 ? -product / square : 0;
    if (!(factor > 0)) /* not a shrinking series: nothing to gain */
        return own;
    for (size_t l = 0; l < all; l++) {
        s->before[l] = s->effect[l];
        s->effect[l] += factor * (s->effect[l] - s->middle[l]);
    }
    double further = leave_afresh(s);
    if (further <= own)
        return further;
    memcpy(s->effect, s->before, all * sizeof *s->effect);
    return leave_afresh(s);
}

static void run_sweeps(struct sweeper *s, const mg_effects_options *options,
                       double sum_weights, mg_effects *fit)
{
    size_t bytes = s->first[s->problem->ways] * sizeof *s->effect;
    double squares = leave_afresh(s);
    /* steps this small are rounding */
    double least = 16 * DBL_EPSILON * sqrt(squares / sum_weights + s->mean * s->mean);

    while (fit->sweeps < options->max_sweeps && !fit->converged) {
        memcpy(s->before, s->middle, bytes);
        memcpy(s->middle, s->effect, bytes);
        fit->change = sweep(s);
        fit->sweeps++;
        if (fit->sweeps % 2 == 0)
            squares = options->plain ? leave_afresh(s) : extrapolate(s);
        fit->converged = fit->change <= options->tol * sqrt(squares / sum_weights) ||
                         fit->change <= least;
    }
}

/* The effects into *fit, their weighted mean exactly as near 0 as may be. */
static void hand_over(struct sweeper *s, mg_effects *fit)
{
    const mg_effects_problem *p = s->problem;

    for (size_t w = 0; w < p->ways; w++) {
        const double *weight = s->weight + s->first[w];
        double *effect = s->effect + s->first[w];
        double middle = 0;
        for (uint32_t l = 0; l < p->levels[w]; l++)
            middle += weight[l] * effect[l];
        middle /= fit->sum_weights;
        s->mean += middle;
        for (uint32_t l = 0; l < p->levels[w]; l++) {
            effect[l] -= weight[l] > 0 ? middle : 0;
            fit->effect[w][l] = weight[l] > 0 ? effect[l] : NAN;
            fit->sum_weight[w][l] = weight[l];
            fit->std_error[w][l] = NAN;
        }
    }
    fit->mean = s->mean;
#pragma omp parallel for schedule(static) num_threads(threads_for(p->n))
    for (size_t r = 0; r < p->n; r++) {
        double left = p->y[r] - fit->mean;
        for (size_t w = 0; w < p->ways; w++)
            left -= fit->effect[w][p->level[w][r]];
        fit->residual[r] = left;
    }
}

static mg_status check(const mg_effects_problem *p, const mg_effects_options *o,
                       size_t *rows, mg_error *err)
{
    if (p->ways < 1 || p->ways > MG_EFFECT_WAYS)
        return mg_fail(err, MG_E_RANGE, "%zu ways are not 1 to %d", p->ways,
                       MG_EFFECT_WAYS);
    if (!(o->tol > 0))
        return mg_fail(err, MG_E_RANGE, "a tolerance of %g is not > 0", o->tol);
    *rows = 0;
    for (size_t r = 0; r < p->n; r++) {
        double weight = row_weight(p, r);
        if (!(weight >= 0 && isfinite(weight)) || (weight > 0 && !isfinite(p->y[r])))
            return mg_fail(err, MG_E_RANGE, "row %zu has value %g and weight %g", r,
                           p->y[r], weight);
        *rows += weight > 0;
    }
    if (*rows == 0)
        return mg_fail(err, MG_E_RANGE, "there is no row to fit effects to");
    return MG_OK;
}

static mg_status make_room(const mg_effects_problem *p, mg_effects *fit, mg_error *err)
{
    size_t all = p->n;

    for (size_t w = 0; w < p->ways; w++)
        all += 3 * (size_t)p->levels[w];
    double *at = fit->memory = mg_alloc(all, sizeof *fit->memory);
    if (at == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot hold the effects of %zu rows", p->n);
    fit->residual = at;
    at += p->n;
    for (size_t w = 0; w < p->ways; w++) {
        fit->effect[w] = at;
        fit->std_error[w] = at + p->levels[w];
        fit->sum_weight[w] = at + 2 * (size_t)p->levels[w];
        at += 3 * (size_t)p->levels[w];
    }
    return MG_OK;
}

static mg_status count_components(const mg_effects_problem *p, uint32_t *components,
                                  mg_error *err)
{
    *components = 1;
    if (p->ways < 2)
        return MG_OK;
    size_t all = (size_t)p->levels[0] + p->levels[1];
    uint32_t *of = mg_alloc(all, sizeof *of);
    if (of == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot join %zu levels", all);
    struct level_graph graph = {p->n,      p->level[0],  p->level[1],
                                p->weight, p->levels[0], p->levels[1]};
    mg_status status = levels_components(&graph, of, of + p->levels[0], components, err);
    free(of);
    return status;
}

/* Weights and the mean that the sweeps start from: with it gone, every step has
 * the weighted mean 0, and so have the effects. */
static void prepare(struct sweeper *s, mg_effects *fit)
{
    const mg_effects_problem *p = s->problem;

    for (size_t r = 0; r < p->n; r++)
        s->rest[r] = (struct rest){0, row_weight(p, r)};
    for (size_t w = 0; w < p->ways; w++)
        add_up(s, w, true, s->weight + s->first[w]);
    fit->sum_weights = 0;
    for (uint32_t l = 0; l < p->levels[0]; l++)
        fit->sum_weights += s->weight[l];
    for (int pass = 0; pass < 2; pass++) { /* the second sheds rounding */
        double sum = 0;
        leave_afresh(s);
        add_up(s, 0, false, s->step);
        for (uint32_t l = 0; l < p->levels[0]; l++)
            sum += s->step[l];
        s->mean += sum / fit->sum_weights;
    }
}

mg_status mg_effects_fit(const mg_effects_problem *problem,
                         const mg_effects_options *options, mg_effects *fit,
                         mg_error *err)
{
    struct sweeper s = {.problem = problem};
    mg_effects_options o = options == NULL ? (mg_effects_options){0} : *options;

    *fit = (mg_effects){0};
    o.tol = o.tol == 0 ? 1e-10 : o.tol;
    o.max_sweeps = o.max_sweeps == 0 ? 2000 : o.max_sweeps;
    o.exact_levels = o.exact_levels == 0 ? 1000 : o.exact_levels;
    mg_status status = check(problem, &o, &fit->rows, err);
    if (status != MG_OK)
        return status;
    status = sweeper_init(&s, problem, err);
    if (status == MG_OK)
        status = make_room(problem, fit, err);
    if (status == MG_OK)
        status = count_components(problem, &fit->components, err);
    if (status == MG_OK) {
        prepare(&s, fit);
        run_sweeps(&s, &o, fit->sum_weights, fit);
        hand_over(&s, fit);
        status = effects_errors(problem, s.by, &o, leave_afresh(&s), fit, err);
    }
    sweeper_release(&s);
    if (status != MG_OK)
        mg_effects_release(fit);
    return status;
}

void mg_effects_release(mg_effects *fit)
{
    free(fit->memory);
    *fit = (mg_effects){0};
}
