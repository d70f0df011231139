/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/piece.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mirrorgap/block.h"
#include "mirrorgap/mem.h"

const char *const wrong_field_count =
    "the number of fields is not that of the header's columns";

void tally_add(struct tally *tally, mg_fate fate, double value)
{
    tally->rows[fate]++;
    if (!isnan(value))
        mg_sum_add(&tally->value[fate], value);
}

void tally_merge(struct tally *tally, const struct tally *more)
{
    for (int f = 0; f < MG_FATE_COUNT; f++) {
        tally->rows[f] += more->rows[f];
        mg_sum_merge(&tally->value[f], &more->value[f]);
    }
}

void piece_clear(struct piece *piece, const char *text, size_t n)
{
    piece->text = text;
    piece->n = n;
    mg_packed_clear(&piece->packed);
    piece->fine = 0;
    piece->records = 0;
    piece->lines = 0;
    piece->tally = (struct tally){0};
    piece->rejects.n = 0;
    piece->rejects.total = 0;
    piece->examples.n = 0;
    piece->odd = piece->cut = false;
    piece->counted_to = 0;
    piece->counted_lines = 0;
    piece->status = MG_OK;
    piece->error = (mg_error){0};
}

void piece_release(struct piece *piece)
{
    mg_scan_release(&piece->scan);
    mg_decoder_free(piece->decoder);
    mg_packed_release(&piece->packed);
    free(piece->own);
    free(piece->scratch);
    free(piece->rejects.items);
    free(piece->examples.items);
    *piece = (struct piece){0};
}

/* Adds a record to a list, with its place and its text. */
static mg_status note(struct piece *piece, struct rejects *list,
                      const struct reject *what, size_t at, size_t n, mg_error *err)
{
    mg_status status = mg_grow((void **)&list->items, &list->room, list->n + 1,
                               sizeof *list->items, err);

    if (status != MG_OK)
        return status;
    if (at > piece->counted_to) { /* lines are only counted for what is told */
        piece->counted_lines +=
            mg_count_lines(piece->text + piece->counted_to, at - piece->counted_to);
        piece->counted_to = at;
    }
    struct reject *reject = &list->items[list->n++];
    *reject = *what;
    reject->line = piece->counted_lines + 1;
    reject->byte = at;
    while (n > 0 && (piece->text[at + n - 1] == '\n' || piece->text[at + n - 1] == '\r'))
        n--;
    mg_text_show((mg_cell){piece->text + at, n}, reject->raw, sizeof reject->raw);
    return MG_OK;
}

mg_status piece_refuse(struct piece *piece, const mg_schema *schema, int field,
                       const char *why, size_t at, size_t n, mg_error *err)
{
    struct reject reject = {.why = why, .fate = MG_MALFORMED};

    piece->rejects.total++;
    if (piece->rejects.n >= PIECE_REJECTS_MAX)
        return MG_OK;
    if (field >= 0 && schema->column_of[field] >= 0) {
        reject.column = (uint64_t)schema->column_of[field] + 1;
        memcpy(reject.field, schema->name_of[field], sizeof reject.field);
    }
    return note(piece, &piece->rejects, &reject, at, n, err);
}

/* A row that the rule sets aside, for -v: the first few of each fate. */
static mg_status keep_example(struct piece *piece, mg_fate fate, size_t at, size_t n,
                              mg_error *err)
{
    struct reject example = {.why = mg_fate_name(fate), .fate = fate};

    return piece->tally.rows[fate] <= EXAMPLES
               ? note(piece, &piece->examples, &example, at, n, err)
               : MG_OK;
}

/* A header repeated inside the data, as glued files have it. */
static bool repeats_header(const mg_schema *schema, const mg_cell cells[MG_FIELDS])
{
    return cells[MG_F_VALUE].n > 0 &&
           mg_text_is(cells[MG_F_VALUE], schema->name_of[MG_F_VALUE]) &&
           mg_text_is(cells[MG_F_CODE], schema->name_of[MG_F_CODE]);
}

static unsigned fraction(double v, mg_column column)
{
    /* money is below 1e18 */
    return isnan(v) || v == (double)(int64_t)v ? 0 : MG_BIT(column);
}

static uint32_t fractions(const mg_row *row)
{
    return fraction(row->value_usd, MG_C_VALUE) | fraction(row->kg, MG_C_KG) |
           fraction(row->qty, MG_C_QTY) | fraction(row->cif_usd, MG_C_CIF) |
           fraction(row->fob_usd, MG_C_FOB);
}

mg_status piece_take(struct piece *piece, const mg_schema *schema,
                     const mg_cell cells[MG_FIELDS], size_t at, size_t n, mg_error *err)
{
    double value;
    mg_refusal why = {MG_F_VALUE, ""};
    mg_row row;
    mg_status status = MG_OK;
    mg_fate fate = mg_decode(schema, piece->decoder, cells, &row, &value, &why);

    tally_add(&piece->tally, fate, value);
    if (fate == MG_KEPT || (fate == MG_AGGREGATE_PARTNER && row.fate != 0)) {
        row.source = piece->source;
        piece->fine |= fractions(&row);
        status = mg_packed_add(&piece->packed, &row, err);
        if (status != MG_OK)
            return status;
    }
    if (fate == MG_MALFORMED)
        status =
            repeats_header(schema, cells)
                ? piece_refuse(piece, schema, -1, "the header is repeated", at, n, err)
                : piece_refuse(piece, schema, (int)why.field, why.why, at, n, err);
    else if (fate != MG_KEPT)
        status = keep_example(piece, fate, at, n, err);
    piece->records++;
    return status;
}

bool fields_fit(const mg_schema *schema, size_t n, mg_cell last)
{
    return n == schema->n_columns || (n == schema->n_columns + 1 && last.n == 0);
}

/* Text of a quoted field with its doubled quotes made single, at `to`. */
static mg_cell unescape(mg_cell cell, char *to)
{
    size_t n = 0;

    for (size_t i = 0; i < cell.n; i++) {
        to[n++] = cell.text[i];
        i += cell.text[i] == '"';
    }
    return (mg_cell){to, n};
}

static mg_cell field_at(const struct piece *piece, size_t first, size_t column)
{
    size_t i = first + column;
    uint32_t from = i > 0 ? piece->scan.ends[i - 1] + 1 : 0;

    return (mg_cell){piece->text + from, piece->scan.ends[i] - from};
}

/* One record among the ends of the piece's fields. */
struct record {
    const uint32_t *ends;
    size_t n_fields;
    size_t at, end; /* in the text */
    mg_cell last;   /* its last field, without a CR */
    size_t unescaped;
};

/* Fields [from, to) of those that the schema needs. */
static mg_status find_cells(struct piece *piece, const mg_schema *schema,
                            struct record *r, size_t from, size_t to,
                            mg_cell cells[MG_FIELDS])
{
    for (size_t i = from; i < to; i++) {
        size_t column = schema->needed_column[i];
        size_t start = column > 0 ? r->ends[column - 1] + 1 : r->at;
        mg_cell cell = column + 1 == r->n_fields
                           ? r->last
                           : (mg_cell){piece->text + start, r->ends[column] - start};
        bool doubled;
        cell = mg_field_unquote(cell, &doubled);
        cells[schema->needed[i]] = cell;
        if (!doubled)
            continue;
        if (r->unescaped == 0) { /* one record's fields fit in the record's length */
            mg_status status = mg_grow((void **)&piece->scratch, &piece->room_scratch,
                                       r->end - r->at, 1, &piece->error);
            if (status != MG_OK)
                return status;
        }
        cells[schema->needed[i]] = unescape(cell, piece->scratch + r->unescaped);
        r->unescaped += cell.n;
    }
    return MG_OK;
}

/* Record r: its needed fields, decoded. */
static mg_status parse_record(struct piece *piece, const mg_schema *schema, size_t first,
                              size_t n_fields, mg_cell cells[MG_FIELDS])
{
    struct record r = {.ends = piece->scan.ends + first,
                       .n_fields = n_fields,
                       .at = first > 0 ? piece->scan.ends[first - 1] + 1 : 0,
                       .end = piece->scan.ends[first + n_fields - 1],
                       .last = field_at(piece, first, n_fields - 1)};
    bool doubled;

    if (r.last.n > 0 && r.last.text[r.last.n - 1] == '\r')
        r.last.n--;
    if (n_fields == 1 && r.last.n == 0)
        return MG_OK; /* a blank line */
    if (!fields_fit(schema, n_fields, mg_field_unquote(r.last, &doubled))) {
        piece->cut = r.end == piece->n && n_fields < schema->n_columns;
        tally_add(&piece->tally, MG_MALFORMED, NAN);
        piece->records++;
        return piece_refuse(piece, schema, -1, wrong_field_count, r.at, r.end - r.at,
                            &piece->error);
    }
    mg_status status = find_cells(piece, schema, &r, 0, schema->n_main, cells);
    if (status == MG_OK && mg_schema_wants_rest(schema, cells))
        status = find_cells(piece, schema, &r, schema->n_main, schema->n_needed, cells);
    else
        for (size_t i = schema->n_main; i < schema->n_needed; i++)
            cells[schema->needed[i]].n = 0; /* of a record before */
    return status == MG_OK
               ? piece_take(piece, schema, cells, r.at, r.end - r.at, &piece->error)
               : status;
}

void piece_parse(struct piece *piece, const mg_schema *schema, char delimiter,
                 mg_scan_way way)
{
    mg_cell cells[MG_FIELDS] = {{0}};
    size_t first = 0;

    piece->status = mg_scan_fields(&piece->scan, piece->text, piece->n, delimiter, way,
                                   &piece->odd, &piece->error);
    if (piece->n > MG_RECORD_MAX ||
        (piece->n == MG_RECORD_MAX && piece->scan.n_records == 1))
        piece->odd = true; /* a record may be over the limit: the reference tells */
    if (piece->odd)
        return;
    piece->lines = mg_count_lines(piece->text, piece->n);
    for (size_t r = 0; r < piece->scan.n_records && piece->status == MG_OK; r++) {
        size_t n = piece->scan.last[r] - first + 1;
        piece->status = parse_record(piece, schema, first, n, cells);
        first += n;
    }
}
