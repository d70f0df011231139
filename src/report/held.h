/* SPDX-License-Identifier: GPL-3.0-or-later */
/* held.h - the inside of a held table. */
#ifndef MG_REPORT_HELD_H
#define MG_REPORT_HELD_H

#include "mirrorgap/held.h"

struct held_note {
    char *name, *value;
};

struct mg_held {
    const char *title;
    mg_held_keep keep;
    void *self;
    char *table;
    mg_output_column *columns;
    char **texts; /* that they point to */
    size_t n_columns;
    struct held_note *notes;
    size_t n_notes, room_notes;
    char *text; /* the fields, each ended by a NUL */
    size_t n_text, room_text;
    size_t *at; /* where a field begins, row by row */
    size_t n_at, room_at;
    size_t rows;
};

#endif
