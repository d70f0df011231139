/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pair/cells.h"

#include <stdlib.h>

#include "mirrorgap/mem.h"
#include "pair/cursor.h"
#include "pair/secrecy.h"

enum { BATCH = 1024 }; /* pairs that fit in the cache */

struct cells {
    const mg_pair_plan *plan;
    const mg_pair_sink *sink;
    struct cursor cursors[MG_LAG_MOST + 1]; /* by lag; the first has the exports */
    size_t places[MG_LAG_MOST + 1];         /* of their periods, for silences */
    unsigned n_cursors;
    unsigned year;
    unsigned missing_before;               /* bit l: the period l earlier is not held */
    struct extras extras[MG_LAG_MOST + 1]; /* by lag, as cursors */
    struct secrecy secrecy[MG_LAG_MOST + 1];
    bool secret; /* `secrecy` was read */
    struct group group;
    uint16_t notes; /* of all its cells */
    struct remainder *remainder;
    mg_pair *pairs;
    size_t n;
};

static mg_status hand_over(struct cells *c, mg_error *err)
{
    mg_status status =
        c->n > 0 ? c->sink->take(c->sink->self, c->pairs, c->n, err) : MG_OK;

    c->n = 0;
    return status;
}

static const struct entry *at_key(const struct entries *e, size_t *i, uint64_t key)
{
    while (*i < e->n && entry_key(&e->items[*i]) < key)
        ++*i;
    return *i < e->n && entry_key(&e->items[*i]) == key ? &e->items[*i] : NULL;
}

static uint8_t silence(struct cells *c, const mg_pair *p)
{
    bool importer_silent = p->status == MG_EXPORTER_ONLY;
    size_t place = c->places[importer_silent ? c->group.lag : 0];
    const struct secrecy *of = &c->secrecy[importer_silent ? c->group.lag : 0];
    double room = c->secret ? secrecy_room(of, &c->group, c->remainder, p) : 0;

    return (uint8_t)mg_reporting_silence(c->plan->reporting, place, p, room);
}

static void count_rows(const struct cells *c, int side, const struct entry *e)
{
    mg_pair_counts *counts = c->sink->counts;

    if (counts == NULL || e == NULL ||
        (c->sink->counted != NULL &&
         !c->sink->counted(c->sink->counted_self, c->group.exporter, c->group.importer,
                           e->hs)))
        return;
    counts->rows[side] += e->rows;
    mg_sum_add(&counts->usd[side], e->side.value_usd);
}

/* One cell of what the two sides filed under a key. */
static mg_status add_cell(struct cells *c, const struct entry *x, const struct entry *m,
                          const struct entry *rx, const struct entry *rm, mg_error *err)
{
    static const mg_side silent = {NAN, NAN, NAN, NAN, NAN, 0, -1, 0};
    mg_pair *p = &c->pairs[c->n];

    *p = (mg_pair){.exporter = c->group.exporter,
                   .importer = c->group.importer,
                   .hs = x != NULL ? x->hs : m->hs,
                   .status = m == NULL   ? MG_EXPORTER_ONLY
                             : x == NULL ? MG_IMPORTER_ONLY
                                         : MG_MATCHED,
                   .notes = (uint16_t)((x != NULL ? x->notes : 0) |
                                       (m != NULL ? m->notes : 0) | c->notes),
                   .x = x != NULL ? x->side : silent,
                   .m = m != NULL ? m->side : silent,
                   .rx_usd = rx != NULL ? rx->side.value_usd : NAN,
                   .rm_usd = rm != NULL ? rm->side.value_usd : NAN};
    if (c->plan->reporting != NULL && p->status != MG_MATCHED)
        p->silence = silence(c, p);
    count_rows(c, 0, x);
    count_rows(c, 1, m);
    if (c->sink->counts != NULL && (p->notes & MG_PAIR_COMPONENT) != 0)
        c->sink->counts->components++;
    return ++c->n == BATCH ? hand_over(c, err) : MG_OK;
}

static mg_status zip(struct cells *c, mg_error *err)
{
    const struct entries *x = &c->group.flows[MG_FLOW_X];
    const struct entries *m = &c->group.flows[MG_FLOW_M];
    size_t i = 0;
    size_t j = 0;
    size_t rx = 0;
    size_t rm = 0;
    mg_status status = MG_OK;

    while (status == MG_OK && (i < x->n || j < m->n)) {
        uint64_t key_x = i < x->n ? entry_key(&x->items[i]) : UINT64_MAX;
        uint64_t key_m = j < m->n ? entry_key(&m->items[j]) : UINT64_MAX;
        uint64_t key = key_x < key_m ? key_x : key_m;
        status = add_cell(c, key_x == key ? &x->items[i] : NULL,
                          key_m == key ? &m->items[j] : NULL,
                          at_key(&c->group.flows[MG_FLOW_RX], &rx, key),
                          at_key(&c->group.flows[MG_FLOW_RM], &rm, key), err);
        i += key_x == key;
        j += key_m == key;
    }
    return status;
}

static unsigned lag_of(const struct cells *c, uint64_t place)
{
    const mg_lag_of *lag = &c->plan->lag;

    return c->n_cursors == 1 ? 0
                             : lag->months(lag->self, (unsigned)(place >> 16),
                                           (unsigned)(place & 0xffff));
}

/* What a cursor has for a group: the first has its exports, that of its lag its
 * imports. Where one of the two periods is not held, nothing can be said. */
static unsigned wanted(const struct cells *c, unsigned cursor, unsigned lag)
{
    if (c->n_cursors > 1 && c->cursors[lag].data == NULL)
        return 0;
    return (cursor == 0 ? CURSOR_EXPORTS : 0) | (cursor == lag ? CURSOR_IMPORTS : 0);
}

/* Rows that no period's join will take: exports whose imports come too late, imports
 * whose exports came too early. */
static void count_outside(struct cells *c, unsigned lag, const uint64_t before[2])
{
    mg_pair_counts *counts = c->sink->counts;

    if (counts == NULL || lag == 0)
        return;
    if (c->cursors[lag].data == NULL)
        counts->outside[0] += c->cursors[0].left[0] - before[0];
    if ((c->missing_before >> lag & 1) != 0)
        counts->outside[1] += c->cursors[0].left[1] - before[1];
}

static uint16_t notes_of(const struct cells *c, uint64_t place, unsigned lag)
{
    const mg_unions *unions = c->plan->unions;
    bool about_then = unions != NULL &&
                      (mg_union_succession(unions, (unsigned)(place >> 16), c->year) ||
                       mg_union_succession(unions, (unsigned)(place & 0xffff), c->year));

    return (uint16_t)((lag > 0 ? MG_PAIR_LAGGED : 0) |
                      (about_then ? MG_PAIR_SUCCESSION : 0));
}

static mg_status take_place(struct cells *c, uint64_t place, mg_error *err)
{
    const unsigned lag = lag_of(c, place);
    const uint64_t before[2] = {c->cursors[0].left[0], c->cursors[0].left[1]};
    mg_status status = MG_OK;

    group_clear(&c->group);
    c->group.exporter = (uint16_t)(place >> 16);
    c->group.importer = (uint16_t)place;
    c->group.lag = lag;
    c->notes = notes_of(c, place, lag);
    for (unsigned i = 0; status == MG_OK && i < c->n_cursors; i++) {
        c->cursors[i].wanted = wanted(c, i, lag);
        if (cursor_place(&c->cursors[i]) == place)
            status = cursor_take(&c->cursors[i], &c->group, err);
        if (status == MG_OK && extras_place(&c->extras[i]) == place)
            status =
                extras_take(&c->extras[i], c->cursors[i].wanted, &c->group, c->sink, err);
    }
    if (status != MG_OK)
        return status;
    count_outside(c, lag, before);
    group_settle(&c->group, &c->plan->harmonise, c->plan->net);
    if (c->plan->net)
        group_net(&c->group);
    c->remainder->made[0] = c->remainder->made[1] = false;
    return zip(c, err);
}

static mg_status join(struct cells *c, mg_error *err)
{
    mg_status status = MG_OK;

    while (status == MG_OK) {
        uint64_t place = CURSOR_END;
        for (unsigned i = 0; i < c->n_cursors; i++) {
            uint64_t at = cursor_place(&c->cursors[i]);
            uint64_t extra = extras_place(&c->extras[i]);
            place = at < place ? at : place;
            place = extra < place ? extra : place;
        }
        if (place == CURSOR_END)
            break;
        status = take_place(c, place, err);
    }
    return status == MG_OK ? hand_over(c, err) : status;
}

/* The month that is `by` months later, or earlier where by < 0. */
static uint32_t months_on(uint32_t month, int by)
{
    uint32_t months = month / 100 * 12 + (month % 100 - 1) + (uint32_t)by;

    return months / 12 * 100 + months % 12 + 1;
}

static mg_status start_cursor(struct cells *c, const mg_dataset *data, size_t index,
                              unsigned lag, mg_error *err)
{
    const mg_pair_plan *plan = c->plan;
    const struct extras *extras = &c->extras[lag];
    bool as_filed = extras->n == 0 && extras->map == NULL;

    c->cursors[lag] = (struct cursor){.data = data,
                                      .period = index,
                                      .columns = plan->columns | MG_PAIR_KEYS,
                                      .choice = as_filed ? plan->choice : NULL,
                                      .map = extras->map,
                                      .sink = c->sink};
    return cursor_start(&c->cursors[lag], err);
}

/* What the period of a lag has: its extra rows, its own, and what it keeps secret. index:
 * SIZE_MAX where only months speak of it. */
static mg_status start_period(struct cells *c, const mg_dataset *data, size_t index,
                              uint32_t name, unsigned lag, mg_error *err)
{
    const mg_pair_plan *plan = c->plan;
    struct secrecy *secrecy = &c->secrecy[lag];
    mg_status status =
        extras_gather(&c->extras[lag], data, index, name, plan, c->sink, lag == 0, err);

    if (status == MG_OK && index != SIZE_MAX)
        status = start_cursor(c, data, index, lag, err);
    if (status != MG_OK || plan->reporting == NULL)
        return status;
    c->places[lag] = mg_reporting_place(plan->reporting, name);
    c->secret = true;
    secrecy->map = c->extras[lag].map;
    status = extras_secrets(&c->extras[lag], secrecy, err);
    if (status == MG_OK && index != SIZE_MAX)
        status = secrecy_read(secrecy, data, index,
                              secrecy->map == NULL ? plan->secret_choice : NULL, err);
    return status;
}

static mg_status start(struct cells *c, const mg_dataset *data, size_t index,
                       uint32_t period, mg_error *err)
{
    const bool lags = c->plan->lag.months != NULL && mg_period_monthly(period);
    mg_status status = start_period(c, data, index, period, 0, err);

    c->year = mg_period_monthly(period) ? period / 100 : period;
    c->n_cursors = lags ? MG_LAG_MOST + 1 : 1;
    for (unsigned lag = 1; status == MG_OK && lag < c->n_cursors; lag++) {
        uint32_t name = months_on(period, (int)lag);
        size_t at = pair_period_index(data, name);
        c->places[lag] = SIZE_MAX;
        if (pair_period_index(data, months_on(period, -(int)lag)) == SIZE_MAX)
            c->missing_before |= 1U << lag;
        if (at != SIZE_MAX)
            status = start_period(c, data, at, name, lag, err);
    }
    return status;
}

mg_status cells_join(const mg_dataset *data, size_t index, uint32_t period,
                     const mg_pair_plan *plan, const mg_pair_sink *sink, mg_error *err)
{
    struct cells c = {.plan = plan, .sink = sink};
    mg_status status = MG_OK;

    c.pairs = mg_alloc(BATCH, sizeof *c.pairs);
    c.remainder = mg_alloc(1, sizeof *c.remainder);
    if (c.pairs == NULL || c.remainder == NULL)
        status = mg_fail(err, MG_E_NOMEM, "cannot join");
    if (status == MG_OK)
        status = start(&c, data, index, period, err);
    if (status == MG_OK)
        status = join(&c, err);
    for (unsigned i = 0; i <= MG_LAG_MOST; i++) {
        cursor_release(&c.cursors[i]);
        extras_release(&c.extras[i]);
        secrecy_release(&c.secrecy[i]);
    }
    group_release(&c.group);
    free(c.pairs);
    free(c.remainder);
    return status;
}
