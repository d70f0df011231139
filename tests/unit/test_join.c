/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The join at its boundaries: blocks, batches, columns, failures. */
#include "mirrorgap/pair.h"

#include "memory_rows.h"

static const uint32_t periods[] = {2015, 2016};

static const mg_pair_plan keys = {0};

enum { CHINA = 156, BRAZIL = 76 };

/* More pairs than are handed over at once, more rows than a block has: cells that
 * lie across a boundary are whole. One by one against how the rows were made. */
struct made {
    mg_row *rows;
    size_t n;
    mg_pair *pairs;
    size_t n_pairs, seen;
};

static mg_status compare_pairs(void *self, const mg_pair *pairs, size_t n, mg_error *err)
{
    struct made *m = self;

    (void)err;
    assert_true(n > 0);
    for (size_t i = 0; i < n; i++) {
        const mg_pair *want = &m->pairs[m->seen++];
        assert_true(m->seen <= m->n_pairs);
        assert_int_equal(pairs[i].exporter, want->exporter);
        assert_int_equal(pairs[i].importer, want->importer);
        assert_int_equal(pairs[i].hs, want->hs);
        assert_int_equal(pairs[i].status, want->status);
        assert_int_equal(pairs[i].silence, MG_SILENCE_NONE); /* nobody was asked */
        assert_same_double(pairs[i].x.value_usd, want->x.value_usd);
        assert_same_double(pairs[i].m.value_usd, want->m.value_usd);
        assert_same_double(pairs[i].x.kg, want->x.kg);
        assert_same_double(pairs[i].m.kg, want->m.kg);
    }
    return MG_OK;
}

static void make_pairs(struct made *m, size_t cells, uint64_t seed)
{
    m->rows = calloc(2 * cells, sizeof *m->rows);
    m->pairs = calloc(cells, sizeof *m->pairs);
    assert_true(m->rows != NULL && m->pairs != NULL);
    for (size_t i = 0; i < cells; i++) {
        unsigned exporter = (unsigned)(1 + i / 500);
        unsigned importer = (unsigned)(200 + i / 50 % 10);
        char hs[8];
        unsigned sides = 1 + (unsigned)random_below(&seed, i % 7 ? 3 : 1);
        double v = (double)i + 1;
        snprintf(hs, sizeof hs, "%06u", (unsigned)i % 50);
        m->pairs[m->n_pairs++] =
            (mg_pair){.exporter = (uint16_t)exporter,
                      .importer = (uint16_t)importer,
                      .hs = hs_of(hs),
                      .status = sides == 3   ? MG_MATCHED
                                : sides == 1 ? MG_EXPORTER_ONLY
                                             : MG_IMPORTER_ONLY,
                      .x = {.value_usd = sides & 1 ? v : NAN, .kg = NAN},
                      .m = {.value_usd = sides & 2 ? v / 2 : NAN, .kg = NAN}};
        if (sides & 1)
            m->rows[m->n++] = row_of(2016, exporter, importer, hs, MG_FLOW_X, v);
        if (sides & 2)
            m->rows[m->n++] = row_of(2016, exporter, importer, hs, MG_FLOW_M, v / 2);
    }
}

static void many_pairs(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 16; seed++) {
        struct made m = {0};
        struct memory_rows from = {.batch = 1000};
        mg_pair_sink sink = {.take = compare_pairs, .self = &m};
        make_pairs(&m, 60000, seed);
        assert_true(m.n > MG_BLOCK_ROWS);
        mg_memory *memory =
            memory_rows_new(&from, m.rows, m.n, periods, 2, MG_PAIR_KEYS, true);
        const mg_dataset *data = mg_memory_dataset(memory);
        assert_int_equal(mg_pair_join(data, 2016, &keys, &sink, NULL), MG_OK);
        assert_int_equal(m.seen, m.n_pairs);
        assert_int_equal(data->periods[1].rows[MG_T_OBSERVATIONS], 0); /* it is closed */
        m.seen = 0;
        assert_int_equal(mg_pair_join(data, 2016, &keys, &sink, NULL), MG_OK);
        assert_int_equal(m.seen, m.n_pairs);
        m.seen = 0;
        assert_int_equal(mg_pair_join(data, 2015, &keys, &sink, NULL), MG_OK);
        assert_int_equal(m.seen, 0); /* a year without rows */
        mg_memory_free(memory);
        free(m.rows);
        free(m.pairs);
    }
}

struct one {
    mg_pair pair;
    size_t n;
};

static mg_status take_one(void *self, const mg_pair *pairs, size_t n, mg_error *err)
{
    struct one *one = self;

    (void)err;
    one->pair = pairs[0];
    one->n += n;
    return MG_OK;
}

struct column_case {
    const char *name;
    uint32_t columns;
};

static struct column_case column_cases[] = {
    {"only keys and values", 0},
    {"with edition", MG_BIT(MG_C_EDITION)},
    {"with weight", MG_BIT(MG_C_KG)},
    {"with quantity and unit", MG_BIT(MG_C_QTY) | MG_BIT(MG_C_UNIT)},
    {"with CIF and FOB", MG_BIT(MG_C_CIF) | MG_BIT(MG_C_FOB)},
    {"with flags", MG_BIT(MG_C_FLAGS)},
    {"with all", MG_JOIN_COLUMNS},
};

#define WANTED(bit, then, missing) ((c->columns & MG_BIT(bit)) != 0 ? (then) : (missing))

static void check_side(const struct column_case *c, const mg_side *got, const mg_row *row)
{
    assert_same_double(got->value_usd, row->value_usd);
    assert_same_double(got->kg, WANTED(MG_C_KG, row->kg, NAN));
    assert_same_double(got->qty, WANTED(MG_C_QTY, row->qty, NAN));
    assert_same_double(got->cif_usd, WANTED(MG_C_CIF, row->cif_usd, NAN));
    assert_same_double(got->fob_usd, WANTED(MG_C_FOB, row->fob_usd, NAN));
    assert_int_equal(got->unit, WANTED(MG_C_UNIT, row->unit, -1));
    assert_int_equal(got->edition, WANTED(MG_C_EDITION, row->edition, 0));
    assert_int_equal(got->flags, WANTED(MG_C_FLAGS, row->flags, 0));
}

/* Figures that were not asked for are missing, and need not be in the data set. */
static void check_columns(void **state)
{
    const struct column_case *c = *state;
    struct one taken = {0};
    mg_row rows[] = {row_of(2016, BRAZIL, CHINA, "1201", MG_FLOW_M, 120),
                     row_of(2016, BRAZIL, CHINA, "1201", MG_FLOW_X, 100)};
    struct memory_rows from = {0};
    mg_pair_sink sink = {.take = take_one, .self = &taken};

    for (int i = 0; i < 2; i++) {
        rows[i].qty = 3 + i;
        rows[i].cif_usd = 120 + i;
        rows[i].fob_usd = 90 + i;
        rows[i].flags = MG_FLAG_REPORTED;
    }
    mg_memory *memory =
        memory_rows_new(&from, rows, 2, periods, 2, c->columns | MG_PAIR_KEYS, true);
    const mg_pair_plan plan = {.columns = c->columns};
    assert_int_equal(mg_pair_join(mg_memory_dataset(memory), 2016, &plan, &sink, NULL),
                     MG_OK);
    assert_int_equal(taken.n, 1);
    assert_int_equal(taken.pair.status, MG_MATCHED);
    check_side(c, &taken.pair.m, &rows[0]);
    check_side(c, &taken.pair.x, &rows[1]);
    mg_memory_free(memory);
}

static mg_status take_none(void *self, const mg_pair *pairs, size_t n, mg_error *err)
{
    (void)self;
    (void)pairs;
    (void)n;
    return mg_fail(err, MG_E_IO, "no more pairs");
}

static void sinks_and_periods_that_fail(void **state)
{
    mg_row rows[] = {row_of(2016, BRAZIL, CHINA, "1201", MG_FLOW_M, 120)};
    struct memory_rows from = {.fail_at = 2};
    mg_pair_sink sink = {.take = take_none, .self = NULL};
    mg_error err = {0};

    (void)state;
    mg_memory *memory = memory_rows_new(&from, rows, 1, periods, 2, MG_ALL_COLUMNS, true);
    const mg_dataset *data = mg_memory_dataset(memory);
    assert_int_equal(mg_pair_join(data, 2016, &keys, &sink, &err), MG_E_IO);
    assert_string_equal(err.what, "no more pairs");
    assert_int_equal(data->periods[1].rows[MG_T_OBSERVATIONS],
                     0); /* closed all the same */
    assert_int_equal(mg_pair_join(data, 2016, &keys, &sink, &err), MG_E_IO);
    assert_string_equal(err.what, "the period cannot be had");
    mg_memory_free(memory);
}

int main(void)
{
    static struct suite s;

    suite_add(&s, "many pairs", many_pairs, NULL);
    SUITE_CASES(&s, column_cases, check_columns);
    suite_add(&s, "sinks and periods that fail", sinks_and_periods_that_fail, NULL);
    return suite_run("join", &s);
}
