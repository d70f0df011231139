/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One record's cells to a typed row: the row-wise part of the clean-row rule
 * (CONTRACT 3.1 to 3.6). */
#include <stdlib.h>
#include <string.h>

#include "mirrorgap/mem.h"
#include "mirrorgap/number.h"
#include "schema/decoder.h"

void mg_notes_merge(mg_notes *notes, const mg_notes *more)
{
    notes->codes_restored += more->codes_restored;
    notes->optional_unreadable += more->optional_unreadable;
    notes->editions |= more->editions;
    notes->classifications |= more->classifications;
    for (size_t i = 0; i < sizeof notes->unknown_areas / sizeof *notes->unknown_areas;
         i++)
        notes->unknown_areas[i] |= more->unknown_areas[i];
}

mg_decoder *mg_decoder_new(const mg_decode_options *options)
{
    mg_decoder *decoder = mg_alloc_zero(1, sizeof *decoder);

    if (decoder != NULL) {
        decoder->options = *options;
        decoder->kinds = mg_ref_kinds(options->ref);
    }
    return decoder;
}

void mg_decoder_free(mg_decoder *decoder)
{
    free(decoder);
}

mg_notes *mg_decoder_notes(mg_decoder *decoder)
{
    return &decoder->notes;
}

/* A year and, for monthly data, a month. */
static bool period_ok(uint64_t period)
{
    uint64_t year = period > 9999 ? period / 100 : period;
    uint64_t month = period > 9999 ? period % 100 : 1;

    return period <= 999999 && year >= 1900 && year <= 2100 && month >= 1 && month <= 12;
}

static bool decode_period(const mg_cell *cells, uint32_t *period, mg_refusal *why)
{
    mg_cell text = mg_text_trim(cells[MG_F_PERIOD]);
    mg_cell freq = cells[MG_F_FREQ];
    uint64_t got = 0;
    uint64_t month = 0;

    *why = (mg_refusal){MG_F_PERIOD, "no period like 2017 or 201701"};
    if (cell_missing(text)) {
        why->field = MG_F_YEAR;
        text = mg_text_trim(cells[MG_F_YEAR]);
        if (!mg_integer_read(text.text, text.n, &got))
            return false;
        mg_cell m = mg_text_trim(cells[MG_F_MONTH]);
        if (mg_text_is(freq, "M") && mg_integer_read(m.text, m.n, &month))
            got = got * 100 + month;
    } else if (!mg_integer_read(text.text, text.n, &got))
        return false;
    if (!period_ok(got))
        return false;
    *period = (uint32_t)got;
    if (!cell_missing(freq) && !mg_text_is(freq, got > 9999 ? "M" : "A")) {
        *why = (mg_refusal){MG_F_FREQ, "the frequency (A or M) does not fit the period"};
        return false;
    }
    return true;
}

/* Columns of legacy-web and transitional call a flow by number, letter or name;
 * the transitional code is always 0. */
static bool decode_flow(const mg_schema *schema, const mg_decoder *decoder,
                        const mg_cell *cells, mg_flow_match *match, mg_refusal *why)
{
    const mg_ref *ref = decoder->options.ref;
    mg_cell code = mg_text_trim(cells[MG_F_FLOW]);
    mg_cell name = mg_text_trim(cells[MG_F_FLOW_NAME]);
    bool wits = schema->layout == MG_LAYOUT_WITS;

    if (schema->layout == MG_LAYOUT_BACI) {
        *match = (mg_flow_match){MG_FLOW_BACI, false};
        return true;
    }
    if (code.n == 1 && !wits) { /* nearly always */
        char c = code.text[0];
        match->sub = false;
        match->flow = c == 'M' || c == '1'   ? MG_FLOW_M
                      : c == 'X' || c == '2' ? MG_FLOW_X
                      : c == '3'             ? MG_FLOW_RX
                      : c == '4'             ? MG_FLOW_RM
                                             : 0;
        if (match->flow != 0)
            return true;
    }
    *why = (mg_refusal){MG_F_FLOW, "no trade flow that we know"};
    if (!cell_missing(code) && !mg_text_is(code, "0"))
        return cell_is_word(code) && mg_ref_find_flow(ref, code, wits, match);
    if (schema->column_of[MG_F_FLOW] < 0)
        why->field = MG_F_FLOW_NAME;
    return !cell_missing(name) && mg_ref_find_flow(ref, name, false, match);
}

static bool decode_code(mg_decoder *decoder, mg_cell text, int edition, uint32_t *hs,
                        uint16_t *flags, mg_refusal *why)
{
    char padded[8];
    mg_cell code = mg_text_trim(text);
    size_t digits = 0;

    *why = (mg_refusal){MG_F_CODE, "no commodity code (TOTAL, or 2, 4 or 6 digits)"};
    if (code.n == 0 || code.n > 6)
        return false;
    while (digits < code.n && (unsigned)(code.text[digits] - '0') <= 9)
        digits++;
    if (digits == 0)
        return mg_text_is(code, "TOTAL") && mg_hs_pack(code, hs);
    /* 9999AA and the like: letters at the national end only */
    if (digits < code.n && (code.n != 6 || digits < 4))
        return false;
    if (edition < MG_EDITION_OTHER && code.n % 2 == 1) {
        why->why = "the code has lost a digit";
        if (decoder->options.strict_codes)
            return false;
        padded[0] = '0';
        memcpy(padded + 1, code.text, code.n);
        code = (mg_cell){padded, code.n + 1};
        *flags |= MG_FLAG_CODE_RESTORED;
        decoder->notes.codes_restored++;
    }
    return mg_hs_pack(code, hs);
}

/* The dimensions that a total row has not. */
static bool decode_details(mg_decoder *decoder, const mg_cell *cells, mg_row *row,
                           mg_refusal *why)
{
    if (!decode_partner2(decoder, cells, row, why))
        return false;
    *why = (mg_refusal){MG_F_CUSTOMS, "no customs procedure code like C00"};
    if (!decode_customs(cells[MG_F_CUSTOMS], &row->customs))
        return false;
    *why = (mg_refusal){MG_F_MOT, "no code of a mode of transport"};
    if (!decode_small(cells[MG_F_MOT], 65535, &row->mot))
        return false;
    uint16_t mos = 0;
    *why = (mg_refusal){MG_F_MOS, "no code of a mode of supply"};
    if (!decode_small(cells[MG_F_MOS], 255, &mos))
        return false;
    row->mos = (uint8_t)mos;
    return true;
}

/* What the classification says: true and its number, or false for a refusal. */
static bool decode_class(mg_decoder *decoder, const mg_cell *cells, int *edition)
{
    mg_cell text = mg_text_trim(cells[MG_F_CLASS]);

    *edition = MG_EDITION_UNKNOWN;
    if (text.n == 2 && text.text[0] == 'H' && (unsigned)(text.text[1] - '0') <= 6)
        *edition = MG_EDITION_H0 + (text.text[1] - '0');
    else if (!cell_missing(text))
        *edition = mg_ref_find_edition(decoder->options.ref, text);
    if (*edition >= 0)
        decoder->notes.classifications |= 1U << *edition;
    return *edition >= 0;
}

static bool wanted_class(const mg_decoder *decoder, int edition)
{
    int asked = decoder->options.classification;

    return asked == 0 ? edition < MG_EDITION_OTHER : edition == asked;
}

/* CONTRACT 3.4 to 3.6, for a row whose keys are known. */
static mg_fate judge(const mg_decoder *decoder, mg_flow_match flow, unsigned reporter,
                     unsigned partner, mg_row *row)
{
    unsigned kind = decoder->kinds[reporter];

    row->fate = 0;
    if (flow.sub)
        return MG_SUBFLOW;
    if (kind == MG_AREA_GROUP || kind == MG_AREA_WORLD)
        return MG_AGGREGATE_PARTNER;
    kind = decoder->kinds[partner];
    row->fate = kind == MG_AREA_WORLD && flow.flow != MG_FLOW_BACI;
    if (kind == MG_AREA_GROUP || kind == MG_AREA_WORLD)
        return MG_AGGREGATE_PARTNER;
    return reporter == partner ? MG_SELF_TRADE : MG_KEPT;
}

mg_fate mg_decode(const mg_schema *schema, mg_decoder *decoder,
                  const mg_cell cells[MG_FIELDS], mg_row *row, double *value,
                  mg_refusal *why)
{
    mg_flow_match flow;
    uint16_t reporter;
    uint16_t partner;
    int edition;

    *value = NAN;
    if (cells[MG_F_FIRST].n > 7 && memcmp(cells[MG_F_FIRST].text, "No data", 7) == 0)
        return MG_NO_DATA; /* old Comtrade's row for an empty answer */
    *row = (mg_row){.vintage = decoder->options.vintage, .unit = -1};
    if (!decode_value(schema, cells[MG_F_VALUE], value, why) ||
        !decode_period(cells, &row->period, why))
        return MG_MALFORMED;
    unsigned year = row->period > 9999 ? row->period / 100 : row->period;
    if (!decode_area(decoder, cells, MG_F_REPORTER, year, &reporter, why) ||
        !decode_area(decoder, cells, MG_F_PARTNER, year, &partner, why) ||
        !decode_flow(schema, decoder, cells, &flow, why))
        return MG_MALFORMED;
    mg_cell type = mg_text_trim(cells[MG_F_TYPE]);
    if (!cell_missing(type) && !mg_text_is(type, "C"))
        return MG_NOT_GOODS;
    if (!decode_class(decoder, cells, &edition) || !wanted_class(decoder, edition))
        return MG_NOT_GOODS;
    if (!decode_code(decoder, cells[MG_F_CODE], edition, &row->hs, &row->flags, why) ||
        !decode_details(decoder, cells, row, why))
        return MG_MALFORMED;
    mg_fate fate = judge(decoder, flow, reporter, partner, row);
    if (fate != MG_KEPT && row->fate == 0)
        return fate;
    bool by_exporter = mg_flow_by_exporter(flow.flow);
    row->exporter = by_exporter ? reporter : partner;
    row->importer = by_exporter ? partner : reporter;
    row->flow = flow.flow;
    row->edition = (uint8_t)edition;
    row->value_usd = *value;
    decoder->notes.editions |= 1U << edition;
    decode_optional(schema, decoder, cells, row);
    return fate;
}
