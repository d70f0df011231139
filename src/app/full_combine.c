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

/* A figure as is usual of everyone, that is not usual of its own series. */
static bool by_series(const struct full *f, size_t i)
{
    const double r = full_beyond_everyone(f, i);
    const double series = f->parts[i].series;

    return fabs(r) < fabs(series) && fabs(r - series) > fabs(r);
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

/* Two things that few cells show, calibrated like the channels, as some data have more of
 * them: a figure as round as it is, and a stretch of periods at another level. */
struct rare {
    double *roundness, *series;
};

static void rare_release(struct rare *r)
{
    free(r->roundness);
    free(r->series);
}

static mg_status judge_rare(const struct full *f, struct rare *r, mg_error *err)
{
    double *like = mg_alloc(f->n, sizeof *like);
    mg_status status = MG_OK;

    r->roundness = mg_alloc(f->n, sizeof *r->roundness);
    r->series = mg_alloc(f->n, sizeof *r->series);
    if (like == NULL || r->roundness == NULL || r->series == NULL)
        status = mg_fail(err, MG_E_NOMEM, "cannot combine %zu cells", f->n);
    for (size_t i = 0; status == MG_OK && i < f->n; i++) {
        const bool matched = !isnan(f->value[i].p);
        /* the rounder of both figures; fmin and fmax pass over NaN */
        const double round = fmin(1, 2 * fmin(f->p_round[0][i], f->p_round[1][i]));
        like[i] = fmax(f->cells[i].x_usd, f->cells[i].m_usd);
        r->roundness[i] = matched ? round : NAN;
        r->series[i] = matched ? f->p_series[i] : NAN;
    }
    if (status == MG_OK)
        status = mg_calibrate(f->n, like, r->roundness, err);
    if (status == MG_OK)
        status = mg_calibrate(f->n, f->within, r->series, err);
    if (status == MG_OK)
        status = mg_weigh_by_power(f->n, f->within, r->series, err);
    free(like);
    return status;
}

/* Quantities are filed with less care than values, and errors of theirs move prices. */
enum { GAPS = 3 };
static const double gap_weight[GAPS] = {1, 0.5, 0.5}; /* value, price, quantity */
/* What few cells show gets a twentieth of the false calls each (Bonferroni with weights:
 * most of its p are exactly 1, which Cauchy's mean does not bear). */
static const double rare_share = 0.05;

static double combine(const struct full *f, size_t i, const struct rare *r)
{
    const double parts[GAPS] = {f->value[i].p, f->price[i].p, f->quantity[i].p};

    if (!isnan(f->p_one_sided[i]))
        return f->p_one_sided[i];
    if (isnan(f->value[i].p))
        return NAN;
    const double rare = fmin(r->roundness[i], r->series[i]) / rare_share;
    const double gaps = mg_combine_cauchy(GAPS, parts, gap_weight) / (1 - 2 * rare_share);
    return fmin(1, fmin(gaps, rare));
}

/* The one with the least p for its weight; a round figure is one of a value. */
static enum full_channel name_channel(const struct full *f, size_t i,
                                      const struct rare *r)
{
    static const double sum = 2; /* of gap_weight */
    const double value = f->value[i].p / (gap_weight[0] / sum);
    const double price = f->price[i].p / (gap_weight[1] / sum);
    const double quantity = f->quantity[i].p / (gap_weight[2] / sum);

    if (!isnan(f->p_one_sided[i]))
        return CHANNEL_ONE_SIDED;
    if (isnan(value))
        return CHANNEL_NONE;
    const double gaps = fmin(value, fmin(price, quantity)); /* passes over NaN */
    if (r->series[i] / rare_share < fmin(gaps, r->roundness[i] / rare_share))
        return CHANNEL_SERIES;
    if (r->roundness[i] / rare_share < gaps)
        return CHANNEL_VALUE;
    if (price == gaps)
        return CHANNEL_PRICE;
    if (quantity == gaps)
        return CHANNEL_QUANTITY;
    return by_series(f, i) ? CHANNEL_SERIES : CHANNEL_VALUE;
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

/* A pass of the ranking: stable, by one thing. */
static void rank_by(const struct full *f, mg_radix_item **items, mg_radix_item **spare,
                    uint64_t (*key)(const struct full *f, size_t i))
{
    for (size_t k = 0; k < f->n; k++)
        (*items)[k].key = key(f, (*items)[k].index);
    mg_radix_sort(items, spare, f->n);
}

static uint64_t by_stake(const struct full *f, size_t i)
{
    return mg_radix_number(-full_at_stake(&f->cells[i]));
}

static uint64_t by_p(const struct full *f, size_t i)
{
    return mg_radix_number(isnan(f->p[i]) ? 2 : f->p[i]);
}

static uint64_t by_excuse(const struct full *f, size_t i)
{
    return f->excuses[i] != 0;
}

/* Unexplained before explained, by p, by money; cells are in the order of their keys. */
static mg_status rank(struct full *f, mg_error *err)
{
    mg_radix_item *items = mg_alloc(f->n, sizeof *items);
    mg_radix_item *spare = mg_alloc(f->n, sizeof *spare);
    mg_status status = MG_OK;

    f->order = mg_alloc(f->n, sizeof *f->order);
    if (items == NULL || spare == NULL || f->order == NULL)
        status = mg_fail(err, MG_E_NOMEM, "cannot rank %zu cells", f->n);
    for (size_t i = 0; status == MG_OK && i < f->n; i++)
        items[i] = (mg_radix_item){0, (uint32_t)i, 0};
    if (status == MG_OK) {
        rank_by(f, &items, &spare, by_stake);
        if (!f->by_stake)
            rank_by(f, &items, &spare, by_p);
        rank_by(f, &items, &spare, by_excuse);
        for (size_t i = 0; i < f->n; i++)
            f->order[i] = items[i].index;
    }
    free(items);
    free(spare);
    return status;
}

static mg_status combine_all(struct full *f, mg_error *err)
{
    struct rare rare = {0};
    mg_status status = judge_rare(f, &rare, err);

    for (size_t i = 0; status == MG_OK && i < f->n; i++) {
        f->p[i] = combine(f, i, &rare);
        f->channel[i] = (uint8_t)name_channel(f, i, &rare);
    }
    rare_release(&rare);
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
