/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mirrorgap/one_sided.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "mirrorgap/mem.h"
#include "mirrorgap/radix.h"
#include "score/logit.h"

enum { GROUPS = 6, FEATURES = 16 };

/* How strongly the share of a group is drawn to that of all, in cells. */
static const double drawn[GROUPS] = {1, 2, 2, 5, 5, 5};

/* One side: cells that are matched, or that this side alone filed. */
struct side {
    const mg_one_sided_cells *cells;
    uint8_t wanted;
    size_t n;
    size_t *row;            /* n: of the cells */
    uint8_t *y;             /* n: one-sided */
    float *x;               /* n * FEATURES */
    double *p;              /* n */
    double base;            /* share of all that is one-sided */
    uint32_t *count, *ones; /* by group and half */
    double *sum;            /* of sizes, by group */
};

/* Halves of the series, by a fixed hash: what a group shows is told from the half that
 * the cell is not in. Leaving out the cell alone would not do: in a large group the share
 * of the others then says little but whether the cell is one-sided. */
static size_t half_of(uint32_t series)
{
    uint32_t h = series * 2654435761U;

    return (h ^ h >> 15) >> 13 & 1;
}

static void side_release(struct side *s)
{
    free(s->row);
    free(s->y);
    free(s->x);
    free(s->p);
    free(s->count);
    free(s->ones);
    free(s->sum);
}

static mg_status side_init(struct side *s, const mg_one_sided_cells *c, uint8_t wanted,
                           mg_error *err)
{
    size_t ones = 0;

    *s = (struct side){.cells = c, .wanted = wanted};
    for (size_t i = 0; i < c->n; i++)
        s->n += c->status[i] == MG_CELL_MATCHED || c->status[i] == wanted;
    s->row = mg_alloc(s->n, sizeof *s->row);
    s->y = mg_alloc(s->n, sizeof *s->y);
    s->x = mg_alloc(s->n * FEATURES, sizeof *s->x);
    s->p = mg_alloc(s->n, sizeof *s->p);
    s->count = mg_alloc(c->n, 2 * sizeof *s->count);
    s->ones = mg_alloc(c->n, 2 * sizeof *s->ones);
    s->sum = mg_alloc(c->n, sizeof *s->sum);
    if (s->row == NULL || s->y == NULL || s->x == NULL || s->p == NULL ||
        s->count == NULL || s->ones == NULL || s->sum == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot weigh one-sided cells");
    s->n = 0;
    for (size_t i = 0; i < c->n; i++)
        if (c->status[i] == MG_CELL_MATCHED || c->status[i] == wanted) {
            s->row[s->n] = i;
            s->y[s->n++] = c->status[i] == wanted;
            ones += c->status[i] == wanted;
        }
    s->base = s->n > 0 ? ((double)ones + 0.5) / ((double)s->n + 1) : 0.5;
    return MG_OK;
}

static double log_odds(double share)
{
    return log(share / (1 - share));
}

static void sum_groups(struct side *s, const uint32_t *group, bool halves)
{
    memset(s->count, 0, s->cells->n * 2 * sizeof *s->count);
    memset(s->ones, 0, s->cells->n * 2 * sizeof *s->ones);
    memset(s->sum, 0, s->cells->n * sizeof *s->sum);
    for (size_t i = 0; i < s->n; i++) {
        size_t row = s->row[i];
        size_t at =
            (size_t)group[row] * 2 + (halves ? half_of(s->cells->series[row]) : 0);
        s->count[at]++;
        s->ones[at] += s->y[i];
        s->sum[group[row]] += s->cells->size[row];
    }
}

/* Log odds of a one-sided cell among the other periods of its series. */
static double odds_of_series(const struct side *s, size_t i, uint32_t g)
{
    double others = s->count[(size_t)g * 2] - 1.0;
    double ones = s->ones[(size_t)g * 2] - (double)s->y[i];

    return log_odds((ones + drawn[0] * s->base) / (others + drawn[0]));
}

/* The same among the other half of a group. */
static double odds_of_others(const struct side *s, size_t i, uint32_t g, double draw)
{
    size_t at = (size_t)g * 2 + 1 - half_of(s->cells->series[s->row[i]]);

    return log_odds((s->ones[at] + draw * s->base) / (s->count[at] + draw));
}

/* What the series says of itself: its share, its length, and its usual size. */
static void add_series(const struct side *s, size_t i, float *x)
{
    uint32_t g = s->cells->series[s->row[i]];
    double size = s->cells->size[s->row[i]];
    double others = s->count[(size_t)g * 2] - 1.0;
    double off = others > 0 ? size - (s->sum[g] - size) / others : 0;

    x[4] = (float)log1p(others);
    x[5] = x[3] * x[4];
    x[11] = (float)off;
    x[12] = (float)fabs(off);
}

/* How the cell `step` rows on stood, if it is the same flow one period on: one-sided 1,
 * matched -1; 0 where there is none. */
static double neighbour(const struct side *s, size_t i, int step)
{
    const mg_one_sided_cells *c = s->cells;
    const size_t k = step < 0 ? i - 1 : i + 1;

    if ((step < 0 && i == 0) || k >= s->n)
        return 0;
    const size_t row = s->row[i];
    const size_t other = s->row[k];
    if (c->series[row] != c->series[other] ||
        c->period[other] != c->period[row] + (uint32_t)step)
        return 0;
    return s->y[k] != 0 ? 1 : -1;
}

/* What happened just before and after tells more than other periods. */
static void add_neighbours(const struct side *s, size_t i, float *x)
{
    const double before = neighbour(s, i, -1);
    const double after = neighbour(s, i, 1);

    x[13] = (float)(before + after);
    x[14] = (float)(before * after);
    x[15] = x[13] * x[1] / 10;
}

static void make_features(struct side *s)
{
    const mg_one_sided_cells *c = s->cells;
    const uint32_t *const groups[GROUPS] = {c->series,   c->pair_period, c->pair,
                                            c->exporter, c->importer,    c->commodity};
    static const int place[GROUPS] = {3, 6, 7, 8, 9, 10};

    for (size_t i = 0; i < s->n; i++) {
        float *x = &s->x[i * FEATURES];
        x[0] = 1;
        x[1] = (float)c->size[s->row[i]];
        x[2] = x[1] * x[1] / 10;
        add_neighbours(s, i, x);
    }
    for (int k = 0; k < GROUPS; k++) {
        sum_groups(s, groups[k], k > 0);
        for (size_t i = 0; i < s->n; i++) {
            float *x = &s->x[i * FEATURES];
            uint32_t g = groups[k][s->row[i]];
            x[place[k]] = (float)(k == 0 ? odds_of_series(s, i, g)
                                         : odds_of_others(s, i, g, drawn[k]));
            if (k == 0)
                add_series(s, i, x);
        }
    }
}

/* p: how much of what the model expects is as unlikely as the cell. */
static mg_status rank_cells(const struct side *s, double *probability, double *p,
                            mg_error *err)
{
    mg_radix_item *items = mg_alloc(s->n, sizeof *items);
    mg_radix_item *spare = mg_alloc(s->n, sizeof *spare);
    double all = 0;
    double below = 0;
    mg_status status = MG_OK;

    if (items == NULL || spare == NULL || s->n > UINT32_MAX)
        status = mg_fail(err, MG_E_NOMEM, "cannot rank one-sided cells");
    for (size_t i = 0; status == MG_OK && i < s->n; i++) {
        items[i] = (mg_radix_item){mg_radix_number(s->p[i]), (uint32_t)i, 0};
        all += s->p[i];
    }
    if (status == MG_OK)
        mg_radix_sort(&items, &spare, s->n);
    for (size_t i = 0; status == MG_OK && i < s->n;) {
        size_t end = i;
        while (end < s->n && items[end].key == items[i].key)
            below += s->p[items[end++].index];
        for (; i < end; i++) {
            size_t cell = items[i].index;
            if (s->y[cell] == 0)
                continue;
            probability[s->row[cell]] = s->p[cell];
            p[s->row[cell]] = fmin(below / all, 1);
        }
    }
    free(items);
    free(spare);
    return status;
}

mg_status mg_one_sided(const mg_one_sided_cells *cells, double *probability, double *p,
                       mg_error *err)
{
    static const uint8_t sides[] = {MG_CELL_EXPORTER_ONLY, MG_CELL_IMPORTER_ONLY};
    mg_status status = MG_OK;

    for (size_t i = 0; i < cells->n; i++)
        probability[i] = p[i] = NAN;
    for (int k = 0; status == MG_OK && k < 2; k++) {
        struct side s;
        status = side_init(&s, cells, sides[k], err);
        if (status == MG_OK) {
            make_features(&s);
            status = logit_fit(s.n, FEATURES, s.x, s.y, s.p, err);
        }
        if (status == MG_OK)
            status = rank_cells(&s, probability, p, err);
        side_release(&s);
    }
    return status;
}
