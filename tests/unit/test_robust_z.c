/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Robust z against a twin that sorts. */
#include "mirrorgap/median.h"
#include "mirrorgap/robust_z.h"
#include "mirrorgap/threads.h"
#include "testing.h"

static void slow_z(size_t n, const uint64_t *group, const double *v, size_t least,
                   double *z)
{
    double *own = malloc((n + 1) * sizeof *own);

    assert_non_null(own);
    for (size_t i = 0; i < n; i++) {
        size_t size = 0;
        for (size_t k = 0; k < n; k++)
            if (group[k] == group[i])
                own[size++] = v[k];
        double median = slow_median(own, size);
        for (size_t k = 0; k < size; k++)
            own[k] = fabs(own[k] - median);
        double mad = slow_median(own, size);
        z[i] = size >= least && mad > 0 ? 0.6744897501960817 * (v[i] - median) / mad : 0;
    }
    free(own);
}

static void median_as_sorted(void **state)
{
    uint64_t seed = 1;
    enum { MOST = 400 };
    double v[MOST];
    double w[MOST];

    (void)state;
    for (int round = 0; round < 20000; round++) {
        size_t n = random_below(&seed, round % 10 ? 30 : MOST);
        unsigned kind = (unsigned)random_below(&seed, 4);
        for (size_t i = 0; i < n; i++) {
            v[i] = kind == 0   ? (double)random_below(&seed, 3) /* ties */
                   : kind == 1 ? (double)i                      /* sorted */
                   : kind == 2 ? -(double)i
                               : (double)random_bits(&seed) - 9e18;
        }
        memcpy(w, v, n * sizeof *v);
        assert_same_double(mg_median(v, n), slow_median(w, n));
        qsort(v, n, sizeof *v, by_value); /* only reordered */
        assert_memory_equal(v, w, n * sizeof *v);
    }
}

struct z_case {
    const char *name;
    size_t n, groups, least;
    int kind; /* 0 any, 1 ties, 2 all equal, 3 one outlier in a constant group */
};

static struct z_case z_cases[] = {
    {"nothing", 0, 1, 5, 0},
    {"one", 1, 1, 1, 0},
    {"one group", 501, 1, 5, 0},
    {"many groups", 1500, 300, 5, 0},
    {"ties", 1500, 100, 5, 1},
    {"MAD 0", 1000, 20, 5, 2},
    {"MAD 0, an outlier", 600, 20, 5, 3},
    {"below the least size", 600, 200, 5, 0},
    {"least 4", 800, 200, 4, 1},
    {"least 1", 300, 200, 1, 0},
};

static void check_z(void **state)
{
    const struct z_case *c = *state;
    uint64_t seed = c->n + c->groups;
    uint64_t *group = malloc((c->n + 1) * sizeof *group);
    double *v = malloc((c->n + 1) * sizeof *v);
    double *want = malloc((c->n + 1) * sizeof *want);
    double *z = malloc((c->n + 1) * sizeof *z);

    assert_true(group != NULL && v != NULL && want != NULL && z != NULL);
    for (size_t i = 0; i < c->n; i++) {
        group[i] = random_below(&seed, c->groups) * 0x9e3779b97f4a7c15ULL;
        v[i] = c->kind == 0   ? (double)(random_bits(&seed) >> 40) / 1e6 - 8
               : c->kind == 1 ? (double)random_below(&seed, 4)
               : c->kind == 2 ? 3.25
                              : (i < c->groups ? 7 : 3.25);
    }
    slow_z(c->n, group, v, c->least, want);
    for (int threads = 1; threads <= 4; threads *= 2) {
        mg_threads_set(threads);
        memset(z, 0x7f, (c->n + 1) * sizeof *z);
        assert_int_equal(mg_robust_z(c->n, group, v, c->least, z, NULL), MG_OK);
        for (size_t i = 0; i < c->n; i++)
            assert_true(z[i] == want[i]);
    }
    free(group);
    free(v);
    free(want);
    free(z);
}

/* One group by itself: also with no room to spare in `work`. */
static void one_group(void **state)
{
    uint64_t seed = 4;

    (void)state;
    for (int round = 0; round < 3000; round++) {
        size_t n = random_below(&seed, round % 10 ? 12 : 300);
        size_t least = random_below(&seed, 8);
        double *v = malloc((n + 1) * sizeof *v);
        double *kept = malloc((n + 1) * sizeof *kept);
        double *work = malloc(n * sizeof *work + (n == 0));
        double *z = malloc(n * sizeof *z + (n == 0));
        double *want = malloc((n + 1) * sizeof *want);
        uint64_t *group = calloc(n + 1, sizeof *group);
        assert_true(v != NULL && kept != NULL && work != NULL && z != NULL &&
                    want != NULL && group != NULL);
        for (size_t i = 0; i < n; i++)
            kept[i] = v[i] = round % 3 ? (double)random_below(&seed, 5)
                                       : log((double)(1 + random_below(&seed, 1 << 20)));
        slow_z(n, group, v, least, want);
        mg_robust_z_group(n, v, least, work, z);
        for (size_t i = 0; i < n; i++) {
            assert_true(z[i] == want[i]);
            assert_same_double(v[i], kept[i]); /* the values stay where they are */
        }
        free(v);
        free(kept);
        free(work);
        free(z);
        free(want);
        free(group);
    }
}

static void same_bits_on_any_threads(void **state)
{
    enum { N = 200000 };
    uint64_t *group = malloc(N * sizeof *group);
    double *v = malloc(N * sizeof *v);
    double *first = malloc(N * sizeof *first);
    double *z = malloc(N * sizeof *z);
    uint64_t seed = 9;

    (void)state;
    assert_true(group != NULL && v != NULL && first != NULL && z != NULL);
    for (size_t i = 0; i < N; i++) {
        group[i] = random_below(&seed, 1 + i % 5000);
        v[i] = log((double)(1 + random_below(&seed, 1000000)));
    }
    mg_threads_set(1);
    assert_int_equal(mg_robust_z(N, group, v, 5, first, NULL), MG_OK);
    for (int threads = 2; threads <= 4; threads++) {
        mg_threads_set(threads);
        assert_int_equal(mg_robust_z(N, group, v, 5, z, NULL), MG_OK);
        assert_memory_equal(z, first, N * sizeof *z);
    }
    free(group);
    free(v);
    free(first);
    free(z);
}

int main(void)
{
    static struct suite s;

    suite_add(&s, "median as sorted", median_as_sorted, NULL);
    SUITE_CASES(&s, z_cases, check_z);
    suite_add(&s, "one group", one_group, NULL);
    suite_add(&s, "the same bits on any threads", same_bits_on_any_threads, NULL);
    return suite_run("robust_z", &s);
}
