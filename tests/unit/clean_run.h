/* SPDX-License-Identifier: GPL-3.0-or-later */
/* clean_run.h - rows through mg_clean(), and all that came out of it. */
#ifndef MG_CLEAN_RUN_H
#define MG_CLEAN_RUN_H

#include "mirrorgap/clean.h"
#include "row_list.h"
#include "testing.h"

struct cleaned_row {
    mg_table table;
    mg_row row;
    int count; /* set by cleaned_find(): how often it came */
};

struct cleaned {
    struct cleaned_row *rows;
    size_t n, room;
    size_t fail_at; /* the row that the sink refuses; 0: none */
};

static inline mg_status cleaned_take(void *self, mg_table table, const mg_row *rows,
                                     size_t n, mg_error *err)
{
    struct cleaned *c = self;

    assert_true(n > 0);
    if (c->fail_at > 0 && c->n < c->fail_at && c->n + n >= c->fail_at)
        return mg_fail(err, MG_E_IO, "the sink is full");
    if (c->n + n > c->room) {
        c->room = 2 * (c->n + n) + 64;
        c->rows = realloc(c->rows, c->room * sizeof *c->rows);
        if (c->rows == NULL)
            abort();
    }
    for (size_t i = 0; i < n; i++)
        c->rows[c->n++] = (struct cleaned_row){table, rows[i], 0};
    return MG_OK;
}

static inline void cleaned_release(struct cleaned *c)
{
    free(c->rows);
    *c = (struct cleaned){0};
}

static inline int clean_order(const void *a, const void *b)
{
    return mg_row_order(a, b);
}

/* Sorts the rows and cleans them; rows keep their (source, seq). The stream gives
 * them in batches: see struct row_list. */
static inline void clean_in_batches(const mg_row *rows, size_t n, size_t batch,
                                    uint64_t seed, struct cleaned *got,
                                    mg_fate_counts *counts)
{
    mg_row *sorted = malloc((n + 1) * sizeof *sorted);
    mg_error err = {0};

    assert_non_null(sorted);
    if (n > 0)
        memcpy(sorted, rows, n * sizeof *rows);
    qsort(sorted, n, sizeof *sorted, clean_order);
    struct row_list list = {.rows = sorted, .n = n, .batch = batch, .seed = seed};
    mg_stream stream = row_list_stream(&list);
    mg_clean_sink sink = {cleaned_take, got};
    mg_status status = mg_clean(&stream, &sink, counts, &err);
    free(sorted);
    if (status != MG_OK)
        fail_msg("%s", err.what);
}

static inline void clean_all(const mg_row *rows, size_t n, struct cleaned *got,
                             mg_fate_counts *counts)
{
    clean_in_batches(rows, n, 0, 0, got, counts);
}

/* The row as it came out, by its figures and its place; not our own sums. */
static inline struct cleaned_row *cleaned_find(const struct cleaned *got,
                                               const mg_row *row)
{
    struct cleaned_row *found = NULL;

    for (size_t i = 0; i < got->n; i++)
        if ((got->rows[i].row.flags & MG_FLAG_REBUILT) == 0 &&
            got->rows[i].row.seq == row->seq && same_row(&got->rows[i].row, row)) {
            if (found == NULL)
                found = &got->rows[i];
            else
                found->count++;
        }
    if (found != NULL)
        found->count++;
    return found;
}

/* Order within the tables, one observation a key, as many rows as came in, and
 * our sums where there are rebuilt rows only. */
static inline void check_tables(const struct cleaned *got, size_t n)
{
    const mg_row *last[MG_TABLES] = {NULL};
    size_t sums = 0;

    for (size_t i = 0; i < got->n; i++) {
        const mg_row *row = &got->rows[i].row;
        mg_table t = got->rows[i].table;
        assert_int_equal(t == MG_T_CONTROLS, mg_row_world(row));
        if (t == MG_T_OBSERVATIONS) {
            assert_int_equal(row->fate, MG_KEPT);
            assert_int_equal(mg_row_detail(row), 0);
            sums += (row->flags & MG_FLAG_REBUILT) != 0;
            if (last[t] != NULL) {
                mg_row a = *last[t];
                mg_row b = *row;
                a.source = a.seq = b.source = b.seq = 0;
                assert_true(mg_row_order(&a, &b) < 0);
            }
        } else if (last[t] != NULL)
            assert_true(mg_row_order(last[t], row) <= 0);
        last[t] = row;
    }
    assert_int_equal(got->n, n + sums);
}

#endif
