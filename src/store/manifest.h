/* SPDX-License-Identifier: GPL-3.0-or-later */
/* manifest.h - what a store consists of: MANIFEST.json in memory. */
#ifndef MG_STORE_MANIFEST_H
#define MG_STORE_MANIFEST_H

#include "mirrorgap/store.h"

enum { SEGMENT_NAME = 64 };

struct segment_entry {
    char name[SEGMENT_NAME];
    uint32_t period;
    uint64_t size;
    mg_hash hash;      /* of the whole file */
    uint64_t index_at; /* where the footer starts */
    mg_hash index_hash;
};

struct manifest {
    uint64_t generation;            /* commits so far */
    struct segment_entry *segments; /* by period */
    size_t n_segments, room_segments;
    mg_source_info *sources; /* by id; entries of removed sources have no name */
    size_t n_sources, room_sources;
};

void manifest_release(struct manifest *manifest);

/* Text of the manifest for the caller to free(), its last member a checksum of
 * all before it. Errors: MG_E_NOMEM. */
MG_MUST_CHECK mg_status manifest_write(const struct manifest *manifest, char **text,
                                       size_t *n, mg_error *err);

/* Parses and checks a manifest. Errors: MG_E_STORE, MG_E_NOMEM. */
MG_MUST_CHECK mg_status manifest_read(const char *text, size_t n,
                                      struct manifest *manifest, mg_error *err);

/* Room for one more source, zeroed, its id set; NULL: no memory. */
mg_source_info *manifest_add_source(struct manifest *manifest);
/* The segment of a period, or NULL. */
struct segment_entry *manifest_segment(const struct manifest *manifest, uint32_t period);
/* Puts an entry in its place, replacing the one of its period. */
MG_MUST_CHECK mg_status manifest_put_segment(struct manifest *manifest,
                                             const struct segment_entry *entry,
                                             mg_error *err);
void manifest_drop_segment(struct manifest *manifest, uint32_t period);
/* A deep copy. */
MG_MUST_CHECK mg_status manifest_copy(const struct manifest *from, struct manifest *to,
                                      mg_error *err);

#endif
