/* SPDX-License-Identifier: GPL-3.0-or-later */
/* held.h - a table that is held as the texts of its fields, as a verb printed it, so that
 * the same figures can be looked at, written to a file and put into a page.
 *
 * A held table belongs to one thread. */
#ifndef MG_HELD_H
#define MG_HELD_H

#include <stdio.h>

#include "mirrorgap/output.h"

typedef struct mg_held mg_held;

/* Asked at the end of each row, which is the last one held; false: it is not kept. */
typedef bool (*mg_held_keep)(void *self, const mg_held *held);

/* title: what the table holds, in words; lives as long as the table. keep: NULL: all.
 * Errors: MG_E_NOMEM. */
MG_MUST_CHECK mg_status mg_held_new(const char *title, mg_held_keep keep, void *self,
                                    mg_held **held, mg_error *err);
void mg_held_free(mg_held *held); /* NULL is allowed */

/* An output whose table goes to `held`; mg_output_free() it before `held` is used.
 * Errors: MG_E_NOMEM. */
MG_MUST_CHECK mg_status mg_held_output(mg_held *held, mg_output **output, mg_error *err);

/* A new row after the last, the fields of a row of `from` by the names of the columns
 * that both have, the others empty. Errors: MG_E_NOMEM. */
MG_MUST_CHECK mg_status mg_held_copy(mg_held *held, const mg_held *from, size_t row,
                                     mg_error *err);

const char *mg_held_title(const mg_held *held);
size_t mg_held_rows(const mg_held *held);
/* Its name and columns; "" and NULL before the table began. */
const char *mg_held_table(const mg_held *held);
const mg_output_column *mg_held_columns(const mg_held *held, size_t *n);
/* The number of the column called so, SIZE_MAX: there is none. */
size_t mg_held_column(const mg_held *held, const char *name);
/* A field's text, "" where it is missing; or as a number, NaN where it is none.
 * SIZE_MAX as column is an empty field. */
const char *mg_held_text(const mg_held *held, size_t row, size_t column);
double mg_held_number(const mg_held *held, size_t row, size_t column);
/* What was noted of the table by this name, NULL: nothing. */
const char *mg_held_note(const mg_held *held, const char *name);

/* Keeps the rows for which keep[row] holds. */
void mg_held_choose(mg_held *held, const bool *keep);

/* Writes it as another verb's table is written, with its companion. Errors: MG_E_IO,
 * MG_E_RANGE, MG_E_NOMEM. */
MG_MUST_CHECK mg_status mg_held_write(const mg_held *held,
                                      const mg_output_options *options, mg_error *err);

/* As JSON, column by column: {"table", "title", "rows", "notes": {}, "columns": [{"name",
 * "unit", "description", "values": [...]}]}. Figures are numbers as they read, null where
 * missing; of texts, "texts" has each once and "values" their numbers. What cannot be
 * written shows in ferror(to).
 * Errors: MG_E_NOMEM. */
MG_MUST_CHECK mg_status mg_held_json(const mg_held *held, FILE *to, mg_error *err);

#endif
