/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/rerouting.h"

#include <stdlib.h>
#include <string.h>

#include "app/filter.h"
#include "mirrorgap/mem.h"

enum { CODES = 65536 };

/* Imports that were not filed FOB are made so by this margin, the IMF's (METHODS 2.1): a
 * phantom ratio is about shipments that are missing, not about freight. */
static const double margin = 0.06;

/* A period as a number that grows by one from each to the next. */
static int64_t number_of(uint32_t period)
{
    return mg_period_monthly(period) ? (int64_t)(period / 100) * 12 + period % 100 - 1
                                     : (int64_t)period;
}

/* Months by which what a reporter files of a flow is later than the shipment. */
static int lag_of(const struct rerouting *r, unsigned flow)
{
    return r->freq == 'M' && flow == MG_FLOW_M ? r->options->lag : 0;
}

/* 0 before, 1 after, -1 neither: as many periods next to the event as its window has
 * years, that which the event is within in none. */
static int window_of(const struct rerouting *r, uint32_t period, int lag)
{
    const mg_date event = r->options->event;
    const uint32_t holds = r->freq == 'M' ? event / 100 : event / 10000;
    const int64_t most = (int64_t)r->options->window * (int64_t)r->per_year;
    const int64_t here = number_of(period) - number_of(holds) - lag;
    const int64_t first = mg_date_first(holds) == event ? 0 : 1;

    if (here < 0)
        return here >= -most ? 0 : -1;
    return here >= first && here < first + most ? 1 : -1;
}

static mg_status number_areas(struct rerouting *r, mg_error *err)
{
    const mg_ref *ref = mg_session_ref(r->session);

    r->codes = mg_alloc(CODES, sizeof *r->codes);
    r->area_of = mg_alloc(CODES, sizeof *r->area_of);
    if (r->codes == NULL || r->area_of == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot number the areas");
    for (unsigned c = 0; c < CODES; c++) {
        r->area_of[c] = -1;
        if (mg_ref_kind(ref, c) == MG_AREA_COUNTRY) {
            r->area_of[c] = (int32_t)r->n_areas;
            r->codes[r->n_areas++] = (uint16_t)c;
        }
    }
    r->filed = mg_alloc_zero(r->n_areas, sizeof *r->filed);
    return r->filed != NULL ? MG_OK : mg_fail(err, MG_E_NOMEM, "cannot count periods");
}

/* Which periods there are, who filed in them, and the editions. */
static mg_status survey(struct rerouting *r, mg_error *err)
{
    const mg_dataset *data = mg_session_dataset(r->session);
    mg_status status = MG_OK;

    r->low = MG_EDITION_H6;
    r->high = MG_EDITION_H0;
    for (size_t p = 0; status == MG_OK && p < data->n_periods; p++) {
        const uint32_t period = data->periods[p].period;
        const int windows[2] = {window_of(r, period, lag_of(r, MG_FLOW_M)),
                                window_of(r, period, 0)};
        if (mg_period_monthly(period) != (r->freq == 'M') ||
            (windows[0] < 0 && windows[1] < 0))
            continue;
        status = mg_dataset_open(data, p, err);
        if (status != MG_OK)
            break;
        if (windows[1] >= 0)
            r->windows[windows[1]]++;
        for (unsigned e = MG_EDITION_H0; e <= MG_EDITION_H6; e++)
            if ((data->periods[p].editions >> e & 1) != 0) {
                r->low = e < r->low ? e : r->low;
                r->high = e > r->high ? e : r->high;
            }
        const size_t place = mg_reporting_place(r->reporting, period);
        for (size_t a = 0; a < r->n_areas; a++)
            for (unsigned x = 0; x < 2; x++)
                if (windows[x] >= 0)
                    r->filed[a][x][windows[x]] += mg_reporting_in(
                        r->reporting, place, r->codes[a], x == 0 ? MG_FLOW_M : MG_FLOW_X);
        mg_dataset_close(data, p);
    }
    if (r->low > r->high)
        r->low = r->high = MG_EDITION_H0;
    for (size_t a = 0; a < r->n_areas; a++)
        r->silent_sources += r->sources[r->codes[a]] != 0 &&
                             (r->filed[a][1][0] > 0) != (r->filed[a][1][1] > 0);
    return status;
}

struct reading {
    struct rerouting *r;
    int windows[2]; /* of imports, of exports */
    int window;     /* of the row at hand */
    uint32_t period;
};

/* CIF to FOB, where the reporter values its imports CIF. */
static double made_fob(const struct rerouting *r, unsigned importer, uint32_t period,
                       double usd, double fob)
{
    const uint32_t year = mg_period_monthly(period) ? period / 100 : period;
    const mg_valuation v =
        mg_ref_valuation(mg_session_ref(r->session), importer, MG_FLOW_M, year);

    if (fob > 0)
        return fob;
    return v.basis == MG_BASIS_FOB ? usd : usd / (1 + margin);
}

/* Whether a source filed its exports in both windows: else it is left out of all. */
static bool heard(const struct rerouting *r, unsigned source)
{
    const int32_t area = r->area_of[source];

    return area >= 0 && r->filed[area][1][0] > 0 && r->filed[area][1][1] > 0;
}

/* A figure a year, as if its reporter had filed in all periods of the window; what a
 * reporter files that is silent in the other window has nothing to be compared with. */
static double a_year(const struct rerouting *r, size_t area, unsigned flow, int window,
                     double usd)
{
    const uint32_t *filed = r->filed[area][flow == MG_FLOW_X];

    return filed[0] > 0 && filed[1] > 0 ? usd * (double)r->per_year / filed[window] : NAN;
}

static void add(const struct reading *in, enum rerouting_role role, size_t good,
                int32_t area, double usd)
{
    if (area >= 0 && !isnan(usd))
        rerouting_at(in->r, role, good, (size_t)area)[in->window] += usd;
}

static mg_status take_block(void *self, const mg_block *b, mg_error *err)
{
    struct reading *in = self;
    struct rerouting *r = in->r;
    const mg_filter *f = &r->options->filter;

    for (size_t i = 0; i < b->n; i++) {
        const unsigned x = b->exporter[i];
        const unsigned m = b->importer[i];
        const int level = mg_hs_level(b->hs[i]);
        const bool export = b->flow[i] == MG_FLOW_X;
        const int32_t reporter = r->area_of[export ? x : m];
        in->window = in->windows[export];
        size_t good = 0;
        if ((!export && (b->flow[i] != MG_FLOW_M || r->sources[x] == 0)) || level == 0 ||
            level % 2 != 0 || reporter < 0 || in->window < 0 ||
            (f->level > 0 && level != f->level) ||
            !filter_cell(&(mg_filter){.prefixes = f->prefixes,
                                      .n_prefixes = f->n_prefixes,
                                      .level = -1},
                         x, m, b->hs[i]))
            continue;
        mg_status status = rerouting_good_of(r, b->edition[i], b->hs[i], &good, err);
        if (status != MG_OK)
            return status;
        if (export && r->sources[x] != 0 && heard(r, x))
            r->by_level[level / 2][in->window] += b->value_usd[i];
        double usd = b->value_usd[i];
        if (!export && !heard(r, x))
            continue;
        if (!export)
            usd = made_fob(r, m, in->period, usd, b->fob_usd[i]);
        usd = a_year(r, (size_t)reporter, b->flow[i], in->window, usd);
        if (!export) {
            if (r->sources[m] == 0)
                add(in, REROUTING_IN, good, reporter, usd);
        } else if (r->sources[x] != 0) {
            /* what goes straight to the target stands under the target's area */
            if (r->sources[m] == 0)
                add(in, REROUTING_OUT, good, r->area_of[m], usd);
        } else {
            add(in, r->targets[m] != 0 ? REROUTING_TO : REROUTING_OTHERS, good, reporter,
                usd);
        }
    }
    return MG_OK;
}

static mg_status read_all(struct rerouting *r, mg_error *err)
{
    const mg_dataset *data = mg_session_dataset(r->session);
    const uint32_t columns = MG_BIT(MG_C_EXPORTER) | MG_BIT(MG_C_IMPORTER) |
                             MG_BIT(MG_C_HS) | MG_BIT(MG_C_EDITION) | MG_BIT(MG_C_FLOW) |
                             MG_BIT(MG_C_VALUE) | MG_BIT(MG_C_FOB) | MG_BIT(MG_C_FLAGS);
    mg_status status = MG_OK;

    for (size_t p = 0; status == MG_OK && p < data->n_periods; p++) {
        const uint32_t period = data->periods[p].period;
        struct reading in = {
            r,
            {window_of(r, period, lag_of(r, MG_FLOW_M)), window_of(r, period, 0)},
            -1,
            period};
        if (mg_period_monthly(period) != (r->freq == 'M') ||
            (in.windows[0] < 0 && in.windows[1] < 0))
            continue;
        status = mg_check_stop(r->talk, err);
        if (status == MG_OK)
            status = mg_dataset_open(data, p, err);
        if (status != MG_OK)
            break;
        status = mg_dataset_look(data, p, MG_T_OBSERVATIONS, columns, NULL, take_block,
                                 &in, err);
        mg_dataset_close(data, p);
    }
    return status;
}

static mg_status load_tables(struct rerouting *r, mg_error *err)
{
    const mg_ref *ref = mg_session_ref(r->session);
    mg_status status = mg_hs_map_load(ref, &r->map, err);

    if (status == MG_OK)
        status = mg_concordance_load(ref, &r->concordance, err);
    r->regimes = mg_alloc_zero(r->options->n_regimes, sizeof(mg_regime *));
    if (status == MG_OK && r->regimes == NULL)
        status = mg_fail(err, MG_E_NOMEM, "cannot hold regimes");
    for (size_t i = 0; status == MG_OK && i < r->options->n_regimes; i++) {
        status = mg_regime_load(ref, r->map, r->options->regimes[i], NULL, &r->regimes[i],
                                err);
        r->n_regimes += status == MG_OK;
    }
    return status;
}

/* The finest level at which the sources file a tenth or more of what they file at any, in
 * both windows: goods of other levels would come and go by themselves. */
static void choose_level(struct rerouting *r)
{
    double most[2] = {0};

    for (int level = 1; level <= 3; level++)
        for (int w = 0; w < 2; w++)
            most[w] = fmax(most[w], r->by_level[level][w]);
    for (int level = 1; level <= 3; level++)
        if (r->by_level[level][0] > 0 && r->by_level[level][1] > 0 &&
            r->by_level[level][0] >= 0.1 * most[0] &&
            r->by_level[level][1] >= 0.1 * most[1])
            r->level = 2 * level;
    if (r->level == 0 && most[0] > 0 && most[1] > 0)
        mg_say(r->talk, MG_SAY_WARNING,
               "the sources file codes of other lengths before the event than after it: "
               "nothing can be compared");
}

static void warn_of_regimes(const struct rerouting *r)
{
    for (size_t g = 0; g < r->n_regimes; g++) {
        bool any = false;
        for (size_t i = 0; !any && i < r->regimes[g]->n; i++)
            any = (r->regimes[g]->rules[i].direction & MG_RULE_IMPORT) != 0 &&
                  !r->regimes[g]->rules[i].placebo &&
                  rerouting_about(r, &r->regimes[g]->rules[i]);
        if (!any)
            mg_say(r->talk, MG_SAY_WARNING,
                   "no rule of regime %s is about what the target imports: it asks for "
                   "no goods",
                   r->regimes[g]->name);
    }
}

mg_status rerouting_gather(struct rerouting *r, const mg_session *session,
                           const mg_reroute_options *options, const mg_talk *talk,
                           mg_error *err)
{
    const mg_dataset *data = mg_session_dataset(session);
    mg_status status;

    *r = (struct rerouting){.session = session, .options = options, .talk = talk};
    r->freq = data->n_periods == 0
                  ? 'A'
                  : filter_freq(&options->filter, &data->periods[0].period,
                                data->n_periods, sizeof data->periods[0], talk);
    r->per_year = r->freq == 'M' ? 12 : 1;
    status = rerouting_question(r, err);
    if (status == MG_OK)
        status = load_tables(r, err);
    if (status == MG_OK)
        status = mg_reporting_new(data, mg_session_ref(session), NULL, false,
                                  &r->reporting, err);
    if (status == MG_OK)
        status = number_areas(r, err);
    if (status == MG_OK)
        status = survey(r, err);
    if (status == MG_OK)
        status = read_all(r, err);
    if (status == MG_OK) {
        choose_level(r);
        warn_of_regimes(r);
    }
    return status;
}

void rerouting_release(struct rerouting *r)
{
    for (size_t i = 0; i < r->n_regimes; i++)
        mg_regime_free(r->regimes[i]);
    for (size_t i = 0; i < REROUTING_ROLES; i++)
        free(r->flows[i].usd);
    free(r->regimes);
    mg_hs_map_free(r->map);
    mg_concordance_free(r->concordance);
    mg_reporting_free(r->reporting);
    free(r->sources);
    free(r->hubs);
    free(r->targets);
    free(r->codes);
    free(r->area_of);
    free(r->filed);
    free(r->goods);
    free(r->keys);
    free(r->good_of);
    *r = (struct rerouting){0};
}
