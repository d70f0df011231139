/* SPDX-License-Identifier: GPL-3.0-or-later */
/* totals_twins.h - a second pass over all pairs: what speaks for or against rows of the
 * country being its look-alike's (lookalike.h). */
#ifndef MG_APP_TOTALS_TWINS_H
#define MG_APP_TOTALS_TWINS_H

#include "app/totals.h"
#include "mirrorgap/confusable.h"
#include "mirrorgap/lookalike.h"

enum { TWINS_MOST = 8, TWINS_LEVELS = 4 };

/* A partner's flow of a code with the country in any period. */
struct twins_key {
    uint32_t hs;
    uint16_t partner;
    uint8_t flow;
};

/* What the partner files of that with the twin (u), and the twin of it (w). */
struct twins_cell {
    uint32_t key, place;
    double u, w, margin;
};

struct twins_gap {
    uint64_t lot;
    uint32_t place, hs;
    uint16_t partner;
    uint8_t flow, level;
    double value; /* ln(twin's figure / partner's), the margin taken out */
};

/* Sums of a code in one period and flow. */
struct twins_now {
    mg_sum suspect, world;
    uint32_t reporters, with_suspect;
};

struct twin {
    uint16_t code;
    uint64_t rows;   /* that name it */
    bool there;      /* somebody files trade with it, or it reports */
    uint8_t *levels; /* [flow][place]: bits of the levels that it files */
    mg_sum *now;     /* as twins.now */
    struct totals_list cells, gaps;
    double usual; /* deviation of the gaps */
};

struct twins {
    const struct totals_world *world;
    size_t n;
    uint64_t rows; /* that name the country */
    struct twin items[TWINS_MOST];
    struct twins_key *keys;
    size_t n_keys;
    uint32_t *hs; /* codes of the keys */
    size_t n_hs;
    struct twins_now *now; /* [flow][place][hs] */
    /* [world, suspect, twins][flow][level][partner's number] */
    mg_sum *baskets;
};

/* Where there are twins and rows: n is 0 otherwise. Rows of the world are sorted by
 * place, flow, hs and partner, and get their `reporter`. Release in any case. */
MG_MUST_CHECK mg_status twins_gather(struct twins *twins, struct totals_world *world,
                                     mg_error *err);
void twins_release(struct twins *twins);

size_t twins_find_hs(const struct twins *twins, uint32_t hs);
static inline size_t twins_now_at(const struct twins *t, unsigned flow, size_t place,
                                  size_t hs)
{
    return (flow * t->world->n_periods + place) * t->n_hs + hs;
}
static inline size_t twins_basket_at(const struct twins *t, size_t kind, unsigned flow,
                                     unsigned level, size_t number)
{
    return ((kind * TOTALS_FLOWS + flow) * TWINS_LEVELS + level) * t->world->n_codes +
           number;
}

#endif
