/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>

#include "mirrorgap/mem.h"
#include "mirrorgap/stream.h"

/* A binary heap of parts by their next row. */
enum { AHEAD = 64 };

struct part {
    mg_stream stream;
    size_t at, n;
    mg_row rows[AHEAD]; /* read ahead; at..n are to come */
};

struct merge {
    struct part *parts;
    uint32_t *heap; /* parts with rows left, the first row's on top */
    size_t n_heap, n_parts;
    bool started;
};

static bool before(const struct merge *m, uint32_t a, uint32_t b)
{
    const struct part *p = &m->parts[a];
    const struct part *q = &m->parts[b];
    int order = mg_row_order(&p->rows[p->at], &q->rows[q->at]);

    return order < 0 || (order == 0 && a < b);
}

static void sink_down(struct merge *m, size_t i)
{
    for (;;) {
        size_t least = i;
        for (size_t child = 2 * i + 1; child <= 2 * i + 2 && child < m->n_heap; child++)
            if (before(m, m->heap[child], m->heap[least]))
                least = child;
        if (least == i)
            return;
        uint32_t swap = m->heap[i];
        m->heap[i] = m->heap[least];
        m->heap[least] = swap;
        i = least;
    }
}

static mg_status read_ahead(struct part *p, mg_error *err)
{
    p->at = p->n = 0;
    return p->stream.read(p->stream.self, p->rows, AHEAD, &p->n, err);
}

static mg_status start(struct merge *m, mg_error *err)
{
    m->started = true;
    for (size_t i = 0; i < m->n_parts; i++) {
        mg_status status = read_ahead(&m->parts[i], err);
        if (status != MG_OK)
            return status;
        if (m->parts[i].n > 0)
            m->heap[m->n_heap++] = (uint32_t)i;
    }
    for (size_t i = m->n_heap / 2; i-- > 0;)
        sink_down(m, i);
    return MG_OK;
}

static mg_status merge_read(void *self, mg_row *rows, size_t room, size_t *n,
                            mg_error *err)
{
    struct merge *m = self;
    mg_status status = m->started ? MG_OK : start(m, err);

    *n = 0;
    while (status == MG_OK && *n < room && m->n_heap > 0) {
        struct part *p = &m->parts[m->heap[0]];
        rows[(*n)++] = p->rows[p->at++];
        if (p->at == p->n) {
            status = read_ahead(p, err);
            if (p->n == 0) /* the end of it */
                m->heap[0] = m->heap[--m->n_heap];
        }
        sink_down(m, 0);
    }
    return status;
}

static void merge_close(void *self)
{
    struct merge *m = self;

    for (size_t i = 0; i < m->n_parts; i++)
        mg_stream_close(&m->parts[i].stream);
    free(m->parts);
    free(m->heap);
    free(m);
}

mg_status mg_stream_merge(mg_stream *parts, size_t n, mg_stream *merged, mg_error *err)
{
    struct merge *m;

    *merged = (mg_stream){0};
    if (n == 1) { /* nothing to merge */
        *merged = parts[0];
        return MG_OK;
    }
    m = mg_alloc_zero(1, sizeof *m);
    if (m != NULL) {
        m->parts = mg_alloc_zero(n, sizeof *m->parts);
        m->heap = mg_alloc(n, sizeof *m->heap);
    }
    if (m == NULL || m->parts == NULL || m->heap == NULL) {
        for (size_t i = 0; i < n; i++)
            mg_stream_close(&parts[i]);
        if (m != NULL) {
            free(m->parts);
            free(m->heap);
        }
        free(m);
        return mg_fail(err, MG_E_NOMEM, "cannot merge %zu streams", n);
    }
    for (size_t i = 0; i < n; i++)
        m->parts[i].stream = parts[i];
    m->n_parts = n;
    *merged = (mg_stream){merge_read, merge_close, m};
    return MG_OK;
}
