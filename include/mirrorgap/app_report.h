/* SPDX-License-Identifier: GPL-3.0-or-later */
/* app_report.h - the pipeline behind the verb `report`. */
#ifndef MG_APP_REPORT_H
#define MG_APP_REPORT_H

#include "mirrorgap/app.h"

/* A web page about a data set, with the tables behind its figures: in `folder`,
 * index.html (one file, without network), data/NAME.csv with companions,
 * datapackage.json and provenance.json. Each table is the one that its verb prints:
 * data/scores.csv is the first `top` lines of mg_full_print(), data/series.csv is
 * mg_gaps_print() by period, and so on (docs/report.md). The filter narrows figures and
 * tables; what is usual is told from all data. */
typedef struct mg_report_options {
    mg_mirror_options mirror;
    const char *folder;
    const char *title;          /* NULL: made from the data */
    const char *subject;        /* the filter in words; NULL: all flows */
    const char *target;         /* the country of the dossier; NULL: none */
    const char *const *regimes; /* of the dossier; none: all about the country */
    size_t n_regimes;
    uint64_t top;             /* lines of the ranking, at least 1 */
    uint64_t explain;         /* of them with all that is known, at most `top` */
    mg_output_options output; /* provenance and command line */
} mg_report_options;

typedef struct mg_report_summary {
    uint64_t flows;  /* cells that the filter lets through */
    uint64_t tables; /* written */
    uint64_t bytes;  /* of index.html */
} mg_report_summary;

/* Whether this build has the page; without node at build time there is none. */
bool mg_report_can(void);

/* index.html is removed first and written last: where it stands, all is whole.
 * Errors: MG_E_RANGE (no page in this build; the target is no country), those of the
 * tables, MG_E_IO, MG_E_NOMEM. */
MG_MUST_CHECK mg_status mg_report_write(const mg_session *session,
                                        const mg_report_options *options,
                                        const mg_talk *talk, mg_report_summary *summary,
                                        mg_error *err);

#endif
