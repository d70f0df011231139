/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mirrorgap/stream.h"
#include "random_rows.h"
#include "row_list.h"

enum { PARTS_MAX = 9, ROWS = 2000 };

static mg_row rows[ROWS];
static mg_row parts_rows[PARTS_MAX][ROWS];

/* Deals n rows to the parts and sorts each. */
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
    }
}

static void as_qsort(void **state)
{
    uint64_t seed = 1;

    (void)state;
    for (int round = 0; round < 300; round++) {
        struct row_list lists[PARTS_MAX];
        mg_stream streams[PARTS_MAX];
        mg_stream merged = {0};
        const mg_row *row = NULL;
        size_t n_parts = 1 + random_below(&seed, PARTS_MAX);
        size_t n = random_below(&seed, round % 2 ? 12 : ROWS);

        deal(&seed, n, n_parts, lists);
        for (size_t p = 0; p < n_parts; p++)
            streams[p] = row_list_stream(&lists[p]);
        assert_int_equal(mg_stream_merge(streams, n_parts, &merged, NULL), MG_OK);
        for (size_t i = 0; i < n; i++) {
            assert_int_equal(merged.next(merged.self, &row, NULL), MG_OK);
            assert_non_null(row);
            assert_int_equal(row->seq, rows[i].seq);
        }
        for (int i = 0; i < 3; i++) {
            assert_int_equal(merged.next(merged.self, &row, NULL), MG_OK);
            assert_null(row);
        }
        mg_stream_close(&merged);
        for (size_t p = 0; p < n_parts; p++)
            assert_int_equal(lists[p].closed, 1);
    }
}

static void no_parts(void **state)
{
    mg_stream merged = {0};
    const mg_row *row = rows;

    (void)state;
    assert_int_equal(mg_stream_merge(NULL, 0, &merged, NULL), MG_OK);
    assert_int_equal(merged.next(merged.self, &row, NULL), MG_OK);
    assert_null(row);
    mg_stream_close(&merged);
}

static void failing_part(void **state)
{
    uint64_t seed = 5;

    (void)state;
    for (size_t fail_at = 1; fail_at < 20; fail_at++) {
        struct row_list lists[PARTS_MAX];
        mg_stream streams[PARTS_MAX];
        mg_stream merged = {0};
        const mg_row *row = NULL;
        mg_error err = {0};
        mg_status status = MG_OK;
        size_t seen = 0;

        deal(&seed, 200, 3, lists);
        lists[1].fail_at = fail_at;
        for (size_t p = 0; p < 3; p++)
            streams[p] = row_list_stream(&lists[p]);
        assert_int_equal(mg_stream_merge(streams, 3, &merged, NULL), MG_OK);
        do {
            status = merged.next(merged.self, &row, &err);
            seen += row != NULL;
        } while (status == MG_OK && row != NULL);
        assert_int_equal(status, MG_E_IO);
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
    suite_add(&s, "no parts", no_parts, NULL);
    suite_add(&s, "a part that fails", failing_part, NULL);
    return suite_run("merge", &s);
}
