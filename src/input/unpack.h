/* SPDX-License-Identifier: GPL-3.0-or-later */
/* unpack.h - one way of unpacking a raw source: plain, gzip, or an archive. */
#ifndef MG_INPUT_UNPACK_H
#define MG_INPUT_UNPACK_H

#include "input/raw.h"

enum { UNPACK_BLOCK = 1 << 18 };

struct unpacker {
    mg_status (*next)(struct unpacker *self, const char **name, mg_error *err);
    mg_status (*read)(struct unpacker *self, char *text, size_t room, size_t *n,
                      mg_error *err);
    void (*free)(struct unpacker *self);
};

/* `head` are the first bytes, already read from `raw`. NULL: no memory. */
struct unpacker *unpack_plain(struct raw *raw, const char *head, size_t n);
struct unpacker *unpack_gzip(struct raw *raw, const char *head, size_t n);
struct unpacker *unpack_archive(struct raw *raw, const char *head, size_t n);

#endif
