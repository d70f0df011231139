/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mirrorgap/seasonal.h"

#include "testing.h"

enum { N = 60 };

static uint8_t month[N];
static double at[N];
static double y[N];
static double season[N];

static double true_season(int i)
{
    const double angle = 2 * M_PI * (i % 12 + 1) / 12;

    return 0.4 * cos(angle) - 0.2 * sin(angle) + 0.1 * sin(2 * angle);
}

static void make(uint64_t seed, double noise)
{
    for (int i = 0; i < N; i++) {
        double sum = -6;
        for (int k = 0; k < 12; k++)
            sum += ((double)(random_bits(&seed) >> 11) + 0.5) * 0x1p-53;
        month[i] = (uint8_t)(i % 12 + 1);
        at[i] = i;
        y[i] = 3 + 0.01 * i + true_season(i) + noise * sum;
    }
}

/* Exact without noise, near with it, and a few wild figures do not matter. */
static void found(void **state)
{
    (void)state;
    make(1, 0);
    mg_seasonal(N, month, at, y, season);
    for (int i = 0; i < N; i++)
        assert_near(season[i], true_season(i), 1e-4);
    make(2, 0.1);
    for (int i = 0; i < N; i += 9)
        y[i] += i % 2 == 0 ? 8 : -5;
    y[4] = NAN;
    mg_seasonal(N, month, at, y, season);
    for (int i = 0; i < N; i++)
        assert_near(season[i], true_season(i), 0.15);
    double sum = 0;
    for (int i = 0; i < 12; i++)
        sum += season[i];
    assert_near(sum, 0, 1e-9);
}

static void too_little(void **state)
{
    (void)state;
    make(3, 0.1);
    mg_seasonal(23, month, at, y, season);
    for (int i = 0; i < 23; i++)
        assert_same_double(season[i], 0);
    for (int i = 0; i < N; i++) /* half of the months only */
        y[i] = i % 12 < 6 ? y[i] : NAN;
    mg_seasonal(N, month, at, y, season);
    assert_same_double(season[0], 0);
    mg_seasonal(0, month, at, y, season);
}

int main(void)
{
    static struct suite s;

    suite_add(&s, "found", found, NULL);
    suite_add(&s, "too little", too_little, NULL);
    return suite_run("seasonal", &s);
}
