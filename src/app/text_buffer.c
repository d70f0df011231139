/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/text_buffer.h"

#include <string.h>

#include "mirrorgap/mem.h"

mg_status buffer_fill(struct text_buffer *b, size_t want, mg_error *err)
{
    mg_status status = mg_grow((void **)&b->text, &b->room, want, 1, err);

    while (status == MG_OK && b->n < want && !b->ended) {
        size_t got = 0;
        status = mg_source_read(b->source, b->text + b->n, b->room - b->n, &got, err);
        b->n += got;
        b->ended = status == MG_OK && got == 0;
    }
    return status;
}

void buffer_drop(struct text_buffer *b, size_t n)
{
    if (n > 0) /* there may be no text yet */
        memmove(b->text, b->text + n, b->n - n);
    b->n -= n;
    b->base += n;
}

mg_status buffer_take(struct text_buffer *b, char *to, size_t room, size_t *n,
                      mg_error *err)
{
    mg_status status = MG_OK;

    *n = b->n < room ? b->n : room;
    if (*n > 0)
        memcpy(to, b->text, *n);
    buffer_drop(b, *n);
    while (status == MG_OK && *n < room && !b->ended) {
        size_t got = 0;
        status = mg_source_read(b->source, to + *n, room - *n, &got, err);
        *n += got;
        b->base += got;
        b->ended = status == MG_OK && got == 0;
    }
    return status;
}

mg_status buffer_put_back(struct text_buffer *b, const char *text, size_t n,
                          mg_error *err)
{
    mg_status status = mg_grow((void **)&b->text, &b->room, b->n + n, 1, err);

    if (status != MG_OK || n == 0)
        return status;
    memmove(b->text + n, b->text, b->n);
    memcpy(b->text, text, n);
    b->n += n;
    b->base -= n;
    return MG_OK;
}
