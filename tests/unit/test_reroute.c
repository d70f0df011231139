/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rerouting in made worlds: found where it was made, and no more often than p says where
 * it was not. */
#include "mirrorgap/reroute.h"
#include "testing.h"

/* Two goods reckoned by hand. Sources' exports elsewhere double in both. */
static void by_hand(void **state)
{
    const mg_reroute_good goods[] = {
        {84, true, {100, 500}, {1000, 2000}, {400, 50}, {90, 250}, {10, 200}, {50, 50}},
        {84, true, {200, 400}, {1000, 2000}, {100, 50}, {180, 400}, {20, 20}, {50, 50}}};
    mg_reroute_line lines[2];
    mg_reroute r;
    mg_error err = {0};
    (void)state;

    assert_int_equal(mg_reroute_lines(2, goods, lines, &err), MG_OK);
    assert_near(lines[0].growth, 2, 1e-12);
    assert_near(lines[0].excess, 500 - 2 * 100, 1e-9);
    assert_near(lines[1].excess, 0, 1e-9);
    assert_near(lines[0].sent, 190, 1e-9); /* the hub's exports to others did not grow */
    assert_near(lines[1].sent, 0, 1e-9);
    assert_near(lines[0].rerouted, 190, 1e-9);
    assert_near(lines[0].phantom, 0.5, 1e-12);
    assert_near(lines[1].phantom, 0, 1e-12);
    assert_int_equal(mg_reroute_test(2, goods, lines, 99, 1, &r, &err), MG_OK);
    assert_int_equal(r.goods, 2);
    assert_near(r.excess, 300, 1e-9);
    assert_near(r.rerouted, 190, 1e-9);
    assert_near(r.phantom, 1 - 650.0 / 900, 1e-12);
    assert_near(r.substitution, 300.0 / 400, 1e-12);
    assert_near(r.pass_through, 190.0 / 300, 1e-12);
    assert_true(isnan(r.p) && isnan(r.triple)); /* two goods are too few for either */
}

/* Figures that nobody could have filed stay unknown. */
static void silent(void **state)
{
    const mg_reroute_good goods[] = {
        {84,
         true,
         {100, 500},
         {1000, 2000},
         {NAN, NAN},
         {NAN, NAN},
         {NAN, NAN},
         {NAN, NAN}},
        {85, true, {NAN, NAN}, {NAN, NAN}, {NAN, NAN}, {5, 6}, {1, 2}, {3, 4}}};
    mg_reroute_line lines[2];
    mg_reroute r;
    mg_error err = {0};
    (void)state;

    assert_int_equal(mg_reroute_lines(2, goods, lines, &err), MG_OK);
    assert_near(lines[0].excess, 300, 1e-9);
    assert_true(isnan(lines[0].sent) && isnan(lines[0].phantom));
    assert_true(lines[0].rerouted == 0);
    assert_true(isnan(lines[1].excess));
    assert_int_equal(mg_reroute_test(1, goods, lines, 99, 1, &r, &err), MG_OK);
    assert_true(isnan(r.sent) && isnan(r.rerouted) && isnan(r.phantom) && isnan(r.p));
    assert_true(isnan(r.substitution));
    assert_int_equal(mg_reroute_test(0, goods, lines, 99, 1, &r, &err), MG_OK);
    assert_int_equal(r.goods, 0);
}

enum { GOODS = 60, HUBS = 400 };

/* What goes on in a world besides rerouting. */
struct world {
    const char *name;
    double hub_growth;  /* of all that the hub sells */
    double demand;      /* of the hub for banned goods, from all its suppliers */
    double births;      /* chance that a flow is in one of the years only */
    double rerouted;    /* share of what the target lost (ten times the sources' trade
                         * with the hub) that goes through the hub, of a
                         * quarter of the banned goods */
    double arrives;     /* share of it that the hub records as an import */
    double least, most; /* share of hubs with p <= 0.05 */
    bool all;           /* of all banned goods, not a quarter of them */
};

static struct world worlds[] = {
    {"nothing", 1, 1, 0, 0, 1, 0, 0.0718, false},
    {"the hub's trade triples", 3, 1, 0, 0, 1, 0, 0.0718, false},
    {"the hub wants banned goods for itself", 1, 3, 0, 0, 1, 0, 0.0718, false},
    {"flows come and go", 1, 1, 0.4, 0, 1, 0, 0.0718, false},
    {"all of these", 2, 2, 0.3, 0, 1, 0, 0.0718, false},
    {"3 % of a quarter of the goods go through the hub", 1, 1, 0.1, 0.03, 1, 0.1, 1,
     false},
    {"10 %", 1, 1, 0.1, 0.1, 1, 0.4, 1, false},
    {"10 %, half of it never recorded", 1, 1, 0.1, 0.1, 0.5, 0.4, 1, false},
    {"30 %", 1, 1, 0.1, 0.3, 1, 0.75, 1, false},
    {"30 %, while the hub grows", 2, 2, 0.1, 0.3, 1, 0.5, 1, false},
    {"10 % of all the goods", 1, 1, 0.1, 0.1, 1, 0.5, 1, true},
};

/* Small flows are noisier than large ones, on both legs. */
static double noisy(double usd, uint64_t *random)
{
    return usd * exp((0.2 + 0.8 / (1 + usd / 1e5)) * random_normal(random));
}

/* Over all worlds without rerouting together. */
static unsigned false_calls, false_tests;

static void make(const struct world *w, mg_reroute_good *goods, uint64_t *random)
{
    for (size_t i = 0; i < GOODS; i++) {
        mg_reroute_good *g = &goods[i];
        const double size = exp(12 + 2 * random_normal(random));
        *g = (mg_reroute_good){.group = 84 + (uint32_t)(i % 3), .banned = i % 2 == 0};
        const double market =
            exp(0.2 * random_normal(random)); /* of the good, anywhere */
        const double demand = g->banned ? w->demand : 1;
        const double small = size * exp(-2 + random_normal(random));
        g->elsewhere =
            (mg_change){noisy(10 * size, random), noisy(10 * size * market, random)};
        g->to_hub =
            (mg_change){noisy(size, random), noisy(size * market * demand, random)};
        g->hub_others =
            (mg_change){noisy(size, random), noisy(size * w->hub_growth, random)};
        g->hub_out =
            (mg_change){noisy(small, random), noisy(small * w->hub_growth, random)};
        g->to_target = (mg_change){noisy(10 * size, random),
                                   g->banned ? 0 : noisy(10 * size * market, random)};
        if (random_uniform(random) < w->births)
            *(random_bits(random) % 2 == 0 ? &g->hub_out.before : &g->hub_out.after) = 0;
        if (random_uniform(random) < w->births)
            *(random_bits(random) % 2 == 0 ? &g->to_hub.before : &g->to_hub.after) = 0;
        g->hub_in =
            (mg_change){noisy(g->to_hub.before, random), noisy(g->to_hub.after, random)};
        if (g->banned && (w->all || i % 8 == 0)) {
            const double moved = w->rerouted * g->to_target.before;
            g->to_hub.after += moved;
            g->hub_in.after += w->arrives * moved;
            g->hub_out.after += moved;
        }
    }
}

static void check_world(void **state)
{
    const struct world *w = *state;
    uint64_t random = 11;
    unsigned called = 0;
    unsigned tested = 0;

    for (unsigned hub = 0; hub < HUBS; hub++) {
        mg_reroute_good goods[GOODS];
        mg_reroute_line lines[GOODS];
        mg_reroute r;
        mg_error err = {0};
        make(w, goods, &random);
        assert_int_equal(mg_reroute_lines(GOODS, goods, lines, &err), MG_OK);
        assert_int_equal(mg_reroute_test(GOODS, goods, lines, 199, hub, &r, &err), MG_OK);
        tested += isnan(r.p) ? 0 : 1;
        called += r.p <= 0.05;
    }
    assert_int_equal(tested, HUBS);
    if (w->rerouted == 0) {
        false_calls += called;
        false_tests += tested;
    }
    printf("%s: %.1f %% of hubs have p <= 0.05\n", w->name, 100.0 * called / HUBS);
    if (!(called >= w->least * HUBS && called <= w->most * HUBS))
        fail_msg("%u of %d hubs are called", called, (int)HUBS);
}

/* One world of 400 hubs may pass 5 % by chance (7.2 % is two standard errors more); all
 * of them together do not. */
static void keeps_its_word(void **state)
{
    (void)state;
    assert_int_equal(false_tests, 5 * HUBS);
    assert_true(false_calls <= 0.05 * false_tests);
}

/* Banned goods alone grow to the hub: the triple difference says by how much. */
static void triple(void **state)
{
    const struct world grown = {"", 1, 3, 0, 0, 1, 0, 1, false};
    uint64_t random = 2;
    double sum = 0;
    unsigned inside = 0;
    (void)state;

    for (unsigned k = 0; k < 100; k++) {
        mg_reroute_good goods[GOODS];
        mg_reroute_line lines[GOODS];
        mg_reroute r;
        mg_error err = {0};
        make(&grown, goods, &random);
        assert_int_equal(mg_reroute_lines(GOODS, goods, lines, &err), MG_OK);
        assert_int_equal(mg_reroute_test(GOODS, goods, lines, 19, k, &r, &err), MG_OK);
        sum += r.triple;
        inside += fabs(r.triple - log(3)) <= 2 * r.triple_error;
    }
    assert_near(sum / 100, log(3), 0.05);
    assert_true(inside >= 88);
}

/* The same seed, the same bits. */
static void repeats(void **state)
{
    const struct world *w = &worlds[5];
    mg_reroute_good goods[GOODS];
    mg_reroute_line lines[GOODS];
    mg_reroute a;
    mg_reroute b;
    uint64_t random = 4;
    mg_error err = {0};
    (void)state;

    make(w, goods, &random);
    assert_int_equal(mg_reroute_lines(GOODS, goods, lines, &err), MG_OK);
    assert_int_equal(mg_reroute_test(GOODS, goods, lines, 199, 9, &a, &err), MG_OK);
    assert_int_equal(mg_reroute_test(GOODS, goods, lines, 199, 9, &b, &err), MG_OK);
    assert_same_double(a.p, b.p);
}

int main(void)
{
    static struct suite s;

    suite_add(&s, "by hand", by_hand, NULL);
    suite_add(&s, "silent", silent, NULL);
    SUITE_CASES(&s, worlds, check_world);
    suite_add(&s, "keeps its word", keeps_its_word, NULL);
    suite_add(&s, "triple difference", triple, NULL);
    suite_add(&s, "repeats", repeats, NULL);
    return suite_run("reroute", &s);
}
