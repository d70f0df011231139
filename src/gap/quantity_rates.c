/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rates that mirror pairs imply: observations are kept, then sorted by commodity
 * and unit, so that neither order nor threads show in the result. */
#include <stdlib.h>

#include "mirrorgap/mem.h"
#include "mirrorgap/quantity.h"
#include "mirrorgap/radix.h"

struct observation {
    uint64_t key; /* commodity and unit */
    double ln;    /* ln(kg per unit) */
};

struct entry {
    uint64_t key;
    mg_rate rate;
};

struct mg_rates {
    const mg_ref *ref;
    struct observation *seen;
    size_t n_seen, room_seen;
    struct entry *entries; /* by key */
    size_t n, room;
    bool finished;
};

static uint64_t key_of(uint32_t hs, int unit)
{
    return (uint64_t)hs << 8 | (uint8_t)(unit + 1);
}

mg_status mg_rates_new(const mg_ref *ref, mg_rates **rates, mg_error *err)
{
    *rates = mg_alloc_zero(1, sizeof **rates);
    if (*rates == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot hold the rates of units");
    (*rates)->ref = ref;
    return MG_OK;
}

void mg_rates_free(mg_rates *rates)
{
    if (rates == NULL)
        return;
    free(rates->seen);
    free(rates->entries);
    free(rates);
}

static mg_status make_room(mg_rates *rates, size_t more, mg_error *err)
{
    if (rates->finished)
        return mg_fail(err, MG_E_RANGE, "the rates are finished");
    if (more > UINT32_MAX - rates->n_seen)
        return mg_fail(err, MG_E_RANGE, "more than 2^32 observations of rates");
    return mg_grow((void **)&rates->seen, &rates->room_seen, rates->n_seen + more,
                   sizeof *rates->seen, err);
}

/* Whether a side's quantity is in a unit that needs a rate: no mass, no "none". */
static bool counts(const mg_rates *rates, const mg_qty_side *side)
{
    enum { KILOGRAM = 8 };
    int family = mg_ref_unit_info(rates->ref, side->unit).family;

    return family >= 0 && family != mg_ref_unit_info(rates->ref, KILOGRAM).family &&
           side->qty > 0 && isfinite(side->qty) &&
           (side->flags & MG_FLAG_QTY_ESTIMATED) == 0;
}

static bool weighs(const mg_qty_side *side)
{
    return side->kg > 0 && isfinite(side->kg) &&
           (side->flags & MG_FLAG_KG_ESTIMATED) == 0;
}

static void see(mg_rates *rates, uint32_t hs, int unit, double ln)
{
    rates->seen[rates->n_seen++] = (struct observation){key_of(hs, unit), ln};
}

mg_status mg_rates_add(mg_rates *rates, uint32_t hs, const mg_qty_side *m,
                       const mg_qty_side *x, mg_error *err)
{
    const bool by_x = weighs(m) && counts(rates, x);
    const bool by_m = weighs(x) && counts(rates, m);
    mg_status status = make_room(rates, 2, err);

    if (status != MG_OK)
        return status;
    if (by_x && by_m && m->unit == x->unit)
        see(rates, hs, m->unit, (log(m->kg / x->qty) + log(x->kg / m->qty)) / 2);
    else {
        if (by_x)
            see(rates, hs, x->unit, log(m->kg / x->qty));
        if (by_m)
            see(rates, hs, m->unit, log(x->kg / m->qty));
    }
    return MG_OK;
}

mg_status mg_rates_merge(mg_rates *rates, const mg_rates *other, mg_error *err)
{
    const size_t n = other->n_seen;
    mg_status status = make_room(rates, n, err);

    if (status != MG_OK)
        return status;
    for (size_t i = 0; i < n; i++)
        rates->seen[rates->n_seen++] = other->seen[i];
    return MG_OK;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The rate of one (commodity, unit); v is sorted, which also fixes the order in
 * which its sums are taken. */
static mg_rate summarise(double *v, size_t n)
{
    mg_rate rate = {.n = (uint32_t)n, .sd = NAN, .se = NAN};
    double mean = 0;
    double squares = 0;

    qsort(v, n, sizeof *v, by_value);
    rate.kg_per_unit = exp(n % 2 ? v[n / 2] : (v[n / 2 - 1] + v[n / 2]) / 2);
    for (size_t i = 0; i < n; i++)
        mean += v[i] / (double)n;
    for (size_t i = 0; i < n; i++)
        squares += (v[i] - mean) * (v[i] - mean);
    if (n > 1) {
        static const double half_pi = 1.5707963267948966;
        rate.sd = sqrt(squares / (double)(n - 1));
        rate.se = sqrt(half_pi / (double)n) * rate.sd;
    }
    rate.accepted = n >= MG_RATE_LEAST && rate.sd < MG_RATE_SPREAD;
    return rate;
}

/* Goes through sorted items; v has room for all. */
static mg_status collect(mg_rates *rates, const mg_radix_item *items, double *v,
                         mg_error *err)
{
    size_t end;

    for (size_t i = 0; i < rates->n_seen; i = end) {
        for (end = i; end < rates->n_seen && items[end].key == items[i].key; end++)
            v[end - i] = rates->seen[items[end].index].ln;
        mg_status status = mg_grow((void **)&rates->entries, &rates->room, rates->n + 1,
                                   sizeof *rates->entries, err);
        if (status != MG_OK)
            return status;
        rates->entries[rates->n++] = (struct entry){items[i].key, summarise(v, end - i)};
    }
    return MG_OK;
}

mg_status mg_rates_finish(mg_rates *rates, mg_error *err)
{
    const size_t n = rates->n_seen;
    mg_status status = make_room(rates, 0, err);

    if (status != MG_OK)
        return status;
    mg_radix_item *items = mg_alloc(n, sizeof *items);
    mg_radix_item *spare = mg_alloc(n, sizeof *spare);
    double *v = mg_alloc(n, sizeof *v);
    if (items == NULL || spare == NULL || v == NULL)
        status = mg_fail(err, MG_E_NOMEM, "cannot sort %zu observations of rates", n);
    else {
        for (size_t i = 0; i < n; i++)
            items[i] = (mg_radix_item){rates->seen[i].key, (uint32_t)i, 0};
        mg_radix_sort(&items, &spare, n);
        rates->n = 0;
        status = collect(rates, items, v, err);
    }
    free(items);
    free(spare);
    free(v);
    if (status != MG_OK)
        return status;
    free(rates->seen);
    rates->seen = NULL;
    rates->n_seen = rates->room_seen = 0;
    rates->finished = true;
    return MG_OK;
}

mg_rate mg_rates_find(const mg_rates *rates, uint32_t hs, int unit)
{
    const uint64_t key = key_of(hs, unit);
    size_t low = 0;
    size_t high = rates->n;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (rates->entries[middle].key < key)
            low = middle + 1;
        else
            high = middle;
    }
    if (low < rates->n && rates->entries[low].key == key)
        return rates->entries[low].rate;
    return (mg_rate){NAN, NAN, NAN, 0, false};
}

size_t mg_rates_count(const mg_rates *rates)
{
    return rates->n;
}
