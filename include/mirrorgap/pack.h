/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pack.h - tables as one HDF5 file, to pass on to people with h5py, R or MATLAB.
 *
 * A group is a table and a dataset a column, all of a group of one length. Figures are
 * f64, NaN where missing. Texts and codes are UTF-8 of a fixed width in bytes, padded
 * with NUL. A dataset's attributes are units and long_name; a group's are title,
 * column-order (names between commas) and what was noted of the table.
 * The same rows give the same bytes. One thread a pack. */
#ifndef MG_PACK_H
#define MG_PACK_H

#include "mirrorgap/status.h"

typedef struct mg_pack_column {
    const char *name, *unit, *what;
    bool number; /* else text */
} mg_pack_column;

typedef struct mg_pack mg_pack;

/* Starts a file beside `path`. Errors: MG_E_IO, MG_E_NOMEM. */
MG_MUST_CHECK mg_status mg_pack_new(const char *path, mg_pack **pack, mg_error *err);
/* Without mg_pack_end() nothing is left of the file. NULL is allowed. */
void mg_pack_free(mg_pack *pack);

/* An attribute of the table that is open, or of the file where none is.
 * Errors: MG_E_IO. */
MG_MUST_CHECK mg_status mg_pack_note(mg_pack *pack, const char *name, const char *value,
                                     mg_error *err);

/* Starts a table; ends the one before. Errors: MG_E_RANGE (that one ends within a row),
 * MG_E_IO, MG_E_NOMEM. */
MG_MUST_CHECK mg_status mg_pack_table(mg_pack *pack, const char *table, const char *title,
                                      const mg_pack_column *columns, size_t n,
                                      mg_error *err);
/* The next field of the rows, column by column; an empty one is missing.
 * Errors: MG_E_RANGE (a figure that is none), MG_E_IO, MG_E_NOMEM. */
MG_MUST_CHECK mg_status mg_pack_field(mg_pack *pack, const char *text, size_t n,
                                      mg_error *err);

/* Ends the last table, flushes the file to the disk and puts it in place.
 * Errors: MG_E_RANGE (as above), MG_E_IO, MG_E_NOMEM. */
MG_MUST_CHECK mg_status mg_pack_end(mg_pack *pack, mg_error *err);

#endif
