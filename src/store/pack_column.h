/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pack_column.h - a column of a packed table: cells gathered a chunk at a time. */
#ifndef MG_STORE_PACK_COLUMN_H
#define MG_STORE_PACK_COLUMN_H

#include <hdf5.h>

#include "mirrorgap/pack.h"

enum { PACK_CHUNK = 8192 }; /* rows */

struct pack_column {
    char *name, *unit, *what;
    bool number;
    hid_t group;   /* lent */
    hid_t dataset; /* made with the first chunk */
    size_t width;  /* of its texts, in bytes */
    size_t n;      /* cells gathered */
    uint64_t rows; /* on the disk */
    size_t chunk;  /* rows of the dataset's chunks */
    double *values;
    char *text;
    size_t *ends; /* of the texts in `text` */
    size_t room_text;
    struct libdeflate_compressor *compressor;
    unsigned char *cells, *packed; /* a chunk, plain and deflated */
    size_t room_cells, room_packed, n_packed;
};

/* Errors: MG_E_NOMEM; release in any case. */
MG_MUST_CHECK mg_status pack_column_init(struct pack_column *column,
                                         const mg_pack_column *as, hid_t group,
                                         mg_error *err);
void pack_column_release(struct pack_column *column);

/* Adds a cell to a column with less than PACK_CHUNK gathered.
 * Errors: MG_E_RANGE, MG_E_NOMEM. */
MG_MUST_CHECK mg_status pack_column_add(struct pack_column *column, const char *field,
                                        size_t n, mg_error *err);

/* What is gathered is written in three steps; the guard of libhdf5 is held for the first
 * and the last, and the second may run for several columns at once.
 * prepare: makes the dataset where there is none, and widens it where texts need it.
 * encode:  deflates the chunk.
 * write:   puts it on the disk, and starts the next.
 * Errors: MG_E_IO, MG_E_NOMEM. */
MG_MUST_CHECK mg_status pack_column_prepare(struct pack_column *column, mg_error *err);
MG_MUST_CHECK mg_status pack_column_encode(struct pack_column *column, mg_error *err);
MG_MUST_CHECK mg_status pack_column_write(struct pack_column *column, mg_error *err);
/* Closes the dataset; the guard is held. Errors: MG_E_IO. */
MG_MUST_CHECK mg_status pack_column_close(struct pack_column *column, mg_error *err);

#endif
