/* SPDX-License-Identifier: GPL-3.0-or-later */
/* radix.h - a stable sort by 64-bit keys. */
#ifndef MG_RADIX_H
#define MG_RADIX_H

#include <string.h>

#include "mirrorgap/status.h"

typedef struct mg_radix_item {
    uint64_t key;
    uint32_t index; /* the caller's: what the key belongs to */
    uint32_t tag;   /* the caller's as well */
} mg_radix_item;

/* Sorts (*items)[0..n), n < 2^32, by key, equal keys in the order they come in. *items
 * and *work (n items each) may have changed places. Bits of the key that all items share
 * cost nothing. */
void mg_radix_sort(mg_radix_item **items, mg_radix_item **work, size_t n);

/* A key that sorts as the number does; not for NaN. */
static inline uint64_t mg_radix_number(double number)
{
    const uint64_t sign = UINT64_C(1) << 63;
    uint64_t bits;

    number += 0.0; /* -0 is 0 */
    memcpy(&bits, &number, sizeof bits);
    return (bits & sign) != 0 ? ~bits : bits | sign;
}

#endif
