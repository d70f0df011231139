/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A table for a terminal: columns as wide as their widest cell, figures
 * shortened to what the eye can take in. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mirrorgap/mem.h"
#include "mirrorgap/number.h"
#include "report/output_parts.h"

enum { CELL = 48, GAP = 2 };

/* How the cells of a column are shown. */
enum look { LOOK_TEXT, LOOK_NUMBER, LOOK_AMOUNT, LOOK_DECIMAL, LOOK_PROBABILITY };

static enum look look_of(const mg_output_column *column)
{
    static const struct {
        const char *unit;
        enum look look;
    } looks[] = {
        {"text", LOOK_TEXT},     {"code", LOOK_TEXT}, {"period", LOOK_TEXT},
        {"USD", LOOK_AMOUNT},    {"kg", LOOK_AMOUNT}, {"ln", LOOK_DECIMAL},
        {"share", LOOK_DECIMAL}, {"1", LOOK_DECIMAL}, {"probability", LOOK_PROBABILITY}};

    for (size_t i = 0; i < sizeof looks / sizeof *looks; i++)
        if (strcmp(column->unit, looks[i].unit) == 0)
            return looks[i].look;
    return LOOK_NUMBER;
}

/* Columns that a terminal gives the character `c`. */
static size_t char_width(uint32_t c)
{
    if ((c >= 0x300 && c < 0x370) || (c >= 0x200b && c < 0x2010)) /* combining */
        return 0;
    return (c >= 0x1100 && c < 0x1160) || (c >= 0x2e80 && c < 0xa4d0) ||
                   (c >= 0xac00 && c < 0xd7a4) || (c >= 0xf900 && c < 0xfb00) ||
                   (c >= 0xfe30 && c < 0xfe70) || (c >= 0xff00 && c < 0xff61) ||
                   (c >= 0x1f300 && c < 0x1fb00) || (c >= 0x20000 && c < 0x30000)
               ? 2
               : 1;
}

static size_t text_width(const char *text, size_t n)
{
    size_t width = 0;

    for (size_t i = 0; i < n;) {
        unsigned char c = (unsigned char)text[i++];
        uint32_t code = c < 0x80 ? c : c < 0xe0 ? c & 0x1fU : c < 0xf0 ? c & 15U : c & 7U;
        while (i < n && ((unsigned char)text[i] & 0xc0) == 0x80)
            code = code << 6 | ((unsigned char)text[i++] & 0x3fU);
        width += char_width(code);
    }
    return width;
}

/* v with `digits` decimals; the same in every locale. */
static size_t write_decimal(double v, int digits, char *out)
{
    const int scale = digits == 2 ? 100 : digits == 1 ? 10 : 1;
    int64_t units = llround(fabs(v) * scale);
    size_t n = v < 0 && units > 0 ? 1 : 0;

    out[0] = '-';
    n += mg_integer_write(units / scale, out + n);
    if (digits > 0)
        out[n++] = '.';
    if (digits == 2)
        out[n++] = (char)('0' + units % 100 / 10);
    if (digits > 0)
        out[n++] = (char)('0' + units % 10);
    return n;
}

/* Two decimals, or one digit and a power of ten where they would show nothing. */
static size_t write_probability(double v, char *out)
{
    int power = 0;
    size_t n;

    if (!(v > 0) || v >= 0.01)
        return write_decimal(v, 2, out);
    for (; v < 0.95; v *= 10)
        power++;
    n = write_decimal(v, 0, out);
    out[n++] = 'e';
    out[n++] = '-';
    return n + mg_integer_write(power, out + n);
}

/* Three digits and a letter for thousands, millions, billions, trillions; blanks
 * stand where there is no letter, so that digits stand under digits. */
static size_t write_amount(double v, char *out)
{
    static const char letters[] = " kMBT";
    size_t step = 0;
    double shown = fabs(v);

    while (step < 4 && shown >= 999.5) {
        shown /= 1000;
        step++;
    }
    int digits = step == 0 ? 0 : shown < 9.995 ? 2 : shown < 99.95 ? 1 : 0;
    size_t n = write_decimal(v < 0 ? -shown : shown, digits, out);
    out[n++] = ' ';
    out[n++] = letters[step];
    return n;
}

/* The cell as it is shown: itself, or written to `out`. */
static const char *show(enum look look, const char *text, size_t *n, char out[CELL])
{
    double v;

    if (look < LOOK_AMOUNT || !mg_number_read(text, *n, 0, &v) || fabs(v) >= 1e15)
        return text;
    *n = look == LOOK_AMOUNT        ? write_amount(v, out)
         : look == LOOK_PROBABILITY ? write_probability(v, out)
                                    : write_decimal(v, 2, out);
    return out;
}

/* The next field of the held text; *ended tells that the row ends with it. */
static const char *next_field(const char **at, size_t *n, bool *ended)
{
    const char *from = *at;

    *n = strcspn(from, "\t\n");
    *ended = from[*n] == '\n';
    *at = from + *n + 1;
    return from;
}

static void measure(const mg_output *o, size_t *widths)
{
    const char *end = o->held + o->n_held;
    bool head = !o->options.no_header;
    size_t column = 0;

    for (const char *at = o->held; at < end;) {
        char out[CELL];
        size_t n;
        bool ended;
        const char *cell = next_field(&at, &n, &ended);
        if (!head)
            cell = show(look_of(&o->columns[column]), cell, &n, out);
        size_t width = text_width(cell, n);
        if (width > widths[column])
            widths[column] = width;
        head &= !ended;
        column = ended ? 0 : column + 1;
    }
}

struct page {
    char *text;
    size_t n, room;
    bool failed;
};

static void add(struct page *p, const char *text, size_t n)
{
    p->failed |= mg_grow((void **)&p->text, &p->room, p->n + n + 1, 1, NULL) != MG_OK;
    if (p->failed)
        return;
    memcpy(p->text + p->n, text, n);
    p->n += n;
}

static void fill(struct page *p, char c, size_t n)
{
    while (n-- > 0)
        add(p, &c, 1);
}

static void end_line(struct page *p)
{
    while (!p->failed && p->n > 0 && p->text[p->n - 1] == ' ')
        p->n--;
    add(p, "\n", 1);
}

static void rule(const mg_output *o, const size_t *widths, struct page *p)
{
    for (size_t c = 0; c < o->n_columns; c++) {
        fill(p, '-', widths[c]);
        fill(p, ' ', GAP);
    }
    end_line(p);
}

static void lay_out(const mg_output *o, const size_t *widths, struct page *p)
{
    const char *end = o->held + o->n_held;
    bool head = !o->options.no_header;
    size_t column = 0;

    for (const char *at = o->held; at < end && !p->failed;) {
        char out[CELL];
        size_t n;
        bool ended;
        enum look look = look_of(&o->columns[column]);
        const char *cell = next_field(&at, &n, &ended);
        if (!head)
            cell = show(look, cell, &n, out);
        size_t blank = widths[column] - text_width(cell, n);
        fill(p, ' ', look == LOOK_TEXT ? 0 : blank);
        add(p, cell, n);
        fill(p, ' ', (look == LOOK_TEXT ? blank : 0) + GAP);
        column++;
        if (!ended)
            continue;
        end_line(p);
        if (head)
            rule(o, widths, p);
        head = false;
        column = 0;
    }
}

char *text_table(const mg_output *o, size_t *n)
{
    size_t *widths = mg_alloc_zero(o->n_columns, sizeof *widths);
    struct page page = {0};

    *n = 0;
    if (widths == NULL)
        return NULL;
    measure(o, widths);
    lay_out(o, widths, &page);
    add(&page, "", 1); /* so that an empty table is text too */
    free(widths);
    if (page.failed) {
        free(page.text);
        return NULL;
    }
    *n = page.n - 1;
    return page.text;
}
