/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One p and q for each cell, and the ranking. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "app/full.h"
#include "mirrorgap/calibrate.h"
#include "mirrorgap/combine.h"
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

/* p of the channels on one scale: each calibrated against cells that may stray as far,
 * and weighted by what can be seen at all; plain: calibrated only, or NULL. */
static mg_status calibrate(mg_null_score *scores, size_t n, double *plain, mg_error *err)
{
    double *p = mg_alloc(n, sizeof *p);
    double *scale = mg_alloc(n, sizeof *scale);
    mg_status status = p != NULL && scale != NULL
                           ? MG_OK
                           : mg_fail(err, MG_E_NOMEM, "cannot calibrate %zu cells", n);

    for (size_t i = 0; status == MG_OK && i < n; i++) {
        p[i] = scores[i].p;
        scale[i] = scores[i].scale;
    }
    if (status == MG_OK)
        status = mg_calibrate(n, scale, p, err);
    if (status == MG_OK && plain != NULL)
        memcpy(plain, p, n * sizeof *p);
    if (status == MG_OK)
        status = mg_weigh_by_power(n, scale, p, err);
    for (size_t i = 0; status == MG_OK && i < n; i++)
        scores[i].p = p[i];
    free(p);
    free(scale);
    return status;
}

/* p of the rounder of a cell's two figures, calibrated like the channels: some data have
 * more of them. */
static mg_status judge_roundness(const struct full *f, double *p, mg_error *err)
{
    double *size = mg_alloc(f->n, sizeof *size);
    mg_status status;

    if (size == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot judge digits");
    for (size_t i = 0; i < f->n; i++) {
        const struct full_cell *c = &f->cells[i];
        size[i] = fmax(c->x_usd, c->m_usd); /* passes over NaN */
        p[i] = isnan(f->value[i].p)
                   ? NAN
                   : fmin(1, 2 * fmin(f->p_round[0][i], f->p_round[1][i]));
    }
    status = mg_calibrate(f->n, size, p, err);
    free(size);
    return status;
}

/* Quantities are filed with less care than values, and errors of theirs move prices.
 * Round figures are often nobody's doing: they get a twentieth of the false calls
 * (Bonferroni with weights; most p of roundness are exactly 1, which Cauchy's mean does
 * not bear). */
static double combine(const struct full *f, size_t i, double roundness)
{
    static const double weight[] = {1, 0.5, 0.25};
    static const double round_share = 0.05;
    const double parts[] = {f->value[i].p, f->price[i].p, f->quantity[i].p};

    if (!isnan(f->p_one_sided[i]))
        return f->p_one_sided[i];
    if (isnan(f->value[i].p))
        return NAN;
    return fmin(1, fmin(mg_combine_cauchy(3, parts, weight) / (1 - round_share),
                        roundness / round_share));
}

/* Most missing reports are nobody's doing, and in some data most cells are one-sided:
 * they get at most a fifth of the false calls. Weights as in mg_weigh_by_power(). */
static void share_out(struct full *f)
{
    static const double most = 0.2;
    double matched = 0;
    double one_sided = 0;

    for (size_t i = 0; i < f->n; i++) {
        matched += !isnan(f->p[i]) && isnan(f->p_one_sided[i]);
        one_sided += !isnan(f->p_one_sided[i]);
    }
    const double all = matched + one_sided;
    if (matched == 0 || one_sided <= most * all)
        return;
    const double times[] = {matched / (all * (1 - most)), one_sided / (all * most)};
    for (size_t i = 0; i < f->n; i++)
        if (!isnan(f->p[i]))
            f->p[i] = fmin(f->p[i] * times[!isnan(f->p_one_sided[i])], 1);
}

static bool before(const struct full *f, uint32_t a, uint32_t b)
{
    const bool explained[] = {f->excuses[a] != 0, f->excuses[b] != 0};
    const double p[] = {isnan(f->p[a]) ? 2 : f->p[a], isnan(f->p[b]) ? 2 : f->p[b]};
    const double stake[] = {full_at_stake(&f->cells[a]), full_at_stake(&f->cells[b])};

    if (explained[0] != explained[1])
        return explained[1];
    if (!f->by_stake && p[0] != p[1])
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

static mg_status combine_all(struct full *f, mg_error *err)
{
    double *roundness = mg_alloc(f->n, sizeof *roundness);
    mg_status status = roundness != NULL
                           ? judge_roundness(f, roundness, err)
                           : mg_fail(err, MG_E_NOMEM, "cannot combine %zu cells", f->n);

    for (size_t i = 0; status == MG_OK && i < f->n; i++) {
        f->p[i] = combine(f, i, roundness[i]);
        f->channel[i] = (uint8_t)name_channel(f, i);
    }
    free(roundness);
    if (status == MG_OK)
        share_out(f);
    return status;
}

mg_status full_combine(struct full *f, mg_error *err)
{
    mg_status status = MG_OK;

    f->p_plain = mg_alloc(f->n, sizeof *f->p_plain);
    if (f->p_plain == NULL)
        status = mg_fail(err, MG_E_NOMEM, "cannot combine %zu cells", f->n);
    if (status == MG_OK)
        status = calibrate(f->value, f->n, f->p_plain, err);
    if (status == MG_OK)
        status = calibrate(f->quantity, f->n, NULL, err);
    if (status == MG_OK)
        status = calibrate(f->price, f->n, NULL, err);
    for (size_t i = 0; status == MG_OK && i < f->n; i++)
        if (!isnan(f->p_one_sided[i]))
            f->p_plain[i] = f->p_one_sided[i];
    f->p = mg_alloc(f->n, sizeof *f->p);
    f->q = mg_alloc(f->n, sizeof *f->q);
    f->channel = mg_alloc(f->n, sizeof *f->channel);
    if (status == MG_OK && (f->p == NULL || f->q == NULL || f->channel == NULL))
        status = mg_fail(err, MG_E_NOMEM, "cannot combine %zu cells", f->n);
    if (status == MG_OK)
        status = combine_all(f, err);
    if (status == MG_OK)
        status = mg_fdr(f->fdr, f->n, f->p, f->q, err);
    return status == MG_OK ? rank(f, err) : status;
}
