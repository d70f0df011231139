/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/implied.h"

#include <stdlib.h>

#include "app/mirror.h"
#include "mirrorgap/each.h"
#include "mirrorgap/mem.h"

static mg_status take(void *self, const mg_pair *pairs, size_t n, mg_error *err)
{
    mg_rates *rates = self;
    mg_status status = MG_OK;

    for (size_t i = 0; status == MG_OK && i < n; i++) {
        const mg_pair *p = &pairs[i];
        const mg_qty_side m = {p->m.kg, p->m.qty, p->m.unit, p->m.flags};
        const mg_qty_side x = {p->x.kg, p->x.qty, p->x.unit, p->x.flags};
        if (p->status == MG_MATCHED)
            status = mg_rates_add(rates, p->hs, &m, &x, err);
    }
    return status;
}

struct gathering {
    const struct mirror *mirror;
    mg_pair_plan plan;
    mg_rates **parts; /* of each period */
};

static mg_status gather_one(void *self, size_t i, mg_error *err)
{
    const struct gathering *g = self;
    const struct mirror *m = g->mirror;
    mg_status status = mg_rates_new(mg_session_ref(m->session), &g->parts[i], err);
    const mg_pair_sink sink = {.take = take, .self = g->parts[i]};

    return status == MG_OK ? mg_pair_join(mg_session_dataset(m->session), m->periods[i],
                                          &g->plan, &sink, err)
                           : status;
}

mg_status implied_gather(mg_rates **rates, const struct mirror *m, const mg_talk *talk,
                         mg_error *err)
{
    struct gathering g = {m, m->plan, mg_alloc_zero(m->n_periods, sizeof *g.parts)};
    mg_status status = mg_rates_new(mg_session_ref(m->session), rates, err);

    if (status == MG_OK && g.parts == NULL)
        status = mg_fail(err, MG_E_NOMEM, "cannot gather implied weights");
    g.plan.choice = NULL;
    g.plan.reporting = NULL;
    if (status == MG_OK)
        status = mg_each(m->n_periods, talk, gather_one, &g, err);
    for (size_t p = 0; g.parts != NULL && p < m->n_periods; p++) {
        if (status == MG_OK)
            status = mg_rates_merge(*rates, g.parts[p], err);
        mg_rates_free(g.parts[p]);
    }
    free(g.parts);
    if (status == MG_OK)
        status = mg_rates_finish(*rates, err);
    if (status == MG_OK)
        mg_say(talk, MG_SAY_DETAIL, "implied weights: %zu commodities and units",
               mg_rates_count(*rates));
    return status;
}
