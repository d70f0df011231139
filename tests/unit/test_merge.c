/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mirrorgap/stream.h"
#include "random_rows.h"
#include "row_list.h"

enum { PARTS_MAX = 9, ROWS = 2000 };

static mg_row rows[ROWS];
static mg_row parts_rows[PARTS_MAX][ROWS];
static mg_row got[ROWS + 1];

/* Deals n rows to the parts and sorts each; every part has its own way to give. */
static void deal(uint64_t *seed, size_t n, size_t n_parts, struct row_list *lists)
{
    memset(lists, 0, PARTS_MAX * sizeof *lists);
    for (size_t i = 0; i < n; i++) {
        size_t part = random_below(seed, n_parts);
        rows[i] = random_row(seed);
        rows[i].seq = (uint32_t)i;
        parts_rows[part][lists[part].n++] = rows[i];
    }
    qsort(rows, n, sizeof *rows, slow_order_void);
    for (size_t p = 0; p < n_parts; p++) {
        qsort(parts_rows[p], lists[p].n, sizeof(mg_row), slow_order_void);
        lists[p].rows = parts_rows[p];
        lists[p].batch = random_below(seed, 3) ? random_below(seed, 100) : 1;
        lists[p].seed = random_below(seed, 2) ? random_bits(seed) : 0;
    }
}

static void open_merge(struct row_list *lists, size_t n_parts, mg_stream *merged)
{
    mg_stream streams[PARTS_MAX];

    for (size_t p = 0; p < n_parts; p++)
        streams[p] = row_list_stream(&lists[p]);
    assert_int_equal(mg_stream_merge(streams, n_parts, merged, NULL), MG_OK);
}

static void as_qsort(void **state)
{
    uint64_t seed = 1;

    (void)state;
    for (int round = 0; round < 400; round++) {
        struct row_list lists[PARTS_MAX];
        mg_stream merged = {0};
        size_t n_parts = 1 + random_below(&seed, PARTS_MAX);
        size_t n = random_below(&seed, round % 2 ? 12 : ROWS);
        size_t n_got = 0;

        deal(&seed, n, n_parts, lists);
        open_merge(lists, n_parts, &merged);
        assert_int_equal(stream_read_all(&merged, got, ROWS, 1 + random_below(&seed, 300),
                                         round % 3 ? &seed : NULL, &n_got, NULL),
                         MG_OK);
        assert_int_equal(n_got, n);
        for (size_t i = 0; i < n; i++) {
            assert_int_equal(got[i].seq, rows[i].seq);
            assert_true(same_row(&got[i], &rows[i]));
        }
        mg_stream_close(&merged);
        for (size_t p = 0; p < n_parts; p++)
            assert_int_equal(lists[p].closed, 1);
    }
}

/* By the order, then by `qty`, which numbers rows by part and place. */
static int by_order_then_place(const void *a, const void *b)
{
    const mg_row *x = a;
    const mg_row *y = b;
    int order = slow_order(x, y);

    return order != 0 ? order : (x->qty > y->qty) - (x->qty < y->qty);
}

static void ties_go_to_the_earlier_part(void **state)
{
    uint64_t seed = 3;

    (void)state;
    for (int round = 0; round < 200; round++) {
        struct row_list lists[PARTS_MAX];
        mg_stream merged = {0};
        size_t n_parts = 1 + random_below(&seed, PARTS_MAX);
        size_t n = 0;
        size_t n_got = 0;

        deal(&seed, ROWS, n_parts, lists);
        for (size_t p = 0; p < n_parts; p++) {
            for (size_t i = 0; i < lists[p].n; i++)
                parts_rows[p][i] = (mg_row){.period = 2016, .hs = parts_rows[p][i].hs};
            qsort(parts_rows[p], lists[p].n, sizeof(mg_row), slow_order_void);
            for (size_t i = 0; i < lists[p].n; i++) {
                parts_rows[p][i].qty = (double)(p * ROWS + i);
                rows[n++] = parts_rows[p][i];
            }
        }
        qsort(rows, n, sizeof *rows, by_order_then_place);
        open_merge(lists, n_parts, &merged);
        assert_int_equal(stream_read_all(&merged, got, ROWS, 100, &seed, &n_got, NULL),
                         MG_OK);
        assert_int_equal(n_got, n);
        for (size_t i = 0; i < n; i++)
            assert_same_double(got[i].qty, rows[i].qty);
        mg_stream_close(&merged);
    }
}

static void no_parts(void **state)
{
    mg_stream merged = {0};
    size_t n = 99;

    (void)state;
    assert_int_equal(mg_stream_merge(NULL, 0, &merged, NULL), MG_OK);
    assert_int_equal(stream_read_all(&merged, got, 0, 7, NULL, &n, NULL), MG_OK);
    assert_int_equal(n, 0);
    mg_stream_close(&merged);
    mg_stream_close(&merged); /* a closed one is empty */
}

static void failing_part(void **state)
{
    uint64_t seed = 5;

    (void)state;
    for (size_t fail_at = 1; fail_at < 40; fail_at++) {
        struct row_list lists[PARTS_MAX];
        mg_stream merged = {0};
        mg_error err = {0};
        size_t seen = 0;

        deal(&seed, 200, 3, lists);
        lists[1].fail_at = fail_at;
        open_merge(lists, 3, &merged);
        assert_int_equal(
            stream_read_all(&merged, got, ROWS, 1 + fail_at % 5, NULL, &seen, &err),
            MG_E_IO);
        assert_string_equal(err.what, "the row cannot be had");
        assert_true(seen < 200);
        mg_stream_close(&merged);
        for (size_t p = 0; p < 3; p++)
            assert_int_equal(lists[p].closed, 1);
    }
}

int main(void)
{
    static struct suite s;

    suite_add(&s, "as qsort", as_qsort, NULL);
    suite_add(&s, "ties go to the earlier part", ties_go_to_the_earlier_part, NULL);
    suite_add(&s, "no parts", no_parts, NULL);
    suite_add(&s, "a part that fails", failing_part, NULL);
    return suite_run("merge", &s);
}
