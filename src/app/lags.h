/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lags.h - by how many months each importer's figures are later. */
#ifndef MG_APP_LAGS_H
#define MG_APP_LAGS_H

#include "mirrorgap/app.h"

struct lags;

/* A lag for all, or one fitted for each pair of countries on the session's months, and
 * by distance where there are too few. Close in any case. */
MG_MUST_CHECK mg_status lags_open(const mg_session *session,
                                  const mg_mirror_options *options, struct lags **lags,
                                  const mg_talk *talk, mg_error *err);
void lags_close(struct lags *lags);
mg_lag_of lags_of(const struct lags *lags);

#endif
