/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mirrorgap/sorter.h"

#include <stdlib.h>
#include <string.h>

#include "mirrorgap/mem.h"
#include "mirrorgap/threads.h"
#include "table/spill.h"

/* Less memory than this would be all small runs. */
enum { BUDGET_LEAST = 256 << 10 };

struct mg_sorter {
    struct arena arena;
    struct bucket *buckets; /* by period */
    size_t n_buckets, room_buckets;
    size_t last; /* the bucket used last */
    size_t budget;
    struct spill spill;
    struct extent *extents; /* in the order of writing */
    size_t n_extents, room_extents;
    uint32_t *periods;
};

mg_status mg_sorter_new(size_t budget, const char *folder, mg_sorter **out, mg_error *err)
{
    mg_sorter *s = mg_alloc_zero(1, sizeof *s);
    mg_status status;

    *out = NULL;
    if (s == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot allocate a sorter");
    status = spill_init(&s->spill, folder, err);
    if (status != MG_OK) {
        free(s);
        return status;
    }
    s->budget = budget == 0 ? SIZE_MAX : budget < BUDGET_LEAST ? BUDGET_LEAST : budget;
    *out = s;
    return MG_OK;
}

void mg_sorter_free(mg_sorter *s)
{
    if (s == NULL)
        return;
    for (size_t i = 0; i < s->n_buckets; i++)
        bucket_release(&s->buckets[i]);
    arena_release(&s->arena);
    spill_release(&s->spill);
    free(s->buckets);
    free(s->extents);
    free(s->periods);
    free(s);
}

/* The first bucket whose period is not below `period`. */
static size_t place_of(const mg_sorter *s, uint32_t period)
{
    size_t low = 0;
    size_t high = s->n_buckets;

    while (low < high) {
        size_t middle = (low + high) / 2;
        if (s->buckets[middle].period < period)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The period's bucket, made where there is none; NULL: no memory. */
static struct bucket *bucket_of(mg_sorter *s, uint32_t period)
{
    if (s->last < s->n_buckets && s->buckets[s->last].period == period)
        return &s->buckets[s->last];
    size_t at = place_of(s, period);
    s->last = at;
    if (at < s->n_buckets && s->buckets[at].period == period)
        return &s->buckets[at];
    if (mg_grow((void **)&s->buckets, &s->room_buckets, s->n_buckets + 1,
                sizeof *s->buckets, NULL) != MG_OK)
        return NULL;
    memmove(s->buckets + at + 1, s->buckets + at,
            (s->n_buckets - at) * sizeof *s->buckets);
    s->n_buckets++;
    s->buckets[at] = (struct bucket){.period = period};
    return &s->buckets[at];
}

/* Bytes of the rows in memory, and of what sorting them will take: as many
 * periods at once as there are threads. */
static uint64_t cost(const mg_sorter *s)
{
    uint64_t rows = 0;
    uint64_t most = 0;

    for (size_t i = 0; i < s->n_buckets; i++) {
        rows += s->buckets[i].n_rows;
        if (s->buckets[i].n_rows > most)
            most = s->buckets[i].n_rows;
    }
    if (rows > most * (uint64_t)mg_threads())
        rows = most * (uint64_t)mg_threads();
    return arena_bytes(&s->arena) + bucket_sort_cost(rows);
}

/* Notes where each bucket's rows will stand in the file. */
static mg_status plan_extents(mg_sorter *s, mg_error *err)
{
    mg_status status = mg_grow((void **)&s->extents, &s->room_extents,
                               s->n_extents + s->n_buckets, sizeof *s->extents, err);

    for (size_t i = 0; status == MG_OK && i < s->n_buckets; i++) {
        const struct bucket *b = &s->buckets[i];
        s->extents[s->n_extents++] =
            (struct extent){b->period, s->spill.words, b->n_words};
        s->spill.words += b->n_words;
    }
    return status;
}

/* Writes all rows in memory to the file, each period sorted. */
static mg_status spill_run(mg_sorter *s, mg_error *err)
{
    size_t first = s->n_extents;
    mg_error failure = {0};
    mg_status status = spill_open(&s->spill, err);

    if (status == MG_OK)
        status = plan_extents(s, err);
    if (status != MG_OK)
        return status;
#pragma omp parallel for schedule(dynamic, 1) num_threads(mg_threads())
    for (size_t i = 0; i < s->n_buckets; i++) {
        mg_error here = {0};
        mg_status got =
            spill_write(&s->spill, &s->buckets[i], &s->extents[first + i], &here);
        if (got != MG_OK) {
#pragma omp critical(mg_spill_run)
            {
                status = got;
                failure = here;
            }
        }
    }
    if (status != MG_OK && err != NULL)
        *err = failure;
    for (size_t i = 0; i < s->n_buckets; i++)
        bucket_clear(&s->buckets[i]);
    arena_reset(&s->arena);
    return status;
}

mg_status mg_sorter_add(mg_sorter *s, const mg_packed *rows, mg_error *err)
{
    const uint64_t *words = rows->words;
    mg_status status = MG_OK;

    if (s->budget != SIZE_MAX && arena_bytes(&s->arena) > 0 &&
        cost(s) + rows->n_words * sizeof *words > s->budget)
        status = spill_run(s, err);
    for (size_t i = 0; status == MG_OK && i < rows->n_runs; i++) {
        struct bucket *b = bucket_of(s, rows->runs[i].period);
        status = b != NULL ? bucket_add(b, &s->arena, words, &rows->runs[i], err)
                           : mg_fail(err, MG_E_NOMEM, "cannot hold another period");
        words += rows->runs[i].n_words;
    }
    return status;
}

mg_status mg_sorter_finish(mg_sorter *s, const uint32_t **periods, size_t *n,
                           mg_error *err)
{
    /* what is left of several runs is small and goes where they are */
    mg_status status = s->spill.words > 0 ? spill_run(s, err) : MG_OK;

    *periods = NULL;
    *n = 0;
    if (status != MG_OK)
        return status;
    if (s->spill.words > 0)
        arena_release(&s->arena);
    s->periods = mg_alloc(s->n_buckets, sizeof *s->periods);
    if (s->periods == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot list periods");
    for (size_t i = 0; i < s->n_buckets; i++)
        s->periods[i] = s->buckets[i].period;
    *periods = s->periods;
    *n = s->n_buckets;
    return MG_OK;
}

/* A bucket in memory as a stream. */
struct ordered {
    const struct bucket *bucket;
    mg_radix_item *items;
    size_t at;
};

static mg_status ordered_read(void *self, mg_row *rows, size_t room, size_t *n,
                              mg_error *err)
{
    struct ordered *o = self;
    const struct bucket *b = o->bucket;
    size_t end = b->n_rows - o->at < room ? (size_t)b->n_rows : o->at + room;

    (void)err;
    *n = end - o->at;
    for (; o->at < end; o->at++) {
        if (o->at + 16 < b->n_rows)
            __builtin_prefetch(bucket_row(b, &o->items[o->at + 16]));
        mg_unpack(bucket_row(b, &o->items[o->at]), b->period, rows++);
    }
    return MG_OK;
}

static void ordered_close(void *self)
{
    struct ordered *o = self;

    free(o->items);
    free(o);
}

static mg_status open_bucket(const struct bucket *b, mg_stream *stream, mg_error *err)
{
    struct ordered *o = mg_alloc_zero(1, sizeof *o);
    mg_status status;

    if (o == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot sort a period");
    o->bucket = b;
    status = bucket_sort(b, &o->items, err);
    if (status != MG_OK) {
        free(o);
        return status;
    }
    *stream = (mg_stream){ordered_read, ordered_close, o};
    return MG_OK;
}

mg_status mg_sorter_open(mg_sorter *s, uint32_t period, mg_stream *stream, mg_error *err)
{
    mg_stream *parts = mg_alloc_zero(s->n_extents + 1, sizeof *parts);
    size_t at = place_of(s, period);
    size_t n = 0;
    mg_status status = MG_OK;

    *stream = (mg_stream){0};
    if (parts == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot open a run");
    for (size_t i = 0; status == MG_OK && i < s->n_extents; i++)
        if (s->extents[i].period == period && s->extents[i].n_words > 0) {
            status = spill_stream(&s->spill, &s->extents[i], &parts[n], err);
            n += status == MG_OK;
        }
    if (status == MG_OK && at < s->n_buckets && s->buckets[at].period == period &&
        s->buckets[at].n_rows > 0) {
        status = open_bucket(&s->buckets[at], &parts[n], err);
        n += status == MG_OK;
    }
    if (status == MG_OK)
        status = mg_stream_merge(parts, n, stream, err);
    else
        for (size_t i = 0; i < n; i++)
            mg_stream_close(&parts[i]);
    free(parts);
    return status;
}
