/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/plant_rows.h"

#include <stdlib.h>

#include "app/intake.h"
#include "mirrorgap/mem.h"

/* The old rows but those that something stands for, totals as they are now. */
struct old_rows {
    mg_stream rows;
    const struct job *job;
    uint64_t *followed;
};

static int place_order(const mg_row *a, const mg_row *b)
{
    if (a->period != b->period)
        return a->period < b->period ? -1 : 1;
    if (a->exporter != b->exporter)
        return a->exporter < b->exporter ? -1 : 1;
    if (a->importer != b->importer)
        return a->importer < b->importer ? -1 : 1;
    return (a->hs > b->hs) - (a->hs < b->hs);
}

/* Whether the row's report was changed, in whatever edition. */
static bool was_changed(const struct job *job, const mg_row *row)
{
    const mg_plant_change *c = job->planted->changes;
    size_t from = 0;
    size_t to = job->planted->n_changes;

    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (place_order(&c[middle].before, row) < 0)
            from = middle + 1;
        else
            to = middle;
    }
    for (; from < job->planted->n_changes && place_order(&c[from].before, row) == 0;
         from++)
        if (c[from].before.flow == row->flow)
            return true;
    return false;
}

static const mg_row *total_of(const struct job *job, const mg_row *row)
{
    size_t from = 0;
    size_t to = job->n_totals;

    while (from < to) {
        size_t middle = from + (to - from) / 2;
        const mg_row *t = &job->totals[middle];
        int order = place_order(t, row);
        if (order == 0)
            order = (t->edition << 8 | t->flow) - (row->edition << 8 | row->flow);
        if (order == 0)
            return t;
        if (order < 0)
            from = middle + 1;
        else
            to = middle;
    }
    return NULL;
}

/* To cents, and never below nothing: totals may have missed what they lose. */
static void follow(double *figure, double change)
{
    if (isnan(*figure) || isnan(change) || change == 0)
        return;
    double now = floor((*figure + change) * 100 + 0.5) / 100;
    *figure = now < 0 ? 0 : now;
}

static void follow_total(mg_row *row, const mg_row *change)
{
    follow(&row->value_usd, change->value_usd);
    follow(&row->cif_usd, change->cif_usd);
    follow(&row->fob_usd, change->fob_usd);
    follow(&row->kg, change->kg);
}

static mg_status old_read(void *self, mg_row *rows, size_t room, size_t *n, mg_error *err)
{
    struct old_rows *o = self;
    size_t got = 0;

    *n = 0;
    do {
        mg_status status = o->rows.read(o->rows.self, rows, room, &got, err);
        if (status != MG_OK)
            return status;
        for (size_t i = 0; i < got; i++) {
            const mg_row *total =
                mg_row_detail(&rows[i]) == 0 ? total_of(o->job, &rows[i]) : NULL;
            if (was_changed(o->job, &rows[i]))
                continue;
            if (*n < i)
                rows[*n] = rows[i];
            if (total != NULL) {
                follow_total(&rows[*n], total);
                ++*o->followed;
            }
            ++*n;
        }
    } while (got > 0 && *n == 0);
    return MG_OK;
}

static void old_close(void *self)
{
    struct old_rows *o = self;

    mg_stream_close(&o->rows);
    free(o);
}

/* What stands for them, and totals that are new. */
struct new_rows {
    const struct written *written;
    size_t next;
};

static mg_status new_read(void *self, mg_row *rows, size_t room, size_t *n, mg_error *err)
{
    struct new_rows *w = self;

    (void)err;
    for (*n = 0; w->next < w->written->n && *n < room; w->next++)
        rows[(*n)++] = w->written->rows[w->next];
    return MG_OK;
}

static void new_close(void *self)
{
    free(self);
}

/* ---- totals that nobody filed before ---- */

/* What a period has: which totals are there, and which kinds of total a reporter
 * files, by its code. */
struct census {
    bool *found;     /* by total of the job */
    uint16_t *files; /* by reporter, a bit each of total_bit() */
};

/* World or a partner, flow, level. */
static uint16_t total_bit(const mg_row *row)
{
    unsigned level = (unsigned)mg_hs_level(row->hs) / 2;

    return (
        uint16_t)(1U << (level + 4U * (row->flow == MG_FLOW_X) + 8U * mg_row_world(row)));
}

static mg_status take_census(const struct job *job, size_t period, struct census *census,
                             mg_error *err)
{
    enum { SOME = 256 };
    mg_row some[SOME];
    mg_stream rows = {0};
    size_t n = 1;
    mg_status status = dataset_rows(job->data, period, -1, &rows, err);

    while (status == MG_OK && n > 0) {
        status = rows.read(rows.self, some, SOME, &n, err);
        for (size_t i = 0; status == MG_OK && i < n; i++) {
            if ((some[i].flow != MG_FLOW_X && some[i].flow != MG_FLOW_M) ||
                mg_row_detail(&some[i]) != 0)
                continue;
            const mg_row *total = total_of(job, &some[i]);
            census->files[mg_row_reporter(&some[i])] |= total_bit(&some[i]);
            if (total != NULL)
                census->found[total - job->totals] = true;
        }
    }
    mg_stream_close(&rows);
    return status;
}

static mg_status add_row(struct written *w, const mg_row *row, uint32_t source,
                         mg_error *err)
{
    mg_status status =
        mg_grow((void **)&w->rows, &w->room, w->n + 1, sizeof *w->rows, err);

    if (status != MG_OK)
        return status;
    w->rows[w->n] = *row;
    w->rows[w->n].source = source;
    w->rows[w->n++].seq = 0;
    return MG_OK;
}

static int order(const void *a, const void *b)
{
    return mg_row_order(a, b);
}

/* A total that gains and is not there is filed where the reporter files such totals:
 * those of World are the sums of partners'. */
static mg_status list_new(const struct job *job, size_t period,
                          const struct census *census, mg_error *err)
{
    struct written *w = &job->periods[period];
    const uint32_t number = job->data->periods[period].period;
    mg_status status = MG_OK;

    for (size_t i = 0; status == MG_OK && i < job->planted->n_changes; i++) {
        const mg_plant_change *c = &job->planted->changes[i];
        if (c->has && c->after.period == number)
            status = add_row(w, &c->after, job->source, err);
    }
    for (size_t i = 0; status == MG_OK && i < job->n_totals; i++) {
        mg_row total = job->totals[i];
        if (total.period != number || census->found[i] || !(total.value_usd > 0) ||
            (census->files[mg_row_reporter(&total)] & total_bit(&total)) == 0)
            continue;
        total.cif_usd = total.fob_usd = total.qty = NAN;
        total.kg = total.kg > 0 ? total.kg : NAN;
        total.unit = -1;
        w->followed++;
        status = add_row(w, &total, job->source, err);
    }
    if (status == MG_OK && w->n > 0)
        qsort(w->rows, w->n, sizeof *w->rows, order);
    return status;
}

static mg_status make_new(const struct job *job, size_t period, mg_error *err)
{
    struct census census = {mg_alloc_zero(job->n_totals, sizeof *census.found),
                            mg_alloc_zero(UINT16_MAX + 1, sizeof *census.files)};
    mg_status status = census.found != NULL && census.files != NULL
                           ? take_census(job, period, &census, err)
                           : mg_fail(err, MG_E_NOMEM, "cannot look for totals");

    if (status == MG_OK)
        status = list_new(job, period, &census, err);
    free(census.found);
    free(census.files);
    return status;
}

/* ---- the stream ---- */

mg_status planted_rows(const struct job *job, size_t period, mg_stream *rows,
                       mg_error *err)
{
    struct old_rows *old = mg_alloc_zero(1, sizeof *old);
    struct new_rows *new = mg_alloc_zero(1, sizeof *new);
    struct written *written = &job->periods[period];
    mg_stream parts[2];
    mg_status status = MG_OK;

    written->followed = 0;
    written->n = 0;
    if (old == NULL || new == NULL)
        status = mg_fail(err, MG_E_NOMEM, "cannot open a period");
    if (status == MG_OK)
        status = make_new(job, period, err);
    if (status == MG_OK)
        status = dataset_rows(job->data, period, -1, &old->rows, err);
    if (status != MG_OK) {
        free(old);
        free(new);
        return status;
    }
    old->job = job;
    old->followed = &written->followed;
    new->written = written;
    parts[0] = (mg_stream){old_read, old_close, old};
    parts[1] = (mg_stream){new_read, new_close, new};
    return mg_stream_merge(parts, 2, rows, err);
}
