/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Allocations that fail in what reads, scores and stores. */
#include "alloc_fail.h"
#include "headers.h"
#include "mirrorgap/confusable.h"
#include "mirrorgap/csv.h"
#include "mirrorgap/margin_fit.h"
#include "mirrorgap/prices.h"
#include "mirrorgap/quantity.h"
#include "mirrorgap/robust_z.h"
#include "mirrorgap/schema.h"
#include "mirrorgap/unions.h"
#include "ref/concordance_parts.h"
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

static mg_status concordance(mg_error *err)
{
    static const char un[] = "code.after,code.before,adjustment\n"
                             "030616,030613,2012 to 2007\n030617,030613,2012 to 2007\n"
                             "030616,160520,2012 to 2007\n270900,270900,2012 to 2007\n";
    static const char own[] = "from,to,before,after,cut\nH4,H5,,961900|961901,1\n";
    struct steps *steps = calloc(1, sizeof *steps);
    mg_concordance *made = (mg_concordance *)1;
    mg_status status = steps != NULL ? MG_OK : mg_fail(err, MG_E_NOMEM, "no steps");

    if (status == MG_OK)
        status = steps_read_text(steps, un, sizeof un - 1, err);
    if (status == MG_OK)
        status = steps_read_text(steps, own, sizeof own - 1, err);
    if (status == MG_OK)
        status = steps_cut(steps, err);
    if (status == MG_OK) {
        status = concordance_make(steps, &made, err);
        assert_int_equal(status == MG_OK, made != NULL);
        mg_concordance_free(made);
    }
    if (steps != NULL)
        steps_release(steps);
    free(steps);
    return status;
}

static mg_ref *ref; /* for what needs one ready */

static mg_status load_unions(mg_error *err)
{
    mg_unions *unions = (mg_unions *)1;
    mg_status status = mg_unions_load(ref, &unions, err);

    assert_int_equal(status == MG_OK, unions != NULL);
    mg_unions_free(unions);
    return status;
}

static mg_status load_confusable(mg_error *err)
{
    mg_confusable *table = (mg_confusable *)1;
    mg_status status = mg_confusable_load(ref, &table, err);

    assert_int_equal(status == MG_OK, table != NULL);
    mg_confusable_free(table);
    return status;
}

static mg_status load_concordance(mg_error *err)
{
    mg_concordance *made = (mg_concordance *)1;
    mg_status status = mg_concordance_load(ref, &made, err);

    assert_int_equal(status == MG_OK, made != NULL);
    mg_concordance_free(made);
    return status;
}

static mg_status imply_rates(mg_error *err)
{
    mg_qty_side m = {10, NAN, -1, 0};
    mg_qty_side x = {NAN, 2, 5, 0};
    mg_rates *rates = NULL;
    mg_status status = mg_rates_new(ref, &rates, err);

    for (uint32_t hs = 0; status == MG_OK && hs < 100; hs++)
        status = mg_rates_add(rates, hs, &m, &x, err);
    if (status == MG_OK)
        status = mg_rates_finish(rates, err);
    assert_true(status != MG_OK || mg_rates_count(rates) == 100);
    mg_rates_free(rates);
    return status;
}

static mg_status routes(mg_error *err)
{
    mg_routes *made = (mg_routes *)1;
    mg_status status = mg_routes_new(ref, NULL, &made, err);

    assert_int_equal(status == MG_OK, made != NULL);
    mg_routes_free(made);
    return status;
}

static mg_status prices(mg_error *err)
{
    uint32_t hs[20];
    double usd[20];
    double kg[20];
    mg_prices *made = (mg_prices *)1;

    for (size_t i = 0; i < 20; i++) {
        hs[i] = hs_of("010121");
        usd[i] = kg[i] = (double)(i + 1);
    }
    mg_status status = mg_prices_new(20, hs, usd, kg, &made, err);
    assert_int_equal(status == MG_OK, made != NULL);
    mg_prices_free(made);
    return status;
}

static mg_status explicit_margins(mg_error *err)
{
    mg_explicit_row rows[4];
    mg_explicit_margins *made = (mg_explicit_margins *)1;

    for (size_t i = 0; i < 4; i++)
        rows[i] = (mg_explicit_row){36, 156, hs_of("26"), 105, 100};
    mg_status status = mg_explicit_margins_new(4, rows, &made, err);
    assert_int_equal(status == MG_OK, made != NULL);
    mg_explicit_margins_free(made);
    return status;
}

static mg_status next_pair(void *self, mg_margin_pair *pairs, size_t room, size_t *n,
                           mg_error *err)
{
    size_t *at = self;

    (void)err;
    for (*n = 0; *n < room && *at < 60; ++*n, ++*at)
        pairs[*n] = (mg_margin_pair){.import_usd = 21000 + (double)(*at * 37 % 11 * 100),
                                     .export_usd = 20000,
                                     .import_kg = 5000,
                                     .export_kg = 5000,
                                     .ln_km = 6 + (double)(*at % 7) / 3,
                                     .ln_unit_value = (double)(*at % 5),
                                     .year = 2016};
    return MG_OK;
}

static mg_status first_pair(void *self, mg_error *err)
{
    (void)err;
    *(size_t *)self = 0;
    return MG_OK;
}

static mg_status margin_fit(mg_error *err)
{
    size_t at = 0;
    mg_margin_pairs pairs = {&at, next_pair, first_pair};
    mg_margin_fit fit;
    mg_status status = mg_margin_fit_make(&pairs, NULL, &fit, err);

    assert_int_equal(status == MG_OK, fit.covariance != NULL);
    mg_margin_fit_release(&fit);
    return status;
}

static struct alloc_case alloc_cases[] = {
    {"mg_ref_load", load_ref, 1000},
    {"mg_schema_recognise", recognise, 2},
    {"mg_scan_fields", scan, 3},
    {"mg_record_fields", split_record, 4},
    {"mg_robust_z", score, 3},
    {"footer", footer, 4},
    {"manifest", manifest, 6},
    {"mg_unions_load", load_unions, 5},
    {"mg_confusable_load", load_confusable, 5},
    {"mg_concordance_load", load_concordance, 40},
    {"mg_rates", imply_rates, 8},
    {"concordance", concordance, 40},
    {"mg_routes_new", routes, 5},
    {"mg_prices_new", prices, 8},
    {"mg_explicit_margins_new", explicit_margins, 7},
    {"mg_margin_fit_make", margin_fit, 3},
};

int main(void)
{
    static struct suite s;

    if (mg_ref_load(MG_TEST_REF, &ref, NULL) != MG_OK)
        return 1;
    SUITE_CASES(&s, alloc_cases, check_alloc);
    int failed = suite_run("alloc", &s);
    mg_ref_free(ref);
    return failed;
}
