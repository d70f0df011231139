/* SPDX-License-Identifier: GPL-3.0-or-later */
/* held_rows.h - the rows of a table that is written only at its end (Excel, Stata), a
 * field at a time. */
#ifndef MG_REPORT_HELD_ROWS_H
#define MG_REPORT_HELD_ROWS_H

#include "report/output_parts.h"

/* The next field of held text, [*at, +*n); *at moves behind it. *ended: the row ends. */
const char *held_field(const char **at, size_t *n, bool *ended);

/* A field as a number; NaN where it is empty. */
double held_number(const char *field, size_t n);

/* What a column is, with its unit: "as filed (USD)". */
void held_label(const mg_output_column *column, char *text, size_t room);

/* The whole table, to the file at `path`. Errors: MG_E_IO, MG_E_RANGE, MG_E_NOMEM. */
MG_MUST_CHECK mg_status sheet_write(const mg_output *output, const char *path,
                                    mg_error *err);
MG_MUST_CHECK mg_status stata_write(const mg_output *output, const char *path,
                                    mg_error *err);

#endif
