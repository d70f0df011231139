/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <pthread.h>
#include <stdlib.h>

#include "mirrorgap/dataset.h"
#include "mirrorgap/mem.h"

struct memory_table {
    mg_block *blocks;
    size_t n, room;
};

struct memory_period {
    mg_memory *memory;
    size_t index;
    struct memory_table tables[MG_TABLES];
    mg_coverage_counter counter;
    bool full; /* it has been filled */
};

struct mg_memory {
    mg_dataset data;
    mg_period_info *infos;
    struct memory_period *periods;
    size_t n;
    uint32_t columns;
    mg_memory_fill fill;
    pthread_mutex_t mutex; /* over what follows */
    mg_block *spare;       /* blocks of observations of closed periods */
    size_t n_spare, room_spare;
};

static mg_status memory_read(void *self, size_t period, mg_table table, size_t index,
                             uint32_t columns, mg_block *scratch, const mg_block **block,
                             mg_error *err)
{
    const mg_memory *memory = self;
    const struct memory_table *t = &memory->periods[period].tables[table];

    (void)scratch;
    if (index >= t->n || (columns & ~t->blocks[index].columns) != 0)
        return mg_fail(err, MG_E_RANGE, "no such block or column in memory");
    *block = &t->blocks[index];
    return MG_OK;
}

static void memory_ends(void *self, size_t period, mg_table table, size_t index,
                        uint32_t *first, uint32_t *last)
{
    const mg_memory *memory = self;
    const mg_block *b = &memory->periods[period].tables[table].blocks[index];

    *first = (uint32_t)b->exporter[0] << 16 | b->importer[0];
    *last = (uint32_t)b->exporter[b->n - 1] << 16 | b->importer[b->n - 1];
}

/* A used block, as its pages are there already, or a new one. */
static mg_status get_block(mg_memory *m, mg_table table, mg_block *block, mg_error *err)
{
    bool used = false;

    pthread_mutex_lock(&m->mutex);
    if (table == MG_T_OBSERVATIONS && m->n_spare > 0) {
        *block = m->spare[--m->n_spare];
        used = true;
    }
    pthread_mutex_unlock(&m->mutex);
    block->n = used ? 0 : block->n;
    return used ? MG_OK : mg_block_init(block, m->columns & mg_table_columns(table), err);
}

static void put_block(mg_memory *m, mg_table table, mg_block *block)
{
    bool kept = false;

    pthread_mutex_lock(&m->mutex);
    if (table == MG_T_OBSERVATIONS &&
        mg_grow((void **)&m->spare, &m->room_spare, m->n_spare + 1, sizeof *m->spare,
                NULL) == MG_OK) {
        m->spare[m->n_spare++] = *block;
        kept = true;
    }
    pthread_mutex_unlock(&m->mutex);
    if (!kept)
        mg_block_release(block);
}

static mg_status add_block(struct memory_period *p, mg_table table, mg_error *err)
{
    struct memory_table *t = &p->tables[table];
    mg_status status =
        mg_grow((void **)&t->blocks, &t->room, t->n + 1, sizeof *t->blocks, err);

    if (status == MG_OK)
        status = get_block(p->memory, table, &t->blocks[t->n], err);
    t->n += status == MG_OK;
    return status;
}

static mg_status memory_take(void *self, mg_table table, const mg_row *rows, size_t n,
                             mg_error *err)
{
    struct memory_period *p = self;
    struct memory_table *t = &p->tables[table];
    mg_status status = mg_coverage_count(&p->counter, table, rows, n, err);

    for (size_t done = 0; status == MG_OK && done < n;) {
        size_t room = t->n > 0 ? MG_BLOCK_ROWS - t->blocks[t->n - 1].n : 0;
        size_t some = n - done < room ? n - done : room;
        if (some > 0)
            mg_block_put(&t->blocks[t->n - 1], rows + done, some);
        else
            status = add_block(p, table, err);
        done += some;
    }
    p->memory->infos[p->index].rows[table] += n;
    return status;
}

static void empty(struct memory_period *p)
{
    mg_period_info *info = &p->memory->infos[p->index];

    for (int t = 0; t < MG_TABLES; t++) {
        for (size_t b = 0; b < p->tables[t].n; b++)
            put_block(p->memory, (mg_table)t, &p->tables[t].blocks[b]);
        free(p->tables[t].blocks);
        p->tables[t] = (struct memory_table){0};
    }
    mg_coverage_release(&p->counter);
    free(info->coverage);
    *info = (mg_period_info){.period = info->period};
    p->full = false;
}

static mg_status memory_open(void *self, size_t period, mg_error *err)
{
    mg_memory *m = self;
    struct memory_period *p = &m->periods[period];
    mg_period_info *info = &m->infos[period];
    mg_clean_sink sink = {memory_take, p};
    mg_status status;

    if (p->full)
        return MG_OK;
    status = m->fill.fill(m->fill.self, period, &sink, err);
    info->editions = p->counter.editions;
    if (status == MG_OK)
        status = mg_coverage_list(&p->counter, &info->coverage, &info->n_coverage, err);
    p->full = status == MG_OK;
    if (status != MG_OK)
        empty(p);
    return status;
}

static void memory_close(void *self, size_t period)
{
    mg_memory *m = self;

    empty(&m->periods[period]);
}

mg_status mg_memory_new(uint32_t columns, const uint32_t *periods, size_t n,
                        mg_memory_fill fill, bool passing, mg_memory **out, mg_error *err)
{
    mg_memory *m = mg_alloc_zero(1, sizeof *m);

    *out = NULL;
    if (m != NULL) {
        pthread_mutex_init(&m->mutex, NULL);
        m->n = n;
        m->columns = columns;
        m->fill = fill;
        m->infos = mg_alloc_zero(n, sizeof *m->infos);
        m->periods = mg_alloc_zero(n, sizeof *m->periods);
    }
    if (m == NULL || m->infos == NULL || m->periods == NULL) {
        mg_memory_free(m);
        return mg_fail(err, MG_E_NOMEM, "cannot hold a data set in memory");
    }
    for (size_t i = 0; i < n; i++) {
        m->infos[i].period = periods[i];
        m->periods[i].memory = m;
        m->periods[i].index = i;
    }
    m->data = (mg_dataset){.periods = m->infos,
                           .n_periods = n,
                           .read = memory_read,
                           .ends = memory_ends,
                           .open = memory_open,
                           .close = passing ? memory_close : NULL,
                           .self = m};
    *out = m;
    return MG_OK;
}

void mg_memory_free(mg_memory *m)
{
    if (m == NULL)
        return;
    for (size_t i = 0; m->periods != NULL && m->infos != NULL && i < m->n; i++)
        if (m->periods[i].memory != NULL)
            empty(&m->periods[i]);
    for (size_t i = 0; i < m->n_spare; i++)
        mg_block_release(&m->spare[i]);
    pthread_mutex_destroy(&m->mutex);
    free(m->spare);
    free(m->infos);
    free(m->periods);
    free(m);
}

const mg_dataset *mg_memory_dataset(const mg_memory *memory)
{
    return &memory->data;
}
