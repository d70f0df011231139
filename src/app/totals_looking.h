/* SPDX-License-Identifier: GPL-3.0-or-later */
/* totals_looking.h - one period as one thread looks through it for look-alikes. */
#ifndef MG_APP_TOTALS_LOOKING_H
#define MG_APP_TOTALS_LOOKING_H

#include "app/totals_twins.h"

/* One period as one thread reads it. */
struct looking {
    struct twins *twins;
    struct period_margins margins;
    size_t place;
    struct totals_row *rows; /* of the period */
    size_t n_rows;
    uint64_t *filed, *with; /* bits by flow, code and partner's number */
    size_t words;
    mg_sum *baskets;
    uint64_t named[1 + TWINS_MOST]; /* rows that name the country and each twin */
    struct totals_list cells[TWINS_MOST], gaps[TWINS_MOST];
};

/* Reads the period's pairs. */
MG_MUST_CHECK mg_status looking_run(struct looking *looking, mg_error *err);

/* Orders for qsort() and bsearch(): of twins_key, totals_row, twins_gap. */
int looking_key_order(const void *a, const void *b);
int looking_row_order(const void *a, const void *b);
int looking_gap_order(const void *a, const void *b);

#endif
