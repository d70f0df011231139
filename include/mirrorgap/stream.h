/* SPDX-License-Identifier: GPL-3.0-or-later */
/* stream.h - rows that come one at a time, in the order of mg_row_order(). */
#ifndef MG_STREAM_H
#define MG_STREAM_H

#include "mirrorgap/table.h"

/* Gives the next row, or NULL at the end. The row is valid until the next call.
 * A stream belongs to one thread at a time. */
typedef struct mg_stream {
    mg_status (*next)(void *self, const mg_row **row, mg_error *err);
    void (*close)(void *self);
    void *self;
} mg_stream;

static inline void mg_stream_close(mg_stream *stream)
{
    if (stream->close != NULL)
        stream->close(stream->self);
    *stream = (mg_stream){0};
}

/* One stream out of n ordered ones, which it takes over (also on failure).
 * Errors: MG_E_NOMEM; later those of the parts. */
MG_MUST_CHECK mg_status mg_stream_merge(mg_stream *parts, size_t n, mg_stream *merged,
                                        mg_error *err);

#endif
