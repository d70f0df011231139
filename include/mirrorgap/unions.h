/* SPDX-License-Identifier: GPL-3.0-or-later */
/* unions.h - dated unions of areas: a whole and its parts matched as one (METHODS 1.3).
 *
 * In some years some reporters write the code of a former or larger whole where others
 * write its parts. There both sides of a flow can be matched only as the union, whose
 * code stands for all members. Read from unions.csv in the folder of the reference
 * tables. Trade between two members is then trade of the union with itself and must be
 * left out and counted.
 *
 * Loaded once, then read-only: safe from several threads. */
#ifndef MG_UNIONS_H
#define MG_UNIONS_H

#include "mirrorgap/ref.h"

typedef enum mg_union_kind {
    MG_UNION_NONE = 0,   /* the code stands for itself */
    MG_UNION_VARIANT,    /* two codes of one area */
    MG_UNION_SUCCESSION, /* a state that broke up, or states that joined */
    MG_UNION_CUSTOMS     /* areas that file their trade as one ("union") */
} mg_union_kind;

typedef struct mg_unions mg_unions;

enum { MG_AREA_CODES = 65536 };

/* *unions is the caller's, for mg_unions_free(); NULL on failure. It does not refer to
 * `ref` afterwards. Errors: MG_E_NOMEM, MG_E_IO, MG_E_PARSE (names file, line,
 * column): a code that is no area of `ref`, a code in two unions in one year, or a
 * union that is itself a member in one of its years. */
MG_MUST_CHECK mg_status mg_unions_load(const mg_ref *ref, mg_unions **unions,
                                       mg_error *err);
void mg_unions_free(mg_unions *unions);

/* The code that stands for `code` in `year`: its union's, or itself. Any number is
 * allowed as code. mg_union_kind_of() tells why. */
unsigned mg_union_of(const mg_unions *unions, unsigned code, unsigned year);
mg_union_kind mg_union_kind_of(const mg_unions *unions, unsigned code, unsigned year);

/* Whether `code`, a member or a union, is within one year of the first year of its
 * new codes (the flag succession_year: year before, year, year after). Until the
 * change 711, 58 and a department of France count too. */
bool mg_union_succession(const mg_unions *unions, unsigned code, unsigned year);

/* mg_union_of() of every code. */
void mg_unions_map(const mg_unions *unions, unsigned year, uint16_t map[MG_AREA_CODES]);

#endif
