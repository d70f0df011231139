/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/totals_looking.h"

#include <stdlib.h>

#include "mirrorgap/mem.h"

enum { YEARLY_GAPS = 64, MONTHLY_GAPS = 8 }; /* kept of a partner, flow and period */

int looking_key_order(const void *a, const void *b)
{
    const struct twins_key *x = a;
    const struct twins_key *y = b;

    if (x->flow != y->flow)
        return x->flow < y->flow ? -1 : 1;
    if (x->partner != y->partner)
        return x->partner < y->partner ? -1 : 1;
    return (x->hs > y->hs) - (x->hs < y->hs);
}

int looking_row_order(const void *a, const void *b)
{
    const struct totals_row *x = a;
    const struct totals_row *y = b;

    if (x->place != y->place)
        return x->place < y->place ? -1 : 1;
    if (x->flow != y->flow)
        return x->flow < y->flow ? -1 : 1;
    if (x->hs != y->hs)
        return x->hs < y->hs ? -1 : 1;
    if (x->partner != y->partner)
        return x->partner < y->partner ? -1 : 1;
    return (x->filed > y->filed) - (x->filed < y->filed);
}

/* Adds what a partner files of a code that is looked at. */
static void add_code(struct looking *l, unsigned flow, unsigned partner, unsigned other,
                     uint32_t number, const mg_pair *p, double usd)
{
    struct twins *t = l->twins;
    const size_t hs = twins_find_hs(t, p->hs);

    if (hs == SIZE_MAX)
        return;
    size_t at = twins_now_at(t, flow, l->place, hs);
    size_t bits = (flow * t->n_hs + hs) * l->words + number / 64;
    struct twins_now *now = &t->now[at];
    mg_sum_add(&now->world, usd);
    l->filed[bits] |= (uint64_t)1 << number % 64;
    if (other == t->world->country) {
        mg_sum_add(&now->suspect, usd);
        l->with[bits] |= (uint64_t)1 << number % 64;
    }
    for (size_t k = 0; k < t->n; k++)
        if (other == t->items[k].code)
            mg_sum_add(&t->items[k].now[at], usd);
    /* the rows of the code and partner: the first is where the sum stands */
    const struct totals_row key = {.place = (uint32_t)l->place,
                                   .hs = p->hs,
                                   .partner = (uint16_t)partner,
                                   .flow = (uint8_t)flow};
    size_t low = 0;
    size_t high = l->n_rows;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (looking_row_order(&l->rows[middle], &key) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < l->n_rows && l->rows[low].flow == flow && l->rows[low].hs == p->hs &&
           l->rows[low].partner == partner;
         low++)
        mg_sum_add(&l->rows[low].reporter, usd);
}

/* What one side of a pair filed. */
static void add_side(struct looking *l, const mg_pair *p, int side, unsigned level)
{
    struct twins *t = l->twins;
    const unsigned flow = side == 0 ? TOTALS_M : TOTALS_X;
    const unsigned partner = side == 0 ? p->exporter : p->importer;
    const unsigned other = side == 0 ? p->importer : p->exporter;
    const double usd = side == 0 ? p->x.value_usd : p->m.value_usd;
    const uint32_t number = t->world->number[partner];

    if (number == UINT32_MAX || !(usd > 0))
        return;
    mg_sum_add(&l->baskets[twins_basket_at(t, 0, flow, level, number)], usd);
    if (other == t->world->country) {
        mg_sum_add(&l->baskets[twins_basket_at(t, 1, flow, level, number)], usd);
        l->named[0]++;
    }
    for (size_t k = 0; k < t->n; k++)
        if (other == t->items[k].code) {
            mg_sum_add(&l->baskets[twins_basket_at(t, 2 + k, flow, level, number)], usd);
            l->named[1 + k]++;
        }
    add_code(l, flow, partner, other, number, p, usd);
}

static mg_status add_gap(struct looking *l, size_t k, const struct twins_gap *gap,
                         mg_error *err)
{
    struct twins_gap *to = totals_add(&l->gaps[k], err);

    if (to == NULL)
        return MG_E_NOMEM;
    *to = *gap;
    return MG_OK;
}

/* A pair of a twin: its own report beside the partner's. side: the partner's. */
static mg_status add_twin(struct looking *l, size_t k, const mg_pair *p, int side,
                          unsigned level, mg_error *err)
{
    struct twins *t = l->twins;
    struct twin *twin = &t->items[k];
    const struct twins_key key = {p->hs, side == 0 ? p->exporter : p->importer,
                                  side == 0 ? TOTALS_M : TOTALS_X};
    const double u = side == 0 ? p->x.value_usd : p->m.value_usd;
    const double w = side == 0 ? p->m.value_usd : p->x.value_usd;
    const struct twins_key *found;
    double margin = 0;
    mg_status status = MG_OK;

    if (p->status != MG_EXPORTER_ONLY)
        margin = margins_apply(&t->world->mirror->margins, &l->margins, p).margin;
    margin = margin > 0 ? margin : 0;
    if (!isnan(w))
        twin->levels[key.flow * t->world->n_periods + l->place] |= (uint8_t)(1U << level);
    if (u > 0 && w > 0) {
        const double taken = side == 0 ? -log1p(margin) : log1p(margin);
        const struct twins_gap gap = {
            .lot = totals_mixed(totals_mixed((uint64_t)key.partner << 32 | p->hs) ^
                                t->world->periods[l->place]),
            .place = (uint32_t)l->place,
            .hs = p->hs,
            .partner = key.partner,
            .flow = key.flow,
            .level = (uint8_t)level,
            .value = log(w / u) + taken};
        status = add_gap(l, k, &gap, err);
    }
    found = bsearch(&key, t->keys, t->n_keys, sizeof key, looking_key_order);
    if (status != MG_OK || found == NULL)
        return status;
    struct twins_cell *to = totals_add(&l->cells[k], err);
    if (to == NULL)
        return MG_E_NOMEM;
    *to = (struct twins_cell){(uint32_t)(found - t->keys), (uint32_t)l->place, u, w,
                              margin};
    return MG_OK;
}

static mg_status take(void *self, const mg_pair *pairs, size_t n, mg_error *err)
{
    struct looking *l = self;
    const struct twins *t = l->twins;
    const int asked = t->world->mirror->filter.level;
    mg_status status = MG_OK;

    for (size_t i = 0; status == MG_OK && i < n; i++) {
        const mg_pair *p = &pairs[i];
        const int level = mg_hs_level(p->hs);
        if (level > 6 || level % 2 != 0 || (asked >= 0 && level != asked))
            continue;
        for (int side = 0; side < 2; side++)
            add_side(l, p, side, (unsigned)level / 2);
        for (size_t k = 0; status == MG_OK && k < t->n; k++)
            for (int side = 0; status == MG_OK && side < 2; side++)
                if ((side == 0 ? p->importer : p->exporter) == t->items[k].code)
                    status = add_twin(l, k, p, side, (unsigned)level / 2, err);
    }
    return status;
}

int looking_gap_order(const void *a, const void *b)
{
    const struct twins_gap *x = a;
    const struct twins_gap *y = b;

    if (x->flow != y->flow)
        return x->flow < y->flow ? -1 : 1;
    if (x->partner != y->partner)
        return x->partner < y->partner ? -1 : 1;
    return (x->lot > y->lot) - (x->lot < y->lot);
}

/* Of each partner and flow, the gaps with the lowest lots. */
static void thin_gaps(struct totals_list *gaps, size_t most)
{
    struct twins_gap *g = gaps->items;
    size_t n = 0;
    size_t run = 0;

    if (gaps->n > 1)
        qsort(g, gaps->n, sizeof *g, looking_gap_order);
    for (size_t i = 0; i < gaps->n; i++) {
        bool same =
            n > 0 && g[n - 1].flow == g[i].flow && g[n - 1].partner == g[i].partner;
        run = same ? run + 1 : 1;
        if (run <= most)
            g[n++] = g[i];
    }
    gaps->n = n;
}

static uint32_t ones(const uint64_t *bits, size_t words)
{
    uint32_t n = 0;

    for (size_t i = 0; i < words; i++)
        n += (uint32_t)__builtin_popcountll(bits[i]);
    return n;
}

static void count_reporters(struct looking *l)
{
    struct twins *t = l->twins;

    for (unsigned flow = 0; flow < TOTALS_FLOWS; flow++)
        for (size_t hs = 0; hs < t->n_hs; hs++) {
            struct twins_now *now = &t->now[twins_now_at(t, flow, l->place, hs)];
            const size_t at = (flow * t->n_hs + hs) * l->words;
            now->reporters = ones(l->filed + at, l->words);
            now->with_suspect = ones(l->with + at, l->words);
        }
}

mg_status looking_run(struct looking *l, mg_error *err)
{
    struct twins *t = l->twins;
    const struct totals_world *w = t->world;
    const struct mirror *m = w->mirror;
    const size_t bits = TOTALS_FLOWS * t->n_hs * l->words;
    mg_pair_sink sink = mirror_sink(m, NULL);
    mg_status status = MG_OK;

    sink.take = take;
    sink.self = l;
    l->filed = mg_alloc_zero(bits, sizeof *l->filed);
    l->with = mg_alloc_zero(bits, sizeof *l->with);
    l->baskets = mg_alloc_zero(twins_basket_at(t, t->n + 2, 0, 0, 0), sizeof *l->baskets);
    if (l->filed == NULL || l->with == NULL || l->baskets == NULL)
        status = mg_fail(err, MG_E_NOMEM, "cannot look for look-alikes");
    if (status == MG_OK)
        status = margins_period(&m->margins, w->periods[l->place], &l->margins, err);
    if (status == MG_OK)
        status = mg_pair_join(mg_session_dataset(m->session), w->periods[l->place],
                              &m->plan, &sink, err);
    if (status == MG_OK) {
        count_reporters(l);
        for (size_t k = 0; k < t->n; k++)
            thin_gaps(&l->gaps[k], w->freq == 'M' ? MONTHLY_GAPS : YEARLY_GAPS);
#pragma omp critical(mg_totals_baskets)
        for (size_t i = 0; i < twins_basket_at(t, t->n + 2, 0, 0, 0); i++)
            mg_sum_merge(&t->baskets[i], &l->baskets[i]);
    }
    margins_period_release(&l->margins);
    free(l->filed);
    free(l->with);
    free(l->baskets);
    return status;
}
