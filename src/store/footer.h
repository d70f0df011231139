/* SPDX-License-Identifier: GPL-3.0-or-later */
/* footer.h - the index of a segment, which stands behind its HDF5 part.
 *
 * HDF5 readers stop at the end of file that the superblock states and never see
 * it. It lists where each chunk lies, its XXH3, the codes, who reported, and
 * what became of the rows; with it a chunk is read with one pread() and checked
 * before use, and libhdf5 is not needed to read a store. Layout: docs/store.md. */
#ifndef MG_STORE_FOOTER_H
#define MG_STORE_FOOTER_H

#include "mirrorgap/dataset.h"
#include "mirrorgap/hash.h"
#include "store/encode.h"

struct chunk_place {
    uint64_t offset;
    uint64_t check; /* XXH3-64 of its bytes */
    uint32_t n;     /* bytes */
};

/* First and last country pair of a chunk's rows: exporter << 16 | importer. */
struct chunk_range {
    uint32_t first, last;
};

struct table_index {
    uint64_t rows;
    uint32_t chunk_rows; /* elements in an HDF5 chunk */
    uint32_t n_chunks;
    column_form forms[MG_COLUMNS]; /* type 0: no such column */
    struct chunk_place *chunks;    /* [chunk * MG_COLUMNS + column] */
    struct chunk_range *ranges;    /* [chunk] */
    size_t room_chunks, room_ranges;
};

/* Rows and value by source and fate, where there are any. */
struct source_fate {
    uint32_t source;
    uint8_t fate;
    uint64_t rows;
    mg_sum value;
};

struct footer {
    uint32_t period;
    uint32_t editions;
    struct table_index tables[MG_TABLES];
    uint32_t *codes; /* HS codes by index */
    size_t n_codes;
    mg_coverage *coverage;
    size_t n_coverage;
    struct source_fate *fates;
    size_t n_fates;
};

void footer_release(struct footer *footer);

/* The bytes, for the caller to free(). Errors: MG_E_NOMEM. */
MG_MUST_CHECK mg_status footer_write(const struct footer *footer, void **bytes, size_t *n,
                                     mg_error *err);

/* Parses and checks bytes: every count within its limits, every chunk inside
 * the first `limit` bytes of the file. Errors: MG_E_STORE, MG_E_NOMEM. */
MG_MUST_CHECK mg_status footer_read(const void *bytes, size_t n, uint64_t limit,
                                    struct footer *footer, mg_error *err);

#endif
