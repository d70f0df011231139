/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/quantities.h"

#include <stdlib.h>

#include "app/mirror.h"
#include "mirrorgap/mem.h"

enum { LEAST = 30, NO_CHAPTER = QUANTITY_CHAPTERS - 1 };

struct gathering {
    const struct mirror *mirror;
    const struct period_margins *margins;
    struct gaps {
        double *gap, *price;
        size_t n, room;
    } of[QUANTITY_CHAPTERS];
    uint32_t *hs; /* reports with a weight: of both sides */
    double *usd, *kg;
    size_t n, room;
};

static unsigned chapter_of(uint32_t hs)
{
    char text[MG_HS_TEXT];

    if (mg_hs_level(hs) < 2)
        return NO_CHAPTER;
    mg_hs_text(hs, text);
    if (text[0] < '0' || text[0] > '9' || text[1] < '0' || text[1] > '9')
        return NO_CHAPTER;
    return (unsigned)((text[0] - '0') * 10 + (text[1] - '0'));
}

static mg_status add_gap(struct gaps *g, const struct measure *m, mg_error *err)
{
    size_t room = g->room;
    mg_status status = mg_grow((void **)&g->gap, &room, g->n + 1, sizeof *g->gap, err);

    if (status == MG_OK)
        status = mg_grow((void **)&g->price, &g->room, g->n + 1, sizeof *g->price, err);
    if (status != MG_OK)
        return status;
    g->gap[g->n] = m->log_gap;
    g->price[g->n++] = m->log_price_gap;
    return MG_OK;
}

static mg_status add_price(struct gathering *g, uint32_t hs, double usd,
                           const mg_side *side, mg_error *err)
{
    size_t hs_room = g->room;
    size_t usd_room = g->room;
    mg_status status = MG_OK;

    if (!(usd > 0) || !(side->kg > 0) || (side->flags & MG_FLAG_KG_ESTIMATED) != 0)
        return MG_OK;
    status = mg_grow((void **)&g->hs, &hs_room, g->n + 1, sizeof *g->hs, err);
    if (status == MG_OK)
        status = mg_grow((void **)&g->usd, &usd_room, g->n + 1, sizeof *g->usd, err);
    if (status == MG_OK)
        status = mg_grow((void **)&g->kg, &g->room, g->n + 1, sizeof *g->kg, err);
    if (status != MG_OK)
        return status;
    g->hs[g->n] = hs;
    g->usd[g->n] = usd;
    g->kg[g->n++] = side->kg;
    return MG_OK;
}

static mg_status take(void *self, const mg_pair *pairs, size_t n, mg_error *err)
{
    struct gathering *g = self;
    mg_status status = MG_OK;

    for (size_t i = 0; status == MG_OK && i < n; i++) {
        struct measure m;
        mirror_measure(g->mirror, g->margins, &pairs[i], &m);
        if (!isnan(m.log_gap) && !isnan(m.log_price_gap) && !m.qty.estimated)
            status = add_gap(&g->of[chapter_of(pairs[i].hs)], &m, err);
        if (status == MG_OK)
            status = add_price(g, pairs[i].hs, pairs[i].x.value_usd, &pairs[i].x, err);
        if (status == MG_OK)
            status = add_price(g, pairs[i].hs, m.m.usd, &pairs[i].m, err);
    }
    return status;
}

static int by_value(const void *a, const void *b)
{
    const double *x = a;
    const double *y = b;

    return (*x > *y) - (*x < *y);
}

static double median(double *v, size_t n)
{
    qsort(v, n, sizeof *v, by_value);
    return n % 2 != 0 ? v[n / 2] : (v[n / 2 - 1] + v[n / 2]) / 2;
}

/* 1.4826 times the median absolute deviation; v is used up. */
static double spread(double *v, size_t n)
{
    double middle;

    if (n < LEAST)
        return NAN;
    middle = median(v, n);
    for (size_t i = 0; i < n; i++)
        v[i] = fabs(v[i] - middle);
    return 1.4826022185056018 * median(v, n);
}

/* All chapters together, for those with few pairs. */
static mg_status pool(struct gathering *g, struct gaps *all, mg_error *err)
{
    mg_status status = MG_OK;

    for (int c = 0; c < QUANTITY_CHAPTERS; c++)
        for (size_t i = 0; status == MG_OK && i < g->of[c].n; i++) {
            const struct measure m = {.log_gap = g->of[c].gap[i],
                                      .log_price_gap = g->of[c].price[i]};
            status = add_gap(all, &m, err);
        }
    return status;
}

static mg_status settle(struct usual *u, struct gathering *g, mg_error *err)
{
    struct gaps all = {0};
    mg_status status = pool(g, &all, err);

    if (status == MG_OK)
        status = mg_prices_new(g->n, g->hs, g->usd, g->kg, &u->prices, err);
    if (status == MG_OK) {
        double gap = spread(all.gap, all.n);
        double price = spread(all.price, all.n);
        for (int c = 0; c < QUANTITY_CHAPTERS; c++) {
            bool few = g->of[c].n < LEAST;
            u->gap_spread[c] = few ? gap : spread(g->of[c].gap, g->of[c].n);
            u->price_spread[c] = few ? price : spread(g->of[c].price, g->of[c].n);
        }
    }
    free(all.gap);
    free(all.price);
    return status;
}

mg_status usual_gather(struct usual *u, const struct mirror *mirror, uint32_t period,
                       const struct period_margins *margins, mg_error *err)
{
    struct gathering *g = mg_alloc_zero(1, sizeof *g);
    struct mirror whole = *mirror; /* of which all pairs say what is usual */
    mg_status status;

    *u = (struct usual){0};
    if (g == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot look for errors of unit");
    whole.plan.choice = NULL;
    whole.plan.reporting = NULL;
    g->mirror = &whole;
    g->margins = margins;
    const mg_pair_sink sink = {.take = take, .self = g};
    status = mirror_join(&whole, period, margins, &sink, err);
    if (status == MG_OK)
        status = settle(u, g, err);
    for (int c = 0; c < QUANTITY_CHAPTERS; c++) {
        free(g->of[c].gap);
        free(g->of[c].price);
    }
    free(g->hs);
    free(g->usd);
    free(g->kg);
    free(g);
    return status;
}

void usual_release(struct usual *u)
{
    mg_prices_free(u->prices);
    u->prices = NULL;
}

mg_mirror_error usual_error(const struct usual *u, const mg_pair *p,
                            const struct measure *m)
{
    const unsigned chapter = chapter_of(p->hs);
    const bool by_weight = m->qty.basis == MG_QTY_KG;
    const mg_mirror_evidence evidence = {
        .log_gap = m->log_gap,
        .log_qty_gap = m->qty.log_gap,
        .gap_spread = u->gap_spread[chapter],
        .price_spread = u->price_spread[chapter],
        .log_unit_value_m = by_weight ? log(m->m.usd / p->m.kg) : NAN,
        .log_unit_value_x = by_weight ? log(p->x.value_usd / p->x.kg) : NAN,
        .log_unit_value =
            by_weight ? log(mg_prices_find(u->prices, p->hs).usd_per_kg) : NAN};

    return mg_unit_error_mirror(&evidence);
}
