/* SPDX-License-Identifier: GPL-3.0-or-later */
/* screen: which rows fall under which rules. */
#include <stdlib.h>
#include <string.h>

#include "app/screening.h"
#include "mirrorgap/mem.h"

enum { EDITIONS = MG_EDITION_H6 + 1, REACH_MOST = 1024, UNIT_PIECES = 5 };

/* A code as it was filed. */
struct code {
    uint32_t hs;
    uint8_t edition;
    size_t first, end; /* of its hits */
};

/* A line of a regime that a code falls under. */
struct hit {
    uint16_t regime;
    bool part, exempt;
    uint32_t rule;
    uint64_t also; /* other lines of the rule that have a part of it: by their places */
};

/* A row under a line. */
struct match {
    size_t row;
    struct hit hit;
};

struct matching {
    struct screening *screening;
    struct code *codes; /* by edition and hs */
    size_t n_codes;
    struct hit *hits;
    size_t n_hits, room_hits;
    struct match *matches;
    size_t n_matches, room_matches;
    /* of the code at hand: what it comes to in each edition, SIZE_MAX: not asked yet */
    size_t n_reach[EDITIONS];
    uint32_t reach[EDITIONS][REACH_MOST];
};

static bool has(const uint16_t *codes, size_t n, unsigned code)
{
    for (size_t i = 0; i < n; i++)
        if (codes[i] == code)
            return true;
    return n == 0;
}

static bool about_target(const struct screening *s, const mg_rule *rule)
{
    for (size_t i = 0; i < rule->n_targets; i++)
        if (s->targets[rule->targets[i]] != 0)
            return true;
    return rule->n_targets == 0;
}

bool screening_applies(const struct screening *s, const mg_rule *rule, unsigned reporter,
                       unsigned flow)
{
    const unsigned direction = flow == MG_FLOW_M ? MG_RULE_EXPORT : MG_RULE_IMPORT;

    return (rule->direction & direction) != 0 && about_target(s, rule) &&
           has(rule->reporters, rule->n_reporters, reporter);
}

static int code_order(const void *a, const void *b)
{
    const struct code *x = a;
    const struct code *y = b;

    if (x->edition != y->edition)
        return x->edition < y->edition ? -1 : 1;
    return (x->hs > y->hs) - (x->hs < y->hs);
}

static mg_status list_codes(struct matching *m, mg_error *err)
{
    const struct screening *s = m->screening;
    size_t n = 0;

    m->codes = mg_alloc(s->n_rows, sizeof *m->codes);
    if (m->codes == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot screen %zu rows", s->n_rows);
    for (size_t i = 0; i < s->n_rows; i++)
        m->codes[i] = (struct code){.hs = s->rows[i].hs, .edition = s->rows[i].edition};
    if (s->n_rows > 1)
        qsort(m->codes, s->n_rows, sizeof *m->codes, code_order);
    for (size_t i = 0; i < s->n_rows; i++)
        if (n == 0 || code_order(&m->codes[n - 1], &m->codes[i]) != 0)
            m->codes[n++] = m->codes[i];
    m->n_codes = n;
    return MG_OK;
}

mg_cover screening_cover(const struct screening *s, const mg_rule *rule, unsigned edition,
                         uint32_t hs)
{
    return mg_hs_map_cover(s->map, rule->edition, rule->hs, edition, hs);
}

/* The same for the code at hand, whose way through the editions is kept. */
static mg_cover cover(struct matching *m, const struct code *code, const mg_rule *rule)
{
    const unsigned to = rule->edition;
    size_t *n = &m->n_reach[to];
    size_t in = 0;

    if (mg_hs_level(code->hs) == 6 && code->edition != to && *n == SIZE_MAX)
        *n = mg_hs_map_reach(m->screening->map, code->edition, code->hs, to, m->reach[to],
                             REACH_MOST);
    if (mg_hs_level(code->hs) != 6 || code->edition == to || *n == 0 || *n > REACH_MOST)
        return screening_cover(m->screening, rule, code->edition, code->hs);
    for (size_t i = 0; i < *n; i++)
        in += mg_hs_begins(m->reach[to][i], rule->hs);
    return in == 0 ? MG_COVER_NONE : in < *n ? MG_COVER_PART : MG_COVER_WHOLE;
}

static mg_status add_hit(struct matching *m, struct hit hit, mg_error *err)
{
    mg_status status =
        mg_grow((void **)&m->hits, &m->room_hits, m->n_hits + 1, sizeof *m->hits, err);

    if (status == MG_OK)
        m->hits[m->n_hits++] = hit;
    return status;
}

/* The line of one rule that a code falls under: that which has all of it, else the first
 * that has a part, so that no figure counts twice in a rule. A line that exempts takes
 * the code out. */
static mg_status hit_rule(struct matching *m, const struct code *code, uint16_t regime,
                          size_t first, mg_error *err)
{
    const mg_regime *g = m->screening->regimes[regime];
    const size_t end = mg_regime_rule_end(g, first);
    const unsigned edition = mg_regime_edition(g, first, code->edition);
    struct hit hit = {.regime = regime};
    bool any = false;

    for (size_t i = first; i < end; i++) {
        const mg_rule *rule = &g->rules[i];
        if (rule->edition != edition && !rule->exempts)
            continue;
        const mg_cover got = cover(m, code, rule);
        if (got == MG_COVER_NONE)
            continue;
        if (rule->exempts) {
            hit.exempt = hit.exempt || got == MG_COVER_WHOLE;
            continue;
        }
        if (!any || (got == MG_COVER_WHOLE && hit.part)) {
            hit.rule = (uint32_t)i;
            hit.part = got == MG_COVER_PART;
        }
        any = true;
        if (i - first < 64)
            hit.also |= UINT64_C(1) << (i - first);
    }
    if (!any)
        return MG_OK;
    hit.also &=
        hit.part && hit.rule - first < 64 ? ~(UINT64_C(1) << (hit.rule - first)) : 0;
    return add_hit(m, hit, err);
}

static mg_status hit_code(struct matching *m, struct code *code, mg_error *err)
{
    mg_status status = MG_OK;

    for (size_t e = 0; e < EDITIONS; e++)
        m->n_reach[e] = SIZE_MAX;
    code->first = m->n_hits;
    for (size_t g = 0; status == MG_OK && g < m->screening->n_regimes; g++) {
        const mg_regime *regime = m->screening->regimes[g];
        for (size_t i = 0; status == MG_OK && i < regime->n;
             i = mg_regime_rule_end(regime, i))
            if (about_target(m->screening, &regime->rules[i]))
                status = hit_rule(m, code, (uint16_t)g, i, err);
    }
    code->end = m->n_hits;
    return status;
}

/* A piece that is worth less than the rule minds. */
static bool too_cheap(const mg_rule *rule, const struct screen_row *row)
{
    return row->unit == UNIT_PIECES && row->qty > 0 &&
           row->usd / row->qty < rule->exempt_below;
}

static mg_status match_row(struct matching *m, size_t at, mg_error *err)
{
    const struct screening *s = m->screening;
    const struct screen_row *row = &s->rows[at];
    const struct code key = {.hs = row->hs, .edition = row->edition};
    const struct code *code = bsearch(&key, m->codes, m->n_codes, sizeof key, code_order);
    mg_status status = MG_OK;

    for (size_t i = code->first; status == MG_OK && i < code->end; i++) {
        struct hit hit = m->hits[i];
        const mg_rule *rule = &s->regimes[hit.regime]->rules[hit.rule];
        if (!screening_applies(s, rule, row->reporter, row->flow) ||
            mg_screen_when(rule, row->period) == MG_WHEN_OVER)
            continue;
        hit.exempt = hit.exempt || too_cheap(rule, row);
        status = mg_grow((void **)&m->matches, &m->room_matches, m->n_matches + 1,
                         sizeof *m->matches, err);
        if (status == MG_OK)
            m->matches[m->n_matches++] = (struct match){at, hit};
    }
    return status;
}

static int line_order(const void *a, const void *b)
{
    const struct screen_line *x = a;
    const struct screen_line *y = b;

    if (x->regime_at != y->regime_at)
        return x->regime_at < y->regime_at ? -1 : 1;
    if (x->rule != y->rule)
        return x->rule < y->rule ? -1 : 1;
    if (x->period != y->period)
        return x->period < y->period ? -1 : 1;
    if (x->reporter != y->reporter)
        return x->reporter < y->reporter ? -1 : 1;
    if (x->flow != y->flow)
        return x->flow < y->flow ? -1 : 1;
    if (x->exempt != y->exempt)
        return x->exempt ? 1 : -1;
    if (x->likelier != y->likelier)
        return x->likelier ? 1 : -1;
    if (x->hidden != y->hidden)
        return x->hidden ? 1 : -1;
    if (x->code != y->code)
        return x->code < y->code ? -1 : 1;
    return (x->code_edition > y->code_edition) - (x->code_edition < y->code_edition);
}

static void fill(struct screen_line *to, const struct screening *s,
                 const struct match *match)
{
    const struct screen_row *row = &s->rows[match->row];
    const mg_regime *regime = s->regimes[match->hit.regime];

    *to = (struct screen_line){
        .regime = regime,
        .regime_at = match->hit.regime,
        .rule = &regime->rules[match->hit.rule],
        .period = row->period,
        .code = s->options->by_code ? row->hs : 0,
        .code_edition = s->options->by_code ? row->edition : 0,
        .reporter = row->reporter,
        .flow = row->flow,
        .exempt = match->hit.exempt,
        .likelier = row->posterior >= MG_LOOKALIKE_SWAP,
        .hidden = !screening_wants_code(s, row->hs),
        .also = match->hit.also,
        .editions = (uint8_t)(row->edition == 0 ? 0x80U : 1U << (row->edition - 1)),
        .cap_used = NAN,
        .cap_low = NAN,
        .cap_high = NAN};
    mg_sum_add(&to->usd, row->usd);
    if (row->kg > 0) {
        mg_sum_add(&to->kg, row->kg);
        mg_sum_add(&to->usd_weighed, row->usd);
    }
    if (match->hit.part)
        mg_sum_add(&to->usd_part, row->usd);
    if (!isnan(row->posterior)) {
        mg_sum_add(&to->judged, row->usd);
        mg_sum_add(&to->swapped, row->usd * row->posterior);
        to->twin = row->twin;
    }
}

static void merge(struct screen_line *to, const struct screen_line *more)
{
    mg_sum_merge(&to->usd, &more->usd);
    mg_sum_merge(&to->kg, &more->kg);
    mg_sum_merge(&to->usd_weighed, &more->usd_weighed);
    mg_sum_merge(&to->usd_part, &more->usd_part);
    mg_sum_merge(&to->judged, &more->judged);
    mg_sum_merge(&to->swapped, &more->swapped);
    to->editions |= more->editions;
    to->also |= more->also;
    to->twin = to->twin != 0 ? to->twin : more->twin;
}

static mg_status make_lines(struct matching *m, mg_error *err)
{
    struct screening *s = m->screening;
    size_t n = 0;
    mg_status status = mg_grow((void **)&s->lines, &s->room_lines, m->n_matches + 1,
                               sizeof *s->lines, err);

    if (status != MG_OK)
        return status;
    for (size_t i = 0; i < m->n_matches; i++)
        fill(&s->lines[i], s, &m->matches[i]);
    if (m->n_matches > 1)
        qsort(s->lines, m->n_matches, sizeof *s->lines, line_order);
    for (size_t i = 0; i < m->n_matches; i++)
        if (n > 0 && line_order(&s->lines[n - 1], &s->lines[i]) == 0)
            merge(&s->lines[n - 1], &s->lines[i]);
        else
            s->lines[n++] = s->lines[i];
    s->n_lines = n;
    return MG_OK;
}

static void warn_of_others(const struct screening *s)
{
    for (size_t g = 0; g < s->n_regimes; g++) {
        bool any = s->regimes[g]->n == 0;
        for (size_t i = 0; !any && i < s->regimes[g]->n; i++)
            any = about_target(s, &s->regimes[g]->rules[i]);
        if (!any)
            mg_say(s->talk, MG_SAY_WARNING, "no rule of regime %s is about '%s'",
                   s->regimes[g]->name, s->options->target);
    }
}

mg_status screening_match(struct screening *s, mg_error *err)
{
    struct matching *m = mg_alloc_zero(1, sizeof *m);
    mg_status status;

    if (m == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot screen %zu rows", s->n_rows);
    m->screening = s;
    warn_of_others(s);
    status = list_codes(m, err);
    for (size_t i = 0; status == MG_OK && i < m->n_codes; i++)
        status = hit_code(m, &m->codes[i], err);
    for (size_t i = 0; status == MG_OK && i < s->n_rows; i++)
        status = match_row(m, i, err);
    if (status == MG_OK)
        status = make_lines(m, err);
    free(m->codes);
    free(m->hits);
    free(m->matches);
    free(m);
    return status;
}
