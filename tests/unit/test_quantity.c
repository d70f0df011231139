/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Quantities of two reports: what is compared, implied rates, shares. */
#include "mirrorgap/quantity.h"
#include "testing.h"

static mg_ref *ref;

enum { QE = MG_FLAG_QTY_ESTIMATED, KE = MG_FLAG_KG_ESTIMATED };

struct qty_case {
    const char *name;
    mg_qty_side m, x;
    double agreement; /* NaN: nothing to compare */
    mg_qty_basis basis;
    bool estimated;
};

static struct qty_case qty_cases[] = {
    {"weights", {50, NAN, -1, 0}, {100, NAN, -1, 0}, .5, MG_QTY_KG, false},
    {"weights first", {50, 3, 5, 0}, {100, 3, 5, 0}, .5, MG_QTY_KG, false},
    {"one weight missing", {NAN, 3, 5, 0}, {100, 4, 5, 0}, .75, MG_QTY_UNIT, false},
    {"weight 0", {0, 3, 5, 0}, {100, 3, 5, 0}, 1, MG_QTY_UNIT, false},
    {"pairs and items", {NAN, 3, 5, 0}, {100, 4, 6, 0}, NAN, MG_QTY_NONE, false},
    {"heads and items", {NAN, 3, 5, 0}, {NAN, 3, 24, 0}, NAN, MG_QTY_NONE, false},
    {"no quantity", {NAN, 3, 1, 0}, {NAN, 4, 1, 0}, NAN, MG_QTY_NONE, false},
    {"no unit", {NAN, 3, -1, 0}, {NAN, 4, -1, 0}, NAN, MG_QTY_NONE, false},
    {"quantity 0", {NAN, 0, 5, 0}, {NAN, 3, 5, 0}, NAN, MG_QTY_NONE, false},
    {"an unknown unit", {NAN, 3, 99, 0}, {NAN, 3, 7, 0}, NAN, MG_QTY_NONE, false},
    {"dozens and items", {NAN, 2, 11, 0}, {NAN, 48, 5, 0}, .5, MG_QTY_CONVERTED, false},
    {"litres and m3", {NAN, 500, 7, 0}, {NAN, 1, 12, 0}, .5, MG_QTY_CONVERTED, false},
    {"TJ and MWh", {NAN, 36, 18, 0}, {NAN, 1e4, 3, 0}, 1, MG_QTY_CONVERTED, false},
    {"grams and tonnes", {NAN, 1e6, 15, 0}, {NAN, 2, 21, 0}, .5, MG_QTY_CONVERTED, false},
    {"kg and a mass", {NAN, 2, 21, 0}, {1000, 7, 5, 0}, .5, MG_QTY_CONVERTED, false},
    {"kg in its unit", {NAN, 50, 8, 0}, {100, NAN, -1, 0}, .5, MG_QTY_CONVERTED, false},
    {"kg and items", {NAN, 2, 5, 0}, {1000, NAN, -1, 0}, NAN, MG_QTY_NONE, false},
    {"kg and carats", {NAN, 2, 13, 0}, {1000, NAN, -1, 0}, NAN, MG_QTY_NONE, false},
    {"estimated kg", {50, 3, 5, KE}, {100, 3, 5, 0}, .5, MG_QTY_KG, true},
    {"estimated kg of x", {50, 3, 5, 0}, {100, 3, 5, KE}, .5, MG_QTY_KG, true},
    {"estimated qty not used", {50, 3, 5, QE}, {100, 3, 5, QE}, .5, MG_QTY_KG, false},
    {"estimated qty", {NAN, 3, 5, QE}, {1, 3, 5, 0}, 1, MG_QTY_UNIT, true},
    {"estimated kg not used", {NAN, 3, 5, 0}, {1, 3, 5, KE}, 1, MG_QTY_UNIT, false},
    {"estimated, converted",
     {NAN, 2, 11, QE},
     {NAN, 48, 5, 0},
     .5,
     MG_QTY_CONVERTED,
     true},
    {"mass with estimated kg",
     {NAN, 2, 21, 0},
     {1000, 7, 5, KE},
     .5,
     MG_QTY_CONVERTED,
     true},
    {"mass with other's flag",
     {NAN, 2, 21, KE},
     {1000, 7, 5, QE},
     .5,
     MG_QTY_CONVERTED,
     false},
};

static void check_qty(void **state)
{
    const struct qty_case *c = *state;
    mg_qty_gap got = mg_gap_quantity(ref, &c->m, &c->x);
    mg_qty_gap back = mg_gap_quantity(ref, &c->x, &c->m);

    assert_near(got.agreement, c->agreement, 1e-15);
    assert_int_equal(isnan(got.log_gap), isnan(c->agreement));
    assert_int_equal(got.basis, c->basis);
    assert_int_equal(got.estimated, c->estimated);
    if (!isnan(c->agreement))
        assert_near(exp(-fabs(got.log_gap)), c->agreement, 1e-14);
    assert_near(back.log_gap, -got.log_gap, 1e-15);
    assert_int_equal(back.basis, got.basis);
    assert_int_equal(back.estimated, got.estimated);
    assert_int_equal(mg_qty_basis_name(got.basis)[0] == '\0', got.basis == MG_QTY_NONE);
}

static void sign_and_size(void **state)
{
    mg_qty_side m = {59670333925.186, NAN, -1, KE};
    mg_qty_side x = {74471954170.0, NAN, -1, 0};
    mg_qty_gap q = mg_gap_quantity(ref, &m, &x);

    (void)state;
    assert_near(exp(-q.log_gap), 1.248056601516, 1e-12); /* soybeans 2023 */
    assert_near(q.agreement, 1 / 1.248056601516, 1e-12);
    assert_true(q.basis == MG_QTY_KG && q.estimated);
}

/* Rates against the rule written out: ln of kg over quantity, sorted. */
struct rate_case {
    const char *name;
    int n;         /* pairs that say something */
    double spread; /* ln(rate) is even in +-spread around ln 700 */
    bool accepted;
};

static struct rate_case rate_cases[] = {
    {"no pair", 0, 0, false},   {"one pair", 1, .5, false},
    {"9 pairs", 9, .5, false},  {"10 pairs", 10, .5, true},
    {"11 pairs", 11, .5, true}, {"equal rates", 10, 0, true},
    {"wide", 101, 4, true},     {"too wide", 101, 4.5, false}, /* s.d. 2.33, 2.62 */
};

static double ln_rate(const struct rate_case *c, int i)
{
    return log(700) + (c->n > 1 ? c->spread * (2.0 * i / (c->n - 1) - 1) : 0);
}

static void check_rate(void **state)
{
    const struct rate_case *c = *state;
    mg_rates *rates = NULL;
    double mean = log(700);
    double squares = 0;

    assert_int_equal(mg_rates_new(ref, &rates, NULL), MG_OK);
    for (int k = 0; k < c->n; k++) {
        int i = (k * 7) % c->n; /* some other order; n is no multiple of 7 */
        mg_qty_side m = {2 * exp(ln_rate(c, i)), NAN, -1, 0};
        mg_qty_side x = {NAN, 2, 12, 0};
        assert_int_equal(
            mg_rates_add(rates, hs_of("440799"), k % 2 ? &m : &x, k % 2 ? &x : &m, NULL),
            MG_OK);
        squares += (ln_rate(c, i) - mean) * (ln_rate(c, i) - mean);
    }
    assert_int_equal(mg_rates_finish(rates, NULL), MG_OK);
    mg_rate rate = mg_rates_find(rates, hs_of("440799"), 12);
    assert_int_equal(rate.n, c->n);
    assert_int_equal(rate.accepted, c->accepted);
    assert_int_equal(mg_rates_count(rates), c->n > 0);
    if (c->n > 0)
        assert_near(rate.kg_per_unit, 700, 1e-9);
    if (c->n > 1) {
        assert_near(rate.sd, sqrt(squares / (c->n - 1)), 1e-12);
        assert_near(rate.se, 1.2533141373155 * rate.sd / sqrt(c->n), 1e-12);
    }
    assert_int_equal(mg_rates_find(rates, hs_of("440799"), 7).n, 0);
    assert_int_equal(mg_rates_find(rates, hs_of("440798"), 12).n, 0);

    mg_qty_side kilos = {1400, NAN, -1, 0};
    mg_qty_side cubes = {NAN, 1, 12, 0};
    mg_qty_gap q = mg_gap_quantity_implied(ref, rates, hs_of("440799"), &kilos, &cubes);
    assert_int_equal(q.basis, c->accepted ? MG_QTY_IMPLIED : MG_QTY_NONE);
    assert_int_equal(q.estimated, c->accepted);
    if (c->accepted)
        assert_near(q.log_gap, log(2), 1e-9);
    mg_qty_side litres = {NAN, 500, 7, 0}; /* anything better comes first */
    q = mg_gap_quantity_implied(ref, rates, hs_of("440799"), &litres, &cubes);
    assert_true(q.basis == MG_QTY_CONVERTED && !q.estimated);
    mg_rates_free(rates);
}

struct says_case {
    const char *name;
    mg_qty_side m, x;
    int unit;
    double rate; /* NaN: the pair says nothing */
};

static struct says_case says_cases[] = {
    {"kg of m", {10, NAN, -1, 0}, {NAN, 2, 5, 0}, 5, 5},
    {"kg of x", {NAN, 2, 5, 0}, {10, NAN, -1, 0}, 5, 5},
    {"both give both", {10, 2, 5, 0}, {40, 2, 5, 0}, 5, 10},
    {"both, other units", {10, 2, 12, 0}, {40, 4, 5, 0}, 5, 2.5},
    {"both, other units, m's", {10, 2, 12, 0}, {40, 4, 5, 0}, 12, 20},
    {"one row alone", {10, 2, 5, 0}, {NAN, NAN, -1, 0}, 5, NAN},
    {"a mass", {10, NAN, -1, 0}, {NAN, 2, 21, 0}, 21, NAN},
    {"no unit", {10, NAN, -1, 0}, {NAN, 2, 1, 0}, 1, NAN},
    {"estimated kg", {10, NAN, -1, KE}, {NAN, 2, 5, 0}, 5, NAN},
    {"estimated quantity", {10, NAN, -1, 0}, {NAN, 2, 5, QE}, 5, NAN},
    {"flags of other figures", {10, NAN, -1, QE}, {NAN, 2, 5, KE}, 5, 5},
    {"quantity 0", {10, NAN, -1, 0}, {NAN, 0, 5, 0}, 5, NAN},
    {"infinite", {INFINITY, NAN, -1, 0}, {NAN, 2, 5, 0}, 5, NAN},
};

static void check_says(void **state)
{
    const struct says_case *c = *state;
    mg_rates *rates = NULL;

    assert_int_equal(mg_rates_new(ref, &rates, NULL), MG_OK);
    assert_int_equal(mg_rates_add(rates, 7, &c->m, &c->x, NULL), MG_OK);
    assert_int_equal(mg_rates_finish(rates, NULL), MG_OK);
    mg_rate rate = mg_rates_find(rates, 7, c->unit);
    assert_int_equal(rate.n, !isnan(c->rate));
    assert_near(rate.kg_per_unit, c->rate, 1e-12);
    assert_int_equal(mg_rates_add(rates, 7, &c->m, &c->x, NULL), MG_E_RANGE);
    assert_int_equal(mg_rates_finish(rates, NULL), MG_E_RANGE);
    mg_rates_free(rates);
    mg_rates_free(NULL);
}

/* Many commodities: merged parts in any order give the same bits. */
static void rates_merge_in_any_order(void **state)
{
    enum { PARTS = 5, N = 4000 };
    mg_rates *parts[PARTS];
    mg_rates *whole[2];
    uint64_t seed = 5;

    (void)state;
    for (int p = 0; p < PARTS; p++)
        assert_int_equal(mg_rates_new(ref, &parts[p], NULL), MG_OK);
    for (int i = 0; i < N; i++) {
        uint32_t hs = (uint32_t)random_below(&seed, 60);
        double kg = 1 + (double)random_below(&seed, 1000000);
        double qty = 1 + (double)random_below(&seed, 1000);
        mg_qty_side m = {kg, NAN, -1, 0};
        mg_qty_side x = {NAN, qty, random_below(&seed, 2) ? 5 : 12, 0};
        assert_int_equal(
            mg_rates_add(parts[random_below(&seed, PARTS)], hs, &m, &x, NULL), MG_OK);
    }
    for (int w = 0; w < 2; w++) {
        assert_int_equal(mg_rates_new(ref, &whole[w], NULL), MG_OK);
        for (int p = 0; p < PARTS; p++)
            assert_int_equal(mg_rates_merge(whole[w], parts[w ? PARTS - 1 - p : p], NULL),
                             MG_OK);
        assert_int_equal(mg_rates_finish(whole[w], NULL), MG_OK);
    }
    uint64_t total = 0;
    for (uint32_t hs = 0; hs < 60; hs++)
        for (int unit = 5; unit <= 12; unit += 7) {
            mg_rate a = mg_rates_find(whole[0], hs, unit);
            mg_rate b = mg_rates_find(whole[1], hs, unit);
            assert_same_double(a.kg_per_unit, b.kg_per_unit);
            assert_same_double(a.sd, b.sd);
            assert_int_equal(a.n, b.n);
            total += a.n;
        }
    assert_int_equal(total, N);
    for (int p = 0; p < PARTS; p++)
        mg_rates_free(parts[p]);
    mg_rates_free(whole[0]);
    mg_rates_free(whole[1]);
}

/* Shares against two passes over the values. */
struct share_case {
    const char *name;
    size_t n;
    double mean, of_q, of_p; /* g = mean + of_q u + of_p v */
};

static struct share_case share_cases[] = {
    {"nothing", 0, 0, 1, 1},          {"one pair", 1, 0, 1, 1},
    {"two pairs", 2, 0, 1, 1},        {"quantity only", 500, .1, 1, 0},
    {"price only", 500, .1, 0, 1},    {"both", 3000, .1, 1, .5},
    {"opposed", 3000, 0, 1, -.9},     {"far from 0", 3000, 9, .01, .02},
    {"no dispersion", 100, .3, 0, 0},
};

static void check_shares(void **state)
{
    const struct share_case *c = *state;
    double *g = malloc((c->n + 1) * sizeof *g);
    double *q = malloc((c->n + 1) * sizeof *q);
    mg_pq_sums sums = {0};
    mg_pq_sums parts[3];
    uint64_t seed = c->n + 1;
    double mg = 0;
    double mq = 0;
    double gg = 0;
    double gq = 0;
    double gp = 0;

    memset(parts, 0, sizeof parts);
    assert_true(g != NULL && q != NULL);
    for (size_t i = 0; i < c->n; i++) {
        double u = (double)random_below(&seed, 2001) / 1000 - 1;
        double v = (double)random_below(&seed, 2001) / 1000 - 1;
        q[i] = c->mean / 2 + c->of_q * u;
        g[i] = q[i] + c->mean / 2 + c->of_p * (c->of_p < 0 ? u + .1 * v : v);
        mg += g[i] / (double)c->n;
        mq += q[i] / (double)c->n;
        mg_qty_gap gap = {q[i], 1, MG_QTY_KG, false};
        mg_qty_gap guess = {q[i], 1, MG_QTY_KG, true};
        mg_pq_add(&sums, g[i], &gap);
        mg_pq_add(&parts[random_below(&seed, 3)], g[i], &gap);
        mg_pq_add(&parts[0], g[i], &guess); /* left out */
    }
    for (size_t i = 0; i < c->n; i++) {
        gg += (g[i] - mg) * (g[i] - mg);
        gq += (g[i] - mg) * (q[i] - mq);
        gp += (g[i] - mg) * ((g[i] - q[i]) - (mg - mq));
    }
    mg_pq_shares s = mg_pq_finish(&sums);
    bool varies = c->n > 1 && (c->of_q != 0 || c->of_p != 0);
    assert_int_equal(s.n, c->n);
    assert_near(s.quantity, varies ? gq / gg : NAN, 1e-8);
    assert_near(s.price, varies ? gp / gg : NAN, 1e-8);
    assert_near(s.var_gap, c->n > 1 ? gg / (double)(c->n - 1) : NAN, 1e-12);
    if (varies)
        assert_near(s.quantity + s.price, 1, 1e-15);
    mg_pq_merge(&parts[2], &parts[0]);
    mg_pq_merge(&parts[2], &parts[1]);
    mg_pq_shares merged = mg_pq_finish(&parts[2]);
    assert_int_equal(merged.n, c->n);
    assert_int_equal(merged.left_out, c->n);
    assert_same_double(merged.quantity, s.quantity);
    assert_same_double(merged.var_price, s.var_price);
    free(g);
    free(q);
}

static void shares_leave_out(void **state)
{
    mg_pq_sums sums = {0};
    mg_qty_gap none = {NAN, NAN, MG_QTY_NONE, false};
    mg_qty_gap one = {.5, .6, MG_QTY_CONVERTED, false};

    (void)state;
    mg_pq_add(&sums, 1, &none);
    mg_pq_add(&sums, NAN, &one);
    mg_pq_add(&sums, INFINITY, &one);
    assert_int_equal(sums.left_out, 3);
    mg_pq_add(&sums, 1, &one);
    assert_int_equal(sums.n, 1);
}

int main(void)
{
    static struct suite s;

    if (mg_ref_load(MG_TEST_REF, &ref, NULL) != MG_OK)
        return 1;
    SUITE_CASES(&s, qty_cases, check_qty);
    suite_add(&s, "sign and size", sign_and_size, NULL);
    SUITE_CASES(&s, rate_cases, check_rate);
    SUITE_CASES(&s, says_cases, check_says);
    suite_add(&s, "rates merge in any order", rates_merge_in_any_order, NULL);
    SUITE_CASES(&s, share_cases, check_shares);
    suite_add(&s, "shares leave out", shares_leave_out, NULL);
    int failed = suite_run("quantity", &s);
    mg_ref_free(ref);
    return failed;
}
