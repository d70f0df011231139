/* SPDX-License-Identifier: GPL-3.0-or-later */
/* scratch.h - files and folders of a test's own, under TMPDIR where that is set. The
 * test removes them. */
#ifndef MG_SCRATCH_H
#define MG_SCRATCH_H

#include <dirent.h>
#include <unistd.h>

#include "testing.h"

enum { SCRATCH_PATH = 512 }; /* a scratch_path holds as much */

typedef char scratch_path[SCRATCH_PATH];

static inline const char *scratch_root(void)
{
    const char *root = getenv("TMPDIR");

    return root != NULL && *root != '\0' ? root : P_tmpdir;
}

/* An empty file; the descriptor is open for reading and writing. */
static inline int scratch_file(scratch_path path)
{
    int fd = -1;

    snprintf(path, SCRATCH_PATH, "%s/mg_test.XXXXXX", scratch_root());
    fd = mkstemp(path);
    if (fd < 0)
        fail_msg("no scratch file %s", path);
    return fd;
}

static inline void scratch_text(scratch_path path, const char *text)
{
    int fd = scratch_file(path);

    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    close(fd);
}

static inline void scratch_folder(scratch_path path)
{
    snprintf(path, SCRATCH_PATH, "%s/mg_test.XXXXXX", scratch_root());
    if (mkdtemp(path) == NULL)
        abort(); /* also called where no test runs yet */
}

/* Removes the files of a folder, and it. */
static inline void sweep_folder(const char *path)
{
    DIR *dir = opendir(path);
    const struct dirent *entry;

    while (dir != NULL && (entry = readdir(dir)) != NULL) {
        char name[SCRATCH_PATH + sizeof entry->d_name + 1];
        snprintf(name, sizeof name, "%s/%s", path, entry->d_name);
        if (entry->d_name[0] != '.')
            unlink(name);
    }
    if (dir != NULL)
        closedir(dir);
    rmdir(path);
}

/* A folder like the delivered one of reference tables, in which `table` holds `text`
 * instead, or stands not at all where text is NULL. */
static inline void scratch_tables(scratch_path folder, const char *table,
                                  const char *text)
{
    DIR *delivered = opendir(MG_TEST_REF);
    char path[SCRATCH_PATH + 256 + 1];
    char target[4096];

    assert_non_null(delivered);
    scratch_folder(folder);
    for (const struct dirent *e; (e = readdir(delivered)) != NULL;) {
        if (strstr(e->d_name, ".csv") == NULL || strcmp(e->d_name, table) == 0)
            continue;
        snprintf(path, sizeof path, "%s/%s", folder, e->d_name);
        snprintf(target, sizeof target, "%s/%s", MG_TEST_REF, e->d_name);
        assert_int_equal(symlink(target, path), 0);
    }
    closedir(delivered);
    if (text == NULL)
        return;
    snprintf(path, sizeof path, "%s/%s", folder, table);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

#endif
