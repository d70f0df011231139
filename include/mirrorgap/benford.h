/* SPDX-License-Identifier: GPL-3.0-or-later */
/* benford.h - first digits against Benford's law, with a p that holds for few figures.
 *
 * P(d) = log10(1 + 1/d). Of the statistics for it, Freedman and Watson's U^2 has
 * quantiles that hardly depend on n (METHODS 5.8, 200,000 simulations: its 95 % quantile
 * is 0.174 at n = 10 and 0.179 from n = 75 on), so that one table serves; chi^2 and the
 * mean absolute deviation do not. Only figures that span three orders of magnitude or
 * more can be expected to follow the law. Pure; safe from several threads. */
#ifndef MG_BENFORD_H
#define MG_BENFORD_H

#include "mirrorgap/status.h"

enum { MG_DIGITS = 9 };

/* Figures by their first digit, and how far they span. Start from all zeros. */
typedef struct mg_digits {
    uint64_t count[MG_DIGITS];
    double least, most;
} mg_digits;

/* Takes a figure in; NaN, infinity and what is not above 0 are passed over. */
void mg_digits_add(mg_digits *digits, double figure);

/* U^2 = (n / 9) (sum S^2 - (sum S)^2 / 9), S the sums of share - P(d) up to each digit;
 * NaN for no figures. */
double mg_benford_u2(const mg_digits *digits);
/* P(U^2 so large): through the simulated quantiles (50, 90, 95, 99 %), in ln p straight
 * between them and straight on beyond the last. */
double mg_benford_p(double u2);
/* Whether the law can be asked for: 50 figures or more, over three orders of magnitude.
 */
bool mg_benford_applies(const mg_digits *digits);

#endif
