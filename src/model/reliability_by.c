/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "mirrorgap/mem.h"
#include "model/reliability_parts.h"

struct scaling {
    const struct mirror_rows *rows;
    double *gaps;             /* sum of relative gaps of each cell */
    double *score[MG_ROLES];  /* of each country; NaN: no rows */
    uint32_t *part[MG_ROLES]; /* component of each country */
};

static const uint32_t *partners(const struct mirror_rows *rows, size_t side)
{
    return side == MG_ROLE_EXPORTER ? rows->importer : rows->exporter;
}

/* One side from the other; returns the largest relative change. */
static double scale_side(struct scaling *s, size_t side, const mg_reporter *counts)
{
    const struct levels *by = &s->rows->by[side];
    const uint32_t *partner = partners(s->rows, side);
    double largest = 0;

    for (uint32_t i = 0; i < by->n; i++) {
        double sum = 0;
        for (size_t k = by->start[i]; k < by->start[i + 1]; k++)
            sum += s->gaps[by->rows[k]] * s->score[!side][partner[by->rows[k]]];
        if (counts[i].n == 0)
            continue;
        double score = (double)counts[i].n / sum;
        largest = fmax(largest, fabs(score / s->score[side][i] - 1));
        s->score[side][i] = score;
    }
    return largest;
}

/* Makes the geometric mean of each side 1 in each component. room: one each. */
static void set_scale(struct scaling *s, uint32_t components, double *room)
{
    uint32_t countries = s->rows->panel->countries;

    for (size_t side = 0; side < MG_ROLES; side++) {
        double *logs = room;
        double *n = room + components;
        memset(room, 0, 2 * (size_t)components * sizeof *room);
        for (uint32_t i = 0; i < countries; i++)
            if (s->part[side][i] != UINT32_MAX) {
                logs[s->part[side][i]] += log(s->score[side][i]);
                n[s->part[side][i]]++;
            }
        for (uint32_t i = 0; i < countries; i++)
            if (s->part[side][i] != UINT32_MAX)
                s->score[side][i] /= exp(logs[s->part[side][i]] / n[s->part[side][i]]);
    }
}

/* Delete-a-partner jackknife of A = rate / mean of gap times partner's score, which
 * is what A is at the fixed point, with `rate` from the common scale. */
static double jackknife(const struct scaling *s, size_t side, uint32_t i, double score)
{
    const struct levels *by = &s->rows->by[side];
    const uint32_t *partner = partners(s->rows, side);
    size_t partners_n = by->start[i + 1] - by->start[i];
    double m = (double)partners_n;
    double all = 0;
    double n = 0;
    double mean = 0;
    double squares = 0;

    if (partners_n < 2)
        return NAN;
    for (size_t k = by->start[i]; k < by->start[i + 1]; k++) {
        all += s->gaps[by->rows[k]] * s->score[!side][partner[by->rows[k]]];
        n += (double)s->rows->rows[by->rows[k]];
    }
    for (int pass = 0; pass < 2; pass++)
        for (size_t k = by->start[i]; k < by->start[i + 1]; k++) {
            uint32_t c = by->rows[k];
            double left = (n - (double)s->rows->rows[c]) / n;
            double without =
                score * left / (1 - s->gaps[c] * s->score[!side][partner[c]] / all);
            if (pass == 0)
                mean += without / m;
            else
                squares += (without - mean) * (without - mean);
        }
    return sqrt((m - 1) / m * squares);
}

static double weigh_scores(const mg_reporter *x, const mg_reporter *m)
{
    return mg_by_weight(x->score, m->score);
}

static void start(struct scaling *s, double least, double *room)
{
    const struct mirror_rows *rows = s->rows;
    uint32_t countries = rows->panel->countries;

    s->gaps = room;
    s->score[0] = room + rows->n_cells;
    s->score[1] = s->score[0] + countries;
    memset(s->gaps, 0, rows->n_cells * sizeof *s->gaps);
    for (size_t r = 0; r < rows->panel->n; r++)
        if (rows->cell[r] != UINT32_MAX)
            s->gaps[rows->cell[r]] += fmax(rows->gap[r], least);
    for (size_t i = 0; i < MG_ROLES * (size_t)countries; i++)
        s->score[0][i] = 1;
}

static void scale(struct scaling *s, const mg_reliability_options *o,
                  mg_reliability *result)
{
    while (result->sweeps < o->max_sweeps && !result->converged) {
        double x = scale_side(s, MG_ROLE_EXPORTER, result->side[MG_ROLE_EXPORTER]);
        double m = scale_side(s, MG_ROLE_IMPORTER, result->side[MG_ROLE_IMPORTER]);
        result->change = fmax(x, m);
        result->sweeps++;
        result->converged = result->change <= o->tol;
    }
}

static mg_status fit_by(const struct mirror_rows *rows, const mg_reliability_options *o,
                        mg_reliability *result, mg_error *err)
{
    struct scaling s = {.rows = rows};
    uint32_t countries = rows->panel->countries;
    size_t scores = MG_ROLES * (size_t)countries;
    struct level_graph graph = {rows->n_cells, rows->exporter, rows->importer,
                                NULL,          countries,      countries};
    double *room = mg_alloc(rows->n_cells + 2 * scores, sizeof *room);
    mg_status status = MG_OK;

    s.part[0] = mg_alloc(scores, sizeof *s.part[0]);
    s.part[1] = s.part[0] == NULL ? NULL : s.part[0] + countries;
    if (room == NULL || s.part[0] == NULL)
        status = mg_fail(err, MG_E_NOMEM, "cannot score %lu countries",
                         (unsigned long)countries);
    else
        status =
            levels_components(&graph, s.part[0], s.part[1], &result->components, err);
    if (status == MG_OK) {
        start(&s, o->floor, room);
        scale(&s, o, result);
        set_scale(&s, result->components, room + rows->n_cells + scores);
        for (size_t side = 0; side < MG_ROLES; side++)
            for (uint32_t i = 0; i < countries; i++) {
                mg_reporter *one = &result->side[side][i];
                one->score = one->n > 0 ? s.score[side][i] : NAN;
                one->std_error = jackknife(&s, side, i, one->score);
            }
        mean_weights(result, rows, weigh_scores);
    }
    free(room);
    free(s.part[0]);
    return status;
}

mg_status mg_reliability_by(const mg_mirror_panel *panel,
                            const mg_reliability_options *options, mg_reliability *result,
                            mg_error *err)
{
    struct mirror_rows rows = {0};
    mg_reliability_options o;

    *result = (mg_reliability){0};
    mg_status status = reliability_options(options, &o, err);
    if (status == MG_OK)
        status = mirror_rows_init(&rows, panel, true, err);
    if (status == MG_OK)
        status = reliability_init(result, &rows, err);
    if (status == MG_OK)
        status = fit_by(&rows, &o, result, err);
    if (status != MG_OK)
        mg_reliability_release(result);
    mirror_rows_release(&rows);
    return status;
}
