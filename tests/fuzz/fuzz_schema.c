/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fuzz_schema.c - the first line is a header, the second a row; fields are split
 * at commas. A schema that is recognised is consistent; a decoder gives the same
 * on the second call; a refusal says why and names a field; notes add up. */
#include <math.h>
#include <string.h>

#include "mirrorgap/schema.h"
#include "reading.h"

enum { CELLS = 200 };

static size_t split(const char *text, size_t n, mg_cell cells[CELLS])
{
    size_t count = 0;

    for (size_t at = 0; count < CELLS; count++) {
        const char *comma = n > at ? memchr(text + at, ',', n - at) : NULL;
        size_t end = comma != NULL ? (size_t)(comma - text) : n;
        cells[count] = (mg_cell){text + at, end - at};
        if (comma == NULL)
            return count + 1;
        at = end + 1;
    }
    return count;
}

static void check_schema(const mg_schema *s, size_t n)
{
    MUST(s->layout >= 0 && s->layout < MG_LAYOUTS);
    MUST(s->n_columns == n && s->n_unknown <= n);
    MUST(s->n_needed >= 1 && s->n_needed <= MG_FIELDS);
    MUST(s->n_main >= 1 && s->n_main <= s->n_needed);
    for (size_t i = 0; i < s->n_needed; i++) {
        MUST(s->needed[i] < MG_FIELDS);
        int column = s->column_of[s->needed[i]];
        MUST(column >= 0 && (size_t)column < n);
        MUST(i == 0 || i == s->n_main || s->column_of[s->needed[i - 1]] <= column);
        MUST(memchr(s->name_of[s->needed[i]], '\0', sizeof s->name_of[0]) != NULL);
    }
    MUST(s->column_of[MG_F_VALUE] >= 0 && s->column_of[MG_F_CODE] >= 0);
}

static void check_decoding(const mg_schema *schema, const mg_cell cells[MG_FIELDS])
{
    static mg_decoder *decoder;
    const mg_decode_options options = {.ref = fuzz_ref()};
    mg_row rows[2];
    double values[2];
    mg_fate fates[2];
    mg_refusal why[2] = {{MG_FIELDS, NULL}, {MG_FIELDS, NULL}};

    if (decoder == NULL)
        decoder = mg_decoder_new(&options);
    MUST(decoder != NULL);
    memset(rows, 0, sizeof rows);
    for (int i = 0; i < 2; i++) {
        mg_notes *notes = mg_decoder_notes(decoder);
        notes->codes_restored = notes->optional_unreadable = 0;
        fates[i] = mg_decode(schema, decoder, cells, &rows[i], &values[i], &why[i]);
        MUST(notes->codes_restored <= 1 && notes->optional_unreadable <= 6);
        if (fates[i] == MG_KEPT)
            MUST((notes->codes_restored == 1) ==
                 ((rows[i].flags & MG_FLAG_CODE_RESTORED) != 0));
    }
    MUST(fates[0] == fates[1]); /* the cache of names changes nothing */
    MUST(isnan(values[0]) ? isnan(values[1]) : values[0] == values[1]);
    MUST(fates[0] < MG_BREAKDOWN);
    if (fates[0] == MG_MALFORMED) {
        MUST(why[0].field < MG_FIELDS && why[0].why != NULL && why[0].why[0] != '\0');
        MUST(why[0].field == why[1].field && why[0].why == why[1].why);
    }
    if (fates[0] == MG_KEPT) {
        MUST(rows[0].value_usd == values[0] && values[0] >= 0);
        MUST(mg_row_order(&rows[0], &rows[1]) == 0);
        MUST(mg_row_same_figures(&rows[0], &rows[1]));
        MUST(!mg_row_world(&rows[0]) && rows[0].exporter != rows[0].importer);
        char text[MG_HS_TEXT];
        mg_hs_text(rows[0].hs, text);
        uint32_t hs;
        MUST(mg_hs_pack((mg_cell){text, strlen(text)}, &hs) && hs == rows[0].hs);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    mg_cell header[CELLS];
    mg_cell row[CELLS] = {{0}};
    mg_cell cells[MG_FIELDS] = {{0}};
    mg_schema schema;
    mg_error err = {0};
    const char *text = (const char *)data;
    const char *end = size > 0 ? memchr(text, '\n', size) : NULL;
    size_t n = end != NULL ? (size_t)(end - text) : size;
    size_t n_header = split(text, n, header);

    MUST(mg_schema_known(header, n_header) <= n_header);
    for (int forced = -1; forced < MG_LAYOUTS; forced++) {
        mg_status status = mg_schema_recognise(header, n_header, forced, &schema, &err);
        MUST(status == MG_OK || (status == MG_E_PARSE && err.what[0] != '\0'));
        if (status == MG_OK)
            check_schema(&schema, n_header);
        if (status != MG_OK || end == NULL)
            continue;
        split(end + 1, size - n - 1, row);
        for (size_t i = 0; i < schema.n_needed; i++)
            cells[schema.needed[i]] = row[schema.column_of[schema.needed[i]]];
        mg_schema_look_at_row(&schema, cells);
        check_decoding(&schema, cells);
        memset(cells, 0, sizeof cells);
    }
    return 0;
}
