/* SPDX-License-Identifier: GPL-3.0-or-later */
/* text_buffer.h - a window on a member's text that moves forward. */
#ifndef MG_APP_TEXT_BUFFER_H
#define MG_APP_TEXT_BUFFER_H

#include "mirrorgap/input.h"

struct text_buffer {
    mg_source *source;
    char *text;
    size_t n, room;
    uint64_t base; /* offset of text[0] in the member */
    bool ended;    /* the member has no more text */
};

/* Reads until at least `want` bytes are held or the member ends. */
MG_MUST_CHECK mg_status buffer_fill(struct text_buffer *buffer, size_t want,
                                    mg_error *err);
/* Drops the first `n` bytes. */
void buffer_drop(struct text_buffer *buffer, size_t n);
/* Moves text out to `to`, from the window and then from the source, until `room`
 * bytes are there or the member ends; *n of them. */
MG_MUST_CHECK mg_status buffer_take(struct text_buffer *buffer, char *to, size_t room,
                                    size_t *n, mg_error *err);
/* Puts text that was taken last back to the front. */
MG_MUST_CHECK mg_status buffer_put_back(struct text_buffer *buffer, const char *text,
                                        size_t n, mg_error *err);

#endif
