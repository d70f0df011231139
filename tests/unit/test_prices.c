/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Median prices and filed margins against twins that sort, and by hand. */
#include "mirrorgap/prices.h"
#include "testing.h"

enum { N = 3000 };
static const char *const codes[] = {"010121", "010129", "010190", "010221",
                                    "270900", "271000", "870323", "870324",
                                    "0102",   "27",     "999999", "TOTAL"};
enum { CODES = sizeof codes / sizeof *codes };

/* The fall-back of the header, word for word. */
static mg_price slow_price(size_t n, const uint32_t *hs, const double *usd,
                           const double *kg, uint32_t code)
{
    double *v = malloc((n + 1) * sizeof *v);
    static const int levels[] = {6, 4, 2, 0};
    mg_price price = {NAN, MG_HS_TOTAL, 0};

    assert_non_null(v);
    for (size_t l = 0; l < 4; l++) {
        int level = levels[l];
        uint32_t group = mg_hs_level(code) > level ? mg_hs_cut(code, level) : code;
        size_t k = 0;
        if (level == 0)
            group = MG_HS_TOTAL;
        for (size_t i = 0; i < n; i++) {
            uint32_t own = mg_hs_level(hs[i]) > level ? mg_hs_cut(hs[i], level) : hs[i];
            if ((level == 0 || own == group) && usd[i] > 0 && kg[i] > 0)
                v[k++] = usd[i] / kg[i];
        }
        if (k >= (level == 0 ? 1 : 5)) {
            price = (mg_price){slow_median(v, k), group, (uint32_t)k};
            break;
        }
    }
    free(v);
    return price;
}

struct size_case {
    const char *name;
    size_t n;
};

static struct size_case size_cases[] = {
    {"no flow", 0}, {"one flow", 1}, {"few flows", 12}, {"some", 60}, {"many", N}};

static void prices_as_sorted(void **state)
{
    const struct size_case *c = *state;
    uint32_t hs[N];
    double usd[N];
    double kg[N];
    uint64_t seed = 11;
    mg_prices *prices = NULL;
    mg_error err = {0};

    for (size_t i = 0; i < c->n; i++) {
        hs[i] = hs_of(codes[random_below(&seed, CODES - (i % 50 ? 3 : 0))]);
        usd[i] = (double)random_below(&seed, 1000); /* 0 at times */
        kg[i] = random_below(&seed, 10) ? (double)(1 + random_below(&seed, 50)) : NAN;
    }
    assert_int_equal(mg_prices_new(c->n, hs, usd, kg, &prices, &err), MG_OK);
    for (size_t k = 0; k < CODES; k++) {
        mg_price got = mg_prices_find(prices, hs_of(codes[k]));
        mg_price want = slow_price(c->n, hs, usd, kg, hs_of(codes[k]));
        assert_same_double(got.usd_per_kg, want.usd_per_kg);
        assert_int_equal(got.hs, want.hs);
        assert_int_equal(got.n, want.n);
    }
    mg_prices_free(prices);
}

static void prices_by_hand(void **state)
{
    uint32_t hs[12];
    double usd[12] = {1, 9, 4, 2, 8, 7, 20, INFINITY, -5, 3, 0, 1e308};
    double kg[12] = {1, 1, 1, 1, 1, 1, 1, 1, 1, INFINITY, 1, 1e-300};
    mg_prices *prices = NULL;
    mg_error err = {0};

    (void)state;
    for (size_t i = 0; i < 12; i++)
        hs[i] = hs_of(i < 6 ? "270900" : "270112");
    assert_int_equal(mg_prices_new(12, hs, usd, kg, &prices, &err), MG_OK);
    assert_same_double(mg_prices_find(prices, hs_of("270900")).usd_per_kg, 5.5);
    mg_price coal = mg_prices_find(prices, hs_of("270112")); /* one flow: the chapter's */
    assert_same_double(coal.usd_per_kg, 7);
    assert_int_equal(coal.hs, hs_of("27"));
    assert_int_equal(coal.n, 7);
    assert_int_equal(mg_prices_find(prices, hs_of("010121")).hs, MG_HS_TOTAL);
    mg_prices_free(prices);
    mg_prices_free(NULL);
}

static void margins_as_sorted(void **state)
{
    const struct size_case *c = *state;
    mg_explicit_row *rows = malloc((c->n + 1) * sizeof *rows);
    uint64_t seed = 23;
    mg_explicit_margins *margins = NULL;
    mg_error err = {0};
    uint64_t used;
    uint64_t left_out;
    uint64_t good = 0;

    assert_non_null(rows);
    for (size_t i = 0; i < c->n; i++) {
        rows[i] = (mg_explicit_row){.exporter = (uint16_t)(1 + random_below(&seed, 6)),
                                    .importer = (uint16_t)(1 + random_below(&seed, 6)),
                                    .hs = hs_of(codes[random_below(&seed, CODES)]),
                                    .cif_usd = 90 + (double)random_below(&seed, 60),
                                    .fob_usd = 100};
        if (random_below(&seed, 20) == 0)
            rows[i].fob_usd = random_below(&seed, 2) ? NAN : 0;
    }
    assert_int_equal(mg_explicit_margins_new(c->n, rows, &margins, &err), MG_OK);
    for (unsigned x = 0; x <= 7; x++)
        for (unsigned m = 0; m <= 7; m++)
            for (size_t k = 0; k < CODES; k++) {
                double v[N];
                size_t n = 0;
                uint32_t hs = hs_of(codes[k]);
                for (size_t i = 0; i < c->n; i++) {
                    double margin = rows[i].cif_usd / rows[i].fob_usd - 1;
                    if (rows[i].exporter == x && rows[i].importer == m &&
                        mg_hs_level(hs) >= 2 && mg_hs_level(rows[i].hs) >= 2 &&
                        mg_hs_cut(rows[i].hs, 2) == mg_hs_cut(hs, 2) && margin > -.0501 &&
                        margin <= 1)
                        v[n++] = margin;
                }
                mg_explicit_margin got = mg_explicit_margins_find(margins, x, m, hs);
                if (k == 0)
                    good += n;
                if (n < 3) {
                    assert_true(isnan(got.margin) && isnan(got.deviation) && got.n == 0);
                    continue;
                }
                double median = slow_median(v, n);
                for (size_t i = 0; i < n; i++)
                    v[i] = fabs(v[i] - median);
                assert_same_double(got.margin, median);
                assert_near(got.deviation, slow_median(v, n) / 0.6744897501960817, 1e-14);
                assert_int_equal(got.n, n);
            }
    mg_explicit_margins_count(margins, &used, &left_out);
    assert_int_equal(used + left_out, c->n);
    assert_true(used >= good);
    mg_explicit_margins_free(margins);
    free(rows);
}

static void margins_by_hand(void **state)
{
    mg_explicit_row rows[] = {{36, 156, 0, 105, 100}, {36, 156, 0, 110, 100},
                              {36, 156, 0, 107, 100}, {36, 156, 0, 94, 100},
                              {36, 156, 0, 201, 100}, {36, 156, 0, 95, 100},
                              {36, 410, 0, 105, 100}, {36, 410, 0, 105, 100}};
    mg_explicit_margins *margins = NULL;
    mg_error err = {0};
    uint64_t used;
    uint64_t left_out;

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        rows[i].hs = hs_of(i % 2 ? "260111" : "260120"); /* one chapter */
    assert_int_equal(mg_explicit_margins_new(8, rows, &margins, &err), MG_OK);
    mg_explicit_margin got = mg_explicit_margins_find(margins, 36, 156, hs_of("260300"));
    assert_near(got.margin, .06, 1e-12); /* of -.05, .05, .07, .10 */
    assert_near(got.deviation, .025 / 0.6744897501960817, 1e-12); /* .11 .01 .01 .04 */
    assert_int_equal(got.n, 4);
    assert_true(isnan(mg_explicit_margins_find(margins, 36, 410, hs_of("26")).margin));
    assert_true(isnan(mg_explicit_margins_find(margins, 156, 36, hs_of("26")).margin));
    assert_true(isnan(mg_explicit_margins_find(margins, 36, 156, hs_of("27")).margin));
    mg_explicit_margins_count(margins, &used, &left_out);
    assert_int_equal(used, 6);
    assert_int_equal(left_out, 2);
    mg_explicit_margins_free(margins);
    mg_explicit_margins_free(NULL);
}

int main(void)
{
    static struct suite s;

    SUITE_CASES(&s, size_cases, prices_as_sorted);
    suite_add(&s, "prices by hand", prices_by_hand, NULL);
    SUITE_CASES(&s, size_cases, margins_as_sorted);
    suite_add(&s, "margins by hand", margins_by_hand, NULL);
    return suite_run("prices", &s);
}
