/* SPDX-License-Identifier: GPL-3.0-or-later */
/* csv.h - where the records and fields of delimited text begin and end.
 *
 * RFC 4180 with LF, CRLF or CR at the end of a record. A quote inside an
 * unquoted field is a letter like any other. Two ways give the same records
 * and fields on every input: mg_scan_fields(), which looks at 64 bytes at once
 * and steps aside where quotes are odd, and mg_record_next() with
 * mg_record_fields() (libcsv), the reference and the way through odd text.
 * Pure functions on memory; one mg_scan belongs to one thread at a time. */
#ifndef MG_CSV_H
#define MG_CSV_H

#include "mirrorgap/text.h"

/* Longest record that is read, in bytes; longer ones are malformed. */
enum { MG_RECORD_MAX = 1 << 20 };

/* Ends of fields: ends[i] is the offset of the delimiter, line end or text end
 * that closes field i of the text; last[r] is the index of the last field of
 * record r. The arrays grow as needed and are the scan's: mg_scan_release(). */
typedef struct mg_scan {
    uint32_t *ends;
    size_t n_ends, room_ends;
    uint32_t *last;
    size_t n_records, room_last;
} mg_scan;

typedef enum mg_scan_way {
    MG_SCAN_BEST,     /* what this processor does best */
    MG_SCAN_PORTABLE, /* 8 bytes at a time, on any processor */
    MG_SCAN_AVX2      /* no more than AVX2, where the processor has it */
} mg_scan_way;

/* Scans text[0..n), n below 2^31, which starts at the start of a record and
 * ends at the end of one (the last line end may be missing). *odd tells that
 * the text must go through the reference instead: a NUL byte, a lone CR, text
 * around quotes, an open quote. The scan is then undefined.
 * Errors: MG_E_NOMEM. */
MG_MUST_CHECK mg_status mg_scan_fields(mg_scan *scan, const char *text, size_t n,
                                       char delimiter, mg_scan_way way, bool *odd,
                                       mg_error *err);
void mg_scan_release(mg_scan *scan);

/* Whether the text of a field as scanned is quoted; then without its quotes.
 * *doubled: it holds "" that mean one ". */
static inline mg_cell mg_field_unquote(mg_cell field, bool *doubled)
{
    *doubled = false;
    if (field.n < 2 || field.text[0] != '"')
        return field;
    field.text++;
    field.n -= 2;
    *doubled = memchr(field.text, '"', field.n) != NULL;
    return field;
}

typedef enum mg_record_kind {
    MG_RECORD_WHOLE,
    MG_RECORD_BAD, /* one line that is no record; *why tells */
    MG_RECORD_MORE /* more text is needed to tell */
} mg_record_kind;

/* The first record of text[0..n). *length is its length with its line end.
 * ended: no more text will follow. A quote that is followed by text, or never
 * closes, or a NUL byte, makes the physical line on which the record starts a
 * bad record, and the next line starts afresh, so that nothing is swallowed. A
 * line that is bad or too long is cut after MG_RECORD_MAX bytes. */
mg_record_kind mg_record_next(const char *text, size_t n, bool ended, char delimiter,
                              size_t *length, const char **why);

/* The fields of one whole record (with or without its line end), through
 * libcsv. Cells point into the splitter and live until its next call. */
typedef struct mg_splitter mg_splitter;
mg_splitter *mg_splitter_new(char delimiter); /* NULL: no memory */
void mg_splitter_free(mg_splitter *splitter);
MG_MUST_CHECK mg_status mg_record_fields(mg_splitter *splitter, const char *text,
                                         size_t n, const mg_cell **cells, size_t *n_cells,
                                         mg_error *err);

/* Length of the longest part of text[0..n) that ends at the end of a record,
 * where text starts at the start of one and its quotes are well-formed; 0 where
 * no record ends in it. */
size_t mg_whole_records(const char *text, size_t n);

/* Physical lines that end in text[0..n): LF, CRLF or CR. */
size_t mg_count_lines(const char *text, size_t n);

#endif
