/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ref.h - reference tables of datasets/ref: areas, flows, editions, chapters.
 *
 * Loaded once, then read-only: safe from several threads. */
#ifndef MG_REF_H
#define MG_REF_H

#include "mirrorgap/table.h"

typedef enum mg_area_kind {
    MG_AREA_UNKNOWN = 0, /* not in the table */
    MG_AREA_COUNTRY,
    MG_AREA_PART, /* filed by Comtrade inside another code */
    MG_AREA_NES,  /* "not elsewhere specified": no country */
    MG_AREA_GROUP,
    MG_AREA_WORLD
} mg_area_kind;

typedef struct mg_area {
    uint16_t code;
    uint8_t kind; /* mg_area_kind */
    bool prefer;  /* to be used where several codes share a name in a year */
    uint16_t from_year, to_year; /* 0 and 65535 where open */
    char iso3[4], iso2[3];
    char *name;
    double lat, lon; /* degrees of the main city; NaN: none */
} mg_area;

typedef struct mg_ref mg_ref;

/* Reads the tables in folder `dir`; NULL looks in $MIRRORGAP_DATA, beside the
 * program, where it was installed, and in the source tree. *ref is the
 * caller's, for mg_ref_free(); NULL on failure.
 * Errors: MG_E_NOMEM, MG_E_IO, MG_E_PARSE (names file, line, column). */
MG_MUST_CHECK mg_status mg_ref_load(const char *dir, mg_ref **ref, mg_error *err);
void mg_ref_free(mg_ref *ref);

/* The folder that the tables came from. */
const char *mg_ref_folder(const mg_ref *ref);

/* The area with this code, or NULL. */
const mg_area *mg_ref_area(const mg_ref *ref, unsigned code);
mg_area_kind mg_ref_kind(const mg_ref *ref, unsigned code);
/* The same for every code, as a table of 65,536. */
const uint8_t *mg_ref_kinds(const mg_ref *ref);
/* ISO3 or, for an area without, the empty string. */
const char *mg_ref_iso3(const mg_ref *ref, unsigned code);

/* The code of the area that `name` (ISO3, name or alias, case and punctuation
 * aside) meant in `year` (0: any), or -1. */
int mg_ref_find_area(const mg_ref *ref, mg_cell name, unsigned year);

/* Marks in `set` (65,536 flags by area code) every area that a user may mean by
 * `name`: a code, or an ISO3, name or alias, which may fit several codes (Italy
 * is 380 and 381). False where it fits none. */
bool mg_ref_select_areas(const mg_ref *ref, mg_cell name, uint8_t *set);

/* What a file calls a flow. `flow` is the flow itself or, for a part of it,
 * the whole (X, M); sub is true for parts that are not stored. */
typedef struct mg_flow_match {
    uint8_t flow;
    bool sub;
} mg_flow_match;
bool mg_ref_find_flow(const mg_ref *ref, mg_cell name, bool wits, mg_flow_match *match);

/* The edition that a classification code means: 0..7 HS, other numbers of
 * mg_edition_find(), or -1 for a classification that we do not know. */
int mg_ref_find_edition(const mg_ref *ref, mg_cell name);

/* Name of a HS chapter ("27"), or of a quantity unit; "" if unknown. */
const char *mg_ref_chapter(const mg_ref *ref, const char *hs2);
const char *mg_ref_unit(const mg_ref *ref, int unit);

/* What a quantity unit measures. Quantities whose units share a family are
 * comparable: qty * to_base is in the family's base (litres and m3, items and
 * dozens); the mass family's base is the kilogram. */
typedef struct mg_unit_info {
    int family;     /* a number of the loaded table, -1: none to compare */
    double to_base; /* > 0; NaN where family is -1 */
} mg_unit_info;
mg_unit_info mg_ref_unit_info(const mg_ref *ref, int unit);

#endif
