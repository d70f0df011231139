/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What both sides report over time. */
#include <math.h>
#include <string.h>

#include "app/money.h"
#include "app/plot.h"
#include "mirrorgap/table.h"

enum {
    PERIOD,
    MATCHED,
    EXPORTER_ONLY,
    IMPORTER_ONLY,
    EXPORT,
    IMPORT,
    COVERED_EXPORT,
    COVERED_IMPORT
};

struct series {
    const struct figure_table *table;
    /* Whether any flow is reported by both sides: what only one reports is then left
     * out, as sums over different flows cannot be compared. */
    bool compares;
    bool months;
    double unit; /* US dollars */
    const char *unit_name;
    double most;
    struct {
        size_t n, last; /* figures, and the row of the last */
        double total, left_out;
    } sides[2]; /* exporters', importers' */
};

static mg_status make(const mg_session *session, const mg_plot_question *question,
                      mg_output *output, const mg_talk *talk, mg_error *err)
{
    const mg_gaps_options options = {.mirror = question->mirror, .by = "period"};
    mg_gaps_summary summary;

    return mg_gaps_print(session, &options, output, talk, &summary, err);
}

/* A side's sum over the flows that are shown, NaN where it reports none: that is no
 * zero. */
static double figure_of(const struct series *s, size_t row, bool importer)
{
    const struct figure_table *t = s->table;
    const double usd = figure_cell(t, row, importer ? IMPORT : EXPORT);
    const double covered =
        figure_cell(t, row, importer ? COVERED_IMPORT : COVERED_EXPORT);

    if (s->compares)
        return figure_cell(t, row, MATCHED) > 0 ? usd * (usd > 0 ? covered : 1) : NAN;
    return figure_cell(t, row, importer ? IMPORTER_ONLY : EXPORTER_ONLY) > 0 ? usd : NAN;
}

static void survey(struct series *s, bool importer)
{
    double all = 0;

    for (size_t i = 0; i < s->table->rows; i++) {
        const double usd = figure_of(s, i, importer);
        all += figure_cell(s->table, i, importer ? IMPORT : EXPORT);
        if (isnan(usd))
            continue;
        s->sides[importer].total += usd;
        s->sides[importer].last = i;
        s->sides[importer].n++;
        s->most = fmax(s->most, usd);
    }
    s->sides[importer].left_out = all > 0 ? 1 - s->sides[importer].total / all : 0;
}

static struct series series_of(const struct figure_table *t)
{
    static const struct {
        double usd;
        const char *name;
    } units[] = {
        {1e9, "billion US$"}, {1e6, "million US$"}, {1e3, "thousand US$"}, {1, "US$"}};
    struct series s = {.table = t,
                       .months = mg_period_monthly((uint32_t)figure_cell(t, 0, PERIOD))};
    size_t u = 0;

    for (size_t i = 0; i < t->rows; i++)
        s.compares = s.compares || figure_cell(t, i, MATCHED) > 0;
    survey(&s, false);
    survey(&s, true);
    while (u + 1 < sizeof units / sizeof *units && s.most < 2 * units[u].usd)
        u++;
    s.unit = units[u].usd;
    s.unit_name = units[u].name;
    return s;
}

/* A row's place on the time line: years, with their months as parts. */
static double when(const struct series *s, size_t row)
{
    const double period = figure_cell(s->table, row, PERIOD);
    const double year = s->months ? floor(period / 100) : period;

    return s->months ? year + (period - 100 * year - 0.5) / 12 : year;
}

/* "In 2016 importers report …", of the last period in which both report. */
static void compare(const struct series *s, char *text, size_t room)
{
    const size_t row = s->sides[0].last;
    const unsigned period = (unsigned)figure_cell(s->table, row, PERIOD);
    const double x = figure_of(s, row, false);
    const double m = figure_of(s, row, true);
    const double more = x > 0 ? m / x - 1 : INFINITY;
    char export_usd[MONEY_TEXT];
    char import_usd[MONEY_TEXT];
    char in[24];

    money_words(x, export_usd);
    money_words(m, import_usd);
    if (s->months)
        snprintf(in, sizeof in, "In %u-%02u", period / 100, period % 100);
    else
        snprintf(in, sizeof in, "In %u", period);
    if (fabs(more) < 0.05)
        snprintf(text, room, "%s both sides report about the same: %s and %s", in,
                 export_usd, import_usd);
    else if (more > 1)
        snprintf(text, room, "%s importers report %s, exporters only %s", in, import_usd,
                 export_usd);
    else if (more < -0.5)
        snprintf(text, room, "%s exporters report %s, importers only %s", in, export_usd,
                 import_usd);
    else
        snprintf(text, room, "%s importers report %s, %.0f %% %s than exporters", in,
                 import_usd, 100 * fabs(more), more > 0 ? "more" : "less");
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
        snprintf(
            text, room,
            "Flows that both sides report. Left out, as one side alone reports them: "
            "%.1f %% of exporters', %.1f %% of importers' figures.",
            100 * s->sides[0].left_out, 100 * s->sides[1].left_out);
    else
        snprintf(text, room,
                 "Where a line breaks nothing is reported, which is not zero.");
}

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
    plot_number(to, when(s, last));
    fputc(',', to);
    plot_number(to, y / s->unit);
    fprintf(to, " left offset 1,0 tc rgb '%s'\n",
            importer ? PLOT_IMPORTER : PLOT_EXPORTER);
}

/* One row a period; a row without figures where periods are left out, so that no line
 * is drawn over them. */
static void write_data(const struct series *s, FILE *to)
{
    const double step = s->months ? 1.0 / 12 : 1;

    fputs("$data << EOD\n", to);
    for (size_t i = 0; i < s->table->rows; i++) {
        if (i > 0 && when(s, i) - when(s, i - 1) > 1.5 * step) {
            plot_number(to, when(s, i - 1) + step);
            fputs(" NaN NaN\n", to);
        }
        plot_number(to, when(s, i));
        for (int importer = 0; importer < 2; importer++) {
            fputc(' ', to);
            plot_number(to, figure_of(s, i, importer != 0) / s->unit);
        }
        fputc('\n', to);
    }
    fputs("EOD\n", to);
}

static void write_axes(const struct series *s, FILE *to)
{
    const double first = when(s, 0);
    const double last = when(s, s->table->rows - 1);

    fputs("set format x '%.0f'\nset xrange [", to);
    plot_number(to, s->months ? floor(first) : first - 0.3);
    fputc(':', to);
    plot_number(to, s->months ? floor(last) + 1 : last + 0.3);
    fputs("]\nset xtics ", to);
    plot_number(to, fmax(1, ceil((last - first) / 12)));
    fputs("\nset yrange [0:", to);
    plot_number(to, s->most > 0 ? 1.08 * s->most / s->unit : 1);
    fputs("]\nset lmargin at screen 0.08\nset rmargin at screen 0.82\n"
          "set bmargin at screen 0.18\n",
          to);
}

static void write_commands(const struct figure_table *t, const mg_plot_question *question,
                           FILE *to)
{
    const struct series s = series_of(t);
    char finding[256];
    char words[128];
    char below[256];

    find(&s, finding, sizeof finding);
    note(&s, below, sizeof below);
    snprintf(words, sizeof words, "%s, current prices, %s", s.unit_name,
             s.months ? "monthly" : "annual");
    plot_words(to, question, t, finding, words, below);
    write_data(&s, to);
    for (int importer = 0; importer < 2; importer++)
        if (s.sides[importer].n > 0)
            name_line(&s, importer != 0, to);
    write_axes(&s, to);
    fputs("plot ", to);
    if (s.compares)
        fputs("$data using 1:2:(0):($3-$2) with vectors nohead lw 4 lc rgb '#cccccc', ",
              to);
    fputs(
        "$data using 1:2 with linespoints pt 7 ps 0.6 lw 2 lc rgb '" PLOT_EXPORTER
        "', $data using 1:3 with linespoints pt 5 ps 0.6 lw 2 dt 2 lc rgb '" PLOT_IMPORTER
        "'\n",
        to);
}

const struct plot_figure plot_series = {"series",
                                        {"period", "matched", "exporter_only",
                                         "importer_only", "export_usd", "import_fob_usd",
                                         "coverage_export", "coverage_import"},
                                        make,
                                        write_commands};
