/* SPDX-License-Identifier: GPL-3.0-or-later */
/* totals_judging.h - rows of the country weighed one by one. */
#ifndef MG_APP_TOTALS_JUDGING_H
#define MG_APP_TOTALS_JUDGING_H

#include "app/totals_evidence.h"
#include "app/totals_twins.h"

/* Sums over all periods and partners, that evidence is told from. */
struct judging_sums {
    mg_sum *product; /* [world, suspect, twins][flow][hs] */
    mg_sum basket[2 + TWINS_MOST][TOTALS_FLOWS][TWINS_LEVELS];
};

struct judging {
    struct twins *twins;
    const struct judging_sums *sums;
    struct suspect_row *rows; /* by key, then place */
    size_t *first;            /* of each key; one more at the end */
};

/* Where the sum of a kind, flow and code stands in sums.product. */
static inline size_t judging_product_at(const struct twins *t, size_t kind, unsigned flow,
                                        size_t hs)
{
    return (kind * TOTALS_FLOWS + flow) * t->n_hs + hs;
}

/* All of it: weighs the world's rows, which are sorted by place, flow, code and partner.
 * *rows is the caller's to free, one a row of the world, by key, then place; NULL and
 * *n_twins 0 where nothing can be judged. */
MG_MUST_CHECK mg_status judging_all(struct totals_world *world, struct suspect_row **rows,
                                    size_t *n_twins, mg_error *err);

/* Fills `best` of all rows. */
MG_MUST_CHECK mg_status judging_run(const struct judging *judging, mg_error *err);
/* Whether a row is a swap or in doubt. */
bool judging_marked(const mg_lookalike_finding *finding);

#endif
