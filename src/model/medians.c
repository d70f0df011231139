/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/medians.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "mirrorgap/mem.h"

/* Bits that sort as the values do. */
static uint64_t sort_bits(double value)
{
    uint64_t bits;

    value += 0.0; /* no -0 */
    memcpy(&bits, &value, sizeof bits);
    return bits >> 63 != 0 ? ~bits : bits | 1ULL << 63;
}

mg_status ordered_init(struct ordered *ordered, size_t n, const double *values,
                       mg_error *err)
{
    *ordered = (struct ordered){.items = mg_alloc(n, sizeof *ordered->items),
                                .spare = mg_alloc(n, sizeof *ordered->spare),
                                .rank = mg_alloc(n, sizeof *ordered->rank),
                                .values = values,
                                .n = n};
    if (ordered->items == NULL || ordered->spare == NULL || ordered->rank == NULL) {
        ordered_release(ordered);
        return mg_fail(err, MG_E_NOMEM, "cannot sort %zu values", n);
    }
    for (size_t i = 0; i < n; i++)
        ordered->items[i] = (mg_radix_item){sort_bits(values[i]), (uint32_t)i, 0};
    mg_radix_sort(&ordered->items, &ordered->spare, n);
    for (size_t i = 0; i < n; i++)
        ordered->rank[i] = ordered->items[i].index;
    return MG_OK;
}

void ordered_release(struct ordered *ordered)
{
    free(ordered->items);
    free(ordered->spare);
    free(ordered->rank);
    *ordered = (struct ordered){0};
}

static double middle(const struct ordered *ordered, size_t from, size_t n)
{
    double high = ordered->values[ordered->items[from + n / 2].index];

    if (n % 2 == 1)
        return high;
    return (ordered->values[ordered->items[from + n / 2 - 1].index] + high) / 2;
}

/* The median of |value - centre| over a sorted group: it takes the nearest values one by
 * one from both sides of the centre. */
static double spread(const struct ordered *ordered, size_t from, size_t n, double centre)
{
    size_t right = from;
    double last = 0;
    double before = 0;

    while (right < from + n && ordered->values[ordered->items[right].index] < centre)
        right++;
    size_t left = right;
    for (size_t taken = 0; taken <= n / 2; taken++) {
        double to_left = left > from
                             ? centre - ordered->values[ordered->items[left - 1].index]
                             : INFINITY;
        double to_right = right < from + n
                              ? ordered->values[ordered->items[right].index] - centre
                              : INFINITY;
        before = last;
        if (to_left < to_right) {
            last = to_left;
            left--;
        } else {
            last = to_right;
            right++;
        }
    }
    return n % 2 == 1 ? last : (before + last) / 2;
}

mg_status medians_make(struct ordered *ordered, median_key key, const void *self,
                       size_t least, bool with_mad, struct medians *medians,
                       mg_error *err)
{
    mg_status status = MG_OK;
    size_t end;

    for (size_t i = 0; i < ordered->n; i++)
        ordered->items[i] =
            (mg_radix_item){key(self, ordered->rank[i]), ordered->rank[i], 0};
    mg_radix_sort(&ordered->items, &ordered->spare, ordered->n);
    for (size_t from = 0; status == MG_OK && from < ordered->n; from = end) {
        uint64_t here = ordered->items[from].key;
        for (end = from + 1; end < ordered->n && ordered->items[end].key == here;)
            end++;
        if (end - from < least)
            continue;
        status = mg_grow((void **)&medians->items, &medians->room, medians->n + 1,
                         sizeof *medians->items, err);
        if (status != MG_OK)
            break;
        double value = middle(ordered, from, end - from);
        double mad = with_mad ? spread(ordered, from, end - from, value) : NAN;
        medians->items[medians->n++] =
            (struct median){here, value, mad, (uint32_t)(end - from)};
    }
    return status;
}

const struct median *medians_find(const struct medians *medians, uint64_t key)
{
    size_t low = 0;
    size_t high = medians->n;

    while (low < high) {
        size_t middle_one = low + (high - low) / 2;
        if (medians->items[middle_one].key < key)
            low = middle_one + 1;
        else
            high = middle_one;
    }
    return low < medians->n && medians->items[low].key == key ? &medians->items[low]
                                                              : NULL;
}

void medians_release(struct medians *medians)
{
    free(medians->items);
    *medians = (struct medians){0};
}
