/* SPDX-License-Identifier: GPL-3.0-or-later */
/* reroute.h - whether goods that no longer go straight from sources to a target go there
 * through a hub (METHODS 5.9).
 *
 * Figures are US dollars a year, before and after an event, of one hub and many goods.
 * Kernels: arrays in, figures out; no files, no state; safe from several threads. */
#ifndef MG_REROUTE_H
#define MG_REROUTE_H

#include "mirrorgap/status.h"

/* Before and after; NaN: nobody who could know reported. */
typedef struct mg_change {
    double before, after;
} mg_change;

typedef struct mg_reroute_good {
    uint32_t group;       /* HS chapter: labels are permuted within it */
    bool banned;          /* a good that the question is about */
    mg_change to_hub;     /* sources' exports to the hub */
    mg_change elsewhere;  /* sources' exports to neither hub nor target */
    mg_change to_target;  /* sources' exports to the target */
    mg_change hub_in;     /* the hub's imports from the sources, as it files them, FOB */
    mg_change hub_out;    /* the hub's exports to the target */
    mg_change hub_others; /* the hub's exports to anybody else */
} mg_reroute_good;

/* What a good tells. */
typedef struct mg_reroute_line {
    double growth; /* rho: of the sources' exports elsewhere */
    double excess; /* to_hub.after - rho to_hub.before; NaN: the sources are silent */
    double sent;   /* the same of the hub's exports to the target, against its growth with
                    * others; NaN: the hub is silent */
    double rerouted; /* min of both where both are above 0, else 0 */
    double phantom;  /* 1 - hub_in.after / to_hub.after; NaN */
} mg_reroute_line;

/* Growth of a good is drawn to that of its group, as if there were a tenth of the group's
 * mean trade more that grew so, and held within 0 and 20:
 *
 *     rho = (after + w R) / (before + w),  R = sum after / sum before of the group
 *
 * (of all goods where the group has none, else 1). lines: n. Errors: MG_E_NOMEM. */
MG_MUST_CHECK mg_status mg_reroute_lines(size_t n, const mg_reroute_good *goods,
                                         mg_reroute_line *lines, mg_error *err);

typedef struct mg_reroute {
    size_t goods;        /* banned ones with trade to the hub, before or after */
    double excess;       /* sum over banned goods of what is above 0 */
    double sent;         /* likewise; NaN: the hub is silent */
    double rerouted;     /* sum of min(excess, sent) */
    double pass_through; /* slope of sent on excess over banned goods, through 0 */
    double phantom;      /* 1 - sum hub_in / sum to_hub after, of banned goods; NaN */
    double substitution; /* excess of all goods, below 0 too, over what the sources'
                            exports to the target lost */
    /* ln(to_hub) - ln(elsewhere), after less before, of banned goods less that of the
     * others (figures below 1000 USD count as that); Welch's standard error and p; NaN
     * under 3 goods on a side */
    double triple, triple_error, triple_p;
    /* permutation null: how often goods, banned or not, whose exports to the target are
     * dealt out anew within a chapter (and, from 16 goods on, within the larger and the
     * smaller half of it) have as much of the excess where the hub's exports grew. NaN
     * where labels can be dealt out in fewer than 20 ways. */
    double p;
    unsigned permutations;
} mg_reroute;

/* T = sum over banned goods of max(z_in, 0) (z_out - mean z_out of all goods of its
 * stratum). z: ln of (figure after + 1000) / (expected + 1000) USD, on the leg to the hub
 * and on that to the target, less the median of the 21 goods (banned or not) nearest in
 * size, over 1.4826 times their median distance from it (0.1 at least), within -5 and 5:
 * so that neither large goods decide it nor small ones, whose figures jump. p = (1 +
 * permutations with T or more) / (1 + permutations). The same seed gives the same p.
 * Errors: MG_E_NOMEM. */
MG_MUST_CHECK mg_status mg_reroute_test(size_t n, const mg_reroute_good *goods,
                                        const mg_reroute_line *lines,
                                        unsigned permutations, uint64_t seed,
                                        mg_reroute *result, mg_error *err);

#endif
