/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mirrorgap/calibrate.h"

#include "testing.h"

/* Benjamini and Hochberg (1995), their 15 p-values: at 0.05 four are rejected. */
static void published_vector(void **state)
{
    static const double p[] = {.0095, .0001, .0004, .0019, .0201, .0278, .0298, .0344,
                               .0459, .3240, .4262, .5719, .6528, .7590, 1.0};
    enum { N = sizeof p / sizeof *p };
    double q[N];
    size_t rejected = 0;
    size_t bonferroni = 0;

    (void)state;
    assert_int_equal(mg_fdr_bh(N, p, q, NULL), MG_OK);
    for (size_t i = 0; i < N; i++) {
        rejected += q[i] <= 0.05;
        bonferroni += p[i] * N <= 0.05;
    }
    assert_int_equal(rejected, 4);
    assert_int_equal(bonferroni, 3);
    assert_near(q[1], .0015, 1e-15);
    assert_near(q[0], .0095 * 15 / 4, 1e-15);
    assert_near(q[14], 1, 0);
}

/* Against the definition: the least m p_(k) / k of all that are not smaller. */
static void slow_twin(void **state)
{
    enum { N = 300 };
    double p[N];
    double q[N];
    uint64_t seed = 1;

    (void)state;
    for (int i = 0; i < N; i++) {
        p[i] = (double)random_below(&seed, 50) / 49;
        if (random_below(&seed, 10) == 0)
            p[i] = NAN;
    }
    assert_int_equal(mg_fdr_bh(N, p, q, NULL), MG_OK);
    size_t m = 0;
    for (int i = 0; i < N; i++)
        m += isnan(p[i]) ? 0 : 1;
    for (int i = 0; i < N; i++) {
        double least = 1;
        if (isnan(p[i])) {
            assert_true(isnan(q[i]));
            continue;
        }
        for (int j = 0; j < N; j++) {
            size_t rank = 0;
            if (!(p[j] >= p[i]))
                continue;
            for (int k = 0; k < N; k++)
                rank += p[k] <= p[j];
            least = fmin(least, p[j] * (double)m / (double)rank);
        }
        assert_near(q[i], least, 1e-15);
    }
}

struct cauchy_case {
    const char *name;
    double p[3];
    size_t n;
    double want, tolerance;
};

static struct cauchy_case cauchy_cases[] = {
    {"one is itself", {0.03}, 1, 0.03, 1e-12},
    {"a half is itself", {0.5, 0.5}, 2, 0.5, 1e-12},
    {"two equal ones", {0.01, 0.01}, 2, 0.01, 1e-12},
    {"one small, one ordinary", {1e-6, 0.5}, 2, 2e-6, 1e-9},
    {"very small", {1e-200, 0.5}, 2, 2e-200, 1e-203},
    {"small and 1", {1e-12, 1}, 2, 2e-12, 1e-13},
    {"missing ones", {NAN, 0.2, NAN}, 3, 0.2, 1e-12},
    {"all missing", {NAN, NAN}, 2, NAN, 0},
};

static void combined(void **state)
{
    const struct cauchy_case *c = *state;

    assert_near(mg_combine_cauchy(c->n, c->p), c->want, c->tolerance);
}

/* Twice too wide a bulk is brought back, one too narrow stays. */
static void bulk(void **state)
{
    enum { N = 20000 };
    static double p[N];
    double below = 0;

    (void)state;
    for (int i = 0; i < N; i++) /* |z| twice that of a normal */
        p[i] = erfc(2 * fabs(sqrt(2) * 0.5 * 1.4142135623730951 * ((double)i / N * 3)) /
                    sqrt(2));
    double before = p[N / 2];
    assert_int_equal(mg_calibrate_bulk(N, p, NULL), MG_OK);
    assert_true(p[N / 2] > before);
    for (int i = 0; i < N; i++)
        below += p[i] <= 0.5;
    assert_near(below / N, 0.5, 0.01);
    for (int i = 0; i < N; i++)
        p[i] = 0.9;
    p[0] = NAN;
    p[1] = 1e-9;
    assert_int_equal(mg_calibrate_bulk(N, p, NULL), MG_OK);
    assert_true(isnan(p[0]));
    assert_same_double(p[1], 1e-9);
    assert_same_double(p[2], 0.9);
    assert_int_equal(mg_calibrate_bulk(0, p, NULL), MG_OK);
}

int main(void)
{
    static struct suite s;

    suite_add(&s, "published vector", published_vector, NULL);
    suite_add(&s, "slow twin", slow_twin, NULL);
    SUITE_CASES(&s, cauchy_cases, combined);
    suite_add(&s, "bulk", bulk, NULL);
    return suite_run("calibrate", &s);
}
