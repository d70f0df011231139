/* SPDX-License-Identifier: GPL-3.0-or-later */
/* held_rows.h - what those who fill held tables share. */
#ifndef MG_APP_HELD_ROWS_H
#define MG_APP_HELD_ROWS_H

#include "mirrorgap/held.h"

/* Begins a table whose rows will be copied. Errors: MG_E_NOMEM. */
MG_MUST_CHECK mg_status held_begin(mg_held *held, const char *table,
                                   const mg_output_column *columns, size_t n,
                                   mg_error *err);

/* The numbers of n columns by their names, for loops over many rows. */
void held_columns(const mg_held *held, const char *const *names, size_t n,
                  size_t *columns);

/* A hash of n fields of a row. */
uint64_t held_hash(const mg_held *held, size_t row, const size_t *columns, size_t n);

#endif
