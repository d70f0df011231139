/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Effects by sweeps against dense least squares, standard errors against the
 * linear map that the fit is. */
#include <gsl/gsl_multifit.h>

#include "mirrorgap/effects.h"
#include "mirrorgap/threads.h"
#include "testing.h"

enum { ROWS = 90, MOST_LEVELS = 12 };

struct small {
    mg_effects_problem problem;
    uint32_t level[MG_EFFECT_WAYS][ROWS];
    double y[ROWS], weight[ROWS];
};

/* The dense twin: a column for the mean and each level that has weight, and a
 * row for each way that says that its weighted effects sum to 0. Effects come out
 * in the order of ways and levels, 0 for a level without weight. */
static double dense_fit(const mg_effects_problem *p, const double *y, double *effects)
{
    size_t at[MG_EFFECT_WAYS][MOST_LEVELS] = {{0}};
    double sum[MG_EFFECT_WAYS][MOST_LEVELS] = {{0}};
    size_t columns = 1;
    size_t n = 0;
    double squares;

    for (size_t w = 0; w < p->ways; w++)
        for (size_t r = 0; r < p->n; r++)
            sum[w][p->level[w][r]] += p->weight == NULL ? 1 : p->weight[r];
    for (size_t w = 0; w < p->ways; w++)
        for (size_t l = 0; l < p->levels[w]; l++)
            if (sum[w][l] > 0)
                at[w][l] = columns++;
    gsl_matrix *x = gsl_matrix_calloc(p->n + p->ways, columns);
    gsl_vector *target = gsl_vector_calloc(p->n + p->ways);
    gsl_vector *weight = gsl_vector_calloc(p->n + p->ways);
    gsl_vector *c = gsl_vector_alloc(columns);
    gsl_matrix *cov = gsl_matrix_alloc(columns, columns);
    gsl_multifit_linear_workspace *work =
        gsl_multifit_linear_alloc(p->n + p->ways, columns);
    for (size_t r = 0; r < p->n; r++) {
        double own = p->weight == NULL ? 1 : p->weight[r];
        if (own == 0)
            continue;
        gsl_matrix_set(x, r, 0, 1);
        for (size_t w = 0; w < p->ways; w++)
            gsl_matrix_set(x, r, at[w][p->level[w][r]], 1);
        gsl_vector_set(target, r, y[r]);
        gsl_vector_set(weight, r, own);
    }
    for (size_t w = 0; w < p->ways; w++) {
        gsl_vector_set(weight, p->n + w, 1);
        for (size_t l = 0; l < p->levels[w]; l++)
            if (sum[w][l] > 0)
                gsl_matrix_set(x, p->n + w, at[w][l], sum[w][l]);
    }
    assert_int_equal(gsl_multifit_wlinear_tsvd(x, weight, target, 1e-10, c, cov, &squares,
                                               &columns, work),
                     0);
    for (size_t w = 0; w < p->ways; w++)
        for (size_t l = 0; l < p->levels[w]; l++)
            effects[n++] = sum[w][l] > 0 ? gsl_vector_get(c, at[w][l]) : 0;
    double mean = gsl_vector_get(c, 0);
    gsl_multifit_linear_free(work);
    gsl_matrix_free(cov);
    gsl_vector_free(c);
    gsl_vector_free(weight);
    gsl_vector_free(target);
    gsl_matrix_free(x);
    return mean;
}

struct effects_case {
    const char *name;
    size_t n, ways;
    uint32_t levels[4];
    int weights; /* 0 NULL, 1 random, 2 many 0, 3 over six orders of magnitude */
    double offset;
    unsigned gap; /* levels of way 0 that are never used: every gap-th; 0 none */
    bool plain;
};

static struct effects_case effects_cases[] = {
    {"one way", 40, 1, {5}, 0, 0, 0, false},
    {"one way, weighted", 40, 1, {5}, 1, 3, 0, false},
    {"two ways", 60, 2, {7, 6}, 0, 0, 0, false},
    {"two ways, weighted", 60, 2, {7, 6}, 1, -20, 0, false},
    {"two ways, no extrapolation", 60, 2, {7, 6}, 1, -20, 0, true},
    {"two ways, sparse", 30, 2, {9, 9}, 1, 0, 0, false},
    {"rows left out", 80, 2, {7, 6}, 2, 0, 0, false},
    {"levels without rows", 60, 2, {9, 5}, 1, 1, 3, false},
    {"weights far apart", 80, 2, {6, 6}, 3, 0, 0, false},
    {"three ways", 80, 3, {7, 6, 4}, 1, 5, 0, false},
    {"four ways", 90, 4, {6, 6, 5, 4}, 1, 1e3, 0, false},
    {"the largest way last", 90, 3, {3, 4, 12}, 1, 0, 0, false},
    {"a way of one level", 50, 3, {5, 1, 6}, 1, 0, 0, false},
};

static void make_small(const struct effects_case *c, uint64_t *seed, struct small *s)
{
    s->problem = (mg_effects_problem){.n = c->n, .ways = c->ways, .y = s->y};
    s->problem.weight = c->weights == 0 ? NULL : s->weight;
    for (size_t w = 0; w < c->ways; w++) {
        s->problem.levels[w] = c->levels[w];
        s->problem.level[w] = s->level[w];
    }
    for (size_t r = 0; r < c->n; r++) {
        s->y[r] = c->offset + 4 * random_uniform(seed) - 2;
        for (size_t w = 0; w < c->ways; w++) {
            uint32_t *l = &s->level[w][r];
            *l = (uint32_t)random_below(seed, c->levels[w]);
            if (w == 0 && c->gap > 0 && *l % c->gap == 0)
                *l = 1;
            s->y[r] += *l * 0.5;
        }
        s->weight[r] = c->weights == 3 ? pow(10, 6 * random_uniform(seed) - 3)
                       : c->weights == 2 && random_below(seed, 3) == 0
                           ? 0
                           : 0.1 + 3 * random_uniform(seed);
        if (s->weight[r] == 0 && c->weights == 2)
            s->y[r] = NAN; /* never looked at */
    }
}

/* Standard errors from the linear map: the fits to each single row. */
static void slow_errors(const struct small *s, double scale, double *errors)
{
    const mg_effects_problem *p = &s->problem;
    double unit[ROWS] = {0};
    double one[MG_EFFECT_WAYS * MOST_LEVELS];
    size_t all = 0;

    for (size_t w = 0; w < p->ways; w++)
        all += p->levels[w];
    memset(errors, 0, all * sizeof *errors);
    for (size_t r = 0; r < p->n; r++) {
        double weight = p->weight == NULL ? 1 : p->weight[r];
        if (weight == 0)
            continue;
        unit[r] = 1;
        (void)dense_fit(p, unit, one);
        unit[r] = 0;
        for (size_t l = 0; l < all; l++)
            errors[l] += one[l] * one[l] / weight;
    }
    for (size_t l = 0; l < all; l++)
        errors[l] = scale * sqrt(errors[l]);
}

static void check_effects(void **state)
{
    const struct effects_case *c = *state;
    const mg_effects_options options = {.tol = 1e-14, .plain = c->plain};
    uint64_t seed = c->n * 31 + c->ways;

    for (int round = 0; round < 8; round++) {
        struct small s;
        double want[MG_EFFECT_WAYS * MOST_LEVELS];
        double errors[MG_EFFECT_WAYS * MOST_LEVELS];
        mg_effects fit;
        size_t at = 0;

        make_small(c, &seed, &s);
        double mean = dense_fit(&s.problem, s.y, want);
        assert_int_equal(mg_effects_fit(&s.problem, &options, &fit, NULL), MG_OK);
        if (fit.components > 1) { /* chance: its own test is below */
            mg_effects_release(&fit);
            continue;
        }
        assert_true(fit.converged);
        assert_int_equal(fit.errors, MG_ERRORS_EXACT);
        bool slow = round < 2; /* as many dense fits as there are rows */
        if (slow)
            slow_errors(&s, fit.scale, errors);
        assert_near(fit.mean, mean, 1e-9);
        for (size_t w = 0; w < c->ways; w++)
            for (size_t l = 0; l < c->levels[w]; l++, at++) {
                if (!(fit.sum_weight[w][l] > 0)) {
                    assert_true(isnan(fit.effect[w][l]) && isnan(fit.std_error[w][l]));
                    continue;
                }
                assert_near(fit.effect[w][l], want[at], 1e-9);
                if (slow)
                    assert_near(fit.std_error[w][l], errors[at], 1e-8 * (1 + errors[at]));
            }
        mg_effects_release(&fit);
    }
}

/* Residuals, scale and freedom as the header says. */
static void what_is_left(void **state)
{
    struct effects_case c = {"", 80, 3, {7, 6, 4}, 2, 5, 0, false};
    struct small s;
    uint64_t seed = 8;
    mg_effects fit;
    double squares = 0;
    size_t rows = 0;

    (void)state;
    make_small(&c, &seed, &s);
    assert_int_equal(mg_effects_fit(&s.problem, NULL, &fit, NULL), MG_OK);
    for (size_t r = 0; r < c.n; r++) {
        double left = s.y[r] - fit.mean;
        for (size_t w = 0; w < c.ways; w++)
            left -= fit.effect[w][s.level[w][r]];
        assert_near(fit.residual[r], left, 1e-12);
        rows += s.weight[r] > 0;
        squares += s.weight[r] > 0 ? s.weight[r] * left * left : 0;
    }
    assert_int_equal(fit.rows, rows);
    assert_near(fit.freedom, (double)rows - (7 + 6 + 4 - 2), 0);
    assert_near(fit.scale, sqrt(squares / fit.freedom), 1e-12);
    mg_effects_release(&fit);
}

/* Two blocks that share no level: how they lie against each other is not known,
 * what lies within each is. */
static void components_stay_apart(void **state)
{
    struct effects_case c = {"", 80, 2, {8, 8}, 1, 0, 0, false};
    const mg_effects_options options = {.tol = 1e-14};
    struct small s;
    double want[16];
    uint64_t seed = 77;
    mg_effects fit;

    (void)state;
    make_small(&c, &seed, &s);
    for (size_t r = 0; r < c.n; r++)
        s.level[1][r] = s.level[1][r] / 2 * 2 + s.level[0][r] % 2;
    assert_int_equal(mg_effects_fit(&s.problem, &options, &fit, NULL), MG_OK);
    assert_int_equal(fit.components, 2);
    assert_near(fit.freedom, 80 - (1 + 7 + 7 - 1), 0);
    (void)dense_fit(&s.problem, s.y, want);
    for (size_t w = 0; w < 2; w++)
        for (size_t l = 2; l < 8; l++) {
            size_t first = l % 2; /* of the same block */
            assert_near(fit.effect[w][l] - fit.effect[w][first],
                        want[8 * w + l] - want[8 * w + first], 1e-9);
            assert_true(isfinite(fit.std_error[w][l]));
        }
    mg_effects_release(&fit);
}

/* A perfect fit: the residual scale is no yardstick, and it must stop all the same. */
static void nothing_is_left(void **state)
{
    struct effects_case c = {"", 60, 2, {6, 5}, 1, 0, 0, false};
    struct small s;
    uint64_t seed = 5;
    mg_effects fit;

    (void)state;
    make_small(&c, &seed, &s);
    for (size_t r = 0; r < c.n; r++)
        s.y[r] = 1e6 + s.level[0][r] * 2.25 - s.level[1][r];
    assert_int_equal(mg_effects_fit(&s.problem, NULL, &fit, NULL), MG_OK);
    assert_true(fit.converged);
    assert_near(fit.effect[0][3] - fit.effect[0][1], 4.5, 1e-8);
    assert_near(fit.scale, 0, 1e-8);
    mg_effects_release(&fit);
}

/* Many rows, a chain of levels that plain sweeps creep along. */
struct chain {
    mg_effects_problem problem;
    uint32_t level[3][60000];
    double y[60000], weight[60000];
};

static void make_chain(struct chain *c, size_t n, uint32_t length)
{
    uint64_t seed = 3;

    c->problem = (mg_effects_problem){
        n,    3,        {length, length, 3}, {c->level[0], c->level[1], c->level[2]},
        c->y, c->weight};
    for (size_t r = 0; r < n; r++) {
        uint32_t at = (uint32_t)random_below(&seed, length);
        c->level[0][r] = at;
        c->level[1][r] = (at + (uint32_t)random_below(&seed, 2)) % length;
        c->level[2][r] = (uint32_t)random_below(&seed, 3);
        c->weight[r] = 0.5 + random_uniform(&seed);
        c->y[r] = sin(at) + random_uniform(&seed);
    }
}

static void same_bits_on_any_threads(void **state)
{
    static struct chain c;
    mg_effects first;
    mg_effects fit;

    (void)state;
    make_chain(&c, 60000, 8);
    mg_threads_set(1);
    assert_int_equal(mg_effects_fit(&c.problem, NULL, &first, NULL), MG_OK);
    for (int threads = 2; threads <= 4; threads += 2) {
        mg_threads_set(threads);
        assert_int_equal(mg_effects_fit(&c.problem, NULL, &fit, NULL), MG_OK);
        assert_int_equal(fit.sweeps, first.sweeps);
        assert_same_double(fit.mean, first.mean);
        assert_same_double(fit.scale, first.scale);
        assert_same_double(fit.change, first.change);
        for (size_t w = 0; w < 3; w++)
            for (size_t l = 0; l < c.problem.levels[w]; l++) {
                assert_same_double(fit.effect[w][l], first.effect[w][l]);
                assert_same_double(fit.std_error[w][l], first.std_error[w][l]);
            }
        assert_memory_equal(fit.residual, first.residual, c.problem.n * sizeof(double));
        mg_effects_release(&fit);
    }
    mg_effects_release(&first);
}

static void extrapolation_saves_sweeps(void **state)
{
    const mg_effects_options plain = {.max_sweeps = 20000, .plain = true};
    const mg_effects_options few = {.max_sweeps = 3, .errors = MG_ERRORS_DIAGONAL};
    static struct chain c;
    mg_effects slow;
    mg_effects fast;

    (void)state;
    make_chain(&c, 3000, 40);
    assert_int_equal(mg_effects_fit(&c.problem, &plain, &slow, NULL), MG_OK);
    assert_int_equal(mg_effects_fit(&c.problem, NULL, &fast, NULL), MG_OK);
    assert_true(slow.converged && fast.converged);
    if (!(fast.sweeps * 3 < slow.sweeps))
        fail_msg("%u sweeps with extrapolation, %u without", fast.sweeps, slow.sweeps);
    for (size_t l = 0; l < 40; l++)
        assert_near(fast.effect[0][l], slow.effect[0][l], 1e-6);
    /* what the diagonal says is too little, and it says what it is */
    mg_effects_release(&slow);
    assert_int_equal(mg_effects_fit(&c.problem, &few, &slow, NULL), MG_OK);
    assert_true(!slow.converged && slow.sweeps == 3 && slow.change > 0);
    assert_int_equal(slow.errors, MG_ERRORS_DIAGONAL);
    assert_true(slow.std_error[0][0] < fast.std_error[0][0]);
    mg_effects_release(&slow);
    mg_effects_release(&fast);
}

struct refusal {
    const char *name;
    size_t ways;
    uint32_t level;
    double y, weight, tol;
};

static struct refusal refusals[] = {
    {"no way", 0, 0, 1, 1, 0},
    {"nine ways", 9, 0, 1, 1, 0},
    {"a level out of range", 1, 2, 1, 1, 0},
    {"y is missing", 1, 0, NAN, 1, 0},
    {"y is infinite", 1, 0, INFINITY, 1, 0},
    {"a negative weight", 1, 0, 1, -1, 0},
    {"a missing weight", 1, 0, 1, NAN, 0},
    {"no row has weight", 1, 0, 1, 0, 0},
    {"a negative tolerance", 1, 0, 1, 1, -1},
};

static void check_refusal(void **state)
{
    const struct refusal *c = *state;
    mg_effects_problem p = {1, c->ways, {2}, {&c->level}, &c->y, &c->weight};
    mg_effects_options options = {.tol = c->tol};
    mg_effects fit;
    mg_error err = {0};

    assert_int_equal(mg_effects_fit(&p, &options, &fit, &err), MG_E_RANGE);
    assert_true(err.what[0] != '\0' && fit.memory == NULL);
    mg_effects_release(&fit);
}

int main(void)
{
    static struct suite s;

    SUITE_CASES(&s, effects_cases, check_effects);
    suite_add(&s, "what is left", what_is_left, NULL);
    suite_add(&s, "components stay apart", components_stay_apart, NULL);
    suite_add(&s, "nothing is left", nothing_is_left, NULL);
    suite_add(&s, "the same bits on any threads", same_bits_on_any_threads, NULL);
    suite_add(&s, "extrapolation saves sweeps", extrapolation_saves_sweeps, NULL);
    SUITE_CASES(&s, refusals, check_refusal);
    return suite_run("effects", &s);
}
