/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mirrorgap/evidence.h"

#include "testing.h"

enum { GROUPS = 60, SERIES = 40, T = 5, N = GROUPS * SERIES * T };

static uint32_t group[N];
static uint32_t series[N];
static double residual[N];
static double scale[N];
static double p[N];
static double x[N];
static double m[N];
static mg_evidence found[GROUPS];

/* Groups differ a little, series more, cells most. */
static void make(uint64_t seed)
{
    for (int i = 0; i < N; i++) {
        static double of_group;
        static double of_series;
        of_group = i % (SERIES * T) == 0 ? 0.02 * random_normal(&seed) : of_group;
        of_series = i % T == 0 ? 0.1 * random_normal(&seed) : of_series;
        group[i] = (uint32_t)(i / (SERIES * T));
        series[i] = (uint32_t)(i / T);
        residual[i] = of_group + of_series + 0.2 * random_normal(&seed);
        scale[i] = 0.2;
        p[i] = ((double)(random_bits(&seed) >> 11) + 0.5) * 0x1p-53;
        x[i] = pow(10, 3 + 4 * p[i]);
        m[i] = NAN;
    }
}

static void run(void)
{
    const mg_evidence_cells cells = {.n = N,
                                     .groups = GROUPS,
                                     .group = group,
                                     .series = series,
                                     .residual = residual,
                                     .scale = scale,
                                     .p = p,
                                     .x = x,
                                     .m = m};

    assert_int_equal(mg_evidence_weigh(&cells, found, NULL), MG_OK);
}

/* The group with the least p. */
static uint32_t first(void)
{
    uint32_t best = 0;

    for (uint32_t g = 1; g < GROUPS; g++)
        best = found[g].p < found[best].p ? g : best;
    return best;
}

/* 18 % missing in each of 200 cells, none of which strays by more than what is
 * usual: together they stand out. */
static void small_and_many(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 5; seed++) {
        make(seed);
        for (int i = 0; i < N; i++)
            residual[i] += group[i] == 17 ? 0.2 : 0;
        run();
        assert_int_equal(first(), 17);
        assert_true(found[17].p < 0.02);
        assert_int_equal(found[17].strongest, MG_EVIDENCE_GAP);
        assert_near(found[17].mean, 0.2, 0.1);
    }
}

static void many_surprises(void **state)
{
    (void)state;
    make(6);
    for (int i = 0; i < N; i++)
        if (group[i] == 23 && i % 5 == 0)
            p[i] = 0.01;
    run();
    assert_int_equal(first(), 23);
    assert_int_equal(found[23].strongest, MG_EVIDENCE_CELLS);
    assert_true(found[23].p < 1e-6);
    assert_true(found[23].surprising >= 40 && found[23].scored == SERIES * T);
}

/* Nothing wrong: p is uniform or larger. */
static void nothing(void **state)
{
    double below[2] = {0, 0};
    enum { WORLDS = 30 };

    (void)state;
    for (uint64_t seed = 10; seed < 10 + WORLDS; seed++) {
        make(seed);
        run();
        for (int g = 0; g < GROUPS; g++) {
            assert_true(found[g].p >= 0 && found[g].p <= 1);
            below[0] += found[g].p <= 0.05;
            below[1] += found[g].p <= 0.01;
        }
    }
    assert_true(below[0] / (WORLDS * GROUPS) <= 0.06);
    assert_true(below[1] / (WORLDS * GROUPS) <= 0.015);
}

/* A flow of many years counts once: its cells say one thing. */
static void series_count_once(void **state)
{
    (void)state;
    make(50);
    for (int i = 0; i < N; i++)
        if (group[i] == 5) {
            series[i] = 5; /* all of one flow */
            residual[i] = 0.3;
        }
    run();
    assert_int_equal(found[5].series, 1);
    assert_near(found[5].mean, 0.3, 1e-12);
    assert_true(isnan(found[5].test[MG_EVIDENCE_DIGITS]));
}

static void odd_input(void **state)
{
    const mg_evidence_cells none = {.n = 0};

    (void)state;
    make(60);
    for (int i = 0; i < N; i++)
        if (group[i] == 0)
            residual[i] = p[i] = x[i] = NAN;
    run();
    assert_true(isnan(found[0].p) && isnan(found[0].mean));
    assert_int_equal(found[0].strongest, -1);
    assert_int_equal(mg_evidence_weigh(&none, found, NULL), MG_OK);
    group[3] = GROUPS;
    const mg_evidence_cells bad = {.n = N, .groups = GROUPS, .group = group};
    assert_int_equal(mg_evidence_weigh(&bad, found, NULL), MG_E_RANGE);
}

int main(void)
{
    static struct suite s;

    suite_add(&s, "small and many", small_and_many, NULL);
    suite_add(&s, "many surprises", many_surprises, NULL);
    suite_add(&s, "nothing", nothing, NULL);
    suite_add(&s, "series count once", series_count_once, NULL);
    suite_add(&s, "odd input", odd_input, NULL);
    return suite_run("evidence", &s);
}
