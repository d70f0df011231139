/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who reported what, against a table with a place for every code there is. */
#include "mirrorgap/dataset.h"
#include "testing.h"

enum { CODES = 65536, BATCH = 3000 };

struct twin {
    uint32_t counts[CODES][MG_FLOW_COUNT][2];
    uint32_t editions;
};

struct coverage_case {
    const char *name;
    unsigned reporters; /* codes below; from the highest down where `high` */
    bool high;
    unsigned stay; /* the same reporter for about so many rows */
    int batches;
};

static struct coverage_case coverage_cases[] = {
    {"one reporter", 1, false, 1, 5},
    {"World only is code 0 too", 2, false, 1, 5},
    {"few, in long runs", 5, false, 500, 20},
    {"few, in turns", 5, true, 1, 20},
    {"200, in runs", 200, false, 40, 50},
    {"all codes at random", CODES, false, 1, 60},
};

static mg_row random_row(uint64_t *seed, uint16_t reporter)
{
    mg_row row = {0};

    row.flow = (uint8_t)(1 + random_below(seed, MG_FLOW_COUNT - 1));
    row.edition = (uint8_t)random_below(seed, 12);
    row.exporter = row.importer = (uint16_t)random_bits(seed);
    *(mg_flow_by_exporter(row.flow) ? &row.exporter : &row.importer) = reporter;
    return row;
}

static void twin_count(struct twin *t, mg_table table, const mg_row *row)
{
    bool by_exporter = row->flow == MG_FLOW_X || row->flow == MG_FLOW_RX;
    uint16_t reporter = by_exporter ? row->exporter : row->importer;

    if (table == MG_T_OBSERVATIONS)
        t->editions |= 1U << row->edition;
    if (table != MG_T_DETAILS && row->flow != MG_FLOW_BACI)
        t->counts[reporter][row->flow][table == MG_T_CONTROLS]++;
}

static void check_list(const struct twin *t, mg_coverage_counter *counter)
{
    mg_coverage *list = NULL;
    size_t n = 0;
    size_t at = 0;

    assert_int_equal(counter->editions, t->editions);
    assert_int_equal(mg_coverage_list(counter, &list, &n, NULL), MG_OK);
    for (unsigned reporter = 0; reporter < CODES; reporter++)
        for (unsigned flow = 0; flow < MG_FLOW_COUNT; flow++) {
            const uint32_t *want = t->counts[reporter][flow];
            if (want[0] == 0 && want[1] == 0)
                continue;
            assert_true(at < n);
            assert_int_equal(list[at].reporter, reporter);
            assert_int_equal(list[at].flow, flow);
            assert_int_equal(list[at].observations, want[0]);
            assert_int_equal(list[at].world, want[1]);
            at++;
        }
    assert_int_equal(at, n);
    free(list);
    assert_int_equal(counter->n, 0); /* empty again */
    assert_int_equal(counter->editions, 0);
    assert_null(counter->place_of);
}

static void check_random(void **state)
{
    const struct coverage_case *c = *state;
    static const mg_table tables[] = {MG_T_OBSERVATIONS, MG_T_CONTROLS, MG_T_DETAILS};
    struct twin *t = calloc(1, sizeof *t);
    mg_row *rows = calloc(BATCH, sizeof *rows);
    mg_coverage_counter counter = {0};
    uint64_t seed = c->reporters + c->stay;
    uint16_t reporter = 0;

    assert_true(t != NULL && rows != NULL);
    for (int batch = 0; batch < c->batches; batch++) {
        mg_table table = tables[random_below(&seed, 3)];
        size_t n = random_below(&seed, BATCH + 1);
        for (size_t i = 0; i < n; i++) {
            if (random_below(&seed, c->stay) == 0)
                reporter = (uint16_t)random_below(&seed, c->reporters);
            if (c->high && reporter < CODES / 2)
                reporter = (uint16_t)(CODES - 1 - reporter);
            rows[i] = random_row(&seed, reporter);
            twin_count(t, table, &rows[i]);
        }
        assert_int_equal(mg_coverage_count(&counter, table, rows, n, NULL), MG_OK);
    }
    check_list(t, &counter);
    free(rows);
    free(t);
}

/* Every code once, in an order that is none; then the counter is used again. */
static void all_codes_once(void **state)
{
    struct twin *t = calloc(1, sizeof *t);
    mg_row *rows = calloc(CODES, sizeof *rows);
    mg_coverage_counter counter = {0};
    uint64_t seed = 1;

    (void)state;
    assert_true(t != NULL && rows != NULL);
    for (int round = 0; round < 2; round++) {
        memset(t, 0, sizeof *t);
        for (unsigned i = 0; i < CODES; i++) { /* odd steps come by all */
            rows[i] = random_row(&seed, (uint16_t)(i * 40503U + 7));
            rows[i].flow = rows[i].flow == MG_FLOW_BACI ? MG_FLOW_X : rows[i].flow;
            rows[i].exporter = rows[i].importer = (uint16_t)(i * 40503U + 7);
            twin_count(t, MG_T_OBSERVATIONS, &rows[i]);
        }
        assert_int_equal(
            mg_coverage_count(&counter, MG_T_OBSERVATIONS, rows, CODES, NULL), MG_OK);
        assert_int_equal(counter.n, CODES);
        check_list(t, &counter);
    }
    free(rows);
    free(t);
}

static void nothing_counted(void **state)
{
    struct twin *t = calloc(1, sizeof *t);
    mg_coverage_counter counter = {0};
    mg_row row = {.flow = MG_FLOW_BACI, .exporter = 4, .importer = 8, .edition = 3};

    (void)state;
    assert_non_null(t);
    check_list(t, &counter); /* never used */
    assert_int_equal(mg_coverage_count(&counter, MG_T_CONTROLS, &row, 1, NULL), MG_OK);
    assert_int_equal(mg_coverage_count(&counter, MG_T_DETAILS, &row, 1, NULL), MG_OK);
    assert_int_equal(mg_coverage_count(&counter, MG_T_CONTROLS, &row, 0, NULL), MG_OK);
    check_list(t, &counter);
    mg_coverage_release(&counter);
    assert_int_equal(mg_coverage_count(&counter, MG_T_OBSERVATIONS, &row, 1, NULL),
                     MG_OK);
    t->editions = 1U << 3; /* nobody's report, but an edition */
    check_list(t, &counter);
    free(t);
}

int main(void)
{
    static struct suite s;

    SUITE_CASES(&s, coverage_cases, check_random);
    suite_add(&s, "all codes once", all_codes_once, NULL);
    suite_add(&s, "nothing counted", nothing_counted, NULL);
    return suite_run("coverage", &s);
}
