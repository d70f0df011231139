/* SPDX-License-Identifier: GPL-3.0-or-later */
/* totals: countries that report, as if they did not; and what their partners' silence
 * leaves out. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "app/totals.h"
#include "mirrorgap/each.h"
#include "mirrorgap/mem.h"

static const double least_usd = 100000; /* own totals below say little */

static int by_country(const void *a, const void *b)
{
    const struct totals_sum *x = a;
    const struct totals_sum *y = b;

    if (x->flow != y->flow)
        return x->flow < y->flow ? -1 : 1;
    if (x->country != y->country)
        return x->country < y->country ? -1 : 1;
    if (x->place != y->place)
        return x->place < y->place ? -1 : 1;
    return (x->partner > y->partner) - (x->partner < y->partner);
}

static int own_order(const void *a, const void *b)
{
    const struct totals_own *x = a;
    const struct totals_own *y = b;

    if (x->flow != y->flow)
        return x->flow < y->flow ? -1 : 1;
    if (x->country != y->country)
        return x->country < y->country ? -1 : 1;
    return (x->place > y->place) - (x->place < y->place);
}

void totals_sort(struct totals_world *w)
{
    if (w->sums.n > 1)
        qsort(w->sums.items, w->sums.n, w->sums.size, by_country);
    if (w->owns.n > 1)
        qsort(w->owns.items, w->owns.n, w->owns.size, own_order);
}

struct totals_sum *totals_sums(const struct totals_world *w, unsigned flow,
                               unsigned country, size_t *n)
{
    struct totals_sum *sums = w->sums.items;
    const struct totals_sum key = {.flow = (uint8_t)flow, .country = (uint16_t)country};
    size_t low = 0;
    size_t high = w->sums.n;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (by_country(&sums[middle], &key) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    *n = 0;
    while (low + *n < w->sums.n && sums[low + *n].flow == flow &&
           sums[low + *n].country == country)
        ++*n;
    return sums + low;
}

/* Partners of a country, ascending; returns how many. */
static size_t partners_of(const struct totals_world *w, const struct totals_sum *sums,
                          size_t n, uint32_t *column, uint16_t *partners)
{
    size_t found = 0;

    for (size_t c = 0; c < w->n_codes; c++)
        column[c] = UINT32_MAX;
    for (size_t i = 0; i < n; i++)
        column[w->number[sums[i].partner]] = 0;
    for (size_t c = 0; c < w->n_codes; c++)
        if (column[c] == 0) {
            column[c] = (uint32_t)found;
            partners[found++] = w->codes[c];
        }
    return found;
}

mg_status totals_completeness(const struct totals_world *w, unsigned flow,
                              unsigned country, mg_completeness *results,
                              uint16_t *silent, mg_error *err)
{
    mg_completeness_rule rule = mg_completeness_usual;
    size_t n;
    const struct totals_sum *sums = totals_sums(w, flow, country, &n);
    uint32_t *column = mg_alloc(w->n_codes, sizeof *column);
    uint16_t *partners = mg_alloc(w->n_codes, sizeof *partners);
    double *usd = NULL;
    size_t columns = 0;
    mg_status status = MG_OK;

    if (w->freq == 'M')
        rule.base = 36;
    if (column != NULL && partners != NULL) {
        columns = partners_of(w, sums, n, column, partners);
        usd = mg_alloc(w->n_periods * columns, sizeof *usd);
    }
    if (usd == NULL)
        status = mg_fail(err, MG_E_NOMEM, "cannot tell how complete totals are");
    else {
        for (size_t t = 0; t < w->n_periods; t++)
            for (size_t j = 0; j < columns; j++)
                usd[t * columns + j] = totals_reports(w, t, partners[j], flow) ? 0 : NAN;
        for (size_t i = 0; i < n; i++)
            usd[sums[i].place * columns + column[w->number[sums[i].partner]]] =
                sums[i].usd;
        for (size_t t = 0; status == MG_OK && t < w->n_periods; t++) {
            status = mg_completeness_of(w->n_periods, columns, usd, t, &rule, &results[t],
                                        err);
            if (silent != NULL)
                silent[t] = results[t].main_partner_silent
                                ? partners[results[t].silent_partner]
                                : 0;
        }
    }
    free(column);
    free(partners);
    free(usd);
    return status;
}

void totals_covariates(const mg_totals_estimate *e, double share, size_t reporters,
                       double x[TOTALS_COVARIATES])
{
    x[0] = log(e->median);
    x[1] = share > 0 ? log(share) : 0; /* not known: of the whole */
    x[2] = log((double)reporters);
    x[3] = log(e->high / e->low + 0.01);
}

/* One country's flow: its own totals, and what its partners say. */
struct country_flow {
    uint16_t country;
    uint8_t flow;
    size_t first, n; /* in owns */
    struct totals_list known;
};

static mg_status one_year(const struct totals_world *w, const struct totals_own *own,
                          const struct totals_sum *sums, size_t n,
                          const mg_completeness *complete, struct totals_list *known,
                          mg_error *err)
{
    struct totals_item *items = mg_alloc(n, sizeof *items);
    struct totals_known *to = totals_add(known, err);
    uint64_t key = totals_key(own->country, own->flow, w->periods[own->place], 0, 0);
    mg_status status;

    if (items == NULL || to == NULL) {
        free(items);
        return mg_fail(err, MG_E_NOMEM, "cannot estimate a total");
    }
    for (size_t i = 0; i < n; i++)
        items[i] = (struct totals_item){sums[i].usd, sums[i].spread, sums[i].partner};
    *to = (struct totals_known){.place = own->place,
                                .country = own->country,
                                .flow = own->flow,
                                .own = own->usd,
                                .completeness = *complete,
                                .reporters = n};
    status = totals_estimate(w, totals_fold(own->country), own->flow, items, n, key,
                             &to->estimate, err);
    to->counts = own->usd >= least_usd && !isnan(to->estimate.low) &&
                 !(complete->share < mg_completeness_usual.least);
    totals_covariates(&to->estimate, complete->share, n, to->x);
    free(items);
    return status;
}

static mg_status all_years(const struct totals_world *w, struct country_flow *c,
                           mg_error *err)
{
    const struct totals_own *owns = (const struct totals_own *)w->owns.items + c->first;
    mg_completeness *complete = mg_alloc(w->n_periods, sizeof *complete);
    size_t n;
    const struct totals_sum *sums = totals_sums(w, c->flow, c->country, &n);
    mg_status status = MG_OK;
    size_t at = 0;

    if (complete == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot tell how complete totals are");
    status = totals_completeness(w, c->flow, c->country, complete, NULL, err);
    for (size_t i = 0; status == MG_OK && i < c->n; i++) {
        size_t end;
        while (at < n && sums[at].place < owns[i].place)
            at++;
        end = at;
        while (end < n && sums[end].place == owns[i].place)
            end++;
        if (end > at)
            status = one_year(w, &owns[i], sums + at, end - at, &complete[owns[i].place],
                              &c->known, err);
    }
    free(complete);
    return status;
}

static mg_status split(const struct totals_world *w, struct totals_list *flows,
                       mg_error *err)
{
    const struct totals_own *owns = w->owns.items;

    for (size_t i = 0; i < w->owns.n; i++) {
        struct country_flow *last = flows->items;
        last += flows->n > 0 ? flows->n - 1 : 0;
        if (flows->n > 0 && last->flow == owns[i].flow &&
            last->country == owns[i].country) {
            last->n++;
            continue;
        }
        last = totals_add(flows, err);
        if (last == NULL)
            return MG_E_NOMEM;
        *last = (struct country_flow){owns[i].country, owns[i].flow, i, 1, {0}};
        last->known.size = sizeof(struct totals_known);
    }
    return MG_OK;
}

struct all_flows {
    const struct totals_world *world;
    struct country_flow *items;
};

static mg_status know_one(void *self, size_t i, mg_error *err)
{
    const struct all_flows *all = self;

    return all_years(all->world, &all->items[i], err);
}

mg_status totals_known(const struct totals_world *w, struct totals_list *known,
                       mg_error *err)
{
    struct totals_list flows = {.size = sizeof(struct country_flow)};
    mg_status status = split(w, &flows, err);
    struct all_flows all = {w, flows.items};

    *known = (struct totals_list){.size = sizeof(struct totals_known)};
    if (status == MG_OK)
        status = mg_each(flows.n, w->talk, know_one, &all, err);
    for (size_t i = 0; i < flows.n; i++) {
        if (status == MG_OK)
            status = totals_append(known, &all.items[i].known, err);
        free(all.items[i].known.items);
    }
    free(flows.items);
    return status;
}
