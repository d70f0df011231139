/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mirrorgap/rounding.h"

#include <math.h>
#include <stdlib.h>

#include "mirrorgap/mem.h"

enum { DIGITS = 16 };

static const double most = 1e15; /* doubles are whole numbers up to there, and to 2^53 */
static const double drawn = 10;  /* values that the prior counts for */

static const double cents = 0.01; /* nobody files less: so many are whole by chance */

/* One reporter: its values by number of digits and of zeros at the end, and then how
 * many have at least so many zeros; row 0 counts all lengths. */
struct counts {
    uint32_t of[DIGITS + 1][DIGITS + 1];
    uint32_t whole; /* of them without cents */
};

/* Digits before the point, and zeros at their end; false: no figure to judge. */
static bool look_at(double value, int *digits, int *zeros)
{
    if (!(value >= 1) || value > most)
        return false;
    const uint64_t whole = (uint64_t)value;
    const bool fraction = (double)whole != value;
    bool ended = fraction;

    *digits = 0;
    *zeros = 0;
    for (uint64_t rest = whole; rest > 0; rest /= 10) {
        ended = ended || rest % 10 != 0;
        *zeros += !ended;
        ++*digits;
    }
    return true;
}

static void at_least(struct counts *c)
{
    for (int d = 1; d <= DIGITS; d++)
        for (int t = DIGITS; t > 0; t--)
            c->of[d][t - 1] += c->of[d][t];
    for (int d = 1; d <= DIGITS; d++)
        for (int t = 0; t <= DIGITS; t++)
            c->of[0][t] += c->of[d][t];
}

/* Without the value itself. */
static double chance(const struct counts *c, int digits, int zeros)
{
    const double others = c->of[0][0] - 1.0;
    if (others < drawn) /* nothing is known of the reporter's ways */
        return NAN;
    const double share = (c->of[0][zeros] - 1.0) / others;
    const double whole = fmax((c->whole - 1.0) / others, cents);
    const double by_chance = zeros > 0 ? whole * pow(10, -zeros) : 1;
    const double prior = fmax(by_chance, share);

    return fmax((drawn * prior + c->of[digits][zeros] - 1) /
                    (drawn + c->of[digits][0] - 1),
                by_chance);
}

static double at_most_1(double p)
{
    return p > 1 ? 1 : p; /* NaN stays */
}

mg_status mg_rounding(size_t n, const uint32_t *reporter, uint32_t reporters,
                      const double *value, double *p, mg_error *err)
{
    struct counts *counts = mg_alloc_zero(reporters, sizeof *counts);
    int digits;
    int zeros;

    if (counts == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot count the digits of %u reporters",
                       reporters);
    for (size_t i = 0; i < n; i++) {
        if (reporter[i] >= reporters) {
            free(counts);
            return mg_fail(err, MG_E_RANGE, "value %zu has a reporter out of range", i);
        }
        if (look_at(value[i], &digits, &zeros)) {
            counts[reporter[i]].of[digits][zeros]++;
            counts[reporter[i]].whole += floor(value[i]) == value[i];
        }
    }
    for (uint32_t r = 0; r < reporters; r++)
        at_least(&counts[r]);
    for (size_t i = 0; i < n; i++)
        p[i] = look_at(value[i], &digits, &zeros)
                   ? at_most_1(chance(&counts[reporter[i]], digits, zeros))
                   : NAN;
    free(counts);
    return MG_OK;
}
