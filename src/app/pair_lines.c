/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/pair_lines.h"

#include <stdio.h>
#include <string.h>

#include "app/names.h"

static const mg_output_column columns[] = {
    CELL_COLUMNS,
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
    NAME_COLUMNS,
    {"unit_x", "text", "quantity unit of the exporter's report"},
    {"unit_m", "text", "quantity unit of the importer's report"},
};
enum { ALL = sizeof columns / sizeof *columns, NAMES = 5 };
static const mg_output_column reconciled = {
    "reconciled_usd", "USD", "one FOB figure from two, by the reporters' reliability"};
_Static_assert((int)ALL + 1 <= (int)PAIR_COLUMNS_MOST, "make PAIR_COLUMNS_MOST larger");

size_t pair_columns(const struct pair_lines *lines, mg_output_column *to)
{
    size_t n = lines->names ? ALL : ALL - NAMES;

    memcpy(to, columns, n * sizeof *columns);
    if (lines->reconcile != NULL)
        to[n++] = reconciled;
    return n;
}

static void edition(const mg_side *side, mg_lines *to)
{
    if (isnan(side->value_usd))
        mg_line_missing(to);
    else
        line_word(to, mg_edition_name(side->edition));
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

/* What was done to the cell, by MG_PAIR_ bit. */
static size_t note_flags(const mg_pair *p, char *text, size_t n)
{
    static const struct {
        uint16_t bit;
        const char *name;
    } words[] = {{MG_PAIR_COMPONENT, "component"},
                 {MG_PAIR_EDITION_CUT, "edition_cut"},
                 {MG_PAIR_UNION, "union"},
                 {MG_PAIR_SUCCESSION, "succession_year"},
                 {MG_PAIR_NETTED, "net_of_re_exports"},
                 {MG_PAIR_MOVED, "re_exports_moved"},
                 {MG_PAIR_FROM_MONTHS, "from_months"},
                 {MG_PAIR_LAGGED, "lagged"},
                 {MG_PAIR_NES, "nes_reallocated"}};

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if ((p->notes & words[i].bit) != 0)
            n = add_flag(words[i].name, text, n);
    return n;
}

/* A gap that is 0 but for rounding has no sign. */
static const double rounding = 1e-12;

static size_t hub_words(const struct pair_lines *lines, const mg_pair *p, char *text,
                        size_t n)
{
    if (lines->hubs == NULL)
        return n;
    if (lines->hubs[p->exporter] != 0)
        n = add_flag("hub_x", text, n);
    return lines->hubs[p->importer] != 0 ? add_flag("hub_m", text, n) : n;
}

/* "unit_10^3_m": the importer's quantity is a thousand times too large, or its value;
 * without a side where either may be. */
static size_t unit_words(const struct pair_lines *lines, const mg_pair *p,
                         const struct measure *m, char *text, size_t n)
{
    mg_mirror_error e;
    char word[48];
    int k;

    if (lines->usual == NULL || p->status != MG_MATCHED)
        return n;
    e = usual_error(lines->usual, p, m);
    if (!e.error.called)
        return n;
    k = e.side == 'x' ? -e.error.k : e.error.k; /* k is of m over x */
    if (e.error.slip == MG_SLIP_POWER_10)
        snprintf(word, sizeof word, "%sunit_10^%d", e.on_value ? "value_" : "", k);
    else
        snprintf(word, sizeof word, "unit_%s", mg_slip_name(e.error.slip));
    n = add_flag(word, text, n);
    if (e.side != 0) {
        text[n++] = '_';
        text[n++] = e.side;
    }
    return n;
}

static void flags(const struct pair_lines *lines, const mg_pair *p,
                  const struct measure *m, mg_lines *to)
{
    char text[384];
    size_t n = side_flags(&p->x, 'x', text, 0);

    n = side_flags(&p->m, 'm', text, n);
    if (p->status == MG_MATCHED && p->x.edition != p->m.edition)
        n = add_flag("editions_differ", text, n);
    if (p->notes != 0)
        n = note_flags(p, text, n);
    n = hub_words(lines, p, text, n);
    n = unit_words(lines, p, m, text, n);
    if (m->qty.basis == MG_QTY_IMPLIED)
        n = add_flag("implied_kg", text, n);
    if (m->qty.estimated)
        n = add_flag("estimated_quantity", text, n);
    if (m->gap_low < -rounding * p->x.value_usd &&
        m->gap_high > rounding * p->x.value_usd)
        n = add_flag("sign_unstable", text, n);
    mg_line_word(to, text, n);
}

static void key(const struct pair_lines *lines, const mg_pair *p, mg_lines *to)
{
    line_cell(to, mg_session_ref(lines->mirror->session), lines->period, p->exporter,
              p->importer, p->hs, (p->notes & MG_PAIR_COMPONENT) != 0);
    edition(&p->x, to);
    edition(&p->m, to);
    line_word(to, mg_pair_status_name(p->status));
    line_word(to, mg_silence_name(p->silence));
}

static void name_fields(const struct pair_lines *lines, const mg_pair *p, mg_lines *to)
{
    const mg_ref *ref = mg_session_ref(lines->mirror->session);

    line_names(to, ref, p->exporter, p->importer, p->hs);
    mg_line_text(to, isnan(p->x.value_usd) ? "" : mg_ref_unit(ref, p->x.unit));
    mg_line_text(to, isnan(p->m.value_usd) ? "" : mg_ref_unit(ref, p->m.unit));
}

double print_pair(const struct pair_lines *lines, const mg_pair *p, mg_lines *to)
{
    struct measure m;

    mirror_measure(lines->mirror, lines->margins, p, &m);
    key(lines, p, to);
    mg_line_number(to, p->x.value_usd);
    mg_line_number(to, p->m.value_usd);
    mg_line_number(to, m.m.margin);
    line_word(to, p->status == MG_EXPORTER_ONLY ? "" : mg_margin_source_name(m.m.source));
    mg_line_number(to, m.m.usd);
    mg_line_number(to, m.gap);
    mg_line_number(to, m.gap_low);
    mg_line_number(to, m.gap_high);
    mg_line_number(to, m.log_gap);
    mg_line_number(to, m.rel_gap);
    mg_line_number(to, p->x.kg);
    mg_line_number(to, p->m.kg);
    mg_line_number(to, m.qty.log_gap);
    mg_line_number(to, m.log_price_gap);
    mg_line_number(to, m.qty.agreement);
    flags(lines, p, &m, to);
    if (lines->names)
        name_fields(lines, p, to);
    if (lines->reconcile != NULL)
        mg_line_number(to, reconcile_usd(lines->reconcile, p, m.m.usd));
    mg_line_end(to);
    return m.gap;
}
