/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plant_write.h - a data set with some reports changed, as a store of its own. */
#ifndef MG_APP_PLANT_WRITE_H
#define MG_APP_PLANT_WRITE_H

#include "mirrorgap/app.h"
#include "mirrorgap/plant.h"

/* Writes the session's data with the changes into a new store.
 *
 * Changed reports are rows of a source of their own, `name`. Of a changed report every
 * row of the same key goes: duplicates and breakdowns would bring the old one back. The
 * totals that the reporter itself filed follow: of the partner at coarser levels, and
 * of World at each, by as much as the report changed; *followed counts them. A total
 * that gains and was not there is filed where the reporter files totals of its kind;
 * those of another frequency stay.
 * Errors: MG_E_IO (the store holds data already), those of the store. */
MG_MUST_CHECK mg_status plant_write(const mg_session *session, const mg_planted *planted,
                                    const char *store, const char *name, bool wait,
                                    const mg_talk *talk, uint64_t *followed,
                                    mg_error *err);

/* The changes in totals, by mg_row_order(): keys, and by how much value, CIF, FOB and
 * weight (NaN: unknown) change. *totals is for free(). Errors: MG_E_NOMEM. */
MG_MUST_CHECK mg_status plant_totals(const mg_planted *planted, mg_row **totals,
                                     size_t *n, mg_error *err);

#endif
