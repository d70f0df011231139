/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dataset.h - cleaned observations by period, wherever they lie: in a store or
 * in memory. What kernels read from.
 *
 * Reading is safe from several threads at once, each with its own scratch. */
#ifndef MG_DATASET_H
#define MG_DATASET_H

#include "mirrorgap/block.h"

/* Who reported what in a period: observations and World rows by flow. */
typedef struct mg_coverage {
    uint16_t reporter;
    uint8_t flow;
    uint32_t observations;
    uint32_t world;
} mg_coverage;

typedef struct mg_period_info {
    uint32_t period;
    uint64_t rows[MG_TABLES];
    uint32_t editions;     /* bit e: observations of edition e */
    mg_coverage *coverage; /* by reporter, then flow */
    size_t n_coverage;
} mg_period_info;

typedef struct mg_dataset {
    const mg_period_info *periods; /* by period, ascending */
    size_t n_periods;
    /* Block `index` of a table. scratch was made with at least `columns`; *block
     * is scratch or the data set's own, valid as long as both. */
    mg_status (*read)(void *self, size_t period, mg_table table, size_t index,
                      uint32_t columns, mg_block *scratch, const mg_block **block,
                      mg_error *err);
    /* The places of a block's first and last row: exporter << 16 | importer. */
    void (*ends)(void *self, size_t period, mg_table table, size_t index, uint32_t *first,
                 uint32_t *last);
    /* Makes a period ready to be read, and lets go of it; NULL: nothing to do. What
     * periods[] says of one that was never opened is its number alone. */
    mg_status (*open)(void *self, size_t period, mg_error *err);
    void (*close)(void *self, size_t period);
    void *self;
} mg_dataset;

/* Which blocks are worth reading: those that may hold a row with a place from
 * `first` to `last`. Zeroed: all. */
typedef struct mg_block_choice {
    bool (*wanted)(const void *self, uint32_t first, uint32_t last);
    const void *self;
} mg_block_choice;

static inline bool mg_dataset_chosen(const mg_dataset *data, size_t period,
                                     mg_table table, size_t index,
                                     const mg_block_choice *choice)
{
    uint32_t first = 0;
    uint32_t last = UINT32_MAX;

    if (choice == NULL || choice->wanted == NULL)
        return true;
    data->ends(data->self, period, table, index, &first, &last);
    return choice->wanted(choice->self, first, last);
}

static inline mg_status mg_dataset_open(const mg_dataset *data, size_t period,
                                        mg_error *err)
{
    return data->open != NULL ? data->open(data->self, period, err) : MG_OK;
}

static inline void mg_dataset_close(const mg_dataset *data, size_t period)
{
    if (data->close != NULL)
        data->close(data->self, period);
}

static inline size_t mg_dataset_blocks(const mg_dataset *data, size_t period,
                                       mg_table table)
{
    return (size_t)((data->periods[period].rows[table] + MG_BLOCK_ROWS - 1) /
                    MG_BLOCK_ROWS);
}

/* Calls `look` with each block of a table, in order, that `choice` (NULL: all) has. The
 * period is open. Errors: those of reading and of `look`. */
MG_MUST_CHECK mg_status
mg_dataset_look(const mg_dataset *data, size_t period, mg_table table, uint32_t columns,
                const mg_block_choice *choice,
                mg_status (*look)(void *self, const mg_block *block, mg_error *err),
                void *self, mg_error *err);

typedef struct mg_reporter_counts {
    uint16_t reporter;
    uint32_t counts[MG_FLOW_COUNT][2]; /* observations, World rows */
} mg_reporter_counts;

/* Counts observations and World rows as they pass, for mg_period_info. Zero it
 * before use. */
typedef struct mg_coverage_counter {
    uint32_t *place_of; /* by reporter code: 1 + its place, or 0; NULL until used */
    mg_reporter_counts *reporters; /* in the order of their first row */
    size_t n, room;
    uint32_t editions;
} mg_coverage_counter;

MG_MUST_CHECK mg_status mg_coverage_count(mg_coverage_counter *counter, mg_table table,
                                          const mg_row *rows, size_t n, mg_error *err);
/* The list, for the caller to free(); the counter is empty again. */
MG_MUST_CHECK mg_status mg_coverage_list(mg_coverage_counter *counter, mg_coverage **list,
                                         size_t *n, mg_error *err);
void mg_coverage_release(mg_coverage_counter *counter);

/* Rows of a table as a stream, in order; for merging old rows with new ones.
 * Details get their place in the table as sequence, observations the highest:
 * of rows of one source and key, the one in force came last. Observations that
 * are our own sums (flag rebuilt) are left out, as their parts are in details.
 * The dataset must outlive the stream. */
MG_MUST_CHECK mg_status mg_dataset_stream(const mg_dataset *data, size_t period,
                                          mg_table table, mg_stream *stream,
                                          mg_error *err);

/* A data set in memory. Its periods are filled when they are opened, each at most
 * by one thread: `fill` sends the rows of one. */
typedef struct mg_memory mg_memory;
typedef struct mg_memory_fill {
    mg_status (*fill)(void *self, size_t period, const mg_clean_sink *sink,
                      mg_error *err);
    void *self;
} mg_memory_fill;
/* The columns are those that will be read. passing: a period that is closed is
 * forgotten, so that no more of them take up memory than are open. */
MG_MUST_CHECK mg_status mg_memory_new(uint32_t columns, const uint32_t *periods, size_t n,
                                      mg_memory_fill fill, bool passing,
                                      mg_memory **memory, mg_error *err);
void mg_memory_free(mg_memory *memory);
const mg_dataset *mg_memory_dataset(const mg_memory *memory);

#endif
