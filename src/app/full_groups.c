/* SPDX-License-Identifier: GPL-3.0-or-later */
/* scores --by: what the cells of a country pair, a sector or a reporter say together. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "app/full.h"
#include "app/gap_keys.h"
#include "app/names.h"
#include "mirrorgap/evidence.h"
#include "mirrorgap/mem.h"
#include "mirrorgap/sum.h"

static const mg_output_column columns[] = {
    {"freq", "code", "A annual, M monthly"},
    {"level", "digits", "length of the cells' commodity codes, 0 for TOTAL"},
    {"cells", "count", "cells of the group"},
    {"matched", "count", "of them filed by both sides"},
    {"series", "count", "flows (exporter, importer, commodity) with both sides"},
    {"export_usd", "USD", "exporters' figures, all cells"},
    {"import_fob_usd", "USD", "importers' figures made FOB, all cells"},
    {"gap_usd", "USD", "sum of the gaps of matched cells"},
    {"unusual_usd", "USD", "what of gap_usd is beyond what is usual of such cells"},
    {"mean_gap", "ln", "mean over series of the gap beyond what is usual"},
    {"z", "1", "how far mean_gap is from that of ordinary groups"},
    {"scored", "count", "cells with a p"},
    {"surprising", "count", "of them, those of p <= 0.05"},
    {"p_gap", "probability", "of so far a z"},
    {"p_cells", "probability", "of so many surprising cells"},
    {"p_digits", "probability", "of first digits so far from Benford's law"},
    {"p", "probability", "of the three together"},
    {"q", "share", "false discoveries among groups up to this one"},
    {"at_stake_usd", "USD", "size of unusual_usd"},
    {"channel", "text", "gap, cells or digits: the strongest of the three"},
};
enum { COLUMNS = sizeof columns / sizeof *columns, MOST = COLUMNS + GAP_KEYS * 4 + 1 };

struct group {
    mg_rollup_key key;
    uint64_t cells, matched;
    mg_sum x_usd, m_usd, gap, unusual;
};

struct groups {
    const struct full *full;
    struct gap_keys keys;
    bool kept[MG_NULL_WAYS]; /* effects that are the group's own */
    uint32_t *cell;          /* n: of the full ones */
    uint32_t *of;            /* n: the group */
    uint32_t *series;        /* n */
    size_t n;
    struct group *items;
    mg_evidence *evidence;
    double *p, *q;
    uint32_t n_groups;
};

static void groups_release(struct groups *g)
{
    gap_keys_release(&g->keys);
    free(g->cell);
    free(g->of);
    free(g->series);
    free(g->items);
    free(g->evidence);
    free(g->p);
    free(g->q);
}

/* ---- which cells are in which group ---- */

/* Told by one thing alone, its habit is what is asked for; told by several, what is left
 * when the habits of each are known. */
static void keep_effects(struct groups *g)
{
    static const unsigned ways[GAP_KEYS] = {
        [KEY_EXPORTER] = 1 << MG_NULL_EXPORTER,
        [KEY_EXPORTER_REGION] = 1 << MG_NULL_EXPORTER,
        [KEY_IMPORTER] = 1 << MG_NULL_IMPORTER,
        [KEY_IMPORTER_REGION] = 1 << MG_NULL_IMPORTER,
        [KEY_PAIR] = 1 << MG_NULL_EXPORTER | 1 << MG_NULL_IMPORTER,
        [KEY_REGION] = 1 << MG_NULL_EXPORTER | 1 << MG_NULL_IMPORTER,
        [KEY_PERIOD] = 1 << MG_NULL_PERIOD,
        [KEY_YEAR] = 1 << MG_NULL_PERIOD,
        [KEY_HS2] = 1 << MG_NULL_COMMODITY,
        [KEY_HS4] = 1 << MG_NULL_COMMODITY,
        [KEY_HS6] = 1 << MG_NULL_COMMODITY,
        [KEY_SECTION] = 1 << MG_NULL_COMMODITY};
    unsigned all = 0;

    for (size_t i = 0; i < g->keys.n; i++)
        all |= ways[g->keys.items[i]];
    for (int way = 0; way < MG_NULL_WAYS; way++)
        g->kept[way] = all == 1U << way;
}

/* A cell with the key of its group. */
struct keyed {
    mg_rollup_key key;
    uint32_t cell;
};

static int by_key(const void *a, const void *b)
{
    const struct keyed *p = a;
    const struct keyed *q = b;

    for (int i = 0; i < 2; i++)
        if (p->key.part[i] != q->key.part[i])
            return p->key.part[i] < q->key.part[i] ? -1 : 1;
    return (p->cell > q->cell) - (p->cell < q->cell);
}

static bool same_key(const struct keyed *a, const struct keyed *b)
{
    return a->key.part[0] == b->key.part[0] && a->key.part[1] == b->key.part[1];
}

static size_t list_cells(const struct groups *g, struct keyed *to)
{
    const struct full *f = g->full;
    size_t n = 0;

    for (size_t i = 0; i < f->n; i++) {
        const struct full_cell *c = &f->cells[i];
        const mg_pair pair = {.exporter = (uint16_t)full_exporter(c),
                              .importer = (uint16_t)full_importer(c),
                              .hs = full_hs(c),
                              .notes = c->notes};
        if (full_shown(f, c))
            to[n++] = (struct keyed){
                gap_key_of(&g->keys, &pair, f->mirror->periods[c->period], 0),
                (uint32_t)i};
    }
    return n;
}

static mg_status make_groups(struct groups *g, mg_error *err)
{
    const struct full *f = g->full;
    struct keyed *keyed = mg_alloc(f->n, sizeof *keyed);
    mg_status status = MG_OK;

    g->cell = mg_alloc(f->n, sizeof *g->cell);
    g->of = mg_alloc(f->n, sizeof *g->of);
    g->series = mg_alloc(f->n, sizeof *g->series);
    g->items = mg_alloc_zero(f->n, sizeof *g->items);
    if (keyed == NULL || g->cell == NULL || g->of == NULL || g->series == NULL ||
        g->items == NULL) {
        free(keyed);
        return mg_fail(err, MG_E_NOMEM, "cannot group %zu cells", f->n);
    }
    g->n = list_cells(g, keyed);
    if (g->n > 0)
        qsort(keyed, g->n, sizeof *keyed, by_key);
    for (size_t i = 0; i < g->n; i++) {
        const struct full_cell *c = &f->cells[keyed[i].cell];
        const bool next = i > 0 && same_key(&keyed[i], &keyed[i - 1]);
        const bool series = next && full_same_series(c, &f->cells[keyed[i - 1].cell]);
        g->n_groups += !next;
        g->items[g->n_groups - 1].key = keyed[i].key;
        g->cell[i] = keyed[i].cell;
        g->of[i] = g->n_groups - 1;
        g->series[i] = i == 0 ? 0 : g->series[i - 1] + !series;
    }
    free(keyed);
    return status;
}

/* ---- their evidence ---- */

/* What is usual of the cell's own kind, without what the group is asked about. */
static double usual_of(const struct groups *g, const mg_null_parts *s)
{
    double usual = s->base;

    for (int way = 0; way < MG_NULL_WAYS; way++)
        usual += g->kept[way] ? 0 : s->effect[way];
    return usual;
}

/* The gap beyond it, mistakes taken out; NaN where the cell has none. */
static double residual_of(const struct groups *g, size_t i)
{
    const struct full *f = g->full;
    const struct full_cell *c = &f->cells[i];

    if (isnan(f->value[i].z))
        return NAN;
    return c->log_gap - usual_of(g, &f->parts[i]) - f->timing[i] -
           (c->unit_on_value ? c->unit_k * M_LN10 : 0);
}

static void sum_up(struct groups *g)
{
    const struct full *f = g->full;

    for (size_t k = 0; k < g->n; k++) {
        struct group *to = &g->items[g->of[k]];
        const size_t i = g->cell[k];
        const struct full_cell *c = &f->cells[i];
        to->cells++;
        if (!isnan(c->x_usd))
            mg_sum_add(&to->x_usd, c->x_usd);
        if (!isnan(c->m_usd))
            mg_sum_add(&to->m_usd, c->m_usd);
        if (c->status != MG_MATCHED)
            continue;
        to->matched++;
        mg_sum_add(&to->gap, c->m_usd - c->x_usd);
        if (!isnan(f->value[i].z))
            mg_sum_add(&to->unusual, c->m_usd * (1 - exp(-residual_of(g, i))));
    }
}

/* The cells' figures, as the kernel takes them. */
struct figures {
    double *residual, *scale, *p, *x, *m;
};

static void figures_release(struct figures *v)
{
    free(v->residual);
    free(v->scale);
    free(v->p);
    free(v->x);
    free(v->m);
}

static mg_status take_figures(const struct groups *g, struct figures *v, mg_error *err)
{
    const struct full *f = g->full;

    v->residual = mg_alloc(g->n, sizeof *v->residual);
    v->scale = mg_alloc(g->n, sizeof *v->scale);
    v->p = mg_alloc(g->n, sizeof *v->p);
    v->x = mg_alloc(g->n, sizeof *v->x);
    v->m = mg_alloc(g->n, sizeof *v->m);
    if (v->residual == NULL || v->scale == NULL || v->p == NULL || v->x == NULL ||
        v->m == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot weigh %zu cells", g->n);
    for (size_t k = 0; k < g->n; k++) {
        const size_t i = g->cell[k];
        v->residual[k] = residual_of(g, i);
        v->scale[k] = f->value[i].scale;
        v->p[k] = f->excuses[i] != 0 ? NAN : f->p_plain[i];
        v->x[k] = f->cells[i].x_usd;
        v->m[k] = f->cells[i].import_usd;
    }
    return MG_OK;
}

static mg_status weigh(struct groups *g, mg_error *err)
{
    struct figures v = {0};
    mg_status status;

    g->evidence = mg_alloc(g->n_groups, sizeof *g->evidence);
    g->p = mg_alloc(g->n_groups, sizeof *g->p);
    g->q = mg_alloc(g->n_groups, sizeof *g->q);
    if (g->evidence == NULL || g->p == NULL || g->q == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot weigh %u groups", g->n_groups);
    status = take_figures(g, &v, err);
    if (status == MG_OK) {
        const mg_evidence_cells cells = {.n = g->n,
                                         .groups = g->n_groups,
                                         .group = g->of,
                                         .series = g->series,
                                         .residual = v.residual,
                                         .scale = v.scale,
                                         .p = v.p,
                                         .x = v.x,
                                         .m = v.m};
        status = mg_evidence_weigh(&cells, g->evidence, err);
    }
    figures_release(&v);
    for (uint32_t k = 0; status == MG_OK && k < g->n_groups; k++)
        g->p[k] = g->evidence[k].p;
    return status == MG_OK ? mg_fdr(g->full->fdr, g->n_groups, g->p, g->q, err) : status;
}

/* ---- the table ---- */

static void print_group(const struct groups *g, uint32_t k, uint64_t rank, mg_lines *to)
{
    static const char *const tests[] = {"gap", "cells", "digits"};
    const struct group *r = &g->items[k];
    const mg_evidence *e = &g->evidence[k];
    const char *channel = e->strongest < 0 ? "" : tests[e->strongest];
    const double numbers[] = {mg_sum_value(&r->x_usd),
                              mg_sum_value(&r->m_usd),
                              mg_sum_value(&r->gap),
                              mg_sum_value(&r->unusual),
                              e->mean,
                              e->z};
    const double p[] = {e->test[0], e->test[1], e->test[2],
                        g->p[k],    g->q[k],    fabs(mg_sum_value(&r->unusual))};

    mg_line_integer(to, (int64_t)rank);
    gap_key_print(&g->keys, r->key, to);
    mg_line_word(to, &g->full->freq, 1);
    mg_line_integer(to, g->full->level);
    mg_line_integer(to, (int64_t)r->cells);
    mg_line_integer(to, (int64_t)r->matched);
    mg_line_integer(to, (int64_t)e->series);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        mg_line_number(to, numbers[i]);
    mg_line_integer(to, (int64_t)e->scored);
    mg_line_integer(to, (int64_t)e->surprising);
    for (size_t i = 0; i < sizeof p / sizeof *p; i++)
        mg_line_number(to, p[i]);
    mg_line_word(to, channel, strlen(channel));
    mg_line_end(to);
}

/* A group in the order of the ranking. */
struct place {
    double p, stake;
    uint32_t group;
};

static int by_rank(const void *a, const void *b)
{
    const struct place *x = a;
    const struct place *y = b;

    if (x->p != y->p)
        return x->p < y->p ? -1 : 1;
    if (x->stake != y->stake)
        return x->stake > y->stake ? -1 : 1;
    return (x->group > y->group) - (x->group < y->group);
}

static mg_status print_groups(const struct groups *g, mg_output *output,
                              mg_scores_summary *summary, mg_error *err)
{
    const uint64_t limit = g->full->mirror->filter.limit;
    struct place *places = mg_alloc(g->n_groups, sizeof *places);
    mg_lines lines;
    mg_status status = MG_OK;

    if (places == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot rank %u groups", g->n_groups);
    for (uint32_t k = 0; k < g->n_groups; k++) {
        const double stake = fabs(mg_sum_value(&g->items[k].unusual));
        places[k] = (struct place){isnan(g->p[k]) ? 2 : g->p[k], stake, k};
        if (g->full->by_stake)
            places[k].p = -stake;
        summary->scored += isnan(g->p[k]) ? 0 : 1;
        summary->called += g->q[k] <= 0.1;
    }
    if (g->n_groups > 0)
        qsort(places, g->n_groups, sizeof *places, by_rank);
    mg_lines_start(&lines, output);
    for (uint32_t k = 0; status == MG_OK && k < g->n_groups; k++) {
        if (limit > 0 && summary->printed >= limit)
            break;
        print_group(g, places[k].group, k + 1, &lines);
        summary->printed++;
        status = mg_output_step(output, &lines, err);
    }
    if (status == MG_OK)
        status = mg_output_write(output, &lines, err);
    mg_lines_release(&lines);
    free(places);
    return status;
}

mg_status full_groups_columns(const char *by, const mg_ref *ref, mg_output *output,
                              mg_error *err)
{
    mg_output_column chosen[MOST] = {
        {"rank", "count", "by p, then by money"},
    };
    struct gap_keys keys;
    size_t n = 1;
    mg_status status = gap_keys_read(&keys, by, ref, err);

    if (status == MG_OK) {
        n += gap_key_columns(&keys, chosen + 1);
        memcpy(chosen + n, columns, sizeof columns);
        status = mg_output_columns(output, "scores", chosen, n + COLUMNS, err);
    }
    gap_keys_release(&keys);
    return status;
}

mg_status full_groups_print(const struct full *full, const char *by, mg_output *output,
                            mg_scores_summary *summary, mg_error *err)
{
    struct groups g = {.full = full};
    mg_status status =
        gap_keys_read(&g.keys, by, mg_session_ref(full->mirror->session), err);

    keep_effects(&g);
    if (status == MG_OK)
        status = make_groups(&g, err);
    if (status == MG_OK) {
        sum_up(&g);
        status = weigh(&g, err);
    }
    summary->level = full->level;
    summary->freq = full->freq;
    if (status == MG_OK)
        status = print_groups(&g, output, summary, err);
    groups_release(&g);
    return status;
}
