/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "mirrorgap/hash.h"
#include "mirrorgap/number.h"
#include "schema/decoder.h"

bool cell_is_word(mg_cell cell)
{
    for (size_t i = 0; i < cell.n; i++) {
        char c = cell.text[i];
        if (!((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z')))
            return false;
    }
    return cell.n > 0;
}

bool decode_value(const mg_schema *schema, mg_cell cell, double *value, mg_refusal *why)
{
    static const double limit = 1e18; /* 40,000 times the world's yearly trade */
    double got;

    cell = mg_text_trim(cell);
    *why = (mg_refusal){MG_F_VALUE, "the value is missing"};
    if (cell_missing(cell))
        return false;
    why->why = "the value is no plain number";
    if (!mg_number_read(cell.text, cell.n, schema->value_shift, &got))
        return false;
    why->why = "the value is negative";
    if (got < 0)
        return false;
    why->why = "the value is beyond 1e18 US dollars";
    if (got > limit)
        return false;
    *value = got;
    return true;
}

static bool is_world(mg_cell cell)
{
    return mg_text_is(cell, "W00") || mg_text_is(cell, "WLD");
}

/* Looks a name up, through the cache. */
static bool find_name(mg_decoder *decoder, mg_cell name, unsigned year, uint16_t *area)
{
    uint64_t slot = mg_hash64(name.text, name.n) % NAME_CACHE;
    struct cached_name *cached = &decoder->names[slot];

    if (cached->n == name.n && cached->year == year && name.n > 0 &&
        memcmp(cached->text, name.text, name.n) == 0) {
        *area = cached->code;
        return cached->known;
    }
    int code = mg_ref_find_area(decoder->options.ref, name, year);
    if (name.n <= NAME_CACHE_BYTES) {
        *cached = (struct cached_name){(uint16_t)year, (uint8_t)name.n, code >= 0,
                                       (uint16_t)(code >= 0 ? code : 0), ""};
        memcpy(cached->text, name.text, name.n);
    }
    *area = (uint16_t)(code >= 0 ? code : 0);
    return code >= 0;
}

/* A written code: digits, or one of the words for World. */
static bool read_code(mg_decoder *decoder, mg_cell cell, uint16_t *area, mg_refusal *why)
{
    uint64_t code = 0;

    why->why = "no area code (a whole number)";
    if (is_world(cell)) {
        *area = 0;
        return true;
    }
    if (!mg_integer_read(cell.text, cell.n, &code))
        return false;
    why->why = "no area code: beyond 65535";
    if (code > UINT16_MAX)
        return false;
    if (decoder->kinds[code] == MG_AREA_UNKNOWN)
        decoder->notes.unknown_areas[code / 64] |= 1ULL << code % 64;
    *area = (uint16_t)code;
    return true;
}

bool decode_area(mg_decoder *decoder, const mg_cell *cells, mg_field code, unsigned year,
                 uint16_t *area, mg_refusal *why)
{
    mg_cell text = mg_text_trim(cells[code]);
    mg_cell iso = mg_text_trim(cells[code + 1]);
    mg_cell name = mg_text_trim(cells[code + 2]);

    why->field = code;
    if (!cell_missing(text))
        return read_code(decoder, text, area, why);
    why->why = "neither code, ISO3 nor name of a country that the country table knows";
    if (!cell_missing(iso)) {
        why->field = (mg_field)(code + 1);
        if (find_name(decoder, iso, year, area))
            return true;
    }
    if (name.n == 0)
        return false;
    why->field = (mg_field)(code + 2);
    return find_name(decoder, name, year, area);
}

bool decode_partner2(mg_decoder *decoder, const mg_cell *cells, mg_row *row,
                     mg_refusal *why)
{
    mg_cell code = mg_text_trim(cells[MG_F_PARTNER2]);
    mg_cell iso = mg_text_trim(cells[MG_F_PARTNER2_ISO]);

    why->field = MG_F_PARTNER2;
    if (!cell_missing(code))
        return read_code(decoder, code, &row->partner2, why);
    why->field = MG_F_PARTNER2_ISO;
    why->why = "no ISO3 of a country that the country table knows";
    return cell_missing(iso) || is_world(iso) ||
           find_name(decoder, iso, 0, &row->partner2);
}

static bool is_none(mg_cell cell)
{
    return cell_missing(cell) || mg_text_is(cell, "0") || mg_text_is(cell, "-1");
}

bool decode_customs(mg_cell cell, uint16_t *customs)
{
    cell = mg_text_trim(cell);
    *customs = 0;
    return is_none(cell) || mg_text_is(cell, "C00") || mg_customs_pack(cell, customs);
}

bool decode_small(mg_cell cell, unsigned max, uint16_t *value)
{
    uint64_t got = 0;

    cell = mg_text_trim(cell);
    if (!is_none(cell) && (!mg_integer_read(cell.text, cell.n, &got) || got > max))
        return false;
    *value = (uint16_t)got;
    return true;
}

/* Whether two cells have the same text: then they mean the same number, and one of
 * them need not be read. */
static bool same_text(mg_cell a, mg_cell b)
{
    return a.n == b.n && a.n > 0 && memcmp(a.text, b.text, a.n) == 0;
}

/* A quantity or a filed value; 0, -1 and blanks are missing. */
static double optional_number(mg_decoder *decoder, mg_cell cell, int shift)
{
    double got;

    if (cell.n == 0)
        return NAN;
    cell = mg_text_trim(cell);
    if (cell_missing(cell))
        return NAN;
    if (!mg_number_read(cell.text, cell.n, shift, &got) || got > 1e18 ||
        (got < 0 && got != -1)) {
        decoder->notes.optional_unreadable++;
        return NAN;
    }
    return got > 0 ? got : NAN;
}

static double filed_value(const mg_schema *schema, mg_decoder *decoder,
                          const mg_cell *cells, mg_field field, double value)
{
    if (schema->value_shift == 0 && value > 0 &&
        same_text(cells[field], cells[MG_F_VALUE]))
        return value;
    return optional_number(decoder, cells[field], 0);
}

static bool is_true(mg_cell cell)
{
    return cell.n > 0 && ((cell.text[0] | 0x20) == 't' || cell.text[0] == '1');
}

void decode_optional(const mg_schema *schema, mg_decoder *decoder, const mg_cell *cells,
                     mg_row *row)
{
    uint64_t unit;
    uint64_t estimation = 0;
    mg_cell code = mg_text_trim(cells[MG_F_UNIT]);
    mg_cell flag = mg_text_trim(cells[MG_F_ESTIMATION]);
    mg_cell date = cells[MG_F_VINTAGE];

    row->kg = optional_number(decoder, cells[MG_F_KG], schema->qty_shift);
    row->qty = schema->qty_shift == 0 && same_text(cells[MG_F_QTY], cells[MG_F_KG])
                   ? row->kg
                   : optional_number(decoder, cells[MG_F_QTY], 0);
    row->cif_usd = filed_value(schema, decoder, cells, MG_F_CIF, row->value_usd);
    row->fob_usd = filed_value(schema, decoder, cells, MG_F_FOB, row->value_usd);
    if (!cell_missing(code) && !(code.n == 2 && code.text[0] == '-')) {
        if (mg_integer_read(code.text, code.n, &unit) && unit <= 127)
            row->unit = (int8_t)unit;
        else
            decoder->notes.optional_unreadable++;
    }
    if (!cell_missing(flag) && !mg_integer_read(flag.text, flag.n, &estimation))
        decoder->notes.optional_unreadable++;
    if (is_true(cells[MG_F_QTY_ESTIMATED]) || (estimation & 2) != 0)
        row->flags |= MG_FLAG_QTY_ESTIMATED;
    if (is_true(cells[MG_F_KG_ESTIMATED]) || (estimation & 4) != 0)
        row->flags |= MG_FLAG_KG_ESTIMATED;
    if (is_true(cells[MG_F_REPORTED]))
        row->flags |= MG_FLAG_REPORTED;
    if (is_true(cells[MG_F_AGGREGATE]))
        row->flags |= MG_FLAG_AGGREGATE;
    if (date.n > 0 && mg_vintage_read(date) != 0)
        row->vintage = mg_vintage_read(date);
}
