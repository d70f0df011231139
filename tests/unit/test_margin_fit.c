/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The re-estimated margin equation finds the equation of worlds where it is known. */
#include "margin_world.h"

static struct world worlds[] = {
    {"clean", 0, false, false, {0}, 0},
    {"2 % gross outliers", .02, false, false, {0}, 0},
    {"2 % gross outliers, one pass", .02, false, false, {.passes = 1}, 0},
    {"clean, one pass", 0, false, false, {.passes = 1}, 0},
    {"clean, not trimmed", 0, false, false, {.no_trim = true}, 0},
    {"one variance, robust errors", 0, true, false, {.robust = true}, 0},
    {"one variance, outliers, robust errors", .02, true, false, {.robust = true}, 0},
    {"one variance, no weights", 0, true, false, {.unweighted = true}, 0},
    {"ratio of values, outliers", .02, false, true, {.values = true}, 0},
    {"few neighbours, outliers", .02, false, false, {0}, .03},
};

static void coverage(void **state)
{
    const struct world *world = *state;
    enum { SEEDS = 50 };
    int within = 0;
    double square = 0;
    double of_sigma = 0;

    for (unsigned long seed = 1; seed <= SEEDS; seed++) {
        mg_margin_pair *pairs = make_pairs(seed, world, N);
        struct memory m = {.pairs = pairs, .n = N};
        mg_margin_fit fit = fit_of(&m, &world->options);
        assert_int_equal(fit.p, TERMS);
        assert_int_equal(fit.base_year, 2016);
        assert_int_equal(fit.n_dropped, 0);
        assert_int_equal(fit.leverage_kept,
                         world->options.no_trim || world->neighbours > 0);
        for (size_t j = 0; j < TERMS; j++) {
            assert_int_equal(fit.term[j], terms[j]);
            double off = (fit.coefficient[j] - truth[j]) / fit.std_error[j];
            within += fabs(off) <= 2;
            square += off * off / (SEEDS * TERMS);
        }
        of_sigma += fit.sigma / SEEDS;
        mg_margin_fit_release(&fit);
        free(pairs);
    }
    printf("%s: %.1f %% within two errors, mean square %.3f, sigma %.4f\n", world->name,
           100. * within / (SEEDS * TERMS), square, of_sigma);
    assert_true(within * 10 >= SEEDS * TERMS * 9);
    /* errors that trimming made too small by 1.29 would give 1.67; too wide ones < .7 */
    assert_true(square > .7 && square < 1.35);
    if (!world->alike)
        assert_near(of_sigma, sigma, .01 * sigma);
}

static void batches_do_not_matter(void **state)
{
    struct world world = {.outliers = .02};
    mg_margin_pair *pairs = make_pairs(3, &world, N);
    struct memory whole = {.pairs = pairs, .n = N};
    struct memory odd = {.pairs = pairs, .n = N, .most = 7};

    (void)state;
    mg_margin_fit a = fit_of(&whole, NULL);
    mg_margin_fit b = fit_of(&odd, NULL);
    assert_int_equal(a.passes, 4);
    assert_int_equal(a.n_used, b.n_used);
    for (size_t j = 0; j < TERMS; j++) {
        assert_same_double(a.coefficient[j], b.coefficient[j]);
        assert_same_double(a.std_error[j], b.std_error[j]);
    }
    assert_same_double(a.sigma, b.sigma);
    mg_margin_fit_release(&a);
    mg_margin_fit_release(&b);
    free(pairs);
}

static void constant_regressors_go(void **state)
{
    struct world world = {.outliers = .02};
    mg_margin_pair *pairs = make_pairs(3, &world, N);
    struct memory m = {.pairs = pairs, .n = N};

    (void)state;
    for (size_t i = 0; i < N; i++) {
        pairs[i].contiguous = false;
        pairs[i].landlocked_m = true;
        pairs[i].year = pairs[i].year == 2015 ? 2014 : 2016;
    }
    mg_margin_fit fit = fit_of(&m, NULL);
    assert_int_equal(fit.n_dropped, 2);
    assert_int_equal(fit.dropped[0], MG_TERM_CONTIGUOUS);
    assert_int_equal(fit.dropped[1], MG_TERM_LANDLOCKED_IMPORTER);
    assert_int_equal(fit.p, 6); /* 2014 alone of the years */
    assert_int_equal(fit.term[5], 2014);
    mg_margin_fit_release(&fit);
    for (size_t i = 0; i < N; i++) /* one distance: its square goes too */
        pairs[i].ln_km = 8;
    fit = fit_of(&m, NULL);
    assert_int_equal(fit.n_dropped, 4);
    mg_margin_fit_release(&fit);
    free(pairs);
}

static void predictions(void **state)
{
    struct world world = {.outliers = 0};
    mg_margin_pair *pairs = make_pairs(8, &world, N);
    struct memory m = {.pairs = pairs, .n = N};
    mg_margin_fit fit = fit_of(&m, NULL);
    mg_margin_case c = {{.km = 1500, .rta = NAN, .landlocked_m = true}, 2, 2015, false};
    double x[TERMS] = {1, log(1500), log(1500) * log(1500), log(2), 0, 1, 0, 0, 1};
    double ln;
    double error;
    double want = 0;
    double variance = 0;

    (void)state;
    for (size_t j = 0; j < TERMS; j++) {
        want += x[j] * fit.coefficient[j];
        for (size_t k = 0; k < TERMS; k++)
            variance += x[j] * x[k] * fit.covariance[j * TERMS + k];
    }
    mg_margin_fit_predict(&fit, &c, &ln, &error);
    assert_near(ln, want, 1e-12);
    assert_near(error, sqrt(variance), 1e-12);
    assert_true(error > 0 && error < .05);
    c.year = 1995; /* not in it: as the base */
    mg_margin_fit_predict(&fit, &c, &ln, &error);
    assert_near(ln, want - fit.coefficient[8], 1e-12);
    c.route.km = NAN;
    mg_margin_fit_predict(&fit, &c, &ln, &error);
    assert_true(isnan(ln) && isnan(error));
    c.route.km = 1500;
    c.unit_value = 0;
    mg_margin_fit_predict(&fit, &c, &ln, &error);
    assert_true(isnan(ln));
    c.unit_value = 2;
    free(fit.covariance); /* as read back without it */
    fit.covariance = NULL;
    mg_margin_fit_predict(&fit, &c, &ln, &error);
    assert_true(!isnan(ln) && isnan(error));
    mg_margin_fit_release(&fit);
    free(pairs);
}

static void names(void **state)
{
    char name[MG_TERM_NAME];

    (void)state;
    for (int t = 0; t < 9999; t = t == MG_TERMS_FIXED - 1 ? MG_TERM_YEAR : t + 1)
        assert_int_equal(mg_margin_term_find(mg_margin_term_name(t, name)), t);
    assert_string_equal(mg_margin_term_name(2016, name), "year_2016");
    static const char *const none[] = {"",          "year_",     "year_16", "year_20160",
                                       "year_x016", "year_0016", "ln"};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        assert_int_equal(mg_margin_term_find(none[i]), -1);
}

/* What is not usable does not count; too little is refused; errors come through. */
static void refusals(void **state)
{
    struct world world = {0};
    mg_margin_pair *pairs = make_pairs(8, &world, 40);
    struct memory m = {.pairs = pairs, .n = 9};
    mg_margin_pairs source = {&m, next, from_the_first};
    mg_margin_fit fit;
    mg_error err = {0};

    (void)state;
    for (size_t i = 0; i < 40; i++) {
        pairs[i].export_kg = pairs[i].import_kg = 5000;
        pairs[i].export_usd = 20000;
        pairs[i].import_usd = 21000;
    }
    assert_int_equal(mg_margin_fit_make(&source, NULL, &fit, &err), MG_E_RANGE);
    assert_null(fit.covariance);
    m.n = 0;
    assert_int_equal(mg_margin_fit_make(&source, NULL, &fit, &err), MG_E_RANGE);
    m.n = 40;
    m.fail = true;
    m.rounds = 0;
    assert_int_equal(mg_margin_fit_make(&source, NULL, &fit, &err), MG_E_IO);
    assert_string_equal(err.what, "the disk is gone");
    m.fail = false;
    pairs[0].import_kg = 2000;
    pairs[1].export_kg = NAN;
    pairs[2].import_usd = 10000;
    pairs[3].export_usd = NAN;
    pairs[4].ln_km = NAN;
    pairs[5].ln_unit_value = -INFINITY;
    pairs[6].year = 0;
    pairs[7].import_usd = INFINITY;
    mg_margin_fit got = fit_of(&m, &(mg_margin_fit_options){.no_trim = true});
    assert_int_equal(got.n_used, 32);
    assert_int_equal(got.n_seen, 40);
    mg_margin_fit_release(&got);
    free(pairs);
}

int main(void)
{
    static struct suite s;

    SUITE_CASES(&s, worlds, coverage);
    suite_add(&s, "batches do not matter", batches_do_not_matter, NULL);
    suite_add(&s, "constant regressors go", constant_regressors_go, NULL);
    suite_add(&s, "predictions", predictions, NULL);
    suite_add(&s, "names of terms", names, NULL);
    suite_add(&s, "refusals", refusals, NULL);
    return suite_run("margin_fit", &s);
}
