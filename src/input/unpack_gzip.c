/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gzip through zlib, which checks each member's CRC and length; libarchive's
 * gzip filter (3.6.2) skips both. */
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "input/unpack.h"
#include "mirrorgap/mem.h"

struct gzip {
    struct unpacker base;
    struct raw *raw;
    z_stream z;
    bool given, ended;
    bool between; /* a member has ended and no byte of another was seen */
    uint64_t text_bytes;
    unsigned char block[UNPACK_BLOCK];
};

enum { GZIP_ONLY = 15 + 16 }; /* zlib's code for "a gzip header must follow" */

static mg_status gzip_next(struct unpacker *self, const char **name, mg_error *err)
{
    struct gzip *g = (struct gzip *)self;

    (void)err;
    *name = g->given ? NULL : "";
    g->given = true;
    return MG_OK;
}

static mg_status corrupt(struct gzip *g, const char *what, mg_error *err)
{
    return mg_fail(
        err, MG_E_PARSE,
        "corrupt or truncated gzip data near byte %llu of the file, byte %llu of "
        "the text: %s; download it again",
        (unsigned long long)(g->raw->bytes - g->z.avail_in),
        (unsigned long long)g->text_bytes,
        what != NULL ? what : "the data make no sense");
}

static mg_status refill(struct gzip *g, mg_error *err)
{
    size_t n;
    mg_status status = raw_read(g->raw, g->block, sizeof g->block, &n, err);

    g->z.next_in = g->block;
    g->z.avail_in = (uInt)n;
    return status;
}

/* After a member: another gzip member, or the end. Zero padding is allowed, as
 * tape-minded tools write it; other bytes are not ours. */
static mg_status start_member(struct gzip *g, mg_error *err)
{
    while (g->z.avail_in > 0 && *g->z.next_in == 0) {
        g->z.next_in++;
        g->z.avail_in--;
    }
    if (g->z.avail_in == 0)
        return MG_OK;
    g->between = false;
    return inflateReset(&g->z) == Z_OK ? MG_OK : corrupt(g, g->z.msg, err);
}

static mg_status step(struct gzip *g, mg_error *err)
{
    mg_status status = MG_OK;

    if (g->z.avail_in == 0) {
        status = refill(g, err);
        if (status == MG_OK && g->z.avail_in == 0) {
            g->ended = true;
            return g->between
                       ? MG_OK
                       : corrupt(g, "the file ends before its data (unexpected end)",
                                 err);
        }
    }
    if (status == MG_OK && g->between) {
        status = start_member(g, err);
        if (status != MG_OK || g->between)
            return status;
    }
    if (status != MG_OK)
        return status;
    int code = inflate(&g->z, Z_NO_FLUSH);
    if (code == Z_STREAM_END)
        g->between = true;
    else if (code == Z_MEM_ERROR)
        return mg_fail(err, MG_E_NOMEM, "cannot allocate memory to unpack gzip data");
    else if (code != Z_OK && code != Z_BUF_ERROR)
        return corrupt(g, g->z.msg, err);
    return MG_OK;
}

static mg_status gzip_read(struct unpacker *self, char *text, size_t room, size_t *n,
                           mg_error *err)
{
    struct gzip *g = (struct gzip *)self;
    mg_status status = MG_OK;

    if (room > 1U << 30)
        room = 1U << 30;
    g->z.next_out = (unsigned char *)text;
    g->z.avail_out = (uInt)room;
    while (status == MG_OK && !g->ended && g->z.avail_out == room)
        status = step(g, err);
    *n = room - g->z.avail_out;
    g->text_bytes += *n;
    return status;
}

static void gzip_free(struct unpacker *self)
{
    struct gzip *g = (struct gzip *)self;

    inflateEnd(&g->z);
    free(g);
}

struct unpacker *unpack_gzip(struct raw *raw, const char *head, size_t n)
{
    struct gzip *g = mg_alloc_zero(1, sizeof *g);

    if (g == NULL)
        return NULL;
    g->base = (struct unpacker){gzip_next, gzip_read, gzip_free};
    g->raw = raw;
    if (n > sizeof g->block || inflateInit2(&g->z, GZIP_ONLY) != Z_OK) {
        free(g);
        return NULL;
    }
    memcpy(g->block, head, n);
    g->z.next_in = g->block;
    g->z.avail_in = (uInt)n;
    return &g->base;
}
