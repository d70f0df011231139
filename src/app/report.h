/* SPDX-License-Identifier: GPL-3.0-or-later */
/* report.h - what the report is made of, in pieces: report.c says in which order. */
#ifndef MG_APP_REPORT_PARTS_H
#define MG_APP_REPORT_PARTS_H

#include "mirrorgap/app_report.h"
#include "mirrorgap/app_screen.h"
#include "mirrorgap/held.h"
#include "mirrorgap/sum.h"

enum { REPORT_TABLES = 32, SCATTER_MOST = 20000, MAP_MOST = 300, HISTORIES_OF = 1000 };

/* A flow as `explain` tells it. */
struct explained_flow {
    char cell[48];
    char *text;
};

/* One-sided and matched flows, by why a side is silent. */
struct silence_count {
    uint64_t cells, called; /* called: q <= 0.1 */
    mg_sum usd;             /* of the larger side */
    mg_sum at_stake;        /* of called ones */
};

struct report {
    const mg_session *session;
    const mg_report_options *options;
    const mg_talk *talk;
    struct {
        const char *name; /* of data/NAME.csv */
        mg_held *held;
    } tables[REPORT_TABLES];
    size_t n_tables;
    struct explained_flow *explained;
    size_t n_explained;
    struct silence_count silences[3][MG_SILENCES];
    mg_scores_summary scores;
    uint64_t flows;
    mg_held *most; /* its last row: of the called flows the one with most at stake */
    double most_usd;
    char chapter[4]; /* that all flows are of, "" where they are of several */
    uint64_t drawn_matched, drawn_called, drawn_one_sided,
        drawn_zeros;     /* of the scatter */
    const char *heat_by; /* the column of the heat map's columns */
    char *dossier;       /* JSON, or NULL */
};

/* A held table under a name; the report's. keep, self: as of mg_held_new(). */
MG_MUST_CHECK mg_status report_table(struct report *report, const char *name,
                                     const char *title, mg_held_keep keep, void *self,
                                     mg_held **held, mg_error *err);
/* Takes over a table that is held already. */
MG_MUST_CHECK mg_status report_take(struct report *report, const char *name,
                                    mg_held *held, mg_error *err);
/* The table of that name, or NULL. */
const mg_held *report_find(const struct report *report, const char *name);

/* scores, histories, scatter, silences, and the flows that are explained. */
MG_MUST_CHECK mg_status report_scores(struct report *report, mg_error *err);
/* series, heat, map. */
MG_MUST_CHECK mg_status report_gaps(struct report *report, mg_error *err);
/* coverage, ledger, reliability, sources, countries, chapters. */
MG_MUST_CHECK mg_status report_quality(struct report *report, mg_error *err);
/* The tables of the dossier, and the rules of its regimes. */
MG_MUST_CHECK mg_status report_dossier(struct report *report, mg_error *err);
/* summary: the findings as sentences. */
MG_MUST_CHECK mg_status report_summary(struct report *report, mg_error *err);

/* What is shown, in words. */
void report_subject(const struct report *report, char *text, size_t room);
/* The title asked for, or made from the data. */
void report_title(const struct report *report, char *text, size_t room);

/* What the page shows, as JSON, for the caller to free(). Errors: MG_E_NOMEM, MG_E_IO. */
MG_MUST_CHECK mg_status report_json(const struct report *report, char **json, size_t *n,
                                    mg_error *err);
/* datapackage.json and provenance.json. Errors: MG_E_IO, MG_E_NOMEM. */
MG_MUST_CHECK mg_status report_package(const struct report *report, mg_error *err);
MG_MUST_CHECK mg_status report_provenance(const struct report *report, mg_error *err);

#endif
