/* SPDX-License-Identifier: GPL-3.0-or-later */
/* moves.h - a table of a hub's re-exports, as the user gives it. */
#ifndef MG_APP_MOVES_H
#define MG_APP_MOVES_H

#include "mirrorgap/pair.h"

/* Columns period, hub, origin, consignee, hs, value_usd; areas by code, ISO3 or name.
 * *items is the caller's, to free(). Errors: MG_E_IO, MG_E_PARSE, MG_E_NOMEM. */
MG_MUST_CHECK mg_status moves_read(const char *path, const mg_ref *ref, mg_moves *moves,
                                   mg_move **items, mg_error *err);

#endif
