/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Each thread takes the next piece of text, parses it, and accepts what is
 * ready in order. Reading and accepting are short and under one lock; threads
 * with nothing to do sleep, as spinning would cost the others their processor. */
#include "app/csv_pieces.h"

#include <pthread.h>

#include "mirrorgap/mem.h"
#include "mirrorgap/threads.h"

struct line {
    struct csv *csv;
    mg_scan_way way;
    pthread_mutex_t mutex;
    pthread_cond_t moved;
    size_t cut, taken; /* pieces so far; piece i is pieces[i % n_pieces] */
    bool ended;        /* no more text to cut */
    bool stopped;      /* an odd piece, or a failure */
    mg_status status;
    mg_error error;
};

static struct piece *piece_at(const struct line *l, size_t i)
{
    return &l->csv->pieces[i % l->csv->n_pieces];
}

static void stop(struct line *l, mg_status status, const mg_error *error)
{
    l->stopped = true;
    if (status != MG_OK && l->status == MG_OK) {
        l->status = status;
        l->error = *error;
    }
}

static mg_status fill_piece(struct csv *csv, struct piece *p, bool *ended, mg_error *err)
{
    struct text_buffer *b = &csv->member->buffer;
    size_t n = 0;
    size_t whole;
    mg_status status;

    if (p->own == NULL && (p->own = mg_alloc(PIECE_BYTES, 1)) == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot allocate a read buffer");
    status = buffer_take(b, p->own, PIECE_BYTES, &n, err);
    if (status != MG_OK)
        return status;
    *ended = b->ended && b->n == 0;
    whole = *ended ? n : mg_whole_records(p->own, n);
    if (n > 0)
        csv->last_line_open = p->own[n - 1] != '\n' && p->own[n - 1] != '\r';
    status = buffer_put_back(b, p->own + whole, n - whole, err);
    piece_clear(p, p->own, whole);
    p->done = false;
    return status;
}

/* Cuts the next piece off the text; NULL where there is none. */
static struct piece *cut_piece(struct line *l)
{
    struct csv *csv = l->csv;
    struct piece *p = piece_at(l, l->cut);
    mg_error here = {0};
    mg_status status = fill_piece(csv, p, &l->ended, &here);

    if (status != MG_OK)
        stop(l, status, &here);
    else if (p->n == 0 && !l->ended) { /* a record longer than a piece */
        csv->slow_until = csv->member->buffer.base + 1;
        l->ended = true;
    }
    if (l->stopped || p->n == 0)
        return NULL;
    l->cut++;
    return p;
}

/* Accepts the piece whose turn it is. */
static void take_piece(struct line *l)
{
    struct csv *csv = l->csv;
    struct piece *p = piece_at(l, l->taken);
    mg_error here = {0};
    uint64_t base = csv->member->buffer.base;
    mg_status status;

    for (size_t i = l->taken; i < l->cut; i++)
        base -= piece_at(l, i)->n;
    if (p->status != MG_OK) {
        stop(l, p->status, &p->error);
        return;
    }
    if (p->odd) {
        csv->slow_until = base + p->n;
        stop(l, MG_OK, NULL);
        return;
    }
    csv->cut = p->cut; /* accepting clears the piece */
    status = accept_piece(csv->member, p, base, &here);
    if (status == MG_OK)
        status = mg_check_stop(csv->member->talk, &here);
    l->taken++;
    if (status != MG_OK)
        stop(l, status, &here);
}

static void work(struct line *l)
{
    const struct csv *csv = l->csv;

    pthread_mutex_lock(&l->mutex);
    while (!l->stopped) {
        if (l->taken < l->cut && piece_at(l, l->taken)->done) {
            take_piece(l);
            pthread_cond_broadcast(&l->moved);
        } else if (!l->ended && l->cut - l->taken < csv->n_pieces) {
            struct piece *p = cut_piece(l);
            pthread_cond_broadcast(&l->moved);
            if (p == NULL)
                continue;
            pthread_mutex_unlock(&l->mutex);
            piece_parse(p, &csv->schema, csv->delimiter, l->way);
            pthread_mutex_lock(&l->mutex);
            p->done = true;
            pthread_cond_broadcast(&l->moved);
        } else if (l->taken == l->cut && l->ended)
            break;
        else
            pthread_cond_wait(&l->moved, &l->mutex);
    }
    pthread_mutex_unlock(&l->mutex);
}

/* What was cut and not accepted goes back, the last piece first. */
static mg_status put_back(struct line *l, mg_error *err)
{
    mg_status status = MG_OK;

    while (status == MG_OK && l->cut > l->taken) {
        const struct piece *p = piece_at(l, --l->cut);
        status = buffer_put_back(&l->csv->member->buffer, p->text, p->n, err);
    }
    return status;
}

mg_status csv_read_pieces(struct csv *csv, mg_error *err)
{
    const struct text_buffer *b = &csv->member->buffer;
    struct line l = {.csv = csv};
    const int threads = b->ended && b->n <= PIECE_BYTES ? 1 : mg_threads();

    (void)threads; /* the compiler that lints knows no OpenMP */
    l.way = csv->member->options->parser == READ_PORTABLE ? MG_SCAN_PORTABLE
            : csv->member->options->parser == READ_AVX2   ? MG_SCAN_AVX2
                                                          : MG_SCAN_BEST;
    pthread_mutex_init(&l.mutex, NULL);
    pthread_cond_init(&l.moved, NULL);
#pragma omp parallel num_threads(threads)
    work(&l);
    pthread_cond_destroy(&l.moved);
    pthread_mutex_destroy(&l.mutex);
    if (l.status != MG_OK) {
        if (err != NULL)
            *err = l.error;
        return l.status;
    }
    return put_back(&l, err);
}
