/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mirrorgap/calibrate.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>

#include "mirrorgap/gsl_quiet.h"
#include "mirrorgap/mem.h"
#include "mirrorgap/radix.h"
#include "mirrorgap/threads.h"

enum { STRATA_MOST = 20, STRATUM_LEAST = 600, ENOUGH = 100, DRAWN = 30 };

enum { TAILS = 2 };
static const double tail_share[TAILS] = {0.05, 0.2};
static const double cut_share = 0.05;  /* of a tail: may be anomalies */
static const double least_p = 1e-300;  /* its logarithm is finite */
static const double least_fall = 0.25; /* tied p would tell of an endless one */

/* How fast p falls off below a quantile of it. */
struct tail {
    size_t n;       /* cells below */
    double ln_u;    /* ln of the quantile */
    double sum;     /* of ln p_u - ln p, the extremes cut */
    double counted; /* cells that are not cut: sum / counted estimates an exponential's
                     * mean from a sample so cut */
};

/* A run of cells that are alike, items[from..to), in the order of p. */
struct stratum {
    size_t from, to;
    struct tail tails[TAILS];
};

static double ln_p(const double *p, const mg_radix_item *item)
{
    return log(fmax(p[item->index], least_p));
}

static struct tail look_at_tail(const double *p, const mg_radix_item *at, size_t m,
                                double share)
{
    struct tail t = {.n = (size_t)(share * (double)m)};
    const size_t extremes = (size_t)ceil(cut_share * (double)t.n);

    t.ln_u = ln_p(p, at + t.n);
    const double cut = t.ln_u - ln_p(p, at + extremes);
    for (size_t k = 0; k < t.n; k++)
        t.sum += fmin(t.ln_u - ln_p(p, at + k), cut);
    t.counted = (double)(t.n - extremes);
    return t;
}

static void calibrate_stratum(double *p, const mg_radix_item *items,
                              const struct stratum *s, double b)
{
    const double m = (double)(s->to - s->from);
    const struct tail *last = &s->tails[0];
    const double top = (double)last->n / m;

    for (size_t i = s->from; i < s->to;) {
        size_t end = i + 1;
        while (end < s->to && items[end].key == items[i].key)
            end++;
        const double ln = ln_p(p, &items[i]);
        /* where all but a few p are 1 there is no tail to tell its fall from */
        const double beyond = last->ln_u < 0 ? top * exp((ln - last->ln_u) / b) : exp(ln);
        const double to = ln < last->ln_u ? beyond : (double)(end - s->from) / (m + 1);
        for (; i < end; i++)
            p[items[i].index] = to;
    }
}

/* The slower of the two tails, each drawn to that of all strata. */
static double fall_of(const struct stratum *s, const struct tail *all)
{
    double b = least_fall;

    for (int t = 0; t < TAILS; t++) {
        const double weight = s->tails[t].counted + DRAWN;
        const double mean =
            (s->tails[t].sum + DRAWN * all[t].sum / all[t].counted) / weight;
        b = fmax(b, mean * (1 + 1 / sqrt(weight)));
    }
    return b;
}

/* The strata in place: items by `like`, then each by p. */
static size_t cut_strata(const double *p, size_t m, mg_radix_item **items,
                         mg_radix_item **spare, struct stratum *strata)
{
    size_t n = m / STRATUM_LEAST;

    n = n < 1 ? 1 : n > STRATA_MOST ? STRATA_MOST : n;
    mg_radix_sort(items, spare, m);
    for (size_t s = 0; s < n; s++) {
        strata[s] = (struct stratum){.from = m * s / n, .to = m * (s + 1) / n};
        for (size_t i = strata[s].from; i < strata[s].to; i++) {
            (*items)[i].key = mg_radix_number(p[(*items)[i].index]);
            (*items)[i].tag = (uint32_t)s;
        }
    }
    /* by p, then stably by stratum: both sorts are of the whole */
    mg_radix_sort(items, spare, m);
    for (size_t i = 0; i < m; i++)
        (*items)[i].key = (*items)[i].tag;
    mg_radix_sort(items, spare, m);
    for (size_t i = 0; i < m; i++)
        (*items)[i].key = mg_radix_number(p[(*items)[i].index]);
    return n;
}

mg_status mg_calibrate(size_t n, const double *like, double *p, mg_error *err)
{
    mg_radix_item *items = mg_alloc(n, sizeof *items);
    mg_radix_item *spare = mg_alloc(n, sizeof *spare);
    struct stratum strata[STRATA_MOST];
    struct tail all[TAILS] = {{0}};
    size_t m = 0;

    if (items == NULL || spare == NULL) {
        free(items);
        free(spare);
        return mg_fail(err, MG_E_NOMEM, "cannot calibrate %zu p-values", n);
    }
    for (size_t i = 0; i < n; i++)
        if (!isnan(p[i]))
            items[m++] = (mg_radix_item){mg_radix_number(like[i]), (uint32_t)i, 0};
    const size_t count = m >= ENOUGH ? cut_strata(p, m, &items, &spare, strata) : 0;
    for (size_t s = 0; s < count; s++)
        for (int t = 0; t < TAILS; t++) {
            struct tail *tail = &strata[s].tails[t];
            *tail = look_at_tail(p, items + strata[s].from, strata[s].to - strata[s].from,
                                 tail_share[t]);
            all[t].sum += tail->sum;
            all[t].counted += tail->counted;
        }
    for (size_t s = 0; s < count; s++)
        calibrate_stratum(p, items, &strata[s], fall_of(&strata[s], all));
    free(items);
    free(spare);
    return MG_OK;
}

/* Beyond it a figure that strays by its ordinary half would look surprising. */
static const double weight_most = 4;

static double power(double scale)
{
    static const double called = 5;
    static const double dof = 5;
    const double shift = M_LN2 / scale;

    return gsl_cdf_tdist_Q(called - shift, dof) + gsl_cdf_tdist_Q(called + shift, dof);
}

/* The power at steps of ln(scale), straight between them: it is smooth, and cells are
 * many. */
enum { KNOTS = 1024 };
static const double ln_least = -6; /* 0.0025: sure; 20: no better than chance */
static const double ln_most = 3;

static void list_powers(double powers[KNOTS + 1])
{
    for (int k = 0; k <= KNOTS; k++)
        powers[k] = power(exp(ln_least + (ln_most - ln_least) * k / KNOTS));
}

static double power_at(const double powers[KNOTS + 1], double scale)
{
    const double at = (log(scale) - ln_least) / (ln_most - ln_least) * KNOTS;
    const double within = fmin(fmax(at, 0), KNOTS - 1e-9);
    const int k = (int)within;

    return powers[k] + (within - k) * (powers[k + 1] - powers[k]);
}

/* Cuts the weights at `weight_most` times their mean, of `m` that are not 0. What is cut
 * lowers the mean, so a few rounds. */
static double cap(double *weight, size_t n, size_t m)
{
    enum { ROUNDS = 8 };
    double mean = 0;

    for (int round = 0; round <= ROUNDS; round++) {
        double sum = 0;
        for (size_t i = 0; i < n; i++)
            sum += weight[i];
        mean = sum / (double)m;
        for (size_t i = 0; round < ROUNDS && i < n; i++)
            weight[i] = fmin(weight[i], weight_most * mean);
    }
    return mean;
}

mg_status mg_weigh_by_power(size_t n, const double *scale, double *p, mg_error *err)
{
    double *weight = mg_alloc(n, sizeof *weight);
    size_t m = 0;

    mg_gsl_quiet();
    if (weight == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot weigh %zu p-values", n);
    double powers[KNOTS + 1];
    list_powers(powers);
#pragma omp parallel for schedule(static) num_threads(mg_threads())
    for (size_t i = 0; i < n; i++)
        weight[i] = isnan(p[i]) ? 0 : power_at(powers, scale[i]);
    for (size_t i = 0; i < n; i++)
        m += isnan(p[i]) ? 0 : 1;
    const double mean = cap(weight, n, m);
    for (size_t i = 0; i < n; i++)
        if (!isnan(p[i]))
            p[i] = fmin(p[i] * mean / weight[i], 1);
    free(weight);
    return MG_OK;
}
