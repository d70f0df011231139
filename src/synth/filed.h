/* SPDX-License-Identifier: GPL-3.0-or-later */
/* filed.h - planting in rows that somebody filed: filed.c finds rows and keeps what
 * was changed, filed_figures.c and filed_moves.c change them, filed_plant.c chooses. */
#ifndef MG_SYNTH_FILED_H
#define MG_SYNTH_FILED_H

#include "mirrorgap/plant.h"
#include "synth/draw.h"

struct filed_code {
    uint8_t edition;
    uint32_t hs;
};

struct filed {
    const mg_ref *ref;
    const mg_confusable *twins;
    const mg_plant_options *options;
    const mg_row *rows;
    size_t n;
    struct filed_code *codes; /* that occur, in order */
    size_t n_codes;
    uint32_t *slots; /* of changes by key: 1 + index, 0: empty */
    size_t n_slots;
    mg_planted *out;
};

/* A pair of rows that may be planted. */
struct filed_pair {
    uint32_t at; /* rows[at] is the import, rows[at + 1] the export */
    uint32_t stratum;
    uint64_t draw;
    double usd;
};

MG_MUST_CHECK mg_status filed_start(struct filed *f, mg_error *err);
void filed_release(struct filed *f);

/* Draws about a cell. */
struct draw_key filed_key(const struct filed *f, const mg_row *row);
/* The first row that is not before this place of a period. */
size_t filed_from(const struct filed *f, uint32_t period, unsigned exporter,
                  unsigned importer);
/* The row with this key, or NULL: the row's period, cell, edition and flow. */
const mg_row *filed_row(const struct filed *f, const mg_row *key);
/* Whether neither side's report of the cell has been changed. */
bool filed_untouched(const struct filed *f, const mg_row *cell);
/* Codes that share `row`'s heading and edition, itself among them: the first, *n. */
const struct filed_code *filed_heading(const struct filed *f, const mg_row *row,
                                       size_t *n);

/* The side's report is now `after`; NULL: none. */
MG_MUST_CHECK mg_status filed_change(struct filed *f, const mg_row *key,
                                     const mg_row *after, mg_error *err);
/* What is filed at a key that has nothing of its own to lose, and `more`. */
MG_MUST_CHECK mg_status filed_add(struct filed *f, const mg_row *more, mg_error *err);

/* ---- figures ---- */

/* Multiplies values, and quantities too, in whole numbers where they were whole. */
void filed_scale(mg_row *row, double factor, bool quantities);
/* Takes part, made of `row` by filed_scale(), out of it. */
void filed_take(mg_row *row, const mg_row *part);
bool filed_has_quantity(const mg_row *row);
void filed_unit_error(mg_row *row, uint64_t bits, char note[MG_PLANT_NOTE]);
bool filed_can_round(const mg_row *row);
void filed_round(mg_row *row);

/* ---- moves ---- */

/* Whether the side's report can go elsewhere; *to is the key of where it goes. */
bool filed_target(const struct filed *f, const mg_row *side, mg_plant_kind kind,
                  mg_row *to);
MG_MUST_CHECK mg_status filed_move(struct filed *f, const mg_row *side,
                                   mg_plant_kind kind, mg_row *left,
                                   char note[MG_PLANT_NOTE], mg_error *err);

#endif
