/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How far both sides' sums are apart, by country and chapter. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "app/gap_tables.h"
#include "app/money.h"
#include "app/plot.h"
#include "mirrorgap/mem.h"
#include "mirrorgap/number.h"

enum { ROWS = 22, COLUMNS = 26 };

static mg_status make(struct plot *p, mg_error *err)
{
    return gap_table_heat(p->session, &p->question->mirror, p->talk, &p->table, &p->by,
                          err);
}

static const char *side_of(const struct plot *p)
{
    return mg_held_column(p->table, "exporter") != SIZE_MAX ? "exporter" : "country";
}

/* Of the cells that are told: a country of the filter is no partner of itself. */
static bool is_told(const struct plot *p, size_t row)
{
    const uint8_t *own = p->question->mirror.filter.either;
    const double code = plot_field(p, row, side_of(p));

    return plot_field_text(p, row, p->by)[0] != '\0' &&
           (own == NULL || own[(unsigned)code & 0xffff] == 0);
}

static double size_of(const struct plot *p, size_t row)
{
    return plot_field(p, row, "gross_positive_usd") +
           plot_field(p, row, "gross_negative_usd");
}

/* What one side alone reports, of either direction. */
static double one_sided(const struct plot *p, size_t row)
{
    return plot_field(p, row, "export_usd") + plot_field(p, row, "import_fob_usd");
}

/* A side's sum over the flows that both report. */
static double matched(const struct plot *p, size_t row, bool importer)
{
    const double usd = plot_field(p, row, importer ? "import_fob_usd" : "export_usd");

    if (!(plot_field(p, row, "matched") > 0)) /* no sum of flows that both report */
        return NAN;
    return usd > 0 ? usd * plot_field(p, row,
                                      importer ? "coverage_import" : "coverage_export")
                   : 0;
}

/* (m - x) / (m + x); NaN where no flow is reported by both. */
static double apart(const struct plot *p, size_t row)
{
    const double x = matched(p, row, false);
    const double m = matched(p, row, true);

    return plot_field(p, row, "matched") > 0 && x + m > 0 ? (m - x) / (m + x) : NAN;
}

/* Whether any sum has two sides; if none has, what one side reports is shown. */
static bool compares(const struct plot *p)
{
    for (size_t row = 0; row < mg_held_rows(p->table); row++)
        if (is_told(p, row) && !isnan(apart(p, row)))
            return true;
    return false;
}

static double weight_of(const struct plot *p, size_t row, bool both)
{
    return both ? size_of(p, row) : one_sided(p, row);
}

/* ---- the countries and columns with the largest gaps ---- */

struct name {
    const char *text;
    double size;
};

static int by_size(const void *a, const void *b)
{
    const struct name *x = a;
    const struct name *y = b;

    if (x->size != y->size)
        return x->size < y->size ? 1 : -1;
    return strcmp(x->text, y->text);
}

static int by_text(const void *a, const void *b)
{
    return strcmp(((const struct name *)a)->text, ((const struct name *)b)->text);
}

/* *names is the caller's to free(). */
static mg_status largest(const struct plot *p, const char *column, size_t most,
                         struct name **names, size_t *n, mg_error *err)
{
    const size_t rows = mg_held_rows(p->table);
    const bool both = compares(p);

    *n = 0;
    *names = mg_alloc(rows + 1, sizeof **names);
    if (*names == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot draw");
    for (size_t row = 0; row < rows; row++)
        if (is_told(p, row))
            (*names)[(*n)++] =
                (struct name){plot_field_text(p, row, column), weight_of(p, row, both)};
    if (*n > 0)
        qsort(*names, *n, sizeof **names, by_text);
    size_t kept = 0;
    for (size_t i = 0; i < *n; i++)
        if (kept > 0 && strcmp((*names)[kept - 1].text, (*names)[i].text) == 0)
            (*names)[kept - 1].size += (*names)[i].size;
        else
            (*names)[kept++] = (*names)[i];
    if (kept > 0)
        qsort(*names, kept, sizeof **names, by_size);
    *n = kept < most ? kept : most;
    return MG_OK;
}

static size_t place_of(const struct name *names, size_t n, const char *text)
{
    size_t i = 0;

    while (i < n && strcmp(names[i].text, text) != 0)
        i++;
    return i;
}

static size_t worst_of(const struct plot *p, bool both)
{
    size_t worst = SIZE_MAX;

    for (size_t row = 0; row < mg_held_rows(p->table); row++)
        if (is_told(p, row) && (!both || !isnan(apart(p, row))) &&
            weight_of(p, row, both) > 0 &&
            (worst == SIZE_MAX || weight_of(p, row, both) > weight_of(p, worst, both)))
            worst = row;
    return worst;
}

static const char *what_of(const struct plot *p)
{
    return strcmp(p->by, "hs2") == 0   ? "HS chapter"
           : strcmp(p->by, "hs4") == 0 ? "HS heading"
                                       : "year";
}

static void find(const struct plot *p, bool both, char *text, size_t room)
{
    const size_t worst = worst_of(p, both);
    char usd[3][MONEY_TEXT];
    char where[160];

    if (worst == SIZE_MAX) {
        snprintf(text, room, "No sums to compare");
        return;
    }
    snprintf(where, sizeof where, "%s %.80s, %s %.8s",
             strcmp(side_of(p), "country") == 0 ? "trade with" : "exports of",
             plot_country(p, plot_field(p, worst, side_of(p))), what_of(p),
             plot_field_text(p, worst, p->by));
    if (both)
        snprintf(
            text, room,
            "Largest gaps, added up flow by flow (%s): %s. In sum importers report %s, "
            "exporters %s",
            money_words(size_of(p, worst), usd[0]), where,
            money_words(matched(p, worst, true), usd[1]),
            money_words(matched(p, worst, false), usd[2]));
    else
        snprintf(text, room, "One side alone reports; most: %s, %s", where,
                 money_words(one_sided(p, worst), usd[0]));
}

static void words(const struct plot *p, struct plot_words *w)
{
    const bool both = compares(p);
    const char *who = strcmp(side_of(p), "country") == 0 ? "partners" : "exporters";

    find(p, both, w->finding, sizeof w->finding);
    if (both) {
        snprintf(w->shown, sizeof w->shown,
                 "%s by %s; (importers' - exporters' sum) / their sum, in per cent", who,
                 what_of(p));
        snprintf(
            w->note, sizeof w->note,
            "Orange and +: importers report more; blue and -: exporters do; colours "
            "end at 50. Slash: one side alone reports. Empty: no trade reported, which "
            "is not zero. The largest gaps of at most %d countries and %d columns.",
            ROWS, COLUMNS);
    } else {
        snprintf(w->shown, sizeof w->shown,
                 "%s by %s; US$, current prices, both directions added up; log scale of "
                 "colour",
                 who, what_of(p));
        snprintf(
            w->note, sizeof w->note,
            "No flow is reported by both sides. Darker is more. Empty: no trade "
            "reported, which is not zero. The largest sums of at most %d countries and "
            "%d columns.",
            ROWS, COLUMNS);
    }
}

/* ---- gnuplot ---- */

static void write_axis(const struct plot *p, const char *axis, const struct name *names,
                       size_t n, bool countries, bool turned, FILE *to)
{
    double code = 0;

    fprintf(to, "set %s %s(", axis, turned ? "rotate by 60 right " : "");
    for (size_t i = 0; i < n; i++) {
        fputs(i > 0 ? ", " : "", to);
        if (countries) {
            (void)!mg_number_read(names[i].text, strlen(names[i].text), 0, &code);
            plot_label(to, plot_country(p, code));
        } else
            plot_text(to, names[i].text);
        fprintf(to, " %zu", i);
    }
    fputs(") scale 0\n", to);
}

/* The colour's number of a cell: per cent, or the logarithm of what is reported. */
static double colour_of(const struct plot *p, size_t row, bool both)
{
    if (both)
        return nearbyint(100 * apart(p, row));
    return one_sided(p, row) > 0 ? log10(one_sided(p, row)) : NAN;
}

static void write_text(const struct plot *p, size_t row, bool both, bool roomy, FILE *to)
{
    const double percent = nearbyint(100 * apart(p, row));
    char usd[MONEY_TEXT];

    if (both && isnan(percent))
        fputs(" /\n", to);
    else if (!roomy)
        fputs(" \"\"\n", to);
    else if (both)
        fprintf(to, percent == 0 ? " 0\n" : " %+.0f\n", percent);
    else
        fprintf(to, " %s\n", money_short(one_sided(p, row), usd));
}

/* Columns: place, place from above, colour or NaN, text. */
static void write_cells(const struct plot *p, const struct name *columns,
                        size_t n_columns, const struct name *rows, size_t n_rows,
                        FILE *to)
{
    const bool both = compares(p);

    fputs("$cells << EOD\n", to);
    for (size_t row = 0; row < mg_held_rows(p->table); row++) {
        const size_t c = place_of(columns, n_columns, plot_field_text(p, row, p->by));
        const size_t r = place_of(rows, n_rows, plot_field_text(p, row, side_of(p)));
        if (!is_told(p, row) || c == n_columns || r == n_rows)
            continue;
        fprintf(to, "%zu %zu ", c, r);
        plot_number(to, colour_of(p, row, both));
        write_text(p, row, both, n_columns <= (both ? 16 : 12), to);
    }
    fputs("EOD\n", to);
}

static void write_palette(const struct plot *p, FILE *to)
{
    double least = INFINITY;
    double most = -INFINITY;

    if (compares(p)) {
        fputs("set palette defined (-50 '" PLOT_EXPORTER "', 0 '#f7f7f7', 50 "
              "'" PLOT_IMPORTER "')\nset cbrange [-50:50]\ndark(x) = abs(x) > 30\n",
              to);
        return;
    }
    for (size_t row = 0; row < mg_held_rows(p->table); row++)
        if (is_told(p, row) && one_sided(p, row) > 0) {
            least = fmin(least, log10(one_sided(p, row)));
            most = fmax(most, log10(one_sided(p, row)));
        }
    if (!(least < most)) { /* one figure, or none */
        most = least < INFINITY ? least : 1;
        least = most - 1;
    }
    fputs("set palette defined (0 '#eef2f8', 1 '" PLOT_EXPORTER "')\nset cbrange [", to);
    plot_number(to, least);
    fputc(':', to);
    plot_number(to, most);
    fputs("]\ndark(x) = x > ", to);
    plot_number(to, least + 0.55 * (most - least));
    fputc('\n', to);
}

static mg_status write_commands(const struct plot *p, FILE *to, mg_error *err)
{
    struct name *columns = NULL;
    struct name *rows = NULL;
    size_t n_columns = 0;
    size_t n_rows = 0;
    mg_status status = largest(p, p->by, COLUMNS, &columns, &n_columns, err);

    if (status == MG_OK)
        status = largest(p, side_of(p), ROWS, &rows, &n_rows, err);
    if (status == MG_OK) {
        if (n_columns > 0)
            qsort(columns, n_columns, sizeof *columns, by_text);
        write_cells(p, columns, n_columns, rows, n_rows, to);
        write_axis(p, "xtics", columns, n_columns, false, n_columns > 14, to);
        write_axis(p, "ytics", rows, n_rows, true, false, to);
        fprintf(
            to,
            "unset grid\nset border 0\nset lmargin at screen 0.2\nset rmargin at screen "
            "0.97\nset bmargin at screen 0.2\nunset colorbox\n"
            "set xrange [-0.5:%zu.5]\nset yrange [%zu.5:-0.5]\n",
            n_columns > 0 ? n_columns - 1 : 0, n_rows > 0 ? n_rows - 1 : 0);
        write_palette(p, to);
        fputs(
            "plot $cells using 1:2:(0.48):(0.46):3 with boxxyerror fs solid noborder lc "
            "palette, "
            "$cells using 1:2:4:(dark($3) ? 0xffffff : 0x1b1b1b) with labels font "
            "small_font tc rgb variable\n",
            to);
    }
    free(columns);
    free(rows);
    return status;
}

/* ---- Vega-Lite ---- */

static const char specification[] =
    "{\"layer\": [{\"mark\": \"rect\", \"encoding\": {"
    " \"x\": {\"field\": \"column\", \"type\": \"ordinal\", \"title\": \"\"},"
    " \"y\": {\"field\": \"country\", \"type\": \"nominal\", \"title\": \"\", \"sort\": "
    "{\"field\": \"gross_usd\", \"op\": \"sum\", \"order\": \"descending\"}},"
    " \"color\": {\"field\": \"apart\", \"type\": \"quantitative\", \"title\": "
    "\"importers' over exporters'\", \"scale\": {\"domain\": [-0.5, 0, 0.5], \"clamp\": "
    "true, \"range\": [\"" PLOT_EXPORTER "\", \"#f7f7f7\", \"" PLOT_IMPORTER
    "\"]}}, \"tooltip\": [{\"field\": \"country\"}, {\"field\": \"column\"}, {\"field\": "
    "\"export_usd\"}, {\"field\": \"import_fob_usd\"}]}}]}";

static json_t *vega(const struct plot *p)
{
    json_t *values = json_array();

    for (size_t row = 0; row < mg_held_rows(p->table); row++)
        if (is_told(p, row))
            json_array_append_new(
                values, json_pack("{s:s,s:s,s:o,s:o,s:o,s:o,s:o}", "country",
                                  plot_country(p, plot_field(p, row, side_of(p))),
                                  "column", plot_field_text(p, row, p->by), "apart",
                                  plot_json(apart(p, row)), "export_usd",
                                  plot_json(matched(p, row, false)), "import_fob_usd",
                                  plot_json(matched(p, row, true)), "gross_usd",
                                  plot_json(size_of(p, row)), "one_sided_usd",
                                  plot_json(one_sided(p, row))));
    json_t *spec = plot_spec(p, specification, values);
    if (spec != NULL && !compares(p))
        json_object_set_new(
            json_object_get(json_array_get(json_object_get(spec, "layer"), 0),
                            "encoding"),
            "color",
            json_pack("{s:s,s:s,s:s,s:{s:s,s:[s,s]}}", "field", "one_sided_usd", "type",
                      "quantitative", "title", "US$ (log scale)", "scale", "type", "log",
                      "range", "#eef2f8", PLOT_EXPORTER));
    return spec;
}

const struct plot_figure plot_heat = {
    "heat",         "how far both sides are apart, by country and chapter",
    make,           words,
    write_commands, vega};
