/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The sorter, with and without spilling, against qsort(); `qty` numbers the rows,
 * as `seq` is not kept. */
#include "mirrorgap/sorter.h"

#include "mirrorgap/threads.h"
#include "random_rows.h"
#include "row_list.h"
#include "scratch.h"

enum { LEAST_BUDGET = 256 << 10 }; /* bytes; a row costs about 80 */

struct sorter_case {
    const char *name;
    size_t rows;
    size_t budget;  /* bytes */
    size_t batch;   /* rows added at once, at most */
    size_t periods; /* of how many at most; 0: three */
    bool equal;     /* in all but the number */
};

static struct sorter_case sorter_cases[] = {
    {"nothing", 0, 0, 1, 0, false},
    {"nothing, with a budget", 0, 1, 1, 0, false},
    {"one row", 1, 0, 1, 0, false},
    {"in memory", 20000, 0, 700, 0, false},
    {"in memory, within the budget", 20000, 100 << 20, 700, 0, false},
    {"many runs", 60000, 1, 700, 0, false},
    {"many runs, large batches", 60000, 300000, 30000, 0, false},
    {"one batch, far over the budget", 60000, 1, 1 << 30, 0, false},
    {"row by row", 9000, 1, 1, 0, false},
    {"equal rows in memory", 20000, 0, 700, 0, true},
    {"equal rows in many runs", 60000, 1, 700, 0, true},
    {"thousands of periods", 30000, 0, 100, 5000, false},
    {"many periods in many runs", 20000, 1, 1000, 600, false},
};

static void read_period(mg_sorter *sorter, uint32_t period, const mg_row *want, size_t n,
                        uint64_t *seed)
{
    mg_row *rows = malloc((n + 1) * sizeof *rows);
    mg_stream stream = {0};
    size_t got = 0;

    assert_non_null(rows);
    assert_int_equal(mg_sorter_open(sorter, period, &stream, NULL), MG_OK);
    assert_int_equal(stream_read_all(&stream, rows, n, 1000, seed, &got, NULL), MG_OK);
    assert_int_equal(got, n);
    for (size_t i = 0; i < n; i++) {
        assert_true(same_row(&rows[i], &want[i]));
        assert_int_equal(rows[i].seq, 0);
        assert_int_equal(rows[i].fate, 0);
    }
    mg_stream_close(&stream);
    mg_stream_close(&stream); /* a closed one is empty */
    free(rows);
}

/* Rows come in the order of (source, seq), as sources are read. */
static void make_rows(mg_row *rows, size_t n, size_t periods, bool equal)
{
    uint64_t seed = n + 1;

    for (size_t i = 0; i < n; i++) {
        rows[i] = random_row(&seed);
        if (equal)
            rows[i] = (mg_row){.period = rows[i].period, .kg = NAN};
        if (periods > 0) /* the first ones come early only */
            rows[i].period = (uint32_t)(1000 + random_below(&seed, 1 + i * periods / n));
        rows[i].source = equal ? 0 : (uint32_t)(3 * i / n);
        rows[i].seq = (uint32_t)i;
        rows[i].qty = (double)i + 100;
        rows[i].fate = MG_BREAKDOWN; /* is not kept */
    }
}

static mg_status add_rows(mg_sorter *sorter, const mg_row *rows, size_t n, size_t batch,
                          uint64_t *seed, mg_error *err)
{
    mg_packed packed = {0};
    mg_status status = MG_OK;

    for (size_t at = 0; status == MG_OK && at < n;) {
        size_t some = 1 + random_below(seed, batch);
        some = some < n - at ? some : n - at;
        mg_packed_clear(&packed);
        for (size_t i = at; i < at + some; i++)
            assert_int_equal(mg_packed_add(&packed, &rows[i], NULL), MG_OK);
        status = mg_sorter_add(sorter, &packed, err);
        at += some;
    }
    mg_packed_release(&packed);
    return status;
}

/* Finishes; every period is as qsort() has it, twice. */
static void check_periods(mg_sorter *sorter, mg_row *rows, size_t n, uint64_t *seed)
{
    const uint32_t *periods = NULL;
    size_t n_periods = 99;
    size_t at = 0;

    qsort(rows, n, sizeof *rows, slow_order_void);
    assert_int_equal(mg_sorter_finish(sorter, &periods, &n_periods, NULL), MG_OK);
    for (size_t p = 0; p < n_periods; p++) {
        size_t end = at;
        assert_true(at < n);
        assert_int_equal(periods[p], rows[at].period);
        while (end < n && rows[end].period == periods[p])
            end++;
        read_period(sorter, periods[p], rows + at, end - at, seed);
        read_period(sorter, periods[p], rows + at, end - at, NULL); /* and once more */
        at = end;
    }
    assert_int_equal(at, n);
    read_period(sorter, 900, NULL, 0, NULL); /* periods that are not there */
    read_period(sorter, 9999, NULL, 0, NULL);
}

static void check_sorter(void **state)
{
    const struct sorter_case *c = *state;
    uint64_t seed = 7;

    for (int threads = 1; threads <= 4; threads += 3) {
        mg_row *rows = calloc(c->rows + 1, sizeof *rows);
        mg_sorter *sorter = NULL;
        mg_threads_set(threads);
        assert_non_null(rows);
        make_rows(rows, c->rows, c->periods, c->equal);
        assert_int_equal(mg_sorter_new(c->budget, scratch_root(), &sorter, NULL), MG_OK);
        assert_int_equal(add_rows(sorter, rows, c->rows, c->batch, &seed, NULL), MG_OK);
        check_periods(sorter, rows, c->rows, &seed);
        mg_sorter_free(sorter);
        free(rows);
    }
}

/* From no run at all to some runs and a rest of any size. */
static void about_the_size_of_a_run(void **state)
{
    enum { MOST = 12000 };
    static mg_row rows[MOST];
    uint64_t seed = 5;

    (void)state;
    for (size_t n = 500; n < MOST; n += 97) {
        mg_sorter *sorter = NULL;
        make_rows(rows, n, 0, false);
        assert_int_equal(mg_sorter_new(LEAST_BUDGET, scratch_root(), &sorter, NULL),
                         MG_OK);
        assert_int_equal(add_rows(sorter, rows, n, 64, &seed, NULL), MG_OK);
        check_periods(sorter, rows, n, &seed);
        mg_sorter_free(sorter);
    }
}

static void streams_side_by_side(void **state)
{
    enum { N = 20000 };
    static mg_row rows[N];
    mg_sorter *sorter = NULL;
    const uint32_t *periods = NULL;
    size_t n_periods = 0;
    uint64_t seed = 6;
    mg_stream streams[3] = {{0}};
    size_t counts[3] = {0};
    size_t first[3];

    (void)state;
    make_rows(rows, N, 0, false);
    assert_int_equal(mg_sorter_new(1, scratch_root(), &sorter, NULL), MG_OK);
    assert_int_equal(add_rows(sorter, rows, N, 500, &seed, NULL), MG_OK);
    assert_int_equal(mg_sorter_finish(sorter, &periods, &n_periods, NULL), MG_OK);
    assert_int_equal(n_periods, 3);
    for (size_t p = 0; p < 3; p++)
        assert_int_equal(mg_sorter_open(sorter, periods[p], &streams[p], NULL), MG_OK);
    qsort(rows, N, sizeof *rows, slow_order_void);
    for (size_t p = 0, i = 0; p < 3; p++) {
        first[p] = i;
        while (i < N && rows[i].period == periods[p])
            i++;
    }
    for (bool more = true; more;) {
        more = false;
        for (size_t p = 0; p < 3; p++) {
            mg_row some[7];
            size_t n = 0;
            assert_int_equal(streams[p].read(streams[p].self, some, 1 + p * 3, &n, NULL),
                             MG_OK);
            for (size_t i = 0; i < n; i++)
                assert_true(same_row(&some[i], &rows[first[p] + counts[p] + i]));
            counts[p] += n;
            more |= n > 0;
        }
    }
    assert_int_equal(counts[0] + counts[1] + counts[2], N);
    for (size_t p = 0; p < 3; p++)
        mg_stream_close(&streams[p]);
    mg_sorter_free(sorter);
}

static void no_folder_to_spill_to(void **state)
{
    enum { N = 20000 };
    static mg_row rows[N];
    mg_sorter *sorter = NULL;
    mg_error err = {0};
    uint64_t seed = 4;

    (void)state;
    make_rows(rows, N, 0, false);
    assert_int_equal(mg_sorter_new(1, "/nonexistent/folder", &sorter, NULL), MG_OK);
    assert_int_equal(add_rows(sorter, rows, N, 100, &seed, &err), MG_E_IO);
    assert_string_equal(err.where, "/nonexistent/folder");
    assert_true(err.what[0] != '\0');
    mg_sorter_free(sorter);
    mg_sorter_free(NULL);
    /* one without a bound never asks for the folder */
    assert_int_equal(mg_sorter_new(0, "/nonexistent/folder", &sorter, NULL), MG_OK);
    assert_int_equal(add_rows(sorter, rows, N, 100, &seed, NULL), MG_OK);
    check_periods(sorter, rows, N, &seed);
    mg_sorter_free(sorter);
}

int main(void)
{
    static struct suite s;

    SUITE_CASES(&s, sorter_cases, check_sorter);
    suite_add(&s, "about the size of a run", about_the_size_of_a_run, NULL);
    suite_add(&s, "streams side by side", streams_side_by_side, NULL);
    suite_add(&s, "no folder to spill to", no_folder_to_spill_to, NULL);
    return suite_run("sorter", &s);
}
