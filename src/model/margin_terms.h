/* SPDX-License-Identifier: GPL-3.0-or-later */
/* margin_terms.h - the terms of a margin equation, and a pair as a row of them. */
#ifndef MG_MARGIN_TERMS_H
#define MG_MARGIN_TERMS_H

#include "mirrorgap/margin_fit.h"

enum { MARGIN_YEARS = 10000 };

struct margin_terms {
    size_t p;
    uint16_t term[MG_TERMS_MAX];
    uint8_t year_at[MARGIN_YEARS]; /* column of a year's term; 0: it has none */
};

/* A pair as regression row: unscaled, with the weight apart. */
struct margin_row {
    double x[MG_TERMS_MAX];
    double y, weight;
};

/* Whether the pair may be used (margin_fit.h). */
bool margin_usable(const mg_margin_pair *pair);

/* All fixed terms, and a term for each year that is set in years[], the last one
 * aside, which is *base. False where there are too many. */
bool margin_terms_make(struct margin_terms *terms, const bool years[MARGIN_YEARS],
                       unsigned *base);
/* Takes column j out. */
void margin_terms_drop(struct margin_terms *terms, size_t j);

void margin_row_make(const struct margin_terms *terms,
                     const mg_margin_fit_options *options, const mg_margin_pair *pair,
                     struct margin_row *row);

/* The value of one term. */
double margin_term_value(unsigned term, const mg_margin_pair *pair);

#endif
