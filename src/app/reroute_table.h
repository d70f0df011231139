/* SPDX-License-Identifier: GPL-3.0-or-later */
/* reroute_table.h - what is found out of each hub, and the tables of it. */
#ifndef MG_APP_REROUTE_TABLE_H
#define MG_APP_REROUTE_TABLE_H

#include "app/rerouting.h"

struct reroute_hub {
    size_t area;
    mg_reroute result;
    mg_change to_hub, out;
    double phantom_usd, q;
    bool part;
};

struct reroute_answer {
    const struct rerouting *r;
    mg_reroute_good *goods;
    mg_reroute_line *lines;
    size_t *place; /* of a good among those gathered */
    size_t n;
    double *all; /* [good][2]: sources' exports to neither target nor a hub asked for */
    struct reroute_hub *hubs;
    size_t n_hubs, room;
};

/* The goods as one hub has them. */
void reroute_fill(struct reroute_answer *answer, size_t area);

/* A line each hub, or each hub and good. */
MG_MUST_CHECK mg_status reroute_table(struct reroute_answer *answer, mg_output *output,
                                      mg_reroute_summary *summary, mg_error *err);

#endif
