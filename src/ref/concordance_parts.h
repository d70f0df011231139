/* SPDX-License-Identifier: GPL-3.0-or-later */
/* concordance_parts.h - how a concordance is made:
 *
 *   tables (text)  --concordance_text-->   edges of each step, or parts of our table
 *   edges          --concordance_step-->   parts: components of one step after the cut,
 *                                          but those that are one unchanged code
 *   parts          --concordance_range-->  classes of each range of editions
 *
 * A step is the table between two editions. Codes that stand in no part of a step
 * go from one edition to the other unchanged. */
#ifndef MG_CONCORDANCE_PARTS_H
#define MG_CONCORDANCE_PARTS_H

#include "mirrorgap/concordance.h"

enum {
    EDITIONS = MG_EDITION_H6 + 1, /* edition numbers, 0 unused */
    CODES_MAX = 65536             /* that differ; the HS has some 6,900 of all editions */
};

/* A list of codes; sort_codes() sorts it and leaves each in once. */
struct code_list {
    uint32_t *items;
    size_t n, room;
};

struct edge {
    uint32_t before, after;
};

/* A component of a step: codes[at ..] of the step, first those before. */
struct part {
    size_t at;
    uint32_t n_before, n_after;
    bool cut;
};

struct step {
    struct edge *edges; /* as read, in any order, possibly twice */
    size_t n_edges, room_edges;
    struct part *parts;
    size_t n_parts, room_parts;
    struct code_list codes;
    uint32_t *places; /* of codes among those of the concordance */
    bool own;         /* parts came from a table of our own */
    bool given;       /* there is a table */
};

/* All steps, by the editions before and after, before < after. */
struct steps {
    struct step between[EDITIONS][EDITIONS];
};

/* A class of a range; its members of edition e are members[first[e] .. first[e + 1]). */
struct hs_class {
    mg_hs_class name;
    uint32_t first[EDITIONS + 1];
};

/* The classes of one range, sorted by name; class_of[(edition - low) * n_codes + number
 * of the code] is 1 + the place in `classes`, or one of the two below. */
struct range {
    uint32_t *class_of; /* NULL: one edition, or not covered */
    struct hs_class *classes;
    size_t n_classes;
    uint32_t *members; /* codes */
};
enum {
    UNCHANGED = 0,     /* the same code in every edition of the range */
    ABSENT = INT32_MAX /* no code of that edition */
};

struct mg_concordance {
    struct code_list codes; /* that stand in parts of any step, sorted */
    struct slot {
        uint32_t hs; /* 0, which is no code of a table: free */
        uint32_t place;
    } * slots;      /* open addressing: where a code stands in codes */
    unsigned shift; /* of the hash, for the number of slots */
    struct range ranges[EDITIONS][EDITIONS];
    bool covers[EDITIONS][EDITIONS];
};

MG_MUST_CHECK mg_status code_add(struct code_list *list, uint32_t code, mg_error *err);
void sort_codes(struct code_list *list);
/* The place of a code in a sorted list; list->n where it is not there. */
size_t code_place(const struct code_list *list, uint32_t code);

/* Union-find over numbers 0..n-1: the lowest of each set stands for it. */
uint32_t set_find(uint32_t *parent, uint32_t a);
void set_join(uint32_t *parent, uint32_t a, uint32_t b);

/* Adds the tables in text[0..n) to `steps`. Errors: MG_E_PARSE with line and column,
 * MG_E_NOMEM. */
MG_MUST_CHECK mg_status steps_read_text(struct steps *steps, const char *text, size_t n,
                                        mg_error *err);
MG_MUST_CHECK mg_status part_add(struct step *step, const struct code_list *before,
                                 const struct code_list *after, bool cut, mg_error *err);
void steps_release(struct steps *steps);

/* Turns the edges of every step into parts. Errors: MG_E_NOMEM. */
MG_MUST_CHECK mg_status steps_cut(struct steps *steps, mg_error *err);

/* Components of a step before any cut, for the check against the published counts:
 * of the edges alone; without those of heading 8549 if so asked. */
struct step_counts {
    size_t components;
    size_t one_to_one;
    size_t largest; /* codes before and after */
};
MG_MUST_CHECK mg_status step_count(struct step *step, bool leave_out_8549,
                                   struct step_counts *counts, mg_error *err);

/* A concordance from steps that were cut; fills their places. Errors: MG_E_NOMEM,
 * MG_E_PARSE (too many codes, or no table). */
MG_MUST_CHECK mg_status concordance_make(struct steps *steps,
                                         mg_concordance **concordance, mg_error *err);
/* The classes of one range from its steps. */
MG_MUST_CHECK mg_status range_make(const struct steps *steps, mg_concordance *concordance,
                                   unsigned low, unsigned high, mg_error *err);

#endif
