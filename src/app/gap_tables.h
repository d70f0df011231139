/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gap_tables.h - the sums of gaps that figures are drawn from, held. */
#ifndef MG_APP_GAP_TABLES_H
#define MG_APP_GAP_TABLES_H

#include "mirrorgap/app.h"
#include "mirrorgap/held.h"

/* What mg_gaps_print() prints by `by`, whatever the filter's limit. level: the finest
 * that was filed, or NULL. Errors: those of it. */
MG_MUST_CHECK mg_status gap_table(const mg_session *session,
                                  const mg_mirror_options *mirror, const char *by,
                                  const mg_talk *talk, mg_held *to, int *level,
                                  mg_error *err);

/* By country and chapter; data of one chapter by heading, of one heading by year. Where
 * countries were asked for, a row is a country on either side, else an exporter. *held is
 * the caller's; *by: the column that tells commodities (or periods) apart. */
MG_MUST_CHECK mg_status gap_table_heat(const mg_session *session,
                                       const mg_mirror_options *mirror,
                                       const mg_talk *talk, mg_held **held,
                                       const char **by, mg_error *err);

/* The pairs of countries with the largest gaps, at most `most`, both with a place on
 * earth; behind them those that one side alone reports, by what it reports. `to` has no
 * table yet. */
MG_MUST_CHECK mg_status gap_table_map(const mg_session *session,
                                      const mg_mirror_options *mirror, size_t most,
                                      const mg_talk *talk, mg_held *to, mg_error *err);

#endif
