/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What several figures write. */
#include <math.h>
#include <string.h>

#include "app/plot.h"
#include "mirrorgap/number.h"
#include "mirrorgap/table.h"

void plot_number(FILE *to, double value)
{
    char text[MG_NUMBER_TEXT];
    const size_t n = mg_number_write(value, text);

    if (n == 0)
        fputs("NaN", to);
    fwrite(text, 1, n, to);
}

/* In double quotes gnuplot reads \n as a new line and backquotes as a command. */
static void put_letter(FILE *to, char c)
{
    if (strchr("\"\\`$@", c) != NULL)
        fprintf(to, "\\%03o", (unsigned)c);
    else
        fputc((unsigned char)c < ' ' || c == 0x7f ? ' ' : c, to);
}

void plot_text(FILE *to, const char *text)
{
    fputc('"', to);
    for (; *text != '\0'; text++)
        put_letter(to, *text);
    fputc('"', to);
}

void plot_label(FILE *to, const char *text)
{
    fputc('"', to);
    for (; *text != '\0'; text++) {
        if (*text == '%')
            fputc('%', to);
        put_letter(to, *text);
    }
    fputc('"', to);
}

/* Letters, not bytes, of text[0..n). */
static size_t letters(const char *text, size_t n)
{
    size_t count = 0;

    for (size_t i = 0; i < n; i++)
        count += ((unsigned char)text[i] & 0xc0) != 0x80;
    return count;
}

size_t plot_wrapped(FILE *to, const char *text, size_t width, size_t most)
{
    size_t column = 0;
    size_t line = 1;

    fputc('"', to);
    while (*text != '\0') {
        const size_t n = strcspn(text, " \n");
        const size_t wide = letters(text, n);
        if (column > 0 && column + 1 + wide > width) {
            if (line == most) {
                fputs(" …", to);
                break;
            }
            fputs("\\n", to);
            line++;
            column = 0;
        }
        if (column > 0)
            fputc(' ', to);
        column += wide + (column > 0);
        for (size_t i = 0; i < n; i++)
            put_letter(to, text[i]);
        text += n + (text[n] != '\0');
    }
    fputc('"', to);
    return line;
}

double plot_field(const struct plot *p, size_t row, const char *column)
{
    return mg_held_number(p->table, row, mg_held_column(p->table, column));
}

const char *plot_field_text(const struct plot *p, size_t row, const char *column)
{
    return mg_held_text(p->table, row, mg_held_column(p->table, column));
}

const char *plot_country(const struct plot *p, double code)
{
    const mg_area *area = mg_ref_area(mg_session_ref(p->session), (unsigned)code);

    return area != NULL ? area->name : "an area without a name";
}

struct plot_unit plot_unit_for(double most)
{
    static const struct plot_unit units[] = {
        {1e9, "billion US$"}, {1e6, "million US$"}, {1e3, "thousand US$"}, {1, "US$"}};
    size_t u = 0;

    while (u + 1 < sizeof units / sizeof *units && most < 2 * units[u].usd)
        u++;
    return units[u];
}

const char *plot_period(double period, char text[PLOT_PERIOD])
{
    const unsigned p = (unsigned)period;

    if (mg_period_monthly(p))
        snprintf(text, PLOT_PERIOD, "%u-%02u", p / 100, p % 100);
    else
        snprintf(text, PLOT_PERIOD, "%u", p);
    return text;
}

double plot_year(double period)
{
    const double year = floor(period / 100);

    return mg_period_monthly((uint32_t)period) ? year + (period - 100 * year - 0.5) / 12
                                               : period;
}

double plot_next(double period)
{
    if (!mg_period_monthly((uint32_t)period))
        return period + 1;
    return fmod(period, 100) == 12 ? period + 89 : period + 1;
}

void plot_years(FILE *to, double first, double last)
{
    const bool months = mg_period_monthly((uint32_t)first);
    const double from = plot_year(first);
    const double until = plot_year(last);

    fputs("set format x '%.0f'\nset xrange [", to);
    plot_number(to, months ? floor(from) : from - 0.3);
    fputc(':', to);
    plot_number(to, months ? floor(until) + 1 : until + 0.3);
    fputs("]\nset xtics ", to);
    plot_number(to, fmax(1, ceil((until - from) / 12)));
    fputc('\n', to);
}

/* ---- the days on which rules took effect ---- */

enum { EVENTS = 64 };

struct event {
    const char *day;
    char act[64];
};

/* "UNSCR 2371 (2017) para 8" is "UNSCR 2371". */
static void shorten(const char *instrument, char act[64])
{
    size_t n = strcspn(instrument, ",");
    const char *year = strstr(instrument, " (20");
    const char *para = strstr(instrument, " para");

    if (year != NULL && (size_t)(year - instrument) < n)
        n = (size_t)(year - instrument);
    if (para != NULL && (size_t)(para - instrument) < n)
        n = (size_t)(para - instrument);
    snprintf(act, 64, "%.*s", (int)n, instrument);
}

/* Days in order, each once, with the first act of each. */
static size_t list_events(const struct plot *p, struct event events[EVENTS])
{
    size_t n = 0;

    if (p->rules == NULL)
        return 0;
    for (size_t row = 0; row < mg_held_rows(p->rules); row++) {
        const char *day =
            mg_held_text(p->rules, row, mg_held_column(p->rules, "effective"));
        size_t at = 0;
        while (at < n && strcmp(events[at].day, day) < 0)
            at++;
        if (day[0] == '\0' || n == EVENTS || (at < n && strcmp(events[at].day, day) == 0))
            continue;
        memmove(&events[at + 1], &events[at], (n - at) * sizeof *events);
        events[at].day = day;
        shorten(mg_held_text(p->rules, row, mg_held_column(p->rules, "instrument")),
                events[at].act);
        n++;
    }
    return n;
}

/* A year's figure stands at the year itself, a month's in the middle of the month. */
static double day_year(const char *day, bool months)
{
    double part[3] = {0};
    const size_t from[] = {0, 5, 8};
    const size_t length[] = {4, 2, 2};

    for (int i = 0; i < 3; i++)
        (void)!mg_number_read(day + from[i], length[i], 0, &part[i]);
    return part[0] + (part[1] - 1) / 12 + (part[2] - 1) / 365 - (months ? 0 : 0.5);
}

void plot_events(const struct plot *p, double first, double last, FILE *to)
{
    struct event events[EVENTS];
    const size_t n = list_events(p, events);
    const bool months = mg_period_monthly((uint32_t)first);
    const double from = plot_year(first) - (months ? 0.05 : 0.3);
    const double until = plot_year(last) + (months ? 0.05 : 0.3);
    size_t drawn = 0;

    for (size_t i = 0; i < n; i++) {
        const double at = day_year(events[i].day, months);
        if (at < from || at > until)
            continue;
        fputs("set arrow from first ", to);
        plot_number(to, at);
        fputs(", graph 0 to first ", to);
        plot_number(to, at);
        fputs(", graph 1 nohead dt 3 lw 1 lc rgb '" PLOT_EVENT "'\nset label ", to);
        plot_text(to, events[i].act);
        fputs(" at first ", to);
        plot_number(to, at);
        /* in three rows, so that neighbours do not lie on each other */
        fprintf(to,
                ", graph 0.%02u left offset 0.4,0 font small_font tc rgb '" PLOT_EVENT
                "'\n",
                (unsigned)(97 - 5 * (drawn++ % 3)));
    }
}

/* A layer of lines with names. */
static void add_events(const struct plot *p, json_t *spec)
{
    static const char layer[] =
        "{\"encoding\": {\"x\": {\"field\": \"day\", \"type\": \"temporal\"}, \"color\": "
        "{\"value\": \"" PLOT_EVENT "\"}}, "
        "\"layer\": ["
        " {\"mark\": {\"type\": \"rule\", \"color\": \"" PLOT_EVENT
        "\", \"strokeDash\": [2, 3]}},"
        " {\"mark\": {\"type\": \"text\", \"align\": \"left\", \"dx\": 3, \"y\": 6, "
        "\"fontSize\": "
        "9, \"color\": \"" PLOT_EVENT
        "\"}, \"encoding\": {\"text\": {\"field\": \"act\", \"type\": \"nominal\"}}}]}";
    const double first = floor(plot_year(plot_field(p, 0, "period")));
    const double last =
        floor(plot_year(plot_field(p, mg_held_rows(p->table) - 1, "period")));
    struct event events[EVENTS];
    const size_t n = list_events(p, events);
    json_t *values = json_array();
    json_t *to = json_loads(layer, 0, NULL);

    for (size_t i = 0; i < n; i++) {
        const double year = day_year(events[i].day, true);
        if (year >= first && year < last + 1)
            json_array_append_new(values, json_pack("{s:s,s:s}", "day", events[i].day,
                                                    "act", events[i].act));
    }
    json_object_set_new(to, "data", json_pack("{s:o}", "values", values));
    json_array_append_new(json_object_get(spec, "layer"), to);
}

json_t *plot_spec(const struct plot *p, const char *text, json_t *values)
{
    json_t *spec = json_loads(text, 0, NULL);

    if (spec == NULL ||
        json_object_set_new(spec, "data", json_pack("{s:o}", "values", values)) != 0) {
        json_decref(spec);
        return NULL;
    }
    if (p->rules != NULL)
        add_events(p, spec);
    return spec;
}

json_t *plot_date(double period)
{
    const unsigned p = (unsigned)period;
    char text[16];

    if (mg_period_monthly(p))
        snprintf(text, sizeof text, "%04u-%02u-01", p / 100 % 10000, p % 100);
    else
        snprintf(text, sizeof text, "%04u-07-01", p % 10000);
    return json_string(text);
}

json_t *plot_json(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}
