/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bucket.h - the packed rows of one period in memory, and their order. */
#ifndef MG_TABLE_BUCKET_H
#define MG_TABLE_BUCKET_H

#include "mirrorgap/packed.h"
#include "mirrorgap/radix.h"

/* Where slabs come from: large pieces of memory, given back all at once. */
struct arena {
    uint64_t **chunks;
    size_t n, room;
    size_t chunk; /* being cut */
    size_t used;  /* words of it */
};
void arena_reset(struct arena *arena); /* every slab is free again */
void arena_release(struct arena *arena);
/* Bytes that slabs take up. */
size_t arena_bytes(const struct arena *arena);

struct slab {
    uint64_t *words;
    uint32_t used, size; /* words */
};

struct bucket {
    uint32_t period;
    uint32_t n_slabs;
    uint64_t n_rows, n_words;
    struct slab *slabs; /* small ones first; whole rows in each */
    size_t room_slabs;
};
void bucket_release(struct bucket *bucket);
/* Empties it for an arena that was reset. */
void bucket_clear(struct bucket *bucket);

/* Copies a run's rows to the end. Errors: MG_E_NOMEM, MG_E_RANGE (too many). */
MG_MUST_CHECK mg_status bucket_add(struct bucket *bucket, struct arena *arena,
                                   const uint64_t *words, const mg_packed_run *run,
                                   mg_error *err);

/* The row that an item of bucket_sort() points to. */
const uint64_t *bucket_row(const struct bucket *bucket, const mg_radix_item *item);

/* The rows in mg_row_order(), where they were added in the order of (source,
 * seq): n_rows items for the caller to free(). Errors: MG_E_NOMEM. */
MG_MUST_CHECK mg_status bucket_sort(const struct bucket *bucket, mg_radix_item **items,
                                    mg_error *err);

/* What bucket_sort() needs for n rows, in bytes. */
static inline uint64_t bucket_sort_cost(uint64_t n)
{
    return 2 * n * sizeof(mg_radix_item);
}

#endif
