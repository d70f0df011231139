/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mirrorgap/prices.h"

#include <math.h>
#include <stdlib.h>

#include "mirrorgap/mem.h"
#include "model/medians.h"

/* The ways that a price is looked for, the nearest first. */
enum { OWN, BY_HS4, BY_HS2, ALL, WAYS };

struct mg_prices {
    struct medians by[WAYS];
};

static uint32_t cut(uint32_t hs, int level)
{
    return mg_hs_level(hs) > level ? mg_hs_cut(hs, level) : hs;
}

static uint32_t group_of(uint32_t hs, int way)
{
    switch (way) {
    case OWN:
        return hs;
    case BY_HS4:
        return cut(hs, 4);
    case BY_HS2:
        return cut(hs, 2);
    default:
        return MG_HS_TOTAL;
    }
}

struct grouping {
    const uint32_t *hs;
    int way;
};

static uint64_t key_of_price(const void *self, size_t i)
{
    const struct grouping *g = self;

    return group_of(g->hs[i], g->way);
}

/* Values and codes of the flows that have a price; their number. */
static size_t take_prices(size_t n, const uint32_t *hs, const double *usd,
                          const double *kg, double *price, uint32_t *code)
{
    size_t kept = 0;

    for (size_t i = 0; i < n; i++) {
        if (!(usd[i] > 0 && kg[i] > 0 && isfinite(usd[i]) && isfinite(kg[i])))
            continue;
        double here = usd[i] / kg[i];
        if (!(here > 0) || !isfinite(here))
            continue;
        price[kept] = here;
        code[kept++] = hs[i];
    }
    return kept;
}

mg_status mg_prices_new(size_t n, const uint32_t *hs, const double *usd, const double *kg,
                        mg_prices **out, mg_error *err)
{
    mg_prices *prices = mg_alloc_zero(1, sizeof *prices);
    double *price = mg_alloc(n, sizeof *price);
    uint32_t *code = mg_alloc(n, sizeof *code);
    struct ordered ordered = {0};
    mg_status status = MG_OK;

    *out = NULL;
    if (prices == NULL || price == NULL || code == NULL)
        status = mg_fail(err, MG_E_NOMEM, "cannot hold %zu prices", n);
    else {
        n = take_prices(n, hs, usd, kg, price, code);
        status = ordered_init(&ordered, n, price, err);
    }
    for (int way = OWN; status == MG_OK && way < WAYS; way++) {
        struct grouping grouping = {code, way};
        status =
            medians_make(&ordered, key_of_price, &grouping,
                         way == ALL ? 1 : MG_PRICES_LEAST, false, &prices->by[way], err);
    }
    ordered_release(&ordered);
    free(price);
    free(code);
    if (status != MG_OK) {
        mg_prices_free(prices);
        return status;
    }
    *out = prices;
    return MG_OK;
}

void mg_prices_free(mg_prices *prices)
{
    if (prices == NULL)
        return;
    for (int way = OWN; way < WAYS; way++)
        medians_release(&prices->by[way]);
    free(prices);
}

mg_price mg_prices_find(const mg_prices *prices, uint32_t hs)
{
    for (int way = OWN; way < WAYS; way++) {
        uint32_t group = group_of(hs, way);
        const struct median *found = medians_find(&prices->by[way], group);
        if (found != NULL)
            return (mg_price){found->value, group, found->n};
    }
    return (mg_price){NAN, MG_HS_TOTAL, 0};
}

/* ---- margins as filed */

/* Cheaper at the border than at the start by more than rounding, or more than twice as
 * dear: no freight does that. Bounds of cif / fob. */
static const double least_factor = 0.95;
static const double most_factor = 2;

/* Of a normal sample, deviation / MAD: 1 / quantile(3/4). */
static const double mad_to_deviation = 1.4826022185056018;

struct mg_explicit_margins {
    struct medians by;
    uint64_t used, left_out;
};

/* Exporter, importer and chapter. */
static uint64_t margin_key(unsigned exporter, unsigned importer, uint32_t hs)
{
    return (uint64_t)exporter << 48 | (uint64_t)importer << 32 | cut(hs, 2);
}

static uint64_t key_of_margin(const void *self, size_t i)
{
    const uint64_t *keys = self;

    return keys[i];
}

static size_t take_margins(size_t n, const mg_explicit_row *rows, double *margin,
                           uint64_t *key)
{
    size_t kept = 0;

    for (size_t i = 0; i < n; i++) {
        double cif = rows[i].cif_usd;
        double fob = rows[i].fob_usd;
        if (!(cif > 0 && fob > 0 && cif >= least_factor * fob &&
              cif <= most_factor * fob) ||
            mg_hs_level(rows[i].hs) < 2)
            continue;
        margin[kept] = cif / fob - 1;
        key[kept++] = margin_key(rows[i].exporter, rows[i].importer, rows[i].hs);
    }
    return kept;
}

mg_status mg_explicit_margins_new(size_t n, const mg_explicit_row *rows,
                                  mg_explicit_margins **out, mg_error *err)
{
    mg_explicit_margins *margins = mg_alloc_zero(1, sizeof *margins);
    double *margin = mg_alloc(n, sizeof *margin);
    uint64_t *key = mg_alloc(n, sizeof *key);
    struct ordered ordered = {0};
    mg_status status = MG_OK;

    *out = NULL;
    if (margins == NULL || margin == NULL || key == NULL)
        status = mg_fail(err, MG_E_NOMEM, "cannot hold %zu margins", n);
    else {
        margins->used = take_margins(n, rows, margin, key);
        margins->left_out = n - margins->used;
        status = ordered_init(&ordered, margins->used, margin, err);
    }
    if (status == MG_OK)
        status = medians_make(&ordered, key_of_margin, key, MG_EXPLICIT_LEAST, true,
                              &margins->by, err);
    ordered_release(&ordered);
    free(margin);
    free(key);
    if (status != MG_OK) {
        mg_explicit_margins_free(margins);
        return status;
    }
    *out = margins;
    return MG_OK;
}

void mg_explicit_margins_free(mg_explicit_margins *margins)
{
    if (margins == NULL)
        return;
    medians_release(&margins->by);
    free(margins);
}

mg_explicit_margin mg_explicit_margins_find(const mg_explicit_margins *margins,
                                            unsigned exporter, unsigned importer,
                                            uint32_t hs)
{
    const struct median *found = NULL;

    if (exporter <= UINT16_MAX && importer <= UINT16_MAX && mg_hs_level(hs) >= 2)
        found = medians_find(&margins->by, margin_key(exporter, importer, hs));
    if (found == NULL)
        return (mg_explicit_margin){NAN, NAN, 0};
    return (mg_explicit_margin){found->value, found->mad * mad_to_deviation, found->n};
}

void mg_explicit_margins_count(const mg_explicit_margins *margins, uint64_t *used,
                               uint64_t *left_out)
{
    *used = margins->used;
    *left_out = margins->left_out;
}
