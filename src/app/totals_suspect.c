/* SPDX-License-Identifier: GPL-3.0-or-later */
/* totals: which rows of the country may be trade of a look-alike. */
#include <stdlib.h>
#include <string.h>

#include "app/filter.h"
#include "app/totals_evidence.h"
#include "app/totals_twins.h"
#include "mirrorgap/mem.h"
#include "mirrorgap/threads.h"

/* Sums over all periods and partners, that evidence is told from. */
struct sums {
    mg_sum *product; /* [world, suspect, twins][flow][hs] */
    mg_sum basket[2 + TWINS_MOST][TOTALS_FLOWS][TWINS_LEVELS];
};

struct judging {
    struct twins *twins;
    const struct sums *sums;
    struct suspect_row *rows; /* by key, then place */
    size_t *first;            /* of each key; one more at the end */
};

/* What a thread works with; all have room for a value a period, `gaps` for all gaps. */
struct workspace {
    double *suspect, *u; /* by place */
    double *history_suspect, *history_twin, *work, *gaps;
    size_t *cell; /* by place, SIZE_MAX: none */
};

static size_t product_at(const struct twins *t, size_t kind, unsigned flow, size_t hs)
{
    return (kind * TOTALS_FLOWS + flow) * t->n_hs + hs;
}

static mg_status sum_products(const struct twins *t, struct sums *s, mg_error *err)
{
    const struct totals_world *w = t->world;

    s->product = mg_alloc_zero((2 + t->n) * TOTALS_FLOWS * t->n_hs, sizeof *s->product);
    if (s->product == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot weigh rows");
    for (unsigned f = 0; f < TOTALS_FLOWS; f++)
        for (size_t place = 0; place < w->n_periods; place++)
            for (size_t hs = 0; hs < t->n_hs; hs++) {
                size_t at = twins_now_at(t, f, place, hs);
                mg_sum_merge(&s->product[product_at(t, 0, f, hs)], &t->now[at].world);
                mg_sum_merge(&s->product[product_at(t, 1, f, hs)], &t->now[at].suspect);
                for (size_t k = 0; k < t->n; k++)
                    mg_sum_merge(&s->product[product_at(t, 2 + k, f, hs)],
                                 &t->items[k].now[at]);
            }
    for (size_t kind = 0; kind < 2 + t->n; kind++)
        for (unsigned f = 0; f < TOTALS_FLOWS; f++)
            for (unsigned l = 0; l < TWINS_LEVELS; l++)
                for (size_t j = 0; j < w->n_codes; j++)
                    mg_sum_merge(&s->basket[kind][f][l],
                                 &t->baskets[twins_basket_at(t, kind, f, l, j)]);
    return MG_OK;
}

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
            value(&g->sums->product[product_at(t, 1, f, hs)]) - own_suspect,
        .basket_suspect = value(&g->sums->basket[1][f][level]) -
                          value(&t->baskets[twins_basket_at(t, 1, f, level, j)]),
        .product_twin = value(&g->sums->product[product_at(t, 2 + k, f, hs)]) - own_twin,
        .basket_twin = value(&g->sums->basket[2 + k][f][level]) -
                       value(&t->baskets[twins_basket_at(t, 2 + k, f, level, j)]),
        .product_world = value(&g->sums->product[product_at(t, 0, f, hs)]),
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
    mg_status status = mg_lookalike_weigh(&now.row, &history, &others, MG_LOOKALIKE_PRIOR,
                                          ws->work, &now.finding, err);
    r->now = now;
    return status;
}

static bool looked_at(const struct suspect_row *r, const struct twin *twin)
{
    return r->row->filed >= MG_LOOKALIKE_FLOOR && r->row->partner != twin->code;
}

static bool marked(const mg_lookalike_finding *f)
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
            if (looked_at(&rows[i], twin))
                status = weigh(g, k, &rows[i], own, own_twin, ws, err);
        for (size_t i = 0; pass == 0 && i < n; i++)
            if (looked_at(&rows[i], twin) && marked(&rows[i].now.finding))
                ws->suspect[rows[i].row->place] = NAN;
    }
    for (size_t i = 0; status == MG_OK && i < n; i++)
        if (looked_at(&rows[i], twin) &&
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

static mg_status judge_all(const struct judging *g, mg_error *err)
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

static int by_key(const void *a, const void *b)
{
    const struct totals_row *x = ((const struct suspect_row *)a)->row;
    const struct totals_row *y = ((const struct suspect_row *)b)->row;

    if (x->flow != y->flow)
        return x->flow < y->flow ? -1 : 1;
    if (x->partner != y->partner)
        return x->partner < y->partner ? -1 : 1;
    if (x->hs != y->hs)
        return x->hs < y->hs ? -1 : 1;
    if (x->place != y->place)
        return x->place < y->place ? -1 : 1;
    return (x->filed > y->filed) - (x->filed < y->filed);
}

static mg_status order_rows(struct judging *g, mg_error *err)
{
    const struct twins *t = g->twins;
    struct totals_row *rows = t->world->rows.items;
    const size_t n = t->world->rows.n;
    size_t key = 0;

    g->rows = mg_alloc_zero(n, sizeof *g->rows);
    g->first = mg_alloc_zero(t->n_keys + 1, sizeof *g->first);
    if (g->rows == NULL || g->first == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot weigh %zu rows", n);
    for (size_t i = 0; i < n; i++)
        g->rows[i].row = &rows[i];
    qsort(g->rows, n, sizeof *g->rows, by_key);
    for (size_t i = 0; i < n; i++)
        if (i > 0 && (g->rows[i].row->flow != g->rows[i - 1].row->flow ||
                      g->rows[i].row->partner != g->rows[i - 1].row->partner ||
                      g->rows[i].row->hs != g->rows[i - 1].row->hs))
            g->first[++key] = i;
    g->first[t->n_keys] = n;
    return MG_OK;
}

static int part_order(const void *a, const void *b)
{
    const struct totals_part *x = a;
    const struct totals_part *y = b;

    if (x->place != y->place)
        return x->place < y->place ? -1 : 1;
    if (x->flow != y->flow)
        return x->flow < y->flow ? -1 : 1;
    if (x->partner != y->partner)
        return x->partner < y->partner ? -1 : 1;
    return (x->hs2 > y->hs2) - (x->hs2 < y->hs2);
}

/* Marked rows, made FOB, in the parts that they are in: whole, as a lower end that is
 * passed once in 20 cannot hold a row that is another's once in 5. */
static void mark_parts(const struct judging *g, struct totals_world *w,
                       const mg_filter *printed, struct totals_suspects *found)
{
    if (w->parts.n > 1)
        qsort(w->parts.items, w->parts.n, w->parts.size, part_order);
    for (size_t i = 0; i < w->rows.n; i++) {
        struct suspect_row *r = &g->rows[i];
        const struct totals_row *row = r->row;
        const struct totals_part key = {
            .place = row->place,
            .hs2 = mg_hs_level(row->hs) >= 2 ? mg_hs_cut(row->hs, 2) : 0,
            .partner = row->partner,
            .flow = row->flow};
        if (r->best.twin == 0)
            continue;
        found->rows++;
        if (!marked(&r->best.finding))
            continue;
        r->suspect_usd = row->fob;
        struct totals_part *part =
            bsearch(&key, w->parts.items, w->parts.n, w->parts.size, part_order);
        if (part == NULL)
            continue;
        part->suspect += r->suspect_usd;
        part->suspect_of = r->best.twin;
        if (filter_period(printed, w->periods[row->place]))
            ++*(r->best.finding.verdict == MG_LOOKALIKE_IS_SWAP ? &found->swaps
                                                                : &found->doubtful);
    }
}

/* What partners usually file is told without marked rows: a row that is filed once and
 * under the wrong name makes no main partner. */
static void leave_out(struct totals_world *w)
{
    const struct totals_part *parts = w->parts.items;

    for (unsigned flow = 0; flow < TOTALS_FLOWS; flow++) {
        size_t n;
        struct totals_sum *sums = totals_sums(w, flow, w->country, &n);
        size_t at = 0;
        for (size_t i = 0; i < w->parts.n; i++) {
            if (parts[i].flow != flow || !(parts[i].suspect > 0))
                continue;
            while (at < n && (sums[at].place < parts[i].place ||
                              (sums[at].place == parts[i].place &&
                               sums[at].partner < parts[i].partner)))
                at++;
            if (at < n && sums[at].place == parts[i].place &&
                sums[at].partner == parts[i].partner)
                sums[at].usd = fmax(sums[at].usd - parts[i].suspect, 0);
        }
    }
}

static void tell(const struct twins *t)
{
    for (size_t k = 0; k < t->n; k++)
        if (!t->items[k].there)
            mg_say(t->world->talk, MG_SAY_DETAIL,
                   "nothing is held of the look-alike %u: no row is judged against it",
                   (unsigned)t->items[k].code);
}

mg_status totals_suspect(struct totals_world *w, const mg_filter *printed,
                         mg_output *evidence, struct totals_suspects *found,
                         mg_error *err)
{
    struct twins twins;
    struct sums sums = {0};
    struct judging g = {.twins = &twins, .sums = &sums};
    mg_status status = twins_gather(&twins, w, err);

    *found = (struct totals_suspects){.twins = twins.n};
    if (status == MG_OK && twins.n > 0) {
        tell(&twins);
        status = sum_products(&twins, &sums, err);
        if (status == MG_OK)
            status = order_rows(&g, err);
        if (status == MG_OK)
            status = judge_all(&g, err);
        if (status == MG_OK) {
            mark_parts(&g, w, printed, found);
            leave_out(w);
        }
    }
    if (status == MG_OK && evidence != NULL)
        status = evidence_print(w, g.rows, twins.n > 0 ? w->rows.n : 0, printed, evidence,
                                err);
    free(g.rows);
    free(g.first);
    free(sums.product);
    twins_release(&twins);
    return status;
}
