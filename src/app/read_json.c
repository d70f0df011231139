/* SPDX-License-Identifier: GPL-3.0-or-later */
/* JSON answers of the Comtrade API: {"data":[{…},…]} or {"dataset":[…]}, or
 * the bare array. The rows are cut out and given to jansson one by one, so that
 * memory does not grow with the answer; what stands round them is kept and
 * checked at the end. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "app/read_json.h"
#include "mirrorgap/mem.h"
#include "mirrorgap/number.h"

enum { OUTER_MAX = 1 << 16, KEY_MAX = 32, DEPTH_MAX = 64 };

struct json {
    struct member *member;
    mg_schema schema;
    bool have_schema;
    char **names; /* of all rows so far, in the order they came */
    size_t n_names, room_names;
    struct piece piece;
    /* state of the cutter */
    int depth;
    int rows_depth; /* depth inside the array of rows; 0: not in it */
    bool seen_rows; /* the array has been met */
    bool in_string, escaped;
    char key[KEY_MAX]; /* the last string at depth 1 */
    size_t n_key;
    size_t row_start; /* offset in the buffer; SIZE_MAX: between rows */
    enum { FIRST_ROW, AFTER_ROW, AFTER_COMMA } between;
    char outer[OUTER_MAX];
    size_t n_outer;
};

static mg_status broken(const struct json *j, const char *what, mg_error *err)
{
    if (err != NULL)
        err->line = j->member->lines + 1;
    return mg_fail(err, MG_E_PARSE, "the JSON text is broken or truncated: %s", what);
}

/* Whether the row brings a name that no row before had; such names join the
 * list. Rows leave names out where they have no value. */
static mg_status note_names(struct json *j, json_t *row, bool *grown, mg_error *err)
{
    const char *name;
    json_t *value;
    size_t hint = 0;
    mg_status status = MG_OK;

    *grown = false;
    json_object_foreach(row, name, value)
    {
        size_t at = hint; /* rows list their names in one order */
        if (at >= j->n_names || strcmp(j->names[at], name) != 0)
            for (at = 0; at < j->n_names && strcmp(j->names[at], name) != 0;)
                at++;
        hint = at + 1;
        if (at < j->n_names)
            continue;
        status = mg_grow((void **)&j->names, &j->room_names, j->n_names + 1,
                         sizeof *j->names, err);
        if (status != MG_OK)
            return status;
        j->names[j->n_names] = mg_copy_text(name);
        if (j->names[j->n_names] == NULL)
            return mg_fail(err, MG_E_NOMEM, "cannot hold a row's names");
        j->n_names++;
        *grown = true;
        if (j->n_names > MG_COLUMNS_MAX)
            return broken(j, "rows with thousands of names", err);
    }
    return MG_OK;
}

/* The names met so far, as a header. */
static mg_status learn_names(struct json *j, mg_error *err)
{
    mg_cell *header = mg_alloc(j->n_names, sizeof *header);
    int layout = j->have_schema ? (int)j->schema.layout : j->member->options->layout;
    mg_status status;

    if (header == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot hold a row's names");
    for (size_t i = 0; i < j->n_names; i++)
        header[i] = (mg_cell){j->names[i], strlen(j->names[i])};
    status = mg_schema_recognise(header, j->n_names, layout, &j->schema, err);
    free(header);
    if (status != MG_OK)
        return status;
    bool plus =
        j->schema.layout == MG_LAYOUT_PLUS || j->schema.layout == MG_LAYOUT_PLUS_BULK;
    member_layout(j->member, plus ? MG_LAYOUT_PLUS_JSON : j->schema.layout);
    j->have_schema = true;
    return MG_OK;
}

/* A JSON value as the text of a cell; numbers go through `room`. */
static mg_cell value_text(const json_t *value, char room[MG_NUMBER_TEXT])
{
    if (json_is_string(value))
        return (mg_cell){json_string_value(value), json_string_length(value)};
    if (json_is_integer(value))
        return (mg_cell){room, mg_integer_write(json_integer_value(value), room)};
    if (json_is_real(value))
        return (mg_cell){room, mg_number_write(json_real_value(value), room)};
    if (json_is_true(value))
        return (mg_cell){"true", 4};
    if (json_is_false(value))
        return (mg_cell){"false", 5};
    return (mg_cell){"", 0};
}

static mg_status take_row(struct json *j, const char *text, size_t n, mg_error *err)
{
    json_error_t why;
    char room[MG_FIELDS][MG_NUMBER_TEXT];
    mg_cell cells[MG_FIELDS] = {{0}};
    json_t *row = json_loadb(text, n, 0, &why);
    mg_status status = MG_OK;

    if (row == NULL)
        return broken(j, why.text, err);
    bool grown = false;
    status = note_names(j, row, &grown, err);
    if (status == MG_OK && grown)
        status = learn_names(j, err);
    if (status == MG_OK) {
        for (size_t i = 0; i < j->schema.n_needed; i++) {
            unsigned f = j->schema.needed[i];
            const char *name = j->names[j->schema.column_of[f]];
            cells[f] = value_text(json_object_get(row, name), room[f]);
        }
        status = piece_take(&j->piece, &j->schema, cells,
                            (size_t)(text - j->member->buffer.text), n, err);
    }
    json_decref(row);
    return status;
}

static void keep_outer(struct json *j, char c)
{
    if (j->n_outer < OUTER_MAX)
        j->outer[j->n_outer++] = c;
}

/* Inside a string: keeps keys of the outer object. */
static void in_string(struct json *j, char c)
{
    if (j->escaped)
        j->escaped = false;
    else if (c == '\\')
        j->escaped = true;
    else if (c == '"') {
        j->in_string = false;
        return;
    }
    if (j->depth == 1 && j->n_key + 1 < KEY_MAX) {
        j->key[j->n_key++] = c;
        j->key[j->n_key] = '\0';
    }
}

static bool rows_start(const struct json *j)
{
    if (j->seen_rows)
        return false;
    return j->depth == 0 || (j->depth == 1 && (strcmp(j->key, "data") == 0 ||
                                               strcmp(j->key, "dataset") == 0));
}

static mg_status open_bracket(struct json *j, char c, size_t at, mg_error *err)
{
    if (c == '[' && rows_start(j)) {
        j->rows_depth = j->depth + 1;
        j->seen_rows = true;
    } else if (j->rows_depth > 0 && j->depth == j->rows_depth) {
        if (c != '{')
            return broken(j, "a row that is no object", err);
        if (j->between == AFTER_ROW)
            return broken(j, "no comma between two rows", err);
        j->row_start = at;
    }
    if (++j->depth > DEPTH_MAX)
        return broken(j, "nested too deeply", err);
    return MG_OK;
}

static mg_status close_bracket(struct json *j, size_t at, mg_error *err)
{
    const struct text_buffer *b = &j->member->buffer;

    j->depth--;
    if (j->depth < 0)
        return broken(j, "a bracket closes that never opened", err);
    if (j->rows_depth == 0)
        return MG_OK;
    if (j->depth == j->rows_depth && j->row_start != SIZE_MAX) {
        mg_status status =
            take_row(j, b->text + j->row_start, at + 1 - j->row_start, err);
        j->row_start = SIZE_MAX;
        j->between = AFTER_ROW;
        return status;
    }
    if (j->depth < j->rows_depth) {
        if (j->between == AFTER_COMMA)
            return broken(j, "no row after a comma", err);
        j->rows_depth = 0;
    }
    return MG_OK;
}

static mg_status step(struct json *j, char c, size_t at, mg_error *err)
{
    mg_status status = MG_OK;
    bool inside_rows = j->rows_depth > 0;

    if (j->in_string) {
        in_string(j, c);
    } else if (c == '"') {
        j->in_string = true;
        if (j->depth == 1) {
            j->n_key = 0;
            j->key[0] = '\0';
        }
        if (inside_rows && j->row_start == SIZE_MAX)
            return broken(j, "a row that is no object", err);
    } else if (c == '{' || c == '[') {
        status = open_bracket(j, c, at, err);
    } else if (c == '}' || c == ']') {
        status = close_bracket(j, at, err);
    } else if (inside_rows && j->row_start == SIZE_MAX && c == ',') {
        if (j->between != AFTER_ROW)
            return broken(j, "a comma without a row before it", err);
        j->between = AFTER_COMMA;
    } else if (inside_rows && j->row_start == SIZE_MAX && c != ' ' && c != '\n' &&
               c != '\r' && c != '\t')
        return broken(j, "a row that is no object", err);
    if (!inside_rows || j->rows_depth == 0)
        keep_outer(j, c);
    return status;
}

/* Whether the text round the rows says that the answer is an error. */
static mg_status check_outer(struct json *j, mg_error *err)
{
    json_error_t why;
    json_t *outer = json_loadb(j->outer, j->n_outer, 0, &why);
    char shown[200];
    mg_status status = MG_OK;

    if (outer == NULL)
        return broken(j, j->depth > 0 ? "the text ends inside it" : why.text, err);
    const json_t *error = json_object_get(outer, "error");
    const json_t *state = json_object_get(
        json_object_get(json_object_get(outer, "validation"), "status"), "name");
    bool failed = (json_is_string(error) && json_string_length(error) > 0) ||
                  json_is_object(error) ||
                  (json_is_string(state) && strcmp(json_string_value(state), "Ok") != 0 &&
                   strcmp(json_string_value(state), "ok") != 0);
    mg_text_show((mg_cell){j->outer, j->n_outer}, shown, sizeof shown);
    if (!j->seen_rows)
        status =
            mg_fail(err, MG_E_PARSE,
                    "a JSON text without rows (no 'data' or 'dataset'): an error page of "
                    "the API? it says: %s",
                    shown);
    else if (failed)
        status =
            mg_fail(err, MG_E_PARSE, "the API's answer is an error (JSON): %s", shown);
    json_decref(outer);
    return status;
}

/* Hands the rows so far over and moves the window forward. */
static mg_status advance(struct json *j, size_t at, mg_error *err)
{
    struct member *m = j->member;
    size_t keep = j->row_start != SIZE_MAX ? j->row_start : at;
    mg_status status;

    j->piece.n = keep;
    j->piece.lines = mg_count_lines(m->buffer.text, keep);
    status = accept_piece(m, &j->piece, m->buffer.base, err);
    buffer_drop(&m->buffer, keep);
    if (j->row_start != SIZE_MAX)
        j->row_start = 0;
    if (at - keep > MG_RECORD_MAX)
        return broken(j, "a row of more than 1 MiB", err);
    return status;
}

static mg_status read_rows(struct json *j, mg_error *err)
{
    struct text_buffer *b = &j->member->buffer;
    size_t at = 0;
    mg_status status = MG_OK;

    while (status == MG_OK) {
        status = buffer_fill(b, at + PIECE_BYTES, err);
        if (status != MG_OK || at == b->n)
            break;
        piece_clear(&j->piece, b->text, b->n);
        while (status == MG_OK && at < b->n) {
            status = step(j, b->text[at], at, err);
            at++;
        }
        if (status != MG_OK)
            break;
        size_t before = b->n;
        status = advance(j, at, err);
        at -= before - b->n;
        if (status == MG_OK)
            status = mg_check_stop(j->member->talk, err);
    }
    return status;
}

mg_status read_json(struct member *member, mg_error *err)
{
    struct json *j = mg_alloc_zero(1, sizeof *j);
    mg_status status = MG_OK;

    if (j == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot read JSON");
    j->member = member;
    j->row_start = SIZE_MAX;
    j->piece.source = member->options->source;
    j->piece.decoder = member_decoder(member);
    if (j->piece.decoder == NULL)
        status = mg_fail(err, MG_E_NOMEM, "cannot read JSON");
    else
        status = read_rows(j, err);
    if (status == MG_OK)
        status = check_outer(j, err);
    if (status == MG_OK && !j->have_schema)
        member_layout(member, MG_LAYOUT_PLUS_JSON);
    if (j->piece.decoder != NULL)
        mg_notes_merge(&member->account->notes, mg_decoder_notes(j->piece.decoder));
    for (size_t i = 0; i < j->n_names; i++)
        free(j->names[i]);
    free(j->names);
    piece_release(&j->piece);
    free(j);
    return status;
}
