/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mirrorgap/sorter.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mirrorgap/mem.h"
#include "table/sort.h"

/* Bytes a row costs in memory: itself, its place in the order, sorting. */
enum { ROW_COST = sizeof(mg_row) + 4 + 2 * 16, RUN_BUFFER = 2048 };

/* The rows of one period in one run: in the spill file or in memory. */
struct extent {
    uint32_t period;
    bool spilled;
    uint64_t from; /* row number in the spill file, or in `order` */
    uint64_t n;
};

struct mg_sorter {
    mg_row *rows; /* the run being filled */
    uint32_t *order;
    size_t n, room, limit;
    char *folder;
    int spill;
    uint64_t spilled; /* rows */
    struct extent *extents;
    size_t n_extents, room_extents;
    uint32_t *periods;
    size_t n_periods;
};

mg_status mg_sorter_new(size_t budget, const char *folder, mg_sorter **out, mg_error *err)
{
    mg_sorter *s = mg_alloc_zero(1, sizeof *s);

    *out = NULL;
    if (s == NULL || (s->folder = mg_copy_text(folder)) == NULL) {
        free(s);
        return mg_fail(err, MG_E_NOMEM, "cannot allocate a sorter");
    }
    s->spill = -1;
    s->limit = budget == 0 ? UINT32_MAX : budget / ROW_COST;
    if (s->limit < 1024)
        s->limit = 1024;
    if (s->limit > UINT32_MAX)
        s->limit = UINT32_MAX;
    *out = s;
    return MG_OK;
}

void mg_sorter_free(mg_sorter *s)
{
    if (s == NULL)
        return;
    if (s->spill >= 0)
        close(s->spill);
    free(s->rows);
    free(s->order);
    free(s->extents);
    free(s->periods);
    free(s->folder);
    free(s);
}

static mg_status add_extent(mg_sorter *s, struct extent extent, mg_error *err)
{
    mg_status status = mg_grow((void **)&s->extents, &s->room_extents, s->n_extents + 1,
                               sizeof extent, err);
    if (status == MG_OK)
        s->extents[s->n_extents++] = extent;
    return status;
}

/* Orders the rows in memory and notes where each period lies. */
static mg_status order_run(mg_sorter *s, bool spilled, mg_error *err)
{
    mg_status status;

    free(s->order);
    s->order = mg_alloc(s->n, sizeof *s->order);
    if (s->order == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot order %zu rows", s->n);
    status = sort_rows(s->rows, s->n, s->order, err);
    for (size_t i = 0; status == MG_OK && i < s->n;) {
        uint32_t period = s->rows[s->order[i]].period;
        size_t end = i;
        while (end < s->n && s->rows[s->order[end]].period == period)
            end++;
        status = add_extent(
            s, (struct extent){period, spilled, spilled ? s->spilled + i : i, end - i},
            err);
        i = end;
    }
    return status;
}

/* A file without a name: it cannot be left behind. */
static mg_status open_spill(mg_sorter *s, mg_error *err)
{
    char path[4096];

    if (s->spill >= 0)
        return MG_OK;
    s->spill = open(s->folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (s->spill < 0) {
        snprintf(path, sizeof path, "%s/tmp.%ld.spill.XXXXXX", s->folder, (long)getpid());
        s->spill = mkostemp(path, O_CLOEXEC);
        if (s->spill >= 0)
            unlink(path);
    }
    if (s->spill < 0) {
        mg_status status =
            mg_fail(err, MG_E_IO, "cannot make a spill file: %s", strerror(errno));
        mg_error_at(err, s->folder);
        return status;
    }
    return MG_OK;
}

static mg_status write_all(const mg_sorter *s, const void *bytes, size_t n, uint64_t at,
                           mg_error *err)
{
    const char *from = bytes;

    while (n > 0) {
        ssize_t done = pwrite(s->spill, from, n, (off_t)at);
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0) {
            mg_status status =
                mg_fail(err, MG_E_IO, "cannot write the spill file: %s", strerror(errno));
            mg_error_at(err, s->folder);
            return status;
        }
        from += done;
        at += (uint64_t)done;
        n -= (size_t)done;
    }
    return MG_OK;
}

static mg_status spill_run(mg_sorter *s, mg_error *err)
{
    mg_row *block = mg_alloc(RUN_BUFFER, sizeof *block);
    mg_status status = block != NULL ? open_spill(s, err)
                                     : mg_fail(err, MG_E_NOMEM, "cannot spill rows");

    if (status == MG_OK)
        status = order_run(s, true, err);
    for (size_t i = 0; status == MG_OK && i < s->n;) {
        size_t n = 0;
        while (n < RUN_BUFFER && i < s->n)
            block[n++] = s->rows[s->order[i++]];
        status = write_all(s, block, n * sizeof *block, s->spilled * sizeof *block, err);
        s->spilled += n;
    }
    free(block);
    free(s->order);
    s->order = NULL;
    s->n = 0;
    return status;
}

mg_status mg_sorter_add(mg_sorter *s, const mg_row *rows, size_t n, mg_error *err)
{
    mg_status status = MG_OK;

    while (status == MG_OK && n > 0) {
        size_t some = n < s->limit - s->n ? n : s->limit - s->n;
        if (some == 0) {
            status = spill_run(s, err);
            continue;
        }
        if (s->n + some > s->room) {
            size_t wanted = s->room + s->room / 2;
            if (wanted > s->limit)
                wanted = s->limit;
            status = mg_grow((void **)&s->rows, &s->room,
                             wanted > s->n + some ? wanted : s->n + some, sizeof *s->rows,
                             err);
            if (status != MG_OK)
                break;
        }
        memcpy(s->rows + s->n, rows, some * sizeof *rows);
        s->n += some;
        rows += some;
        n -= some;
    }
    return status;
}

static int by_number(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a;
    uint32_t y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

mg_status mg_sorter_finish(mg_sorter *s, const uint32_t **periods, size_t *n,
                           mg_error *err)
{
    /* what is left of several runs is small and goes where they are */
    mg_status status = s->spilled > 0 ? spill_run(s, err) : order_run(s, false, err);

    *periods = NULL;
    *n = 0;
    if (status != MG_OK)
        return status;
    if (s->spilled > 0) {
        free(s->rows);
        s->rows = NULL;
        s->room = 0;
    }
    s->periods = mg_alloc(s->n_extents, sizeof *s->periods);
    if (s->periods == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot list periods");
    for (size_t i = 0; i < s->n_extents; i++)
        s->periods[i] = s->extents[i].period;
    if (s->n_extents > 0)
        qsort(s->periods, s->n_extents, sizeof *s->periods, by_number);
    for (size_t i = 0; i < s->n_extents; i++)
        if (i == 0 || s->periods[i] != s->periods[s->n_periods - 1])
            s->periods[s->n_periods++] = s->periods[i];
    *periods = s->periods;
    *n = s->n_periods;
    return MG_OK;
}

/* One extent as a stream. */
struct run {
    const mg_sorter *sorter;
    struct extent extent;
    uint64_t at; /* rows given */
    size_t in_block, n_block;
    mg_row block[]; /* spilled extents only */
};

static mg_status fill_block(struct run *r, mg_error *err)
{
    uint64_t left = r->extent.n - r->at;
    size_t want = (left < RUN_BUFFER ? (size_t)left : RUN_BUFFER) * sizeof(mg_row);
    uint64_t from = (r->extent.from + r->at) * sizeof(mg_row);
    size_t got = 0;

    while (got < want) {
        ssize_t n = pread(r->sorter->spill, (char *)r->block + got, want - got,
                          (off_t)(from + got));
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0) {
            mg_status status = mg_fail(err, MG_E_IO, "cannot read the spill file: %s",
                                       n < 0 ? strerror(errno) : "it is too short");
            mg_error_at(err, r->sorter->folder);
            return status;
        }
        got += (size_t)n;
    }
    r->in_block = 0;
    r->n_block = want / sizeof(mg_row);
    return MG_OK;
}

static mg_status run_next(void *self, const mg_row **row, mg_error *err)
{
    struct run *r = self;

    *row = NULL;
    if (r->at == r->extent.n)
        return MG_OK;
    if (!r->extent.spilled) {
        *row = &r->sorter->rows[r->sorter->order[r->extent.from + r->at++]];
        return MG_OK;
    }
    if (r->in_block == r->n_block) {
        mg_status status = fill_block(r, err);
        if (status != MG_OK)
            return status;
    }
    *row = &r->block[r->in_block++];
    r->at++;
    return MG_OK;
}

mg_status mg_sorter_open(mg_sorter *s, uint32_t period, mg_stream *stream, mg_error *err)
{
    mg_stream *parts = mg_alloc_zero(s->n_extents, sizeof *parts);
    size_t n = 0;
    mg_status status = MG_OK;

    *stream = (mg_stream){0};
    if (parts == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot open a run");
    for (size_t i = 0; status == MG_OK && i < s->n_extents; i++) {
        if (s->extents[i].period != period)
            continue;
        size_t block = s->extents[i].spilled ? RUN_BUFFER * sizeof(mg_row) : 0;
        struct run *r = mg_alloc(1, sizeof *r + block);
        if (r == NULL) {
            status = mg_fail(err, MG_E_NOMEM, "cannot open a run");
            break;
        }
        *r = (struct run){.sorter = s, .extent = s->extents[i]};
        parts[n++] = (mg_stream){run_next, free, r};
    }
    if (status == MG_OK)
        status = mg_stream_merge(parts, n, stream, err);
    else
        for (size_t i = 0; i < n; i++)
            mg_stream_close(&parts[i]);
    free(parts);
    return status;
}
