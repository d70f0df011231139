/* SPDX-License-Identifier: GPL-3.0-or-later */
/* explain.h - all that is known of one flow, in pieces: explain.c finds it,
 * explain_text.c and explain_json.c write it. */
#ifndef MG_APP_EXPLAIN_H
#define MG_APP_EXPLAIN_H

#include "app/full.h"

enum { NEIGHBOURS = 8 };

/* Cells beside it, those with most money at stake first. */
struct neighbours {
    size_t cells[NEIGHBOURS];
    size_t n, all; /* listed, and there are */
};

/* US dollars a kilogram; NaN: not known. */
struct unit_value {
    double here;    /* of this period */
    double fair;    /* by a robust fit of the flow's other periods */
    double scale;   /* ln: how far they stray from it */
    size_t periods; /* others with a weight */
};

struct explained {
    const struct full *full;
    size_t cell;
    size_t rank;     /* 1 is the first */
    size_t from, to; /* its series: all periods of the flow */
    size_t alike;    /* other cells that can be called so: countries with several codes */
    size_t finer; /* cells below the code that was asked for; 0: it is the cell's own */
    mg_pair pair;
    struct measure measure;
    struct neighbours exporters, importers, siblings;
    double nes_x, nes_m; /* of the commodity and period, under areas not specified: the
                          * exporter's exports, the importer's imports */
    /* what the exporter would have filed, FOB, had the importer's figure been as usual
     * beside it, and the bounds of what is ordinary (2 deviations); NaN for one side */
    double usual_x, low_x, high_x;
    double usual_margin;        /* margin at which the gap is as usual; NaN */
    struct unit_value price[2]; /* the exporter's, the importer's (FOB) */
    double world_price;         /* median of all reports of the commodity, USD a kg */
    size_t world_reports;
    size_t drift, drift_from; /* cells of the series: CUSUM's alarm, and where the sum
                               * began to rise; SIZE_MAX: none */
    size_t others, one_sided; /* other periods of the flow, and those one-sided */
};

/* Fills in the rest of n explanations whose `full` (of all, the same) and `cell` are set.
 * Errors: the data set's, MG_E_NOMEM. */
MG_MUST_CHECK mg_status explain_cells(struct explained *all, size_t n, mg_error *err);

/* The two reports of each; and the unit values of one. Errors: MG_E_NOMEM. */
MG_MUST_CHECK mg_status explain_reports(struct explained *all, size_t n, mg_error *err);
MG_MUST_CHECK mg_status explain_prices(struct explained *e, mg_error *err);

/* The whole page, for the caller to free(); NULL: no memory. */
char *explain_text(const struct explained *e, size_t *n);
char *explain_json(const struct explained *e, size_t *n);

#endif
