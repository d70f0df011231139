/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ref_tables.h - what ref.c keeps of the reference tables. */
#ifndef MG_REF_TABLES_H
#define MG_REF_TABLES_H

#include "mirrorgap/ref.h"

/* A folded name and what it stands for; the lists are sorted by name. */
struct ref_name {
    char *name;
    int value;
    bool sub; /* flows: a part that is not stored */
};

struct ref_names {
    struct ref_name *items;
    size_t n, room;
};

enum { REF_CODES = 65536, REF_CHAPTERS = 100, REF_UNITS = 64 };

struct ref_valuation {
    uint16_t reporter;
    uint16_t from_year, to_year;
    uint8_t flow; /* MG_FLOW_M or MG_FLOW_X */
    mg_valuation is;
};

/* Rows of one area and flow in `valuations`. */
struct ref_span {
    uint32_t first, n;
};

struct mg_ref {
    char *folder;
    bool short_of_memory;
    mg_area *areas;
    size_t n_areas, room_areas;
    int *area_of;             /* by code: index in areas, or -1 */
    uint8_t kinds[REF_CODES]; /* mg_area_kind by code */
    struct ref_names area_names, flow_names, wits_names, edition_names;
    uint32_t *borders; /* both ways round: code << 16 | code; sorted */
    size_t n_borders, room_borders;
    struct ref_valuation *valuations; /* by reporter, flow and year */
    size_t n_valuations, room_valuations;
    struct ref_span (*valuation_of)[2]; /* by area: imports, exports */
    char *chapters[REF_CHAPTERS];
    uint8_t section_of[REF_CHAPTERS]; /* 1..21, 0: none */
    char *units[REF_UNITS + 1];       /* index 0: unit -1 */
    mg_unit_info unit_info[REF_UNITS + 1];
    char *families[REF_UNITS + 1]; /* by number; NULL after the last */
};

/* The number of section "XVI", -1: no such section. */
int ref_section_find(const char *name);

/* Adds `name` folded; an empty name adds nothing. */
MG_MUST_CHECK mg_status ref_names_add(struct ref_names *names, const char *name,
                                      int value, bool sub, mg_error *err);
/* The same for each part of a |-separated list. */
MG_MUST_CHECK mg_status ref_names_add_list(struct ref_names *names, const char *list,
                                           int value, bool sub, mg_error *err);
void ref_names_sort(struct ref_names *names);
/* The first item called `name`; *count items follow each other. NULL: none. */
const struct ref_name *ref_names_find(const struct ref_names *names, mg_cell name,
                                      size_t *count);
void ref_names_release(struct ref_names *names);

/* Fills `ref` from the tables in its folder. */
MG_MUST_CHECK mg_status ref_read_areas(mg_ref *ref, mg_error *err);
MG_MUST_CHECK mg_status ref_read_codes(mg_ref *ref, mg_error *err);
MG_MUST_CHECK mg_status ref_read_borders(mg_ref *ref, mg_error *err);
MG_MUST_CHECK mg_status ref_read_valuations(mg_ref *ref, mg_error *err);

/* A number in [0, max], or `blank` where the field is empty. */
MG_MUST_CHECK mg_status ref_read_integer(const char *column, const char *text,
                                         uint16_t blank, uint16_t max, uint16_t *value,
                                         mg_error *err);

#endif
