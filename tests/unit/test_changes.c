/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mirrorgap/changes.h"

#include "testing.h"

static const double least = 0.01;
static double y[MG_CHANGES_MOST];
static uint16_t start[MG_CHANGES_MOST];

/* Noise of deviation 1 about a level that moves by `shift` at `at`, and back at `back`.
 */
static void make(size_t n, uint64_t seed, double shift, size_t at, size_t back)
{
    for (size_t i = 0; i < n; i++)
        y[i] = random_normal(&seed) + (i >= at && i < back ? shift : 0);
}

struct shift_case {
    const char *name;
    size_t n;
    double shift;
    size_t at, back, segments;
};

static struct shift_case shift_cases[] = {
    {"none, annual", 12, 0, 0, 0, 1},     {"none, monthly", 120, 0, 0, 0, 1},
    {"up for good", 60, 6, 30, 60, 2},    {"down for good", 60, -6, 41, 60, 2},
    {"for a year", 60, 6, 24, 36, 3},     {"a spike is none", 60, 40, 30, 31, 1},
    {"too short to tell", 3, 9, 1, 3, 1}, {"annual", 14, 8, 8, 14, 2},
};

static void shifted(void **state)
{
    const struct shift_case *c = *state;
    size_t right = 0;
    enum { WORLDS = 200 };

    for (uint64_t seed = 1; seed <= WORLDS; seed++) {
        make(c->n, seed, c->shift, c->at, c->back);
        const size_t segments = mg_changes_pelt(c->n, y, least, start);
        bool good = segments == c->segments && start[0] == 0;
        if (good && segments > 1)
            good = start[1] + 1U >= c->at && start[1] <= c->at + 1U;
        right += good;
    }
    /* a dozen figures tell their own deviation badly: mg_changes_p() is the judge */
    assert_true(right >= WORLDS * (c->n < 20 ? 8 : 9) / 10);
}

/* Against the definition: all ways to cut, by dynamic programming without pruning. */
static void slow_twin(void **state)
{
    enum { N = 40 };

    (void)state;
    for (uint64_t seed = 1; seed <= 50; seed++) {
        double best[N + 1];
        size_t last[N + 1];
        double steps[N];
        make(N, seed, 3, 15, 28);
        for (size_t i = 0; i < N; i++) /* no spikes, so that nothing is cut */
            y[i] = round(fmin(fmax(y[i], -1.5), 4.5) * 8) / 8;
        const size_t segments = mg_changes_pelt(N, y, least, start);
        for (size_t i = 1; i < N; i++)
            steps[i - 1] = fabs(y[i] - y[i - 1]);
        for (size_t i = 0; i + 1 < N; i++) /* an insertion sort is slow and obvious */
            for (size_t k = i; k > 0 && k < N - 1 && steps[k - 1] > steps[k]; k--) {
                double other = steps[k];
                steps[k] = steps[k - 1];
                steps[k - 1] = other;
            }
        const double s = 1.4826 * steps[(N - 1) / 2] / sqrt(2);
        best[0] = -3 * log(N);
        for (size_t to = 1; to <= N; to++) {
            best[to] = INFINITY;
            for (size_t from = 0; from + 2 <= to; from++) {
                double mean = 0;
                double sum = 0;
                for (size_t i = from; i < to; i++)
                    mean += y[i] / (double)(to - from);
                for (size_t i = from; i < to; i++)
                    sum += (y[i] - mean) * (y[i] - mean) / (s * s);
                if (best[from] + sum + 3 * log(N) < best[to] - 1e-9) {
                    best[to] = best[from] + sum + 3 * log(N);
                    last[to] = from;
                }
            }
        }
        size_t count = 0;
        for (size_t at = N; at > 0; at = last[at])
            assert_int_equal(start[segments - ++count], last[at]);
        assert_int_equal(count, segments);
    }
}

/* p of a segment chosen beforehand is far below 1 only where the level moved. */
static void level_p(void **state)
{
    double shift;
    size_t low = 0;

    (void)state;
    for (uint64_t seed = 1; seed <= 500; seed++) {
        make(30, seed, 0, 0, 0);
        low += mg_changes_p(30, y, least, 10, 16, &shift) <= 0.05;
    }
    assert_true(low <= 5);
    make(30, 7, 4, 10, 16);
    assert_true(mg_changes_p(30, y, least, 10, 16, &shift) < 1e-4);
    assert_near(shift, 4, 1.5);
    assert_same_double(mg_changes_p(30, y, least, 5, 5, &shift), 1);
    assert_true(isnan(shift));
    const uint16_t levels[] = {0, 10, 16};
    assert_near(mg_changes_deviation(30, y, levels, 3), 1, 0.3);
    for (int i = 0; i < 30; i++)
        y[i] = 2;
    assert_same_double(mg_changes_deviation(30, y, levels, 3), 0);
    assert_same_double(mg_changes_p(30, y, least, 0, 5, &shift), 1);
    assert_int_equal(mg_changes_pelt(30, y, least, start), 1);
    for (int i = 0; i < 30; i++) /* a clean step */
        y[i] = i < 20 ? 0 : 1;
    assert_int_equal(mg_changes_pelt(30, y, least, start), 2);
    assert_int_equal(start[1], 20);
    assert_true(mg_changes_p(30, y, least, 20, 30, &shift) < 1e-20);
}

/* The published run length of k 0.5, h 5: about 465 figures between false alarms. */
static void cusum(void **state)
{
    size_t since;
    double total = 0;
    uint64_t seed = 11;
    enum { RUNS = 400, LONG = 6000 };
    static double z[LONG];

    (void)state;
    for (int run = 0; run < RUNS; run++) {
        for (int i = 0; i < LONG; i++)
            z[i] = random_normal(&seed);
        total += (double)mg_changes_cusum(LONG, z, &since) + 1;
    }
    assert_near(total / RUNS, 465, 60);
    for (int i = 0; i < 60; i++)
        z[i] = i < 40 ? 0 : -1.5;
    assert_int_equal(mg_changes_cusum(60, z, &since), 45);
    assert_int_equal(since, 40);
    assert_int_equal(mg_changes_cusum(40, z, &since), 40);
}

int main(void)
{
    static struct suite s;

    SUITE_CASES(&s, shift_cases, shifted);
    suite_add(&s, "slow twin", slow_twin, NULL);
    suite_add(&s, "level p", level_p, NULL);
    suite_add(&s, "cusum", cusum, NULL);
    return suite_run("changes", &s);
}
