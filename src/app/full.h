/* SPDX-License-Identifier: GPL-3.0-or-later */
/* full.h - scores --model full: every pair, scored by what is usual of pairs like it. */
#ifndef MG_APP_FULL_H
#define MG_APP_FULL_H

#include "app/mirror.h"
#include "mirrorgap/combine.h"
#include "mirrorgap/null_model.h"

enum full_channel {
    CHANNEL_NONE,
    CHANNEL_VALUE,
    CHANNEL_QUANTITY,
    CHANNEL_PRICE,
    CHANNEL_ONE_SIDED,
    CHANNEL_SERIES
};

/* Why a cell needs no guilty explanation. */
enum full_excuse {
    EXCUSE_UNIT = 1 << 0,
    EXCUSE_TIMING = 1 << 1,
    EXCUSE_SECRECY = 1 << 2,
    EXCUSE_EDITION = 1 << 3,
    EXCUSE_NES = 1 << 4,
    EXCUSE_NEW_REPORTER = 1 << 5, /* the silent side's first period in the data */
    EXCUSE_SUCCESSION = 1 << 6    /* a country came or went about then */
};

struct full_cell {
    uint64_t key;    /* exporter << 48 | importer << 32 | hs */
    uint32_t period; /* number among the mirror's */
    uint8_t status, silence, edition;
    uint16_t notes;
    bool estimated;
    double x_usd, m_usd, import_usd; /* FOB both; as filed */
    double log_gap, log_qty_gap;
    double x_kg, m_kg;  /* net weights as filed; NaN: none, or estimated */
    int8_t unit_k;      /* a figure is off by 10^k, importer's over exporter's; 0: not */
    bool unit_on_value; /* the value, else the quantity */
};

/* Beside the code of a sibling: it is a component's lowest. */
#define SIBLING_STAR (UINT32_C(1) << 31)

struct full {
    const struct mirror *mirror;
    struct full_cell *cells; /* by key, component or not, period */
    size_t n, room;
    int level;
    char freq;
    enum mg_fdr fdr;
    bool by_stake; /* ranked by money */
    /* n each */
    mg_null_score *value, *quantity, *price;
    mg_null_parts *parts; /* of value */
    double *p_one_sided, *probability;
    double *p_round[2]; /* of the exporter's figure, the importer's: as round as it is */
    double *p_series;   /* of the level of the cell's stretch of periods */
    double *within;     /* how far the flow strays from its levels */
    uint32_t *since;    /* number of the period in which that began, UINT32_MAX: none */
    double *p_plain;    /* of the value or of the missing side, unweighted */
    double *p, *q;
    uint8_t *channel, *excuses;
    double *timing;    /* part of log_gap that moved to or from a neighbour period */
    uint32_t *sibling; /* code that nets the cell out within its heading, 0: none */
    uint32_t *order;   /* ranking */
};

/* The mirror with all its pairs, whichever will be shown: what is usual is told from all.
 * mirror_close() it in any case. */
MG_MUST_CHECK mg_status full_open(struct mirror *mirror, const mg_session *session,
                                  const mg_mirror_options *options, const mg_talk *talk,
                                  mg_error *err);

/* All pairs of the finest level (or filter.level), then their scores. Release in any
 * case. */
MG_MUST_CHECK mg_status full_gather(struct full *full, const struct mirror *mirror,
                                    const mg_talk *talk, mg_error *err);
MG_MUST_CHECK mg_status full_score(struct full *full, const mg_full_options *options,
                                   mg_error *err);
void full_release(struct full *full);

/* The table of scored cells that the question's filters let through. */
MG_MUST_CHECK mg_status full_table(const struct full *full,
                                   const mg_full_options *options, mg_output *output,
                                   mg_scores_summary *summary, mg_error *err);

/* A part of log_gap, or of the surprise of a missing side (-ln of its probability). Parts
 * add up to the whole. */
struct full_reason {
    char name[24];
    double share;
};
enum { FULL_REASONS = 10 };
/* How many; none where the cell is not scored. */
size_t full_reasons(const struct full *full, size_t cell,
                    struct full_reason reasons[FULL_REASONS]);

/* A list in one field, "a;b". */
struct full_words {
    char text[512];
    size_t n;
};
void full_reason_words(const struct full *full, size_t cell, struct full_words *words);
void full_flag_words(const struct full *full, size_t cell, struct full_words *words);
const char *full_channel_name(unsigned channel);

/* Whether the filters of the question let the cell through. */
bool full_shown(const struct full *full, const struct full_cell *cell);

/* scores --by: columns, and the table of groups. Errors: MG_E_RANGE (keys). */
MG_MUST_CHECK mg_status full_groups_columns(const char *by, const mg_ref *ref,
                                            mg_output *output, mg_error *err);
MG_MUST_CHECK mg_status full_groups_print(const struct full *full, const char *by,
                                          mg_output *output, const mg_talk *talk,
                                          mg_scores_summary *summary, mg_error *err);

/* Steps of it. */
MG_MUST_CHECK mg_status full_channels(struct full *full, mg_error *err);
MG_MUST_CHECK mg_status full_series(struct full *full, mg_error *err);
MG_MUST_CHECK mg_status full_excuse(struct full *full, mg_error *err);
MG_MUST_CHECK mg_status full_combine(struct full *full, mg_error *err);

static inline unsigned full_exporter(const struct full_cell *c)
{
    return (unsigned)(c->key >> 48);
}

static inline unsigned full_importer(const struct full_cell *c)
{
    return (unsigned)(c->key >> 32 & 0xffff);
}

static inline uint32_t full_hs(const struct full_cell *c)
{
    return (uint32_t)c->key;
}

/* Whether two cells are of one commodity; a component is none of its codes. */
static inline bool full_same_code(const struct full_cell *a, const struct full_cell *b)
{
    return full_hs(a) == full_hs(b) &&
           (a->notes & MG_PAIR_COMPONENT) == (b->notes & MG_PAIR_COMPONENT);
}

/* Whether two cells are of one exporter, importer and commodity. */
static inline bool full_same_series(const struct full_cell *a, const struct full_cell *b)
{
    return a->key == b->key && full_same_code(a, b);
}

enum { FULL_SHORTEST_FLOW = 8 }; /* periods with a gap, to be looked at over time */

/* The gap beyond what is usual of everyone; what the flow itself usually shows stays in.
 * NaN: not scored. */
static inline double full_beyond_everyone(const struct full *full, size_t cell)
{
    return full->cells[cell].log_gap - full->value[cell].expected +
           full->parts[cell].series;
}

/* US dollars that the two sides disagree about. */
double full_at_stake(const struct full_cell *cell);

#endif
