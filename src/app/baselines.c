/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rankings by simpler means, from the columns of a table of scores. */
#include <stdlib.h>

#include "app/evaluate.h"
#include "mirrorgap/isolation.h"
#include "mirrorgap/mem.h"
#include "mirrorgap/robust_z.h"

const char *judged_ranking_name(unsigned ranking)
{
    static const char *const names[JUDGED_RANKINGS] = {
        "as_given",  "abs_gap_usd",  "abs_log_gap",     "robust_z",
        "iqr_price", "gfi_weighted", "isolation_forest"};
    return ranking < JUDGED_RANKINGS ? names[ranking] : "";
}

static uint64_t commodity_key(const struct judged *r)
{
    return (uint64_t)r->hs << 32 | r->period;
}

static uint64_t series_key(const struct judged *r)
{
    return (uint64_t)r->exporter << 48 | (uint64_t)r->importer << 32 | r->hs;
}

/* The rank, the p-value, the score, or the order of the rows: the first there is. */
static void as_given(const struct judged_table *t, double *score)
{
    for (size_t i = 0; i < t->n; i++) {
        const struct judged *r = &t->rows[i];
        score[i] = t->has_rank    ? -r->rank
                   : t->has_p     ? -r->p
                   : t->has_score ? r->score
                                  : -(double)i;
    }
}

/* The rows that have a log gap; *n of them, for free(). */
static uint32_t *with_log_gap(const struct judged_table *t, size_t *n)
{
    uint32_t *rows = mg_alloc(t->n, sizeof *rows);

    *n = 0;
    for (size_t i = 0; rows != NULL && i < t->n; i++)
        if (!isnan(t->rows[i].log_gap))
            rows[(*n)++] = (uint32_t)i;
    return rows;
}

/* robust_z.h on the table's own log gaps: the smallest groups are those of CONTRACT 8. */
static mg_status robust_z(const struct judged_table *t, double *score, mg_error *err)
{
    enum { LEAST_ACROSS = 5, LEAST_OVER_TIME = 4 };
    size_t n;
    uint32_t *rows = with_log_gap(t, &n);
    uint64_t *keys = mg_alloc(t->n, sizeof *keys);
    double *work = mg_alloc(t->n, 3 * sizeof *work);
    double *gaps = work;
    double *across = gaps + (work != NULL ? t->n : 0);
    double *over_time = across + (work != NULL ? t->n : 0);
    mg_status status = rows != NULL && keys != NULL && work != NULL
                           ? MG_OK
                           : mg_fail(err, MG_E_NOMEM, "cannot score %zu rows", t->n);

    for (size_t i = 0; status == MG_OK && i < n; i++) {
        gaps[i] = t->rows[rows[i]].log_gap;
        keys[i] = commodity_key(&t->rows[rows[i]]);
    }
    if (status == MG_OK)
        status = mg_robust_z(n, keys, gaps, LEAST_ACROSS, across, err);
    for (size_t i = 0; status == MG_OK && i < n; i++)
        keys[i] = series_key(&t->rows[rows[i]]);
    if (status == MG_OK)
        status = mg_robust_z(n, keys, gaps, LEAST_OVER_TIME, over_time, err);
    for (size_t i = 0; status == MG_OK && i < n; i++)
        score[rows[i]] = fmax(fabs(across[i]), fabs(over_time[i]));
    free(rows);
    free(keys);
    free(work);
    return status;
}

/* ---- the price filter ---- */

struct price {
    uint64_t key;
    double ln;
    uint32_t row;
};

static int by_price(const void *a, const void *b)
{
    const struct price *p = a;
    const struct price *q = b;

    if (p->key != q->key)
        return p->key < q->key ? -1 : 1;
    if (p->ln != q->ln)
        return p->ln < q->ln ? -1 : 1;
    return (p->row > q->row) - (p->row < q->row);
}

static size_t list_prices(const struct judged_table *t, struct price *prices)
{
    size_t n = 0;

    for (size_t i = 0; i < t->n; i++) {
        const struct judged *r = &t->rows[i];
        const uint64_t key = commodity_key(r);
        if (r->x_usd > 0 && r->x_kg > 0)
            prices[n++] = (struct price){key, log(r->x_usd / r->x_kg), (uint32_t)i};
        if (r->m_usd > 0 && r->m_kg > 0)
            prices[n++] = (struct price){key, log(r->m_usd / r->m_kg), (uint32_t)i};
    }
    if (n > 0)
        qsort(prices, n, sizeof *prices, by_price);
    return n;
}

/* Quantile of n ordered ones, between neighbours in a straight line. */
static double quantile(const struct price *prices, size_t n, double share)
{
    double at = share * (double)(n - 1);
    size_t low = (size_t)at;
    size_t high = low + 1 < n ? low + 1 : low;

    return prices[low].ln + (at - (double)low) * (prices[high].ln - prices[low].ln);
}

/* How far a side's price lies outside the middle half of all that were paid for the
 * commodity in the period, in widths of it; 0 inside, and where there are few. */
static mg_status iqr_price(const struct judged_table *t, double *score, mg_error *err)
{
    enum { LEAST = 4 };
    struct price *prices = mg_alloc(t->n, 2 * sizeof *prices);
    size_t n;

    if (prices == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot compare %zu prices", t->n);
    n = list_prices(t, prices);
    for (size_t from = 0; from < n;) {
        size_t end = from;
        while (end < n && prices[end].key == prices[from].key)
            end++;
        double low = quantile(prices + from, end - from, 0.25);
        double high = quantile(prices + from, end - from, 0.75);
        bool usable = end - from >= LEAST && high > low;
        for (; from < end; from++) {
            double ln = prices[from].ln;
            double out = ln < low ? low - ln : ln > high ? ln - high : 0;
            double *to = &score[prices[from].row];
            out = usable ? out / (high - low) : 0;
            *to = isnan(*to) || out > *to ? out : *to;
        }
    }
    free(prices);
    return MG_OK;
}

/* Size, and gaps of value, quantity and price; quantities that nobody tells agree. */
static mg_status isolation(const struct judged_table *t, uint64_t seed, double *score,
                           mg_error *err)
{
    enum { WIDTH = 4 };
    size_t n;
    uint32_t *rows = with_log_gap(t, &n);
    double *features = mg_alloc(t->n, WIDTH * sizeof *features);
    double *scores = mg_alloc(t->n, sizeof *scores);
    mg_status status = rows != NULL && features != NULL && scores != NULL
                           ? MG_OK
                           : mg_fail(err, MG_E_NOMEM, "cannot score %zu rows", t->n);

    for (size_t i = 0; status == MG_OK && i < n; i++) {
        const struct judged *r = &t->rows[rows[i]];
        double *f = features + i * WIDTH;
        double usd = fmax(r->x_usd, r->m_usd);
        f[0] = usd > 0 ? log(usd) : 0;
        f[1] = r->log_gap;
        f[2] = isnan(r->log_qty_gap) ? 0 : r->log_qty_gap;
        f[3] = isnan(r->log_qty_gap) ? 0 : r->log_gap - r->log_qty_gap;
    }
    if (status == MG_OK)
        status = mg_isolation_forest(n, WIDTH, features, seed, scores, err);
    for (size_t i = 0; status == MG_OK && i < n; i++)
        score[rows[i]] = scores[i];
    free(rows);
    free(features);
    free(scores);
    return status;
}

/* Of a row on its own. */
static double simple_score(const struct judged *r, unsigned ranking)
{
    switch (ranking) {
    case RANKED_GAP_USD:
        return fabs(r->gap_usd);
    case RANKED_LOG_GAP:
        return fabs(r->log_gap);
    case RANKED_GFI:
        return fabs(r->gap_usd * r->agreement);
    default:
        return r->score;
    }
}

mg_status judged_rank(const struct judged_table *t, unsigned ranking, uint64_t seed,
                      double *score, bool *there, mg_error *err)
{
    *there = (ranking != RANKED_GFI || t->has_qty) &&
             (ranking != RANKED_IQR_PRICE || t->has_kg);
    if (!*there)
        return MG_OK;
    for (size_t i = 0; i < t->n; i++)
        score[i] = NAN;
    if (ranking == RANKED_AS_GIVEN)
        as_given(t, score);
    else if (ranking == RANKED_IQR_PRICE)
        return iqr_price(t, score, err);
    else if (ranking == RANKED_ISOLATION)
        return isolation(t, seed, score, err);
    else if (ranking == RANKED_ROBUST_Z && !t->robust_z)
        return robust_z(t, score, err);
    else
        for (size_t i = 0; i < t->n; i++)
            score[i] = simple_score(&t->rows[i], ranking);
    return MG_OK;
}
