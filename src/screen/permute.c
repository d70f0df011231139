/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The permutation null: goods dealt out anew within their chapters. */
#include "screen/permute.h"

#include <math.h>
#include <stdlib.h>

#include "mirrorgap/median.h"
#include "mirrorgap/mem.h"

static const double floor_usd = 1000;
static const double least_scale = 0.1; /* of growth in logs */
static const double most_z = 5;

enum { LEAST_WAYS = 20, TWO_SIZES = 16, NEAR = 21 };

/* A good as it takes part in the permutation: growth beyond what was to be expected, in
 * units of what goods of its size usually have, on the leg to the hub (those above 0) and
 * on the leg to the target. */
struct label {
    uint32_t group;
    bool banned, large;
    double size, in, out;
    size_t place; /* keeps the order of equals */
};

static int by_size(const void *a, const void *b)
{
    const struct label *x = a;
    const struct label *y = b;

    if (x->size != y->size)
        return x->size < y->size ? -1 : 1;
    return (x->place > y->place) - (x->place < y->place);
}

static int by_stratum(const void *a, const void *b)
{
    const struct label *x = a;
    const struct label *y = b;

    if (x->group != y->group)
        return x->group < y->group ? -1 : 1;
    return by_size(a, b);
}

/* ln of a figure over what was to be expected of it. */
static double beyond(double after, double over)
{
    return log((after + floor_usd) / (fmax(after - over, 0) + floor_usd));
}

static double *leg(struct label *label, bool out)
{
    return out ? &label->out : &label->in;
}

/* Divides a leg by 1.4826 times the median distance from the median of the NEAR goods of
 * its size, banned or not. labels are by size; work and to: room for NEAR, and for n. */
static void standardise(struct label *labels, size_t n, bool out, double *work,
                        double *to)
{
    const size_t near = n < NEAR ? n : NEAR;

    for (size_t i = 0; i < n; i++) {
        size_t from = i > near / 2 ? i - near / 2 : 0;
        from = from + near > n ? n - near : from;
        for (size_t k = 0; k < near; k++)
            work[k] = *leg(&labels[from + k], out);
        const double middle = mg_median(work, near);
        const double scale =
            fmax(1.4826 * mg_median_distance(work, near, middle), least_scale);
        to[i] = fmin(fmax((*leg(&labels[i], out) - middle) / scale, -most_z), most_z);
    }
    for (size_t i = 0; i < n; i++)
        *leg(&labels[i], out) = to[i];
}

/* The goods of which both legs are known; what is not banned has no leg to the hub of its
 * own, but its leg to the target is what chance deals out. work: room for n. */
static size_t list_labels(size_t n, const mg_reroute_good *goods,
                          const mg_reroute_line *lines, struct label *to, double *work)
{
    double near[NEAR];
    size_t m = 0;

    for (size_t i = 0; i < n; i++) {
        const mg_reroute_good *g = &goods[i];
        if (isnan(lines[i].sent) || isnan(lines[i].excess) ||
            !(g->hub_out.before > 0 || g->hub_out.after > 0))
            continue;
        to[m] = (struct label){.group = g->group,
                               .banned = g->banned,
                               /* before the event: what was rerouted adds nothing */
                               .size = g->hub_out.before + g->to_hub.before,
                               .in = beyond(g->to_hub.after, lines[i].excess),
                               .out = beyond(g->hub_out.after, lines[i].sent),
                               .place = m};
        m++;
    }
    if (m > 1)
        qsort(to, m, sizeof *to, by_size);
    if (m > 0) {
        standardise(to, m, false, near, work);
        standardise(to, m, true, near, work);
    }
    for (size_t i = 0; i < m; i++)
        to[i].in = to[i].banned ? fmax(to[i].in, 0) : 0;
    if (m > 1)
        qsort(to, m, sizeof *to, by_stratum);
    return m;
}

static bool same_stratum(const struct label *a, const struct label *b)
{
    return a->group == b->group && a->large == b->large;
}

/* Halves the larger groups by size and takes the mean of `out` from each stratum. Returns
 * the number of ways in which labels can be dealt out, cut at LEAST_WAYS. */
static double make_strata(struct label *labels, size_t n)
{
    double ways = 1;

    for (size_t i = 0; i < n;) {
        size_t end = i + 1;
        while (end < n && labels[end].group == labels[i].group)
            end++;
        for (size_t k = i; end - i >= TWO_SIZES && k < end; k++)
            labels[k].large = k >= i + (end - i) / 2;
        i = end;
    }
    for (size_t i = 0; i < n;) {
        double sum = 0;
        size_t end = i;
        while (end < n && same_stratum(&labels[i], &labels[end]))
            sum += labels[end++].out;
        for (size_t k = i; k < end; k++) {
            labels[k].out -= sum / (double)(end - i);
            ways = fmin(ways * (double)(k - i + 1), LEAST_WAYS);
        }
        i = end;
    }
    return ways;
}

static double statistic(const struct label *labels, const double *d, size_t n)
{
    double t = 0;

    for (size_t i = 0; i < n; i++)
        t += labels[i].in * d[i];
    return t;
}

/* splitmix64 (Steele, Lea, Flood 2014). */
static uint64_t next(uint64_t *state)
{
    uint64_t x = *state += 0x9e3779b97f4a7c15U;

    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9U;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebU;
    return x ^ (x >> 31);
}

static void shuffle(const struct label *labels, double *d, size_t n, uint64_t *state)
{
    for (size_t i = 0; i < n;) {
        size_t end = i + 1;
        while (end < n && same_stratum(&labels[i], &labels[end]))
            end++;
        for (size_t k = end - 1; k > i; k--) {
            const size_t other = i + (size_t)(next(state) % (k - i + 1));
            const double keep = d[k];
            d[k] = d[other];
            d[other] = keep;
        }
        i = end;
    }
}

mg_status permute_goods(size_t n, const mg_reroute_good *goods,
                        const mg_reroute_line *lines, unsigned permutations,
                        uint64_t seed, mg_reroute *r, mg_error *err)
{
    struct label *labels = mg_alloc(n, sizeof *labels);
    double *d = mg_alloc(n, sizeof *d);
    unsigned as_much = 0;

    r->p = NAN;
    if (labels == NULL || d == NULL) {
        free(labels);
        free(d);
        return mg_fail(err, MG_E_NOMEM, "cannot compare %zu goods", n);
    }
    const size_t m = list_labels(n, goods, lines, labels, d);
    if (m > 0 && make_strata(labels, m) >= LEAST_WAYS) {
        uint64_t state = seed;
        for (size_t i = 0; i < m; i++)
            d[i] = labels[i].out;
        const double t = statistic(labels, d, m);
        const double enough = t - 1e-9 * fabs(t); /* sums in another order differ so */
        for (unsigned k = 0; k < permutations; k++) {
            shuffle(labels, d, m, &state);
            as_much += statistic(labels, d, m) >= enough;
        }
        r->p = (1 + (double)as_much) / (1 + (double)permutations);
        r->permutations = permutations;
    }
    free(labels);
    free(d);
    return MG_OK;
}
