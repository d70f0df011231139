/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The best candidates against a full sort. */
#include "app/series.h"
#include "testing.h"

enum { PERIODS = 3, MOST = 12000, HEAPS = 3 };

struct best_case {
    const char *name;
    size_t n;
    size_t limit;  /* SIZE_MAX: all */
    size_t scores; /* how many different ones; 0: any */
    bool shared;   /* the same keys in each period; else each has its own */
};

static struct best_case best_cases[] = {
    {"nothing", 0, SIZE_MAX, 0, false},
    {"nothing, of ten", 0, 10, 0, false},
    {"one", 1, SIZE_MAX, 0, false},
    {"the best of one", 1, 1, 0, false},
    {"none asked for", 100, 0, 0, false},
    {"all", 3000, SIZE_MAX, 0, false},
    {"all, sorted by radix", MOST, SIZE_MAX, 0, false},
    {"all, ties", MOST, SIZE_MAX, 7, false},
    {"all, ties of score and key", MOST, SIZE_MAX, 7, true},
    {"all, one score", MOST, SIZE_MAX, 1, true},
    {"all, few, one score", 300, SIZE_MAX, 1, false},
    {"just below the radix sort", 4095, SIZE_MAX, 50, false},
    {"just at the radix sort", 4096, SIZE_MAX, 50, false},
    {"the best", 5000, 1, 0, false},
    {"the best, one score", 5000, 1, 1, false},
    {"the best two", 5000, 2, 3, true},
    {"the best hundred", MOST, 100, 0, false},
    {"the best hundred, ties", MOST, 100, 9, false},
    {"the best hundred, one score", MOST, 100, 1, true},
    {"the best many", MOST, 5000, 0, false},
    {"the best many, ties", MOST, 5000, 20, true},
    {"all but one", 1000, 999, 5, false},
    {"as many as there are", 1000, 1000, 5, false},
    {"more than there are", 1000, 1001, 5, false},
    {"far more than there are", 1000, SIZE_MAX - 1, 5, false},
};

static struct series series;

/* Each pair of each period, once, with a score; in any order. */
static void make_series(const struct best_case *c, struct candidate *offered)
{
    uint64_t seed = c->n + c->scores;
    size_t at = 0;

    series.n_periods = PERIODS;
    series.periods = calloc(PERIODS, sizeof *series.periods);
    assert_non_null(series.periods);
    for (uint32_t p = 0; p < PERIODS; p++) {
        struct scored_period *s = &series.periods[p];
        s->n = c->n / PERIODS + (p < c->n % PERIODS);
        s->pairs = calloc(s->n + 1, sizeof *s->pairs);
        assert_non_null(s->pairs);
        for (uint32_t i = 0; i < s->n; i++) {
            s->pairs[i].key = (uint64_t)i << 40 | (c->shared ? 0 : (uint64_t)p << 3);
            offered[at++] = (struct candidate){
                .score = c->scores > 0 ? (double)random_below(&seed, c->scores) / 3
                                       : (double)(random_bits(&seed) >> 20),
                .z_ts = (double)at,
                .period = p,
                .index = i};
        }
    }
    assert_int_equal(at, c->n);
    for (size_t i = c->n; i > 1; i--) {
        size_t k = random_below(&seed, i);
        struct candidate swap = offered[i - 1];
        offered[i - 1] = offered[k];
        offered[k] = swap;
    }
}

/* By score, largest first, then by key and period, as the header says. */
static int by_rank(const void *a, const void *b)
{
    const struct candidate *x = a;
    const struct candidate *y = b;
    uint64_t p = candidate_pair(&series, x)->key;
    uint64_t q = candidate_pair(&series, y)->key;

    if (x->score != y->score)
        return x->score > y->score ? -1 : 1;
    if (p != q)
        return p < q ? -1 : 1;
    return x->period < y->period ? -1 : x->period > y->period;
}

static void check_ranked(const struct best *best, const struct candidate *want, size_t n)
{
    assert_int_equal(best->n, n);
    for (size_t i = 0; i < n; i++) {
        assert_same_double(best->items[i].score, want[i].score);
        assert_same_double(best->items[i].z_ts, want[i].z_ts);
        assert_int_equal(best->items[i].period, want[i].period);
        assert_int_equal(best->items[i].index, want[i].index);
    }
}

/* Into one heap, and into several that are put together, in any order. */
static void check_best(void **state)
{
    const struct best_case *c = *state;
    struct candidate *offered = calloc(c->n + 1, sizeof *offered);
    struct best best = {.series = &series, .limit = c->limit};
    struct best all = best;
    struct best parts[HEAPS] = {best, best, best};
    uint64_t seed = 3;

    assert_non_null(offered);
    make_series(c, offered);
    for (size_t i = 0; i < c->n; i++) {
        struct best *part = &parts[random_below(&seed, i % 5 ? 1 : HEAPS)];
        assert_int_equal(best_offer(&best, &offered[i], NULL), MG_OK);
        assert_int_equal(best_offer(part, &offered[i], NULL), MG_OK);
        assert_true(best.n <= c->limit);
    }
    for (size_t i = HEAPS; i-- > 0;) {
        assert_int_equal(best_merge(&all, &parts[i], NULL), MG_OK);
        assert_null(parts[i].items); /* moved over */
        assert_int_equal(parts[i].n, 0);
    }
    assert_int_equal(best_sort(&best, NULL), MG_OK);
    assert_int_equal(best_sort(&all, NULL), MG_OK);
    qsort(offered, c->n, sizeof *offered, by_rank);
    size_t n = c->n < c->limit ? c->n : c->limit;
    check_ranked(&best, offered, n);
    check_ranked(&all, offered, n);
    free(best.items);
    free(all.items);
    free(offered);
    series_release(&series);
    assert_null(series.periods);
}

/* Offers that come sorted are the heap's best and worst case. */
static void sorted_offers(void **state)
{
    static const struct best_case c = {"", 3000, 50, 10, true};
    static struct candidate offered[3000];

    (void)state;
    make_series(&c, offered);
    qsort(offered, c.n, sizeof *offered, by_rank);
    for (int falling = 0; falling < 2; falling++) {
        struct best best = {.series = &series, .limit = c.limit};
        for (size_t i = 0; i < c.n; i++)
            assert_int_equal(best_offer(&best, &offered[falling ? i : c.n - 1 - i], NULL),
                             MG_OK);
        assert_int_equal(best_sort(&best, NULL), MG_OK);
        check_ranked(&best, offered, c.limit);
        free(best.items);
    }
    series_release(&series);
}

int main(void)
{
    static struct suite s;

    SUITE_CASES(&s, best_cases, check_best);
    suite_add(&s, "offers that come sorted", sorted_offers, NULL);
    return suite_run("best", &s);
}
