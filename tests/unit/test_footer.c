/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A segment's index: there and back, cut short, and damaged. */
#include "footer_make.h"
#include "store/footer.h"
#include "testing.h"

enum { LIMIT = 1 << 20 };

static void same_footer(const struct footer *a, const struct footer *b)
{
    assert_int_equal(a->period, b->period);
    assert_int_equal(a->editions, b->editions);
    for (int t = 0; t < MG_TABLES; t++) {
        const struct table_index *x = &a->tables[t];
        const struct table_index *y = &b->tables[t];
        assert_int_equal(x->rows, y->rows);
        assert_int_equal(x->chunk_rows, y->chunk_rows);
        assert_int_equal(x->n_chunks, y->n_chunks);
        for (int c = 0; c < MG_COLUMNS; c++) {
            assert_int_equal(x->forms[c].type, y->forms[c].type);
            assert_int_equal(x->forms[c].scale, y->forms[c].scale);
        }
        for (uint32_t k = 0; k < x->n_chunks; k++) {
            assert_int_equal(x->ranges[k].first, y->ranges[k].first);
            assert_int_equal(x->ranges[k].last, y->ranges[k].last);
            for (int c = 0; c < MG_COLUMNS; c++) {
                const struct chunk_place *p = &x->chunks[k * MG_COLUMNS + (unsigned)c];
                const struct chunk_place *q = &y->chunks[k * MG_COLUMNS + (unsigned)c];
                if (x->forms[c].type == 0)
                    continue;
                assert_true(p->offset == q->offset && p->check == q->check &&
                            p->n == q->n);
            }
        }
    }
    assert_int_equal(a->n_codes, b->n_codes);
    assert_memory_equal(a->codes, b->codes, a->n_codes * sizeof *a->codes);
    assert_int_equal(a->n_coverage, b->n_coverage);
    for (size_t i = 0; i < a->n_coverage; i++)
        assert_true(a->coverage[i].reporter == b->coverage[i].reporter &&
                    a->coverage[i].flow == b->coverage[i].flow &&
                    a->coverage[i].observations == b->coverage[i].observations &&
                    a->coverage[i].world == b->coverage[i].world);
    assert_int_equal(a->n_fates, b->n_fates);
    for (size_t i = 0; i < a->n_fates; i++)
        assert_true(a->fates[i].source == b->fates[i].source &&
                    a->fates[i].fate == b->fates[i].fate &&
                    a->fates[i].rows == b->fates[i].rows &&
                    a->fates[i].value.fixed == b->fates[i].value.fixed);
}

struct shape_case {
    const char *name;
    uint64_t rows[MG_TABLES];
    size_t codes, coverage, fates;
};

static struct shape_case shape_cases[] = {
    {"nothing", {0, 0, 0}, 0, 0, 0},
    {"one row", {1, 0, 0}, 1, 1, 1},
    {"details only", {0, 3, 0}, 2, 0, 2},
    {"all tables", {100, 20, 7}, 30, 40, 9},
    {"a full chunk", {MG_BLOCK_ROWS, 0, 1}, 30, 40, 9},
    {"a chunk and a row", {MG_BLOCK_ROWS + 1, 0, 0}, 30, 40, 9},
    {"many chunks", {10ULL * MG_BLOCK_ROWS, 3 * MG_BLOCK_ROWS + 5, 9}, 5000, 400, 90},
};

static void make(const struct shape_case *c, struct footer *f)
{
    uint64_t seed = c->codes + 1;

    if (!footer_make(c->rows, c->codes, c->coverage, c->fates, LIMIT, &seed, f))
        fail_msg("no memory");
}

static void check_shape(void **state)
{
    struct footer made = {0};
    struct footer back = {0};
    void *bytes = NULL;
    void *again = NULL;
    size_t n = 0;
    size_t n_again = 0;
    mg_error err = {0};

    make(*state, &made);
    assert_int_equal(footer_write(&made, &bytes, &n, NULL), MG_OK);
    if (footer_read(bytes, n, LIMIT, &back, &err) != MG_OK)
        fail_msg("%s", err.what);
    same_footer(&made, &back);
    assert_int_equal(footer_write(&back, &again, &n_again, NULL), MG_OK);
    assert_int_equal(n, n_again);
    assert_memory_equal(bytes, again, n);
    footer_release(&made);
    footer_release(&back);
    footer_release(&back);
    free(bytes);
    free(again);
}

/* Reads a copy of exactly n bytes, so that ASan sees a read behind them. */
static mg_status read_copy(const unsigned char *bytes, size_t n, uint64_t limit)
{
    unsigned char *copy = malloc(n + 1);
    struct footer f;
    mg_error err = {0};

    assert_non_null(copy);
    copy = realloc(copy, n > 0 ? n : 1);
    assert_non_null(copy);
    memcpy(copy, bytes, n);
    mg_status status = footer_read(copy, n, limit, &f, &err);
    if (status == MG_OK)
        footer_release(&f);
    else
        assert_true(err.what[0] != '\0' && f.codes == NULL && f.tables[0].chunks == NULL);
    free(copy);
    return status;
}

static void check_damage(void **state)
{
    struct footer made = {0};
    void *bytes = NULL;
    size_t n = 0;
    uint64_t seed = 2;

    make(*state, &made);
    assert_int_equal(footer_write(&made, &bytes, &n, NULL), MG_OK);
    unsigned char *b = bytes;
    size_t step = n > 20000 ? n / 5000 : 1;
    for (size_t cut = 0; cut < n; cut += step)
        assert_int_equal(read_copy(b, cut, LIMIT), MG_E_STORE);
    for (int i = 0; i < 2000; i++) {
        size_t at = random_below(&seed, i % 2 && n > 300 ? 300 : n);
        unsigned char old = b[at];
        b[at] = i % 3 ? (unsigned char)random_bits(&seed) : (unsigned char)~old;
        mg_status status = read_copy(b, n, LIMIT);
        assert_true(status == MG_OK || status == MG_E_STORE);
        b[at] = old;
    }
    assert_int_equal(read_copy(b, n, LIMIT), MG_OK);
    b[0] ^= 1; /* another format */
    assert_int_equal(read_copy(b, n, LIMIT), MG_E_STORE);
    b[0] ^= 1;
    unsigned char *longer = malloc(n + 1); /* bytes that nobody asked for */
    assert_non_null(longer);
    memcpy(longer, b, n);
    longer[n] = 0;
    assert_int_equal(read_copy(longer, n + 1, LIMIT), MG_E_STORE);
    free(longer);
    if (made.tables[0].rows > 0) /* chunks that lie beyond the file */
        assert_int_equal(read_copy(b, n, 10), MG_E_STORE);
    footer_release(&made);
    free(bytes);
}

int main(void)
{
    static struct suite s;

    SUITE_CASES(&s, shape_cases, check_shape);
    SUITE_CASES(&s, shape_cases, check_damage);
    return suite_run("footer", &s);
}
