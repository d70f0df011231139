/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mirrorgap/mem.h"
#include "store/open_store.h"
#include "store/sweep.h"

struct mg_writer {
    char *folder;
    int lock;
    struct manifest committed; /* what is on the disk */
    struct manifest next;      /* what the commit will put there */
    struct segments segments;  /* of committed */
    pthread_mutex_t mutex;     /* guards next: periods come from several threads */
    bool certain;              /* committed is what the disk holds */
};

/* Files a killed writer left, or a commit made useless. Only while the manifest
 * in memory is known to be the one on the disk: after a failure that leaves it
 * open which of two is there, both keep their segments. */
static void sweep(const mg_writer *w)
{
    if (w->certain)
        folder_sweep(w->folder, &w->committed, !lock_no_reader(w->lock));
}

static mg_status write_manifest(mg_writer *w, mg_error *err)
{
    char temporary[64];
    char path[DISK_PATH];
    char *text = NULL;
    size_t n = 0;
    int fd = -1;
    mg_status status;

    snprintf(temporary, sizeof temporary, "tmp.%ld.manifest", (long)getpid());
    status = disk_path(w->folder, temporary, path, err);
    if (status == MG_OK)
        status = manifest_write(&w->next, &text, &n, err);
    if (status == MG_OK) {
        fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
        status = fd >= 0 ? disk_write(fd, text, n, 0, err)
                         : mg_fail(err, MG_E_IO, "cannot create: %s", strerror(errno));
        if (fd >= 0 && close(fd) != 0 && status == MG_OK)
            status = mg_fail(err, MG_E_IO, "cannot close: %s", strerror(errno));
        if (status != MG_OK)
            unlink(path);
    }
    free(text);
    if (status == MG_OK)
        status = disk_put(w->folder, temporary, "MANIFEST.json", err);
    if (status != MG_OK)
        mg_error_at(err, path);
    return status;
}

/* A new store starts with an empty manifest, so that segments without one are
 * known for a damaged store. The folder is flushed first: a rename that a power
 * cut could still undo must not be built upon. */
static mg_status load(mg_writer *w, mg_error *err)
{
    struct folder_content content = folder_look(w->folder);
    mg_status status = disk_sync_folder(w->folder, err);

    if (status == MG_OK)
        status = open_manifest(w->folder, &w->committed, err);
    if (status == MG_OK)
        status = manifest_copy(&w->committed, &w->next, err);
    if (status == MG_OK && !content.manifest)
        status = write_manifest(w, err);
    if (status == MG_OK)
        status = segments_open(&w->segments, w->folder, &w->committed, true, err);
    w->certain = status == MG_OK;
    return status;
}

/* A folder of the user's that is no store must stay as it is. */
static mg_status refuse_foreign(const char *path, mg_error *err)
{
    struct folder_content c = folder_look(path);

    if (!c.readable || c.manifest || c.lock || (!c.foreign && !c.segments))
        return MG_OK;
    return mg_fail(err, MG_E_IO,
                   "holds other files and is no store; name an empty or a new "
                   "folder");
}

mg_status mg_writer_open(const char *path, bool wait, mg_writer **out, mg_error *err)
{
    mg_writer *w = mg_alloc_zero(1, sizeof *w);
    mg_status status;

    *out = NULL;
    if (w == NULL || (w->folder = mg_copy_text(path)) == NULL) {
        free(w);
        return mg_fail(err, MG_E_NOMEM, "cannot open the store");
    }
    w->lock = -1;
    pthread_mutex_init(&w->mutex, NULL);
    status = path[0] != '\0' ? disk_make_folder(path, err)
                             : mg_fail(err, MG_E_IO, "the store's name is empty");
    if (status == MG_OK)
        status = refuse_foreign(path, err);
    if (status == MG_OK)
        status = lock_writer(path, wait, &w->lock, err);
    if (status == MG_OK)
        status = load(w, err);
    if (status != MG_OK) {
        mg_error_at(err, path);
        mg_writer_close(w);
        return status;
    }
    sweep(w);
    *out = w;
    return MG_OK;
}

void mg_writer_close(mg_writer *w)
{
    if (w == NULL)
        return;
    segments_release(&w->segments);
    if (w->lock >= 0) {
        sweep(w); /* segments that were put and never committed */
        close(w->lock);
    }
    manifest_release(&w->committed);
    manifest_release(&w->next);
    pthread_mutex_destroy(&w->mutex);
    free(w->folder);
    free(w);
}

const mg_source_info *mg_writer_sources(const mg_writer *w, size_t *n)
{
    *n = w->next.n_sources;
    return w->next.sources;
}

uint32_t mg_writer_next_source(const mg_writer *w)
{
    return (uint32_t)w->next.n_sources;
}

mg_status mg_writer_add_source(mg_writer *w, const mg_source_info *info, mg_error *err)
{
    mg_source_info *s = manifest_add_source(&w->next);

    if (s == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot register a source");
    uint32_t id = s->id;
    *s = *info;
    s->id = id;
    s->name = info->name != NULL ? mg_copy_text(info->name) : NULL;
    if (info->name != NULL && s->name == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot register a source");
    return MG_OK;
}

void mg_writer_remove_source(mg_writer *w, uint32_t id)
{
    mg_source_info *s = &w->next.sources[id];

    free(s->name);
    *s = (mg_source_info){.id = id};
}

const mg_dataset *mg_writer_dataset(const mg_writer *w)
{
    return &w->segments.data;
}

/* Forms that the period's old segment needed. */
static void old_forms(const mg_writer *w, uint32_t period, uint32_t *fine, uint32_t *wide)
{
    for (size_t i = 0; i < w->segments.n; i++) {
        const struct footer *f = &w->segments.footers[i];
        for (int t = 0; f->period == period && t < MG_TABLES; t++)
            for (int c = 0; c < MG_COLUMNS; c++) {
                const column_form *form = &f->tables[t].forms[c];
                *fine |= form->scale == 1000 ? MG_BIT(c) : 0;
                *wide |= form->type == STORED_F64 ? MG_BIT(c) : 0;
            }
    }
}

mg_status mg_writer_put_period(mg_writer *w, uint32_t period, const mg_producer *producer,
                               uint32_t fine, mg_error *err)
{
    struct segment_entry entry;
    uint32_t wide = 0;
    mg_status status;

    old_forms(w, period, &fine, &wide);
    status = segment_write(w->folder, period, producer, fine, wide, &entry, err);
    if (status != MG_OK)
        return status;
    pthread_mutex_lock(&w->mutex);
    if (entry.name[0] == '\0')
        manifest_drop_segment(&w->next, period);
    else
        status = manifest_put_segment(&w->next, &entry, err);
    pthread_mutex_unlock(&w->mutex);
    return status;
}

mg_status mg_writer_commit(mg_writer *w, mg_error *err)
{
    struct manifest copy;
    mg_status status;

    w->next.generation = w->committed.generation + 1;
    status = manifest_copy(&w->next, &copy, err);
    if (status != MG_OK)
        return status;
    status = write_manifest(w, err);
    if (status != MG_OK) {
        w->certain = false; /* the rename may or may not have happened */
        manifest_release(&copy);
        return status;
    }
    segments_release(&w->segments);
    manifest_release(&w->committed);
    w->committed = copy;
    sweep(w);
    return segments_open(&w->segments, w->folder, &w->committed, false, err);
}
