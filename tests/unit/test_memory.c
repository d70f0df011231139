/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Data sets in memory: filled when opened, kept or let go of, and what they say of
 * their periods, against the rows that went in. */
#include "memory_rows.h"

#include "mirrorgap/threads.h"
#include "random_rows.h"
#include "row_list.h"

enum { PERIODS = 4, MOST = 4 * MG_BLOCK_ROWS };

static const uint32_t periods[PERIODS] = {2015, 2016, 2017, 2018}; /* 2018: no rows */
static mg_row rows[MOST];

static mg_row any_row(uint64_t *seed)
{
    mg_row row = random_row(seed);

    row.source = (uint32_t)random_below(seed, 1000);
    row.vintage = (uint32_t)random_below(seed, 2) * 20200101;
    row.flow = (uint8_t)(1 + random_below(seed, 5));
    row.unit = (int8_t)random_below(seed, 20);
    row.qty = random_below(seed, 2) ? NAN : 5;
    row.flags = random_below(seed, 9) ? 0 : MG_FLAG_REBUILT | MG_FLAG_REPORTED;
    switch (random_below(seed, 5)) {
    case 0: /* a World row */
        row.importer = 0;
        row.fate = random_below(seed, 2) ? MG_KEPT : MG_REBUILT;
        break;
    case 1:
        row.fate = (uint8_t)(1 + random_below(seed, MG_FATE_COUNT - 1));
        break;
    default:
        row.partner2 = row.customs = row.mot = row.mos = 0;
    }
    return row;
}

/* n rows, most of them of the first period where that is asked for. */
static void make_rows(size_t n, bool first, uint64_t seed)
{
    for (size_t i = 0; i < n; i++) {
        rows[i] = any_row(&seed);
        if (first && random_below(&seed, 50) != 0)
            rows[i].period = periods[0];
    }
}

/* The rows of a table that went in, in order; how many. */
static size_t rows_of(const struct memory_rows *from, size_t period, mg_table table,
                      const mg_row **found)
{
    size_t n = 0;

    for (size_t i = 0; i < from->n; i++)
        if (from->rows[i].period == periods[period] &&
            memory_rows_table(&from->rows[i]) == table)
            found[n++] = &from->rows[i];
    return n;
}

static void check_table(const mg_dataset *data, const struct memory_rows *from,
                        size_t period, mg_table table)
{
    const mg_row **want = malloc((from->n + 1) * sizeof *want);
    const mg_block *block = NULL;
    mg_block scratch = {0};
    size_t seen = 0;

    assert_non_null(want);
    size_t n = rows_of(from, period, table, want);
    size_t blocks = mg_dataset_blocks(data, period, table);
    assert_int_equal(data->periods[period].rows[table], n);
    assert_int_equal(blocks, (n + MG_BLOCK_ROWS - 1) / MG_BLOCK_ROWS);
    for (size_t b = 0; b < blocks; b++) {
        assert_int_equal(data->read(data->self, period, table, b, mg_table_columns(table),
                                    &scratch, &block, NULL),
                         MG_OK);
        assert_true(b + 1 == blocks || block->n == MG_BLOCK_ROWS);
        for (size_t i = 0; i < block->n; i++, seen++) {
            mg_row row;
            mg_block_get(block, i, periods[period], &row);
            assert_true(seen < n && same_row(&row, want[seen]));
            assert_int_equal(row.fate, want[seen]->fate);
        }
    }
    assert_int_equal(seen, n);
    assert_int_equal(data->read(data->self, period, table, blocks, 0, &scratch, &block,
                                &(mg_error){0}),
                     MG_E_RANGE);
    free(want);
}

/* Who reported what, by going through all rows for each. */
static void check_info(const mg_dataset *data, const struct memory_rows *from,
                       size_t period)
{
    const mg_period_info *info = &data->periods[period];
    uint32_t editions = 0;
    size_t at = 0;

    assert_int_equal(info->period, periods[period]);
    for (size_t i = 0; i < from->n; i++)
        if (from->rows[i].period == periods[period] &&
            memory_rows_table(&from->rows[i]) == MG_T_OBSERVATIONS)
            editions |= 1U << from->rows[i].edition;
    assert_int_equal(info->editions, editions);
    for (unsigned reporter = 0; reporter < 6; reporter++) /* as random_row() has them */
        for (unsigned flow = 1; flow < MG_FLOW_BACI; flow++) {
            uint32_t counts[MG_TABLES] = {0};
            for (size_t i = 0; i < from->n; i++) {
                const mg_row *row = &from->rows[i];
                counts[memory_rows_table(row)] += row->period == periods[period] &&
                                                  row->flow == flow &&
                                                  mg_row_reporter(row) == reporter;
            }
            if (counts[MG_T_OBSERVATIONS] + counts[MG_T_CONTROLS] == 0)
                continue;
            assert_true(at < info->n_coverage);
            assert_int_equal(info->coverage[at].reporter, reporter);
            assert_int_equal(info->coverage[at].flow, flow);
            assert_int_equal(info->coverage[at].observations, counts[MG_T_OBSERVATIONS]);
            assert_int_equal(info->coverage[at].world, counts[MG_T_CONTROLS]);
            at++;
        }
    assert_int_equal(at, info->n_coverage);
}

static void check_period(const mg_dataset *data, const struct memory_rows *from,
                         size_t period)
{
    for (int t = 0; t < MG_TABLES; t++)
        check_table(data, from, period, (mg_table)t);
    check_info(data, from, period);
}

/* As of a period that was never opened. */
static void check_unopened(const mg_dataset *data, size_t period)
{
    const mg_period_info *info = &data->periods[period];

    assert_int_equal(info->period, periods[period]);
    for (int t = 0; t < MG_TABLES; t++)
        assert_int_equal(info->rows[t], 0);
    assert_int_equal(info->editions, 0);
    assert_int_equal(info->n_coverage, 0);
    assert_null(info->coverage);
}

struct memory_case {
    const char *name;
    size_t rows;
    size_t batch;
    bool first; /* most rows in one period: more than a block of them */
};

static struct memory_case memory_cases[] = {
    {"nothing", 0, 0, false},
    {"a few rows, one by one", 500, 1, false},
    {"some rows", 20000, 37, false},
    {"more than a block, many at a time", MOST, 1000, true},
    {"more than a block, one by one", MOST, 1, true},
};

static void kept(void **state)
{
    const struct memory_case *c = *state;
    struct memory_rows from = {.batch = c->batch};

    make_rows(c->rows, c->first, 1);
    mg_memory *memory =
        memory_rows_new(&from, rows, c->rows, periods, PERIODS, MG_ALL_COLUMNS, false);
    const mg_dataset *data = mg_memory_dataset(memory);
    assert_int_equal(data->n_periods, PERIODS);
    for (size_t p = 0; p < PERIODS; p++)
        check_unopened(data, p);
    for (size_t p = 0; p < PERIODS; p++) {
        assert_int_equal(mg_dataset_open(data, p, NULL), MG_OK);
        assert_int_equal(from.fills, p + 1);
        check_period(data, &from, p);
    }
    for (size_t p = 0; p < PERIODS; p++) {
        mg_dataset_close(data, p);
        check_period(data, &from, p); /* it stays */
        assert_int_equal(mg_dataset_open(data, p, NULL), MG_OK);
        check_period(data, &from, p);
    }
    assert_int_equal(from.fills, PERIODS); /* and is not filled again */
    mg_memory_free(memory);
}

static void passing(void **state)
{
    const struct memory_case *c = *state;
    struct memory_rows from = {.batch = c->batch};

    make_rows(c->rows, c->first, 2);
    mg_memory *memory =
        memory_rows_new(&from, rows, c->rows, periods, PERIODS, MG_ALL_COLUMNS, true);
    const mg_dataset *data = mg_memory_dataset(memory);
    for (int round = 0; round < 2; round++)
        for (size_t p = 0; p < PERIODS; p++) {
            size_t next = (p + 1) % PERIODS;
            assert_int_equal(mg_dataset_open(data, p, NULL), MG_OK);
            assert_int_equal(mg_dataset_open(data, next, NULL), MG_OK);
            check_period(data, &from, p);
            mg_dataset_close(data, p);
            check_unopened(data, p);
            check_period(data, &from, next); /* the other one is still there */
            mg_dataset_close(data, next);
        }
    assert_int_equal(from.fills, 2 * 2 * PERIODS);
    assert_int_equal(mg_dataset_open(data, 0, NULL), MG_OK);
    mg_memory_free(memory); /* with a period open */
}

/* Rows of the open period that are not as they went in. */
static size_t wrong_rows(const mg_dataset *data, const struct memory_rows *from,
                         size_t period)
{
    const mg_block *block = NULL;
    size_t wrong = 0;
    size_t at = 0;

    for (size_t b = 0; b < mg_dataset_blocks(data, period, MG_T_OBSERVATIONS); b++) {
        if (data->read(data->self, period, MG_T_OBSERVATIONS, b, 0, NULL, &block, NULL) !=
            MG_OK)
            return wrong + 1;
        for (size_t i = 0; i < block->n; i++, at++) {
            mg_row row;
            while (at < from->n &&
                   (from->rows[at].period != periods[period] ||
                    memory_rows_table(&from->rows[at]) != MG_T_OBSERVATIONS))
                at++;
            mg_block_get(block, i, periods[period], &row);
            wrong += at >= from->n || !same_row(&row, &from->rows[at]);
        }
    }
    return wrong;
}

/* Each a period of its own; the blocks that they let go of go round. */
static void opened_by_several_threads(void **state)
{
    struct memory_rows from = {.batch = 100};
    size_t wrong = 0;

    (void)state;
    mg_threads_set(4);
    make_rows(30000, false, 3);
    mg_memory *memory =
        memory_rows_new(&from, rows, 30000, periods, PERIODS, MG_ALL_COLUMNS, true);
    const mg_dataset *data = mg_memory_dataset(memory);
#pragma omp parallel for schedule(static, 1) num_threads(PERIODS) reduction(+ : wrong)
    for (size_t p = 0; p < PERIODS; p++)
        for (int round = 0; round < 20; round++) {
            wrong += mg_dataset_open(data, p, NULL) != MG_OK;
            wrong += wrong_rows(data, &from, p);
            mg_dataset_close(data, p);
        }
    assert_int_equal(wrong, 0);
    assert_int_equal(from.fills, 20 * PERIODS);
    mg_memory_free(memory);
}

static void a_fill_that_fails(void **state)
{
    (void)state;
    for (int pass = 0; pass < 2; pass++) {
        struct memory_rows from = {.batch = 10, .fail_at = 2};
        mg_error err = {0};
        make_rows(2000, false, 4);
        mg_memory *memory = memory_rows_new(&from, rows, 2000, periods, PERIODS,
                                            MG_ALL_COLUMNS, pass == 1);
        const mg_dataset *data = mg_memory_dataset(memory);
        assert_int_equal(mg_dataset_open(data, 0, &err), MG_OK);
        assert_int_equal(mg_dataset_open(data, 1, &err), MG_E_IO);
        assert_string_equal(err.what, "the period cannot be had");
        check_unopened(data, 1);
        check_period(data, &from, 0);
        assert_int_equal(mg_dataset_open(data, 1, &err), MG_OK); /* the next time */
        check_period(data, &from, 1);
        mg_memory_free(memory);
    }
    mg_memory_free(NULL);
}

static void only_the_columns_asked_for(void **state)
{
    const uint32_t columns = MG_BIT(MG_C_EXPORTER) | MG_BIT(MG_C_KG) | MG_BIT(MG_C_FATE);
    struct memory_rows from = {0};
    const mg_block *block = NULL;
    size_t n = 0;

    (void)state;
    make_rows(3000, false, 5);
    mg_memory *memory =
        memory_rows_new(&from, rows, 3000, periods, PERIODS, columns, false);
    const mg_dataset *data = mg_memory_dataset(memory);
    assert_int_equal(mg_dataset_open(data, 1, NULL), MG_OK);
    check_info(data, &from, 1); /* made of the rows, not of the columns */
    for (int t = 0; t < MG_TABLES; t++) {
        uint32_t there = columns & mg_table_columns((mg_table)t);
        assert_int_equal(
            data->read(data->self, 1, (mg_table)t, 0, there, NULL, &block, NULL), MG_OK);
        assert_int_equal(block->columns, there);
        for (int c = 0; c < MG_COLUMNS; c++) {
            assert_int_equal(mg_block_column(block, (mg_column)c) != NULL,
                             (there & MG_BIT(c)) != 0);
            if ((there & MG_BIT(c)) == 0)
                assert_int_equal(data->read(data->self, 1, (mg_table)t, 0,
                                            there | MG_BIT(c), NULL, &block,
                                            &(mg_error){0}),
                                 MG_E_RANGE);
        }
        n = 0;
        for (size_t i = 0; i < from.n; i++) {
            const mg_row *row = &from.rows[i];
            if (row->period != periods[1] || memory_rows_table(row) != (mg_table)t)
                continue;
            assert_int_equal(block->exporter[n], row->exporter);
            assert_same_double(block->kg[n], row->kg);
            n++;
        }
        assert_int_equal(block->n, n);
    }
    mg_memory_free(memory);
}

static void tables_as_streams(void **state)
{
    static mg_row got[MOST];
    struct memory_rows from = {.batch = 100};
    uint64_t seed = 6;

    (void)state;
    make_rows(MOST, true, 6);
    mg_memory *memory =
        memory_rows_new(&from, rows, MOST, periods, PERIODS, MG_ALL_COLUMNS, false);
    const mg_dataset *data = mg_memory_dataset(memory);
    for (size_t p = 0; p < PERIODS; p++) {
        assert_int_equal(mg_dataset_open(data, p, NULL), MG_OK);
        for (int t = 0; t < MG_TABLES; t++) {
            mg_stream stream;
            size_t n = 0;
            size_t at = 0;
            uint32_t seq = 0;
            assert_int_equal(mg_dataset_stream(data, p, (mg_table)t, &stream, NULL),
                             MG_OK);
            assert_int_equal(stream_read_all(&stream, got, MOST, 500, &seed, &n, NULL),
                             MG_OK);
            mg_stream_close(&stream);
            for (size_t i = 0; i < from.n; i++) {
                const mg_row *row = &from.rows[i];
                bool sum = t == MG_T_OBSERVATIONS && (row->flags & MG_FLAG_REBUILT) != 0;
                if (row->period != periods[p] || memory_rows_table(row) != (mg_table)t)
                    continue;
                if (sum) /* our own: its parts are in the details */
                    continue;
                assert_true(at < n && same_row(&got[at], row));
                assert_int_equal(got[at].seq,
                                 t == MG_T_OBSERVATIONS ? UINT32_MAX : seq++);
                at++;
            }
            assert_int_equal(at, n);
        }
    }
    mg_memory_free(memory);
}

int main(void)
{
    static struct suite s;

    SUITE_CASES(&s, memory_cases, kept);
    SUITE_CASES(&s, memory_cases, passing);
    suite_add(&s, "opened by several threads", opened_by_several_threads, NULL);
    suite_add(&s, "a fill that fails", a_fill_that_fails, NULL);
    suite_add(&s, "only the columns asked for", only_the_columns_asked_for, NULL);
    suite_add(&s, "tables as streams", tables_as_streams, NULL);
    return suite_run("memory", &s);
}
