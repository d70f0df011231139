/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plot: a figure from the rows of a table. */
#include "app/plot.h"

#include <stdlib.h>
#include <string.h>

#include "app/folder.h"
#include "app/gap_tables.h"
#include "app/subject.h"
#include "mirrorgap/app_screen.h"
#include "mirrorgap/figure.h"
#include "mirrorgap/number.h"
#include "mirrorgap/text.h"

static const struct plot_figure *const figures[] = {&plot_series, &plot_scatter,
                                                    &plot_heat, &plot_map, &plot_totals};

static const char vega_ending[] = ".vl.json";

static const struct plot_figure *find(const char *name)
{
    for (size_t i = 0; i < sizeof figures / sizeof *figures; i++)
        if (strcmp(figures[i]->name, name) == 0)
            return figures[i];
    return NULL;
}

bool mg_plot_known(const char *figure)
{
    return find(figure) != NULL;
}

static bool is_vega(const char *path)
{
    const size_t n = strlen(path);
    const size_t k = strlen(vega_ending);

    return n > k && strcmp(path + n - k, vega_ending) == 0;
}

bool mg_plot_can(const char *path)
{
    return is_vega(path) || mg_figure_can(path);
}

/* Where the figures are from, and when they were published, as far as is known. */
static void tell_source(const struct plot *p, char *text, size_t room)
{
    size_t n = 0;
    const mg_source_info *all = mg_session_sources(p->session, &n);
    uint32_t first = UINT32_MAX;
    uint32_t last = 0;
    char dates[64] = ", date not recorded";

    for (size_t i = 0; i < n; i++)
        if (all[i].name != NULL && all[i].vintage != 0) {
            first = all[i].vintage < first ? all[i].vintage : first;
            last = all[i].vintage > last ? all[i].vintage : last;
        }
    if (last > 0)
        snprintf(dates, sizeof dates, ", published %04u-%02u-%02u", last / 10000 % 10000,
                 last / 100 % 100, last % 100);
    if (first < last)
        snprintf(dates, sizeof dates, ", published %04u-%02u-%02u to %04u-%02u-%02u",
                 first / 10000 % 10000, first / 100 % 100, first % 100,
                 last / 10000 % 10000, last / 100 % 100, last % 100);
    snprintf(text, room, "Source: reports in UN Comtrade's layouts (%.14s)%s",
             mg_session_identity(p->session), dates);
}

/* Title, what is shown, note and source, around the picture. */
static void write_words(const struct plot *p, const struct plot_words *w, FILE *to)
{
    const mg_plot_question *q = p->question;
    const char *cif = mg_held_note(p->table, "cif");
    char source[256];
    char line[1024];

    fputs("unset key\nset tics nomirror out\nset border 3 lc rgb '#444444'\n"
          "set grid y lt 1 lc rgb '#dddddd'\nset tmargin at screen 0.82\nset label ",
          to);
    const size_t lines =
        plot_wrapped(to, q->title != NULL ? q->title : w->finding, 92, 2);
    fputs(" at screen 0.02,0.96 left font title_font\nset label ", to);
    snprintf(line, sizeof line, "%s; %s", p->subject, w->shown);
    plot_wrapped(to, line, 125, 1);
    fprintf(to, " at screen 0.02,%s left tc rgb '#333333'\nset label ",
            lines > 1 ? "0.875" : "0.91");
    plot_wrapped(to, w->note, 150, 2);
    fputs(" at screen 0.02,0.085 left font small_font tc rgb '#555555'\nset label ", to);
    tell_source(p, source, sizeof source);
    snprintf(line, sizeof line, "%s%s%s", source,
             cif != NULL ? "; imports made FOB by mirrorgap, --cif " : ".",
             cif != NULL ? cif : "");
    plot_text(to, line);
    fputs(" at screen 0.02,0.02 left font small_font tc rgb '#555555'\n", to);
}

static mg_status draw(const struct plot_figure *figure, const struct plot *p,
                      const struct plot_words *words, mg_error *err)
{
    char *script = NULL;
    size_t n = 0;
    FILE *to = open_memstream(&script, &n);
    mg_status status;

    if (to == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot draw");
    write_words(p, words, to);
    status = figure->write(p, to, err);
    const bool bad = ferror(to) != 0;
    if (fclose(to) != 0 || bad)
        status = mg_fail(err, MG_E_NOMEM, "cannot draw");
    if (status == MG_OK)
        status = mg_figure_draw(p->question->path, script, n, err);
    free(script);
    return status;
}

/* For people who restyle: Altair, R's vegawidget and the Vega editor read it. */
static mg_status specify(const struct plot_figure *figure, const struct plot *p,
                         const struct plot_words *w, mg_error *err)
{
    const mg_plot_question *q = p->question;
    char source[256];
    json_t *spec = figure->vega(p);

    tell_source(p, source, sizeof source);
    const bool bad =
        spec == NULL ||
        json_object_set_new(
            spec, "$schema",
            json_string("https://vega.github.io/schema/vega-lite/v6.json")) != 0 ||
        json_object_set_new(spec, "title",
                            json_pack("{s:s,s:[s,s,s,s],s:s}", "text",
                                      q->title != NULL ? q->title : w->finding,
                                      "subtitle", p->subject, w->shown, w->note, source,
                                      "anchor", "start")) != 0 ||
        json_object_set_new(spec, "description", json_string(w->note)) != 0;
    char *text = bad ? NULL : json_dumps(spec, JSON_INDENT(1) | JSON_REAL_PRECISION(17));
    json_decref(spec);
    if (text == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot write the specification");
    const mg_status status = document_write(p->question->path, text, strlen(text), err);
    free(text);
    return status;
}

/* ---- what it is about ---- */

/* The chapters that the question is about. */
static mg_status find_chapters(struct plot *p, mg_error *err)
{
    mg_held *held = NULL;
    size_t found = 0;
    char only[4] = "";
    mg_status status = mg_held_new("", NULL, NULL, &held, err);

    if (status == MG_OK)
        status =
            gap_table(p->session, &p->question->mirror, "hs2", p->talk, held, NULL, err);
    for (size_t row = 0; status == MG_OK && row < mg_held_rows(held); row++) {
        const char *hs2 = mg_held_text(held, row, mg_held_column(held, "hs2"));
        uint64_t number;
        if (!mg_integer_read(hs2, strlen(hs2), &number) || number >= 100) {
            p->all_chapters = true; /* totals hold every chapter */
            continue;
        }
        p->chapters[number] = true;
        found++;
        snprintf(only, sizeof only, "%.2s", hs2);
    }
    mg_held_free(held);
    subject_words(mg_session_ref(p->session), p->question->subject,
                  found == 1 && !p->all_chapters ? only : "", p->subject,
                  sizeof p->subject);
    return status;
}

/* The rules whose days are marked: those about goods that are shown. */
static bool keep_rule(void *self, const mg_held *held)
{
    const struct plot *p = self;
    const size_t row = mg_held_rows(held) - 1;
    const char *hs = mg_held_text(held, row, mg_held_column(held, "hs"));
    uint64_t chapter;

    return strcmp(mg_held_text(held, row, mg_held_column(held, "kind")), "rule") == 0 &&
           (p->all_chapters || (strlen(hs) >= 2 && mg_integer_read(hs, 2, &chapter) &&
                                p->chapters[chapter]));
}

static mg_status read_rules(struct plot *p, mg_error *err)
{
    mg_output *output = NULL;
    uint64_t rows;
    mg_status status = mg_held_new("rules", keep_rule, p, &p->rules, err);

    if (status == MG_OK)
        status = mg_held_output(p->rules, &output, err);
    if (status == MG_OK)
        status = mg_regimes_print(mg_session_ref(p->session), p->question->regimes,
                                  p->question->n_regimes, output, p->talk, &rows, err);
    mg_output_free(output);
    return status;
}

mg_status mg_plot_draw(const mg_session *session, const mg_plot_question *question,
                       const mg_talk *talk, uint64_t *rows, mg_error *err)
{
    const struct plot_figure *figure = find(question->figure);
    struct plot p = {.session = session,
                     .question = question,
                     .talk = talk,
                     .vega = is_vega(question->path)};
    struct plot_words words = {{0}, {0}, {0}};
    mg_status status = MG_OK;

    *rows = 0;
    if (figure == NULL)
        return mg_fail(err, MG_E_RANGE, "'%s' is no figure", question->figure);
    status = find_chapters(&p, err);
    if (status == MG_OK && question->n_regimes > 0)
        status = read_rules(&p, err);
    if (status == MG_OK)
        status = figure->make(&p, err);
    if (status == MG_OK)
        *rows = mg_held_rows(p.table);
    if (*rows > 0) {
        figure->words(&p, &words);
        mg_text_cut(words.finding, sizeof words.finding);
        mg_text_cut(words.shown, sizeof words.shown);
        mg_text_cut(words.note, sizeof words.note);
        status =
            p.vega ? specify(figure, &p, &words, err) : draw(figure, &p, &words, err);
    }
    mg_held_free(p.table);
    mg_held_free(p.rules);
    return status;
}
