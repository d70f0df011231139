/* SPDX-License-Identifier: GPL-3.0-or-later */
/* totals_reading.h - one period as one thread reads it. */
#ifndef MG_APP_TOTALS_READING_H
#define MG_APP_TOTALS_READING_H

#include "app/totals.h"

enum { CODES = 65536, LEVELS = 4, HS2S = 36 * 36 + 1 };

/* A chapter of the pair that is being read, or (hs2 0) what is filed as a total. */
struct chapter {
    uint32_t hs2;
    mg_sum usd[2][LEVELS]; /* the exporter's and the importer's figures, FOB */
    bool filed[2][LEVELS];
};

struct pending {
    struct totals_row row;
    uint32_t hs2;
    uint8_t side, level;
};

/* A partner's cells of a period: those with the lowest lots. */
struct pool {
    struct totals_cell *items;
    size_t n, room;
};

/* One period as one thread reads it. */
struct reading {
    const struct totals_world *world;
    struct period_margins margins;
    uint32_t place;
    unsigned exporter, importer; /* of the pair that is being read */
    bool any;
    struct chapter *chapters;
    size_t n_chapters, room;
    uint16_t *slot; /* of a chapter by its text, 0: none, else 1 + its index */
    struct totals_list pending;
    struct pool *pools; /* [flow][code] */
    mg_sum *own;        /* [flow][code] */
    struct totals_list sums, owns, cells, parts, rows;
};

/* Takes pairs in their order, as a mg_pair_sink; the last is ended by the caller. */
MG_MUST_CHECK mg_status reading_take(void *self, const mg_pair *pairs, size_t n,
                                     mg_error *err);
/* The pair is read: its sums, and its errors where both sides filed. */
MG_MUST_CHECK mg_status reading_end_pair(struct reading *reading, mg_error *err);
/* Leaves the cells with the lowest lots. */
void reading_thin(struct pool *pool);

#endif
