/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The partners' errors, from flows whose true value is known better. */
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "mirrorgap/gsl_quiet.h"
#include "mirrorgap/mem.h"
#include "mirrorgap/totals.h"

/* Normal quantile of 3/4: makes a median of |x| the deviation of x. */
static const double normal_quartile = 0.6744897501960817;
enum { PRIOR = 5 }; /* groups that all partners together count for */

struct fitting {
    size_t groups;
    uint32_t *partner; /* of each group, ascending */
    double *median;    /* of each group */
    double *size;      /* of each group, cells */
    double *deviation; /* |cell - the next of its group| / sqrt(2) */
    size_t *first;     /* groups + 1: where a group's deviations start */
    double *work;      /* room for the cells */
};

static mg_status check(size_t n, const uint32_t *partner, const double *log_ratio,
                       size_t partners, mg_error *err)
{
    if (n == 0)
        return mg_fail(err, MG_E_RANGE, "there is no flow to learn errors from");
    for (size_t i = 0; i < n; i++)
        if (partner[i] >= partners || (i > 0 && partner[i] < partner[i - 1]) ||
            !isfinite(log_ratio[i]))
            return mg_fail(err, MG_E_RANGE, "flow %zu: partner %u, log ratio %g", i,
                           (unsigned)partner[i], log_ratio[i]);
    return MG_OK;
}

static double median_of(const double *v, size_t n, double *work)
{
    memcpy(work, v, n * sizeof *v);
    return gsl_stats_median(work, 1, n);
}

/* Groups, their medians, and what is left within them. */
static void take_groups(struct fitting *f, size_t n, const uint32_t *partner,
                        const uint64_t *group, const double *log_ratio)
{
    size_t cells = 0;

    f->first[0] = 0;
    for (size_t i = 0; i < n;) {
        size_t end = i + 1;
        while (end < n && partner[end] == partner[i] && group[end] == group[i])
            end++;
        double median = median_of(log_ratio + i, end - i, f->work);
        f->partner[f->groups] = partner[i];
        f->median[f->groups] = median;
        f->size[f->groups] = (double)(end - i);
        for (size_t k = i; k + 1 < end; k++)
            f->deviation[cells++] = fabs(log_ratio[k] - log_ratio[k + 1]) * M_SQRT1_2;
        f->first[++f->groups] = cells;
        i = end;
    }
}

/* The errors of groups from..to as if of one partner. */
static mg_totals_error error_of(const struct fitting *f, size_t from, size_t to)
{
    mg_totals_error e = {0};
    size_t groups = to - from;
    size_t cells = f->first[to] - f->first[from];
    double noise = 0; /* variance of a group's median that is of its cells */

    if (cells > 0)
        e.own =
            median_of(f->deviation + f->first[from], cells, f->work) / normal_quartile;
    e.bias = median_of(f->median + from, groups, f->work);
    for (size_t g = from; g < to; g++) {
        noise += e.own * e.own / f->size[g] * (f->size[g] > 2 ? M_PI_2 : 1);
        f->work[g - from] = fabs(f->median[g] - e.bias);
    }
    double scale = gsl_stats_median(f->work, 1, groups) / normal_quartile;
    e.shared = sqrt(fmax(scale * scale - noise / (double)groups, 0));
    return e;
}

static double drawn(double own, double all, double weight)
{
    return weight * own + (1 - weight) * all;
}

static void fit_partners(const struct fitting *f, size_t partners,
                         mg_totals_error *errors)
{
    mg_totals_error all = error_of(f, 0, f->groups);

    for (size_t j = 0; j < partners; j++)
        errors[j] = all;
    for (size_t from = 0; from < f->groups;) {
        size_t to = from + 1;
        while (to < f->groups && f->partner[to] == f->partner[from])
            to++;
        mg_totals_error own = error_of(f, from, to);
        double weight = (double)(to - from) / (double)(to - from + PRIOR);
        mg_totals_error *e = &errors[f->partner[from]];
        e->bias = drawn(own.bias, all.bias, weight);
        e->shared = sqrt(drawn(own.shared * own.shared, all.shared * all.shared, weight));
        e->own = sqrt(drawn(own.own * own.own, all.own * all.own, weight));
        from = to;
    }
}

mg_status mg_totals_fit_errors(size_t n, const uint32_t *partner, const uint64_t *group,
                               const double *log_ratio, size_t partners,
                               mg_totals_error *errors, mg_error *err)
{
    mg_status status = check(n, partner, log_ratio, partners, err);

    if (status != MG_OK)
        return status;
    mg_gsl_quiet();
    struct fitting f = {.partner = mg_alloc(n, sizeof *f.partner),
                        .median = mg_alloc(n, sizeof *f.median),
                        .size = mg_alloc(n, sizeof *f.size),
                        .deviation = mg_alloc(n, sizeof *f.deviation),
                        .first = mg_alloc(n + 1, sizeof *f.first),
                        .work = mg_alloc(n, sizeof *f.work)};
    if (f.partner == NULL || f.median == NULL || f.size == NULL || f.deviation == NULL ||
        f.first == NULL || f.work == NULL)
        status = mg_fail(err, MG_E_NOMEM, "cannot learn errors from %zu flows", n);
    else {
        take_groups(&f, n, partner, group, log_ratio);
        fit_partners(&f, partners, errors);
    }
    free(f.partner);
    free(f.median);
    free(f.size);
    free(f.deviation);
    free(f.first);
    free(f.work);
    return status;
}
