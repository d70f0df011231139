/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows to words and back, and the order of packed rows against the words of
 * mg_row_order(). */
#include <float.h>

#include "mirrorgap/packed.h"
#include "random_rows.h"

enum { LAST_EDITION = 31, LAST_FLOW = 7 };

/* Figures that are hard to keep: signs of zero, no numbers, the ends of the range. */
static double hostile_figure(uint64_t *seed)
{
    static const double figures[] = {NAN, 0.0,      -0.0,     1,       -1,
                                     0.1, 1e18,     DBL_MAX,  DBL_MIN, DBL_EPSILON,
                                     3,   INFINITY, -INFINITY};
    size_t n = sizeof figures / sizeof *figures;
    size_t i = random_below(seed, n + 2);
    double any;

    if (i < n)
        return figures[i];
    uint64_t bits = random_bits(seed);
    memcpy(&any, &bits, sizeof any);
    return i == n ? any : 5e-324;
}

static uint32_t extreme(uint64_t *seed, uint32_t highest)
{
    switch (random_below(seed, 4)) {
    case 0:
        return 0;
    case 1:
        return highest;
    case 2:
        return 1U << random_below(seed, 32) & highest;
    default:
        return (uint32_t)random_bits(seed) & highest;
    }
}

static mg_row hostile_row(uint64_t *seed)
{
    mg_row row = {
        .period = 2015 + extreme(seed, 1),
        .exporter = (uint16_t)extreme(seed, UINT16_MAX),
        .importer = (uint16_t)extreme(seed, UINT16_MAX),
        .hs = extreme(seed, UINT32_MAX),
        .source = extreme(seed, UINT32_MAX),
        .seq = extreme(seed, UINT32_MAX),
        .vintage = extreme(seed, UINT32_MAX),
        .partner2 = (uint16_t)extreme(seed, UINT16_MAX),
        .customs = (uint16_t)extreme(seed, UINT16_MAX),
        .mot = (uint16_t)extreme(seed, UINT16_MAX),
        .flags = (uint16_t)extreme(seed, UINT16_MAX),
        .mos = (uint8_t)extreme(seed, UINT8_MAX),
        .edition = (uint8_t)extreme(seed, LAST_EDITION),
        .flow = (uint8_t)extreme(seed, LAST_FLOW),
        .unit = (int8_t)((int)extreme(seed, UINT8_MAX) - 128),
        .fate = (uint8_t)random_below(seed, MG_FATE_COUNT),
        .value_usd = hostile_figure(seed),
        .kg = hostile_figure(seed),
        .qty = hostile_figure(seed),
        .cif_usd = hostile_figure(seed),
        .fob_usd = hostile_figure(seed),
    };

    if (random_below(seed, 3) == 0)
        row.qty = row.kg;
    if (random_below(seed, 3) == 0)
        row.cif_usd = row.value_usd;
    if (random_below(seed, 3) == 0)
        row.fob_usd = row.value_usd;
    return row;
}

static bool repeats(double v, double of)
{
    return memcmp(&v, &of, sizeof v) == 0;
}

/* The words as packed.h counts them. */
static size_t slow_size(const mg_row *r)
{
    size_t n = MG_PACKED_KEYS + 1;

    if (r->vintage != 0)
        n++;
    if (!isnan(r->kg))
        n++;
    if (!isnan(r->qty) && !repeats(r->qty, r->kg))
        n++;
    if (!isnan(r->cif_usd) && !repeats(r->cif_usd, r->value_usd))
        n++;
    if (!isnan(r->fob_usd) && !repeats(r->fob_usd, r->value_usd))
        n++;
    return n;
}

/* Walks all runs: they are the rows, in their order. */
static void check_packed(const mg_packed *p, const mg_row *rows, size_t n)
{
    const uint64_t *words = p->words;
    size_t at = 0;

    for (size_t r = 0; r < p->n_runs; r++) {
        const mg_packed_run *run = &p->runs[r];
        const uint64_t *first = words;
        assert_true(run->n_rows > 0);
        assert_true(r == 0 || run->period != p->runs[r - 1].period);
        for (uint32_t i = 0; i < run->n_rows; i++, at++) {
            mg_row row;
            memset(&row, 0x5a, sizeof row);
            assert_true(at < n);
            size_t used = mg_unpack(words, run->period, &row);
            assert_int_equal(used, slow_size(&rows[at]));
            assert_int_equal(used, mg_packed_size(words));
            assert_true(used <= MG_PACKED_MAX);
            assert_true(same_row(&row, &rows[at]));
            assert_int_equal(row.seq, 0);
            assert_int_equal(row.fate, 0);
            words += used;
        }
        assert_int_equal(words - first, run->n_words);
    }
    assert_int_equal(at, n);
    assert_int_equal(words - p->words, p->n_words);
}

static void round_trip(bool hostile)
{
    enum { MOST = 3000 };
    static mg_row rows[MOST];
    mg_packed packed = {0};
    uint64_t seed = hostile ? 1 : 2;

    for (int round = 0; round < 40; round++) {
        size_t n = random_below(&seed, round % 2 ? 5 : MOST);
        mg_packed_clear(&packed); /* its memory is used again */
        for (size_t i = 0; i < n; i++) {
            rows[i] = hostile ? hostile_row(&seed) : random_row(&seed);
            if (i > 0 && random_below(&seed, 4) != 0)
                rows[i].period = rows[i - 1].period;
            assert_int_equal(mg_packed_add(&packed, &rows[i], NULL), MG_OK);
        }
        check_packed(&packed, rows, n);
    }
    mg_packed_release(&packed);
    assert_null(packed.words);
    assert_null(packed.runs);
    assert_int_equal(packed.n_words + packed.n_runs, 0);
    mg_packed_release(&packed); /* an empty one too */
}

static void random_rows_come_back(void **state)
{
    (void)state;
    round_trip(false);
}

static void hostile_rows_come_back(void **state)
{
    (void)state;
    round_trip(true);
}

/* Each field at each of its values, with all others at either end. */
static void every_small_field(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 1U << 16; i++)
        for (int ones = 0; ones < 2; ones++) {
            mg_packed packed = {0};
            mg_row row = {.kg = NAN, .qty = NAN, .cif_usd = NAN, .fob_usd = NAN};
            if (ones) {
                row.exporter = row.importer = row.partner2 = row.customs = row.mot =
                    UINT16_MAX;
                row.hs = row.source = UINT32_MAX;
            }
            row.flags = (uint16_t)i;
            row.edition = (uint8_t)(i & LAST_EDITION);
            row.flow = (uint8_t)(i >> 5 & LAST_FLOW);
            row.unit = (int8_t)((int)(i & 255) - 128);
            row.mos = (uint8_t)(i >> 8);
            assert_int_equal(mg_packed_add(&packed, &row, NULL), MG_OK);
            check_packed(&packed, &row, 1);
            mg_packed_release(&packed);
        }
}

struct size_case {
    const char *name;
    mg_row row;
    size_t words;
};

static struct size_case size_cases[] = {
    {"nothing but a value",
     {.value_usd = 7, .kg = NAN, .qty = NAN, .cif_usd = NAN, .fob_usd = NAN},
     4},
    {"no value either",
     {.value_usd = NAN, .kg = NAN, .qty = NAN, .cif_usd = NAN, .fob_usd = NAN},
     4},
    {"most rows: quantity is weight, CIF is the value",
     {.value_usd = 7, .kg = 3, .qty = 3, .cif_usd = 7, .fob_usd = NAN},
     5},
    {"most exports",
     {.value_usd = 7, .kg = 3, .qty = 3, .cif_usd = NAN, .fob_usd = 7},
     5},
    {"both are the value",
     {.value_usd = 7, .kg = 3, .qty = 3, .cif_usd = 7, .fob_usd = 7},
     5},
    {"with a vintage",
     {.vintage = 20230501,
      .value_usd = 7,
      .kg = 3,
      .qty = 3,
      .cif_usd = 7,
      .fob_usd = NAN},
     6},
    {"another quantity",
     {.value_usd = 7, .kg = 3, .qty = 2, .cif_usd = 7, .fob_usd = NAN},
     6},
    {"a quantity without a weight",
     {.value_usd = 7, .kg = NAN, .qty = 2, .cif_usd = 7, .fob_usd = NAN},
     5},
    {"all there, all different",
     {.vintage = 1, .value_usd = 1, .kg = 2, .qty = 3, .cif_usd = 4, .fob_usd = 5},
     MG_PACKED_MAX},
    {"CIF as FOB is no repetition",
     {.value_usd = 7, .kg = NAN, .qty = NAN, .cif_usd = 8, .fob_usd = 8},
     6},
    {"zero repeats zero", {.kg = 0, .qty = 0, .cif_usd = 0, .fob_usd = 0}, 5},
    {"minus zero does not repeat zero",
     {.value_usd = 0, .kg = 0, .qty = -0.0, .cif_usd = -0.0, .fob_usd = -0.0},
     8},
    {"minus zero repeats itself",
     {.value_usd = -0.0, .kg = -0.0, .qty = -0.0, .cif_usd = -0.0, .fob_usd = -0.0},
     5},
};

static void check_size(void **state)
{
    const struct size_case *c = *state;
    mg_packed packed = {0};

    assert_int_equal(slow_size(&c->row), c->words);
    assert_int_equal(mg_packed_add(&packed, &c->row, NULL), MG_OK);
    assert_int_equal(packed.n_words, c->words);
    assert_int_equal(mg_packed_size(packed.words), c->words);
    check_packed(&packed, &c->row, 1);
    mg_packed_release(&packed);
}

static int sign(int order)
{
    return (order > 0) - (order < 0);
}

/* Two rows in words: place first, then mg_packed_order(). */
static void check_order(const mg_row *a, const mg_row *b)
{
    mg_packed p = {0};
    mg_packed q = {0};
    mg_row x = *a;
    mg_row y = *b;

    assert_int_equal(mg_packed_add(&p, a, NULL), MG_OK);
    assert_int_equal(mg_packed_add(&q, b, NULL), MG_OK);
    x.period = y.period = x.source = y.source = x.seq = y.seq = 0;
    uint64_t at = mg_packed_place(p.words);
    uint64_t to = mg_packed_place(q.words);
    int want = slow_order(&x, &y);
    if (at != to)
        assert_int_equal(at < to ? -1 : 1, want);
    else {
        assert_int_equal(a->exporter, b->exporter);
        assert_int_equal(a->importer, b->importer);
        assert_int_equal(a->hs, b->hs);
        assert_int_equal(sign(mg_packed_order(p.words, q.words)), want);
        assert_int_equal(sign(mg_packed_order(q.words, p.words)), -want);
    }
    mg_packed_release(&p);
    mg_packed_release(&q);
}

static void order_as_worded(void **state)
{
    uint64_t seed = 4;

    (void)state;
    for (int i = 0; i < 200000; i++) {
        mg_row a = i % 2 ? hostile_row(&seed) : random_row(&seed);
        mg_row b = i % 2 ? hostile_row(&seed) : random_row(&seed);
        if (random_below(&seed, 4) != 0) {
            b.exporter = a.exporter;
            b.importer = a.importer;
            b.hs = a.hs;
        }
        if (random_below(&seed, 2)) {
            b.edition = a.edition;
            b.flow = a.flow;
        }
        if (random_below(&seed, 2))
            b.partner2 = a.partner2;
        if (random_below(&seed, 2))
            b.customs = a.customs;
        if (random_below(&seed, 2))
            b.mot = a.mot;
        check_order(&a, &b);
    }
}

/* What is no key of the order: flags, unit, source, vintage, figures. */
static void other_fields_do_not_order(void **state)
{
    uint64_t seed = 5;

    (void)state;
    for (int i = 0; i < 20000; i++) {
        mg_row a = hostile_row(&seed);
        mg_row b = hostile_row(&seed);
        mg_packed p = {0};
        b.exporter = a.exporter;
        b.importer = a.importer;
        b.hs = a.hs;
        b.edition = a.edition;
        b.flow = a.flow;
        b.partner2 = a.partner2;
        b.customs = a.customs;
        b.mot = a.mot;
        b.mos = a.mos;
        assert_int_equal(mg_packed_add(&p, &a, NULL), MG_OK);
        assert_int_equal(mg_packed_add(&p, &b, NULL), MG_OK);
        assert_int_equal(mg_packed_order(p.words, p.words + mg_packed_size(p.words)), 0);
        mg_packed_release(&p);
    }
}

int main(void)
{
    static struct suite s;

    suite_add(&s, "random rows come back", random_rows_come_back, NULL);
    suite_add(&s, "hostile rows come back", hostile_rows_come_back, NULL);
    suite_add(&s, "every small field", every_small_field, NULL);
    SUITE_CASES(&s, size_cases, check_size);
    suite_add(&s, "order as worded", order_as_worded, NULL);
    suite_add(&s, "other fields do not order", other_fields_do_not_order, NULL);
    return suite_run("packed", &s);
}
