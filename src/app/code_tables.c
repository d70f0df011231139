/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/code_tables.h"

#include <math.h>
#include <stdio.h>

#include "app/names.h"

static const mg_output_column area_columns[] = {
    {"country", "code", "UN Comtrade area code"},
    {"iso3", "code", "its ISO 3166 alpha-3 code"},
    {"name", "text", "its name"},
    {"region", "text", "sub-region of UN M49"},
    {"lat", "degrees", "latitude of its main city"},
    {"lon", "degrees", "longitude of its main city"},
    {"from_year", "period", "the first year of the code; empty: open"},
    {"to_year", "period", "the last year of the code; empty: open"},
};

static void area_lines(const mg_ref *ref, mg_lines *to)
{
    for (unsigned code = 0; code < UINT16_MAX; code++) {
        const mg_area *area = mg_ref_area(ref, code);
        if (area == NULL)
            continue;
        line_area(to, ref, code);
        mg_line_text(to, area->name);
        mg_line_text(to, area->region);
        mg_line_number(to, area->lat);
        mg_line_number(to, area->lon);
        mg_line_number(to, area->from_year > 0 ? area->from_year : NAN);
        mg_line_number(to, area->to_year < UINT16_MAX ? area->to_year : NAN);
        mg_line_end(to);
    }
}

static const mg_output_column chapter_columns[] = {
    {"hs2", "code", "chapter of the Harmonized System"},
    {"name", "text", "its name"},
    {"section", "text", "its section"},
};

static void chapter_lines(const mg_ref *ref, mg_lines *to)
{
    for (unsigned chapter = 1; chapter < 100; chapter++) {
        char hs2[4];
        uint32_t hs;
        snprintf(hs2, sizeof hs2, "%02u", chapter);
        const char *name = mg_ref_chapter(ref, hs2);
        if (name[0] == '\0' || !mg_hs_pack((mg_cell){hs2, 2}, &hs))
            continue;
        line_word(to, hs2);
        mg_line_text(to, name);
        line_word(to, mg_ref_section_name(mg_ref_section(ref, hs)));
        mg_line_end(to);
    }
}

static const mg_output_column unit_columns[] = {
    {"unit", "code", "quantity unit, UN Comtrade code; -1 none"},
    {"name", "text", "its name"},
};

static void unit_lines(const mg_ref *ref, mg_lines *to)
{
    enum { MOST = 128 };

    for (int unit = -1; unit < MOST; unit++) {
        const char *name = mg_ref_unit(ref, unit);
        if (name[0] == '\0')
            continue;
        mg_line_integer(to, unit);
        mg_line_text(to, name);
        mg_line_end(to);
    }
}

static mg_status table(const mg_ref *ref, mg_output *output, const char *name,
                       const mg_output_column *columns, size_t n,
                       void (*fill)(const mg_ref *ref, mg_lines *to), mg_error *err)
{
    mg_lines lines;
    mg_status status = mg_output_columns(output, name, columns, n, err);

    mg_lines_start(&lines, output);
    if (status == MG_OK) {
        fill(ref, &lines);
        status = mg_output_write(output, &lines, err);
    }
    mg_lines_release(&lines);
    return status;
}

mg_status code_table_countries(const mg_ref *ref, mg_output *output, mg_error *err)
{
    return table(ref, output, "countries", area_columns,
                 sizeof area_columns / sizeof *area_columns, area_lines, err);
}

mg_status code_table_chapters(const mg_ref *ref, mg_output *output, mg_error *err)
{
    return table(ref, output, "chapters", chapter_columns,
                 sizeof chapter_columns / sizeof *chapter_columns, chapter_lines, err);
}

mg_status code_table_units(const mg_ref *ref, mg_output *output, mg_error *err)
{
    return table(ref, output, "units", unit_columns,
                 sizeof unit_columns / sizeof *unit_columns, unit_lines, err);
}
