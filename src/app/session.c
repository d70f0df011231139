/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/intake.h"
#include "mirrorgap/mem.h"
#include "mirrorgap/threads.h"

struct mg_session {
    const mg_ref *ref;
    mg_store *store;
    mg_memory *memory;
    const mg_dataset *data;
    char identity[64];
};

/* Cleans every period of the intake into memory. */
static mg_status clean_periods(struct intake *in, const uint32_t *periods, size_t n,
                               mg_memory *memory, mg_error *err)
{
    mg_status status = MG_OK;
    mg_error first = {0};

#pragma omp parallel for schedule(dynamic, 1) num_threads(mg_threads())
    for (size_t i = 0; i < n; i++) {
        mg_clean_sink sink = mg_memory_sink(memory, i);
        mg_fate_counts counts = {0};
        mg_error here = {0};
        mg_status got = intake_clean(in, periods[i], NULL, &sink, &counts, &here);
        if (got == MG_OK)
            got = mg_memory_end(memory, i, &here);
        mg_fate_counts_release(&counts);
        if (got != MG_OK) {
#pragma omp critical(mg_clean_periods)
            if (status == MG_OK) {
                status = got;
                first = here;
            }
        }
    }
    if (status != MG_OK && err != NULL)
        *err = first;
    return status;
}

static mg_status read_files(struct intake *in, const mg_paths *paths,
                            const mg_session_options *options, const mg_talk *talk,
                            mg_hasher *hasher, mg_error *err)
{
    mg_status status = intake_start(in, 0, NULL, err);

    for (size_t i = 0; status == MG_OK && i < paths->n; i++) {
        struct taken t = {0};
        status = intake_file(in, paths->items[i], &options->read, talk, &t, err);
        if (status == MG_OK) {
            intake_accept(in, (uint32_t)i);
            mg_hasher_add(hasher, &t.hash, sizeof t.hash);
        }
        account_release(&t.account);
    }
    return status;
}

static mg_status open_files(mg_session *s, const mg_session_options *options,
                            const mg_talk *talk, mg_error *err)
{
    struct intake in = {.ref = s->ref};
    mg_paths paths = {0};
    mg_hasher *hasher = mg_hasher_new();
    const uint32_t *periods = NULL;
    size_t n = 0;
    mg_status status =
        hasher != NULL ? mg_paths_expand(options->files, options->n_files, &paths, err)
                       : mg_fail(err, MG_E_NOMEM, "cannot read files");

    if (status == MG_OK)
        status = read_files(&in, &paths, options, talk, hasher, err);
    if (status == MG_OK)
        status = mg_sorter_finish(in.sorter, &periods, &n, err);
    if (status == MG_OK)
        status = mg_memory_new(options->columns, periods, n, &s->memory, err);
    if (status == MG_OK)
        status = clean_periods(&in, periods, n, s->memory, err);
    if (status == MG_OK) {
        char hash[MG_HASH_TEXT];
        s->data = mg_memory_dataset(s->memory);
        mg_hash_write(mg_hasher_value(hasher), hash);
        snprintf(s->identity, sizeof s->identity, "files %s", hash);
    }
    intake_release(&in);
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
    if (options->store != NULL) {
        status = mg_store_open(options->store, &s->store, err);
        if (status == MG_OK) {
            char hash[MG_HASH_TEXT];
            s->data = mg_store_dataset(s->store);
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
