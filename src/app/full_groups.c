/* SPDX-License-Identifier: GPL-3.0-or-later */
/* scores --by: what the cells of a country pair, a sector or a reporter say together. */
#include <math.h>
#include <stdlib.h>

#include "app/full_groups.h"
#include "mirrorgap/mem.h"

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

static void list_cells(const struct groups *g, struct keyed *to)
{
    const struct full *f = g->full;

    for (size_t i = 0; i < f->n; i++) {
        const struct full_cell *c = &f->cells[i];
        const mg_pair pair = {.exporter = (uint16_t)full_exporter(c),
                              .importer = (uint16_t)full_importer(c),
                              .hs = full_hs(c),
                              .notes = c->notes};
        to[i] = (struct keyed){
            gap_key_of(&g->keys, &pair, f->mirror->periods[c->period], 0), (uint32_t)i};
    }
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
    g->n = f->n;
    list_cells(g, keyed);
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

/* The part of the gap that the residual r (ln) is: m - x = sqrt(x m) 2 sinh(ln(m / x) /
 * 2), so that it is the gap where nothing is usual, and neither side counts for more. */
static double unusual_of(const struct full_cell *c, double r)
{
    return sqrt(c->x_usd) * sqrt(c->m_usd) * 2 * sinh(r / 2);
}

static void sum_up(struct groups *g)
{
    const struct full *f = g->full;

    for (size_t k = 0; k < g->n; k++) {
        struct group *to = &g->items[g->of[k]];
        const size_t i = g->cell[k];
        const struct full_cell *c = &f->cells[i];
        to->cells++;
        to->shown |= full_shown(f, c);
        if (!isnan(c->x_usd))
            mg_sum_add(&to->x_usd, c->x_usd);
        if (!isnan(c->m_usd))
            mg_sum_add(&to->m_usd, c->m_usd);
        if (c->status != MG_MATCHED)
            continue;
        to->matched++;
        mg_sum_add(&to->gap, c->m_usd - c->x_usd);
        if (!isnan(f->value[i].z))
            mg_sum_add(&to->unusual, unusual_of(c, residual_of(g, i)));
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

mg_status full_groups_print(const struct full *full, const char *by, mg_output *output,
                            const mg_talk *talk, mg_scores_summary *summary,
                            mg_error *err)
{
    struct groups g = {.full = full};
    mg_status status =
        gap_keys_read(&g.keys, by, mg_session_ref(full->mirror->session), err);

    keep_effects(&g);
    if (status == MG_OK && gap_keys_level(&g.keys) > full->level)
        mg_say(talk, MG_SAY_INFO, "the level that is scored is %d: finer keys are empty",
               full->level);
    if (status == MG_OK)
        status = make_groups(&g, err);
    if (status == MG_OK) {
        sum_up(&g);
        status = weigh(&g, err);
    }
    summary->level = full->level;
    summary->freq = full->freq;
    if (status == MG_OK)
        status = groups_print(&g, output, summary, err);
    groups_release(&g);
    return status;
}
