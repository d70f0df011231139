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

/* As CEPII's GeoDist has them, whose coefficients are used: Russia is in Asia,
 * Turkey and Cyprus are in Europe. */
typedef enum mg_continent {
    MG_CONTINENT_NONE = 0, /* an area without a place, or on no continent */
    MG_CONTINENT_AFRICA,
    MG_CONTINENT_AMERICA,
    MG_CONTINENT_ASIA,
    MG_CONTINENT_EUROPE,
    MG_CONTINENT_PACIFIC,
    MG_CONTINENTS
} mg_continent;
const char *mg_continent_name(unsigned continent); /* "" for none */

typedef struct mg_area {
    uint16_t code;
    uint8_t kind; /* mg_area_kind */
    bool prefer;  /* to be used where several codes share a name in a year */
    uint16_t from_year, to_year; /* 0 and 65535 where open */
    char iso3[4], iso2[3];
    char *name;
    double lat, lon;   /* degrees of the main city; NaN: none */
    int8_t landlocked; /* 1 without sea coast, 0 with, -1 for what has no place */
    int8_t advanced;   /* 1 advanced economy of the IMF, 0 else, -1 likewise */
    uint8_t continent; /* mg_continent */
    char region[32];   /* sub-region of UN M49; "" where there is none */
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

/* Whether the two areas share a land border (or causeway), in whatever years both
 * codes are in use; false for a and a. */
bool mg_ref_border(const mg_ref *ref, unsigned a, unsigned b);

typedef enum mg_basis {
    MG_BASIS_UNKNOWN = 0, /* nothing known: callers take imports for CIF */
    MG_BASIS_CIF,
    MG_BASIS_FOB,
    MG_BASIS_MIXED, /* both within one year */
    MG_BASES
} mg_basis;
const char *mg_basis_name(unsigned basis); /* "" for unknown */

typedef enum mg_trade_system {
    MG_SYSTEM_UNKNOWN = 0,
    MG_SYSTEM_GENERAL, /* with customs warehouses and free zones */
    MG_SYSTEM_SPECIAL, /* without */
    MG_SYSTEM_MIXED,   /* general with outsiders, special within the EU */
    MG_SYSTEMS
} mg_trade_system;
const char *mg_trade_system_name(unsigned system); /* "" for unknown */

/* How a reporter values a flow (MG_FLOW_M or MG_FLOW_X; RM and RX as these). */
typedef struct mg_valuation {
    uint8_t basis;  /* mg_basis */
    uint8_t system; /* mg_trade_system */
} mg_valuation;

/* Basis and system in `year`: each from the last year up to it that is known or,
 * before the first, from the first. A code of which nothing is known takes what is
 * known of another with its ISO3 (380 Italy that of 381). */
mg_valuation mg_ref_valuation(const mg_ref *ref, unsigned reporter, unsigned flow,
                              unsigned year);

/* The code of the area that `name` (ISO3, name or alias, case and punctuation
 * aside) meant in `year` (0: any), or -1. */
int mg_ref_find_area(const mg_ref *ref, mg_cell name, unsigned year);

/* Marks in `set` (65,536 flags by area code) every area that a user may mean by
 * `name`: a code, or an ISO3, name or alias, which may fit several codes (Italy
 * is 380 and 381). False where it fits none. */
bool mg_ref_select_areas(const mg_ref *ref, mg_cell name, uint8_t *set);

/* The codes of every area that is called `name` (as above, codes aside), at most
 * `room`, in codes[]; returns how many there are. */
size_t mg_ref_find_areas(const mg_ref *ref, mg_cell name, uint16_t *codes, size_t room);

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
/* The HS section, 1 to 21, of a commodity code's chapter, 0: none; and its Roman number,
 * "" for none. */
unsigned mg_ref_section(const mg_ref *ref, uint32_t hs);
const char *mg_ref_section_name(unsigned section);
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
