/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mirrorgap/changes.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <string.h>

#include "mirrorgap/gsl_quiet.h"
#include "mirrorgap/median.h"

enum { SHORTEST = 2, LEAST = 4 };

static const double to_deviation = 1.4826;

/* Robust deviation of the figures about their level, from neighbours. */
static double deviation(size_t n, const double *y)
{
    double steps[MG_CHANGES_MOST];

    for (size_t i = 1; i < n; i++)
        steps[i - 1] = fabs(y[i] - y[i - 1]);
    return to_deviation * mg_median(steps, n - 1) / M_SQRT2;
}

static void cut_spikes(size_t n, const double *y, double s, double *to)
{
    for (size_t i = 0; i < n; i++) {
        double about[5];
        const size_t from = i < 2 ? 0 : i - 2;
        const size_t end = i + 3 < n ? i + 3 : n;
        memcpy(about, y + from, (end - from) * sizeof *about);
        const double middle = mg_median(about, end - from);
        to[i] = fmin(fmax(y[i], middle - 3 * s), middle + 3 * s);
    }
}

/* Sums up to each place, so that the cost of a segment is told at once. */
struct sums {
    double y[MG_CHANGES_MOST + 1], yy[MG_CHANGES_MOST + 1];
};

static double cost(const struct sums *s, size_t from, size_t to)
{
    const double sum = s->y[to] - s->y[from];

    return s->yy[to] - s->yy[from] - sum * sum / (double)(to - from);
}

static size_t trace(const uint16_t *last, size_t n, uint16_t *start)
{
    size_t segments = 0;

    for (size_t at = n; at > 0; at = last[at])
        start[segments++] = last[at];
    for (size_t i = 0; i < segments / 2; i++) {
        const uint16_t other = start[i];
        start[i] = start[segments - 1 - i];
        start[segments - 1 - i] = other;
    }
    return segments;
}

size_t mg_changes_pelt(size_t n, const double *y, double least, uint16_t *start)
{
    double clean[MG_CHANGES_MOST];
    double best[MG_CHANGES_MOST + 1];
    uint16_t last[MG_CHANGES_MOST + 1] = {0};
    uint16_t open[MG_CHANGES_MOST + 1]; /* where the last segment may still begin */
    struct sums sums;
    size_t n_open = 0;

    start[0] = 0;
    if (n < LEAST || n > MG_CHANGES_MOST)
        return 1;
    const double s = fmax(deviation(n, y), least);
    cut_spikes(n, y, s, clean);
    sums.y[0] = sums.yy[0] = 0;
    for (size_t i = 0; i < n; i++) {
        const double z = (clean[i] - clean[0]) / s;
        sums.y[i + 1] = sums.y[i] + z;
        sums.yy[i + 1] = sums.yy[i] + z * z;
    }
    const double penalty = 3 * log((double)n);
    best[0] = -penalty;
    for (size_t to = 1; to < SHORTEST; to++)
        best[to] = INFINITY;
    for (size_t to = SHORTEST; to <= n; to++) {
        size_t kept = 0;
        open[n_open++] = (uint16_t)(to - SHORTEST);
        best[to] = INFINITY;
        for (size_t k = 0; k < n_open; k++) {
            const double total = best[open[k]] + cost(&sums, open[k], to) + penalty;
            if (total < best[to]) {
                best[to] = total;
                last[to] = open[k];
            }
        }
        for (size_t k = 0; k < n_open; k++) /* what cannot become best is dropped */
            if (best[open[k]] + cost(&sums, open[k], to) <= best[to])
                open[kept++] = open[k];
        n_open = kept;
    }
    return trace(last, n, start);
}

double mg_changes_deviation(size_t n, const double *y, const uint16_t *start,
                            size_t segments)
{
    double squares = 0;

    for (size_t s = 0; s < segments; s++) {
        const size_t end = s + 1 < segments ? start[s + 1] : n;
        double sum = 0;
        for (size_t i = start[s]; i < end; i++)
            sum += y[i];
        const double mean = sum / (double)(end - start[s]);
        for (size_t i = start[s]; i < end; i++)
            squares += (y[i] - mean) * (y[i] - mean);
    }
    return sqrt(squares / ((double)n - (double)segments));
}

double mg_changes_p(size_t n, const double *y, double least, size_t from, size_t to,
                    double *shift)
{
    double sum[2] = {0, 0};
    double squares = 0;
    const double in = (double)(to - from);
    const double out = (double)n - in;

    mg_gsl_quiet();
    *shift = NAN;
    if (in < 1 || out < 1 || n < 3)
        return 1;
    for (size_t i = 0; i < n; i++)
        sum[i >= from && i < to] += y[i];
    const double mean[2] = {sum[0] / out, sum[1] / in};
    for (size_t i = 0; i < n; i++) {
        const double d = y[i] - mean[i >= from && i < to];
        squares += d * d;
    }
    *shift = mean[1] - mean[0];
    const double dof = (double)n - 2;
    const double error = fmax(sqrt(squares / dof), least) * sqrt(1 / in + 1 / out);
    const double p = 2 * gsl_cdf_tdist_Q(fabs(*shift) / error, dof);
    return fmin(1, p * (double)n * ((double)n - 1) / 2);
}

size_t mg_changes_cusum(size_t n, const double *z, size_t *since)
{
    static const double slack = 0.5;
    static const double alarm = 5;
    double above = 0;
    double below = 0;
    size_t from[2] = {0, 0};

    for (size_t i = 0; i < n; i++) {
        above = fmax(0, above + z[i] - slack);
        below = fmax(0, below - z[i] - slack);
        from[0] = above > 0 ? from[0] : i + 1;
        from[1] = below > 0 ? from[1] : i + 1;
        if (above > alarm || below > alarm) {
            *since = from[above <= alarm];
            return i;
        }
    }
    *since = n;
    return n;
}
