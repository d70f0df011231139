/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>

#include "mirrorgap/mem.h"
#include "mirrorgap/stream.h"

/* A binary heap of parts by their next row. */
struct part {
    mg_stream stream;
    const mg_row *row;
};

struct merge {
    struct part *parts;
    size_t n, n_all;
    bool started;
};

static bool before(const struct part *a, const struct part *b)
{
    return mg_row_order(a->row, b->row) < 0;
}

static void sink_down(struct merge *m, size_t i)
{
    for (;;) {
        size_t least = i;
        for (size_t child = 2 * i + 1; child <= 2 * i + 2 && child < m->n; child++)
            if (before(&m->parts[child], &m->parts[least]))
                least = child;
        if (least == i)
            return;
        struct part swap = m->parts[i];
        m->parts[i] = m->parts[least];
        m->parts[least] = swap;
        i = least;
    }
}

/* Moves the part at the top on; an empty one leaves the heap. */
static mg_status advance(struct merge *m, size_t i, mg_error *err)
{
    struct part *p = &m->parts[i];
    mg_status status = p->stream.next(p->stream.self, &p->row, err);

    if (status == MG_OK && p->row == NULL) {
        struct part swap = *p;
        *p = m->parts[m->n - 1];
        m->parts[--m->n] = swap; /* kept to be closed */
    }
    return status;
}

static mg_status start(struct merge *m, mg_error *err)
{
    mg_status status = MG_OK;

    m->started = true;
    for (size_t i = m->n; status == MG_OK && i-- > 0;)
        status = advance(m, i, err);
    for (size_t i = m->n / 2; status == MG_OK && i-- > 0;)
        sink_down(m, i);
    return status;
}

static mg_status merge_next(void *self, const mg_row **row, mg_error *err)
{
    struct merge *m = self;
    mg_status status = MG_OK;

    *row = NULL;
    if (!m->started)
        status = start(m, err);
    else if (m->n > 0) {
        status = advance(m, 0, err);
        if (status == MG_OK && m->n > 1)
            sink_down(m, 0);
    }
    if (status == MG_OK && m->n > 0)
        *row = m->parts[0].row;
    return status;
}

static void merge_close(void *self)
{
    struct merge *m = self;

    for (size_t i = 0; i < m->n_all; i++)
        mg_stream_close(&m->parts[i].stream);
    free(m->parts);
    free(m);
}

mg_status mg_stream_merge(mg_stream *parts, size_t n, mg_stream *merged, mg_error *err)
{
    struct merge *m = mg_alloc_zero(1, sizeof *m);

    *merged = (mg_stream){0};
    if (m != NULL)
        m->parts = mg_alloc_zero(n, sizeof *m->parts);
    if (m == NULL || m->parts == NULL) {
        for (size_t i = 0; i < n; i++)
            mg_stream_close(&parts[i]);
        free(m);
        return mg_fail(err, MG_E_NOMEM, "cannot merge %zu streams", n);
    }
    for (size_t i = 0; i < n; i++)
        m->parts[i].stream = parts[i];
    m->n = m->n_all = n;
    *merged = (mg_stream){merge_next, merge_close, m};
    return MG_OK;
}
