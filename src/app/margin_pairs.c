/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/margin_pairs.h"

#include <stdlib.h>

#include "app/filter.h"
#include "app/mirror.h"
#include "mirrorgap/mem.h"

/* The pairs of one period after another. */
struct source {
    struct mirror mirror; /* with a filter and a plan of its own */
    const struct margins *margins;
    const mg_talk *talk;
    char freq;
    size_t period; /* the next */
    struct period_margins prices;
    mg_margin_pair *pairs;
    size_t n, room, at;
};

static bool usable(const struct source *s, const mg_pair *p)
{
    return p->status == MG_MATCHED && mg_hs_level(p->hs) == 6 && p->x.value_usd > 0 &&
           p->m.value_usd > 0 && p->x.kg > 0 && p->m.kg > 0 && !(p->m.fob_usd > 0) &&
           ((p->x.flags | p->m.flags) & MG_FLAG_KG_ESTIMATED) == 0 &&
           mg_ref_valuation(s->margins->ref, p->importer, MG_FLOW_M, s->prices.year)
                   .basis != MG_BASIS_FOB;
}

static mg_status take(void *self, const mg_pair *pairs, size_t n, mg_error *err)
{
    struct source *s = self;
    mg_status status = MG_OK;

    for (size_t i = 0; status == MG_OK && i < n; i++) {
        const mg_pair *p = &pairs[i];
        if (!usable(s, p))
            continue;
        status = mg_grow((void **)&s->pairs, &s->room, s->n + 1, sizeof *s->pairs, err);
        if (status != MG_OK)
            break;
        mg_route route = mg_routes_find(s->margins->routes, p->exporter, p->importer);
        s->pairs[s->n++] = (mg_margin_pair){
            .import_usd = p->m.value_usd,
            .export_usd = p->x.value_usd,
            .import_kg = p->m.kg,
            .export_kg = p->x.kg,
            .ln_km = log(route.km),
            .ln_unit_value = log(mg_prices_find(s->prices.prices, p->hs).usd_per_kg),
            .year = (uint16_t)s->prices.year,
            .contiguous = route.contiguous,
            .landlocked_x = route.landlocked_x,
            .landlocked_m = route.landlocked_m};
    }
    return status;
}

/* The pairs of the next period that is asked for. */
static mg_status load(struct source *s, mg_error *err)
{
    const struct mirror *m = &s->mirror;
    uint32_t period = m->periods[s->period++];
    mg_pair_sink sink = {.take = take, .self = s};
    mg_status status = mg_check_stop(s->talk, err);

    s->n = s->at = 0;
    if (status != MG_OK || !filter_period(&m->filter, period) ||
        (s->freq == 'M') != mg_period_monthly(period))
        return status;
    status = margins_period(s->margins, period, &s->prices, err);
    if (status == MG_OK)
        status =
            mg_pair_join(mg_session_dataset(m->session), period, &m->plan, &sink, err);
    margins_period_release(&s->prices);
    return status;
}

static mg_status next(void *self, mg_margin_pair *pairs, size_t room, size_t *n,
                      mg_error *err)
{
    struct source *s = self;
    mg_status status = MG_OK;

    while (status == MG_OK && s->at == s->n && s->period < s->mirror.n_periods)
        status = load(s, err);
    *n = 0;
    while (status == MG_OK && *n < room && s->at < s->n)
        pairs[(*n)++] = s->pairs[s->at++];
    return status;
}

static mg_status back(void *self, mg_error *err)
{
    struct source *s = self;

    (void)err;
    s->period = s->n = s->at = 0;
    return MG_OK;
}

mg_status margin_pairs_fit(const struct mirror *mirror, const struct margins *margins,
                           bool asked, mg_margin_fit *fit, const mg_talk *talk,
                           mg_error *err)
{
    struct source source = {.mirror = *mirror, .margins = margins, .talk = talk};
    const mg_margin_pairs pairs = {&source, next, back};
    mg_status status;

    if (!asked)
        source.mirror.filter = (mg_filter){.level = -1};
    source.mirror.plan.choice = NULL;
    source.mirror.plan.reporting = NULL; /* one-sided pairs are not looked at */
    source.freq = mirror_freq(&source.mirror, talk);
    status = mg_margin_fit_make(&pairs, NULL, fit, err);

    free(source.pairs);
    if (status == MG_OK)
        mg_say(talk, MG_SAY_INFO,
               "margin fitted: n=%llu of %llu, trimmed=%llu r2=%.4f sigma=%.4f "
               "mean_margin=%.4f",
               (unsigned long long)fit->n_used, (unsigned long long)fit->n_seen,
               (unsigned long long)fit->n_trimmed, fit->r2, fit->sigma, fit->mean_margin);
    return status;
}
