/* SPDX-License-Identifier: GPL-3.0-or-later */
/* concordance_table.h - one correlation table as text, while it is read. */
#ifndef MG_CONCORDANCE_TABLE_H
#define MG_CONCORDANCE_TABLE_H

#include "ref/concordance_parts.h"

enum table_layout { BY_STEP, BY_REVISION, BY_COLUMN, OUR_OWN, TABLE_LAYOUTS };
enum { TABLE_COLUMNS = 5 };

struct table {
    struct steps *steps;
    enum table_layout layout;
    size_t n_places; /* columns that are read, in the order of table_take_row() */
    size_t place[TABLE_COLUMNS];
    unsigned edition[2];            /* BY_COLUMN */
    bool passed_over;               /* its rows tell of no step between two editions */
    struct code_list before, after; /* of a row of our own */
    mg_error *err;
};

/* Fills the layout and its columns from the fields of the header; false where it is
 * that of no correlation table. */
bool table_recognise(struct table *table, const mg_cell *cells, size_t n);

/* The edition that a year, "H4", "HS4" or "HS 2012" names, or 0. */
unsigned edition_called(mg_cell name);

/* Adds the fields of a row. Errors: MG_E_PARSE with the column, MG_E_NOMEM. */
MG_MUST_CHECK mg_status table_take_row(struct table *table, const mg_cell *cells,
                                       size_t n);

#endif
