/* SPDX-License-Identifier: GPL-3.0-or-later */
/* figure_table.h - the columns of a table that a figure is drawn from. */
#ifndef MG_APP_FIGURE_TABLE_H
#define MG_APP_FIGURE_TABLE_H

#include "mirrorgap/output.h"

enum { FIGURE_COLUMNS = 8, FIGURE_FIRST = 8, FIGURE_TEXT = 24 };

struct figure_table {
    const char *wanted[FIGURE_COLUMNS]; /* by name, NULL behind the last */
    size_t n_wanted;
    size_t places[FIGURE_COLUMNS]; /* of the wanted among the columns */
    size_t n_columns, next;        /* column of the next field */
    double *cells;                 /* n_wanted a row; NaN: missing, or a text */
    size_t rows, room;
    char cif[32], data[80]; /* as the table notes them */
    /* what the wanted columns read in the first rows */
    char first[FIGURE_FIRST][FIGURE_COLUMNS][FIGURE_TEXT];
};

/* An output whose rows go to the table. */
MG_MUST_CHECK mg_status figure_table_output(struct figure_table *table,
                                            mg_output **output, mg_error *err);
void figure_table_release(struct figure_table *table);

static inline double figure_cell(const struct figure_table *table, size_t row,
                                 size_t wanted)
{
    return table->cells[row * table->n_wanted + wanted];
}

#endif
