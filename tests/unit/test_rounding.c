/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mirrorgap/rounding.h"

#include "testing.h"

enum { N = 1000 };

static uint32_t reporter[N];
static double value[N];
static double p[N];

/* Six-digit figures without zeros at their ends. */
static void make(void)
{
    for (int i = 0; i < N; i++) {
        reporter[i] = (uint32_t)i % 2;
        value[i] = 100001 + 10 * i;
    }
}

struct rounding_case {
    const char *name;
    double value, want;
};

/* Beside 499 others of six digits, none round: no less than one in 10^t. */
static struct rounding_case rounding_cases[] = {
    {"no zero", 123456, 1},
    {"one", 123450, 0.1},
    {"three", 123000, 0.001},
    {"five", 100000, 0.00001},
    {"cents", 123000.5, 1},
    {"another length", 1230000, 10 * 0.0001 / 10},
    {"one digit", 7, 1},
    {"below 1", 0.5, NAN},
    {"nothing", 0, NAN},
    {"missing", NAN, NAN},
    {"beyond counting", 2e15, NAN},
};

static void rounded(void **state)
{
    const struct rounding_case *c = *state;

    make();
    value[10] = c->value;
    assert_int_equal(mg_rounding(N, reporter, 2, value, p, NULL), MG_OK);
    assert_near(p[10], c->want, 1e-15);
}

/* Who files thousands is not surprising in thousands, but is in millions. */
static void habits(void **state)
{
    (void)state;
    make();
    for (int i = 0; i < N; i += 2)
        value[i] = 1000 * (101 + i / 2 % 9 + 10 * (i % 80)); /* never four zeros */
    value[10] = 300000;
    assert_int_equal(mg_rounding(N, reporter, 2, value, p, NULL), MG_OK);
    assert_true(p[0] > 0.9);
    assert_near(p[10], 1e-5, 1e-20);
    reporter[7] = 2; /* alone: nothing is known of it */
    assert_int_equal(mg_rounding(N, reporter, 3, value, p, NULL), MG_OK);
    assert_true(isnan(p[7]));
    reporter[3] = 3;
    assert_int_equal(mg_rounding(N, reporter, 3, value, p, NULL), MG_E_RANGE);
    assert_int_equal(mg_rounding(0, reporter, 0, value, p, NULL), MG_OK);
}

/* Who files cents has one whole figure in a hundred by chance. */
static void cents(void **state)
{
    (void)state;
    make();
    for (int i = 0; i < N; i++)
        value[i] += 0.25;
    value[10] = 123000;
    assert_int_equal(mg_rounding(N, reporter, 2, value, p, NULL), MG_OK);
    assert_near(p[10], 1e-5, 1e-20);
    assert_near(p[12], 1, 0);
}

int main(void)
{
    static struct suite s;

    SUITE_CASES(&s, rounding_cases, rounded);
    suite_add(&s, "habits", habits, NULL);
    suite_add(&s, "cents", cents, NULL);
    return suite_run("rounding", &s);
}
