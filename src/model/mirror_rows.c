/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdlib.h>

#include "mirrorgap/gsl_quiet.h"
#include "mirrorgap/mem.h"
#include "mirrorgap/threads.h"
#include "model/reliability_parts.h"

double median_of(double *v, size_t n)
{
    mg_gsl_quiet();
    return n == 0 ? NAN : gsl_stats_median(v, 1, n);
}

/* 1 for a row that can be used, 0 for one that cannot, -1 for one that must not be. */
static int usable(const mg_mirror_panel *p, size_t r, bool zeros)
{
    double x = p->x[r];
    double m = p->m[r];

    if (x < 0 || m < 0 || isinf(x) || isinf(m) || p->exporter[r] >= p->countries ||
        p->importer[r] >= p->countries)
        return -1;
    return zeros ? x + m > 0 : x > 0 && m > 0;
}

/* Takes the rows of one exporter into cells, by importer. count: of each importer,
 * all 0 before and after; place: their cells. */
static void take_exporter(struct mirror_rows *s, const struct levels *by, uint32_t i,
                          size_t *count, uint32_t *place)
{
    const mg_mirror_panel *p = s->panel;

    for (size_t k = by->start[i]; k < by->start[i + 1]; k++)
        count[p->importer[by->rows[k]]] += s->weight[by->rows[k]] > 0;
    for (uint32_t j = 0; j < p->countries; j++) {
        if (count[j] == 0)
            continue;
        s->exporter[s->n_cells] = i;
        s->importer[s->n_cells] = j;
        s->rows[s->n_cells] = count[j];
        place[j] = (uint32_t)s->n_cells++;
        count[j] = 0;
    }
    for (size_t k = by->start[i]; k < by->start[i + 1]; k++) {
        uint32_t r = by->rows[k];
        s->cell[r] = s->weight[r] > 0 ? place[p->importer[r]] : UINT32_MAX;
    }
}

static mg_status make_cells(struct mirror_rows *s, mg_error *err)
{
    const mg_mirror_panel *p = s->panel;
    struct levels by;
    mg_status status = levels_build(&by, p->n, p->exporter, p->countries, err);

    if (status != MG_OK)
        return status;
    size_t most = (size_t)p->countries * p->countries;
    most = most < s->used ? most : s->used;
    size_t *count = mg_alloc_zero(p->countries, sizeof *count);
    uint32_t *place = mg_alloc(p->countries, sizeof *place);
    s->exporter = mg_alloc(most, sizeof *s->exporter);
    s->importer = mg_alloc(most, sizeof *s->importer);
    s->rows = mg_alloc(most, sizeof *s->rows);
    if (count == NULL || place == NULL || s->exporter == NULL || s->importer == NULL ||
        s->rows == NULL)
        status = mg_fail(err, MG_E_NOMEM, "cannot hold %zu pairs", most);
    else
        for (uint32_t i = 0; i < p->countries; i++)
            take_exporter(s, &by, i, count, place);
    free(count);
    free(place);
    levels_release(&by);
    if (status == MG_OK)
        status = levels_build(&s->by[MG_ROLE_EXPORTER], s->n_cells, s->exporter,
                              p->countries, err);
    if (status == MG_OK)
        status = levels_build(&s->by[MG_ROLE_IMPORTER], s->n_cells, s->importer,
                              p->countries, err);
    return status;
}

static mg_status take_rows(struct mirror_rows *s, bool zeros, mg_error *err)
{
    const mg_mirror_panel *p = s->panel;

    for (size_t r = 0; r < p->n; r++) {
        int use = usable(p, r, zeros);
        double x = p->x[r];
        double m = p->m[r];
        if (use < 0)
            return mg_fail(err, MG_E_RANGE, "row %zu has %g and %g of countries %lu, %lu",
                           r, x, m, (unsigned long)p->exporter[r],
                           (unsigned long)p->importer[r]);
        s->weight[r] = use;
        s->gap[r] = use == 0 ? NAN : zeros ? fabs(x - m) / (x + m) : log(m / x);
        s->used += use == 1;
    }
    if (s->used == 0)
        return mg_fail(err, MG_E_RANGE, "there is no pair that both sides reported");
    return MG_OK;
}

mg_status mirror_rows_init(struct mirror_rows *rows, const mg_mirror_panel *panel,
                           bool zeros, mg_error *err)
{
    *rows = (struct mirror_rows){.panel = panel};
    rows->gap = mg_alloc(panel->n, sizeof *rows->gap);
    rows->weight = mg_alloc(panel->n, sizeof *rows->weight);
    rows->cell = mg_alloc(panel->n, sizeof *rows->cell);
    mg_status status = MG_OK;
    if (rows->gap == NULL || rows->weight == NULL || rows->cell == NULL)
        status = mg_fail(err, MG_E_NOMEM, "cannot hold %zu pairs", panel->n);
    if (status == MG_OK)
        status = take_rows(rows, zeros, err);
    if (status == MG_OK)
        status = make_cells(rows, err);
    if (status != MG_OK)
        mirror_rows_release(rows);
    return status;
}

void mirror_rows_release(struct mirror_rows *rows)
{
    free(rows->gap);
    free(rows->weight);
    free(rows->cell);
    free(rows->exporter);
    free(rows->importer);
    free(rows->rows);
    for (size_t side = 0; side < MG_ROLES; side++)
        levels_release(&rows->by[side]);
    *rows = (struct mirror_rows){0};
}

mg_status mirror_rows_weigh(struct mirror_rows *rows, mg_error *err)
{
    const mg_mirror_panel *p = rows->panel;
    /* BACI weighs by ln of the value in USD: a unit of 1/100,000 of the median row
     * spans the same range, and follows the unit of the data. */
    const double units = 1e5;
    double *sizes = mg_alloc(rows->used, sizeof *sizes);
    size_t n = 0;

    if (sizes == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot weigh %zu pairs", rows->used);
    for (size_t r = 0; r < p->n; r++)
        if (rows->weight[r] > 0)
            sizes[n++] = p->x[r] + p->m[r];
    double median = median_of(sizes, n);
    free(sizes);
#pragma omp parallel for schedule(static) num_threads(mg_threads())
    for (size_t r = 0; r < p->n; r++)
        if (rows->weight[r] > 0)
            rows->weight[r] = log(exp(1) + units * ((p->x[r] + p->m[r]) / median));
    return MG_OK;
}

mg_effects_problem mirror_effects(const mg_mirror_panel *panel, const double *y,
                                  const double *weight)
{
    mg_effects_problem e = {.n = panel->n, .ways = 2, .y = y, .weight = weight};

    e.level[0] = panel->exporter;
    e.level[1] = panel->importer;
    e.levels[0] = e.levels[1] = panel->countries;
    if (panel->period != NULL) {
        e.level[e.ways] = panel->period;
        e.levels[e.ways++] = panel->periods;
    }
    if (panel->commodity != NULL) {
        e.level[e.ways] = panel->commodity;
        e.levels[e.ways++] = panel->commodities;
    }
    return e;
}
