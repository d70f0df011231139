/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sum.h - a sum of doubles that does not depend on the order of its terms.
 *
 * Each term is rounded once to a multiple of 2^-50 (less than 1e-15 of a
 * dollar) and added as a 128-bit integer. Integer addition is associative, so
 * any number of threads, chunks or machines gives the same bits.
 *
 * Domain: finite terms of magnitude below 2^62; the sum must stay below 2^76
 * (7e22). Terms outside are ignored: callers refuse such values on reading. */
#ifndef MG_SUM_H
#define MG_SUM_H

#include <math.h>
#include <stdint.h>

__extension__ typedef __int128 mg_i128;

enum { MG_SUM_BITS = 50 };
#define MG_SUM_TERM_MAX 4611686018427387904.0 /* 2^62 */

typedef struct mg_sum {
    mg_i128 fixed; /* the sum in units of 2^-50 */
} mg_sum;

static inline void mg_sum_add(mg_sum *sum, double term)
{
    if (!(fabs(term) < MG_SUM_TERM_MAX))
        return;
    double whole = floor(term);
    double part = term - whole; /* exact: both share the exponent range */
    sum->fixed += (mg_i128)(int64_t)whole * ((mg_i128)1 << MG_SUM_BITS) +
                  (mg_i128)llrint(part * (double)(1LL << MG_SUM_BITS));
}

static inline void mg_sum_merge(mg_sum *sum, const mg_sum *other)
{
    sum->fixed += other->fixed;
}

/* The sum, rounded to the nearest double. */
static inline double mg_sum_value(const mg_sum *sum)
{
    return ldexp((double)sum->fixed, -MG_SUM_BITS);
}

#endif
