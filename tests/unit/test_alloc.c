/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Allocations that fail in what reads, scores and stores. */
#include "alloc_fail.h"
#include "headers.h"
#include "mirrorgap/csv.h"
#include "mirrorgap/quantity.h"
#include "mirrorgap/robust_z.h"
#include "mirrorgap/schema.h"
#include "mirrorgap/unions.h"
#include "store/footer.h"
#include "store/manifest.h"

static mg_status load_ref(mg_error *err)
{
    mg_ref *ref = (mg_ref *)1;
    mg_status status = mg_ref_load(MG_TEST_REF, &ref, err);

    assert_int_equal(status == MG_OK, ref != NULL);
    mg_ref_free(ref);
    return status;
}

static mg_ref *shared_ref; /* loaded before the tests */

static mg_status load_unions(mg_error *err)
{
    mg_unions *unions = (mg_unions *)1;
    mg_status status = mg_unions_load(shared_ref, &unions, err);

    assert_int_equal(status == MG_OK, unions != NULL);
    mg_unions_free(unions);
    return status;
}

static mg_status imply_rates(mg_error *err)
{
    mg_qty_side m = {10, NAN, -1, 0};
    mg_qty_side x = {NAN, 2, 5, 0};
    mg_rates *rates = NULL;
    mg_status status = mg_rates_new(shared_ref, &rates, err);

    for (uint32_t hs = 0; status == MG_OK && hs < 100; hs++)
        status = mg_rates_add(rates, hs, &m, &x, err);
    if (status == MG_OK)
        status = mg_rates_finish(rates, err);
    assert_true(status != MG_OK || mg_rates_count(rates) == 100);
    mg_rates_free(rates);
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
    {"mg_ref_load", load_ref, 1000}, {"mg_schema_recognise", recognise, 2},
    {"mg_scan_fields", scan, 3},     {"mg_record_fields", split_record, 4},
    {"mg_robust_z", score, 3},       {"footer", footer, 4},
    {"manifest", manifest, 6},       {"mg_unions_load", load_unions, 5},
    {"mg_rates", imply_rates, 8},
};

int main(void)
{
    static struct suite s;

    if (mg_ref_load(MG_TEST_REF, &shared_ref, NULL) != MG_OK)
        return 1;
    SUITE_CASES(&s, alloc_cases, check_alloc);
    int failed = suite_run("alloc", &s);
    mg_ref_free(shared_ref);
    return failed;
}
