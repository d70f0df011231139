/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The join and the silences, in their order of precedence. */
#include "joined.h"

static mg_ref *ref;

static const uint32_t periods[] = {2015, 2016};

/* Joins 2016 in a data set of two years. */
static void join_rows(const mg_row *rows, size_t n, struct taken *taken)
{
    static struct world w;

    w = (struct world){.ref = ref, .periods = periods, .n_periods = 2, .n = n};
    assert_true(n <= ROWS);
    memcpy(w.rows, rows, n * sizeof *rows);
    join(&w, 2016, (mg_pair_plan){0}, true, taken);
}

enum { DPRK = 408, BUNKERS = 837, TUVALU = 798 };

struct silence_case {
    const char *name;
    unsigned exporter, importer;
    mg_flow flow;
    double value;
    int more; /* bits: what else stands in the data */
    mg_silence want;
};

enum {
    PAIR_SIDE = 1,   /* the silent one has an observation of the flow that year */
    OTHER_FLOW = 2,  /* only of the other flow */
    OTHER_YEAR = 4,  /* only in the other year */
    WORLD_ROW = 8,   /* a World row of the flow that year, other code */
    RE_EXPORTS = 16, /* re-exports that year */
};

static struct silence_case silence_cases[] = {
    {"nes is no country", CHINA, BUNKERS, MG_FLOW_X, 5000, PAIR_SIDE, MG_SILENCE_NES},
    {"nes before never", CHINA, BUNKERS, MG_FLOW_X, 5, 0, MG_SILENCE_NES},
    {"never reports", CHINA, DPRK, MG_FLOW_X, 5000, 0, MG_SILENCE_NEVER_REPORTS},
    {"never before below", CHINA, DPRK, MG_FLOW_X, 5, 0, MG_SILENCE_NEVER_REPORTS},
    {"not in that flow", CHINA, TUVALU, MG_FLOW_X, 5000, OTHER_FLOW,
     MG_SILENCE_NOT_REPORTING},
    {"not in that year", CHINA, TUVALU, MG_FLOW_X, 5000, OTHER_YEAR,
     MG_SILENCE_NOT_REPORTING},
    {"not reporting before below", CHINA, TUVALU, MG_FLOW_X, 5, OTHER_YEAR,
     MG_SILENCE_NOT_REPORTING},
    {"re-exports are another flow", TUVALU, CHINA, MG_FLOW_M, 5000, RE_EXPORTS,
     MG_SILENCE_NOT_REPORTING},
    {"below the threshold", CHINA, TUVALU, MG_FLOW_X, 999.99, PAIR_SIDE,
     MG_SILENCE_BELOW_THRESHOLD},
    {"at the threshold", CHINA, TUVALU, MG_FLOW_X, 1000, PAIR_SIDE,
     MG_SILENCE_REPORTED_ZERO},
    {"reported zero", CHINA, TUVALU, MG_FLOW_X, 5000, PAIR_SIDE,
     MG_SILENCE_REPORTED_ZERO},
    {"a World row counts as reporting", CHINA, TUVALU, MG_FLOW_X, 5000, WORLD_ROW,
     MG_SILENCE_REPORTED_ZERO},
    {"the exporter is silent", TUVALU, CHINA, MG_FLOW_M, 5000, PAIR_SIDE,
     MG_SILENCE_REPORTED_ZERO},
    {"the exporter never reports", DPRK, CHINA, MG_FLOW_M, 5000, 0,
     MG_SILENCE_NEVER_REPORTS},
};

static void check_silence(void **state)
{
    const struct silence_case *c = *state;
    unsigned silent = c->flow == MG_FLOW_X ? c->importer : c->exporter;
    bool imports = c->flow == MG_FLOW_X; /* the flow that the silent one should have */
    mg_flow own = imports ? MG_FLOW_M : MG_FLOW_X;
    mg_flow other = imports ? MG_FLOW_X : MG_FLOW_M;
    static struct taken taken;
    mg_row rows[4];
    size_t n = 0;

    rows[n++] = row_of(2016, c->exporter, c->importer, "1201", c->flow, c->value);
    uint32_t year = (c->more & OTHER_YEAR) != 0 ? 2015 : 2016;
    mg_flow flow = (c->more & OTHER_FLOW) != 0   ? other
                   : (c->more & RE_EXPORTS) != 0 ? MG_FLOW_RX
                                                 : own;
    unsigned partner = (c->more & WORLD_ROW) != 0 ? 0 : USA;
    if (c->more != 0)
        rows[n++] = mg_flow_by_exporter(flow)
                        ? row_of(year, silent, partner, "27", flow, 1)
                        : row_of(year, partner, silent, "27", flow, 1);
    join_rows(rows, n, &taken);
    const mg_pair *p = NULL;
    for (size_t i = 0; i < taken.n; i++)
        if (taken.pairs[i].exporter == c->exporter &&
            taken.pairs[i].importer == c->importer)
            p = &taken.pairs[i];
    assert_non_null(p);
    assert_int_equal(p->status, imports ? MG_EXPORTER_ONLY : MG_IMPORTER_ONLY);
    assert_string_equal(mg_silence_name(p->silence), mg_silence_name(c->want));
}

static void statuses_and_sides(void **state)
{
    static struct taken taken;
    mg_row rows[] = {
        row_of(2016, BRAZIL, CHINA, "1201", MG_FLOW_X, 100),
        row_of(2016, BRAZIL, CHINA, "1201", MG_FLOW_M, 120),
        row_of(2016, BRAZIL, CHINA, "1202", MG_FLOW_X, 0),
        row_of(2016, BRAZIL, CHINA, "1202", MG_FLOW_M, 0),
        row_of(2016, BRAZIL, CHINA, "1203", MG_FLOW_RX, 7), /* no side of a pair */
        row_of(2016, BRAZIL, CHINA, "1204", MG_FLOW_BACI, 7),
        row_of(2016, CHINA, BRAZIL, "1201", MG_FLOW_M, 5000),
        row_of(2016, CHINA, USA, "1201", MG_FLOW_X, 6000),
        row_of(2015, CHINA, USA, "1201", MG_FLOW_M, 6000), /* another period */
        row_of(2016, USA, 0, "1201", MG_FLOW_X, 9),        /* a World row */
    };

    (void)state;
    rows[0].edition = 4;
    rows[1].unit = 5;
    join_rows(rows, sizeof rows / sizeof *rows, &taken);
    assert_int_equal(taken.n, 4);
    const mg_pair *p = taken.pairs; /* by exporter, importer, code */
    assert_int_equal(p[0].status, MG_MATCHED);
    assert_int_equal(p[0].silence, MG_SILENCE_NONE);
    assert_same_double(p[0].x.value_usd, 100);
    assert_same_double(p[0].m.value_usd, 120);
    assert_same_double(p[0].m.kg, 240);
    assert_int_equal(p[0].x.edition, 4);
    assert_int_equal(p[0].m.edition, 5);
    assert_int_equal(p[0].m.unit, 5);
    assert_int_equal(p[1].status, MG_MATCHED); /* zeros are reports */
    assert_int_equal(p[2].status, MG_IMPORTER_ONLY);
    assert_int_equal(p[2].exporter, CHINA);
    assert_int_equal(p[2].importer, BRAZIL);
    assert_true(isnan(p[2].x.value_usd) && isnan(p[2].x.kg));
    assert_int_equal(p[3].status, MG_EXPORTER_ONLY);
    assert_int_equal(p[3].importer, USA);
    assert_true(isnan(p[3].m.value_usd));
    for (unsigned s = 0; s < 3; s++)
        assert_true(mg_pair_status_name(s)[0] != '\0');
}

/* The identities of CONTRACT 4 on random rows, against a slow join. */
static void identities(void **state)
{
    static struct taken taken;
    static mg_row rows[400];
    uint64_t seed = 1;

    (void)state;
    for (int round = 0; round < 200; round++) {
        size_t n = 0;
        size_t x = 0;
        size_t m = 0;
        size_t matched = 0;
        size_t cells[3] = {0};
        for (unsigned e = 1; e <= 5; e++)
            for (unsigned i = 6; i <= 10; i++)
                for (unsigned code = 1; code <= 4; code++) {
                    char hs[4];
                    unsigned sides = (unsigned)random_below(&seed, 4);
                    snprintf(hs, sizeof hs, "%02u", code);
                    if (sides & 1)
                        rows[n++] = row_of(2016, e, i, hs, MG_FLOW_X, 1);
                    if (sides & 2)
                        rows[n++] = row_of(2016, e, i, hs, MG_FLOW_M, 1);
                    x += sides & 1;
                    m += sides >> 1;
                    matched += sides == 3;
                }
        join_rows(rows, n, &taken);
        for (size_t i = 0; i < taken.n; i++) {
            cells[taken.pairs[i].status]++;
            assert_int_equal(taken.pairs[i].silence == MG_SILENCE_NONE,
                             taken.pairs[i].status == MG_MATCHED);
        }
        assert_int_equal(cells[MG_MATCHED], matched);
        assert_int_equal(cells[MG_MATCHED] + cells[MG_EXPORTER_ONLY], x);
        assert_int_equal(cells[MG_MATCHED] + cells[MG_IMPORTER_ONLY], m);
    }
}

static void who_reports(void **state)
{
    mg_row rows[] = {row_of(2016, BRAZIL, CHINA, "1201", MG_FLOW_X, 100),
                     row_of(2016, 0, USA, "1201", MG_FLOW_M, 9)};
    struct memory_rows from = {0};
    mg_memory *memory =
        memory_rows_new(&from, rows, 2, periods, 2, MG_ALL_COLUMNS, false);
    const mg_dataset *data = mg_memory_dataset(memory);
    mg_reporting *r = NULL;

    (void)state;
    for (size_t p = 0; p < 2; p++)
        assert_int_equal(mg_dataset_open(data, p, NULL), MG_OK);
    assert_int_equal(mg_reporting_new(data, ref, NULL, false, &r, NULL), MG_OK);
    assert_true(mg_reporting_in(r, 1, BRAZIL, MG_FLOW_X));
    assert_false(mg_reporting_in(r, 0, BRAZIL, MG_FLOW_X));
    assert_false(mg_reporting_in(r, 1, BRAZIL, MG_FLOW_M));
    assert_false(mg_reporting_in(r, 1, CHINA, MG_FLOW_M));
    assert_true(mg_reporting_in(r, 1, USA, MG_FLOW_M));
    mg_reporting_free(r);
    mg_reporting_free(NULL);
    mg_memory_free(memory);
}

int main(void)
{
    static struct suite s;
    mg_error err = {0};

    if (mg_ref_load(MG_TEST_REF, &ref, &err) != MG_OK) {
        fprintf(stderr, "%s: %s\n", err.where, err.what);
        return 1;
    }
    SUITE_CASES(&s, silence_cases, check_silence);
    suite_add(&s, "statuses and sides", statuses_and_sides, NULL);
    suite_add(&s, "identities", identities, NULL);
    suite_add(&s, "who reports", who_reports, NULL);
    int failed = suite_run("pair", &s);
    mg_ref_free(ref);
    return failed;
}
