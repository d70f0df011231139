/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mirrorgap/evidence.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>

#include "mirrorgap/benford.h"
#include "mirrorgap/calibrate.h"
#include "mirrorgap/gsl_quiet.h"
#include "mirrorgap/median.h"
#include "mirrorgap/mem.h"
#include "mirrorgap/radix.h"

enum { ENOUGH_SERIES = 100, ENOUGH_GROUPS = 10 };

static const double to_deviation = 1.4826; /* of a median distance, if normal */
static const double cut = 2.5;
static const double surprising = 0.05;
static const double dof_most = 30;

/* The cells of one series within one group: one figure. */
struct run {
    uint32_t group;
    double figure, variance;
};

struct work {
    const mg_evidence_cells *cells;
    mg_evidence *evidence;
    struct run *runs; /* by group */
    size_t n_runs;
    double *spare; /* n: for medians */
    double tau2;
    double *error2; /* by group: of its mean */
};

static mg_status check(const mg_evidence_cells *c, mg_error *err)
{
    for (size_t i = 0; i < c->n; i++)
        if (c->group[i] >= c->groups)
            return mg_fail(err, MG_E_RANGE, "cell %zu has a group out of range", i);
    return MG_OK;
}

/* ---- one figure a series ---- */

static struct run take_run(const struct work *w, const mg_radix_item *items, size_t n)
{
    const mg_evidence_cells *c = w->cells;
    double squares = 0;

    for (size_t i = 0; i < n; i++) {
        w->spare[i] = c->residual[items[i].index];
        squares += c->scale[items[i].index] * c->scale[items[i].index];
    }
    return (struct run){.group = c->group[items[0].index],
                        .figure = mg_median(w->spare, n),
                        .variance = squares / ((double)n * (double)n)};
}

static mg_status make_runs(struct work *w, mg_error *err)
{
    const mg_evidence_cells *c = w->cells;
    mg_radix_item *items = mg_alloc(c->n, sizeof *items);
    mg_radix_item *spare = mg_alloc(c->n, sizeof *spare);
    size_t n = 0;
    mg_status status = MG_OK;

    if (items == NULL || spare == NULL)
        status = mg_fail(err, MG_E_NOMEM, "cannot group cells");
    for (size_t i = 0; status == MG_OK && i < c->n; i++)
        if (!isnan(c->residual[i]))
            items[n++] = (mg_radix_item){(uint64_t)c->group[i] << 32 | c->series[i],
                                         (uint32_t)i, 0};
    if (status == MG_OK)
        mg_radix_sort(&items, &spare, n);
    for (size_t i = 0; status == MG_OK && i < n;) {
        size_t end = i + 1;
        while (end < n && items[end].key == items[i].key)
            end++;
        w->runs[w->n_runs++] = take_run(w, items + i, end - i);
        i = end;
    }
    free(items);
    free(spare);
    return status;
}

/* ---- the mean of a group ---- */

/* Robust variance of v[0..n) beyond `known`; v is reordered. */
static double variance_beyond(double *v, size_t n, double centre, double known)
{
    const double deviation = to_deviation * mg_median_distance(v, n, centre);

    return fmax(deviation * deviation - known, 0);
}

static void fit_tau(struct work *w)
{
    double *known = w->spare;

    w->tau2 = 0;
    if (w->n_runs < ENOUGH_SERIES)
        return;
    for (size_t i = 0; i < w->n_runs; i++)
        known[i] = w->runs[i].variance;
    const double typical = mg_median(known, w->n_runs);
    for (size_t i = 0; i < w->n_runs; i++)
        w->spare[i] = w->runs[i].figure;
    w->tau2 =
        variance_beyond(w->spare, w->n_runs, mg_median(w->spare, w->n_runs), typical);
}

static void take_mean(struct work *w, const struct run *runs, size_t n)
{
    mg_evidence *e = &w->evidence[runs[0].group];
    double num = 0;
    double den = 0;

    for (size_t i = 0; i < n; i++)
        w->spare[i] = runs[i].figure;
    const double centre = mg_median(w->spare, n);
    for (size_t i = 0; i < n; i++) {
        const double variance = w->tau2 + runs[i].variance;
        const double most = cut * sqrt(variance);
        const double off = fmin(fmax(runs[i].figure - centre, -most), most);
        num += (centre + off) / variance;
        den += 1 / variance;
    }
    e->series = n;
    e->mean = num / den;
    w->error2[runs[0].group] = 1 / den;
}

static void take_means(struct work *w)
{
    for (size_t i = 0; i < w->n_runs;) {
        size_t end = i + 1;
        while (end < w->n_runs && w->runs[end].group == w->runs[i].group)
            end++;
        take_mean(w, w->runs + i, end - i);
        i = end;
    }
}

/* How far an ordinary group is from 0. */
static void judge_means(struct work *w)
{
    const uint32_t groups = w->cells->groups;
    double centre = 0;
    double between = 0;
    size_t n = 0;

    for (uint32_t g = 0; g < groups; g++)
        if (w->evidence[g].series > 0)
            w->spare[n++] = w->error2[g];
    if (n >= ENOUGH_GROUPS) {
        const double typical = mg_median(w->spare, n);
        n = 0;
        for (uint32_t g = 0; g < groups; g++)
            if (w->evidence[g].series > 0)
                w->spare[n++] = w->evidence[g].mean;
        centre = mg_median(w->spare, n);
        between = variance_beyond(w->spare, n, centre, typical);
    }
    for (uint32_t g = 0; g < groups; g++) {
        mg_evidence *e = &w->evidence[g];
        if (e->series == 0)
            continue;
        e->z = (e->mean - centre) / sqrt(between + w->error2[g]);
        /* a mean of few has heavier tails */
        e->test[MG_EVIDENCE_GAP] =
            2 * gsl_cdf_tdist_Q(fabs(e->z), fmin((double)e->series + 1, dof_most));
    }
}

/* ---- cells and digits ---- */

static void count_cells(struct work *w)
{
    const mg_evidence_cells *c = w->cells;

    for (size_t i = 0; i < c->n; i++)
        if (!isnan(c->p[i])) {
            w->evidence[c->group[i]].scored++;
            w->evidence[c->group[i]].surprising += c->p[i] <= surprising;
        }
    for (uint32_t g = 0; g < c->groups; g++) {
        mg_evidence *e = &w->evidence[g];
        if (e->scored > 0) /* Q(k - 1): k or more */
            e->test[MG_EVIDENCE_CELLS] =
                e->surprising == 0 ? 1
                                   : gsl_cdf_binomial_Q((unsigned)e->surprising - 1,
                                                        surprising, (unsigned)e->scored);
    }
}

static double digits_p(const mg_digits *d)
{
    return mg_benford_applies(d) ? mg_benford_p(mg_benford_u2(d)) : NAN;
}

static mg_status judge_digits(struct work *w, mg_error *err)
{
    const mg_evidence_cells *c = w->cells;
    mg_digits *digits = mg_alloc_zero((size_t)c->groups * 2, sizeof *digits);

    if (digits == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot count digits");
    for (size_t i = 0; i < c->n;) {
        /* one figure a series: those of other periods have much the same digits */
        const size_t begin = i;
        double x = NAN;
        double m = NAN;
        for (; i < c->n && c->series[i] == c->series[begin] &&
               c->group[i] == c->group[begin];
             i++) {
            x = isnan(c->x[i]) ? x : c->x[i];
            m = isnan(c->m[i]) ? m : c->m[i];
        }
        mg_digits_add(&digits[(size_t)c->group[begin] * 2], x);
        mg_digits_add(&digits[(size_t)c->group[begin] * 2 + 1], m);
    }
    for (uint32_t g = 0; g < c->groups; g++) {
        const double p =
            fmin(digits_p(&digits[(size_t)g * 2]), digits_p(&digits[(size_t)g * 2 + 1]));
        w->evidence[g].test[MG_EVIDENCE_DIGITS] = isnan(p) ? NAN : fmin(2 * p, 1);
    }
    free(digits);
    return MG_OK;
}

/* ---- all three ---- */

static mg_status calibrate(struct work *w, mg_error *err)
{
    const uint32_t groups = w->cells->groups;
    double *p = mg_alloc(groups, sizeof *p);
    double *like = mg_alloc(groups, sizeof *like);
    mg_status status = p != NULL && like != NULL
                           ? MG_OK
                           : mg_fail(err, MG_E_NOMEM, "cannot calibrate groups");

    for (int test = 0; status == MG_OK && test < MG_EVIDENCE_TESTS; test++) {
        for (uint32_t g = 0; g < groups; g++) {
            p[g] = w->evidence[g].test[test];
            like[g] = (double)w->evidence[g].scored;
        }
        status = mg_calibrate(groups, like, p, err);
        for (uint32_t g = 0; status == MG_OK && g < groups; g++)
            w->evidence[g].test[test] = p[g];
    }
    free(p);
    free(like);
    return status;
}

static void combine(mg_evidence *e)
{
    static const double weight[MG_EVIDENCE_TESTS] = {0.6, 0.3, 0.1};
    double all = 0;
    double least = INFINITY;

    e->strongest = -1;
    for (int test = 0; test < MG_EVIDENCE_TESTS; test++) {
        const double p = e->test[test] / weight[test];
        if (isnan(p))
            continue;
        all += weight[test];
        e->strongest = p < least ? test : e->strongest;
        least = fmin(least, p);
    }
    e->p = all > 0 ? fmin(1, least * all) : NAN;
}

mg_status mg_evidence_weigh(const mg_evidence_cells *cells, mg_evidence *evidence,
                            mg_error *err)
{
    struct work w = {.cells = cells, .evidence = evidence};
    mg_status status = check(cells, err);

    mg_gsl_quiet();
    if (status != MG_OK)
        return status;
    for (uint32_t g = 0; g < cells->groups; g++)
        evidence[g] =
            (mg_evidence){.mean = NAN, .z = NAN, .test = {NAN, NAN, NAN}, .p = NAN};
    w.runs = mg_alloc(cells->n, sizeof *w.runs);
    w.spare = mg_alloc(cells->n + 1, sizeof *w.spare);
    w.error2 = mg_alloc(cells->groups, sizeof *w.error2);
    if (w.runs == NULL || w.spare == NULL || w.error2 == NULL)
        status = mg_fail(err, MG_E_NOMEM, "cannot weigh groups of cells");
    if (status == MG_OK)
        status = make_runs(&w, err);
    if (status == MG_OK) {
        fit_tau(&w);
        take_means(&w);
        judge_means(&w);
        count_cells(&w);
        status = judge_digits(&w, err);
    }
    if (status == MG_OK)
        status = calibrate(&w, err);
    for (uint32_t g = 0; status == MG_OK && g < cells->groups; g++)
        combine(&evidence[g]);
    free(w.runs);
    free(w.spare);
    free(w.error2);
    return status;
}
