/* SPDX-License-Identifier: GPL-3.0-or-later */
/* app_screen.h - the pipelines behind screen, regimes and lookalike; as app.h. */
#ifndef MG_APP_SCREEN_H
#define MG_APP_SCREEN_H

#include "mirrorgap/app.h"

/* screen: trade of a country under sanctions by what rules say of it (CONTRACT 10). */
typedef struct mg_screen_options {
    mg_mirror_options mirror;   /* of the look-alike test; its filter: what is printed,
                                 * `either` by reporters */
    const char *target;         /* the country: code, ISO3 or name */
    const char *const *regimes; /* names or folders (regime.h) */
    size_t n_regimes;
    bool no_placebo;   /* do not print goods that no rule is about */
    bool by_code;      /* a line each code, instead of each prefix of a rule */
    bool no_lookalike; /* leave the look-alike test out, which reads all pairs */
    unsigned verdicts; /* bits of mg_verdict that are printed; 0: all */
    bool caps;         /* instead: how much of each cap was used in each of its years */
    bool events;       /* instead: what each rule changed (event.h); the regime placebo is
                        * read beside those asked for */
} mg_screen_options;
typedef struct mg_screen_summary {
    uint64_t rows, lines; /* of the target; printed */
    char freq;
    /* by mg_verdict, of all that was asked for, whatever filter.limit prints; a row
     * counts once a rule */
    double usd[10];
    uint64_t by_verdict[10];
    /* of after_ban and over_cap, lines whose code holds other goods or only partly lies
     * under the rule; of all verdicts, lines that are likelier another country's */
    uint64_t in_part, lookalike;
    double in_part_usd, lookalike_usd;
} mg_screen_summary;
MG_MUST_CHECK mg_status mg_screen_print(const mg_session *session,
                                        const mg_screen_options *options,
                                        mg_output *output, const mg_talk *talk,
                                        mg_screen_summary *summary, mg_error *err);

/* screen --reroute: whether what no longer goes straight from sources to a target goes
 * through a hub (reroute.h). Years of trade before and after the event, that which
 * holds it left out. */
typedef struct mg_reroute_options {
    mg_filter filter;  /* hs, level, freq and limit; the rest is not looked at */
    const char *route; /* "CHN,JPN:HKG,SGP:PRK"; no hub: all countries */
    uint32_t event;    /* a day as yyyymmdd */
    uint32_t window;   /* years on either side */
    int lag; /* months by which the hub records imports later, 0 to MG_LAG_MOST */
    const char *const *regimes; /* whose goods are asked about; none: all goods */
    size_t n_regimes;
    bool by_code; /* a line each hub and good */
    unsigned permutations;
    uint64_t seed;
} mg_reroute_options;
typedef struct mg_reroute_summary {
    uint64_t rows, hubs, tested, called; /* called: q <= 0.1 */
    uint32_t before, after;              /* periods */
    int level;
    char freq;
} mg_reroute_summary;
/* Errors: MG_E_RANGE (the route). */
MG_MUST_CHECK mg_status mg_reroute_print(const mg_session *session,
                                         const mg_reroute_options *options,
                                         mg_output *output, const mg_talk *talk,
                                         mg_reroute_summary *summary, mg_error *err);

/* The rules of regimes as a table; every fault is told to talk as an error before the
 * first is returned. */
MG_MUST_CHECK mg_status mg_regimes_print(const mg_ref *ref, const char *const *regimes,
                                         size_t n, mg_output *output, const mg_talk *talk,
                                         uint64_t *rows, mg_error *err);

/* Rows that name a country which files mix up with another, and how likely they are the
 * other's (lookalike.h): of filter.either, or of every country of the table. all: rows
 * that nothing speaks against too. */
typedef struct mg_lookalike_options {
    mg_mirror_options mirror;
    bool all;
} mg_lookalike_options;
typedef struct mg_lookalike_summary {
    uint64_t rows, looked_at, swaps, doubtful, countries;
    char freq;
    double move_usd;
} mg_lookalike_summary;
MG_MUST_CHECK mg_status mg_lookalike_print(const mg_session *session,
                                           const mg_lookalike_options *options,
                                           mg_output *output, const mg_talk *talk,
                                           mg_lookalike_summary *summary, mg_error *err);

/* screen --dossier: tables about one country (totals, screen, caps, events, look-alikes,
 * hubs) and dossier.json, written last, in a folder that is made where there is none. Its
 * filter is not looked at. *rows: that name the country. */
typedef struct mg_dossier_options {
    mg_mirror_options mirror;
    const char *country;
    const char *const *regimes; /* none: all that are about the country */
    size_t n_regimes;
    const char *folder;
    mg_output_options output; /* provenance and command line of the tables */
} mg_dossier_options;
MG_MUST_CHECK mg_status mg_dossier_write(const mg_session *session,
                                         const mg_dossier_options *options,
                                         const mg_talk *talk, uint64_t *tables,
                                         uint64_t *rows, mg_error *err);

#endif
