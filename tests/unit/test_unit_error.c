/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Powers of ten and mixed-up units, against the formula written out. */
#include "mirrorgap/unit_error.h"
#include "testing.h"

struct error_case {
    const char *name;
    double ratio, spread;
    bool of_value;
    mg_slip slip;
    int k;
    bool called;
};

static struct error_case error_cases[] = {
    {"nothing", 1, .2, false, MG_SLIP_NONE, 0, false},
    {"between factors", 30, .2, false, MG_SLIP_NONE, 0, false},
    {"tonnes for kg", 1000, .2, false, MG_SLIP_POWER_10, 3, true},
    {"kg for tonnes", .001, .2, false, MG_SLIP_POWER_10, -3, true},
    {"within 10 %", 1045, .2, false, MG_SLIP_POWER_10, 3, true},
    {"at 11 %", 1110, .2, false, MG_SLIP_NONE, 0, false},
    {"at 1/1.09", 1 / 1.09, .2, false, MG_SLIP_NONE, 0, false},
    {"1000 in wild prices", 1000, 1.5, false, MG_SLIP_POWER_10, 3, false},
    {"10 in steady prices", 10, .05, false, MG_SLIP_POWER_10, 1, true},
    {"10 in fish prices", 10, .28, false, MG_SLIP_POWER_10, 1, false},
    {"10 in wild prices", 10, 1, false, MG_SLIP_POWER_10, 1, false},
    {"100 in steady prices", .01, .05, false, MG_SLIP_POWER_10, -2, true},
    {"10^6", 1e6, .1, false, MG_SLIP_POWER_10, 6, true},
    {"10^-6", 1e-6, .1, false, MG_SLIP_POWER_10, -6, true},
    {"10^7", 1e7, .2, false, MG_SLIP_NONE, 0, false},
    {"pounds", 2.2046, .005, false, MG_SLIP_POUND, 1, true},
    {"kg for pounds", 1 / 2.2046, .005, false, MG_SLIP_POUND, -1, true},
    {"pounds in fish prices", 2.2046, .28, false, MG_SLIP_POUND, 1, false},
    {"short tons, not 1000", 907.185, .01, false, MG_SLIP_SHORT_TON, 1, true},
    {"short tons or 1000", 907.185, .2, false, MG_SLIP_POWER_10, 3, true},
    {"1000 in fish prices", 1000, .28, false, MG_SLIP_POWER_10, 3, true},
    {"pounds for tonnes", 2204.6, .05, false, MG_SLIP_POUND_TONNE, 1, true},
    {"a value in thousands", .001, .1, true, MG_SLIP_POWER_10, -3, true},
    {"a value in hundreds", 100, .1, true, MG_SLIP_POWER_10, 2, true},
    {"a value by 10", 10, .05, true, MG_SLIP_NONE, 0, false},
    {"a value in pounds", 2.2046, .01, true, MG_SLIP_NONE, 0, false},
};

/* Density of t, s.d. spread by the MAD, from its definition. */
static double density(double x, double spread, bool of_value)
{
    double v = of_value ? 3 : 2;
    double scale =
        spread * 0.6744897501960817 / (of_value ? 0.764892328404345 : sqrt(2.0 / 3));
    return tgamma((v + 1) / 2) / tgamma(v / 2) / sqrt(v * 3.141592653589793) / scale *
           pow(1 + x * x / scale / scale / v, -(v + 1) / 2);
}

static void check_error(void **state)
{
    const struct error_case *c = *state;
    mg_unit_error got = c->of_value ? mg_unit_error_value(c->ratio, c->spread)
                                    : mg_unit_error_quantity(c->ratio, c->spread);

    assert_int_equal(got.slip, c->slip);
    assert_int_equal(got.k, c->k);
    assert_int_equal(got.called, c->called);
    if (c->slip == MG_SLIP_NONE) {
        assert_true(got.factor == 1 && got.odds == 0);
        return;
    }
    double ln = log(c->ratio);
    double want = density(ln - log(got.factor), c->spread, c->of_value) /
                  density(ln, c->spread, c->of_value);
    assert_near(got.likelihood_ratio / want, 1, 1e-9);
    assert_true(fabs(c->ratio / got.factor - 1) < .1112);
    if (c->slip == MG_SLIP_POWER_10)
        assert_near(got.factor / pow(10, c->k), 1, 1e-12);
    assert_int_equal(got.called, got.odds >= 10);
    assert_true(mg_slip_name(got.slip)[0] != '\0');
}

static void priors(void **state)
{
    static const double of_k[] = {.0014, .0002, .004, .00005, .00005, .00005};

    (void)state;
    for (int k = 1; k <= 6; k++) {
        mg_unit_error up = mg_unit_error_quantity(pow(10, k), .3);
        mg_unit_error down = mg_unit_error_quantity(pow(10, -k), .3);
        assert_near(up.odds / up.likelihood_ratio / of_k[k - 1], .5, 1e-9);
        assert_near(down.odds / up.odds, 1, 1e-9);
    }
    /* the wilder the prices, the less it says */
    double before = INFINITY;
    for (double s = .05; s < 5; s *= 1.3) {
        double odds = mg_unit_error_quantity(1000, s).odds;
        assert_true(odds < before);
        before = odds;
    }
}

static void out_of_domain(void **state)
{
    static const double bad[][2] = {{0, .2},   {-1, .2},   {NAN, .2},   {INFINITY, .2},
                                    {1000, 0}, {1000, -1}, {1000, NAN}, {1000, INFINITY}};

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        mg_unit_error e = mg_unit_error_quantity(bad[i][0], bad[i][1]);
        assert_true(e.slip == MG_SLIP_NONE && isnan(e.odds) && !e.called);
    }
}

struct mirror_case {
    const char *name;
    double gap, qty_gap; /* as ratios m / x */
    double uv_m, uv_x, uv;
    bool called, on_value;
    int k;
    char side;
};

static struct mirror_case mirror_cases[] = {
    {"agreeing", 1.05, 1.02, 4, 4, 4, false, true, 0, 0},
    {"m's tonnes too large", 1.05, 1000, .004, 4, 4.2, true, false, 3, 'm'},
    {"m's tonnes too small", 1.05, .001, 4000, 4, 4.2, true, false, -3, 'm'},
    {"x's quantity too small", 1.05, 1000, 4, 4000, 4.2, true, false, 3, 'x'},
    {"x's quantity too large", .9, .001, 4, .004, 4.2, true, false, -3, 'x'},
    {"no median", 1.05, 1000, .004, 4, NAN, true, false, 3, 0},
    {"median between", 1, 1000, .1, 100, 3.2, true, false, 3, 0},
    {"value and quantity differ alike", 1000, 1000, 4, 4, 4, false, false, 0, 0},
    {"x's value in thousands", 1000, 1.02, 4, .004, 4, true, true, 3, 'x'},
    {"m's value in thousands", .001, 1.02, .004, 4, 4, true, true, -3, 'm'},
    {"both odd", 30, 30000, .004, 4, 4, false, false, 3, 'm'},
    {"no quantity", 1.05, NAN, NAN, NAN, 4, false, false, 0, 0},
};

static void check_mirror(void **state)
{
    const struct mirror_case *c = *state;
    mg_mirror_evidence e = {log(c->gap),  log(c->qty_gap), 1,         .15,
                            log(c->uv_m), log(c->uv_x),    log(c->uv)};
    mg_mirror_error got = mg_unit_error_mirror(&e);

    assert_int_equal(got.error.called, c->called);
    assert_int_equal(got.error.k, c->k);
    assert_int_equal(got.side, c->side);
    if (c->called)
        assert_int_equal(got.on_value, c->on_value);
}

int main(void)
{
    static struct suite s;

    SUITE_CASES(&s, error_cases, check_error);
    suite_add(&s, "priors", priors, NULL);
    suite_add(&s, "out of domain", out_of_domain, NULL);
    SUITE_CASES(&s, mirror_cases, check_mirror);
    return suite_run("unit_error", &s);
}
