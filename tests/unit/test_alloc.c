/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every allocation fails once: MG_E_NOMEM, outputs as the header says, nothing
 * leaked. Linked with --wrap, so that our calls are counted and libraries' are
 * not; the number of live allocations must come back to where it was. */
#include "clean_run.h"
#include "headers.h"
#include "mirrorgap/csv.h"
#include "mirrorgap/dataset.h"
#include "mirrorgap/robust_z.h"
#include "mirrorgap/schema.h"
#include "mirrorgap/sorter.h"
#include "random_rows.h"
#include "store/footer.h"
#include "store/manifest.h"

void *__real_malloc(size_t n);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *old, size_t n);
void __real_free(void *old);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *old, size_t n);
void __wrap_free(void *old);

static size_t allowed = SIZE_MAX; /* allocations until the next one fails */
static long live;                 /* allocations not freed yet */

static bool may_allocate(void)
{
    if (allowed == 0)
        return false;
    if (allowed != SIZE_MAX)
        allowed--;
    return true;
}

void *__wrap_malloc(size_t n)
{
    void *made = may_allocate() ? __real_malloc(n) : NULL;
    live += made != NULL;
    return made;
}

void *__wrap_calloc(size_t n, size_t size)
{
    void *made = may_allocate() ? __real_calloc(n, size) : NULL;
    live += made != NULL;
    return made;
}

void *__wrap_realloc(void *old, size_t n)
{
    void *made = may_allocate() ? __real_realloc(old, n) : NULL;
    live += old == NULL && made != NULL;
    return made;
}

void __wrap_free(void *old)
{
    live -= old != NULL;
    __real_free(old);
}

enum { ROWS = 3000 };
static mg_row rows[ROWS];

/* One try; the caller has set `allowed`, and sets it free afterwards. */
typedef mg_status (*attempt)(mg_error *err);

struct alloc_case {
    const char *name;
    attempt run;
    size_t least; /* allocations that it must make, or the test is none */
};

static void check_alloc(void **state)
{
    const struct alloc_case *c = *state;
    mg_status status = MG_E_NOMEM;
    size_t k = 0;

    for (; status == MG_E_NOMEM; k++) {
        mg_error err = {0};
        long before = live;
        allowed = k;
        status = c->run(&err);
        size_t left = allowed;
        allowed = SIZE_MAX;
        if (live > before) /* less: we freed what jansson allocated */
            fail_msg("%ld leaked where allocation %zu fails", live - before, k);
        if (status == MG_E_NOMEM)
            assert_true(err.what[0] != '\0' && err.status == MG_E_NOMEM);
        else if (left == 0 && status == MG_OK)
            continue; /* as many as were allowed: all succeeded */
        assert_true(k < 100000);
    }
    if (status != MG_OK)
        fail_msg("status %d where allocation %zu fails", status, k - 1);
    if (k < c->least)
        fail_msg("only %zu allocations", k);
}

static mg_status load_ref(mg_error *err)
{
    mg_ref *ref = (mg_ref *)1;
    mg_status status = mg_ref_load(MG_TEST_REF, &ref, err);

    assert_int_equal(status == MG_OK, ref != NULL);
    mg_ref_free(ref);
    return status;
}

static mg_status recognise(mg_error *err)
{
    static const char *const names[] = {"period",   "reporterCode", "partnerCode",
                                        "flowCode", "cmdCode",      "primaryValue"};
    mg_cell header[6];
    mg_schema schema;

    for (size_t i = 0; i < 6; i++)
        header[i] = cell_of(names[i]);
    return mg_schema_recognise(header, 6, -1, &schema, err);
}

static mg_status scan(mg_error *err)
{
    mg_scan s = {0};
    bool odd = false;
    mg_status status = mg_scan_fields(&s, "a,b\nc\n", 6, ',', MG_SCAN_BEST, &odd, err);

    mg_scan_release(&s);
    return status;
}

static mg_status split_record(mg_error *err)
{
    mg_splitter *splitter = mg_splitter_new(',');
    const mg_cell *cells = NULL;
    size_t n = 0;

    if (splitter == NULL)
        return mg_fail(err, MG_E_NOMEM, "no splitter");
    mg_status status = mg_record_fields(splitter, "a,b,c", 5, &cells, &n, err);
    assert_true(status != MG_OK || n == 3);
    mg_splitter_free(splitter);
    return status;
}

static mg_status read_stream(mg_sorter *sorter, uint32_t period, size_t *seen,
                             mg_error *err)
{
    mg_stream stream;
    const mg_row *row = NULL;
    mg_status status = mg_sorter_open(sorter, period, &stream, err);

    do {
        if (status == MG_OK)
            status = stream.next(stream.self, &row, err);
        *seen += status == MG_OK && row != NULL;
    } while (status == MG_OK && row != NULL);
    mg_stream_close(&stream);
    return status;
}

static mg_status sort(size_t budget, mg_error *err)
{
    mg_sorter *sorter = (mg_sorter *)1;
    const uint32_t *periods = NULL;
    size_t n = 0;
    size_t seen = 0;
    mg_status status = mg_sorter_new(budget, "/tmp", &sorter, err);

    assert_int_equal(status == MG_OK, sorter != NULL);
    for (size_t i = 0; status == MG_OK && i < ROWS; i += 500)
        status = mg_sorter_add(sorter, rows + i, 500, err);
    if (status == MG_OK)
        status = mg_sorter_finish(sorter, &periods, &n, err);
    for (size_t p = 0; status == MG_OK && p < n; p++)
        status = read_stream(sorter, periods[p], &seen, err);
    assert_true(status != MG_OK || seen == ROWS);
    mg_sorter_free(sorter);
    return status;
}

static mg_status sort_in_memory(mg_error *err)
{
    return sort(0, err);
}

static mg_status sort_spilling(mg_error *err)
{
    return sort(1, err);
}

static mg_status drop_row(void *self, mg_table table, const mg_row *row, mg_error *err)
{
    (void)self;
    (void)table;
    (void)row;
    (void)err;
    return MG_OK;
}

static mg_status clean(mg_error *err)
{
    struct row_list list = {.rows = rows, .n = 200};
    mg_stream stream = row_list_stream(&list);
    mg_clean_sink sink = {drop_row, NULL};
    mg_fate_counts counts = {0};
    mg_status status = mg_clean(&stream, &sink, &counts, err);

    mg_fate_counts_release(&counts);
    return status;
}

static mg_status memory(mg_error *err)
{
    static const uint32_t periods[] = {2015, 2016};
    mg_memory *m = (mg_memory *)1;
    mg_status status = mg_memory_new(MG_ALL_COLUMNS, periods, 2, &m, err);

    assert_int_equal(status == MG_OK, m != NULL);
    for (size_t p = 0; status == MG_OK && p < 2; p++) {
        mg_clean_sink sink = mg_memory_sink(m, p);
        for (size_t i = 0; status == MG_OK && i < 60; i++)
            status = sink.take(sink.self, (mg_table)(i % MG_TABLES), &rows[i], err);
        if (status == MG_OK)
            status = mg_memory_end(m, p, err);
    }
    for (int t = 0; status == MG_OK && t < MG_TABLES; t++) {
        mg_stream stream;
        const mg_row *row = NULL;
        status = mg_dataset_stream(mg_memory_dataset(m), 1, (mg_table)t, &stream, err);
        if (status == MG_OK)
            status = stream.next(stream.self, &row, err);
        mg_stream_close(&stream);
    }
    mg_memory_free(m);
    return status;
}

static mg_status score(mg_error *err)
{
    uint64_t group[20] = {0};
    double v[20] = {1, 2, 3};
    double z[20];

    return mg_robust_z(20, group, v, 1, z, err);
}

static mg_status footer(mg_error *err)
{
    struct footer f = {.period = 2016, .n_codes = 1};
    struct footer back;
    uint32_t code = 7;
    void *bytes = NULL;
    size_t n = 0;

    f.codes = &code;
    mg_status status = footer_write(&f, &bytes, &n, err);
    if (status == MG_OK) {
        status = footer_read(bytes, n, 100, &back, err);
        if (status == MG_OK)
            footer_release(&back);
        free(bytes);
    }
    return status;
}

static mg_status manifest(mg_error *err)
{
    struct manifest m = {0};
    struct manifest copy;
    struct manifest back;
    struct segment_entry e = {.name = "a.h5", .period = 2016, .size = 9, .index_at = 3};
    char *text = NULL;
    size_t n = 0;
    mg_status status = manifest_put_segment(&m, &e, err);
    mg_source_info *s = status == MG_OK ? manifest_add_source(&m) : NULL;

    if (status == MG_OK && (s == NULL || (s->name = malloc(2)) == NULL))
        status = mg_fail(err, MG_E_NOMEM, "no source");
    if (status == MG_OK) {
        memcpy(s->name, "a", 2);
        status = manifest_copy(&m, &copy, err);
        if (status == MG_OK)
            manifest_release(&copy);
    }
    if (status == MG_OK)
        status = manifest_write(&m, &text, &n, err);
    if (status == MG_OK)
        status = manifest_read(text, n, &back, err);
    if (status == MG_OK)
        manifest_release(&back);
    free(text);
    manifest_release(&m);
    return status;
}

static struct alloc_case alloc_cases[] = {
    {"mg_ref_load", load_ref, 1000},
    {"mg_schema_recognise", recognise, 2},
    {"mg_scan_fields", scan, 3},
    {"mg_record_fields", split_record, 4},
    {"mg_sorter in memory", sort_in_memory, 8},
    {"mg_sorter spilling", sort_spilling, 12},
    {"mg_clean", clean, 3},
    {"mg_memory", memory, 20},
    {"mg_robust_z", score, 3},
    {"footer", footer, 4},
    {"manifest", manifest, 6},
};

int main(void)
{
    static struct suite s;
    uint64_t seed = 1;

    for (size_t i = 0; i < ROWS; i++) {
        rows[i] = random_row(&seed);
        rows[i].seq = (uint32_t)i;
        rows[i].source = (uint32_t)(i * 3 / ROWS);
    }
    SUITE_CASES(&s, alloc_cases, check_alloc);
    return suite_run("alloc", &s);
}
