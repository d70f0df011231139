/* SPDX-License-Identifier: GPL-3.0-or-later */
/* text.h - names and foreign bytes as text. Pure functions. */
#ifndef MG_TEXT_H
#define MG_TEXT_H

#include <string.h>

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

/* The cell without blanks (space, TAB) at both ends. */
static inline mg_cell mg_text_trim(mg_cell cell)
{
    while (cell.n > 0 && (cell.text[cell.n - 1] == ' ' || cell.text[cell.n - 1] == '\t'))
        cell.n--;
    while (cell.n > 0 && (*cell.text == ' ' || *cell.text == '\t')) {
        cell.text++;
        cell.n--;
    }
    return cell;
}

/* Whether the cell equals `word`, the case of ASCII letters aside. */
static inline bool mg_text_is(mg_cell cell, const char *word)
{
    if (strlen(word) != cell.n)
        return false;
    for (size_t i = 0; i < cell.n; i++) {
        unsigned a = (unsigned char)cell.text[i];
        unsigned b = (unsigned char)word[i];
        if (a != b && ((a | 0x20) != (b | 0x20) || (a | 0x20) < 'a' || (a | 0x20) > 'z'))
            return false;
    }
    return true;
}

/* Whether cell[0..n) is valid UTF-8. */
bool mg_text_utf8(mg_cell cell);

/* The text itself where it is valid UTF-8, else as mg_text_show() writes it. */
const char *mg_text_valid(const char *text, char *shown, size_t room);

/* Text that was cut to room - 1 bytes, perhaps within a letter of UTF-8: ends it at a
 * whole letter, with an ellipsis. room >= 4. */
void mg_text_cut(char *text, size_t room);

/* How many single-letter changes turn a into b (at most `limit` + 1). */
int mg_text_distance(const char *a, const char *b, int limit);

#endif
