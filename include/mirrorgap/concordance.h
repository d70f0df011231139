/* SPDX-License-Identifier: GPL-3.0-or-later */
/* concordance.h - which HS codes of different editions mean the same goods.
 *
 * Two reports of one flow that were filed in different editions of the HS can be
 * compared only where their codes cover the same goods. Correlation tables say
 * which codes of one edition have goods in common with which codes of the next; a
 * class is the smallest set of codes that covers the same goods on both sides.
 * Editions are the numbers of table.h (MG_EDITION_H0 .. MG_EDITION_H6), codes the
 * numbers of mg_hs_pack(). Method: METHODS 1.6 (B), CONTRACT 4 (--harmonise).
 *
 * Within a range of editions low..high:
 *   - The graph has a node for each code of each edition and an edge for each
 *     relation of the tables low to low+1, ..., high-1 to high.
 *   - An edge between two HS4 headings is cut, unless it is the only edge of both
 *     its codes in its table, which is a renumbering. An edge with heading 8549
 *     (electrical waste, which took goods from nearly every fifth code) on one side
 *     only is always cut.
 *   - A class is a connected component of what is left. A code without any edge left
 *     is a class of its own.
 *   - A class whose members are one code text, whatever the edition, is called by
 *     that code; any other by its lowest member, of all editions of the range, and a
 *     star: 030613*.
 *   - Classes that would have the same name are one class: of the published
 *     tables 440721* from H0 to H3 and on, and the two codes of recorded media of H1
 *     and H2 (852491, 852499) that mean displays in H6.
 *   - Codes that no table knows (national ones, 999999), that are not of six
 *     places, or filed in an edition that does not have them are classes of their
 *     own, the same in every edition.
 *
 * A concordance is read-only once made: safe from several threads. */
#ifndef MG_CONCORDANCE_H
#define MG_CONCORDANCE_H

#include "mirrorgap/ref.h"

typedef struct mg_concordance mg_concordance;

/* The name of a class. */
typedef struct mg_hs_class {
    uint32_t hs;
    bool star;
    bool cut; /* no part of the name: an edge of a member, to another heading, was cut, so
               * that goods may have moved into or out of the class */
} mg_hs_class;

/* A code of an edition. */
typedef struct mg_hs_member {
    uint32_t hs;
    uint8_t edition;
} mg_hs_member;

/* Reads hs_components.csv in the folder of `ref`, which covers H0 to H6.
 * *concordance is the caller's, for mg_concordance_free(); NULL on failure.
 * Errors: MG_E_IO, MG_E_PARSE (names file, line, column), MG_E_NOMEM. */
MG_MUST_CHECK mg_status mg_concordance_load(const mg_ref *ref,
                                            mg_concordance **concordance, mg_error *err);

/* The same from `n` files, told by their headers; plain or packed, of one or many
 * members, fields separated by comma, semicolon or TAB:
 *   code.after,code.before,adjustment   the UN's tables under one another;
 *                 adjustment is "2022 to 2017"; steps with a year that is no edition
 *                 of the HS (SITC) are passed over
 *   two columns named after editions    "HS 2012 Product Code" (WITS), "HS2012",
 *                 "H4", "From HS 2012"; those of WITS with a column "HS - Combined",
 *                 the codes of all editions, are passed over
 *   from_revision,from_code,to_revision,to_code   revisions as H4
 *   from,to,before,after,cut            our own (datasets/ref/README.md)
 * Other columns are ignored. A code is six digits; five have lost a leading zero.
 * A table of one edition to itself is passed over. Two tables between the same
 * editions are added up, but not one of relations and one of our own. Tables between
 * editions that do not follow each other (H4 to H1) are used for that range,
 * only where the steps between are not all there; they tell nothing of the
 * editions between.
 * Errors: MG_E_IO; MG_E_PARSE: not such a table (file, line, column), no table at all,
 * more than 65,536 codes; MG_E_NOMEM. */
MG_MUST_CHECK mg_status mg_concordance_read(const char *const *files, size_t n,
                                            mg_concordance **concordance, mg_error *err);

/* NULL is allowed. Never fails. */
void mg_concordance_free(mg_concordance *concordance);

/* Whether there are tables for the range low..high; one edition always is covered.
 * In a range that is not, and where low or high is no edition, every code
 * is its own class. */
bool mg_concordance_covers(const mg_concordance *concordance, unsigned low,
                           unsigned high);

/* The class of code `hs` of `edition`, low <= edition <= high (any other edition: the
 * code itself). Takes no lock and allocates nothing. */
mg_hs_class mg_concordance_class(const mg_concordance *concordance, unsigned low,
                                 unsigned high, unsigned edition, uint32_t hs);

/* The same class named in the terms of edition `target`, low <= target <= high: its
 * only member there, without star; of several the lowest, with star; where it has
 * none there, or target lies outside, as mg_concordance_class(). Such a class may
 * share the name of one that has members there: of the published tables 848510 and
 * 848590 (new goods of H6, in terms of H0 to H2) and 911490 (H6). */
mg_hs_class mg_concordance_convert(const mg_concordance *concordance, unsigned low,
                                   unsigned high, unsigned edition, uint32_t hs,
                                   unsigned target);

/* Lists the members of the class called `hs`, with or without star, by edition, then
 * code: the first `room` of them go to `members`, and all are counted in the result. A
 * code that no table changes is a member in every edition of the range. 0: the
 * range has no class of that name. */
size_t mg_concordance_members(const mg_concordance *concordance, unsigned low,
                              unsigned high, uint32_t hs, bool star,
                              mg_hs_member *members, size_t room);

/* The name as text ("030613*"), terminated; returns its length. And back: false
 * where `text` is no code with at most one star; cut is then, and always, false. */
enum { MG_HS_CLASS_TEXT = MG_HS_TEXT + 1 };
size_t mg_hs_class_text(mg_hs_class name, char text[MG_HS_CLASS_TEXT]);
bool mg_hs_class_read(mg_cell text, mg_hs_class *name);

#endif
