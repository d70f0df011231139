/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plot.h - what the figures share: commands for gnuplot, and the words around them. */
#ifndef MG_APP_PLOT_H
#define MG_APP_PLOT_H

#include <stdio.h>

#include "app/figure_table.h"
#include "mirrorgap/app.h"

/* Dark blue and orange: told apart in greyscale and by colour-blind readers. */
#define PLOT_EXPORTER "#00429d"
#define PLOT_IMPORTER "#d95f02"

/* A table's rows as commands; what could not be written shows in ferror(to). */
typedef void (*plot_commands)(const struct figure_table *table,
                              const mg_plot_question *question, FILE *to);
struct plot_figure {
    const char *name;
    const char *columns[FIGURE_COLUMNS + 1];
    mg_status (*make)(const mg_session *session, const mg_plot_question *question,
                      mg_output *output, const mg_talk *talk, mg_error *err);
    plot_commands write;
};
extern const struct plot_figure plot_series, plot_scatter;

/* A number, the same in every locale; NaN where it is missing. */
void plot_number(FILE *to, double value);
/* A text between quotes. */
void plot_text(FILE *to, const char *text);
/* The finding (or the title asked for), what is shown, and the note below. */
void plot_words(FILE *to, const mg_plot_question *question,
                const struct figure_table *table, const char *finding, const char *unit,
                const char *note);

#endif
