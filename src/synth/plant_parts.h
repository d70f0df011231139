/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plant_parts.h - planting in a synthetic world, in pieces: plant.c chooses,
 * plant_moves.c takes reports elsewhere, plant_figures.c changes them. */
#ifndef MG_SYNTH_PLANT_PARTS_H
#define MG_SYNTH_PLANT_PARTS_H

#include "synth/world.h"

enum { NOTE_ROOM = 64 };

struct planter {
    const struct world *w;
    unsigned period;
    struct cells *cells;
    struct cells added; /* cells that only planting made */
    struct planting *planting;
    size_t quota[MG_PLANT_KINDS], done[MG_PLANT_KINDS];
};

struct draw_key plant_key(const struct planter *p, const struct cell *c);
/* The code that a reporter has for the cell's commodity. */
const char *plant_code(const struct planter *p, size_t commodity, size_t reporter);

/* ---- moves: to where a report can go; each says in `note` where it went ---- */

/* A place that a report may be moved to. */
struct target {
    size_t exporter, importer, commodity;
    bool found;
};
struct target swap_target(const struct planter *p, const struct cell *c, bool import);
struct target relabel_target(const struct planter *p, const struct cell *c, bool import);
struct target reroute_target(const struct planter *p, const struct cell *c);
/* Whether the reporter files the next period too, in the edition of both sides. */
bool can_shift(const struct planter *p, const struct cell *c, bool import);

MG_MUST_CHECK mg_status plant_move(struct planter *p, struct cell *c, unsigned kind,
                                   bool import, char note[NOTE_ROOM], mg_error *err);
/* Files what the last period's time shifts took out. */
MG_MUST_CHECK mg_status plant_late(struct planter *p, mg_error *err);

/* ---- figures ---- */

/* A percentage from `low` on, over a span of 41: the note tells it exactly. */
int plant_percent(const struct planter *p, const struct cell *c, int low);
void plant_unit_error(const struct planter *p, const struct cell *c, struct side *s,
                      char note[NOTE_ROOM]);
/* Whether rounding to one digit would change the value. */
bool can_round(const struct side *s);
void plant_rounding(const struct planter *p, const struct cell *c, struct side *s);

#endif
