/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mirrorgap/lts.h"

#include "testing.h"

/* Brownlee's stack loss: air flow, water temperature, acid concentration, loss. */
static const double stackloss[21][4] = {
    {80, 27, 89, 42}, {80, 27, 88, 37}, {75, 25, 90, 37}, {62, 24, 87, 28},
    {62, 22, 87, 18}, {62, 23, 87, 18}, {62, 24, 93, 19}, {62, 24, 93, 20},
    {58, 23, 87, 15}, {58, 18, 80, 14}, {58, 18, 89, 14}, {58, 17, 88, 13},
    {58, 18, 82, 11}, {58, 19, 93, 12}, {50, 18, 89, 8},  {50, 18, 86, 7},
    {50, 19, 72, 8},  {50, 19, 79, 8},  {50, 20, 80, 9},  {56, 20, 82, 15},
    {70, 20, 91, 15}};

/* Published (METHODS 5.4): -37.6525 .7977 .5773 -.0671, outliers 1, 3, 4, 21, h 13. */
static void published(void **state)
{
    static const double want[] = {-37.6525, 0.7977, 0.5773, -0.0671};
    double x[21 * 4];
    double y[21];
    uint8_t outlier[21];
    mg_lts_fit fit;

    (void)state;
    for (int i = 0; i < 21; i++) {
        x[i * 4] = 1;
        for (int a = 0; a < 3; a++)
            x[i * 4 + a + 1] = stackloss[i][a];
        y[i] = stackloss[i][3];
    }
    assert_int_equal(mg_lts(21, 4, x, y, &fit, outlier, NULL), MG_OK);
    assert_int_equal(fit.h, 13);
    for (int a = 0; a < 4; a++)
        assert_near(fit.beta[a], want[a], 1e-4);
    assert_int_equal(fit.outliers, 4);
    for (int i = 0; i < 21; i++)
        assert_int_equal(outlier[i], i == 0 || i == 2 || i == 3 || i == 20);
}

/* 40 % of the figures are wrong, and all in one direction. */
static void breakdown(void **state)
{
    enum { N = 120 };
    double x[N * 2];
    double y[N];
    mg_lts_fit fit;

    (void)state;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        uint64_t s = seed;
        for (int i = 0; i < N; i++) {
            x[i * 2] = 1;
            x[i * 2 + 1] = 10 * random_uniform(&s);
            y[i] = 2 + 3 * x[i * 2 + 1] + 0.2 * (random_uniform(&s) - 0.5);
            if (i % 5 < 2)
                y[i] -= 20 + 5 * random_uniform(&s);
        }
        assert_int_equal(mg_lts(N, 2, x, y, &fit, NULL, NULL), MG_OK);
        assert_near(fit.beta[0], 2, 0.1);
        assert_near(fit.beta[1], 3, 0.02);
        assert_int_equal(fit.outliers, 2 * N / 5);
        assert_true(fit.scale > 0.04 && fit.scale < 0.12);
    }
}

/* Against the definition: of all halves of a few rows, the one that fits best. */
static void slow_twin(void **state)
{
    enum { N = 9 };
    double y[N];
    double x[N];
    mg_lts_fit fit;

    (void)state;
    for (uint64_t seed = 1; seed <= 100; seed++) {
        uint64_t s = seed;
        double best = INFINITY;
        for (int i = 0; i < N; i++) {
            x[i] = 1;
            y[i] = random_uniform(&s) + (i < 3 ? 5 : 0);
        }
        assert_int_equal(mg_lts(N, 1, x, y, &fit, NULL, NULL), MG_OK);
        for (unsigned set = 0; set < 1U << N; set++) {
            double mean = 0;
            double sum = 0;
            if (__builtin_popcount(set) != (int)fit.h)
                continue;
            for (int i = 0; i < N; i++)
                mean += (set >> i & 1) != 0 ? y[i] / (double)fit.h : 0;
            for (int i = 0; i < N; i++)
                sum += (set >> i & 1) != 0 ? (y[i] - mean) * (y[i] - mean) : 0;
            best = fmin(best, sum);
        }
        assert_near(fit.objective, best, 1e-12);
    }
}

static void odd_input(void **state)
{
    double x[20];
    double y[20];
    mg_lts_fit fit;

    (void)state;
    for (int i = 0; i < 20; i++) {
        x[i] = 1;
        y[i] = i;
    }
    assert_int_equal(mg_lts(4, 2, x, y, &fit, NULL, NULL), MG_E_RANGE);
    assert_int_equal(mg_lts(9, 0, x, y, &fit, NULL, NULL), MG_E_RANGE);
    assert_int_equal(mg_lts(10, 2, x, y, &fit, NULL, NULL), MG_E_RANGE); /* one point */
    for (int i = 0; i < 20; i++)
        y[i] = 3;
    assert_int_equal(mg_lts(20, 1, x, y, &fit, NULL, NULL), MG_OK);
    assert_near(fit.beta[0], 3, 1e-12);
    assert_near(fit.scale, 0, 1e-12);
}

int main(void)
{
    static struct suite s;

    suite_add(&s, "published", published, NULL);
    suite_add(&s, "breakdown", breakdown, NULL);
    suite_add(&s, "slow twin", slow_twin, NULL);
    suite_add(&s, "odd input", odd_input, NULL);
    return suite_run("lts", &s);
}
