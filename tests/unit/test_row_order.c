/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "random_rows.h"

static void order_as_worded(void **state)
{
    uint64_t seed = 1;

    (void)state;
    for (int i = 0; i < 200000; i++) {
        mg_row a = random_row(&seed);
        mg_row b = random_below(&seed, 2) ? a : random_row(&seed);
        b.seq = (uint32_t)random_below(&seed, 2);
        if (random_below(&seed, 4) == 0)
            b.mos = (uint8_t)(b.mos + 1);
        int want = slow_order(&a, &b);
        int got = mg_row_order(&a, &b);
        assert_int_equal((got > 0) - (got < 0), want);
        int back = mg_row_order(&b, &a);
        assert_int_equal((back > 0) - (back < 0), -want);
        bool same_key = a.period == b.period && a.exporter == b.exporter &&
                        a.importer == b.importer && a.hs == b.hs &&
                        a.edition == b.edition && a.flow == b.flow;
        assert_int_equal(mg_row_same_key(&a, &b), same_key);
        assert_int_equal(mg_row_same_details(&a, &b),
                         a.partner2 == b.partner2 && a.customs == b.customs &&
                             a.mot == b.mot && a.mos == b.mos);
    }
}

/* Values that a careless comparison of differences would get wrong. */
static void extreme_keys(void **state)
{
    mg_row low = {0};
    mg_row high = {.hs = UINT32_MAX};

    (void)state;
    assert_true(mg_row_order(&low, &high) < 0);
    high = (mg_row){.source = UINT32_MAX, .seq = UINT32_MAX};
    assert_true(mg_row_order(&low, &high) < 0);
    high = (mg_row){.exporter = 65535};
    low = (mg_row){.importer = 65535, .hs = UINT32_MAX};
    assert_true(mg_row_order(&low, &high) < 0);
    high = (mg_row){.partner2 = 65535};
    low = (mg_row){.customs = 65535, .mot = 65535, .mos = 255, .seq = UINT32_MAX};
    assert_true(mg_row_order(&low, &high) < 0);
}

static void same_figures(void **state)
{
    mg_row a = {.value_usd = 1, .kg = NAN, .qty = 3, .cif_usd = NAN, .fob_usd = 5};
    mg_row b = a;

    (void)state;
    assert_true(mg_row_same_figures(&a, &b));
    b.source = b.seq = 9;
    b.unit = 7;
    assert_true(mg_row_same_figures(&a, &b));
    double *const figures[] = {&b.value_usd, &b.kg, &b.qty, &b.cif_usd, &b.fob_usd};
    for (size_t i = 0; i < sizeof figures / sizeof *figures; i++) {
        double keep = *figures[i];
        *figures[i] = isnan(keep) ? 2 : NAN;
        assert_false(mg_row_same_figures(&a, &b));
        *figures[i] = 7;
        assert_false(mg_row_same_figures(&a, &b));
        *figures[i] = keep;
    }
}

int main(void)
{
    static struct suite s;

    suite_add(&s, "order as worded", order_as_worded, NULL);
    suite_add(&s, "extreme keys", extreme_keys, NULL);
    suite_add(&s, "same figures", same_figures, NULL);
    return suite_run("row_order", &s);
}
