/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Flow by flow, what the exporter and what the importer reports. */
#include <math.h>
#include <string.h>

#include "app/plot.h"

enum { NAMED = 5, DRAWN = 20000 };

struct pass {
    struct plot *plot;
    mg_status status;
    mg_error *err;
};

static bool take(void *self, const mg_held *held)
{
    struct pass *pass = self;

    if (pass->status == MG_OK)
        pass->status = scatter_take(&pass->plot->scatter, held, pass->err);
    return false; /* what is drawn is held by the scatter */
}

static mg_status make(struct plot *p, mg_error *err)
{
    mg_full_options options = {.mirror = p->question->mirror};
    struct pass pass = {.plot = p, .err = err};
    mg_scores_summary summary = {0};
    mg_held *scores = NULL;
    mg_output *output = NULL;

    options.mirror.filter.limit = 0; /* the finding is of all flows */
    mg_status status = mg_held_new("flow by flow", NULL, NULL, &p->table, err);

    if (status == MG_OK)
        status = scatter_start(&p->scatter, p->table, DRAWN, err);
    if (status == MG_OK)
        status = mg_held_new("", take, &pass, &scores, err);
    if (status == MG_OK)
        status = mg_held_output(scores, &output, err);
    if (status == MG_OK)
        status = mg_full_print(p->session, &options, output, p->talk, &summary, err);
    mg_output_free(output);
    mg_held_free(scores);
    return status == MG_OK ? pass.status : status;
}

/* Only what is above zero has a place on a log scale. */
static bool on_scale(double usd)
{
    return usd > 0;
}

/* 0 near, 1 far, 2 of one side. */
static int kind_of(const struct plot *p, size_t row)
{
    if (!on_scale(plot_field(p, row, "export_usd")) ||
        !on_scale(plot_field(p, row, "import_fob_usd")))
        return 2;
    return plot_field(p, row, "q") <= 0.1;
}

/* The powers of ten around what is shown, and one below for flows of one side. */
struct range {
    double edge, low, high;
};

static struct range around(const struct plot *p)
{
    double least = INFINITY;
    double most = 0;

    for (size_t i = 0; i < mg_held_rows(p->table); i++)
        for (int side = 0; side < 2; side++) {
            const double usd =
                plot_field(p, i, side == 0 ? "export_usd" : "import_fob_usd");
            if (on_scale(usd)) {
                least = fmin(least, usd);
                most = fmax(most, usd);
            }
        }
    const double low = most > 0 ? floor(log10(least)) : 0;
    const double high = most > 0 ? ceil(log10(most)) : 1;
    return (struct range){pow(10, low - 0.5), pow(10, low - 1),
                          pow(10, high > low ? high : low + 1)};
}

static void words(const struct plot *p, struct plot_words *w)
{
    const struct scatter_table *t = &p->scatter;
    const uint64_t all = t->matched + t->one_sided + t->zeros;
    char of[160] = "";

    if (t->matched == 0)
        snprintf(w->finding, sizeof w->finding, "No flow is reported by both sides");
    else if (t->called > 0)
        snprintf(w->finding, sizeof w->finding,
                 "%llu of %llu flows: reports further apart than chance explains",
                 (unsigned long long)t->called, (unsigned long long)t->matched);
    else
        snprintf(w->finding, sizeof w->finding,
                 "None of %llu flows has reports further apart than chance explains",
                 (unsigned long long)t->matched);
    if (mg_held_rows(p->table) < all)
        snprintf(of, sizeof of, " Drawn: %zu of %llu flows, a sample of the others.",
                 mg_held_rows(p->table), (unsigned long long)all);
    snprintf(w->shown, sizeof w->shown, "US$, current prices; both axes logarithmic");
    if (p->vega)
        snprintf(
            w->note, sizeof w->note,
            "Triangles: q <= 0.1. Left out, as a log scale has no place for them: %llu "
            "flows that one side alone reports, %llu of which a side reports zero.%s",
            (unsigned long long)t->one_sided, (unsigned long long)t->zeros, of);
    else
        snprintf(
            w->note, sizeof w->note,
            "Orange triangles: q <= 0.1, numbered by p. On the line both sides agree. "
            "Grey, at the edges: one side reports nothing (%llu) or zero (%llu).%s",
            (unsigned long long)t->one_sided, (unsigned long long)t->zeros, of);
}

/* ---- gnuplot ---- */

/* Columns: exporter's, importer's, kind. */
static void write_data(const struct plot *p, const struct range *r, FILE *to)
{
    fputs("$data << EOD\n", to);
    for (size_t i = 0; i < mg_held_rows(p->table); i++) {
        const double x = plot_field(p, i, "export_usd");
        const double m = plot_field(p, i, "import_fob_usd");
        plot_number(to, on_scale(x) ? x : r->edge);
        fputc(' ', to);
        plot_number(to, on_scale(m) ? m : r->edge);
        fprintf(to, " %d\n", kind_of(p, i));
    }
    fputs("EOD\n", to);
}

static void name_flow(const struct plot *p, size_t row, int place, FILE *to)
{
    const double x = plot_field(p, row, "export_usd");
    const double m = plot_field(p, row, "import_fob_usd");
    char period[PLOT_PERIOD];
    char text[512];

    fprintf(to, "set label '%d' at first ", place);
    plot_number(to, x);
    fputc(',', to);
    plot_number(to, m);
    fprintf(to, " %s front\nset label ",
            m > x ? "right offset -0.6,0.4" : "left offset 0.6,-0.4");
    snprintf(text, sizeof text, "%d  %s to %s, HS %s, %s", place,
             plot_country(p, plot_field(p, row, "exporter")),
             plot_country(p, plot_field(p, row, "importer")),
             plot_field_text(p, row, "hs"),
             plot_period(plot_field(p, row, "period"), period));
    plot_wrapped(to, text, 48, 2);
    fprintf(to, " at screen 0.62,0.%02d left font small_font\n", 78 - 9 * (place - 1));
}

/* The first flows by number, and what they are, at the side. */
static void name_first(const struct plot *p, FILE *to)
{
    int named = 0;

    for (size_t i = 0; i < mg_held_rows(p->table) && named < NAMED; i++)
        if (kind_of(p, i) == 1)
            name_flow(p, i, ++named, to);
}

/* The powers of ten, or every second, as people say them. */
static void write_tics(const struct range *r, const char *axis, FILE *to)
{
    static const char *const steps[] = {"", "k", "m", "bn", "tn"};
    const int low = (int)lround(log10(r->low)) + 1;
    const int high = (int)lround(log10(r->high));
    const int by = high - low > 6 ? 2 : 1;

    fprintf(to, "set %s (", axis);
    for (int power = low; power <= high; power += by) {
        const int step = power < 0 ? 0 : power / 3 > 4 ? 4 : power / 3;
        fprintf(to, "%s'", power > low ? ", " : "");
        plot_number(to, pow(10, power - 3 * step));
        fprintf(to, "%s' ", steps[step]);
        plot_number(to, pow(10, power));
    }
    fputs(")\n", to);
}

static mg_status write_commands(const struct plot *p, FILE *to, mg_error *err)
{
    const struct range r = around(p);

    (void)err;
    write_data(p, &r, to);
    name_first(p, to);
    write_tics(&r, "xtics", to);
    write_tics(&r, "ytics", to);
    fputs("set size square\nset logscale xy\nset grid x\nset lmargin at screen 0.14\n"
          "set rmargin at screen 0.58\nset bmargin at screen 0.24\n"
          "set xlabel 'exporter reports, US$ (log scale)'\n"
          "set ylabel 'importer reports, made FOB, US$ (log scale)' offset -1.5,0\nset "
          "xrange [",
          to);
    plot_number(to, r.low);
    fputc(':', to);
    plot_number(to, r.high);
    fputs("]\nset yrange [", to);
    plot_number(to, r.low);
    fputc(':', to);
    plot_number(to, r.high);
    fputs("]\nplot x with lines lw 1 lc rgb '#444444', "
          "$data using ($3==2?$1:NaN):2 with points pt 1 ps 0.3 lc rgb '#999999', "
          "$data using ($3==0?$1:NaN):2 with points pt 7 ps 0.25 lc rgb '" PLOT_EXPORTER
          "', $data using ($3==1?$1:NaN):2 with points pt 9 ps 0.7 lc rgb '" PLOT_IMPORTER
          "'\n",
          to);
    return MG_OK;
}

/* ---- Vega-Lite ---- */

static const char specification[] =
    "{\"width\": 520, \"height\": 520, \"layer\": [{\"mark\": {\"type\": \"point\", "
    "\"filled\": true, \"opacity\": 0.6}, \"encoding\": {"
    " \"x\": {\"field\": \"export_usd\", \"type\": \"quantitative\", \"scale\": "
    "{\"type\": "
    "\"log\"}, \"title\": \"exporter reports, US$ (log scale)\"},"
    " \"y\": {\"field\": \"import_fob_usd\", \"type\": \"quantitative\", \"scale\": "
    "{\"type\": \"log\"}, \"title\": \"importer reports, made FOB, US$ (log scale)\"},"
    " \"color\": {\"field\": \"surprising\", \"type\": \"nominal\", \"title\": \"q <= "
    "0.1\", \"scale\": {\"domain\": [false, true], \"range\": [\"" PLOT_EXPORTER
    "\", \"" PLOT_IMPORTER "\"]}},"
    " \"shape\": {\"field\": \"surprising\", \"type\": \"nominal\", \"title\": \"q <= "
    "0.1\"},"
    " \"size\": {\"value\": 12},"
    " \"tooltip\": [{\"field\": \"exporter\"}, {\"field\": \"importer\"}, {\"field\": "
    "\"hs\"}, {\"field\": \"period\"}]}}]}";

static json_t *vega(const struct plot *p)
{
    json_t *values = json_array();

    for (size_t i = 0; i < mg_held_rows(p->table); i++) {
        char period[PLOT_PERIOD];
        if (kind_of(p, i) == 2) /* has no place on a log scale */
            continue;
        json_array_append_new(
            values, json_pack("{s:s,s:s,s:s,s:s,s:o,s:o,s:b}", "period",
                              plot_period(plot_field(p, i, "period"), period), "exporter",
                              plot_country(p, plot_field(p, i, "exporter")), "importer",
                              plot_country(p, plot_field(p, i, "importer")), "hs",
                              plot_field_text(p, i, "hs"), "export_usd",
                              plot_json(plot_field(p, i, "export_usd")), "import_fob_usd",
                              plot_json(plot_field(p, i, "import_fob_usd")), "surprising",
                              kind_of(p, i) == 1));
    }
    return plot_spec(p, specification, values);
}

const struct plot_figure plot_scatter = {
    "scatter", "both reports, flow by flow", make, words, write_commands, vega};
