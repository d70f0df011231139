/* SPDX-License-Identifier: GPL-3.0-or-later */
/* row_list.h - an array of rows as a stream. */
#ifndef MG_ROW_LIST_H
#define MG_ROW_LIST_H

#include "mirrorgap/stream.h"

struct row_list {
    const mg_row *rows;
    size_t n, at;
    size_t fail_at; /* the row that cannot be had; 0: all can */
    int closed;     /* how often */
};

static inline mg_status row_list_next(void *self, const mg_row **row, mg_error *err)
{
    struct row_list *list = self;

    *row = NULL;
    if (list->fail_at > 0 && list->at + 1 == list->fail_at)
        return mg_fail(err, MG_E_IO, "the row cannot be had");
    if (list->at < list->n)
        *row = &list->rows[list->at++];
    return MG_OK;
}

static inline void row_list_close(void *self)
{
    struct row_list *list = self;

    list->closed++;
}

static inline mg_stream row_list_stream(struct row_list *list)
{
    return (mg_stream){row_list_next, row_list_close, list};
}

#endif
