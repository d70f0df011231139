/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Totals by drawing: against what can be computed, and coverage in worlds that are
 * as the model says. */
#include "mirrorgap/threads.h"
#include "mirrorgap/totals.h"
#include "testing.h"

struct one_case {
    const char *name;
    double usd;
    mg_totals_error error;
};

/* One flow is lognormal: its quantiles are known. */
static struct one_case one_cases[] = {
    {"no error", 5e6, {0, 0, 0}},         {"a bias", 5e6, {0.2, 0, 0}},
    {"a shared error", 1e9, {0, 0.3, 0}}, {"an own error", 1e3, {-0.1, 0, 0.3}},
    {"both", 1e6, {0.05, 0.3, 0.4}},      {"large errors", 1e6, {0, 1.5, 0}},
};

static void check_one(void **state)
{
    const struct one_case *c = *state;
    mg_totals_flow flow = {c->usd, 0};
    mg_totals_estimate e;
    double s = sqrt(c->error.shared * c->error.shared + c->error.own * c->error.own);
    double median = c->usd / exp(c->error.bias);
    const double z95 = 1.6448536269514722;
    double near = 4 * s * 2.1 / sqrt(40000); /* 4 deviations of an end, in logs */

    assert_int_equal(mg_totals_draw(1, &flow, 1, &c->error, 40000, 7, 3, &e, NULL),
                     MG_OK);
    assert_near(e.reported, c->usd, 0);
    assert_near(log(e.median / median), 0, near + 1e-12);
    assert_near(log(e.low / median), -z95 * s, near + 1e-12);
    assert_near(log(e.high / median), z95 * s, near + 1e-12);
    assert_near(log(e.mean / median), s * s / 2, near * (1 + 2 * s * s) + 1e-12);
}

/* Own errors average out over cells, shared ones do not. */
static void averaging(void **state)
{
    enum { N = 400 };
    mg_totals_flow flows[N];
    mg_totals_error own = {0, 0, 0.5};
    mg_totals_error shared = {0, 0.5, 0};
    mg_totals_estimate one, many, same;

    (void)state;
    for (size_t i = 0; i < N; i++)
        flows[i] = (mg_totals_flow){1e4, 0};
    assert_int_equal(mg_totals_draw(1, flows, 1, &own, 4000, 1, 1, &one, NULL), MG_OK);
    assert_int_equal(mg_totals_draw(N, flows, 1, &own, 4000, 1, 1, &many, NULL), MG_OK);
    assert_int_equal(mg_totals_draw(N, flows, 1, &shared, 4000, 1, 1, &same, NULL),
                     MG_OK);
    double width = log(one.high / one.low);
    assert_near(log(many.high / many.low) / width, 1.0 / 20, 0.01);
    assert_near(log(same.high / same.low) / width, 1, 0.05);
}

struct world_case {
    const char *name;
    size_t partners, cells; /* cells of each */
    mg_totals_error error;
};

static struct world_case world_cases[] = {
    {"few partners", 4, 5, {0.05, 0.2, 0.5}},
    {"many partners", 25, 4, {0.05, 0.2, 0.5}},
    {"one partner", 1, 30, {-0.1, 0.3, 0.6}},
    {"own errors only", 10, 3, {0, 0, 1}},
};

/* The truth lies in the band in 85 to 95 of 100 worlds drawn as the model says. */
static void check_world(void **state)
{
    const struct world_case *c = *state;
    enum { WORLDS = 300, MOST = 256 };
    mg_totals_flow flows[MOST];
    mg_totals_error errors[64];
    uint64_t seed = c->partners * 1000 + c->cells;
    int inside = 0;

    for (size_t j = 0; j < c->partners; j++)
        errors[j] = c->error;
    for (uint64_t world = 0; world < WORLDS; world++) {
        mg_totals_estimate e;
        double truth = 0;
        size_t n = 0;
        for (size_t j = 0; j < c->partners; j++) {
            double shared = c->error.bias + c->error.shared * random_normal(&seed);
            for (size_t k = 0; k < c->cells; k++) {
                double value = exp(12 + random_normal(&seed));
                truth += value;
                flows[n++] = (mg_totals_flow){
                    value * exp(shared + c->error.own * random_normal(&seed)),
                    (uint32_t)j};
            }
        }
        assert_int_equal(mg_totals_draw(n, flows, c->partners, errors, MG_TOTALS_DRAWS, 5,
                                        world, &e, NULL),
                         MG_OK);
        inside += truth >= e.low && truth <= e.high;
    }
    if (inside < 0.85 * WORLDS || inside > 0.95 * WORLDS)
        fail_msg("%d of %d inside", inside, WORLDS);
}

static void same_on_any_threads(void **state)
{
    enum { N = 300, PARTNERS = 7 };
    mg_totals_flow flows[N];
    mg_totals_error errors[PARTNERS];
    mg_totals_estimate first, again, other;
    uint64_t seed = 3;

    (void)state;
    for (size_t j = 0; j < PARTNERS; j++)
        errors[j] = (mg_totals_error){0.01 * (double)j, 0.1, 0.3};
    for (size_t i = 0; i < N; i++)
        flows[i] = (mg_totals_flow){(double)random_below(&seed, 1 << 20),
                                    (uint32_t)random_below(&seed, PARTNERS)};
    for (int threads = 1; threads <= 4; threads++) {
        mg_threads_set(threads);
        assert_int_equal(mg_totals_draw(N, flows, PARTNERS, errors, 2500, 11, 12,
                                        threads == 1 ? &first : &again, NULL),
                         MG_OK);
        if (threads > 1)
            assert_memory_equal(&first, &again, sizeof first);
    }
    mg_threads_set(1);
    assert_int_equal(
        mg_totals_draw(N, flows, PARTNERS, errors, 2500, 11, 13, &other, NULL), MG_OK);
    assert_true(other.low != first.low);
    assert_int_equal(
        mg_totals_draw(N, flows, PARTNERS, errors, 2500, 12, 12, &other, NULL), MG_OK);
    assert_true(other.low != first.low);
}

struct range_case {
    const char *name;
    mg_totals_flow flow;
    mg_totals_error error;
    size_t draws;
};

static struct range_case range_cases[] = {
    {"too few draws", {1, 0}, {0, 0, 0}, 1999},
    {"no such partner", {1, 1}, {0, 0, 0}, 2000},
    {"money below 0", {-1, 0}, {0, 0, 0}, 2000},
    {"money that is none", {NAN, 0}, {0, 0, 0}, 2000},
    {"a bias that is none", {1, 0}, {NAN, 0, 0}, 2000},
    {"a deviation below 0", {1, 0}, {0, -1, 0}, 2000},
    {"a deviation without end", {1, 0}, {0, 0, INFINITY}, 2000},
};

static void check_range(void **state)
{
    const struct range_case *c = *state;
    mg_totals_estimate e;
    mg_error err;

    assert_int_equal(mg_totals_draw(1, &c->flow, 1, &c->error, c->draws, 0, 0, &e, &err),
                     MG_E_RANGE);
}

static void nothing_and_stretch(void **state)
{
    mg_totals_estimate e;

    (void)state;
    assert_int_equal(mg_totals_draw(0, NULL, 0, NULL, 2000, 0, 0, &e, NULL), MG_OK);
    assert_near(e.high, 0, 0);
    e = mg_totals_stretch(e, 2);
    assert_near(e.high, 0, 0);
    e = mg_totals_stretch((mg_totals_estimate){5, 4, 5, 2, 16}, 1.5);
    assert_near(e.low, 4 / sqrt(8), 1e-12);
    assert_near(e.high, 32, 1e-12);
    assert_near(e.median, 4, 0);
}

struct errors_case {
    const char *name;
    size_t groups, cells;
    mg_totals_error truth;
};

static struct errors_case errors_cases[] = {
    {"many groups of many", 400, 20, {0.1, 0.3, 0.5}},
    {"many small groups", 2000, 2, {0.1, 0.3, 0.5}},
    {"no shared error", 800, 10, {-0.2, 0, 0.5}},
    {"no own error", 800, 3, {0.2, 0.4, 0}},
    {"groups of one: all of it is shared", 2000, 1, {0, 0.5, 0}},
};

/* Errors are found again; a partner without rows gets those of all. */
static void check_errors(void **state)
{
    const struct errors_case *c = *state;
    size_t n = c->groups * c->cells;
    uint32_t *partner = calloc(n, sizeof *partner);
    uint64_t *group = malloc(n * sizeof *group);
    double *ratio = malloc(n * sizeof *ratio);
    mg_totals_error e[2];
    uint64_t seed = n;

    assert_true(partner != NULL && group != NULL && ratio != NULL);
    for (size_t i = 0, g = 0; g < c->groups; g++) {
        double shared = c->truth.bias + c->truth.shared * random_normal(&seed);
        for (size_t k = 0; k < c->cells; k++, i++) {
            group[i] = g;
            ratio[i] = shared + c->truth.own * random_normal(&seed);
        }
    }
    assert_int_equal(mg_totals_fit_errors(n, partner, group, ratio, 2, e, NULL), MG_OK);
    assert_near(e[0].bias, c->truth.bias, 0.06);
    assert_near(e[0].shared, c->truth.shared, c->truth.shared > 0 ? 0.05 : 0.09);
    assert_near(e[0].own, c->truth.own, 0.03);
    assert_near(e[1].bias, e[0].bias, 1e-12);
    assert_near(e[1].shared, e[0].shared, 1e-12);
    free(partner);
    free(group);
    free(ratio);
}

/* Little evidence is drawn to what all partners do; much of it is not. */
static void drawn_together(void **state)
{
    enum { GROUPS = 200 };
    uint32_t partner[GROUPS + 1];
    uint64_t group[GROUPS + 1];
    double ratio[GROUPS + 1];
    mg_totals_error e[2];
    uint64_t seed = 8;

    (void)state;
    for (size_t i = 0; i < GROUPS; i++) {
        partner[i] = 0;
        group[i] = i;
        ratio[i] = 0.1 * random_normal(&seed);
    }
    partner[GROUPS] = 1;
    group[GROUPS] = 0;
    ratio[GROUPS] = 3;
    assert_int_equal(mg_totals_fit_errors(GROUPS + 1, partner, group, ratio, 2, e, NULL),
                     MG_OK);
    assert_near(e[0].bias, 0, 0.03);
    assert_near(e[1].bias, 0.5, 0.05); /* a sixth of 3 */
    partner[0] = 1;
    assert_int_equal(mg_totals_fit_errors(GROUPS + 1, partner, group, ratio, 2, e, NULL),
                     MG_E_RANGE);
    partner[0] = 0;
    ratio[5] = INFINITY;
    assert_int_equal(mg_totals_fit_errors(GROUPS + 1, partner, group, ratio, 2, e, NULL),
                     MG_E_RANGE);
    assert_int_equal(mg_totals_fit_errors(0, partner, group, ratio, 2, e, NULL),
                     MG_E_RANGE);
}

int main(void)
{
    static struct suite s;

    SUITE_CASES(&s, one_cases, check_one);
    suite_add(&s, "averaging", averaging, NULL);
    SUITE_CASES(&s, world_cases, check_world);
    suite_add(&s, "the same bits on any threads", same_on_any_threads, NULL);
    SUITE_CASES(&s, range_cases, check_range);
    suite_add(&s, "nothing, and stretching", nothing_and_stretch, NULL);
    SUITE_CASES(&s, errors_cases, check_errors);
    suite_add(&s, "drawn together", drawn_together, NULL);
    return suite_run("totals", &s);
}
