/* SPDX-License-Identifier: GPL-3.0-or-later */
/* row_list.h - an array of rows as a stream, in batches of any size. */
#ifndef MG_ROW_LIST_H
#define MG_ROW_LIST_H

#include "mirrorgap/stream.h"
#include "testing.h"

struct row_list {
    const mg_row *rows;
    size_t n, at;
    size_t batch;   /* rows given at once, at most; 0: as many as there is room for */
    uint64_t seed;  /* not 0: from one row to that many, at random */
    size_t fail_at; /* the row that cannot be had; 0: all can */
    int closed;     /* how often */
};

static inline size_t row_list_some(struct row_list *list, size_t room)
{
    size_t some = list->n - list->at;

    if (list->fail_at > 0 && list->fail_at - 1 - list->at < some)
        some = list->fail_at - 1 - list->at;
    if (some > room)
        some = room;
    if (list->batch > 0 && some > list->batch)
        some = list->batch;
    if (list->seed != 0 && some > 0)
        some = 1 + random_below(&list->seed, some);
    return some;
}

static inline mg_status row_list_read(void *self, mg_row *rows, size_t room, size_t *n,
                                      mg_error *err)
{
    struct row_list *list = self;

    assert_true(room > 0);
    *n = row_list_some(list, room);
    if (*n == 0 && list->fail_at > 0 && list->at + 1 == list->fail_at)
        return mg_fail(err, MG_E_IO, "the row cannot be had");
    if (*n > 0)
        memcpy(rows, list->rows + list->at, *n * sizeof *rows);
    list->at += *n;
    return MG_OK;
}

static inline void row_list_close(void *self)
{
    struct row_list *list = self;

    list->closed++;
}

static inline mg_stream row_list_stream(struct row_list *list)
{
    return (mg_stream){row_list_read, row_list_close, list};
}

/* Reads until the end, room rows at a time at most (at random up to that where
 * there is a seed); the end is the end on each further call. *n rows of which at
 * most `most` are there. */
static inline mg_status stream_read_all(mg_stream *stream, mg_row *rows, size_t most,
                                        size_t room, uint64_t *seed, size_t *n,
                                        mg_error *err)
{
    mg_status status = MG_OK;
    size_t got = 1;

    for (*n = 0; status == MG_OK && got > 0;) {
        size_t want = seed != NULL ? 1 + random_below(seed, room) : room;
        mg_row *some = malloc(want * sizeof *some); /* a row too many is seen by ASan */
        assert_non_null(some);
        got = 99;
        status = stream->read(stream->self, some, want, &got, err);
        assert_true(got <= want);
        if (status == MG_OK) {
            assert_true(*n + got <= most);
            if (got > 0)
                memcpy(rows + *n, some, got * sizeof *some);
            *n += got;
        }
        free(some);
    }
    for (int i = 0; status == MG_OK && i < 2; i++) {
        mg_row none;
        assert_int_equal(stream->read(stream->self, &none, 1, &got, err), MG_OK);
        assert_int_equal(got, 0);
    }
    return status;
}

#endif
