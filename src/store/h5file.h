/* SPDX-License-Identifier: GPL-3.0-or-later */
/* h5file.h - the HDF5 part of a segment, written once. The only user of libhdf5.
 *
 * All calls take one lock. After a failed call libhdf5 may crash on the next
 * one (RELIABILITY 5.1), so a file that failed is abandoned, not closed. */
#ifndef MG_STORE_H5FILE_H
#define MG_STORE_H5FILE_H

#include "store/footer.h"

typedef struct h5file h5file;

/* Creates `path`, which must not exist. Errors: MG_E_IO, MG_E_NOMEM. */
MG_MUST_CHECK mg_status h5_create(const char *path, uint32_t period, h5file **file,
                                  mg_error *err);

/* Adds a chunk to a column's dataset, making it first where it is the first
 * chunk. rows: of the table so far, this chunk included. */
MG_MUST_CHECK mg_status h5_add_chunk(h5file *file, mg_table table, mg_column column,
                                     column_form form, uint32_t chunk_rows,
                                     uint32_t chunk, uint64_t rows, const void *bytes,
                                     size_t n, mg_error *err);

/* Writes the HS codes, closes everything, and fills in where each chunk lies.
 * `file` is gone after this, whatever it returns. */
MG_MUST_CHECK mg_status h5_finish(h5file *file, struct footer *footer, mg_error *err);

/* Drops a file that failed or is not wanted. NULL is allowed. */
void h5_abandon(h5file *file);

/* The name of a column's dataset in its group, and of a table's group. */
const char *h5_column_name(mg_column column);
const char *h5_table_name(mg_table table);

/* Whether libhdf5 opens `path` and finds the row counts of `footer`: for
 * verify. Errors: MG_E_STORE. */
MG_MUST_CHECK mg_status h5_check(const char *path, const struct footer *footer,
                                 mg_error *err);

#endif
