/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "input/unpack.h"
#include "mirrorgap/mem.h"

struct plain {
    struct unpacker base;
    struct raw *raw;
    bool given; /* the only member has been handed out */
    size_t at, n;
    char head[];
};

static mg_status plain_next(struct unpacker *self, const char **name, mg_error *err)
{
    struct plain *p = (struct plain *)self;

    (void)err;
    *name = p->given ? NULL : "";
    p->given = true;
    return MG_OK;
}

static mg_status plain_read(struct unpacker *self, char *text, size_t room, size_t *n,
                            mg_error *err)
{
    struct plain *p = (struct plain *)self;

    if (p->at == p->n)
        return raw_read(p->raw, text, room, n, err);
    *n = p->n - p->at < room ? p->n - p->at : room;
    memcpy(text, p->head + p->at, *n);
    p->at += *n;
    return MG_OK;
}

static void plain_free(struct unpacker *self)
{
    free(self);
}

struct unpacker *unpack_plain(struct raw *raw, const char *head, size_t n)
{
    struct plain *p = mg_alloc(1, sizeof *p + n);

    if (p == NULL)
        return NULL;
    *p = (struct plain){.base = {plain_next, plain_read, plain_free}, .raw = raw, .n = n};
    memcpy(p->head, head, n);
    return &p->base;
}
