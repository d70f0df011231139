/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lookalikes.h - which rows that name a country may be trade of its look-alike. */
#ifndef MG_APP_LOOKALIKES_H
#define MG_APP_LOOKALIKES_H

#include "app/lookalike_lines.h"
#include "mirrorgap/app_screen.h"

/* Rows of 1000 USD or more, by reporter, code, flow and period. */
struct lookalikes {
    struct lookalike_line *lines;
    size_t n, room;
    size_t twins; /* that the country has */
};

/* Adds the rows that name `country`, of one frequency, judged on codes as they were filed
 * (those of the options' level, else the finest of each chapter); the options' filter
 * is not looked at otherwise. Months are added up to years first, of reporters that
 * filed all twelve: the weights of the test were learnt from years, and months are too
 * noisy for it (their lines have the year as period). Release in any case. */
MG_MUST_CHECK mg_status lookalikes_add(struct lookalikes *to, const mg_session *session,
                                       const mg_mirror_options *options, unsigned country,
                                       char freq, const mg_talk *talk, mg_error *err);
/* Puts them in order; needed before lookalikes_find(). */
void lookalikes_sort(struct lookalikes *lookalikes);
void lookalikes_release(struct lookalikes *lookalikes);

/* The row of a reporter's figure with the country it named (flow MG_FLOW_M: it imports),
 * of a month that of its year; or NULL. */
const struct lookalike_line *lookalikes_find(const struct lookalikes *lookalikes,
                                             unsigned named, uint32_t period,
                                             unsigned reporter, unsigned flow,
                                             uint32_t hs);

#endif
