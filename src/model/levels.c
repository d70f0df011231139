/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/levels.h"

#include <stdlib.h>

#include "mirrorgap/mem.h"

enum { PART_ROWS = 1 << 14 };

static void index_rows(struct levels *by, size_t n_rows, const uint32_t *level)
{
    for (size_t r = 0; r < n_rows; r++)
        by->start[level[r] + 1]++;
    for (uint32_t l = 0; l < by->n; l++)
        by->start[l + 1] += by->start[l];
    /* start[l] runs to the end of level l, which is where level l + 1 starts */
    for (size_t r = 0; r < n_rows; r++)
        by->rows[by->start[level[r]]++] = (uint32_t)r;
    for (uint32_t l = by->n; l > 0; l--)
        by->start[l] = by->start[l - 1];
    by->start[0] = 0;
}

static void cut_parts(struct levels *by)
{
    for (uint32_t l = 0; l < by->n; l++)
        for (size_t from = by->start[l]; from < by->start[l + 1]; from += PART_ROWS) {
            size_t to = by->start[l + 1];
            if (to - from > PART_ROWS)
                to = from + PART_ROWS;
            by->parts[by->n_parts++] = (struct level_part){from, to, l};
        }
}

mg_status levels_build(struct levels *by, size_t n_rows, const uint32_t *level,
                       uint32_t n, mg_error *err)
{
    *by = (struct levels){.n = n};
    if (n_rows > UINT32_MAX)
        return mg_fail(err, MG_E_RANGE, "%zu rows are too many to fit", n_rows);
    for (size_t r = 0; r < n_rows; r++)
        if (level[r] >= n)
            return mg_fail(err, MG_E_RANGE, "row %zu has level %lu of %lu", r,
                           (unsigned long)level[r], (unsigned long)n);
    by->rows = mg_alloc(n_rows, sizeof *by->rows);
    by->start = mg_alloc_zero((size_t)n + 1, sizeof *by->start);
    by->parts = mg_alloc((size_t)n + n_rows / PART_ROWS, sizeof *by->parts);
    if (by->rows == NULL || by->start == NULL || by->parts == NULL) {
        levels_release(by);
        return mg_fail(err, MG_E_NOMEM, "cannot index %zu rows", n_rows);
    }
    index_rows(by, n_rows, level);
    cut_parts(by);
    return MG_OK;
}

void levels_release(struct levels *by)
{
    free(by->rows);
    free(by->start);
    free(by->parts);
    *by = (struct levels){0};
}

/* The root of i; halves the way there. */
static uint32_t find(uint32_t *parent, uint32_t i)
{
    while (parent[i] != i) {
        parent[i] = parent[parent[i]];
        i = parent[i];
    }
    return i;
}

/* Joins the two ends of each row; marks levels that have rows. */
static void join_rows(const struct level_graph *g, uint32_t *parent, uint32_t *of_a,
                      uint32_t *of_b)
{
    for (size_t r = 0; r < g->n_rows; r++) {
        if (g->weight != NULL && !(g->weight[r] > 0))
            continue;
        of_a[g->a[r]] = of_b[g->b[r]] = 0;
        uint32_t x = find(parent, g->a[r]);
        uint32_t y = find(parent, g->n_a + g->b[r]);
        parent[x > y ? x : y] = x < y ? x : y;
    }
}

mg_status levels_components(const struct level_graph *graph, uint32_t *of_a,
                            uint32_t *of_b, uint32_t *components, mg_error *err)
{
    size_t n = (size_t)graph->n_a + graph->n_b;
    uint32_t *parent = n < UINT32_MAX ? mg_alloc(n, 2 * sizeof *parent) : NULL;

    if (parent == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot join %zu levels", n);
    uint32_t *number = parent + n;
    for (size_t i = 0; i < n; i++) {
        parent[i] = (uint32_t)i;
        number[i] = UINT32_MAX;
    }
    for (uint32_t i = 0; i < graph->n_a; i++)
        of_a[i] = UINT32_MAX;
    for (uint32_t i = 0; i < graph->n_b; i++)
        of_b[i] = UINT32_MAX;
    join_rows(graph, parent, of_a, of_b);
    *components = 0;
    for (uint32_t i = 0; i < graph->n_a; i++)
        if (of_a[i] == 0) {
            uint32_t root = find(parent, i);
            if (number[root] == UINT32_MAX)
                number[root] = (*components)++;
            of_a[i] = number[root];
        }
    for (uint32_t i = 0; i < graph->n_b; i++)
        if (of_b[i] == 0)
            of_b[i] = number[find(parent, graph->n_a + i)];
    free(parent);
    return MG_OK;
}
