/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Anomalies of known kinds. They are planted in matched flows worth hiding, in
 * the order of a draw, so that the choice does not depend on how cells lie. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mirrorgap/mem.h"
#include "synth/world.h"

/* Below this nobody takes the trouble, and ordinary noise hides it. */
enum { LEAST_CENTS = 20000000 };

struct candidate {
    uint64_t draw;
    uint32_t cell;
};

struct planter {
    const struct world *w;
    unsigned year;
    struct cells *cells;
    struct cells added; /* cells that only a swap made */
    struct text *truth;
    size_t quota[MG_PLANT_KINDS], done[MG_PLANT_KINDS];
};

const char *mg_plant_name(unsigned kind)
{
    static const char *const names[MG_PLANT_KINDS] = {
        "", "hidden", "quantity", "price", "unit_error", "partner_swap"};
    return kind < MG_PLANT_KINDS ? names[kind] : "";
}

static struct draw_key key_of(const struct planter *p, const struct cell *c)
{
    const struct world *w = p->w;

    return (struct draw_key){w->options.seed, w->actors[c->exporter].code,
                             w->actors[c->importer].code,
                             w->commodities[c->commodity].number, p->year};
}

static const char *code_of(const struct planter *p, const struct cell *c, size_t reporter)
{
    return commodity_code(&p->w->commodities[c->commodity],
                          actor_edition(&p->w->actors[reporter], p->year));
}

/* Both sides file it under one code, it is worth it, and is as it was drawn. */
static bool eligible(const struct planter *p, const struct cell *c)
{
    return c->x.filed && c->m.filed && c->x.cents >= LEAST_CENTS &&
           c->m.cents >= LEAST_CENTS && c->kind == MG_PLANT_NONE && !c->received &&
           strcmp(code_of(p, c, c->exporter), code_of(p, c, c->importer)) == 0;
}

static size_t actor_of(const struct world *w, unsigned code)
{
    size_t i = 0;

    while (i < w->n_actors && w->actors[i].code != code)
        i++;
    return i;
}

/* The partner that the side may confuse its own with, or n_actors: now and then
 * a partner is left unspecified. */
static size_t swap_partner(const struct planter *p, const struct cell *c, bool import,
                           const struct draw_key *key)
{
    size_t reporter = import ? c->importer : c->exporter;
    size_t partner = import ? c->exporter : c->importer;
    unsigned code = confusable_with(p->w->actors[partner].code);

    if (code == 0 && (draw_bits(key, DRAW_PLANT_FACTOR) & 15) == 0)
        code = 899;
    size_t to = code != 0 ? actor_of(p->w, code) : p->w->n_actors;
    if (to == p->w->n_actors || to == reporter)
        return p->w->n_actors;
    const struct cell *there = import ? cells_find(p->cells, to, reporter, c->commodity)
                                      : cells_find(p->cells, reporter, to, c->commodity);
    return there != NULL && there->kind != MG_PLANT_NONE ? p->w->n_actors : to;
}

static void tell(struct planter *p, const struct cell *c, unsigned kind, bool import,
                 int64_t before, int64_t after, const char *note)
{
    const struct world *w = p->w;
    struct text *t = p->truth;

    text_format(t, "%s,%u,%u,%u,%s,%s,", mg_plant_name(kind), p->year,
                (unsigned)w->actors[c->exporter].code,
                (unsigned)w->actors[c->importer].code, code_of(p, c, c->exporter),
                import ? "import" : "export");
    text_fixed(t, before, 2);
    text_add(t, ",", 1);
    if (after != NONE)
        text_fixed(t, after, 2);
    text_format(t, ",%s\n", note);
}

static void add_quantity(int64_t *to, int64_t more)
{
    *to = *to == NONE || more == NONE ? NONE : *to + more;
}

/* The report moves to the cell of another partner, which may exist. */
static mg_status swap(struct planter *p, struct cell *c, bool import, size_t to,
                      mg_error *err)
{
    struct cell key = *c;
    *(import ? &key.exporter : &key.importer) = (uint16_t)to;
    struct cell *there = cells_find(p->cells, key.exporter, key.importer, c->commodity);

    for (size_t i = 0; there == NULL && i < p->added.n; i++)
        if (p->added.items[i].exporter == key.exporter &&
            p->added.items[i].importer == key.importer &&
            p->added.items[i].commodity == key.commodity)
            there = &p->added.items[i];
    if (there == NULL) {
        mg_status status = mg_grow((void **)&p->added.items, &p->added.room,
                                   p->added.n + 1, sizeof key, err);
        if (status != MG_OK)
            return status;
        there = &p->added.items[p->added.n++];
        *there = (struct cell){.exporter = key.exporter,
                               .importer = key.importer,
                               .commodity = key.commodity};
    }
    struct side *from = import ? &c->m : &c->x;
    struct side *side = import ? &there->m : &there->x;
    there->received = true;
    if (!side->filed)
        *side = *from;
    else {
        side->cents += from->cents;
        add_quantity(&side->cif, from->cif);
        add_quantity(&side->fob, from->fob);
        add_quantity(&side->grams, from->grams);
        add_quantity(&side->milli_units, from->milli_units);
        side->rx += from->rx;
    }
    from->filed = false;
    return MG_OK;
}

/* A quantity filed in the wrong unit: tens to thousands of times off. */
static void unit_error(const struct planter *p, const struct cell *c, struct side *s,
                       const struct draw_key *key, char *note, size_t room)
{
    static const struct {
        int power;
        double factor;
    } errors[] = {{-3, 0.001}, {-2, 0.01}, {-1, 0.1}, {1, 10},
                  {2, 100},    {3, 1000},  {3, 1000}, {-3, 0.001}};
    uint64_t bits = draw_bits(key, DRAW_PLANT_FACTOR);
    bool kg_unit = p->w->commodities[c->commodity].unit == 8;
    bool weight = kg_unit || (bits & 8) != 0;
    int64_t *quantity = weight ? &s->grams : &s->milli_units;
    int power = errors[bits & 7].power;
    double factor = errors[bits & 7].factor;

    *quantity = round_quantity((double)*quantity / 1000 * factor);
    if (*quantity == 0)
        *quantity = 10;
    if (kg_unit)
        s->milli_units = s->grams;
    snprintf(note, room, "%s x 10^%d", weight ? "net weight" : "quantity", power);
}

static mg_status plant(struct planter *p, struct cell *c, unsigned kind, mg_error *err)
{
    struct draw_key key = key_of(p, c);
    bool import = (draw_bits(&key, DRAW_PLANT_SIDE) & 1) != 0;
    size_t reporter = import ? c->importer : c->exporter;
    struct side *s = import ? &c->m : &c->x;
    int64_t before = s->cents;
    double u = draw_uniform(&key, DRAW_PLANT_FACTOR);
    char note[64] = "";
    mg_status status = MG_OK;

    c->kind = (uint8_t)kind;
    if (kind == MG_PLANT_QUANTITY || kind == MG_PLANT_PRICE) {
        /* two decimals, so that the note tells the factor exactly */
        int percent = kind == MG_PLANT_QUANTITY ? 20 + (int)(u * 41) : 30 + (int)(u * 41);
        side_scale(&p->w->actors[reporter], &p->w->commodities[c->commodity], s,
                   percent / 100.0, kind == MG_PLANT_QUANTITY);
        snprintf(note, sizeof note, "%s x 0.%02d",
                 kind == MG_PLANT_PRICE ? "value" : "value and quantities", percent);
    } else if (kind == MG_PLANT_UNIT_ERROR) {
        unit_error(p, c, s, &key, note, sizeof note);
    } else if (kind == MG_PLANT_HIDDEN) {
        s->filed = false;
        snprintf(note, sizeof note, "report deleted");
    } else {
        size_t to = swap_partner(p, c, import, &key);
        snprintf(note, sizeof note, "filed_under=%u", (unsigned)p->w->actors[to].code);
        status = swap(p, c, import, to, err);
    }
    tell(p, c, kind, import, before, s->filed ? s->cents : NONE, note);
    p->done[kind]++;
    return status;
}

/* The kind to plant here, or none: the kinds fill up side by side, but a swap,
 * which few flows allow, takes what it can get. */
static unsigned choose_kind(const struct planter *p, const struct cell *c)
{
    struct draw_key key = key_of(p, c);
    bool import = (draw_bits(&key, DRAW_PLANT_SIDE) & 1) != 0;
    const struct side *s = import ? &c->m : &c->x;
    unsigned best = MG_PLANT_NONE;

    if (!eligible(p, c))
        return MG_PLANT_NONE;
    if (p->done[MG_PLANT_PARTNER_SWAP] < p->quota[MG_PLANT_PARTNER_SWAP] &&
        swap_partner(p, c, import, &key) < p->w->n_actors)
        return MG_PLANT_PARTNER_SWAP;
    for (unsigned k = MG_PLANT_HIDDEN; k < MG_PLANT_PARTNER_SWAP; k++) {
        if (k == MG_PLANT_UNIT_ERROR && (s->grams == NONE || s->kg_estimated))
            continue;
        if (p->done[k] < p->quota[k] &&
            (best == MG_PLANT_NONE || p->done[k] < p->done[best]))
            best = k;
    }
    return best;
}

static int by_draw(const void *a, const void *b)
{
    const struct candidate *p = a;
    const struct candidate *q = b;

    if (p->draw != q->draw)
        return p->draw < q->draw ? -1 : 1;
    return (p->cell > q->cell) - (p->cell < q->cell);
}

/* The swaps' new cells join the others. */
static mg_status merge_added(struct planter *p, mg_error *err)
{
    struct cells *to = p->cells;
    mg_status status;

    if (p->added.n == 0)
        return MG_OK;
    status = mg_grow((void **)&to->items, &to->room, to->n + p->added.n,
                     sizeof *to->items, err);
    if (status != MG_OK)
        return status;
    memcpy(to->items + to->n, p->added.items, p->added.n * sizeof *to->items);
    to->n += p->added.n;
    cells_sort(to);
    return MG_OK;
}

mg_status plant_cells(const struct world *w, unsigned year, struct cells *cells,
                      struct text *truth, mg_synth_result *result, mg_error *err)
{
    struct planter p = {.w = w, .year = year, .cells = cells, .truth = truth};
    struct candidate *order = mg_alloc(cells->n, sizeof *order);
    size_t want = (size_t)((double)cells->n * w->options.share + 0.5);
    size_t n = 0;
    mg_status status = MG_OK;

    if (order == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot plant in %zu flows", cells->n);
    for (unsigned k = MG_PLANT_HIDDEN; k < MG_PLANT_KINDS; k++)
        p.quota[k] = (want + MG_PLANT_KINDS - 1 - k) / (MG_PLANT_KINDS - 1);
    for (size_t i = 0; i < cells->n; i++)
        if (eligible(&p, &cells->items[i])) {
            struct draw_key key = key_of(&p, &cells->items[i]);
            order[n++] = (struct candidate){draw_bits(&key, DRAW_PLANT), (uint32_t)i};
        }
    if (n > 0)
        qsort(order, n, sizeof *order, by_draw);
    for (size_t i = 0; status == MG_OK && i < n; i++) {
        struct cell *c = &cells->items[order[i].cell];
        unsigned kind = choose_kind(&p, c);
        if (kind != MG_PLANT_NONE)
            status = plant(&p, c, kind, err);
    }
    if (status == MG_OK)
        status = merge_added(&p, err);
    for (unsigned k = 0; k < MG_PLANT_KINDS; k++)
        result->planted[k] += p.done[k];
    cells_release(&p.added);
    free(order);
    return status;
}
