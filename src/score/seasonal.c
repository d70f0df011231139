/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mirrorgap/seasonal.h"

#include <math.h>
#include <string.h>

#include "score/solve.h"

enum { TERMS = 6, FIRST_HARMONIC = 2, LEAST = 24, LEAST_MONTHS = 8, ROUNDS = 12 };

static const double bisquare = 4.685;
static const double ridge = 1e-6;

struct fit {
    size_t n;
    const uint8_t *month;
    const double *time, *y;
    double middle, half; /* of time */
    double beta[TERMS];
};

static void terms(const struct fit *f, size_t i, double *x)
{
    const double angle = 2 * M_PI * f->month[i] / 12;

    x[0] = 1;
    x[1] = (f->time[i] - f->middle) / f->half;
    x[2] = cos(angle);
    x[3] = sin(angle);
    x[4] = cos(2 * angle);
    x[5] = sin(2 * angle);
}

static double residual(const struct fit *f, size_t i)
{
    double x[TERMS];
    double fitted = 0;

    terms(f, i, x);
    for (int k = 0; k < TERMS; k++)
        fitted += x[k] * f->beta[k];
    return f->y[i] - fitted;
}

/* The mean of |r|, cut: a scale that needs no memory; 1.2533 for the normal. */
static double scale_of(const struct fit *f)
{
    double scale = INFINITY;

    for (int round = 0; round < 5; round++) {
        double sum = 0;
        double n = 0;
        for (size_t i = 0; i < f->n; i++) {
            const double r = isnan(f->y[i]) ? NAN : fabs(residual(f, i));
            if (isnan(r))
                continue;
            sum += fmin(r, 2.5 * scale);
            n++;
        }
        scale = 1.2533 * sum / n;
    }
    return scale;
}

/* One weighted least-squares step, by Cholesky. */
static void solve(struct fit *f, double scale)
{
    double h[TERMS][TERMS] = {{0}};
    double g[TERMS] = {0};

    for (size_t i = 0; i < f->n; i++) {
        double x[TERMS];
        if (isnan(f->y[i]))
            continue;
        const double u = residual(f, i) / (bisquare * scale);
        const double rest = fmax(1 - u * u, 0);
        const double w = isinf(scale) ? 1 : rest * rest;
        terms(f, i, x);
        for (int a = 0; a < TERMS; a++) {
            g[a] += w * x[a] * f->y[i];
            for (int b = 0; b <= a; b++)
                h[a][b] += w * x[a] * x[b];
        }
    }
    const double more = ridge * (h[0][0] + 1);
    for (int a = 0; a < TERMS; a++)
        h[a][a] += more;
    if (!solve_positive(TERMS, TERMS, h[0], g))
        return; /* what was there stays */
    memcpy(f->beta, g, sizeof g);
}

static bool enough(struct fit *f)
{
    unsigned months = 0;
    size_t n = 0;
    double least = INFINITY;
    double most = -INFINITY;

    for (size_t i = 0; i < f->n; i++) {
        if (isnan(f->y[i]))
            continue;
        n++;
        months |= 1U << f->month[i];
        least = fmin(least, f->time[i]);
        most = fmax(most, f->time[i]);
    }
    f->middle = (least + most) / 2;
    f->half = (most - least) / 2;
    return n >= LEAST && __builtin_popcount(months) >= LEAST_MONTHS && f->half > 0;
}

void mg_seasonal(size_t n, const uint8_t *month, const double *time, const double *y,
                 double *season)
{
    struct fit f = {.n = n, .month = month, .time = time, .y = y};

    memset(season, 0, n * sizeof *season);
    if (!enough(&f))
        return;
    solve(&f, INFINITY);
    for (int round = 0; round < ROUNDS; round++) {
        const double scale = scale_of(&f);
        if (!(scale > 0))
            break;
        solve(&f, scale);
    }
    for (size_t i = 0; i < n; i++) {
        double x[TERMS];
        terms(&f, i, x);
        for (int k = FIRST_HARMONIC; k < TERMS; k++)
            season[i] += x[k] * f.beta[k];
    }
}
