/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pair/extras.h"

#include <stdlib.h>
#include <string.h>

#include "mirrorgap/mem.h"
#include "pair/cursor.h"

enum { CODES = 65536 };

/* How the rows of a period are looked through. */
struct search {
    struct extras *extras;
    const mg_pair_plan *plan;
    const mg_pair_sink *sink;
    uint32_t year, period;
    bool counts;        /* of what is left out or moved */
    uint8_t *reporters; /* months: bits of the flows that a reporter filed by month */
    mg_status (*look)(struct search *search, const mg_block *block, mg_error *err);
};

static mg_status add(struct extras *x, const struct extra *extra, mg_error *err)
{
    mg_status status =
        mg_grow((void **)&x->items, &x->room, x->n + 1, sizeof *x->items, err);

    if (status == MG_OK)
        x->items[x->n++] = *extra;
    return status;
}

static struct extra extra_of(const mg_block *b, size_t i)
{
    return (struct extra){b->exporter[i], b->importer[i], b->flow[i], cursor_entry(b, i)};
}

static mg_status look_at(void *self, const mg_block *block, mg_error *err)
{
    struct search *s = self;

    return s->look(s, block, err);
}

static mg_status look_through(struct search *s, const mg_dataset *data, size_t period,
                              mg_error *err)
{
    mg_status status = mg_dataset_open(data, period, err);

    if (status != MG_OK)
        return status;
    status = mg_dataset_look(data, period, MG_T_OBSERVATIONS,
                             s->plan->columns | MG_PAIR_KEYS, NULL, look_at, s, err);
    mg_dataset_close(data, period);
    return status;
}

/* Unions: rows of areas that are part of one. */
static mg_status look_for_members(struct search *s, const mg_block *b, mg_error *err)
{
    const uint16_t *map = s->extras->map;
    mg_status status = MG_OK;

    for (size_t i = 0; status == MG_OK && i < b->n; i++) {
        struct extra e;
        if (map[b->exporter[i]] == b->exporter[i] &&
            map[b->importer[i]] == b->importer[i])
            continue;
        e = extra_of(b, i);
        e.exporter = map[e.exporter];
        e.importer = map[e.importer];
        e.entry.notes |= MG_PAIR_UNION;
        if (e.exporter == e.importer && s->counts)
            cursor_count(s->sink, b, i, true);
        if (e.exporter != e.importer)
            status = add(s->extras, &e, err);
    }
    return status;
}

/* Under unions, areas stand under their union. */
static void map_areas(const struct search *s, struct extra *e)
{
    const uint16_t *map = s->extras->map;

    if (map == NULL ||
        (map[e->exporter] == e->exporter && map[e->importer] == e->importer))
        return;
    e->exporter = map[e->exporter];
    e->importer = map[e->importer];
    e->entry.notes |= MG_PAIR_UNION;
}

/* Months: rows of those who filed the year by month only. */
static mg_status look_for_months(struct search *s, const mg_block *b, mg_error *err)
{
    mg_status status = MG_OK;

    for (size_t i = 0; status == MG_OK && i < b->n; i++) {
        unsigned reporter =
            mg_flow_by_exporter(b->flow[i]) ? b->exporter[i] : b->importer[i];
        struct extra e;
        if ((s->reporters[reporter] >> b->flow[i] & 1) == 0)
            continue;
        e = extra_of(b, i);
        e.entry.notes |= MG_PAIR_FROM_MONTHS;
        map_areas(s, &e);
        if (e.exporter == e.importer && s->counts)
            cursor_count(s->sink, b, i, true);
        if (e.exporter != e.importer)
            status = add(s->extras, &e, err);
    }
    return status;
}

static int move_order(const void *a, const void *b)
{
    const mg_move *x = a;
    const mg_move *y = b;

    if (x->period != y->period)
        return x->period < y->period ? -1 : 1;
    if (x->origin != y->origin)
        return x->origin < y->origin ? -1 : 1;
    if (x->consignee != y->consignee)
        return x->consignee < y->consignee ? -1 : 1;
    return x->hs < y->hs ? -1 : x->hs > y->hs;
}

static const mg_move *first_move(const mg_moves *moves, const mg_move *key)
{
    size_t low = 0;
    size_t high = moves->n;

    while (low < high) {
        size_t middle = (low + high) / 2;
        if (move_order(&moves->items[middle], key) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low < moves->n && move_order(&moves->items[low], key) == 0 ? &moves->items[low]
                                                                      : NULL;
}

static void scale(mg_side *side, double by)
{
    side->value_usd *= by;
    side->cif_usd *= by;
    side->fob_usd *= by;
    side->kg *= by;
    side->qty *= by;
}

/* Trade within a union is left out, here as everywhere. */
static mg_status add_mapped(const struct search *s, struct extra *e, mg_error *err)
{
    map_areas(s, e);
    return e->exporter != e->importer ? add(s->extras, e, err) : MG_OK;
}

/* Moves: what the consignee filed as from the origin is from the hub, in part. */
static mg_status look_for_moves(struct search *s, const mg_block *b, mg_error *err)
{
    const mg_moves *moves = s->plan->moves;
    const mg_move *end = moves->items + moves->n;
    mg_status status = MG_OK;

    for (size_t i = 0; status == MG_OK && i < b->n; i++) {
        const mg_move key = {.period = s->period,
                             .origin = b->exporter[i],
                             .consignee = b->importer[i],
                             .hs = b->hs[i]};
        double left = b->value_usd[i];
        const mg_move *m = b->flow[i] == MG_FLOW_M ? first_move(moves, &key) : NULL;
        for (; status == MG_OK && m != NULL && m < end && move_order(m, &key) == 0; m++) {
            struct extra from = extra_of(b, i);
            struct extra to;
            if (!(m->usd > 0) || m->usd > left || m->hub == m->consignee)
                continue; /* it would turn the figure negative */
            left -= m->usd;
            from.entry.notes |= MG_PAIR_MOVED;
            from.entry.rows = 0; /* the row itself is counted where it stands */
            scale(&from.entry.side, m->usd / b->value_usd[i]);
            to = from;
            to.exporter = m->hub;
            scale(&from.entry.side, -1);
            status = add_mapped(s, &from, err);
            if (status == MG_OK)
                status = add_mapped(s, &to, err);
            if (s->sink->counts != NULL && s->counts) {
                s->sink->counts->moved++;
                mg_sum_add(&s->sink->counts->moved_usd, m->usd);
            }
        }
    }
    return status;
}

static mg_status gather_months(struct search *s, const mg_dataset *data, mg_error *err)
{
    mg_status status = MG_OK;
    bool any = false;

    s->reporters = mg_alloc_zero(CODES, sizeof *s->reporters);
    if (s->reporters == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot add up months");
    status = mg_reporting_monthly_only(data, s->period, s->reporters, &any, err);
    s->look = look_for_months;
    for (size_t p = 0; status == MG_OK && any && p < data->n_periods; p++)
        if (data->periods[p].period / 100 == s->period)
            status = look_through(s, data, p, err);
    free(s->reporters);
    return status;
}

static mg_status make_map(struct extras *x, const mg_pair_plan *plan, uint32_t year,
                          mg_error *err)
{
    bool any = false;

    x->map = mg_alloc(CODES, sizeof *x->map);
    if (x->map == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot hold unions of countries");
    mg_unions_map(plan->unions, year, x->map);
    for (unsigned code = 0; code < CODES && !any; code++)
        any = x->map[code] != code;
    if (!any) {
        free(x->map);
        x->map = NULL;
    }
    return MG_OK;
}

static int extra_order(const void *a, const void *b)
{
    const struct extra *x = a;
    const struct extra *y = b;

    if (x->exporter != y->exporter)
        return x->exporter < y->exporter ? -1 : 1;
    if (x->importer != y->importer)
        return x->importer < y->importer ? -1 : 1;
    if (x->flow != y->flow)
        return x->flow < y->flow ? -1 : 1;
    return x->entry.hs < y->entry.hs ? -1 : x->entry.hs > y->entry.hs;
}

mg_status extras_gather(struct extras *x, const mg_dataset *data, size_t period,
                        uint32_t name, const mg_pair_plan *plan, const mg_pair_sink *sink,
                        bool counts, mg_error *err)
{
    struct search s = {.extras = x,
                       .counts = counts,
                       .plan = plan,
                       .sink = sink,
                       .year = mg_period_monthly(name) ? name / 100 : name,
                       .period = name};
    mg_status status = MG_OK;

    *x = (struct extras){0};
    if (plan->unions != NULL)
        status = make_map(x, plan, s.year, err);
    if (status == MG_OK && x->map != NULL && period != SIZE_MAX) {
        s.look = look_for_members;
        status = look_through(&s, data, period, err);
    }
    if (status == MG_OK && plan->moves != NULL && plan->moves->n > 0 &&
        period != SIZE_MAX) {
        s.look = look_for_moves;
        status = look_through(&s, data, period, err);
    }
    if (status == MG_OK && plan->months && !mg_period_monthly(name))
        status = gather_months(&s, data, err);
    if (status == MG_OK && x->n > 0)
        qsort(x->items, x->n, sizeof *x->items, extra_order);
    return status;
}

void extras_release(struct extras *x)
{
    free(x->items);
    free(x->map);
    *x = (struct extras){0};
}

uint64_t extras_place(const struct extras *x)
{
    return x->at == x->n
               ? CURSOR_END
               : (uint64_t)x->items[x->at].exporter << 16 | x->items[x->at].importer;
}

/* Counts the filed rows of an extra one as they are taken. */
static void count(const mg_pair_sink *sink, const struct extra *e)
{
    mg_pair_counts *c = sink->counts;
    int side = e->flow == MG_FLOW_M;

    if (c == NULL || (e->flow != MG_FLOW_X && !side) || e->entry.rows == 0 ||
        (sink->counted != NULL &&
         !sink->counted(sink->counted_self, e->exporter, e->importer, e->entry.hs)))
        return;
    c->observations[side] += e->entry.rows;
    mg_sum_add(&c->value[side], e->entry.side.value_usd);
}

mg_status extras_take(struct extras *x, unsigned wanted, struct group *group,
                      const mg_pair_sink *sink, mg_error *err)
{
    const uint64_t place = extras_place(x);
    mg_status status = MG_OK;

    while (status == MG_OK && extras_place(x) == place) {
        const struct extra *e = &x->items[x->at++];
        if ((wanted >> e->flow & 1) == 0)
            continue;
        status = group_add(group, e->flow, &e->entry, err);
        count(sink, e);
    }
    return status;
}

mg_status extras_secrets(const struct extras *x, struct secrecy *secrecy, mg_error *err)
{
    mg_status status = MG_OK;

    for (size_t i = 0; status == MG_OK && i < x->n; i++) {
        const struct extra *e = &x->items[i];
        if ((e->entry.notes & MG_PAIR_FROM_MONTHS) != 0)
            status = secrecy_add(secrecy, e->flow, e->exporter, e->importer, e->entry.hs,
                                 e->entry.side.value_usd, err);
    }
    return status;
}
