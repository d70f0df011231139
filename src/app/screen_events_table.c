/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "app/names.h"
#include "app/screen_events.h"

static const mg_output_column columns[] = {
    RULE_COLUMNS,
    {"effective", "date", "first day in force"},
    {"wind_down", "date", "last day of grace"},
    {"reporter", "code", "the partner that filed the trade; empty: all of them"},
    {"reporter_iso3", "code", "its ISO 3166 alpha-3 code"},
    {"freq", "code", "A: years, M: months"},
    {"n_before", "count", "periods before that were used"},
    {"n_after", "count", "periods wholly in force and after grace that were used"},
    {"mean_before_usd", "USD", "a period"},
    {"mean_after_usd", "USD", "a period"},
    {"effect", "share", "change of the level, -1: all is gone"},
    {"effect_low", "share", "lower end of its 90 % interval"},
    {"effect_high", "share", "upper end"},
    {"log_effect", "ln", "the step in logs (figures below 1000 USD count as that)"},
    {"std_error", "ln", "of the step"},
    {"p", "p", "of no step"},
    {"q", "p", "false-discovery-controlled over all lines (Benjamini and Hochberg)"},
    {"placebo_dates", "count", "other dates, before the event, that were tried"},
    {"p_dates", "p", "share of them with a step as clear"},
    {"change", "period", "change of level by PELT that is nearest to the event"},
    {"change_offset", "count", "periods from the event to it; 0: within the transition"},
    {"placebo_log_effect", "ln", "the step of goods that no rule is about"},
    {"net_log_effect", "ln", "log_effect less that"},
    {"net_std_error", "ln", "of it"},
    {"net_p", "p", "of no net step"},
    {"flags", "text", "what to know, separated by semicolons"},
    {"code", "code", "the code that was filed"},
};
enum { COLUMNS = sizeof columns / sizeof *columns };

static void find_flags(const struct event_studied *item, char *flags)
{
    const mg_event *v = &item->event;

    if (isnan(v->delta))
        strcat(flags, ";too_few_periods");
    /* there was next to nothing before either: no step says nothing */
    if (v->mean_before < MG_EVENT_FLOOR ||
        (v->mean_after > 0 && 2 * v->floored > v->before + v->after))
        strcat(flags, ";at_floor");
    if (item->part)
        strcat(flags, ";coverage_part");
}

static void print_item(const struct event_world *e, const struct event_studied *item,
                       mg_lines *to)
{
    const mg_event *v = &item->event;
    const mg_rule *r = item->rule;
    double net = NAN;
    double error = NAN;
    double p = NAN;
    char day[MG_DATE_TEXT];
    char flags[64] = "";

    mg_line_text(to, item->regime->name);
    line_word(to, r->rule);
    mg_line_text(to, r->instrument);
    line_word(to, item->flow == MG_FLOW_M ? "export" : "import");
    mg_line_text(to, r->good);
    line_word(to, mg_date_write(r->effective, day));
    line_word(to, mg_date_write(r->wind_down, day));
    if (item->reporter != 0) {
        line_area(to, mg_session_ref(e->screening->session), item->reporter);
    } else {
        mg_line_missing(to);
        mg_line_missing(to);
    }
    line_word(to, e->screening->freq == 'M' ? "M" : "A");
    mg_line_integer(to, (int64_t)v->before);
    mg_line_integer(to, (int64_t)v->after);
    mg_line_number(to, v->mean_before);
    mg_line_number(to, v->mean_after);
    mg_line_number(to, expm1(v->delta));
    mg_line_number(to, expm1(v->low));
    mg_line_number(to, expm1(v->high));
    mg_line_number(to, v->delta);
    mg_line_number(to, v->std_error);
    mg_line_number(to, v->p);
    mg_line_number(to, item->q);
    mg_line_integer(to, (int64_t)v->dates);
    mg_line_number(to, v->p_dates);
    if (v->change != SIZE_MAX) {
        mg_line_integer(to, e->periods[v->change]);
        mg_line_integer(to, v->offset);
    } else {
        mg_line_missing(to);
        mg_line_missing(to);
    }
    if (item->has_placebo)
        mg_event_net(v, &item->placebo, &net, &error, &p);
    mg_line_number(to, item->has_placebo ? item->placebo.delta : NAN);
    mg_line_number(to, net);
    mg_line_number(to, error);
    mg_line_number(to, p);
    find_flags(item, flags);
    line_word(to, flags[0] != '\0' ? flags + 1 : flags);
    if (e->screening->options->by_code)
        line_code(to, item->code, false);
    mg_line_end(to);
}

mg_status event_table(const struct event_world *e, mg_output *output,
                      mg_screen_summary *summary, mg_error *err)
{
    const mg_filter *f = &e->screening->options->mirror.filter;
    mg_lines lines;
    mg_status status =
        mg_output_columns(output, "screen_events", columns,
                          COLUMNS - (e->screening->options->by_code ? 0 : 1), err);

    if (status == MG_OK)
        status = screening_note(e->screening, output, err);
    mg_lines_start(&lines, output);
    for (size_t i = 0; status == MG_OK && i < e->n_items; i++) {
        const uint16_t reporter = e->items[i].reporter;
        if ((f->either != NULL && f->either[reporter] == 0) ||
            (f->limit > 0 && summary->lines == f->limit))
            continue;
        print_item(e, &e->items[i], &lines);
        summary->lines++;
        status = mg_output_step(output, &lines, err);
    }
    if (status == MG_OK)
        status = mg_output_write(output, &lines, err);
    mg_lines_release(&lines);
    return status;
}
