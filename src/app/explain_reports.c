/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The two reports of a cell, as they were joined. */
#include "app/explain.h"

struct looking {
    struct explained *all;
    size_t n;
    uint32_t period; /* by number */
    const struct period_margins *margins;
};

static void look(struct explained *e, const struct looking *l, const mg_pair *p)
{
    const struct full_cell *c = &e->full->cells[e->cell];

    if (c->period != l->period || p->exporter != full_exporter(c) ||
        p->importer != full_importer(c) || p->hs != full_hs(c) ||
        ((p->notes ^ c->notes) & MG_PAIR_COMPONENT) != 0)
        return;
    e->pair = *p;
    mirror_measure(e->full->mirror, l->margins, p, &e->measure);
}

static mg_status take(void *self, const mg_pair *pairs, size_t n, mg_error *err)
{
    const struct looking *l = self;

    (void)err;
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < l->n; k++)
            look(&l->all[k], l, &pairs[i]);
    return MG_OK;
}

/* Of the cells of one period. */
static mg_status find_reports_in(uint32_t period, struct explained *all, size_t n,
                                 mg_error *err)
{
    const struct mirror *m = all->full->mirror;
    struct period_margins margins = {0};
    struct looking looking = {all, n, period, &margins};
    const mg_pair_sink sink = {.take = take, .self = &looking};
    mg_status status = margins_period(&m->margins, m->periods[period], &margins, err);

    if (status == MG_OK)
        status = mirror_join(m, m->periods[period], &margins, &sink, err);
    margins_period_release(&margins);
    return status;
}

/* Each period is joined once. */
mg_status explain_reports(struct explained *all, size_t n, mg_error *err)
{
    mg_status status = MG_OK;

    for (size_t k = 0; status == MG_OK && k < n; k++) {
        const uint32_t period = all[k].full->cells[all[k].cell].period;
        bool before = false;
        for (size_t i = 0; i < k; i++)
            before = before || all[i].full->cells[all[i].cell].period == period;
        if (!before)
            status = find_reports_in(period, all, n, err);
    }
    return status;
}
