/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Completeness: small tables worked out by hand. */
#include "mirrorgap/completeness.h"
#include "testing.h"

#define NONE NAN
enum { PERIODS = 6, PARTNERS = 3 };

struct table_case {
    const char *name;
    double usd[PERIODS * PARTNERS]; /* row by row */
    size_t period;
    double share, ratio;
    size_t base;
    bool collapsed, silent;
    size_t silent_partner; /* 3: none */
};

static struct table_case table_cases[] = {
    {"all report",
     {60, 30, 10, 60, 30, 10, 60, 30, 10, 60, 30, 10, 60, 30, 10, 60, 30, 10},
     5,
     1,
     1,
     3,
     false,
     false,
     3},
    {"a small one is silent",
     {60, 30, 10, 60, 30, 10, 60, 30, 10, 60, 30, 10, 60, 30, 10, 60, 30, NONE},
     5,
     0.9,
     0.9,
     3,
     false,
     false,
     2},
    {"the main one is silent: the total collapses",
     {70, 20, 10, 70, 20, 10, 70, 20, 10, 70, 20, 10, 70, 20, 10, NONE, 20, 10},
     5,
     0.3,
     0.3,
     3,
     true,
     true,
     0},
    {"0 is a report",
     {70, 20, 10, 70, 20, 10, 70, 20, 10, 70, 20, 10, 70, 20, 10, 0, 20, 10},
     5,
     1,
     0.3,
     3,
     true,
     false,
     3},
    {"years that are not complete are passed over",
     {60, 30, 10, 80, 30, 10, 100, 30, 10, NONE, 30, 10, 60, NONE, 10, 60, NONE, 10},
     5,
     90.0 / 120,
     70.0 / 120,
     3,
     false,
     true,
     1},
    {"the first year looks ahead",
     {50, NONE, 20, 60, 30, 10, 60, 30, 10, 60, 30, 10, 1, 1, 1, 1, 1, 1},
     0,
     0.7,
     0.7,
     3,
     false,
     true,
     1},
    {"the second: one year before, two after",
     {90, 30, 10, 30, NONE, 10, 60, 30, 10, 60, 30, 10, 1, 1, 1, 1, 1, 1},
     1,
     80.0 / 110,
     40.0 / 110,
     3,
     true,
     true,
     1},
    {"a year is complete though a small partner is silent",
     {60, 30, 10, 60, 30, 10, 60, 30, 10, 60, 30, NONE, 60, 30, NONE, 60, 30, 10},
     5,
     1,
     100.0 / (280.0 / 3),
     3,
     false,
     false,
     3},
    {"nobody ever reported",
     {NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE,
      NONE, NONE, NONE, NONE},
     5,
     NAN,
     NAN,
     0,
     false,
     false,
     3},
    {"trade of nothing",
     {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0},
     5,
     NAN,
     NAN,
     0,
     false,
     false,
     3},
    {"reported now only",
     {NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE,
      NONE, 5, 5, 5},
     5,
     NAN,
     NAN,
     0,
     false,
     false,
     3},
};

static void check_table(void **state)
{
    const struct table_case *c = *state;
    mg_completeness r;

    assert_int_equal(mg_completeness_of(PERIODS, PARTNERS, c->usd, c->period,
                                        &mg_completeness_usual, &r, NULL),
                     MG_OK);
    assert_near(r.share, c->share, 1e-12);
    assert_near(r.ratio, c->ratio, 1e-12);
    assert_int_equal(r.base, c->base);
    assert_int_equal(r.collapsed, c->collapsed);
    assert_int_equal(r.main_partner_silent, c->silent);
    assert_int_equal(r.silent_partner, c->silent_partner);
    assert_near(mg_completeness_upper(&mg_completeness_usual, 100, r.share),
                c->share >= 0.4 ? 100 / c->share : NAN, 1e-9);
}

static void edges(void **state)
{
    const double usd[] = {1, -1};
    const double infinite[] = {1, INFINITY};
    const double good[] = {1, 2};
    const mg_completeness_rule *rule = &mg_completeness_usual;
    mg_completeness r;
    mg_error err;

    (void)state;
    assert_int_equal(mg_completeness_of(1, 2, usd, 0, rule, &r, &err), MG_E_RANGE);
    assert_int_equal(mg_completeness_of(1, 2, infinite, 0, rule, &r, &err), MG_E_RANGE);
    assert_int_equal(mg_completeness_of(1, 2, good, 1, rule, &r, &err), MG_E_RANGE);
    assert_int_equal(mg_completeness_of(1, 2, good, 0, rule, &r, NULL), MG_OK);
    assert_int_equal(r.base, 0); /* a period is not its own base */
    assert_near(r.share, NAN, 0);
    assert_near(mg_completeness_upper(rule, 10, 0.4), 25, 1e-12);
    assert_near(mg_completeness_upper(rule, 10, 0.39), NAN, 0);
    assert_near(mg_completeness_upper(rule, 10, NAN), NAN, 0);
}

int main(void)
{
    static struct suite s;

    SUITE_CASES(&s, table_cases, check_table);
    suite_add(&s, "edges", edges, NULL);
    return suite_run("completeness", &s);
}
