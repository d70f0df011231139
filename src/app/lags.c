/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/lags.h"

#include <stdlib.h>

#include "mirrorgap/lag.h"
#include "mirrorgap/mem.h"
#include "mirrorgap/routes.h"

/* Distance classes in km, for pairs with too few months. */
static const double bounds[] = {1500, 5000, 10000};
enum { CLASSES = sizeof bounds / sizeof *bounds + 1, SLOTS = 1 << 17 };

/* A pair of countries and the totals that either side filed, month by month. */
struct line {
    uint32_t place; /* exporter << 16 | importer */
    uint8_t lag;
    double *x, *m;
};

struct lags {
    unsigned fixed;
    bool fitted;
    const mg_ref *ref;
    mg_routes *routes;
    struct line *lines;
    uint32_t *slots; /* 1 + a line, or 0 */
    size_t n, room;
    uint32_t first;  /* the first month, in months */
    size_t n_months; /* from the first to the last */
    uint8_t by_class[CLASSES];
};

static unsigned class_of(const struct lags *l, uint32_t place)
{
    double km = mg_routes_find(l->routes, place >> 16, place & 0xffff).km;
    unsigned c = 0;

    while (c < CLASSES - 1 && !(km < bounds[c]))
        c++;
    return isnan(km) ? 1 : c;
}

static uint32_t *slot_of(const struct lags *l, uint32_t place)
{
    size_t slot = place * 2654435761U >> (32 - 17);

    while (l->slots[slot] != 0 && l->lines[l->slots[slot] - 1].place != place)
        slot = (slot + 1) % SLOTS;
    return &l->slots[slot];
}

static unsigned months(const void *self, unsigned exporter, unsigned importer)
{
    const struct lags *l = self;
    uint32_t place = exporter << 16 | importer;

    if (!l->fitted)
        return l->fixed;
    const uint32_t *slot = slot_of(l, place);
    if (*slot != 0 && l->lines[*slot - 1].lag != MG_LAG_UNKNOWN)
        return l->lines[*slot - 1].lag;
    return l->by_class[class_of(l, place)];
}

mg_lag_of lags_of(const struct lags *lags)
{
    return (mg_lag_of){months, lags};
}

void lags_close(struct lags *l)
{
    if (l == NULL)
        return;
    for (size_t i = 0; i < l->n; i++) {
        free(l->lines[i].x);
        free(l->lines[i].m);
    }
    free(l->lines);
    free(l->slots);
    mg_routes_free(l->routes);
    free(l);
}

static mg_status line_of(struct lags *l, uint32_t place, struct line **line,
                         mg_error *err)
{
    uint32_t *slot = slot_of(l, place);
    mg_status status;

    if (*slot == 0) {
        if (l->n >= SLOTS / 2)
            return mg_fail(err, MG_E_RANGE, "too many pairs of countries");
        status = mg_grow((void **)&l->lines, &l->room, l->n + 1, sizeof *l->lines, err);
        if (status != MG_OK)
            return status;
        struct line *made = &l->lines[l->n];
        *made = (struct line){.place = place,
                              .x = mg_alloc(l->n_months, sizeof(double)),
                              .m = mg_alloc(l->n_months, sizeof(double))};
        l->n++;
        if (made->x == NULL || made->m == NULL)
            return mg_fail(err, MG_E_NOMEM, "cannot fit lags");
        for (size_t t = 0; t < l->n_months; t++)
            made->x[t] = made->m[t] = NAN;
        *slot = (uint32_t)l->n;
    }
    *line = &l->lines[*slot - 1];
    return MG_OK;
}

struct adding {
    struct lags *lags;
    size_t month;
    int level; /* of the codes that are summed, so that none counts twice */
};

static void add(double *to, double value)
{
    *to = isnan(*to) ? value : *to + value;
}

static mg_status take(void *self, const mg_pair *pairs, size_t n, mg_error *err)
{
    struct adding *a = self;
    mg_status status = MG_OK;

    for (size_t i = 0; status == MG_OK && i < n; i++) {
        const mg_pair *p = &pairs[i];
        struct line *line = NULL;
        if (mg_hs_level(p->hs) != a->level)
            continue;
        status = line_of(a->lags, (uint32_t)p->exporter << 16 | p->importer, &line, err);
        if (status == MG_OK && !isnan(p->x.value_usd))
            add(&line->x[a->month], p->x.value_usd);
        if (status == MG_OK && !isnan(p->m.value_usd))
            add(&line->m[a->month], p->m.value_usd);
    }
    return status;
}

struct finest {
    int level;
};

static mg_status take_level(void *self, const mg_pair *pairs, size_t n, mg_error *err)
{
    struct finest *f = self;

    (void)err;
    for (size_t i = 0; i < n; i++)
        f->level =
            mg_hs_level(pairs[i].hs) > f->level ? mg_hs_level(pairs[i].hs) : f->level;
    return MG_OK;
}

/* Goes through the months; two rounds: what is the finest level, and the totals. */
static mg_status gather(struct lags *l, const mg_dataset *data, const mg_talk *talk,
                        mg_error *err)
{
    const mg_pair_plan plan = {.columns = MG_PAIR_KEYS};
    struct finest finest = {0};
    mg_status status = MG_OK;

    for (int round = 0; round < 2; round++)
        for (size_t p = 0; status == MG_OK && p < data->n_periods; p++) {
            uint32_t period = data->periods[p].period;
            struct adding adding = {.lags = l, .level = finest.level};
            mg_pair_sink sink = {.take = round == 0 ? take_level : take,
                                 .self = round == 0 ? (void *)&finest : (void *)&adding};
            if (!mg_period_monthly(period))
                continue;
            adding.month = period / 100 * 12 + period % 100 - l->first;
            status = mg_check_stop(talk, err);
            if (status == MG_OK)
                status = mg_pair_join(data, period, &plan, &sink, err);
        }
    return status;
}

/* The lag of most pairs of a class; none was fitted: none. */
static void choose_by_class(struct lags *l)
{
    size_t counts[CLASSES][MG_LAG_MOST + 1] = {{0}};

    for (size_t i = 0; i < l->n; i++)
        if (l->lines[i].lag != MG_LAG_UNKNOWN)
            counts[class_of(l, l->lines[i].place)][l->lines[i].lag]++;
    for (int c = 0; c < CLASSES; c++)
        for (unsigned lag = 1; lag <= MG_LAG_MOST; lag++)
            if (counts[c][lag] > counts[c][l->by_class[c]])
                l->by_class[c] = (uint8_t)lag;
}

static mg_status fit(struct lags *l, const mg_talk *talk, mg_error *err)
{
    double *work = mg_alloc(l->n_months, sizeof *work);
    size_t counts[MG_LAG_MOST + 1] = {0};
    size_t unknown = 0;

    if (work == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot fit lags");
    for (size_t i = 0; i < l->n; i++) {
        unsigned lag =
            mg_lag_fit(l->n_months, l->lines[i].x, l->lines[i].m, MG_LAG_MOST, work);
        l->lines[i].lag = (uint8_t)lag;
        if (lag == MG_LAG_UNKNOWN)
            unknown++;
        else
            counts[lag]++;
    }
    free(work);
    choose_by_class(l);
    mg_say(talk, MG_SAY_INFO,
           "lags: %zu pairs of countries 0 months, %zu one, %zu two, %zu three; %zu by "
           "distance (%u, %u, %u, %u below 1500, 5000, 10000 km and beyond)",
           counts[0], counts[1], counts[2], counts[3], unknown, l->by_class[0],
           l->by_class[1], l->by_class[2], l->by_class[3]);
    return MG_OK;
}

static bool span_months(struct lags *l, const mg_dataset *data)
{
    uint32_t last = 0;

    for (size_t p = 0; p < data->n_periods; p++) {
        uint32_t period = data->periods[p].period;
        uint32_t month = period / 100 * 12 + period % 100;
        if (!mg_period_monthly(period))
            continue;
        l->first = l->first == 0 || month < l->first ? month : l->first;
        last = month > last ? month : last;
    }
    l->n_months = last > 0 ? last - l->first + 1 : 0;
    return l->n_months > 0;
}

mg_status lags_open(const mg_session *session, const mg_mirror_options *options,
                    struct lags **out, const mg_talk *talk, mg_error *err)
{
    const mg_dataset *data = mg_session_dataset(session);
    struct lags *l = mg_alloc_zero(1, sizeof *l);
    mg_status status = MG_OK;

    *out = l;
    if (l == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot fit lags");
    l->ref = mg_session_ref(session);
    l->fixed = options->lag > 0 ? (unsigned)options->lag : 0;
    l->fitted = options->lag == MG_LAG_FITTED && span_months(l, data);
    if (!l->fitted)
        return MG_OK;
    l->slots = mg_alloc_zero(SLOTS, sizeof *l->slots);
    if (l->slots == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot fit lags");
    status = mg_routes_new(l->ref, options->cif.distances, &l->routes, err);
    if (status == MG_OK)
        status = gather(l, data, talk, err);
    return status == MG_OK ? fit(l, talk, err) : status;
}
