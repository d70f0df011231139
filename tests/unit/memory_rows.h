/* SPDX-License-Identifier: GPL-3.0-or-later */
/* memory_rows.h - an array of rows as a data set in memory: World rows are
 * controls, rows with a fate are details, all others observations. */
#ifndef MG_MEMORY_ROWS_H
#define MG_MEMORY_ROWS_H

#include "mirrorgap/dataset.h"
#include "testing.h"

struct memory_rows {
    const mg_row *rows; /* in mg_row_order() */
    size_t n;
    const uint32_t *periods;
    size_t batch;   /* rows sent at once, at most; 0: as many as go to one table */
    size_t fills;   /* how often a period was filled so far */
    size_t fail_at; /* the fill that fails after some rows, from 1; 0: none */
};

static inline int memory_rows_order(const void *a, const void *b)
{
    return mg_row_order(a, b);
}

static inline mg_table memory_rows_table(const mg_row *row)
{
    return mg_row_world(row) ? MG_T_CONTROLS
           : row->fate != 0  ? MG_T_DETAILS
                             : MG_T_OBSERVATIONS;
}

static inline mg_status memory_rows_fill(void *self, size_t period,
                                         const mg_clean_sink *sink, mg_error *err)
{
    struct memory_rows *m = self;
    size_t fill = __atomic_add_fetch(&m->fills, 1, __ATOMIC_RELAXED);
    mg_status status = MG_OK;

    for (size_t i = 0; status == MG_OK && i < m->n;) {
        mg_table table = memory_rows_table(&m->rows[i]);
        size_t end = i + 1;
        while (end < m->n && m->rows[end].period == m->rows[i].period &&
               memory_rows_table(&m->rows[end]) == table &&
               (m->batch == 0 || end - i < m->batch))
            end++;
        if (m->rows[i].period == m->periods[period])
            status = sink->take(sink->self, table, m->rows + i, end - i, err);
        i = end;
    }
    return status == MG_OK && fill == m->fail_at
               ? mg_fail(err, MG_E_IO, "the period cannot be had")
               : status;
}

/* The data set of n_periods periods; the rows are sorted and must outlive it. */
static inline mg_memory *memory_rows_new(struct memory_rows *from, mg_row *rows, size_t n,
                                         const uint32_t *periods, size_t n_periods,
                                         uint32_t columns, bool passing)
{
    mg_memory *memory = NULL;

    qsort(rows, n, sizeof *rows, memory_rows_order);
    from->rows = rows;
    from->n = n;
    from->periods = periods;
    assert_int_equal(mg_memory_new(columns, periods, n_periods,
                                   (mg_memory_fill){memory_rows_fill, from}, passing,
                                   &memory, NULL),
                     MG_OK);
    return memory;
}

/* A filed row of weight 2 value kg. */
static inline mg_row row_of(uint32_t period, unsigned exporter, unsigned importer,
                            const char *hs, mg_flow flow, double value)
{
    return (mg_row){.period = period,
                    .exporter = (uint16_t)exporter,
                    .importer = (uint16_t)importer,
                    .hs = hs_of(hs),
                    .edition = 5,
                    .flow = (uint8_t)flow,
                    .unit = 8,
                    .value_usd = value,
                    .kg = 2 * value,
                    .qty = NAN,
                    .cif_usd = NAN,
                    .fob_usd = NAN};
}

#endif
