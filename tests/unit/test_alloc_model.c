/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Allocations that fail in what is fitted, and in what is summed. */
#include "alloc_fail.h"
#include "mirrorgap/completeness.h"
#include "mirrorgap/effects.h"
#include "mirrorgap/regime.h"
#include "mirrorgap/reliability.h"
#include "mirrorgap/reroute.h"
#include "mirrorgap/rollup.h"
#include "mirrorgap/totals.h"
#include "mirrorgap/totals_calibrate.h"

enum { ROWS = 12, COUNTRIES = 4 };

static mg_mirror_panel panel(void)
{
    static uint32_t exporter[ROWS];
    static uint32_t importer[ROWS];
    static uint32_t commodity[ROWS];
    static uint32_t period[ROWS];
    static double x[ROWS];
    static double m[ROWS];

    for (uint32_t r = 0; r < ROWS; r++) {
        exporter[r] = r / 3;
        importer[r] = (r / 3 + 1 + r % 3) % COUNTRIES;
        commodity[r] = r % 2;
        period[r] = r / 6;
        x[r] = 10 + r;
        m[r] = 11 + r * r % 7;
    }
    return (mg_mirror_panel){ROWS,     COUNTRIES, 2,      2, exporter,
                             importer, commodity, period, x, m};
}

static mg_status effects(mg_error *err)
{
    mg_mirror_panel p = panel();
    mg_effects_problem problem = {
        .n = ROWS, .ways = 2, .levels = {COUNTRIES, COUNTRIES}, .y = p.x};
    mg_effects fit;

    problem.level[0] = p.exporter;
    problem.level[1] = p.importer;
    mg_status status = mg_effects_fit(&problem, NULL, &fit, err);
    assert_int_equal(status == MG_OK, fit.memory != NULL);
    mg_effects_release(&fit);
    return status;
}

typedef mg_status (*method)(const mg_mirror_panel *, const mg_reliability_options *,
                            mg_reliability *, mg_error *);

static mg_status score(method fit, mg_error *err)
{
    mg_mirror_panel p = panel();
    mg_reliability_options options = {.trim = 100};
    mg_reliability got;
    mg_status status = fit(&p, &options, &got, err);

    assert_int_equal(status == MG_OK, got.side[0] != NULL);
    mg_reliability_release(&got);
    return status;
}

static mg_status baci(mg_error *err)
{
    return score(mg_reliability_baci, err);
}

static mg_status variance(mg_error *err)
{
    return score(mg_reliability_variance, err);
}

static mg_status by(mg_error *err)
{
    return score(mg_reliability_by, err);
}

/* More rows than the first table of keys holds, in two parts. */
static mg_status rollup(mg_error *err)
{
    mg_rollup *all = (mg_rollup *)1;
    mg_rollup *more = NULL;
    mg_status status = mg_rollup_new(&all, err);
    size_t n = 0;

    assert_int_equal(status == MG_OK, all != NULL);
    if (status == MG_OK)
        status = mg_rollup_new(&more, err);
    for (uint64_t i = 0; status == MG_OK && i < 600; i++) {
        const mg_rollup_cell cell = {
            .place = i / 2, .hs4 = 1, .hs2 = 1, .x_usd = 1, .m_usd = 2, .gap_usd = 1};
        status = mg_rollup_add(i < 300 ? all : more, (mg_rollup_key){{i, 0}},
                               MG_ROLLUP_BOTH, &cell, err);
    }
    if (status == MG_OK)
        status = mg_rollup_merge(all, more, err);
    if (status == MG_OK) {
        const mg_rollup_row *rows = mg_rollup_rows(all, &n);
        assert_int_equal(n, 600);
        assert_same_double(mg_sum_value(&rows[599].net), 1);
    }
    mg_rollup_free(all);
    mg_rollup_free(more);
    return status;
}

/* Partners that file a little too much, in two years each. */
static mg_status totals_errors(mg_error *err)
{
    uint32_t partner[ROWS];
    uint64_t group[ROWS];
    double log_ratio[ROWS];
    mg_totals_error errors[3];

    for (uint32_t r = 0; r < ROWS; r++) {
        partner[r] = r / 4;
        group[r] = r / 2;
        log_ratio[r] = 0.01 * (r * r % 7);
    }
    return mg_totals_fit_errors(ROWS, partner, group, log_ratio, 3, errors, err);
}

static mg_status totals_draw(mg_error *err)
{
    static const mg_totals_error errors[2] = {{0, 0.1, 0.2}, {0.1, 0, 0.3}};
    static const mg_totals_flow flows[3] = {{100, 0}, {50, 1}, {20, 1}};
    mg_totals_estimate estimate;

    return mg_totals_draw(3, flows, 2, errors, MG_TOTALS_DRAWS, 1, 2, &estimate, err);
}

static mg_status calibrate(mg_error *err)
{
    enum { YEARS = 120 };
    uint32_t country[YEARS];
    double log_ratio[YEARS];
    double x[YEARS];
    mg_totals_calibration calibration;

    for (uint32_t i = 0; i < YEARS; i++) {
        country[i] = i / 2;
        x[i] = i % 11;
        log_ratio[i] = 0.1 * (i * i % 13) + 0.05 * x[i];
    }
    return mg_totals_calibrate(YEARS, country, log_ratio, 1, x, 0.9, 3, &calibration,
                               err);
}

static mg_status completeness(mg_error *err)
{
    static const double usd[4 * 2] = {10, 20, 11, 19, 12, 21, 10, NAN};
    mg_completeness got;

    return mg_completeness_of(4, 2, usd, 3, &mg_completeness_usual, &got, err);
}

static mg_ref *ref;

static mg_status regime(mg_error *err)
{
    mg_hs_map *map = (mg_hs_map *)1;
    mg_regime *g = NULL;

    if (ref ==
        NULL) /* before allocations fail: once, in the count of a run that does not */
        assert_int_equal(mg_ref_load(MG_TEST_REF, &ref, NULL), MG_OK);
    mg_status status = mg_hs_map_load(ref, &map, err);
    assert_int_equal(status == MG_OK, map != NULL);
    if (status == MG_OK)
        status = mg_regime_load(ref, map, "gold", NULL, &g, err);
    assert_int_equal(status == MG_OK, g != NULL);
    mg_regime_free(g);
    mg_hs_map_free(map);
    return status;
}

static mg_status reroute(mg_error *err)
{
    static const mg_reroute_good goods[3] = {
        {1, true, {1e6, 2e6}, {1e6, 1e6}, {1, 0}, {1, 2}, {1e5, 2e6}, {1, 1}},
        {1, true, {1e6, 1e6}, {1e6, 1e6}, {1, 0}, {1, 2}, {1e5, 1e5}, {1, 1}},
        {2, false, {1e6, 1e6}, {1e6, 1e6}, {1, 0}, {1, 2}, {1e5, 1e5}, {1, 1}}};
    mg_reroute_line lines[3];
    mg_reroute result;
    mg_status status = mg_reroute_lines(3, goods, lines, err);

    return status == MG_OK ? mg_reroute_test(3, goods, lines, 9, 1, &result, err)
                           : status;
}

static struct alloc_case alloc_cases[] = {
    {"regime", regime, 60},
    {"rerouting", reroute, 4},
    {"rollup", rollup, 8},
    {"errors of partners", totals_errors, 6},
    {"draws of totals", totals_draw, 2},
    {"calibration of totals", calibrate, 5},
    {"completeness", completeness, 2},
    {"effects", effects, 10},
    {"reliability, baci", baci, 20},
    {"reliability, variance", variance, 40},
    {"reliability, by", by, 15},
};

int main(void)
{
    static struct suite s;

    if (mg_ref_load(MG_TEST_REF, &ref, NULL) != MG_OK)
        return 1;
    SUITE_CASES(&s, alloc_cases, check_alloc);
    int failed = suite_run("alloc_model", &s);
    mg_ref_free(ref);
    return failed;
}
