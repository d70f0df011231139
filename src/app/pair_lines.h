/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pair_lines.h - one pair as one line of the table of CONTRACT 6. */
#ifndef MG_APP_PAIR_LINES_H
#define MG_APP_PAIR_LINES_H

#include "app/mirror.h"

struct pair_lines {
    const struct mirror *mirror;
    const struct period_margins *margins; /* of the period */
    uint32_t period;
    bool names;
};

const mg_output_column *pair_columns(bool names, size_t *n);
/* Appends the line; returns gap_usd, NaN for a one-sided pair. */
double print_pair(const struct pair_lines *lines, const mg_pair *pair, mg_lines *to);

#endif
