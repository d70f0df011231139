/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Weights, reconciled figures and the small cases of reliability.h whose answers
 * are known: docs of the formulas, and mistakes of earlier programs. */
#include "mirrorgap/reliability.h"
#include "testing.h"

struct weight_case {
    const char *name;
    double sigma_x, sigma_m, weight, ratio;
};

static struct weight_case weight_cases[] = {
    {"0.3 and 0.6", .3, .6, .8577041718, 1.067541},
    {"0.05 and 0.5", .05, .5, .9931662380, NAN},
    {"1 and 0.2", 1, .2, .0090121017, NAN},
    {"equal", .4, .4, .5, 1.0832870676749586},
    {"both exact", 0, 0, .5, 1},
    {"exporter exact", 0, .1, 1, 1},
    {"importer exact", .1, 0, 0, 1},
    {"beyond e^709", 30, 31, 1, NAN},
    {"beyond all", 1e200, 1e200, .5, NAN},
    {"tiny", 1e-9, 2e-9, .8, NAN},
    {"unknown", NAN, .2, NAN, NAN},
};

static void check_weight(void **state)
{
    const struct weight_case *c = *state;

    assert_near(mg_baci_weight(c->sigma_x, c->sigma_m), c->weight, 1e-9);
    assert_near(mg_baci_weight(c->sigma_m, c->sigma_x), 1 - c->weight, 1e-9);
    if (!isnan(c->ratio))
        assert_near(mg_baci_mean_ratio(c->sigma_x, c->sigma_m), c->ratio, 1e-6);
}

/* Where the weight says so the variance is least: no other weight does better. */
static void weight_is_best(void **state)
{
    (void)state;
    for (double sx = 0.05; sx < 2; sx *= 1.7)
        for (double sm = 0.05; sm < 2; sm *= 1.7) {
            double x = exp(sx * sx) * expm1(sx * sx);
            double m = exp(sm * sm) * expm1(sm * sm);
            double w = mg_baci_weight(sx, sm);
            assert_near(w, m / (x + m), 1e-12);
            for (double other = 0; other <= 1; other += 0.125)
                assert_true(w * w * x + (1 - w) * (1 - w) * m <=
                            (other * other * x + (1 - other) * (1 - other) * m) *
                                (1 + 1e-12));
        }
}

struct reconcile_case {
    const char *name;
    mg_reconcile_method method;
    double x, m, weight, want;
};

static struct reconcile_case reconcile_cases[] = {
    {"baci", MG_RECONCILE_BACI, 100, 200, .75, 125},
    {"by", MG_RECONCILE_BY, 100, 200, .25, 175},
    {"mirror", MG_RECONCILE_MIRROR, 100, 200, .75, 200},
    {"baci, exporter silent", MG_RECONCILE_BACI, NAN, 200, .75, 200},
    {"baci, importer silent", MG_RECONCILE_BACI, 100, NAN, .75, 100},
    {"by, importer silent, no weight", MG_RECONCILE_BY, 100, NAN, NAN, 100},
    {"mirror, importer silent", MG_RECONCILE_MIRROR, 100, NAN, .75, 100},
    {"mirror, exporter silent", MG_RECONCILE_MIRROR, NAN, 200, NAN, 200},
    {"mirror, both silent", MG_RECONCILE_MIRROR, NAN, NAN, .5, NAN},
    {"baci, both silent", MG_RECONCILE_BACI, NAN, NAN, .5, NAN},
    {"a filed 0 is a figure", MG_RECONCILE_BACI, 0, 200, .5, 100},
    {"mirror, a filed 0", MG_RECONCILE_MIRROR, 100, 0, .5, 0},
    {"no weight", MG_RECONCILE_BACI, 100, 200, NAN, NAN},
};

static void check_reconcile(void **state)
{
    const struct reconcile_case *c = *state;

    assert_near(mg_reconcile(c->method, c->x, c->m, c->weight), c->want, 1e-12);
}

/* The toy of the fixed point: four countries, every pair. */
enum { TOY = 4, TOY_ROWS = 12 };

struct toy {
    mg_mirror_panel panel;
    uint32_t exporter[TOY_ROWS], importer[TOY_ROWS];
    double x[TOY_ROWS], m[TOY_ROWS];
};

static void make_toy(struct toy *t, const double *x, const double *m)
{
    size_t n = 0;

    for (uint32_t i = 0; i < TOY; i++)
        for (uint32_t j = 0; j < TOY; j++)
            if (i != j) {
                t->exporter[n] = i;
                t->importer[n] = j;
                t->x[n] = x[n];
                t->m[n] = m[n];
                n++;
            }
    t->panel = (mg_mirror_panel){.n = TOY_ROWS, .countries = TOY};
    t->panel.exporter = t->exporter;
    t->panel.importer = t->importer;
    t->panel.x = t->x;
    t->panel.m = t->m;
}

static const double toy_x[] = {100, 50, 10, 80, 60, 20, 30, 90, 0, 5, 7, 9};
static const double toy_m[] = {110, 40, 30, 90, 66, 10, 33, 60, 12, 0, 21, 9.5};

/* The published iteration: both sides from the step before, from 1. */
static void simultaneous(const struct toy *t, int steps, double *e, double *i)
{
    for (int k = 0; k < TOY; k++)
        e[k] = i[k] = 1;
    for (int step = 0; step < steps; step++) {
        double sum_e[TOY] = {0};
        double sum_i[TOY] = {0};
        for (size_t r = 0; r < TOY_ROWS; r++) {
            double s = fabs(t->x[r] - t->m[r]) / (t->x[r] + t->m[r]);
            sum_e[t->exporter[r]] += s * i[t->importer[r]];
            sum_i[t->importer[r]] += s * e[t->exporter[r]];
        }
        for (int k = 0; k < TOY; k++) {
            e[k] = 1 / (sum_e[k] / 3);
            i[k] = 1 / (sum_i[k] / 3);
        }
    }
}

/* It alternates between two scales for ever; ours has one, and is proportional. */
static void by_has_one_scale(void **state)
{
    static const double e25[] = {5.056, 8.482, 3.736, 1.086};
    static const double e26[] = {1.574, 2.640, 1.163, .338};
    static const double e200[] = {1.574028, 2.640357, 1.162964, .337908};
    static const double i200[] = {1.702287, 1.959869, 3.014887, .329981};
    struct toy t;
    double e[TOY];
    double i[TOY];
    mg_reliability by;

    (void)state;
    make_toy(&t, toy_x, toy_m);
    simultaneous(&t, 25, e, i);
    for (int k = 0; k < TOY; k++)
        assert_near(e[k], e25[k], 5.01e-4);
    simultaneous(&t, 26, e, i);
    for (int k = 0; k < TOY; k++)
        assert_near(e[k], e26[k], 5.01e-4);
    simultaneous(&t, 200, e, i);
    for (int k = 0; k < TOY; k++) {
        double sum = 0;
        for (size_t r = 0; r < TOY_ROWS; r++)
            if (t.exporter[r] == (uint32_t)k)
                sum += fabs(t.x[r] - t.m[r]) / (t.x[r] + t.m[r]) * i[t.importer[r]];
        assert_near(e[k], e200[k], 1e-6);
        assert_near(i[k], i200[k], 1e-6);
        assert_near(e[k] * sum, .933879, 1e-6);
    }
    assert_int_equal(mg_reliability_by(&t.panel, NULL, &by, NULL), MG_OK);
    assert_true(by.converged && by.components == 1 && by.rows == TOY_ROWS);
    for (size_t side = 0; side < MG_ROLES; side++) {
        const double *want = side == MG_ROLE_EXPORTER ? e : i;
        const mg_reporter *got = by.side[side];
        double logs = 0;
        for (int k = 0; k < TOY; k++) {
            assert_near(got[k].score / got[0].score, want[k] / want[0], 1e-6);
            assert_int_equal(got[k].n, 3);
            assert_true(got[k].std_error > 0 && got[k].weight > 0 && got[k].weight < 1);
            logs += log(got[k].score);
        }
        assert_near(logs, 0, 1e-9);
    }
    mg_reliability_release(&by);
}

/* Country 0 misreports as exporter only. An earlier program read its exporter
 * score from the rows where it imports, and found it ordinary there. */
static void roles_are_not_swapped(void **state)
{
    struct toy t;
    mg_reliability by;

    (void)state;
    make_toy(&t, toy_x, toy_m);
    for (size_t r = 0; r < TOY_ROWS; r++) {
        double s = t.exporter[r] == 0 ? .8 : .05;
        t.x[r] = 100 * (1 - s);
        t.m[r] = 100 * (1 + s);
    }
    assert_int_equal(mg_reliability_by(&t.panel, NULL, &by, NULL), MG_OK);
    for (int k = 1; k < TOY; k++) {
        assert_near(by.side[MG_ROLE_EXPORTER][k].score /
                        by.side[MG_ROLE_EXPORTER][0].score,
                    16, 1e-6);
        assert_near(by.side[MG_ROLE_IMPORTER][k].score,
                    by.side[MG_ROLE_IMPORTER][0].score, 1e-6);
    }
    mg_reliability_release(&by);
}

/* A country that agrees to the dollar is best, not infinite; pairs that one side
 * left out count for neither. */
static void by_guards(void **state)
{
    struct toy t;
    mg_reliability full;
    mg_reliability by;

    (void)state;
    make_toy(&t, toy_x, toy_m);
    for (size_t r = 0; r < TOY_ROWS; r++)
        if (t.exporter[r] == 2)
            t.m[r] = t.x[r] = 50;
    t.x[11] = t.m[11] = 0; /* nothing filed as 0 by both: no gap to measure */
    assert_int_equal(mg_reliability_by(&t.panel, NULL, &full, NULL), MG_OK);
    const mg_reporter *e = full.side[MG_ROLE_EXPORTER];
    assert_true(isfinite(e[2].score) && e[2].score > 5 * e[1].score);
    assert_int_equal(e[3].n, 2);
    assert_int_equal(full.rows, TOY_ROWS - 1);
    t.x[11] = NAN; /* silent is as good as not there, and is no zero */
    t.m[11] = 500;
    assert_int_equal(mg_reliability_by(&t.panel, NULL, &by, NULL), MG_OK);
    for (size_t side = 0; side < MG_ROLES; side++)
        for (int k = 0; k < TOY; k++)
            assert_same_double(by.side[side][k].score, full.side[side][k].score);
    mg_reliability_release(&by);
    /* country 3 never exports: unknown there, known as importer */
    for (size_t r = 9; r < TOY_ROWS; r++)
        t.x[r] = NAN;
    assert_int_equal(mg_reliability_by(&t.panel, NULL, &by, NULL), MG_OK);
    assert_true(isnan(by.side[MG_ROLE_EXPORTER][3].score));
    assert_true(isnan(by.side[MG_ROLE_EXPORTER][3].weight));
    assert_true(by.side[MG_ROLE_IMPORTER][3].score > 0);
    mg_reliability_release(&by);
    mg_reliability_release(&full);
}

/* The jackknife is what leaving each partner out gives, the others' scores held. */
static void by_jackknife(void **state)
{
    struct toy t;
    mg_reliability by;
    double without[3];
    double mean = 0;
    double squares = 0;

    (void)state;
    make_toy(&t, toy_x, toy_m);
    assert_int_equal(mg_reliability_by(&t.panel, NULL, &by, NULL), MG_OK);
    const mg_reporter *m = by.side[MG_ROLE_IMPORTER];
    double all = 0;
    double term[3];
    for (size_t r = 0; r < 3; r++) { /* country 0's rows as exporter */
        term[r] = fabs(t.x[r] - t.m[r]) / (t.x[r] + t.m[r]) * m[t.importer[r]].score;
        all += term[r];
    }
    double common = by.side[MG_ROLE_EXPORTER][0].score * all / 3;
    for (size_t r = 0; r < 3; r++) {
        without[r] = common * 2 / (all - term[r]);
        mean += without[r] / 3;
    }
    for (size_t r = 0; r < 3; r++)
        squares += (without[r] - mean) * (without[r] - mean);
    assert_near(by.side[MG_ROLE_EXPORTER][0].std_error, sqrt(2. / 3 * squares), 1e-10);
    mg_reliability_release(&by);
}

/* A cut of large residuals only would keep the rows in which a bad reporter agrees
 * to the dollar, as a copied figure does: both tails go. */
static void trim_is_two_sided(void **state)
{
    enum { N = 6, KINDS = 20, ROWS = N * (N - 1) * KINDS };
    static uint32_t exporter[ROWS];
    static uint32_t importer[ROWS];
    static double x[ROWS];
    static double m[ROWS];
    mg_mirror_panel p = {.n = ROWS, .countries = N};
    mg_reliability_options options = {.trim = 12};
    uint64_t seed = 2;
    mg_reliability got;
    size_t r = 0;

    (void)state;
    for (uint32_t i = 0; i < N; i++)
        for (uint32_t j = 0; j < N; j++)
            for (size_t k = 0; k < KINDS && i != j; k++, r++) {
                double gap = (i == 0 ? 3 : .2) + (double)random_below(&seed, 1000) * 1e-4;
                exporter[r] = i;
                importer[r] = j;
                x[r] = 1000;
                m[r] = 1000 * exp(i == 0 && k == 0 ? 0 : k % 2 ? gap : -gap);
            }
    p.exporter = exporter;
    p.importer = importer;
    p.x = x;
    p.m = m;
    assert_int_equal(mg_reliability_baci(&p, &options, &got, NULL), MG_OK);
    assert_int_equal(got.trimmed, N - 1);
    assert_near(got.side[MG_ROLE_EXPORTER][0].sigma, M_PI_2 * 2.8, .1);
    mg_reliability_release(&got);
}

typedef mg_status (*method)(const mg_mirror_panel *, const mg_reliability_options *,
                            mg_reliability *, mg_error *);
static const method methods[] = {mg_reliability_baci, mg_reliability_variance,
                                 mg_reliability_by};

/* All agree: nobody is worse than another, and nothing is divided by 0. */
static void all_agree(void **state)
{
    struct toy t;
    mg_reliability got;

    (void)state;
    make_toy(&t, toy_x, toy_m);
    for (size_t r = 0; r < TOY_ROWS; r++)
        t.x[r] = t.m[r] = (double)(r + 1);
    for (size_t k = 0; k < 3; k++) {
        assert_int_equal(methods[k](&t.panel, NULL, &got, NULL), MG_OK);
        for (size_t side = 0; side < MG_ROLES; side++)
            for (size_t i = 0; i < TOY; i++) {
                assert_near(got.side[side][i].score, 1, 1e-9);
                assert_near(got.side[side][i].weight, .5, 1e-9);
            }
        mg_reliability_release(&got);
    }
}

struct refusal {
    const char *name;
    double x, m;
    uint32_t importer;
    mg_reliability_options options;
};

static struct refusal refusals[] = {
    {"no pair", NAN, 1, 1, {.trim = 0}},
    {"a negative figure", -1, 1, 1, {.trim = 0}},
    {"an infinite figure", 1, INFINITY, 1, {.trim = 0}},
    {"a country out of range", 1, 2, 2, {.trim = 0}},
    {"a negative trim", 1, 2, 1, {.trim = -1}},
    {"a missing tolerance", 1, 2, 1, {.tol = NAN}},
    {"a floor above 1", 1, 2, 1, {.floor = 2}},
};

static void check_refusal(void **state)
{
    const struct refusal *c = *state;
    uint32_t exporter = 0;
    mg_mirror_panel p = {.n = 1, .countries = 2, .exporter = &exporter};

    p.importer = &c->importer;
    p.x = &c->x;
    p.m = &c->m;
    for (size_t k = 0; k < 3; k++) {
        mg_reliability got;
        mg_error err = {0};
        assert_int_equal(methods[k](&p, &c->options, &got, &err), MG_E_RANGE);
        assert_true(err.what[0] != '\0' && got.side[0] == NULL);
        mg_reliability_release(&got);
    }
}

int main(void)
{
    static struct suite s;

    SUITE_CASES(&s, weight_cases, check_weight);
    suite_add(&s, "the weight is best", weight_is_best, NULL);
    SUITE_CASES(&s, reconcile_cases, check_reconcile);
    suite_add(&s, "by has one scale", by_has_one_scale, NULL);
    suite_add(&s, "roles are not swapped", roles_are_not_swapped, NULL);
    suite_add(&s, "by guards", by_guards, NULL);
    suite_add(&s, "by jackknife", by_jackknife, NULL);
    suite_add(&s, "trim is two-sided", trim_is_two_sided, NULL);
    suite_add(&s, "all agree", all_agree, NULL);
    SUITE_CASES(&s, refusals, check_refusal);
    return suite_run("reliability", &s);
}
