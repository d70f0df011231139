/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mirrorgap/reroute.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>

#include "mirrorgap/gsl_quiet.h"
#include "mirrorgap/mem.h"
#include "screen/permute.h"

static const double floor_usd = 1000;
static const double most_growth = 20;
static const double drawn = 0.1; /* of the mean trade of a group */

enum { LEAST_GOODS = 3 };

/* The growth of one group, and the trade that it counts for. */
struct growth {
    uint32_t group;
    double before, after;
    size_t n;
};

struct growths {
    struct growth *items;
    size_t n;
    double all; /* of everything; NaN: there is nothing */
};

static int by_group(const void *a, const void *b)
{
    const struct growth *x = a;
    const struct growth *y = b;

    return (x->group > y->group) - (x->group < y->group);
}

static bool known(mg_change c)
{
    return !isnan(c.before) && !isnan(c.after);
}

static mg_change change_of(const mg_reroute_good *g, bool of_hub)
{
    return of_hub ? g->hub_others : g->elsewhere;
}

/* By group, of the sources' trade elsewhere or of the hub's with others. */
static mg_status growths_make(size_t n, const mg_reroute_good *goods, bool of_hub,
                              struct growths *to, mg_error *err)
{
    double before = 0;
    double after = 0;

    *to = (struct growths){.items = mg_alloc(n, sizeof *to->items)};
    if (to->items == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot compare %zu goods", n);
    for (size_t i = 0; i < n; i++) {
        const mg_change c = change_of(&goods[i], of_hub);
        if (!known(c))
            continue;
        to->items[to->n++] = (struct growth){goods[i].group, c.before, c.after, 1};
        before += c.before;
        after += c.after;
    }
    to->all = before > 0 ? after / before : NAN;
    if (to->n > 1)
        qsort(to->items, to->n, sizeof *to->items, by_group);
    size_t m = 0;
    for (size_t i = 0; i < to->n; i++) {
        struct growth *last = m > 0 ? &to->items[m - 1] : NULL;
        if (last == NULL || last->group != to->items[i].group) {
            to->items[m++] = to->items[i];
            continue;
        }
        last->before += to->items[i].before;
        last->after += to->items[i].after;
        last->n++;
    }
    to->n = m;
    return MG_OK;
}

static double growth_of(const struct growths *all, const mg_reroute_good *good,
                        bool of_hub)
{
    const mg_change c = change_of(good, of_hub);
    const struct growth key = {.group = good->group};
    const struct growth *g =
        all->n > 0 ? bsearch(&key, all->items, all->n, sizeof key, by_group) : NULL;
    const double rate = g != NULL && g->before > 0 ? g->after / g->before
                        : isnan(all->all)          ? 1
                                                   : all->all;
    const double weight = g != NULL ? drawn * g->before / (double)g->n : 0;
    double rho = rate;

    if (known(c) && c.before + weight > 0)
        rho = (c.after + weight * rate) / (c.before + weight);
    return fmin(fmax(rho, 0), most_growth);
}

/* What is above the growth; what rounding leaves is nothing. */
static double more_than(mg_change c, double growth)
{
    const double expected = growth * c.before;
    const double more = c.after - expected;

    return fabs(more) > 1e-9 * (c.after + expected) ? more : 0;
}

mg_status mg_reroute_lines(size_t n, const mg_reroute_good *goods, mg_reroute_line *lines,
                           mg_error *err)
{
    struct growths sources;
    struct growths hub = {0};
    mg_status status = growths_make(n, goods, false, &sources, err);

    if (status == MG_OK)
        status = growths_make(n, goods, true, &hub, err);
    for (size_t i = 0; status == MG_OK && i < n; i++) {
        const mg_reroute_good *g = &goods[i];
        mg_reroute_line *l = &lines[i];
        l->growth = growth_of(&sources, g, false);
        l->excess = known(g->to_hub) ? more_than(g->to_hub, l->growth) : NAN;
        l->sent =
            known(g->hub_out) ? more_than(g->hub_out, growth_of(&hub, g, true)) : NAN;
        l->rerouted = l->excess > 0 && l->sent > 0 ? fmin(l->excess, l->sent) : 0;
        l->phantom = g->to_hub.after > 0 && !isnan(g->hub_in.after)
                         ? 1 - g->hub_in.after / g->to_hub.after
                         : NAN;
    }
    free(sources.items);
    free(hub.items);
    return status;
}

/* Sums and slopes of what is banned. */
static void sum_up(size_t n, const mg_reroute_good *goods, const mg_reroute_line *lines,
                   mg_reroute *r)
{
    double in = 0;
    double out = 0;
    double lost = 0;
    double net = 0;
    double xy = 0;
    double xx = 0;
    bool heard = false;
    bool seen = false;

    for (size_t i = 0; i < n; i++) {
        const mg_reroute_good *g = &goods[i];
        const mg_reroute_line *l = &lines[i];
        if (!g->banned)
            continue;
        r->goods += g->to_hub.before > 0 || g->to_hub.after > 0;
        r->excess += l->excess > 0 ? l->excess : 0;
        net += isnan(l->excess) ? 0 : l->excess;
        r->rerouted += l->rerouted;
        if (known(g->to_target))
            lost += g->to_target.before - g->to_target.after;
        if (!isnan(l->sent)) {
            heard = true;
            r->sent += fmax(l->sent, 0);
            if (!isnan(l->excess)) {
                xy += l->excess * l->sent;
                xx += l->excess * l->excess;
            }
        }
        if (g->to_hub.after > 0 && !isnan(g->hub_in.after)) {
            seen = true;
            in += g->hub_in.after;
            out += g->to_hub.after;
        }
    }
    if (!heard)
        r->sent = r->rerouted = NAN;
    r->pass_through = xx > 0 ? xy / xx : NAN;
    r->phantom = seen ? 1 - in / out : NAN;
    r->substitution = lost > 0 ? net / lost : NAN;
}

static double log_change(mg_change c)
{
    return log(fmax(c.after, floor_usd) / fmax(c.before, floor_usd));
}

static void triple(size_t n, const mg_reroute_good *goods, mg_reroute *r)
{
    double sum[2] = {0};
    double squares[2] = {0};
    size_t count[2] = {0};

    r->triple = r->triple_error = r->triple_p = NAN;
    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < n; i++) {
            const mg_reroute_good *g = &goods[i];
            const int side = g->banned;
            if (!known(g->to_hub) || !known(g->elsewhere) ||
                (g->to_hub.before < floor_usd && g->to_hub.after < floor_usd))
                continue;
            const double d = log_change(g->to_hub) - log_change(g->elsewhere);
            if (pass == 0) {
                sum[side] += d;
                count[side]++;
            } else {
                const double off = d - sum[side] / (double)count[side];
                squares[side] += off * off;
            }
        }
    if (count[0] < LEAST_GOODS || count[1] < LEAST_GOODS)
        return;
    const double v0 = squares[0] / (double)(count[0] - 1) / (double)count[0];
    const double v1 = squares[1] / (double)(count[1] - 1) / (double)count[1];
    r->triple = sum[1] / (double)count[1] - sum[0] / (double)count[0];
    r->triple_error = sqrt(v0 + v1);
    if (!(r->triple_error > 0))
        return;
    const double freedom =
        (v0 + v1) * (v0 + v1) /
        (v0 * v0 / (double)(count[0] - 1) + v1 * v1 / (double)(count[1] - 1));
    r->triple_p = 2 * gsl_cdf_tdist_Q(fabs(r->triple) / r->triple_error, freedom);
}

mg_status mg_reroute_test(size_t n, const mg_reroute_good *goods,
                          const mg_reroute_line *lines, unsigned permutations,
                          uint64_t seed, mg_reroute *r, mg_error *err)
{
    mg_gsl_quiet();
    *r = (mg_reroute){0};
    sum_up(n, goods, lines, r);
    triple(n, goods, r);
    return permute_goods(n, goods, lines, permutations, seed, r, err);
}
