/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mirror.h - the two sides of a session laid side by side and measured, in the way that
 * was asked for: what every verb that speaks of pairs starts from. */
#ifndef MG_APP_MIRROR_H
#define MG_APP_MIRROR_H

#include "app/margins.h"
#include "mirrorgap/app.h"
#include "mirrorgap/each.h"
#include "mirrorgap/gap.h"
#include "mirrorgap/quantity.h"

struct mirror {
    const mg_session *session;
    const mg_mirror_options *options;
    mg_filter filter; /* of the options; with unions, the union of a member as well */
    mg_concordance *concordance;
    mg_unions *unions;
    mg_reporting *reporting;
    mg_moves moves;
    mg_move *move_items;
    struct lags *lags;
    struct margins margins;
    mg_rates *rates; /* implied weights; NULL: not asked for */
    mg_block_choice choice, secret_choice;
    mg_pair_plan plan;
    const uint32_t *periods; /* that may be asked for, filter apart */
    size_t n_periods;
};

/* silences: whether they will be asked for. Close in any case. */
MG_MUST_CHECK mg_status mirror_open(struct mirror *mirror, const mg_session *session,
                                    const mg_mirror_options *options, bool silences,
                                    const mg_talk *talk, mg_error *err);
void mirror_close(struct mirror *mirror);

/* A sink that counts what is asked for; the caller sets take and self. */
mg_pair_sink mirror_sink(const struct mirror *mirror, mg_pair_counts *counts);

/* Joins a period by the mirror's plan, and deals out exports to areas nes where that
 * was asked for. margins: of the period. */
MG_MUST_CHECK mg_status mirror_join(const struct mirror *mirror, uint32_t period,
                                    const struct period_margins *margins,
                                    const mg_pair_sink *sink, mg_error *err);

/* Does `piece` for each period of `freq` that is asked for, by its number among
 * mirror->periods. */
MG_MUST_CHECK mg_status mirror_each_period(const struct mirror *mirror, char freq,
                                           const mg_talk *talk, mg_piece piece,
                                           void *self, mg_error *err);

/* Notes how pairs were made in the companion of a table. */
MG_MUST_CHECK mg_status mirror_note(const struct mirror *mirror, mg_output *output,
                                    mg_error *err);

/* Whether a cell is asked for: of a component, the heading counts. */
bool mirror_wants(const struct mirror *mirror, const mg_pair *pair);

/* Annual where there is any, unless asked: frequencies are never mixed. */
char mirror_freq(const struct mirror *mirror, const mg_talk *talk);

/* What the two figures of a pair come to. NaN where a side is silent. */
struct measure {
    mg_fob m;
    double gap, gap_low, gap_high, log_gap, rel_gap;
    mg_qty_gap qty;
    double log_price_gap;
};
void mirror_measure(const struct mirror *mirror, const struct period_margins *period,
                    const mg_pair *pair, struct measure *measure);

#endif
