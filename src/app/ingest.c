/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ingest: files to rows to sorted periods to segments, in batches that commit. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "app/intake.h"
#include "mirrorgap/each.h"
#include "mirrorgap/mem.h"
#include "mirrorgap/version.h"

enum { BATCH_SECONDS = 600 };
static const uint64_t batch_bytes = 4ULL << 30;

struct ingest {
    const mg_ingest_options *options;
    const mg_talk *talk;
    mg_ingest_result *result;
    mg_writer *writer;
    struct intake intake;
    const char **acks; /* files that are durable after the next commit */
    size_t n_acks, room_acks;
    uint64_t batch_from; /* bytes read when the batch began */
    time_t batch_start;
    bool changed;  /* the batch has something to commit */
    size_t n_old;  /* sources before this call */
    mg_hash *seen; /* contents met in this call */
    size_t n_seen, room_seen;
};

static mg_status note_ack(struct ingest *g, const char *path, mg_error *err)
{
    mg_status status =
        mg_grow((void **)&g->acks, &g->room_acks, g->n_acks + 1, sizeof *g->acks, err);
    if (status == MG_OK)
        g->acks[g->n_acks++] = path;
    return status;
}

static mg_status start_batch(struct ingest *g, mg_error *err)
{
    g->batch_from = g->result->bytes;
    g->batch_start = time(NULL);
    g->changed = false;
    return intake_start(&g->intake, g->options->memory, g->options->store, err);
}

/* The period's new rows with its old ones, cleaned. */
struct period_work {
    struct ingest *ingest;
    uint32_t period;
};

static mg_status produce(void *self, const mg_clean_sink *sink, mg_fate_counts *counts,
                         mg_error *err)
{
    struct period_work *w = self;

    return intake_clean(&w->ingest->intake, w->period,
                        mg_writer_dataset(w->ingest->writer), sink, counts, err);
}

struct all_periods {
    struct ingest *ingest;
    const uint32_t *periods;
};

static mg_status put_period(void *self, size_t i, mg_error *err)
{
    const struct all_periods *all = self;
    struct ingest *g = all->ingest;
    struct period_work work = {g, all->periods[i]};
    mg_producer producer = {produce, &work};

    return mg_writer_put_period(g->writer, all->periods[i], &producer, g->intake.fine,
                                err);
}

/* Writes every period that has new rows. */
static mg_status put_periods(struct ingest *g, const uint32_t *periods, size_t n,
                             mg_error *err)
{
    struct all_periods all = {g, periods};

    return mg_each(n, g->talk, put_period, &all, err);
}

static mg_status commit_batch(struct ingest *g, mg_error *err)
{
    const uint32_t *periods = NULL;
    size_t n = 0;
    mg_status status = MG_OK;

    if (g->changed) {
        status = mg_sorter_finish(g->intake.sorter, &periods, &n, err);
        mg_say(g->talk, MG_SAY_DETAIL, "sorting done: %zu periods to write", n);
        if (status == MG_OK)
            status = put_periods(g, periods, n, err);
        if (status == MG_OK)
            status = mg_writer_commit(g->writer, err);
    }
    for (size_t i = 0; status == MG_OK && i < g->n_acks; i++)
        if (g->options->durable != NULL)
            g->options->durable(g->options->self, g->acks[i]);
    g->n_acks = 0;
    intake_release(&g->intake);
    return status;
}

static void add_result(mg_ingest_result *r, const struct taken *t)
{
    r->records += t->account.records;
    for (int f = 0; f < MG_FATE_COUNT; f++) {
        r->fates[f].rows += t->account.tally.rows[f];
        mg_sum_merge(&r->fates[f].value, &t->account.tally.value[f]);
    }
}

/* Sources that were in the store before this call and have this content. */
static size_t count_old(const struct ingest *g, const mg_hash *hash, uint64_t size)
{
    size_t n = 0;
    size_t all;
    const mg_source_info *sources = mg_writer_sources(g->writer, &all);

    for (size_t i = 0; i < g->n_old; i++)
        n += sources[i].name != NULL && sources[i].size == size &&
             sources[i].schema == MG_SCHEMA_VERSION &&
             (hash == NULL || mg_hash_equal(sources[i].hash, *hash));
    return n;
}

/* The n-th file of a call with some content is known where the store had n such
 * sources before: a repeated call finds all of its files again, and files that
 * are alike in one call are all read, as rows that are alike are. */
static bool already_there(void *self, mg_hash hash, uint64_t size)
{
    const struct ingest *g = self;
    size_t seen = 0;

    for (size_t i = 0; i < g->n_seen; i++)
        seen += mg_hash_equal(g->seen[i], hash);
    return seen < count_old(g, &hash, size);
}

static bool maybe_there(void *self, uint64_t size)
{
    return count_old(self, NULL, size) > 0;
}

static mg_status note_seen(struct ingest *g, mg_hash hash, mg_error *err)
{
    mg_status status =
        mg_grow((void **)&g->seen, &g->room_seen, g->n_seen + 1, sizeof *g->seen, err);
    if (status == MG_OK)
        g->seen[g->n_seen++] = hash;
    return status;
}

/* One file: read, judged, and registered or dropped. */
static mg_status ingest_file(struct ingest *g, const char *path, mg_error *err)
{
    struct taken t = {.known = already_there, .maybe_known = maybe_there, .self = g};
    mg_source_info info;
    mg_status status = intake_file(&g->intake, path, &g->options->read, g->talk, &t, err);

    g->result->bytes += t.size;
    if (status == MG_OK)
        status = note_seen(g, t.hash, err);
    if (status == MG_OK && t.already) {
        g->result->known++;
        mg_say(g->talk, MG_SAY_INFO, "%s: already ingested, nothing to do", path);
        status = note_ack(g, path, err);
    } else if (status == MG_OK) {
        taken_describe(&t, path, &info);
        intake_accept(&g->intake, mg_writer_next_source(g->writer));
        status = mg_writer_add_source(g->writer, &info, err);
        add_result(g->result, &t);
        g->changed = true;
        if (status == MG_OK)
            status = note_ack(g, path, err);
    }
    account_release(&t.account);
    return status;
}

static bool fatal(mg_status status)
{
    return status != MG_E_PARSE && status != MG_E_CHANGED && status != MG_E_IO;
}

static void tell_failure(struct ingest *g, const mg_error *e)
{
    char text[1800];

    mg_error_text(e, text, sizeof text);
    g->result->failed++;
    mg_say(g->talk, MG_SAY_WARNING, "%s", text);
}

static mg_status ingest_files(struct ingest *g, const mg_paths *paths, mg_error *err)
{
    mg_status status = start_batch(g, err);

    for (size_t i = 0; status == MG_OK && i < paths->n; i++) {
        mg_error here = {0};
        g->result->files++;
        status = ingest_file(g, paths->items[i], &here);
        if (status != MG_OK && g->options->keep_going && !fatal(status)) {
            tell_failure(g, &here);
            status = MG_OK;
        } else if (status != MG_OK && err != NULL)
            *err = here;
        bool full = g->result->bytes - g->batch_from >= batch_bytes ||
                    time(NULL) - g->batch_start >= BATCH_SECONDS;
        if (status == MG_OK && full && i + 1 < paths->n) {
            status = commit_batch(g, err);
            if (status == MG_OK)
                status = start_batch(g, err);
        }
    }
    if (status == MG_OK)
        status = commit_batch(g, err);
    return status;
}

static uint64_t count_observations(const mg_dataset *data)
{
    uint64_t n = 0;

    for (size_t i = 0; i < data->n_periods; i++)
        n += data->periods[i].rows[MG_T_OBSERVATIONS];
    return n;
}

mg_status mg_ingest(const mg_ref *ref, const mg_ingest_options *options,
                    const mg_talk *talk, mg_ingest_result *result, mg_error *err)
{
    struct ingest g = {.options = options, .talk = talk, .result = result};
    mg_paths paths;
    mg_status status = mg_paths_expand(options->files, options->n_files, &paths, err);

    *result = (mg_ingest_result){0};
    if (status != MG_OK)
        return status;
    if (paths.skipped > 0)
        mg_say(talk, MG_SAY_INFO,
               "%zu files in folders were left out: no data by their names",
               paths.skipped);
    g.intake.ref = ref;
    g.intake.columns = MG_ALL_COLUMNS;
    status = mg_writer_open(options->store, options->wait, &g.writer, err);
    if (status == MG_OK) {
        g.n_old = mg_writer_next_source(g.writer);
        status = ingest_files(&g, &paths, err);
    }
    if (status == MG_OK)
        result->observations = count_observations(mg_writer_dataset(g.writer));
    intake_release(&g.intake);
    mg_writer_close(g.writer);
    free(g.acks);
    free(g.seen);
    mg_paths_free(&paths);
    return status;
}
