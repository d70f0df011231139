/* SPDX-License-Identifier: GPL-3.0-or-later */
/* panel.h - what both sides filed of the same cells, as columns: what the reliability of
 * reporters is told from. */
#ifndef MG_APP_PANEL_H
#define MG_APP_PANEL_H

#include "app/mirror.h"
#include "mirrorgap/reliability.h"

/* Cells beyond this many are sampled, by a hash of their key: the same ones every time.
 */
#define PANEL_CELLS_MOST ((uint64_t)1 << 23)

enum panel_measure { PANEL_VALUE, PANEL_QUANTITY, PANEL_MEASURES };
const char *panel_measure_name(unsigned measure); /* "value", "quantity" */

struct panel_rows {
    uint32_t *exporter, *importer, *commodity, *period;
    double *x, *m;
    size_t n, room;
};

struct panel {
    int level; /* of the cells: the finest filed, or as asked */
    char freq;
    uint64_t seen; /* cells, before sampling */
    /* Matched cells: FOB values; net weights that nobody estimated. */
    struct panel_rows cells[PANEL_MEASURES];
    /* Totals of a pair of countries in a period, where both sides filed any. */
    struct panel_rows totals[PANEL_MEASURES];
    uint16_t *codes;     /* of the countries, by number */
    uint32_t *number_of; /* by code, UINT32_MAX: none */
    uint32_t n_countries, n_periods;
};

/* Release in any case. */
MG_MUST_CHECK mg_status panel_gather(struct panel *panel, const struct mirror *mirror,
                                     const mg_talk *talk, mg_error *err);
void panel_release(struct panel *panel);

/* The cells or totals as the kernels take them. */
mg_mirror_panel panel_view(const struct panel *panel, const struct panel_rows *rows);

#endif
