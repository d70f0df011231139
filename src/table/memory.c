/* SPDX-License-Identifier: GPL-3.0-or-later */
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
};

struct mg_memory {
    mg_dataset data;
    mg_period_info *infos;
    struct memory_period *periods;
    size_t n;
    uint32_t columns;
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

mg_status mg_memory_new(uint32_t columns, const uint32_t *periods, size_t n,
                        mg_memory **out, mg_error *err)
{
    mg_memory *m = mg_alloc_zero(1, sizeof *m);

    *out = NULL;
    if (m != NULL) {
        m->n = n;
        m->columns = columns;
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
    m->data = (mg_dataset){m->infos, n, memory_read, m};
    *out = m;
    return MG_OK;
}

void mg_memory_free(mg_memory *m)
{
    if (m == NULL)
        return;
    for (size_t i = 0; m->periods != NULL && i < m->n; i++) {
        for (int t = 0; t < MG_TABLES; t++) {
            struct memory_table *table = &m->periods[i].tables[t];
            for (size_t b = 0; b < table->n; b++)
                mg_block_release(&table->blocks[b]);
            free(table->blocks);
        }
        mg_coverage_release(&m->periods[i].counter);
        if (m->infos != NULL)
            free(m->infos[i].coverage);
    }
    free(m->infos);
    free(m->periods);
    free(m);
}

static mg_status memory_take(void *self, mg_table table, const mg_row *row, mg_error *err)
{
    struct memory_period *p = self;
    struct memory_table *t = &p->tables[table];
    mg_status status = mg_coverage_count(&p->counter, table, row, err);

    if (status == MG_OK && (t->n == 0 || t->blocks[t->n - 1].n == MG_BLOCK_ROWS)) {
        status = mg_grow((void **)&t->blocks, &t->room, t->n + 1, sizeof *t->blocks, err);
        if (status == MG_OK)
            status = mg_block_init(&t->blocks[t->n],
                                   p->memory->columns & mg_table_columns(table), err);
        if (status == MG_OK)
            t->n++;
    }
    if (status != MG_OK)
        return status;
    mg_block_put(&t->blocks[t->n - 1], row);
    p->memory->infos[p->index].rows[table]++;
    return MG_OK;
}

mg_clean_sink mg_memory_sink(mg_memory *memory, size_t period)
{
    return (mg_clean_sink){memory_take, &memory->periods[period]};
}

mg_status mg_memory_end(mg_memory *memory, size_t period, mg_error *err)
{
    mg_period_info *info = &memory->infos[period];

    info->editions = memory->periods[period].counter.editions;
    return mg_coverage_list(&memory->periods[period].counter, &info->coverage,
                            &info->n_coverage, err);
}

const mg_dataset *mg_memory_dataset(const mg_memory *memory)
{
    return &memory->data;
}
