/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What both sides report over time. */
#include <math.h>
#include <string.h>

#include "app/gap_tables.h"
#include "app/money.h"
#include "app/plot.h"
#include "mirrorgap/table.h"

struct series {
    const struct plot *plot;
    size_t rows;
    /* Whether any flow is reported by both sides: what only one reports is then left
     * out, as sums over different flows cannot be compared. */
    bool compares;
    bool months;
    struct plot_unit unit;
    double most;
    struct {
        size_t n, first, last; /* figures, and the rows of the first and last */
        double total, left_out;
    } sides[2]; /* exporters', importers' */
};

static mg_status make(struct plot *p, mg_error *err)
{
    mg_status status = mg_held_new("both sides by period", NULL, NULL, &p->table, err);

    return status == MG_OK ? gap_table(p->session, &p->question->mirror, "period",
                                       p->talk, p->table, NULL, err)
                           : status;
}

/* A side's sum over the flows that are shown, NaN where it reports none: that is no
 * zero. */
static double figure_of(const struct series *s, size_t row, bool importer)
{
    const struct plot *p = s->plot;
    const double usd = plot_field(p, row, importer ? "import_fob_usd" : "export_usd");
    const double covered =
        plot_field(p, row, importer ? "coverage_import" : "coverage_export");

    if (s->compares)
        return plot_field(p, row, "matched") > 0 ? usd * (usd > 0 ? covered : 1) : NAN;
    return plot_field(p, row, importer ? "importer_only" : "exporter_only") > 0 ? usd
                                                                                : NAN;
}

/* The importers' sum at an end of the margins' bands; NaN where nothing is compared. */
static double band_of(const struct series *s, size_t row, const char *end)
{
    return s->compares ? figure_of(s, row, false) + plot_field(s->plot, row, end) : NAN;
}

static void survey(struct series *s, bool importer)
{
    double all = 0;

    for (size_t i = 0; i < s->rows; i++) {
        const double usd = figure_of(s, i, importer);
        all += plot_field(s->plot, i, importer ? "import_fob_usd" : "export_usd");
        if (isnan(usd))
            continue;
        s->sides[importer].total += usd;
        if (s->sides[importer].n++ == 0)
            s->sides[importer].first = i;
        s->sides[importer].last = i;
        s->most = fmax(s->most, fmax(usd, band_of(s, i, "net_high_usd")));
    }
    s->sides[importer].left_out = all > 0 ? 1 - s->sides[importer].total / all : 0;
}

static struct series series_of(const struct plot *p)
{
    struct series s = {.plot = p,
                       .rows = mg_held_rows(p->table),
                       .months = mg_period_monthly((uint32_t)plot_field(p, 0, "period"))};

    for (size_t i = 0; i < s.rows; i++)
        s.compares = s.compares || plot_field(p, i, "matched") > 0;
    survey(&s, false);
    survey(&s, true);
    s.unit = plot_unit_for(s.most);
    return s;
}

/* Over all periods in which both report: one odd period must not make the title. */
static void compare(const struct series *s, char *text, size_t room)
{
    const double x = s->sides[0].total;
    const double m = s->sides[1].total;
    const double more = x > 0 ? m / x - 1 : INFINITY;
    char export_usd[MONEY_TEXT];
    char import_usd[MONEY_TEXT];
    char first[PLOT_PERIOD];
    char last[PLOT_PERIOD];
    char span[2 * PLOT_PERIOD + 16];

    money_words(x, export_usd);
    money_words(m, import_usd);
    plot_period(plot_field(s->plot, s->sides[0].first, "period"), first);
    plot_period(plot_field(s->plot, s->sides[0].last, "period"), last);
    if (strcmp(first, last) == 0)
        snprintf(span, sizeof span, "In %s", first);
    else
        snprintf(span, sizeof span, "From %s to %s", first, last);
    if (fabs(more) < 0.005)
        snprintf(text, room, "%s both sides report about the same in sum: %s and %s",
                 span, import_usd, export_usd);
    else if (more > 1)
        snprintf(text, room, "%s importers report %s, exporters only %s", span,
                 import_usd, export_usd);
    else if (more < -0.5)
        snprintf(text, room, "%s exporters report %s, importers only %s", span,
                 export_usd, import_usd);
    else
        snprintf(text, room,
                 "%s importers report %.*f %% %s than exporters: %s against %s", span,
                 fabs(more) < 0.1 ? 1 : 0, 100 * fabs(more), more > 0 ? "more" : "less",
                 import_usd, export_usd);
}

static void find(const struct series *s, char *text, size_t room)
{
    const bool importer = s->sides[1].n > 0;
    char usd[MONEY_TEXT];

    if (s->compares) {
        compare(s, text, room);
        return;
    }
    money_words(s->sides[importer].total, usd);
    if (s->sides[0].n > 0 && importer)
        snprintf(text, room,
                 "No flow is reported by both sides: the lines are of different flows");
    else
        snprintf(text, room, "Only %s report: %s in all",
                 importer ? "importers" : "exporters", usd);
}

static void note(const struct series *s, char *text, size_t room)
{
    if (s->compares)
        snprintf(text, room,
                 "Flows that both sides report. Shaded: importers' sum with the freight "
                 "of every "
                 "flow at the same end of its band, a bound. Left out, as one side alone "
                 "reports "
                 "them: %.1f %% of exporters', %.1f %% of importers' figures.",
                 100 * s->sides[0].left_out, 100 * s->sides[1].left_out);
    else
        snprintf(text, room,
                 "Where a line breaks nothing is reported, which is not zero.");
}

static void words(const struct plot *p, struct plot_words *w)
{
    const struct series s = series_of(p);

    find(&s, w->finding, sizeof w->finding);
    snprintf(w->shown, sizeof w->shown, "%s, current prices, %s",
             p->vega ? "US$" : s.unit.name, s.months ? "monthly" : "annual");
    note(&s, w->note, sizeof w->note);
}

/* ---- gnuplot ---- */

/* A line's name at its last figure, clear of the other's. */
static void name_line(const struct series *s, bool importer, FILE *to)
{
    static const char *const names[] = {"exporters report", "importers report"};
    const size_t last = s->sides[importer].last;
    const double room = 0.06 * s->most;
    double y = figure_of(s, last, importer);

    if (s->sides[!importer].n > 0 && s->sides[!importer].last == last) {
        const double apart = y - figure_of(s, last, !importer);
        const bool above = apart > 0 || (apart == 0 && importer);
        if (fabs(apart) < room)
            y += (above ? 1 : -1) * (room - fabs(apart)) / 2;
    }
    fputs("set label ", to);
    plot_text(to, names[importer]);
    fputs(" at first ", to);
    plot_number(to, plot_year(plot_field(s->plot, last, "period")));
    fputc(',', to);
    plot_number(to, y / s->unit.usd);
    fprintf(to, " left offset 1,0 tc rgb '%s'\n",
            importer ? PLOT_IMPORTER : PLOT_EXPORTER);
}

static void write_row(const struct series *s, size_t row, FILE *to)
{
    const double figures[] = {figure_of(s, row, false), figure_of(s, row, true),
                              band_of(s, row, "net_low_usd"),
                              band_of(s, row, "net_high_usd")};

    plot_number(to, plot_year(plot_field(s->plot, row, "period")));
    for (size_t i = 0; i < sizeof figures / sizeof *figures; i++) {
        fputc(' ', to);
        plot_number(to, figures[i] / s->unit.usd);
    }
    fputc('\n', to);
}

/* One row a period; a row without figures where periods are left out, so that no line
 * is drawn over them. */
static void write_data(const struct series *s, FILE *to)
{
    const double step = s->months ? 1.0 / 12 : 1;
    double last = NAN;

    fputs("$data << EOD\n", to);
    for (size_t i = 0; i < s->rows; i++) {
        const double year = plot_year(plot_field(s->plot, i, "period"));
        if (year - last > 1.5 * step) {
            plot_number(to, last + step);
            fputs(" NaN NaN NaN NaN\n", to);
        }
        write_row(s, i, to);
        last = year;
    }
    fputs("EOD\n", to);
}

static mg_status write_commands(const struct plot *p, FILE *to, mg_error *err)
{
    const struct series s = series_of(p);
    const double first = plot_field(p, 0, "period");
    const double last = plot_field(p, s.rows - 1, "period");

    (void)err;
    write_data(&s, to);
    for (int importer = 0; importer < 2; importer++)
        if (s.sides[importer].n > 0)
            name_line(&s, importer != 0, to);
    plot_events(p, first, last, to);
    plot_years(to, first, last);
    fputs("set yrange [0:", to);
    plot_number(to, s.most > 0 ? 1.08 * s.most / s.unit.usd : 1);
    fputs("]\nset lmargin at screen 0.08\nset rmargin at screen 0.82\n"
          "set bmargin at screen 0.18\nplot ",
          to);
    if (s.compares)
        fputs("$data using 1:4:5 with filledcurves lc rgb '" PLOT_BAND "', ", to);
    fputs(
        "$data using 1:2 with linespoints pt 7 ps 0.6 lw 2 lc rgb '" PLOT_EXPORTER
        "', $data using 1:3 with linespoints pt 5 ps 0.6 lw 2 dt 2 lc rgb '" PLOT_IMPORTER
        "'\n",
        to);
    return MG_OK;
}

/* ---- Vega-Lite ---- */

static void add_values(const struct series *s, size_t row, json_t *values)
{
    const double period = plot_field(s->plot, row, "period");

    for (int importer = 0; importer < 2; importer++)
        json_array_append_new(
            values,
            json_pack("{s:o,s:s,s:o,s:o,s:o}", "period", plot_date(period), "side",
                      importer ? "importers" : "exporters", "usd",
                      plot_json(figure_of(s, row, importer != 0)), "low",
                      plot_json(importer ? band_of(s, row, "net_low_usd") : NAN), "high",
                      plot_json(importer ? band_of(s, row, "net_high_usd") : NAN)));
}

/* Where periods are left out, a value that is none: no line is drawn over them. */
static json_t *vega_values(const struct series *s)
{
    json_t *values = json_array();

    for (size_t i = 0; i < s->rows; i++) {
        const double period = plot_field(s->plot, i, "period");
        const double before = i > 0 ? plot_field(s->plot, i - 1, "period") : NAN;
        if (i > 0 && plot_next(before) != period)
            for (int importer = 0; importer < 2; importer++)
                json_array_append_new(values,
                                      json_pack("{s:o,s:s,s:n,s:n,s:n}", "period",
                                                plot_date(plot_next(before)), "side",
                                                importer ? "importers" : "exporters",
                                                "usd", "low", "high"));
        add_values(s, i, values);
    }
    return values;
}

static const char specification[] =
    "{\"width\": 720, \"height\": 360,"
    " \"encoding\": {\"x\": {\"field\": \"period\", \"type\": \"temporal\", \"title\": "
    "\"\"}},"
    " \"layer\": ["
    "  {\"transform\": [{\"filter\": \"datum.side == 'importers'\"}], \"mark\": "
    "{\"type\": "
    "\"area\", \"color\": \"" PLOT_BAND "\"},"
    "   \"encoding\": {\"y\": {\"field\": \"low\", \"type\": \"quantitative\", "
    "\"title\": "
    "\"US$, current prices\"}, \"y2\": {\"field\": \"high\"}}},"
    "  {\"mark\": {\"type\": \"line\", \"point\": true},"
    "   \"encoding\": {\"y\": {\"field\": \"usd\", \"type\": \"quantitative\"},"
    "    \"color\": {\"field\": \"side\", \"type\": \"nominal\", \"title\": \"reported "
    "by\","
    "     \"scale\": {\"domain\": [\"exporters\", \"importers\"],"
    "      \"range\": [\"" PLOT_EXPORTER "\", \"" PLOT_IMPORTER "\"]}},"
    "    \"strokeDash\": {\"field\": \"side\", \"type\": \"nominal\", \"title\": "
    "\"reported "
    "by\"}}}]}";

static json_t *vega(const struct plot *p)
{
    const struct series s = series_of(p);

    return plot_spec(p, specification, vega_values(&s));
}

const struct plot_figure plot_series = {"series", "both sides over time", make,
                                        words,    write_commands,         vega};
