/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Columns to chunks and back. */
#include "store/encode.h"
#include "testing.h"

static coder *work;

/* Values of a column, and whether the form can hold them. */
struct form_case {
    const char *name;
    mg_column column;
    column_form form;
    int values; /* see fill() */
    bool fits;
};

enum { WHOLE, MILLI, ANY, MISSING, BIG, LIMIT, MINUS_ZERO };

static struct form_case form_cases[] = {
    {"whole dollars in scale 1", MG_C_VALUE, {STORED_I64, 1}, WHOLE, true},
    {"missing in scale 1", MG_C_KG, {STORED_I64, 1}, MISSING, true},
    {"thousandths in scale 1", MG_C_VALUE, {STORED_I64, 1}, MILLI, false},
    {"thousandths in scale 1000", MG_C_QTY, {STORED_I64, 1000}, MILLI, true},
    {"whole dollars in scale 1000", MG_C_CIF, {STORED_I64, 1000}, WHOLE, true},
    {"any double in scale 1000", MG_C_FOB, {STORED_I64, 1000}, ANY, false},
    {"any double as double", MG_C_FOB, {STORED_F64, 0}, ANY, true},
    {"missing as double", MG_C_FOB, {STORED_F64, 0}, MISSING, true},
    {"2^53 in scale 1", MG_C_VALUE, {STORED_I64, 1}, BIG, false},
    {"2^53 - 1 in scale 1", MG_C_VALUE, {STORED_I64, 1}, LIMIT, true},
    {"2^53 - 1 in scale 1000", MG_C_VALUE, {STORED_I64, 1000}, LIMIT, false},
};

static double money(uint64_t *seed, int kind)
{
    double whole = (double)random_below(seed, 1ULL << 40);

    switch (kind) {
    case MILLI:
        return whole / 1000;
    case ANY:
        return whole / 7;
    case MISSING:
        return random_below(seed, 2) ? NAN : whole;
    case BIG:
        return 9007199254740992.0;
    case LIMIT:
        return 9007199254740991.0;
    default:
        return whole;
    }
}

static void check_form(void **state)
{
    const struct form_case *c = *state;
    static double values[MG_BLOCK_ROWS];
    static double back[MG_BLOCK_ROWS];
    static const size_t sizes[] = {1, 2, 7, 1000, MG_BLOCK_ROWS};
    uint64_t seed = 3;

    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
        size_t n = sizes[k];
        size_t n_chunk = n + (n < MG_BLOCK_ROWS ? random_below(&seed, 50) : 0);
        const void *bytes = NULL;
        size_t n_bytes = 0;
        bool fits = false;
        for (size_t i = 0; i < n; i++)
            values[i] = money(&seed, c->values);
        if (c->values == MILLI || c->values == ANY)
            values[n / 2] = 0.001 + (c->values == ANY);
        if (c->values == ANY)
            values[0] = 1.0 / 3;
        assert_int_equal(encode_column(work, values, n, n_chunk, c->column, c->form, NULL,
                                       &fits, &bytes, &n_bytes, NULL),
                         MG_OK);
        assert_int_equal(fits, c->fits);
        if (!fits)
            continue;
        void *copy = malloc(n_bytes);
        assert_non_null(copy);
        memcpy(copy, bytes, n_bytes);
        assert_int_equal(decode_column(work, copy, n_bytes, n_chunk, n, c->column,
                                       c->form, NULL, 0, back, NULL),
                         MG_OK);
        for (size_t i = 0; i < n; i++)
            assert_same_double(back[i], values[i]);
        free(copy);
    }
}

/* Columns of integers come back byte by byte. */
static void integer_columns(void **state)
{
    static unsigned char values[MG_BLOCK_ROWS * 4];
    static unsigned char back[MG_BLOCK_ROWS * 4];
    uint64_t seed = 4;

    (void)state;
    for (int c = 0; c < MG_COLUMNS; c++) {
        column_form form = column_default_form((mg_column)c, 0, 0);
        if (c == MG_C_HS || column_is_money(c))
            continue;
        assert_int_equal(stored_size(form.type), mg_column_size((mg_column)c));
        for (size_t n = 1; n <= MG_BLOCK_ROWS; n *= 4) {
            size_t size = n * mg_column_size((mg_column)c);
            const void *bytes = NULL;
            size_t n_bytes = 0;
            bool fits = false;
            for (size_t i = 0; i < size; i++)
                values[i] = (unsigned char)random_below(&seed, n % 3 ? 256 : 3);
            assert_int_equal(encode_column(work, values, n, n, (mg_column)c, form, NULL,
                                           &fits, &bytes, &n_bytes, NULL),
                             MG_OK);
            assert_true(fits);
            assert_int_equal(decode_column(work, bytes, n_bytes, n, n, (mg_column)c, form,
                                           NULL, 0, back, NULL),
                             MG_OK);
            assert_memory_equal(back, values, size);
        }
    }
}

static void commodity_codes(void **state)
{
    static uint32_t values[MG_BLOCK_ROWS];
    static uint32_t back[MG_BLOCK_ROWS];
    hs_codes codes = {0};
    column_form narrow = column_default_form(MG_C_HS, 0, 0);
    column_form wide = column_default_form(MG_C_HS, 0, MG_BIT(MG_C_HS));
    const void *bytes = NULL;
    size_t n_bytes = 0;
    bool fits = false;
    uint64_t seed = 5;

    (void)state;
    assert_int_equal(narrow.type, STORED_U16);
    assert_int_equal(wide.type, STORED_U32);
    for (size_t i = 0; i < MG_BLOCK_ROWS; i++)
        values[i] = (uint32_t)random_below(&seed, 5000) * 977;
    assert_int_equal(encode_column(work, values, MG_BLOCK_ROWS, MG_BLOCK_ROWS, MG_C_HS,
                                   narrow, &codes, &fits, &bytes, &n_bytes, NULL),
                     MG_OK);
    assert_true(fits);
    assert_true(codes.n <= 5000);
    assert_int_equal(decode_column(work, bytes, n_bytes, MG_BLOCK_ROWS, MG_BLOCK_ROWS,
                                   MG_C_HS, narrow, codes.codes, codes.n, back, NULL),
                     MG_OK);
    assert_memory_equal(back, values, sizeof values);
    /* an index beyond the codes is damage */
    assert_int_equal(decode_column(work, bytes, n_bytes, MG_BLOCK_ROWS, MG_BLOCK_ROWS,
                                   MG_C_HS, narrow, codes.codes, codes.n - 1, back, NULL),
                     MG_E_STORE);
    /* more than 65,536 codes do not fit the narrow form */
    for (size_t i = 0; i < MG_BLOCK_ROWS; i++)
        values[i] = (uint32_t)(1000000000 + i);
    assert_int_equal(encode_column(work, values, MG_BLOCK_ROWS, MG_BLOCK_ROWS, MG_C_HS,
                                   narrow, &codes, &fits, &bytes, &n_bytes, NULL),
                     MG_OK);
    assert_false(fits);
    assert_int_equal(encode_column(work, values, MG_BLOCK_ROWS, MG_BLOCK_ROWS, MG_C_HS,
                                   wide, &codes, &fits, &bytes, &n_bytes, NULL),
                     MG_OK);
    assert_true(fits);
    assert_int_equal(decode_column(work, bytes, n_bytes, MG_BLOCK_ROWS, MG_BLOCK_ROWS,
                                   MG_C_HS, wide, codes.codes, codes.n, back, NULL),
                     MG_OK);
    assert_memory_equal(back, values, sizeof values);
    for (size_t i = 1; i < codes.n; i++)
        for (size_t k = i > 3 ? i - 3 : 0; k < i; k++)
            assert_true(codes.codes[i] != codes.codes[k]);
    hs_codes_release(&codes);
}

/* Damaged bytes never give more than MG_E_STORE or other values. */
static void damaged_bytes(void **state)
{
    enum { N = 500 };
    double values[N];
    double back[N];
    uint64_t seed = 6;
    const void *bytes = NULL;
    size_t n_bytes = 0;
    bool fits = false;
    const column_form form = {STORED_I64, 1};

    (void)state;
    for (size_t i = 0; i < N; i++)
        values[i] = (double)random_below(&seed, 1000000);
    assert_int_equal(encode_column(work, values, N, N, MG_C_VALUE, form, NULL, &fits,
                                   &bytes, &n_bytes, NULL),
                     MG_OK);
    unsigned char *copy = malloc(n_bytes);
    assert_non_null(copy);
    memcpy(copy, bytes, n_bytes);
    for (size_t n = 0; n < n_bytes; n++)
        assert_int_equal(
            decode_column(work, copy, n, N, N, MG_C_VALUE, form, NULL, 0, back, NULL),
            MG_E_STORE);
    for (size_t bit = 0; bit < 8 * n_bytes; bit++) {
        mg_error err = {0};
        copy[bit / 8] ^= (unsigned char)(1U << bit % 8);
        mg_status status = decode_column(work, copy, n_bytes, N, N, MG_C_VALUE, form,
                                         NULL, 0, back, &err);
        assert_true(status == MG_OK || status == MG_E_STORE);
        /* zlib's checksum finds every flipped bit but padding, which changes nothing */
        assert_true(status == MG_E_STORE || memcmp(back, values, sizeof back) == 0);
        assert_true(status == MG_OK || err.what[0] != '\0');
        copy[bit / 8] ^= (unsigned char)(1U << bit % 8);
    }
    /* another length, more rows than the chunk has, a chunk beyond the limit */
    assert_int_equal(decode_column(work, copy, n_bytes, N - 1, N - 1, MG_C_VALUE, form,
                                   NULL, 0, back, NULL),
                     MG_E_STORE);
    assert_int_equal(decode_column(work, copy, n_bytes, N, N + 1, MG_C_VALUE, form, NULL,
                                   0, back, NULL),
                     MG_E_STORE);
    assert_int_equal(decode_column(work, copy, n_bytes, MG_BLOCK_ROWS + 1, N, MG_C_VALUE,
                                   form, NULL, 0, back, NULL),
                     MG_E_STORE);
    free(copy);
}

static void repeats_fold_and_unfold(void **state)
{
    mg_block block = {0};
    static mg_row rows[3000];
    uint64_t seed = 7;

    (void)state;
    assert_int_equal(mg_block_init(&block, MG_ALL_COLUMNS, NULL), MG_OK);
    for (size_t i = 0; i < 3000; i++) {
        double figures[4] = {NAN, 0, 5, 7};
        rows[i] = (mg_row){.value_usd = figures[1 + random_below(&seed, 3)],
                           .kg = figures[random_below(&seed, 4)],
                           .qty = figures[random_below(&seed, 4)],
                           .cif_usd = figures[random_below(&seed, 4)],
                           .fob_usd = figures[random_below(&seed, 4)],
                           .flags = (uint16_t)random_below(&seed, 512),
                           .unit = 8};
    }
    mg_block_put(&block, rows, 3000);
    fold_repeats(&block);
    size_t folded = 0;
    for (size_t i = 0; i < 3000; i++) {
        folded += (block.flags[i] & MG_FLAG_CIF_IS_VALUE) != 0;
        assert_true(block.cif_usd[i] != block.value_usd[i]);
    }
    assert_true(folded > 300);
    unfold_repeats(&block);
    for (size_t i = 0; i < 3000; i++) {
        mg_row row;
        mg_block_get(&block, i, 0, &row);
        assert_true(same_row(&row, &rows[i]));
    }
    mg_block_release(&block);
}

int main(void)
{
    static struct suite s;

    work = coder_new();
    if (work == NULL)
        return 1;
    SUITE_CASES(&s, form_cases, check_form);
    suite_add(&s, "integer columns", integer_columns, NULL);
    suite_add(&s, "commodity codes", commodity_codes, NULL);
    suite_add(&s, "damaged bytes", damaged_bytes, NULL);
    suite_add(&s, "repeats fold and unfold", repeats_fold_and_unfold, NULL);
    int failed = suite_run("encode", &s);
    coder_free(work);
    coder_free(NULL);
    return failed;
}
