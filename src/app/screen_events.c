/* SPDX-License-Identifier: GPL-3.0-or-later */
/* screen --events: what each rule changed, by partner and over all partners. */
#include <stdlib.h>
#include <string.h>

#include "app/screen_events.h"
#include "mirrorgap/combine.h"
#include "mirrorgap/mem.h"
#include "mirrorgap/search.h"

enum { REPORTERS = 1024 }; /* there are fewer areas */

static const double large_share = 0.1; /* of the trade before an event */

static uint32_t after(uint32_t period)
{
    return !mg_period_monthly(period) || period % 100 < 12 ? period + 1
                                                           : period - 11 + 100;
}

static mg_status list_periods(struct event_world *e, mg_error *err)
{
    const mg_dataset *data = mg_session_dataset(e->screening->session);
    const bool monthly = e->screening->freq == 'M';
    uint32_t first = UINT32_MAX;
    uint32_t last = 0;

    for (size_t p = 0; p < data->n_periods; p++)
        if (mg_period_monthly(data->periods[p].period) == monthly) {
            first = data->periods[p].period < first ? data->periods[p].period : first;
            last = data->periods[p].period > last ? data->periods[p].period : last;
        }
    for (uint32_t p = first; p <= last; p = after(p))
        e->n++;
    if (e->n > MG_EVENT_MOST)
        return mg_fail(err, MG_E_RANGE, "%zu periods are more than the %d of a series",
                       e->n, (int)MG_EVENT_MOST);
    e->periods = mg_alloc(e->n, sizeof *e->periods);
    e->places = mg_alloc(e->n, sizeof *e->places);
    e->usd = mg_alloc(e->n, sizeof *e->usd);
    e->sum = mg_alloc(e->n, sizeof *e->sum);
    e->other = mg_alloc(e->n, sizeof *e->other);
    if (e->periods == NULL || e->places == NULL || e->usd == NULL || e->sum == NULL ||
        e->other == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot hold %zu periods", e->n);
    size_t i = 0;
    for (uint32_t p = first; p <= last; p = after(p), i++) {
        e->periods[i] = p;
        e->places[i] = mg_reporting_place(e->reporting, p);
    }
    return MG_OK;
}

static size_t place_of(const struct event_world *e, uint32_t period)
{
    return mg_lower_bound(e->periods, e->n, period);
}

/* Zeros where the reporter filed the flow at all, else missing. */
static void start_series(const struct event_world *e, unsigned reporter, unsigned flow,
                         double *usd)
{
    for (size_t t = 0; t < e->n; t++)
        usd[t] = e->places[t] != SIZE_MAX &&
                         mg_reporting_in(e->reporting, e->places[t], reporter, flow)
                     ? 0
                     : NAN;
}

static void add_line(const struct event_world *e, const struct screen_line *line,
                     double *usd)
{
    const size_t t = place_of(e, line->period);

    if (t < e->n && screening_counts(line))
        usd[t] = (isnan(usd[t]) ? 0 : usd[t]) + mg_sum_value(&line->usd);
}

/* The transition of a rule: from its first day in a period to the last of its grace. */
static void transition(const struct event_world *e, const mg_rule *rule, size_t *from,
                       size_t *until)
{
    *from = 0;
    while (*from < e->n && mg_screen_when(rule, e->periods[*from]) == MG_WHEN_BEFORE)
        ++*from;
    *until = *from;
    while (*until < e->n && mg_screen_when(rule, e->periods[*until]) < MG_WHEN_IN_FORCE)
        ++*until;
}

static mg_status study(const struct event_world *e, const mg_rule *rule, double *usd,
                       mg_event *to, mg_error *err)
{
    mg_event_series s = {.n = e->n,
                         .usd = usd,
                         .per_year = e->screening->freq == 'M' ? 12 : 1,
                         .first = e->screening->freq == 'M' ? e->periods[0] % 100 : 1};

    transition(e, rule, &s.from, &s.until);
    for (size_t t = 0; t < e->n; t++) /* what comes after it is another rule's */
        if (mg_screen_when(rule, e->periods[t]) == MG_WHEN_OVER)
            usd[t] = NAN;
    return mg_event_study(&s, to, err);
}

static bool is_of(const struct screen_line *line, const struct event_studied *item)
{
    return !line->hidden && line->flow == item->flow &&
           (item->code == 0 || line->code == item->code);
}

/* The reporters of one flow of a rule, and what they traded before the event. */
struct partners {
    uint16_t codes[REPORTERS];
    double before[REPORTERS];
    size_t n;
    double all_before;
};

static bool is_large(const struct partners *p, size_t k)
{
    return p->before[k] >= large_share * p->all_before;
}

static bool is_placebo(const struct screen_line *line, unsigned flow, unsigned reporter)
{
    return line->rule->placebo && line->flow == flow && line->reporter == reporter;
}

/* Goods that no rule is about, of one partner. Returns whether there are any. */
static bool placebo_series(const struct event_world *e, unsigned flow, unsigned reporter,
                           double *usd)
{
    const struct screening *s = e->screening;
    bool any = false;

    start_series(e, reporter, flow, usd);
    for (size_t i = e->placebo_from; i < e->placebo_end; i++)
        if (is_placebo(&s->lines[i], flow, reporter)) {
            add_line(e, &s->lines[i], usd);
            any = true;
        }
    return any;
}

/* Adds a partner's series; where one that is large is silent there is no sum. */
static void add_series(const struct event_world *e, const double *usd, bool large,
                       double *sum)
{
    for (size_t t = 0; t < e->n; t++)
        if (!isnan(usd[t]))
            sum[t] += usd[t];
        else if (large)
            sum[t] = NAN;
}

/* What the item's partner, or all partners, file of goods that no rule is about. */
static mg_status add_placebo(struct event_world *e, struct event_studied *item,
                             const struct partners *partners, mg_error *err)
{
    for (size_t t = 0; t < e->n; t++)
        e->other[t] = 0;
    for (size_t k = 0; k < partners->n; k++) {
        if (item->reporter != 0 && partners->codes[k] != item->reporter)
            continue;
        item->has_placebo |= placebo_series(e, item->flow, partners->codes[k], e->usd);
        add_series(e, e->usd, is_large(partners, k) || item->reporter != 0, e->other);
    }
    return item->has_placebo ? study(e, item->rule, e->other, &item->placebo, err)
                             : MG_OK;
}

static mg_status add_item(struct event_world *e, struct event_studied item, double *usd,
                          const struct partners *partners, mg_error *err)
{
    mg_status status =
        mg_grow((void **)&e->items, &e->room, e->n_items + 1, sizeof *e->items, err);

    if (status == MG_OK)
        status = study(e, item.rule, usd, &item.event, err);
    if (status == MG_OK)
        status = add_placebo(e, &item, partners, err);
    if (status == MG_OK)
        e->items[e->n_items++] = item;
    return status;
}

static size_t partner_of(struct partners *p, uint16_t code)
{
    size_t k = 0;

    while (k < p->n && p->codes[k] != code)
        k++;
    if (k == p->n && k < REPORTERS) {
        p->codes[k] = code;
        p->before[k] = 0;
        p->n++;
    }
    return k;
}

/* Lines [from, end) are of one rule, whatever their prefix. */
static void list_partners(const struct event_world *e, size_t from, size_t end,
                          struct event_studied *item, struct partners *to)
{
    const struct screening *s = e->screening;
    size_t first;
    size_t until;

    to->n = 0;
    to->all_before = 0;
    transition(e, s->lines[from].rule, &first, &until);
    for (size_t i = from; i < end; i++) {
        const struct screen_line *line = &s->lines[i];
        if (!is_of(line, item))
            continue;
        const size_t k = partner_of(to, line->reporter);
        item->part = item->part || line->usd_part.fixed > 0;
        if (k < to->n && screening_counts(line) && place_of(e, line->period) < first) {
            to->before[k] += mg_sum_value(&line->usd);
            to->all_before += mg_sum_value(&line->usd);
        }
    }
}

/* What one partner files under the rule. */
static void partner_series(const struct event_world *e, size_t from, size_t end,
                           const struct event_studied *item, unsigned reporter,
                           double *usd)
{
    const struct screening *s = e->screening;

    start_series(e, reporter, item->flow, usd);
    for (size_t i = from; i < end; i++)
        if (is_of(&s->lines[i], item) && s->lines[i].reporter == reporter)
            add_line(e, &s->lines[i], usd);
}

/* One flow of one rule, or of one code under it: over all partners, of whom those that
 * had a tenth or more of the trade before must file for the sum to be one; then each,
 * where there are several. */
static mg_status study_flow(struct event_world *e, size_t from, size_t end,
                            struct event_studied item, mg_error *err)
{
    struct partners partners;
    mg_status status;

    list_partners(e, from, end, &item, &partners);
    if (partners.n == 0)
        return MG_OK;
    for (size_t t = 0; t < e->n; t++)
        e->sum[t] = 0;
    for (size_t k = 0; k < partners.n; k++) {
        partner_series(e, from, end, &item, partners.codes[k], e->usd);
        add_series(e, e->usd, is_large(&partners, k), e->sum);
    }
    if (partners.n == 1)
        item.reporter = partners.codes[0];
    status = add_item(e, item, e->sum, &partners, err);
    for (size_t k = 0; status == MG_OK && partners.n > 1 && k < partners.n; k++) {
        item.reporter = partners.codes[k];
        partner_series(e, from, end, &item, partners.codes[k], e->sum);
        status = add_item(e, item, e->sum, &partners, err);
    }
    return status;
}

/* Both flows of one rule, or of each code under it. */
static mg_status study_rule(struct event_world *e, size_t from, size_t end, mg_error *err)
{
    const struct screen_line *lines = e->screening->lines;
    struct event_studied item = {.regime = lines[from].regime, .rule = lines[from].rule};
    mg_status status = MG_OK;

    for (size_t i = from; status == MG_OK && i < end; i++) {
        bool seen = false;
        for (size_t k = from; !seen && k < i; k++)
            seen = lines[k].code == lines[i].code;
        item.code = lines[i].code;
        item.flow = MG_FLOW_M;
        if (!seen)
            status = study_flow(e, from, end, item, err);
        item.flow = MG_FLOW_X;
        if (!seen && status == MG_OK)
            status = study_flow(e, from, end, item, err);
    }
    return status;
}

static mg_status study_rules(struct event_world *e, mg_error *err)
{
    const struct screening *s = e->screening;
    mg_status status = MG_OK;

    for (size_t i = 0; status == MG_OK && i < s->n_lines;) {
        const size_t end = screening_rule_end(s, i);
        status = mg_check_stop(s->talk, err);
        if (status == MG_OK && s->lines[i].rule->effective != 0)
            status = study_rule(e, i, end, err);
        i = end;
    }
    return status;
}

static mg_status control(struct event_world *e, mg_error *err)
{
    double *p = mg_alloc(e->n_items, sizeof *p);
    double *q = mg_alloc(e->n_items, sizeof *q);
    mg_status status = MG_OK;

    if (p == NULL || q == NULL)
        status = mg_fail(err, MG_E_NOMEM, "cannot rank %zu series", e->n_items);
    for (size_t i = 0; status == MG_OK && i < e->n_items; i++)
        p[i] = e->items[i].event.p;
    if (status == MG_OK)
        status = mg_fdr(MG_FDR_BH, e->n_items, p, q, err);
    for (size_t i = 0; status == MG_OK && i < e->n_items; i++)
        e->items[i].q = q[i];
    free(p);
    free(q);
    return status;
}

mg_status screening_events(const struct screening *s, mg_output *output,
                           mg_screen_summary *summary, mg_error *err)
{
    struct event_world e = {.screening = s};
    mg_status status =
        mg_reporting_new(mg_session_dataset(s->session), mg_session_ref(s->session), NULL,
                         false, &e.reporting, err);

    for (size_t i = s->n_lines; i-- > 0;)
        if (s->lines[i].rule->placebo) {
            e.placebo_end = e.placebo_end > 0 ? e.placebo_end : i + 1;
            e.placebo_from = i;
        }
    if (status == MG_OK && s->n_lines > 0) {
        status = list_periods(&e, err);
        if (status == MG_OK)
            status = study_rules(&e, err);
        if (status == MG_OK)
            status = control(&e, err);
    }
    if (status == MG_OK)
        status = event_table(&e, output, summary, err);
    mg_reporting_free(e.reporting);
    free(e.periods);
    free(e.places);
    free(e.usd);
    free(e.sum);
    free(e.other);
    free(e.items);
    return status;
}
