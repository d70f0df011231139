/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "table/spill.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mirrorgap/mem.h"

enum { BUFFER_WORDS = 1 << 14 }; /* 128 KiB */

mg_status spill_init(struct spill *s, const char *folder, mg_error *err)
{
    *s = (struct spill){mg_copy_text(folder), -1, 0};
    return s->folder != NULL ? MG_OK : mg_fail(err, MG_E_NOMEM, "cannot hold a name");
}

void spill_release(struct spill *s)
{
    if (s->folder != NULL && s->fd >= 0)
        close(s->fd);
    free(s->folder);
    s->folder = NULL;
}

static mg_status fail(const struct spill *s, const char *what, const char *why,
                      mg_error *err)
{
    mg_status status = mg_fail(err, MG_E_IO, "%s: %s", what, why);

    mg_error_at(err, s->folder);
    return status;
}

/* A file without a name: it cannot be left behind. */
mg_status spill_open(struct spill *s, mg_error *err)
{
    char path[4096];

    if (s->fd >= 0)
        return MG_OK;
    s->fd = open(s->folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (s->fd < 0) {
        snprintf(path, sizeof path, "%s/tmp.%ld.spill.XXXXXX", s->folder, (long)getpid());
        s->fd = mkostemp(path, O_CLOEXEC);
        if (s->fd >= 0)
            unlink(path);
    }
    return s->fd >= 0 ? MG_OK : fail(s, "cannot make a spill file", strerror(errno), err);
}

static mg_status write_all(const struct spill *s, const uint64_t *words, size_t n,
                           uint64_t at, mg_error *err)
{
    const char *from = (const char *)words;
    size_t left = n * sizeof *words;
    off_t to = (off_t)(at * sizeof *words);

    while (left > 0) {
        ssize_t done = pwrite(s->fd, from, left, to);
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return fail(s, "cannot write the spill file", strerror(errno), err);
        from += done;
        to += done;
        left -= (size_t)done;
    }
    return MG_OK;
}

mg_status spill_write(const struct spill *s, const struct bucket *b,
                      const struct extent *extent, mg_error *err)
{
    uint64_t *buffer = mg_alloc(BUFFER_WORDS, sizeof *buffer);
    mg_radix_item *items = NULL;
    uint64_t at = extent->from;
    size_t n = 0;
    mg_status status = buffer != NULL ? bucket_sort(b, &items, err)
                                      : mg_fail(err, MG_E_NOMEM, "cannot spill rows");

    for (size_t i = 0; status == MG_OK && i < b->n_rows; i++) {
        const uint64_t *row = bucket_row(b, &items[i]);
        size_t size = mg_packed_size(row);
        if (i + 16 < b->n_rows)
            __builtin_prefetch(bucket_row(b, &items[i + 16]));
        memcpy(buffer + n, row, size * sizeof *row);
        n += size;
        if (n + MG_PACKED_MAX > BUFFER_WORDS || i + 1 == b->n_rows) {
            status = write_all(s, buffer, n, at, err);
            at += n;
            n = 0;
        }
    }
    free(items);
    free(buffer);
    return status;
}

struct reader {
    const struct spill *spill;
    uint32_t period;
    uint64_t from, left; /* words of the file that are not in the buffer yet */
    size_t at, n;
    uint64_t buffer[BUFFER_WORDS];
};

/* Moves what is left to the front and fills up. */
static mg_status refill(struct reader *r, mg_error *err)
{
    size_t keep = r->n - r->at;
    size_t room = BUFFER_WORDS - keep;
    size_t want = (r->left < room ? (size_t)r->left : room) * sizeof *r->buffer;
    size_t got = 0;

    memmove(r->buffer, r->buffer + r->at, keep * sizeof *r->buffer);
    while (got < want) {
        ssize_t n = pread(r->spill->fd, (char *)(r->buffer + keep) + got, want - got,
                          (off_t)(r->from * sizeof *r->buffer + got));
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return fail(r->spill, "cannot read the spill file",
                        n < 0 ? strerror(errno) : "it is too short", err);
        got += (size_t)n;
    }
    r->from += want / sizeof *r->buffer;
    r->left -= want / sizeof *r->buffer;
    r->at = 0;
    r->n = keep + want / sizeof *r->buffer;
    return MG_OK;
}

static mg_status read_rows(void *self, mg_row *rows, size_t room, size_t *n,
                           mg_error *err)
{
    struct reader *r = self;

    for (*n = 0; *n < room; ++*n) {
        if (r->n - r->at < MG_PACKED_MAX && r->left > 0) {
            mg_status status = refill(r, err);
            if (status != MG_OK)
                return status;
        }
        if (r->at == r->n)
            break;
        r->at += mg_unpack(r->buffer + r->at, r->period, &rows[*n]);
    }
    return MG_OK;
}

mg_status spill_stream(const struct spill *s, const struct extent *extent,
                       mg_stream *stream, mg_error *err)
{
    struct reader *r = mg_alloc(1, sizeof *r);

    *stream = (mg_stream){0};
    if (r == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot read spilled rows");
    r->spill = s;
    r->period = extent->period;
    r->from = extent->from;
    r->left = extent->n_words;
    r->at = r->n = 0;
    *stream = (mg_stream){read_rows, free, r};
    return MG_OK;
}
