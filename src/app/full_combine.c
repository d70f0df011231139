/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One p and q for each cell, and the ranking. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "app/full.h"
#include "mirrorgap/calibrate.h"
#include "mirrorgap/mem.h"
#include "mirrorgap/radix.h"

double full_at_stake(const struct full_cell *c)
{
    return c->status == MG_MATCHED         ? fabs(c->m_usd - c->x_usd)
           : c->status == MG_EXPORTER_ONLY ? c->x_usd
                                           : c->m_usd;
}

/* The part of a gap that is beyond what is usual of everyone, and of its own series. */
static bool by_series(const mg_null_score *s, double y)
{
    double r = y - s->base;

    for (int way = 0; way < MG_NULL_WAYS; way++)
        r -= s->effect[way];
    return fabs(r) < fabs(s->series) && fabs(r - s->series) > fabs(r);
}

static enum full_channel name_channel(const struct full *f, size_t i)
{
    const double value = f->value[i].p;
    const double price = f->price[i].p;

    if (!isnan(f->p_one_sided[i]))
        return CHANNEL_ONE_SIDED;
    if (isnan(value))
        return CHANNEL_NONE;
    if (price < value)
        return CHANNEL_PRICE;
    if (by_series(&f->value[i], f->cells[i].log_gap))
        return CHANNEL_SERIES;
    return f->quantity[i].p < price ? CHANNEL_QUANTITY : CHANNEL_VALUE;
}

/* p of the channels on one scale: each calibrated against its own bulk. */
static mg_status calibrate(mg_null_score *scores, size_t n, mg_error *err)
{
    double *p = mg_alloc(n, sizeof *p);
    mg_status status =
        p != NULL ? MG_OK : mg_fail(err, MG_E_NOMEM, "cannot calibrate %zu cells", n);

    for (size_t i = 0; status == MG_OK && i < n; i++)
        p[i] = scores[i].p;
    if (status == MG_OK)
        status = mg_calibrate_bulk(n, p, err);
    for (size_t i = 0; status == MG_OK && i < n; i++)
        scores[i].p = p[i];
    free(p);
    return status;
}

static double combine(const struct full *f, size_t i)
{
    const double parts[] = {f->value[i].p, f->price[i].p};

    if (!isnan(f->p_one_sided[i]))
        return f->p_one_sided[i];
    return mg_combine_cauchy(2, parts);
}

static bool before(const struct full *f, uint32_t a, uint32_t b)
{
    const bool explained[] = {f->excuses[a] != 0, f->excuses[b] != 0};
    const double p[] = {isnan(f->p[a]) ? 2 : f->p[a], isnan(f->p[b]) ? 2 : f->p[b]};
    const double stake[] = {full_at_stake(&f->cells[a]), full_at_stake(&f->cells[b])};

    if (explained[0] != explained[1])
        return explained[1];
    if (p[0] != p[1])
        return p[0] < p[1];
    if (stake[0] != stake[1])
        return stake[0] > stake[1];
    return a < b; /* cells are in the order of their keys */
}

/* A merge sort: qsort knows no context. */
static void merge_sort(const struct full *f, uint32_t *order, uint32_t *spare, size_t n)
{
    for (size_t width = 1; width < n; width *= 2) {
        for (size_t from = 0; from < n; from += 2 * width) {
            size_t middle = from + width < n ? from + width : n;
            size_t end = from + 2 * width < n ? from + 2 * width : n;
            size_t a = from;
            size_t b = middle;
            for (size_t k = from; k < end; k++)
                spare[k] = a < middle && (b == end || !before(f, order[b], order[a]))
                               ? order[a++]
                               : order[b++];
        }
        memcpy(order, spare, n * sizeof *order);
    }
}

static mg_status rank(struct full *f, mg_error *err)
{
    uint32_t *spare = mg_alloc(f->n, sizeof *spare);

    f->order = mg_alloc(f->n, sizeof *f->order);
    if (spare == NULL || f->order == NULL) {
        free(spare);
        return mg_fail(err, MG_E_NOMEM, "cannot rank %zu cells", f->n);
    }
    for (size_t i = 0; i < f->n; i++)
        f->order[i] = (uint32_t)i;
    merge_sort(f, f->order, spare, f->n);
    free(spare);
    return MG_OK;
}

mg_status full_combine(struct full *f, mg_error *err)
{
    mg_status status = calibrate(f->value, f->n, err);

    if (status == MG_OK)
        status = calibrate(f->quantity, f->n, err);
    if (status == MG_OK)
        status = calibrate(f->price, f->n, err);
    f->p = mg_alloc(f->n, sizeof *f->p);
    f->q = mg_alloc(f->n, sizeof *f->q);
    f->channel = mg_alloc(f->n, sizeof *f->channel);
    if (status == MG_OK && (f->p == NULL || f->q == NULL || f->channel == NULL))
        status = mg_fail(err, MG_E_NOMEM, "cannot combine %zu cells", f->n);
    for (size_t i = 0; status == MG_OK && i < f->n; i++) {
        f->p[i] = combine(f, i);
        f->channel[i] = (uint8_t)name_channel(f, i);
    }
    if (status == MG_OK)
        status = mg_fdr_bh(f->n, f->p, f->q, err);
    return status == MG_OK ? rank(f, err) : status;
}
