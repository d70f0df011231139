/* SPDX-License-Identifier: GPL-3.0-or-later */
/* quantity.h - how far the two reports of one flow disagree in quantity.
 *
 * Quantity gap: ln(q_m / q_x) in one common measure (CONTRACT 5); price gap: the
 * value gap minus it. Missing is NaN, and a quantity of 0 is missing. Arithmetic
 * without state: safe from several threads. */
#ifndef MG_QUANTITY_H
#define MG_QUANTITY_H

#include "mirrorgap/ref.h"
#include "mirrorgap/sum.h"
#include "mirrorgap/unit_rate.h"

/* The quantity part of one side's report. */
typedef struct mg_qty_side {
    double kg;      /* net weight; NaN: missing */
    double qty;     /* in `unit`; NaN: missing */
    int unit;       /* quantity unit code; -1 and 1 mean none */
    unsigned flags; /* MG_FLAG_QTY_ESTIMATED, MG_FLAG_KG_ESTIMATED; others ignored */
} mg_qty_side;

/* What was compared, the best first. */
typedef enum mg_qty_basis {
    MG_QTY_NONE,      /* nothing in common */
    MG_QTY_KG,        /* net weights */
    MG_QTY_UNIT,      /* quantities in one unit */
    MG_QTY_CONVERTED, /* in two units of a family, or a weight with a mass quantity */
    MG_QTY_IMPLIED,   /* kilograms by the commodity's implied rate (unit_rate.h) */
    MG_QTY_BASES
} mg_qty_basis;
const char *mg_qty_basis_name(unsigned basis); /* "" for none */

typedef struct mg_qty_gap {
    double log_gap;   /* ln(q_m / q_x); NaN: nothing to compare */
    double agreement; /* min(q) / max(q) in (0, 1]; NaN likewise */
    mg_qty_basis basis;
    bool estimated; /* a figure compared is flagged as estimated, or implied: the
                     * flag estimated_quantity of CONTRACT 8 */
} mg_qty_gap;

/* The quantities of importer and exporter: net weight where both have it, else the
 * quantity in one unit, else in units of one family. A net weight meets a quantity
 * in a mass unit (kg, g, t) as `converted`. */
mg_qty_gap mg_gap_quantity(const mg_ref *ref, const mg_qty_side *m, const mg_qty_side *x);

/* The same, and where that finds nothing, kilograms implied by the accepted rates of
 * the commodity. rates: finished. */
mg_qty_gap mg_gap_quantity_implied(const mg_ref *ref, const mg_rates *rates, uint32_t hs,
                                   const mg_qty_side *m, const mg_qty_side *x);

/* Shares of quantity and price in the dispersion of the value gap (METHODS 4.5):
 *
 *     g = g_q + g_p,  Cov(g, g_q) / Var(g) + Cov(g, g_p) / Var(g) = 1
 *
 * Reading: price ~ 0, goods are missing or went elsewhere; quantity ~ 0, they were
 * mis-invoiced; var_quantity ~ var_price >> var_gap, the quantities are wrong.
 * Sums are exact integers (sum.h), so any split and order of additions gives the
 * same bits. Relative error of a variance: below 1e-15 (1 + mean^2 / variance).
 * Domain: |gap| < 1e4, n < 2^50. Zero-initialised: empty. */
typedef struct mg_pq_sums {
    mg_sum g, q, gg, gq, qq;
    uint64_t n;
    uint64_t left_out; /* pairs without a gap of value or quantity, or estimated */
} mg_pq_sums;

typedef struct mg_pq_shares {
    uint64_t n, left_out;
    double quantity, price; /* NaN where n < 2 or the value gap does not vary */
    double var_gap, var_quantity, var_price; /* over n - 1; NaN where n < 2 */
} mg_pq_shares;

/* Adds one pair; one without both gaps or with an estimated quantity, for which the
 * parts mean nothing, is left out and counted. */
void mg_pq_add(mg_pq_sums *sums, double log_gap, const mg_qty_gap *quantity);
void mg_pq_merge(mg_pq_sums *sums, const mg_pq_sums *other);
mg_pq_shares mg_pq_finish(const mg_pq_sums *sums);

#endif
