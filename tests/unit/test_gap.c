/* SPDX-License-Identifier: GPL-3.0-or-later */
/* METHODS 4.1's tests and the soybeans of PEERS. */
#include "mirrorgap/gap.h"
#include "testing.h"

static const mg_margin_rule six = {true, .06, 0, .1};
static const mg_margin_rule as_filed = {false, 0, 0, .1};

struct gap_case {
    const char *name;
    const mg_margin_rule *rule;
    double x, m, fob; /* NaN: silent, none */
    double gap, relative, log_gap, margin;
    int source;
    double tolerance;
};

static const mg_margin_rule five = {true, .05, 0, .1};

static struct gap_case gap_cases[] = {
    {"METHODS 4.1", &six, 80, 120, NAN, 33.207547, 0.171875, 0.347196199984188, .06,
     MG_MARGIN_FIXED, 5e-7},
    {"exporter reports 0", &six, 0, 106, NAN, 100, 1, NAN, .06, MG_MARGIN_FIXED, 1e-12},
    {"exporter silent", &six, NAN, 106, NAN, NAN, 1, NAN, .06, MG_MARGIN_FIXED, 1e-12},
    {"importer silent", &six, 80, NAN, NAN, NAN, -1, NAN, .06, MG_MARGIN_FIXED, 1e-12},
    {"importer reports 0", &six, 80, 0, NAN, -80, -1, NAN, .06, MG_MARGIN_FIXED, 1e-12},
    {"both 0", &six, 0, 0, NAN, 0, NAN, NAN, .06, MG_MARGIN_FIXED, 0},
    {"as filed", &as_filed, 80, 120, 115, 40, .2, 0.405465108108164, 0, MG_MARGIN_NONE,
     1e-12},
    {"filed FOB", &six, 80, 120, 100, 20, 1.0 / 9, 0.223143551314210, .2,
     MG_MARGIN_FILED_FOB, 1e-12},
    {"filed FOB of 0 is none", &six, 100, 106, 0, 0, 0, 0, .06, MG_MARGIN_FIXED, 1e-12},
    {"soybeans 2023 at 6 %", &six, 38917721136.0, 40954089983.0, NAN, -281787189.77,
     -0.0036334, -0.0072669, .06, MG_MARGIN_FIXED, .005},
    {"soybeans 2023 at 5 %", &five, 38917721136.0, 40954089983.0, NAN, 86174085.90,
     0.0011059, 0.0022118, .05, MG_MARGIN_FIXED, .005},
    {"soybeans 2024, as filed", &as_filed, 31499887711.0, 36455784932.0, NAN,
     4955897221.0, 0.0729289, 0.146116173464, 0, MG_MARGIN_NONE, 1e-6},
    {"soybeans 2024 at 6 %", &six, 31499887711.0, 36455784932.0, NAN, 2892362224.849052,
     0.0438954, 0.0878472653, .06, MG_MARGIN_FIXED, 1e-5},
};

static void check_gap(void **state)
{
    const struct gap_case *c = *state;
    mg_fob fob = mg_margin_apply(c->rule, c->m, c->fob);
    double ratio_tolerance = c->tolerance < 1e-6 && c->tolerance > 0 ? 1e-8 : 1e-6;

    assert_near(fob.usd - c->x, c->gap, c->tolerance);
    assert_near(mg_gap_relative(fob.usd, c->x), c->relative, ratio_tolerance);
    assert_near(mg_gap_log(fob.usd, c->x), c->log_gap, ratio_tolerance);
    assert_near(fob.margin, c->margin, 1e-12);
    assert_int_equal(fob.source, c->source);
    if (!isnan(fob.usd)) {
        assert_true(fob.usd_low <= fob.usd_high);
        assert_true(fob.usd_low <= fob.usd && fob.usd <= fob.usd_high);
    }
    if (c->source == MG_MARGIN_FILED_FOB)
        assert_true(fob.usd_low == fob.usd && fob.usd_high == fob.usd);
    else {
        assert_near(fob.usd_low, c->m / 1.1, fabs(c->m) * 1e-15);
        assert_near(fob.usd_high, c->m, 0);
    }
}

static void soybeans_2023_exactly(void **state)
{
    (void)state;
    assert_near(40954089983.0 / 38917721136.0, 1.052324976580, 1e-12);
    assert_near(exp(mg_gap_log(40954089983.0, 38917721136.0)), 1.052324976580, 1e-12);
}

static void relative_is_symmetric(void **state)
{
    uint64_t seed = 1;

    (void)state;
    for (int i = 0; i < 10000; i++) {
        double m = (double)random_below(&seed, 1000);
        double x = (double)random_below(&seed, 1000);
        double r = mg_gap_relative(m, x);
        assert_true(isnan(r) == (m + x == 0));
        assert_true(isnan(r) || (r >= -1 && r <= 1));
        assert_near(mg_gap_relative(x, m), -r, 0);
    }
    for (unsigned s = 0; s < MG_MARGIN_SOURCES; s++)
        assert_true(mg_margin_source_name(s)[0] != '\0');
}

int main(void)
{
    static struct suite s;

    SUITE_CASES(&s, gap_cases, check_gap);
    suite_add(&s, "soybeans 2023", soybeans_2023_exactly, NULL);
    suite_add(&s, "relative gap", relative_is_symmetric, NULL);
    return suite_run("gap", &s);
}
