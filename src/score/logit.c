/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "score/logit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "mirrorgap/mem.h"
#include "mirrorgap/threads.h"
#include "score/solve.h"

/* Beyond so many rows, every k-th tells the coefficients to three digits as well. */
enum { SLICES = 16, STEPS = 15, ENOUGH = 1 << 17 };

static const double settled = 1e-4;

struct slice {
    double h[LOGIT_MOST][LOGIT_MOST], g[LOGIT_MOST];
};

struct fit {
    size_t n, k, stride; /* of the rows that are fitted, every stride-th is */
    const float *x;
    const uint8_t *y;
    double mean[LOGIT_MOST], per_deviation[LOGIT_MOST];
    double beta[LOGIT_MOST];
};

static double standard(const struct fit *f, size_t row, size_t j)
{
    return ((double)f->x[row * f->k + j] - f->mean[j]) * f->per_deviation[j];
}

static void standardise(struct fit *f)
{
    for (size_t j = 0; j < f->k; j++) {
        double sum = 0;
        double squares = 0;
        for (size_t i = 0; i < f->n; i++)
            sum += (double)f->x[i * f->k + j];
        f->mean[j] = j == 0 || f->n == 0 ? 0 : sum / (double)f->n;
        for (size_t i = 0; i < f->n; i++) {
            double d = (double)f->x[i * f->k + j] - f->mean[j];
            squares += d * d;
        }
        f->per_deviation[j] =
            j == 0 || !(squares > 0) ? 1 : 1 / sqrt(squares / (double)f->n);
    }
}

static double probability(const struct fit *f, const double *z)
{
    double eta = 0;

    for (size_t j = 0; j < f->k; j++)
        eta += z[j] * f->beta[j];
    return 1 / (1 + exp(-eta));
}

static void add_slice(const struct fit *f, int number, struct slice *s)
{
    const size_t from = f->n * (size_t)number / SLICES;
    const size_t to = f->n * ((size_t)number + 1) / SLICES;
    double z[LOGIT_MOST];

    memset(s, 0, sizeof *s);
    for (size_t i = (from + f->stride - 1) / f->stride * f->stride; i < to;
         i += f->stride) {
        for (size_t j = 0; j < f->k; j++)
            z[j] = standard(f, i, j);
        double p = probability(f, z);
        double w = p * (1 - p) + 1e-9;
        for (size_t a = 0; a < f->k; a++) {
            s->g[a] += z[a] * (f->y[i] - p);
            for (size_t b = 0; b <= a; b++)
                s->h[a][b] += w * z[a] * z[b];
        }
    }
}

/* The largest change of a coefficient. */
static double step(struct fit *f, struct slice *slices)
{
    const double ridge = (double)f->n / (double)f->stride * 1e-5 + 1e-3;
    double most = 0;
    struct slice *all = &slices[0];

#pragma omp parallel for schedule(static) num_threads(mg_threads())
    for (int s = 0; s < SLICES; s++)
        add_slice(f, s, &slices[s]);
    for (int s = 1; s < SLICES; s++)
        for (size_t a = 0; a < f->k; a++) {
            all->g[a] += slices[s].g[a];
            for (size_t b = 0; b <= a; b++)
                all->h[a][b] += slices[s].h[a][b];
        }
    for (size_t a = 0; a < f->k; a++) {
        all->h[a][a] += ridge;
        all->g[a] -= ridge * f->beta[a];
    }
    if (!solve_positive(f->k, LOGIT_MOST, all->h[0], all->g)) /* the ridge sees to it */
        return 0;
    for (size_t a = 0; a < f->k; a++) {
        const double change = fmin(fmax(all->g[a], -5), 5);
        f->beta[a] += change;
        most = fmax(most, fabs(change));
    }
    return most;
}

mg_status logit_fit(size_t n, size_t k, const float *x, const uint8_t *y, double *p,
                    mg_error *err)
{
    struct fit f = {.n = n, .k = k, .stride = n / ENOUGH + 1, .x = x, .y = y};
    struct slice *slices = mg_alloc(SLICES, sizeof *slices);

    if (slices == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot fit a logit");
    standardise(&f);
    for (int i = 0; i < STEPS && step(&f, slices) > settled; i++)
        ;
    free(slices);
#pragma omp parallel for schedule(static) num_threads(mg_threads())
    for (size_t i = 0; i < n; i++) {
        double z[LOGIT_MOST];
        for (size_t j = 0; j < k; j++)
            z[j] = standard(&f, i, j);
        p[i] = probability(&f, z);
    }
    return MG_OK;
}
