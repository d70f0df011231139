/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mirrorgap/ranking.h"

#include <math.h>
#include <stdlib.h>

#include "mirrorgap/mem.h"

struct item {
    double score;
    uint32_t index;
};

static int by_score(const void *a, const void *b)
{
    const struct item *p = a;
    const struct item *q = b;

    if (isnan(p->score) != isnan(q->score))
        return isnan(p->score) ? 1 : -1;
    if (!isnan(p->score) && p->score != q->score)
        return p->score > q->score ? -1 : 1;
    return (p->index > q->index) - (p->index < q->index);
}

mg_status mg_ranking_order(size_t n, const double *score, uint32_t *order, mg_error *err)
{
    struct item *items = mg_alloc(n, sizeof *items);

    if (items == NULL || n >= UINT32_MAX) {
        free(items);
        return mg_fail(err, MG_E_NOMEM, "cannot rank %zu rows", n);
    }
    for (size_t i = 0; i < n; i++)
        items[i] = (struct item){score[i], (uint32_t)i};
    if (n > 0)
        qsort(items, n, sizeof *items, by_score);
    for (size_t i = 0; i < n; i++)
        order[i] = items[i].index;
    free(items);
    return MG_OK;
}

/* Where the tie that begins at order[from] ends. */
static size_t tie_end(size_t n, const double *score, const uint32_t *order, size_t from)
{
    const double first = score[order[from]];
    size_t end = from + 1;

    while (end < n &&
           (score[order[end]] == first || (isnan(first) && isnan(score[order[end]]))))
        end++;
    return end;
}

/* A tie: `size` items, `hits` of them relevant, after `before` items with `above`
 * relevant ones. */
struct tie {
    double size, hits, before, above;
};

/* Sum over the tie's relevant items of the expected precision at their place: place j
 * holds a relevant item with probability hits / size; then (j - 1)(hits - 1)/(size - 1)
 * others are expected before it. */
static double tie_precision(const struct tie *t)
{
    double sum = 0;
    double others = t->size > 1 ? (t->hits - 1) / (t->size - 1) : 0;

    if (t->hits == 0)
        return 0;
    for (double j = 1; j <= t->size; j++)
        sum += (t->above + 1 + (j - 1) * others) / (t->before + j);
    return sum * t->hits / t->size;
}

mg_ranking_marks mg_ranking_measure(size_t n, const double *score, const uint32_t *order,
                                    const uint8_t *relevant, uint64_t missing,
                                    const uint64_t cuts[MG_RANKING_CUTS])
{
    double hits[MG_RANKING_CUTS] = {0};
    double sum = 0;
    struct tie t = {0};

    for (size_t from = 0; from < n;) {
        size_t end = tie_end(n, score, order, from);
        t.size = t.hits = 0;
        for (; from < end; from++) {
            t.size += relevant[order[from]] != MG_NEUTRAL;
            t.hits += relevant[order[from]] == MG_RELEVANT;
        }
        sum += tie_precision(&t);
        for (int c = 0; c < MG_RANKING_CUTS; c++) {
            double room = (double)cuts[c] - t.before;
            if (t.size > 0 && room > 0)
                hits[c] += room >= t.size ? t.hits : t.hits * room / t.size;
        }
        t.before += t.size;
        t.above += t.hits;
    }
    double all = t.above + (double)missing;
    mg_ranking_marks marks = {.items = (uint64_t)t.before,
                              .relevant = (uint64_t)all,
                              .average_precision = all > 0 ? sum / all : NAN};
    for (int c = 0; c < MG_RANKING_CUTS; c++) {
        marks.precision[c] = hits[c] / (double)cuts[c];
        marks.recall[c] = all > 0 ? hits[c] / all : NAN;
    }
    return marks;
}
