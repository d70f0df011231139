/* SPDX-License-Identifier: GPL-3.0-or-later */
/* debug-parse: what the reference reader makes of the bytes of any CSV file. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "app/text_buffer.h"
#include "mirrorgap/app.h"
#include "mirrorgap/csv.h"
#include "mirrorgap/mem.h"

typedef mg_status (*line_sink)(void *self, const char *text, size_t n, mg_error *err);

/* ISO-8859-1 bytes as UTF-8, so that any field is a JSON string. */
static json_t *json_cell(mg_cell cell)
{
    json_t *made;
    char *wide;
    size_t n = 0;

    if (cell.n == 0)
        return json_string("");
    if (mg_text_utf8(cell))
        return json_stringn(cell.text, cell.n);
    wide = mg_alloc(2 * cell.n, 1);
    if (wide == NULL)
        return NULL;
    for (size_t i = 0; i < cell.n; i++) {
        unsigned char c = (unsigned char)cell.text[i];
        if (c < 0x80)
            wide[n++] = (char)c;
        else {
            wide[n++] = (char)(0xc0 | c >> 6);
            wide[n++] = (char)(0x80 | (c & 0x3f));
        }
    }
    made = json_stringn(wide, n);
    free(wide);
    return made;
}

static mg_status send(const mg_cell *cells, size_t n, line_sink line, void *self,
                      mg_error *err)
{
    json_t *array = json_array();
    char *text;
    mg_status status;

    bool whole = array != NULL;
    for (size_t i = 0; whole && i < n; i++)
        whole = json_array_append_new(array, json_cell(cells[i])) == 0;
    text = whole ? json_dumps(array, JSON_COMPACT) : NULL;
    json_decref(array);
    if (text == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot print a record");
    status = line(self, text, strlen(text), err);
    free(text);
    return status;
}

/* The delimiter that gives the first record most fields. */
static char guess_delimiter(const struct text_buffer *b)
{
    static const char delimiters[] = {',', '\t', ';'};
    const char *end = memchr(b->text, '\n', b->n);
    size_t n = end != NULL ? (size_t)(end - b->text) : b->n;
    size_t most = 0;
    char best = ',';

    for (size_t d = 0; d < sizeof delimiters; d++) {
        size_t count = 0;
        for (size_t i = 0; i < n; i++)
            count += b->text[i] == delimiters[d];
        if (count > most) {
            most = count;
            best = delimiters[d];
        }
    }
    return best;
}

static mg_status parse_records(struct text_buffer *b, line_sink line, void *self,
                               mg_error *err)
{
    char delimiter = guess_delimiter(b);
    mg_splitter *splitter = mg_splitter_new(delimiter);
    uint64_t lines = 0;
    mg_status status =
        splitter != NULL ? MG_OK : mg_fail(err, MG_E_NOMEM, "cannot start a parser");

    size_t at = 0;
    while (status == MG_OK) {
        const mg_cell *cells = NULL;
        size_t n = 0;
        size_t length = 0;
        const char *why = "";
        if (b->n - at <= MG_RECORD_MAX && !b->ended) {
            buffer_drop(b, at);
            at = 0;
            status = buffer_fill(b, 4 * (size_t)MG_RECORD_MAX, err);
        }
        if (status != MG_OK || at == b->n)
            break;
        mg_record_kind kind =
            mg_record_next(b->text + at, b->n - at, b->ended, delimiter, &length, &why);
        if (kind != MG_RECORD_WHOLE) {
            if (err != NULL) {
                err->line = lines + 1;
                err->byte = b->base + at;
            }
            status = mg_fail(err, MG_E_PARSE, "%s", why);
            break;
        }
        status = mg_record_fields(splitter, b->text + at, length, &cells, &n, err);
        if (status == MG_OK && n > 0)
            status = send(cells, n, line, self, err);
        lines += mg_count_lines(b->text + at, length);
        at += length;
    }
    mg_splitter_free(splitter);
    return status;
}

mg_status mg_debug_parse(const char *path, line_sink line, void *self, mg_error *err)
{
    mg_source_options options = {false};
    mg_source *source = NULL;
    struct text_buffer buffer = {0};
    const char *name = NULL;
    mg_status status = mg_source_open(path, &options, &source, err);

    while (status == MG_OK) {
        status = mg_source_next(source, &name, err);
        if (status != MG_OK || name == NULL)
            break;
        buffer.source = source;
        buffer.n = 0;
        buffer.base = 0;
        buffer.ended = false;
        status = buffer_fill(&buffer, MG_RECORD_MAX + 2, err);
        if (status == MG_OK && buffer.n >= 3 &&
            memcmp(buffer.text, "\xef\xbb\xbf", 3) == 0)
            buffer_drop(&buffer, 3);
        if (status == MG_OK)
            status = parse_records(&buffer, line, self, err);
    }
    free(buffer.text);
    mg_source_close(source);
    if (status != MG_OK)
        mg_error_at(err, path);
    return status;
}
