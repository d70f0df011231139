/* SPDX-License-Identifier: GPL-3.0-or-later */
/* group.h - all rows of one exporter and one importer in a period, side by side: where
 * codes of different editions meet, and re-exports are taken out. */
#ifndef MG_PAIR_GROUP_H
#define MG_PAIR_GROUP_H

#include "mirrorgap/pair.h"

struct entry {
    uint32_t hs;
    uint16_t notes; /* MG_PAIR_ bits */
    uint16_t rows;  /* filed rows that it is made of */
    mg_side side;
};

struct entries {
    struct entry *items;
    size_t n, room;
    bool unsorted;
};

struct group {
    uint16_t exporter, importer;
    unsigned lag;                       /* of its imports */
    struct entries flows[MG_FLOW_BACI]; /* by flow: M, X, RX, RM */
};

void group_clear(struct group *group);
void group_release(struct group *group);

/* The order of entries: by code, a component behind the code that it is named after. */
static inline uint64_t entry_key(const struct entry *e)
{
    return (uint64_t)e->hs << 1 | (e->notes & MG_PAIR_COMPONENT);
}

MG_MUST_CHECK mg_status group_add(struct group *group, unsigned flow,
                                  const struct entry *entry, mg_error *err);

/* Brings all entries to codes that compare: of the editions of the two sides, and of what
 * will be taken out of them where `net`; in order, those of one code added up: a
 * figure that one of them lacks is missing in the sum. */
void group_settle(struct group *group, const mg_harmonise *harmonise, bool net);

/* X - RX and M - RM, not below 0. After group_settle(). */
void group_net(struct group *group);

#endif
