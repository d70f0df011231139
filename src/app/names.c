/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/names.h"

#include <stdio.h>

void line_area_name(mg_lines *lines, const mg_ref *ref, unsigned code)
{
    const mg_area *area = mg_ref_area(ref, code);
    char text[24];

    snprintf(text, sizeof text, "area %u", code);
    mg_line_text(lines, area != NULL ? area->name : text);
}

void line_chapter(mg_lines *lines, const mg_ref *ref, uint32_t hs)
{
    char text[MG_HS_TEXT];

    mg_hs_text(hs, text);
    mg_line_text(lines,
                 hs == MG_HS_TOTAL ? "All commodities" : mg_ref_chapter(ref, text));
}
