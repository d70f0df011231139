/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dossier.json: what the tables are, and what they cannot show. */
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/dossier.h"
#include "mirrorgap/version.h"

static void set(json_t *object, const char *name, json_t *value, bool *failed)
{
    *failed |= json_object_set_new(object, name, value) != 0;
}

static json_t *number(double value)
{
    return isnan(value) ? json_null() : json_real(value);
}

/* What figures of customs do not show, with how much of these it concerns. */
static json_t *limits(const struct dossier *d, bool *failed)
{
    const struct screening *s = &d->screening;
    mg_sum all = {0};
    mg_sum part = {0};
    mg_sum unweighed = {0};
    mg_sum unjudged = {0};
    json_t *to = json_object();

    for (size_t i = 0; i < s->n_lines; i++) {
        const struct screen_line *l = &s->lines[i];
        if (l->rule->placebo)
            continue;
        mg_sum_merge(&all, &l->usd);
        if (l->rule->scope_part || l->usd_part.fixed > 0)
            mg_sum_merge(&part, &l->usd);
        mg_sum_add(&unweighed, mg_sum_value(&l->usd) - mg_sum_value(&l->usd_weighed));
        mg_sum_add(&unjudged, mg_sum_value(&l->usd) - mg_sum_value(&l->judged));
    }
    const double usd = mg_sum_value(&all);
    set(to, "share_of_value_where_code_holds_other_goods",
        number(mg_sum_value(&part) / usd), failed);
    set(to, "share_of_value_without_weight", number(mg_sum_value(&unweighed) / usd),
        failed);
    set(to, "share_of_value_not_tested_for_lookalikes",
        number(mg_sum_value(&unjudged) / usd), failed);
    json_t *texts = json_array();
    static const char *const words[] = {
        "Trade that passes no customs office is in no table: transfers between ships, "
        "smuggling, diplomats' bags.",
        "Goods that a partner files under another country, code or partner are here only "
        "where the other side's report, hubs or the look-alike test give them away.",
        "Partners that do not report leave holes: totals.csv tells the completeness, and "
        "upper_usd what it would come to.",
        "Flows below 1,000 USD are in many files left out.",
        "Measures without HS codes (weapons lists, cash, services, crews, joint "
        "ventures) "
        "cannot be screened: see the README of each regime."};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        *failed |= json_array_append_new(texts, json_string(words[i])) != 0;
    set(to, "in_words", texts, failed);
    return to;
}

static json_t *list_periods(const struct dossier *d, bool *failed)
{
    const mg_dataset *data = mg_session_dataset(d->session);
    json_t *to = json_array();

    for (size_t p = 0; p < data->n_periods; p++)
        if (mg_period_monthly(data->periods[p].period) == (d->screening.freq == 'M'))
            *failed |=
                json_array_append_new(to, json_integer(data->periods[p].period)) != 0;
    return to;
}

static json_t *list_regimes(const struct dossier *d, bool *failed)
{
    json_t *to = json_array();

    for (size_t i = 0; i < d->screening.n_regimes; i++)
        *failed |=
            json_array_append_new(to, json_string(d->screening.regimes[i]->name)) != 0;
    return to;
}

static json_t *list_verdicts(const struct dossier *d, bool *failed)
{
    json_t *to = json_object();

    for (unsigned v = 0; v < MG_VERDICTS; v++) {
        json_t *verdict = json_object();
        set(verdict, "lines", json_integer((json_int_t)d->screened.by_verdict[v]),
            failed);
        set(verdict, "value_usd", number(d->screened.usd[v]), failed);
        set(to, mg_verdict_name(v), verdict, failed);
    }
    return to;
}

static json_t *list_tables(const struct dossier *d, bool *failed)
{
    json_t *to = json_object();

    for (size_t i = 0; i < d->n_tables; i++) {
        char file[64];
        json_t *table = json_object();
        snprintf(file, sizeof file, "%s.csv", d->tables[i].name);
        set(table, "file", json_string(file), failed);
        set(table, "rows", json_integer((json_int_t)d->tables[i].rows), failed);
        set(table, "what", json_string(d->tables[i].what), failed);
        set(to, d->tables[i].name, table, failed);
    }
    return to;
}

static json_t *make_json(const struct dossier *d, bool *failed)
{
    const mg_ref *ref = mg_session_ref(d->session);
    const mg_area *area = mg_ref_area(ref, d->country);
    json_t *to = json_object();
    json_t *part = json_object();

    set(to, "format", json_string("mirrorgap dossier 1"), failed);
    if (!d->options->output.no_provenance)
        set(to, "program", json_string("mirrorgap " MG_VERSION), failed);
    set(to, "data", json_string(mg_session_identity(d->session)), failed);
    set(part, "code", json_integer(d->country), failed);
    set(part, "iso3", json_string(mg_ref_iso3(ref, d->country)), failed);
    set(part, "name", area != NULL ? json_string(area->name) : json_null(), failed);
    set(to, "country", part, failed);
    set(to, "frequency", json_string(d->screening.freq == 'M' ? "M" : "A"), failed);
    set(to, "periods", list_periods(d, failed), failed);
    set(to, "regimes", list_regimes(d, failed), failed);
    part = json_object();
    set(part, "exports_usd", number(d->totals.exports_usd), failed);
    set(part, "imports_usd", number(d->totals.imports_usd), failed);
    set(part, "suspect_usd", number(d->totals.suspect_usd), failed);
    set(to, "totals_reported_by_partners", part, failed);
    /* value_usd of a verdict counts a row once a rule */
    set(to, "verdicts", list_verdicts(d, failed), failed);
    part = json_object();
    set(part, "rows", json_integer((json_int_t)d->lookalike.looked_at), failed);
    set(part, "swap", json_integer((json_int_t)d->lookalike.swaps), failed);
    set(part, "doubtful", json_integer((json_int_t)d->lookalike.doubtful), failed);
    set(to, "lookalike", part, failed);
    set(to, "tables", list_tables(d, failed), failed);
    set(to, "cannot_be_seen", limits(d, failed), failed);
    return to;
}

char *dossier_json(const struct dossier *d)
{
    bool failed = false;
    json_t *json = make_json(d, &failed);
    char *text =
        failed ? NULL : json_dumps(json, JSON_INDENT(1) | JSON_REAL_PRECISION(17));

    json_decref(json);
    return text;
}
