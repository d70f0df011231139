/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Controls (CONTRACT 7): World rows against the sum of partners, and coarser
 * codes against the finer ones filed under them. */
#include <stdlib.h>

#include "app/filter.h"
#include "app/names.h"
#include "mirrorgap/mem.h"
#include "mirrorgap/radix.h"

/* A break is reported beyond both (CONTRACT 7). */
static const double least_share = 0.005;
static const double least_usd = 1000;

struct entry {
    uint16_t reporter, partner; /* partner 0: World */
    uint32_t hs;
    uint8_t flow;
    double usd;
};

struct controls {
    const mg_session *session;
    const mg_filter *filter;
    struct entry *entries;
    size_t n, room;
    mg_radix_item *order, *spare;
    mg_lines lines;
    uint32_t period;
    uint64_t rows;
};

static const mg_output_column columns[] = {
    {"check", "text",
     "world: partners against World; levels: finer codes against a coarser"},
    {"period", "period", "year, or year and month"},
    {"freq", "code", "A annual, M monthly"},
    {"reporter", "code", "UN Comtrade area code"},
    {"reporter_iso3", "code", "its ISO 3166 alpha-3 code"},
    {"partner", "code", "UN Comtrade area code, 0 World"},
    {"flow", "code", "M, X, RX, RM"},
    {"hs", "code", "commodity code of the stated figure"},
    {"finer_level", "digits", "length of the codes added up; empty for partners"},
    {"stated_usd", "USD", "the figure as filed"},
    {"sum_usd", "USD", "the sum of its parts as filed"},
    {"difference_usd", "USD", "sum_usd minus stated_usd"},
    {"difference_share", "share", "difference over the stated figure"},
};

/* A stated figure against a sum of parts; printed where they break. */
static void compare(struct controls *c, const char *check, const struct entry *stated,
                    double stated_usd, double sum, int finer)
{
    double difference = sum - stated_usd;
    char hs[MG_HS_TEXT];
    mg_lines *to = &c->lines;

    if (!(fabs(difference) > least_usd && fabs(difference) > least_share * stated_usd))
        return;
    mg_hs_text(stated->hs, hs);
    line_word(to, check);
    mg_line_integer(to, c->period);
    line_word(to, mg_period_monthly(c->period) ? "M" : "A");
    mg_line_integer(to, stated->reporter);
    mg_line_text(to, mg_ref_iso3(mg_session_ref(c->session), stated->reporter));
    mg_line_integer(to, stated->partner);
    line_word(to, mg_flow_name(stated->flow));
    line_word(to, hs);
    if (finer > 0)
        mg_line_integer(to, finer);
    else
        mg_line_missing(to);
    mg_line_number(to, stated_usd);
    mg_line_number(to, sum);
    mg_line_number(to, difference);
    mg_line_number(to, stated_usd > 0 ? difference / stated_usd : NAN);
    mg_line_end(to);
    c->rows++;
}

static const struct entry *at(const struct controls *c, size_t i)
{
    return &c->entries[c->order[i].index];
}

/* Orders entries by `low`, then stably by `high`. */
static void sort_by(struct controls *c, uint64_t (*low)(const struct entry *),
                    uint64_t (*high)(const struct entry *))
{
    for (size_t i = 0; i < c->n; i++)
        c->order[i] = (mg_radix_item){low(&c->entries[i]), (uint32_t)i, 0};
    mg_radix_sort(&c->order, &c->spare, c->n);
    for (size_t i = 0; i < c->n; i++)
        c->order[i].key = high(at(c, i));
    mg_radix_sort(&c->order, &c->spare, c->n);
}

static uint64_t key_hs(const struct entry *e)
{
    return e->hs;
}

static uint64_t key_partner(const struct entry *e)
{
    return e->partner;
}

static uint64_t key_good(const struct entry *e)
{
    return (uint64_t)e->reporter << 40 | (uint64_t)e->flow << 32 | e->hs;
}

static uint64_t key_pair(const struct entry *e)
{
    return (uint64_t)e->reporter << 24 | (uint64_t)e->partner << 8 | e->flow;
}

static size_t group_end(const struct controls *c, size_t i)
{
    size_t end = i + 1;

    while (end < c->n && c->order[end].key == c->order[i].key)
        end++;
    return end;
}

/* World stands first in its group. Without partners there is nothing to check. */
static void check_world(struct controls *c)
{
    sort_by(c, key_partner, key_good);
    for (size_t i = 0; i < c->n;) {
        size_t end = group_end(c, i);
        mg_sum stated = {0};
        mg_sum sum = {0};
        size_t first = i;
        for (; i < end && at(c, i)->partner == 0; i++)
            mg_sum_add(&stated, at(c, i)->usd);
        bool both = i > first && i < end;
        for (; i < end; i++)
            mg_sum_add(&sum, at(c, i)->usd);
        if (both)
            compare(c, "world", at(c, first), mg_sum_value(&stated), mg_sum_value(&sum),
                    0);
    }
}

/* The codes of `level` under entry i of a group that ends at `end`. */
static void check_level(struct controls *c, size_t i, size_t end, int level)
{
    const struct entry *coarse = at(c, i);
    int own = mg_hs_level(coarse->hs);
    mg_sum sum = {0};
    size_t n = 0;

    for (size_t k = i + 1; k < end && mg_hs_level(at(c, k)->hs) <= level; k++)
        if (mg_hs_level(at(c, k)->hs) == level &&
            mg_hs_cut(at(c, k)->hs, own) == coarse->hs) {
            mg_sum_add(&sum, at(c, k)->usd);
            n++;
        }
    if (n > 0)
        compare(c, "levels", coarse, coarse->usd, mg_sum_value(&sum), level);
}

static void check_levels(struct controls *c)
{
    sort_by(c, key_hs, key_pair);
    for (size_t i = 0; i < c->n;) {
        size_t end = group_end(c, i);
        int finest = mg_hs_level(at(c, end - 1)->hs);
        for (; i < end; i++) {
            int own = mg_hs_level(at(c, i)->hs);
            for (int level = own + 2 - own % 2; own < finest && level <= 6; level += 2)
                check_level(c, i, end, level);
        }
    }
}

static mg_status add(struct controls *c, const mg_block *b, size_t i, mg_error *err)
{
    bool by_exporter = mg_flow_by_exporter(b->flow[i]);
    mg_status status =
        mg_grow((void **)&c->entries, &c->room, c->n + 1, sizeof *c->entries, err);

    if (status != MG_OK)
        return status;
    c->entries[c->n++] = (struct entry){by_exporter ? b->exporter[i] : b->importer[i],
                                        by_exporter ? b->importer[i] : b->exporter[i],
                                        b->hs[i], b->flow[i], b->value_usd[i]};
    return MG_OK;
}

/* Observations, and the World rows in force. */
static mg_status gather(struct controls *c, size_t period, mg_table table, mg_error *err)
{
    const mg_dataset *data = mg_session_dataset(c->session);
    uint32_t wanted = MG_BIT(MG_C_EXPORTER) | MG_BIT(MG_C_IMPORTER) | MG_BIT(MG_C_HS) |
                      MG_BIT(MG_C_FLOW) | MG_BIT(MG_C_VALUE);
    mg_block scratch;
    const mg_block *b = NULL;
    size_t n = mg_dataset_blocks(data, period, table);
    mg_status status;

    if (table == MG_T_CONTROLS)
        wanted |= MG_BIT(MG_C_FATE);
    status = mg_block_init(&scratch, wanted, err);
    for (size_t k = 0; status == MG_OK && k < n; k++) {
        status = data->read(data->self, period, table, k, wanted, &scratch, &b, err);
        for (size_t i = 0; status == MG_OK && i < b->n; i++) {
            bool in_force = table == MG_T_OBSERVATIONS || b->fate[i] == MG_KEPT ||
                            b->fate[i] == MG_REBUILT;
            if (in_force && b->flow[i] != MG_FLOW_BACI &&
                filter_cell(c->filter, b->exporter[i], b->importer[i], b->hs[i]))
                status = add(c, b, i, err);
        }
    }
    mg_block_release(&scratch);
    return status;
}

static mg_status check_period(struct controls *c, size_t period, mg_error *err)
{
    mg_status status;

    c->n = 0;
    c->period = mg_session_dataset(c->session)->periods[period].period;
    status = gather(c, period, MG_T_OBSERVATIONS, err);
    if (status == MG_OK)
        status = gather(c, period, MG_T_CONTROLS, err);
    if (status != MG_OK)
        return status;
    free(c->order);
    free(c->spare);
    c->order = mg_alloc(c->n, sizeof *c->order);
    c->spare = mg_alloc(c->n, sizeof *c->spare);
    if (c->order == NULL || c->spare == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot check %zu rows", c->n);
    check_world(c);
    check_levels(c);
    return MG_OK;
}

mg_status mg_controls_print(const mg_session *session, const mg_filter *filter,
                            mg_output *output, uint64_t *rows, mg_error *err)
{
    const mg_dataset *data = mg_session_dataset(session);
    struct controls c = {.session = session, .filter = filter};
    mg_status status = mg_output_columns(output, "controls", columns,
                                         sizeof columns / sizeof *columns, err);

    mg_lines_start(&c.lines, output);
    if (status == MG_OK)
        status = mg_output_note(output, "data", mg_session_identity(session), err);
    for (size_t p = 0; status == MG_OK && p < data->n_periods; p++) {
        if (!filter_period(filter, data->periods[p].period))
            continue;
        status = check_period(&c, p, err);
        if (status == MG_OK)
            status = mg_output_write(output, &c.lines, err);
    }
    *rows = c.rows;
    free(c.entries);
    free(c.order);
    free(c.spare);
    mg_lines_release(&c.lines);
    return status;
}
