/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mirrorgap/isolation.h"

#include <math.h>
#include <stdlib.h>

#include "mirrorgap/mem.h"
#include "mirrorgap/threads.h"

enum { NODES = 2 * MG_ISOLATION_SAMPLE, LEAF = -1 };

struct node {
    double split;
    double path; /* of a leaf: what rows that are not set apart yet would need */
    int16_t feature, low, high;
};

struct tree {
    struct node nodes[NODES];
    uint32_t rows[MG_ISOLATION_SAMPLE];
    int n_nodes;
    uint64_t draws;
};

struct forest {
    const double *features;
    size_t n, width, sample;
    int depth;
    struct tree *trees;
};

/* splitmix64 (Steele, Lea, Flood 2014). */
static uint64_t draw(uint64_t *state)
{
    uint64_t x = *state += 0x9e3779b97f4a7c15U;

    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9U;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebU;
    return x ^ (x >> 31);
}

static double draw_uniform(uint64_t *state)
{
    return ((double)(draw(state) >> 11) + 0.5) * 0x1p-53;
}

/* Mean path of an unsuccessful search in a tree of m. */
static double usual_path(size_t m)
{
    static const double euler = 0.57721566490153286061;
    double last = (double)m - 1;

    return m > 2 ? 2 * (log(last) + euler) - 2 * last / (double)m : m == 2 ? 1 : 0;
}

/* Floyd's: each row at most once. */
static void take_sample(const struct forest *f, struct tree *t)
{
    for (size_t i = 0; i < f->sample; i++) {
        size_t most = f->n - f->sample + i;
        uint32_t row = (uint32_t)(draw(&t->draws) % (most + 1));
        for (size_t k = 0; k < i; k++)
            if (t->rows[k] == row)
                row = (uint32_t)most;
        t->rows[i] = row;
    }
}

static double value_of(const struct forest *f, uint32_t row, size_t feature)
{
    return f->features[row * f->width + feature];
}

/* A feature that the rows differ in, and where to cut it; LEAF: there is none. */
static int choose_cut(const struct forest *f, struct tree *t, size_t from, size_t n,
                      double *split)
{
    double low[MG_ISOLATION_WIDTH];
    double high[MG_ISOLATION_WIDTH];
    int differ[MG_ISOLATION_WIDTH];
    size_t n_differ = 0;

    for (size_t k = 0; k < f->width; k++) {
        low[k] = high[k] = value_of(f, t->rows[from], k);
        for (size_t i = from + 1; i < from + n; i++) {
            double v = value_of(f, t->rows[i], k);
            low[k] = v < low[k] ? v : low[k];
            high[k] = v > high[k] ? v : high[k];
        }
        if (low[k] < high[k])
            differ[n_differ++] = (int)k;
    }
    if (n_differ == 0)
        return LEAF;
    int k = differ[draw(&t->draws) % n_differ];
    *split = low[k] + (high[k] - low[k]) * draw_uniform(&t->draws);
    return k;
}

/* Rows below the split first; returns how many. */
static size_t part(const struct forest *f, struct tree *t, size_t from, size_t n,
                   int feature, double split)
{
    size_t below = from;

    for (size_t i = from; i < from + n; i++)
        if (value_of(f, t->rows[i], (size_t)feature) < split) {
            uint32_t row = t->rows[i];
            t->rows[i] = t->rows[below];
            t->rows[below++] = row;
        }
    return below - from;
}

/* Nodes that wait to be made: no recursion. */
struct waiting {
    size_t from, n;
    int depth;
    int16_t node;
};

static void grow(const struct forest *f, struct tree *t)
{
    struct waiting stack[MG_ISOLATION_SAMPLE];
    size_t n_stack = 1;

    take_sample(f, t);
    t->n_nodes = 1;
    stack[0] = (struct waiting){0, f->sample, 0, 0};
    while (n_stack > 0) {
        struct waiting w = stack[--n_stack];
        struct node *node = &t->nodes[w.node];
        int feature = LEAF;
        if (w.n > 1 && w.depth < f->depth)
            feature = choose_cut(f, t, w.from, w.n, &node->split);
        node->feature = (int16_t)feature;
        node->path = w.depth + usual_path(w.n);
        if (feature == LEAF)
            continue;
        size_t low = part(f, t, w.from, w.n, feature, node->split);
        node->low = (int16_t)t->n_nodes++;
        node->high = (int16_t)t->n_nodes++;
        stack[n_stack++] = (struct waiting){w.from, low, w.depth + 1, node->low};
        stack[n_stack++] =
            (struct waiting){w.from + low, w.n - low, w.depth + 1, node->high};
    }
}

static double path_of(const struct tree *t, const double *row)
{
    const struct node *node = &t->nodes[0];

    while (node->feature != LEAF)
        node = &t->nodes[row[node->feature] < node->split ? node->low : node->high];
    return node->path;
}

static void score_rows(const struct forest *f, double *score)
{
    const double usual = usual_path(f->sample);

#pragma omp parallel for schedule(static) num_threads(mg_threads())
    for (size_t i = 0; i < f->n; i++) {
        double sum = 0;
        for (int t = 0; t < MG_ISOLATION_TREES; t++)
            sum += path_of(&f->trees[t], f->features + i * f->width);
        score[i] = exp2(-sum / MG_ISOLATION_TREES / usual);
    }
}

mg_status mg_isolation_forest(size_t n, size_t width, const double *features,
                              uint64_t seed, double *score, mg_error *err)
{
    struct forest f = {.features = features, .n = n, .width = width};

    if (width < 1 || width > MG_ISOLATION_WIDTH)
        return mg_fail(err, MG_E_RANGE, "an isolation forest of %zu features", width);
    if (n < 2) {
        for (size_t i = 0; i < n; i++)
            score[i] = 0.5;
        return MG_OK;
    }
    f.sample = n < MG_ISOLATION_SAMPLE ? n : (size_t)MG_ISOLATION_SAMPLE;
    f.depth = (int)ceil(log2((double)f.sample));
    f.trees = mg_alloc(MG_ISOLATION_TREES, sizeof *f.trees);
    if (f.trees == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot grow an isolation forest");
#pragma omp parallel for schedule(dynamic, 1) num_threads(mg_threads())
    for (int t = 0; t < MG_ISOLATION_TREES; t++) {
        uint64_t state = seed + (uint64_t)t;
        f.trees[t].draws = draw(&state) ^ seed;
        grow(&f, &f.trees[t]);
    }
    score_rows(&f, score);
    free(f.trees);
    return MG_OK;
}
