/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plot: a figure from the rows of a table. */
#include "app/plot.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "mirrorgap/figure.h"
#include "mirrorgap/number.h"

static const struct plot_figure *const figures[] = {&plot_series, &plot_scatter};

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

bool mg_plot_can(const char *path)
{
    return mg_figure_can(path);
}

void plot_number(FILE *to, double value)
{
    char text[MG_NUMBER_TEXT];
    const size_t n = mg_number_write(value, text);

    if (n == 0)
        fputs("NaN", to);
    fwrite(text, 1, n, to);
}

void plot_text(FILE *to, const char *text)
{
    fputc('\'', to);
    for (; *text != '\0'; text++) {
        if (*text == '\'')
            fputc('\'', to);
        fputc((unsigned char)*text < ' ' || *text == 0x7f ? ' ' : *text, to);
    }
    fputc('\'', to);
}

void plot_words(FILE *to, const mg_plot_question *question,
                const struct figure_table *table, const char *finding, const char *unit,
                const char *note)
{
    char line[1024];

    fputs("unset key\nset tics nomirror out\nset border 3 lc rgb '#444444'\n"
          "set grid y lt 1 lc rgb '#dddddd'\nset tmargin at screen 0.84\nset label ",
          to);
    plot_text(to, question->title != NULL ? question->title : finding);
    fputs(" at screen 0.02,0.955 left font title_font\nset label ", to);
    snprintf(line, sizeof line, "%s; %s",
             question->subject != NULL ? question->subject : "All flows", unit);
    plot_text(to, line);
    fputs(" at screen 0.02,0.90 left tc rgb '#333333'\nset label ", to);
    plot_text(to, note);
    fputs(" at screen 0.02,0.075 left font small_font tc rgb '#555555'\nset label ", to);
    snprintf(line, sizeof line,
             "Source: reports in UN Comtrade's layouts (%.14s); imports made FOB by "
             "mirrorgap (--cif %s).",
             table->data, table->cif);
    plot_text(to, line);
    fputs(" at screen 0.02,0.03 left font small_font tc rgb '#555555'\n", to);
}

static mg_status draw(const struct plot_figure *figure, const mg_plot_question *question,
                      const struct figure_table *table, mg_error *err)
{
    char *script = NULL;
    size_t n = 0;
    FILE *to = open_memstream(&script, &n);

    if (to == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot draw");
    figure->write(table, question, to);
    const bool bad = ferror(to) != 0;
    mg_status status = fclose(to) != 0 || bad
                           ? mg_fail(err, MG_E_NOMEM, "cannot draw")
                           : mg_figure_draw(question->path, script, n, err);
    free(script);
    return status;
}

mg_status mg_plot_draw(const mg_session *session, const mg_plot_question *question,
                       const mg_talk *talk, uint64_t *rows, mg_error *err)
{
    const struct plot_figure *figure = find(question->figure);
    struct figure_table table = {0};
    mg_output *output = NULL;
    mg_status status;

    *rows = 0;
    if (figure == NULL)
        return mg_fail(err, MG_E_RANGE, "'%s' is no figure", question->figure);
    memcpy(table.wanted, figure->columns, sizeof table.wanted);
    status = figure_table_output(&table, &output, err);
    if (status == MG_OK)
        status = figure->make(session, question, output, talk, err);
    mg_output_free(output);
    if (status == MG_OK && table.rows > 0)
        status = draw(figure, question, &table, err);
    *rows = table.rows;
    figure_table_release(&table);
    return status;
}
