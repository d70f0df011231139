/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From the relations of a table to its components, cut and uncut. */
#include <stdlib.h>

#include "mirrorgap/mem.h"
#include "ref/concordance_parts.h"

/* The graph of one step: nodes are the codes before, then those after. */
struct graph {
    struct code_list side[2];
    size_t n; /* nodes */
    uint32_t *parent;
    uint32_t *degree; /* edges of a node, before any cut */
    bool *cut;        /* an edge of the node was cut */
};

static int by_codes(const void *a, const void *b)
{
    const struct edge *x = a;
    const struct edge *y = b;

    if (x->before != y->before)
        return x->before < y->before ? -1 : 1;
    return (x->after > y->after) - (x->after < y->after);
}

static void sort_edges(struct step *step)
{
    size_t n = 0;

    if (step->n_edges > 0)
        qsort(step->edges, step->n_edges, sizeof *step->edges, by_codes);
    for (size_t i = 0; i < step->n_edges; i++)
        if (n == 0 || by_codes(&step->edges[n - 1], &step->edges[i]) != 0)
            step->edges[n++] = step->edges[i];
    step->n_edges = n;
}

static void graph_release(struct graph *g)
{
    free(g->side[0].items);
    free(g->side[1].items);
    free(g->parent);
    free(g->degree);
    free(g->cut);
}

static uint32_t node_before(const struct graph *g, uint32_t code)
{
    return (uint32_t)code_place(&g->side[0], code);
}

static uint32_t node_after(const struct graph *g, uint32_t code)
{
    return (uint32_t)(g->side[0].n + code_place(&g->side[1], code));
}

/* `also`: codes of both sides beyond those of edges, or NULL. */
static mg_status graph_make(struct graph *g, const struct step *step,
                            const struct code_list *const also[2], mg_error *err)
{
    mg_status status = MG_OK;

    *g = (struct graph){0};
    for (size_t i = 0; status == MG_OK && i < step->n_edges; i++) {
        status = code_add(&g->side[0], step->edges[i].before, err);
        if (status == MG_OK)
            status = code_add(&g->side[1], step->edges[i].after, err);
    }
    for (int side = 0; side < 2; side++) {
        for (size_t i = 0; status == MG_OK && also != NULL && i < also[side]->n; i++)
            status = code_add(&g->side[side], also[side]->items[i], err);
        sort_codes(&g->side[side]);
    }
    if (status != MG_OK)
        return status;
    g->n = g->side[0].n + g->side[1].n;
    g->parent = mg_alloc(g->n, sizeof *g->parent);
    g->degree = mg_alloc_zero(g->n, sizeof *g->degree);
    g->cut = mg_alloc_zero(g->n, sizeof *g->cut);
    if (g->parent == NULL || g->degree == NULL || g->cut == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot hold a correlation graph");
    for (uint32_t i = 0; i < g->n; i++)
        g->parent[i] = i;
    for (size_t i = 0; i < step->n_edges; i++) {
        g->degree[node_before(g, step->edges[i].before)]++;
        g->degree[node_after(g, step->edges[i].after)]++;
    }
    return MG_OK;
}

static uint32_t packed(const char *code)
{
    uint32_t hs = 0;

    (void)mg_hs_pack((mg_cell){code, strlen(code)}, &hs);
    return hs;
}

static bool touches_8549(const struct edge *e)
{
    const uint32_t waste = packed("8549");
    return mg_hs_cut(e->before, 4) == waste || mg_hs_cut(e->after, 4) == waste;
}

static bool is_cut(const struct edge *e, uint32_t degree_before, uint32_t degree_after)
{
    if (mg_hs_cut(e->before, 4) == mg_hs_cut(e->after, 4))
        return false;
    return touches_8549(e) || degree_before != 1 || degree_after != 1;
}

static void join_kept(struct graph *g, const struct step *step)
{
    for (size_t i = 0; i < step->n_edges; i++) {
        const struct edge *e = &step->edges[i];
        uint32_t b = node_before(g, e->before);
        uint32_t a = node_after(g, e->after);
        if (is_cut(e, g->degree[b], g->degree[a]))
            g->cut[b] = g->cut[a] = true;
        else
            set_join(g->parent, b, a);
    }
}

/* Nodes in the order of their components, nodes of one by number; start[c] is the
 * first one of component c, *n_components of them. */
static mg_status group(struct graph *g, uint32_t **nodes, uint32_t **start,
                       size_t *n_components, mg_error *err)
{
    uint32_t *at = mg_alloc_zero(g->n + 1, sizeof *at);
    size_t n = 0;

    *nodes = mg_alloc(g->n, sizeof **nodes);
    *start = mg_alloc(g->n + 1, sizeof **start);
    if (at == NULL || *nodes == NULL || *start == NULL) {
        free(at);
        return mg_fail(err, MG_E_NOMEM, "cannot hold a correlation graph");
    }
    for (uint32_t i = 0; i < g->n; i++)
        at[set_find(g->parent, i) + 1]++;
    for (size_t i = 0; i < g->n; i++) {
        if (at[i + 1] > 0)
            (*start)[n++] = at[i];
        at[i + 1] += at[i];
    }
    (*start)[n] = (uint32_t)g->n;
    for (uint32_t i = 0; i < g->n; i++)
        (*nodes)[at[set_find(g->parent, i)]++] = i;
    free(at);
    *n_components = n;
    return MG_OK;
}

/* One component as a part, unless it is one code that stays what it was. */
static mg_status keep_part(const struct graph *g, struct step *step,
                           const uint32_t *nodes, size_t n, mg_error *err)
{
    struct code_list both[2] = {{0}};
    bool cut = false;
    mg_status status = MG_OK;

    for (size_t i = 0; status == MG_OK && i < n; i++) {
        bool after = nodes[i] >= g->side[0].n;
        const struct code_list *side = &g->side[after ? 1 : 0];
        cut |= g->cut[nodes[i]];
        status = code_add(&both[after ? 1 : 0],
                          side->items[nodes[i] - (after ? g->side[0].n : 0)], err);
    }
    bool same = both[0].n == 1 && both[1].n == 1 && both[0].items[0] == both[1].items[0];
    if (status == MG_OK && (cut || !same))
        status = part_add(step, &both[0], &both[1], cut, err);
    free(both[0].items);
    free(both[1].items);
    return status;
}

static mg_status cut_step(struct step *step, const struct code_list *const also[2],
                          mg_error *err)
{
    struct graph g;
    uint32_t *nodes = NULL;
    uint32_t *start = NULL;
    size_t n = 0;
    mg_status status = graph_make(&g, step, also, err);

    if (status == MG_OK) {
        join_kept(&g, step);
        status = group(&g, &nodes, &start, &n, err);
    }
    for (size_t c = 0; status == MG_OK && c < n; c++)
        status = keep_part(&g, step, nodes + start[c], start[c + 1] - start[c], err);
    free(nodes);
    free(start);
    graph_release(&g);
    return status;
}

/* Adds what one side of the relations says of the codes of an edition. Chapters 98
 * and 99 are no part of the HS: what tables say of them is no complete list. */
static mg_status add_known(struct code_list *known, const struct step *step, bool after,
                           mg_error *err)
{
    const uint32_t national = packed("980000");
    mg_status status = MG_OK;

    for (size_t i = 0; status == MG_OK && i < step->n_edges; i++) {
        uint32_t code = after ? step->edges[i].after : step->edges[i].before;
        if (code < national)
            status = code_add(known, code, err);
    }
    sort_codes(known);
    return status;
}

mg_status steps_cut(struct steps *steps, mg_error *err)
{
    static const struct code_list none;
    struct code_list known[EDITIONS] = {{0}};
    mg_status status = MG_OK;

    for (unsigned from = MG_EDITION_H0; from < EDITIONS; from++)
        for (unsigned to = from + 1; to < EDITIONS; to++)
            sort_edges(&steps->between[from][to]);
    for (unsigned e = MG_EDITION_H0; status == MG_OK && e < MG_EDITION_H6; e++) {
        status = add_known(&known[e], &steps->between[e][e + 1], false, err);
        if (status == MG_OK)
            status = add_known(&known[e + 1], &steps->between[e][e + 1], true, err);
    }
    for (unsigned from = MG_EDITION_H0; from < EDITIONS; from++)
        for (unsigned to = from + 1; status == MG_OK && to < EDITIONS; to++) {
            struct step *step = &steps->between[from][to];
            bool next = to == from + 1;
            const struct code_list *also[2] = {next ? &known[from] : &none,
                                               next ? &known[to] : &none};
            if (step->given && !step->own)
                status = cut_step(step, also, err);
        }
    for (unsigned e = 0; e < EDITIONS; e++)
        free(known[e].items);
    return status;
}

mg_status step_count(struct step *step, bool leave_out_8549, struct step_counts *counts,
                     mg_error *err)
{
    struct graph g;
    uint32_t *nodes = NULL;
    uint32_t *start = NULL;
    size_t n = 0;

    *counts = (struct step_counts){0};
    sort_edges(step);
    if (leave_out_8549) {
        size_t kept = 0;
        for (size_t i = 0; i < step->n_edges; i++)
            if (!touches_8549(&step->edges[i]))
                step->edges[kept++] = step->edges[i];
        step->n_edges = kept;
    }
    mg_status status = graph_make(&g, step, NULL, err);
    for (size_t i = 0; status == MG_OK && i < step->n_edges; i++)
        set_join(g.parent, node_before(&g, step->edges[i].before),
                 node_after(&g, step->edges[i].after));
    if (status == MG_OK)
        status = group(&g, &nodes, &start, &n, err);
    for (size_t c = 0; status == MG_OK && c < n; c++) {
        size_t size = start[c + 1] - start[c];
        counts->components++;
        counts->one_to_one += size == 2;
        counts->largest = size > counts->largest ? size : counts->largest;
    }
    free(nodes);
    free(start);
    graph_release(&g);
    return status;
}
