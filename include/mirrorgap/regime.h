/* SPDX-License-Identifier: GPL-3.0-or-later */
/* regime.h - sanctions and watch-lists as tables: datasets/regimes.
 *
 * A regime is a folder with a file rules.csv, whose columns are described in
 * datasets/regimes/README.md. A line is one HS prefix of one rule; lines with the same
 * rule name belong together: their caps are one cap. A rule may be written in the codes
 * of several editions: data of an edition are screened by its lines, or those of the
 * nearest edition (mg_regime_edition()). Read-only once loaded: safe from several
 * threads. */
#ifndef MG_REGIME_H
#define MG_REGIME_H

#include "mirrorgap/date.h"
#include "mirrorgap/hs_map.h"

/* Which way the goods go, seen from the country under sanctions. Bits. */
enum { MG_RULE_EXPORT = 1, MG_RULE_IMPORT = 2 };
const char *mg_rule_direction_name(unsigned direction); /* export, import, both */

typedef enum mg_confidence {
    MG_CONFIDENCE_LOW,
    MG_CONFIDENCE_MEDIUM,
    MG_CONFIDENCE_HIGH,
    MG_CONFIDENCES
} mg_confidence;
const char *mg_confidence_name(unsigned confidence);

typedef enum mg_cap_unit {
    MG_CAP_NONE,
    MG_CAP_TONNES,
    MG_CAP_BARRELS,
    MG_CAP_USD
} mg_cap_unit;
const char *mg_cap_unit_name(unsigned unit); /* "", t, bbl, USD */

/* A cap's own year: from `start` (mmdd, 101: the calendar year) to the day before it
 * a year later; 0: one span, from the day the rule takes effect to the day it ends. */
typedef struct mg_cap {
    double amount; /* >= 0; NaN: the rule has no cap, it bans */
    uint8_t unit;  /* mg_cap_unit */
    uint16_t start;
    /* one tonne is num / den of the unit, both exact; 1 / 1 for tonnes */
    double num, den;
} mg_cap;

typedef struct mg_rule {
    const char *rule;       /* name, the same on all lines of a rule */
    const char *instrument; /* legal act and paragraph */
    const char *good;
    const char *exemption; /* that figures cannot show; "" for none */
    const char *source;
    const char *checked;                 /* against what the line was checked */
    const uint16_t *targets, *reporters; /* area codes; NULL: any */
    size_t n_targets, n_reporters;
    uint32_t hs;       /* prefix */
    mg_date effective; /* 0: a watch-list, at all times */
    mg_date ends;      /* last day in force, 0: open */
    mg_date wind_down; /* last day of grace, 0: none */
    mg_cap cap;
    double exempt_below; /* USD a piece, below which it does not bite; NaN: none */
    uint8_t edition;     /* of the prefix */
    uint8_t direction;   /* MG_RULE_ bits */
    uint8_t confidence;  /* mg_confidence */
    bool scope_part;     /* the prefix holds other goods too */
    bool watch;          /* nothing is banned: a watch-list, or a placebo */
    bool placebo;        /* goods that no rule is about, to compare with */
    bool exempts;        /* the line takes goods out of the rule */
    uint64_t line;       /* of the file */
} mg_rule;

typedef struct mg_regime {
    const char *name; /* of the folder */
    uint64_t hash;    /* XXH3 of rules.csv, for provenance */
    mg_rule *rules;   /* by rule, edition, prefix */
    size_t n;
    struct mg_regime_texts *texts; /* what the pointers point into */
} mg_regime;

/* Called with each fault of a file; `what` names the column. */
typedef struct mg_regime_faults {
    void (*fault)(void *self, const char *path, uint64_t line, const char *what);
    void *self;
} mg_regime_faults;

/* Loads the regime `name`: a folder where it holds a slash, else one of the folder
 * regimes beside that of `ref`. Every fault is told to `faults` (NULL: not): dates that
 * the calendar does not have or that are out of order, codes that their edition does
 * not have, unknown countries, units and words, prefixes of one rule of which one lies in
 * the other, lines of one rule that disagree on its dates, cap or direction.
 * *regime is the caller's, for mg_regime_free(); NULL on failure.
 * Errors: MG_E_IO (with the names of those there are, for a name that is none);
 * MG_E_PARSE with the first fault and how many there are; MG_E_NOMEM. */
MG_MUST_CHECK mg_status mg_regime_load(const mg_ref *ref, const mg_hs_map *map,
                                       const char *name, const mg_regime_faults *faults,
                                       mg_regime **regime, mg_error *err);
void mg_regime_free(mg_regime *regime); /* NULL is allowed */

/* The names of the delivered regimes, sorted; for mg_regime_names_free().
 * Errors: MG_E_IO, MG_E_NOMEM. */
MG_MUST_CHECK mg_status mg_regime_names(const mg_ref *ref, char ***names, size_t *n,
                                        mg_error *err);
void mg_regime_names_free(char **names, size_t n);

/* Of the lines of the rule that begins at rules[first] (the first with its name), the
 * edition that data of `edition` are screened with: that edition, or the nearest one,
 * of two equally near the later; for an unknown edition the latest. Lines that exempt do
 * not count: they are asked in whatever edition they are written. */
unsigned mg_regime_edition(const mg_regime *regime, size_t first, unsigned edition);
/* One behind the last line of the rule that begins at rules[first]. */
size_t mg_regime_rule_end(const mg_regime *regime, size_t first);

#endif
