/* SPDX-License-Identifier: GPL-3.0-or-later */
/* scatter_table.h - the flows of a ranking that a picture flow by flow can show: all that
 * are called, and of the others a sample that does not depend on their order. */
#ifndef MG_APP_SCATTER_TABLE_H
#define MG_APP_SCATTER_TABLE_H

#include "mirrorgap/held.h"

struct scatter_table {
    mg_held *held;
    size_t most;    /* others drawn */
    size_t near;    /* others held */
    uint64_t below; /* an other is held whose hash is not above it */
    /* flows with both sides above 0, the called ones of them, those that one side alone
     * reports, and those of which one side reports 0 */
    uint64_t matched, called, one_sided, zeros;
    bool known; /* the ranking's columns, which the next are */
    size_t key[4], export_usd, import_usd, q, status;
};

/* Starts its table, in `held`. Errors: MG_E_NOMEM. */
MG_MUST_CHECK mg_status scatter_start(struct scatter_table *table, mg_held *held,
                                      size_t most, mg_error *err);
/* Takes the last row of a ranking. Errors: MG_E_NOMEM. */
MG_MUST_CHECK mg_status scatter_take(struct scatter_table *table, const mg_held *scores,
                                     mg_error *err);
/* The share of the others that is held. */
double scatter_share(const struct scatter_table *table);

#endif
