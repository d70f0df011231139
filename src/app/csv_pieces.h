/* SPDX-License-Identifier: GPL-3.0-or-later */
/* csv_pieces.h - the fast way through delimited text: pieces of whole records,
 * parsed by all threads, accepted in order. */
#ifndef MG_APP_CSV_PIECES_H
#define MG_APP_CSV_PIECES_H

#include "app/read_json.h"

struct csv {
    struct member *member;
    mg_schema schema;
    char delimiter;
    struct piece *pieces;
    size_t n_pieces;
    struct piece slow;
    mg_splitter *splitter;
    uint64_t slow_until; /* offset in the member up to which the reference reads */
    bool last_line_open; /* the text so far does not end with a line end */
    bool cut;            /* the last record accepted has too few fields */
};

/* Reads to the end of the member, or to a piece that the fast scan cannot read:
 * then the text from there on is in the member's buffer, and slow_until lies
 * beyond its start. */
MG_MUST_CHECK mg_status csv_read_pieces(struct csv *csv, mg_error *err);

#endif
