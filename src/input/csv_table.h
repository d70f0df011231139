/* SPDX-License-Identifier: GPL-3.0-or-later */
/* csv_table.h - small CSV files of our own (reference tables), through libcsv. */
#ifndef MG_CSV_TABLE_H
#define MG_CSV_TABLE_H

#include <stdio.h>

#include "mirrorgap/status.h"

/* One record: its fields by the wanted columns' order, NUL-terminated, valid
 * during the call. */
typedef mg_status (*mg_table_row)(void *self, const char *const *fields, mg_error *err);

/* Reads the CSV file `path`, whose header must have every column named in
 * `columns` (NULL-terminated list, any order in the file), and calls `row` for
 * each record. A name that begins with '?' may be missing: its field is NULL. The name
 * "#" is no column: its field is the line on which the record begins. A byte order mark
 * is passed over. Errors: MG_E_IO, MG_E_NOMEM, MG_E_PARSE, and what `row` returns; where
 * and line are filled in.
 */
MG_MUST_CHECK mg_status mg_table_read(const char *path, const char *const *columns,
                                      mg_table_row row, void *self, mg_error *err);
/* The same from where an open file stands; `where` is the caller's to fill in. */
MG_MUST_CHECK mg_status mg_table_take(FILE *file, const char *const *columns,
                                      mg_table_row row, void *self, mg_error *err);

#endif
