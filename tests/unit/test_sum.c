/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sums against exact integers, in any order and in any number of parts. */
#include "mirrorgap/sum.h"
#include "testing.h"

enum { TERMS = 5000 };

static double terms[TERMS];

static void make_terms(uint64_t *seed, bool fractions)
{
    for (int i = 0; i < TERMS; i++) {
        double whole = (double)random_below(seed, 1ULL << (1 + random_below(seed, 46)));
        terms[i] = whole / (fractions ? 64 : 1);
        if (random_below(seed, 3) == 0)
            terms[i] = -terms[i];
    }
}

static double sum_of(const double *x, size_t n)
{
    mg_sum sum = {0};

    for (size_t i = 0; i < n; i++)
        mg_sum_add(&sum, x[i]);
    return mg_sum_value(&sum);
}

static void as_exact_integers(void **state)
{
    uint64_t seed = 1;

    (void)state;
    for (int round = 0; round < 40; round++) {
        bool fractions = round % 2 == 1;
        mg_i128 exact = 0;
        make_terms(&seed, fractions);
        for (int i = 0; i < TERMS; i++)
            exact += (mg_i128)(terms[i] * (fractions ? 64 : 1));
        double want = (double)exact / (fractions ? 64 : 1);
        assert_same_double(sum_of(terms, TERMS), want);
    }
}

/* Cents are not exact in binary: the sum is that of the doubles, within half a
 * unit of 2^-50 a term. */
static void as_long_double(void **state)
{
    uint64_t seed = 2;

    (void)state;
    for (int round = 0; round < 40; round++) {
        long double want = 0;
        for (int i = 0; i < TERMS; i++) {
            terms[i] = (double)random_below(&seed, 100000000) / 100;
            want += (long double)terms[i];
        }
        assert_near(sum_of(terms, TERMS), (double)want, 1e-9 * (double)want * 1e-6);
    }
}

static void order_and_parts_do_not_matter(void **state)
{
    uint64_t seed = 3;

    (void)state;
    for (int round = 0; round < 60; round++) {
        for (int i = 0; i < TERMS; i++)
            terms[i] = ldexp((double)random_below(&seed, 1ULL << 53),
                             (int)random_below(&seed, 60) - 52) *
                       (random_below(&seed, 2) ? 1 : -1);
        mg_sum all = {0};
        mg_sum merged = {0};
        for (int i = 0; i < TERMS; i++)
            mg_sum_add(&all, terms[i]);
        for (size_t i = TERMS - 1; i > 0; i--) {
            size_t k = random_below(&seed, i + 1);
            double swap = terms[i];
            terms[i] = terms[k];
            terms[k] = swap;
        }
        for (size_t i = 0; i < TERMS;) {
            mg_sum part = {0};
            size_t end = i + 1 + random_below(&seed, 700);
            for (; i < end && i < TERMS; i++)
                mg_sum_add(&part, terms[i]);
            mg_sum_merge(&merged, &part);
        }
        assert_true(merged.fixed == all.fixed);
        assert_same_double(mg_sum_value(&merged), mg_sum_value(&all));
    }
}

struct single_case {
    const char *name;
    double term, want;
};

static struct single_case single_cases[] = {
    {"zero", 0, 0},
    {"one cent", 0.01, 0.01},
    {"minus one cent", -0.01, -0.01},
    {"minus a third", -1.0 / 3, -1.0 / 3},
    {"below half a unit", 1e-17, 0},
    {"the largest term", 4611686018427387392.0, 4611686018427387392.0},
    {"the smallest term", -4611686018427387392.0, -4611686018427387392.0},
    {"beyond the domain", 4611686018427387904.0, 0},
    {"below the domain", -4611686018427387904.0, 0},
    {"infinity is ignored", INFINITY, 0},
    {"NaN is ignored", NAN, 0},
};

static void check_single(void **state)
{
    const struct single_case *c = *state;

    assert_near(sum_of(&c->term, 1), c->want, 4.5e-16); /* half of 2^-50 */
}

static void cancels_exactly(void **state)
{
    double x[] = {1e18, 0.1, -1e18, -0.1, 12345.678, -12345.678};

    (void)state;
    assert_same_double(sum_of(x, sizeof x / sizeof *x), 0);
}

int main(void)
{
    static struct suite s;

    suite_add(&s, "as exact integers", as_exact_integers, NULL);
    suite_add(&s, "as long double", as_long_double, NULL);
    suite_add(&s, "order and parts do not matter", order_and_parts_do_not_matter, NULL);
    suite_add(&s, "cancels exactly", cancels_exactly, NULL);
    SUITE_CASES(&s, single_cases, check_single);
    return suite_run("sum", &s);
}
