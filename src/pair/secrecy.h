/* SPDX-License-Identifier: GPL-3.0-or-later */
/* secrecy.h - trade that a reporter files without saying what it is or with whom, in
 * which a missing row may be hidden (METHODS 1.4). */
#ifndef MG_PAIR_SECRECY_H
#define MG_PAIR_SECRECY_H

#include "pair/group.h"

enum { SECRECY_CHAPTERS = 100, SECRECY_LEVELS = 3 };

/* Trade with unspecified areas (839, 899) by reporter, flow, chapter and level. */
struct secrecy {
    const uint16_t *map; /* of areas to unions; NULL: each stands for itself */
    uint16_t *place_of;  /* by reporter: 1 + its place in `unsaid`, or 0 */
    struct unsaid {
        double usd[2][SECRECY_CHAPTERS][SECRECY_LEVELS]; /* of X, of M */
    } * unsaid;
    size_t n, room;
};

/* Adds what the period, which is open, says. Zero it before; release in any case.
 * choice: blocks that may hold rows of reporters that are asked for; NULL: all. */
MG_MUST_CHECK mg_status secrecy_read(struct secrecy *secrecy, const mg_dataset *data,
                                     size_t period, const mg_block_choice *choice,
                                     mg_error *err);
/* Adds one row. */
MG_MUST_CHECK mg_status secrecy_add(struct secrecy *secrecy, unsigned flow,
                                    unsigned exporter, unsigned importer, uint32_t hs,
                                    double usd, mg_error *err);
void secrecy_release(struct secrecy *secrecy);

/* The remainders of one group: what a side files of a chapter with the other country
 * beyond the codes that it names. */
struct remainder {
    bool made[2];
    double usd[2][SECRECY_CHAPTERS][SECRECY_LEVELS];
};

/* US dollars of the silent side's trade in which the pair's figure may be hidden. */
double secrecy_room(const struct secrecy *secrecy, const struct group *group,
                    struct remainder *remainder, const mg_pair *pair);

#endif
