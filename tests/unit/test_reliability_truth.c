/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reporters whose errors are known: do the scores find them, on the side where
 * they err, whatever the unit and the number of threads? */
#include "mirrorgap/reliability.h"
#include "mirrorgap/threads.h"
#include "testing.h"

enum { COUNTRIES = 40, COMMODITIES = 18, PERIODS = 2 };
enum { MOST = COUNTRIES * COUNTRIES * COMMODITIES * PERIODS };

struct world {
    mg_mirror_panel panel;
    double sigma[MG_ROLES][COUNTRIES], bias[MG_ROLES][COUNTRIES];
    uint32_t exporter[MOST], importer[MOST], commodity[MOST], period[MOST];
    double x[MOST], m[MOST];
};

/* Errors from 0.05 to 1 in logarithms, exporters and importers drawn apart. */
static void draw_reporters(struct world *w, double bias, uint64_t *seed)
{
    for (size_t side = 0; side < MG_ROLES; side++)
        for (size_t i = 0; i < COUNTRIES; i++) {
            w->sigma[side][i] = 0.05 * pow(20, random_uniform(seed));
            w->bias[side][i] = bias * random_normal(seed);
        }
}

/* outliers: share of rows where one side is off by a factor of 50. */
static void draw_rows(struct world *w, double outliers, uint64_t *seed)
{
    size_t n = 0;

    for (uint32_t i = 0; i < COUNTRIES; i++)
        for (uint32_t j = 0; j < COUNTRIES; j++)
            for (uint32_t k = 0; k < COMMODITIES * PERIODS && i != j; k++) {
                double value = exp(11 + 2 * random_normal(seed));
                w->exporter[n] = i;
                w->importer[n] = j;
                w->commodity[n] = k % COMMODITIES;
                w->period[n] = k / COMMODITIES;
                w->x[n] =
                    value * exp(w->bias[MG_ROLE_EXPORTER][i] +
                                w->sigma[MG_ROLE_EXPORTER][i] * random_normal(seed));
                w->m[n] =
                    value * exp(w->bias[MG_ROLE_IMPORTER][j] +
                                w->sigma[MG_ROLE_IMPORTER][j] * random_normal(seed));
                if (random_uniform(seed) < outliers)
                    w->m[n] *= random_uniform(seed) < 0.8 ? 50 : 0.02;
                n++;
            }
    w->panel =
        (mg_mirror_panel){n,           COUNTRIES,    COMMODITIES, PERIODS, w->exporter,
                          w->importer, w->commodity, w->period,   w->x,    w->m};
}

static struct world *make_world(double bias, double outliers, uint64_t seed)
{
    struct world *w = malloc(sizeof *w);

    assert_non_null(w);
    draw_reporters(w, bias, &seed);
    draw_rows(w, outliers, &seed);
    return w;
}

static double rank_of(const double *v, size_t at)
{
    double rank = 0;

    for (size_t i = 0; i < COUNTRIES; i++)
        rank += (v[i] < v[at]) + 0.5 * (v[i] == v[at]);
    return rank;
}

/* Spearman's: Pearson's of the ranks, ties at their middle. */
static double rank_correlation(const double *a, const double *b)
{
    double ab = 0;
    double aa = 0;
    double bb = 0;

    for (size_t i = 0; i < COUNTRIES; i++) {
        double x = rank_of(a, i) - COUNTRIES / 2.0;
        double y = rank_of(b, i) - COUNTRIES / 2.0;
        ab += x * y;
        aa += x * x;
        bb += y * y;
    }
    return ab / sqrt(aa * bb);
}

typedef mg_status (*method)(const mg_mirror_panel *, const mg_reliability_options *,
                            mg_reliability *, mg_error *);

struct truth_case {
    const char *name;
    method fit;
    double bias; /* standard deviation of the reporters' own */
    double outliers, trim;
    double least; /* rank correlation */
};

/* baci and by have no biases in their model, and take them for errors. */
static struct truth_case truth_cases[] = {
    {"baci finds them", mg_reliability_baci, 0, 0, 0, .9},
    {"baci, outliers trimmed", mg_reliability_baci, 0, .03, 6, .9},
    {"variance finds them", mg_reliability_variance, 0, 0, 0, .98},
    {"variance among biases", mg_reliability_variance, .2, 0, 0, .98},
    {"variance among outliers", mg_reliability_variance, .2, .03, 0, .98},
    {"by finds them", mg_reliability_by, 0, 0, 0, .9},
};

static void scores_of(const mg_reporter *side, double *score)
{
    for (size_t i = 0; i < COUNTRIES; i++) {
        score[i] = side[i].score;
        assert_true(isfinite(side[i].score) && side[i].std_error >= 0);
        assert_true(side[i].weight >= 0 && side[i].weight <= 1);
        assert_true(side[i].n == (COUNTRIES - 1) * COMMODITIES * PERIODS);
    }
}

static void check_truth(void **state)
{
    const struct truth_case *c = *state;
    mg_reliability_options options = {.trim = c->trim};

    for (uint64_t seed = 1; seed <= 2; seed++) {
        struct world *w = make_world(c->bias, c->outliers, seed);
        mg_reliability got;
        assert_int_equal(c->fit(&w->panel, &options, &got, NULL), MG_OK);
        assert_true(got.converged && got.components == 1);
        for (size_t side = 0; side < MG_ROLES; side++) {
            double score[COUNTRIES];
            scores_of(got.side[side], score);
            double own = -rank_correlation(score, w->sigma[side]);
            double other = -rank_correlation(score, w->sigma[!side]);
            print_message("  %s: %s %.3f, the other side's %.3f\n", c->name,
                          mg_role_name((unsigned)side), own, other);
            assert_true(own > c->least);
            assert_true(fabs(other) < 0.5); /* drawn apart */
        }
        mg_reliability_release(&got);
        free(w);
    }
}

static double variance_error(const mg_reporter *one)
{
    double up = one->sigma + one->sigma_error;

    return up * up - one->sigma * one->sigma;
}

/* The error model itself: variances and biases of pairs, which is what mirror data
 * know, within a few of their standard errors, which are not idle. */
static void variance_is_calibrated(void **state)
{
    (void)state;
    for (int dirty = 0; dirty < 2; dirty++) {
        struct world *w = make_world(0.2, dirty * 0.02, 7);
        mg_reliability got;
        double z[2] = {0};
        assert_int_equal(mg_reliability_variance(&w->panel, NULL, &got, NULL), MG_OK);
        assert_true(got.converged);
        for (size_t i = 0; i < COUNTRIES; i++)
            for (size_t j = 0; j < COUNTRIES; j++) {
                const mg_reporter *x = &got.side[MG_ROLE_EXPORTER][i];
                const mg_reporter *m = &got.side[MG_ROLE_IMPORTER][j];
                const double *s = w->sigma[MG_ROLE_EXPORTER];
                const double *t = w->sigma[MG_ROLE_IMPORTER];
                double off =
                    x->sigma * x->sigma + m->sigma * m->sigma - s[i] * s[i] - t[j] * t[j];
                double error = hypot(variance_error(x), variance_error(m));
                z[0] = fmax(z[0], fabs(off) / error);
                assert_true(error < 0.25 * (0.03 + s[i] * s[i] + t[j] * t[j]));
                off = m->bias - x->bias - got.side[1][0].bias + got.side[0][0].bias -
                      (w->bias[1][j] - w->bias[0][i] - w->bias[1][0] + w->bias[0][0]);
                error =
                    hypot(hypot(x->bias_error, m->bias_error),
                          hypot(got.side[1][0].bias_error, got.side[0][0].bias_error));
                z[1] = fmax(z[1], i + j > 0 ? fabs(off) / error : 0);
                assert_true(error < 0.12);
            }
        print_message("  largest z of a variance %.2f, of a bias %.2f\n", z[0], z[1]);
        assert_true(z[0] > 1 && z[0] < 6 && z[1] > 1 && z[1] < 5);
        mg_reliability_release(&got);
        free(w);
    }
}

/* What a tight cut takes from the squares of good rows is given back. */
static void trim_takes_nothing_from_sigma(void **state)
{
    mg_reliability_options tight = {.trim = 2};
    struct world *w = make_world(0.2, 0, 8);
    double log_ratio = 0;
    mg_reliability wide;
    mg_reliability got;

    (void)state;
    assert_int_equal(mg_reliability_variance(&w->panel, NULL, &wide, NULL), MG_OK);
    assert_int_equal(mg_reliability_variance(&w->panel, &tight, &got, NULL), MG_OK);
    assert_true(got.trimmed > wide.trimmed + got.rows / 50);
    for (size_t i = 0; i < COUNTRIES; i++)
        for (size_t j = 0; j < COUNTRIES; j++)
            log_ratio += log(hypot(got.side[0][i].sigma, got.side[1][j].sigma) /
                             hypot(w->sigma[0][i], w->sigma[1][j]));
    assert_near(log_ratio / COUNTRIES / COUNTRIES, 0, 0.03);
    mg_reliability_release(&wide);
    mg_reliability_release(&got);
    free(w);
}

/* One country errs as exporter alone. */
static void bad_on_one_side_only(void **state)
{
    static const method methods[] = {mg_reliability_baci, mg_reliability_variance,
                                     mg_reliability_by};
    struct world *w = make_world(0, 0, 3);
    uint64_t seed = 11;

    (void)state;
    for (size_t side = 0; side < MG_ROLES; side++)
        for (size_t i = 0; i < COUNTRIES; i++)
            w->sigma[side][i] = 0.2 + 0.002 * (double)i;
    w->sigma[MG_ROLE_EXPORTER][20] = 1.5;
    draw_rows(w, 0, &seed);
    for (size_t k = 0; k < 3; k++) {
        mg_reliability got;
        double score[MG_ROLES][COUNTRIES];
        assert_int_equal(methods[k](&w->panel, NULL, &got, NULL), MG_OK);
        for (size_t side = 0; side < MG_ROLES; side++)
            scores_of(got.side[side], score[side]);
        assert_true(rank_of(score[MG_ROLE_EXPORTER], 20) == 0.5);
        double importer = rank_of(score[MG_ROLE_IMPORTER], 20);
        print_message("  as importer: rank %g of %d\n", importer, COUNTRIES);
        assert_true(importer > 3);
        assert_true(got.side[MG_ROLE_EXPORTER][20].weight < 0.3);
        assert_true(got.side[MG_ROLE_IMPORTER][20].weight >
                    got.side[MG_ROLE_EXPORTER][20].weight);
        mg_reliability_release(&got);
    }
    free(w);
}

static void compare(const mg_reliability *a, const mg_reliability *b, double tolerance)
{
    for (size_t side = 0; side < MG_ROLES; side++)
        for (size_t i = 0; i < COUNTRIES; i++) {
            const mg_reporter *x = &a->side[side][i];
            const mg_reporter *y = &b->side[side][i];
            assert_near(x->score, y->score, tolerance * fabs(y->score));
            assert_near(x->std_error, y->std_error, tolerance);
            assert_near(x->weight, y->weight, tolerance);
            assert_near(x->sigma, y->sigma, tolerance);
            assert_near(x->bias, y->bias, tolerance);
            assert_near(x->bias_error, y->bias_error, tolerance);
        }
    assert_int_equal(a->sweeps, b->sweeps);
    assert_int_equal(a->trimmed, b->trimmed);
}

static struct truth_case unit_cases[] = {
    {"baci: unit and threads change nothing", mg_reliability_baci, .2, .02, 6, 0},
    {"variance: unit and threads change nothing", mg_reliability_variance, .2, .02, 0, 0},
    {"by: unit and threads change nothing", mg_reliability_by, .2, .02, 0, 0},
};

static void check_unit(void **state)
{
    const struct truth_case *c = *state;
    mg_reliability_options options = {.trim = c->trim};
    struct world *w = make_world(c->bias, c->outliers, 5);
    mg_reliability first;
    mg_reliability again;

    mg_threads_set(1);
    assert_int_equal(c->fit(&w->panel, &options, &first, NULL), MG_OK);
    for (int threads = 2; threads <= 4; threads += 2) {
        mg_threads_set(threads);
        assert_int_equal(c->fit(&w->panel, &options, &again, NULL), MG_OK);
        compare(&again, &first, 0);
        mg_reliability_release(&again);
    }
    for (size_t r = 0; r < w->panel.n; r++) {
        w->x[r] *= 1000;
        w->m[r] *= 1000;
    }
    assert_int_equal(c->fit(&w->panel, &options, &again, NULL), MG_OK);
    compare(&again, &first, 1e-12);
    mg_reliability_release(&again);
    mg_reliability_release(&first);
    free(w);
}

/* Exporters and importers change places, and with them their scores: a role taken
 * for the other, or a cut on one side of 0 only, would show here. */
static struct truth_case mirror_cases[] = {
    {"baci: roles change places", mg_reliability_baci, .2, .03, 6, 0},
    {"variance: roles change places", mg_reliability_variance, .2, .03, 0, 0},
    {"by: roles change places", mg_reliability_by, .2, .03, 0, 0},
};

static void check_mirror(void **state)
{
    const struct truth_case *c = *state;
    mg_reliability_options options = {.trim = c->trim};
    struct world *w = make_world(c->bias, c->outliers, 6);
    mg_mirror_panel turned = w->panel;
    mg_reliability here;
    mg_reliability there;

    turned.exporter = w->panel.importer;
    turned.importer = w->panel.exporter;
    turned.x = w->panel.m;
    turned.m = w->panel.x;
    assert_int_equal(c->fit(&w->panel, &options, &here, NULL), MG_OK);
    assert_int_equal(c->fit(&turned, &options, &there, NULL), MG_OK);
    assert_int_equal(here.trimmed, there.trimmed);
    for (size_t side = 0; side < MG_ROLES; side++)
        for (size_t i = 0; i < COUNTRIES; i++) {
            const mg_reporter *x = &here.side[side][i];
            const mg_reporter *y = &there.side[!side][i];
            assert_near(x->score / y->score, 1, 1e-4);
            assert_near(x->std_error, y->std_error, 1e-4 * x->score);
            assert_near(x->weight, y->weight, 1e-4);
            assert_near(x->bias, y->bias, 1e-6);
        }
    mg_reliability_release(&here);
    mg_reliability_release(&there);
    free(w);
}

/* Below the threshold a negative sigma used to be squared, and a noisy reporter
 * could lose to a worse one: none is negative, and a better score never has the
 * smaller weight against the same partner. */
static void sigma_keeps_its_sign(void **state)
{
    struct world *w = make_world(0, 0, 9);
    mg_reliability got;
    size_t at_floor = 0;

    (void)state;
    w->panel.n /= 4; /* few exporters, wide errors */
    assert_int_equal(mg_reliability_baci(&w->panel, NULL, &got, NULL), MG_OK);
    const mg_reporter *m = got.side[MG_ROLE_IMPORTER];
    for (size_t i = 0; i < COUNTRIES; i++) {
        assert_true(m[i].sigma >= 0);
        at_floor += m[i].sigma == 0;
        for (size_t j = 0; j < COUNTRIES; j++)
            if (m[i].sigma < m[j].sigma)
                assert_true(mg_baci_weight(.3, m[i].sigma) <=
                            mg_baci_weight(.3, m[j].sigma));
    }
    assert_true(at_floor > 0); /* the best is always below its threshold */
    mg_reliability_release(&got);
    free(w);
}

int main(void)
{
    static struct suite s;

    SUITE_CASES(&s, truth_cases, check_truth);
    suite_add(&s, "variance is calibrated", variance_is_calibrated, NULL);
    suite_add(&s, "trim takes nothing from sigma", trim_takes_nothing_from_sigma, NULL);
    suite_add(&s, "bad on one side only", bad_on_one_side_only, NULL);
    SUITE_CASES(&s, unit_cases, check_unit);
    SUITE_CASES(&s, mirror_cases, check_mirror);
    suite_add(&s, "sigma keeps its sign", sigma_keeps_its_sign, NULL);
    return suite_run("reliability_truth", &s);
}
