/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spill.h - sorted runs of packed rows in a file without a name. */
#ifndef MG_TABLE_SPILL_H
#define MG_TABLE_SPILL_H

#include "mirrorgap/stream.h"
#include "table/bucket.h"

struct spill {
    char *folder;
    int fd;         /* -1: nothing was spilled */
    uint64_t words; /* in the file */
};

MG_MUST_CHECK mg_status spill_init(struct spill *spill, const char *folder,
                                   mg_error *err);
void spill_release(struct spill *spill);

/* The sorted rows of one period in the file. */
struct extent {
    uint32_t period;
    uint64_t from; /* word in the file */
    uint64_t n_words;
};

/* Writes a bucket's rows in their order at extent->from. */
MG_MUST_CHECK mg_status spill_write(const struct spill *spill,
                                    const struct bucket *bucket,
                                    const struct extent *extent, mg_error *err);
/* Makes the file where there is none. */
MG_MUST_CHECK mg_status spill_open(struct spill *spill, mg_error *err);

/* The rows of an extent, which must stay as long as the stream. */
MG_MUST_CHECK mg_status spill_stream(const struct spill *spill,
                                     const struct extent *extent, mg_stream *stream,
                                     mg_error *err);

#endif
