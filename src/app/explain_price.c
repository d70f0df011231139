/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a kilogram costs in each report: beside the flow's other periods, by a robust
 * line, and beside the world. */
#include <math.h>
#include <stdlib.h>

#include "app/explain.h"
#include "mirrorgap/lts.h"
#include "mirrorgap/median.h"
#include "mirrorgap/mem.h"

enum { LEAST = 5 };

static double price_of(const struct full_cell *c, int side)
{
    return side == 0 ? c->x_usd / c->x_kg : c->m_usd / c->m_kg;
}

/* value = fair price times quantity, errors in proportion: the logarithm of the price by
 * least trimmed squares, over the other periods. */
static mg_status fit_side(struct explained *e, int side, struct unit_value *u,
                          mg_error *err)
{
    const struct full *f = e->full;
    const size_t room = e->to - e->from;
    double *y = mg_alloc(room, sizeof *y);
    double *one = mg_alloc(room, sizeof *one);
    mg_lts_fit fit;
    mg_status status = MG_OK;

    *u = (struct unit_value){price_of(&f->cells[e->cell], side), NAN, NAN, 0};
    if (y == NULL || one == NULL)
        status = mg_fail(err, MG_E_NOMEM, "cannot compare prices");
    for (size_t i = e->from; status == MG_OK && i < e->to; i++) {
        const double price = price_of(&f->cells[i], side);
        if (i == e->cell || !(price > 0))
            continue;
        one[u->periods] = 1;
        y[u->periods++] = log(price);
    }
    if (status == MG_OK && u->periods >= LEAST) {
        status = mg_lts(u->periods, 1, one, y, &fit, NULL, err);
        u->fair = status == MG_OK ? exp(fit.beta[0]) : NAN;
        u->scale = status == MG_OK ? fit.scale : NAN;
        status = status == MG_E_RANGE ? MG_OK : status; /* no line: no price */
    }
    free(y);
    free(one);
    return status;
}

/* The median over all reports of the commodity in the period. */
static mg_status find_world(struct explained *e, mg_error *err)
{
    const struct full *f = e->full;
    const struct full_cell *me = &f->cells[e->cell];
    double *prices = NULL;
    size_t n = 0;
    size_t room = 0;
    mg_status status = MG_OK;

    for (size_t i = 0; status == MG_OK && i < f->n; i++) {
        const struct full_cell *c = &f->cells[i];
        if (c->period != me->period || !full_same_code(c, me))
            continue;
        status = mg_grow((void **)&prices, &room, n + 2, sizeof *prices, err);
        for (int side = 0; status == MG_OK && side < 2; side++)
            if (price_of(c, side) > 0)
                prices[n++] = price_of(c, side);
    }
    e->world_price = n > 0 ? mg_median(prices, n) : NAN;
    e->world_reports = n;
    free(prices);
    return status;
}

mg_status explain_prices(struct explained *e, mg_error *err)
{
    mg_status status = find_world(e, err);

    for (int side = 0; status == MG_OK && side < 2; side++)
        status = fit_side(e, side, &e->price[side], err);
    return status;
}
