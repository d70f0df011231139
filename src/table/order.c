/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mirrorgap/table.h"

static int compare(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

static uint64_t place_of(const mg_row *r)
{
    return (uint64_t)r->exporter << 48 | (uint64_t)r->importer << 32 | r->hs;
}

static uint64_t kind_of(const mg_row *r)
{
    return (uint64_t)r->edition << 8 | r->flow;
}

static uint64_t details_of(const mg_row *r)
{
    return (uint64_t)r->partner2 << 48 | (uint64_t)r->customs << 32 |
           (uint64_t)r->mot << 16 | r->mos;
}

int mg_row_order(const mg_row *a, const mg_row *b)
{
    int order = compare(a->period, b->period);

    if (order == 0)
        order = compare(place_of(a), place_of(b));
    if (order == 0)
        order = compare(kind_of(a), kind_of(b));
    if (order == 0)
        order = compare(details_of(a), details_of(b));
    if (order == 0)
        order = compare((uint64_t)a->source << 32 | a->seq,
                        (uint64_t)b->source << 32 | b->seq);
    return order;
}

bool mg_row_same_key(const mg_row *a, const mg_row *b)
{
    return a->period == b->period && place_of(a) == place_of(b) &&
           kind_of(a) == kind_of(b);
}

bool mg_row_same_details(const mg_row *a, const mg_row *b)
{
    return details_of(a) == details_of(b);
}

static bool same(double a, double b)
{
    return a == b || (isnan(a) && isnan(b));
}

bool mg_row_same_figures(const mg_row *a, const mg_row *b)
{
    return same(a->value_usd, b->value_usd) && same(a->kg, b->kg) &&
           same(a->qty, b->qty) && same(a->cif_usd, b->cif_usd) &&
           same(a->fob_usd, b->fob_usd);
}
