/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mirrorgap/combine.h"

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
    assert_int_equal(mg_fdr(MG_FDR_BH, N, p, q, NULL), MG_OK);
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
    assert_int_equal(mg_fdr(MG_FDR_BH, N, p, q, NULL), MG_OK);
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
    double weight[3]; /* all 0: equal ones */
};

static struct cauchy_case cauchy_cases[] = {
    {"one is itself", {0.03}, 1, 0.03, 1e-12, {0}},
    {"a half is itself", {0.5, 0.5}, 2, 0.5, 1e-12, {0}},
    {"two equal ones", {0.01, 0.01}, 2, 0.01, 1e-12, {0}},
    {"one small, one ordinary", {1e-6, 0.5}, 2, 2e-6, 1e-9, {0}},
    {"very small", {1e-200, 0.5}, 2, 2e-200, 1e-203, {0}},
    {"small and 1", {1e-12, 1}, 2, 2e-12, 1e-13, {0}},
    {"most of the weight", {1e-6, 0.5}, 2, 1e-6 / 0.8, 1e-11, {4, 1}},
    {"missing ones", {NAN, 0.2, NAN}, 3, 0.2, 1e-12, {0}},
    {"all missing", {NAN, NAN}, 2, NAN, 0, {0}},
};

static void combined(void **state)
{
    const struct cauchy_case *c = *state;

    static const double equal[] = {1, 1, 1};

    assert_near(mg_combine_cauchy(c->n, c->p, c->weight[0] > 0 ? c->weight : equal),
                c->want, c->tolerance);
}

/* BY is BH times the sum of 1/j, cut at 1. */
static void any_dependence(void **state)
{
    static const double p[] = {0.001, 0.2, NAN, 0.004, 0.9};
    double bh[5];
    double by[5];
    const double times = 1 + 1.0 / 2 + 1.0 / 3 + 1.0 / 4;

    (void)state;
    assert_int_equal(mg_fdr(MG_FDR_BH, 5, p, bh, NULL), MG_OK);
    assert_int_equal(mg_fdr(MG_FDR_BY, 5, p, by, NULL), MG_OK);
    assert_true(isnan(by[2]));
    assert_near(by[0], bh[0] * times, 1e-15);
    assert_near(by[3], bh[3] * times, 1e-15);
    assert_near(by[1], fmin(1, 0.2 * 4 / 3 * times), 1e-15);
    assert_same_double(by[4], 1);
}

int main(void)
{
    static struct suite s;

    suite_add(&s, "published vector", published_vector, NULL);
    suite_add(&s, "slow twin", slow_twin, NULL);
    SUITE_CASES(&s, cauchy_cases, combined);
    suite_add(&s, "any dependence", any_dependence, NULL);
    return suite_run("combine", &s);
}
