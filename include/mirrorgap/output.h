/* SPDX-License-Identifier: GPL-3.0-or-later */
/* output.h - tables as text: CSV, TSV, JSON, NDJSON, with a companion that says
 * what the columns mean. */
#ifndef MG_OUTPUT_H
#define MG_OUTPUT_H

#include "mirrorgap/status.h"
#include "mirrorgap/text.h"

typedef enum mg_format {
    MG_FORMAT_CSV,
    MG_FORMAT_TSV,
    MG_FORMAT_JSON,
    MG_FORMAT_NDJSON,
    MG_FORMAT_TEXT, /* aligned, shortened, for the eye: rows are held until the end */
    /* For programs of others, told by the ending of the file; held as well. Codes of
     * commodities and countries are texts, figures numbers (of 16
     * digits in a workbook), units stand in labels. */
    MG_FORMAT_XLSX, /* Excel: a sheet of rows, and one of what the columns mean */
    MG_FORMAT_DTA,  /* Stata 14 and later */
    MG_FORMAT_SINK  /* to mg_output_options.sink: not held */
} mg_format;

/* Rows of a sheet of Excel below its header. */
#define MG_SHEET_ROWS UINT64_C(1048575)

/* A column of a table. Names end in their unit where they have one. */
typedef struct mg_output_column {
    const char *name;
    const char *unit; /* "USD", "kg", "ln", "share", "code", "text", "count" … */
    const char *what; /* one sentence for the companion */
} mg_output_column;

/* Whether a column holds figures: all but texts, codes and dates. A code of a commodity
 * is text, as its zeros count. */
bool mg_output_is_number(const mg_output_column *column);

/* Takes a table in place of a file: its columns, its notes, and the fields of its rows,
 * one after the other, as many a row as there are columns. */
typedef struct mg_output_sink {
    void *self;
    mg_status (*table)(void *self, const char *table, const mg_output_column *columns,
                       size_t n, mg_error *err);
    mg_status (*note)(void *self, const char *name, const char *value, mg_error *err);
    mg_status (*field)(void *self, const char *text, size_t n, mg_error *err);
} mg_output_sink;

typedef struct mg_output_options {
    const char *path;    /* NULL: standard output */
    mg_output_sink sink; /* of MG_FORMAT_SINK; path is NULL then */
    mg_format format;
    bool no_header;
    bool no_provenance;  /* leave out version and command line */
    const char *command; /* the command line, for the companion */
} mg_output_options;

typedef struct mg_output mg_output;

/* Nothing is created before mg_output_columns(). Errors: MG_E_NOMEM. */
MG_MUST_CHECK mg_status mg_output_new(const mg_output_options *options,
                                      mg_output **output, mg_error *err);
/* Without mg_output_end() a file is not put in place. NULL is allowed. */
void mg_output_free(mg_output *output);

/* Starts the table. The texts of columns outlive the output. Errors: MG_E_IO, NOMEM. */
MG_MUST_CHECK mg_status mg_output_columns(mg_output *output, const char *table,
                                          const mg_output_column *columns, size_t n,
                                          mg_error *err);
/* Instead of a table, a text that is whole: without a companion. */
MG_MUST_CHECK mg_status mg_output_document(mg_output *output, const char *text, size_t n,
                                           mg_error *err);
/* Adds `name: value` to the companion. */
MG_MUST_CHECK mg_status mg_output_note(mg_output *output, const char *name,
                                       const char *value, mg_error *err);
/* Ends the table and puts the file and FILE.meta.json in place: written under a
 * temporary name, flushed to the disk, renamed. Errors: MG_E_IO. */
MG_MUST_CHECK mg_status mg_output_end(mg_output *output, mg_error *err);

/* Lines being made, by one thread; written in the order that the caller wants.
 * After a failed allocation `failed` stays set and writing reports it. */
typedef struct mg_lines {
    char *text;
    size_t n, room;
    const mg_output *output;
    size_t column;
    uint64_t rows;
    bool failed;
} mg_lines;

void mg_lines_start(mg_lines *lines, const mg_output *output);
void mg_lines_release(mg_lines *lines);
void mg_line_integer(mg_lines *lines, int64_t value);
/* NaN is a missing number: an empty field, null in JSON. */
void mg_line_number(mg_lines *lines, double value);
void mg_line_text(mg_lines *lines, const char *text);
/* Text known to need no quotes (codes, our own words). */
void mg_line_word(mg_lines *lines, const char *text, size_t n);
void mg_line_missing(mg_lines *lines);
void mg_line_end(mg_lines *lines);

/* Writes the lines out and empties them. Errors: MG_E_IO, MG_E_NOMEM. */
MG_MUST_CHECK mg_status mg_output_write(mg_output *output, mg_lines *lines,
                                        mg_error *err);
/* The same where the lines are many: for loops that print one after another. */
MG_MUST_CHECK mg_status mg_output_step(mg_output *output, mg_lines *lines, mg_error *err);

#endif
