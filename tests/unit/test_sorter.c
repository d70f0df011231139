/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The sorter, with and without spilling, against qsort(). */
#include "mirrorgap/sorter.h"
#include "random_rows.h"

struct sorter_case {
    const char *name;
    size_t rows;
    size_t budget; /* bytes */
    size_t batch;  /* rows added at once, at most */
};

static struct sorter_case sorter_cases[] = {
    {"nothing", 0, 0, 1},
    {"one row", 1, 0, 1},
    {"in memory", 20000, 0, 700},
    {"one run exactly", 1024, 1, 1024}, /* the least that a run holds */
    {"one row more than a run", 1025, 1, 1025},
    {"many runs", 30000, 1, 700},
    {"many runs, large batches", 30000, 200000, 30000},
    {"row by row", 5000, 1, 1},
};

static void read_period(mg_sorter *sorter, uint32_t period, const mg_row *want, size_t n)
{
    mg_stream stream = {0};
    const mg_row *row = NULL;

    assert_int_equal(mg_sorter_open(sorter, period, &stream, NULL), MG_OK);
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(stream.next(stream.self, &row, NULL), MG_OK);
        assert_non_null(row);
        assert_true(same_row(row, &want[i]));
        assert_int_equal(row->seq, want[i].seq);
    }
    assert_int_equal(stream.next(stream.self, &row, NULL), MG_OK);
    assert_null(row);
    assert_int_equal(stream.next(stream.self, &row, NULL), MG_OK);
    assert_null(row);
    mg_stream_close(&stream);
    mg_stream_close(&stream); /* a closed one is empty */
}

/* Rows come in the order of (source, seq), as sources are read. */
static void make_rows(mg_row *rows, size_t n)
{
    uint64_t seed = n + 1;

    for (size_t i = 0; i < n; i++) {
        rows[i] = random_row(&seed);
        rows[i].source = (uint32_t)(3 * i / n);
        rows[i].seq = (uint32_t)i;
    }
}

static void check_sorter(void **state)
{
    const struct sorter_case *c = *state;
    uint64_t seed = 7;
    mg_row *rows = calloc(c->rows + 1, sizeof *rows);
    mg_sorter *sorter = NULL;
    const uint32_t *periods = NULL;
    size_t n_periods = 99;

    assert_non_null(rows);
    make_rows(rows, c->rows);
    assert_int_equal(mg_sorter_new(c->budget, "/tmp", &sorter, NULL), MG_OK);
    for (size_t at = 0; at < c->rows;) {
        size_t n = 1 + random_below(&seed, c->batch);
        n = n < c->rows - at ? n : c->rows - at;
        assert_int_equal(mg_sorter_add(sorter, rows + at, n, NULL), MG_OK);
        at += n;
    }
    qsort(rows, c->rows, sizeof *rows, slow_order_void);
    assert_int_equal(mg_sorter_finish(sorter, &periods, &n_periods, NULL), MG_OK);
    size_t at = 0;
    for (size_t p = 0; p < n_periods; p++) {
        size_t end = at;
        assert_true(at < c->rows);
        assert_int_equal(periods[p], rows[at].period);
        while (end < c->rows && rows[end].period == periods[p])
            end++;
        read_period(sorter, periods[p], rows + at, end - at);
        read_period(sorter, periods[p], rows + at, end - at); /* and once more */
        at = end;
    }
    assert_int_equal(at, c->rows);
    read_period(sorter, 1900, NULL, 0); /* a period that is not there */
    mg_sorter_free(sorter);
    free(rows);
}

static void streams_side_by_side(void **state)
{
    enum { N = 8000 };
    static mg_row rows[N];
    mg_sorter *sorter = NULL;
    const uint32_t *periods = NULL;
    size_t n_periods = 0;
    mg_stream streams[3] = {{0}};
    size_t counts[3] = {0};

    (void)state;
    make_rows(rows, N);
    assert_int_equal(mg_sorter_new(1, "/tmp", &sorter, NULL), MG_OK);
    assert_int_equal(mg_sorter_add(sorter, rows, N, NULL), MG_OK);
    assert_int_equal(mg_sorter_finish(sorter, &periods, &n_periods, NULL), MG_OK);
    assert_int_equal(n_periods, 3);
    for (size_t p = 0; p < 3; p++)
        assert_int_equal(mg_sorter_open(sorter, periods[p], &streams[p], NULL), MG_OK);
    for (bool more = true; more;) {
        more = false;
        for (size_t p = 0; p < 3; p++) {
            const mg_row *row = NULL;
            assert_int_equal(streams[p].next(streams[p].self, &row, NULL), MG_OK);
            assert_true(row == NULL || row->period == periods[p]);
            counts[p] += row != NULL;
            more |= row != NULL;
        }
    }
    assert_int_equal(counts[0] + counts[1] + counts[2], N);
    for (size_t p = 0; p < 3; p++)
        mg_stream_close(&streams[p]);
    mg_sorter_free(sorter);
}

static void no_folder_to_spill_to(void **state)
{
    enum { N = 3000 };
    static mg_row rows[N];
    mg_sorter *sorter = NULL;
    mg_error err = {0};

    (void)state;
    make_rows(rows, N);
    assert_int_equal(mg_sorter_new(1, "/nonexistent/folder", &sorter, NULL), MG_OK);
    assert_int_equal(mg_sorter_add(sorter, rows, N, &err), MG_E_IO);
    assert_string_equal(err.where, "/nonexistent/folder");
    assert_true(err.what[0] != '\0');
    mg_sorter_free(sorter);
    mg_sorter_free(NULL);
}

int main(void)
{
    static struct suite s;

    SUITE_CASES(&s, sorter_cases, check_sorter);
    suite_add(&s, "streams side by side", streams_side_by_side, NULL);
    suite_add(&s, "no folder to spill to", no_folder_to_spill_to, NULL);
    return suite_run("sorter", &s);
}
