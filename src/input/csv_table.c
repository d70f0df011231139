/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "input/csv_table.h"

#include <csv.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mirrorgap/mem.h"

enum { COLUMNS_MAX = 64 };

struct reader {
    const char *const *columns;
    size_t n_columns;
    int place[COLUMNS_MAX]; /* wanted column of each file column, or -1 */
    char *text;             /* the fields of this record, each terminated */
    size_t n_text, room_text;
    size_t start[COLUMNS_MAX]; /* of each field in it */
    const char *wanted[COLUMNS_MAX];
    size_t n_fields, n_file_columns;
    uint64_t line, byte;    /* where this record begins: 1-based, 0-based */
    bool header_seen, open; /* the header was taken; a record has begun */
    char line_text[24];     /* line, for a column "#" */
    mg_table_row row;
    void *self;
    mg_status status;
    mg_error *err;
};

/* Columns that a file need not have. */
static bool optional(const char *column)
{
    return column[0] == '?' || column[0] == '#';
}

static void take_field(void *text, size_t n, void *self)
{
    struct reader *r = self;

    if (r->status != MG_OK)
        return;
    if (r->n_fields == COLUMNS_MAX) {
        r->status = mg_fail(r->err, MG_E_PARSE, "more than %d columns", (int)COLUMNS_MAX);
        return;
    }
    r->status = mg_grow((void **)&r->text, &r->room_text, r->n_text + n + 1, 1, r->err);
    if (r->status != MG_OK)
        return;
    if (n > 0)
        memcpy(r->text + r->n_text, text, n);
    r->text[r->n_text + n] = '\0';
    r->start[r->n_fields++] = r->n_text;
    r->n_text += n + 1;
}

static mg_status take_header(struct reader *r)
{
    r->n_file_columns = r->n_fields;
    for (size_t f = 0; f < r->n_fields; f++) {
        r->place[f] = -1;
        for (size_t c = 0; c < r->n_columns; c++)
            if (strcmp(r->text + r->start[f],
                       r->columns[c] + (r->columns[c][0] == '?')) == 0)
                r->place[f] = (int)c;
    }
    for (size_t c = 0; c < r->n_columns; c++) {
        bool found = false;
        for (size_t f = 0; f < r->n_fields; f++)
            found |= r->place[f] == (int)c;
        if (!found && !optional(r->columns[c]))
            return mg_fail(r->err, MG_E_PARSE, "no column '%s'", r->columns[c]);
    }
    return MG_OK;
}

static void say_where(struct reader *r)
{
    if (r->status == MG_OK || r->err == NULL || r->err->line > 0)
        return;
    r->err->line = r->line;
    r->err->byte = r->byte;
}

static void take_record(int end, void *self)
{
    struct reader *r = self;

    (void)end;
    if (r->status == MG_OK && !r->header_seen) {
        r->header_seen = true;
        r->status = take_header(r);
    } else if (r->status == MG_OK && r->n_fields != r->n_file_columns)
        r->status = mg_fail(r->err, MG_E_PARSE, "%zu fields where the header has %zu",
                            r->n_fields, r->n_file_columns);
    else if (r->status == MG_OK) {
        for (size_t f = 0; f < r->n_fields; f++)
            if (r->place[f] >= 0)
                r->wanted[r->place[f]] = r->text + r->start[f];
        snprintf(r->line_text, sizeof r->line_text, "%llu", (unsigned long long)r->line);
        for (size_t c = 0; c < r->n_columns; c++)
            if (r->columns[c][0] == '#')
                r->wanted[c] = r->line_text;
        r->status = r->row(r->self, r->wanted, r->err);
    }
    say_where(r);
    r->n_fields = 0;
    r->n_text = 0;
    r->open = false;
}

static int never_blank(unsigned char c)
{
    (void)c;
    return 0;
}

/* Line by line, so that it is known where each record begins: a quoted field may hold
 * line ends, and a record then has several lines. */
static void parse_lines(FILE *file, struct csv_parser *parser, struct reader *r)
{
    char *line = NULL;
    size_t room = 0;
    uint64_t number = 0, at = 0;
    ssize_t n;

    while (r->status == MG_OK && (n = getline(&line, &room, file)) >= 0) {
        number++;
        if (!r->open) {
            r->line = number;
            r->byte = at;
            r->open = strspn(line, "\r\n") < (size_t)n;
        }
        at += (uint64_t)n;
        /* spreadsheets begin UTF-8 with a mark */
        const size_t mark =
            number == 1 && n >= 3 && memcmp(line, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
        if (csv_parse(parser, line + mark, (size_t)n - mark, take_field, take_record,
                      r) != (size_t)n - mark)
            r->status =
                mg_fail(r->err, MG_E_PARSE, "%s", csv_strerror(csv_error(parser)));
    }
    if (r->status == MG_OK && ferror(file) != 0)
        r->status = mg_fail(r->err, MG_E_IO, "cannot read: %s", strerror(errno));
    else if (r->status == MG_OK && feof(file) == 0)
        r->status = mg_fail(r->err, MG_E_NOMEM, "cannot hold line %llu",
                            (unsigned long long)number + 1);
    else if (r->status == MG_OK && csv_fini(parser, take_field, take_record, r) != 0)
        r->status = mg_fail(r->err, MG_E_PARSE, "a quoted field never ends");
    say_where(r);
    free(line);
}

static mg_status parse(FILE *file, struct reader *r)
{
    struct csv_parser parser;

    if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI) != 0)
        return mg_fail(r->err, MG_E_NOMEM, "cannot start a CSV parser");
    csv_set_space_func(&parser, never_blank);
    parse_lines(file, &parser, r);
    csv_free(&parser);
    return r->status;
}

mg_status mg_table_take(FILE *file, const char *const *columns, mg_table_row row,
                        void *self, mg_error *err)
{
    struct reader r = {.columns = columns, .row = row, .self = self, .err = err};
    mg_status status;

    while (columns[r.n_columns] != NULL)
        r.n_columns++;
    status = parse(file, &r);
    if (status == MG_OK && !r.header_seen)
        status = take_header(&r); /* without a line there is no column either */
    free(r.text);
    return status;
}

mg_status mg_table_read(const char *path, const char *const *columns, mg_table_row row,
                        void *self, mg_error *err)
{
    FILE *file = fopen(path, "re");
    mg_status status;

    if (file == NULL)
        status = mg_fail(err, MG_E_IO, "cannot open: %s", strerror(errno));
    else {
        status = mg_table_take(file, columns, row, self, err);
        fclose(file);
    }
    if (status != MG_OK)
        mg_error_at(err, path);
    return status;
}
