/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rerouting.h - trade of sources, hubs and a target before and after an event, by good.
 */
#ifndef MG_APP_REROUTING_H
#define MG_APP_REROUTING_H

#include "mirrorgap/app_screen.h"
#include "mirrorgap/concordance.h"
#include "mirrorgap/date.h"
#include "mirrorgap/pair.h"
#include "mirrorgap/regime.h"
#include "mirrorgap/reroute.h"

/* A class of codes that are the same goods in all editions of the data. */
struct rerouting_good {
    mg_hs_class name;
    bool banned, part; /* part: only some of it may be */
};

/* US dollars a year [before, after] by good and area. */
struct rerouting_flows {
    double *usd; /* [good][area][2] */
    size_t room;
};

enum rerouting_role {
    REROUTING_OUT,    /* sources' exports to the area, as they file them */
    REROUTING_IN,     /* the area's imports from the sources, as it files them, FOB */
    REROUTING_TO,     /* the area's exports to the target */
    REROUTING_OTHERS, /* the area's exports to anybody else */
    REROUTING_ROLES
};

struct rerouting {
    const mg_session *session;
    const mg_reroute_options *options;
    const mg_talk *talk;
    uint8_t *sources, *hubs, *targets; /* by area code; hubs: NULL, all */
    mg_concordance *concordance;
    mg_hs_map *map;
    mg_regime **regimes;
    size_t n_regimes;
    mg_reporting *reporting;
    unsigned low, high; /* editions of the data */
    char freq;
    size_t per_year;
    uint16_t *codes;  /* of areas that are countries */
    int32_t *area_of; /* by code, -1: none */
    size_t n_areas;
    /* periods that an area filed exports and imports in, before and after */
    uint32_t (*filed)[2][2]; /* [area][M, X][before, after] */
    uint32_t windows[2];     /* periods there are before and after */
    struct rerouting_good *goods;
    size_t n_goods, room_goods;
    struct rerouting_flows flows[REROUTING_ROLES];
    uint64_t *keys; /* open addressing: edition << 32 | hs, 0: empty */
    uint32_t *good_of;
    size_t n_keys, slots;  /* a power of 2 */
    double by_level[4][2]; /* what the sources export, by length of code / 2 */
    int level; /* of the goods that are used; 0: none is there before and after */
    unsigned silent_sources;
};

/* Release in any case. */
MG_MUST_CHECK mg_status rerouting_gather(struct rerouting *rerouting,
                                         const mg_session *session,
                                         const mg_reroute_options *options,
                                         const mg_talk *talk, mg_error *err);
void rerouting_release(struct rerouting *rerouting);

/* The good that a code is, new where it was not met before. */
MG_MUST_CHECK mg_status rerouting_good_of(struct rerouting *rerouting, unsigned edition,
                                          uint32_t hs, size_t *good, mg_error *err);
/* Whether a rule is about a country of the route's end. */
bool rerouting_about(const struct rerouting *rerouting, const mg_rule *rule);

/* Reads the route: fills sources, hubs and targets. Errors: MG_E_RANGE, the asker's. */
MG_MUST_CHECK mg_status rerouting_question(struct rerouting *rerouting, mg_error *err);

/* Whether an area filed a flow in both windows, or after the event. */
static inline bool rerouting_filed(const struct rerouting *r, size_t area, bool exports,
                                   bool both)
{
    const uint32_t *periods = r->filed[area][exports];

    return periods[1] > 0 && (!both || periods[0] > 0);
}

static inline double *rerouting_at(const struct rerouting *r, enum rerouting_role role,
                                   size_t good, size_t area)
{
    return r->flows[role].usd + (good * r->n_areas + area) * 2;
}

#endif
