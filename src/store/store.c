/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mirrorgap/mem.h"
#include "mirrorgap/threads.h"
#include "store/open_store.h"
#include "store/sweep.h"

enum { MANIFEST_MAX = 1 << 30 };

/* A writer's first act in a new folder is an empty manifest. Killed before that,
 * it leaves its lock and perhaps a temporary file: a store with nothing in it.
 * Segments without a manifest are a store that lost it. */
static mg_status missing_manifest(const char *folder, mg_error *err)
{
    struct folder_content c = folder_look(folder);

    mg_error_at(err, folder);
    if (c.segments)
        return mg_fail(err, MG_E_STORE,
                       "its MANIFEST.json is missing: the store is damaged");
    if (c.lock || (c.readable && !c.foreign))
        return MG_OK;
    return mg_fail(
        err, MG_E_IO,
        "no such store (it has no MANIFEST.json); 'mirrorgap ingest' makes one");
}

mg_status open_manifest(const char *folder, struct manifest *manifest, mg_error *err)
{
    char path[DISK_PATH];
    char *text = NULL;
    size_t n = 0;
    mg_status status = disk_path(folder, "MANIFEST.json", path, err);

    *manifest = (struct manifest){0};
    if (status == MG_OK && access(path, F_OK) != 0)
        return missing_manifest(folder, err);
    if (status == MG_OK)
        status = disk_read_file(path, MANIFEST_MAX, &text, &n, err);
    if (status == MG_OK) {
        status = manifest_read(text, n, manifest, err);
        if (status != MG_OK)
            mg_error_at(err, path);
    }
    free(text);
    return status;
}

void segments_release(struct segments *s)
{
    for (size_t i = 0; i < s->n; i++)
        footer_release(&s->footers[i]);
    free(s->footers);
    free(s->infos);
    for (size_t i = 0; i < s->n_coders; i++)
        coder_free(s->coders[i]);
    free(s->coders);
    free(s->folder);
    *s = (struct segments){0};
}

/* A coder for each thread, made when the thread first reads. */
static coder *thread_coder(struct segments *s)
{
    int me = mg_thread_here();

    if (me < 0 || (size_t)me >= s->n_coders)
        return NULL;
    if (s->coders[me] == NULL)
        s->coders[me] = coder_new();
    return s->coders[me];
}

static mg_status read_block(void *self, size_t period, mg_table table, size_t index,
                            uint32_t columns, mg_block *scratch, const mg_block **block,
                            mg_error *err)
{
    struct segments *s = self;
    coder *own = thread_coder(s);

    *block = scratch;
    if (own == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot allocate a decompressor");
    return segment_read_block(s->folder, &s->manifest->segments[period],
                              &s->footers[period], table, index, columns, own, scratch,
                              &s->bytes_read, err);
}

static void block_ends(void *self, size_t period, mg_table table, size_t index,
                       uint32_t *first, uint32_t *last)
{
    const struct segments *s = self;
    const struct chunk_range *range = &s->footers[period].tables[table].ranges[index];

    *first = range->first;
    *last = range->last;
}

static mg_period_info period_info(const struct footer *f)
{
    mg_period_info info = {.period = f->period,
                           .editions = f->editions,
                           .coverage = f->coverage,
                           .n_coverage = f->n_coverage};

    for (int t = 0; t < MG_TABLES; t++)
        info.rows[t] = f->tables[t].rows;
    return info;
}

mg_status segments_open(struct segments *s, const char *folder,
                        const struct manifest *manifest, bool whole, mg_error *err)
{
    mg_status status = MG_OK;

    *s = (struct segments){.manifest = manifest, .n = manifest->n_segments};
    s->folder = mg_copy_text(folder);
    s->footers = mg_alloc_zero(s->n, sizeof *s->footers);
    s->infos = mg_alloc_zero(s->n, sizeof *s->infos);
    s->n_coders = (size_t)mg_threads();
    s->coders = mg_alloc_zero(s->n_coders, sizeof *s->coders);
    if (s->folder == NULL || s->footers == NULL || s->infos == NULL ||
        s->coders == NULL) {
        segments_release(s);
        return mg_fail(err, MG_E_NOMEM, "cannot open the store");
    }
#pragma omp parallel for schedule(dynamic, 1) num_threads(mg_threads())
    for (size_t i = 0; i < s->n; i++) {
        mg_error here = {0};
        const struct segment_entry *entry = &manifest->segments[i];
        mg_status got = segment_read_index(folder, entry, whole, &s->footers[i], &here);
        s->bytes_read += entry->size - entry->index_at;
        if (got != MG_OK) {
#pragma omp critical(mg_store_open)
            if (status == MG_OK) {
                status = got;
                if (err != NULL)
                    *err = here;
            }
        } else
            s->infos[i] = period_info(&s->footers[i]);
    }
    s->data = (mg_dataset){.periods = s->infos,
                           .n_periods = s->n,
                           .read = read_block,
                           .ends = block_ends,
                           .self = s};
    if (status != MG_OK)
        segments_release(s);
    return status;
}

mg_status mg_store_open(const char *path, bool whole, mg_store **out, mg_error *err)
{
    mg_store *store = mg_alloc_zero(1, sizeof *store);
    mg_status status;

    *out = NULL;
    if (store == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot open the store");
    store->lock = -1;
    store->whole = whole;
    /* the lock before the manifest: what it names will then stay */
    status = lock_reader(path, &store->lock, err);
    if (status == MG_OK)
        status = open_manifest(path, &store->manifest, err);
    if (status == MG_OK)
        status = segments_open(&store->segments, path, &store->manifest, whole, err);
    if (status != MG_OK) {
        mg_error_at(err, path);
        mg_store_close(store);
        return status;
    }
    *out = store;
    return MG_OK;
}

void mg_store_close(mg_store *store)
{
    if (store == NULL)
        return;
    segments_release(&store->segments);
    manifest_release(&store->manifest);
    if (store->lock >= 0)
        close(store->lock);
    free(store);
}

uint64_t mg_store_bytes(const mg_store *store, uint64_t *read)
{
    uint64_t bytes = 0;

    for (size_t i = 0; i < store->segments.n; i++)
        bytes += store->manifest.segments[i].size;
    *read = store->whole ? bytes : store->segments.bytes_read;
    return bytes;
}

const mg_dataset *mg_store_dataset(const mg_store *store)
{
    return &store->segments.data;
}

const mg_source_info *mg_store_sources(const mg_store *store, size_t *n)
{
    *n = store->manifest.n_sources;
    return store->manifest.sources;
}

mg_status mg_store_fates(const mg_store *store, mg_fate_counts *counts, mg_error *err)
{
    mg_status status = MG_OK;

    for (size_t i = 0; i < store->segments.n; i++) {
        const struct footer *f = &store->segments.footers[i];
        for (size_t k = 0; status == MG_OK && k < f->n_fates; k++) {
            const struct source_fate *part = &f->fates[k];
            if (part->source >= store->manifest.n_sources)
                return mg_fail(err, MG_E_STORE, "a segment speaks of an unknown source");
            const mg_fate_count more = {part->rows, part->value};
            status =
                mg_fate_counts_add(counts, part->source, (mg_fate)part->fate, &more, err);
        }
    }
    return status;
}

/* From the segments' own checksums: they are a function of the rows. */
mg_hash mg_store_hash(const mg_store *store)
{
    mg_hasher *hasher = mg_hasher_new();
    mg_hash hash = {0, 0};

    if (hasher == NULL)
        return hash;
    for (size_t i = 0; i < store->manifest.n_segments; i++)
        mg_hasher_add(hasher, &store->manifest.segments[i].hash, sizeof(mg_hash));
    hash = mg_hasher_value(hasher);
    mg_hasher_free(hasher);
    return hash;
}

uint64_t mg_store_generation(const mg_store *store)
{
    return store->manifest.generation;
}

size_t mg_store_segments(const mg_store *store)
{
    return store->segments.n;
}

mg_segment_info mg_store_segment(const mg_store *store, size_t i)
{
    const struct segment_entry *e = &store->manifest.segments[i];

    return (mg_segment_info){e->name, e->period, e->size,
                             store->segments.footers[i].n_codes};
}
