/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is usual of a gap: p where nothing is wrong, and what is found where it is. */
#include "mirrorgap/null_model.h"

#include "mirrorgap/threads.h"
#include "testing.h"

#define E 20U
#define I 20U
#define C 8U
#define T 8U
#define N (E * I * C * T)

struct world {
    size_t n;
    uint32_t exporter[N], importer[N], commodity[N], period[N], series[N];
    double y[N], size[N];
};

/* Habits of reporters, goods and pairs; dispersion that falls with size and differs by
 * reporter; tails > 0: now and then ten times as wide. */
static void make_world(struct world *w, uint64_t seed, double tails)
{
    double of_e[E];
    double of_i[I];
    double rough[E];

    for (unsigned e = 0; e < E; e++) {
        of_e[e] = 0.2 * random_normal(&seed);
        rough[e] = exp(0.6 * random_normal(&seed));
    }
    for (unsigned i = 0; i < I; i++)
        of_i[i] = 0.2 * random_normal(&seed);
    w->n = 0;
    for (uint32_t s = 0; s < E * I * C; s++) {
        uint32_t e = s / (I * C);
        uint32_t i = s / C % I;
        double own = 0.3 * random_normal(&seed);
        double size = 8 + 6 * random_uniform(&seed);
        for (uint32_t t = 0; t < T; t++) {
            size_t n = w->n++;
            double sd = rough[e] * 0.3 * exp(-(size - 11) / 8);
            sd *= random_uniform(&seed) < tails ? 10 : 1;
            w->exporter[n] = e;
            w->importer[n] = i;
            w->commodity[n] = s % C;
            w->period[n] = t;
            w->series[n] = s;
            w->size[n] = size + 0.3 * random_normal(&seed);
            w->y[n] = 0.05 + of_e[e] + of_i[i] + own + sd * random_normal(&seed);
        }
    }
}

static mg_null_parts parts[N];

static void score(const struct world *w, mg_null_score *scores)
{
    const mg_null_cells cells = {
        .n = w->n,
        .levels = {E, I, C, T},
        .level = {w->exporter, w->importer, w->commodity, w->period},
        .series = w->series,
        .y = w->y,
        .size = w->size};
    mg_error err = {0};

    assert_int_equal(mg_null_model(&cells, scores, parts, &err), MG_OK);
}

static struct world world;
static mg_null_score scores[N];
static mg_null_score again[N];

/* Shares of p at or below levels: uniform, or larger. */
static void p_keeps_its_word(void **state)
{
    static const double levels[] = {0.5, 0.2, 0.1, 0.05, 0.01, 0.001};

    (void)state;
    for (uint64_t seed = 1; seed <= 4; seed++) {
        make_world(&world, seed, 0);
        score(&world, scores);
        for (size_t l = 0; l < sizeof levels / sizeof *levels; l++) {
            double share = 0;
            for (size_t i = 0; i < world.n; i++)
                share += scores[i].p <= levels[l];
            share /= (double)world.n;
            if (share > 1.15 * levels[l] + 3 * sqrt(levels[l] / (double)world.n))
                fail_msg("seed %d: p <= %g in %g of cells", (int)seed, levels[l], share);
            /* nor so cautious that nothing is ever found */
            if (levels[l] >= 0.05 && share < 0.5 * levels[l])
                fail_msg("seed %d: p <= %g in only %g", (int)seed, levels[l], share);
        }
    }
}

/* Cells whose one side was halved come before others. */
static void planted_cells_rise(void **state)
{
    uint64_t seed = 11;
    size_t beaten = 0;
    size_t all = 0;

    (void)state;
    make_world(&world, 5, 0.02);
    for (size_t i = 0; i < world.n; i += 97)
        world.y[i] += random_below(&seed, 2) != 0 ? 0.9 : -0.9;
    score(&world, scores);
    for (size_t i = 0; i < world.n; i += 97)
        for (size_t j = 1; j < world.n; j += 97) {
            beaten += scores[i].p < scores[j].p;
            all++;
        }
    assert_true((double)beaten / (double)all > 0.85);
}

static void parts_add_up(void **state)
{
    (void)state;
    make_world(&world, 2, 0.01);
    world.y[5] = NAN;
    score(&world, scores);
    assert_true(isnan(scores[5].p) && isnan(scores[5].z));
    for (size_t i = 0; i < world.n; i++) {
        if (i == 5)
            continue;
        double expected = parts[i].base + parts[i].series;
        for (int way = 0; way < MG_NULL_WAYS; way++)
            expected += parts[i].effect[way];
        assert_near(expected, scores[i].expected, 1e-12);
        assert_near(mg_null_p(&scores[i], world.y[i]), scores[i].p, 1e-9);
        assert_same_double(mg_null_p(&scores[i], scores[i].expected), 1);
        /* the sign of z is that of what is left */
        assert_true((world.y[i] - expected) * scores[i].z >= 0);
        assert_true(scores[i].p >= 0 && scores[i].p <= 1 && scores[i].dof >= 1);
    }
}

/* A lone wild figure does not widen its own yardstick. */
static void nothing_vouches_for_itself(void **state)
{
    double before;

    (void)state;
    make_world(&world, 3, 0);
    world.y[40] = parts[40].base;
    score(&world, scores);
    world.y[40] += 2;
    score(&world, again);
    before = fabs(again[40].z);
    world.y[40] += 20;
    score(&world, again);
    assert_true(fabs(again[40].z) > 5 * before);
}

static void same_bits_on_any_threads(void **state)
{
    (void)state;
    make_world(&world, 6, 0.02);
    mg_threads_set(1);
    score(&world, scores);
    for (int threads = 2; threads <= 4; threads += 2) {
        mg_threads_set(threads);
        score(&world, again);
        assert_true(memcmp(scores, again, sizeof scores) == 0);
    }
    mg_threads_set(1);
}

static void small_and_wrong(void **state)
{
    const uint32_t level[] = {0, 1};
    const uint32_t series[] = {0, 1};
    const double y[] = {0.1, NAN};
    const double size[] = {10, 0};
    mg_null_cells cells = {.n = 2,
                           .levels = {2, 2, 2, 2},
                           .level = {level, level, level, level},
                           .series = series,
                           .y = y,
                           .size = size};

    (void)state;
    assert_int_equal(mg_null_model(&cells, scores, NULL, NULL), MG_OK);
    assert_true(scores[0].p > 0);
    assert_true(isnan(scores[1].p));
    cells.levels[1] = 1;
    assert_int_equal(mg_null_model(&cells, scores, NULL, NULL), MG_E_RANGE);
    cells.n = 0;
    assert_int_equal(mg_null_model(&cells, scores, NULL, NULL), MG_OK);
}

int main(void)
{
    static struct suite s;

    suite_add(&s, "p keeps its word", p_keeps_its_word, NULL);
    suite_add(&s, "planted cells rise", planted_cells_rise, NULL);
    suite_add(&s, "parts add up", parts_add_up, NULL);
    suite_add(&s, "nothing vouches for itself", nothing_vouches_for_itself, NULL);
    suite_add(&s, "same bits on any threads", same_bits_on_any_threads, NULL);
    suite_add(&s, "small and wrong", small_and_wrong, NULL);
    return suite_run("null_model", &s);
}
