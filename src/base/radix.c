/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mirrorgap/radix.h"

#include <string.h>

/* Digits are wide where there are many items, so that there are fewer passes; few
 * items are not worth the counters. */
enum { NARROW = 8, WIDE = 11, MANY = 8192, DIGITS = 8 };

/* Bits [shift, shift + width) of the key. */
struct digit {
    unsigned shift, mask;
};

static unsigned value_of(uint64_t key, struct digit digit)
{
    return (unsigned)(key >> digit.shift) & digit.mask;
}

/* Cuts the bits in which keys differ into digits, the lowest first. */
static int cut_digits(uint64_t varying, unsigned width, struct digit digits[DIGITS])
{
    int n = 0;

    while (varying != 0) {
        unsigned shift = (unsigned)__builtin_ctzll(varying);
        uint64_t mask = (uint64_t)((1U << width) - 1) << shift;
        digits[n++] = (struct digit){shift, (1U << width) - 1};
        varying &= ~mask;
    }
    return n;
}

/* One pass. Its counters are its own, as those of all passes would fill a small stack. */
static void pass(const mg_radix_item *from, mg_radix_item *to, size_t n,
                 struct digit digit)
{
    uint32_t counts[1 << WIDE];
    uint32_t at = 0;

    memset(counts, 0, (digit.mask + 1) * sizeof *counts);
    for (size_t i = 0; i < n; i++)
        counts[value_of(from[i].key, digit)]++;
    for (unsigned v = 0; v <= digit.mask; v++) {
        uint32_t here = counts[v];
        counts[v] = at;
        at += here;
    }
    for (size_t i = 0; i < n; i++)
        to[counts[value_of(from[i].key, digit)]++] = from[i];
}

void mg_radix_sort(mg_radix_item **items, mg_radix_item **work, size_t n)
{
    struct digit digits[DIGITS];
    uint64_t varying = 0;

    for (size_t i = 1; i < n; i++)
        varying |= (*items)[i].key ^ (*items)[0].key;
    int n_digits = cut_digits(varying, n < MANY ? NARROW : WIDE, digits);
    for (int d = 0; d < n_digits; d++) {
        pass(*items, *work, n, digits[d]);
        mg_radix_item *swap = *items;
        *items = *work;
        *work = swap;
    }
}
