/* SPDX-License-Identifier: GPL-3.0-or-later */
/* world.h - the inside of a synthetic world: who trades what, and one period's
 * flows as each side files them. */
#ifndef MG_SYNTH_WORLD_H
#define MG_SYNTH_WORLD_H

#include "mirrorgap/synth.h"
#include "synth/draw.h"

/* A country or area that trades. */
struct actor {
    uint16_t code;
    bool reports; /* at all */
    bool nes;     /* no country: a partner only */
    double size;  /* like a GDP in billions of dollars */
    double size_ln;
    double lat, lon;
    double bias;               /* habit: ln of what it files over what it should */
    double sloppiness;         /* multiplies its noise; 1 is ordinary */
    double margin_ln;          /* its importers' margins against others' */
    bool files_fob;            /* of imports too, beside CIF */
    bool values_fob;           /* its imports are FOB in the first place */
    bool cents;                /* converts from its own currency: cents in its dollars */
    bool world_hs6;            /* files World rows of every commodity */
    bool by_transport;         /* splits some rows by mode of transport */
    bool late_edition;         /* takes a new HS edition a year late */
    unsigned gap_from, gap_to; /* years that it does not file; 0: none */
    bool gap_exports_only;
};

enum { EDITION_FIRST = MG_EDITION_H0, EDITION_LAST = MG_EDITION_H6 };

struct commodity {
    char code[7];
    char later[7];      /* what it is called from edition `renamed` on */
    uint32_t number;    /* its code as a number: what draws are keyed by */
    uint8_t renamed;    /* 0: never */
    uint8_t chapter;    /* 1..97 */
    int8_t unit;        /* of the supplementary quantity; 8: kg */
    double usd_per_kg;  /* world price */
    double kg_per_unit; /* unit other than 8 */
    double size;        /* world trade, billions of dollars */
    double size_ln;
};

/* Fixed-point money and quantities; NONE where nothing is filed. */
#define NONE ((int64_t)-1)

/* One side's report. */
struct side {
    bool filed;
    bool kg_estimated, qty_estimated;
    int64_t cents;       /* primary value */
    int64_t cif, fob;    /* cents */
    int64_t grams;       /* net weight */
    int64_t milli_units; /* supplementary quantity; unit kg: as grams */
    int64_t rx;          /* cents of it that are re-exports */
};

struct cell {
    uint16_t exporter, importer; /* actors by number */
    uint16_t commodity;
    uint8_t kind;  /* mg_plant_kind */
    bool received; /* what another cell lost was filed here */
    struct side x, m;
};

struct cells {
    struct cell *items;
    size_t n, room;
};

struct world {
    const mg_ref *ref;
    mg_synth_options options;
    struct actor *actors;
    size_t n_actors, room_actors;
    size_t n_reporters; /* they stand first */
    struct commodity *commodities;
    size_t n_commodities;
    size_t n_traded; /* they stand first, by code; others only get what is relabelled */
    int hub;         /* actor that re-exports, or -1 */
    int origin;      /* actor whose goods it mostly re-exports, or -1 */
    double *distance_km; /* n_actors x n_actors */
    double *distance_ln; /* ln of thousands of km */
};

/* Actors and commodities. Errors: MG_E_NOMEM, MG_E_RANGE (not that many
 * countries in the country table for those years). */
MG_MUST_CHECK mg_status world_make(const mg_ref *ref, const mg_synth_options *options,
                                   struct world *world, mg_error *err);
void world_release(struct world *world);
MG_MUST_CHECK mg_status world_add_actors(struct world *world, mg_error *err);
MG_MUST_CHECK mg_status world_add_commodities(struct world *world, mg_error *err);

/* Areas that are taken for each other: the other one, or 0. */
unsigned confusable_with(unsigned area);

/* Whether an actor files a flow ('X', 'M') in a year, and in what edition. */
bool actor_files(const struct actor *actor, unsigned year, char flow);

/* A period is a year, or a year and month: 201401. */
static inline unsigned period_year(unsigned period)
{
    return period > 9999 ? period / 100 : period;
}
/* The next period, and the one before. */
unsigned period_after(unsigned period);
unsigned period_before(unsigned period);

/* ln of how much more of a chapter's goods it exports than its size tells. */
double actor_strength(const struct actor *actor, unsigned chapter);
unsigned actor_edition(const struct actor *actor, unsigned year);
const char *commodity_code(const struct commodity *commodity, unsigned edition);

/* All flows of a period that at least one side files, by exporter, importer,
 * commodity. Errors: MG_E_NOMEM. */
MG_MUST_CHECK mg_status cells_make(const struct world *world, unsigned period,
                                   struct cells *cells, mg_error *err);
void cells_release(struct cells *cells);
/* Restores the order. */
void cells_sort(struct cells *cells);
/* The cell with this key, or NULL. */
struct cell *cells_find(const struct cells *cells, size_t exporter, size_t importer,
                        size_t commodity);

/* Text that is being made. */
struct text {
    char *bytes;
    size_t n, room;
    bool failed;   /* memory was short */
    uint64_t rows; /* of a file, written so far */
};
void text_add(struct text *text, const char *bytes, size_t n);
void text_format(struct text *text, const char *fmt, ...) MG_PRINTF(2, 3);
/* A fixed-point number with `digits` decimals, without trailing zeros. */
void text_fixed(struct text *text, int64_t value, int digits);

/* What planting hands from one period to the next: zero it before the first. */
struct planting {
    struct text truth;
    struct cells late; /* what time shifts took out of the last period */
};
void planting_release(struct planting *planting);

/* Plants anomalies into the period's cells and lists them in planting->truth. Periods
 * come in order. Errors: MG_E_NOMEM. */
MG_MUST_CHECK mg_status plant_cells(const struct world *world, unsigned period,
                                    struct cells *cells, struct planting *planting,
                                    mg_synth_result *result, mg_error *err);

/* One flow of a period; false where nobody files it. */
bool flow_draw(const struct world *world, unsigned period, size_t exporter,
               size_t importer, size_t commodity, struct cell *cell);
/* Multiplies a report by `factor`, with its quantities or without. */
void side_scale(const struct actor *reporter, const struct commodity *commodity,
                struct side *side, double factor, bool quantities);
/* Figures as a reporter rounds them. */
int64_t round_money(const struct actor *reporter, double usd);
int64_t round_quantity(double units);

/* A row of a file. */
struct row {
    unsigned period;
    uint16_t reporter, partner; /* codes */
    char flow;                  /* X, M, R: re-export */
    uint32_t number;            /* of the commodity */
    uint8_t edition, level, chapter;
    char code[8];
    int8_t unit;
    bool kg_estimated, qty_estimated;
    unsigned mode; /* of transport */
    int64_t cents, cif, fob, grams, milli_units;
};

/* How a layout writes rows. */
struct row_writer {
    const mg_ref *ref;
    mg_layout layout;
};
void row_header(const struct row_writer *writer, struct text *text);
void row_write(const struct row_writer *writer, const struct row *row, struct text *text);

/* Where each importer's cells are. */
struct by_importer {
    uint32_t *cells; /* cells ordered by importer */
    size_t *first;   /* n_actors + 1: where an importer's begin */
};
MG_MUST_CHECK mg_status by_importer_make(const struct world *world,
                                         const struct cells *cells,
                                         struct by_importer *index, mg_error *err);
void by_importer_release(struct by_importer *index);

/* A period whose files are being written. */
struct slice {
    const struct world *w;
    unsigned period;
    const struct cells *cells;
    const struct by_importer *index;
    mg_synth_result *result;
};
/* The rows that a reporter files of the period, as text that counts them. */
MG_MUST_CHECK mg_status reporter_rows(const struct slice *slice, size_t reporter,
                                      struct text *text, mg_error *err);

/* Codes that keep their meaning, twelve of six digits to a row. */
extern const char *const commodity_rows[];
extern const unsigned n_commodity_rows;

#endif
