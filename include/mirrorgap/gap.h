/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gap.h - how far the two reports of one flow disagree (CONTRACT 5).
 *
 * Pure arithmetic on figures: no files, no state; safe from several threads.
 * A gap is the importer's figure, made FOB, minus the exporter's: positive where
 * the importer saw more than the exporter declared. Quantities: quantity.h. */
#ifndef MG_GAP_H
#define MG_GAP_H

#include <math.h>

#include "mirrorgap/status.h"

typedef enum mg_margin_source {
    MG_MARGIN_NONE,         /* the figure as filed */
    MG_MARGIN_FIXED,        /* M / (1 + c) */
    MG_MARGIN_FILED_FOB,    /* the importer filed a FOB value too */
    MG_MARGIN_REPORTED_FOB, /* it files imports FOB, by the valuation table */
    MG_MARGIN_PAIR,         /* median of what was filed for the pair and HS2 */
    MG_MARGIN_BACI,         /* models: margin.h, margin_fit.h */
    MG_MARGIN_GFI,
    MG_MARGIN_FIT,
    MG_MARGIN_SOURCES
} mg_margin_source;
const char *mg_margin_source_name(unsigned source);

typedef struct mg_margin_rule {
    bool adjust;                /* false: --cif none */
    double margin;              /* c >= 0 */
    double band_low, band_high; /* margins at the ends of the band, >= 0 */
} mg_margin_rule;

/* The import figure made FOB, and at both ends of the margin band. */
typedef struct mg_fob {
    double margin; /* c used; for a filed FOB value M / FOB - 1 */
    double usd;
    double usd_low, usd_high; /* at band_high and band_low: low <= high */
    mg_margin_source source;
} mg_fob;

/*   import_usd  M as filed, >= 0
 *   fob_usd     the filed FOB value of the import row, NaN: none */
mg_fob mg_margin_apply(const mg_margin_rule *rule, double import_usd, double fob_usd);

/* ln(m/x); NaN unless both are > 0. */
static inline double mg_gap_log(double m, double x)
{
    return m > 0 && x > 0 ? log(m / x) : NAN;
}

/* (m - x) / (m + x) in [-1, 1]; a silent side (NaN) gives +1 or -1; NaN where
 * both are 0 or silent. */
double mg_gap_relative(double m, double x);

#endif
