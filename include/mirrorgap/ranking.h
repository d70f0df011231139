/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ranking.h - how well a ranking puts what is looked for first.
 *
 * Items of equal score are a tie, and every measure is its expectation over all orders
 * of the tied ones, so that it does not depend on the order that they come in (McSherry
 * and Najork 2008, "Computing information retrieval performance measures efficiently in
 * the presence of tied scores"). Pure functions; safe from several threads. */
#ifndef MG_RANKING_H
#define MG_RANKING_H

#include "mirrorgap/status.h"

/* What an item is to the question. Neutral ones are taken out of the ranking. */
enum { MG_IRRELEVANT = 0, MG_RELEVANT = 1, MG_NEUTRAL = 2 };

enum { MG_RANKING_CUTS = 3 };

typedef struct mg_ranking_marks {
    uint64_t items;    /* ranked: all but the neutral */
    uint64_t relevant; /* of them, and those that were not ranked */
    /* mean over the relevant of the precision at their place, 0 for those that were not
     * ranked; NaN where nothing is relevant */
    double average_precision;
    /* among the first k: relevant / k, also where there are fewer than k items; and
     * relevant / all relevant, NaN where there are none */
    double precision[MG_RANKING_CUTS], recall[MG_RANKING_CUTS];
} mg_ranking_marks;

/* The items' indices in order: scores descending, NaN last; equal ones, and all NaN,
 * by index. order: room for n, below 2^32. */
MG_MUST_CHECK mg_status mg_ranking_order(size_t n, const double *score, uint32_t *order,
                                         mg_error *err);

/*   order     of mg_ranking_order(); NaN are one tie
 *   relevant  n of MG_RELEVANT and so on
 *   missing   relevant ones that are not among the items
 *   cuts      k, ascending, above 0 */
mg_ranking_marks mg_ranking_measure(size_t n, const double *score, const uint32_t *order,
                                    const uint8_t *relevant, uint64_t missing,
                                    const uint64_t cuts[MG_RANKING_CUTS]);

#endif
