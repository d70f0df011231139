/* SPDX-License-Identifier: GPL-3.0-or-later */
/* piece.h - a run of whole records and what they decode to. */
#ifndef MG_APP_PIECE_H
#define MG_APP_PIECE_H

#include "app/read.h"

/* Small enough that text, ends of fields and rows stay in a processor's cache. */
enum { PIECE_BYTES = 1 << 18, PIECE_REJECTS_MAX = 1000 };

struct piece {
    const char *text;
    size_t n;
    char *own;        /* text that is the piece's own, PIECE_BYTES of room; or NULL */
    mg_packed packed; /* the rows */
    uint32_t fine;    /* columns with fractions among them, as MG_BIT()s */
    uint32_t source;  /* the number they carry */
    uint64_t records;
    uint64_t lines; /* physical lines of the whole piece */
    struct tally tally;
    struct rejects rejects;  /* line and byte count from the piece's start */
    struct rejects examples; /* the first few rows of each fate but kept, malformed */
    mg_decoder *decoder;
    mg_scan scan;
    char *scratch; /* fields of a record whose quotes were doubled */
    size_t room_scratch;
    bool odd;
    bool done; /* parsed; the reader's mark */
    bool cut;  /* the last record has too few fields and no line end */
    /* where lines were counted to, for rejects */
    size_t counted_to;
    uint64_t counted_lines;
    mg_status status;
    mg_error error;
};

void piece_clear(struct piece *piece, const char *text, size_t n);
void piece_release(struct piece *piece);

/* Decodes the record whose fields are in `cells` and that starts at offset
 * `at` of the piece, `n` bytes long. */
MG_MUST_CHECK mg_status piece_take(struct piece *piece, const mg_schema *schema,
                                   const mg_cell cells[MG_FIELDS], size_t at, size_t n,
                                   mg_error *err);

/* Counts a record as malformed. field: mg_field, or -1 for the whole record. */
MG_MUST_CHECK mg_status piece_refuse(struct piece *piece, const mg_schema *schema,
                                     int field, const char *why, size_t at, size_t n,
                                     mg_error *err);

/* Whether a record of n fields fits the header: as many, or one more that is
 * empty, as web downloads have. last: without its quotes. */
bool fields_fit(const mg_schema *schema, size_t n, mg_cell last);
extern const char *const wrong_field_count;

/* Parses the whole piece by the fast scan; piece->odd tells that it must go
 * through the reference. The result and any error are in the piece. */
void piece_parse(struct piece *piece, const mg_schema *schema, char delimiter,
                 mg_scan_way way);

#endif
