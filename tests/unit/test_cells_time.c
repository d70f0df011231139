/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The join over time: lags, months that make years, unions of some years. */
#include "joined.h"

static mg_ref *ref;
static mg_unions *unions;

static unsigned lag_of_pair(const void *self, unsigned exporter, unsigned importer)
{
    (void)self;
    (void)importer;
    return exporter == BRAZIL ? 1 : 0;
}

/* Brazil's shipments arrive a month later; China's in the same one. */
static void lagged(void **state)
{
    static const uint32_t months[] = {201512, 201601, 201602};
    static struct taken t;
    struct world w = {.ref = ref, .periods = months, .n_periods = 3};
    const mg_pair_plan plan = {.lag = {lag_of_pair, NULL}};

    (void)state;
    put(&w, 201512, BRAZIL, USA, "120100", MG_FLOW_X, 12);
    put(&w, 201601, BRAZIL, USA, "120100", MG_FLOW_M, 13);
    put(&w, 201601, BRAZIL, USA, "120100", MG_FLOW_X, 22);
    put(&w, 201602, BRAZIL, USA, "120100", MG_FLOW_X, 99);
    put(&w, 201512, BRAZIL, USA, "120100", MG_FLOW_M, 98);
    put(&w, 201512, CHINA, USA, "120100", MG_FLOW_X, 5);
    put(&w, 201512, CHINA, USA, "120100", MG_FLOW_M, 6);
    join(&w, 201512, plan, true, &t);
    assert_int_equal(t.n, 2);
    assert_int_equal(t.pairs[0].exporter, BRAZIL);
    assert_same_double(t.pairs[0].x.value_usd, 12);
    assert_same_double(t.pairs[0].m.value_usd, 13);
    assert_int_equal(t.pairs[0].notes, MG_PAIR_LAGGED);
    assert_same_double(t.pairs[1].m.value_usd, 6);
    assert_int_equal(t.counts.outside[1], 1); /* of November's export */
    join(&w, 201601, plan, true, &t);
    assert_int_equal(t.n, 1);
    assert_same_double(t.pairs[0].x.value_usd, 22);
    assert_int_equal(t.pairs[0].status, MG_EXPORTER_ONLY);
    assert_int_equal(t.pairs[0].silence, MG_SILENCE_NOT_REPORTING); /* in February */
    join(&w, 201602, plan, true, &t);
    assert_int_equal(t.n, 0);
    assert_int_equal(t.counts.outside[0], 1); /* March is not held */
}

/* Twelve months stand for the year of a reporter that filed nothing else. */
static void years_of_months(void **state)
{
    static const uint32_t periods[] = {2016,   201601, 201602, 201603, 201604,
                                       201605, 201606, 201607, 201608, 201609,
                                       201610, 201611, 201612};
    static struct taken t;
    struct world w = {.ref = ref, .periods = periods, .n_periods = 13};

    (void)state;
    put(&w, 2016, BRAZIL, USA, "120100", MG_FLOW_M, 80);
    put(&w, 2016, CHINA, USA, "120100", MG_FLOW_X, 70);
    for (uint32_t m = 1; m <= 12; m++) {
        put(&w, 201600 + m, BRAZIL, USA, "120100", MG_FLOW_X, m);
        put(&w, 201600 + m, CHINA, USA, "120100", MG_FLOW_X, 1); /* the year stands */
        if (m != 7)
            put(&w, 201600 + m, RUSSIA, USA, "120100", MG_FLOW_X, 1); /* July lacks */
    }
    join(&w, 2016, (mg_pair_plan){.months = true}, true, &t);
    assert_int_equal(t.n, 2);
    assert_int_equal(t.pairs[0].exporter, BRAZIL);
    assert_same_double(t.pairs[0].x.value_usd, 78);
    assert_same_double(t.pairs[0].m.value_usd, 80);
    assert_int_equal(t.pairs[0].notes, MG_PAIR_FROM_MONTHS);
    assert_int_equal(t.pairs[1].exporter, CHINA);
    assert_same_double(t.pairs[1].x.value_usd, 70);
    assert_int_equal(t.counts.rows[0], 13);
    join(&w, 2016, (mg_pair_plan){0}, true, &t);
    assert_int_equal(t.pairs[0].status, MG_IMPORTER_ONLY);
    assert_int_equal(t.pairs[0].silence, MG_SILENCE_NOT_REPORTING);
    w.periods = periods + 1; /* no annual period at all */
    w.n_periods = 12;
    join(&w, 2016, (mg_pair_plan){.months = true}, true, &t);
    assert_int_equal(t.n, 2); /* Brazil and now China */
    assert_int_equal(t.pairs[1].silence, MG_SILENCE_NEVER_REPORTS);
}

/* Ukraine and Russia file for 1991 what partners file with the Soviet Union. */
static void dated_unions(void **state)
{
    enum { USSR = 810, UKRAINE = 804 };
    static const uint32_t years[] = {1991, 2016};
    static struct taken t;
    struct world w = {.ref = ref, .periods = years, .n_periods = 2};
    const mg_pair_plan plan = {.unions = unions};

    (void)state;
    put(&w, 1991, RUSSIA, USA, "270900", MG_FLOW_X, 60);
    put(&w, 1991, UKRAINE, USA, "270900", MG_FLOW_X, 40);
    put(&w, 1991, USSR, USA, "270900", MG_FLOW_M, 110);
    put(&w, 1991, RUSSIA, UKRAINE, "270900", MG_FLOW_X, 5);
    put(&w, 2016, RUSSIA, USA, "270900", MG_FLOW_X, 60);
    join(&w, 1991, plan, true, &t);
    assert_int_equal(t.n, 1);
    assert_int_equal(t.pairs[0].exporter, USSR);
    assert_same_double(t.pairs[0].x.value_usd, 100);
    assert_same_double(t.pairs[0].m.value_usd, 110);
    assert_int_equal(t.pairs[0].notes & MG_PAIR_UNION, MG_PAIR_UNION);
    assert_int_equal(t.counts.within_union[0], 1);
    assert_int_equal(t.counts.rows[0] + t.counts.within_union[0],
                     t.counts.observations[0]);
    join(&w, 2016, plan, true, &t);
    assert_int_equal(t.n, 1);
    assert_int_equal(t.pairs[0].exporter, RUSSIA);
    assert_int_equal(t.pairs[0].notes, 0);
}

int main(void)
{
    static struct suite s;
    int failed;

    assert_int_equal(mg_ref_load(MG_TEST_REF, &ref, NULL), MG_OK);
    assert_int_equal(mg_unions_load(ref, &unions, NULL), MG_OK);
    suite_add(&s, "lagged", lagged, NULL);
    suite_add(&s, "years of months", years_of_months, NULL);
    suite_add(&s, "dated unions", dated_unions, NULL);
    failed = suite_run("cells_time", &s);
    mg_unions_free(unions);
    mg_ref_free(ref);
    return failed;
}
