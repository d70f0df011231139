/* SPDX-License-Identifier: GPL-3.0-or-later */
/* one_sided.h - how likely a flow of this size, pair and product goes unrecorded by a
 * country that does report.
 *
 * Two logits, one for cells that only the exporter filed against matched ones, one for
 * those that only the importer filed, by ridge and Newton steps on
 *   ln(value), its square; the share of the series' other periods that are one-sided,
 *   how many there are, and both together; the shares of the pair of countries in the
 *   period and in all periods; of exporter, importer and commodity; and how far the
 *   value is from the series' other periods; how the periods just before and after
 *   stood, both together, and with size.
 * Shares are drawn to that of all cells. Those of groups are told from the half of the
 * series that the cell is not in, so that nothing explains itself. p of a one-sided cell
 * is the share of one-sided cells that the model expects to be as unlikely as it: p = sum
 * of P over cells with P <= P of the cell / sum of P over all, uniform over one-sided
 * cells where the logit is right. A cell whose silence says nothing (the country never
 * reports, or did not in the period) is not passed in. Kernel: no files, no state; the
 * same bits on any number of threads. */
#ifndef MG_ONE_SIDED_H
#define MG_ONE_SIDED_H

#include "mirrorgap/status.h"

enum { MG_CELL_MATCHED, MG_CELL_EXPORTER_ONLY, MG_CELL_IMPORTER_ONLY };

typedef struct mg_one_sided_cells {
    size_t n;
    const uint8_t *status;  /* n, MG_CELL_ */
    const double *size;     /* n, ln of the value filed (matched: mean of both) */
    const uint32_t *period; /* n, numbers; rows of one series are neighbours, by period */
    /* n each, numbers of groups, below n: */
    const uint32_t *series;      /* exporter, importer, commodity */
    const uint32_t *pair_period; /* exporter, importer, period */
    const uint32_t *pair;        /* exporter, importer */
    const uint32_t *exporter;    /* exporter and period */
    const uint32_t *importer;    /* importer and period */
    const uint32_t *commodity;
} mg_one_sided_cells;

/* probability[i] and p[i], NaN for matched cells. Errors: MG_E_NOMEM; MG_E_RANGE. */
MG_MUST_CHECK mg_status mg_one_sided(const mg_one_sided_cells *cells, double *probability,
                                     double *p, mg_error *err);

#endif
