/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reports that are filed elsewhere: under another partner, code or period. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mirrorgap/mem.h"
#include "synth/plant_parts.h"

static const struct target nowhere = {0};

static size_t actor_of(const struct world *w, unsigned code)
{
    size_t i = 0;

    while (i < w->n_actors && w->actors[i].code != code)
        i++;
    return i;
}

/* The cell that another one's report may go to; not one that is planted itself. */
static struct target target_at(const struct planter *p, size_t exporter, size_t importer,
                               size_t commodity)
{
    const struct cell *there = cells_find(p->cells, exporter, importer, commodity);

    if (there != NULL && there->kind != MG_PLANT_NONE)
        return nowhere;
    return (struct target){exporter, importer, commodity, true};
}

/* The partner that the side may confuse its own with: now and then a partner is
 * left unspecified. */
struct target swap_target(const struct planter *p, const struct cell *c, bool import)
{
    struct draw_key key = plant_key(p, c);
    size_t reporter = import ? c->importer : c->exporter;
    size_t partner = import ? c->exporter : c->importer;
    unsigned code = confusable_with(p->w->actors[partner].code);

    if (code == 0 && (draw_bits(&key, DRAW_PLANT_FACTOR) & 15) == 0)
        code = 899;
    size_t to = code != 0 ? actor_of(p->w, code) : p->w->n_actors;
    if (to == p->w->n_actors || to == reporter)
        return nowhere;
    return import ? target_at(p, to, reporter, c->commodity)
                  : target_at(p, reporter, to, c->commodity);
}

/* Another code of the heading, the draw's choice among those there are. */
struct target relabel_target(const struct planter *p, const struct cell *c, bool import)
{
    const struct world *w = p->w;
    size_t reporter = import ? c->importer : c->exporter;
    const char *own = plant_code(p, c->commodity, reporter);
    struct draw_key key = plant_key(p, c);
    size_t n = 0;
    size_t chosen = 0;

    for (size_t k = 0; k < w->n_commodities; k++)
        if (k != c->commodity && strncmp(plant_code(p, k, reporter), own, 4) == 0) {
            n++;
            key.year = (uint32_t)n; /* each of n with the same chance */
            chosen = draw_bits(&key, DRAW_PLANT_TO) % n == 0 ? k : chosen;
        }
    return n > 0 ? target_at(p, c->exporter, c->importer, chosen) : nowhere;
}

/* A hub that is neither side's own. */
struct target reroute_target(const struct planter *p, const struct cell *c)
{
    static const unsigned hubs[] = {344, 702, 784, 528, 56};
    enum { HUBS = sizeof hubs / sizeof *hubs };
    struct draw_key key = plant_key(p, c);
    size_t from = (size_t)(draw_bits(&key, DRAW_PLANT_TO) % HUBS);

    for (size_t i = 0; i < HUBS; i++) {
        size_t hub = actor_of(p->w, hubs[(from + i) % HUBS]);
        if (hub < p->w->n_actors && hub != c->exporter && hub != c->importer)
            return target_at(p, c->exporter, hub, c->commodity);
    }
    return nowhere;
}

bool can_shift(const struct planter *p, const struct cell *c, bool import)
{
    const struct actor *a = &p->w->actors[import ? c->importer : c->exporter];
    const struct actor *b = &p->w->actors[import ? c->exporter : c->importer];
    unsigned next = period_after(p->period);

    return next <= p->w->options.last &&
           actor_files(a, period_year(next), import ? 'M' : 'X') &&
           actor_edition(a, period_year(next)) ==
               actor_edition(a, period_year(p->period)) &&
           actor_edition(a, period_year(next)) == actor_edition(b, period_year(next));
}

/* The cell at the target, made where there is none; valid until the next is made. */
static mg_status cell_for(struct planter *p, struct target at, struct cell **cell,
                          mg_error *err)
{
    *cell = cells_find(p->cells, at.exporter, at.importer, at.commodity);
    for (size_t i = 0; *cell == NULL && i < p->added.n; i++)
        if (p->added.items[i].exporter == at.exporter &&
            p->added.items[i].importer == at.importer &&
            p->added.items[i].commodity == at.commodity)
            *cell = &p->added.items[i];
    if (*cell != NULL)
        return MG_OK;
    mg_status status = mg_grow((void **)&p->added.items, &p->added.room, p->added.n + 1,
                               sizeof **cell, err);
    if (status != MG_OK)
        return status;
    *cell = &p->added.items[p->added.n++];
    **cell = (struct cell){.exporter = (uint16_t)at.exporter,
                           .importer = (uint16_t)at.importer,
                           .commodity = (uint16_t)at.commodity};
    return MG_OK;
}

static void add_figure(int64_t *to, int64_t more)
{
    *to = *to == NONE || more == NONE ? NONE : *to + more;
}

static void add_side(struct side *to, const struct side *more)
{
    if (!to->filed) {
        *to = *more;
        return;
    }
    to->cents += more->cents;
    add_figure(&to->cif, more->cif);
    add_figure(&to->fob, more->fob);
    add_figure(&to->grams, more->grams);
    add_figure(&to->milli_units, more->milli_units);
    to->rx += more->rx;
}

/* What is left, never nothing. */
static void take_figure(int64_t *from, int64_t part, int64_t least)
{
    if (*from != NONE && part != NONE)
        *from = *from - part < least ? least : *from - part;
}

/* Takes a share out of a report. */
static struct side take_share(const struct planter *p, const struct cell *c, bool import,
                              struct side *from, double share)
{
    const struct commodity *good = &p->w->commodities[c->commodity];
    struct side part = *from;

    side_scale(&p->w->actors[import ? c->importer : c->exporter], good, &part, share,
               true);
    take_figure(&from->cents, part.cents, 1);
    take_figure(&from->cif, part.cif, 1);
    take_figure(&from->fob, part.fob, 1);
    take_figure(&from->grams, part.grams, 10);
    take_figure(&from->milli_units, part.milli_units, good->unit == 8 ? 10 : 1000);
    from->rx -= part.rx;
    return part;
}

/* The whole report goes to the cell of another partner or code. */
static mg_status move_all(struct planter *p, struct target to, struct side *from,
                          bool import, mg_error *err)
{
    struct cell *there;
    mg_status status = cell_for(p, to, &there, err);

    if (status != MG_OK)
        return status;
    there->received = true;
    add_side(import ? &there->m : &there->x, from);
    from->filed = false;
    return MG_OK;
}

/* Whether the hub can file the goods on: it is a reporter with the same code. */
static bool files_onward(const struct planter *p, const struct cell *c, size_t hub)
{
    const struct actor *a = &p->w->actors[hub];
    struct draw_key key = plant_key(p, c);

    return (draw_bits(&key, DRAW_PLANT_TO) >> 32 & 1) != 0 &&
           actor_files(a, period_year(p->period), 'X') &&
           strcmp(plant_code(p, c->commodity, hub),
                  plant_code(p, c->commodity, c->exporter)) == 0 &&
           target_at(p, hub, c->importer, c->commodity).found;
}

static mg_status reroute(struct planter *p, struct cell *c, char note[NOTE_ROOM],
                         mg_error *err)
{
    struct target to = reroute_target(p, c);
    size_t hub = to.importer;
    bool onward = files_onward(p, c, hub);
    int percent = plant_percent(p, c, 30);
    struct side part = take_share(p, c, false, &c->x, percent / 100.0);
    struct cell *there;
    mg_status status = cell_for(p, to, &there, err);

    if (status == MG_OK) {
        there->received = true;
        add_side(&there->x, &part);
    }
    if (status == MG_OK && onward)
        status = cell_for(p, (struct target){hub, c->importer, c->commodity, true},
                          &there, err);
    if (status == MG_OK && onward) {
        there->received = true;
        part.rx = part.cents; /* as hubs file them: among exports and re-exports */
        add_side(&there->x, &part);
    }
    snprintf(note, NOTE_ROOM, "via=%u share=0.%02d onward=%s",
             (unsigned)p->w->actors[hub].code, percent, onward ? "yes" : "no");
    return status;
}

static mg_status shift(struct planter *p, struct cell *c, bool import,
                       char note[NOTE_ROOM], mg_error *err)
{
    struct cells *late = &p->planting->late;
    int percent = plant_percent(p, c, 30);
    mg_status status =
        mg_grow((void **)&late->items, &late->room, late->n + 1, sizeof *c, err);

    if (status != MG_OK)
        return status;
    struct cell *waiting = &late->items[late->n++];
    *waiting = (struct cell){
        .exporter = c->exporter, .importer = c->importer, .commodity = c->commodity};
    *(import ? &waiting->m : &waiting->x) =
        take_share(p, c, import, import ? &c->m : &c->x, percent / 100.0);
    snprintf(note, NOTE_ROOM, "moved_to=%u share=0.%02d", period_after(p->period),
             percent);
    return MG_OK;
}

mg_status plant_late(struct planter *p, mg_error *err)
{
    struct cells *late = &p->planting->late;
    mg_status status = MG_OK;

    for (size_t i = 0; status == MG_OK && i < late->n; i++) {
        const struct cell *from = &late->items[i];
        struct target at = {from->exporter, from->importer, from->commodity, true};
        struct cell *there;
        status = cell_for(p, at, &there, err);
        if (status != MG_OK)
            break;
        there->received = true;
        if (from->x.filed)
            add_side(&there->x, &from->x);
        if (from->m.filed)
            add_side(&there->m, &from->m);
    }
    late->n = 0;
    return status;
}

mg_status plant_move(struct planter *p, struct cell *c, unsigned kind, bool import,
                     char note[NOTE_ROOM], mg_error *err)
{
    size_t reporter = import ? c->importer : c->exporter;
    struct side *side = import ? &c->m : &c->x;
    struct target to;

    if (kind == MG_PLANT_REROUTE)
        return reroute(p, c, note, err);
    if (kind == MG_PLANT_TIME_SHIFT)
        return shift(p, c, import, note, err);
    if (kind == MG_PLANT_RELABEL) {
        to = relabel_target(p, c, import);
        snprintf(note, NOTE_ROOM, "filed_as=%s", plant_code(p, to.commodity, reporter));
    } else {
        to = swap_target(p, c, import);
        snprintf(note, NOTE_ROOM, "filed_under=%u",
                 (unsigned)p->w->actors[import ? to.exporter : to.importer].code);
    }
    return move_all(p, to, side, import, err);
}
