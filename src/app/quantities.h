/* SPDX-License-Identifier: GPL-3.0-or-later */
/* quantities.h - what is usual among the pairs of a period, so that errors of unit show.
 */
#ifndef MG_APP_QUANTITIES_H
#define MG_APP_QUANTITIES_H

#include "mirrorgap/pair.h"
#include "mirrorgap/prices.h"
#include "mirrorgap/unit_error.h"

struct mirror;
struct measure;
struct period_margins;

enum { QUANTITY_CHAPTERS = 101 };

/* How value and price gaps scatter, by chapter; NaN: too few pairs in it and in all. */
struct usual {
    double gap_spread[QUANTITY_CHAPTERS], price_spread[QUANTITY_CHAPTERS];
    mg_prices *prices; /* median unit values, US dollars a kg */
};

/* Goes through the matched pairs of a period. Release in any case. */
MG_MUST_CHECK mg_status usual_gather(struct usual *usual, const struct mirror *mirror,
                                     uint32_t period,
                                     const struct period_margins *margins, mg_error *err);
void usual_release(struct usual *usual);

/* Whether a figure of the pair is off by a power of ten, or is in another unit. */
mg_mirror_error usual_error(const struct usual *usual, const mg_pair *pair,
                            const struct measure *measure);

#endif
