/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>

#include "mirrorgap/dataset.h"
#include "mirrorgap/mem.h"

struct table_stream {
    const mg_dataset *data;
    size_t period;
    mg_table table;
    mg_block scratch;
    const mg_block *block;
    size_t next_block, in_block;
    uint32_t seq;
};

static mg_status read_block(struct table_stream *s, mg_error *err)
{
    s->in_block = 0;
    return s->data->read(s->data->self, s->period, s->table, s->next_block++,
                         mg_table_columns(s->table), &s->scratch, &s->block, err);
}

static mg_status stream_read(void *self, mg_row *rows, size_t room, size_t *n,
                             mg_error *err)
{
    struct table_stream *s = self;
    uint32_t period = s->data->periods[s->period].period;

    *n = 0;
    while (*n < room) {
        if (s->block == NULL || s->in_block == s->block->n) {
            if (s->next_block == mg_dataset_blocks(s->data, s->period, s->table))
                return MG_OK;
            mg_status status = read_block(s, err);
            if (status != MG_OK)
                return status;
            continue;
        }
        mg_row *row = &rows[*n];
        mg_block_get(s->block, s->in_block++, period, row);
        if (s->table == MG_T_OBSERVATIONS && (row->flags & MG_FLAG_REBUILT) != 0)
            continue;
        row->seq = s->table == MG_T_OBSERVATIONS ? UINT32_MAX : s->seq++;
        ++*n;
    }
    return MG_OK;
}

static void stream_close(void *self)
{
    struct table_stream *s = self;

    mg_block_release(&s->scratch);
    free(s);
}

mg_status mg_dataset_stream(const mg_dataset *data, size_t period, mg_table table,
                            mg_stream *stream, mg_error *err)
{
    struct table_stream *s = mg_alloc_zero(1, sizeof *s);
    mg_status status;

    *stream = (mg_stream){0};
    if (s == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot open a table");
    s->data = data;
    s->period = period;
    s->table = table;
    status = mg_block_init(&s->scratch, mg_table_columns(table), err);
    if (status != MG_OK) {
        free(s);
        return status;
    }
    *stream = (mg_stream){stream_read, stream_close, s};
    return MG_OK;
}

mg_status mg_dataset_look(const mg_dataset *data, size_t period, mg_table table,
                          uint32_t columns, const mg_block_choice *choice,
                          mg_status (*look)(void *self, const mg_block *block,
                                            mg_error *err),
                          void *self, mg_error *err)
{
    mg_block scratch = {0};
    const mg_block *block = NULL;
    const size_t n = mg_dataset_blocks(data, period, table);
    mg_status status = mg_block_init(&scratch, columns, err);

    for (size_t b = 0; status == MG_OK && b < n; b++) {
        if (!mg_dataset_chosen(data, period, table, b, choice))
            continue;
        status = data->read(data->self, period, table, b, columns, &scratch, &block, err);
        if (status == MG_OK)
            status = look(self, block, err);
    }
    mg_block_release(&scratch);
    return status;
}
