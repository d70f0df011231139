/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plot.h - what the figures share: the tables they are drawn from, the words around them,
 * and the two forms they take, commands for gnuplot and a Vega-Lite specification. */
#ifndef MG_APP_PLOT_H
#define MG_APP_PLOT_H

#include <jansson.h>
#include <stdio.h>

#include "app/scatter_table.h"
#include "mirrorgap/app_report.h"
#include "mirrorgap/held.h"

/* Dark blue, orange and brown: told apart in greyscale and by colour-blind readers. */
#define PLOT_EXPORTER "#00429d"
#define PLOT_IMPORTER "#d95f02"
#define PLOT_EVENT "#8c2d04"
#define PLOT_BAND "#f3c9a5"

struct plot {
    const mg_session *session;
    const mg_plot_question *question;
    const mg_talk *talk;
    mg_held *table;
    mg_held *rules;               /* whose days are marked; NULL: none */
    struct scatter_table scatter; /* of scatter */
    const char *by;               /* of heat: the column of its columns */
    bool vega;                    /* told in US$, as Vega scales axes itself */
    char subject[512];            /* what is shown, in words */
    bool chapters[100];           /* that it is about */
    bool all_chapters;            /* total trade is among it */
};

/* The finding, what is shown of it, and the note below. */
struct plot_words {
    char finding[256], shown[256], note[512];
};

struct plot_figure {
    const char *name, *what;
    /* Fills plot->table. */
    mg_status (*make)(struct plot *plot, mg_error *err);
    void (*words)(const struct plot *plot, struct plot_words *words);
    /* Commands for gnuplot; what could not be written shows in ferror(to). */
    mg_status (*write)(const struct plot *plot, FILE *to, mg_error *err);
    /* Vega-Lite: a specification without title. NULL: no memory. */
    json_t *(*vega)(const struct plot *plot);
};
extern const struct plot_figure plot_series, plot_scatter, plot_heat, plot_map,
    plot_totals;

/* A number, the same in every locale; NaN where it is missing. */
void plot_number(FILE *to, double value);
/* A text between quotes. */
void plot_text(FILE *to, const char *text);
/* The same for a tick, whose label is a format. */
void plot_label(FILE *to, const char *text);
/* A text between quotes in at most `most` lines of `width` letters; how many it took. */
size_t plot_wrapped(FILE *to, const char *text, size_t width, size_t most);

/* A field of the plot's table by the name of its column. */
double plot_field(const struct plot *plot, size_t row, const char *column);
const char *plot_field_text(const struct plot *plot, size_t row, const char *column);
/* A country as people call it. */
const char *plot_country(const struct plot *plot, double code);

/* What US dollars are told in: a number of them, and its name. */
struct plot_unit {
    double usd;
    const char *name;
};
struct plot_unit plot_unit_for(double most);
/* "2016" or "2016-07"; and a place on the axis of years. */
enum { PLOT_PERIOD = 16 };
const char *plot_period(double period, char text[PLOT_PERIOD]);
double plot_year(double period);
/* The period after this one. */
double plot_next(double period);
/* Range and ticks of the axis of years, from the first period to the last. */
void plot_years(FILE *to, double first, double last);
/* Lines at the days on which rules took effect, with their names. */
void plot_events(const struct plot *plot, double first, double last, FILE *to);
/* A Vega-Lite specification from its text, with the values of its data, which it takes
 * over; the days of rules are one more layer where there are any. NULL: no memory. */
json_t *plot_spec(const struct plot *plot, const char *text, json_t *values);
/* A period as a day for Vega-Lite: the middle of a year, the first of a month. */
json_t *plot_date(double period);
/* A number, or null. */
json_t *plot_json(double value);

#endif
