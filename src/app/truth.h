/* SPDX-License-Identifier: GPL-3.0-or-later */
/* truth.h - which cells synth or plant put something in.
 *
 * A truth file (synth.h) tells one anomaly a row. An anomaly shows in the cell of its
 * row and in those that got what is missing there:
 *
 *     partner_swap  note filed_under=CODE  the cell of the other partner
 *     relabel       note filed_as=HS       the cell of the other code
 *     time_shift    note moved_to=PERIOD   the cell of the other period
 *     reroute       note via=CODE          the cell from the exporter to the hub, and
 *                   onward=yes             that from the hub to the importer */
#ifndef MG_APP_TRUTH_H
#define MG_APP_TRUTH_H

#include "mirrorgap/status.h"

enum { TRUTH_KIND_ROOM = 24 };

struct truth_cell {
    uint32_t period;
    uint16_t exporter, importer;
    uint32_t hs;
    uint32_t anomaly; /* its row in the file, from 0 */
    bool other;       /* not the cell of the row itself */
    char kind[TRUTH_KIND_ROOM];
};

/* The cells by key; of one key the rows' own first, then by anomaly. */
struct truth {
    struct truth_cell *items;
    size_t n, room;
    uint32_t anomalies;
};

/* Reads a truth file. *truth is for truth_free(). Errors: MG_E_IO, MG_E_PARSE,
 * MG_E_NOMEM. */
MG_MUST_CHECK mg_status truth_read(const char *path, struct truth **truth, mg_error *err);
void truth_free(struct truth *truth);

/* The first cell with this key, *n of them in a row; NULL for none. */
const struct truth_cell *truth_find(const struct truth *truth, uint32_t period,
                                    unsigned exporter, unsigned importer, uint32_t hs,
                                    size_t *n);
/* What was planted in the cell; "" for nothing. */
const char *truth_of(const struct truth *truth, uint32_t period, unsigned exporter,
                     unsigned importer, uint32_t hs);

#endif
