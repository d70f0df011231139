/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hs_map.h - which codes stand in which edition of the HS, and whether a code of one
 * edition has goods of a code, heading or chapter of another.
 *
 * concordance.h makes classes that both sides of a pair can be added up to; here no
 * code is joined with its neighbours: a rule that is written in the codes of one
 * edition is asked about a row filed in another. The tables are datasets/ref/hs_codes.csv
 * and hs_links.csv, from the UN's correlation tables (METHODS 1.6).
 *
 * Editions are the numbers of table.h, codes those of mg_hs_pack(). Read-only once
 * loaded: safe from several threads. */
#ifndef MG_HS_MAP_H
#define MG_HS_MAP_H

#include "mirrorgap/ref.h"

typedef struct mg_hs_map mg_hs_map;

/* Reads both tables in the folder of `ref`. *map is the caller's, for
 * mg_hs_map_free(); NULL on failure.
 * Errors: MG_E_IO, MG_E_PARSE (names file, line, column), MG_E_NOMEM. */
MG_MUST_CHECK mg_status mg_hs_map_load(const mg_ref *ref, mg_hs_map **map, mg_error *err);
void mg_hs_map_free(mg_hs_map *map); /* NULL is allowed */

/* Whether a six-digit code of `edition` (H0 to H6) begins with `hs` (1 to 6 places). */
bool mg_hs_map_has(const mg_hs_map *map, unsigned edition, uint32_t hs);

typedef enum mg_cover {
    MG_COVER_NONE, /* no goods in common */
    MG_COVER_PART, /* some */
    MG_COVER_WHOLE /* the row's goods are all the rule's */
} mg_cover;

/* How much of what is filed as `hs` of `edition` falls under the prefix `rule_hs` (1 to 6
 * places) of `rule_edition`.
 *
 * A six-digit code is followed along the relations from edition to edition. A code that
 * also goes on under its own number is followed within its heading only, and other codes
 * into one that has its own number's goods only where there is no other: what the tables
 * have beyond that are trifles (chips that were parts of shells, in 8542.31 of HS 2017),
 * and a chain of them leads from chips to arms. WHOLE where all codes that it comes to
 * begin with the prefix, PART where some do. What it comes to is an upper bound over
 * several steps, so WHOLE is sure and PART may be none. A shorter code stands for its
 * six-digit codes: PART where some of them have goods under the prefix, WHOLE where all
 * have (a few of them in part). Where an edition is not known, or does not have the code,
 * the texts are compared: WHOLE where `hs` begins with `rule_hs`, PART where it is the
 * other way round. TOTAL is under no rule. */
mg_cover mg_hs_map_cover(const mg_hs_map *map, unsigned rule_edition, uint32_t rule_hs,
                         unsigned edition, uint32_t hs);

/* The codes of edition `to` that have goods of the six-digit code `hs` of edition `from`,
 * ascending: the first `room` go to `codes`, all are counted in the result. 0: an edition
 * is not known or does not have the code, or nothing is left of it. What `hs` is asked
 * about many prefixes with; mg_hs_map_cover() is the same for one. */
size_t mg_hs_map_reach(const mg_hs_map *map, unsigned from, uint32_t hs, unsigned to,
                       uint32_t *codes, size_t room);

#endif
