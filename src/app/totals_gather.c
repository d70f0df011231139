/* SPDX-License-Identifier: GPL-3.0-or-later */
/* totals: one pass over all pairs, which keeps sums by pair of countries. */
#include <stdlib.h>
#include <string.h>

#include "app/totals_reading.h"
#include "mirrorgap/each.h"
#include "mirrorgap/mem.h"

void *totals_add(struct totals_list *l, mg_error *err)
{
    if (mg_grow(&l->items, &l->room, l->n + 1, l->size, err) != MG_OK)
        return NULL;
    return (char *)l->items + l->size * l->n++;
}

mg_status totals_append(struct totals_list *l, const struct totals_list *more,
                        mg_error *err)
{
    mg_status status = mg_grow(&l->items, &l->room, l->n + more->n, l->size, err);

    if (status == MG_OK && more->n > 0) {
        memcpy((char *)l->items + l->size * l->n, more->items, more->n * l->size);
        l->n += more->n;
    }
    return status;
}

bool totals_country(const struct totals_world *w, unsigned code)
{
    mg_area_kind kind = mg_ref_kind(mg_session_ref(w->mirror->session), code);

    /* a code that the table does not know is a country that it lacks */
    return code != 0 && (kind == MG_AREA_COUNTRY || kind == MG_AREA_UNKNOWN);
}

bool totals_reports(const struct totals_world *w, size_t place, unsigned partner,
                    unsigned flow)
{
    return mg_reporting_in(w->mirror->reporting, w->reporting[place], partner,
                           totals_filed(flow));
}

/* Own totals and chosen cells of the period, as lists. */
static mg_status end_period(struct reading *r, mg_error *err)
{
    mg_status status = MG_OK;

    for (unsigned i = 0; status == MG_OK && i < TOTALS_FLOWS * CODES; i++) {
        struct pool *pool = &r->pools[i];
        if (r->own[i].fixed > 0) {
            struct totals_own *own = totals_add(&r->owns, err);
            if (own == NULL)
                return MG_E_NOMEM;
            *own = (struct totals_own){r->place, (uint16_t)(i % CODES),
                                       (uint8_t)(i / CODES), mg_sum_value(&r->own[i])};
        }
        reading_thin(pool);
        const struct totals_list chosen = {pool->items, pool->n, 0, sizeof *pool->items};
        status = totals_append(&r->cells, &chosen, err);
    }
    return status;
}

static struct reading *new_reading(const struct totals_world *w, mg_error *err)
{
    struct reading *r = mg_alloc_zero(1, sizeof *r);

    if (r == NULL) {
        (void)mg_fail(err, MG_E_NOMEM, "cannot read pairs");
        return NULL;
    }
    r->world = w;
    r->slot = mg_alloc_zero(HS2S, sizeof *r->slot);
    r->pools = mg_alloc_zero((size_t)TOTALS_FLOWS * CODES, sizeof *r->pools);
    r->own = mg_alloc_zero((size_t)TOTALS_FLOWS * CODES, sizeof *r->own);
    r->pending.size = sizeof(struct pending);
    r->sums.size = sizeof(struct totals_sum);
    r->owns.size = sizeof(struct totals_own);
    r->cells.size = sizeof(struct totals_cell);
    r->parts.size = sizeof(struct totals_part);
    r->rows.size = sizeof(struct totals_row);
    return r;
}

/* What is needed no more once the period is read. */
static void end_reading(struct reading *r)
{
    for (size_t i = 0; r->pools != NULL && i < (size_t)TOTALS_FLOWS * CODES; i++)
        free(r->pools[i].items);
    free(r->pools);
    free(r->own);
    free(r->slot);
    free(r->chapters);
    free(r->pending.items);
    r->pools = NULL;
    r->own = NULL;
    r->slot = NULL;
    r->chapters = NULL;
    r->pending = (struct totals_list){0};
}

static void free_reading(struct reading *r)
{
    if (r == NULL)
        return;
    end_reading(r);
    free(r->sums.items);
    free(r->owns.items);
    free(r->cells.items);
    free(r->parts.items);
    free(r->rows.items);
    free(r);
}

static mg_status read_period(struct reading *r, size_t place, mg_error *err)
{
    const struct mirror *m = r->world->mirror;
    const uint32_t period = r->world->periods[place];
    mg_pair_sink sink = mirror_sink(m, NULL);
    mg_status status = MG_OK;

    sink.take = reading_take;
    sink.self = r;
    r->place = (uint32_t)place;
    if (r->slot == NULL || r->pools == NULL || r->own == NULL)
        status = mg_fail(err, MG_E_NOMEM, "cannot read pairs");
    if (status == MG_OK)
        status = margins_period(&m->margins, period, &r->margins, err);
    if (status == MG_OK)
        status = mirror_join(m, period, &r->margins, &sink, err);
    if (status == MG_OK)
        status = reading_end_pair(r, err);
    if (status == MG_OK)
        status = end_period(r, err);
    margins_period_release(&r->margins);
    end_reading(r);
    return status;
}

struct all_readings {
    const struct totals_world *world;
    struct reading **items;
};

static mg_status read_one(void *self, size_t p, mg_error *err)
{
    const struct all_readings *all = self;

    all->items[p] = new_reading(all->world, err);
    return all->items[p] == NULL ? MG_E_NOMEM : read_period(all->items[p], p, err);
}

mg_status totals_gather(struct totals_world *w, mg_error *err)
{
    struct reading **all = mg_alloc_zero(w->n_periods, sizeof(struct reading *));
    mg_status status = MG_OK;

    w->sums.size = sizeof(struct totals_sum);
    w->owns.size = sizeof(struct totals_own);
    w->cells.size = sizeof(struct totals_cell);
    w->parts.size = sizeof(struct totals_part);
    w->rows.size = sizeof(struct totals_row);
    if (all == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot read pairs");
    struct all_readings readings = {w, all};
    status = mg_each(w->n_periods, w->talk, read_one, &readings, err);
    for (size_t p = 0; p < w->n_periods; p++) {
        struct reading *r = all[p];
        if (status == MG_OK)
            status = totals_append(&w->sums, &r->sums, err);
        if (status == MG_OK)
            status = totals_append(&w->owns, &r->owns, err);
        if (status == MG_OK)
            status = totals_append(&w->cells, &r->cells, err);
        if (status == MG_OK)
            status = totals_append(&w->parts, &r->parts, err);
        if (status == MG_OK)
            status = totals_append(&w->rows, &r->rows, err);
        free_reading(r);
    }
    free(all);
    return status;
}
