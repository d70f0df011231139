/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mirrorgap/benford.h"

#include "testing.h"

struct digit_case {
    const char *name;
    double figure;
    int digit; /* 0: passed over */
};

static struct digit_case digit_cases[] = {
    {"one", 1, 1},
    {"nine", 9.999, 9},
    {"ten", 10, 1},
    {"a thousand", 1000, 1},
    {"just below", 999.999, 9},
    {"cents", 0.07, 7},
    {"a large one", 3e22, 3},
    {"a small one", 1e-5, 1},
    {"nothing", 0, 0},
    {"negative", -5, 0},
    {"missing", NAN, 0},
    {"endless", INFINITY, 0},
};

static void first_digit(void **state)
{
    const struct digit_case *c = *state;
    mg_digits d = {0};

    mg_digits_add(&d, c->figure);
    for (int k = 0; k < MG_DIGITS; k++)
        assert_int_equal(d.count[k], c->digit == k + 1);
}

/* The quantiles of METHODS 5.8, from 200,000 simulations. */
struct quantile_case {
    const char *name;
    double u2, p;
};

static struct quantile_case quantile_cases[] = {
    {"n 100: median", 0.0608728, 0.5},  {"n 100: 90 %", 0.142721, 0.1},
    {"n 100: 95 %", 0.178423, 0.05},    {"n 100: 99 %", 0.262219, 0.01},
    {"n 10,000: 95 %", 0.178309, 0.05}, {"n 50: 99 %", 0.259124, 0.01},
};

static void quantile(void **state)
{
    const struct quantile_case *c = *state;

    assert_near(mg_benford_p(c->u2), c->p, 0.08 * c->p);
}

/* p is uniform where figures do follow the law, at a small n and at a larger one. */
static void law_holds(void **state)
{
    uint64_t seed = 1;

    (void)state;
    for (int n = 50; n <= 400; n += 350) {
        double below[2] = {0, 0};
        enum { WORLDS = 4000 };
        for (int w = 0; w < WORLDS; w++) {
            mg_digits d = {0};
            for (int i = 0; i < n; i++)
                mg_digits_add(&d, pow(10, 5 * random_uniform(&seed)));
            double p = mg_benford_p(mg_benford_u2(&d));
            below[0] += p <= 0.05;
            below[1] += p <= 0.5;
        }
        assert_near(below[0] / WORLDS, 0.05, 0.012);
        assert_near(below[1] / WORLDS, 0.5, 0.03);
    }
}

/* U^2 is the same from whichever digit the circle of nine is begun (Watson's property
 * holds for the law as well as for the counts): here, by hand, all figures are ones. */
static void by_hand(void **state)
{
    mg_digits d = {0};
    double s = 1;
    double sum = 0;
    double squares = 0;

    (void)state;
    for (int i = 0; i < 60; i++)
        mg_digits_add(&d, i % 2 == 0 ? 1.5 : 1500);
    for (int k = 0; k < 9; k++) {
        s = 1 - log10(k + 2.0);
        sum += s;
        squares += s * s;
    }
    assert_near(mg_benford_u2(&d), 60.0 / 9 * (squares - sum * sum / 9), 1e-12);
    assert_true(mg_benford_applies(&d));
    assert_true(mg_benford_p(mg_benford_u2(&d)) < 1e-6);
    assert_true(isnan(mg_benford_u2(&(mg_digits){.most = 0})));
    assert_true(isnan(mg_benford_p(NAN)));
    assert_same_double(mg_benford_p(0), 1);
    d.most = 1400;
    assert_false(mg_benford_applies(&d));
    d.most = 1500;
    d.count[0] = 49;
    assert_false(mg_benford_applies(&d));
}

int main(void)
{
    static struct suite s;

    SUITE_CASES(&s, digit_cases, first_digit);
    SUITE_CASES(&s, quantile_cases, quantile);
    suite_add(&s, "law holds", law_holds, NULL);
    suite_add(&s, "by hand", by_hand, NULL);
    return suite_run("benford", &s);
}
