/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mirrorgap/radix.h"

#include <string.h>

enum { BYTES = 8, RADIX = 256 };

static unsigned byte_of(uint64_t key, int byte)
{
    return (unsigned)(key >> 8 * byte) & 255;
}

/* One pass, least byte first; false where all items share the byte. */
static bool pass(const mg_radix_item *from, mg_radix_item *to, size_t n, int byte,
                 size_t *count)
{
    size_t at = 0;

    if (count[byte_of(from[0].key, byte)] == n)
        return false;
    for (int v = 0; v < RADIX; v++) {
        size_t here = count[v];
        count[v] = at;
        at += here;
    }
    for (size_t i = 0; i < n; i++)
        to[count[byte_of(from[i].key, byte)]++] = from[i];
    return true;
}

void mg_radix_sort(mg_radix_item **items, mg_radix_item **work, size_t n)
{
    size_t counts[BYTES][RADIX];

    memset(counts, 0, sizeof counts);
    for (size_t i = 0; i < n; i++)
        for (int b = 0; b < BYTES; b++)
            counts[b][byte_of((*items)[i].key, b)]++;
    for (int b = 0; n > 0 && b < BYTES; b++)
        if (pass(*items, *work, n, b, counts[b])) {
            mg_radix_item *swap = *items;
            *items = *work;
            *work = swap;
        }
}
