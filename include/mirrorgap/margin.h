/* SPDX-License-Identifier: GPL-3.0-or-later */
/* margin.h - how much dearer a flow is at the importer's door: published models.
 *
 * All give ln(CIF / FOB); a FOB value is M / exp(ln). Pure arithmetic: no files, no
 * state; safe from several threads. NaN where an input that the model needs is missing
 * (no distance, no unit value), so that the caller falls back to the next model. */
#ifndef MG_MARGIN_H
#define MG_MARGIN_H

#include "mirrorgap/routes.h"

typedef struct mg_margin_case {
    mg_route route;
    double unit_value; /* world median, thousand US dollars a tonne (= USD a kg) */
    unsigned year;
    bool editions_differ; /* the two sides filed by different HS editions */
} mg_margin_case;

/* Gaulier and Zignago (2010), "BACI", table 1:
 *
 *     a + b ln km + c (ln km)^2 + d ln uv + e contiguous + f landlocked_m + g
 * landlocked_x
 *
 * for their reference year 2004; their year effects are not published. variant: 1 and 2
 * explain the ratio of unit values, 3 and 4 that of values; 2 and 4 are weighted by the
 * agreement of quantities; 2 is the one that this program uses. NaN for others. */
double mg_margin_baci(int variant, const mg_margin_case *c);

/* Global Financial Integrity (2019), set 1. It adds same_continent, the type of trade
 * agreement (not known counts as 0), development of both sides, a difference of
 * editions and years. GFI calls the importer i and the exporter j. Of the year effects,
 * relative to 2016, only those of 2001 and 2015 are known to us; every other year is
 * taken as 2016, which is wrong by about .0125 in 2001's neighbourhood. */
double mg_margin_gfi(const mg_margin_case *c);

/* GFI's guard: no flow is dearer FOB than CIF. Negative becomes 0, NaN stays. */
double mg_margin_clip(double ln_margin);

/* Deviation of ln(CIF / FOB) of one flow about the models. GFI's is that of its own
 * residuals, on cells whose quantities agree within 2.5 %; BACI's is not published
 * (R2 alone), and GFI's rounded figure stands for it. */
#define MG_MARGIN_SIGMA_GFI 0.1364
#define MG_MARGIN_SIGMA_BACI 0.136

#endif
