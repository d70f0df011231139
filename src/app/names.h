/* SPDX-License-Identifier: GPL-3.0-or-later */
/* names.h - names for codes in tables. */
#ifndef MG_APP_NAMES_H
#define MG_APP_NAMES_H

#include "mirrorgap/output.h"
#include "mirrorgap/ref.h"

/* Two fields: the area's code and its ISO 3166 alpha-3 code. */
void line_area(mg_lines *lines, const mg_ref *ref, unsigned code);
/* The commodity code, with a star where it names a component. */
void line_code(mg_lines *lines, uint32_t hs, bool component);
/* What a cell is, as the tables of pairs and of scores begin: period, freq, exporter,
 * exporter_iso3, importer, importer_iso3, level, hs. */
void line_cell(mg_lines *lines, const mg_ref *ref, uint32_t period, unsigned exporter,
               unsigned importer, uint32_t hs, bool component);

/* The area's name; its code where the table does not know it. */
void line_area_name(mg_lines *lines, const mg_ref *ref, unsigned code);
/* The name of the code's chapter; "all commodities" for TOTAL. */
void line_chapter(mg_lines *lines, const mg_ref *ref, uint32_t hs);

#endif
