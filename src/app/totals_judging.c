/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/totals_judging.h"

#include <stdlib.h>
#include <string.h>

#include "mirrorgap/mem.h"
#include "mirrorgap/threads.h"

/* What a thread works with; all have room for a value a period, `gaps` for all gaps. */
struct workspace {
    double *suspect, *u; /* by place */
    double *history_suspect, *history_twin, *work, *gaps;
    size_t *cell; /* by place, SIZE_MAX: none */
};

static double value(const mg_sum *sum)
{
    return mg_sum_value(sum);
}

/* What all other partners file: all but `own` and, in the period, `now`. */
static mg_lookalike_others others_of(const struct judging *g, size_t k,
                                     const struct suspect_row *r, double own_suspect,
                                     double own_twin, double u)
{
    const struct twins *t = g->twins;
    const struct totals_row *row = r->row;
    const unsigned f = row->flow;
    const unsigned level = (unsigned)mg_hs_level(row->hs) / 2;
    const size_t hs = twins_find_hs(t, row->hs);
    const size_t at = twins_now_at(t, f, row->place, hs);
    const size_t j = t->world->number[row->partner];
    const struct twins_now *now = &t->now[at];

    return (mg_lookalike_others){
        .product_suspect =
            value(&g->sums->product[judging_product_at(t, 1, f, hs)]) - own_suspect,
        .basket_suspect = value(&g->sums->basket[1][f][level]) -
                          value(&t->baskets[twins_basket_at(t, 1, f, level, j)]),
        .product_twin =
            value(&g->sums->product[judging_product_at(t, 2 + k, f, hs)]) - own_twin,
        .basket_twin = value(&g->sums->basket[2 + k][f][level]) -
                       value(&t->baskets[twins_basket_at(t, 2 + k, f, level, j)]),
        .product_world = value(&g->sums->product[judging_product_at(t, 0, f, hs)]),
        .basket_world = value(&g->sums->basket[0][f][level]),
        .now_suspect = fmax(value(&now->suspect) - row->filed, 0),
        .now_twin = fmax(value(&t->items[k].now[at]) - (u > 0 ? u : 0), 0),
        .now_reporter = value(&row->reporter),
        .now_world = value(&now->world),
        .reporters = now->reporters > 0 ? now->reporters - 1 : 0,
        .with_suspect = now->with_suspect > 0 ? now->with_suspect - 1 : 0};
}

/* Other periods in which the partner files the flow, the nearest first. */
static size_t history_of(const struct twins *t, const struct totals_row *row,
                         struct workspace *ws)
{
    const struct totals_world *w = t->world;
    size_t n = 0;

    for (size_t d = 1; d < w->n_periods; d++)
        for (int later = 0; later < 2; later++) {
            if (later == 0 ? d > row->place : row->place + d >= w->n_periods)
                continue;
            size_t place = later == 0 ? row->place - d : row->place + d;
            if (!totals_reports(w, place, row->partner, row->flow))
                continue;
            ws->history_suspect[n] = ws->suspect[place];
            ws->history_twin[n++] = ws->u[place];
        }
    return n;
}

/* The twin's gaps with the partner at the row's level, the row's own left out. */
static double sigma_of(const struct twin *twin, const struct totals_row *row,
                       struct workspace *ws)
{
    const struct twins_gap *g = twin->gaps.items;
    const unsigned level = (unsigned)mg_hs_level(row->hs) / 2;
    size_t low = 0;
    size_t high = twin->gaps.n;
    size_t n = 0;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (g[middle].flow < row->flow ||
            (g[middle].flow == row->flow && g[middle].partner < row->partner))
            low = middle + 1;
        else
            high = middle;
    }
    for (;
         low < twin->gaps.n && g[low].flow == row->flow && g[low].partner == row->partner;
         low++)
        if (g[low].level == level && (g[low].hs != row->hs || g[low].place != row->place))
            ws->gaps[n++] = g[low].value;
    return mg_lookalike_sigma(n, ws->gaps, twin->usual, ws->gaps);
}

static mg_status weigh(const struct judging *g, size_t k, struct suspect_row *r,
                       double own_suspect, double own_twin, struct workspace *ws,
                       mg_error *err)
{
    const struct twin *twin = &g->twins->items[k];
    const struct twins_cell *cells = twin->cells.items;
    const struct totals_row *row = r->row;
    const size_t at = ws->cell[row->place];
    const uint8_t levels =
        twin->levels[row->flow * g->twins->world->n_periods + row->place];
    struct suspect_finding now = {.twin = twin->code};

    now.row =
        (mg_lookalike_row){.v = row->filed,
                           .u = at != SIZE_MAX ? cells[at].u : NAN,
                           .w = at != SIZE_MAX ? cells[at].w : NAN,
                           .margin = at != SIZE_MAX ? cells[at].margin : 0.06,
                           .sigma = sigma_of(twin, row, ws),
                           .imports = row->flow == TOTALS_X,
                           .twin_reports = (levels >> mg_hs_level(row->hs) / 2 & 1) != 0};
    const mg_lookalike_history history = {history_of(g->twins, row, ws),
                                          ws->history_suspect, ws->history_twin};
    const mg_lookalike_others others =
        others_of(g, k, r, own_suspect, own_twin, now.row.u);
    const double prior = mg_lookalike_prior((double)g->twins->rows, (double)twin->rows);
    mg_status status = mg_lookalike_weigh(&now.row, &history, &others, prior, ws->work,
                                          &now.finding, err);
    r->now = now;
    return status;
}

/* Of a floor in value, of another reporter than the twin, and of a year in which there
 * was such a country: a successor's rows are not its predecessor's. */
static bool looked_at(const struct judging *g, const struct suspect_row *r,
                      const struct twin *twin)
{
    const struct totals_world *w = g->twins->world;
    const uint32_t period = w->periods[r->row->place];
    const uint32_t year = mg_period_monthly(period) ? period / 100 : period;
    const mg_area *area = mg_ref_area(mg_session_ref(w->mirror->session), twin->code);

    return r->row->filed >= MG_LOOKALIKE_FLOOR && r->row->partner != twin->code &&
           (area == NULL || (year >= area->from_year && year <= area->to_year));
}

bool judging_marked(const mg_lookalike_finding *f)
{
    return f->posterior >= MG_LOOKALIKE_DOUBT;
}

/* What the partner files with the twin, by place; returns the sum. */
static double load_twin(const struct judging *g, size_t k, size_t key,
                        struct workspace *ws)
{
    const struct twin *twin = &g->twins->items[k];
    const struct twins_cell *cells = twin->cells.items;
    double sum = 0;
    size_t low = 0;
    size_t high = twin->cells.n;

    for (size_t p = 0; p < g->twins->world->n_periods; p++) {
        ws->u[p] = 0;
        ws->cell[p] = SIZE_MAX;
    }
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (cells[middle].key < key)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < twin->cells.n && cells[low].key == key; low++) {
        /* a code and a component of its name: the first stands */
        if (ws->cell[cells[low].place] != SIZE_MAX)
            continue;
        ws->cell[cells[low].place] = low;
        if (cells[low].u > 0) {
            ws->u[cells[low].place] = cells[low].u;
            sum += cells[low].u;
        }
    }
    return sum;
}

/* The rows of one partner, flow and code against one twin, in two passes: rows that the
 * first doubts do not vouch for each other in the second. */
static mg_status judge_key(const struct judging *g, size_t k, size_t key,
                           struct workspace *ws, mg_error *err)
{
    struct suspect_row *rows = g->rows + g->first[key];
    const size_t n = g->first[key + 1] - g->first[key];
    const double own_twin = load_twin(g, k, key, ws);
    const struct twin *twin = &g->twins->items[k];
    double own = 0;
    mg_status status = MG_OK;

    memset(ws->suspect, 0, g->twins->world->n_periods * sizeof *ws->suspect);
    for (size_t i = 0; i < n; i++) {
        ws->suspect[rows[i].row->place] += rows[i].row->filed;
        own += rows[i].row->filed;
    }
    for (int pass = 0; status == MG_OK && pass < 2; pass++) {
        for (size_t i = 0; status == MG_OK && i < n; i++)
            if (looked_at(g, &rows[i], twin))
                status = weigh(g, k, &rows[i], own, own_twin, ws, err);
        for (size_t i = 0; pass == 0 && i < n; i++)
            if (looked_at(g, &rows[i], twin) && judging_marked(&rows[i].now.finding))
                ws->suspect[rows[i].row->place] = NAN;
    }
    for (size_t i = 0; status == MG_OK && i < n; i++)
        if (looked_at(g, &rows[i], twin) &&
            (rows[i].best.twin == 0 ||
             rows[i].now.finding.posterior > rows[i].best.finding.posterior))
            rows[i].best = rows[i].now;
    return status;
}

static bool workspace_make(struct workspace *ws, size_t periods, size_t gaps)
{
    ws->suspect = mg_alloc(periods, sizeof *ws->suspect);
    ws->u = mg_alloc(periods, sizeof *ws->u);
    ws->history_suspect = mg_alloc(periods, sizeof *ws->history_suspect);
    ws->history_twin = mg_alloc(periods, sizeof *ws->history_twin);
    ws->work = mg_alloc(periods, sizeof *ws->work);
    ws->gaps = mg_alloc(gaps, sizeof *ws->gaps);
    ws->cell = mg_alloc(periods, sizeof *ws->cell);
    return ws->suspect != NULL && ws->u != NULL && ws->history_suspect != NULL &&
           ws->history_twin != NULL && ws->work != NULL && ws->gaps != NULL &&
           ws->cell != NULL;
}

static void workspace_free(struct workspace *ws)
{
    free(ws->suspect);
    free(ws->u);
    free(ws->history_suspect);
    free(ws->history_twin);
    free(ws->work);
    free(ws->gaps);
    free(ws->cell);
}

mg_status judging_run(const struct judging *g, mg_error *err)
{
    const struct twins *t = g->twins;
    mg_status status = MG_OK;
    mg_error first = {0};
    size_t gaps = 1;

    for (size_t k = 0; k < t->n; k++)
        gaps = t->items[k].gaps.n > gaps ? t->items[k].gaps.n : gaps;
#pragma omp parallel num_threads(mg_threads())
    {
        struct workspace ws = {0};
        bool made = workspace_make(&ws, t->world->n_periods, gaps);
#pragma omp for schedule(dynamic, 16)
        for (size_t key = 0; key < t->n_keys; key++) {
            mg_error here = {0};
            mg_status got = made ? mg_check_stop(t->world->talk, &here)
                                 : mg_fail(&here, MG_E_NOMEM, "cannot weigh rows");
            for (size_t k = 0; got == MG_OK && k < t->n; k++)
                if (t->items[k].there)
                    got = judge_key(g, k, key, &ws, &here);
            if (got != MG_OK) {
#pragma omp critical(mg_totals_fail)
                {
                    status = got;
                    first = here;
                }
            }
        }
        workspace_free(&ws);
    }
    if (status != MG_OK && err != NULL)
        *err = first;
    return status;
}
