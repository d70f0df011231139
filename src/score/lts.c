/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mirrorgap/lts.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "mirrorgap/gsl_quiet.h"
#include "mirrorgap/mem.h"
#include "score/solve.h"

enum { CHOICES_ALL = 5000, CHOICES_SOME = 3000, BEST = 10, STEPS = 100 };

static const double cut = 2.5;
/* Simulated normal samples, 1 to 4 terms and 8 to 120 rows: 3.2 to 5, most of it at 3.7.
 */
static const double small_sample = 3.7;

struct square {
    double r2;
    uint32_t row;
};

struct work {
    size_t n, k, h;
    const double *x, *y;
    struct square *squares; /* n */
    uint8_t *in;            /* n */
};

struct start {
    double beta[MG_LTS_TERMS];
    double objective;
};

/* Least squares over the rows with in[i], by Cholesky; false where they do not tell all
 * coefficients. */
static bool fit_rows(const struct work *w, double *beta)
{
    double h[MG_LTS_TERMS][MG_LTS_TERMS] = {{0}};
    double g[MG_LTS_TERMS] = {0};
    const size_t k = w->k;

    for (size_t i = 0; i < w->n; i++) {
        const double *x = &w->x[i * k];
        if (w->in[i] == 0)
            continue;
        for (size_t a = 0; a < k; a++) {
            g[a] += x[a] * w->y[i];
            for (size_t b = 0; b <= a; b++)
                h[a][b] += x[a] * x[b];
        }
    }
    if (!solve_positive(k, MG_LTS_TERMS, h[0], g))
        return false;
    memcpy(beta, g, k * sizeof *beta);
    return true;
}

static double residual(const struct work *w, const double *beta, size_t i)
{
    double r = w->y[i];

    for (size_t a = 0; a < w->k; a++)
        r -= w->x[i * w->k + a] * beta[a];
    return r;
}

static int by_square(const void *a, const void *b)
{
    const struct square *p = a;
    const struct square *q = b;

    if (p->r2 != q->r2)
        return p->r2 < q->r2 ? -1 : 1;
    return (p->row > q->row) - (p->row < q->row);
}

/* The h rows nearest to the line; the sum of their squares. */
static double nearest(struct work *w, const double *beta)
{
    double sum = 0;

    for (size_t i = 0; i < w->n; i++) {
        const double r = residual(w, beta, i);
        w->squares[i] = (struct square){r * r, (uint32_t)i};
    }
    qsort(w->squares, w->n, sizeof *w->squares, by_square);
    memset(w->in, 0, w->n);
    for (size_t i = 0; i < w->h; i++) {
        w->in[w->squares[i].row] = 1;
        sum += w->squares[i].r2;
    }
    return sum;
}

/* So many steps, each the line through the h rows nearest to the last one. */
static void concentrate(struct work *w, struct start *s, int steps)
{
    s->objective = nearest(w, s->beta);
    for (int step = 0; step < steps; step++) {
        struct start next;
        if (!fit_rows(w, next.beta))
            return;
        next.objective = nearest(w, next.beta);
        if (!(next.objective < s->objective))
            return;
        *s = next;
    }
}

static void keep(struct start *best, size_t *n, const struct start *s)
{
    size_t at = *n;

    while (at > 0 && best[at - 1].objective > s->objective)
        at--;
    if (at == BEST || (at > 0 && best[at - 1].objective == s->objective))
        return;
    *n += *n < BEST;
    memmove(&best[at + 1], &best[at], (*n - at - 1) * sizeof *best);
    best[at] = *s;
}

/* The line through k rows, brought nearer by two steps. */
static void try_rows(struct work *w, const uint32_t *rows, struct start *best, size_t *n)
{
    struct start s;

    memset(w->in, 0, w->n);
    for (size_t a = 0; a < w->k; a++)
        w->in[rows[a]] = 1;
    if (!fit_rows(w, s.beta))
        return;
    concentrate(w, &s, 2);
    keep(best, n, &s);
}

static size_t choices(size_t n, size_t k)
{
    double count = 1;

    for (size_t a = 0; a < k; a++)
        count = count * (double)(n - a) / (double)(a + 1);
    return count <= CHOICES_ALL ? (size_t)(count + 0.5) : SIZE_MAX;
}

/* The next k rows in order; false after the last. */
static bool next_rows(uint32_t *rows, size_t n, size_t k)
{
    for (size_t a = k; a-- > 0;)
        if (rows[a] + (k - a) < n) {
            rows[a]++;
            for (size_t b = a + 1; b < k; b++)
                rows[b] = rows[b - 1] + 1;
            return true;
        }
    return false;
}

/* k different rows of a fixed sequence. */
static void random_rows(uint64_t *seed, uint32_t *rows, size_t n, size_t k)
{
    for (size_t a = 0; a < k;) {
        bool again = false;
        *seed = *seed * 6364136223846793005U + 1442695040888963407U;
        rows[a] = (uint32_t)((*seed >> 33) % n);
        for (size_t b = 0; b < a; b++)
            again |= rows[b] == rows[a];
        a += !again;
    }
}

static size_t search(struct work *w, struct start *best)
{
    uint32_t rows[MG_LTS_TERMS];
    uint64_t seed = 1;
    size_t n = 0;

    for (size_t a = 0; a < w->k; a++)
        rows[a] = (uint32_t)a;
    if (choices(w->n, w->k) != SIZE_MAX)
        do
            try_rows(w, rows, best, &n);
        while (next_rows(rows, w->n, w->k));
    else
        for (int c = 0; c < CHOICES_SOME; c++) {
            random_rows(&seed, rows, w->n, w->k);
            try_rows(w, rows, best, &n);
        }
    for (size_t s = 0; s < n; s++)
        concentrate(w, &best[s], STEPS);
    for (size_t s = 1; s < n; s++)
        if (best[s].objective < best[0].objective)
            best[0] = best[s];
    return n;
}

/* What the deviation of a share of a normal sample, that within `most` deviations, is
 * multiplied by. */
static double consistent(double share, double most)
{
    return 1 / sqrt(1 - 2 * most * gsl_ran_ugaussian_pdf(most) / share);
}

static bool reweigh(struct work *w, const struct start *best, mg_lts_fit *fit)
{
    const double n = (double)w->n;
    const double share = (double)w->h / n;
    const double most = gsl_cdf_ugaussian_Pinv((1 + share) / 2);
    const double raw = sqrt(best->objective / (double)w->h) * consistent(share, most) *
                       (1 + small_sample * (double)w->k / (n - (double)w->k));
    double sum = 0;

    fit->objective = best->objective;
    fit->h = w->h;
    fit->outliers = 0;
    for (size_t i = 0; i < w->n; i++) {
        w->in[i] = fabs(residual(w, best->beta, i)) <= cut * raw;
        fit->outliers += w->in[i] == 0;
    }
    if (!fit_rows(w, fit->beta))
        return false;
    for (size_t i = 0; i < w->n; i++)
        if (w->in[i] != 0)
            sum += residual(w, fit->beta, i) * residual(w, fit->beta, i);
    const double within = 2 * gsl_cdf_ugaussian_P(cut) - 1;
    fit->scale =
        sqrt(sum / (n - (double)fit->outliers - (double)w->k)) * consistent(within, cut);
    return true;
}

mg_status mg_lts(size_t n, size_t k, const double *x, const double *y, mg_lts_fit *fit,
                 uint8_t *outlier, mg_error *err)
{
    struct work w = {.n = n, .k = k, .h = (n + k + 1) / 2, .x = x, .y = y};
    struct start best[BEST + 1];
    mg_status status = MG_OK;

    *fit = (mg_lts_fit){.scale = NAN};
    if (k < 1 || k > MG_LTS_TERMS || n <= 2 * k)
        return mg_fail(err, MG_E_RANGE, "too few rows for %zu coefficients", k);
    mg_gsl_quiet();
    w.squares = mg_alloc(n, sizeof *w.squares);
    w.in = mg_alloc(n, sizeof *w.in);
    if (w.squares == NULL || w.in == NULL)
        status = mg_fail(err, MG_E_NOMEM, "cannot fit a line");
    else if (search(&w, best) == 0 || !reweigh(&w, &best[0], fit))
        status = mg_fail(err, MG_E_RANGE, "the rows do not tell %zu coefficients", k);
    for (size_t i = 0; status == MG_OK && outlier != NULL && i < n; i++)
        outlier[i] = w.in[i] == 0;
    free(w.squares);
    free(w.in);
    return status;
}
