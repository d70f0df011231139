/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/mirror.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/filter.h"
#include "app/implied.h"
#include "app/lags.h"
#include "app/moves.h"
#include "app/nes.h"
#include "mirrorgap/mem.h"

enum { CODES = 65536 };

static bool counted(const void *self, unsigned exporter, unsigned importer, uint32_t hs)
{
    const struct mirror *m = self;

    return filter_cell(&m->filter, exporter, importer, hs);
}

mg_pair_sink mirror_sink(const struct mirror *m, mg_pair_counts *counts)
{
    return (mg_pair_sink){.counted = counted, .counted_self = m, .counts = counts};
}

mg_status mirror_join(const struct mirror *m, uint32_t period,
                      const struct period_margins *margins, const mg_pair_sink *sink,
                      mg_error *err)
{
    const mg_dataset *data = mg_session_dataset(m->session);
    struct nes *nes = NULL;
    mg_status status;

    if (!m->options->nes)
        return mg_pair_join(data, period, &m->plan, sink, err);
    status = nes_start(&nes, m, margins, sink, err);
    if (status == MG_OK) {
        const mg_pair_sink before = nes_sink(nes);
        status = mg_pair_join(data, period, &m->plan, &before, err);
    }
    if (status == MG_OK)
        status = nes_end(nes, err);
    nes_free(nes);
    return status;
}

struct chosen {
    const struct mirror *mirror;
    char freq;
    mg_piece piece;
    void *self;
};

static mg_status if_asked_for(void *self, size_t i, mg_error *err)
{
    const struct chosen *c = self;
    const uint32_t period = c->mirror->periods[i];

    return filter_period(&c->mirror->filter, period) &&
                   (c->freq == 'M') == mg_period_monthly(period)
               ? c->piece(c->self, i, err)
               : MG_OK;
}

mg_status mirror_each_period(const struct mirror *m, char freq, const mg_talk *talk,
                             mg_piece piece, void *self, mg_error *err)
{
    struct chosen chosen = {m, freq, piece, self};

    return mg_each(m->n_periods, talk, if_asked_for, &chosen, err);
}

static mg_status copy_set(const struct mirror *m, const uint8_t *from, uint8_t **to,
                          mg_error *err)
{
    enum { FIRST = 1962, LAST = 2040 }; /* years that unions may speak of */

    *to = NULL;
    if (from == NULL)
        return MG_OK;
    *to = mg_alloc(CODES, 1);
    if (*to == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot hold a filter");
    memcpy(*to, from, CODES);
    for (unsigned code = 0; m->unions != NULL && code < CODES; code++)
        for (unsigned year = FIRST; from[code] != 0 && year <= LAST; year++)
            (*to)[mg_union_of(m->unions, code, year)] = 1;
    return MG_OK;
}

/* The filter's own sets of areas: who asks for a member asks for its union. */
static mg_status copy_filter(struct mirror *m, const mg_filter *from, mg_error *err)
{
    mg_status status;

    m->filter = *from;
    m->filter.exporters = m->filter.importers = m->filter.either = NULL;
    status = copy_set(m, from->exporters, &m->filter.exporters, err);
    if (status == MG_OK)
        status = copy_set(m, from->importers, &m->filter.importers, err);
    if (status == MG_OK)
        status = copy_set(m, from->either, &m->filter.either, err);
    return status;
}

/* Whether a wider range than low to high is covered, too: one by one edition. */
static bool covered_wider(const mg_concordance *c, unsigned low, unsigned high)
{
    return (low > MG_EDITION_H0 && mg_concordance_covers(c, low - 1, high)) ||
           (high < MG_EDITION_H6 && mg_concordance_covers(c, low, high + 1));
}

/* Of a user's tables: for which editions they tell, as the others' codes stay as filed.
 */
static void tell_covered(const mg_concordance *c, const mg_talk *talk)
{
    char text[128] = "";
    size_t n = 0;

    for (unsigned low = MG_EDITION_H0; low < MG_EDITION_H6; low++)
        for (unsigned high = low + 1; high <= MG_EDITION_H6; high++)
            if (mg_concordance_covers(c, low, high) && !covered_wider(c, low, high))
                n += (size_t)snprintf(text + n, sizeof text - n, "%s%s to %s",
                                      n > 0 ? ", " : "", mg_edition_name(low),
                                      mg_edition_name(high));
    mg_say(talk, MG_SAY_INFO,
           "--concordance tells of %s; between other editions codes meet as filed",
           n > 0 ? text : "no editions");
}

static mg_status load_concordance(struct mirror *m, const mg_talk *talk, mg_error *err)
{
    const char *file = m->options->concordance;
    mg_status status;

    if (file == NULL)
        return mg_concordance_load(mg_session_ref(m->session), &m->concordance, err);
    status = mg_concordance_read(&file, 1, &m->concordance, err);
    if (status == MG_OK)
        tell_covered(m->concordance, talk);
    return status;
}

static mg_status load_tables(struct mirror *m, const mg_talk *talk, mg_error *err)
{
    const mg_mirror_options *o = m->options;
    const mg_ref *ref = mg_session_ref(m->session);
    mg_status status = MG_OK;

    if (o->harmonise != MG_HARMONISE_NONE)
        status = load_concordance(m, talk, err);
    if (status == MG_OK && o->unions)
        status = mg_unions_load(ref, &m->unions, err);
    if (status == MG_OK && o->re_exports != NULL)
        status = moves_read(o->re_exports, ref, &m->moves, &m->move_items, err);
    if (status == MG_OK)
        status = copy_filter(m, &o->filter, err);
    if (status == MG_OK && o->lag != 0)
        status = lags_open(m->session, o, &m->lags, talk, err);
    return status;
}

static void make_plan(struct mirror *m)
{
    const mg_mirror_options *o = m->options;

    m->choice = filter_blocks(&m->filter);
    m->secret_choice = filter_secret_blocks(&m->filter);
    m->plan = (mg_pair_plan){
        .columns = MG_JOIN_COLUMNS,
        .choice = o->nes ? NULL : &m->choice, /* all of an exporter is looked at */
        .secret_choice = &m->secret_choice,
        .reporting = m->reporting,
        .harmonise = {m->concordance, o->harmonise > 0 ? (unsigned)o->harmonise : 0},
        .unions = m->unions,
        .moves = m->moves.n > 0 ? &m->moves : NULL,
        .net = o->net,
        .months = o->months};
    if (m->lags != NULL)
        m->plan.lag = lags_of(m->lags);
}

mg_status mirror_open(struct mirror *m, const mg_session *session,
                      const mg_mirror_options *options, bool silences,
                      const mg_talk *talk, mg_error *err)
{
    const mg_dataset *data = mg_session_dataset(session);
    mg_status status;

    *m = (struct mirror){.session = session, .options = options};
    status = load_tables(m, talk, err);
    if (status == MG_OK)
        status = mg_reporting_new(data, mg_session_ref(session), m->unions,
                                  options->months, &m->reporting, err);
    if (status != MG_OK)
        return status;
    m->periods = mg_reporting_periods(m->reporting, &m->n_periods);
    make_plan(m);
    status = margins_open(&m->margins, m, talk, err);
    if (status == MG_OK && options->implied)
        status = implied_gather(&m->rates, m, talk, err);
    if (!silences)
        m->plan.reporting = NULL;
    return status;
}

void mirror_close(struct mirror *m)
{
    margins_close(&m->margins);
    mg_rates_free(m->rates);
    lags_close(m->lags);
    mg_reporting_free(m->reporting);
    mg_concordance_free(m->concordance);
    mg_unions_free(m->unions);
    free(m->move_items);
    free(m->filter.exporters);
    free(m->filter.importers);
    free(m->filter.either);
    *m = (struct mirror){0};
}

static void cif_text(const mg_cif *cif, char text[32])
{
    static const char *const ways[] = {"none", "fixed", "baci", "gfi", "fit", "auto"};

    if (cif->way == MG_CIF_FIT && cif->fit != NULL)
        snprintf(text, 32, "fit:%.27s", cif->fit);
    else if (cif->way == MG_CIF_FIXED)
        snprintf(text, 32, "fixed:%g", cif->margin);
    else
        snprintf(text, 32, "%s", ways[cif->way]);
}

static mg_status note_lag(const mg_mirror_options *o, mg_output *output, mg_error *err)
{
    char text[32];

    if (o->lag == 0)
        return MG_OK;
    snprintf(text, sizeof text, "%d", o->lag);
    return mg_output_note(output, "lag", o->lag == MG_LAG_FITTED ? "fitted" : text, err);
}

mg_status mirror_note(const struct mirror *m, mg_output *output, mg_error *err)
{
    const mg_mirror_options *o = m->options;
    char cif[32];
    char band[64];
    cif_text(&o->cif, cif);
    snprintf(band, sizeof band, "%g:%g", o->cif.band_low, o->cif.band_high);
    const struct {
        const char *name, *value;
        bool said;
    } notes[] = {
        {"data", mg_session_identity(m->session), true},
        {"harmonise",
         o->harmonise == MG_HARMONISE_NONE     ? "none"
         : o->harmonise == MG_HARMONISE_COMMON ? "common"
                                               : mg_edition_name((unsigned)o->harmonise),
         true},
        {"cif", cif, true},
        {"band", band, true},
        {"distances", o->cif.distances, o->cif.distances != NULL},
        {"unions", "dated", o->unions},
        {"net_re_exports", "yes", o->net},
        {"annual_from_months", "yes", o->months},
        {"areas_nes", "reallocated", o->nes},
        {"implied_weights", "yes", o->implied},
        {"re_exports", o->re_exports, o->re_exports != NULL},
        {"concordance", o->concordance, o->concordance != NULL},
    };
    mg_status status = note_lag(o, output, err);

    for (size_t i = 0; status == MG_OK && i < sizeof notes / sizeof *notes; i++)
        if (notes[i].said)
            status = mg_output_note(output, notes[i].name, notes[i].value, err);
    return status;
}

bool mirror_wants(const struct mirror *m, const mg_pair *p)
{
    return (p->notes & MG_PAIR_COMPONENT) != 0
               ? filter_component(&m->filter, p->exporter, p->importer, p->hs)
               : filter_cell(&m->filter, p->exporter, p->importer, p->hs);
}

char mirror_freq(const struct mirror *m, const mg_talk *talk)
{
    return filter_freq(&m->filter, m->periods, m->n_periods, sizeof *m->periods, talk);
}

static mg_qty_gap quantity_gap(const struct mirror *m, const mg_pair *p)
{
    const mg_qty_side importer = {p->m.kg, p->m.qty, p->m.unit, p->m.flags};
    const mg_qty_side exporter = {p->x.kg, p->x.qty, p->x.unit, p->x.flags};

    const mg_ref *ref = mg_session_ref(m->session);

    return m->rates != NULL
               ? mg_gap_quantity_implied(ref, m->rates, p->hs, &importer, &exporter)
               : mg_gap_quantity(ref, &importer, &exporter);
}

void mirror_measure(const struct mirror *m, const struct period_margins *period,
                    const mg_pair *p, struct measure *to)
{
    const double x = p->x.value_usd;

    *to = (struct measure){.m = {NAN, NAN, NAN, NAN, MG_MARGIN_NONE},
                           .gap = NAN,
                           .gap_low = NAN,
                           .gap_high = NAN,
                           .log_gap = NAN};
    if (p->status != MG_EXPORTER_ONLY)
        to->m = margins_apply(&m->margins, period, p);
    if (p->status == MG_MATCHED) {
        to->gap = to->m.usd - x;
        to->gap_low = to->m.usd_low - x;
        to->gap_high = to->m.usd_high - x;
        to->log_gap = mg_gap_log(to->m.usd, x);
    }
    to->rel_gap = mg_gap_relative(to->m.usd, x);
    to->qty = quantity_gap(m, p);
    to->log_price_gap = to->log_gap - to->qty.log_gap;
}
