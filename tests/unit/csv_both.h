/* SPDX-License-Identifier: GPL-3.0-or-later */
/* csv_both.h - one text through the reference and through the fast scan, each to
 * one text that shows every field: fields end with '|', records with '/', a bad
 * line is "!". Blank lines are no records, as libcsv has it. False: no memory. */
#ifndef MG_CSV_BOTH_H
#define MG_CSV_BOTH_H

#include <stdlib.h>
#include <string.h>

#include "mirrorgap/csv.h"

struct parsed {
    char *text;
    size_t n, room;
    size_t records, bad;
};

static inline bool parsed_add(struct parsed *p, const char *text, size_t n)
{
    if (p->n + n + 1 > p->room) {
        size_t room = 2 * (p->n + n) + 64;
        char *grown = realloc(p->text, room);
        if (grown == NULL)
            return false;
        p->text = grown;
        p->room = room;
    }
    if (n > 0)
        memcpy(p->text + p->n, text, n);
    p->n += n;
    p->text[p->n] = '\0';
    return true;
}

static inline bool parsed_record(struct parsed *p, const mg_cell *cells, size_t n)
{
    bool ok = true;

    for (size_t i = 0; ok && i < n; i++)
        ok = parsed_add(p, cells[i].text, cells[i].n) && parsed_add(p, "|", 1);
    p->records++;
    return ok && parsed_add(p, "/", 1);
}

/* A line with nothing on it. */
static inline bool blank_record(const char *text, size_t n)
{
    return n == 0 || (n == 1 && (text[0] == '\n' || text[0] == '\r')) ||
           (n == 2 && text[0] == '\r' && text[1] == '\n');
}

static inline bool parse_slowly(const char *text, size_t n, char delimiter,
                                struct parsed *p)
{
    mg_splitter *splitter = mg_splitter_new(delimiter);
    bool ok = splitter != NULL && parsed_add(p, "", 0);

    for (size_t at = 0; ok && at < n;) {
        const mg_cell *cells = NULL;
        size_t n_cells = 0;
        size_t length = 0;
        const char *why;
        mg_record_kind kind =
            mg_record_next(text + at, n - at, true, delimiter, &length, &why);
        if (kind == MG_RECORD_MORE || length == 0 || length > n - at)
            abort(); /* the bookkeeping of records is broken */
        if (kind == MG_RECORD_BAD) {
            p->bad++;
            ok = parsed_add(p, "!", 1);
        } else {
            ok = mg_record_fields(splitter, text + at, length, &cells, &n_cells, NULL) ==
                 MG_OK;
            if (ok && blank_record(text + at, length) != (n_cells == 0))
                abort();
            if (ok && n_cells > 0)
                ok = parsed_record(p, cells, n_cells);
        }
        at += length;
    }
    mg_splitter_free(splitter);
    return ok;
}

/* The field without its quotes, doubled ones single. */
static inline bool parsed_field(struct parsed *p, mg_cell field)
{
    bool doubled;
    bool ok = true;

    field = mg_field_unquote(field, &doubled);
    if (!doubled)
        return parsed_add(p, field.text, field.n) && parsed_add(p, "|", 1);
    for (size_t i = 0; ok && i < field.n; i++) {
        ok = parsed_add(p, field.text + i, 1);
        i += field.text[i] == '"';
    }
    return ok && parsed_add(p, "|", 1);
}

static inline bool parse_fast(const char *text, size_t n, char delimiter, mg_scan_way way,
                              bool *odd, struct parsed *p)
{
    static mg_scan scan; /* its room is large, and used again as it is in pieces */
    bool ok = mg_scan_fields(&scan, text, n, delimiter, way, odd, NULL) == MG_OK &&
              parsed_add(p, "", 0);
    size_t first = 0;

    for (size_t r = 0; ok && !*odd && r < scan.n_records; r++) {
        size_t last = scan.last[r];
        if (last < first || last >= scan.n_ends)
            abort();
        size_t from = first > 0 ? scan.ends[first - 1] + 1 : 0;
        size_t to = scan.ends[last];
        if (to < from || to > n)
            abort();
        if (to > from && text[to - 1] == '\r')
            to--;
        if (first == last && from == to) { /* a blank line */
            first = last + 1;
            continue;
        }
        for (size_t i = first; ok && i <= last; i++) {
            size_t begin = i > 0 ? scan.ends[i - 1] + 1 : 0;
            size_t end = i == last ? to : scan.ends[i];
            ok = parsed_field(p, (mg_cell){text + begin, end - begin});
        }
        p->records++;
        ok = ok && parsed_add(p, "/", 1);
        first = last + 1;
    }
    if (ok && !*odd && scan.n_ends != first)
        abort(); /* fields that belong to no record */
    return ok;
}

#endif
