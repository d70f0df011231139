/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/names.h"

#include <stdio.h>

#include "mirrorgap/concordance.h"

void line_area(mg_lines *lines, const mg_ref *ref, unsigned code)
{
    mg_line_integer(lines, code);
    mg_line_text(lines, mg_ref_iso3(ref, code));
}

void line_word(mg_lines *lines, const char *word)
{
    mg_line_word(lines, word, strlen(word));
}

void line_code(mg_lines *lines, uint32_t hs, bool component)
{
    char text[MG_HS_CLASS_TEXT];
    size_t n = mg_hs_class_text((mg_hs_class){.hs = hs, .star = component}, text);

    mg_line_word(lines, text, n);
}

void line_cell(mg_lines *lines, const mg_ref *ref, uint32_t period, unsigned exporter,
               unsigned importer, uint32_t hs, bool component)
{
    mg_line_integer(lines, period);
    mg_line_word(lines, mg_period_monthly(period) ? "M" : "A", 1);
    line_area(lines, ref, exporter);
    line_area(lines, ref, importer);
    mg_line_integer(lines, mg_hs_level(hs));
    line_code(lines, hs, component);
}

static void line_area_name(mg_lines *lines, const mg_ref *ref, unsigned code)
{
    const mg_area *area = mg_ref_area(ref, code);
    char text[24];

    snprintf(text, sizeof text, "area %u", code);
    mg_line_text(lines, area != NULL ? area->name : text);
}

static void line_chapter(mg_lines *lines, const mg_ref *ref, uint32_t hs)
{
    char text[MG_HS_TEXT];

    mg_hs_text(hs, text);
    mg_line_text(lines,
                 hs == MG_HS_TOTAL ? "All commodities" : mg_ref_chapter(ref, text));
}

void line_names(mg_lines *lines, const mg_ref *ref, unsigned exporter, unsigned importer,
                uint32_t hs)
{
    line_area_name(lines, ref, exporter);
    line_area_name(lines, ref, importer);
    line_chapter(lines, ref, hs);
}
