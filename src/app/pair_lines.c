/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/pair_lines.h"

#include <string.h>

#include "app/names.h"
#include "mirrorgap/quantity.h"

static const mg_output_column columns[] = {
    {"period", "period", "year, or year and month"},
    {"freq", "code", "A annual, M monthly"},
    {"exporter", "code", "exporting country, UN Comtrade area code"},
    {"exporter_iso3", "code", "its ISO 3166 alpha-3 code"},
    {"importer", "code", "importing country, UN Comtrade area code"},
    {"importer_iso3", "code", "its ISO 3166 alpha-3 code"},
    {"level", "digits", "length of the commodity code, 0 for TOTAL"},
    {"hs", "code", "commodity code"},
    {"edition_x", "code", "HS edition of the exporter's report"},
    {"edition_m", "code", "HS edition of the importer's report"},
    {"status", "text", "matched, exporter_only or importer_only"},
    {"silence", "text", "why the other side is missing"},
    {"export_usd", "USD", "the exporter's figure, FOB, as filed"},
    {"import_usd", "USD", "the importer's figure as filed, CIF unless it files FOB"},
    {"margin", "share", "CIF/FOB margin taken out of the import figure"},
    {"margin_source", "text", "where the margin comes from"},
    {"import_fob_usd", "USD", "the importer's figure made FOB"},
    {"gap_usd", "USD", "import_fob_usd minus export_usd"},
    {"gap_low", "USD", "gap at the upper end of the margin band"},
    {"gap_high", "USD", "gap at the lower end of the margin band"},
    {"log_gap", "ln", "ln(import_fob_usd / export_usd)"},
    {"rel_gap", "share", "gap over the sum of both, -1 to 1"},
    {"export_kg", "kg", "net weight in the exporter's report"},
    {"import_kg", "kg", "net weight in the importer's report"},
    {"log_qty_gap", "ln", "ln of the quantities' ratio, importer over exporter"},
    {"log_price_gap", "ln", "log_gap minus log_qty_gap"},
    {"qty_agreement", "share", "smaller over larger quantity"},
    {"flags", "text", "what to know of the figures, separated by ;"},
    {"exporter_name", "text", "exporting country"},
    {"importer_name", "text", "importing country"},
    {"commodity", "text", "chapter of the commodity"},
    {"unit_x", "text", "quantity unit of the exporter's report"},
    {"unit_m", "text", "quantity unit of the importer's report"},
};
enum { ALL = sizeof columns / sizeof *columns, NAMES = 5 };

const mg_output_column *pair_columns(bool names, size_t *n)
{
    *n = names ? ALL : ALL - NAMES;
    return columns;
}

void pair_lines_start(struct pair_lines *lines, const mg_ref *ref, const mg_cif *cif,
                      bool names)
{
    *lines = (struct pair_lines){
        .ref = ref,
        .names = names,
        .rule = {cif->way == MG_CIF_FIXED, cif->margin, cif->band_low, cif->band_high}};
}

static void word(mg_lines *to, const char *text)
{
    mg_line_word(to, text, strlen(text));
}

static void area(const struct pair_lines *lines, unsigned code, mg_lines *to)
{
    mg_line_integer(to, code);
    mg_line_text(to, mg_ref_iso3(lines->ref, code));
}

static void edition(const mg_side *side, mg_lines *to)
{
    if (isnan(side->value_usd))
        mg_line_missing(to);
    else
        word(to, mg_edition_name(side->edition));
}

/* Flag words of one side: name_x, name_m. */
static size_t side_flags(const mg_side *side, char suffix, char *text, size_t n)
{
    static const struct {
        uint16_t bit;
        const char *name;
    } words[] = {{MG_FLAG_REBUILT, "rebuilt"},
                 {MG_FLAG_QTY_ESTIMATED, "qty_estimated"},
                 {MG_FLAG_KG_ESTIMATED, "kg_estimated"},
                 {MG_FLAG_CODE_RESTORED, "code_restored"}};

    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if ((side->flags & words[i].bit) == 0)
            continue;
        size_t length = strlen(words[i].name);
        if (n > 0)
            text[n++] = ';';
        memcpy(text + n, words[i].name, length);
        n += length;
        text[n++] = '_';
        text[n++] = suffix;
    }
    return n;
}

static size_t add_flag(const char *name, char *text, size_t n)
{
    if (n > 0)
        text[n++] = ';';
    memcpy(text + n, name, strlen(name));
    return n + strlen(name);
}

static void flags(const mg_pair *p, bool unstable, mg_lines *to)
{
    char text[256];
    size_t n = side_flags(&p->x, 'x', text, 0);

    n = side_flags(&p->m, 'm', text, n);
    if (p->status == MG_MATCHED && p->x.edition != p->m.edition)
        n = add_flag("editions_differ", text, n);
    if (unstable)
        n = add_flag("sign_unstable", text, n);
    mg_line_word(to, text, n);
}

static void key(const struct pair_lines *lines, const mg_pair *p, mg_lines *to)
{
    char hs[MG_HS_TEXT];
    size_t n = mg_hs_text(p->hs, hs);

    mg_line_integer(to, lines->period);
    mg_line_word(to, mg_period_monthly(lines->period) ? "M" : "A", 1);
    area(lines, p->exporter, to);
    area(lines, p->importer, to);
    mg_line_integer(to, mg_hs_level(p->hs));
    mg_line_word(to, hs, n);
    edition(&p->x, to);
    edition(&p->m, to);
    word(to, mg_pair_status_name(p->status));
    word(to, mg_silence_name(p->silence));
}

static void quantities(const struct pair_lines *lines, const mg_pair *p, double log_gap,
                       mg_lines *to)
{
    mg_qty_side m = {p->m.kg, p->m.qty, p->m.unit, p->m.flags};
    mg_qty_side x = {p->x.kg, p->x.qty, p->x.unit, p->x.flags};
    mg_qty_gap q = mg_gap_quantity(lines->ref, &m, &x);

    mg_line_number(to, p->x.kg);
    mg_line_number(to, p->m.kg);
    mg_line_number(to, q.log_gap);
    mg_line_number(to, log_gap - q.log_gap);
    mg_line_number(to, q.agreement);
}

static void name_fields(const struct pair_lines *lines, const mg_pair *p, mg_lines *to)
{
    line_area_name(to, lines->ref, p->exporter);
    line_area_name(to, lines->ref, p->importer);
    line_chapter(to, lines->ref, p->hs);
    mg_line_text(to, isnan(p->x.value_usd) ? "" : mg_ref_unit(lines->ref, p->x.unit));
    mg_line_text(to, isnan(p->m.value_usd) ? "" : mg_ref_unit(lines->ref, p->m.unit));
}

double print_pair(const struct pair_lines *lines, const mg_pair *p, mg_lines *to)
{
    const bool both = p->status == MG_MATCHED;
    const double x = p->x.value_usd;
    mg_fob m = {NAN, NAN, NAN, NAN, MG_MARGIN_NONE};
    double gap = NAN;
    double low = NAN;
    double high = NAN;
    double log_gap = NAN;

    if (p->status != MG_EXPORTER_ONLY)
        m = mg_margin_apply(&lines->rule, p->m.value_usd, p->m.fob_usd);
    if (both) {
        gap = m.usd - x;
        low = m.usd_low - x;
        high = m.usd_high - x;
        log_gap = mg_gap_log(m.usd, x);
    }
    key(lines, p, to);
    mg_line_number(to, x);
    mg_line_number(to, p->m.value_usd);
    mg_line_number(to, m.margin);
    word(to, p->status == MG_EXPORTER_ONLY ? "" : mg_margin_source_name(m.source));
    mg_line_number(to, m.usd);
    mg_line_number(to, gap);
    mg_line_number(to, low);
    mg_line_number(to, high);
    mg_line_number(to, log_gap);
    mg_line_number(to, mg_gap_relative(m.usd, x));
    quantities(lines, p, log_gap, to);
    flags(p, low < 0 && high > 0, to);
    if (lines->names)
        name_fields(lines, p, to);
    mg_line_end(to);
    return gap;
}
