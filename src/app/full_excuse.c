/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Innocent explanations, and siblings that net a gap out. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "app/full.h"
#include "mirrorgap/mem.h"
#include "mirrorgap/radix.h"

/* How well two gaps must cancel, and how large they must be, to be one shipment that is
 * told in two places. */
static const double cancels = 0.2;
static const double matters = 0.3;
/* In deviations: what strays at all, what is hard to believe, what is as usual. */
static const double shows = 2;
static const double surprising = 3;
static const double usual_within = 2;
/* ln: a power of ten within a quarter, or within what prices usually stray, in bounds */
static const double near_power = 0.25;
static const double near_most = 0.5;

/* The importer's figure less the exporter's; a silent side saw nothing. */
static double gap_of(const struct full_cell *c)
{
    return (isnan(c->m_usd) ? 0 : c->m_usd) - (isnan(c->x_usd) ? 0 : c->x_usd);
}

static double larger(const struct full_cell *c)
{
    return fmax(c->m_usd, c->x_usd); /* fmax passes over NaN */
}

static bool net_out(const struct full_cell *a, const struct full_cell *b)
{
    const double x = gap_of(a);
    const double y = gap_of(b);
    const double less = fmin(fabs(x), fabs(y));

    return x * y < 0 && fabs(x + y) <= cancels * less && fabs(x) >= matters * larger(a) &&
           fabs(y) >= matters * larger(b);
}

static bool next_month(const struct full *f, const struct full_cell *a,
                       const struct full_cell *b)
{
    uint32_t x = f->mirror->periods[a->period];
    uint32_t y = f->mirror->periods[b->period];

    if (!mg_period_monthly(x))
        return y == x + 1;
    return y == (x % 100 == 12 ? x + 89 : x + 1);
}

/* Both gaps scored: one shipment told in two periods, where both stray from what is usual
 * to opposite sides and the two periods together do not. */
static bool same_shipment(const struct full *f, size_t i, double *pooled)
{
    const struct full_cell *a = &f->cells[i];
    const struct full_cell *b = &f->cells[i + 1];
    const mg_null_score *s = &f->value[i];
    const mg_null_score *t = &f->value[i + 1];
    /* the exporter's figures made what the importer usually shows for them */
    const double x = a->x_usd * exp(s->expected) + b->x_usd * exp(t->expected);

    *pooled = log((a->m_usd + b->m_usd) / x);
    return s->z * t->z < 0 && fmin(fabs(s->z), fabs(t->z)) >= shows &&
           fmax(fabs(s->z), fabs(t->z)) >= surprising &&
           fabs(*pooled) <= usual_within * fmax(s->scale, t->scale);
}

static void excuse_scored(struct full *f, size_t i, double pooled)
{
    f->excuses[i] |= EXCUSE_TIMING;
    f->timing[i] = f->cells[i].log_gap - f->value[i].expected - pooled;
    f->value[i].p = mg_null_p(&f->value[i], f->value[i].expected + pooled);
    /* what is late is weighed late */
    f->quantity[i].p = mg_null_p(&f->quantity[i], f->cells[i].log_qty_gap - f->timing[i]);
}

/* One of them is told by one side alone, whose silent side reports: a whole shipment in
 * another period. What is left of the matched one, if it is matched, is that of both. */
static bool whole_shipment(const struct full *f, size_t i, size_t other, double *left)
{
    const struct full_cell *a = &f->cells[i];
    const struct full_cell *b = &f->cells[other];
    const mg_null_score *s = &f->value[i];
    const double x = a->x_usd + (isnan(b->x_usd) ? 0 : b->x_usd);
    const double m = a->m_usd + (isnan(b->m_usd) ? 0 : b->m_usd);

    if (isnan(f->p_one_sided[other]) || isnan(s->z))
        return false;
    *left = log(m / x) - s->expected;
    return fabs(s->z) >= surprising && fabs(*left) <= usual_within * s->scale;
}

/* Two cells that follow each other, of which at least one has no gap; whether they are
 * one shipment. */
static bool excuse_missing(struct full *f, size_t i)
{
    double left = 0;

    for (size_t a = i; a <= i + 1; a++) {
        const size_t b = 2 * i + 1 - a;
        if (!whole_shipment(f, a, b, &left))
            continue;
        excuse_scored(f, a, left);
        f->excuses[b] |= EXCUSE_TIMING;
        return true;
    }
    if (isnan(f->p_one_sided[i]) || isnan(f->p_one_sided[i + 1]) ||
        !net_out(&f->cells[i], &f->cells[i + 1]))
        return false;
    f->excuses[i] |= EXCUSE_TIMING;
    f->excuses[i + 1] |= EXCUSE_TIMING;
    return true;
}

/* A cell is part of one late shipment, not of two. */
static void excuse_timing(struct full *f)
{
    for (size_t i = 0; i + 1 < f->n; i++) {
        double pooled = NAN;
        if (!full_same_series(&f->cells[i], &f->cells[i + 1]) ||
            !next_month(f, &f->cells[i], &f->cells[i + 1]) || f->cells[i].unit_on_value ||
            f->cells[i + 1].unit_on_value)
            continue;
        if (isnan(f->value[i].z) || isnan(f->value[i + 1].z)) {
            i += excuse_missing(f, i);
        } else if (same_shipment(f, i, &pooled)) {
            excuse_scored(f, i, pooled);
            excuse_scored(f, i + 1, pooled);
            i++;
        }
    }
}

/* The power of ten that `off` (ln) is near, 0: none. */
static int power_near(double off, double scale)
{
    const double powers = round(off / M_LN10);
    const double near = fmin(fmax(near_power, 2 * scale), near_most);

    return fabs(powers) <= 6 && fabs(off - powers * M_LN10) <= near ? (int)powers : 0;
}

/* A quantity off by a power of ten: the price, which is tighter than the quantities,
 * strays by what is near a power, further than it usually does. */
static int quantity_power(const struct full *f, size_t i)
{
    const struct full_cell *c = &f->cells[i];
    const mg_null_score *price = &f->price[i];

    if (isnan(price->z) || fabs(price->z) < surprising)
        return 0;
    return power_near(price->expected - (c->log_gap - c->log_qty_gap), price->scale);
}

/* A value in hundreds or thousands beside a quantity as usual: so large a factor is no
 * price. */
static int value_power(const struct full *f, size_t i)
{
    const mg_null_score *value = &f->value[i];

    if (isnan(f->quantity[i].z) || fabs(f->quantity[i].z) >= surprising ||
        fabs(f->price[i].z) < surprising || !(fabs(value->z) >= surprising))
        return 0;
    const int k = power_near(f->cells[i].log_gap - value->expected, value->scale);
    return abs(k) >= 2 ? k : 0;
}

static void excuse_unit(struct full *f, size_t i)
{
    struct full_cell *c = &f->cells[i];
    const int of_value = value_power(f, i);
    const int k = of_value != 0 ? of_value : quantity_power(f, i);

    c->unit_k = (int8_t)k;
    c->unit_on_value = of_value != 0;
    if (k == 0)
        return;
    /* a value that strays as well is not explained by a quantity */
    if (c->unit_on_value || fabs(f->value[i].z) < surprising)
        f->excuses[i] |= EXCUSE_UNIT;
    const double off = k * M_LN10; /* importer's figure over what it should be */
    if (c->unit_on_value) {
        f->value[i].p = mg_null_p(&f->value[i], c->log_gap - off);
        f->price[i].p = mg_null_p(&f->price[i], c->log_gap - off - c->log_qty_gap);
    } else {
        f->quantity[i].p = mg_null_p(&f->quantity[i], c->log_qty_gap - off);
        f->price[i].p = mg_null_p(&f->price[i], c->log_gap - c->log_qty_gap + off);
    }
}

/* What accounts for a missing side. */
static void excuse_one_sided(struct full *f, size_t i)
{
    if (f->cells[i].status != MG_MATCHED &&
        (f->excuses[i] & (EXCUSE_SECRECY | EXCUSE_EDITION | EXCUSE_TIMING |
                          EXCUSE_NEW_REPORTER | EXCUSE_SUCCESSION)) != 0 &&
        !isnan(f->p_one_sided[i]))
        f->p_one_sided[i] = 1;
}

static void excuse_cell(struct full *f, size_t i)
{
    const struct full_cell *c = &f->cells[i];

    f->timing[i] = 0;
    excuse_unit(f, i);
    if (c->silence == MG_SILENCE_SECRET)
        f->excuses[i] |= EXCUSE_SECRECY;
    if (c->silence == MG_SILENCE_NES)
        f->excuses[i] |= EXCUSE_NES;
    if (c->status != MG_MATCHED && (c->notes & MG_PAIR_EDITION_CUT) != 0)
        f->excuses[i] |= EXCUSE_EDITION;
    if (c->status != MG_MATCHED && (c->notes & MG_PAIR_SUCCESSION) != 0)
        f->excuses[i] |= EXCUSE_SUCCESSION;
}

/* The first period in which each country files exports, and imports; UINT32_MAX: none. */
struct firsts {
    uint32_t x[UINT16_MAX + 1], m[UINT16_MAX + 1];
};

/* A country begins to report with a part of a year, or of its partners: what is missing
 * in its first period is no evidence, where the data begin before it. */
static mg_status excuse_new_reporters(struct full *f, mg_error *err)
{
    struct firsts *first = mg_alloc(1, sizeof *first);

    if (first == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot tell new reporters");
    memset(first, 0xff, sizeof *first);
    for (size_t i = 0; i < f->n; i++) {
        const struct full_cell *c = &f->cells[i];
        uint32_t *x = &first->x[full_exporter(c)];
        uint32_t *m = &first->m[full_importer(c)];
        *x = !isnan(c->x_usd) && c->period < *x ? c->period : *x;
        *m = !isnan(c->m_usd) && c->period < *m ? c->period : *m;
    }
    uint32_t begin = UINT32_MAX;
    for (size_t i = 0; i < f->n; i++)
        begin = f->cells[i].period < begin ? f->cells[i].period : begin;
    for (size_t i = 0; i < f->n; i++) {
        const struct full_cell *c = &f->cells[i];
        const uint32_t silent = c->status == MG_EXPORTER_ONLY
                                    ? first->m[full_importer(c)]
                                    : first->x[full_exporter(c)];
        if (c->status != MG_MATCHED && silent == c->period && silent > begin)
            f->excuses[i] |= EXCUSE_NEW_REPORTER;
    }
    free(first);
    return MG_OK;
}

/* Cells of one pair, period and heading: each finds the sibling that cancels it best. */
static void find_siblings(struct full *f, const mg_radix_item *items, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const struct full_cell *a = &f->cells[items[i].index];
        double best = INFINITY;
        for (size_t j = 0; j < n; j++) {
            const struct full_cell *b = &f->cells[items[j].index];
            double left = fabs(gap_of(a) + gap_of(b));
            if (j == i || !net_out(a, b) || !(left < best))
                continue;
            best = left;
            f->sibling[items[i].index] =
                full_hs(b) | ((b->notes & MG_PAIR_COMPONENT) != 0 ? SIBLING_STAR : 0);
        }
    }
}

static void sort_again(const struct full *f, mg_radix_item **items, mg_radix_item **spare,
                       bool pair)
{
    for (size_t i = 0; i < f->n; i++) {
        const struct full_cell *c = &f->cells[(*items)[i].index];
        (*items)[i].key =
            pair ? (c->key >> 32) << 32 | c->period : mg_hs_cut(full_hs(c), 4);
    }
    mg_radix_sort(items, spare, f->n);
}

static mg_status look_for_siblings(struct full *f, mg_error *err)
{
    mg_radix_item *items = mg_alloc(f->n, sizeof *items);
    mg_radix_item *spare = mg_alloc(f->n, sizeof *spare);
    mg_status status = MG_OK;

    if (items == NULL || spare == NULL)
        status = mg_fail(err, MG_E_NOMEM, "cannot look for siblings");
    for (size_t i = 0; status == MG_OK && i < f->n; i++)
        items[i] = (mg_radix_item){0, (uint32_t)i, 0};
    if (status == MG_OK) {
        sort_again(f, &items, &spare, false);
        sort_again(f, &items, &spare, true);
    }
    for (size_t i = 0; status == MG_OK && i < f->n;) {
        uint32_t heading = mg_hs_cut(full_hs(&f->cells[items[i].index]), 4);
        size_t end = i + 1;
        while (end < f->n && items[end].key == items[i].key &&
               mg_hs_cut(full_hs(&f->cells[items[end].index]), 4) == heading)
            end++;
        if (end - i > 1)
            find_siblings(f, items + i, end - i);
        i = end;
    }
    free(items);
    free(spare);
    return status;
}

mg_status full_excuse(struct full *f, mg_error *err)
{
    f->excuses = mg_alloc_zero(f->n, sizeof *f->excuses);
    f->sibling = mg_alloc_zero(f->n, sizeof *f->sibling);
    f->timing = mg_alloc(f->n, sizeof *f->timing);
    if (f->excuses == NULL || f->sibling == NULL || f->timing == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot explain %zu cells", f->n);
    for (size_t i = 0; i < f->n; i++)
        excuse_cell(f, i);
    excuse_timing(f);
    const mg_status status = excuse_new_reporters(f, err);
    if (status != MG_OK)
        return status;
    for (size_t i = 0; i < f->n; i++)
        excuse_one_sided(f, i);
    return f->level > 4 ? look_for_siblings(f, err) : MG_OK;
}
