/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/hubs.h"

#include <stdlib.h>
#include <string.h>

#include "app/filter.h"
#include "app/finest.h"
#include "mirrorgap/mem.h"

enum { CODES = 65536 };

static const double re_exports_from = 0.2;
static const double pass_through_from = 0.5;
static const double phantom_from = 1.0 / 3;

/* What a country imported and exported of one code. */
struct traded {
    uint64_t key; /* country << 32 | hs; the code with its star apart */
    double m, x;
};

/* One period, as one thread sums it. */
struct summing {
    const struct mirror *mirror;
    struct period_margins margins;
    size_t place; /* of the period, among those who report */
    int asked, level;
    struct hub_sums *of; /* by country */
    struct traded *traded;
    size_t n, room;
    uint32_t *slots;
    unsigned bits;
};

unsigned hub_flags(const struct hub_sums *s)
{
    return (s->x > 0 && s->rx >= re_exports_from * s->x ? HUB_RE_EXPORTS : 0U) |
           (s->m > 0 && s->through >= pass_through_from * s->m ? HUB_PASS_THROUGH : 0U) |
           (s->sent > 0 && s->phantom >= phantom_from * s->sent ? HUB_PHANTOM : 0U);
}

void hubs_release(struct hubs *h)
{
    free(h->lines);
    *h = (struct hubs){0};
}

static size_t slot_of(const struct summing *s, uint64_t key)
{
    size_t mask = ((size_t)1 << s->bits) - 1;
    size_t slot = (size_t)(key * 0x9e3779b97f4a7c15ULL >> (64 - s->bits));

    while (s->slots[slot] != 0 && s->traded[s->slots[slot] - 1].key != key)
        slot = (slot + 1) & mask;
    return slot;
}

static mg_status widen(struct summing *s, mg_error *err)
{
    free(s->slots);
    s->bits++;
    s->slots = mg_alloc_zero((size_t)1 << s->bits, sizeof *s->slots);
    if (s->slots == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot look for hubs");
    for (size_t i = 0; i < s->n; i++)
        s->slots[slot_of(s, s->traded[i].key)] = (uint32_t)(i + 1);
    return MG_OK;
}

static mg_status traded_of(struct summing *s, unsigned country, const mg_pair *p,
                           struct traded **traded, mg_error *err)
{
    uint64_t key =
        (uint64_t)country << 33 | (uint64_t)p->hs << 1 | (p->notes & MG_PAIR_COMPONENT);
    size_t slot = slot_of(s, key);
    mg_status status = MG_OK;

    if (s->slots[slot] == 0) {
        status = mg_grow((void **)&s->traded, &s->room, s->n + 1, sizeof *s->traded, err);
        if (status != MG_OK)
            return status;
        s->traded[s->n] = (struct traded){.key = key};
        s->slots[slot] = (uint32_t)++s->n;
        if (s->n * 2 > (size_t)1 << s->bits) {
            status = widen(s, err);
            if (status != MG_OK)
                return status;
            slot = slot_of(s, key);
        }
    }
    *traded = &s->traded[s->slots[slot] - 1];
    return status;
}

static mg_status take_pair(struct summing *s, const mg_pair *p, mg_error *err)
{
    const mg_reporting *reporting = s->mirror->reporting;
    struct traded *traded;
    struct measure m;
    mg_status status = MG_OK;

    mirror_measure(s->mirror, &s->margins, p, &m);
    if (!isnan(p->x.value_usd)) {
        struct hub_sums *sender = &s->of[p->exporter];
        struct hub_sums *receiver = &s->of[p->importer];
        sender->x += p->x.value_usd;
        sender->rx += isnan(p->rx_usd) ? 0 : fmin(p->rx_usd, p->x.value_usd);
        if (mg_reporting_in(reporting, s->place, p->importer, MG_FLOW_M)) {
            double arrived = isnan(m.m.usd) ? 0 : m.m.usd;
            receiver->sent += p->x.value_usd;
            receiver->phantom += arrived > 0 ? 0 : p->x.value_usd;
            receiver->shortfall += fmax(p->x.value_usd - arrived, 0);
        }
        status = traded_of(s, p->exporter, p, &traded, err);
        if (status == MG_OK)
            traded->x += p->x.value_usd;
    }
    if (status == MG_OK && !isnan(m.m.usd)) {
        s->of[p->importer].m += m.m.usd;
        status = traded_of(s, p->importer, p, &traded, err);
        if (status == MG_OK)
            traded->m += m.m.usd;
    }
    return status;
}

static mg_status take(void *self, const mg_pair *pairs, size_t n, mg_error *err)
{
    struct summing *s = self;
    mg_status status = MG_OK;

    for (size_t i = 0; status == MG_OK && i < n; i++) {
        enum finest step = finest_of(&s->level, s->asked, pairs[i].hs);
        if (step == FINEST_PASS)
            continue;
        if (step == FINEST_ANEW) {
            memset(s->of, 0, CODES * sizeof *s->of);
            memset(s->slots, 0, ((size_t)1 << s->bits) * sizeof *s->slots);
            s->n = 0;
        }
        status = take_pair(s, &pairs[i], err);
    }
    return status;
}

static void add_through(struct summing *s)
{
    for (size_t i = 0; i < s->n; i++)
        s->of[s->traded[i].key >> 33].through += fmin(s->traded[i].m, s->traded[i].x);
}

static mg_status sum_period(struct summing *s, uint32_t period, mg_error *err)
{
    const struct mirror *m = s->mirror;
    mg_pair_sink sink = {.take = take, .self = s};
    mg_status status = margins_period(&m->margins, period, &s->margins, err);

    s->bits = 10;
    s->of = mg_alloc_zero(CODES, sizeof *s->of);
    s->slots = mg_alloc_zero((size_t)1 << s->bits, sizeof *s->slots);
    if (s->of == NULL || s->slots == NULL)
        status = mg_fail(err, MG_E_NOMEM, "cannot look for hubs");
    if (status == MG_OK)
        status = mirror_join(m, period, &s->margins, &sink, err);
    if (status == MG_OK)
        add_through(s);
    margins_period_release(&s->margins);
    return status;
}

static mg_status keep_lines(struct hubs *h, const struct summing *s, uint32_t period,
                            mg_error *err)
{
    mg_status status = MG_OK;

    for (unsigned code = 0; status == MG_OK && code < CODES; code++) {
        const struct hub_sums *sums = &s->of[code];
        if (!(sums->x > 0 || sums->m > 0))
            continue; /* it filed nothing: nothing is known of its own figures */
        status = mg_grow((void **)&h->lines, &h->room, h->n + 1, sizeof *h->lines, err);
        if (status == MG_OK)
            h->lines[h->n++] = (struct hub_line){period, (uint16_t)code, *sums};
    }
    return status;
}

static int line_order(const void *a, const void *b)
{
    const struct hub_line *x = a;
    const struct hub_line *y = b;

    if (x->period != y->period)
        return x->period < y->period ? -1 : 1;
    return x->country < y->country ? -1 : x->country > y->country;
}

struct gathering {
    struct hubs *hubs;
    const struct mirror *mirror;
};

/* Only one level is told: lines of periods that have no such rows go. */
static mg_status sum_one(void *self, size_t i, mg_error *err)
{
    struct hubs *h = ((struct gathering *)self)->hubs;
    const struct mirror *m = ((struct gathering *)self)->mirror;
    struct summing s = {.mirror = m,
                        .place = mg_reporting_place(m->reporting, m->periods[i]),
                        .asked = m->filter.level,
                        .level = m->filter.level > 0 ? m->filter.level : 0};
    mg_status status = sum_period(&s, m->periods[i], err);

#pragma omp critical(mg_hubs_keep)
    {
        if (status == MG_OK && s.level > h->level) {
            h->level = s.level;
            h->n = 0;
        }
        if (status == MG_OK && s.level == h->level)
            status = keep_lines(h, &s, m->periods[i], err);
    }
    free(s.of);
    free(s.traded);
    free(s.slots);
    return status;
}

static void add_sums(struct hub_sums *to, const struct hub_sums *more)
{
    to->x += more->x;
    to->rx += more->rx;
    to->m += more->m;
    to->sent += more->sent;
    to->phantom += more->phantom;
    to->shortfall += more->shortfall;
    to->through += more->through;
}

static int country_order(const void *a, const void *b)
{
    const struct hub_line *x = a;
    const struct hub_line *y = b;

    if (x->country != y->country)
        return x->country < y->country ? -1 : 1;
    return x->period < y->period ? -1 : x->period > y->period;
}

void hubs_mark(struct hubs *h, uint8_t *set)
{
    if (h->n > 0)
        qsort(h->lines, h->n, sizeof *h->lines, country_order);
    for (size_t i = 0; i < h->n;) {
        struct hub_sums sums = {0};
        size_t from = i;
        for (; i < h->n && h->lines[i].country == h->lines[from].country; i++)
            add_sums(&sums, &h->lines[i].sums);
        set[h->lines[from].country] = hub_is(hub_flags(&sums));
    }
}

mg_status hubs_gather(struct hubs *h, const struct mirror *m, const mg_talk *talk,
                      mg_error *err)
{
    struct gathering g = {h, m};
    mg_status status;

    *h = (struct hubs){.freq = mirror_freq(m, talk)};
    status = mirror_each_period(m, h->freq, talk, sum_one, &g, err);
    if (h->n > 0)
        qsort(h->lines, h->n, sizeof *h->lines, line_order);
    return status;
}
