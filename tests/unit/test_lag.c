/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lags of simulated months: known ones are found, and chance seldom makes one. */
#include "mirrorgap/lag.h"

#include "testing.h"

enum { MOST = 3, MONTHS_MOST = 120 };

/* Normal enough: twelve uniform numbers. */
static double draw(uint64_t *seed)
{
    double sum = -6;

    for (int i = 0; i < 12; i++)
        sum += (double)(random_bits(seed) >> 11) / 9007199254740992.0;
    return sum;
}

/* Shipments of n months, each about independent of the one before; what arrives `lag`
 * months later, dearer by a tenth and with noise of its own. */
static void simulate(uint64_t *seed, size_t n, unsigned lag, double noise, double *x,
                     double *m)
{
    for (size_t t = 0; t < n; t++)
        x[t] = exp(10 + 0.5 * draw(seed));
    for (size_t t = 0; t < n; t++) {
        double sent = t >= lag ? x[t - lag] : exp(10 + 0.5 * draw(seed));
        m[t] = 1.1 * sent * exp(noise * draw(seed));
    }
}

struct lag_case {
    const char *name;
    size_t months;
    unsigned lag;
    double noise; /* of ln(m), where ln(x) scatters by 0.5 */
    double found; /* share of 1,000 series, at least */
};

static struct lag_case lag_cases[] = {
    {"none, two years", 24, 0, 0.1, 0.999},
    {"one month, two years", 24, 1, 0.1, 0.99},
    {"two months, two years", 24, 2, 0.1, 0.99},
    {"three months, two years", 24, 3, 0.1, 0.99},
    {"one month, ten years of noise", 120, 1, 0.3, 0.99},
    {"three months, ten years of noise", 120, 3, 0.3, 0.99},
    {"none, ten years of noise", 120, 0, 0.3, 0.999},
    {"the fewest months", MG_LAG_MONTHS_LEAST + MOST, 2, 0.05, 0.99},
};

static void check_lag(void **state)
{
    const struct lag_case *c = *state;
    double x[MONTHS_MOST];
    double m[MONTHS_MOST];
    double work[MONTHS_MOST];
    uint64_t seed = 1;
    int found = 0;

    for (int i = 0; i < 1000; i++) {
        simulate(&seed, c->months, c->lag, c->noise, x, m);
        found += mg_lag_fit(c->months, x, m, MOST, work) == c->lag;
    }
    if (found < c->found * 1000)
        fail_msg("found in %d of 1000", found);
}

/* 60 months of countries whose reports have nothing to do with each other: were four lags
 * as good, 750 of 1,000 would get one; that each must be better by a tenth leaves fewer.
 * So a fitted lag says little where the reports do not agree anyway. Where they
 * belong together and months are much like their neighbours, hardly any gets one. */
static void chance(void **state)
{
    double x[60];
    double m[60];
    double work[60];
    uint64_t seed = 9;
    int strangers = 0;
    int slow = 0;

    (void)state;
    for (int i = 0; i < 1000; i++) {
        for (int t = 0; t < 60; t++) {
            x[t] = exp(10 + 0.5 * draw(&seed));
            m[t] = exp(10 + 0.5 * draw(&seed));
        }
        strangers += mg_lag_fit(60, x, m, MOST, work) != 0;
        /* a stock that drifts: neighbours are alike, so that lags are hard to tell */
        for (int t = 0; t < 60; t++) {
            x[t] = (t > 0 ? x[t - 1] : 20000) * exp(0.1 * draw(&seed));
            m[t] = x[t] * exp(0.1 * draw(&seed));
        }
        slow += mg_lag_fit(60, x, m, MOST, work) != 0;
    }
    if (strangers > 600) /* 562 when this was written */
        fail_msg("%d of 1000 strangers have a lag", strangers);
    if (slow > 25) /* 12 */
        fail_msg("%d of 1000 slow series have a lag", slow);
}

struct short_case {
    const char *name;
    size_t months;
    size_t gaps; /* months of x that are missing, from the start on */
    unsigned most, want;
};

static struct short_case short_cases[] = {
    {"no month", 0, 0, MOST, MG_LAG_UNKNOWN},
    {"a year", 12, 0, MOST, MG_LAG_UNKNOWN},
    {"one too few for the longest lag", 14, 0, MOST, MG_LAG_UNKNOWN},
    {"just enough", 15, 0, MOST, 1},
    {"a year is enough where no lag is tried", 12, 0, 0, 0},
    {"missing months do not count", 20, 6, MOST, MG_LAG_UNKNOWN},
    {"enough without them", 21, 6, MOST, 1},
};

static void check_short(void **state)
{
    const struct short_case *c = *state;
    double x[32];
    double m[32];
    double work[32];

    for (size_t t = 0; t < c->months; t++) {
        x[t] = t < c->gaps ? NAN : 100 + 37 * (double)(t * t % 11);
        m[t] = t == 0 ? 100 : 110 + 40.7 * (double)((t - 1) * (t - 1) % 11);
    }
    assert_int_equal(mg_lag_fit(c->months, x, m, c->most, work), c->want);
}

/* Zeros and negative figures are no months. */
static void zeros(void **state)
{
    double x[24];
    double m[24];
    double work[24];

    (void)state;
    for (int t = 0; t < 24; t++) {
        x[t] = t % 2 ? 0 : 5;
        m[t] = 5;
    }
    assert_int_equal(mg_lag_fit(24, x, m, MOST, work), MG_LAG_UNKNOWN);
    assert_int_equal(mg_lag_fit(24, m, m, MOST, work), 0); /* no scatter at any lag */
}

int main(void)
{
    static struct suite s;

    SUITE_CASES(&s, lag_cases, check_lag);
    suite_add(&s, "chance", chance, NULL);
    SUITE_CASES(&s, short_cases, check_short);
    suite_add(&s, "zeros", zeros, NULL);
    return suite_run("lag", &s);
}
