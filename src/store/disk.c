/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/disk.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mirrorgap/mem.h"

mg_status disk_path(const char *folder, const char *name, char path[DISK_PATH],
                    mg_error *err)
{
    if (snprintf(path, DISK_PATH, "%s/%s", folder, name) >= DISK_PATH)
        return mg_fail(err, MG_E_RANGE, "the path is too long");
    return MG_OK;
}

static mg_status failed(const char *what, const char *where, mg_error *err)
{
    mg_status status = mg_fail(err, MG_E_IO, "cannot %s: %s", what, strerror(errno));
    mg_error_at(err, where);
    return status;
}

mg_status disk_sync_folder(const char *folder, mg_error *err)
{
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (fd < 0)
        return failed("open the folder", folder, err);
    int bad = fsync(fd);
    mg_status status = bad != 0 ? failed("flush the folder", folder, err) : MG_OK;
    close(fd);
    return status;
}

/* "a/b" of "a/b/c/", "." of "c". */
static void parent_of(const char *path, char parent[DISK_PATH])
{
    snprintf(parent, DISK_PATH, "%s", path);
    size_t n = strlen(parent);
    while (n > 1 && parent[n - 1] == '/')
        parent[--n] = '\0';
    char *slash = strrchr(parent, '/');
    if (slash == NULL)
        strcpy(parent, ".");
    else
        slash[slash == parent] = '\0';
}

mg_status disk_make_folder(const char *folder, mg_error *err)
{
    char parent[DISK_PATH];
    struct stat st;

    if (strlen(folder) >= DISK_PATH) {
        mg_status status = mg_fail(err, MG_E_RANGE, "the store's path is too long");
        mg_error_at(err, "the store");
        return status;
    }
    bool made = mkdir(folder, 0777) == 0;
    if (!made && errno != EEXIST)
        return failed("make the folder", folder, err);
    if (stat(folder, &st) != 0)
        return failed("look at the folder", folder, err);
    if (!S_ISDIR(st.st_mode)) {
        mg_status status = mg_fail(err, MG_E_IO, "is no folder, so no store");
        mg_error_at(err, folder);
        return status;
    }
    parent_of(folder, parent);
    /* a folder that was there may be a killed writer's, not yet flushed; one in a
     * parent that we may not read is somebody else's work */
    if (!made && access(parent, R_OK) != 0)
        return MG_OK;
    return disk_sync_folder(parent, err);
}

mg_status disk_write(int fd, const void *bytes, size_t n, uint64_t at, mg_error *err)
{
    const char *from = bytes;

    while (n > 0) {
        ssize_t done = pwrite(fd, from, n, (off_t)at);
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return mg_fail(err, MG_E_IO, "cannot write: %s",
                           done < 0 ? strerror(errno) : "no space left on device");
        from += done;
        at += (uint64_t)done;
        n -= (size_t)done;
    }
    return MG_OK;
}

mg_status disk_read(int fd, void *bytes, size_t n, uint64_t at, mg_error *err)
{
    char *to = bytes;

    while (n > 0) {
        ssize_t got = pread(fd, to, n, (off_t)at);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return mg_fail(err, MG_E_IO, "cannot read: %s", strerror(errno));
        if (got == 0)
            return mg_fail(err, MG_E_STORE, "is shorter than the manifest says");
        to += got;
        at += (uint64_t)got;
        n -= (size_t)got;
    }
    return MG_OK;
}

mg_status disk_put(const char *folder, const char *temporary, const char *name,
                   mg_error *err)
{
    char from[DISK_PATH];
    char to[DISK_PATH];
    mg_status status = disk_path(folder, temporary, from, err);

    if (status == MG_OK)
        status = disk_path(folder, name, to, err);
    if (status != MG_OK)
        return status;
    int fd = open(from, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return failed("open", from, err);
    /* after a failed fsync the pages may be marked clean: never try again */
    if (fsync(fd) != 0)
        status = failed("flush", from, err);
    if (close(fd) != 0 && status == MG_OK)
        status = failed("close", from, err);
    if (status == MG_OK && rename(from, to) != 0)
        status = failed("rename", from, err);
    if (status != MG_OK) {
        unlink(from);
        return status;
    }
    return disk_sync_folder(folder, err);
}

mg_status disk_read_file(const char *path, size_t limit, char **text, size_t *n,
                         mg_error *err)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    mg_status status = MG_OK;

    *text = NULL;
    if (fd < 0)
        return failed("open", path, err);
    if (fstat(fd, &st) != 0)
        status = failed("look at it", path, err);
    else if (!S_ISREG(st.st_mode))
        status = mg_fail(err, MG_E_STORE, "is no regular file");
    else if ((uint64_t)st.st_size > limit)
        status = mg_fail(err, MG_E_STORE, "is larger than such a file can be");
    else if ((*text = mg_alloc((size_t)st.st_size + 1, 1)) == NULL)
        status = mg_fail(err, MG_E_NOMEM, "cannot hold the file");
    else {
        *n = (size_t)st.st_size;
        status = disk_read(fd, *text, *n, 0, err);
        (*text)[*n] = '\0';
    }
    close(fd);
    if (status != MG_OK) {
        mg_error_at(err, path);
        free(*text);
        *text = NULL;
    }
    return status;
}
