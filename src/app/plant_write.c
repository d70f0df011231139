/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/plant_write.h"

#include <stdlib.h>

#include "app/plant_rows.h"
#include "mirrorgap/each.h"
#include "mirrorgap/mem.h"
#include "mirrorgap/version.h"

struct period_work {
    const struct job *job;
    size_t period;
};

/* May be called again for the same period: what it counted before does not count. */
static mg_status produce(void *self, const mg_clean_sink *sink, mg_fate_counts *counts,
                         mg_error *err)
{
    const struct period_work *w = self;
    struct written *written = &w->job->periods[w->period];
    mg_stream rows = {0};

    mg_fate_counts_release(&written->counts);
    mg_status status = planted_rows(w->job, w->period, &rows, err);
    if (status == MG_OK)
        status = mg_clean(&rows, sink, &written->counts, err);
    mg_stream_close(&rows);
    return status == MG_OK ? mg_fate_counts_merge(counts, &written->counts, err) : status;
}

struct all_periods {
    mg_writer *writer;
    const struct job *job;
};

static mg_status put_period(void *self, size_t i, mg_error *err)
{
    const struct all_periods *all = self;
    struct period_work work = {all->job, i};
    mg_producer producer = {produce, &work};

    return mg_writer_put_period(all->writer, all->job->data->periods[i].period, &producer,
                                0, err);
}

static mg_status put_periods(mg_writer *writer, const struct job *job,
                             const mg_talk *talk, mg_error *err)
{
    struct all_periods all = {writer, job};

    return mg_each(job->data->n_periods, talk, put_period, &all, err);
}

/* A source as it stands now: some of its rows may be gone, totals have changed. */
static void count_again(mg_source_info *info, const mg_fate_counts *counts)
{
    info->fates[MG_KEPT] = (mg_fate_count){0};
    for (int f = 0; info->id < counts->n && f < MG_FATE_COUNT; f++) {
        const mg_fate_count *more = &counts->by_source[info->id][f];
        info->fates[MG_KEPT].rows += more->rows;
        mg_sum_merge(&info->fates[MG_KEPT].value, &more->value);
    }
    info->records = 0;
    for (int f = 0; f < MG_FATE_COUNT; f++)
        info->records += info->fates[f].rows;
}

/* A name for the content of what was planted. */
static mg_status hash_changes(const mg_planted *planted, mg_hash *hash, mg_error *err)
{
    mg_hasher *hasher = mg_hasher_new();

    if (hasher == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot name what was planted");
    for (size_t i = 0; i < planted->n_changes; i++) {
        const mg_row *r = &planted->changes[i].after;
        const uint32_t key[] = {r->period, r->exporter, r->importer, r->hs, r->flow};
        const double figures[] = {r->value_usd, r->kg, r->qty, r->cif_usd, r->fob_usd};
        mg_hasher_add(hasher, key, sizeof key);
        mg_hasher_add(hasher, figures, sizeof figures);
    }
    *hash = mg_hasher_value(hasher);
    mg_hasher_free(hasher);
    return MG_OK;
}

static mg_status add_sources(mg_writer *writer, const mg_session *session,
                             const struct job *job, const char *name, mg_error *err)
{
    mg_source_info planted = {
        .id = job->source, .name = (char *)(uintptr_t)name, .schema = MG_SCHEMA_VERSION};
    mg_fate_counts counts = {0};
    size_t n = 0;
    const mg_source_info *sources = mg_session_sources(session, &n);
    mg_status status = hash_changes(job->planted, &planted.hash, err);

    for (size_t p = 0; status == MG_OK && p < job->data->n_periods; p++)
        status = mg_fate_counts_merge(&counts, &job->periods[p].counts, err);
    for (size_t i = 0; status == MG_OK && i < n; i++) {
        mg_source_info info = sources[i];
        if (info.name != NULL)
            count_again(&info, &counts);
        status = mg_writer_add_source(writer, &info, err);
    }
    count_again(&planted, &counts);
    if (status == MG_OK)
        status = mg_writer_add_source(writer, &planted, err);
    mg_fate_counts_release(&counts);
    return status;
}

mg_status plant_write(const mg_session *session, const mg_planted *planted,
                      const char *store, const char *name, bool wait, const mg_talk *talk,
                      uint64_t *followed, mg_error *err)
{
    struct job job = {.data = mg_session_dataset(session), .planted = planted};
    mg_writer *writer = NULL;
    mg_row *totals = NULL;
    size_t n = 0;
    mg_status status = plant_totals(planted, &totals, &job.n_totals, err);

    *followed = 0;
    mg_session_sources(session, &n);
    job.totals = totals;
    job.source = (uint32_t)n;
    job.periods = mg_alloc_zero(job.data->n_periods, sizeof *job.periods);
    if (status == MG_OK && job.periods == NULL)
        status = mg_fail(err, MG_E_NOMEM, "cannot plant in periods");
    if (status == MG_OK)
        status = mg_writer_open(store, wait, &writer, err);
    if (status == MG_OK && mg_writer_next_source(writer) > 0) {
        status = mg_fail(err, MG_E_IO, "holds data already; name a new store");
        mg_error_at(err, store);
    }
    if (status == MG_OK)
        status = put_periods(writer, &job, talk, err);
    if (status == MG_OK)
        status = add_sources(writer, session, &job, name, err);
    if (status == MG_OK)
        status = mg_writer_commit(writer, err);
    for (size_t p = 0; job.periods != NULL && p < job.data->n_periods; p++) {
        *followed += job.periods[p].followed;
        mg_fate_counts_release(&job.periods[p].counts);
        free(job.periods[p].rows);
    }
    mg_writer_close(writer);
    free(job.periods);
    free(totals);
    return status;
}
