/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Delimited text: the header, then pieces parsed in parallel. A piece with odd
 * quotes goes through the reference splitter and libcsv, from its first record
 * on, until text that the fast scan can read comes again. */
#include <stdlib.h>
#include <string.h>

#include "app/csv_pieces.h"
#include "mirrorgap/mem.h"
#include "mirrorgap/threads.h"

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

/* Figures that nobody will read need not be found. */
static void leave_out(mg_schema *schema, uint32_t columns)
{
    static const struct {
        mg_column column;
        mg_field field;
    } figures[] = {{MG_C_KG, MG_F_KG},    {MG_C_KG, MG_F_KG_ESTIMATED},
                   {MG_C_QTY, MG_F_QTY},  {MG_C_QTY, MG_F_QTY_ESTIMATED},
                   {MG_C_CIF, MG_F_CIF},  {MG_C_FOB, MG_F_FOB},
                   {MG_C_UNIT, MG_F_UNIT}};

    for (size_t i = 0; i < sizeof figures / sizeof *figures; i++)
        if ((columns & MG_BIT(figures[i].column)) == 0)
            mg_schema_leave_out(schema, figures[i].field);
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
    csv->slow.lines = mg_count_lines(b->text, at);
    csv->cut = csv->slow.cut;
    if (status == MG_OK)
        status = accept_piece(csv->member, &csv->slow, b->base, err);
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

/* Fast where the text allows it, by the reference where it does not. */
static mg_status read_text(struct csv *csv, mg_error *err)
{
    struct text_buffer *b = &csv->member->buffer;
    mg_status status = MG_OK;

    if (csv->member->options->parser == READ_LIBCSV)
        csv->slow_until = UINT64_MAX;
    while (status == MG_OK) {
        if (b->base >= csv->slow_until)
            status = csv_read_pieces(csv, err);
        if (status == MG_OK)
            status = buffer_fill(b, PIECE_BYTES + MG_RECORD_MAX, err);
        if (status != MG_OK || b->n == 0)
            break;
        csv->last_line_open = b->text[b->n - 1] != '\n' && b->text[b->n - 1] != '\r';
        status = slow_piece(csv, err);
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
    csv->slow.source = csv->member->options->source;
    bool ok = csv->pieces != NULL && csv->slow.decoder != NULL;
    for (size_t i = 0; ok && i < csv->n_pieces; i++) {
        csv->pieces[i].source = csv->member->options->source;
        ok = (csv->pieces[i].decoder = member_decoder(csv->member)) != NULL;
    }
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
        leave_out(&csv.schema, member->options->columns);
        member_layout(member, csv.schema.layout);
        mg_say(member->talk, MG_SAY_DETAIL,
               "%s: layout %s, delimiter '%s', %zu columns of which %zu are used and %zu "
               "are "
               "unknown",
               member->shown, mg_layout_name(csv.schema.layout),
               csv.delimiter == '\t' ? "TAB" : (char[]){csv.delimiter, '\0'},
               csv.schema.n_columns, csv.schema.n_needed, csv.schema.n_unknown);
        status = read_text(&csv, err);
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
