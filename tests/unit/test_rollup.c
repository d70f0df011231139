/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sums of gaps: against the slow twin, and the same bits whatever part of the cells each
 * thread summed. */
#include "rollup_twin.h"

enum { PARTS = 7 };

struct rollup_case {
    const char *name;
    enum by by;
    size_t rows; /* at least */
};

static struct rollup_case rollup_cases[] = {
    {"one row", BY_NOTHING, 1},     {"by exporter", BY_EXPORTER, 6},
    {"by place", BY_PLACE, 36},     {"by chapter", BY_HS2, 6},
    {"by heading", BY_HS4, 21},     {"by place and code", BY_CELL, 1500},
    {"by country", BY_COUNTRY, 12},
};

static mg_rollup *new_rollup(void)
{
    mg_rollup *made = NULL;

    assert_int_equal(mg_rollup_new(&made, NULL), MG_OK);
    return made;
}

static void add_cell(mg_rollup *to, enum by by, size_t i)
{
    if (by != BY_COUNTRY) {
        assert_int_equal(
            mg_rollup_add(to, key_of(by, i, 0), MG_ROLLUP_BOTH, &cells[i], NULL), MG_OK);
        return;
    }
    for (unsigned side = MG_ROLLUP_IMPORTER; side <= MG_ROLLUP_EXPORTER; side++)
        assert_int_equal(mg_rollup_add(to, key_of(by, i, side), side, &cells[i], NULL),
                         MG_OK);
}

static void same_sum(const char *what, const mg_sum *got, double want)
{
    if (!same_bits(mg_sum_value(got) + 0.0, want + 0.0))
        fail_msg("%s is %.17g, not %.17g", what, mg_sum_value(got), want);
}

static void same_counts(const mg_rollup_row *r, const struct slow *s)
{
    assert_int_equal(r->matched, s->matched);
    assert_int_equal(r->exporter_only, s->exporter_only);
    assert_int_equal(r->importer_only, s->importer_only);
    assert_int_equal(r->n_weighted, s->n_weighted);
    assert_int_equal(r->split.n, (uint64_t)s->n_split);
}

static void same_split(const mg_rollup_row *r, const struct slow *s)
{
    const mg_pq_shares shares = mg_pq_finish(&r->split);
    double var = s->gg - s->g * s->g / s->n_split;
    double cov = s->gq - s->g * s->q / s->n_split;

    if (s->n_split < 2) {
        assert_true(isnan(shares.quantity) && isnan(shares.price));
        return;
    }
    if (var < 1e-9)
        return; /* nothing to share out */
    assert_near(shares.quantity, cov / var, 1e-6 * (1 + fabs(cov / var)));
    assert_near(shares.quantity + shares.price, 1, 1e-9);
}

static void same_row_as(const mg_rollup_row *r, const struct slow *s)
{
    same_counts(r, s);
    same_sum("export_usd", &r->export_usd, s->export_usd);
    same_sum("import_fob_usd", &r->import_fob_usd, s->import_fob_usd);
    same_sum("export_matched_usd", &r->export_matched_usd, s->export_matched);
    same_sum("import_matched_usd", &r->import_matched_usd, s->import_matched);
    same_sum("net", &r->net, s->net);
    same_sum("positive", &r->positive, s->positive);
    assert_same_double(mg_rollup_negative(r) + 0.0, s->negative + 0.0);
    same_sum("weighted", &r->weighted, s->weighted);
    same_sum("import_over", &r->import_over, s->import_over);
    same_sum("import_under", &r->import_under, s->import_under);
    same_sum("export_over", &r->export_over, s->export_over);
    same_sum("export_under", &r->export_under, s->export_under);
    same_sum("net_hs4", &r->net_hs4, s->net_at[0]);
    same_sum("net_hs2", &r->net_hs2, s->net_at[1]);
    same_sum("gross_hs4", &r->gross_hs4, s->gross_at[0]);
    same_sum("gross_hs2", &r->gross_hs2, s->gross_at[1]);
    same_split(r, s);
    if (s->gross_at[0] > 0)
        assert_near(mg_rollup_misclassified(&r->net_hs4, &r->gross_hs4),
                    1 - s->net_at[0] / s->gross_at[0], 1e-15);
    else
        assert_true(isnan(mg_rollup_misclassified(&r->net_hs4, &r->gross_hs4)));
}

static void check_twin(void **state)
{
    const struct rollup_case *c = *state;
    mg_rollup *all = new_rollup();
    size_t n = 0;

    for (size_t i = 0; i < CELLS; i++)
        add_cell(all, c->by, i);
    const mg_rollup_row *rows = mg_rollup_rows(all, &n);
    assert_true(n >= c->rows);
    for (size_t i = 0; i < n; i++) {
        if (i > 0)
            assert_true(rows[i - 1].key.part[0] < rows[i].key.part[0] ||
                        (rows[i - 1].key.part[0] == rows[i].key.part[0] &&
                         rows[i - 1].key.part[1] < rows[i].key.part[1]));
        if (c->by != BY_CELL || i % 50 == 0) { /* the twin is slow */
            const struct slow s = slow_row(c->by, rows[i].key);
            same_row_as(&rows[i], &s);
        }
    }
    mg_rollup_free(all);
}

/* Parts that begin with a place each, summed apart and merged in any order. */
static void check_parts(void **state)
{
    const struct rollup_case *c = *state;
    mg_rollup *all = new_rollup();
    uint64_t seed = 11;
    size_t n = 0;

    for (size_t i = 0; i < CELLS; i++)
        add_cell(all, c->by, i);
    const mg_rollup_row *rows = mg_rollup_rows(all, &n);
    for (int round = 0; round < 20; round++) {
        mg_rollup *parts[PARTS];
        mg_rollup *sum = new_rollup();
        size_t n_sum = 0;
        size_t part = 0;
        for (size_t p = 0; p < PARTS; p++)
            parts[p] = new_rollup();
        for (size_t i = 0; i < CELLS; i++) {
            if (i > 0 && cells[i].place != cells[i - 1].place)
                part = random_below(&seed, PARTS);
            add_cell(parts[part], c->by, i);
        }
        for (size_t p = 0; p < PARTS; p++)
            assert_int_equal(mg_rollup_merge(sum, parts[(p * 3 + 5) % PARTS], NULL),
                             MG_OK);
        const mg_rollup_row *merged = mg_rollup_rows(sum, &n_sum);
        assert_int_equal(n_sum, n);
        assert_memory_equal(merged, rows, n * sizeof *rows);
        for (size_t p = 0; p < PARTS; p++)
            mg_rollup_free(parts[p]);
        mg_rollup_free(sum);
    }
    mg_rollup_free(all);
}

struct sign_case {
    const char *name;
    unsigned sides;
    double gap;
    double import_over, import_under, export_over, export_under;
};

static struct sign_case sign_cases[] = {
    {"positive, importer", MG_ROLLUP_IMPORTER, 10, 10, 0, 0, 0},
    {"positive, exporter", MG_ROLLUP_EXPORTER, 10, 0, 0, 0, 10},
    {"positive, both", MG_ROLLUP_BOTH, 10, 10, 0, 0, 10},
    {"negative, importer", MG_ROLLUP_IMPORTER, -10, 0, 10, 0, 0},
    {"negative, exporter", MG_ROLLUP_EXPORTER, -10, 0, 0, 10, 0},
    {"negative, both", MG_ROLLUP_BOTH, -10, 0, 10, 10, 0},
    {"none", MG_ROLLUP_BOTH, 0, 0, 0, 0, 0},
};

static void check_signs(void **state)
{
    const struct sign_case *c = *state;
    const mg_rollup_cell cell = {.x_usd = 100,
                                 .m_usd = 100 + c->gap,
                                 .gap_usd = c->gap,
                                 .log_gap = NAN,
                                 .quantity = {.log_gap = NAN, .agreement = NAN}};
    mg_rollup *r = new_rollup();
    size_t n = 0;

    assert_int_equal(mg_rollup_add(r, (mg_rollup_key){{1, 2}}, c->sides, &cell, NULL),
                     MG_OK);
    const mg_rollup_row *row = mg_rollup_rows(r, &n);
    assert_int_equal(n, 1);
    same_sum("import_over", &row->import_over, c->import_over);
    same_sum("import_under", &row->import_under, c->import_under);
    same_sum("export_over", &row->export_over, c->export_over);
    same_sum("export_under", &row->export_under, c->export_under);
    mg_rollup_free(r);
}

/* 30 USD filed under a sibling code, and 30 that are gone: only the first nets out in
 * the heading. */
static void relabelled(void **state)
{
    const mg_rollup_cell some[] = {
        {.place = 1, .hs4 = 1, .hs2 = 1, .x_usd = 100, .m_usd = 70, .gap_usd = -30},
        {.place = 1, .hs4 = 1, .hs2 = 1, .x_usd = 50, .m_usd = 80, .gap_usd = 30},
        {.place = 1, .hs4 = 2, .hs2 = 1, .x_usd = 90, .m_usd = 60, .gap_usd = -30},
        {.place = 1, .hs4 = 3, .hs2 = 2, .x_usd = 10, .m_usd = 40, .gap_usd = 30},
    };
    mg_rollup *r = new_rollup();
    size_t n = 0;

    (void)state;
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(
            mg_rollup_add(r, (mg_rollup_key){{0, 0}}, MG_ROLLUP_BOTH, &some[i], NULL),
            MG_OK);
    const mg_rollup_row *row = mg_rollup_rows(r, &n);
    assert_int_equal(n, 1);
    assert_same_double(mg_sum_value(&row->net), 0);
    assert_same_double(mg_rollup_negative(row), 60);
    /* headings leave 0, 30, 30 of 120; chapters 30 and 30 */
    assert_same_double(mg_rollup_misclassified(&row->net_hs4, &row->gross_hs4), 0.5);
    assert_same_double(mg_rollup_misclassified(&row->net_hs2, &row->gross_hs2), 0.5);
    mg_rollup_free(r);
}

static void nothing(void **state)
{
    mg_rollup *r = new_rollup();
    mg_rollup *other = new_rollup();
    size_t n = 1;

    (void)state;
    assert_int_equal(mg_rollup_merge(r, other, NULL), MG_OK);
    mg_rollup_rows(r, &n);
    assert_int_equal(n, 0);
    mg_rollup_free(r);
    mg_rollup_free(other);
    mg_rollup_free(NULL);
}

int main(void)
{
    static struct suite s;
    uint64_t seed = 5;

    make_cells(&seed);
    SUITE_CASES(&s, rollup_cases, check_twin);
    SUITE_CASES(&s, rollup_cases, check_parts);
    SUITE_CASES(&s, sign_cases, check_signs);
    suite_add(&s, "relabelled goods", relabelled, NULL);
    suite_add(&s, "nothing", nothing, NULL);
    return suite_run("rollup", &s);
}
