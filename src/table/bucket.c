/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "table/bucket.h"

#include <stdlib.h>
#include <string.h>

#include "mirrorgap/mem.h"

enum {
    PLACE_BITS = 15, /* a row's place: number of the slab, word in it */
    SLAB_WORDS = 1 << PLACE_BITS,
    SLAB_LEAST = 512,
    CHUNK_WORDS = 1 << 18 /* 2 MiB: a huge page */
};

void arena_reset(struct arena *a)
{
    a->chunk = a->used = 0;
}

void arena_release(struct arena *a)
{
    for (size_t i = 0; i < a->n; i++)
        free(a->chunks[i]);
    free(a->chunks);
    *a = (struct arena){0};
}

size_t arena_bytes(const struct arena *a)
{
    return (a->chunk * CHUNK_WORDS + a->used) * sizeof(uint64_t);
}

/* n words, a divisor of CHUNK_WORDS; NULL: no memory. */
static uint64_t *arena_take(struct arena *a, size_t n)
{
    if (a->used + n > CHUNK_WORDS) {
        a->chunk++;
        a->used = 0;
    }
    if (a->chunk == a->n) {
        if (mg_grow((void **)&a->chunks, &a->room, a->n + 1, sizeof *a->chunks, NULL) !=
            MG_OK)
            return NULL;
        a->chunks[a->n] = mg_alloc_large(CHUNK_WORDS * sizeof(uint64_t));
        if (a->chunks[a->n] == NULL)
            return NULL;
        a->n++;
    }
    a->used += n;
    return a->chunks[a->chunk] + (a->used - n);
}

void bucket_clear(struct bucket *b)
{
    b->n_slabs = 0;
    b->n_rows = b->n_words = 0;
}

void bucket_release(struct bucket *b)
{
    free(b->slabs);
    *b = (struct bucket){0};
}

static mg_status add_slab(struct bucket *b, struct arena *arena, mg_error *err)
{
    uint32_t size = b->n_slabs < 6 ? (uint32_t)SLAB_LEAST << b->n_slabs : SLAB_WORDS;
    mg_status status;

    if (b->n_slabs >> (32 - PLACE_BITS) != 0)
        return mg_fail(err, MG_E_RANGE, "too many rows in one period");
    status = mg_grow((void **)&b->slabs, &b->room_slabs, (size_t)b->n_slabs + 1,
                     sizeof *b->slabs, err);
    if (status != MG_OK)
        return status;
    uint64_t *words = arena_take(arena, size);
    if (words == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot hold more rows");
    b->slabs[b->n_slabs++] = (struct slab){words, 0, size};
    return MG_OK;
}

/* Copies the rows at `words`, at most n words of them, that fit in the slab; the
 * number of words. */
static size_t fill_slab(struct slab *slab, const uint64_t *words, size_t n)
{
    size_t room = slab->size - slab->used;
    size_t fit = n;

    if (n > room)
        for (fit = 0; fit + mg_packed_size(words + fit) <= room;)
            fit += mg_packed_size(words + fit);
    memcpy(slab->words + slab->used, words, fit * sizeof *words);
    slab->used += (uint32_t)fit;
    return fit;
}

mg_status bucket_add(struct bucket *b, struct arena *arena, const uint64_t *words,
                     const mg_packed_run *run, mg_error *err)
{
    for (size_t done = 0; done < run->n_words;) {
        size_t n = b->n_slabs > 0 ? fill_slab(&b->slabs[b->n_slabs - 1], words + done,
                                              run->n_words - done)
                                  : 0;
        if (n == 0) {
            mg_status status = add_slab(b, arena, err);
            if (status != MG_OK)
                return status;
        }
        done += n;
    }
    b->n_words += run->n_words;
    b->n_rows += run->n_rows;
    return MG_OK;
}

const uint64_t *bucket_row(const struct bucket *b, const mg_radix_item *item)
{
    return b->slabs[item->index >> PLACE_BITS].words + (item->index & (SLAB_WORDS - 1));
}

static void list_rows(const struct bucket *b, mg_radix_item *items)
{
    for (uint32_t s = 0; s < b->n_slabs; s++) {
        const struct slab *slab = &b->slabs[s];
        for (uint32_t at = 0; at < slab->used;
             at += (uint32_t)mg_packed_size(slab->words + at))
            *items++ = (mg_radix_item){mg_packed_place(slab->words + at),
                                       s << PLACE_BITS | at, 0};
    }
}

static int by_order(const void *a, const void *b, void *bucket)
{
    const mg_radix_item *x = a;
    const mg_radix_item *y = b;
    int order = mg_packed_order(bucket_row(bucket, x), bucket_row(bucket, y));

    return order != 0 ? order : (x->index > y->index) - (x->index < y->index);
}

/* Orders the rows of one place; they are few but for hostile files. */
static void order_place(const struct bucket *b, mg_radix_item *items, size_t n)
{
    enum { FEW = 24 };

    if (n > FEW) {
        qsort_r(items, n, sizeof *items, by_order, (void *)(uintptr_t)b);
        return;
    }
    for (size_t i = 1; i < n; i++) {
        mg_radix_item moving = items[i];
        const uint64_t *row = bucket_row(b, &moving);
        size_t at = i;
        while (at > 0 && mg_packed_order(bucket_row(b, &items[at - 1]), row) > 0) {
            items[at] = items[at - 1];
            at--;
        }
        items[at] = moving;
    }
}

mg_status bucket_sort(const struct bucket *b, mg_radix_item **out, mg_error *err)
{
    size_t n = (size_t)b->n_rows;
    mg_radix_item *items = mg_alloc(n, sizeof *items);
    mg_radix_item *work = mg_alloc(n, sizeof *work);

    *out = NULL;
    if (items == NULL || work == NULL) {
        free(items);
        free(work);
        return mg_fail(err, MG_E_NOMEM, "cannot sort %zu rows", n);
    }
    list_rows(b, items);
    mg_radix_sort(&items, &work, n);
    free(work);
    for (size_t i = 0; i < n;) {
        size_t end = i + 1;
        while (end < n && items[end].key == items[i].key)
            end++;
        if (end - i > 1)
            order_place(b, items + i, end - i);
        i = end;
    }
    *out = items;
    return MG_OK;
}
