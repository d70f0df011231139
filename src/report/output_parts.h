/* SPDX-License-Identifier: GPL-3.0-or-later */
/* output_parts.h - the inside of an output. */
#ifndef MG_REPORT_OUTPUT_PARTS_H
#define MG_REPORT_OUTPUT_PARTS_H

#include "mirrorgap/output.h"

struct note {
    char *name, *value;
};

struct mg_output {
    mg_output_options options;
    char *path, *command, *table;
    mg_output_column *columns;
    size_t n_columns;
    int fd;
    char *temporary; /* where it is written until the end */
    bool special;    /* path is a pipe or a device */
    uint64_t rows;
    bool begun, owe_comma;
    bool document; /* no table: nothing is added to it, and it has no companion */
    struct note *notes;
    size_t n_notes, room_notes;
    char *held; /* where output_holds(): the rows so far, fields between TABs */
    size_t n_held, room_held;
};

/* Whether rows are held until the end. */
static inline bool output_holds(const mg_output *output)
{
    return output->options.format >= MG_FORMAT_TEXT &&
           output->options.format < MG_FORMAT_SINK;
}

/* The held rows as an aligned table, for the caller to free(); NULL: no memory. */
char *text_table(const mg_output *output, size_t *n);

/* The text of FILE.meta.json, for the caller to free(); NULL: no memory. */
char *output_meta(const mg_output *output);

#endif
