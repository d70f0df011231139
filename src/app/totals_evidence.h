/* SPDX-License-Identifier: GPL-3.0-or-later */
/* totals_evidence.h - the rows that the look-alike test looked at, with their reasons. */
#ifndef MG_APP_TOTALS_EVIDENCE_H
#define MG_APP_TOTALS_EVIDENCE_H

#include "app/lookalike_lines.h"
#include "app/totals.h"

struct suspect_finding {
    uint16_t twin; /* 0: not looked at */
    mg_lookalike_row row;
    mg_lookalike_finding finding;
};

struct suspect_row {
    const struct totals_row *row;
    struct suspect_finding now, best; /* best: against the likeliest twin */
    double suspect_usd;               /* of marked rows, made FOB; else 0 */
};

/* By flow, partner and code, then period: of suspect_row, for qsort(). */
int suspect_key_order(const void *a, const void *b);

/* A row that was looked at as a line of its table. */
void evidence_line(const struct totals_world *world, const struct suspect_row *row,
                   struct lookalike_line *line);

/* One line a row that was looked at. Reorders rows. */
MG_MUST_CHECK mg_status evidence_print(const struct totals_world *world,
                                       struct suspect_row *rows, size_t n,
                                       const mg_filter *printed, mg_output *output,
                                       mg_error *err);

#endif
