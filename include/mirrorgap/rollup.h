/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rollup.h - sums of gaps over whatever one wants to sum them over (METHODS 4.4, 4.5).
 *
 * A gap is the importer's figure made FOB minus the exporter's, of a matched cell. Signs
 * of a sum cancel, so each sum stands with what it is made of:
 *   net = positive - negative, of the cells' gaps;
 *   misclassification at HS4 = 1 - (sum over exporter, importer, period and heading of
 *     |sum of gaps|) / (sum of |gap|): what nets out inside headings, as goods do that
 *     one side files under a sibling code; at HS2 likewise;
 *   weighted net = sum of gap * min(q)/max(q) over cells with both quantities: GFI's,
 *     which leaves out what is smuggled by design (METHODS 0.8);
 *   four signs: a positive gap is import over-invoicing of the importer and export
 *     under-invoicing of the exporter, a negative one the reverse (METHODS 4.1);
 *   shares of quantity and price: mg_pq_shares.
 * All sums are exact to 2^-50 (sum.h), so their order does not matter, and rollups made
 * by several threads give the same bits. A rollup belongs to one thread at a time. */
#ifndef MG_ROLLUP_H
#define MG_ROLLUP_H

#include "mirrorgap/quantity.h"

/* One cell with its measures; values in US dollars, NaN where a side is silent. */
typedef struct mg_rollup_cell {
    uint64_t place;      /* exporter << 16 | importer, the period above: cells in order */
    uint32_t hs4, hs2;   /* codes cut to it; 0: the cell is no finer */
    double x_usd, m_usd; /* FOB both */
    double gap_usd, log_gap;
    double low_usd, high_usd; /* gap at the ends of the margin's band */
    bool modelled;            /* m_usd was made FOB by a model's margin */
    mg_qty_gap quantity;
} mg_rollup_cell;

/* What a row is about: the caller's. Rows come out in order of the parts. */
typedef struct mg_rollup_key {
    uint64_t part[2];
} mg_rollup_key;

/* Whose side a cell is told from. */
enum { MG_ROLLUP_IMPORTER = 1, MG_ROLLUP_EXPORTER = 2, MG_ROLLUP_BOTH = 3 };

typedef struct mg_rollup_row {
    mg_rollup_key key;
    uint64_t matched, exporter_only, importer_only;
    uint64_t n_weighted;
    mg_pq_sums split;                  /* of log gaps into quantity and price */
    mg_sum export_usd, import_fob_usd; /* all cells */
    mg_sum export_matched_usd, import_matched_usd; /* of matched ones */
    mg_sum import_modelled_usd;                    /* of import_fob_usd, by a model */
    mg_sum net, positive, weighted;
    mg_sum net_low, net_high; /* net at the ends of the margins' bands */
    mg_sum import_over, import_under, export_over, export_under;
    mg_sum net_hs4, net_hs2;     /* sums of |net| within a heading, a chapter */
    mg_sum gross_hs4, gross_hs2; /* of |gap| of the cells that are finer */
} mg_rollup_row;

typedef struct mg_rollup mg_rollup;

MG_MUST_CHECK mg_status mg_rollup_new(mg_rollup **rollup, mg_error *err);
void mg_rollup_free(mg_rollup *rollup);
/* Cells of one place, heading and row follow each other, as pairs are ordered.
 * sides: MG_ROLLUP_ bits. Errors: MG_E_NOMEM. */
MG_MUST_CHECK mg_status mg_rollup_add(mg_rollup *rollup, mg_rollup_key key,
                                      unsigned sides, const mg_rollup_cell *cell,
                                      mg_error *err);
/* Adds all of `more`. No cell of either comes between cells of one place. */
MG_MUST_CHECK mg_status mg_rollup_merge(mg_rollup *rollup, mg_rollup *more,
                                        mg_error *err);
/* The rows, by key; the rollup's, until the next call. */
const mg_rollup_row *mg_rollup_rows(mg_rollup *rollup, size_t *n);

/* Of a row; NaN where there is nothing to tell it from. */
double mg_rollup_negative(const mg_rollup_row *row); /* >= 0 */
double mg_rollup_misclassified(const mg_sum *net, const mg_sum *gross);

#endif
