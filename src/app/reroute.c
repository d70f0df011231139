/* SPDX-License-Identifier: GPL-3.0-or-later */
/* screen --reroute: hubs by what went through them instead of straight to the target. */
#include <stdlib.h>

#include "app/reroute_table.h"
#include "mirrorgap/combine.h"
#include "mirrorgap/mem.h"

static bool any_hub(const struct rerouting *r, unsigned code)
{
    return r->sources[code] == 0 && r->targets[code] == 0 &&
           (r->hubs == NULL || r->hubs[code] != 0);
}

/* Goods of the level that is used, with the sources' exports elsewhere: to areas that
 * are neither the target nor among the hubs that were named. */
static mg_status prepare(struct reroute_answer *a, mg_error *err)
{
    const struct rerouting *r = a->r;

    a->goods = mg_alloc_zero(r->n_goods, sizeof *a->goods);
    a->lines = mg_alloc_zero(r->n_goods, sizeof *a->lines);
    a->place = mg_alloc_zero(r->n_goods, sizeof *a->place);
    a->all = mg_alloc_zero(2 * r->n_goods, sizeof *a->all);
    if (a->goods == NULL || a->lines == NULL || a->place == NULL || a->all == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot compare %zu goods", r->n_goods);
    for (size_t g = 0; g < r->n_goods; g++) {
        if (mg_hs_level(r->goods[g].name.hs) != r->level)
            continue;
        a->place[a->n] = g;
        for (size_t c = 0; c < r->n_areas; c++) {
            const double *usd = rerouting_at(r, REROUTING_OUT, g, c);
            if (r->targets[r->codes[c]] == 0 &&
                (r->hubs == NULL || r->hubs[r->codes[c]] == 0)) {
                a->all[2 * a->n] += usd[0];
                a->all[2 * a->n + 1] += usd[1];
            }
        }
        a->n++;
    }
    return MG_OK;
}

static mg_change change_at(const struct rerouting *r, enum rerouting_role role,
                           size_t good, size_t area)
{
    const double *usd = rerouting_at(r, role, good, area);

    return (mg_change){usd[0], usd[1]};
}

/* The goods as one hub has them. */
void reroute_fill(struct reroute_answer *a, size_t hub)
{
    static const mg_change unknown = {NAN, NAN};
    const struct rerouting *r = a->r;
    const bool heard = rerouting_filed(r, hub, true, true);
    const bool seen = rerouting_filed(r, hub, false, true);

    for (size_t i = 0; i < a->n; i++) {
        const size_t g = a->place[i];
        mg_change to_target = {0, 0};
        for (size_t c = 0; c < r->n_areas; c++)
            if (r->targets[r->codes[c]] != 0) {
                to_target.before += rerouting_at(r, REROUTING_OUT, g, c)[0];
                to_target.after += rerouting_at(r, REROUTING_OUT, g, c)[1];
            }
        a->goods[i] = (mg_reroute_good){
            .group = mg_hs_cut(r->goods[g].name.hs, 2),
            .banned = r->goods[g].banned,
            .to_hub = change_at(r, REROUTING_OUT, g, hub),
            .elsewhere = {a->all[2 * i], a->all[2 * i + 1]},
            .to_target = to_target,
            .hub_in = seen ? change_at(r, REROUTING_IN, g, hub) : unknown,
            .hub_out = heard ? change_at(r, REROUTING_TO, g, hub) : unknown,
            .hub_others = heard ? change_at(r, REROUTING_OTHERS, g, hub) : unknown};
        if (r->hubs == NULL) {
            a->goods[i].elsewhere.before -= a->goods[i].to_hub.before;
            a->goods[i].elsewhere.after -= a->goods[i].to_hub.after;
        }
    }
}

static void sum_hub(const struct reroute_answer *a, struct reroute_hub *h)
{
    for (size_t i = 0; i < a->n; i++) {
        const mg_reroute_good *g = &a->goods[i];
        if (!g->banned)
            continue;
        h->to_hub.before += g->to_hub.before;
        h->to_hub.after += g->to_hub.after;
        h->out.before += g->hub_out.before;
        h->out.after += g->hub_out.after;
        h->phantom_usd += fmax(g->to_hub.after - g->hub_in.after, 0);
        h->part = h->part || (a->r->goods[a->place[i]].part && g->to_hub.after > 0);
    }
    if (isnan(h->result.phantom))
        h->phantom_usd = NAN;
}

static mg_status ask_hub(struct reroute_answer *a, size_t area, mg_error *err)
{
    struct reroute_hub h = {.area = area};
    mg_status status;

    reroute_fill(a, area);
    status = mg_reroute_lines(a->n, a->goods, a->lines, err);
    if (status == MG_OK)
        status = mg_reroute_test(a->n, a->goods, a->lines, a->r->options->permutations,
                                 a->r->options->seed ^ a->r->codes[area], &h.result, err);
    if (status == MG_OK)
        status =
            mg_grow((void **)&a->hubs, &a->room, a->n_hubs + 1, sizeof *a->hubs, err);
    if (status != MG_OK || h.result.goods == 0)
        return status;
    sum_hub(a, &h);
    a->hubs[a->n_hubs++] = h;
    return MG_OK;
}

static int rank_order(const void *a, const void *b)
{
    const struct reroute_hub *x = a;
    const struct reroute_hub *y = b;
    const double px = isnan(x->result.p) ? 2 : x->result.p;
    const double py = isnan(y->result.p) ? 2 : y->result.p;

    if (px != py)
        return px < py ? -1 : 1;
    const double rx = isnan(x->result.rerouted) ? x->result.excess : x->result.rerouted;
    const double ry = isnan(y->result.rerouted) ? y->result.excess : y->result.rerouted;
    if (rx != ry)
        return rx > ry ? -1 : 1;
    return (x->area > y->area) - (x->area < y->area);
}

static mg_status rank_hubs(struct reroute_answer *a, mg_error *err)
{
    double *p = mg_alloc(a->n_hubs, sizeof *p);
    double *q = mg_alloc(a->n_hubs, sizeof *q);
    mg_status status = MG_OK;

    if (p == NULL || q == NULL)
        status = mg_fail(err, MG_E_NOMEM, "cannot rank %zu hubs", a->n_hubs);
    for (size_t i = 0; status == MG_OK && i < a->n_hubs; i++)
        p[i] = a->hubs[i].result.p;
    if (status == MG_OK)
        status = mg_fdr(MG_FDR_BH, a->n_hubs, p, q, err);
    for (size_t i = 0; status == MG_OK && i < a->n_hubs; i++)
        a->hubs[i].q = q[i];
    if (status == MG_OK && a->n_hubs > 1)
        qsort(a->hubs, a->n_hubs, sizeof *a->hubs, rank_order);
    free(p);
    free(q);
    return status;
}

mg_status mg_reroute_print(const mg_session *session, const mg_reroute_options *options,
                           mg_output *output, const mg_talk *talk,
                           mg_reroute_summary *summary, mg_error *err)
{
    struct rerouting r;
    struct reroute_answer a = {.r = &r};
    mg_status status = rerouting_gather(&r, session, options, talk, err);

    *summary = (mg_reroute_summary){
        .freq = r.freq, .before = r.windows[0], .after = r.windows[1]};
    if (status == MG_OK && (r.windows[0] == 0 || r.windows[1] == 0))
        mg_say(talk, MG_SAY_WARNING,
               "%u periods before the event and %u after it, within %u years: there is "
               "nothing to compare",
               r.windows[0], r.windows[1], options->window);
    if (status == MG_OK)
        status = prepare(&a, err);
    for (size_t c = 0; status == MG_OK && a.n > 0 && c < r.n_areas; c++)
        if (any_hub(&r, r.codes[c]))
            status = ask_hub(&a, c, err);
    if (status == MG_OK)
        status = rank_hubs(&a, err);
    if (status == MG_OK)
        status = reroute_table(&a, output, summary, err);
    summary->level = r.level;
    free(a.goods);
    free(a.lines);
    free(a.place);
    free(a.all);
    free(a.hubs);
    rerouting_release(&r);
    return status;
}
