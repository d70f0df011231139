/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A table as a file of Stata 14 and later (format 118). The only user of ReadStat. */
#include <math.h>
#include <readstat.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mirrorgap/mem.h"
#include "report/held_rows.h"

enum { STATA_14 = 118, TEXT_MOST = 2045, LABEL_MOST = 80 };

static const time_t made = 946684800; /* 1 January 2000: the same bytes whenever */

struct stata {
    const mg_output *output;
    FILE *file;
    readstat_writer_t *writer;
    readstat_variable_t **variables;
    size_t *widths; /* of texts, in bytes */
    char *cell;
};

static ssize_t write_bytes(const void *bytes, size_t n, void *self)
{
    struct stata *s = self;

    return fwrite(bytes, 1, n, s->file) == n ? (ssize_t)n : -1;
}

/* The longest text of each column. */
static mg_status measure(struct stata *s, mg_error *err)
{
    const mg_output *o = s->output;
    const char *end = o->held + o->n_held;
    size_t column = 0;

    for (const char *at = o->held; at < end;) {
        size_t n;
        bool ended;
        (void)held_field(&at, &n, &ended);
        if (n > s->widths[column])
            s->widths[column] = n;
        column = ended ? 0 : column + 1;
    }
    for (size_t c = 0; c < o->n_columns; c++)
        if (!mg_output_is_number(&o->columns[c]) && s->widths[c] > TEXT_MOST)
            return mg_fail(err, MG_E_RANGE,
                           "column '%s' has a text of %zu bytes, and Stata's hold %d: "
                           "write CSV",
                           o->columns[c].name, s->widths[c], (int)TEXT_MOST);
    return MG_OK;
}

/* A label of at most 80 letters, cut before one and not within. */
static void label(const mg_output_column *column, char *text, size_t room)
{
    held_label(column, text, room);
    size_t letters = 0;
    for (size_t i = 0; text[i] != '\0'; i++) {
        letters += ((unsigned char)text[i] & 0xc0U) != 0x80;
        if (letters > LABEL_MOST) {
            text[i] = '\0';
            break;
        }
    }
}

static void add_variables(struct stata *s)
{
    const mg_output *o = s->output;
    char text[512];

    for (size_t c = 0; c < o->n_columns; c++) {
        const mg_output_column *column = &o->columns[c];
        const bool number = mg_output_is_number(column);
        s->variables[c] = readstat_add_variable(
            s->writer, column->name, number ? READSTAT_TYPE_DOUBLE : READSTAT_TYPE_STRING,
            number || s->widths[c] > 0 ? s->widths[c] : 1);
        label(column, text, sizeof text);
        readstat_variable_set_label(s->variables[c], text);
    }
}

static readstat_error_t insert(struct stata *s, size_t column, const char *field,
                               size_t n)
{
    const readstat_variable_t *v = s->variables[column];

    if (mg_output_is_number(&s->output->columns[column])) {
        const double value = held_number(field, n);
        if (isnan(value) && n > 0)
            return READSTAT_ERROR_VALUE_TYPE_MISMATCH;
        return isnan(value) ? readstat_insert_missing_value(s->writer, v)
                            : readstat_insert_double_value(s->writer, v, value);
    }
    memcpy(s->cell, field, n);
    s->cell[n] = '\0';
    return readstat_insert_string_value(s->writer, v, s->cell);
}

static readstat_error_t write_rows(struct stata *s)
{
    const mg_output *o = s->output;
    const char *end = o->held + o->n_held;
    readstat_error_t error = READSTAT_OK;
    size_t column = 0;

    for (const char *at = o->held; error == READSTAT_OK && at < end;) {
        size_t n;
        bool ended;
        const char *field = held_field(&at, &n, &ended);
        if (column == 0)
            error = readstat_begin_row(s->writer);
        if (error == READSTAT_OK)
            error = insert(s, column, field, n);
        if (error == READSTAT_OK && ended)
            error = readstat_end_row(s->writer);
        column = ended ? 0 : column + 1;
    }
    return error;
}

static mg_status write_table(struct stata *s, mg_error *err)
{
    const mg_output *o = s->output;
    mg_status status = measure(s, err);
    readstat_error_t error;

    if (status != MG_OK)
        return status;
    readstat_set_data_writer(s->writer, write_bytes);
    readstat_writer_set_file_format_version(s->writer, STATA_14);
    readstat_writer_set_file_timestamp(s->writer, made);
    readstat_writer_set_file_label(s->writer, o->table);
    add_variables(s);
    error = readstat_begin_writing_dta(s->writer, s, (long)o->rows);
    if (error == READSTAT_OK)
        error = write_rows(s);
    if (error == READSTAT_OK)
        error = readstat_end_writing(s->writer);
    if (error == READSTAT_OK)
        return MG_OK;
    status = mg_fail(err, MG_E_IO, "cannot write Stata's file: %s",
                     readstat_error_message(error));
    mg_error_at(err, o->path);
    return status;
}

mg_status stata_write(const mg_output *o, const char *path, mg_error *err)
{
    struct stata s = {.output = o,
                      .file = fopen(path, "we"),
                      .writer = readstat_writer_init(),
                      .variables = mg_alloc_zero(o->n_columns, sizeof *s.variables),
                      .widths = mg_alloc_zero(o->n_columns, sizeof *s.widths),
                      .cell = mg_alloc(TEXT_MOST + 1, 1)};
    mg_status status = MG_OK;

    if (s.file == NULL)
        status = mg_fail(err, MG_E_IO, "cannot write Stata's file");
    else if (s.writer == NULL || s.variables == NULL || s.widths == NULL ||
             s.cell == NULL)
        status = mg_fail(err, MG_E_NOMEM, "cannot write Stata's file");
    if (status == MG_OK)
        status = write_table(&s, err);
    if (s.writer != NULL)
        readstat_writer_free(s.writer);
    if (s.file != NULL && fclose(s.file) != 0 && status == MG_OK)
        status = mg_fail(err, MG_E_IO, "cannot write Stata's file: the disk may be full");
    if (status != MG_OK)
        mg_error_at(err, o->path);
    free(s.variables);
    free(s.widths);
    free(s.cell);
    return status;
}
