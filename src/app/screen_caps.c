/* SPDX-License-Identifier: GPL-3.0-or-later */
/* screen --caps: how much of each cap was used in each of its years. */

#include "app/filter.h"
#include "app/names.h"
#include "app/screening.h"

static const mg_output_column columns[] = {
    RULE_COLUMNS,
    {"year_from", "date", "first day of the cap's year, or of its span"},
    {"first_period", "period", "first period with such trade"},
    {"last_period", "period", "last period with such trade"},
    {"cap", "unit", "in `unit`"},
    {"unit", "code", "t, bbl or USD"},
    {"used", "unit", "by all reporters; empty: no weight was filed"},
    {"used_low", "unit", "without the months that two of its years share"},
    {"used_high", "unit", "with the whole of such months"},
    {"cap_used", "share", "used over cap"},
    {"value_usd", "USD", "as filed"},
    {"without_weight", "share", "of that value, so that `used` is too small"},
    {"reporters", "count", "that filed such trade"},
    {"passed", "period", "first period with which the cap was passed; empty: it was not"},
    {"flags", "text", "cap_year_rough: years of trade, and the cap's year is another"},
};

static void print_cap(const struct screen_cap *c, mg_lines *to)
{
    const mg_rule *r = c->rule;
    const mg_date from =
        c->year == 0 ? r->effective : (mg_date)c->year * 10000 + r->cap.start;
    char day[MG_DATE_TEXT];

    mg_line_text(to, c->regime->name);
    line_word(to, r->rule);
    mg_line_text(to, r->instrument);
    line_word(to, mg_rule_direction_name(r->direction));
    mg_line_text(to, r->good);
    line_word(to, mg_date_write(from, day));
    mg_line_integer(to, c->first);
    mg_line_integer(to, c->last);
    mg_line_number(to, r->cap.amount);
    line_word(to, mg_cap_unit_name(r->cap.unit));
    mg_line_number(to, c->amount);
    mg_line_number(to, c->low);
    mg_line_number(to, c->high);
    mg_line_number(to, c->amount / r->cap.amount);
    mg_line_number(to, c->usd);
    mg_line_number(to, c->unweighed);
    mg_line_integer(to, (int64_t)c->reporters);
    if (c->passed != 0)
        mg_line_integer(to, c->passed);
    else
        mg_line_missing(to);
    line_word(to, c->rough ? "cap_year_rough" : "");
    mg_line_end(to);
}

mg_status screening_print_caps(const struct screening *s, mg_output *output,
                               mg_screen_summary *summary, mg_error *err)
{
    const uint64_t limit = s->options->mirror.filter.limit;
    mg_lines lines;
    mg_status status = mg_output_columns(output, "screen_caps", columns,
                                         sizeof columns / sizeof *columns, err);

    if (status == MG_OK)
        status = screening_note(s, output, err);
    mg_lines_start(&lines, output);
    for (size_t i = 0; status == MG_OK && i < s->n_caps && (limit == 0 || i < limit);
         i++) {
        print_cap(&s->caps[i], &lines);
        summary->lines++;
        status = mg_output_step(output, &lines, err);
    }
    if (status == MG_OK)
        status = mg_output_write(output, &lines, err);
    mg_lines_release(&lines);
    return status;
}
