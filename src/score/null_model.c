/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mirrorgap/null_model.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "mirrorgap/gsl_quiet.h"
#include "mirrorgap/median.h"
#include "mirrorgap/mem.h"
#include "mirrorgap/threads.h"
#include "score/null_parts.h"

enum {
    SIZE_CLASSES = 20,
    OTHERS_LEAST = 3,
    ENOUGH = 300,
    SWEEPS = 30,
    SCALE_SWEEPS = 15,
    SAMPLE_MOST = 1 << 17
};

static const double least_deviation = 0.01; /* two rounded figures agree no better */
static const double normal_quartile = 0.67448975019608171;
static const double dof_most = 12;

struct work {
    const mg_null_cells *cells;
    double *r, *loo, *s; /* n each; loo: median of the series' other periods */
    uint32_t *others;    /* n: other periods of the series with a figure */
    uint32_t *size_class;
    double *effect[MG_NULL_WAYS];
    double mean, tau;
};

static void work_release(struct work *w)
{
    free(w->r);
    free(w->loo);
    free(w->s);
    free(w->others);
    free(w->size_class);
    for (int way = 0; way < MG_NULL_WAYS; way++)
        free(w->effect[way]);
}

static mg_status work_init(struct work *w, const mg_null_cells *c, mg_error *err)
{
    bool good = true;

    *w = (struct work){.cells = c};
    w->r = mg_alloc(c->n, sizeof *w->r);
    w->loo = mg_alloc(c->n, sizeof *w->loo);
    w->s = mg_alloc(c->n, sizeof *w->s);
    w->others = mg_alloc_zero(c->n, sizeof *w->others);
    w->size_class = mg_alloc_zero(c->n, sizeof *w->size_class);
    good = w->r != NULL && w->loo != NULL && w->s != NULL && w->others != NULL &&
           w->size_class != NULL;
    for (int way = 0; way < MG_NULL_WAYS; way++) {
        w->effect[way] = mg_alloc_zero(c->levels[way], sizeof(double));
        good = good && w->effect[way] != NULL;
    }
    return good ? MG_OK : mg_fail(err, MG_E_NOMEM, "cannot fit what is usual");
}

static mg_status check(const mg_null_cells *c, mg_error *err)
{
    for (int way = 0; way < MG_NULL_WAYS; way++)
        for (size_t i = 0; i < c->n; i++)
            if (c->level[way][i] >= c->levels[way])
                return mg_fail(err, MG_E_RANGE, "cell %zu has a level out of range", i);
    return MG_OK;
}

static mg_status fit_effects(struct work *w, mg_error *err)
{
    static const double ridge[MG_NULL_WAYS] = {3, 3, 3, 3};
    const mg_null_cells *c = w->cells;
    struct drawn d = {.n = c->n,
                      .ways = MG_NULL_WAYS,
                      .level = c->level,
                      .levels = c->levels,
                      .ridge = ridge};
    mg_status status;

    memcpy(d.effect, w->effect, sizeof w->effect);
    status = null_effects(&d, c->y, true, SWEEPS, w->r, err);
    w->mean = d.mean;
    return status;
}

static int by_value(const void *a, const void *b)
{
    const double *x = a;
    const double *y = b;

    return (*x > *y) - (*x < *y);
}

static size_t series_end(const mg_null_cells *c, size_t from)
{
    size_t end = from + 1;

    while (end < c->n && c->series[end] == c->series[from])
        end++;
    return end;
}

/* The figures of a series, sorted; how many. */
static size_t sorted_series(const struct work *w, size_t from, size_t end, double *v)
{
    size_t k = 0;

    for (size_t i = from; i < end; i++)
        if (!isnan(w->r[i]))
            v[k++] = w->r[i];
    for (size_t i = 1; i < k; i++) { /* a series is short */
        double moving = v[i];
        size_t at = i;
        for (; at > 0 && v[at - 1] > moving; at--)
            v[at] = v[at - 1];
        v[at] = moving;
    }
    return k;
}

/* The median of v[0..k) without one of its values. */
static double median_without(const double *v, size_t k, double value)
{
    const size_t m = k - 1;
    size_t at = 0;

    while (v[at] != value)
        at++;
    const size_t high = m / 2 + (at <= m / 2);
    if (m % 2 != 0)
        return v[high];
    const size_t low = m / 2 - 1 + (at <= m / 2 - 1);
    return (v[low] + v[high]) / 2;
}

/* Medians of the other periods. */
static mg_status leave_one_out(struct work *w, mg_error *err)
{
    const mg_null_cells *c = w->cells;
    size_t room = 0;
    double *v = NULL;
    mg_status status = MG_OK;

    for (size_t i = 0; status == MG_OK && i < c->n;) {
        size_t end = series_end(c, i);
        status = mg_grow((void **)&v, &room, end - i, sizeof *v, err);
        if (status != MG_OK)
            break;
        size_t k = sorted_series(w, i, end, v);
        for (; i < end; i++) {
            w->loo[i] = NAN;
            if (isnan(w->r[i]) || k < 2)
                continue;
            w->others[i] = (uint32_t)(k - 1);
            w->loo[i] = median_without(v, k, w->r[i]);
        }
    }
    free(v);
    return status;
}

/* Bounds of classes of size with about equal numbers of cells, by a fixed sample. */
static mg_status bound_sizes(const struct work *w, double bound[SIZE_CLASSES],
                             mg_error *err)
{
    const mg_null_cells *c = w->cells;
    const size_t step = c->n / SAMPLE_MOST + 1;
    double *sizes = mg_alloc(c->n / step + 1, sizeof *sizes);
    size_t k = 0;

    if (sizes == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot sort by size");
    for (size_t i = 0; i < c->n; i += step)
        if (!isnan(w->r[i]))
            sizes[k++] = c->size[i];
    if (k > 0)
        qsort(sizes, k, sizeof *sizes, by_value);
    for (size_t q = 1; q < SIZE_CLASSES; q++)
        bound[q] = k > 0 ? sizes[k * q / SIZE_CLASSES] : 0;
    free(sizes);
    return MG_OK;
}

static mg_status classify_sizes(struct work *w, mg_error *err)
{
    const mg_null_cells *c = w->cells;
    double bound[SIZE_CLASSES];
    mg_status status = bound_sizes(w, bound, err);

    if (status != MG_OK)
        return status;
#pragma omp parallel for schedule(static) num_threads(mg_threads())
    for (size_t i = 0; i < c->n; i++) {
        uint32_t class = 0;
        while (class + 1 < SIZE_CLASSES && c->size[i] >= bound[class + 1])
            class ++;
        w->size_class[i] = isnan(w->r[i]) ? 0 : class;
    }
    return MG_OK;
}

/* Deviation to expect of each cell, from those of all cells like it. */
static mg_status fit_scale(struct work *w, mg_error *err)
{
    enum { WAYS = 4 };
    static const double ridge[WAYS] = {1, 10, 10, 10};
    const mg_null_cells *c = w->cells;
    const uint32_t *level[WAYS] = {w->size_class, c->level[MG_NULL_EXPORTER],
                                   c->level[MG_NULL_IMPORTER],
                                   c->level[MG_NULL_COMMODITY]};
    const uint32_t levels[WAYS] = {SIZE_CLASSES, c->levels[MG_NULL_EXPORTER],
                                   c->levels[MG_NULL_IMPORTER],
                                   c->levels[MG_NULL_COMMODITY]};
    struct drawn d = {
        .n = c->n, .ways = WAYS, .level = level, .levels = levels, .ridge = ridge};
    double *y = mg_alloc(c->n, sizeof *y);
    double *left = mg_alloc(c->n, sizeof *left);
    size_t known = 0;
    mg_status status = MG_OK;

    for (int way = 0; way < WAYS; way++)
        d.effect[way] = mg_alloc_zero(levels[way], sizeof(double));
    for (int way = 0; way < WAYS; way++)
        if (d.effect[way] == NULL || y == NULL || left == NULL)
            status = mg_fail(err, MG_E_NOMEM, "cannot fit dispersions");
    for (size_t i = 0; i < c->n; i++)
        known += w->others[i] >= OTHERS_LEAST;
    for (size_t i = 0; status == MG_OK && i < c->n; i++) {
        bool use = known > ENOUGH ? w->others[i] >= OTHERS_LEAST : !isnan(w->r[i]);
        double off = w->others[i] > 0 ? w->r[i] - w->loo[i] : w->r[i];
        y[i] = use ? log(fabs(off) + least_deviation) : NAN;
    }
    if (status == MG_OK)
        status = null_effects(&d, y, false, SCALE_SWEEPS, left, err);
    for (size_t i = 0; status == MG_OK && i < c->n; i++) {
        double ln = d.mean;
        for (int way = 0; way < WAYS; way++)
            ln += d.effect[way][level[way][i]];
        /* a mean of logarithms, and of ln|N(0,1)| it is -0.635, its median ln 0.674 */
        w->s[i] = fmax(exp(ln) / normal_quartile, least_deviation);
    }
    for (int way = 0; way < WAYS; way++)
        free(d.effect[way]);
    free(y);
    free(left);
    return status;
}

/* How far series lie apart. */
static mg_status fit_tau(struct work *w, mg_error *err)
{
    const mg_null_cells *c = w->cells;
    double *v = mg_alloc(c->n, sizeof *v);
    size_t known = 0;
    double median = NAN;
    mg_status status = MG_OK;

    if (v == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot compare series");
    for (size_t i = 0; i < c->n; i++)
        if (w->others[i] >= OTHERS_LEAST) {
            v[known++] = w->loo[i];
        }
    if (known > ENOUGH)
        status = null_median(v, known, true, &median, err);
    w->tau = isnan(median) ? 0 : 1.4826 * median;
    free(v);
    return status;
}

/* Sum of squares of the other periods about the series' median, each cut. */
static double squares_without(const struct work *w, size_t from, size_t end, size_t cell,
                              double median, double mad)
{
    const double cut = 3 * fmax(1.4826 * mad, 0.3 * w->s[cell]);
    double sum = 0;

    for (size_t i = from; i < end; i++)
        if (i != cell && !isnan(w->r[i]))
            sum += fmin((w->r[i] - median) * (w->r[i] - median), cut * cut);
    return sum;
}

static void judge(const struct work *w, size_t from, size_t end, size_t i, double median,
                  double mad, mg_null_score *to, mg_null_parts *parts)
{
    const mg_null_cells *c = w->cells;
    const double n = w->others[i];
    const double tau2 = w->tau * w->tau;
    const bool own = w->others[i] >= OTHERS_LEAST;
    const double squares = own ? squares_without(w, from, end, i, median, mad) : 0;
    const double freedom = own ? n - 1 : 0;
    const double v = (w->s[i] * w->s[i] + squares) / (1 + freedom);
    const double drawn = n > 0 && tau2 > 0 ? tau2 / (tau2 + 1.57 * v / n) : 0;

    double expected = w->mean;
    for (int way = 0; way < MG_NULL_WAYS; way++)
        expected += w->effect[way][c->level[way][i]];
    const double series = n > 0 ? drawn * w->loo[i] : 0;
    to->expected = expected + series;
    to->scale = sqrt(v + tau2 * (1 - drawn));
    to->z = (w->r[i] - series) / to->scale;
    to->dof = fmin(1 + freedom, dof_most);
    to->p = 2 * gsl_cdf_tdist_Q(fabs(to->z), to->dof);
    if (parts == NULL)
        return;
    parts->base = w->mean;
    parts->series = series;
    for (int way = 0; way < MG_NULL_WAYS; way++)
        parts->effect[way] = w->effect[way][c->level[way][i]];
}

double mg_null_p(const mg_null_score *s, double y)
{
    mg_gsl_quiet();
    if (isnan(s->scale) || isnan(y))
        return NAN;
    return 2 * gsl_cdf_tdist_Q(fabs((y - s->expected) / s->scale), s->dof);
}

static const mg_null_score nothing = {NAN, NAN, NAN, NAN, NAN};
static const mg_null_parts no_parts = {{NAN, NAN, NAN, NAN}, NAN, NAN};

/* One series: v has room for it. */
static void judge_series(const struct work *w, size_t from, size_t end, double *v,
                         mg_null_score *scores, mg_null_parts *parts)
{
    size_t k = 0;
    double median = 0;
    double mad = 0;

    for (size_t i = from; i < end; i++)
        if (!isnan(w->r[i]))
            v[k++] = w->r[i];
    if (k > 0) {
        median = mg_median(v, k);
        mad = mg_median_distance(v, k, median);
    }
    for (size_t i = from; i < end; i++) {
        scores[i] = nothing;
        if (parts != NULL)
            parts[i] = no_parts;
        if (!isnan(w->r[i]))
            judge(w, from, end, i, median, mad, &scores[i],
                  parts != NULL ? &parts[i] : NULL);
    }
}

static mg_status judge_all(const struct work *w, mg_null_score *scores,
                           mg_null_parts *parts, mg_error *err)
{
    const mg_null_cells *c = w->cells;
    double *v = NULL;
    size_t room = 0;
    mg_status status = MG_OK;

    for (size_t i = 0; status == MG_OK && i < c->n;) {
        size_t end = series_end(c, i);
        status = mg_grow((void **)&v, &room, end - i, sizeof *v, err);
        if (status == MG_OK)
            judge_series(w, i, end, v, scores, parts);
        i = end;
    }
    free(v);
    return status;
}

mg_status mg_null_model(const mg_null_cells *cells, mg_null_score *scores,
                        mg_null_parts *parts, mg_error *err)
{
    struct work w = {0};
    mg_status status = check(cells, err);

    mg_gsl_quiet();
    if (status == MG_OK)
        status = work_init(&w, cells, err);
    if (status == MG_OK)
        status = fit_effects(&w, err);
    if (status == MG_OK)
        status = leave_one_out(&w, err);
    if (status == MG_OK)
        status = classify_sizes(&w, err);
    if (status == MG_OK)
        status = fit_scale(&w, err);
    if (status == MG_OK)
        status = fit_tau(&w, err);
    if (status == MG_OK)
        status = judge_all(&w, scores, parts, err);
    work_release(&w);
    return status;
}
