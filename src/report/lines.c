/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "mirrorgap/mem.h"
#include "mirrorgap/number.h"
#include "report/output_parts.h"

void mg_lines_start(mg_lines *lines, const mg_output *output)
{
    *lines = (mg_lines){.output = output};
}

void mg_lines_release(mg_lines *lines)
{
    free(lines->text);
    *lines = (mg_lines){0};
}

/* Room for n more bytes; NULL after a failed allocation. */
static char *room(mg_lines *lines, size_t n)
{
    if (lines->failed ||
        mg_grow((void **)&lines->text, &lines->room, lines->n + n, 1, NULL) != MG_OK) {
        lines->failed = true;
        return NULL;
    }
    return lines->text + lines->n;
}

static void put(mg_lines *lines, const char *text, size_t n)
{
    char *at = room(lines, n);

    if (at == NULL)
        return;
    memcpy(at, text, n);
    lines->n += n;
}

static void put_char(mg_lines *lines, char c)
{
    put(lines, &c, 1);
}

static bool is_json(const mg_lines *lines)
{
    return lines->output->options.format == MG_FORMAT_JSON ||
           lines->output->options.format == MG_FORMAT_NDJSON;
}

/* What comes between two fields. */
static void next_field(mg_lines *lines)
{
    const mg_output *o = lines->output;
    const char *name = o->columns[lines->column].name;

    if (!is_json(lines)) {
        if (lines->column > 0)
            put_char(lines, o->options.format == MG_FORMAT_CSV ? ',' : '\t');
    } else {
        put(lines, lines->column > 0 ? ",\"" : "{\"", 2);
        put(lines, name, strlen(name));
        put(lines, "\":", 2);
    }
    lines->column++;
}

void mg_line_integer(mg_lines *lines, int64_t value)
{
    next_field(lines);
    char *at = room(lines, MG_NUMBER_TEXT);
    if (at != NULL)
        lines->n += mg_integer_write(value, at);
}

void mg_line_missing(mg_lines *lines)
{
    next_field(lines);
    if (is_json(lines))
        put(lines, "null", 4);
}

void mg_line_number(mg_lines *lines, double value)
{
    if (value - value != 0) { /* NaN, infinities */
        mg_line_missing(lines);
        return;
    }
    next_field(lines);
    char *at = room(lines, MG_NUMBER_TEXT);
    if (at != NULL)
        lines->n += mg_number_write(value, at);
}

void mg_line_word(mg_lines *lines, const char *text, size_t n)
{
    next_field(lines);
    if (is_json(lines))
        put_char(lines, '"');
    put(lines, text, n);
    if (is_json(lines))
        put_char(lines, '"');
}

/* Text as a JSON string; `<`, `>` and `&` too, so that it may stand in a page. */
static void put_json_text(mg_lines *lines, const char *text)
{
    static const char hex[] = "0123456789abcdef";

    put_char(lines, '"');
    for (const unsigned char *c = (const unsigned char *)text; *c != '\0'; c++) {
        if (*c == '"' || *c == '\\') {
            char two[2] = {'\\', (char)*c};
            put(lines, two, 2);
        } else if (*c < 0x20 || *c == 0x7f || *c == '<' || *c == '>' || *c == '&') {
            char six[6] = {'\\', 'u', '0', '0', hex[*c >> 4], hex[*c & 15]};
            put(lines, six, 6);
        } else
            put_char(lines, (char)*c);
    }
    put_char(lines, '"');
}

/* A cell that a spreadsheet would run gets an apostrophe before it. */
static bool dangerous(const char *text)
{
    static const char *const wide[] = {"\xef\xbc\x9d", "\xef\xbc\x8b", "\xef\xbc\x8d",
                                       "\xef\xbc\xa0"}; /* fullwidth = + - @ */

    if (text[0] != '\0' && strchr("=+-@\t\r\n|%", text[0]) != NULL)
        return true;
    for (size_t i = 0; i < sizeof wide / sizeof *wide; i++)
        if (strncmp(text, wide[i], 3) == 0)
            return true;
    return false;
}

/* Letters that would break the rows of TSV, or reach a terminal as commands. */
static bool blanked(mg_format format, char c)
{
    if (format >= MG_FORMAT_TEXT)
        return (unsigned char)c < ' ' || c == 0x7f;
    return format == MG_FORMAT_TSV && strchr("\t\r\n", c) != NULL;
}

void mg_line_text(mg_lines *lines, const char *text)
{
    const mg_format format = lines->output->options.format;
    bool tsv = format == MG_FORMAT_TSV || format >= MG_FORMAT_TEXT;

    next_field(lines);
    if (is_json(lines)) {
        put_json_text(lines, text);
        return;
    }
    bool quoted = !tsv && strpbrk(text, ",\"\r\n") != NULL;
    if (quoted)
        put_char(lines, '"');
    if (format < MG_FORMAT_TEXT && dangerous(text)) /* cells of texts are not run */
        put_char(lines, '\'');
    for (const char *c = text; *c != '\0'; c++) {
        if (*c == '"' && quoted)
            put_char(lines, '"');
        put(lines, blanked(format, *c) ? " " : c, 1);
    }
    if (quoted)
        put_char(lines, '"');
}

void mg_line_end(mg_lines *lines)
{
    const mg_output *o = lines->output;

    if (o->options.format == MG_FORMAT_JSON)
        put(lines, "},\n", 3); /* the comma before the first row is dropped on writing */
    else if (o->options.format == MG_FORMAT_NDJSON)
        put(lines, "}\n", 2);
    else
        put_char(lines, '\n');
    lines->column = 0;
    lines->rows++;
}
