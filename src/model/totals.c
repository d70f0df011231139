/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Totals by drawing the partners' errors. */
#include "mirrorgap/totals.h"

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdlib.h>

#include "mirrorgap/gsl_quiet.h"
#include "mirrorgap/mem.h"
#include "mirrorgap/threads.h"

/* Draws that share a generator: whole slices go to threads, so that results do not
 * depend on their number. */
enum { SLICE = 125 };

struct drawing {
    size_t n;
    const mg_totals_flow *flows;
    size_t partners;
    const mg_totals_error *errors;
    size_t draws;
    uint64_t seed, key;
    double *total;
};

/* splitmix64's finaliser (Steele, Lea, Flood 2014). */
static uint64_t mixed(uint64_t x)
{
    x += 0x9e3779b97f4a7c15U;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9U;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebU;
    return x ^ (x >> 31);
}

/* The sum of what partners would file if what they filed were the truth. */
static double one_draw(const struct drawing *d, gsl_rng *rng, double *shared)
{
    double total = 0;

    for (size_t j = 0; j < d->partners; j++)
        shared[j] =
            d->errors[j].bias + d->errors[j].shared * gsl_ran_gaussian_ziggurat(rng, 1);
    for (size_t i = 0; i < d->n; i++) {
        const mg_totals_flow *flow = &d->flows[i];
        double error = shared[flow->partner] +
                       d->errors[flow->partner].own * gsl_ran_gaussian_ziggurat(rng, 1);
        total += flow->usd * exp(error);
    }
    return total;
}

static bool draw_slice(const struct drawing *d, size_t slice)
{
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    double *shared = mg_alloc(d->partners, sizeof *shared);
    bool done = rng != NULL && shared != NULL;

    if (done) {
        /* the generator keeps 32 bits of its seed */
        gsl_rng_set(rng, (unsigned long)(mixed(mixed(d->seed) ^ mixed(d->key + 1) ^
                                               mixed(~(uint64_t)slice)) >>
                                         32));
        for (size_t i = slice * SLICE; i < (slice + 1) * SLICE && i < d->draws; i++)
            d->total[i] = one_draw(d, rng, shared);
    }
    free(shared);
    if (rng != NULL)
        gsl_rng_free(rng);
    return done;
}

static mg_status check(const struct drawing *d, mg_error *err)
{
    if (d->draws < MG_TOTALS_DRAWS || d->draws > 100000000)
        return mg_fail(err, MG_E_RANGE, "%zu draws are not from %d to 100 million",
                       d->draws, MG_TOTALS_DRAWS);
    for (size_t j = 0; j < d->partners; j++) {
        const mg_totals_error *e = &d->errors[j];
        if (!(isfinite(e->bias) && e->shared >= 0 && isfinite(e->shared) && e->own >= 0 &&
              isfinite(e->own)))
            return mg_fail(err, MG_E_RANGE, "the error of partner %zu is none", j);
    }
    for (size_t i = 0; i < d->n; i++)
        if (!(d->flows[i].usd >= 0 && isfinite(d->flows[i].usd)) ||
            d->flows[i].partner >= d->partners)
            return mg_fail(err, MG_E_RANGE, "flow %zu: %g USD of partner %u of %zu", i,
                           d->flows[i].usd, (unsigned)d->flows[i].partner, d->partners);
    return MG_OK;
}

mg_status mg_totals_draw(size_t n, const mg_totals_flow *flows, size_t partners,
                         const mg_totals_error *errors, size_t draws, uint64_t seed,
                         uint64_t key, mg_totals_estimate *estimate, mg_error *err)
{
    struct drawing d = {n, flows, partners, errors, draws, seed, key, NULL};
    mg_status status = check(&d, err);
    int failed = 0;

    if (status != MG_OK)
        return status;
    *estimate = (mg_totals_estimate){0};
    if (n == 0)
        return MG_OK;
    mg_gsl_quiet();
    d.total = mg_alloc(draws, sizeof *d.total);
    if (d.total == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot hold %zu draws", draws);
    size_t slices = (draws + SLICE - 1) / SLICE;
#pragma omp parallel for schedule(dynamic, 1) num_threads(mg_threads())
    for (size_t s = 0; s < slices; s++)
        if (!draw_slice(&d, s)) {
#pragma omp atomic write
            failed = 1;
        }
    if (failed)
        status = mg_fail(err, MG_E_NOMEM, "cannot draw errors of %zu partners", partners);
    else {
        double reported = 0;
        for (size_t i = 0; i < n; i++)
            reported += flows[i].usd;
        for (size_t i = 0; i < draws; i++)
            d.total[i] = reported > 0 ? reported * (reported / d.total[i]) : 0;
        estimate->reported = reported;
        estimate->mean = gsl_stats_mean(d.total, 1, draws);
        gsl_sort(d.total, 1, draws);
        estimate->median = gsl_stats_quantile_from_sorted_data(d.total, 1, draws, 0.5);
        estimate->low = gsl_stats_quantile_from_sorted_data(d.total, 1, draws, 0.05);
        estimate->high = gsl_stats_quantile_from_sorted_data(d.total, 1, draws, 0.95);
    }
    free(d.total);
    return status;
}

mg_totals_estimate mg_totals_stretch(mg_totals_estimate e, double factor)
{
    if (e.median > 0) {
        e.low = e.median * pow(e.low / e.median, factor);
        e.high = e.median * pow(e.high / e.median, factor);
    }
    return e;
}
