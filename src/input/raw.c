/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "input/raw.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "mirrorgap/mem.h"

static double seconds(struct timespec t)
{
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Only regular files: a FIFO without a writer would wait for ever, a device
 * may never end. O_NONBLOCK keeps the open itself from waiting. */
static mg_status open_regular(struct raw *raw, const char *path, mg_error *err)
{
    raw->fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
    if (raw->fd < 0)
        return mg_fail(err, MG_E_IO, "cannot open: %s", strerror(errno));
    raw->own = true;
    if (fstat(raw->fd, &raw->before) != 0)
        return mg_fail(err, MG_E_IO, "cannot look at it: %s", strerror(errno));
    if (S_ISDIR(raw->before.st_mode))
        return mg_fail(err, MG_E_IO, "is a folder where a file is wanted");
    if (!S_ISREG(raw->before.st_mode))
        return mg_fail(err, MG_E_IO,
                       "is neither a regular file nor '-'; pipe it to standard input");
    return MG_OK;
}

mg_status raw_open(struct raw *raw, const char *path, mg_error *err)
{
    struct timespec now;
    mg_status status = MG_OK;

    *raw = (struct raw){.fd = -1};
    raw->path = mg_copy_text(path);
    raw->hasher = mg_hasher_new();
    if (raw->path == NULL || raw->hasher == NULL)
        status = mg_fail(err, MG_E_NOMEM, "cannot open a source");
    else if (strcmp(path, "-") == 0)
        raw->fd = STDIN_FILENO;
    else
        status = open_regular(raw, path, err);
    if (status != MG_OK) {
        mg_error_at(err, path);
        raw_close(raw);
        return status;
    }
    clock_gettime(CLOCK_REALTIME, &now);
    raw->opened = seconds(now);
    return MG_OK;
}

mg_status raw_read(struct raw *raw, void *bytes, size_t room, size_t *n, mg_error *err)
{
    ssize_t got;

    *n = 0;
    if (raw->ended)
        return MG_OK;
    do
        got = read(raw->fd, bytes, room);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        return mg_fail(err, MG_E_IO, "cannot read at byte %llu: %s",
                       (unsigned long long)raw->bytes, strerror(errno));
    raw->ended = got == 0;
    raw->bytes += (uint64_t)got;
    mg_hasher_add(raw->hasher, bytes, (size_t)got);
    *n = (size_t)got;
    return MG_OK;
}

static bool same_file(const struct stat *a, const struct stat *b)
{
    return a->st_size == b->st_size && a->st_ino == b->st_ino && a->st_dev == b->st_dev &&
           a->st_mtim.tv_sec == b->st_mtim.tv_sec &&
           a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

/* Time stamps are coarse: a file written in the second before it was opened
 * may change and keep its stamp, so what it holds now is hashed once more. */
static mg_status check_unchanged(struct raw *raw, mg_hash hash, mg_error *err)
{
    enum { COARSE_SECONDS = 2 };
    struct stat now;
    struct stat by_name;

    if (fstat(raw->fd, &now) != 0)
        return mg_fail(err, MG_E_IO, "cannot look at it again: %s", strerror(errno));
    if (stat(raw->path, &by_name) != 0 || !same_file(&raw->before, &now) ||
        !same_file(&now, &by_name) || raw->bytes != (uint64_t)now.st_size)
        return mg_fail(
            err, MG_E_CHANGED,
            "changed while it was read; nothing of it was kept, ingest it again");
    if (seconds(raw->before.st_mtim) > raw->opened - COARSE_SECONDS) {
        mg_hash again;
        uint64_t size;
        mg_status status = mg_hash_file(raw->fd, &again, &size, err);
        if (status != MG_OK)
            return status;
        if (!mg_hash_equal(again, hash))
            return mg_fail(err, MG_E_CHANGED,
                           "changed while it was read; nothing of it was kept, ingest it "
                           "again");
    }
    return MG_OK;
}

mg_status raw_finish(struct raw *raw, mg_hash *hash, uint64_t *size, mg_error *err)
{
    char rest[4096];
    size_t n = 1;
    mg_status status = MG_OK;

    while (status == MG_OK && n > 0)
        status = raw_read(raw, rest, sizeof rest, &n, err);
    if (status != MG_OK)
        return status;
    *hash = mg_hasher_value(raw->hasher);
    *size = raw->bytes;
    return raw->own ? check_unchanged(raw, *hash, err) : MG_OK;
}

void raw_close(struct raw *raw)
{
    if (raw->own && raw->fd >= 0)
        close(raw->fd);
    mg_hasher_free(raw->hasher);
    free(raw->path);
    *raw = (struct raw){.fd = -1};
}
