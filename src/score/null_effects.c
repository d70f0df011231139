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
enum { SLICES = 16, SAMPLE_MOST = 1 << 20 };

static const double bisquare = 4.685;

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

static void sum_slice(const struct drawn *d, size_t way, int slice, const double *w,
                      const double *r, struct sums *s)
{
    const size_t from = d->n * (size_t)slice / SLICES;
    const size_t to = d->n * ((size_t)slice + 1) / SLICES;
    double *num = s->num + (size_t)slice * d->levels[way];
    double *den = s->den + (size_t)slice * d->levels[way];

    memset(num, 0, d->levels[way] * sizeof *num);
    memset(den, 0, d->levels[way] * sizeof *den);
    for (size_t i = from; i < to; i++) {
        uint32_t level = d->level[way][i];
        if (!(w[i] > 0))
            continue;
        num[level] += w[i] * (r[i] + d->effect[way][level]);
        den[level] += w[i];
    }
}

/* One way takes up the mean of what the others leave. */
static void sweep_way(struct drawn *d, size_t way, const double *w, double *r,
                      struct sums *s, double *change)
{
#pragma omp parallel for schedule(static) num_threads(mg_threads())
    for (int slice = 0; slice < SLICES; slice++)
        sum_slice(d, way, slice, w, r, s);
    for (uint32_t l = 0; l < d->levels[way]; l++) {
        double num = 0;
        double den = 0;
        for (size_t slice = 0; slice < SLICES; slice++) {
            num += s->num[slice * d->levels[way] + l];
            den += s->den[slice * d->levels[way] + l];
        }
        double effect = den > 0 ? num / (den + d->ridge[way]) : 0;
        change[l] = effect - d->effect[way][l];
        d->effect[way][l] = effect;
    }
#pragma omp parallel for schedule(static) num_threads(mg_threads())
    for (size_t i = 0; i < d->n; i++)
        r[i] -= change[d->level[way][i]];
}

static void weigh(const struct drawn *d, const double *r, double scale, double *w)
{
#pragma omp parallel for schedule(static) num_threads(mg_threads())
    for (size_t i = 0; i < d->n; i++) {
        double u = scale > 0 ? r[i] / (bisquare * scale) : 0;
        w[i] = isnan(r[i]) || fabs(u) >= 1 ? 0 : (1 - u * u) * (1 - u * u);
    }
}

/* The mean moves what all rows share out of the effects' way. */
static void take_mean(struct drawn *d, const double *w, double *r)
{
    double num = 0;
    double den = 0;

    for (size_t i = 0; i < d->n; i++)
        if (w[i] > 0) {
            num += w[i] * r[i];
            den += w[i];
        }
    double mean = den > 0 ? num / den : 0;
    d->mean += mean;
    for (size_t i = 0; i < d->n; i++)
        r[i] -= mean;
}

mg_status null_effects(struct drawn *d, const double *y, bool robust, unsigned sweeps,
                       double *r, mg_error *err)
{
    uint32_t most = 1;
    mg_status status = MG_OK;
    struct sums s;
    double *w = mg_alloc(d->n, sizeof *w);
    double *change;

    for (size_t way = 0; way < d->ways; way++)
        most = d->levels[way] > most ? d->levels[way] : most;
    s.num = mg_alloc((size_t)most * SLICES, sizeof *s.num);
    s.den = mg_alloc((size_t)most * SLICES, sizeof *s.den);
    change = mg_alloc(most, sizeof *change);
    if (w == NULL || s.num == NULL || s.den == NULL || change == NULL)
        status = mg_fail(err, MG_E_NOMEM, "cannot fit what is usual");
    d->mean = 0;
    for (size_t way = 0; status == MG_OK && way < d->ways; way++)
        memset(d->effect[way], 0, d->levels[way] * sizeof *d->effect[way]);
    memcpy(r, y, d->n * sizeof *r);
    for (unsigned round = 0; status == MG_OK && round < sweeps; round++) {
        double scale = 0;
        if (robust)
            status = null_median(r, d->n, true, &scale, err);
        if (status != MG_OK)
            break;
        weigh(d, r, robust ? 1.4826 * scale : 0, w);
        take_mean(d, w, r);
        for (size_t way = 0; way < d->ways; way++)
            sweep_way(d, way, w, r, &s, change);
    }
    free(w);
    free(s.num);
    free(s.den);
    free(change);
    return status;
}
