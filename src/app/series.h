/* SPDX-License-Identifier: GPL-3.0-or-later */
/* series.h - matched pairs of many periods, scored along commodities and along
 * time, without ever holding more of a pair than its key and four figures. */
#ifndef MG_APP_SERIES_H
#define MG_APP_SERIES_H

#include "mirrorgap/app.h"
#include "mirrorgap/sum.h"

/* The matched pairs of one period, by key. */
struct scored_period {
    uint32_t period;
    int level; /* HS places of its pairs */
    size_t n, room;
    struct scored_pair {
        uint64_t key; /* exporter, importer, hs from the highest bits down */
        double x, m;
        double z_cp; /* within commodity and period */
    } * pairs;
};

/* A pair that may be among the best. */
struct candidate {
    double score, z_ts;
    uint32_t period; /* index among the periods */
    uint32_t index;
};

struct series_sums {
    uint64_t scored;
    mg_sum gap, log_gap, abs_z_cp, abs_z_ts;
};

struct series {
    struct scored_period *periods;
    size_t n_periods;
    int level; /* the finest that there is: coarser pairs are not scored */
    struct series_sums sums;
    struct candidate *best; /* in order of rank */
    size_t n_best, room_best;
};

/* Scores every period's pairs within commodity: mg_dataset periods that `wanted`
 * holds, at one level (-1: any, the finest wins). */
MG_MUST_CHECK mg_status series_gather(struct series *series, const mg_dataset *data,
                                      const bool *wanted, int level, const mg_talk *talk,
                                      mg_error *err);

/* Scores along time, adds up, and ranks the pairs that `filter` asks for: the
 * first `limit` (0: all) by score, then by key and period. */
MG_MUST_CHECK mg_status series_rank(struct series *series, const mg_filter *filter,
                                    uint64_t limit, mg_error *err);

void series_release(struct series *series);

static inline const struct scored_pair *candidate_pair(const struct series *s,
                                                       const struct candidate *c)
{
    return &s->periods[c->period].pairs[c->index];
}

/* best.c: the k best candidates, by rank. */
struct best {
    const struct series *series;
    size_t limit; /* SIZE_MAX: all */
    struct candidate *items;
    size_t n, room;
};
MG_MUST_CHECK mg_status best_offer(struct best *best, const struct candidate *candidate,
                                   mg_error *err);
/* Moves another's candidates over. */
MG_MUST_CHECK mg_status best_merge(struct best *best, struct best *more, mg_error *err);
/* Sorts them by rank. */
MG_MUST_CHECK mg_status best_sort(struct best *best, mg_error *err);

#endif
