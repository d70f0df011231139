/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Robust z over many periods in memory against the slow twin. */
#include "app/series.h"
#include "mirrorgap/pair.h"

#include "mirrorgap/threads.h"
#include "series_twin.h"

enum { PERIODS_MAX = 18 };

static const uint32_t years[] = {2003, 2004, 2005, 2006, 2007, 2008, 2009, 2010,
                                 2011, 2012, 2013, 2014, 2015, 2016, 2017, 2018};
/* Annual and monthly periods in their order. */
static const uint32_t mixed[] = {2015,   2016,   2017,   2018,   201501, 201502,
                                 201503, 201504, 201505, 201506, 201701, 201702};

struct series_case {
    const char *name;
    const uint32_t *periods;
    size_t n_periods;
    struct twin_shape shape;
    unsigned unwanted; /* bits of periods that are left out */
    int level;
};

enum { TOTALS = 1, TWO = 2, FOUR = 4, SIX = 8 };

static struct series_case series_cases[] = {
    {"no period", years, 0, {0, 1, 1, 1, SIX, false}, 0, -1},
    {"no row", years, 3, {0, 1, 1, 1, SIX, false}, 0, -1},
    {"nothing wanted", years, 3, {100, 3, 3, 5, SIX, false}, 7, -1},
    {"one period", years, 1, {800, 9, 9, 20, SIX, false}, 0, -1},
    {"three periods: no series is long enough",
     years,
     3,
     {800, 5, 5, 9, SIX, false},
     0,
     -1},
    {"four periods", years, 4, {800, 5, 5, 9, SIX, false}, 0, -1},
    {"many periods", years, 16, {500, 5, 5, 9, SIX, false}, 0, -1},
    {"many periods, equal gaps", years, 16, {500, 5, 5, 9, SIX, true}, 0, -1},
    {"one commodity", years, 12, {200, 20, 20, 1, SIX, false}, 0, -1},
    {"one series", years, 16, {1, 1, 1, 1, SIX, false}, 0, -1},
    {"every second period", years, 16, {500, 5, 5, 9, SIX, false}, 0x5555, -1},
    {"the finest of three levels",
     years,
     8,
     {900, 5, 5, 30, TWO | FOUR | SIX, false},
     0,
     -1},
    {"two places are asked for",
     years,
     8,
     {900, 5, 5, 30, TWO | FOUR | SIX, false},
     0,
     2},
    {"four places are asked for",
     years,
     8,
     {900, 5, 5, 30, TWO | FOUR | SIX, false},
     0,
     4},
    {"totals are asked for", years, 8, {900, 5, 5, 30, TOTALS | TWO, false}, 0, 0},
    {"totals are all there is", years, 8, {400, 5, 5, 1, TOTALS, false}, 0, -1},
    {"a level that is not there", years, 8, {400, 5, 5, 30, TWO | FOUR, false}, 0, 6},
    {"months only", mixed, 12, {500, 5, 5, 9, SIX, false}, 0x00f, -1},
    {"more pairs than one part has", years, 16, {10000, 60, 60, 40, SIX, false}, 0, -1},
    {"many parts, equal gaps", years, 16, {10000, 60, 60, 40, SIX, true}, 0, -1},
    {"many parts, one large period", mixed, 2, {90000, 200, 200, 90, SIX, false}, 0, -1},
};

static void make_twin(const struct series_case *c, struct twin *t, bool *wanted)
{
    *t = (struct twin){.periods = c->periods, .n_periods = c->n_periods};
    for (size_t p = 0; p < c->n_periods; p++)
        wanted[p] = (c->unwanted >> p & 1) == 0;
    twin_rows(t, &c->shape, c->shape.cells + c->n_periods);
    twin_pairs(t, wanted, c->level);
    twin_score(t);
}

static mg_memory *memory_of(struct memory_rows *from, const struct twin *t)
{
    from->batch = 3000;
    return memory_rows_new(from, t->rows, t->n_rows, t->periods, t->n_periods,
                           MG_ROBUST_Z_COLUMNS, true);
}

/* z within commodity of each pair, in the order of the keys. */
static void check_gathered(const struct series *s, struct twin *t)
{
    size_t seen[PERIODS_MAX] = {0};

    assert_int_equal(s->n_periods, t->n_periods);
    assert_int_equal(s->level, t->level);
    qsort(t->pairs, t->n, sizeof *t->pairs, twin_by_series);
    for (size_t i = 0; i < t->n; i++) {
        const struct twin_pair *want = &t->pairs[i];
        const struct scored_period *period = &s->periods[want->period];
        assert_true(seen[want->period] < period->n);
        const struct scored_pair *got = &period->pairs[seen[want->period]++];
        assert_true(got->key == want->key);
        assert_same_double(got->x, want->x);
        assert_same_double(got->m, want->m);
        assert_true(got->z_cp == want->z_cp);
    }
    for (uint32_t p = 0; p < s->n_periods; p++) {
        assert_int_equal(s->periods[p].period, t->periods[p]);
        assert_int_equal(s->periods[p].n, seen[p]);
    }
    qsort(t->pairs, t->n, sizeof *t->pairs, twin_by_rank);
}

static void check_sums(const struct series *s, const struct twin *t)
{
    struct series_sums want = {.scored = t->n};

    for (size_t i = 0; i < t->n; i++) {
        mg_sum_add(&want.gap, t->pairs[i].m - t->pairs[i].x);
        mg_sum_add(&want.log_gap, t->pairs[i].v);
        mg_sum_add(&want.abs_z_cp, fabs(t->pairs[i].z_cp));
        mg_sum_add(&want.abs_z_ts, fabs(t->pairs[i].z_ts));
    }
    assert_int_equal(s->sums.scored, want.scored);
    assert_true(s->sums.gap.fixed == want.gap.fixed);
    assert_true(s->sums.log_gap.fixed == want.log_gap.fixed);
    assert_true(s->sums.abs_z_cp.fixed == want.abs_z_cp.fixed);
    assert_true(s->sums.abs_z_ts.fixed == want.abs_z_ts.fixed);
}

typedef bool (*chooser)(const struct twin *t, const struct twin_pair *pair);

static bool any_pair(const struct twin *t, const struct twin_pair *pair)
{
    (void)t;
    (void)pair;
    return true;
}

/* The first `limit` of the pairs that are chosen, in the order of rank. */
static void check_ranked(const struct series *s, const struct twin *t, chooser chosen,
                         size_t limit)
{
    size_t at = 0;

    for (size_t i = 0; i < t->n && (limit == 0 || at < limit); i++) {
        const struct twin_pair *want = &t->pairs[i];
        if (!chosen(t, want))
            continue;
        assert_true(at < s->n_best);
        const struct candidate *got = &s->best[at++];
        assert_true(candidate_pair(s, got)->key == want->key);
        assert_int_equal(got->period, want->period);
        assert_true(got->score == want->score);
        assert_true(got->z_ts == want->z_ts);
    }
    assert_int_equal(at, s->n_best);
}

/* With some numbers of threads and several limits. */
static void check_series(void **state)
{
    const struct series_case *c = *state;
    static const struct {
        int threads;
        size_t limit;
    } runs[] = {{1, 0}, {4, 0}, {1, 1}, {2, 10}, {3, 1000}, {4, 1000000}};
    const mg_filter all = {.level = -1};
    bool wanted[PERIODS_MAX];
    struct memory_rows from = {0};
    struct twin t;

    make_twin(c, &t, wanted);
    mg_memory *memory = memory_of(&from, &t);
    for (size_t i = 0; i < sizeof runs / sizeof *runs; i++) {
        struct series s;
        mg_threads_set(runs[i].threads);
        assert_int_equal(
            series_gather(&s, mg_memory_dataset(memory), wanted, c->level, NULL, NULL),
            MG_OK);
        if (i < 2)
            check_gathered(&s, &t);
        assert_int_equal(series_rank(&s, &all, runs[i].limit, NULL), MG_OK);
        check_sums(&s, &t);
        check_ranked(&s, &t, any_pair, runs[i].limit);
        series_release(&s);
    }
    mg_memory_free(memory);
    twin_release(&t);
}

static bool first_exporters(const struct twin *t, const struct twin_pair *pair)
{
    (void)t;
    return pair->key >> 48 <= 2;
}

static bool one_importer(const struct twin *t, const struct twin_pair *pair)
{
    (void)t;
    return (pair->key >> 32 & 0xffff) == 301;
}

static bool either_way(const struct twin *t, const struct twin_pair *pair)
{
    return one_importer(t, pair) || pair->key >> 48 == 1;
}

static bool some_years(const struct twin *t, const struct twin_pair *pair)
{
    return t->periods[pair->period] >= 2008 && t->periods[pair->period] <= 2011;
}

static bool a_prefix(const struct twin *t, const struct twin_pair *pair)
{
    char text[MG_HS_TEXT];

    (void)t;
    mg_hs_text((uint32_t)pair->key, text);
    return text[0] == '0' || strncmp(text, "23", 2) == 0;
}

static bool large_sides(const struct twin *t, const struct twin_pair *pair)
{
    (void)t;
    return pair->x >= 150000 || pair->m >= 150000;
}

static bool none(const struct twin *t, const struct twin_pair *pair)
{
    (void)t;
    (void)pair;
    return false;
}

static bool several(const struct twin *t, const struct twin_pair *pair)
{
    return first_exporters(t, pair) && some_years(t, pair) && large_sides(t, pair);
}

static uint8_t exporters[65536], importers[65536], either[65536];
static char prefixes[][8] = {"0", "23"};

struct filter_case {
    const char *name;
    chooser chosen;
    mg_filter filter;
};

static struct filter_case filter_cases[] = {
    {"all", any_pair, {.level = -1}},
    {"exporters", first_exporters, {.level = -1, .exporters = exporters}},
    {"importers", one_importer, {.level = -1, .importers = importers}},
    {"either", either_way, {.level = -1, .either = either}},
    {"years", some_years, {.level = -1, .from = 2008, .to = 2011}},
    {"prefixes", a_prefix, {.level = -1, .prefixes = prefixes, .n_prefixes = 2}},
    {"least value", large_sides, {.level = -1, .min_value = 150000}},
    {"matched", any_pair, {.level = -1, .statuses = 1U << MG_MATCHED}},
    {"one-sided: there are none",
     none,
     {.level = -1, .statuses = 1U << MG_EXPORTER_ONLY}},
    {"the level that there is", any_pair, {.level = 6}},
    {"annual", any_pair, {.level = -1, .freq = 'A'}},
    {"monthly: there are none", none, {.level = -1, .freq = 'M'}},
    {"several at once",
     several,
     {.level = -1,
      .exporters = exporters,
      .from = 2008,
      .to = 2011,
      .min_value = 150000}},
};

/* Filters choose what is shown; scores and sums are those of all. */
static void check_filter(void **state)
{
    const struct filter_case *f = *state;
    const struct series_case c = {"", years,          16, {3000, 5, 5, 30, SIX, false},
                                  0,  f->filter.level};
    bool wanted[PERIODS_MAX];
    struct memory_rows from = {0};
    struct twin t;

    make_twin(&c, &t, wanted);
    mg_memory *memory = memory_of(&from, &t);
    for (size_t limit = 0; limit < 100; limit += 33) {
        struct series s;
        assert_int_equal(
            series_gather(&s, mg_memory_dataset(memory), wanted, c.level, NULL, NULL),
            MG_OK);
        assert_int_equal(series_rank(&s, &f->filter, limit, NULL), MG_OK);
        check_sums(&s, &t);
        check_ranked(&s, &t, f->chosen, limit);
        series_release(&s);
    }
    mg_memory_free(memory);
    twin_release(&t);
}

static void same_bytes_on_any_threads(void **state)
{
    const struct series_case c = {"", years, 16, {10000, 60, 60, 40, SIX, true}, 0, -1};
    const mg_filter all = {.level = -1};
    bool wanted[PERIODS_MAX];
    struct memory_rows from = {0};
    struct series first = {0};
    struct twin t;

    (void)state;
    make_twin(&c, &t, wanted);
    mg_memory *memory = memory_of(&from, &t);
    for (int threads = 1; threads <= 4; threads++) {
        struct series s;
        mg_threads_set(threads);
        assert_int_equal(
            series_gather(&s, mg_memory_dataset(memory), wanted, -1, NULL, NULL), MG_OK);
        assert_int_equal(series_rank(&s, &all, threads % 2 ? 0 : 2000, NULL), MG_OK);
        if (threads == 1) {
            first = s;
            continue;
        }
        assert_memory_equal(&s.sums, &first.sums, sizeof s.sums);
        assert_int_equal(s.n_best, threads % 2 ? first.n_best : 2000);
        assert_memory_equal(s.best, first.best, s.n_best * sizeof *s.best);
        series_release(&s);
    }
    series_release(&first);
    mg_memory_free(memory);
    twin_release(&t);
}

static void stopped_and_failed(void **state)
{
    const struct series_case c = {"", years, 8, {300, 5, 5, 9, SIX, false}, 0, -1};
    static const volatile sig_atomic_t stop = 1;
    const mg_talk talk = {.stop = &stop};
    bool wanted[PERIODS_MAX];
    struct twin t;

    (void)state;
    make_twin(&c, &t, wanted);
    for (size_t fail_at = 1; fail_at <= 8; fail_at++) {
        struct memory_rows from = {.fail_at = fail_at};
        struct series s;
        mg_error err = {0};
        mg_memory *memory = memory_of(&from, &t);
        assert_int_equal(
            series_gather(&s, mg_memory_dataset(memory), wanted, -1, NULL, &err),
            MG_E_IO);
        assert_string_equal(err.what, "the period cannot be had");
        series_release(&s);
        assert_int_equal(
            series_gather(&s, mg_memory_dataset(memory), wanted, -1, &talk, &err),
            MG_E_INTERRUPT);
        series_release(&s);
        mg_memory_free(memory);
    }
    twin_release(&t);
}

int main(void)
{
    static struct suite s;

    exporters[1] = exporters[2] = importers[301] = either[301] = either[1] = 1;
    SUITE_CASES(&s, series_cases, check_series);
    SUITE_CASES(&s, filter_cases, check_filter);
    suite_add(&s, "the same bytes on any threads", same_bytes_on_any_threads, NULL);
    suite_add(&s, "stopped, failed", stopped_and_failed, NULL);
    return suite_run("series", &s);
}
