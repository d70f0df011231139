/* SPDX-License-Identifier: GPL-3.0-or-later */
/* totals: which rows of the country may be trade of a look-alike. */
#include <stdlib.h>

#include "app/filter.h"
#include "app/totals_judging.h"
#include "mirrorgap/mem.h"

static mg_status sum_products(const struct twins *t, struct judging_sums *s,
                              mg_error *err)
{
    const struct totals_world *w = t->world;

    s->product = mg_alloc_zero((2 + t->n) * TOTALS_FLOWS * t->n_hs, sizeof *s->product);
    if (s->product == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot weigh rows");
    for (unsigned f = 0; f < TOTALS_FLOWS; f++)
        for (size_t place = 0; place < w->n_periods; place++)
            for (size_t hs = 0; hs < t->n_hs; hs++) {
                size_t at = twins_now_at(t, f, place, hs);
                mg_sum_merge(&s->product[judging_product_at(t, 0, f, hs)],
                             &t->now[at].world);
                mg_sum_merge(&s->product[judging_product_at(t, 1, f, hs)],
                             &t->now[at].suspect);
                for (size_t k = 0; k < t->n; k++)
                    mg_sum_merge(&s->product[judging_product_at(t, 2 + k, f, hs)],
                                 &t->items[k].now[at]);
            }
    for (size_t kind = 0; kind < 2 + t->n; kind++)
        for (unsigned f = 0; f < TOTALS_FLOWS; f++)
            for (unsigned l = 0; l < TWINS_LEVELS; l++)
                for (size_t j = 0; j < w->n_codes; j++)
                    mg_sum_merge(&s->basket[kind][f][l],
                                 &t->baskets[twins_basket_at(t, kind, f, l, j)]);
    return MG_OK;
}

static mg_status order_rows(struct judging *g, mg_error *err)
{
    const struct twins *t = g->twins;
    struct totals_row *rows = t->world->rows.items;
    const size_t n = t->world->rows.n;
    size_t key = 0;

    g->rows = mg_alloc_zero(n, sizeof *g->rows);
    g->first = mg_alloc_zero(t->n_keys + 1, sizeof *g->first);
    if (g->rows == NULL || g->first == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot weigh %zu rows", n);
    for (size_t i = 0; i < n; i++)
        g->rows[i].row = &rows[i];
    qsort(g->rows, n, sizeof *g->rows, suspect_key_order);
    for (size_t i = 0; i < n; i++)
        if (i > 0 && (g->rows[i].row->flow != g->rows[i - 1].row->flow ||
                      g->rows[i].row->partner != g->rows[i - 1].row->partner ||
                      g->rows[i].row->hs != g->rows[i - 1].row->hs))
            g->first[++key] = i;
    g->first[t->n_keys] = n;
    return MG_OK;
}

static int part_order(const void *a, const void *b)
{
    const struct totals_part *x = a;
    const struct totals_part *y = b;

    if (x->place != y->place)
        return x->place < y->place ? -1 : 1;
    if (x->flow != y->flow)
        return x->flow < y->flow ? -1 : 1;
    if (x->partner != y->partner)
        return x->partner < y->partner ? -1 : 1;
    return (x->hs2 > y->hs2) - (x->hs2 < y->hs2);
}

/* Marked rows, made FOB, in the parts that they are in: whole, as a lower end that is
 * passed once in 20 cannot hold a row that is another's once in 5. */
static void mark_parts(struct suspect_row *rows, struct totals_world *w,
                       const mg_filter *printed, struct totals_suspects *found)
{
    if (w->parts.n > 1)
        qsort(w->parts.items, w->parts.n, w->parts.size, part_order);
    for (size_t i = 0; i < w->rows.n; i++) {
        struct suspect_row *r = &rows[i];
        const struct totals_row *row = r->row;
        const struct totals_part key = {
            .place = row->place,
            .hs2 = mg_hs_level(row->hs) >= 2 ? mg_hs_cut(row->hs, 2) : 0,
            .partner = row->partner,
            .flow = row->flow};
        if (r->best.twin == 0)
            continue;
        found->rows++;
        if (!judging_marked(&r->best.finding))
            continue;
        r->suspect_usd = row->fob;
        struct totals_part *part =
            bsearch(&key, w->parts.items, w->parts.n, w->parts.size, part_order);
        if (part == NULL)
            continue;
        part->suspect += r->suspect_usd;
        part->suspect_of = r->best.twin;
        if (filter_period(printed, w->periods[row->place]))
            ++*(r->best.finding.verdict == MG_LOOKALIKE_IS_SWAP ? &found->swaps
                                                                : &found->doubtful);
    }
}

/* What partners usually file is told without marked rows: a row that is filed once and
 * under the wrong name makes no main partner. */
static void leave_out(struct totals_world *w)
{
    const struct totals_part *parts = w->parts.items;

    for (unsigned flow = 0; flow < TOTALS_FLOWS; flow++) {
        size_t n;
        struct totals_sum *sums = totals_sums(w, flow, w->country, &n);
        size_t at = 0;
        for (size_t i = 0; i < w->parts.n; i++) {
            if (parts[i].flow != flow || !(parts[i].suspect > 0))
                continue;
            while (at < n && (sums[at].place < parts[i].place ||
                              (sums[at].place == parts[i].place &&
                               sums[at].partner < parts[i].partner)))
                at++;
            if (at < n && sums[at].place == parts[i].place &&
                sums[at].partner == parts[i].partner)
                sums[at].usd = fmax(sums[at].usd - parts[i].suspect, 0);
        }
    }
}

static void tell(const struct twins *t)
{
    for (size_t k = 0; k < t->n; k++)
        if (!t->items[k].there)
            mg_say(t->world->talk, MG_SAY_DETAIL,
                   "nothing is held of the look-alike %u: no row is judged against it",
                   (unsigned)t->items[k].code);
}

mg_status judging_all(struct totals_world *w, struct suspect_row **rows, size_t *n_twins,
                      mg_error *err)
{
    struct twins twins;
    struct judging_sums sums = {0};
    struct judging g = {.twins = &twins, .sums = &sums};
    mg_status status = twins_gather(&twins, w, err);

    *rows = NULL;
    *n_twins = twins.n;
    if (status == MG_OK && twins.n > 0) {
        tell(&twins);
        status = sum_products(&twins, &sums, err);
        if (status == MG_OK)
            status = order_rows(&g, err);
        if (status == MG_OK)
            status = judging_run(&g, err);
    }
    free(g.first);
    free(sums.product);
    twins_release(&twins);
    if (status == MG_OK)
        *rows = g.rows;
    else
        free(g.rows);
    return status;
}

mg_status totals_suspect(struct totals_world *w, const mg_filter *printed,
                         mg_output *evidence, struct totals_suspects *found,
                         mg_error *err)
{
    struct suspect_row *rows = NULL;
    mg_status status;

    *found = (struct totals_suspects){0};
    status = judging_all(w, &rows, &found->twins, err);
    if (status == MG_OK && rows != NULL) {
        mark_parts(rows, w, printed, found);
        leave_out(w);
    }
    if (status == MG_OK && evidence != NULL)
        status =
            evidence_print(w, rows, rows != NULL ? w->rows.n : 0, printed, evidence, err);
    free(rows);
    return status;
}
