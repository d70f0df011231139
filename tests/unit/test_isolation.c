/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Isolation forest: outliers first, the same bits on any threads, odd inputs. */
#include "mirrorgap/isolation.h"
#include "mirrorgap/threads.h"
#include "testing.h"

enum { N = 3000, WIDTH = 3 };

/* Sums of twelve uniforms; every 100th row far out in one feature. */
static double *make(void)
{
    double *features = malloc((size_t)N * WIDTH * sizeof *features);
    uint64_t seed = 2;

    assert_non_null(features);
    for (size_t i = 0; i < (size_t)N * WIDTH; i++) {
        double sum = -6;
        for (int k = 0; k < 12; k++)
            sum += (double)(random_bits(&seed) >> 11) * 0x1p-53;
        features[i] = sum;
    }
    for (size_t i = 0; i < N; i += 100)
        features[i * WIDTH + i / 100 % WIDTH] = i % 200 ? -9 : 9;
    return features;
}

static void outliers_first(void **state)
{
    double *features = make();
    double *score = malloc(N * sizeof *score);
    double least = 1;
    size_t above = 0;

    (void)state;
    assert_non_null(score);
    assert_int_equal(mg_isolation_forest(N, WIDTH, features, 1, score, NULL), MG_OK);
    for (size_t i = 0; i < N; i++) {
        assert_true(score[i] > 0 && score[i] < 1);
        if (i % 100 == 0 && score[i] < least)
            least = score[i];
    }
    for (size_t i = 0; i < N; i++)
        above += i % 100 != 0 && score[i] >= least;
    assert_in_range(above, 0, N / 50);
    free(features);
    free(score);
}

static void same_bits_on_any_threads(void **state)
{
    double *features = make();
    double *first = malloc(N * sizeof *first);
    double *score = malloc(N * sizeof *score);

    (void)state;
    assert_true(first != NULL && score != NULL);
    mg_threads_set(1);
    assert_int_equal(mg_isolation_forest(N, WIDTH, features, 5, first, NULL), MG_OK);
    for (int threads = 2; threads <= 4; threads++) {
        mg_threads_set(threads);
        assert_int_equal(mg_isolation_forest(N, WIDTH, features, 5, score, NULL), MG_OK);
        assert_memory_equal(score, first, N * sizeof *score);
    }
    assert_int_equal(mg_isolation_forest(N, WIDTH, features, 6, score, NULL), MG_OK);
    assert_memory_not_equal(score, first, N * sizeof *score);
    free(features);
    free(first);
    free(score);
}

static void odd_inputs(void **state)
{
    static const double alike[20] = {0};
    static const double two[2] = {1, 2};
    double score[20];

    (void)state;
    assert_int_equal(mg_isolation_forest(0, 1, alike, 1, score, NULL), MG_OK);
    assert_int_equal(mg_isolation_forest(1, 1, alike, 1, score, NULL), MG_OK);
    assert_near(score[0], 0.5, 0);
    /* nothing to cut: every path is that of a search that fails, so 2^-1 */
    assert_int_equal(mg_isolation_forest(20, 1, alike, 1, score, NULL), MG_OK);
    for (int i = 0; i < 20; i++)
        assert_near(score[i], 0.5, 1e-15);
    assert_int_equal(mg_isolation_forest(2, 1, two, 1, score, NULL), MG_OK);
    assert_near(score[0], score[1], 0);
    assert_int_equal(mg_isolation_forest(2, 0, two, 1, score, NULL), MG_E_RANGE);
    assert_int_equal(mg_isolation_forest(2, 9, two, 1, score, NULL), MG_E_RANGE);
}

int main(void)
{
    static struct suite s;

    suite_add(&s, "outliers first", outliers_first, NULL);
    suite_add(&s, "the same bits on any threads", same_bits_on_any_threads, NULL);
    suite_add(&s, "odd inputs", odd_inputs, NULL);
    return suite_run("isolation", &s);
}
