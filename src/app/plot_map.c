/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Between which countries the two sides are furthest apart. */
#include <math.h>
#include <string.h>

#include "app/gap_tables.h"
#include "app/money.h"
#include "app/plot.h"
#include "mirrorgap/outline.h"

enum { LINES = 40, STEPS = 48 };

static mg_status make(struct plot *p, mg_error *err)
{
    mg_status status =
        mg_held_new("largest gaps between countries", NULL, NULL, &p->table, err);

    return status == MG_OK ? gap_table_map(p->session, &p->question->mirror, LINES,
                                           p->talk, p->table, err)
                           : status;
}

static bool both(const struct plot *p, size_t row)
{
    return plot_field(p, row, "matched") > 0;
}

static double size_of(const struct plot *p, size_t row)
{
    return both(p, row) ? plot_field(p, row, "gross_positive_usd") +
                              plot_field(p, row, "gross_negative_usd")
                        : fmax(plot_field(p, row, "export_usd"),
                               plot_field(p, row, "import_fob_usd"));
}

static const mg_area *end_of(const struct plot *p, size_t row, const char *side)
{
    return mg_ref_area(mg_session_ref(p->session), (unsigned)plot_field(p, row, side));
}

/* Gaps where there are any, else what one side alone reports. */
static bool shown(const struct plot *p, size_t row)
{
    return both(p, row) == both(p, 0);
}

static void words(const struct plot *p, struct plot_words *w)
{
    char usd[MONEY_TEXT];
    size_t n = 0;

    for (size_t row = 0; row < mg_held_rows(p->table); row++)
        n += shown(p, row);
    snprintf(w->finding, sizeof w->finding,
             both(p, 0) ? "The two sides are furthest apart from %s to %s: %s"
                        : "Largest trade that one side alone reports: %s to %s, %s",
             end_of(p, 0, "exporter")->name, end_of(p, 0, "importer")->name,
             money_words(size_of(p, 0), usd));
    snprintf(w->shown, sizeof w->shown,
             "the %zu largest, all periods together; width by the square root of US$", n);
    snprintf(
        w->note, sizeof w->note,
        "%sA dot at the importer's end. Rings: Hong Kong, Macao, Singapore. Outlines: "
        "Natural Earth, 1:110 million; they say nothing about whose land is whose.",
        both(p, 0) ? "Orange, dashed: importers report more; blue: exporters do; gaps "
                     "flow by flow. "
                   : "");
}

/* ---- the projection: Equal Earth (Savric, Patterson, Jenny 2018) ---- */

static void project(double lon, double lat, double *x, double *y)
{
    static const double a1 = 1.340264;
    static const double a2 = -0.081106;
    static const double a3 = 0.000893;
    static const double a4 = 0.003796;
    const double rad = acos(-1) / 180;
    const double m = sqrt(3) / 2;
    const double t = asin(m * sin(lat * rad));
    const double t2 = t * t;
    const double t6 = t2 * t2 * t2;

    *x = lon * rad * cos(t) / (m * (a1 + 3 * a2 * t2 + t6 * (7 * a3 + 9 * a4 * t2)));
    *y = t * (a1 + a2 * t2 + t6 * (a3 + a4 * t2));
}

static void put_point(FILE *to, double lon, double lat)
{
    double x;
    double y;

    project(lon, lat, &x, &y);
    plot_number(to, nearbyint(x * 1e4) / 1e4);
    fputc(' ', to);
    plot_number(to, nearbyint(y * 1e4) / 1e4);
    fputc('\n', to);
}

static mg_status write_outline(const struct plot *p, FILE *to, mg_error *err)
{
    mg_outline *outline = NULL;
    mg_status status = mg_outline_load(mg_session_ref(p->session), &outline, err);

    fputs("$outline << EOD\n", to);
    for (size_t i = 0; status == MG_OK && i < outline->n; i++) {
        const mg_outline_line *line = &outline->lines[i];
        for (size_t k = 0; k < line->n; k++) {
            /* where it leaves the map at one edge, it comes back at the other */
            if (k > 0 && fabs(line->points[k].lon - line->points[k - 1].lon) > 180)
                fputc('\n', to);
            put_point(to, line->points[k].lon, line->points[k].lat);
        }
        fputc('\n', to);
    }
    fputs("EOD\n", to);
    mg_outline_free(outline);
    return status;
}

/* The shortest way over the globe, in steps, broken where it leaves the map. */
static void write_way(const mg_area *from, const mg_area *until, FILE *to)
{
    const double rad = acos(-1) / 180;
    const double a[] = {cos(from->lat * rad) * cos(from->lon * rad),
                        cos(from->lat * rad) * sin(from->lon * rad),
                        sin(from->lat * rad)};
    const double b[] = {cos(until->lat * rad) * cos(until->lon * rad),
                        cos(until->lat * rad) * sin(until->lon * rad),
                        sin(until->lat * rad)};
    const double d = acos(fmax(-1, fmin(1, a[0] * b[0] + a[1] * b[1] + a[2] * b[2])));
    double last = from->lon;

    for (int k = 0; k <= STEPS; k++) {
        const double t = (double)k / STEPS;
        const double u = d > 1e-6 ? sin((1 - t) * d) / sin(d) : 1 - t;
        const double v = d > 1e-6 ? sin(t * d) / sin(d) : t;
        const double point[] = {u * a[0] + v * b[0], u * a[1] + v * b[1],
                                u * a[2] + v * b[2]};
        const double lat = atan2(point[2], hypot(point[0], point[1])) / rad;
        const double lon = atan2(point[1], point[0]) / rad;
        if (fabs(lon - last) > 180)
            fputc('\n', to);
        put_point(to, lon, lat);
        last = lon;
    }
}

static const char *colour_of(const struct plot *p, size_t row)
{
    return !both(p, row)                            ? "#555555"
           : plot_field(p, row, "net_gap_usd") >= 0 ? PLOT_IMPORTER
                                                    : PLOT_EXPORTER;
}

static bool is_hub(const mg_area *area)
{
    static const char *const hubs[] = {"HKG", "MAC", "SGP"};

    for (size_t i = 0; i < sizeof hubs / sizeof *hubs; i++)
        if (strcmp(area->iso3, hubs[i]) == 0)
            return true;
    return false;
}

/* Where names stand already; a box reaches from (x, y) to (x2, y2). */
struct box {
    double x, y, x2, y2;
};
struct named {
    struct box boxes[2 * LINES];
    size_t n;
};

/* The picture is 5.44 wide on some 920 points, a letter some 6 points, a line 15. */
static const double letter_wide = 0.037;
static const double line_high = 0.09;

static bool is_free(const struct named *named, const struct box *b)
{
    if (b->x < -2.7 || b->x2 > 2.7)
        return false;
    for (size_t i = 0; i < named->n; i++) {
        const struct box *o = &named->boxes[i];
        if (b->x < o->x2 && o->x < b->x2 && b->y < o->y2 && o->y < b->y2)
            return false;
    }
    return true;
}

static void put_at(FILE *to, const char *what, double x, double y)
{
    fputs(what, to);
    plot_number(to, nearbyint(x * 1e4) / 1e4);
    fputc(',', to);
    plot_number(to, nearbyint(y * 1e4) / 1e4);
}

/* A name at one of four sides of its place, where there is room. */
static void write_name(const mg_area *area, struct named *named, FILE *to)
{
    static const struct {
        double dx, dy, anchor; /* anchor: the share of the width left of the place */
        const char *how;
    } sides[] = {{0.04, 0, 0, "left"},
                 {-0.04, 0, 1, "right"},
                 {0, 0.075, 0.5, "center"},
                 {0, -0.075, 0.5, "center"}};
    const double wide = letter_wide * (double)strlen(area->name);
    double x;
    double y;

    project(area->lon, area->lat, &x, &y);
    if (is_hub(area)) {
        put_at(to, "set object circle at first ", x, y);
        fputs(" size 0.02 fc rgb '#1b1b1b' fs empty border front\n", to);
    }
    for (size_t s = 0; s < sizeof sides / sizeof *sides && named->n < 2 * LINES; s++) {
        const double left = x + sides[s].dx - sides[s].anchor * wide;
        const double middle = y + sides[s].dy;
        const struct box b = {left, middle - line_high / 2, left + wide,
                              middle + line_high / 2};
        if (!is_free(named, &b))
            continue;
        named->boxes[named->n++] = b;
        fputs("set label ", to);
        plot_text(to, area->name);
        put_at(to, " at first ", x + sides[s].dx, middle);
        fprintf(to, " %s font small_font front\n", sides[s].how);
        return;
    }
}

/* The ends of the widest line, the hubs, then the ends of the others. */
static void write_names(const struct plot *p, FILE *to)
{
    struct named named = {.n = 0};
    uint16_t done[2 * LINES];
    size_t n = 0;

    for (int pass = 0; pass < 3; pass++)
        for (size_t row = 0; row < mg_held_rows(p->table); row++) {
            const mg_area *ends[] = {end_of(p, row, "exporter"),
                                     end_of(p, row, "importer")};
            for (int e = 0; e < 2 && shown(p, row); e++) {
                bool before = (pass == 0 && row > 0) || (pass == 1 && !is_hub(ends[e]));
                for (size_t i = 0; i < n; i++)
                    before = before || done[i] == ends[e]->code;
                if (before)
                    continue;
                done[n++] = ends[e]->code;
                write_name(ends[e], &named, to);
            }
        }
}

static mg_status write_commands(const struct plot *p, FILE *to, mg_error *err)
{
    const size_t rows = mg_held_rows(p->table);
    mg_status status = write_outline(p, to, err);

    if (status != MG_OK)
        return status;
    for (size_t row = 0; row < rows; row++)
        if (shown(p, row)) {
            const mg_area *until = end_of(p, row, "importer");
            fprintf(to, "$line%zu << EOD\n", row);
            write_way(end_of(p, row, "exporter"), until, to);
            fprintf(to, "EOD\n$end%zu << EOD\n", row);
            put_point(to, until->lon, until->lat);
            fputs("EOD\n", to);
        }
    write_names(p, to);
    fputs(
        "unset grid\nunset border\nunset tics\nset size ratio -1\nset lmargin at screen "
        "0.02\nset rmargin at screen 0.98\nset bmargin at screen 0.13\n"
        "set xrange [-2.72:2.72]\nset yrange [-1.05:1.33]\n"
        "plot $outline using 1:2 with lines lw 0.5 lc rgb '#bbbbbb'",
        to);
    for (size_t row = rows; row-- > 0;) /* the widest last, on top */
        if (shown(p, row)) {
            const double wide = sqrt(size_of(p, row) / size_of(p, 0));
            const char *colour = colour_of(p, row);
            fprintf(to, ", $line%zu using 1:2 with lines lc rgb '%s' %s lw ", row, colour,
                    strcmp(colour, PLOT_EXPORTER) == 0 ? "" : "dt 2");
            plot_number(to, nearbyint(10 * (0.7 + 5 * wide)) / 10);
            fprintf(to, ", $end%zu using 1:2 with points pt 7 lc rgb '%s' ps ", row,
                    colour);
            plot_number(to, nearbyint(10 * (0.3 + 0.9 * wide)) / 10);
        }
    fputc('\n', to);
    return MG_OK;
}

/* ---- Vega-Lite ---- */

static const char specification[] =
    "{\"width\": 820, \"height\": 420, \"projection\": {\"type\": \"equalEarth\"},"
    " \"layer\": [{\"data\": {\"sphere\": true}, \"mark\": {\"type\": \"geoshape\", "
    "\"fill\": null, \"stroke\": \"#cccccc\"}},"
    " {\"mark\": {\"type\": \"rule\", \"opacity\": 0.7}, \"encoding\": {"
    "  \"longitude\": {\"field\": \"from_lon\"}, \"latitude\": {\"field\": \"from_lat\"},"
    "  \"longitude2\": {\"field\": \"to_lon\"}, \"latitude2\": {\"field\": \"to_lat\"},"
    "  \"size\": {\"field\": \"usd\", \"type\": \"quantitative\", \"scale\": {\"type\": "
    "\"sqrt\", \"range\": [0.5, 6]}, \"title\": \"US$\"},"
    "  \"color\": {\"field\": \"more\", \"type\": \"nominal\", \"title\": \"reports "
    "more\", "
    "\"scale\": {\"domain\": [\"exporters\", \"importers\", \"one side alone\"], "
    "\"range\": [\"" PLOT_EXPORTER "\", \"" PLOT_IMPORTER "\", \"#555555\"]}},"
    "  \"tooltip\": [{\"field\": \"exporter\"}, {\"field\": \"importer\"}, {\"field\": "
    "\"usd\"}]}}]}";

/* The coasts and borders, below the lines. */
static bool add_outline(const struct plot *p, json_t *spec)
{
    mg_outline *outline = NULL;
    json_t *lines = json_array();
    const mg_status status = mg_outline_load(mg_session_ref(p->session), &outline, NULL);

    for (size_t i = 0; status == MG_OK && i < outline->n; i++) {
        const mg_outline_line *line = &outline->lines[i];
        json_t *points = json_array();
        for (size_t k = 0; k < line->n; k++)
            json_array_append_new(
                points, json_pack("[f,f]", line->points[k].lon, line->points[k].lat));
        json_array_append_new(lines, points);
    }
    mg_outline_free(outline);
    json_t *layer = json_pack(
        "{s:{s:[{s:s,s:{s:s,s:o}}]},s:{s:s,s:b,s:s,s:f}}", "data", "values", "type",
        "Feature", "geometry", "type", "MultiLineString", "coordinates", lines, "mark",
        "type", "geoshape", "filled", 0, "stroke", "#bbbbbb", "strokeWidth", 0.5);
    return status == MG_OK &&
           json_array_insert_new(json_object_get(spec, "layer"), 1, layer) == 0;
}

static json_t *vega(const struct plot *p)
{
    json_t *values = json_array();

    for (size_t row = 0; row < mg_held_rows(p->table); row++) {
        const mg_area *from = end_of(p, row, "exporter");
        const mg_area *until = end_of(p, row, "importer");
        if (!shown(p, row))
            continue;
        json_array_append_new(
            values, json_pack("{s:s,s:s,s:f,s:f,s:f,s:f,s:o,s:s}", "exporter", from->name,
                              "importer", until->name, "from_lon", from->lon, "from_lat",
                              from->lat, "to_lon", until->lon, "to_lat", until->lat,
                              "usd", plot_json(size_of(p, row)), "more",
                              !both(p, row)                            ? "one side alone"
                              : plot_field(p, row, "net_gap_usd") >= 0 ? "importers"
                                                                       : "exporters"));
    }
    json_t *spec = plot_spec(p, specification, values);
    if (spec == NULL || !add_outline(p, spec)) {
        json_decref(spec);
        return NULL;
    }
    return spec;
}

const struct plot_figure plot_map = {
    "map",          "between which countries the sides are furthest apart",
    make,           words,
    write_commands, vega};
