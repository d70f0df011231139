/* SPDX-License-Identifier: GPL-3.0-or-later */
/* series_twin.h - random reports of many periods, and robust-z scores of them the
 * slow way: one list of pairs, medians by sorting whole groups. */
#ifndef MG_SERIES_TWIN_H
#define MG_SERIES_TWIN_H

#include "memory_rows.h"

/* A matched pair and its scores. */
struct twin_pair {
    uint64_t key;
    uint32_t period; /* number of the period */
    double x, m, v;
    double z_cp, z_ts, score;
};

struct twin {
    const uint32_t *periods;
    size_t n_periods;
    mg_row *rows;
    size_t n_rows;
    struct twin_pair *pairs; /* all that are scored */
    size_t n;
    int level;
};

struct twin_shape {
    size_t cells;                         /* in each period */
    unsigned exporters, importers, goods; /* how many */
    int levels;                           /* bits: 1 TOTAL, 2 two places, 4 four, 8 six */
    bool equal;                           /* many gaps are equal: MAD 0, ties */
};

static inline double twin_figure(uint64_t *seed, const struct twin_shape *shape)
{
    if (random_below(seed, 40) == 0)
        return 0; /* a report all the same, but not scored */
    return shape->equal ? (double)(1 + random_below(seed, 3)) * 1000
                        : (double)(1 + random_below(seed, 1000000)) / 4;
}

static inline uint32_t twin_code(uint64_t *seed, const struct twin_shape *shape)
{
    static const int places[] = {0, 2, 4, 6};
    char text[MG_HS_TEXT + 8];
    unsigned kind;

    do
        kind = (unsigned)random_below(seed, 4);
    while ((shape->levels >> kind & 1) == 0);
    snprintf(text, sizeof text, "%06u",
             (unsigned)(1 + random_below(seed, shape->goods)) * 7919U % 1000000U);
    text[places[kind]] = '\0';
    return hs_of(kind == 0 ? "TOTAL" : text);
}

static inline int twin_by_cell(const void *a, const void *b)
{
    return mg_row_order(a, b);
}

/* Rows at random, one of each cell and flow at most. */
static inline void twin_rows(struct twin *t, const struct twin_shape *shape,
                             uint64_t seed)
{
    size_t n = 0;

    t->rows = malloc((t->n_periods * shape->cells * 2 + 1) * sizeof *t->rows);
    assert_non_null(t->rows);
    for (size_t p = 0; p < t->n_periods; p++)
        for (size_t i = 0; i < shape->cells; i++) {
            mg_row row = {
                .period = t->periods[p],
                .exporter = (uint16_t)(1 + random_below(&seed, shape->exporters)),
                .importer = (uint16_t)(300 + random_below(&seed, shape->importers)),
                .hs = twin_code(&seed, shape),
                .edition = 5,
                .unit = -1,
                .kg = NAN,
                .qty = NAN};
            unsigned sides = (unsigned)random_below(&seed, 16);
            for (unsigned flow = MG_FLOW_M; flow <= MG_FLOW_RX; flow++) {
                if ((sides == 15 && flow == MG_FLOW_M) ||
                    (sides == 14 && flow == MG_FLOW_X))
                    continue;
                if (flow == MG_FLOW_RX && sides != 13)
                    continue;
                row.flow = (uint8_t)flow;
                row.value_usd = twin_figure(&seed, shape);
                row.cif_usd = random_below(&seed, 3) ? NAN : twin_figure(&seed, shape);
                row.fob_usd = random_below(&seed, 3) ? NAN : twin_figure(&seed, shape);
                t->rows[n++] = row;
            }
        }
    qsort(t->rows, n, sizeof *t->rows, twin_by_cell);
    for (size_t i = 0; i < n; i++) /* cells that came twice: the first stays */
        if (t->n_rows == 0 || mg_row_order(&t->rows[t->n_rows - 1], &t->rows[i]) != 0)
            t->rows[t->n_rows++] = t->rows[i];
}

static inline bool twin_same_cell(const mg_row *a, const mg_row *b)
{
    return a->period == b->period && a->exporter == b->exporter &&
           a->importer == b->importer && a->hs == b->hs;
}

/* The pairs of the wanted periods whose two figures are above 0: the exporter's FOB
 * and the importer's CIF where they were filed. level: -1 for the finest. */
static inline void twin_pairs(struct twin *t, const bool *wanted, int level)
{
    t->pairs = malloc((t->n_rows + 1) * sizeof *t->pairs);
    assert_non_null(t->pairs);
    t->n = 0;
    t->level = level > 0 ? level : 0;
    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; i + 1 < t->n_rows; i++) {
            const mg_row *m = &t->rows[i];
            const mg_row *x = &t->rows[i + 1];
            if (m->flow != MG_FLOW_M || x->flow != MG_FLOW_X || !twin_same_cell(m, x))
                continue;
            struct twin_pair pair = {.key = (uint64_t)x->exporter << 48 |
                                            (uint64_t)x->importer << 32 | x->hs,
                                     .x = x->fob_usd > 0 ? x->fob_usd : x->value_usd,
                                     .m = m->cif_usd > 0 ? m->cif_usd : m->value_usd};
            while (t->periods[pair.period] != m->period)
                pair.period++;
            if (!wanted[pair.period] || pair.x <= 0 || pair.m <= 0)
                continue;
            if (level >= 0 && mg_hs_level(x->hs) != level)
                continue;
            pair.v = log(pair.m / pair.x);
            if (pass == 0 && mg_hs_level(x->hs) > t->level)
                t->level = mg_hs_level(x->hs);
            if (pass == 1 && mg_hs_level(x->hs) == t->level)
                t->pairs[t->n++] = pair;
        }
}

/* z of n pairs that stand together, into z_ts or z_cp. */
static inline void twin_group(struct twin_pair *pairs, size_t n, size_t least, bool time)
{
    double *v = malloc(n * sizeof *v);
    double median = 0;
    double mad = 0;

    assert_non_null(v);
    for (size_t i = 0; i < n; i++)
        v[i] = pairs[i].v;
    median = slow_median(v, n);
    for (size_t i = 0; i < n; i++)
        v[i] = fabs(pairs[i].v - median);
    mad = slow_median(v, n);
    for (size_t i = 0; i < n; i++)
        *(time ? &pairs[i].z_ts : &pairs[i].z_cp) =
            n >= least && mad > 0 ? 0.6744897501960817 * (pairs[i].v - median) / mad : 0;
    free(v);
}

static inline int twin_by_commodity(const void *a, const void *b)
{
    const struct twin_pair *x = a;
    const struct twin_pair *y = b;
    uint32_t p = (uint32_t)x->key;
    uint32_t q = (uint32_t)y->key;

    if (x->period != y->period)
        return x->period < y->period ? -1 : 1;
    return (p > q) - (p < q);
}

static inline int twin_by_series(const void *a, const void *b)
{
    const struct twin_pair *x = a;
    const struct twin_pair *y = b;

    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    return (x->period > y->period) - (x->period < y->period);
}

static inline int twin_by_rank(const void *a, const void *b)
{
    const struct twin_pair *x = a;
    const struct twin_pair *y = b;

    if (x->score != y->score)
        return x->score > y->score ? -1 : 1;
    return twin_by_series(a, b);
}

/* Groups of 5 within a commodity and period, of 4 along time (CONTRACT 8). */
static inline void twin_score(struct twin *t)
{
    for (int time = 0; time < 2; time++) {
        qsort(t->pairs, t->n, sizeof *t->pairs,
              time ? twin_by_series : twin_by_commodity);
        for (size_t i = 0; i < t->n;) {
            size_t end = i + 1;
            while (end < t->n &&
                   (time ? t->pairs[end].key == t->pairs[i].key
                         : twin_by_commodity(&t->pairs[end], &t->pairs[i]) == 0))
                end++;
            twin_group(t->pairs + i, end - i, time ? 4 : 5, time);
            i = end;
        }
    }
    for (size_t i = 0; i < t->n; i++)
        t->pairs[i].score = fmax(fabs(t->pairs[i].z_cp), fabs(t->pairs[i].z_ts));
    qsort(t->pairs, t->n, sizeof *t->pairs, twin_by_rank);
}

static inline void twin_release(struct twin *t)
{
    free(t->rows);
    free(t->pairs);
    *t = (struct twin){0};
}

#endif
