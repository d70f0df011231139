/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows arrive ordered by exporter and importer, so one country pair is a run
 * that fits in memory; inside it a key is a run, and inside that each set of
 * detail dimensions. */
#include "mirrorgap/clean.h"

#include <stdlib.h>
#include <string.h>

#include "mirrorgap/mem.h"

enum { BATCH = 512 };

struct cleaner {
    const mg_clean_sink *sink;
    mg_fate_counts *counts;
    mg_row *rows; /* whole country pairs, and the start of one that goes on */
    size_t n, room;
    uint8_t latest[MG_FLOW_COUNT]; /* latest edition of each flow in the pair */
};

void mg_fate_counts_release(mg_fate_counts *counts)
{
    free(counts->by_source);
    *counts = (mg_fate_counts){0};
}

/* Room for sources 0..n-1; new ones are zero. */
static mg_status widen(mg_fate_counts *counts, size_t n, mg_error *err)
{
    mg_status status;

    if (n <= counts->n)
        return MG_OK;
    status = mg_grow((void **)&counts->by_source, &counts->room, n,
                     sizeof *counts->by_source, err);
    if (status != MG_OK)
        return status;
    memset(counts->by_source + counts->n, 0, (n - counts->n) * sizeof *counts->by_source);
    counts->n = n;
    return MG_OK;
}

mg_status mg_fate_counts_add(mg_fate_counts *counts, uint32_t source, mg_fate fate,
                             const mg_fate_count *more, mg_error *err)
{
    mg_status status = widen(counts, (size_t)source + 1, err);

    if (status != MG_OK)
        return status;
    mg_fate_count *count = &counts->by_source[source][fate];
    count->rows += more->rows;
    mg_sum_merge(&count->value, &more->value);
    return MG_OK;
}

mg_status mg_fate_counts_merge(mg_fate_counts *counts, const mg_fate_counts *more,
                               mg_error *err)
{
    mg_status status = widen(counts, more->n, err);

    for (size_t s = 0; status == MG_OK && s < more->n; s++)
        for (int f = 0; f < MG_FATE_COUNT; f++) {
            counts->by_source[s][f].rows += more->by_source[s][f].rows;
            mg_sum_merge(&counts->by_source[s][f].value, &more->by_source[s][f].value);
        }
    return status;
}

/* Whether `next`, read after `held`, takes its place: the newer vintage wins,
 * and without vintages the later row. */
static bool replaces(const mg_row *next, const mg_row *held)
{
    return next->vintage == 0 || held->vintage == 0 || next->vintage >= held->vintage;
}

/* Marks all rows of [from, to), which have one key and one set of details, as
 * duplicates of the one that stays; returns it, its fate unset. */
static mg_row *resolve_duplicates(mg_row *from, mg_row *to)
{
    mg_row *winner = from;

    for (mg_row *r = from + 1; r < to; r++)
        if (replaces(r, winner))
            winner = r;
    for (mg_row *r = from; r < to; r++)
        if (r != winner)
            r->fate = mg_row_same_figures(r, winner) ? MG_DUPLICATE_EXACT
                                                     : MG_DUPLICATE_CONFLICT;
    return winner;
}

static mg_row *end_of_details(mg_row *from, mg_row *to)
{
    mg_row *r = from + 1;

    while (r < to && mg_row_same_details(r, from))
        r++;
    return r;
}

/* Sets of rows that detail the same dimensions, by mg_row_detail(). */
enum { DETAIL_SETS = 16 };

/* The set to be added up: the largest sum, then the fewest dimensions. */
static unsigned choose_set(const mg_sum sums[DETAIL_SETS],
                           const bool present[DETAIL_SETS])
{
    unsigned best = 0;

    for (unsigned set = 1; set < DETAIL_SETS; set++) {
        if (!present[set])
            continue;
        bool larger = best == 0 || sums[set].fixed > sums[best].fixed;
        bool equal = best != 0 && sums[set].fixed == sums[best].fixed;
        if (larger || (equal && __builtin_popcount(set) < __builtin_popcount(best)))
            best = set;
    }
    return best;
}

/* A figure of the total: a part that is missing makes the total missing. */
struct total {
    mg_sum sum;
    bool missing;
};

static void add_part(struct total *total, double part)
{
    if (isnan(part))
        total->missing = true;
    else
        mg_sum_add(&total->sum, part);
}

static double total_value(const struct total *total)
{
    return total->missing ? NAN : mg_sum_value(&total->sum);
}

static mg_row sum_of_set(const mg_row *from, const mg_row *to)
{
    struct total value = {0};
    struct total kg = {0};
    struct total qty = {0};
    struct total cif = {0};
    struct total fob = {0};
    mg_row sum = {.unit = -1};
    bool first = true;

    for (const mg_row *r = from; r < to; r++) {
        if (r->fate != MG_REBUILT)
            continue;
        if (first)
            sum = *r;
        qty.missing |= r->unit != sum.unit;
        sum.flags |= r->flags & (MG_FLAG_QTY_ESTIMATED | MG_FLAG_KG_ESTIMATED);
        if (r->vintage > sum.vintage)
            sum.vintage = r->vintage;
        if (r->source >= sum.source)
            sum.source = r->source;
        first = false;
        add_part(&value, r->value_usd);
        add_part(&kg, r->kg);
        add_part(&qty, r->qty);
        add_part(&cif, r->cif_usd);
        add_part(&fob, r->fob_usd);
    }
    sum.flags = (uint16_t)((sum.flags & (MG_FLAG_QTY_ESTIMATED | MG_FLAG_KG_ESTIMATED |
                                         MG_FLAG_CODE_RESTORED)) |
                           MG_FLAG_REBUILT);
    sum.partner2 = sum.customs = sum.mot = 0;
    sum.mos = 0;
    sum.fate = MG_KEPT;
    sum.value_usd = total_value(&value);
    sum.kg = total_value(&kg);
    sum.qty = total_value(&qty);
    sum.cif_usd = total_value(&cif);
    sum.fob_usd = total_value(&fob);
    return sum;
}

/* The key has no total row: the verdict on its detail rows. */
static void judge_details(mg_row *from, mg_row *to, bool superseded)
{
    mg_sum sums[DETAIL_SETS] = {{0}};
    bool present[DETAIL_SETS] = {false};

    for (mg_row *r = from; r < to;) {
        mg_row *end = end_of_details(r, to);
        mg_row *winner = resolve_duplicates(r, end);
        unsigned set = mg_row_detail(winner);
        winner->fate = MG_KEPT; /* until the set is chosen */
        present[set] = true;
        mg_sum_add(&sums[set], winner->value_usd);
        r = end;
    }
    unsigned chosen = choose_set(sums, present);
    for (mg_row *r = from; r < to; r++)
        if (r->fate == MG_KEPT)
            r->fate = mg_row_detail(r) != chosen ? MG_BREAKDOWN
                      : superseded               ? MG_EDITION_SUPERSEDED
                                                 : MG_REBUILT;
}

/* The key has a total row, which stands first. */
static void judge_total(mg_row *from, mg_row *to, bool superseded)
{
    mg_row *end = end_of_details(from, to);
    mg_row *winner = resolve_duplicates(from, end);

    winner->fate = superseded ? MG_EDITION_SUPERSEDED : MG_KEPT;
    for (mg_row *r = end; r < to; r++)
        r->fate = MG_BREAKDOWN;
}

/* The verdict on the rows of one key; whether they are added up. */
static bool judge_key(struct cleaner *c, mg_row *from, mg_row *to)
{
    bool superseded = from->edition < c->latest[from->flow];

    if (to - from == 1 && mg_row_detail(from) == 0) { /* nearly always */
        from->fate = superseded ? MG_EDITION_SUPERSEDED : MG_KEPT;
        return false;
    }
    for (mg_row *r = from; r < to; r++)
        r->fate = MG_FATE_COUNT;
    if (mg_row_detail(from) == 0) {
        judge_total(from, to, superseded);
        return false;
    }
    judge_details(from, to, superseded);
    bool rebuilt = false;
    for (mg_row *r = from; r < to; r++)
        rebuilt |= r->fate == MG_REBUILT;
    return rebuilt && !mg_row_world(from);
}

static mg_table table_of(const mg_row *row)
{
    return mg_row_world(row)      ? MG_T_CONTROLS
           : row->fate == MG_KEPT ? MG_T_OBSERVATIONS
                                  : MG_T_DETAILS;
}

/* Counts rows that have one fate and one source. */
static mg_status count_rows(struct cleaner *c, const mg_row *rows, size_t n,
                            mg_error *err)
{
    mg_fate_count count = {.rows = n};

    for (size_t i = 0; i < n; i++)
        mg_sum_add(&count.value, rows[i].value_usd);
    return mg_fate_counts_add(c->counts, rows->source, (mg_fate)rows->fate, &count, err);
}

/* Judged rows to the sink, as many at once as go to one table. */
static mg_status send(struct cleaner *c, const mg_row *rows, size_t n, mg_error *err)
{
    mg_status status = MG_OK;

    for (size_t i = 0; status == MG_OK && i < n;) {
        mg_table table = table_of(&rows[i]);
        size_t end = i;
        while (status == MG_OK && end < n && table_of(&rows[end]) == table) {
            size_t from = end++;
            while (end < n && rows[end].fate == rows[from].fate &&
                   rows[end].source == rows[from].source && table_of(&rows[end]) == table)
                end++;
            if (table != MG_T_CONTROLS)
                status = count_rows(c, rows + from, end - from, err);
        }
        if (status == MG_OK)
            status = c->sink->take(c->sink->self, table, rows + i, end - i, err);
        i = end;
    }
    return status;
}

/* One country pair; rows from *sent on are judged and not sent yet. */
static mg_status clean_pair(struct cleaner *c, size_t from, size_t to, size_t *sent,
                            mg_error *err)
{
    mg_status status = MG_OK;

    memset(c->latest, 0, sizeof c->latest);
    for (size_t i = from; i < to; i++)
        if (c->rows[i].edition > c->latest[c->rows[i].flow])
            c->latest[c->rows[i].flow] = c->rows[i].edition;
    for (size_t i = from; status == MG_OK && i < to;) {
        size_t end = i + 1;
        while (end < to && mg_row_same_key(&c->rows[end], &c->rows[i]))
            end++;
        if (judge_key(c, &c->rows[i], &c->rows[end])) {
            mg_row sum = sum_of_set(&c->rows[i], &c->rows[end]);
            status = send(c, c->rows + *sent, end - *sent, err);
            *sent = end;
            if (status == MG_OK)
                status = c->sink->take(c->sink->self, MG_T_OBSERVATIONS, &sum, 1, err);
        }
        i = end;
    }
    return status;
}

static bool same_pair(const mg_row *a, const mg_row *b)
{
    return a->exporter == b->exporter && a->importer == b->importer;
}

/* Cleans the pairs that are whole: all, where no more rows will come. */
static mg_status clean_whole(struct cleaner *c, size_t looked, bool ended, mg_error *err)
{
    size_t from = 0;
    size_t sent = 0;
    size_t i = looked > 0 ? looked : 1;
    mg_status status = MG_OK;

    for (; status == MG_OK && i <= c->n; i++) {
        if (i == c->n ? !ended : same_pair(&c->rows[i], &c->rows[from]))
            continue;
        status = clean_pair(c, from, i, &sent, err);
        from = i;
    }
    if (status == MG_OK && from > sent)
        status = send(c, c->rows + sent, from - sent, err);
    memmove(c->rows, c->rows + from, (c->n - from) * sizeof *c->rows);
    c->n -= from;
    return status;
}

mg_status mg_clean(mg_stream *rows, const mg_clean_sink *sink, mg_fate_counts *counts,
                   mg_error *err)
{
    struct cleaner c = {.sink = sink, .counts = counts};
    size_t got = 1;
    mg_status status = MG_OK;

    while (status == MG_OK && got > 0) {
        size_t looked = c.n; /* these are of one pair */
        status = mg_grow((void **)&c.rows, &c.room, c.n + BATCH, sizeof *c.rows, err);
        if (status == MG_OK)
            status = rows->read(rows->self, c.rows + c.n, c.room - c.n, &got, err);
        c.n += status == MG_OK ? got : 0;
        if (status == MG_OK && c.n > 0)
            status = clean_whole(&c, looked, got == 0, err);
    }
    free(c.rows);
    return status;
}
