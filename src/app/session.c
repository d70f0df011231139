/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/intake.h"
#include "mirrorgap/each.h"
#include "mirrorgap/mem.h"

struct mg_session {
    const mg_ref *ref;
    mg_store *store;
    mg_memory *memory;
    struct intake intake; /* of files in memory: what their periods are made of */
    const uint32_t *periods;
    const mg_dataset *data;
    bool once;               /* each period is made when it is asked for */
    mg_source_info *sources; /* of files in memory */
    size_t n_sources, room_sources;
    mg_fate_counts fates;
    char identity[64];
};

/* Cleans one period of the intake into memory. */
static mg_status fill_period(void *self, size_t period, const mg_clean_sink *sink,
                             mg_error *err)
{
    mg_session *s = self;
    mg_fate_counts counts = {0};
    mg_status status =
        intake_clean(&s->intake, s->periods[period], NULL, sink, &counts, err);

    if (status == MG_OK && !s->once) {
#pragma omp critical(mg_session_fates)
        status = mg_fate_counts_merge(&s->fates, &counts, err);
    }
    mg_fate_counts_release(&counts);
    return status;
}

static mg_status open_period(void *self, size_t i, mg_error *err)
{
    return mg_dataset_open(self, i, err);
}

/* Opens every period, for good. */
static mg_status open_periods(const mg_dataset *data, const mg_talk *talk, mg_error *err)
{
    return mg_each(data->n_periods, talk, open_period, (void *)(uintptr_t)data, err);
}

static mg_status keep_source(mg_session *s, const struct taken *t, const char *path,
                             mg_error *err)
{
    mg_status status = mg_grow((void **)&s->sources, &s->room_sources, s->n_sources + 1,
                               sizeof *s->sources, err);
    if (status != MG_OK)
        return status;
    mg_source_info *info = &s->sources[s->n_sources];
    taken_describe(t, path, info);
    info->id = (uint32_t)s->n_sources;
    info->name = mg_copy_text(path);
    if (info->name == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot hold a name");
    s->n_sources++;
    return MG_OK;
}

static mg_status read_files(mg_session *s, const mg_paths *paths,
                            const mg_session_options *options, const mg_talk *talk,
                            mg_hasher *hasher, mg_error *err)
{
    struct intake *in = &s->intake;
    mg_status status = intake_start(in, 0, NULL, err);

    for (size_t i = 0; status == MG_OK && i < paths->n; i++) {
        struct taken t = {0};
        status = intake_file(in, paths->items[i], &options->read, talk, &t, err);
        if (status == MG_OK) {
            intake_accept(in, (uint32_t)i);
            mg_hasher_add(hasher, &t.hash, sizeof t.hash);
            status = keep_source(s, &t, paths->items[i], err);
        }
        account_release(&t.account);
    }
    return status;
}

static mg_status open_files(mg_session *s, const mg_session_options *options,
                            const mg_talk *talk, mg_error *err)
{
    mg_paths paths = {0};
    mg_hasher *hasher = mg_hasher_new();
    mg_memory_fill fill = {fill_period, s};
    size_t n = 0;
    mg_status status =
        hasher != NULL ? mg_paths_expand(options->files, options->n_files, &paths, err)
                       : mg_fail(err, MG_E_NOMEM, "cannot read files");

    s->intake.ref = s->ref;
    s->intake.columns = options->once ? options->columns : MG_ALL_COLUMNS;
    if (status == MG_OK)
        status = read_files(s, &paths, options, talk, hasher, err);
    if (status == MG_OK)
        status = mg_sorter_finish(s->intake.sorter, &s->periods, &n, err);
    if (status == MG_OK)
        status = mg_memory_new(options->columns, s->periods, n, fill, options->once,
                               &s->memory, err);
    if (status == MG_OK) {
        char hash[MG_HASH_TEXT];
        s->data = mg_memory_dataset(s->memory);
        mg_hash_write(mg_hasher_value(hasher), hash);
        snprintf(s->identity, sizeof s->identity, "files %s", hash);
    }
    if (status == MG_OK && !options->once) {
        status = open_periods(s->data, talk, err);
        intake_release(&s->intake);
    }
    mg_paths_free(&paths);
    mg_hasher_free(hasher);
    return status;
}

mg_status mg_session_open(const mg_ref *ref, const mg_session_options *options,
                          const mg_talk *talk, mg_session **out, mg_error *err)
{
    mg_session *s = mg_alloc_zero(1, sizeof *s);
    mg_status status;

    *out = NULL;
    if (s == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot open the data");
    s->ref = ref;
    s->once = options->once;
    if (options->store != NULL) {
        status = mg_store_open(options->store, !options->part, &s->store, err);
        if (status == MG_OK) {
            char hash[MG_HASH_TEXT];
            s->data = mg_store_dataset(s->store);
            status = mg_store_fates(s->store, &s->fates, err);
            mg_hash_write(mg_store_hash(s->store), hash);
            snprintf(s->identity, sizeof s->identity, "store %s", hash);
        }
    } else
        status = open_files(s, options, talk, err);
    if (status != MG_OK) {
        mg_session_close(s);
        return status;
    }
    *out = s;
    return MG_OK;
}

void mg_session_close(mg_session *s)
{
    if (s == NULL)
        return;
    mg_store_close(s->store);
    mg_memory_free(s->memory);
    intake_release(&s->intake);
    for (size_t i = 0; i < s->n_sources; i++)
        free(s->sources[i].name);
    free(s->sources);
    mg_fate_counts_release(&s->fates);
    free(s);
}

const mg_dataset *mg_session_dataset(const mg_session *s)
{
    return s->data;
}

const mg_ref *mg_session_ref(const mg_session *s)
{
    return s->ref;
}

const mg_store *mg_session_store(const mg_session *s)
{
    return s->store;
}

const char *mg_session_identity(const mg_session *s)
{
    return s->identity;
}

const mg_source_info *mg_session_sources(const mg_session *s, size_t *n)
{
    if (s->store != NULL)
        return mg_store_sources(s->store, n);
    *n = s->n_sources;
    return s->sources;
}

const mg_fate_counts *mg_session_fates(const mg_session *s)
{
    return &s->fates;
}
