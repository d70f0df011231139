/* SPDX-License-Identifier: GPL-3.0-or-later */
/* split_cells.h - a line to cells; no quotes. */
#ifndef MG_SPLIT_CELLS_H
#define MG_SPLIT_CELLS_H

#include "testing.h"

enum { CELLS_MAX = 100 };

/* Splits at commas (no quotes in these tests). */
static inline size_t split(const char *text, mg_cell *cells)
{
    size_t n = 0;

    for (;;) {
        size_t length = strcspn(text, ",");
        if (n == CELLS_MAX)
            abort();
        cells[n++] = (mg_cell){text, length};
        if (text[length] == '\0')
            return n;
        text += length + 1;
    }
}

#endif
