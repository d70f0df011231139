/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The join where cells are not simply as filed: editions that meet, re-exports, secrets.
 */
#include "joined.h"

static mg_ref *ref;
static mg_concordance *concordance;

static const uint32_t one_year[] = {2016};

static void expect_same_side(const mg_side *a, const mg_side *b)
{
    assert_same_double(a->value_usd, b->value_usd);
    assert_same_double(a->kg, b->kg);
    assert_same_double(a->qty, b->qty);
    assert_int_equal(a->unit, b->unit);
    assert_int_equal(a->edition, b->edition);
    assert_int_equal(a->flags, b->flags);
}

/* Place by place gives what row by row gives, where nothing is changed. */
static void both_ways(void **state)
{
    static struct world w;
    static struct taken plain;
    static struct taken cells;
    uint64_t seed = 7;

    (void)state;
    for (int round = 0; round < 50; round++) {
        w = (struct world){.ref = ref, .periods = one_year, .n_periods = 1};
        for (unsigned e = 1; e <= 6; e++)
            for (unsigned i = 7; i <= 12; i++)
                for (unsigned code = 0; code < 20; code++) {
                    char hs[8];
                    unsigned sides = (unsigned)random_below(&seed, 4);
                    snprintf(hs, sizeof hs, code < 3 ? "%02u" : "0101%02u", code + 1);
                    if (sides & 1)
                        put(&w, 2016, e, i, hs, MG_FLOW_X,
                            (double)random_below(&seed, 9));
                    if (sides & 2)
                        put(&w, 2016, e, i, hs, MG_FLOW_M,
                            (double)random_below(&seed, 9));
                }
        join(&w, 2016, (mg_pair_plan){0}, false, &plain);
        join(&w, 2016, (mg_pair_plan){.net = true}, false, &cells);
        assert_int_equal(plain.n, cells.n);
        for (size_t i = 0; i < plain.n; i++) {
            assert_int_equal(plain.pairs[i].exporter, cells.pairs[i].exporter);
            assert_int_equal(plain.pairs[i].importer, cells.pairs[i].importer);
            assert_int_equal(plain.pairs[i].hs, cells.pairs[i].hs);
            assert_int_equal(plain.pairs[i].status, cells.pairs[i].status);
            assert_int_equal(cells.pairs[i].notes, 0);
            expect_same_side(&plain.pairs[i].x, &cells.pairs[i].x);
            expect_same_side(&plain.pairs[i].m, &cells.pairs[i].m);
        }
        for (int side = 0; side < 2; side++) {
            assert_int_equal(plain.counts.observations[side],
                             cells.counts.observations[side]);
            assert_int_equal(cells.counts.rows[side], cells.counts.observations[side]);
            assert_same_double(mg_sum_value(&plain.counts.value[side]),
                               mg_sum_value(&cells.counts.value[side]));
        }
    }
}

/* H3's 030613 became 030616 and 030617 in H4. */
static void editions_meet(void **state)
{
    static struct taken t;
    struct world w = {.ref = ref, .periods = one_year, .n_periods = 1};
    const mg_pair_plan common = {.harmonise = {concordance, 0}};

    (void)state;
    put(&w, 2016, BRAZIL, USA, "030613", MG_FLOW_X, 100)->edition = MG_EDITION_H0 + 3;
    put(&w, 2016, BRAZIL, USA, "090111", MG_FLOW_X, 7)->edition = MG_EDITION_H0 + 3;
    put(&w, 2016, BRAZIL, USA, "030616", MG_FLOW_M, 60)->edition = MG_EDITION_H0 + 4;
    put(&w, 2016, BRAZIL, USA, "030617", MG_FLOW_M, 50)->edition = MG_EDITION_H0 + 4;
    put(&w, 2016, BRAZIL, USA, "090111", MG_FLOW_M, 8)->edition = MG_EDITION_H0 + 4;
    join(&w, 2016, common, false, &t);
    assert_int_equal(t.n, 2);
    assert_int_equal(t.pairs[0].hs, hs_of("030613"));
    assert_int_equal(t.pairs[0].notes & MG_PAIR_COMPONENT, MG_PAIR_COMPONENT);
    assert_int_equal(t.pairs[0].status, MG_MATCHED);
    assert_same_double(t.pairs[0].m.value_usd, 110);
    assert_same_double(t.pairs[0].m.kg, 220);
    assert_int_equal(t.pairs[1].hs, hs_of("090111"));
    assert_int_equal(t.pairs[1].notes & MG_PAIR_COMPONENT, 0);
    assert_int_equal(t.counts.rows[1], 3);
    assert_int_equal(t.counts.components, 1);
    join(&w, 2016, (mg_pair_plan){.harmonise = {concordance, MG_EDITION_H0 + 3}}, false,
         &t);
    assert_int_equal(t.n, 2); /* in H3 it is the code itself */
    assert_int_equal(t.pairs[0].notes & MG_PAIR_COMPONENT, 0);
    assert_same_double(t.pairs[0].m.value_usd, 110);
    join(&w, 2016, (mg_pair_plan){.net = true}, false, &t);
    assert_int_equal(t.n, 4); /* as text they do not meet */
}

/* Every dollar is in some cell, whatever codes and editions there are. */
static void value_is_conserved(void **state)
{
    static struct world w;
    static struct taken t;
    uint64_t seed = 3;

    (void)state;
    for (int round = 0; round < 200; round++) {
        const unsigned target = (unsigned)random_below(&seed, 8);
        uint8_t seen[2][10] = {{0}};
        w = (struct world){.ref = ref, .periods = one_year, .n_periods = 1};
        for (int i = 0; i < 300; i++) {
            char hs[8];
            int side = (int)random_below(&seed, 2);
            unsigned pair = (unsigned)random_below(&seed, 5);
            uint8_t *edition = &seen[side][pair];
            if (*edition == 0)
                *edition = (uint8_t)(1 + random_below(&seed, 7));
            snprintf(hs, sizeof hs, "%02u%02u%02u", 1 + (unsigned)random_below(&seed, 97),
                     1 + (unsigned)random_below(&seed, 12),
                     10 * (unsigned)random_below(&seed, 10));
            put(&w, 2016, 1 + pair, USA, hs, side ? MG_FLOW_M : MG_FLOW_X,
                (double)(1 + random_below(&seed, 1000)))
                ->edition = *edition;
        }
        join(&w, 2016, (mg_pair_plan){.harmonise = {concordance, target}}, false, &t);
        for (int side = 0; side < 2; side++) {
            double sum = 0;
            for (size_t i = 0; i < t.n; i++) {
                const mg_side *s = side ? &t.pairs[i].m : &t.pairs[i].x;
                sum += isnan(s->value_usd) ? 0 : s->value_usd;
            }
            assert_same_double(sum, mg_sum_value(&t.counts.value[side]));
            assert_same_double(sum, mg_sum_value(&t.counts.usd[side]));
            assert_int_equal(t.counts.rows[side], t.counts.observations[side]);
        }
        for (size_t i = 1; i < t.n; i++)
            assert_true(t.pairs[i - 1].exporter < t.pairs[i].exporter ||
                        t.pairs[i - 1].hs <= t.pairs[i].hs);
    }
}

struct secret_case {
    const char *name;
    const char *hs2_usd_of; /* "" none; the silent side's chapter with that partner */
    double hs2_usd, named_usd, nes_usd, filed_usd;
    bool exporter_silent;
    mg_silence want;
};

static struct secret_case secret_cases[] = {
    {"nothing is unsaid", "", 0, 10, 0, 5000, true, MG_SILENCE_REPORTED_ZERO},
    {"within areas nes", "", 0, 10, 6000, 5000, true, MG_SILENCE_SECRET},
    {"more than areas nes", "", 0, 10, 4999, 5000, true, MG_SILENCE_REPORTED_ZERO},
    {"exactly areas nes", "", 0, 10, 5000, 5000, true, MG_SILENCE_SECRET},
    {"within the chapter's rest", "27", 9000, 4000, 0, 5000, true, MG_SILENCE_SECRET},
    {"beyond the chapter's rest", "27", 9000, 4001, 0, 5000, true,
     MG_SILENCE_REPORTED_ZERO},
    {"the rest of another chapter", "28", 9000, 10, 0, 5000, true,
     MG_SILENCE_REPORTED_ZERO},
    {"a small one", "", 0, 10, 6000, 500, true, MG_SILENCE_SECRET},
    {"a small one without", "", 0, 10, 0, 500, true, MG_SILENCE_BELOW_THRESHOLD},
    {"importer, within areas nes", "", 0, 10, 6000, 5000, false, MG_SILENCE_SECRET},
    {"importer, chapter's rest", "27", 9000, 4000, 0, 5000, false, MG_SILENCE_SECRET},
    {"importer, nothing", "", 0, 10, 100, 5000, false, MG_SILENCE_REPORTED_ZERO},
};

static void secrets(void **state)
{
    static struct taken t;
    const struct secret_case *c = *state;
    const mg_flow filed = c->exporter_silent ? MG_FLOW_M : MG_FLOW_X;
    const mg_flow silent = c->exporter_silent ? MG_FLOW_X : MG_FLOW_M;
    struct world w = {.ref = ref, .periods = one_year, .n_periods = 1};

    put(&w, 2016, BRAZIL, USA, "270900", filed, c->filed_usd);
    put(&w, 2016, BRAZIL, USA, "271000", silent, c->named_usd);
    if (c->hs2_usd_of[0] != '\0')
        put(&w, 2016, BRAZIL, USA, c->hs2_usd_of, silent, c->hs2_usd);
    if (c->nes_usd > 0 && c->exporter_silent)
        put(&w, 2016, BRAZIL, NES, "271012", silent, c->nes_usd);
    else if (c->nes_usd > 0)
        put(&w, 2016, NES, USA, "271012", silent, c->nes_usd);
    join(&w, 2016, (mg_pair_plan){0}, true, &t);
    for (size_t i = 0; i < t.n; i++)
        if (t.pairs[i].hs == hs_of("270900") && t.pairs[i].exporter == BRAZIL) {
            assert_int_equal(t.pairs[i].silence, c->want);
            return;
        }
    fail_msg("the pair is missing");
}

/* X - RX and M - RM, not below 0; what is missing stays missing. */
static void net_of_re_exports(void **state)
{
    static struct taken t;
    struct world w = {.ref = ref, .periods = one_year, .n_periods = 1};

    (void)state;
    put(&w, 2016, HONGKONG, USA, "851712", MG_FLOW_X, 100);
    put(&w, 2016, HONGKONG, USA, "851712", MG_FLOW_RX, 90);
    put(&w, 2016, HONGKONG, USA, "851712", MG_FLOW_M, 120);
    put(&w, 2016, HONGKONG, USA, "854231", MG_FLOW_X, 50);
    put(&w, 2016, HONGKONG, USA, "854231", MG_FLOW_RX, 60);
    put(&w, 2016, HONGKONG, USA, "854232", MG_FLOW_M, 30);
    put(&w, 2016, HONGKONG, USA, "854232", MG_FLOW_RM, 10)->kg = NAN;
    join(&w, 2016, (mg_pair_plan){.net = true}, false, &t);
    assert_int_equal(t.n, 3);
    assert_same_double(t.pairs[0].x.value_usd, 10);
    assert_same_double(t.pairs[0].x.kg, 20);
    assert_same_double(t.pairs[0].rx_usd, 90);
    assert_int_equal(t.pairs[0].notes, MG_PAIR_NETTED);
    assert_same_double(t.pairs[1].x.value_usd, 0);
    assert_same_double(t.pairs[2].m.value_usd, 20);
    assert_true(isnan(t.pairs[2].m.kg));
    join(&w, 2016, (mg_pair_plan){0}, true, &t); /* else they are told beside */
    assert_same_double(t.pairs[0].x.value_usd, 100);
    assert_same_double(t.pairs[0].rx_usd, 90);
    assert_true(isnan(t.pairs[0].rm_usd));
}

/* A hub's re-exports leave the origin for the hub, unless they are more than was filed.
 */
static void moved_re_exports(void **state)
{
    static struct taken t;
    struct world w = {.ref = ref, .periods = one_year, .n_periods = 1};
    const mg_move items[] = {{2016, CHINA, USA, HONGKONG, hs_of("851712"), 30},
                             {2016, CHINA, USA, HONGKONG, hs_of("854231"), 51}};
    const mg_moves moves = {items, 2};

    (void)state;
    put(&w, 2016, CHINA, USA, "851712", MG_FLOW_X, 70);
    put(&w, 2016, CHINA, USA, "851712", MG_FLOW_M, 100);
    put(&w, 2016, CHINA, USA, "854231", MG_FLOW_M, 50);
    put(&w, 2016, HONGKONG, USA, "851712", MG_FLOW_X, 28);
    join(&w, 2016, (mg_pair_plan){.moves = &moves}, false, &t);
    assert_int_equal(t.n, 3);
    assert_same_double(t.pairs[0].m.value_usd, 70);
    assert_near(t.pairs[0].m.kg, 140, 1e-12);
    assert_int_equal(t.pairs[0].notes, MG_PAIR_MOVED);
    assert_same_double(t.pairs[1].m.value_usd, 50);
    assert_int_equal(t.pairs[2].exporter, HONGKONG);
    assert_int_equal(t.pairs[2].status, MG_MATCHED);
    assert_same_double(t.pairs[2].m.value_usd, 30);
    assert_int_equal(t.counts.moved, 1);
    assert_int_equal(t.counts.rows[1], t.counts.observations[1]);
}

int main(void)
{
    static struct suite s;
    int failed;

    assert_int_equal(mg_ref_load(MG_TEST_REF, &ref, NULL), MG_OK);
    assert_int_equal(mg_concordance_load(ref, &concordance, NULL), MG_OK);
    suite_add(&s, "both ways of joining", both_ways, NULL);
    suite_add(&s, "editions meet", editions_meet, NULL);
    suite_add(&s, "value is conserved", value_is_conserved, NULL);
    SUITE_CASES(&s, secret_cases, secrets);
    suite_add(&s, "net of re-exports", net_of_re_exports, NULL);
    suite_add(&s, "moved re-exports", moved_re_exports, NULL);
    failed = suite_run("cells", &s);
    mg_concordance_free(concordance);
    mg_ref_free(ref);
    return failed;
}
