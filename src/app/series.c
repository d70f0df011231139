/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/series.h"

#include <math.h>
#include <stdlib.h>

#include "app/filter.h"
#include "app/finest.h"
#include "mirrorgap/each.h"
#include "mirrorgap/mem.h"
#include "mirrorgap/pair.h"
#include "mirrorgap/radix.h"
#include "mirrorgap/robust_z.h"
#include "mirrorgap/threads.h"

/* Smallest groups that are scored (CONTRACT 8). */
enum { COMMODITY_LEAST = 5, SERIES_LEAST = 4 };

/* Pairs of a part of the series that is worked on at once: they fit in cache. */
enum { PART_PAIRS = 32768 };

void series_release(struct series *s)
{
    for (size_t p = 0; s->periods != NULL && p < s->n_periods; p++)
        free(s->periods[p].pairs);
    free(s->periods);
    free(s->best);
    *s = (struct series){0};
}

/* The filed value where there is one, as CONTRACT 8 has it. */
static double filed_or(double filed, double value)
{
    return filed > 0 ? filed : value;
}

struct gatherer {
    struct scored_period *into;
    int asked; /* level, or -1 */
};

static mg_status take(void *self, const mg_pair *pairs, size_t n, mg_error *err)
{
    struct gatherer *g = self;
    struct scored_period *s = g->into;
    mg_status status = MG_OK;

    for (size_t i = 0; status == MG_OK && i < n; i++) {
        const mg_pair *p = &pairs[i];
        double x = filed_or(p->x.fob_usd, p->x.value_usd);
        double m = filed_or(p->m.cif_usd, p->m.value_usd);
        if (p->status != MG_MATCHED || !(x > 0 && m > 0))
            continue;
        enum finest step = finest_of(&s->level, g->asked, p->hs);
        if (step == FINEST_PASS)
            continue;
        if (step == FINEST_ANEW)
            s->n = 0;
        if (s->n == s->room)
            status =
                mg_grow((void **)&s->pairs, &s->room, s->n + 1, sizeof *s->pairs, err);
        if (status == MG_OK)
            s->pairs[s->n++] = (struct scored_pair){
                (uint64_t)p->exporter << 48 | (uint64_t)p->importer << 32 | p->hs, x, m,
                0};
    }
    return status;
}

static double log_gap(const struct scored_pair *p)
{
    return log(p->m / p->x);
}

static mg_status score_commodities(struct scored_period *s, mg_error *err)
{
    uint64_t *group = mg_alloc(s->n, sizeof *group);
    double *v = mg_alloc(s->n, sizeof *v);
    double *z = mg_alloc(s->n, sizeof *z);
    mg_status status = MG_OK;

    if (group == NULL || v == NULL || z == NULL)
        status = mg_fail(err, MG_E_NOMEM, "cannot score %zu pairs", s->n);
    for (size_t i = 0; status == MG_OK && i < s->n; i++) {
        group[i] = (uint32_t)s->pairs[i].key;
        v[i] = log_gap(&s->pairs[i]);
    }
    if (status == MG_OK)
        status = mg_robust_z(s->n, group, v, COMMODITY_LEAST, z, err);
    for (size_t i = 0; status == MG_OK && i < s->n; i++)
        s->pairs[i].z_cp = z[i];
    free(group);
    free(v);
    free(z);
    return status;
}

static mg_status gather_period(struct scored_period *s, const mg_dataset *data,
                               size_t period, int level, mg_error *err)
{
    struct gatherer g = {s, level};
    mg_pair_sink sink = {.take = take, .self = &g};
    const mg_pair_plan plan = {.columns = MG_ROBUST_Z_COLUMNS};
    mg_status status =
        mg_pair_join(data, data->periods[period].period, &plan, &sink, err);

    if (status == MG_OK && s->n > UINT32_MAX)
        status = mg_fail(err, MG_E_RANGE, "too many pairs in one period");
    if (status == MG_OK && s->n > 0 && s->n < s->room) { /* the rest is given back */
        void *less = realloc(s->pairs, s->n * sizeof *s->pairs);
        s->pairs = less != NULL ? less : s->pairs;
        s->room = less != NULL ? s->n : s->room;
    }
    return status == MG_OK ? score_commodities(s, err) : status;
}

struct gathering {
    struct series *series;
    const mg_dataset *data;
    const bool *wanted;
    int asked;
};

static mg_status gather_one(void *self, size_t p, mg_error *err)
{
    const struct gathering *g = self;

    return g->wanted[p] ? gather_period(&g->series->periods[p], g->data, p, g->asked, err)
                        : MG_OK;
}

mg_status series_gather(struct series *series, const mg_dataset *data, const bool *wanted,
                        int level, const mg_talk *talk, mg_error *err)
{
    struct gathering g = {series, data, wanted, level};
    mg_status status;

    *series =
        (struct series){.n_periods = data->n_periods, .level = level > 0 ? level : 0};
    series->periods = mg_alloc_zero(data->n_periods, sizeof *series->periods);
    if (series->periods == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot hold the periods");
    for (size_t p = 0; p < data->n_periods; p++) {
        series->periods[p].period = data->periods[p].period;
        series->periods[p].level = series->level;
    }
    status = mg_each(data->n_periods, talk, gather_one, &g, err);
    for (size_t p = 0; p < data->n_periods; p++)
        if (series->periods[p].level > series->level)
            series->level = series->periods[p].level;
    for (size_t p = 0; p < data->n_periods; p++)
        if (series->periods[p].level < series->level)
            series->periods[p].n = 0;
    return status;
}

/* The first pair of a period whose key is not below `key`. */
static size_t first_from(const struct scored_period *s, uint64_t key)
{
    size_t low = 0;
    size_t high = s->n;

    while (low < high) {
        size_t middle = (low + high) / 2;
        if (s->pairs[middle].key < key)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* What one thread works with. */
struct worker {
    const struct series *series;
    const mg_filter *filter;
    struct best best;
    struct series_sums sums;
    mg_radix_item *items, *spare; /* room for the pairs of a part */
    double *v, *work, *z;         /* for one series: as many as there are periods */
    size_t room;
};

static void worker_release(struct worker *w)
{
    free(w->items);
    free(w->spare);
    free(w->v);
    free(w->work);
    free(w->z);
    free(w->best.items);
}

/* Whether a scored pair is asked for. What is usual for a commodity or a series is
 * told from all of them, so filters choose what is shown, not what is scored. */
static bool shown(const mg_filter *f, uint32_t period, const struct scored_pair *p)
{
    return filter_period(f, period) &&
           filter_cell(f, (uint16_t)(p->key >> 48), (uint16_t)(p->key >> 32),
                       (uint32_t)p->key) &&
           (f->statuses == 0 || (f->statuses >> MG_MATCHED & 1) != 0) &&
           (f->min_value <= 0 || p->x >= f->min_value || p->m >= f->min_value);
}

/* One exporter, importer and commodity through time. */
static mg_status score_series(struct worker *w, const mg_radix_item *items, size_t n,
                              mg_error *err)
{
    mg_status status = MG_OK;

    for (size_t i = 0; i < n; i++)
        w->v[i] = log_gap(&w->series->periods[items[i].tag].pairs[items[i].index]);
    mg_robust_z_group(n, w->v, SERIES_LEAST, w->work, w->z);
    for (size_t i = 0; status == MG_OK && i < n; i++) {
        const struct scored_period *s = &w->series->periods[items[i].tag];
        const struct scored_pair *p = &s->pairs[items[i].index];
        struct candidate c = {fmax(fabs(p->z_cp), fabs(w->z[i])), w->z[i], items[i].tag,
                              items[i].index};
        mg_sum_add(&w->sums.gap, p->m - p->x);
        mg_sum_add(&w->sums.log_gap, w->v[i]);
        mg_sum_add(&w->sums.abs_z_cp, fabs(p->z_cp));
        mg_sum_add(&w->sums.abs_z_ts, fabs(w->z[i]));
        if (shown(w->filter, s->period, p))
            status = best_offer(&w->best, &c, err);
    }
    w->sums.scored += n;
    return status;
}

/* The pairs with keys in [from, to), or from `from` on where to is 0. */
static mg_status score_part(struct worker *w, uint64_t from, uint64_t to, mg_error *err)
{
    const struct series *s = w->series;
    size_t n = 0;
    mg_status status = MG_OK;

    for (uint32_t p = 0; status == MG_OK && p < s->n_periods; p++) {
        size_t at = first_from(&s->periods[p], from);
        size_t end = to != 0 ? first_from(&s->periods[p], to) : s->periods[p].n;
        if (n + (end - at) > w->room) {
            size_t room = w->room;
            status =
                mg_grow((void **)&w->items, &room, n + (end - at), sizeof *w->items, err);
            if (status == MG_OK)
                status = mg_grow((void **)&w->spare, &w->room, n + (end - at),
                                 sizeof *w->spare, err);
        }
        for (; status == MG_OK && at < end; at++)
            w->items[n++] = (mg_radix_item){s->periods[p].pairs[at].key, (uint32_t)at, p};
    }
    if (status == MG_OK)
        mg_radix_sort(&w->items, &w->spare, n);
    for (size_t i = 0; status == MG_OK && i < n;) {
        size_t end = i + 1;
        while (end < n && w->items[end].key == w->items[i].key)
            end++;
        status = score_series(w, w->items + i, end - i, err);
        i = end;
    }
    return status;
}

/* Cuts the keys into parts of about equal size by those of the largest period;
 * from[n_parts] are their first keys. */
static uint64_t *cut_parts(const struct series *s, size_t *n_parts)
{
    const struct scored_period *largest = &s->periods[0];
    uint64_t total = 0;
    uint64_t *from;

    for (size_t p = 0; p < s->n_periods; p++) {
        total += s->periods[p].n;
        if (s->periods[p].n > largest->n)
            largest = &s->periods[p];
    }
    *n_parts = (size_t)(total / PART_PAIRS) + 1;
    from = mg_alloc(*n_parts, sizeof *from);
    for (size_t i = 0; from != NULL && i < *n_parts; i++)
        from[i] =
            i == 0 ? 0
                   : largest->pairs[(size_t)((__uint128_t)largest->n * i / *n_parts)].key;
    return from;
}

static mg_status add_up(struct series *s, struct worker *w, struct best *best,
                        mg_error *err)
{
    s->sums.scored += w->sums.scored;
    mg_sum_merge(&s->sums.gap, &w->sums.gap);
    mg_sum_merge(&s->sums.log_gap, &w->sums.log_gap);
    mg_sum_merge(&s->sums.abs_z_cp, &w->sums.abs_z_cp);
    mg_sum_merge(&s->sums.abs_z_ts, &w->sums.abs_z_ts);
    return best_merge(best, &w->best, err);
}

static mg_status score_parts(struct series *s, const mg_filter *filter,
                             const uint64_t *from, size_t n_parts, struct best *best,
                             mg_error *err)
{
    mg_status status = MG_OK;
    mg_error first = {0};

#pragma omp parallel num_threads(n_parts < 4 ? 1 : mg_threads())
    {
        struct worker w = {.series = s, .filter = filter};
        mg_error here = {0};
        mg_status got = MG_OK;
        w.best = (struct best){.series = s, .limit = best->limit};
        w.v = mg_alloc(s->n_periods, sizeof *w.v);
        w.work = mg_alloc(s->n_periods, sizeof *w.work);
        w.z = mg_alloc(s->n_periods, sizeof *w.z);
        if (w.v == NULL || w.work == NULL || w.z == NULL)
            got = mg_fail(&here, MG_E_NOMEM, "cannot score series");
#pragma omp for schedule(dynamic, 1)
        for (size_t i = 0; i < n_parts; i++)
            if (got == MG_OK)
                got = score_part(&w, from[i], i + 1 < n_parts ? from[i + 1] : 0, &here);
#pragma omp critical(mg_score_parts)
        {
            if (got == MG_OK)
                got = add_up(s, &w, best, &here);
            if (got != MG_OK) {
                status = got;
                first = here;
            }
        }
        worker_release(&w);
    }
    if (status != MG_OK && err != NULL)
        *err = first;
    return status;
}

mg_status series_rank(struct series *s, const mg_filter *filter, uint64_t limit,
                      mg_error *err)
{
    struct best best = {.series = s, .limit = limit > 0 ? (size_t)limit : SIZE_MAX};
    size_t n_parts = 0;
    mg_status status = MG_OK;

    if (s->n_periods > 0) {
        uint64_t *from = cut_parts(s, &n_parts);
        status = from != NULL ? score_parts(s, filter, from, n_parts, &best, err)
                              : mg_fail(err, MG_E_NOMEM, "cannot score series");
        free(from);
    }
    if (status == MG_OK)
        status = best_sort(&best, err);
    s->best = best.items;
    s->n_best = best.n;
    return status;
}
