/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The reference way: a splitter of records that knows where each begins and
 * what is wrong with it, and libcsv for the fields. */
#include <csv.h>
#include <stdlib.h>
#include <string.h>

#include "mirrorgap/csv.h"
#include "mirrorgap/mem.h"

/* Length of the physical line at text, with its end. */
static size_t line_length(const char *text, size_t n)
{
    const char *lf = memchr(text, '\n', n);
    size_t length = lf != NULL ? (size_t)(lf - text) + 1 : n;
    const char *cr = memchr(text, '\r', length);

    if (cr == NULL)
        return length;
    size_t end = (size_t)(cr - text) + 1;
    return end < n && text[end] == '\n' ? end + 1 : end;
}

static mg_record_kind bad(const char *text, size_t n, bool ended, size_t *length,
                          const char **why, const char *what)
{
    *why = what;
    /* a longer line is cut here, however much of it is at hand */
    *length = line_length(text, n < MG_RECORD_MAX ? n : MG_RECORD_MAX);
    /* the line's end may lie in text that has not come yet */
    bool cut = text[*length - 1] != '\n' && *length == n;
    return cut && !ended && n < MG_RECORD_MAX ? MG_RECORD_MORE : MG_RECORD_BAD;
}

enum state { AT_FIELD, IN_PLAIN, IN_QUOTES, AFTER_QUOTE };

/* One byte further; a state, or -1 where a quote is followed by text. */
static int next_state(enum state state, char c, char delimiter)
{
    switch (state) {
    case IN_QUOTES:
        return c == '"' ? AFTER_QUOTE : IN_QUOTES;
    case AFTER_QUOTE:
        return c == '"' ? IN_QUOTES : c == delimiter ? AT_FIELD : -1;
    case AT_FIELD:
        if (c == '"')
            return IN_QUOTES;
        return c == delimiter ? AT_FIELD : IN_PLAIN;
    case IN_PLAIN:
        break;
    }
    return c == delimiter ? AT_FIELD : IN_PLAIN;
}

mg_record_kind mg_record_next(const char *text, size_t n, bool ended, char delimiter,
                              size_t *length, const char **why)
{
    static const char *const open = "a quoted field that opens on this line never closes";
    enum state state = AT_FIELD;
    bool nul = false;
    size_t i;

    for (i = 0; i < n && i < MG_RECORD_MAX; i++) {
        char c = text[i];
        if (state != IN_QUOTES && (c == '\n' || c == '\r'))
            break;
        nul |= c == '\0';
        int next = next_state(state, c, delimiter);
        if (next < 0)
            return bad(text, n, ended, length, why,
                       "text follows the closing quote of a field");
        state = (enum state)next;
    }
    if (i == MG_RECORD_MAX)
        return bad(text, n, ended, length, why,
                   state == IN_QUOTES ? open : "a record longer than 1 MiB");
    if (i == n) {
        if (!ended)
            return MG_RECORD_MORE;
        if (state == IN_QUOTES)
            return bad(text, n, ended, length, why, open);
        *length = n;
    } else {
        if (text[i] == '\r' && i + 1 == n && !ended)
            return MG_RECORD_MORE;
        *length = i + 1 + (text[i] == '\r' && i + 1 < n && text[i + 1] == '\n');
    }
    if (nul)
        return bad(text, n, ended, length, why,
                   "a NUL byte (null byte, control character)");
    return MG_RECORD_WHOLE;
}

struct mg_splitter {
    struct csv_parser parser;
    bool started;
    char *text; /* the fields of the record, one after the other */
    size_t n_text, room_text;
    size_t *starts;
    mg_cell *cells;
    size_t n_cells, room_starts, room_cells;
    mg_status status;
    mg_error *err;
};

static int never_blank(unsigned char c)
{
    (void)c;
    return 0;
}

mg_splitter *mg_splitter_new(char delimiter)
{
    mg_splitter *s = mg_alloc_zero(1, sizeof *s);

    if (s == NULL)
        return NULL;
    if (csv_init(&s->parser, 0) != 0) {
        free(s);
        return NULL;
    }
    s->started = true;
    csv_set_delim(&s->parser, (unsigned char)delimiter);
    csv_set_blk_size(&s->parser, 1 << 16); /* of 128 bytes, a long field takes ages */
    csv_set_space_func(&s->parser, never_blank);
    return s;
}

void mg_splitter_free(mg_splitter *s)
{
    if (s == NULL)
        return;
    if (s->started)
        csv_free(&s->parser);
    free(s->text);
    free(s->starts);
    free(s->cells);
    free(s);
}

static void take_field(void *text, size_t n, void *self)
{
    mg_splitter *s = self;

    if (s->status == MG_OK)
        s->status = mg_grow((void **)&s->text, &s->room_text, s->n_text + n, 1, s->err);
    if (s->status == MG_OK)
        s->status = mg_grow((void **)&s->starts, &s->room_starts, s->n_cells + 2,
                            sizeof *s->starts, s->err);
    if (s->status != MG_OK)
        return;
    if (n > 0)
        memcpy(s->text + s->n_text, text, n);
    s->starts[s->n_cells++] = s->n_text;
    s->n_text += n;
}

static void ignore_record(int end, void *self)
{
    (void)end;
    (void)self;
}

mg_status mg_record_fields(mg_splitter *s, const char *text, size_t n,
                           const mg_cell **cells, size_t *n_cells, mg_error *err)
{
    s->n_text = s->n_cells = 0;
    s->status = MG_OK;
    s->err = err;
    *n_cells = 0;
    if (csv_parse(&s->parser, text, n, take_field, ignore_record, s) != n)
        return mg_fail(err, csv_error(&s->parser) == CSV_ENOMEM ? MG_E_NOMEM : MG_E_PARSE,
                       "%s", csv_strerror(csv_error(&s->parser)));
    csv_fini(&s->parser, take_field, ignore_record, s);
    if (s->status == MG_OK)
        s->status = mg_grow((void **)&s->cells, &s->room_cells, s->n_cells + 1,
                            sizeof *s->cells, err);
    if (s->status != MG_OK)
        return s->status;
    for (size_t i = 0; i < s->n_cells; i++) {
        size_t end = i + 1 < s->n_cells ? s->starts[i + 1] : s->n_text;
        s->cells[i] = s->text != NULL
                          ? (mg_cell){s->text + s->starts[i], end - s->starts[i]}
                          : (mg_cell){"", 0}; /* empty fields only, so far */
    }
    *cells = s->cells;
    *n_cells = s->n_cells;
    return MG_OK;
}
