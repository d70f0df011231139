/* SPDX-License-Identifier: GPL-3.0-or-later */
/* text.h - names and foreign bytes as text. Pure functions. */
#ifndef MG_TEXT_H
#define MG_TEXT_H

#include "mirrorgap/status.h"

/* A piece of somebody else's bytes; not terminated, may hold anything. */
typedef struct mg_cell {
    const char *text;
    size_t n;
} mg_cell;

/* Folds a column or country name to lower-case ASCII letters and digits; bytes
 * above 127 stay (ISO-8859-1 ones become UTF-8). Writes at most room-1 bytes
 * and a NUL; returns the length, or room where it did not fit. */
size_t mg_text_fold(mg_cell cell, char *folded, size_t room);

/* Copies `cell` with control and invalid bytes written as \xNN, cut at
 * room-1 bytes with "..." at the end, and terminated. Returns `shown`. */
const char *mg_text_show(mg_cell cell, char *shown, size_t room);

/* The cell without blanks (space, TAB, no-break space) at both ends. */
mg_cell mg_text_trim(mg_cell cell);

/* Whether the cell equals `word`, letter case aside. */
bool mg_text_is(mg_cell cell, const char *word);

/* Whether cell[0..n) is valid UTF-8. */
bool mg_text_utf8(mg_cell cell);

/* How many single-letter changes turn a into b (at most `limit` + 1). */
int mg_text_distance(const char *a, const char *b, int limit);

#endif
