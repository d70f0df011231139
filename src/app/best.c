/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The best candidates: a heap whose top is the worst of them, so that most of
 * what is offered is refused at one look. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "app/series.h"
#include "mirrorgap/mem.h"
#include "mirrorgap/radix.h"

/* By score, largest first, then by key and period. */
static int rank_order(const struct series *s, const struct candidate *a,
                      const struct candidate *b)
{
    uint64_t p = candidate_pair(s, a)->key;
    uint64_t q = candidate_pair(s, b)->key;

    if (a->score != b->score)
        return a->score > b->score ? -1 : 1;
    if (p != q)
        return p < q ? -1 : 1;
    return (a->period > b->period) - (a->period < b->period);
}

static int by_rank(const void *a, const void *b, void *series)
{
    return rank_order(series, a, b);
}

static void sift_up(struct best *b, const struct candidate *c)
{
    size_t at = b->n++;

    while (at > 0 && rank_order(b->series, &b->items[(at - 1) / 2], c) < 0) {
        b->items[at] = b->items[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    b->items[at] = *c;
}

/* In the place of the top. */
static void sift_down(struct best *b, const struct candidate *c)
{
    size_t at = 0;

    for (size_t child = 1; child < b->n; child = 2 * at + 1) {
        if (child + 1 < b->n &&
            rank_order(b->series, &b->items[child], &b->items[child + 1]) < 0)
            child++;
        if (rank_order(b->series, c, &b->items[child]) >= 0)
            break;
        b->items[at] = b->items[child];
        at = child;
    }
    b->items[at] = *c;
}

mg_status best_offer(struct best *b, const struct candidate *c, mg_error *err)
{
    if (b->n < b->limit) {
        mg_status status =
            mg_grow((void **)&b->items, &b->room, b->n + 1, sizeof *b->items, err);
        if (status != MG_OK)
            return status;
        if (b->limit == SIZE_MAX) /* sorted at the end */
            b->items[b->n++] = *c;
        else
            sift_up(b, c);
    } else if (b->n > 0 && c->score >= b->items[0].score &&
               rank_order(b->series, c, &b->items[0]) < 0)
        sift_down(b, c);
    return MG_OK;
}

mg_status best_merge(struct best *b, struct best *more, mg_error *err)
{
    mg_status status = MG_OK;

    for (size_t i = 0; status == MG_OK && i < more->n; i++)
        status = best_offer(b, &more->items[i], err);
    free(more->items);
    more->items = NULL;
    more->n = more->room = 0;
    return status;
}

/* Scores are not negative, so that their bits sort as they do. */
static uint64_t falling(double score)
{
    uint64_t bits;

    memcpy(&bits, &score, sizeof bits);
    return ~bits;
}

mg_status best_sort(struct best *b, mg_error *err)
{
    enum { FEW = 4096 };
    struct series *series = (struct series *)(uintptr_t)b->series;
    mg_radix_item *items;
    mg_radix_item *work;
    struct candidate *sorted;
    mg_status status = MG_OK;

    if (b->n < FEW) {
        if (b->n > 0)
            qsort_r(b->items, b->n, sizeof *b->items, by_rank, series);
        return MG_OK;
    }
    if (b->n > UINT32_MAX)
        return mg_fail(err, MG_E_RANGE, "more than 4,294,967,295 pairs to rank");
    items = mg_alloc(b->n, sizeof *items);
    work = mg_alloc(b->n, sizeof *work);
    sorted = mg_alloc(b->n, sizeof *sorted);
    if (items == NULL || work == NULL || sorted == NULL)
        status = mg_fail(err, MG_E_NOMEM, "cannot rank %zu pairs", b->n);
    else {
        for (size_t i = 0; i < b->n; i++)
            items[i] = (mg_radix_item){falling(b->items[i].score), (uint32_t)i, 0};
        mg_radix_sort(&items, &work, b->n);
        for (size_t i = 0; i < b->n; i++)
            sorted[i] = b->items[items[i].index];
        for (size_t i = 0; i < b->n;) { /* equal scores by key */
            size_t end = i + 1;
            while (end < b->n && sorted[end].score == sorted[i].score)
                end++;
            if (end - i > 1)
                qsort_r(sorted + i, end - i, sizeof *sorted, by_rank, series);
            i = end;
        }
        free(b->items);
        b->items = sorted;
        b->room = b->n;
        sorted = NULL;
    }
    free(items);
    free(work);
    free(sorted);
    return status;
}
