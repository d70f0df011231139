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

#include "mirrorgap/plant.h"
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
    MG_SYNTH_LAST_YEAR = 2030,
    MG_SYNTH_TAILS_MAX = 30
};

typedef struct mg_synth_options {
    const char *folder; /* made where there is none */
    uint64_t seed;
    unsigned reporters, commodities;
    unsigned first, last; /* periods: years, or both months (201401) */
    mg_layout layout;     /* plus, legacy-web or plus-bulk */
    double share;         /* of the cells that are planted, 0 to 0.2 */
    unsigned kinds;       /* MG_PLANT_BIT()s; 0: all */
    /* Noise has the tails of a normal (0), or of Student's t with so many degrees of
     * freedom, 2 to MG_SYNTH_TAILS_MAX. */
    unsigned tails;
    /* Spread of reporters' quality: the ln of what their noise and bias are multiplied
     * by has this standard deviation, 0 (all much alike) to 2. */
    double quality;
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
 * (hidden, partner_swap, relabel). The note says where what is missing went:
 * `filed_under=CODE` (partner_swap: the partner that got it), `filed_as=HS` (relabel),
 * `via=CODE share=S onward=yes|no` (reroute; onward: the hub files it as its own
 * export), `moved_to=PERIOD share=S` (time_shift). A cell is planted only where both
 * sides file it.
 * Errors: MG_E_RANGE (an option outside its limits), MG_E_IO, MG_E_NOMEM,
 * MG_E_INTERRUPT. */
MG_MUST_CHECK mg_status mg_synth_write(const mg_ref *ref, const mg_synth_options *options,
                                       const mg_talk *talk, mg_synth_result *result,
                                       mg_error *err);

#endif
