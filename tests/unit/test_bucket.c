/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Buckets of packed rows against qsort(); `qty` numbers the rows. */
#include "table/bucket.h"

#include "random_rows.h"

enum { KIND_ANY, KIND_ONE_PLACE, KIND_EQUAL, KIND_WIDE, KIND_NARROW, KIND_FALLING };

struct bucket_case {
    const char *name;
    size_t rows;
    size_t batch; /* rows added at once, at most */
    int kind;
};

/* A slab has 512 words, the next twice as many ... then 32,768: rows of 9 words
 * never fill one to the end, rows of 5 do where a batch of them fits. */
static struct bucket_case bucket_cases[] = {
    {"nothing", 0, 1, KIND_ANY},
    {"one row", 1, 1, KIND_ANY},
    {"any rows, one by one", 3000, 1, KIND_ANY},
    {"any rows, in batches", 60000, 700, KIND_ANY},
    {"any rows, all at once", 60000, 60000, KIND_ANY},
    {"one place, few rows", 24, 5, KIND_ONE_PLACE},
    {"one place, one more than few", 25, 5, KIND_ONE_PLACE},
    {"one place, many rows", 40000, 300, KIND_ONE_PLACE},
    {"equal rows keep their order", 20000, 300, KIND_EQUAL},
    {"equal rows, few", 20, 3, KIND_EQUAL},
    {"rows of nine words", 20000, 20000, KIND_WIDE},
    {"rows of nine words, one by one", 20000, 1, KIND_WIDE},
    {"rows of four words", 20000, 20000, KIND_NARROW},
    {"rows that come backwards", 30000, 1000, KIND_FALLING},
};

/* Rows of one period in the order of their sources. */
static void make_rows(mg_row *rows, size_t n, int kind, uint64_t seed)
{
    for (size_t i = 0; i < n; i++) {
        mg_row *row = &rows[i];
        *row = random_row(&seed);
        row->period = 2016;
        row->source = (uint32_t)(3 * i / n);
        row->seq = (uint32_t)i;
        if (kind == KIND_ONE_PLACE) {
            row->exporter = row->importer = 1;
            row->hs = 40;
        }
        if (kind == KIND_EQUAL)
            *row = (mg_row){.period = 2016, .seq = row->seq, .kg = NAN};
        if (kind == KIND_WIDE) {
            row->vintage = 20200101;
            row->kg = row->cif_usd = row->value_usd + 1;
            row->fob_usd = row->value_usd + 2;
        }
        if (kind == KIND_FALLING)
            row->hs = (uint32_t)(n - i);
        row->qty = kind == KIND_NARROW ? NAN : (double)i + 100;
        if (kind == KIND_NARROW) {
            row->kg = NAN;
            row->value_usd = (double)i + 100;
        }
    }
}

static void pack_rows(mg_packed *packed, const mg_row *rows, size_t n)
{
    mg_packed_clear(packed);
    for (size_t i = 0; i < n; i++)
        assert_int_equal(mg_packed_add(packed, &rows[i], NULL), MG_OK);
}

/* Adds the rows of one period, some at a time. */
static void add_rows(struct bucket *b, struct arena *arena, const mg_row *rows, size_t n,
                     size_t batch, uint64_t *seed)
{
    mg_packed packed = {0};

    for (size_t at = 0; at < n;) {
        size_t some = 1 + random_below(seed, batch);
        some = some < n - at ? some : n - at;
        pack_rows(&packed, rows + at, some);
        assert_int_equal(packed.n_runs, 1);
        assert_int_equal(bucket_add(b, arena, packed.words, &packed.runs[0], NULL),
                         MG_OK);
        at += some;
    }
    mg_packed_release(&packed);
}

/* The bucket's rows, sorted, are `want` sorted. */
static void check_bucket(const struct bucket *b, mg_row *want, size_t n)
{
    mg_radix_item *items = NULL;
    size_t words = 0;

    assert_int_equal(b->n_rows, n);
    qsort(want, n, sizeof *want, slow_order_void);
    assert_int_equal(bucket_sort(b, &items, NULL), MG_OK);
    assert_non_null(items);
    for (size_t i = 0; i < n; i++) {
        mg_row row;
        words += mg_unpack(bucket_row(b, &items[i]), 2016, &row);
        assert_true(same_row(&row, &want[i]));
    }
    assert_int_equal(words, b->n_words);
    free(items);
}

static void check_case(void **state)
{
    const struct bucket_case *c = *state;
    mg_row *rows = calloc(c->rows + 1, sizeof *rows);
    struct arena arena = {0};
    struct bucket bucket = {.period = 2016};
    uint64_t seed = 7;

    assert_non_null(rows);
    for (int round = 0; round < 2; round++) { /* and once more in the same memory */
        make_rows(rows, c->rows, c->kind, c->rows + (size_t)round);
        assert_int_equal(arena_bytes(&arena), 0);
        add_rows(&bucket, &arena, rows, c->rows, c->batch, &seed);
        assert_true(arena_bytes(&arena) >= bucket.n_words * sizeof(uint64_t));
        check_bucket(&bucket, rows, c->rows);
        bucket_clear(&bucket);
        arena_reset(&arena);
    }
    bucket_release(&bucket);
    arena_release(&arena);
    free(rows);
}

/* Where a run ends just before, at and just behind the end of a slab. */
static void slab_boundaries(void **state)
{
    enum { MOST = 40000 };
    static mg_row rows[MOST];
    static const int kinds[] = {KIND_ANY, KIND_WIDE, KIND_NARROW, KIND_EQUAL};
    uint64_t seed = 8;

    (void)state;
    for (size_t n = 90; n < 135; n++)
        for (size_t k = 0; k < 4; k++)
            for (int at_once = 0; at_once < 2; at_once++) {
                struct arena arena = {0};
                struct bucket bucket = {.period = 2016};
                make_rows(rows, n, kinds[k], seed);
                add_rows(&bucket, &arena, rows, n / 2, at_once ? MOST : 1, &seed);
                add_rows(&bucket, &arena, rows + n / 2, n - n / 2, MOST, &seed);
                check_bucket(&bucket, rows, n);
                bucket_release(&bucket);
                arena_release(&arena);
            }
}

/* Buckets that take slabs from one arena in turn do not get in each other's way. */
static void thousands_of_periods(void **state)
{
    enum { PERIODS = 3000, EACH = 150 };
    struct bucket *buckets = calloc(PERIODS, sizeof *buckets);
    mg_row *rows = calloc((size_t)PERIODS * EACH, sizeof *rows);
    struct arena arena = {0};
    uint64_t seed = 9;

    (void)state;
    assert_true(buckets != NULL && rows != NULL);
    for (size_t p = 0; p < PERIODS; p++)
        make_rows(rows + p * EACH, EACH, p % 2 ? KIND_ANY : KIND_WIDE, p);
    for (size_t at = 0; at < EACH; at += 50)
        for (size_t p = 0; p < PERIODS; p++)
            add_rows(&buckets[p], &arena, rows + p * EACH + at, 50, 50, &seed);
    for (size_t p = 0; p < PERIODS; p++) {
        check_bucket(&buckets[p], rows + p * EACH, EACH);
        bucket_release(&buckets[p]);
    }
    arena_release(&arena);
    free(buckets);
    free(rows);
}

int main(void)
{
    static struct suite s;

    SUITE_CASES(&s, bucket_cases, check_case);
    suite_add(&s, "slab boundaries", slab_boundaries, NULL);
    suite_add(&s, "thousands of periods", thousands_of_periods, NULL);
    return suite_run("bucket", &s);
}
