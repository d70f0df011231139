/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "input/raw.h"
#include "input/unpack.h"
#include "mirrorgap/input.h"
#include "mirrorgap/mem.h"

/* Trade tables unpack to 5 to 40 times their size; a bomb to thousands. */
enum { BOMB_RATIO = 200, BOMB_LEAST = 64 << 20 };

struct mg_source {
    struct raw raw;
    struct unpacker *unpacker;
    mg_source_options options;
    uint64_t text_bytes;
    bool packed;
};

static bool starts(const char *head, size_t n, const char *magic, size_t length)
{
    return n >= length && memcmp(head, magic, length) == 0;
}

/* Chooses by the first bytes, never by the name. */
static mg_status choose(mg_source *source, mg_error *err)
{
    char head[8192];
    size_t n = 0;
    size_t got = 1;
    mg_status status = MG_OK;

    while (status == MG_OK && n < sizeof head && got > 0) {
        status = raw_read(&source->raw, head + n, sizeof head - n, &got, err);
        n += got;
    }
    if (status != MG_OK)
        return status;
    source->packed = true;
    if (starts(head, n, "\x1f\x8b", 2))
        source->unpacker = unpack_gzip(&source->raw, head, n);
    else if (starts(head, n, "PK\x03\x04", 4) || starts(head, n, "\x28\xb5\x2f\xfd", 4) ||
             starts(head, n,
                    "\xfd"
                    "7zXZ\0",
                    6))
        source->unpacker = unpack_archive(&source->raw, head, n);
    else {
        source->packed = false;
        source->unpacker = unpack_plain(&source->raw, head, n);
    }
    if (source->unpacker == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot start to unpack");
    return MG_OK;
}

mg_status mg_source_open(const char *path, const mg_source_options *options,
                         mg_source **out, mg_error *err)
{
    mg_source *source = mg_alloc_zero(1, sizeof *source);
    mg_status status;

    *out = NULL;
    if (source == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot open a source");
    source->options = *options;
    status = raw_open(&source->raw, path, err);
    if (status == MG_OK)
        status = choose(source, err);
    if (status != MG_OK) {
        mg_error_at(err, path);
        mg_source_close(source);
        return status;
    }
    *out = source;
    return MG_OK;
}

mg_status mg_source_next(mg_source *source, const char **name, mg_error *err)
{
    return source->unpacker->next(source->unpacker, name, err);
}

mg_status mg_source_read(mg_source *source, char *text, size_t room, size_t *n,
                         mg_error *err)
{
    mg_status status = source->unpacker->read(source->unpacker, text, room, n, err);

    source->text_bytes += *n;
    if (status == MG_OK && source->packed && !source->options.allow_bomb &&
        source->text_bytes > BOMB_LEAST &&
        source->text_bytes / BOMB_RATIO > source->raw.bytes)
        return mg_fail(err, MG_E_PARSE,
                       "unpacks to more than %d times its size, as a bomb does; "
                       "--allow-bomb reads it all the same",
                       (int)BOMB_RATIO);
    return status;
}

mg_status mg_source_finish(mg_source *source, mg_hash *hash, uint64_t *size,
                           mg_error *err)
{
    return raw_finish(&source->raw, hash, size, err);
}

uint64_t mg_source_bytes(const mg_source *source)
{
    return source->raw.bytes;
}

uint64_t mg_source_total(const mg_source *source)
{
    return source->raw.own ? (uint64_t)source->raw.before.st_size : 0;
}

void mg_source_close(mg_source *source)
{
    if (source == NULL)
        return;
    if (source->unpacker != NULL)
        source->unpacker->free(source->unpacker);
    raw_close(&source->raw);
    free(source);
}
