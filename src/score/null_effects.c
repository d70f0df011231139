/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "mirrorgap/median.h"
#include "mirrorgap/mem.h"
#include "mirrorgap/threads.h"
#include "score/null_parts.h"

/* Rows are summed by a fixed number of slices, whose sums are added in order: the same
 * bits whoever sums them. */
enum { SLICES = 16, SAMPLE_MOST = 1 << 17, SCALE_ROUNDS = 4, WAYS_MOST = 8 };

static const double bisquare = 4.685;
static const double settled = 1e-3; /* of the robust deviation: no effect moves by more */

mg_status null_median(const double *v, size_t n, bool absolute, double *median,
                      mg_error *err)
{
    const size_t step = n / SAMPLE_MOST + 1;
    double *sample = mg_alloc(n / step + 1, sizeof *sample);
    size_t k = 0;

    *median = NAN;
    if (sample == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot take a median");
    for (size_t i = 0; i < n; i += step)
        if (!isnan(v[i]))
            sample[k++] = absolute ? fabs(v[i]) : v[i];
    *median = mg_median(sample, k);
    free(sample);
    return MG_OK;
}

struct sums {
    double *num, *den; /* SLICES times the levels of the largest way */
};

/* The rows with a figure, one behind the other. */
struct rows {
    size_t n;
    uint32_t *row;
    uint32_t *level[WAYS_MOST];
    double *w, *r;
};

static void rows_release(const struct drawn *d, struct rows *rows)
{
    free(rows->row);
    free(rows->w);
    free(rows->r);
    for (size_t way = 0; way < d->ways; way++)
        free(rows->level[way]);
}

static mg_status rows_init(const struct drawn *d, const double *y, struct rows *rows,
                           mg_error *err)
{
    bool good = true;

    for (size_t i = 0; i < d->n; i++)
        rows->n += isnan(y[i]) ? 0 : 1;
    rows->row = mg_alloc(rows->n, sizeof *rows->row);
    rows->w = mg_alloc(rows->n, sizeof *rows->w);
    rows->r = mg_alloc(rows->n, sizeof *rows->r);
    good = rows->row != NULL && rows->w != NULL && rows->r != NULL;
    for (size_t way = 0; way < d->ways; way++) {
        rows->level[way] = mg_alloc(rows->n, sizeof *rows->level[way]);
        good = good && rows->level[way] != NULL;
    }
    if (!good)
        return mg_fail(err, MG_E_NOMEM, "cannot fit what is usual");
    rows->n = 0;
    for (size_t i = 0; i < d->n; i++) {
        if (isnan(y[i]))
            continue;
        rows->row[rows->n] = (uint32_t)i;
        rows->r[rows->n] = y[i];
        for (size_t way = 0; way < d->ways; way++)
            rows->level[way][rows->n] = d->level[way][i];
        rows->n++;
    }
    return MG_OK;
}

static void sum_slice(const struct drawn *d, const struct rows *rows, size_t way,
                      int slice, struct sums *s)
{
    const size_t from = rows->n * (size_t)slice / SLICES;
    const size_t to = rows->n * ((size_t)slice + 1) / SLICES;
    const uint32_t *levels = rows->level[way];
    double *num = s->num + (size_t)slice * d->levels[way];
    double *den = s->den + (size_t)slice * d->levels[way];

    memset(num, 0, d->levels[way] * sizeof *num);
    memset(den, 0, d->levels[way] * sizeof *den);
    for (size_t i = from; i < to; i++) {
        num[levels[i]] += rows->w[i] * rows->r[i];
        den[levels[i]] += rows->w[i];
    }
}

/* One way takes up the mean of what the others leave; the largest change. */
static double sweep_way(struct drawn *d, const struct rows *rows, size_t way,
                        struct sums *s, double *change)
{
    double most = 0;

#pragma omp parallel for schedule(static) num_threads(mg_threads())
    for (int slice = 0; slice < SLICES; slice++)
        sum_slice(d, rows, way, slice, s);
    for (uint32_t l = 0; l < d->levels[way]; l++) {
        double num = 0;
        double den = 0;
        for (size_t slice = 0; slice < SLICES; slice++) {
            num += s->num[slice * d->levels[way] + l];
            den += s->den[slice * d->levels[way] + l];
        }
        /* r is what is left beside the effect, which comes back in */
        const double effect =
            den > 0 ? (num + den * d->effect[way][l]) / (den + d->ridge[way]) : 0;
        change[l] = effect - d->effect[way][l];
        d->effect[way][l] = effect;
        most = fmax(most, fabs(change[l]));
    }
#pragma omp parallel for schedule(static) num_threads(mg_threads())
    for (size_t i = 0; i < rows->n; i++)
        rows->r[i] -= change[rows->level[way][i]];
    return most;
}

static void weigh(const struct rows *rows, double scale)
{
#pragma omp parallel for schedule(static) num_threads(mg_threads())
    for (size_t i = 0; i < rows->n; i++) {
        const double u = scale > 0 ? rows->r[i] / (bisquare * scale) : 0;
        const double rest = fmax(1 - u * u, 0);
        rows->w[i] = rest * rest;
    }
}

/* The mean moves what all rows share out of the effects' way. */
static void take_mean(struct drawn *d, const struct rows *rows)
{
    double num = 0;
    double den = 0;

    for (size_t i = 0; i < rows->n; i++) {
        num += rows->w[i] * rows->r[i];
        den += rows->w[i];
    }
    const double mean = den > 0 ? num / den : 0;
    d->mean += mean;
    for (size_t i = 0; i < rows->n; i++)
        rows->r[i] -= mean;
}

static mg_status sweep(struct drawn *d, const struct rows *rows, bool robust,
                       unsigned sweeps, struct sums *s, double *change, mg_error *err)
{
    mg_status status = MG_OK;
    double scale = 0;

    for (unsigned round = 0; status == MG_OK && round < sweeps; round++) {
        double most = 0;
        if (round < SCALE_ROUNDS) /* it has settled by then */
            status = null_median(rows->r, rows->n, true, &scale, err);
        weigh(rows, robust ? 1.4826 * scale : 0);
        take_mean(d, rows);
        for (size_t way = 0; way < d->ways; way++)
            most = fmax(most, sweep_way(d, rows, way, s, change));
        if (round + 1 >= SCALE_ROUNDS && most <= settled * scale)
            break;
    }
    return status;
}

mg_status null_effects(struct drawn *d, const double *y, bool robust, unsigned sweeps,
                       double *r, mg_error *err)
{
    uint32_t most = 1;
    struct rows rows = {0};
    struct sums s;
    double *change;
    mg_status status = rows_init(d, y, &rows, err);

    for (size_t way = 0; way < d->ways; way++)
        most = d->levels[way] > most ? d->levels[way] : most;
    s.num = mg_alloc((size_t)most * SLICES, sizeof *s.num);
    s.den = mg_alloc((size_t)most * SLICES, sizeof *s.den);
    change = mg_alloc(most, sizeof *change);
    if (status == MG_OK && (s.num == NULL || s.den == NULL || change == NULL))
        status = mg_fail(err, MG_E_NOMEM, "cannot fit what is usual");
    d->mean = 0;
    for (size_t way = 0; status == MG_OK && way < d->ways; way++)
        memset(d->effect[way], 0, d->levels[way] * sizeof *d->effect[way]);
    if (status == MG_OK)
        status = sweep(d, &rows, robust, sweeps, &s, change, err);
    memcpy(r, y, d->n * sizeof *r);
    for (size_t i = 0; status == MG_OK && i < rows.n; i++)
        r[rows.row[i]] = rows.r[i];
    free(s.num);
    free(s.den);
    free(change);
    rows_release(d, &rows);
    return status;
}
