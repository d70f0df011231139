/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Trade of a country that does not report, as its partners report it. */
#include <math.h>
#include <string.h>

#include "app/money.h"
#include "app/plot.h"

static mg_status make(struct plot *p, mg_error *err)
{
    const mg_totals_options options = {
        .mirror = p->question->mirror, .country = p->question->country, .seed = 1};
    mg_totals_summary summary;
    mg_output *output = NULL;
    mg_status status = mg_held_new("totals", NULL, NULL, &p->table, err);

    if (p->question->country == 0)
        return mg_fail(err, MG_E_RANGE, "totals are drawn of a country: --country C");
    if (status == MG_OK)
        status = mg_held_output(p->table, &output, err);
    if (status == MG_OK)
        status = mg_totals_print(p->session, &options, output, p->talk, &summary, err);
    mg_output_free(output);
    return status;
}

static bool is_of(const struct plot *p, size_t row, const char *flow)
{
    return strcmp(plot_field_text(p, row, "flow"), flow) == 0;
}

/* What a log scale cannot show is left out: it is below the picture. */
static double above_zero(double usd)
{
    return usd > 0 ? usd : NAN;
}

/* The last figure of a flow; SIZE_MAX: none. */
static size_t last_of(const struct plot *p, const char *flow)
{
    for (size_t row = mg_held_rows(p->table); row-- > 0;)
        if (is_of(p, row, flow) && plot_field(p, row, "estimate_usd") > 0)
            return row;
    return SIZE_MAX;
}

static void words(const struct plot *p, struct plot_words *w)
{
    const char *name = plot_country(p, p->question->country);
    const size_t rows[] = {last_of(p, "X"), last_of(p, "M")};
    char usd[2][MONEY_TEXT];
    char period[2][PLOT_PERIOD];
    char part[2][96];

    for (int i = 0; i < 2; i++)
        if (rows[i] == SIZE_MAX)
            snprintf(part[i], sizeof part[i], "no %s", i == 0 ? "exports" : "imports");
        else
            snprintf(part[i], sizeof part[i], "%s of about %s in %s",
                     i == 0 ? "exports" : "imports",
                     money_words(plot_field(p, rows[i], "estimate_usd"), usd[i]),
                     plot_period(plot_field(p, rows[i], "period"), period[i]));
    snprintf(w->finding, sizeof w->finding,
             "%s, estimated from partners' reports: %s, %s", name, part[0], part[1]);
    snprintf(
        w->shown, sizeof w->shown,
        "trade with partners that report, made FOB; US$, current prices, %s; log scale",
        plot_field(p, 0, "period") > 9999 ? "monthly" : "annual");
    snprintf(w->note, sizeof w->note,
             "Lines: estimates; shaded: their 90 %% bands, whose lower ends leave out "
             "what may "
             "be another country's trade. Hollow: partners with less than 40 %% of usual "
             "trade report. A line breaks where nothing is reported, which is not zero.");
}

/* Columns: year, estimate, low, high, completeness. */
static void write_data(const struct plot *p, const char *flow, const char *name, FILE *to)
{
    const double step = plot_field(p, 0, "period") > 9999 ? 1.0 / 12 : 1;
    double last = NAN;

    fprintf(to, "$%s << EOD\n", name);
    for (size_t row = 0; row < mg_held_rows(p->table); row++) {
        static const char *const columns[] = {"estimate_usd", "low_usd", "high_usd",
                                              "completeness"};
        const double year = plot_year(plot_field(p, row, "period"));
        if (!is_of(p, row, flow))
            continue;
        if (year - last > 1.5 * step) {
            plot_number(to, last + step);
            fputs(" NaN NaN NaN NaN\n", to);
        }
        plot_number(to, year);
        for (size_t c = 0; c < sizeof columns / sizeof *columns; c++) {
            fputc(' ', to);
            plot_number(to, above_zero(plot_field(p, row, columns[c])));
        }
        fputc('\n', to);
        last = year;
    }
    fputs("EOD\n", to);
}

static void name_line(const struct plot *p, const char *flow, const char *name,
                      const char *colour, FILE *to)
{
    const size_t row = last_of(p, flow);
    const size_t other = last_of(p, flow[0] == 'X' ? "M" : "X");

    if (row == SIZE_MAX)
        return;
    const double usd = plot_field(p, row, "estimate_usd");
    const bool above = other == SIZE_MAX || usd > plot_field(p, other, "estimate_usd");
    fprintf(to, "set label '%s' at first ", name);
    plot_number(to, plot_year(plot_field(p, row, "period")));
    fputc(',', to);
    plot_number(to, plot_field(p, row, "estimate_usd"));
    fprintf(to, " left offset 1,%s tc rgb '%s'\n", above ? "0.6" : "-0.6", colour);
}

static mg_status write_commands(const struct plot *p, FILE *to, mg_error *err)
{
    const double first = plot_field(p, 0, "period");
    const double last = plot_field(p, mg_held_rows(p->table) - 1, "period");

    (void)err;
    write_data(p, "X", "exports", to);
    write_data(p, "M", "imports", to);
    name_line(p, "X", "its exports", PLOT_EXPORTER, to);
    name_line(p, "M", "its imports", PLOT_IMPORTER, to);
    plot_events(p, first, last, to);
    plot_years(to, first, last);
    fputs(
        "set logscale y\n"
        "set ytics ('1' 1, '1k' 1e3, '10k' 1e4, '100k' 1e5, '1m' 1e6, '10m' 1e7, '100m' "
        "1e8, '1bn' 1e9, '10bn' 1e10, '100bn' 1e11, '1tn' 1e12)\n"
        "set lmargin at screen 0.08\nset rmargin at screen 0.86\nset bmargin at screen "
        "0.18\n"
        "plot $exports using 1:3:4 with filledcurves fs transparent solid 0.25 lc rgb "
        "'" PLOT_EXPORTER "', "
        "$imports using 1:3:4 with filledcurves fs transparent solid 0.25 lc rgb "
        "'" PLOT_IMPORTER "', "
        "$exports using 1:2 with lines lw 2 lc rgb '" PLOT_EXPORTER "', "
        "$imports using 1:2 with lines lw 2 dt 2 lc rgb '" PLOT_IMPORTER "', "
        "$exports using 1:($5 >= 0.4 ? $2 : NaN) with points pt 7 ps 0.6 lc rgb "
        "'" PLOT_EXPORTER "', "
        "$exports using 1:($5 >= 0.4 ? NaN : $2) with points pt 6 ps 0.6 lc rgb "
        "'" PLOT_EXPORTER "', "
        "$imports using 1:($5 >= 0.4 ? $2 : NaN) with points pt 5 ps 0.6 lc rgb "
        "'" PLOT_IMPORTER "', "
        "$imports using 1:($5 >= 0.4 ? NaN : $2) with points pt 4 ps 0.6 lc rgb "
        "'" PLOT_IMPORTER "'\n",
        to);
    return MG_OK;
}

static const char specification[] =
    "{\"width\": 720, \"height\": 360,"
    " \"encoding\": {\"x\": {\"field\": \"period\", \"type\": \"temporal\", \"title\": "
    "\"\"}, \"color\": {\"field\": \"flow\", \"type\": \"nominal\", \"title\": \"its\", "
    "\"scale\": {\"domain\": [\"exports\", \"imports\"], \"range\": [\"" PLOT_EXPORTER
    "\", \"" PLOT_IMPORTER "\"]}}},"
    " \"layer\": [{\"mark\": {\"type\": \"area\", \"opacity\": 0.25}, \"encoding\": {"
    "  \"y\": {\"field\": \"low_usd\", \"type\": \"quantitative\", \"scale\": {\"type\": "
    "\"log\"}, \"title\": \"US$, current prices (log scale)\"}, \"y2\": {\"field\": "
    "\"high_usd\"}}},"
    " {\"mark\": {\"type\": \"line\", \"point\": true}, \"encoding\": {\"y\": "
    "{\"field\": "
    "\"estimate_usd\", \"type\": \"quantitative\", \"scale\": {\"type\": \"log\"}}, "
    "\"strokeDash\": {\"field\": \"flow\", \"type\": \"nominal\", \"title\": "
    "\"its\"}}}]}";

static json_t *value_of(double period, const char *flow, double estimate, double low,
                        double high, double completeness)
{
    return json_pack("{s:o,s:s,s:o,s:o,s:o,s:o}", "period", plot_date(period), "flow",
                     flow, "estimate_usd", plot_json(above_zero(estimate)), "low_usd",
                     plot_json(above_zero(low)), "high_usd", plot_json(above_zero(high)),
                     "completeness", plot_json(completeness));
}

/* Where periods are left out, a value that is none: no line is drawn over them. */
static json_t *vega(const struct plot *p)
{
    static const char *const flows[][2] = {{"X", "exports"}, {"M", "imports"}};
    json_t *values = json_array();

    for (int f = 0; f < 2; f++) {
        double last = NAN;
        for (size_t row = 0; row < mg_held_rows(p->table); row++) {
            const double period = plot_field(p, row, "period");
            if (!is_of(p, row, flows[f][0]))
                continue;
            if (!isnan(last) && plot_next(last) != period)
                json_array_append_new(
                    values, value_of(plot_next(last), flows[f][1], NAN, NAN, NAN, NAN));
            json_array_append_new(values, value_of(period, flows[f][1],
                                                   plot_field(p, row, "estimate_usd"),
                                                   plot_field(p, row, "low_usd"),
                                                   plot_field(p, row, "high_usd"),
                                                   plot_field(p, row, "completeness")));
            last = period;
        }
    }
    return plot_spec(p, specification, values);
}

const struct plot_figure plot_totals = {
    "totals", "trade of a country, as partners report it", make, words, write_commands,
    vega};
