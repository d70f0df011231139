/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Calibrated bands: coverage in simulated worlds of countries, also where the fit is
 * of the wrong shape. */
#include "mirrorgap/totals_calibrate.h"
#include "testing.h"

/* ln(own / estimate) of a country-year: a habit of the country, noise of the year. */
struct world_case {
    const char *name;
    size_t countries, years; /* years: of most; some have few */
    double habit, noise;
    double bias, slope; /* of the location, on the first covariate */
    double spread;      /* how much the scale grows with the second */
    double tail;        /* chance of a year that is off by 2 more */
};

static struct world_case world_cases[] = {
    {"plain", 120, 10, 0.1, 0.2, 0, 0, 0, 0},
    {"a bias to be taken off", 120, 10, 0.1, 0.2, 0.4, 0, 0, 0},
    {"location and scale depend on covariates", 150, 10, 0.1, 0.2, 0.1, 0.5, 1, 0},
    {"mostly the country's habit", 150, 10, 0.3, 0.05, 0, 0.2, 0.5, 0},
    {"one year each", 200, 1, 0, 0.3, 0.1, 0.2, 0.5, 0},
    {"outliers", 150, 10, 0.1, 0.2, 0, 0.2, 0, 0.05},
    {"few countries", 40, 12, 0.1, 0.2, 0.1, 0.2, 0.3, 0},
};

static double draw_row(const struct world_case *c, double habit, uint64_t *seed,
                       double *x)
{
    x[0] = (double)random_below(seed, 1000) / 1000;    /* completeness, say */
    x[1] = (double)random_below(seed, 1000) / 500 - 1; /* size */
    double scale = exp(c->spread * x[1]);
    double ratio =
        c->bias + c->slope * x[0] + scale * (habit + c->noise * random_normal(seed));
    if ((double)random_below(seed, 1000) / 1000 < c->tail)
        ratio += 2;
    return ratio;
}

static size_t draw_world(const struct world_case *c, uint64_t *seed, uint32_t *country,
                         double *ratio, double *x)
{
    size_t n = 0;

    for (size_t k = 0; k < c->countries; k++) {
        double habit = c->habit * random_normal(seed);
        size_t years = k % 4 == 3 ? (c->years + 3) / 4 : c->years;
        for (size_t t = 0; t < years; t++, n++) {
            country[n] = (uint32_t)(k * 7 + 4);
            ratio[n] = draw_row(c, habit, seed, x + 2 * n);
        }
    }
    return n;
}

static void check_world(void **state)
{
    const struct world_case *c = *state;
    enum { WORLDS = 40, NEW = 200, MOST = 4000 };
    uint32_t *country = malloc(MOST * sizeof *country);
    double *ratio = malloc(MOST * sizeof *ratio);
    double *x = malloc(MOST * 2 * sizeof *x);
    uint64_t seed = c->countries + c->years;
    int inside = 0;

    assert_true(country != NULL && ratio != NULL && x != NULL);
    for (uint64_t world = 0; world < WORLDS; world++) {
        mg_totals_calibration cal;
        size_t n = draw_world(c, &seed, country, ratio, x);
        assert_int_equal(
            mg_totals_calibrate(n, country, ratio, 2, x, 0.9, world, &cal, NULL), MG_OK);
        for (int i = 0; i < NEW; i++) {
            double row[2];
            double own =
                1e6 * exp(draw_row(c, c->habit * random_normal(&seed), &seed, row));
            mg_totals_band band = mg_totals_calibrated(&cal, 1e6, row);
            assert_true(band.low <= band.middle && band.middle <= band.high);
            inside += own >= band.low && own <= band.high;
        }
    }
    free(country);
    free(ratio);
    free(x);
    if (inside < 0.85 * WORLDS * NEW || inside > 0.95 * WORLDS * NEW)
        fail_msg("%d of %d inside", inside, WORLDS * NEW);
}

/* The order of the rows and other names for the countries' years change nothing. */
static void same_whatever_the_order(void **state)
{
    enum { N = 400 };
    static uint32_t country[N], turned_country[N];
    static double ratio[N], turned_ratio[N], x[2 * N], turned_x[2 * N];
    uint64_t seed = 77;
    mg_totals_calibration a, b;

    (void)state;
    for (size_t i = 0; i < N; i++) {
        country[i] = (uint32_t)(i / 8);
        ratio[i] = draw_row(&world_cases[2], 0, &seed, x + 2 * i);
    }
    for (size_t i = 0; i < N; i++) { /* countries as blocks in reverse */
        size_t from = (N / 8 - 1 - i / 8) * 8 + i % 8;
        turned_country[i] = country[from];
        turned_ratio[i] = ratio[from];
        memcpy(turned_x + 2 * i, x + 2 * from, 2 * sizeof *x);
    }
    assert_int_equal(mg_totals_calibrate(N, country, ratio, 2, x, 0.9, 5, &a, NULL),
                     MG_OK);
    assert_int_equal(mg_totals_calibrate(N, turned_country, turned_ratio, 2, turned_x,
                                         0.9, 5, &b, NULL),
                     MG_OK);
    assert_memory_equal(&a, &b, sizeof a);
    assert_int_equal(a.fitted + a.kept, N / 8);
    assert_int_equal(mg_totals_calibrate(N, country, ratio, 2, x, 0.9, 6, &b, NULL),
                     MG_OK);
    assert_true(a.quantile != b.quantile);
}

/* By hand: one covariate that does not vary, so medians; 10 countries kept of 20. */
static void by_hand(void **state)
{
    enum { N = 20 };
    uint32_t country[N];
    double ratio[N], x[N];
    mg_totals_calibration cal;

    (void)state;
    for (size_t i = 0; i < N; i++) {
        country[i] = (uint32_t)i;
        ratio[i] = 0.25;
        x[i] = 3;
    }
    assert_int_equal(mg_totals_calibrate(N, country, ratio, 1, x, 0.9, 1, &cal, NULL),
                     MG_OK);
    double far = 99; /* held within what was seen: 3 */
    mg_totals_band band = mg_totals_calibrated(&cal, 100, &far);
    assert_near(band.middle, 100 * exp(0.25), 1e-9);
    assert_near(band.high / band.low, 1, 1e-9);
    /* level 10/11 is the largest that 10 countries can vouch for */
    assert_int_equal(mg_totals_calibrate(N, country, ratio, 1, x, 0.909, 1, &cal, NULL),
                     MG_OK);
    assert_int_equal(mg_totals_calibrate(N, country, ratio, 1, x, 0.91, 1, &cal, NULL),
                     MG_E_RANGE);
    assert_int_equal(mg_totals_countries_needed(0.9), 18);
    assert_int_equal(mg_totals_countries_needed(0.5), 2);
}

struct range_case {
    const char *name;
    double ratio, x, level;
    size_t covariates, n;
};

static struct range_case range_cases[] = {
    {"a ratio that is none", NAN, 0, 0.9, 1, 40},
    {"no end", 0, INFINITY, 0.9, 1, 40},
    {"no level", 0, 0, 0, 1, 40},
    {"certainty", 0, 0, 1, 1, 40},
    {"too many covariates", 0, 0, 0.9, 7, 5},
    {"nothing", 0, 0, 0.9, 1, 0},
    {"too few countries", 0, 0, 0.9, 1, 17},
};

static void check_range(void **state)
{
    const struct range_case *c = *state;
    uint32_t country[40];
    double ratio[40], x[40];
    mg_totals_calibration cal;
    mg_error err;

    for (uint32_t i = 0; i < 40; i++) {
        country[i] = i;
        ratio[i] = i == 4 ? c->ratio : 0;
        x[i] = i == 4 ? c->x : 0;
    }
    assert_int_equal(mg_totals_calibrate(c->n, country, ratio, c->covariates, x, c->level,
                                         1, &cal, &err),
                     MG_E_RANGE);
}

int main(void)
{
    static struct suite s;

    SUITE_CASES(&s, world_cases, check_world);
    suite_add(&s, "whatever the order", same_whatever_the_order, NULL);
    suite_add(&s, "by hand", by_hand, NULL);
    SUITE_CASES(&s, range_cases, check_range);
    return suite_run("totals_calibrate", &s);
}
