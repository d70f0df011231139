/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a reader should take away, as sentences with their numbers. */
#include <jansson.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "app/money.h"
#include "app/page_numbers.h"
#include "app/report.h"

static const mg_output_column columns[] = {
    {"measure", "text", "what the sentence is about"},
    {"value", "see unit", "its figure"},
    {"unit", "text", "of the figure"},
    {"sentence", "text", "the finding in words"},
};

static void say(mg_lines *to, const char *measure, double value, const char *unit,
                const char *fmt, ...) MG_PRINTF(5, 6);

static void say(mg_lines *to, const char *measure, double value, const char *unit,
                const char *fmt, ...)
{
    char text[1024];
    va_list args;

    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    mg_line_text(to, measure);
    mg_line_number(to, value);
    mg_line_text(to, unit);
    mg_line_text(to, text);
    mg_line_end(to);
}

static const char *period_text(double period, char text[16])
{
    if (period >= 10000)
        snprintf(text, 16, "%u-%02u", (unsigned)period / 100, (unsigned)period % 100);
    else
        snprintf(text, 16, "%u", (unsigned)period);
    return text;
}

static const char *count_text(uint64_t n, char text[PAGE_NUMBER])
{
    return page_money((double)n, text);
}

static void say_scope(const struct report *r, mg_lines *to)
{
    const mg_held *series = report_find(r, "series");
    const size_t c = mg_held_column(series, "period");
    const size_t rows = mg_held_rows(series);
    char n[PAGE_NUMBER];
    char first[16];
    char last[16];
    char codes[64];

    if (r->scores.level > 0)
        snprintf(codes, sizeof codes, "at the %d-digit level of the Harmonized System",
                 r->scores.level);
    else
        snprintf(codes, sizeof codes, "of all goods together");
    say(to, "flows", (double)r->flows, "count",
        "%s flows %s, %s figures of %s to %s. A flow is what one country sold another of "
        "one commodity in one %s.",
        count_text(r->flows, n), codes, r->scores.freq == 'M' ? "monthly" : "annual",
        period_text(rows > 0 ? mg_held_number(series, 0, c) : 0, first),
        period_text(rows > 0 ? mg_held_number(series, rows - 1, c) : 0, last),
        r->scores.freq == 'M' ? "month" : "year");
}

static void say_matched(const struct report *r, mg_lines *to)
{
    const struct silence_count *both = &r->silences[MG_MATCHED][MG_SILENCE_NONE];
    double usd = 0;

    if (r->options->mirror.filter.statuses != 0) /* a share that was asked for */
        return;
    for (int s = 0; s < 3; s++)
        for (int w = 0; w < MG_SILENCES; w++)
            usd += mg_sum_value(&r->silences[s][w].usd);
    say(to, "matched_share", (double)both->cells / (double)r->flows, "share",
        "Both sides report %.1f %% of the flows, with %.1f %% of the value (of each flow "
        "the "
        "larger figure).",
        100 * (double)both->cells / (double)r->flows,
        usd > 0 ? 100 * mg_sum_value(&both->usd) / usd : 0);
}

/* A column's sum over the periods, times another's share where there is one. */
static double total(const mg_held *series, const char *column, const char *share)
{
    double sum = 0;

    for (size_t row = 0; row < mg_held_rows(series); row++) {
        const double usd = mg_held_number(series, row, mg_held_column(series, column));
        sum += share == NULL || usd == 0
                   ? usd
                   : usd * mg_held_number(series, row, mg_held_column(series, share));
    }
    return sum;
}

static void say_gap(const struct report *r, mg_lines *to)
{
    const mg_held *series = report_find(r, "series");
    const double x = total(series, "export_usd", "coverage_export");
    const double m = total(series, "import_fob_usd", "coverage_import");
    const double gross = total(series, "gross_positive_usd", NULL) +
                         total(series, "gross_negative_usd", NULL);
    char export_usd[MONEY_TEXT];
    char import_usd[MONEY_TEXT];
    char apart[MONEY_TEXT];
    char low[MONEY_TEXT];
    char high[MONEY_TEXT];
    const char *cif = mg_held_note(report_find(r, "scores"), "cif");
    const bool filed = cif != NULL && strcmp(cif, "none") == 0;

    if (!(x > 0))
        return;
    say(to, "net_gap_usd", total(series, "net_gap_usd", NULL), "USD",
        "In these flows importers report %s, %s, where exporters report %s: %.1f %% %s. "
        "The "
        "difference lies between %s and %s if freight and insurance of every flow stand "
        "at "
        "one end of their band. Flow by flow the two sides are %s apart.",
        money_words(m, import_usd),
        filed ? "as filed, with freight and insurance" : "made FOB",
        money_words(x, export_usd), 100 * fabs(m / x - 1), m >= x ? "more" : "less",
        money_words(total(series, "net_low_usd", NULL), low),
        money_words(total(series, "net_high_usd", NULL), high),
        money_words(gross, apart));
}

static void say_called(const struct report *r, mg_lines *to)
{
    char n[PAGE_NUMBER];
    char usd[MONEY_TEXT];
    uint64_t called = 0;
    double stake = 0;

    for (int s = 0; s < 3; s++)
        for (int w = 0; w < MG_SILENCES; w++) {
            called += r->silences[s][w].called;
            stake += mg_sum_value(&r->silences[s][w].at_stake);
        }
    if (r->scores.scored == 0)
        say(to, "surprising", 0, "count",
            "None of these flows can be tested: no flow has two reports, or too few "
            "have, to "
            "say what is usual. That is no finding that nothing is wrong.");
    else if (called == 0)
        say(to, "surprising", 0, "count",
            "No flow is more surprising than chance explains (q is above 0.1 "
            "everywhere): "
            "the ranking orders what is left.");
    else
        say(to, "surprising", (double)called, "count",
            "%s %s more surprising than chance explains (q at most 0.1, so at most one "
            "in "
            "ten should be a false alarm); %s is at stake.",
            count_text(called, n), called == 1 ? "flow is" : "flows are",
            money_words(stake, usd));
}

/* A line of the ranking: "A to B, HS 44 (Wood), 2007: …". */
static void say_flow(const mg_held *h, size_t row, const char *measure,
                     const char *before, mg_lines *to)
{
    const double x = mg_held_number(h, row, mg_held_column(h, "export_usd"));
    const double m = mg_held_number(h, row, mg_held_column(h, "import_fob_usd"));
    const char *commodity = mg_held_text(h, row, mg_held_column(h, "commodity"));
    char period[16];
    char export_usd[MONEY_TEXT];
    char import_usd[MONEY_TEXT];

    say(to, measure, mg_held_number(h, row, mg_held_column(h, "at_stake_usd")), "USD",
        "%s: %s to %s, HS %s%s%s%s, %s. The exporter reports %s, the importer %s%s.",
        before, mg_held_text(h, row, mg_held_column(h, "exporter_name")),
        mg_held_text(h, row, mg_held_column(h, "importer_name")),
        mg_held_text(h, row, mg_held_column(h, "hs")), commodity[0] != '\0' ? " (" : "",
        commodity, commodity[0] != '\0' ? ")" : "",
        period_text(mg_held_number(h, row, mg_held_column(h, "period")), period),
        isnan(x) ? "nothing" : money_words(x, export_usd),
        isnan(m) ? "nothing" : money_words(m, import_usd), isnan(m) ? "" : " (made FOB)");
}

/* Of the flows that are called, the first and the one with most at stake. */
static void say_first(const struct report *r, mg_lines *to)
{
    const mg_held *h = report_find(r, "scores");
    const size_t rank = mg_held_column(h, "rank");

    if (r->most == NULL || mg_held_rows(h) == 0 ||
        !(mg_held_number(h, 0, mg_held_column(h, "q")) <= 0.1))
        return;
    const size_t last = mg_held_rows(r->most) - 1;
    say_flow(h, 0, "first_at_stake_usd", "The most surprising", to);
    if (mg_held_number(r->most, last, rank) != mg_held_number(h, 0, rank))
        say_flow(r->most, last, "most_at_stake_usd", "Of these, with most at stake", to);
}

static void say_silent(const struct report *r, mg_lines *to)
{
    static const unsigned absent[] = {MG_SILENCE_NEVER_REPORTS, MG_SILENCE_NOT_REPORTING};
    uint64_t zero = 0;
    uint64_t none = 0;
    double zero_usd = 0;
    double none_usd = 0;
    char n[PAGE_NUMBER];
    char usd[MONEY_TEXT];

    for (int s = 0; s < 3; s++) {
        zero += r->silences[s][MG_SILENCE_REPORTED_ZERO].cells;
        zero_usd += mg_sum_value(&r->silences[s][MG_SILENCE_REPORTED_ZERO].usd);
        for (int i = 0; i < 2; i++) {
            none += r->silences[s][absent[i]].cells;
            none_usd += mg_sum_value(&r->silences[s][absent[i]].usd);
        }
    }
    say(to, "reported_zero", (double)zero, "count",
        "%s flows (%s) are reported by one side while the other, which filed something "
        "that "
        "%s, has no such row in these files: the informative silence, if the files are "
        "all "
        "that it filed.",
        count_text(zero, n), money_words(zero_usd, usd),
        r->scores.freq == 'M' ? "month" : "year");
    say(to, "no_report", (double)none, "count",
        "%s flows (%s) have no second report because a country filed nothing in these "
        "files: "
        "that is missing, not zero.",
        count_text(none, n), money_words(none_usd, usd));
}

static void say_ledger(const struct report *r, mg_lines *to)
{
    const mg_held *h = report_find(r, "ledger");
    double rows = 0;
    double kept = 0;
    char all[PAGE_NUMBER];
    char left[PAGE_NUMBER];

    for (size_t row = 0; row < mg_held_rows(h); row++) {
        const double n = mg_held_number(h, row, mg_held_column(h, "rows"));
        rows += n;
        if (strcmp(mg_held_text(h, row, 0), "kept") == 0)
            kept = n;
    }
    say(to, "rows_read", rows, "count",
        "%s rows were read, %s of them stand as observations; the ledger counts the rest "
        "by reason.",
        page_money(rows, all), page_money(kept, left));
}

static void say_target(const struct report *r, mg_lines *to)
{
    json_t *json = r->dossier != NULL ? json_loads(r->dossier, 0, NULL) : NULL;
    const json_t *totals = json_object_get(json, "totals_reported_by_partners");
    const json_t *country = json_object_get(json, "country");
    const double x = json_number_value(json_object_get(totals, "exports_usd"));
    const double m = json_number_value(json_object_get(totals, "imports_usd"));
    const double suspect = json_number_value(json_object_get(totals, "suspect_usd"));
    const char *name = json_string_value(json_object_get(country, "name"));
    char exports[MONEY_TEXT];
    char imports[MONEY_TEXT];
    char other[MONEY_TEXT];

    if (totals != NULL && name != NULL)
        say(to, "target_usd", x + m, "USD",
            "Partners report %s of exports and %s of imports of %s (made FOB), all "
            "periods "
            "together; %s of that may be trade of a country it is taken for.",
            money_words(x, exports), money_words(m, imports), name,
            money_words(suspect, other));
    json_decref(json);
}

mg_status report_summary(struct report *r, mg_error *err)
{
    mg_held *held = NULL;
    mg_output *output = NULL;
    mg_lines lines;
    mg_status status =
        report_table(r, "summary", "the findings in words", NULL, NULL, &held, err);

    if (status == MG_OK)
        status = mg_held_output(held, &output, err);
    if (status == MG_OK)
        status = mg_output_columns(output, "summary", columns,
                                   sizeof columns / sizeof *columns, err);
    mg_lines_start(&lines, output);
    if (status == MG_OK && r->flows > 0) {
        say_scope(r, &lines);
        say_matched(r, &lines);
        say_gap(r, &lines);
        say_called(r, &lines);
        say_first(r, &lines);
        say_silent(r, &lines);
    }
    if (status == MG_OK) {
        say_ledger(r, &lines);
        say_target(r, &lines);
        status = mg_output_write(output, &lines, err);
    }
    mg_lines_release(&lines);
    mg_output_free(output);
    return status;
}
