/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/implied.h"

#include "app/mirror.h"

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

mg_status implied_gather(mg_rates **rates, const struct mirror *m, const mg_talk *talk,
                         mg_error *err)
{
    mg_pair_plan plan = m->plan;
    mg_status status = mg_rates_new(mg_session_ref(m->session), rates, err);

    plan.choice = NULL;
    plan.reporting = NULL;
    for (size_t p = 0; status == MG_OK && p < m->n_periods; p++) {
        const mg_pair_sink sink = {.take = take, .self = *rates};
        status = mg_check_stop(talk, err);
        if (status == MG_OK)
            status = mg_pair_join(mg_session_dataset(m->session), m->periods[p], &plan,
                                  &sink, err);
    }
    if (status == MG_OK)
        status = mg_rates_finish(*rates, err);
    if (status == MG_OK)
        mg_say(talk, MG_SAY_DETAIL, "implied weights: %zu commodities and units",
               mg_rates_count(*rates));
    return status;
}
