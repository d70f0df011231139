/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From a reporter's sides of cells to the rows of its data set: World first,
 * totals before details, as UN Comtrade lists them. */
#include <stdlib.h>
#include <string.h>

#include "mirrorgap/mem.h"
#include "synth/world.h"

enum { CHAPTERS = 100, SEA = 2100, ROAD = 3200, AIR = 1000 };

/* What World bought or sold of a good. */
struct total {
    int64_t cents, grams, milli_units;
    bool any, estimated;
};

struct reporter {
    const struct world *w;
    unsigned period;
    const struct cells *cells;
    const struct by_importer *index;
    size_t actor;
    struct row_writer writer;
    struct text *text;
};

static void write_row(struct reporter *r, const struct row *row)
{
    row_write(&r->writer, row, r->text);
    r->text->rows++;
}

/* Cell number i of the reporter's imports or exports; NULL after the last. */
static const struct cell *cell_at(const struct reporter *r, bool import, size_t i)
{
    size_t from = import ? r->index->first[r->actor] : 0;

    if (import)
        return from + i < r->index->first[r->actor + 1]
                   ? &r->cells->items[r->index->cells[from + i]]
                   : NULL;
    while (i < r->cells->n && r->cells->items[i].exporter < r->actor)
        i++;
    return i < r->cells->n && r->cells->items[i].exporter == r->actor
               ? &r->cells->items[i]
               : NULL;
}

static struct row blank_row(const struct reporter *r, bool import, unsigned partner)
{
    const struct actor *a = &r->w->actors[r->actor];

    return (struct row){.period = r->period,
                        .reporter = a->code,
                        .partner = (uint16_t)partner,
                        .flow = import ? 'M' : 'X',
                        .edition = (uint8_t)actor_edition(a, period_year(r->period)),
                        .code = "TOTAL",
                        .unit = -1,
                        .cif = NONE,
                        .fob = NONE,
                        .grams = NONE,
                        .milli_units = NONE};
}

/* A stated total; its valuation is the reporter's. */
static void write_total(struct reporter *r, struct row row, int64_t cents)
{
    row.cents = cents;
    if (row.flow == 'M' && !r->w->actors[r->actor].values_fob)
        row.cif = cents;
    else
        row.fob = cents;
    if (cents > 0)
        write_row(r, &row);
}

static void set_code(struct row *row, const struct commodity *c)
{
    row->level = 6;
    row->chapter = c->chapter;
    row->number = c->number;
    row->unit = c->unit;
    memcpy(row->code, commodity_code(c, row->edition), sizeof c->code);
}

/* A part of a figure that is split in three without a remainder. */
static int64_t part_of(int64_t whole, int part)
{
    if (whole == NONE)
        return NONE;
    int64_t first = whole / 100 * 60;
    int64_t second = whole / 100 * 25;

    return part == 0 ? first : part == 1 ? second : whole - first - second;
}

/* The row, and now and then the modes of transport that it is the sum of; a few
 * are filed without the sum. */
static void write_with_modes(struct reporter *r, const struct row *row)
{
    static const unsigned modes[] = {SEA, ROAD, AIR};
    struct draw_key key = {r->w->options.seed, row->reporter,
                           row->partner * 4U + (unsigned)(row->flow == 'M'), row->number,
                           r->period};
    double u = r->w->actors[r->actor].by_transport ? draw_uniform(&key, DRAW_MODE) : 1;
    bool split = u < 0.04 && row->cents > 10000000;

    if (!split || u > 0.008)
        write_row(r, row);
    for (int i = 0; split && i < 3; i++) {
        struct row mode = *row;
        mode.mode = modes[i];
        mode.cents = part_of(row->cents, i);
        mode.cif = part_of(row->cif, i);
        mode.fob = part_of(row->fob, i);
        mode.grams = part_of(row->grams, i);
        mode.milli_units = row->unit == 8 ? mode.grams : part_of(row->milli_units, i);
        write_row(r, &mode);
    }
}

static void write_side(struct reporter *r, const struct cell *c, bool import)
{
    const struct side *s = import ? &c->m : &c->x;
    size_t partner = import ? c->exporter : c->importer;
    struct row row = blank_row(r, import, r->w->actors[partner].code);

    set_code(&row, &r->w->commodities[c->commodity]);
    row.cents = s->cents;
    row.cif = s->cif;
    row.fob = s->fob;
    row.grams = s->grams;
    row.milli_units = s->milli_units;
    row.kg_estimated = s->kg_estimated;
    row.qty_estimated = s->qty_estimated;
    write_with_modes(r, &row);
}

/* Re-exports stand in rows of their own, and in the exports too. */
static void write_re_export(struct reporter *r, const struct cell *c)
{
    struct row row = blank_row(r, false, r->w->actors[c->importer].code);

    set_code(&row, &r->w->commodities[c->commodity]);
    row.flow = 'R';
    row.cents = row.fob = c->x.rx;
    write_row(r, &row);
}

static void add_to_total(struct total *t, const struct side *s)
{
    if (!t->any)
        *t = (struct total){.any = true};
    t->cents += s->cents;
    t->estimated |= s->kg_estimated;
    t->grams = t->grams == NONE || s->grams == NONE ? NONE : t->grams + s->grams;
    t->milli_units = t->milli_units == NONE || s->milli_units == NONE
                         ? NONE
                         : t->milli_units + s->milli_units;
}

/* World rows: TOTAL and chapters of everybody, goods of some. */
static void write_world(struct reporter *r, bool import, const struct total *totals)
{
    int64_t chapters[CHAPTERS] = {0};
    int64_t all = 0;
    struct row row = blank_row(r, import, 0);

    for (size_t k = 0; k < r->w->n_commodities; k++) {
        chapters[r->w->commodities[k].chapter] += totals[k].cents;
        all += totals[k].cents;
    }
    write_total(r, row, all);
    for (unsigned h = 1; h < CHAPTERS; h++) {
        struct row chapter = row;
        chapter.level = 2;
        chapter.chapter = (uint8_t)h;
        chapter.code[0] = (char)('0' + h / 10);
        chapter.code[1] = (char)('0' + h % 10);
        chapter.code[2] = '\0';
        write_total(r, chapter, chapters[h]);
    }
    for (size_t k = 0; k < r->w->n_commodities && r->w->actors[r->actor].world_hs6; k++) {
        struct row good = row;
        set_code(&good, &r->w->commodities[k]);
        good.grams = totals[k].grams;
        good.milli_units = totals[k].milli_units;
        good.kg_estimated = good.qty_estimated = totals[k].estimated;
        write_total(r, good, totals[k].cents);
    }
}

static const struct side *side_of(const struct cell *c, bool import)
{
    return import ? &c->m : &c->x;
}

static size_t partner_of(const struct cell *c, bool import)
{
    return import ? c->exporter : c->importer;
}

/* The partner whose cells begin at `start`: the total, then goods. Returns where
 * the next one's begin. */
static size_t write_partner(struct reporter *r, bool import, size_t start)
{
    const struct cell *c = cell_at(r, import, start);
    size_t partner = partner_of(c, import);
    int64_t sum = 0;
    size_t end = start;

    for (; c != NULL && partner_of(c, import) == partner; c = cell_at(r, import, ++end))
        sum += side_of(c, import)->filed ? side_of(c, import)->cents : 0;
    write_total(r, blank_row(r, import, r->w->actors[partner].code), sum);
    for (size_t i = start; i < end; i++) {
        c = cell_at(r, import, i);
        if (side_of(c, import)->filed)
            write_side(r, c, import);
    }
    return end;
}

static void add_totals(const struct reporter *r, bool import, size_t start,
                       struct total *totals)
{
    const struct cell *c;

    for (size_t i = start; (c = cell_at(r, import, i)) != NULL; i++)
        if (side_of(c, import)->filed)
            add_to_total(&totals[c->commodity], side_of(c, import));
}

static mg_status write_flow(struct reporter *r, bool import, mg_error *err)
{
    struct total *totals = mg_alloc_zero(r->w->n_commodities, sizeof *totals);
    size_t start = 0;
    const struct cell *c;

    if (totals == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot add up a reporter's flows");
    while (!import && start < r->cells->n && r->cells->items[start].exporter < r->actor)
        start++;
    add_totals(r, import, start, totals);
    write_world(r, import, totals);
    for (size_t i = start; cell_at(r, import, i) != NULL;)
        i = write_partner(r, import, i);
    for (size_t i = start; !import && (c = cell_at(r, false, i)) != NULL; i++)
        if (c->x.filed && c->x.rx > 0)
            write_re_export(r, c);
    free(totals);
    return MG_OK;
}

mg_status reporter_rows(const struct slice *y, size_t reporter, struct text *text,
                        mg_error *err)
{
    const struct world *w = y->w;
    const unsigned year = period_year(y->period);
    struct reporter r = {.w = w,
                         .period = y->period,
                         .cells = y->cells,
                         .index = y->index,
                         .actor = reporter,
                         .writer = {w->ref, w->options.layout},
                         .text = text};
    const struct actor *a = &w->actors[reporter];
    mg_status status = MG_OK;

    if (actor_files(a, year, 'M'))
        status = write_flow(&r, true, err);
    if (status == MG_OK && actor_files(a, year, 'X'))
        status = write_flow(&r, false, err);
    if (status == MG_OK && text->failed)
        status = mg_fail(err, MG_E_NOMEM, "cannot hold the rows of a reporter");
    return status;
}
