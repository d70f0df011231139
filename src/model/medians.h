/* SPDX-License-Identifier: GPL-3.0-or-later */
/* medians.h - exact medians of values in groups, found again by the group's key. */
#ifndef MG_MODEL_MEDIANS_H
#define MG_MODEL_MEDIANS_H

#include "mirrorgap/radix.h"

struct median {
    uint64_t key;
    double value;
    double mad; /* median absolute deviation from value; NaN where not asked for */
    uint32_t n;
};

/* Sorted by key. */
struct medians {
    struct median *items;
    size_t n, room;
};

/* Values put in order once, to be grouped in several ways. */
struct ordered {
    mg_radix_item *items, *spare; /* n each */
    uint32_t *rank;               /* rank[i]: number of the i-th smallest value */
    const double *values;
    size_t n;
};

/* Puts values[0..n), none NaN, in order; they stay the caller's and must stay. */
MG_MUST_CHECK mg_status ordered_init(struct ordered *ordered, size_t n,
                                     const double *values, mg_error *err);
void ordered_release(struct ordered *ordered);

/* The median of each group of at least `least` values; key(self, i) is the group of
 * value i. */
typedef uint64_t (*median_key)(const void *self, size_t i);
MG_MUST_CHECK mg_status medians_make(struct ordered *ordered, median_key key,
                                     const void *self, size_t least, bool with_mad,
                                     struct medians *medians, mg_error *err);
const struct median *medians_find(const struct medians *medians, uint64_t key);
void medians_release(struct medians *medians);

#endif
