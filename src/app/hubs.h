/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hubs.h - countries through which others' goods pass, told from what is filed. */
#ifndef MG_APP_HUBS_H
#define MG_APP_HUBS_H

#include "app/mirror.h"

/* Sums of one country in one period, US dollars FOB. */
struct hub_sums {
    double x, rx, m;  /* what it filed; rx is within x */
    double sent;      /* what others say they sent it, while it filed imports */
    double phantom;   /* of that, cells of which it filed nothing */
    double shortfall; /* of that, what is missing in its figures of any cell */
    double through;   /* sum over codes of min(imported, exported) */
};

enum {
    HUB_RE_EXPORTS = 1,   /* files re-exports of a fifth or more of its exports */
    HUB_PASS_THROUGH = 2, /* half or more of its imports leave under the same code */
    HUB_PHANTOM = 4       /* a third or more of what was sent to it never arrives */
};
unsigned hub_flags(const struct hub_sums *sums);
/* Re-exports alone make a hub, or goods that pass through while others' shipments to it
 * go missing. */
static inline bool hub_is(unsigned flags)
{
    const unsigned quiet = HUB_PASS_THROUGH | HUB_PHANTOM;

    return (flags & HUB_RE_EXPORTS) != 0 || (flags & quiet) == quiet;
}

struct hub_line {
    uint32_t period; /* 0: all of them */
    uint16_t country;
    struct hub_sums sums;
};

struct hubs {
    struct hub_line *lines; /* by period and country */
    size_t n, room;
    int level;
    char freq;
};

/* Release in any case. */
MG_MUST_CHECK mg_status hubs_gather(struct hubs *hubs, const struct mirror *mirror,
                                    const mg_talk *talk, mg_error *err);
void hubs_release(struct hubs *hubs);

/* Marks in set (65,536 bytes) who is a hub over all periods together; sorts the lines by
 * country. */
void hubs_mark(struct hubs *hubs, uint8_t *set);

#endif
