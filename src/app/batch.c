/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mirrorgap/app_batch.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/folder.h"
#include "mirrorgap/input.h"
#include "mirrorgap/mem.h"
#include "mirrorgap/store.h"

/* ---- whether things are what they were ---- */

static mg_status refused(const char *path, mg_error *err)
{
    mg_status status = mg_fail(err, MG_E_IO, "cannot read: %s", strerror(errno));

    mg_error_at(err, path);
    return status;
}

static mg_status add_file(mg_hasher *hasher, const char *path, uint64_t *bytes,
                          mg_error *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    mg_hash hash;
    uint64_t size = 0;

    if (fd < 0)
        return refused(path, err);
    mg_status status = mg_hash_file(fd, &hash, &size, err);
    close(fd);
    if (status != MG_OK) {
        mg_error_at(err, path);
        return status;
    }
    mg_hasher_add(hasher, &hash, sizeof hash);
    *bytes += size;
    return MG_OK;
}

static mg_status add_path(mg_hasher *hasher, const char *path, int depth, uint64_t *bytes,
                          mg_error *err);

static int visible(const struct dirent *entry)
{
    return strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
}

static int by_bytes(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static mg_status add_folder(mg_hasher *hasher, const char *folder, int depth,
                            uint64_t *bytes, mg_error *err)
{
    struct dirent **entries;
    const int n = scandir(folder, &entries, visible, by_bytes);
    mg_status status = n < 0 ? refused(folder, err) : MG_OK;

    for (int i = 0; i < n; i++) {
        char path[FOLDER_PATH];
        if (status == MG_OK && !folder_path(folder, entries[i]->d_name, "", path, err))
            status = MG_E_RANGE;
        if (status == MG_OK) {
            mg_hasher_add(hasher, entries[i]->d_name, strlen(entries[i]->d_name) + 1);
            status = add_path(hasher, path, depth + 1, bytes, err);
        }
        free(entries[i]);
    }
    if (n >= 0)
        free(entries);
    return status;
}

enum { DEEPEST = 32 };

static mg_status add_path(mg_hasher *hasher, const char *path, int depth, uint64_t *bytes,
                          mg_error *err)
{
    char manifest[FOLDER_PATH];
    struct stat st;

    /* links within a folder may go in circles: they count by name */
    if (depth > 0 && lstat(path, &st) == 0 && S_ISLNK(st.st_mode))
        return MG_OK;
    if (stat(path, &st) != 0)
        return refused(path, err);
    if (!S_ISDIR(st.st_mode)) /* a pipe or device is never the same again */
        return S_ISREG(st.st_mode) ? add_file(hasher, path, bytes, err) : MG_OK;
    if (folder_path(path, "MANIFEST.json", "", manifest, NULL) &&
        access(manifest, F_OK) == 0)
        return add_file(hasher, manifest, bytes, err);
    return depth < DEEPEST ? add_folder(hasher, path, depth, bytes, err) : MG_OK;
}

mg_status mg_batch_hash(const char *path, mg_hash *hash, uint64_t *bytes, bool *found,
                        mg_error *err)
{
    mg_hasher *hasher = mg_hasher_new();
    mg_status status = MG_OK;

    *bytes = 0;
    *hash = (mg_hash){0};
    *found = access(path, F_OK) == 0;
    if (hasher == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot hash");
    if (*found) {
        status = add_path(hasher, path, 0, bytes, err);
        *hash = mg_hasher_value(hasher);
    }
    mg_hasher_free(hasher);
    return status;
}

/* ---- how much there is to read ---- */

enum { SAMPLE = 16 << 20, PIECE = 256 << 10 };

/* What was seen of a source: lines, and raw bytes, which are read ahead by a block; the
 * first piece counts apart, so that this block does not. */
struct seen {
    uint64_t lines, first_lines, first_raw;
    bool ended; /* that was all */
};

static mg_status sample(mg_source *source, char *text, struct seen *seen, mg_error *err)
{
    const char *name;
    uint64_t bytes = 0;
    mg_status status = mg_source_next(source, &name, err);

    *seen = (struct seen){0};
    while (status == MG_OK && name != NULL && bytes < SAMPLE) {
        size_t n;
        status = mg_source_read(source, text, PIECE, &n, err);
        for (size_t i = 0; status == MG_OK && i < n; i++)
            seen->lines += text[i] == '\n';
        if (bytes == 0) {
            seen->first_lines = seen->lines;
            seen->first_raw = mg_source_bytes(source);
        }
        bytes += n;
        if (status == MG_OK && n == 0)
            status = mg_source_next(source, &name, err);
    }
    seen->ended = name == NULL;
    return status;
}

static mg_status estimate(const char *path, char *text, uint64_t *rows, uint64_t *bytes,
                          mg_error *err)
{
    const mg_source_options options = {.allow_bomb = true};
    mg_source *source = NULL;
    struct seen seen;
    mg_status status = mg_source_open(path, &options, &source, err);

    if (status == MG_OK)
        status = sample(source, text, &seen, err);
    if (status == MG_OK) {
        const uint64_t all = mg_source_total(source);
        const uint64_t raw = mg_source_bytes(source) - seen.first_raw;
        double lines = (double)seen.lines;
        if (!seen.ended && raw > 0)
            lines = (lines - (double)seen.first_lines) / (double)raw * (double)all;
        *rows += lines > 1 ? (uint64_t)lines - 1 : 0; /* the header */
        *bytes += all;
    }
    mg_source_close(source);
    return status;
}

mg_status mg_batch_files(const char *const *files, size_t n, uint64_t *rows,
                         uint64_t *bytes, mg_error *err)
{
    mg_paths paths = {0};
    char *text = mg_alloc(PIECE, 1);
    mg_status status = text != NULL ? mg_paths_expand(files, n, &paths, err)
                                    : mg_fail(err, MG_E_NOMEM, "cannot look at files");

    *rows = *bytes = 0;
    for (size_t i = 0; status == MG_OK && i < paths.n; i++)
        status = estimate(paths.items[i], text, rows, bytes, err);
    mg_paths_free(&paths);
    free(text);
    return status;
}

mg_status mg_batch_store(const char *store, uint64_t *rows, uint64_t *bytes, bool *found,
                         mg_error *err)
{
    char manifest[FOLDER_PATH];
    mg_store *opened = NULL;

    *rows = *bytes = 0;
    *found = folder_path(store, "MANIFEST.json", "", manifest, err) &&
             access(manifest, F_OK) == 0;
    if (!*found)
        return MG_OK;
    mg_status status = mg_store_open(store, false, &opened, err);
    if (status == MG_OK) {
        const mg_dataset *data = mg_store_dataset(opened);
        uint64_t read;
        for (size_t p = 0; p < data->n_periods; p++)
            *rows += data->periods[p].rows[MG_T_OBSERVATIONS];
        *bytes = mg_store_bytes(opened, &read);
    }
    mg_store_close(opened);
    return status;
}
