/* SPDX-License-Identifier: GPL-3.0-or-later */
/* app_report.h - the pipelines behind the verbs `report` and `plot`. */
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

/* A figure as SVG, PDF or PNG drawn by gnuplot, or as a Vega-Lite specification with its
 * data (.vl.json), by the ending of path:
 *   series   both sides' sums over time (mg_gaps_print() by period)
 *   scatter  both reports, flow by flow (mg_full_print(); see scatter_table.h)
 *   heat     how far sums are apart, by country and chapter (gaps by exporter,hs2, ...)
 *   map      between which countries (gaps by exporter,importer)
 *   totals   trade of the country, as partners report it (mg_totals_print())
 * Errors: those, MG_E_RANGE (no such figure, or ending; totals without a country),
 * MG_E_IO (no gnuplot). */
typedef struct mg_plot_question {
    const char *figure, *path;
    const char *subject;        /* what is shown, in words; NULL: all flows */
    const char *title;          /* in place of the finding; or NULL */
    const char *retrieved;      /* when the files were published, in words; or NULL */
    unsigned country;           /* of totals; 0: none */
    const char *const *regimes; /* whose days are marked in series and totals */
    size_t n_regimes;
    mg_mirror_options mirror;
} mg_plot_question;
bool mg_plot_known(const char *figure);
bool mg_plot_can(const char *path); /* by its ending */
/* *rows: that the figure shows; nothing is drawn where there is none. */
MG_MUST_CHECK mg_status mg_plot_draw(const mg_session *session,
                                     const mg_plot_question *question,
                                     const mg_talk *talk, uint64_t *rows, mg_error *err);

#endif
