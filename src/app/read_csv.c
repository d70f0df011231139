/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Delimited text: the header, then rounds of pieces parsed in parallel. A
 * piece with odd quotes goes through the reference splitter and libcsv, from
 * its first record on, until text that the fast scan can read comes again. */
#include <stdlib.h>
#include <string.h>

#include "app/read_json.h"
#include "mirrorgap/mem.h"
#include "mirrorgap/threads.h"

struct csv {
    struct member *member;
    mg_schema schema;
    char delimiter;
    struct piece *pieces;
    size_t n_pieces;
    struct piece slow;
    mg_splitter *splitter;
    uint64_t slow_until; /* offset in the member up to which the reference reads */
    bool looked;         /* a first row has been looked at */
    bool last_line_open; /* the text so far does not end with a line end */
    bool cut;
};

static mg_status read_header(struct csv *csv, mg_error *err)
{
    static const char delimiters[] = {',', '\t', ';'};
    struct member *m = csv->member;
    struct text_buffer *b = &m->buffer;
    const mg_cell *cells = NULL;
    size_t n_cells = 0;
    size_t length = 0;
    size_t best_known = 0;
    const char *why = "";
    mg_status status = MG_OK;

    csv->delimiter = ',';
    for (size_t i = 0; i < sizeof delimiters; i++) {
        if (mg_record_next(b->text, b->n, b->ended, delimiters[i], &length, &why) !=
            MG_RECORD_WHOLE)
            continue;
        mg_splitter *splitter = mg_splitter_new(delimiters[i]);
        if (splitter == NULL)
            return mg_fail(err, MG_E_NOMEM, "cannot start a CSV parser");
        status = mg_record_fields(splitter, b->text, length, &cells, &n_cells, err);
        size_t known = status == MG_OK ? mg_schema_known(cells, n_cells) : 0;
        mg_splitter_free(splitter);
        if (status != MG_OK)
            return status;
        if (known > best_known) {
            best_known = known;
            csv->delimiter = delimiters[i];
        }
    }
    mg_record_kind kind =
        mg_record_next(b->text, b->n, b->ended, csv->delimiter, &length, &why);
    if (kind != MG_RECORD_WHOLE)
        return mg_fail(err, MG_E_PARSE, "no header line: %s",
                       kind == MG_RECORD_BAD ? why : "the first line never ends");
    csv->splitter = mg_splitter_new(csv->delimiter);
    if (csv->splitter == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot start a CSV parser");
    status = mg_record_fields(csv->splitter, b->text, length, &cells, &n_cells, err);
    if (status == MG_OK)
        status =
            mg_schema_recognise(cells, n_cells, m->options->layout, &csv->schema, err);
    if (status != MG_OK) {
        if (err != NULL)
            err->line = m->lines + 1;
        return status;
    }
    m->lines += mg_count_lines(b->text, length);
    buffer_drop(b, length);
    return MG_OK;
}

/* Cells of a record that libcsv split, field by field. */
static void pick_cells(const mg_schema *schema, const mg_cell *all, mg_cell *cells)
{
    for (size_t i = 0; i < schema->n_needed; i++) {
        unsigned f = schema->needed[i];
        cells[f] = all[schema->column_of[f]];
    }
}

/* One record through the reference. *used = 0: more text is needed. */
static mg_status slow_record(struct csv *csv, const char *text, size_t n, bool ended,
                             size_t at, size_t *used, mg_error *err)
{
    struct piece *p = &csv->slow;
    const mg_cell *all = NULL;
    mg_cell cells[MG_FIELDS] = {{0}};
    size_t n_all = 0;
    const char *why = "";
    mg_record_kind kind =
        mg_record_next(text + at, n - at, ended, csv->delimiter, used, &why);
    mg_status status;

    if (kind == MG_RECORD_MORE) {
        *used = 0;
        return MG_OK;
    }
    if (kind == MG_RECORD_BAD) {
        tally_add(&p->tally, MG_MALFORMED, NAN);
        p->records++;
        return piece_refuse(p, &csv->schema, -1, why, at, *used, err);
    }
    status = mg_record_fields(csv->splitter, text + at, *used, &all, &n_all, err);
    if (status != MG_OK || n_all == 0) /* a blank line has no field */
        return status;
    if (fields_fit(&csv->schema, n_all, all[n_all - 1])) {
        pick_cells(&csv->schema, all, cells);
        return piece_take(p, &csv->schema, cells, at, *used, err);
    }
    p->cut = ended && at + *used == n && text[n - 1] != '\n' && text[n - 1] != '\r' &&
             n_all < csv->schema.n_columns;
    tally_add(&p->tally, MG_MALFORMED, NAN);
    p->records++;
    return piece_refuse(p, &csv->schema, -1, wrong_field_count, at, *used, err);
}

/* Reads from the start of the buffer by the reference, a piece's worth. */
static mg_status slow_piece(struct csv *csv, mg_error *err)
{
    struct text_buffer *b = &csv->member->buffer;
    size_t at = 0;
    size_t used = 1;
    mg_status status = MG_OK;

    piece_clear(&csv->slow, b->text, b->n);
    while (status == MG_OK && used > 0 && at < b->n && at < PIECE_BYTES &&
           b->base + at < csv->slow_until) {
        status = slow_record(csv, b->text, b->n, b->ended, at, &used, err);
        at += used;
    }
    if (status == MG_OK && at == 0)
        return mg_fail(err, MG_E_PARSE, "a record of more than %d bytes",
                       (int)MG_RECORD_MAX); /* cannot happen: the buffer holds more */
    csv->slow.n = at;
    csv->cut = csv->slow.cut;
    if (status == MG_OK)
        status = accept_piece(csv->member, &csv->slow, b->base, err);
    buffer_drop(b, at);
    return status;
}

/* Cuts the buffer's whole records into pieces; their number. */
static size_t cut_pieces(struct csv *csv)
{
    struct text_buffer *b = &csv->member->buffer;
    size_t whole = b->ended ? b->n : mg_whole_records(b->text, b->n);
    size_t n = 0;
    size_t at = 0;

    while (n < csv->n_pieces && at < whole) {
        size_t room = whole - at < PIECE_BYTES ? whole - at : PIECE_BYTES;
        size_t length = at + room == whole ? room : mg_whole_records(b->text + at, room);
        if (length == 0)
            break;
        piece_clear(&csv->pieces[n++], b->text + at, length);
        at += length;
    }
    return n;
}

/* Parses n pieces, then takes them in order up to the first odd one. */
static mg_status fast_round(struct csv *csv, size_t n, mg_error *err)
{
    struct text_buffer *b = &csv->member->buffer;
    mg_scan_way way =
        csv->member->options->parser == READ_PORTABLE ? MG_SCAN_PORTABLE : MG_SCAN_BEST;
    size_t at = 0;
    mg_status status = MG_OK;

#pragma omp parallel for schedule(dynamic, 1) num_threads(mg_threads())
    for (size_t i = 0; i < n; i++)
        piece_parse(&csv->pieces[i], &csv->schema, csv->delimiter, way);

    for (size_t i = 0; status == MG_OK && i < n; i++) {
        struct piece *p = &csv->pieces[i];
        if (p->status != MG_OK) {
            if (err != NULL)
                *err = p->error;
            return p->status;
        }
        if (p->odd) {
            csv->slow_until = b->base + at + p->n;
            break;
        }
        size_t length = p->n; /* accepting clears the piece */
        csv->cut = p->cut;
        status = accept_piece(csv->member, p, b->base + at, err);
        at += length;
    }
    buffer_drop(b, at);
    return status;
}

/* The first row tells the transitional layout from legacy-web. */
static mg_status look_at_row(struct csv *csv, mg_error *err)
{
    struct text_buffer *b = &csv->member->buffer;
    const mg_cell *all = NULL;
    mg_cell cells[MG_FIELDS] = {{0}};
    size_t n_all = 0;
    size_t length = 0;
    const char *why;

    if (mg_record_next(b->text, b->n, b->ended, csv->delimiter, &length, &why) !=
        MG_RECORD_WHOLE)
        return MG_OK;
    mg_status status =
        mg_record_fields(csv->splitter, b->text, length, &all, &n_all, err);
    if (status == MG_OK && n_all >= csv->schema.n_columns) {
        pick_cells(&csv->schema, all, cells);
        mg_schema_look_at_row(&csv->schema, cells);
    }
    return status;
}

static mg_status read_rounds(struct csv *csv, mg_error *err)
{
    struct text_buffer *b = &csv->member->buffer;
    const size_t round = csv->n_pieces * PIECE_BYTES + 4096;
    mg_status status = MG_OK;

    while (status == MG_OK) {
        status = buffer_fill(b, round + MG_RECORD_MAX, err);
        if (status != MG_OK || b->n == 0)
            break;
        csv->last_line_open = b->text[b->n - 1] != '\n' && b->text[b->n - 1] != '\r';
        if (csv->member->options->parser == READ_LIBCSV)
            csv->slow_until = UINT64_MAX;
        if (b->base < csv->slow_until) {
            status = slow_piece(csv, err);
        } else {
            size_t n = cut_pieces(csv);
            if (n == 0)
                csv->slow_until = b->base + 1; /* a record longer than a piece */
            else
                status = fast_round(csv, n, err);
        }
        if (status == MG_OK)
            status = mg_check_stop(csv->member->talk, err);
    }
    return status;
}

static mg_status make_pieces(struct csv *csv, mg_error *err)
{
    csv->n_pieces = 2 * (size_t)mg_threads();
    csv->pieces = mg_alloc_zero(csv->n_pieces, sizeof *csv->pieces);
    csv->slow.decoder = member_decoder(csv->member);
    bool ok = csv->pieces != NULL && csv->slow.decoder != NULL;
    for (size_t i = 0; ok && i < csv->n_pieces; i++)
        ok = (csv->pieces[i].decoder = member_decoder(csv->member)) != NULL;
    return ok ? MG_OK : mg_fail(err, MG_E_NOMEM, "cannot allocate read buffers");
}

mg_status read_csv(struct member *member, mg_error *err)
{
    struct csv csv = {.member = member};
    mg_status status = read_header(&csv, err);

    if (status == MG_OK)
        status = make_pieces(&csv, err);
    if (status == MG_OK)
        status = look_at_row(&csv, err);
    if (status == MG_OK) {
        member_layout(member, csv.schema.layout);
        mg_say(member->talk, MG_SAY_DETAIL,
               "%s: layout %s, delimiter '%s', %zu columns of which %zu are used and %zu "
               "are "
               "unknown",
               member->shown, mg_layout_name(csv.schema.layout),
               csv.delimiter == '\t' ? "TAB" : (char[]){csv.delimiter, '\0'},
               csv.schema.n_columns, csv.schema.n_needed, csv.schema.n_unknown);
        status = read_rounds(&csv, err);
    }
    if (status == MG_OK && csv.cut && csv.last_line_open) {
        member->account->cut++;
        if (!member->options->allow_truncated)
            status = mg_fail(
                err, MG_E_PARSE,
                "the file ends in the middle of a record (truncated); download it "
                "again, or --allow-truncated drops that record");
    }
    if (csv.slow.decoder != NULL)
        mg_notes_merge(&member->account->notes, mg_decoder_notes(csv.slow.decoder));
    piece_release(&csv.slow);
    for (size_t i = 0; csv.pieces != NULL && i < csv.n_pieces; i++) {
        if (csv.pieces[i].decoder != NULL)
            mg_notes_merge(&member->account->notes,
                           mg_decoder_notes(csv.pieces[i].decoder));
        piece_release(&csv.pieces[i]);
    }
    free(csv.pieces);
    mg_splitter_free(csv.splitter);
    return status;
}
