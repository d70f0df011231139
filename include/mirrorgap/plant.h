/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plant.h - anomalies of known kinds, put into one side's report.
 *
 * Kinds are those of METHODS 5.12; what each does is told in docs/evaluation.md. */
#ifndef MG_PLANT_H
#define MG_PLANT_H

#include "mirrorgap/confusable.h"
#include "mirrorgap/table.h"

/* What is planted; the names stand in truth.csv. */
typedef enum mg_plant_kind {
    MG_PLANT_NONE,
    MG_PLANT_HIDDEN,       /* one side's report is deleted */
    MG_PLANT_QUANTITY,     /* value and quantities of one side x U(0.2, 0.6) */
    MG_PLANT_PRICE,        /* value of one side x U(0.3, 0.7), quantities as they are */
    MG_PLANT_UNIT_ERROR,   /* a quantity of one side x 10^k */
    MG_PLANT_PARTNER_SWAP, /* one side files the flow under another partner */
    MG_PLANT_RELABEL,      /* one side files it under a sibling code of the heading */
    MG_PLANT_REROUTE,      /* the exporter files U(0.3, 0.7) of it as sent to a hub */
    MG_PLANT_TIME_SHIFT,   /* one side files U(0.3, 0.7) of it a period later */
    MG_PLANT_ROUNDING,     /* one side's figures have one significant digit */
    MG_PLANT_KINDS
} mg_plant_kind;
const char *mg_plant_name(unsigned kind); /* "" for none */

/* Kinds as a set: bit k is kind k. */
#define MG_PLANT_BIT(kind) (1U << (kind))
#define MG_PLANT_ALL (MG_PLANT_BIT(MG_PLANT_KINDS) - MG_PLANT_BIT(MG_PLANT_HIDDEN))

/* Reads names separated by commas; false where one is no kind, or there is none. */
bool mg_plant_kinds_read(const char *text, unsigned *kinds);

/* ---- in rows that somebody filed ---- */

enum { MG_PLANT_NOTE = 64, MG_PLANT_STRATA = 20 };

typedef struct mg_plant_options {
    uint64_t seed;    /* below 2^62 */
    double share;     /* of the pairs that can be planted, 0 to 0.2 */
    unsigned kinds;   /* MG_PLANT_BIT()s; 0: all */
    double least_usd; /* both sides file at least this much */
    /* whether a cell may be planted; NULL: any may */
    bool (*wanted)(const void *self, const mg_row *row);
    const void *self;
} mg_plant_options;

/* One side's report of a cell before and after; only figures and flags differ. Where
 * the side had none, or has none now, those are 0. */
typedef struct mg_plant_change {
    mg_row before, after;
    bool had, has;
} mg_plant_change;

/* A row of a truth file (synth.h). */
typedef struct mg_plant_truth {
    mg_plant_kind kind;
    bool import; /* who misreports */
    uint32_t period;
    uint16_t exporter, importer;
    uint32_t hs;
    double true_usd, reported_usd; /* reported NaN: nothing in this cell */
    char note[MG_PLANT_NOTE];
} mg_plant_truth;

typedef struct mg_planted {
    mg_plant_change *changes; /* by mg_row_order() of period, cell, edition, flow */
    size_t n_changes, room_changes;
    mg_plant_truth *truth; /* by period, exporter, importer, hs, kind */
    size_t n_truth, room_truth;
    uint64_t planted[MG_PLANT_KINDS];
    uint64_t pairs;   /* that could be planted */
    unsigned lacking; /* MG_PLANT_BIT()s of kinds asked for that no pair can carry */
} mg_planted;

/* Plants in pairs of rows:
 *
 *   rows  n observations of flows X and M, of one level and frequency, in
 *         mg_row_order(); n below 2^32. All of the level, so that what may be filed
 *         under another partner, code or period can be added to what stands there
 *
 * A pair is planted where both sides are countries that file the cell in one edition,
 * both with least_usd or more, neither rebuilt. Pairs are put into MG_PLANT_STRATA
 * strata of equal number by the larger value, and each gives the same share of its
 * pairs, to the kinds in turn: planted cells and every kind have the sizes of all.
 * No cell is touched twice. Which pairs are chosen, and how, depends on seed, key and
 * values only.
 * Errors: MG_E_NOMEM, MG_E_RANGE. On failure *planted is empty. */
MG_MUST_CHECK mg_status mg_plant_rows(const mg_ref *ref, const mg_confusable *twins,
                                      const mg_plant_options *options, const mg_row *rows,
                                      size_t n, mg_planted *planted, mg_error *err);
void mg_planted_release(mg_planted *planted);

#endif
