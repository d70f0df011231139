/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whose trade a row is: cases worked out by another program, and planted swaps. */
#include "mirrorgap/lookalike.h"
#include "testing.h"

struct lambda_case {
    const char *name;
    mg_lookalike_row row;
    double lambda, move;
    int verdict;
    bool blind;
};

#define L2 0.4804530139182014 /* ln(2)^2 */

/* margin 0 where lambda is worked out by hand */
static struct lambda_case lambda_cases[] = {
    {"half is missing",
     {.v = 5e6, .u = 5e6, .w = 1e7, .sigma = 0.5, .imports = true},
     2 * L2,
     5e6,
     MG_LOOKALIKE_UNDECIDED,
     false},
    {"half is missing, and the pair is exact",
     {.v = 5e6, .u = 5e6, .w = 1e7, .sigma = 0.1},
     50 * L2,
     5e6,
     MG_LOOKALIKE_IS_SWAP,
     false},
    {"all is there",
     {.v = 1e7, .u = 1e7, .w = 1e7, .sigma = 0.25},
     -8 * L2,
     0,
     MG_LOOKALIKE_IS_KEEP,
     false},
    {"all is missing: the floor stands for it",
     {.v = 1e6, .u = NAN, .w = 1e6, .sigma = 1},
     23.85854158036436,
     1e6,
     MG_LOOKALIKE_IS_SWAP,
     false},
    {"0 is missing likewise",
     {.v = 1e6, .u = 0, .w = 1e6, .sigma = 1},
     23.85854158036436,
     1e6,
     MG_LOOKALIKE_IS_SWAP,
     false},
    {"the importer's margin goes on w",
     {.v = 6e5, .u = 1e6, .w = 1e6, .margin = 0.6, .sigma = 0.5, .imports = true},
     2 * 0.2209072960,
     6e5,
     MG_LOOKALIKE_UNDECIDED,
     false},
    {"and comes off w where r exports",
     {.v = 6e5, .u = 4e5, .w = 1.6e6, .margin = 0.6, .sigma = 0.5},
     2 * 0.8395887053,
     6e5,
     MG_LOOKALIKE_UNDECIDED,
     false},
    {"no mirror, no support",
     {.v = 1e6, .u = 5, .w = NAN, .sigma = 1},
     NAN,
     1e6,
     MG_LOOKALIKE_UNDECIDED,
     false},
    {"a mirror of 0, no support",
     {.v = 1e6, .u = NAN, .w = 0, .sigma = 1},
     NAN,
     1e6,
     MG_LOOKALIKE_UNDECIDED,
     false},
    {"blind",
     {.v = 1e6, .u = 1e8, .w = 1.01e8, .sigma = 0.5},
     2 * 0.0000990091,
     1e6,
     MG_LOOKALIKE_UNDECIDED,
     true},
    {"moves no more than is missing",
     {.v = 1e8, .u = 1e6, .w = 3e6, .sigma = 0.5},
     -22.31776,
     2e6,
     MG_LOOKALIKE_IS_KEEP,
     false},
};

static void check_lambda(void **state)
{
    const struct lambda_case *c = *state;
    double lambda = mg_lookalike_lambda(&c->row);

    assert_near(lambda, c->lambda, 1e-4);
    assert_int_equal(mg_lookalike_judge(lambda), c->verdict);
    assert_near(mg_lookalike_move(&c->row), c->move, 1e-6);
    assert_int_equal(mg_lookalike_blind(&c->row), c->blind);
}

enum { HISTORY = 24 };

struct weigh_case {
    const char *name;
    mg_lookalike_row row;
    size_t n;
    double suspect[HISTORY], twin[HISTORY];
    mg_lookalike_others others;
    double lambda;
    double term[MG_LOOKALIKE_TERMS];
    double log_odds; /* at a prior of 0.1 */
};

static struct weigh_case weigh_cases[] = {
    {"a neighbour of many years stays",
     {.v = 5.86e+08,
      .u = 3.66e+09,
      .w = 4.14e+09,
      .margin = 0.06,
      .sigma = 0.456,
      .imports = false,
      .twin_reports = true},
     8,
     {4.02e+08, 3.27e+08, 3.47e+08, 2.86e+08, 2.05e+08, 1.81e+08, 1.18e+08, 1.62e+08},
     {2.66e+09, 2.21e+09, 2.31e+09, 2.32e+09, 1.74e+09, 1.34e+09, 1.13e+09, 1.21e+09},
     {5e+09, 5e+09, 1e+11, 1e+11, 3e+12, 3e+12, 1.17e+09, 5.37e+10, 3.18e+10, 2.57e+12,
      162, 20},
     -0.006637612,
     {-0.006637612, -0.079055687, 0.000000000, 0.870022842, -2.833213344, 2.073325315,
      1.094384265, 0.000000000},
     -4.505904837},
    {"a far country in a burst is in doubt",
     {.v = 9.93e+08,
      .u = 1.55e+09,
      .w = 3.94e+09,
      .margin = 0.06,
      .sigma = 3.31,
      .imports = false,
      .twin_reports = true},
     21,
     {5.79e+08, 2.62e+08, 6.5e+07, 0, 3.1e+07, 5.5e+06, 2.9e+07, 14000, 10000, 0,   0,
      0,        0,        0,       0, 40000,   0,       0,       0,     0,     1000},
     {6.78e+08, 2.11e+09, 7.42e+08, 3.75e+08, 8.9e+07, 4.1e+07, 4.7e+07,
      20000,    5.4e+06,  34000,    31000,    20000,   56000,   2.4e+06,
      3.1e+06,  9.2e+06,  0,        0,        0,       0,       0},
     {5e+09, 5e+09, 1e+11, 1e+11, 3e+12, 3e+12, 7.66e+08, 5.58e+10, 3.29e+10, 2.57e+12,
      162, 20},
     0.028338246,
     {0.028338246, -0.509095648, 0.000000000, 12.000000000, 2.054123734, 2.073325315,
      1.697199767, 0.000000000},
     -0.954506462},
    {"the twin misses just that much",
     {.v = 1.83e+07,
      .u = 153000,
      .w = 3.85e+07,
      .margin = 0.06,
      .sigma = 0.97,
      .imports = true,
      .twin_reports = true},
     16,
     {0, 1.88e+07, 0, 500, 0, 0, 1.27e+07, 0, 0, 0, 0, 0, 0, 0, 0, 0},
     {3.88e+07, 6.98e+07, 15000, 3.91e+07, 3.04e+07, 3.73e+07, 1.17e+07, 3.54e+07,
      1.51e+07, 0, 2e+06, 1000, 6500, 0, 3000, 0},
     {5e+09, 5e+09, 1e+11, 1e+11, 3e+12, 3e+12, 2.76e+08, 3.51e+10, 5.47e+09, 2.85e+12,
      171, 21},
     16.248362047,
     {5.000000000, 5.000000000, 0.000000000, 9.814656339, 1.757857918, 2.079441542,
      0.867949784, 0.000000000},
     1.518886948},
    {"once, alone, and the twin does not report",
     {.v = 8.1e+06,
      .u = NAN,
      .w = NAN,
      .margin = 0.06,
      .sigma = 1.17,
      .imports = true,
      .twin_reports = false},
     4,
     {0, 0, 0, 0},
     {0, 0, 0, 0},
     {20000, 9e+06, 3e+07, 8e+08, 2e+09, 4e+10, 0, 2e+07, 1.2e+08, 6e+08, 160, 0},
     NAN,
     {0.000000000, 0.000000000, 1.459854136, 8.999619341, 2.197224577, 5.774551546,
      5.000000000, 0.000000000},
     0.670264692},
    {"the twin reports and saw none",
     {.v = 8.1e+06,
      .u = NAN,
      .w = NAN,
      .margin = 0.06,
      .sigma = 1.17,
      .imports = true,
      .twin_reports = true},
     4,
     {0, 0, 0, 0},
     {0, 0, 0, 0},
     {20000, 9e+06, 3e+07, 8e+08, 2e+09, 4e+10, 0, 2e+07, 1.2e+08, 6e+08, 160, 0},
     NAN,
     {0.000000000, 0.000000000, 1.459854136, 8.999619341, 2.197224577, 5.774551546,
      5.000000000, 8.999619341},
     -0.769674402},
    {"the suspect is known for the product",
     {.v = 2e+06,
      .u = 4e+06,
      .w = 4.1e+06,
      .margin = 0.06,
      .sigma = 0.5,
      .imports = false,
      .twin_reports = true},
     3,
     {1.9e+06, 2.2e+06, 1.5e+06},
     {4e+06, 4.2e+06, 3.9e+06},
     {6e+07, 1e+08, 1e+06, 9e+09, 3e+09, 1e+12, 5e+07, 300000, 8e+06, 5e+08, 90, 31},
     -0.383259973,
     {-0.383259973, -0.082200977, -4.000000000, 0.051293294, -1.945910149, 1.060871961,
      -2.843810701, 0.000000000},
     -6.359467323},
    {"no history",
     {.v = 50000,
      .u = NAN,
      .w = 60000,
      .margin = 0.06,
      .sigma = 0.9,
      .imports = false,
      .twin_reports = true},
     0,
     {0},
     {0},
     {100000, 1e+08, 2e+08, 9e+09, 3e+09, 1e+12, 50000, 3e+07, 8e+06, 5e+08, 90, 3},
     10.045998535,
     {5.000000000, 0.000000000, 2.951693500, 0.000000000, 0.000000000, 3.258096538,
      0.815023625, 0.000000000},
     -0.747719256},
};

static void check_weigh(void **state)
{
    const struct weigh_case *c = *state;
    mg_lookalike_history history = {c->n, c->suspect, c->twin};
    double work[HISTORY];
    mg_lookalike_finding f;
    double sum = 0;

    assert_int_equal(mg_lookalike_weigh(&c->row, &history, &c->others, MG_LOOKALIKE_PRIOR,
                                        work, &f, NULL),
                     MG_OK);
    assert_near(f.lambda, c->lambda, 1e-8);
    for (unsigned t = 0; t < MG_LOOKALIKE_TERMS; t++) {
        if (fabs(f.term[t] - c->term[t]) > 1e-8)
            fail_msg("%s is %.12g, not %.12g", mg_lookalike_term_name(t), f.term[t],
                     c->term[t]);
        sum += f.share[t];
    }
    assert_near(f.log_odds, c->log_odds, 1e-7);
    assert_near(f.base + sum, f.log_odds, 1e-12);
    assert_near(f.posterior, 1 / (1 + exp(-c->log_odds)), 1e-8);
    assert_int_equal(f.verdict, f.posterior >= 0.5   ? MG_LOOKALIKE_IS_SWAP
                                : f.posterior >= 0.2 ? MG_LOOKALIKE_IS_DOUBTFUL
                                                     : MG_LOOKALIKE_IS_KEEP);
    assert_near(f.expected_usd, f.posterior * mg_lookalike_move(&c->row), 1e-3);
    assert_near(f.move_usd,
                f.verdict == MG_LOOKALIKE_IS_SWAP ? mg_lookalike_move(&c->row) : 0, 1e-6);
}

/* What the cases are there to say. */
static void verdicts(void **state)
{
    static const int want[] = {MG_LOOKALIKE_IS_KEEP, MG_LOOKALIKE_IS_DOUBTFUL,
                               MG_LOOKALIKE_IS_SWAP, MG_LOOKALIKE_IS_SWAP};
    double work[HISTORY];

    (void)state;
    for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
        const struct weigh_case *c = &weigh_cases[i];
        mg_lookalike_history history = {c->n, c->suspect, c->twin};
        mg_lookalike_finding f;
        assert_int_equal(
            mg_lookalike_weigh(&c->row, &history, &c->others, 0.1, work, &f, NULL),
            MG_OK);
        if ((int)f.verdict != want[i])
            fail_msg("%s: %s", c->name, mg_lookalike_verdict_name(f.verdict));
    }
}

static void sigma(void **state)
{
    static const double gaps[] = {0.5, -1.5, 1.0};
    double work[3];

    (void)state;
    assert_near(mg_lookalike_sigma(0, NULL, 0.8, work), 0.8, 1e-15);
    assert_near(mg_lookalike_sigma(3, gaps, 0.8, work),
                sqrt((3 / (0.6744897501960817 * 0.6744897501960817) + 3.2) / 8), 1e-12);
    assert_near(mg_lookalike_sigma(0, NULL, 0.01, work), 0.1, 0);
}

struct range_case {
    const char *name;
    double v, margin, sigma, prior;
};

static struct range_case range_cases[] = {
    {"no value", 0, 0, 1, 0.1},       {"a value that is none", NAN, 0, 1, 0.1},
    {"no deviation", 1, 0, 0, 0.1},   {"a margin below 0", 1, -0.1, 1, 0.1},
    {"no prior", 1, 0, 1, 0},         {"a prior of certainty", 1, 0, 1, 1},
    {"a prior of NaN", 1, 0, 1, NAN}, {"a deviation of NaN", 1, 0, NAN, 0.1},
};

static void check_range(void **state)
{
    const struct range_case *c = *state;
    mg_lookalike_row row = {.v = c->v, .margin = c->margin, .sigma = c->sigma};
    mg_lookalike_history none = {0};
    mg_lookalike_others others = {0};
    mg_lookalike_finding f;
    mg_error err;

    assert_int_equal(mg_lookalike_weigh(&row, &none, &others, c->prior, NULL, &f, &err),
                     MG_E_RANGE);
}

/* Flows of 1e5 to 1e9 USD with r and the twin, whose reports differ by sigma: half of
 * them have `part` planted under the suspect, the others a genuine row as large. Bounds
 * are those that the formula gives for a normal gap, with room for chance. */
struct plant_case {
    const char *name;
    double sigma, part;
    double recall_least, recall_most, false_most;
};

static struct plant_case plant_cases[] = {
    {"exact pairs, all of it", 0.1, 1, 1, 1, 0.01},
    {"exact pairs, half of it", 0.1, 0.5, 0.99, 1, 0.01},
    {"exact pairs, a twentieth: nearly blind", 0.1, 0.05, 0, 0.02, 0.001},
    {"usual pairs, all of it", 0.5, 1, 1, 1, 0.02},
    {"usual pairs, half of it", 0.5, 0.5, 0.01, 0.15, 0.02},
    {"usual pairs, a fifth: blind", 0.5, 0.2, 0, 0, 0},
    {"loose pairs, all of it", 1.5, 1, 0.85, 1, 0.001},
    {"loose pairs, half of it", 1.5, 0.5, 0, 0, 0},
};

static void check_plant(void **state)
{
    const struct plant_case *c = *state;
    enum { ROWS = 4000 };
    uint64_t seed = 408410;
    int hits = 0;
    int alarms = 0;

    for (int i = 0; i < ROWS; i++) {
        double flow =
            exp(log(1e5) + log(1e4) * (double)(random_below(&seed, 1000)) / 1000);
        double w = flow * exp(c->sigma * random_normal(&seed)) * 1.06;
        mg_lookalike_row row = {.v = c->part * flow,
                                .u = (1 - c->part) * flow,
                                .w = w,
                                .margin = 0.06,
                                .sigma = c->sigma};
        hits += mg_lookalike_judge(mg_lookalike_lambda(&row)) == MG_LOOKALIKE_IS_SWAP;
        row.u = flow;
        alarms += mg_lookalike_judge(mg_lookalike_lambda(&row)) == MG_LOOKALIKE_IS_SWAP;
    }
    double recall = (double)hits / ROWS;
    double alarm = (double)alarms / ROWS;
    if (recall < c->recall_least || recall > c->recall_most || alarm > c->false_most)
        fail_msg("recall %.4f, false alarms %.4f", recall, alarm);
}

static void names(void **state)
{
    (void)state;
    for (unsigned t = 0; t < MG_LOOKALIKE_TERMS; t++)
        assert_true(mg_lookalike_term_name(t)[0] != '\0');
    assert_string_equal(mg_lookalike_term_name(MG_LOOKALIKE_TERMS), "");
    assert_string_equal(mg_lookalike_verdict_name(MG_LOOKALIKE_IS_SWAP), "swap");
    assert_string_equal(mg_lookalike_verdict_name(MG_LOOKALIKE_VERDICTS), "");
}

int main(void)
{
    static struct suite s;

    SUITE_CASES(&s, lambda_cases, check_lambda);
    SUITE_CASES(&s, weigh_cases, check_weigh);
    suite_add(&s, "verdicts", verdicts, NULL);
    suite_add(&s, "sigma", sigma, NULL);
    SUITE_CASES(&s, range_cases, check_range);
    SUITE_CASES(&s, plant_cases, check_plant);
    suite_add(&s, "names", names, NULL);
    return suite_run("lookalike", &s);
}
