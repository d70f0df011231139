/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mirrorgap/one_sided.h"

#include "testing.h"

enum { E = 15, I = 15, C = 6, T = 7, N = E * I * C * T };

static uint8_t status[N];
static double size[N];
static double probability[N];
static double p[N];
static uint32_t series[N];
static uint32_t period[N];
static uint32_t pair_period[N];
static uint32_t pair[N];
static uint32_t exporter[N];
static uint32_t importer[N];
static uint32_t commodity[N];

/* Cells go missing with a chance that falls with size and differs by importer. */
static void make_world(uint64_t seed)
{
    size_t n = 0;

    for (uint32_t s = 0; s < E * I * C; s++) {
        uint32_t e = s / (I * C);
        uint32_t i = s / C % I;
        double usual = 6 + 8 * random_uniform(&seed);
        for (uint32_t t = 0; t < T; t++, n++) {
            double eta;
            size[n] = usual + random_uniform(&seed) - 0.5;
            eta = 5 - 0.7 * size[n] + 0.15 * i;
            status[n] = random_uniform(&seed) < 1 / (1 + exp(-eta))
                            ? MG_CELL_EXPORTER_ONLY
                            : MG_CELL_MATCHED;
            series[n] = s;
            period[n] = t;
            pair[n] = e * I + i;
            pair_period[n] = pair[n] * T + t;
            exporter[n] = e * T + t;
            importer[n] = i * T + t;
            commodity[n] = s % C;
        }
    }
}

static void run(void)
{
    const mg_one_sided_cells cells = {.n = N,
                                      .status = status,
                                      .size = size,
                                      .period = period,
                                      .series = series,
                                      .pair_period = pair_period,
                                      .pair = pair,
                                      .exporter = exporter,
                                      .importer = importer,
                                      .commodity = commodity};

    assert_int_equal(mg_one_sided(&cells, probability, p, NULL), MG_OK);
}

/* Where cells go missing by the model alone, p is uniform over those that did. */
static void p_is_uniform(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 3; seed++) {
        size_t n = 0;
        size_t below[4] = {0};
        static const double levels[] = {0.05, 0.1, 0.25, 0.5};
        make_world(seed);
        run();
        for (size_t i = 0; i < N; i++) {
            if (status[i] == MG_CELL_MATCHED) {
                assert_true(isnan(p[i]) && isnan(probability[i]));
                continue;
            }
            n++;
            for (int l = 0; l < 4; l++)
                below[l] += p[i] <= levels[l];
        }
        for (int l = 0; l < 4; l++)
            assert_near((double)below[l] / (double)n, levels[l],
                        0.15 * levels[l] + 3 * sqrt(levels[l] / (double)n));
    }
}

/* One large flow that is filed every year by both sides, and once by one. */
static void a_hidden_one_is_rare(void **state)
{
    size_t hidden = 0;
    size_t rarer = 0;

    (void)state;
    make_world(9);
    for (size_t i = 0; i < N; i++)
        if (size[i] > size[hidden] && status[i] == MG_CELL_MATCHED)
            hidden = i;
    status[hidden] = MG_CELL_EXPORTER_ONLY;
    run();
    for (size_t i = 0; i < N; i++)
        rarer += p[i] < p[hidden];
    assert_true(rarer <= 5);
    assert_true(p[hidden] < 0.01);
}

/* One commodity for all: its share must not say whether a cell is one-sided. */
static void a_group_of_all_tells_nothing(void **state)
{
    double least = 1;

    (void)state;
    make_world(4);
    memset(commodity, 0, sizeof commodity);
    run();
    for (size_t i = 0; i < N; i++)
        if (!isnan(probability[i]) && probability[i] < least)
            least = probability[i];
    assert_true(least < 0.2); /* large flows that went missing all the same */
}

static void nothing_to_weigh(void **state)
{
    const mg_one_sided_cells none = {.n = 0};

    (void)state;
    assert_int_equal(mg_one_sided(&none, probability, p, NULL), MG_OK);
    make_world(2);
    memset(status, MG_CELL_MATCHED, sizeof status);
    run();
    for (size_t i = 0; i < N; i++)
        assert_true(isnan(p[i]));
    memset(status, MG_CELL_IMPORTER_ONLY, sizeof status);
    run();
    for (size_t i = 0; i < N; i++)
        assert_true(p[i] > 0 && p[i] <= 1);
}

int main(void)
{
    static struct suite s;

    suite_add(&s, "p is uniform", p_is_uniform, NULL);
    suite_add(&s, "a hidden one is rare", a_hidden_one_is_rare, NULL);
    suite_add(&s, "a group of all tells nothing", a_group_of_all_tells_nothing, NULL);
    suite_add(&s, "nothing to weigh", nothing_to_weigh, NULL);
    return suite_run("one_sided", &s);
}
