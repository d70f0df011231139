/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/reconcile.h"

#include <string.h>

int mg_reconcile_find(const char *name)
{
    for (int m = 0; m < MG_RECONCILE_METHODS; m++)
        if (strcmp(name, mg_reconcile_name((unsigned)m)) == 0)
            return m;
    return -1;
}

mg_status reconcile_open(struct reconcile *r, const struct mirror *mirror,
                         mg_reconcile_method method, const mg_talk *talk, mg_error *err)
{
    mg_status status;

    *r = (struct reconcile){.method = method};
    if (method == MG_RECONCILE_MIRROR)
        return MG_OK;
    /* reliability is told from all pairs, whichever are asked for */
    struct mirror whole = *mirror;
    whole.filter =
        (mg_filter){.level = mirror->filter.level, .freq = mirror->filter.freq};
    whole.plan.choice = NULL;
    whole.plan.reporting = NULL;
    status = panel_gather(&r->panel, &whole, talk, err);
    if (status != MG_OK)
        return status;
    const struct panel *p = &r->panel;
    const struct panel_rows *rows =
        method == MG_RECONCILE_BACI ? &p->cells[PANEL_VALUE] : &p->totals[PANEL_VALUE];
    const mg_mirror_panel view = panel_view(p, rows);
    if (rows->n == 0)
        return MG_OK; /* nothing was filed twice: nothing to weigh */
    return method == MG_RECONCILE_BACI ? mg_reliability_baci(&view, NULL, &r->fit, err)
                                       : mg_reliability_by(&view, NULL, &r->fit, err);
}

void reconcile_close(struct reconcile *r)
{
    mg_reliability_release(&r->fit);
    panel_release(&r->panel);
    *r = (struct reconcile){0};
}

static const mg_reporter *reporter(const struct reconcile *r, unsigned side,
                                   unsigned code)
{
    uint32_t number = r->panel.number_of != NULL ? r->panel.number_of[code] : UINT32_MAX;

    return number == UINT32_MAX || r->fit.side[side] == NULL ? NULL
                                                             : &r->fit.side[side][number];
}

static double weight_of(const struct reconcile *r, const mg_pair *p)
{
    const mg_reporter *x = reporter(r, MG_ROLE_EXPORTER, p->exporter);
    const mg_reporter *m = reporter(r, MG_ROLE_IMPORTER, p->importer);
    double weight = NAN;

    if (x != NULL && m != NULL)
        weight = r->method == MG_RECONCILE_BACI ? mg_baci_weight(x->sigma, m->sigma)
                                                : mg_by_weight(x->score, m->score);
    return isnan(weight) ? 0.5 : weight;
}

double reconcile_usd(const struct reconcile *r, const mg_pair *p, double m_usd)
{
    double weight = r->method == MG_RECONCILE_MIRROR ? 0 : weight_of(r, p);

    return mg_reconcile(r->method, p->x.value_usd, m_usd, weight);
}
