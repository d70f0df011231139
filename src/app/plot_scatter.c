/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Flow by flow, what the exporter and what the importer reports. */
#include <math.h>
#include <string.h>

#include "app/plot.h"

enum { PERIOD, EXPORTER, IMPORTER, HS, EXPORT, IMPORT, Q };
enum { NAMED = 5, DRAWN = 20000 };

static mg_status make(const mg_session *session, const mg_plot_question *question,
                      mg_output *output, const mg_talk *talk, mg_error *err)
{
    const mg_full_options options = {.mirror = question->mirror};
    mg_scores_summary summary = {0};

    return mg_full_print(session, &options, output, talk, &summary, err);
}

struct counts {
    size_t matched, far, one_sided;
    double least, most;
};

/* Only what is above zero has a place on a log scale. */
static bool on_scale(double usd)
{
    return !isnan(usd) && usd > 0;
}

static bool is_far(const struct figure_table *t, size_t row)
{
    return figure_cell(t, row, Q) <= 0.1;
}

static struct counts survey(const struct figure_table *t)
{
    struct counts c = {.least = INFINITY, .most = 0};

    for (size_t i = 0; i < t->rows; i++) {
        const double x = figure_cell(t, i, EXPORT);
        const double m = figure_cell(t, i, IMPORT);
        const bool both = on_scale(x) && on_scale(m);
        c.matched += both;
        c.far += both && is_far(t, i);
        c.one_sided += !both && (on_scale(x) || on_scale(m));
        for (int side = 0; side < 2; side++) {
            const double usd = side == 0 ? x : m;
            if (on_scale(usd)) {
                c.least = fmin(c.least, usd);
                c.most = fmax(c.most, usd);
            }
        }
    }
    return c;
}

/* The powers of ten around what is shown, and one below for flows of one side. */
struct range {
    double edge, low, high;
};

static struct range around(const struct counts *c)
{
    const double low = c->most > 0 ? floor(log10(c->least)) : 0;
    const double high = c->most > 0 ? ceil(log10(c->most)) : 1;

    return (struct range){pow(10, low - 0.5), pow(10, low - 1),
                          pow(10, high > low ? high : low + 1)};
}

/* Columns: exporter's, importer's, 0 near, 1 far, 2 of one side. Of the near ones every
 * step-th, as pictures of more points show no more. */
static void write_data(const struct figure_table *t, const struct range *r, size_t step,
                       FILE *to)
{
    size_t near = 0;

    fputs("$data << EOD\n", to);
    for (size_t i = 0; i < t->rows; i++) {
        const double x = figure_cell(t, i, EXPORT);
        const double m = figure_cell(t, i, IMPORT);
        const bool both = on_scale(x) && on_scale(m);
        const bool far = both && is_far(t, i);
        if ((!on_scale(x) && !on_scale(m)) || (!far && near++ % step != 0))
            continue;
        plot_number(to, on_scale(x) ? x : r->edge);
        fputc(' ', to);
        plot_number(to, on_scale(m) ? m : r->edge);
        fprintf(to, " %d\n", both ? far : 2);
    }
    fputs("EOD\n", to);
}

/* The first flows by number, and what they are, at the side. */
static void name_first(const struct figure_table *t, FILE *to)
{
    int named = 0;

    for (size_t i = 0; i < t->rows && i < FIGURE_FIRST && named < NAMED; i++) {
        const double x = figure_cell(t, i, EXPORT);
        const double m = figure_cell(t, i, IMPORT);
        char text[4 * FIGURE_TEXT + 32];
        if (!on_scale(x) || !on_scale(m) || !is_far(t, i))
            continue;
        named++;
        fprintf(to, "set label '%d' at first ", named);
        plot_number(to, x);
        fputc(',', to);
        plot_number(to, m);
        fprintf(to, " %s front\nset label ",
                m > x ? "right offset -0.6,0.4" : "left offset 0.6,-0.4");
        snprintf(text, sizeof text, "%d  %s to %s, %s", named, t->first[i][EXPORTER],
                 t->first[i][IMPORTER], t->first[i][PERIOD]);
        plot_text(to, text);
        fprintf(to, " at screen 0.62,%d.%02d left font small_font\nset label ", 0,
                80 - 9 * (named - 1));
        snprintf(text, sizeof text, "    HS %s", t->first[i][HS]);
        plot_text(to, text);
        fprintf(to, " at screen 0.62,%d.%02d left font small_font\n", 0,
                77 - 9 * (named - 1));
    }
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

static void write_commands(const struct figure_table *t, const mg_plot_question *question,
                           FILE *to)
{
    const struct counts c = survey(t);
    const struct range r = around(&c);
    const size_t near = c.matched - c.far + c.one_sided;
    const size_t step = near > DRAWN ? (near + DRAWN - 1) / DRAWN : 1;
    char finding[160];
    char note[320];
    char of[64] = "";

    if (c.matched == 0)
        snprintf(finding, sizeof finding, "No flow is reported by both sides");
    else if (c.far > 0)
        snprintf(finding, sizeof finding,
                 "%zu of %zu flows: reports further apart than chance explains", c.far,
                 c.matched);
    else
        snprintf(finding, sizeof finding,
                 "None of %zu flows has reports further apart than chance explains",
                 c.matched);
    if (step > 1)
        snprintf(of, sizeof of, " Drawn: one in %zu of the others.", step);
    snprintf(
        note, sizeof note,
        "Orange: q <= 0.1, numbered by p. On the line both sides agree. Grey, at the "
        "edges: one side reports nothing (%zu).%s",
        c.one_sided, of);
    plot_words(to, question, t, finding, "US$, current prices; both axes logarithmic",
               note);
    write_data(t, &r, step, to);
    name_first(t, to);
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
}

const struct plot_figure plot_scatter = {"scatter",
                                         {"period", "exporter_iso3", "importer_iso3",
                                          "hs", "export_usd", "import_fob_usd", "q"},
                                         make,
                                         write_commands};
