/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Allocations that fail between a packed row and the ranking of pairs. */
#include "alloc_fail.h"
#include "app/series.h"
#include "clean_run.h"
#include "memory_rows.h"
#include "mirrorgap/pair.h"
#include "mirrorgap/sorter.h"
#include "random_rows.h"
#include "scratch.h"

enum { ROWS = 9000 };
static mg_row rows[ROWS];
static mg_row sorted[ROWS];

static mg_status read_stream(mg_stream *stream, size_t *seen, mg_error *err)
{
    static mg_row some[100];
    size_t n = 1;
    mg_status status = MG_OK;

    while (status == MG_OK && n > 0) {
        status = stream->read(stream->self, some, 100, &n, err);
        *seen += status == MG_OK ? n : 0;
    }
    return status;
}

static mg_status pack(mg_packed *packed, size_t from, size_t n, mg_error *err)
{
    mg_status status = MG_OK;

    mg_packed_clear(packed);
    for (size_t i = from; status == MG_OK && i < from + n; i++) {
        size_t n_words = packed->n_words;
        size_t n_runs = packed->n_runs;
        status = mg_packed_add(packed, &rows[i], err);
        if (status != MG_OK) { /* nothing was added */
            assert_int_equal(packed->n_words, n_words);
            assert_int_equal(packed->n_runs, n_runs);
        }
    }
    return status;
}

static mg_status pack_rows(mg_error *err)
{
    mg_packed packed = {0};
    mg_status status = pack(&packed, 0, 300, err);

    mg_packed_release(&packed);
    return status;
}

static mg_status sort(size_t budget, mg_error *err)
{
    mg_sorter *sorter = (mg_sorter *)1;
    const uint32_t *periods = NULL;
    mg_packed packed = {0};
    size_t n = 0;
    size_t seen = 0;
    mg_status status = mg_sorter_new(budget, scratch_root(), &sorter, err);

    assert_int_equal(status == MG_OK, sorter != NULL);
    for (size_t i = 0; status == MG_OK && i < ROWS; i += 1000) {
        status = pack(&packed, i, 1000, err);
        if (status == MG_OK)
            status = mg_sorter_add(sorter, &packed, err);
    }
    if (status == MG_OK)
        status = mg_sorter_finish(sorter, &periods, &n, err);
    for (size_t p = 0; status == MG_OK && p < n; p++) {
        mg_stream stream;
        status = mg_sorter_open(sorter, periods[p], &stream, err);
        if (status == MG_OK)
            status = read_stream(&stream, &seen, err);
        mg_stream_close(&stream);
    }
    assert_true(status != MG_OK || seen == ROWS);
    mg_packed_release(&packed);
    mg_sorter_free(sorter);
    return status;
}

static mg_status sort_in_memory(mg_error *err)
{
    return sort(0, err);
}

static mg_status sort_spilling(mg_error *err)
{
    return sort(1, err);
}

static mg_status drop_rows(void *self, mg_table table, const mg_row *some, size_t n,
                           mg_error *err)
{
    (void)self;
    (void)table;
    (void)some;
    (void)n;
    (void)err;
    return MG_OK;
}

static mg_status clean(mg_error *err)
{
    struct row_list list = {.rows = sorted, .n = 1200};
    mg_stream stream = row_list_stream(&list);
    mg_clean_sink sink = {drop_rows, NULL};
    mg_fate_counts counts = {0};
    mg_status status = mg_clean(&stream, &sink, &counts, err);

    mg_fate_counts_release(&counts);
    return status;
}

static mg_status merge(mg_error *err)
{
    struct row_list lists[3] = {{.rows = sorted, .n = 9}, {.rows = sorted, .n = 1}, {0}};
    mg_stream parts[3];
    mg_stream merged;
    size_t seen = 0;

    for (int i = 0; i < 3; i++)
        parts[i] = row_list_stream(&lists[i]);
    mg_status status = mg_stream_merge(parts, 3, &merged, err);
    if (status == MG_OK)
        status = read_stream(&merged, &seen, err);
    mg_stream_close(&merged);
    for (int i = 0; i < 3; i++)
        assert_int_equal(lists[i].closed, 1); /* taken over, also on failure */
    return status;
}

static const uint32_t periods[] = {2015, 2016, 2017};

static mg_status take_pairs(void *self, const mg_pair *pairs, size_t n, mg_error *err)
{
    (void)self;
    (void)pairs;
    (void)n;
    (void)err;
    return MG_OK;
}

/* Observations, details and controls in memory, read in every way there is. */
static mg_status memory(bool passing, mg_error *err)
{
    struct memory_rows from = {.rows = rows, .n = 60, .periods = periods, .batch = 7};
    mg_memory_fill fill = {memory_rows_fill, &from};
    mg_pair_sink sink = {.take = take_pairs, .self = NULL};
    const mg_pair_plan plan = {.columns = MG_JOIN_COLUMNS};
    mg_memory *m = (mg_memory *)1;
    size_t seen = 0;
    size_t want = 0;
    mg_status status = mg_memory_new(MG_ALL_COLUMNS, periods, 2, fill, passing, &m, err);

    assert_int_equal(status == MG_OK, m != NULL);
    for (size_t i = 0; i < from.n; i++)
        want += rows[i].period < 2017;
    const mg_dataset *data = m != NULL ? mg_memory_dataset(m) : NULL;
    for (size_t p = 0; status == MG_OK && p < 2; p++) {
        status = mg_dataset_open(data, p, err);
        for (int t = 0; status == MG_OK && t < MG_TABLES; t++) {
            mg_stream stream;
            status = mg_dataset_stream(data, p, (mg_table)t, &stream, err);
            if (status == MG_OK)
                status = read_stream(&stream, &seen, err);
            mg_stream_close(&stream);
        }
        if (status == MG_OK)
            mg_dataset_close(data, p);
    }
    if (status == MG_OK) /* opens a period once more */
        status = mg_pair_join(data, 2016, &plan, &sink, err);
    assert_true(status != MG_OK || seen == want);
    mg_memory_free(m);
    return status;
}

static mg_status memory_kept(mg_error *err)
{
    return memory(false, err);
}

static mg_status memory_passing(mg_error *err)
{
    return memory(true, err);
}

/* A join with all that it can do: editions, unions, months, moves, lags, silences. */
enum { PLAN_ROWS = 60, PLAN_PERIODS = 14 };
static mg_row plan_rows[PLAN_ROWS];
static uint32_t plan_periods[PLAN_PERIODS];
static mg_ref *ref;
static mg_concordance *concordance;
static mg_unions *unions;

static void make_plan_rows(void)
{
    enum { RUSSIA = 643, USA = 842, NES = 899, BRAZIL = 76 };
    size_t n = 0;

    plan_periods[0] = 1991;
    for (uint32_t m = 0; m <= 12; m++)
        plan_periods[m + 1] = m < 12 ? 199101 + m : 199201;
    plan_rows[n++] = row_of(1991, RUSSIA, USA, "270900", MG_FLOW_X, 60);
    plan_rows[n++] = row_of(1991, RUSSIA, NES, "270900", MG_FLOW_X, 60);
    plan_rows[n++] = row_of(1991, RUSSIA, USA, "270900", MG_FLOW_RX, 6);
    plan_rows[n++] = row_of(1991, 804, USA, "271000", MG_FLOW_X, 40);
    plan_rows[n++] = row_of(1991, 810, USA, "270900", MG_FLOW_M, 90);
    plan_rows[n++] = row_of(1991, 156, USA, "270900", MG_FLOW_M, 90);
    plan_rows[n] = row_of(1991, 156, USA, "030613", MG_FLOW_M, 90);
    plan_rows[n++].edition = MG_EDITION_H0 + 3;
    for (uint32_t m = 1; m <= 12; m++) {
        plan_rows[n++] = row_of(199100 + m, BRAZIL, USA, "030616", MG_FLOW_X, m);
        plan_rows[n++] = row_of(199100 + m, BRAZIL, USA, "030616", MG_FLOW_M, m);
    }
    plan_rows[n++] = row_of(199201, BRAZIL, USA, "030616", MG_FLOW_M, 1);
    assert_true(n <= PLAN_ROWS);
    for (; n < PLAN_ROWS; n++) /* enough codes in one place to be moved about */
        plan_rows[n] = row_of(1991, 156, USA, n % 2 ? "090111" : "220421",
                              n % 2 ? MG_FLOW_X : MG_FLOW_M, (double)n);
    qsort(plan_rows, PLAN_ROWS, sizeof *plan_rows, memory_rows_order);
}

static unsigned a_month(const void *self, unsigned exporter, unsigned importer)
{
    (void)self;
    (void)exporter;
    (void)importer;
    return 1;
}

__attribute__((unused)) static mg_status full_plan(mg_error *err)
{
    const mg_move items[] = {{1991, 156, 842, 344, hs_of("270900"), 30}};
    const mg_moves moves = {items, 1};
    struct memory_rows from = {
        .rows = plan_rows, .n = PLAN_ROWS, .periods = plan_periods};
    mg_memory_fill fill = {memory_rows_fill, &from};
    mg_pair_counts counts = {0};
    mg_pair_sink sink = {.take = take_pairs, .counts = &counts};
    mg_pair_plan plan = {.columns = MG_JOIN_COLUMNS,
                         .harmonise = {concordance, 0},
                         .unions = unions,
                         .moves = &moves,
                         .lag = {a_month, NULL},
                         .net = true,
                         .months = true};
    mg_reporting *reporting = (mg_reporting *)1;
    mg_memory *m = NULL;
    mg_status status =
        mg_memory_new(MG_ALL_COLUMNS, plan_periods, PLAN_PERIODS, fill, false, &m, err);

    for (size_t p = 0; status == MG_OK && p < PLAN_PERIODS; p++)
        status = mg_dataset_open(mg_memory_dataset(m), p, err); /* for its coverage */
    if (status == MG_OK) {
        status =
            mg_reporting_new(mg_memory_dataset(m), ref, unions, true, &reporting, err);
        assert_int_equal(status == MG_OK, reporting != NULL);
    } else
        reporting = NULL;
    plan.reporting = reporting;
    for (int p = 0; status == MG_OK && p < 2; p++)
        status = mg_pair_join(mg_memory_dataset(m), plan_periods[p], &plan, &sink, err);
    assert_true(status != MG_OK || (counts.moved == 1 && counts.rows[0] == 30));
    mg_reporting_free(reporting);
    mg_memory_free(m);
    return status;
}

static mg_status series(mg_error *err)
{
    static const bool wanted[] = {true, true, true};
    struct memory_rows from = {.rows = sorted, .n = ROWS, .periods = periods};
    mg_memory_fill fill = {memory_rows_fill, &from};
    const mg_filter all = {.level = -1};
    struct series s = {0};
    mg_memory *m = NULL;
    mg_status status =
        mg_memory_new(MG_ROBUST_Z_COLUMNS, periods, 3, fill, true, &m, err);

    if (status == MG_OK)
        status = series_gather(&s, mg_memory_dataset(m), wanted, -1, NULL, err);
    if (status == MG_OK)
        status = series_rank(&s, &all, 0, err);
    assert_true(status != MG_OK || s.n_best > 10);
    series_release(&s);
    mg_memory_free(m);
    return status;
}

static mg_status best(mg_error *err)
{
    enum { N = 5000 };
    static struct scored_pair pairs[N];
    struct scored_period period = {.n = N, .pairs = pairs};
    const struct series s = {.periods = &period, .n_periods = 1};
    struct best all = {.series = &s, .limit = SIZE_MAX};
    struct best some = {.series = &s, .limit = N};
    mg_status status = MG_OK;

    for (uint32_t i = 0; status == MG_OK && i < N; i++) {
        const struct candidate c = {i % 7, 0, 0, i};
        pairs[i].key = i;
        status = best_offer(i % 2 ? &all : &some, &c, err);
    }
    if (status == MG_OK)
        status = best_merge(&all, &some, err);
    if (status == MG_OK)
        status = best_sort(&all, err);
    free(all.items);
    free(some.items);
    return status;
}

static struct alloc_case alloc_cases[] = {
    {"mg_packed_add", pack_rows, 4},
    {"mg_stream_merge", merge, 3},
    {"mg_sorter in memory", sort_in_memory, 8},
    {"mg_sorter spilling", sort_spilling, 12},
    {"mg_clean", clean, 3},
    {"mg_memory kept", memory_kept, 20},
    {"mg_memory passing", memory_passing, 20},
#if !defined(__SANITIZE_ADDRESS__) /* minutes there; leaks are counted in any build */
    {"mg_pair_join, full plan", full_plan, 20},
#endif
    {"series", series, 20},
    {"best", best, 5},
};

int main(void)
{
    static struct suite s;
    uint64_t seed = 1;

    for (size_t i = 0; i < ROWS; i++) {
        rows[i] = random_row(&seed);
        rows[i].seq = (uint32_t)i;
        rows[i].source = (uint32_t)(i * 3 / ROWS);
        rows[i].fate = i % 6 == 1 ? MG_BREAKDOWN : MG_KEPT;
        rows[i].importer = i % 6 == 2 ? 0 : rows[i].importer;
    }
    memcpy(sorted, rows, sizeof rows);
    qsort(sorted, ROWS, sizeof *sorted, slow_order_void);
    if (mg_ref_load(MG_TEST_REF, &ref, NULL) != MG_OK ||
        mg_concordance_load(ref, &concordance, NULL) != MG_OK ||
        mg_unions_load(ref, &unions, NULL) != MG_OK)
        return 1;
    make_plan_rows();
    SUITE_CASES(&s, alloc_cases, check_alloc);
    int failed = suite_run("alloc_rows", &s);
    mg_unions_free(unions);
    mg_concordance_free(concordance);
    mg_ref_free(ref);
    return failed;
}
