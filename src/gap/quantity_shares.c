/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How much of the dispersion of value gaps is quantity, and how much price. */
#include "mirrorgap/quantity.h"

void mg_pq_add(mg_pq_sums *sums, double log_gap, const mg_qty_gap *quantity)
{
    const double g = log_gap;
    const double q = quantity->log_gap;

    if (!isfinite(g) || !isfinite(q) || quantity->estimated) {
        sums->left_out++;
        return;
    }
    mg_sum_add(&sums->g, g);
    mg_sum_add(&sums->q, q);
    mg_sum_add(&sums->gg, g * g);
    mg_sum_add(&sums->gq, g * q);
    mg_sum_add(&sums->qq, q * q);
    sums->n++;
}

void mg_pq_merge(mg_pq_sums *sums, const mg_pq_sums *other)
{
    mg_sum_merge(&sums->g, &other->g);
    mg_sum_merge(&sums->q, &other->q);
    mg_sum_merge(&sums->gg, &other->gg);
    mg_sum_merge(&sums->gq, &other->gq);
    mg_sum_merge(&sums->qq, &other->qq);
    sums->n += other->n;
    sums->left_out += other->left_out;
}

mg_pq_shares mg_pq_finish(const mg_pq_sums *sums)
{
    const double n = (double)sums->n;
    mg_pq_shares s = {sums->n, sums->left_out, NAN, NAN, NAN, NAN, NAN};

    if (sums->n < 2)
        return s;
    const double g = mg_sum_value(&sums->g) / n;
    const double q = mg_sum_value(&sums->q) / n;
    const double free = n - 1;
    const double cov = (mg_sum_value(&sums->gq) - n * g * q) / free;
    s.var_gap = fmax((mg_sum_value(&sums->gg) - n * g * g) / free, 0);
    s.var_quantity = fmax((mg_sum_value(&sums->qq) - n * q * q) / free, 0);
    s.var_price = fmax(s.var_gap + s.var_quantity - 2 * cov, 0);
    /* what rounding alone leaves of equal gaps is no dispersion */
    if (s.var_gap > 1e-14 * (1 + g * g)) {
        s.quantity = cov / s.var_gap;
        s.price = 1 - s.quantity;
    }
    return s;
}
