/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The records of a correlation table. */
#include <stdlib.h>

#include "mirrorgap/csv.h"
#include "ref/concordance_table.h"

struct text {
    const char *bytes;
    size_t n, at;
    uint64_t line; /* of the record at `at` */
};

/* The fields of the next record; *n_cells = 0: a blank line. */
static mg_status next_record(struct text *text, mg_splitter *splitter, char delimiter,
                             size_t *length, const mg_cell **cells, size_t *n_cells,
                             mg_error *err)
{
    const char *why = "";

    if (mg_record_next(text->bytes + text->at, text->n - text->at, true, delimiter,
                       length, &why) != MG_RECORD_WHOLE)
        return mg_fail(err, MG_E_PARSE, "no record: %s", why);
    return mg_record_fields(splitter, text->bytes + text->at, *length, cells, n_cells,
                            err);
}

static void step_over(struct text *text, size_t length)
{
    text->line += mg_count_lines(text->bytes + text->at, length);
    text->at += length;
}

/* Reads the header as if the delimiter was this one. */
static mg_status try_header(struct table *t, struct text *text, mg_splitter *splitter,
                            char delimiter, bool *found)
{
    const mg_cell *cells = NULL;
    size_t n_cells = 0;
    size_t length = 0;
    mg_status status =
        next_record(text, splitter, delimiter, &length, &cells, &n_cells, t->err);

    *found = status == MG_OK && table_recognise(t, cells, n_cells);
    if (*found)
        step_over(text, length);
    return status;
}

static mg_status read_rows(struct table *t, struct text *text, mg_splitter *splitter,
                           char delimiter)
{
    const mg_cell *cells = NULL;
    size_t n_cells = 0;
    size_t length = 0;
    mg_status status = MG_OK;

    while (status == MG_OK && text->at < text->n) {
        status =
            next_record(text, splitter, delimiter, &length, &cells, &n_cells, t->err);
        if (status == MG_OK && n_cells > 0)
            status = table_take_row(t, cells, n_cells);
        if (status == MG_OK)
            step_over(text, length);
    }
    return status;
}

/* With one delimiter, the whole text if the header is known with it. */
static mg_status try_delimiter(struct table *t, struct text *text, char delimiter,
                               bool *found)
{
    mg_splitter *splitter = mg_splitter_new(delimiter);

    if (splitter == NULL)
        return mg_fail(t->err, MG_E_NOMEM, "cannot start a CSV parser");
    mg_status status = try_header(t, text, splitter, delimiter, found);
    if (*found && !t->passed_over)
        status = read_rows(t, text, splitter, delimiter);
    mg_splitter_free(splitter);
    return status;
}

mg_status steps_read_text(struct steps *steps, const char *bytes, size_t n, mg_error *err)
{
    static const char delimiters[] = {',', ';', '\t'};
    struct table t = {.steps = steps, .err = err};
    struct text text = {.bytes = bytes, .n = n, .line = 1};
    mg_status status = MG_OK;
    bool found = false;

    if (n >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0)
        text.at = 3;
    for (size_t i = 0; status == MG_OK && !found && i < sizeof delimiters; i++)
        status = try_delimiter(&t, &text, delimiters[i], &found);
    if (status == MG_OK && !found)
        status = mg_fail(err, MG_E_PARSE,
                         "no correlation table: its header names neither two editions "
                         "('HS 2012 Product Code'), nor code.after, code.before and "
                         "adjustment, nor from_revision, from_code, to_revision and "
                         "to_code");
    if (status != MG_OK && err != NULL) {
        err->line = text.line;
        err->byte = text.at;
    }
    free(t.before.items);
    free(t.after.items);
    return status;
}
