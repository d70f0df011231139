/* SPDX-License-Identifier: GPL-3.0-or-later */
/* regimes: the rules of sanctions and watch-lists as a table. */
#include <stdio.h>
#include <stdlib.h>

#include "app/names.h"
#include "mirrorgap/app_screen.h"
#include "mirrorgap/regime.h"

static const mg_output_column columns[] = {
    {"regime", "text", "folder of datasets/regimes"},
    {"rule", "text", "rule of the regime"},
    {"kind", "text", "rule, watch, exempt, placebo"},
    {"instrument", "text", "legal act and paragraph"},
    {"target", "code", "ISO3 of the countries that it is about, empty: any"},
    {"reporters", "code", "ISO3 of the countries that it binds, empty: all"},
    {"direction", "code", "seen from the target: export, import, both"},
    {"good", "text", "what it is about"},
    {"hs", "code", "HS prefix"},
    {"edition", "code", "HS edition of the prefix"},
    {"effective", "date", "first day in force"},
    {"ends", "date", "last day in force"},
    {"wind_down", "date", "last day of grace"},
    {"cap", "cap_unit", "of the cap's own year, all reporters together"},
    {"cap_unit", "code", "t, bbl or USD"},
    {"cap_per_tonne", "text", "barrels over the tonnes that they weigh"},
    {"cap_year", "text", "calendar, the day from which it runs, or span"},
    {"exempt_below", "USD", "a piece, below which it does not bite"},
    {"exemption", "text", "that figures cannot show"},
    {"scope", "text", "part: the prefix holds other goods too"},
    {"source", "text", "where the rule is taken from"},
    {"checked", "text", "against what it was checked"},
    {"confidence", "text", "high, medium, low"},
};

/* By ISO3, or code where there is none; codes of one country stand once. */
static void areas(mg_lines *to, const mg_ref *ref, const uint16_t *codes, size_t n)
{
    char text[64 * 6 + 1] = "";
    size_t used = 0;

    for (size_t i = 0; i < n && used + 8 < sizeof text; i++) {
        const char *iso3 = mg_ref_iso3(ref, codes[i]);
        if (i > 0 && iso3[0] != '\0' && strcmp(iso3, mg_ref_iso3(ref, codes[i - 1])) == 0)
            continue;
        used += (size_t)snprintf(text + used, sizeof text - used, "%s", i > 0 ? "|" : "");
        used += iso3[0] != '\0'
                    ? (size_t)snprintf(text + used, sizeof text - used, "%s", iso3)
                    : (size_t)snprintf(text + used, sizeof text - used, "%u",
                                       (unsigned)codes[i]);
    }
    mg_line_word(to, text, used);
}

static void cap(mg_lines *to, const mg_cap *c)
{
    char text[64] = "";

    mg_line_number(to, c->amount);
    line_word(to, isnan(c->amount) ? "" : mg_cap_unit_name(c->unit));
    if (c->unit == MG_CAP_BARRELS)
        snprintf(text, sizeof text, "%.15g/%.15g", c->num, c->den);
    line_word(to, text);
    if (isnan(c->amount))
        text[0] = '\0';
    else if (c->start == 0 || c->start == 101)
        snprintf(text, sizeof text, "%s", c->start == 0 ? "span" : "calendar");
    else
        snprintf(text, sizeof text, "%02u-%02u", c->start / 100U, c->start % 100U);
    line_word(to, text);
}

static void print_rule(const mg_ref *ref, const mg_regime *g, const mg_rule *r,
                       mg_lines *to)
{
    char day[MG_DATE_TEXT];

    mg_line_text(to, g->name);
    line_word(to, r->rule);
    line_word(to, r->exempts   ? "exempt"
                  : r->placebo ? "placebo"
                  : r->watch   ? "watch"
                               : "rule");
    mg_line_text(to, r->instrument);
    areas(to, ref, r->targets, r->n_targets);
    areas(to, ref, r->reporters, r->n_reporters);
    line_word(to, mg_rule_direction_name(r->direction));
    mg_line_text(to, r->good);
    line_code(to, r->hs, false);
    line_word(to, mg_edition_name(r->edition));
    line_word(to, mg_date_write(r->effective, day));
    line_word(to, mg_date_write(r->ends, day));
    line_word(to, mg_date_write(r->wind_down, day));
    cap(to, &r->cap);
    mg_line_number(to, r->exempt_below);
    mg_line_text(to, r->exemption);
    line_word(to, r->scope_part ? "part" : "whole");
    mg_line_text(to, r->source);
    mg_line_text(to, r->checked);
    line_word(to, mg_confidence_name(r->confidence));
    mg_line_end(to);
}

struct telling {
    const mg_talk *talk;
    size_t faults;
};

/* All but the first, which is the error that is returned. */
static void tell_fault(void *self, const char *path, uint64_t line, const char *what)
{
    struct telling *t = self;

    if (t->faults++ > 0)
        mg_say(t->talk, MG_SAY_WARNING, "%s:%llu: %s", path, (unsigned long long)line,
               what);
}

static mg_status print_regime(const mg_ref *ref, const mg_hs_map *map, const char *name,
                              mg_output *output, mg_lines *lines, const mg_talk *talk,
                              mg_error *err)
{
    struct telling telling = {talk, 0};
    const mg_regime_faults faults = {tell_fault, &telling};
    mg_regime *g;
    mg_status status = mg_regime_load(ref, map, name, &faults, &g, err);

    for (size_t i = 0; status == MG_OK && i < g->n; i++) {
        print_rule(ref, g, &g->rules[i], lines);
        status = mg_output_step(output, lines, err);
    }
    mg_regime_free(g);
    return status;
}

mg_status mg_regimes_print(const mg_ref *ref, const char *const *regimes, size_t n,
                           mg_output *output, const mg_talk *talk, uint64_t *rows,
                           mg_error *err)
{
    mg_hs_map *map = NULL;
    char **names = NULL;
    size_t n_names = 0;
    mg_lines lines;
    mg_status status = mg_hs_map_load(ref, &map, err);

    *rows = 0;
    if (status == MG_OK && n == 0)
        status = mg_regime_names(ref, &names, &n_names, err);
    if (status == MG_OK)
        status = mg_output_columns(output, "regimes", columns,
                                   sizeof columns / sizeof *columns, err);
    mg_lines_start(&lines, output);
    for (size_t i = 0; status == MG_OK && i < n; i++)
        status = print_regime(ref, map, regimes[i], output, &lines, talk, err);
    for (size_t i = 0; status == MG_OK && i < n_names; i++)
        status = print_regime(ref, map, names[i], output, &lines, talk, err);
    *rows = lines.rows;
    if (status == MG_OK)
        status = mg_output_write(output, &lines, err);
    mg_lines_release(&lines);
    mg_regime_names_free(names, n_names);
    mg_hs_map_free(map);
    return status;
}
