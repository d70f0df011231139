/* SPDX-License-Identifier: GPL-3.0-or-later */
/* parser.c - the CSV reader alone, beside libcsv, on a file held in memory.
 *
 * One thread, no file access, no decoding beyond twelve fields. Every way
 * converts the same fields by the same function and must come to the same
 * checksum. One line a way and round, as name=value. */
#include <csv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "mirrorgap/csv.h"
#include "mirrorgap/mem.h"
#include "mirrorgap/number.h"
#include "mirrorgap/table.h"

enum { PIECE = 1 << 18, COLUMNS_MAX = 256 };

enum field { PERIOD, REPORTER, FLOW, PARTNER, PARTNER2, CMD, CUSTOMS, MOT, NUMBERS };
enum { KG = NUMBERS, CIF, FOB, VALUE, FIELDS };

static const char *const names[FIELDS] = {
    [PERIOD] = "Period",       [REPORTER] = "ReporterCode", [FLOW] = "FlowCode",
    [PARTNER] = "PartnerCode", [PARTNER2] = "Partner2Code", [CMD] = "CmdCode",
    [CUSTOMS] = "CustomsCode", [MOT] = "MotCode",           [KG] = "NetWgt",
    [CIF] = "Cifvalue",        [FOB] = "Fobvalue",          [VALUE] = "PrimaryValue",
};

struct layout {
    size_t n_columns;
    unsigned column[FIELDS]; /* of the twelve fields */
    signed char field_of[COLUMNS_MAX];
};

/* What the rows read so far come to. */
struct tally {
    uint64_t rows, fields, row_sum, checksum;
    bool bad;
};

static void die(const char *what, const char *subject)
{
    fprintf(stderr, "parser: %s '%s'\n", what, subject);
    exit(1);
}

/* The bits of a field's value; a blank one has bits of its own. */
static inline uint64_t convert(unsigned field, mg_cell cell, bool *bad)
{
    uint64_t bits = UINT64_MAX;
    uint32_t hs;
    uint16_t customs;
    double value;

    if (cell.n == 0)
        return bits;
    if (field >= NUMBERS) {
        *bad |= !mg_number_read(cell.text, cell.n, 0, &value);
        memcpy(&bits, &value, sizeof bits);
    } else if (field == CMD) {
        *bad |= !mg_hs_pack(cell, &hs);
        bits = hs;
    } else if (field == CUSTOMS) {
        *bad |= !mg_customs_pack(cell, &customs);
        bits = customs;
    } else if (field == FLOW) {
        bits = (unsigned char)cell.text[0] | (uint64_t)cell.n << 8;
    } else {
        *bad |= !mg_integer_read(cell.text, cell.n, &bits);
    }
    return bits;
}

static inline void take_field(struct tally *t, unsigned field, mg_cell cell)
{
    t->row_sum += convert(field, cell, &t->bad) * (2654435761U + 2 * (uint64_t)field);
}

static inline void take_row(struct tally *t)
{
    t->checksum = (t->checksum ^ t->row_sum) * 0x9e3779b97f4a7c15U;
    t->row_sum = 0;
    t->rows++;
}

/* ---- ours: scan a piece, then jump to the needed fields of each record ---- */

static void take_records(const mg_scan *scan, const char *text,
                         const struct layout *layout, struct tally *t)
{
    size_t first = 0;

    for (size_t r = 0; r < scan->n_records; r++) {
        const uint32_t *ends = scan->ends + first;
        size_t at = first > 0 ? ends[-1] + 1 : 0;
        t->bad |= scan->last[r] + 1 - first != layout->n_columns;
        if (t->bad)
            return;
#pragma GCC unroll 12
        for (unsigned f = 0; f < FIELDS; f++) {
            size_t column = layout->column[f];
            size_t from = column > 0 ? ends[column - 1] + 1 : at;
            bool doubled;
            mg_cell cell = {text + from, ends[column] - from};
            cell = mg_field_unquote(cell, &doubled);
            t->bad |= doubled; /* does not happen in these twelve */
            take_field(t, f, cell);
        }
        take_row(t);
        first = scan->last[r] + 1;
    }
}

static void by_scan(const char *text, size_t n, const struct layout *layout,
                    mg_scan_way way, bool convert_too, struct tally *t)
{
    mg_scan scan = {0};

    for (size_t at = 0, length; at < n && !t->bad; at += length) {
        bool odd = false;
        length = n - at <= PIECE ? n - at : mg_whole_records(text + at, PIECE);
        if (length == 0 ||
            mg_scan_fields(&scan, text + at, length, ',', way, &odd, NULL) != MG_OK ||
            odd)
            t->bad = true;
        else if (convert_too)
            take_records(&scan, text + at, layout, t);
        else
            t->rows += scan.n_records;
        t->fields += scan.n_ends;
    }
    mg_scan_release(&scan);
}

/* ---- libcsv: its callbacks do the same ---- */

struct reference {
    const struct layout *layout;
    struct tally *tally;
    size_t column;
};

static void reference_field(void *text, size_t n, void *self)
{
    struct reference *r = self;
    int field = r->column < COLUMNS_MAX ? r->layout->field_of[r->column] : -1;

    r->column++;
    if (field >= 0)
        take_field(r->tally, (unsigned)field, (mg_cell){text, n});
}

static void reference_row(int end, void *self)
{
    struct reference *r = self;

    (void)end;
    r->tally->bad |= r->column != r->layout->n_columns;
    r->tally->fields += r->column;
    r->column = 0;
    take_row(r->tally);
}

static void by_libcsv(const char *text, size_t n, const struct layout *layout,
                      struct tally *t)
{
    struct csv_parser parser;
    struct reference reference = {layout, t, 0};

    if (csv_init(&parser, 0) != 0)
        die("cannot start", "libcsv");
    for (size_t at = 0; at < n && !t->bad; at += PIECE) {
        size_t length = n - at < PIECE ? n - at : PIECE;
        t->bad |= csv_parse(&parser, text + at, length, reference_field, reference_row,
                            &reference) != length;
    }
    csv_fini(&parser, reference_field, reference_row, &reference);
    csv_free(&parser);
}

/* ---- the ways, the file, the clock ---- */

static const char *const ways[] = {"best", "portable", "libcsv", "scan"};
enum { BEST, PORTABLE, LIBCSV, SCAN, WAYS };

static struct tally run(int way, const char *text, size_t n, const struct layout *layout)
{
    struct tally t = {0};

    if (way == LIBCSV)
        by_libcsv(text, n, layout, &t);
    else
        by_scan(text, n, layout, way == PORTABLE ? MG_SCAN_PORTABLE : MG_SCAN_BEST,
                way != SCAN, &t);
    if (t.bad || t.fields != t.rows * layout->n_columns)
        die("the file cannot be read by way of", ways[way]);
    return t;
}

static char *load(const char *path, size_t *n)
{
    FILE *file = fopen(path, "rb");
    long size;
    char *text;

    if (file == NULL || fseek(file, 0, SEEK_END) != 0 || (size = ftell(file)) < 0)
        die("cannot open", path);
    rewind(file);
    *n = (size_t)size;
    text = mg_alloc_large(*n + 1);
    if (text == NULL || fread(text, 1, *n, file) != *n)
        die("cannot read", path);
    fclose(file);
    return text;
}

/* Reads the header; where the rows start. */
static size_t read_header(const char *text, size_t n, struct layout *layout)
{
    mg_splitter *splitter = mg_splitter_new(',');
    const mg_cell *cells = NULL;
    const char *why = "";
    size_t length = 0;
    unsigned found = 0;

    if (splitter == NULL ||
        mg_record_next(text, n, true, ',', &length, &why) != MG_RECORD_WHOLE ||
        mg_record_fields(splitter, text, length, &cells, &layout->n_columns, NULL) !=
            MG_OK ||
        layout->n_columns > COLUMNS_MAX)
        die("no header:", why);
    for (unsigned c = 0; c < layout->n_columns; c++) {
        layout->field_of[c] = -1;
        for (unsigned f = 0; f < FIELDS; f++)
            if (mg_text_is(cells[c], names[f])) {
                layout->field_of[c] = (signed char)f;
                layout->column[f] = c;
                found++;
            }
    }
    mg_splitter_free(splitter);
    if (found != FIELDS)
        die("the header misses a column, or has it twice, of", "the twelve");
    return length;
}

static double seconds(clockid_t clock)
{
    struct timespec t;

    clock_gettime(clock, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Runs one way and prints its line; the checksum must be *expected, if any. */
static void measure(int way, int round, const char *text, size_t n,
                    const struct layout *layout, uint64_t *expected)
{
    double cpu = seconds(CLOCK_PROCESS_CPUTIME_ID);
    double wall = seconds(CLOCK_MONOTONIC);
    struct tally t = run(way, text, n, layout);

    cpu = seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu;
    wall = seconds(CLOCK_MONOTONIC) - wall;
    printf("way=%s round=%d rows=%llu bytes=%zu ns_row=%.2f gb_s=%.3f cpu_s_1e6=%.4f "
           "checksum=%016llx\n",
           ways[way], round, (unsigned long long)t.rows, n, 1e9 * wall / (double)t.rows,
           1e-9 * (double)n / wall, 1e6 * cpu / (double)t.rows,
           (unsigned long long)t.checksum);
    if (way == SCAN)
        return;
    if (*expected != 0 && t.checksum != *expected)
        die("another checksum by way of", ways[way]);
    *expected = t.checksum;
}

int main(int argc, char **argv)
{
    struct layout layout = {0};
    uint64_t expected = 0;
    size_t n;
    int rounds = 1;
    int only = -1;

    for (int option; (option = getopt(argc, argv, "r:w:")) != -1;) {
        if (option == 'r' && (rounds = atoi(optarg)) > 0)
            continue;
        for (int w = 0; option == 'w' && w < WAYS; w++)
            if (strcmp(optarg, ways[w]) == 0)
                only = w;
        if (option != 'w' || only < 0)
            die("usage: parser [-r ROUNDS] [-w best|portable|libcsv|scan] FILE; not",
                argv[optind - 1]);
    }
    if (optind + 1 != argc)
        die("one file is wanted, after", argv[optind - 1]);
    char *text = load(argv[optind], &n);
    size_t start = read_header(text, n, &layout);
    if (start == n)
        die("no rows in", argv[optind]);
    for (int way = 0; only < 0 && way < WAYS; way++) /* one run to warm up */
        run(way, text + start, n - start, &layout);
    for (int round = 1; round <= rounds; round++)
        for (int way = 0; way < WAYS; way++)
            if (only < 0 || way == only)
                measure(way, round, text + start, n - start, &layout, &expected);
    free(text);
    return 0;
}
