/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Allocations that fail in what is fitted. */
#include "alloc_fail.h"
#include "mirrorgap/effects.h"
#include "mirrorgap/reliability.h"

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

static struct alloc_case alloc_cases[] = {
    {"effects", effects, 10},
    {"reliability, baci", baci, 20},
    {"reliability, variance", variance, 40},
    {"reliability, by", by, 15},
};

int main(void)
{
    static struct suite s;

    SUITE_CASES(&s, alloc_cases, check_alloc);
    return suite_run("alloc_model", &s);
}
