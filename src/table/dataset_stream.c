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
    mg_row row;
};

static mg_status read_block(struct table_stream *s, mg_error *err)
{
    s->in_block = 0;
    return s->data->read(s->data->self, s->period, s->table, s->next_block++,
                         mg_table_columns(s->table), &s->scratch, &s->block, err);
}

static mg_status stream_next(void *self, const mg_row **row, mg_error *err)
{
    struct table_stream *s = self;

    *row = NULL;
    for (;;) {
        if (s->block == NULL || s->in_block == s->block->n) {
            if (s->next_block == mg_dataset_blocks(s->data, s->period, s->table))
                return MG_OK;
            mg_status status = read_block(s, err);
            if (status != MG_OK)
                return status;
            continue;
        }
        mg_block_get(s->block, s->in_block++, s->data->periods[s->period].period,
                     &s->row);
        if (s->table == MG_T_OBSERVATIONS && (s->row.flags & MG_FLAG_REBUILT) != 0)
            continue;
        s->row.seq = s->table == MG_T_OBSERVATIONS ? UINT32_MAX : s->seq++;
        *row = &s->row;
        return MG_OK;
    }
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
    *stream = (mg_stream){stream_next, stream_close, s};
    return MG_OK;
}
