/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pair_lines.h - one pair as one line of the table of CONTRACT 6. */
#ifndef MG_APP_PAIR_LINES_H
#define MG_APP_PAIR_LINES_H

#include "app/quantities.h"
#include "app/reconcile.h"

struct pair_lines {
    const struct mirror *mirror;
    const struct period_margins *margins; /* of the period */
    uint32_t period;
    const struct reconcile *reconcile; /* NULL: not asked for */
    const struct usual *usual; /* of the period; NULL: errors of unit not asked for */
    const uint8_t *hubs;       /* by area, not 0: a hub; NULL: not asked for */
    bool names;
};

/* The columns: PAIR_COLUMNS_MOST at most; returns how many. */
enum { PAIR_COLUMNS_MOST = 40 };
size_t pair_columns(const struct pair_lines *lines, mg_output_column *columns);
/* Appends the line; returns gap_usd, NaN for a one-sided pair. */
double print_pair(const struct pair_lines *lines, const mg_pair *pair, mg_lines *to);

#endif
