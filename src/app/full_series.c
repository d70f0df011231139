/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Flows whose gap changed its level for a while, or for good. */
#include <math.h>
#include <stdlib.h>

#include "app/full.h"
#include "mirrorgap/changes.h"
#include "mirrorgap/mem.h"
#include "mirrorgap/seasonal.h"

static const double surprising = 0.05; /* p of a level that is worth a word */
static const double least = 0.01;      /* ln: two rounded figures agree no better */

/* The figures of one flow. */
struct flow {
    size_t n;
    uint32_t cell[MG_CHANGES_MOST];
    uint8_t month[MG_CHANGES_MOST];
    double time[MG_CHANGES_MOST], y[MG_CHANGES_MOST], season[MG_CHANGES_MOST];
    uint16_t start[MG_CHANGES_MOST];
};

static void take_flow(const struct full *f, size_t from, size_t to, struct flow *flow)
{
    for (size_t i = from; i < to && flow->n < MG_CHANGES_MOST; i++) {
        const uint32_t period = f->mirror->periods[f->cells[i].period];
        const bool monthly = mg_period_monthly(period);
        if (isnan(f->value[i].z))
            continue;
        flow->cell[flow->n] = (uint32_t)i;
        flow->month[flow->n] = (uint8_t)(monthly ? period % 100 : 1);
        flow->time[flow->n] =
            monthly ? (double)(period / 100 * 12 + period % 100) : period;
        flow->y[flow->n++] = full_beyond_everyone(f, i);
    }
}

/* The longest stretch is the flow's ordinary level; the others are judged. */
static void judge_flow(struct full *f, struct flow *flow)
{
    mg_seasonal(flow->n, flow->month, flow->time, flow->y, flow->season);
    for (size_t i = 0; i < flow->n; i++)
        flow->y[i] -= flow->season[i];
    const size_t segments = mg_changes_pelt(flow->n, flow->y, least, flow->start);
    const double within =
        fmax(mg_changes_deviation(flow->n, flow->y, flow->start, segments), least);
    size_t longest = 0;
    size_t most = 0;

    for (size_t i = 0; i < flow->n; i++) {
        f->p_series[flow->cell[i]] = 1;
        f->within[flow->cell[i]] = within;
    }
    for (size_t s = 0; s < segments; s++) {
        const size_t end = s + 1 < segments ? flow->start[s + 1] : flow->n;
        if (end - flow->start[s] > most) {
            most = end - flow->start[s];
            longest = s;
        }
    }
    for (size_t s = 0; s < segments; s++) {
        const size_t end = s + 1 < segments ? flow->start[s + 1] : flow->n;
        double shift;
        if (s == longest)
            continue;
        const double p =
            mg_changes_p(flow->n, flow->y, least, flow->start[s], end, &shift);
        for (size_t i = flow->start[s]; i < end; i++) {
            f->p_series[flow->cell[i]] = p;
            if (p <= surprising)
                f->since[flow->cell[i]] = f->cells[flow->cell[flow->start[s]]].period;
        }
    }
}

mg_status full_series(struct full *f, mg_error *err)
{
    struct flow *flow = mg_alloc(1, sizeof *flow);

    f->p_series = mg_alloc(f->n, sizeof *f->p_series);
    f->within = mg_alloc(f->n, sizeof *f->within);
    f->since = mg_alloc(f->n, sizeof *f->since);
    if (flow == NULL || f->p_series == NULL || f->within == NULL || f->since == NULL) {
        free(flow);
        return mg_fail(err, MG_E_NOMEM, "cannot look at flows over time");
    }
    for (size_t i = 0; i < f->n; i++) {
        f->p_series[i] = f->within[i] = NAN;
        f->since[i] = UINT32_MAX;
    }
    for (size_t from = 0; from < f->n;) {
        size_t to = from + 1;
        while (to < f->n && full_same_series(&f->cells[from], &f->cells[to]))
            to++;
        flow->n = 0;
        if (to - from >= FULL_SHORTEST_FLOW)
            take_flow(f, from, to, flow);
        if (flow->n >= FULL_SHORTEST_FLOW)
            judge_flow(f, flow);
        from = to;
    }
    free(flow);
    return MG_OK;
}
