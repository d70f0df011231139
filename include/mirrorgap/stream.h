/* SPDX-License-Identifier: GPL-3.0-or-later */
/* stream.h - rows that come some at a time, in the order of mg_row_order(). */
#ifndef MG_STREAM_H
#define MG_STREAM_H

#include "mirrorgap/table.h"

/* Fills rows[0..*n) with the next ones, at most `room` (above 0); *n is 0 at the
 * end only, and then again at each further call. A stream belongs to one thread
 * at a time. */
typedef struct mg_stream {
    mg_status (*read)(void *self, mg_row *rows, size_t room, size_t *n, mg_error *err);
    void (*close)(void *self);
    void *self;
} mg_stream;

static inline void mg_stream_close(mg_stream *stream)
{
    if (stream->close != NULL)
        stream->close(stream->self);
    *stream = (mg_stream){0};
}

/* One stream out of n ordered ones, which it takes over (also on failure). Of
 * rows that mg_row_order() holds equal, those of earlier parts come first.
 * Errors: MG_E_NOMEM; later those of the parts. */
MG_MUST_CHECK mg_status mg_stream_merge(mg_stream *parts, size_t n, mg_stream *merged,
                                        mg_error *err);

#endif
