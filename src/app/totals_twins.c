/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/totals_looking.h"

#include <stdlib.h>
#include <string.h>

#include "mirrorgap/each.h"
#include "mirrorgap/mem.h"

static int by_number(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a;
    uint32_t y = *(const uint32_t *)b;

    return (x > y) - (x < y);
}

size_t twins_find_hs(const struct twins *t, uint32_t hs)
{
    const uint32_t *found = bsearch(&hs, t->hs, t->n_hs, sizeof hs, by_number);

    return found != NULL ? (size_t)(found - t->hs) : SIZE_MAX;
}

static mg_status name_keys(struct twins *t, mg_error *err)
{
    const struct totals_world *w = t->world;
    const struct totals_row *rows = w->rows.items;

    t->keys = mg_alloc(w->rows.n, sizeof *t->keys);
    t->hs = mg_alloc(w->rows.n, sizeof *t->hs);
    if (t->keys == NULL || t->hs == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot look at %zu rows", w->rows.n);
    for (size_t i = 0; i < w->rows.n; i++) {
        t->keys[i] = (struct twins_key){rows[i].hs, rows[i].partner, rows[i].flow};
        t->hs[i] = rows[i].hs;
    }
    qsort(t->keys, w->rows.n, sizeof *t->keys, looking_key_order);
    qsort(t->hs, w->rows.n, sizeof *t->hs, by_number);
    for (size_t i = 0; i < w->rows.n; i++) {
        if (t->n_keys == 0 ||
            looking_key_order(&t->keys[t->n_keys - 1], &t->keys[i]) != 0)
            t->keys[t->n_keys++] = t->keys[i];
        if (t->n_hs == 0 || t->hs[t->n_hs - 1] != t->hs[i])
            t->hs[t->n_hs++] = t->hs[i];
    }
    return MG_OK;
}

static mg_status make_room(struct twins *t, mg_error *err)
{
    const struct totals_world *w = t->world;
    const size_t nows = TOTALS_FLOWS * w->n_periods * t->n_hs;
    bool made = true;

    t->now = mg_alloc_zero(nows, sizeof *t->now);
    t->baskets = mg_alloc_zero(twins_basket_at(t, t->n + 2, 0, 0, 0), sizeof *t->baskets);
    for (size_t k = 0; k < t->n; k++) {
        struct twin *twin = &t->items[k];
        twin->now = mg_alloc_zero(nows, sizeof *twin->now);
        twin->levels = mg_alloc_zero(TOTALS_FLOWS * w->n_periods, 1);
        twin->cells.size = sizeof(struct twins_cell);
        twin->gaps.size = sizeof(struct twins_gap);
        made = made && twin->now != NULL && twin->levels != NULL;
    }
    return made && t->now != NULL && t->baskets != NULL
               ? MG_OK
               : mg_fail(err, MG_E_NOMEM, "cannot look at %zu rows", w->rows.n);
}

static void find_rows(struct looking *l)
{
    struct totals_row *rows = l->twins->world->rows.items;
    const size_t n = l->twins->world->rows.n;
    size_t at = 0;

    while (at < n && rows[at].place < l->place)
        at++;
    l->rows = rows + at;
    while (at + l->n_rows < n && rows[at + l->n_rows].place == l->place)
        l->n_rows++;
}

struct all_looking {
    struct twins *twins;
    struct looking *items;
};

static mg_status look_at(void *self, size_t p, mg_error *err)
{
    const struct all_looking *all = self;
    struct looking *l = &all->items[p];

    find_rows(l);
    return looking_run(l, err);
}

static mg_status look_at_all(struct twins *t, struct looking *all, mg_error *err)
{
    const struct totals_world *w = t->world;
    struct all_looking looking = {t, all};

    for (size_t p = 0; p < w->n_periods; p++) {
        all[p] = (struct looking){.twins = t, .place = p, .words = w->n_codes / 64 + 1};
        for (size_t k = 0; k < t->n; k++) {
            all[p].cells[k].size = sizeof(struct twins_cell);
            all[p].gaps[k].size = sizeof(struct twins_gap);
        }
    }
    return mg_each(w->n_periods, w->talk, look_at, &looking, err);
}

static int cell_order(const void *a, const void *b)
{
    const struct twins_cell *x = a;
    const struct twins_cell *y = b;

    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    return (x->place > y->place) - (x->place < y->place);
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;

    return (x > y) - (x < y);
}

/* The usual deviation of the twin's gaps, over all partners. */
static mg_status usual_of(struct twin *twin, mg_error *err)
{
    const struct twins_gap *g = twin->gaps.items;
    const size_t n = twin->gaps.n;
    double *size = mg_alloc(n, sizeof *size);

    if (size == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot weigh %zu gaps", n);
    for (size_t i = 0; i < n; i++)
        size[i] = fabs(g[i].value);
    if (n > 1)
        qsort(size, n, sizeof *size, by_size);
    twin->usual = n > 0 ? (size[(n - 1) / 2] + size[n / 2]) / 2 / 0.6744897501960817 : 1;
    twin->usual = fmax(twin->usual, 0.1);
    free(size);
    return MG_OK;
}

static mg_status end_twin(struct twins *t, size_t k, struct looking *all, mg_error *err)
{
    const struct totals_world *w = t->world;
    struct twin *twin = &t->items[k];
    mg_status status = MG_OK;

    for (size_t p = 0; status == MG_OK && p < w->n_periods; p++) {
        status = totals_append(&twin->cells, &all[p].cells[k], err);
        if (status == MG_OK)
            status = totals_append(&twin->gaps, &all[p].gaps[k], err);
    }
    if (status != MG_OK)
        return status;
    if (twin->cells.n > 1)
        qsort(twin->cells.items, twin->cells.n, twin->cells.size, cell_order);
    if (twin->gaps.n > 1)
        qsort(twin->gaps.items, twin->gaps.n, twin->gaps.size, looking_gap_order);
    for (size_t i = 0; i < TOTALS_FLOWS * w->n_periods; i++)
        twin->there = twin->there || twin->levels[i] != 0;
    for (size_t i = twins_basket_at(t, 2 + k, 0, 0, 0);
         i < twins_basket_at(t, 3 + k, 0, 0, 0); i++)
        twin->there = twin->there || t->baskets[i].fixed > 0;
    return usual_of(twin, err);
}

static mg_status find_twins(struct twins *t, mg_error *err)
{
    const struct totals_world *w = t->world;
    mg_confusable *table = NULL;
    mg_status status =
        mg_confusable_load(mg_session_ref(w->mirror->session), &table, err);
    size_t n = 0;

    if (status == MG_OK) {
        const mg_twin *all = mg_confusable_twins(table, w->country, &n);
        for (size_t i = 0; i < n && t->n < TWINS_MOST; i++)
            if (all[i].gains)
                t->items[t->n++].code = all[i].twin;
    }
    mg_confusable_free(table);
    return status;
}

mg_status twins_gather(struct twins *t, struct totals_world *w, mg_error *err)
{
    struct looking *all = NULL;
    mg_status status;

    *t = (struct twins){.world = w};
    status = find_twins(t, err);
    if (status != MG_OK || t->n == 0 || w->rows.n == 0) {
        t->n = status == MG_OK && w->rows.n > 0 ? t->n : 0;
        return status;
    }
    qsort(w->rows.items, w->rows.n, w->rows.size, looking_row_order);
    all = mg_alloc_zero(w->n_periods, sizeof *all);
    if (all == NULL)
        status = mg_fail(err, MG_E_NOMEM, "cannot look for look-alikes");
    if (status == MG_OK)
        status = name_keys(t, err);
    if (status == MG_OK)
        status = make_room(t, err);
    if (status == MG_OK)
        status = look_at_all(t, all, err);
    for (size_t p = 0; status == MG_OK && p < w->n_periods; p++)
        for (size_t k = 0; k <= t->n; k++)
            *(k == 0 ? &t->rows : &t->items[k - 1].rows) += all[p].named[k];
    for (size_t k = 0; status == MG_OK && k < t->n; k++)
        status = end_twin(t, k, all, err);
    for (size_t p = 0; all != NULL && p < w->n_periods; p++)
        for (size_t k = 0; k < t->n; k++) {
            free(all[p].cells[k].items);
            free(all[p].gaps[k].items);
        }
    free(all);
    return status;
}

void twins_release(struct twins *t)
{
    for (size_t k = 0; k < TWINS_MOST; k++) {
        free(t->items[k].levels);
        free(t->items[k].now);
        free(t->items[k].cells.items);
        free(t->items[k].gaps.items);
    }
    free(t->keys);
    free(t->hs);
    free(t->now);
    free(t->baskets);
    *t = (struct twins){0};
}
