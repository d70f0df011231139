/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "app/intake.h"

struct removal {
    const mg_dataset *data;
    size_t period;
    uint32_t source;
};

static mg_status produce(void *self, const mg_clean_sink *sink, mg_fate_counts *counts,
                         mg_error *err)
{
    const struct removal *r = self;
    mg_stream rows;
    mg_status status = dataset_rows(r->data, r->period, r->source, &rows, err);

    if (status == MG_OK)
        status = mg_clean(&rows, sink, counts, err);
    mg_stream_close(&rows);
    return status;
}

/* The source's id, or -1. */
static int64_t find_source(const mg_writer *writer, const char *name)
{
    size_t n;
    const mg_source_info *sources = mg_writer_sources(writer, &n);
    mg_hash hash;
    bool by_hash = mg_hash_read(name, &hash);

    for (size_t i = 0; i < n; i++)
        if (sources[i].name != NULL &&
            (strcmp(sources[i].name, name) == 0 ||
             (by_hash && mg_hash_equal(sources[i].hash, hash))))
            return (int64_t)i;
    return -1;
}

mg_status mg_remove(const char *store, const char *source, bool wait, const mg_talk *talk,
                    bool *removed, mg_error *err)
{
    mg_writer *writer = NULL;
    mg_status status = mg_writer_open(store, wait, &writer, err);
    int64_t id = status == MG_OK ? find_source(writer, source) : -1;

    *removed = id >= 0;
    if (id >= 0) {
        const mg_dataset *data = mg_writer_dataset(writer);
        for (size_t p = 0; status == MG_OK && p < data->n_periods; p++) {
            struct removal work = {data, p, (uint32_t)id};
            mg_producer producer = {produce, &work};
            status = mg_check_stop(talk, err);
            if (status == MG_OK)
                status = mg_writer_put_period(writer, data->periods[p].period, &producer,
                                              0, err);
        }
        mg_writer_remove_source(writer, (uint32_t)id);
        if (status == MG_OK)
            status = mg_writer_commit(writer, err);
    }
    mg_writer_close(writer);
    return status;
}
