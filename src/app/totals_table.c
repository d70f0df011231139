/* SPDX-License-Identifier: GPL-3.0-or-later */
/* totals: the table of one country. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/filter.h"
#include "app/totals_table.h"
#include "mirrorgap/mem.h"

static const mg_output_column columns[] = {
    {"period", "period", "year, or year and month"},
    {"flow", "code", "the country's own: X its exports, M its imports"},
    {"partner", "code", "the partner that files; empty: all"},
    {"hs2", "code", "HS chapter; empty: all"},
    {"reported_usd", "USD", "sum of what partners file, made FOB"},
    {"estimate_usd", "USD", "the trade with partners that report"},
    {"low_usd", "USD", "lower end of its 90 % band, without suspect_usd"},
    {"high_usd", "USD", "upper end of its 90 % band"},
    {"upper_usd", "USD", "estimate over completeness; empty below 0.4"},
    {"completeness", "share", "of usual trade, of the partners that report"},
    {"reporters", "count", "partners that file such trade"},
    {"suspect_usd", "USD", "rows that may be trade of a look-alike, made FOB"},
    {"flags", "text", "what to know, separated by semicolons"},
};

/* A period and flow. */
struct block {
    const struct totals_table *table;
    size_t place;
    unsigned flow;
    struct totals_part *parts;
    size_t n;
    double stretch, shift; /* of its parts: of their bands, and a factor */
    struct totals_item *items;
};

struct line {
    uint16_t partner;
    uint32_t hs2;
    mg_totals_estimate estimate;
    double low;
    double suspect;
    unsigned suspect_of;
    size_t reporters;
};

/* What partners file of n parts, sorted by partner; without what is suspect or with. */
static size_t items_of(const struct totals_part *parts, size_t n, bool without,
                       struct totals_item *items)
{
    size_t found = 0;

    for (size_t i = 0; i < n;) {
        double usd = 0;
        double squares = 0;
        size_t end = i;
        for (; end < n && parts[end].partner == parts[i].partner; end++) {
            double value = parts[end].usd - (without ? parts[end].suspect : 0);
            value = fmax(value, 0);
            usd += value;
            squares += value * value;
        }
        if (usd > 0)
            items[found++] =
                (struct totals_item){usd, squares / usd / usd, parts[i].partner};
        i = end;
    }
    return found;
}

static mg_totals_estimate band_of(const struct block *b, bool whole, size_t reporters,
                                  const mg_totals_estimate *e)
{
    const struct totals_table *t = b->table;
    double share = t->complete[b->flow][b->place].share;

    if (!t->calibrated[b->flow])
        return *e;
    if (whole)
        return totals_band(&t->calibration[b->flow], e, share, reporters);
    mg_totals_estimate part = mg_totals_stretch(*e, b->stretch);
    part.low *= b->shift;
    part.median *= b->shift;
    part.high *= b->shift;
    return part;
}

/* Estimate and band of n parts, those of line's partner and chapter. */
static mg_status estimate_line(const struct block *b, bool whole,
                               const struct totals_part *parts, size_t n,
                               struct line *line, mg_error *err)
{
    const struct totals_world *w = b->table->world;
    const uint64_t key =
        totals_key(w->country, b->flow, w->periods[b->place], line->partner, line->hs2);
    mg_totals_estimate without;
    mg_sum suspect = {0};
    size_t found = items_of(parts, n, false, b->items);
    mg_status status = totals_estimate(w, TOTALS_ALONE, b->flow, b->items, found, key,
                                       &line->estimate, err);

    if (status != MG_OK)
        return status;
    line->reporters = found;
    line->estimate = band_of(b, whole, found, &line->estimate);
    line->low = line->estimate.low;
    double largest = 0;
    for (size_t i = 0; i < n; i++) {
        mg_sum_add(&suspect, parts[i].suspect);
        if (parts[i].suspect > largest) {
            largest = parts[i].suspect;
            line->suspect_of = parts[i].suspect_of;
        }
    }
    line->suspect = mg_sum_value(&suspect);
    if (!(line->suspect > 0))
        return MG_OK;
    found = items_of(parts, n, true, b->items);
    status =
        totals_estimate(w, TOTALS_ALONE, b->flow, b->items, found, key, &without, err);
    if (status == MG_OK) {
        without = band_of(b, whole, found, &without);
        line->low = fmin(line->low, without.low);
    }
    return status;
}

struct flag_text {
    char text[256];
    size_t n;
};

static void flag(struct flag_text *f, const char *name, unsigned code)
{
    int n = snprintf(f->text + f->n, sizeof f->text - f->n, "%s%s", f->n > 0 ? ";" : "",
                     name);

    f->n += n > 0 ? (size_t)n : 0;
    if (code != 0) {
        n = snprintf(f->text + f->n, sizeof f->text - f->n, ":%u", code);
        f->n += n > 0 ? (size_t)n : 0;
    }
}

static void flags_of(const struct block *b, const struct line *line, mg_lines *to)
{
    const struct totals_table *t = b->table;
    const mg_completeness *c = &t->complete[b->flow][b->place];
    struct flag_text f = {.n = 0};

    if (isnan(c->share))
        flag(&f, "completeness_unknown", 0);
    if (c->share < mg_completeness_usual.least)
        flag(&f, "incomplete", 0);
    if (c->main_partner_silent) {
        flag(&f, "main_partner_silent", 0);
        flag(&f, "silent", t->silent[b->flow][b->place]);
    }
    if (c->collapsed)
        flag(&f, "collapsed", 0);
    if (line->suspect > 0)
        flag(&f, "lookalike", line->suspect_of);
    if (!t->world->learnt[TOTALS_ALONE][b->flow])
        flag(&f, "no_error_model", 0);
    else if (!t->calibrated[b->flow])
        flag(&f, "band_uncalibrated", 0);
    mg_line_word(to, f.text, f.n);
}

static void print_line(const struct block *b, const struct line *line, mg_lines *to)
{
    const struct totals_table *t = b->table;
    const double share = t->complete[b->flow][b->place].share;
    char hs2[MG_HS_TEXT];

    mg_line_integer(to, t->world->periods[b->place]);
    mg_line_word(to, b->flow == TOTALS_X ? "X" : "M", 1);
    if (line->partner != 0)
        mg_line_integer(to, line->partner);
    else
        mg_line_missing(to);
    if (line->hs2 != 0)
        mg_line_word(to, hs2, mg_hs_text(line->hs2, hs2));
    else
        mg_line_missing(to);
    mg_line_number(to, line->estimate.reported);
    mg_line_number(to, line->estimate.median);
    mg_line_number(to, line->low);
    mg_line_number(to, line->estimate.high);
    /* a partner that files leaves out nothing of its own */
    mg_line_number(to, line->partner != 0
                           ? NAN
                           : mg_completeness_upper(&mg_completeness_usual,
                                                   line->estimate.median, share));
    mg_line_number(to, share);
    mg_line_integer(to, (int64_t)line->reporters);
    mg_line_number(to, line->suspect);
    flags_of(b, line, to);
    mg_line_end(to);
}

static int by_group(const void *a, const void *b)
{
    const struct totals_part *x = a;
    const struct totals_part *y = b;

    if (x->partner != y->partner)
        return x->partner < y->partner ? -1 : 1;
    return (x->hs2 > y->hs2) - (x->hs2 < y->hs2);
}

static int by_chapter(const void *a, const void *b)
{
    const struct totals_part *x = a;
    const struct totals_part *y = b;

    if (x->hs2 != y->hs2)
        return x->hs2 < y->hs2 ? -1 : 1;
    return (x->partner > y->partner) - (x->partner < y->partner);
}

static double ln_width(const mg_totals_estimate *e)
{
    return log(e->high / e->low);
}

/* The whole of a block, and by how much the bands of its parts are stretched: a part is
 * not surer than its draws say. */
static mg_status whole_of(struct block *b, struct line *line, mg_error *err)
{
    const struct totals_table *t = b->table;
    mg_totals_estimate draws;
    const struct totals_world *w = t->world;
    mg_status status = estimate_line(b, true, b->parts, b->n, line, err);

    b->stretch = b->shift = 1;
    if (status != MG_OK || !t->calibrated[b->flow])
        return status;
    size_t n = items_of(b->parts, b->n, false, b->items);
    status = totals_estimate(w, TOTALS_ALONE, b->flow, b->items, n,
                             totals_key(w->country, b->flow, w->periods[b->place], 0, 0),
                             &draws, err);
    if (status == MG_OK && ln_width(&draws) > 0)
        b->stretch = fmax(1, ln_width(&line->estimate) / ln_width(&draws));
    if (status == MG_OK && draws.median > 0)
        b->shift = line->estimate.median / draws.median;
    return status;
}

static bool same_group(const struct totals_table *t, const struct totals_part *a,
                       const struct totals_part *b)
{
    return (!t->by_partner || a->partner == b->partner) &&
           (!t->by_hs2 || a->hs2 == b->hs2);
}

static bool may_print(const struct totals_table *t)
{
    return t->limit == 0 || t->printed < t->limit;
}

static void sum_up(struct totals_table *t, unsigned flow, const struct line *whole)
{
    mg_sum_add(&t->reported[flow], whole->estimate.reported);
    mg_sum_add(&t->suspect, whole->suspect);
}

static mg_status print_block(struct totals_table *t, struct block *b, mg_lines *to,
                             mg_error *err)
{
    struct line whole = {0};
    mg_status status;

    if (b->n > 1)
        qsort(b->parts, b->n, sizeof *b->parts, by_group);
    status = whole_of(b, &whole, err);
    if (status != MG_OK)
        return status;
    sum_up(t, b->flow, &whole);
    if (!t->by_partner && !t->by_hs2) {
        if (may_print(t)) {
            print_line(b, &whole, to);
            t->printed++;
        }
        return MG_OK;
    }
    if (b->n > 1 && !t->by_partner)
        qsort(b->parts, b->n, sizeof *b->parts, by_chapter);
    for (size_t i = 0; status == MG_OK && i < b->n && may_print(t);) {
        struct line line = {.partner = t->by_partner ? b->parts[i].partner : 0,
                            .hs2 = t->by_hs2 ? b->parts[i].hs2 : 0};
        size_t end = i + 1;
        while (end < b->n && same_group(t, &b->parts[i], &b->parts[end]))
            end++;
        status = estimate_line(b, false, b->parts + i, end - i, &line, err);
        if (status == MG_OK) {
            print_line(b, &line, to);
            t->printed++;
        }
        i = end;
    }
    return status;
}

static int by_block(const void *a, const void *b)
{
    const struct totals_part *x = a;
    const struct totals_part *y = b;

    if (x->place != y->place)
        return x->place < y->place ? -1 : 1;
    if (x->flow != y->flow)
        return x->flow < y->flow ? -1 : 1;
    return by_group(a, b);
}

/* Where the country is known to trade before and after, partners that file nothing in
 * between say so: such a period has a line of its own. */
static bool gap_in(const struct totals_table *t, size_t place, unsigned flow)
{
    const struct totals_part *parts = t->world->parts.items;
    bool before = false;
    bool after = false;

    if (t->by_partner || t->by_hs2 || isnan(t->complete[flow][place].share))
        return false;
    for (size_t i = 0; i < t->world->parts.n; i++)
        if (parts[i].flow == flow)
            *(parts[i].place < place ? &before : &after) = true;
    return before && after;
}

static mg_status print_places(struct totals_table *t, struct totals_item *items,
                              mg_output *output, mg_error *err)
{
    const struct totals_world *w = t->world;
    struct totals_part *parts = w->parts.items;
    mg_status status = MG_OK;
    mg_lines lines;
    size_t at = 0;

    mg_lines_start(&lines, output);
    for (size_t place = 0; status == MG_OK && place < w->n_periods; place++)
        for (unsigned flow = 0; status == MG_OK && flow < TOTALS_FLOWS; flow++) {
            struct block b = {t, place, flow, parts + at, 0, 1, 1, items};
            while (at < w->parts.n && parts[at].place == place && parts[at].flow == flow)
                at++;
            b.n = (size_t)(parts + at - b.parts);
            if (!filter_period(t->printing, w->periods[place]) ||
                (b.n == 0 && !gap_in(t, place, flow)))
                continue;
            status = print_block(t, &b, &lines, err);
            if (status == MG_OK)
                status = mg_check_stop(w->talk, err);
            if (status == MG_OK)
                status = mg_output_write(output, &lines, err);
        }
    mg_lines_release(&lines);
    return status;
}

mg_status totals_table_columns(mg_output *output, mg_error *err)
{
    return mg_output_columns(output, "totals", columns, sizeof columns / sizeof *columns,
                             err);
}

mg_status totals_table_print(struct totals_table *t, mg_output *output, mg_error *err)
{
    struct totals_world *w = t->world;
    struct totals_item *items = mg_alloc(w->parts.n, sizeof *items);
    mg_status status;

    if (items == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot estimate totals");
    if (w->parts.n > 1)
        qsort(w->parts.items, w->parts.n, w->parts.size, by_block);
    status = print_places(t, items, output, err);
    free(items);
    return status;
}
