/* SPDX-License-Identifier: GPL-3.0-or-later */
/* prices.h - median unit values of commodities, and the margins that importers file.
 *
 * Both are made once from arrays and then read-only: safe from several threads. The
 * results depend neither on the order of the arrays nor on the number of threads. */
#ifndef MG_PRICES_H
#define MG_PRICES_H

#include "mirrorgap/table.h"

typedef struct mg_prices mg_prices;

/* The exact medians (of an even count the mean of the middle two) of usd / kg, US
 * dollars a kg, which is thousands of dollars a tonne: UV of Gaulier and Zignago (2010)
 * where the arrays hold the flows of the world in one period.
 *   n, hs, usd, kg   flows: packed code (mg_hs_pack), value, net weight; n < 2^32
 * A flow whose value or weight is not > 0 and finite is left out.
 * *prices is the caller's, for mg_prices_free(). Errors: MG_E_NOMEM. */
MG_MUST_CHECK mg_status mg_prices_new(size_t n, const uint32_t *hs, const double *usd,
                                      const double *kg, mg_prices **prices,
                                      mg_error *err);
void mg_prices_free(mg_prices *prices);

typedef struct mg_price {
    double usd_per_kg; /* NaN: no flow at all */
    uint32_t hs; /* whose median it is: the code, its HS4, its HS2, or TOTAL (all) */
    uint32_t n;  /* how many flows it is the median of */
} mg_price;

/* Flows of which a median is taken; a code with fewer falls back. */
enum { MG_PRICES_LEAST = 5 };

/* The price of a code: its own median where it has MG_PRICES_LEAST flows, else that of
 * the flows of its HS4, its HS2, or of all. */
mg_price mg_prices_find(const mg_prices *prices, uint32_t hs);

typedef struct mg_explicit_margins mg_explicit_margins;

/* One import row that gives both values. */
typedef struct mg_explicit_row {
    uint16_t exporter, importer;
    uint32_t hs; /* packed, of 2 places or more */
    double cif_usd, fob_usd;
} mg_explicit_row;

/* The medians of cif / fob - 1 by exporter, importer and HS2 (METHODS 2.7). Rows whose
 * margin lies outside [-0.05, 1] are left out as errors of filing (values swapped, or in
 * other units), and so are rows without both values > 0 and codes of no chapter.
 * Errors: MG_E_NOMEM. n < 2^32. */
MG_MUST_CHECK mg_status mg_explicit_margins_new(size_t n, const mg_explicit_row *rows,
                                                mg_explicit_margins **margins,
                                                mg_error *err);
void mg_explicit_margins_free(mg_explicit_margins *margins);

typedef struct mg_explicit_margin {
    double margin; /* median of cif / fob - 1; NaN: fewer than MG_EXPLICIT_LEAST rows */
    double deviation; /* 1.4826 times the median absolute deviation */
    uint32_t n;
} mg_explicit_margin;

enum { MG_EXPLICIT_LEAST = 3 };

mg_explicit_margin mg_explicit_margins_find(const mg_explicit_margins *margins,
                                            unsigned exporter, unsigned importer,
                                            uint32_t hs);

/* How many rows were used, and left out. */
void mg_explicit_margins_count(const mg_explicit_margins *margins, uint64_t *used,
                               uint64_t *left_out);

#endif
