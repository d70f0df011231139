/* SPDX-License-Identifier: GPL-3.0-or-later */
/* decoder.h - the parts of decoding one record, cell by cell. */
#ifndef MG_SCHEMA_DECODER_H
#define MG_SCHEMA_DECODER_H

#include "mirrorgap/schema.h"

/* Names met lately and the area they mean: layouts without codes repeat them. */
enum { NAME_CACHE = 512, NAME_CACHE_BYTES = 44 };
struct cached_name {
    uint16_t year;
    uint8_t n;
    bool known;
    uint16_t code;
    char text[NAME_CACHE_BYTES];
};

struct mg_decoder {
    mg_decode_options options;
    const uint8_t *kinds; /* mg_ref_kinds() */
    mg_notes notes;
    struct cached_name names[NAME_CACHE];
};

/* Blank, NA, N/A, NaN, null (CONTRACT 2). */
static inline bool cell_missing(mg_cell cell)
{
    if (cell.n == 0)
        return true;
    if (cell.n > 4 || (cell.text[0] | 0x20) != 'n')
        return false;
    return mg_text_is(cell, "NA") || mg_text_is(cell, "N/A") || mg_text_is(cell, "NaN") ||
           mg_text_is(cell, "null");
}

/* Only ASCII letters and digits. */
bool cell_is_word(mg_cell cell);

/* The primary value in US dollars: not negative, below 1e18. */
bool decode_value(const mg_schema *schema, mg_cell cell, double *value, mg_refusal *why);

/* `code` is MG_F_REPORTER or MG_F_PARTNER; the two fields after it are the ISO3
 * and the name that a blank code falls back on. */
bool decode_area(mg_decoder *decoder, const mg_cell *cells, mg_field code, unsigned year,
                 uint16_t *area, mg_refusal *why);

bool decode_partner2(mg_decoder *decoder, const mg_cell *cells, mg_row *row,
                     mg_refusal *why);
bool decode_customs(mg_cell cell, uint16_t *customs);
/* A number up to max; blank, 0 and -1 are 0. */
bool decode_small(mg_cell cell, unsigned max, uint16_t *value);

/* Quantities, filed CIF and FOB, flags: what cannot be read is missing, and
 * noted. */
void decode_optional(const mg_schema *schema, mg_decoder *decoder, const mg_cell *cells,
                     mg_row *row);

#endif
