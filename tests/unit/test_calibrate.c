/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mirrorgap/calibrate.h"

#include <stdlib.h>

#include "testing.h"

enum { N = 6000 };

static double like[N];
static double p[N];
static double before[N];
static double scale[N];

/* p that are too small by a power, more so where `like` is small. */
static void make(uint64_t seed)
{
    for (int i = 0; i < N; i++) {
        like[i] = random_uniform(&seed);
        p[i] = before[i] = pow(random_uniform(&seed), 1 + 2 * (1 - like[i]));
    }
}

static double share_below(double level, double from, double to)
{
    double below = 0;
    double all = 0;

    for (int i = 0; i < N; i++)
        if (like[i] >= from && like[i] < to) {
            below += p[i] <= level;
            all++;
        }
    return below / all;
}

/* Uniform in every stratum, down to a tail that nothing was counted in. */
static void uniform_again(void **state)
{
    (void)state;
    make(1);
    assert_int_equal(mg_calibrate(N, like, p, NULL), MG_OK);
    for (double from = 0; from < 0.95; from += 0.25) {
        assert_near(share_below(0.5, from, from + 0.25), 0.5, 0.01);
        assert_near(share_below(0.1, from, from + 0.25), 0.1, 0.01);
        assert_near(share_below(0.01, from, from + 0.25), 0.008, 0.006);
    }
}

/* What is smaller stays smaller among cells that are alike. */
static void order_is_kept(void **state)
{
    (void)state;
    make(2);
    for (int i = 0; i < N; i++)
        like[i] = 1;
    assert_int_equal(mg_calibrate(N / 12, like, p, NULL), MG_OK); /* one stratum */
    for (int i = 0; i < N / 12; i++)
        for (int k = 0; k < N / 12; k++)
            if (before[i] < before[k])
                assert_true(p[i] < p[k]);
}

/* A few anomalies stay far out: they do not make room for themselves. */
static void anomalies_stand_out(void **state)
{
    (void)state;
    make(3);
    for (int i = 0; i < N; i += 200)
        p[i] = before[i] = 1e-30 * (1 + i);
    assert_int_equal(mg_calibrate(N, like, p, NULL), MG_OK);
    for (int i = 0; i < N; i += 200)
        assert_true(p[i] < 1e-3);
}

static void few_and_none(void **state)
{
    (void)state;
    make(4);
    p[7] = NAN;
    assert_int_equal(mg_calibrate(99, like, p, NULL), MG_OK);
    for (int i = 0; i < 99; i++)
        if (i == 7)
            assert_true(isnan(p[i]));
        else
            assert_same_double(p[i], before[i]);
    assert_int_equal(mg_calibrate(0, like, p, NULL), MG_OK);
    for (int i = 0; i < N; i++) /* all alike, all equal, 0 among them */
        p[i] = i == 0 ? 0 : 1;
    assert_int_equal(mg_calibrate(N, like, p, NULL), MG_OK);
    for (int i = 0; i < N; i++)
        assert_true(p[i] >= 0 && p[i] <= 1);
}

/* Weights of mean 1, the more the less a figure may stray. */
static void weights(void **state)
{
    double sum = 0;

    (void)state;
    make(5);
    for (int i = 0; i < N; i++) {
        scale[i] = 0.05 + like[i];
        p[i] = before[i] = 1e-9;
    }
    p[11] = NAN;
    assert_int_equal(mg_weigh_by_power(N, scale, p, NULL), MG_OK);
    assert_true(isnan(p[11]));
    for (int i = 0; i < N; i++) {
        if (i == 11)
            continue;
        sum += before[i] / p[i];
        assert_true(p[i] >= before[i] / 4.2);
        for (int k = 0; k < 50; k++)
            if (k != 11 && scale[i] < scale[k])
                assert_true(p[i] <= p[k]);
    }
    assert_near(sum / (N - 1), 1, 1e-9);
    p[0] = 0.9; /* never above 1 */
    scale[0] = 50;
    assert_int_equal(mg_weigh_by_power(N, scale, p, NULL), MG_OK);
    assert_same_double(p[0], 1);
}

int main(void)
{
    static struct suite s;

    suite_add(&s, "uniform again", uniform_again, NULL);
    suite_add(&s, "order is kept", order_is_kept, NULL);
    suite_add(&s, "anomalies stand out", anomalies_stand_out, NULL);
    suite_add(&s, "few and none", few_and_none, NULL);
    suite_add(&s, "weights", weights, NULL);
    return suite_run("calibrate", &s);
}
