/* SPDX-License-Identifier: GPL-3.0-or-later */
/* synth.h - synthetic worlds: Comtrade-shaped files with known anomalies.
 *
 * Two countries' reports of invented flows, with the ordinary reasons why they
 * differ (margins, habits, size, silence, editions, hubs), plus planted ones
 * that DIR/truth.csv lists. The same options give the same bytes on any machine
 * and number of threads: every draw is a hash of the seed and of what it is
 * drawn for, and the mathematics are our own. */
#ifndef MG_SYNTH_H
#define MG_SYNTH_H

#include "mirrorgap/ref.h"
#include "mirrorgap/schema.h"
#include "mirrorgap/talk.h"

/* Limits of what may be asked for. */
enum {
    MG_SYNTH_REPORTERS_MIN = 4,
    MG_SYNTH_REPORTERS_MAX = 200,
    MG_SYNTH_COMMODITIES_MIN = 5,
    MG_SYNTH_COMMODITIES_MAX = 2500,
    MG_SYNTH_FIRST_YEAR = 1988,
    MG_SYNTH_LAST_YEAR = 2030
};

/* What is planted; the names stand in truth.csv. */
typedef enum mg_plant_kind {
    MG_PLANT_NONE,
    MG_PLANT_HIDDEN,       /* one side's report is deleted */
    MG_PLANT_QUANTITY,     /* value and quantities of one side x U(0.2, 0.6) */
    MG_PLANT_PRICE,        /* value of one side x U(0.3, 0.7), quantities as they are */
    MG_PLANT_UNIT_ERROR,   /* a quantity of one side x 10^k */
    MG_PLANT_PARTNER_SWAP, /* one side files the flow under another partner */
    MG_PLANT_KINDS
} mg_plant_kind;
const char *mg_plant_name(unsigned kind); /* "" for none */

typedef struct mg_synth_options {
    const char *folder; /* made where there is none */
    uint64_t seed;
    unsigned reporters, commodities;
    unsigned first_year, last_year; /* annual periods */
    mg_layout layout;               /* plus, legacy-web or plus-bulk */
    double share;                   /* of the cells that are planted, 0 to 0.2 */
} mg_synth_options;

typedef struct mg_synth_result {
    uint64_t files, rows, bytes;
    uint64_t cells; /* flows that at least one side files */
    uint64_t planted[MG_PLANT_KINDS];
} mg_synth_result;

/* Writes one file a period (plus-bulk: one a reporter and period) and
 * truth.csv, each under a temporary name and renamed, truth.csv last. Its rows:
 *
 *     kind,period,exporter,importer,hs,side,true_usd,reported_usd,note
 *
 * side: export or import, who misreports. true_usd is what that side would have
 * filed, reported_usd what it filed for this cell, empty where it filed nothing
 * (hidden, partner_swap). The note of a partner_swap is `filed_under=CODE`, the
 * partner that got it. A cell is planted only where both sides file it.
 * Errors: MG_E_RANGE (an option outside its limits), MG_E_IO, MG_E_NOMEM,
 * MG_E_INTERRUPT. */
MG_MUST_CHECK mg_status mg_synth_write(const mg_ref *ref, const mg_synth_options *options,
                                       const mg_talk *talk, mg_synth_result *result,
                                       mg_error *err);

#endif
