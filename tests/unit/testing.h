/* SPDX-License-Identifier: GPL-3.0-or-later */
/* testing.h - what the unit tests share: tables of named cases for cmocka, doubles
 * compared as bits, and numbers at random that are the same on every run. */
#ifndef MG_TESTING_H
#define MG_TESTING_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "mirrorgap/table.h"

enum { SUITE_MAX = 256 };

struct suite {
    struct CMUnitTest tests[SUITE_MAX];
    size_t n;
};

static inline void suite_add(struct suite *suite, const char *name, CMUnitTestFunction f,
                             void *state)
{
    if (suite->n == SUITE_MAX)
        abort();
    suite->tests[suite->n++] =
        (struct CMUnitTest){.name = name, .test_func = f, .initial_state = state};
}

/* One test for each case of a table whose items start with `const char *name`. */
static inline void suite_cases(struct suite *suite, void *cases, size_t n, size_t size,
                               CMUnitTestFunction f)
{
    for (size_t i = 0; i < n; i++) {
        char *item = (char *)cases + i * size;
        const char *name;
        memcpy(&name, item, sizeof name);
        suite_add(suite, name, f, item);
    }
}

#define SUITE_CASES(suite, cases, f)                                                     \
    suite_cases(suite, cases, sizeof(cases) / sizeof *(cases), sizeof *(cases), f)

static inline int suite_run(const char *name, const struct suite *suite)
{
    return _cmocka_run_group_tests(name, suite->tests, suite->n, NULL, NULL);
}

/* splitmix64 (Vigna): the state is any number. */
static inline uint64_t random_bits(uint64_t *state)
{
    uint64_t z = (*state += 0x9e3779b97f4a7c15ULL);

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ z >> 27) * 0x94d049bb133111ebULL;
    return z ^ z >> 31;
}

static inline uint64_t random_below(uint64_t *state, uint64_t n)
{
    return random_bits(state) % n;
}

/* Uniform on (0, 1), never an end. */
static inline double random_uniform(uint64_t *state)
{
    return ((double)(random_bits(state) >> 11) + 0.5) * 0x1p-53;
}

/* Standard normal, by Box and Muller. */
static inline double random_normal(uint64_t *state)
{
    const double radius = sqrt(-2 * log(random_uniform(state)));

    return radius * cos(2 * M_PI * random_uniform(state));
}

static inline bool same_bits(double a, double b)
{
    return memcmp(&a, &b, sizeof a) == 0 || (isnan(a) && isnan(b));
}

/* cmocka 1.1.5 compares doubles as floats. NaN is near NaN. */
#define assert_near(got, want, tolerance)                                                \
    do {                                                                                 \
        double got_ = (got), want_ = (want);                                             \
        if (!(fabs(got_ - want_) <= (tolerance)) && !(isnan(got_) && isnan(want_)))      \
            fail_msg("%s is %.17g, not %.17g", #got, got_, want_);                       \
    } while (0)

#define assert_same_double(got, want)                                                    \
    do {                                                                                 \
        double got_ = (got), want_ = (want);                                             \
        if (!same_bits(got_, want_))                                                     \
            fail_msg("%s is %.17g, not %.17g", #got, got_, want_);                       \
    } while (0)

static inline mg_cell cell_of(const char *text)
{
    return (mg_cell){text, strlen(text)};
}

static inline uint32_t hs_of(const char *text)
{
    uint32_t hs = 0;

    if (!mg_hs_pack(cell_of(text), &hs))
        abort();
    return hs;
}

static inline int by_value(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Sorts v. */
static inline double slow_median(double *v, size_t n)
{
    qsort(v, n, sizeof *v, by_value);
    if (n == 0)
        return NAN;
    return n % 2 ? v[n / 2] : (v[n / 2 - 1] + v[n / 2]) / 2;
}

/* The field-wise equality of rows; padding aside. */
static inline bool same_row(const mg_row *a, const mg_row *b)
{
    return a->period == b->period && a->exporter == b->exporter &&
           a->importer == b->importer && a->hs == b->hs && a->source == b->source &&
           a->vintage == b->vintage && a->partner2 == b->partner2 &&
           a->customs == b->customs && a->mot == b->mot && a->mos == b->mos &&
           a->flags == b->flags && a->edition == b->edition && a->flow == b->flow &&
           a->unit == b->unit && same_bits(a->value_usd, b->value_usd) &&
           same_bits(a->kg, b->kg) && same_bits(a->qty, b->qty) &&
           same_bits(a->cif_usd, b->cif_usd) && same_bits(a->fob_usd, b->fob_usd);
}

#endif
