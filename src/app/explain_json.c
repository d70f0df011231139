/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The page of one flow as JSON. */
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "app/explain.h"
#include "mirrorgap/concordance.h"

/* jansson's setters take NULL as a failure and remember nothing: what could not be made
 * is counted here. */
struct made {
    const struct explained *e;
    const struct full *f;
    const mg_ref *ref;
    bool failed;
};

static void set(struct made *m, json_t *object, const char *name, json_t *value)
{
    m->failed |= json_object_set_new(object, name, value) != 0;
}

static void set_number(struct made *m, json_t *object, const char *name, double value)
{
    set(m, object, name, isnan(value) || isinf(value) ? json_null() : json_real(value));
}

static void set_text(struct made *m, json_t *object, const char *name, const char *text)
{
    set(m, object, name, text[0] != '\0' ? json_string(text) : json_null());
}

static json_t *area(struct made *m, unsigned code)
{
    const mg_area *a = mg_ref_area(m->ref, code);
    json_t *to = json_object();

    set(m, to, "code", json_integer(code));
    set_text(m, to, "iso3", mg_ref_iso3(m->ref, code));
    set_text(m, to, "name", a != NULL ? a->name : "");
    return to;
}

static json_t *code(const struct full_cell *c)
{
    char text[MG_HS_CLASS_TEXT];

    mg_hs_class_text(
        (mg_hs_class){.hs = full_hs(c), .star = (c->notes & MG_PAIR_COMPONENT) != 0},
        text);
    return json_string(text);
}

/* A cell as a row of scores has it. */
static json_t *cell(struct made *m, size_t i)
{
    const struct full *f = m->f;
    const struct full_cell *c = &f->cells[i];
    const mg_null_score *s = &f->value[i];
    struct full_words flags;
    json_t *to = json_object();

    set(m, to, "period", json_integer(f->mirror->periods[c->period]));
    set(m, to, "exporter", area(m, full_exporter(c)));
    set(m, to, "importer", area(m, full_importer(c)));
    set(m, to, "hs", code(c));
    set_text(m, to, "status", mg_pair_status_name(c->status));
    set_text(m, to, "silence", mg_silence_name(c->silence));
    set_number(m, to, "export_usd", c->x_usd);
    set_number(m, to, "import_fob_usd", c->m_usd);
    set_number(m, to, "log_gap", c->log_gap);
    set_number(m, to, "expected_log_gap", s->expected);
    set_number(m, to, "z", s->z);
    set_number(m, to, "p", f->p[i]);
    set_number(m, to, "q", f->q[i]);
    set_number(m, to, "at_stake_usd", full_at_stake(c));
    set_text(m, to, "channel", full_channel_name(f->channel[i]));
    full_flag_words(f, i, &flags);
    set_text(m, to, "flags", flags.text);
    return to;
}

static json_t *cells(struct made *m, const size_t *list, size_t n, size_t from)
{
    json_t *to = json_array();

    for (size_t k = 0; k < n; k++)
        m->failed |=
            json_array_append_new(to, cell(m, list != NULL ? list[k] : from + k)) != 0;
    return to;
}

static json_t *side(struct made *m, const mg_side *s)
{
    json_t *to = json_object();

    if (isnan(s->value_usd)) {
        json_decref(to);
        return json_null();
    }
    set_number(m, to, "value_usd", s->value_usd);
    set_number(m, to, "kg", s->kg);
    set(m, to, "kg_estimated", json_boolean((s->flags & MG_FLAG_KG_ESTIMATED) != 0));
    set_number(m, to, "quantity", s->qty);
    set(m, to, "unit", s->unit > 1 ? json_integer(s->unit) : json_null());
    set(m, to, "quantity_estimated",
        json_boolean((s->flags & MG_FLAG_QTY_ESTIMATED) != 0));
    set_text(m, to, "edition", mg_edition_name(s->edition));
    return to;
}

static json_t *reports(struct made *m)
{
    const struct measure *r = &m->e->measure;
    json_t *to = json_object();

    set(m, to, "exporter", side(m, &m->e->pair.x));
    set(m, to, "importer", side(m, &m->e->pair.m));
    set_number(m, to, "import_fob_usd", r->m.usd);
    set_number(m, to, "margin", r->m.margin);
    set_text(m, to, "margin_source", mg_margin_source_name(r->m.source));
    set_number(m, to, "gap_usd", r->gap);
    set_number(m, to, "gap_low", r->gap_low);
    set_number(m, to, "gap_high", r->gap_high);
    set_number(m, to, "log_qty_gap", r->qty.log_gap);
    set_number(m, to, "log_price_gap", r->log_price_gap);
    return to;
}

static json_t *reasons(struct made *m)
{
    struct full_reason list[FULL_REASONS];
    const size_t n = full_reasons(m->f, m->e->cell, list);
    json_t *to = json_array();

    for (size_t k = 0; k < n; k++) {
        json_t *reason = json_object();
        set_text(m, reason, "name", list[k].name);
        set_number(m, reason, "share", list[k].share);
        m->failed |= json_array_append_new(to, reason) != 0;
    }
    return to;
}

static json_t *habits(struct made *m)
{
    static const char *const names[MG_NULL_WAYS] = {"exporter", "importer", "product",
                                                    "period"};
    const mg_null_parts *s = &m->f->parts[m->e->cell];
    json_t *to = json_object();

    for (int way = 0; way < MG_NULL_WAYS; way++)
        set_number(m, to, names[way], s->effect[way]);
    set_number(m, to, "flow", s->series);
    set_number(m, to, "scale", m->f->value[m->e->cell].scale);
    set_number(m, to, "probability_one_sided", m->f->probability[m->e->cell]);
    set(m, to, "other_periods", json_integer((json_int_t)m->e->others));
    set(m, to, "other_periods_one_sided", json_integer((json_int_t)m->e->one_sided));
    return to;
}

static json_t *price(struct made *m, const struct unit_value *u)
{
    json_t *to = json_object();

    set_number(m, to, "usd_per_kg", u->here);
    set_number(m, to, "fair_usd_per_kg", u->fair);
    set_number(m, to, "scale", u->scale);
    set(m, to, "other_periods", json_integer((json_int_t)u->periods));
    return to;
}

static json_t *prices(struct made *m)
{
    json_t *to = json_object();

    set(m, to, "exporter", price(m, &m->e->price[0]));
    set(m, to, "importer", price(m, &m->e->price[1]));
    set_number(m, to, "world_usd_per_kg", m->e->world_price);
    set(m, to, "world_reports", json_integer((json_int_t)m->e->world_reports));
    return to;
}

static json_t *period(const struct made *m, uint32_t number)
{
    return number != UINT32_MAX ? json_integer(m->f->mirror->periods[number])
                                : json_null();
}

static json_t *period_of(const struct made *m, size_t cell)
{
    return period(m, cell != SIZE_MAX ? m->f->cells[cell].period : UINT32_MAX);
}

static json_t *changes(struct made *m)
{
    json_t *to = json_object();

    set_number(m, to, "usual_export_usd", m->e->usual_x);
    set_number(m, to, "ordinary_from_usd", m->e->low_x);
    set_number(m, to, "ordinary_to_usd", m->e->high_x);
    set_number(m, to, "usual_margin", m->e->usual_margin);
    set_number(m, to, "exporter_unspecified_usd", m->e->nes_x);
    set_number(m, to, "importer_unspecified_usd", m->e->nes_m);
    return to;
}

char *explain_json(const struct explained *e, size_t *n)
{
    struct made m = {
        .e = e, .f = e->full, .ref = mg_session_ref(e->full->mirror->session)};
    json_t *page = json_object();
    char *text = NULL;

    set(&m, page, "cell", cell(&m, e->cell));
    set(&m, page, "rank", json_integer((json_int_t)e->rank));
    set(&m, page, "of", json_integer((json_int_t)m.f->n));
    set(&m, page, "other_flows_called_so", json_integer((json_int_t)e->alike));
    set(&m, page, "finer_codes", json_integer((json_int_t)e->finer));
    set(&m, page, "reports", reports(&m));
    set(&m, page, "reasons", reasons(&m));
    set(&m, page, "prices", prices(&m));
    set(&m, page, "habits", habits(&m));
    set_number(&m, page, "p_round_exporter", m.f->p_round[0][e->cell]);
    set_number(&m, page, "p_round_importer", m.f->p_round[1][e->cell]);
    set(&m, page, "level_since", period(&m, m.f->since[e->cell]));
    set(&m, page, "drift_from", period_of(&m, e->drift_from));
    set(&m, page, "drift_alarm", period_of(&m, e->drift));
    set(&m, page, "history", cells(&m, NULL, e->to - e->from, e->from));
    set(&m, page, "other_partners", cells(&m, e->importers.cells, e->importers.n, 0));
    set(&m, page, "other_sources", cells(&m, e->exporters.cells, e->exporters.n, 0));
    set(&m, page, "sibling_codes", cells(&m, e->siblings.cells, e->siblings.n, 0));
    set(&m, page, "what_would_change_it", changes(&m));
    if (!m.failed)
        text = json_dumps(page, JSON_INDENT(2));
    json_decref(page);
    if (text == NULL)
        return NULL;
    *n = strlen(text);
    char *whole = realloc(text, *n + 2);
    if (whole == NULL) {
        free(text);
        return NULL;
    }
    memcpy(whole + *n, "\n", 2);
    ++*n;
    return whole;
}
