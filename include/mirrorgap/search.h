/* SPDX-License-Identifier: GPL-3.0-or-later */
/* search.h - places in ascending arrays. Pure functions. */
#ifndef MG_SEARCH_H
#define MG_SEARCH_H

#include <stddef.h>
#include <stdint.h>

/* The first place whose value is not below `key`; n where there is none. */
static inline size_t mg_lower_bound(const uint32_t *values, size_t n, uint32_t key)
{
    size_t low = 0;

    while (low < n) {
        const size_t middle = low + (n - low) / 2;
        if (values[middle] < key)
            low = middle + 1;
        else
            n = middle;
    }
    return low;
}

#endif
