/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The published margin models against values worked out by hand. */
#include "mirrorgap/margin.h"
#include "testing.h"

struct margin_case {
    const char *name;
    int variant; /* of BACI; 0: GFI */
    mg_margin_case at;
    double factor; /* CIF / FOB; NaN: none */
};

#define ROUTE(...)                                                                       \
    {                                                                                    \
        .rta = NAN, __VA_ARGS__                                                          \
    }

static struct margin_case margin_cases[] = {
    {"BACI II, 1000 km", 2, {ROUTE(.km = 1000), 1, 2004, false}, 1.038023},
    {"BACI II, 8100 km", 2, {ROUTE(.km = 8100), 5, 2004, false}, 1.092503},
    {"BACI II, neighbours",
     2,
     {ROUTE(.km = 400, .contiguous = true), .1, 2004, false},
     1.050849},
    {"BACI II, importer without coast",
     2,
     {ROUTE(.km = 3000, .landlocked_m = true), 2, 2004, false},
     1.113088},
    {"GFI, both advanced", 0, {ROUTE(.km = 5000), 1, 2016, false}, 1.0897020},
    {"GFI, importer developing, 2015",
     0,
     {ROUTE(.km = 8000, .developing_m = true), 10, 2015, false},
     1.1024237},
    {"GFI, neighbours with an agreement",
     0,
     {{.km = 800, .rta = 3, .contiguous = true, .same_continent = true}, 2, 2016, false},
     1.0201630},
    /* by hand: 1 km and 1 USD a kg leave the constants */
    {"BACI I, constant", 1, {ROUTE(.km = 1), 1, 2004, false}, 1.705741647},
    {"BACI I, exporter without coast",
     1,
     {ROUTE(.km = 1, .landlocked_x = true), 1, 2004, false},
     1.670294570},
    {"BACI III, constant", 3, {ROUTE(.km = 1), 1, 2004, false}, 1.555815740},
    {"BACI III, exporter without coast",
     3,
     {ROUTE(.km = 1, .landlocked_x = true), 1, 2004, false},
     1.574597997},
    {"BACI IV, constant", 4, {ROUTE(.km = 1), 1, 2004, false}, 1.349858808},
    {"BACI IV, all dummies",
     4,
     {ROUTE(.km = 1, .contiguous = true, .landlocked_m = true, .landlocked_x = true), 1,
      2004, false},
     1.357982307},
    {"GFI, constant", 0, {ROUTE(.km = 1), 1, 2008, false}, 1.125854388},
    {"no distance", 2, {ROUTE(.km = NAN), 1, 2004, false}, NAN},
    {"no unit value", 2, {ROUTE(.km = 1000), NAN, 2004, false}, NAN},
    {"a unit value of 0", 0, {ROUTE(.km = 1000), 0, 2004, false}, NAN},
    {"no distance in GFI", 0, {ROUTE(.km = NAN), 1, 2004, false}, NAN},
    {"no such variant", 5, {ROUTE(.km = 1000), 1, 2004, false}, NAN},
};

static void check_margin(void **state)
{
    const struct margin_case *c = *state;
    double ln =
        c->variant > 0 ? mg_margin_baci(c->variant, &c->at) : mg_margin_gfi(&c->at);

    assert_near(exp(ln), c->factor, 1e-6);
}

/* Each coefficient of GFI's alone, by the difference that it makes. */
static void gfi_terms(void **state)
{
    mg_margin_case base = {ROUTE(.km = 5000), 3, 2016, false};
    mg_margin_case c = base;
    double from = mg_margin_gfi(&base);

    (void)state;
    c.route.landlocked_m = true;
    assert_near(mg_margin_gfi(&c) - from, .00369756710287752, 1e-12);
    c = base;
    c.route.landlocked_x = true;
    assert_near(mg_margin_gfi(&c) - from, -.00435815496310972, 1e-12);
    c = base;
    c.route.developing_m = true;
    assert_near(mg_margin_gfi(&c) - from, .0102652392770192, 1e-12);
    c = base;
    c.route.developing_x = true;
    assert_near(mg_margin_gfi(&c) - from, .0199472998245159, 1e-12);
    c = base;
    c.editions_differ = true;
    assert_near(mg_margin_gfi(&c) - from, -.000516713845203444, 1e-12);
    c = base;
    c.year = 2001;
    assert_near(mg_margin_gfi(&c) - from, .0124941137721519, 1e-12);
    c.year = 2005;
    assert_same_double(mg_margin_gfi(&c), from);
    c = base;
    c.route.rta = 2;
    assert_near(mg_margin_gfi(&c) - from, -2 * .00425975762050991, 1e-12);
}

/* The effect of distance in BACI II is least at ln km = 5.5. */
static void least_margin(void **state)
{
    mg_margin_case c = {ROUTE(.km = exp(5.5)), 1, 2004, false};
    double least = mg_margin_baci(2, &c);

    (void)state;
    c.route.km = exp(5.4);
    assert_true(mg_margin_baci(2, &c) > least);
    c.route.km = exp(5.6);
    assert_true(mg_margin_baci(2, &c) > least);
}

static void clipping(void **state)
{
    (void)state;
    assert_same_double(mg_margin_clip(-.01), 0);
    assert_same_double(mg_margin_clip(.01), .01);
    assert_true(isnan(mg_margin_clip(NAN)));
}

int main(void)
{
    static struct suite s;

    SUITE_CASES(&s, margin_cases, check_margin);
    suite_add(&s, "terms of GFI", gfi_terms, NULL);
    suite_add(&s, "least margin", least_margin, NULL);
    suite_add(&s, "clipping", clipping, NULL);
    return suite_run("margin", &s);
}
