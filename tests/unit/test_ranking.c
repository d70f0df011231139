/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Average precision and the like: rankings worked out by hand, and a twin that goes
 * through every order of the ties. */
#include "mirrorgap/ranking.h"
#include "testing.h"

static const uint64_t cuts[MG_RANKING_CUTS] = {1, 3, 10};

static mg_ranking_marks measure(size_t n, const double *score, const uint8_t *relevant,
                                uint64_t missing)
{
    uint32_t order[16];

    assert_int_equal(mg_ranking_order(n, score, order, NULL), MG_OK);
    return mg_ranking_measure(n, score, order, relevant, missing, cuts);
}

struct by_hand {
    const char *name;
    size_t n;
    double score[8];
    uint8_t relevant[8];
    uint64_t missing;
    double ap, precision[3], recall[3];
};

#define T3 (1.0 / 3)
static struct by_hand by_hand[] = {
    {"nothing ranked, nothing sought", 0, {0}, {0}, 0, NAN, {0, 0, 0}, {NAN, NAN, NAN}},
    {"nothing sought", 2, {2, 1}, {0, 0}, 0, NAN, {0, 0, 0}, {NAN, NAN, NAN}},
    {"nothing ranked, one sought", 0, {0}, {0}, 1, 0, {0, 0, 0}, {0, 0, 0}},
    {"first and third of four: (1 + 2/3) / 2",
     4,
     {9, 8, 7, 6},
     {1, 0, 1, 0},
     0,
     5.0 / 6,
     {1, 2 * T3, 0.2},
     {0.5, 1, 1}},
    {"the same in another order of rows",
     4,
     {6, 7, 8, 9},
     {0, 1, 0, 1},
     0,
     5.0 / 6,
     {1, 2 * T3, 0.2},
     {0.5, 1, 1}},
    {"one more that was not ranked",
     4,
     {9, 8, 7, 6},
     {1, 0, 1, 0},
     1,
     5.0 / 9,
     {1, 2 * T3, 0.2},
     {T3, 2 * T3, 2 * T3}},
    {"last of three: 1/3", 3, {3, 2, 1}, {0, 0, 1}, 0, T3, {0, T3, 0.1}, {0, 1, 1}},
    {"one of two that tie: (1 + 1/2) / 2",
     2,
     {5, 5},
     {0, 1},
     0,
     0.75,
     {0.5, T3, 0.1},
     {0.5, 1, 1}},
    /* of a b c, two relevant: orders RRx RxR xRR, AP 1, 5/6, 7/12 */
    {"two of three that tie",
     3,
     {5, 5, 5},
     {1, 1, 0},
     0,
     (1 + 5.0 / 6 + 7.0 / 12) / 3,
     {2 * T3, 2 * T3, 0.2},
     {T3, 1, 1}},
    {"a neutral one is not there",
     4,
     {9, 8, 7, 6},
     {2, 1, 2, 1},
     0,
     1,
     {1, 2 * T3, 0.2},
     {0.5, 1, 1}},
    {"what has no score comes last, as a tie: 1/2 (1/2 + 1/3)",
     3,
     {NAN, -4, NAN},
     {1, 0, 0},
     0,
     (0.5 + T3) / 2,
     {0, T3, 0.1},
     {0, 1, 1}},
};

static void check_by_hand(void **state)
{
    const struct by_hand *c = *state;
    mg_ranking_marks m = measure(c->n, c->score, c->relevant, c->missing);

    assert_near(m.average_precision, c->ap, 1e-15);
    for (int k = 0; k < MG_RANKING_CUTS; k++) {
        assert_near(m.precision[k], c->precision[k], 1e-15);
        assert_near(m.recall[k], c->recall[k], 1e-15);
    }
}

/* ---- the twin: every order, each as likely as any other ---- */

struct slow {
    size_t n;
    double score[8];
    uint8_t relevant[8];
    uint64_t missing;
    double orders, ap, precision[3], recall[3];
};

static void slow_add(struct slow *s, const size_t *order)
{
    double before = 0;
    double hits = 0;
    double all = (double)s->missing;
    double at[3] = {0};
    double sum = 0;

    for (size_t i = 0; i < s->n; i++)
        all += s->relevant[i] == MG_RELEVANT;
    for (size_t i = 0; i < s->n; i++) {
        if (s->relevant[order[i]] == MG_NEUTRAL)
            continue;
        before++;
        if (s->relevant[order[i]] != MG_RELEVANT)
            continue;
        hits++;
        sum += hits / before;
        for (int k = 0; k < 3; k++)
            at[k] += before <= (double)cuts[k];
    }
    s->orders++;
    s->ap += sum / all;
    for (int k = 0; k < 3; k++) {
        s->precision[k] += at[k] / (double)cuts[k];
        s->recall[k] += at[k] / all;
    }
}

/* All orders in which scores do not rise. */
static void slow_orders(struct slow *s, size_t *order, size_t n, unsigned used)
{
    if (n == s->n) {
        slow_add(s, order);
        return;
    }
    double best = -1;
    for (size_t i = 0; i < s->n; i++)
        if ((used >> i & 1) == 0 && s->score[i] > best)
            best = s->score[i];
    for (size_t i = 0; i < s->n; i++)
        if ((used >> i & 1) == 0 && s->score[i] == best) {
            order[n] = i;
            slow_orders(s, order, n + 1, used | 1U << i);
        }
}

static void as_every_order(void **state)
{
    uint64_t seed = 4;

    (void)state;
    for (int round = 0; round < 500; round++) {
        struct slow s = {.n = 1 + random_below(&seed, 6)};
        size_t order[8];
        s.missing = random_below(&seed, 2);
        for (size_t i = 0; i < s.n; i++) {
            s.score[i] = (double)random_below(&seed, 3);
            s.relevant[i] = (uint8_t)random_below(&seed, 3);
        }
        slow_orders(&s, order, 0, 0);
        mg_ranking_marks m = measure(s.n, s.score, s.relevant, s.missing);
        assert_near(m.average_precision, s.ap / s.orders, 1e-12);
        for (int k = 0; k < 3; k++) {
            assert_near(m.precision[k], s.precision[k] / s.orders, 1e-12);
            assert_near(m.recall[k], s.recall[k] / s.orders, 1e-12);
        }
    }
}

int main(void)
{
    static struct suite s;

    SUITE_CASES(&s, by_hand, check_by_hand);
    suite_add(&s, "as every order of the ties", as_every_order, NULL);
    return suite_run("ranking", &s);
}
