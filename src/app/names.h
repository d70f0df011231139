/* SPDX-License-Identifier: GPL-3.0-or-later */
/* names.h - names for codes in tables. */
#ifndef MG_APP_NAMES_H
#define MG_APP_NAMES_H

#include "mirrorgap/output.h"
#include "mirrorgap/ref.h"

/* Two fields: the area's code and its ISO 3166 alpha-3 code. */
void line_area(mg_lines *lines, const mg_ref *ref, unsigned code);
/* A word that needs no quotes. */
void line_word(mg_lines *lines, const char *word);
/* The commodity code, with a star where it names a component. */
void line_code(mg_lines *lines, uint32_t hs, bool component);
/* What a cell is, as the tables of pairs and of scores begin. */
void line_cell(mg_lines *lines, const mg_ref *ref, uint32_t period, unsigned exporter,
               unsigned importer, uint32_t hs, bool component);
/* The names of a cell, for --names: of an area that the table does not know its code; of
 * TOTAL "all commodities". */
void line_names(mg_lines *lines, const mg_ref *ref, unsigned exporter, unsigned importer,
                uint32_t hs);

/* clang-format off */
#define CELL_COLUMNS                                                                  \
    {"period", "period", "year, or year and month"},                                  \
    {"freq", "code", "A annual, M monthly"},                                          \
    {"exporter", "code", "exporting country, UN Comtrade area code"},                 \
    {"exporter_iso3", "code", "its ISO 3166 alpha-3 code"},                           \
    {"importer", "code", "importing country, UN Comtrade area code"},                 \
    {"importer_iso3", "code", "its ISO 3166 alpha-3 code"},                           \
    {"level", "digits", "length of the commodity code, 0 for TOTAL"},                 \
    {"hs", "code", "commodity code"}
#define NAME_COLUMNS                                                                  \
    {"exporter_name", "text", "exporting country"},                                   \
    {"importer_name", "text", "importing country"},                                   \
    {"commodity", "text", "chapter of the commodity"}
/* clang-format on */

#endif
