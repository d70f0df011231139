/* SPDX-License-Identifier: GPL-3.0-or-later */
/* screen_events.h - series of trade under rules, and the table of what happened to them.
 */
#ifndef MG_APP_SCREEN_EVENTS_H
#define MG_APP_SCREEN_EVENTS_H

#include "app/screening.h"
#include "mirrorgap/event.h"

/* One series: a rule and a reporter (0: all). */
struct event_studied {
    const mg_regime *regime;
    const mg_rule *rule;
    uint32_t code; /* 0: all of the rule */
    uint16_t reporter;
    uint8_t flow;
    bool part;
    mg_event event, placebo;
    bool has_placebo;
    double q;
};

struct event_world {
    const struct screening *screening;
    mg_reporting *reporting;
    uint32_t *periods; /* without a hole from first to last */
    size_t *places;    /* among the reporting, SIZE_MAX: not in the data */
    size_t n;
    size_t placebo_from, placebo_end; /* lines of goods that no rule is about */
    double *usd, *sum;                /* a figure a period */
    double *other; /* of the placebo; usd is used up on the way to it */
    struct event_studied *items;
    size_t n_items, room;
};

MG_MUST_CHECK mg_status event_table(const struct event_world *world, mg_output *output,
                                    mg_screen_summary *summary, mg_error *err);

#endif
