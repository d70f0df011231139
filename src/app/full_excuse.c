/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Innocent explanations, and siblings that net a gap out. */
#include <math.h>
#include <stdlib.h>

#include "app/full.h"
#include "mirrorgap/mem.h"
#include "mirrorgap/radix.h"

/* How well two gaps must cancel, and how large they must be, to be one shipment that is
 * told in two places. */
static const double cancels = 0.2;
static const double matters = 0.3;

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

static void excuse_timing(struct full *f)
{
    for (size_t i = 0; i + 1 < f->n; i++) {
        const struct full_cell *a = &f->cells[i];
        const struct full_cell *b = &f->cells[i + 1];
        if (full_same_series(a, b) && next_month(f, a, b) && net_out(a, b)) {
            f->excuses[i] |= EXCUSE_TIMING;
            f->excuses[i + 1] |= EXCUSE_TIMING;
        }
    }
}

static void excuse_cell(struct full *f, size_t i)
{
    const struct full_cell *c = &f->cells[i];

    if (c->unit_called)
        f->excuses[i] |= EXCUSE_UNIT;
    if (c->silence == MG_SILENCE_SECRET)
        f->excuses[i] |= EXCUSE_SECRECY;
    if (c->silence == MG_SILENCE_NES)
        f->excuses[i] |= EXCUSE_NES;
    if (c->status != MG_MATCHED && (c->notes & MG_PAIR_EDITION_CUT) != 0)
        f->excuses[i] |= EXCUSE_EDITION;
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
            f->sibling[items[i].index] = full_hs(b);
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
    if (f->excuses == NULL || f->sibling == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot explain %zu cells", f->n);
    for (size_t i = 0; i < f->n; i++)
        excuse_cell(f, i);
    excuse_timing(f);
    return f->level > 4 ? look_for_siblings(f, err) : MG_OK;
}
