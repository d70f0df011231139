/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the verb `totals` makes of what it has gathered. */
#include "app/totals.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "testing.h"

enum { PARTNERS = 120 };

/* A world of PARTNERS partners, numbered from code 1, with one error. */
struct small {
    struct totals_world world;
    uint32_t number[65536];
    mg_totals_error errors[(TOTALS_FOLDS + 1) * TOTALS_FLOWS * PARTNERS];
};

static struct small *small_new(mg_totals_error error)
{
    struct small *s = calloc(1, sizeof *s);

    assert_non_null(s);
    for (size_t j = 0; j < PARTNERS; j++)
        s->number[j + 1] = (uint32_t)j;
    for (size_t i = 0; i < sizeof s->errors / sizeof *s->errors; i++)
        s->errors[i] = error;
    s->world = (struct totals_world){
        .seed = 3, .number = s->number, .n_codes = PARTNERS, .errors = s->errors};
    for (unsigned fold = 0; fold <= TOTALS_FOLDS; fold++)
        s->world.learnt[fold][TOTALS_X] = true;
    return s;
}

static mg_totals_estimate estimate(struct small *s, struct totals_item *items, size_t n)
{
    mg_totals_estimate e;

    assert_int_equal(
        totals_estimate(&s->world, TOTALS_ALONE, TOTALS_X, items, n, 77, &e, NULL),
        MG_OK);
    return e;
}

static void one_cell_is_drawn_as_it_is(void **state)
{
    const mg_totals_error error = {0.1, 0.2, 0.3};
    const mg_totals_flow flow = {5e6, 0};
    struct totals_item item = {5e6, 1, 9};
    struct small *s = small_new(error);
    mg_totals_estimate want;
    (void)state;

    assert_int_equal(
        mg_totals_draw(1, &flow, 1, &error, MG_TOTALS_DRAWS, 3, 77, &want, NULL), MG_OK);
    mg_totals_estimate got = estimate(s, &item, 1);
    assert_true(fabs(got.median / want.median - 1) < 1e-12);
    assert_true(fabs(got.low / want.low - 1) < 1e-12);
    assert_true(fabs(got.high / want.high - 1) < 1e-12);
    assert_true(got.low < got.median && got.median < 5e6); /* bias > 0 */
    free(s);
}

/* A partner's many chapters as one lognormal, against all of them drawn. */
static void chapters_average_out(void **state)
{
    enum { CHAPTERS = 60 };
    const mg_totals_error error = {0, 0.1, 0.6};
    mg_totals_flow flows[CHAPTERS];
    double sum = 0;
    double squares = 0;
    struct small *s = small_new(error);
    mg_totals_estimate want;
    (void)state;

    for (size_t i = 0; i < CHAPTERS; i++) {
        flows[i] = (mg_totals_flow){1e6 * (double)(1 + i % 7), 0};
        sum += flows[i].usd;
        squares += flows[i].usd * flows[i].usd;
    }
    assert_int_equal(
        mg_totals_draw(CHAPTERS, flows, 1, &error, 20000, 3, 77, &want, NULL), MG_OK);
    struct totals_item item = {sum, squares / sum / sum, 4};
    mg_totals_estimate got = estimate(s, &item, 1);
    assert_true(fabs(log(got.median / want.median)) < 0.01);
    assert_true(fabs(log(got.high / got.low) / log(want.high / want.low) - 1) < 0.08);
    /* as one cell it would be three times as wide */
    item = (struct totals_item){sum, 1, 4};
    mg_totals_estimate wide = estimate(s, &item, 1);
    assert_true(log(wide.high / wide.low) > 2.5 * log(got.high / got.low));
    free(s);
}

static void order_and_crumbs_do_not_matter(void **state)
{
    struct totals_item items[PARTNERS];
    struct totals_item back[PARTNERS];
    struct small *s = small_new((mg_totals_error){0, 0.2, 0.3});
    (void)state;

    for (size_t i = 0; i < PARTNERS; i++)
        items[i] = (struct totals_item){
            i < 5 ? 1e8 + (double)i : 1e4 * (double)(1 + i % 3), 1, (uint16_t)(i + 1)};
    for (size_t i = 0; i < PARTNERS; i++)
        back[i] = items[PARTNERS - 1 - i];
    mg_totals_estimate few = estimate(s, items, 5);
    mg_totals_estimate a = estimate(s, items, PARTNERS);
    mg_totals_estimate b = estimate(s, back, PARTNERS);
    assert_memory_equal(&a, &b, sizeof a);
    assert_true(a.reported > few.reported);
    assert_true(fabs(log(a.median / few.median)) < 0.03);
    assert_true(fabs(log(a.low / few.low)) < 0.03);
    free(s);
}

static void without_errors_there_is_no_band(void **state)
{
    struct small *s = small_new((mg_totals_error){0});
    struct totals_item item = {7, 1, 1};
    (void)state;

    s->world.learnt[TOTALS_ALONE][TOTALS_X] = false;
    mg_totals_estimate e = estimate(s, &item, 1);
    assert_true(e.reported == 7 && e.median == 7 && isnan(e.low) && isnan(e.high));
    free(s);
}

static void sums_of_a_country_are_found(void **state)
{
    struct totals_sum sums[400];
    struct totals_world w = {.sums = {sums, 400, 400, sizeof *sums}};
    (void)state;

    for (size_t i = 0; i < 400; i++)
        sums[i] = (struct totals_sum){.place = (uint32_t)(i * 7 % 5),
                                      .country = (uint16_t)(10 + i * 13 % 11 * 2),
                                      .partner = (uint16_t)i,
                                      .flow = (uint8_t)(i * 5 % 3 == 0),
                                      .usd = 1};
    totals_sort(&w);
    for (unsigned flow = 0; flow < TOTALS_FLOWS; flow++)
        for (unsigned country = 9; country < 35; country++) {
            size_t want = 0;
            size_t n;
            for (size_t i = 0; i < 400; i++)
                want += sums[i].flow == flow && sums[i].country == country;
            const struct totals_sum *found = totals_sums(&w, flow, country, &n);
            assert_int_equal(n, want);
            for (size_t i = 0; i < n; i++) {
                assert_true(found[i].flow == flow && found[i].country == country);
                assert_true(i == 0 || found[i - 1].place < found[i].place ||
                            (found[i - 1].place == found[i].place &&
                             found[i - 1].partner < found[i].partner));
            }
        }
}

/* The years of `countries` countries, whose own totals are `factor` times estimates. */
static struct totals_list known_years(struct totals_known *items, unsigned countries,
                                      double factor)
{
    size_t n = 0;

    for (unsigned c = 0; c < countries; c++)
        for (unsigned t = 0; t < 4; t++) {
            struct totals_known *k = &items[n++];
            double median = 1e6 * (1 + c);
            *k = (struct totals_known){
                .place = t,
                .country = (uint16_t)(c + 1),
                .flow = TOTALS_M,
                .counts = true,
                .own = median * factor * exp(0.1 * sin(c * 37 + t * 11)),
                .estimate = {median, median, median, median * 0.9, median * 1.1},
                .reporters = 5};
            totals_covariates(&k->estimate, 1, 5, k->x);
        }
    return (struct totals_list){items, n, n, sizeof *items};
}

static void bands_come_from_other_countries(void **state)
{
    static struct totals_known items[400];
    struct totals_list known = known_years(items, 40, 2);
    const mg_totals_estimate e = {1e7, 1e7, 1e7, 0.9e7, 1.1e7};
    mg_totals_calibration c;
    bool made;
    (void)state;

    assert_int_equal(totals_calibration(&known, TOTALS_M, 0, 1, &c, &made, NULL), MG_OK);
    assert_true(made && c.fitted + c.kept == 40);
    mg_totals_estimate band = totals_band(&c, &e, 1, 5);
    assert_true(fabs(band.median / 2e7 - 1) < 0.1);
    assert_true(band.low < 2e7 && band.low > 1.7e7 && band.high > 2e7 &&
                band.high < 2.4e7);
    assert_int_equal(totals_calibration(&known, TOTALS_M, 3, 1, &c, &made, NULL), MG_OK);
    assert_true(made && c.fitted + c.kept == 39);
    /* the other flow, and 17 countries: too few */
    assert_int_equal(totals_calibration(&known, TOTALS_X, 0, 1, &c, &made, NULL), MG_OK);
    assert_false(made);
    known = known_years(items, 18, 2);
    assert_int_equal(totals_calibration(&known, TOTALS_M, 0, 1, &c, &made, NULL), MG_OK);
    assert_true(made);
    assert_int_equal(totals_calibration(&known, TOTALS_M, 3, 1, &c, &made, NULL), MG_OK);
    assert_false(made);
}

static void keys_and_folds_tell_countries_apart(void **state)
{
    size_t in_fold[TOTALS_FOLDS] = {0};
    (void)state;

    for (unsigned c = 1; c <= 900; c++) {
        assert_true(totals_fold(c) < TOTALS_FOLDS);
        in_fold[totals_fold(c)]++;
    }
    for (size_t f = 0; f < TOTALS_FOLDS; f++)
        assert_true(in_fold[f] > 50 && in_fold[f] < 140);
    const uint64_t key = totals_key(408, TOTALS_X, 2008, 156, 27);
    assert_true(key != totals_key(410, TOTALS_X, 2008, 156, 27));
    assert_true(key != totals_key(408, TOTALS_M, 2008, 156, 27));
    assert_true(key != totals_key(408, TOTALS_X, 2009, 156, 27));
    assert_true(key != totals_key(408, TOTALS_X, 2008, 157, 27));
    assert_true(key != totals_key(408, TOTALS_X, 2008, 156, 28));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_cell_is_drawn_as_it_is),
        cmocka_unit_test(chapters_average_out),
        cmocka_unit_test(order_and_crumbs_do_not_matter),
        cmocka_unit_test(without_errors_there_is_no_band),
        cmocka_unit_test(sums_of_a_country_are_found),
        cmocka_unit_test(bands_come_from_other_countries),
        cmocka_unit_test(keys_and_folds_tell_countries_apart),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
