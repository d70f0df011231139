/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "mirrorgap/input.h"
#include "mirrorgap/mem.h"

enum { DEPTH_MAX = 32 };

static mg_status add(mg_paths *paths, const char *path, mg_error *err)
{
    mg_status status = mg_grow((void **)&paths->items, &paths->room, paths->n + 1,
                               sizeof *paths->items, err);
    if (status != MG_OK)
        return status;
    paths->items[paths->n] = mg_copy_text(path);
    if (paths->items[paths->n] == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot hold a path");
    paths->n++;
    return MG_OK;
}

/* In a folder every file is taken, whatever its name, but for the notes, tables
 * of other programs and scripts that people keep beside their data: a README
 * must not make the whole call fail. */
static bool other_name(const char *name)
{
    static const char *const endings[] = {".md",   ".pdf", ".doc", ".docx", ".xls",
                                          ".xlsx", ".py",  ".r",   ".do",   ".ipynb",
                                          ".sh",   ".h5",  ".png", ".svg",  ".meta.json"};
    size_t n = strlen(name);

    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        size_t e = strlen(endings[i]);
        if (n > e && strcasecmp(name + n - e, endings[i]) == 0)
            return true;
    }
    return strncasecmp(name, "README", 6) == 0 || strncasecmp(name, "LICENSE", 7) == 0 ||
           strcmp(name, "truth.csv") == 0; /* what synth lays beside its files */
}

static int shown(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

/* Bytes, not the locale's alphabet: the order must not depend on it. */
static int by_bytes(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static mg_status walk(const char *folder, int depth, mg_paths *paths, mg_error *err);

static mg_status take(const char *path, const char *name, int depth, mg_paths *paths,
                      mg_error *err)
{
    struct stat st;

    if (stat(path, &st) != 0) {
        mg_status status =
            mg_fail(err, MG_E_IO, "cannot look at it: %s", strerror(errno));
        mg_error_at(err, path);
        return status;
    }
    if (S_ISDIR(st.st_mode))
        return walk(path, depth + 1, paths, err);
    if (S_ISREG(st.st_mode) && !other_name(name))
        return add(paths, path, err);
    paths->skipped++;
    return MG_OK;
}

static mg_status walk(const char *folder, int depth, mg_paths *paths, mg_error *err)
{
    struct dirent **entries = NULL;
    mg_status status = MG_OK;
    int n = depth < DEPTH_MAX ? scandir(folder, &entries, shown, by_bytes) : -1;

    if (n < 0) {
        status = mg_fail(err, MG_E_IO, "cannot read the folder: %s",
                         depth < DEPTH_MAX ? strerror(errno) : "too deep");
        mg_error_at(err, folder);
        return status;
    }
    for (int i = 0; i < n; i++) {
        char path[4096];
        int length =
            snprintf(path, sizeof path, "%s%s%s", folder,
                     folder[strlen(folder) - 1] == '/' ? "" : "/", entries[i]->d_name);
        if (status == MG_OK && length >= (int)sizeof path)
            status = mg_fail(err, MG_E_IO, "a path in '%.200s' is too long", folder);
        if (status == MG_OK)
            status = take(path, entries[i]->d_name, depth, paths, err);
        free(entries[i]);
    }
    free(entries);
    return status;
}

mg_status mg_paths_expand(const char *const *named, size_t n, mg_paths *paths,
                          mg_error *err)
{
    mg_status status = MG_OK;

    *paths = (mg_paths){0};
    for (size_t i = 0; status == MG_OK && i < n; i++) {
        struct stat st;
        size_t before = paths->n;
        if (strcmp(named[i], "-") == 0 || stat(named[i], &st) != 0 ||
            !S_ISDIR(st.st_mode)) {
            status = add(paths, named[i], err); /* opening it tells what is wrong */
            continue;
        }
        status = walk(named[i], 0, paths, err);
        if (status == MG_OK && paths->n == before) {
            status = mg_fail(err, MG_E_IO,
                             "the folder holds no data file (csv, txt, tsv, "
                             "json, gz, zip, zst, xz)");
            mg_error_at(err, named[i]);
        }
    }
    if (status != MG_OK)
        mg_paths_free(paths);
    return status;
}

void mg_paths_free(mg_paths *paths)
{
    for (size_t i = 0; i < paths->n; i++)
        free(paths->items[i]);
    free(paths->items);
    *paths = (mg_paths){0};
}
