/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/margins.h"

#include <stdlib.h>

#include "app/margin_file.h"
#include "app/margin_pairs.h"
#include "app/mirror.h"
#include "mirrorgap/mem.h"

static const double z90 = 1.6448536269514722; /* of a 90 % interval, on either side */

static bool models(const mg_cif *cif)
{
    return cif->way != MG_CIF_NONE && cif->way != MG_CIF_FIXED;
}

/* Rows of a period, one array a figure. */
struct flows {
    uint32_t *hs;
    double *usd, *kg;
    size_t n, room;
};

static mg_status flows_room(struct flows *f, size_t more, mg_error *err)
{
    size_t hs = f->room;
    size_t usd = f->room;
    mg_status status = mg_grow((void **)&f->hs, &hs, f->n + more, sizeof *f->hs, err);

    if (status == MG_OK)
        status = mg_grow((void **)&f->usd, &usd, f->n + more, sizeof *f->usd, err);
    if (status == MG_OK)
        status = mg_grow((void **)&f->kg, &f->room, f->n + more, sizeof *f->kg, err);
    return status;
}

static void flows_release(struct flows *f)
{
    free(f->hs);
    free(f->usd);
    free(f->kg);
    *f = (struct flows){0};
}

/* Both sides' reports with a weight that somebody weighed. */
static mg_status add_flows(struct flows *f, const mg_block *b, mg_error *err)
{
    mg_status status = flows_room(f, b->n, err);

    for (size_t i = 0; status == MG_OK && i < b->n; i++) {
        if ((b->flow[i] != MG_FLOW_X && b->flow[i] != MG_FLOW_M) || !(b->kg[i] > 0) ||
            (b->flags[i] & MG_FLAG_KG_ESTIMATED) != 0)
            continue;
        f->hs[f->n] = b->hs[i];
        f->usd[f->n] = b->value_usd[i];
        f->kg[f->n++] = b->kg[i];
    }
    return status;
}

static mg_status each_block(const mg_dataset *data, size_t period, uint32_t columns,
                            mg_status (*look)(void *self, const mg_block *block,
                                              mg_error *err),
                            void *self, mg_error *err)
{
    mg_status status = mg_dataset_open(data, period, err);

    if (status != MG_OK)
        return status;
    status =
        mg_dataset_look(data, period, MG_T_OBSERVATIONS, columns, NULL, look, self, err);
    mg_dataset_close(data, period);
    return status;
}

static mg_status look_at_flows(void *self, const mg_block *block, mg_error *err)
{
    return add_flows(self, block, err);
}

/* The period's own figures, or those of its months where there are no others. */
static bool speaks_of(const mg_dataset *data, size_t index, uint32_t period, bool held)
{
    uint32_t name = data->periods[index].period;

    return held ? name == period : name / 100 == period;
}

mg_status margins_period(const struct margins *m, uint32_t period,
                         struct period_margins *to, mg_error *err)
{
    const uint32_t columns = MG_BIT(MG_C_HS) | MG_BIT(MG_C_FLOW) | MG_BIT(MG_C_VALUE) |
                             MG_BIT(MG_C_KG) | MG_BIT(MG_C_FLAGS);
    struct flows flows = {0};
    bool held = false;
    mg_status status = MG_OK;

    *to =
        (struct period_margins){mg_period_monthly(period) ? period / 100 : period, NULL};
    if (m->cif == NULL || !models(m->cif))
        return MG_OK;
    for (size_t p = 0; p < m->data->n_periods; p++)
        held = held || m->data->periods[p].period == period;
    for (size_t p = 0; status == MG_OK && p < m->data->n_periods; p++)
        if (speaks_of(m->data, p, period, held))
            status = each_block(m->data, p, columns, look_at_flows, &flows, err);
    if (status == MG_OK)
        status = mg_prices_new(flows.n, flows.hs, flows.usd, flows.kg, &to->prices, err);
    flows_release(&flows);
    return status;
}

void margins_period_release(struct period_margins *p)
{
    mg_prices_free(p->prices);
    p->prices = NULL;
}

/* Import rows that give both values. */
struct filed {
    mg_explicit_row *items;
    size_t n, room;
};

static mg_status look_for_filed(void *self, const mg_block *b, mg_error *err)
{
    struct filed *f = self;
    mg_status status = MG_OK;

    for (size_t i = 0; status == MG_OK && i < b->n; i++) {
        double cif = b->cif_usd[i] > 0 ? b->cif_usd[i] : b->value_usd[i];
        if (b->flow[i] != MG_FLOW_M || !(b->fob_usd[i] > 0) || !(cif > 0))
            continue;
        status = mg_grow((void **)&f->items, &f->room, f->n + 1, sizeof *f->items, err);
        if (status == MG_OK)
            f->items[f->n++] = (mg_explicit_row){b->exporter[i], b->importer[i], b->hs[i],
                                                 cif, b->fob_usd[i]};
    }
    return status;
}

static mg_status gather_filed(struct margins *m, const mg_talk *talk, mg_error *err)
{
    const uint32_t columns = MG_BIT(MG_C_EXPORTER) | MG_BIT(MG_C_IMPORTER) |
                             MG_BIT(MG_C_HS) | MG_BIT(MG_C_FLOW) | MG_BIT(MG_C_VALUE) |
                             MG_BIT(MG_C_CIF) | MG_BIT(MG_C_FOB) | MG_BIT(MG_C_FLAGS);
    struct filed filed = {0};
    mg_status status = MG_OK;

    for (size_t p = 0; status == MG_OK && p < m->data->n_periods; p++)
        status = each_block(m->data, p, columns, look_for_filed, &filed, err);
    if (status == MG_OK)
        status = mg_explicit_margins_new(filed.n, filed.items, &m->filed, err);
    if (status == MG_OK && filed.n > 0) {
        uint64_t used;
        uint64_t left_out;
        mg_explicit_margins_count(m->filed, &used, &left_out);
        mg_say(talk, MG_SAY_DETAIL,
               "margins: %llu imports filed both CIF and FOB, %llu more were left out",
               (unsigned long long)used, (unsigned long long)left_out);
    }
    free(filed.items);
    return status;
}

mg_status margins_open(struct margins *m, const struct mirror *mirror,
                       const mg_talk *talk, mg_error *err)
{
    mg_status status = MG_OK;

    m->cif = &mirror->options->cif;
    m->ref = mg_session_ref(mirror->session);
    m->data = mg_session_dataset(mirror->session);
    if (!models(m->cif))
        return MG_OK;
    status = mg_routes_new(m->ref, m->cif->distances, &m->routes, err);
    if (status == MG_OK && m->cif->way == MG_CIF_AUTO)
        status = gather_filed(m, talk, err);
    if (status == MG_OK && m->cif->way == MG_CIF_FIT)
        status = m->cif->fit != NULL
                     ? margin_file_read(m->cif->fit, &m->fit, err)
                     : margin_pairs_fit(mirror, m, false, &m->fit, talk, err);
    return status;
}

void margins_close(struct margins *m)
{
    mg_routes_free(m->routes);
    mg_explicit_margins_free(m->filed);
    mg_margin_fit_release(&m->fit);
    *m = (struct margins){0};
}

/* M / (1 + c), and at both ends of c's band. */
static mg_fob at_margins(double import_usd, double margin, double low, double high,
                         mg_margin_source source)
{
    return (mg_fob){.margin = margin,
                    .usd = import_usd / (1 + margin),
                    .usd_low = import_usd / (1 + high),
                    .usd_high = import_usd / (1 + low),
                    .source = source};
}

/* ln(CIF / FOB) by the model, and how far a flow scatters about it. */
static double by_model(const struct margins *m, const struct period_margins *period,
                       const mg_pair *p, double *sigma, mg_margin_source *source)
{
    const mg_price price = mg_prices_find(period->prices, p->hs);
    /* a weight or four are no world price: one odd shipment would move a whole year. Who
     * asks for a model by name gets it as published. */
    const bool thin = m->cif->way == MG_CIF_AUTO && price.n < MG_PRICES_LEAST;
    const mg_margin_case c = {
        .route = mg_routes_find(m->routes, p->exporter, p->importer),
        .unit_value = thin ? NAN : price.usd_per_kg,
        .year = period->year,
        .editions_differ = p->status == MG_MATCHED && p->x.edition != p->m.edition};
    double mean;
    double error;

    switch (m->cif->way) {
    case MG_CIF_GFI:
        *source = MG_MARGIN_GFI;
        *sigma = MG_MARGIN_SIGMA_GFI;
        return mg_margin_clip(mg_margin_gfi(&c));
    case MG_CIF_FIT:
        *source = MG_MARGIN_FIT;
        mg_margin_fit_predict(&m->fit, &c, &mean, &error);
        *sigma = sqrt(error * error + m->fit.sigma * m->fit.sigma);
        return mean;
    default:
        *source = MG_MARGIN_BACI;
        *sigma = MG_MARGIN_SIGMA_BACI;
        return mg_margin_baci(2, &c);
    }
}

mg_fob margins_apply(const struct margins *m, const struct period_margins *period,
                     const mg_pair *p)
{
    const mg_cif *cif = m->cif;
    const mg_margin_rule rule = {cif->way != MG_CIF_NONE, cif->margin, cif->band_low,
                                 cif->band_high};
    const double usd = p->m.value_usd;
    mg_margin_source source;
    double sigma;

    if (!models(cif) || p->m.fob_usd > 0)
        return mg_margin_apply(&rule, usd, p->m.fob_usd);
    if (mg_ref_valuation(m->ref, p->importer, MG_FLOW_M, period->year).basis ==
        MG_BASIS_FOB)
        return at_margins(usd, 0, 0, 0, MG_MARGIN_REPORTED_FOB);
    if (cif->way == MG_CIF_AUTO) {
        mg_explicit_margin filed =
            mg_explicit_margins_find(m->filed, p->exporter, p->importer, p->hs);
        double half = z90 * filed.deviation;
        if (!isnan(filed.margin))
            return at_margins(usd, filed.margin, filed.margin - half, filed.margin + half,
                              MG_MARGIN_PAIR);
    }
    double ln = by_model(m, period, p, &sigma, &source);
    if (isnan(ln))
        return mg_margin_apply(&rule, usd, NAN);
    return at_margins(usd, expm1(ln), expm1(ln - z90 * sigma), expm1(ln + z90 * sigma),
                      source);
}
