/* SPDX-License-Identifier: GPL-3.0-or-later */
/* clean.h - the clean-row rule on sorted rows: CONTRACT 3.7 to 3.10.
 *
 * A pure function of the rows and of the order of their sources; it keeps no
 * global state and may run for several periods at once. */
#ifndef MG_CLEAN_H
#define MG_CLEAN_H

#include "mirrorgap/stream.h"
#include "mirrorgap/sum.h"

/* The tables of a period. Observations are what pairs are made of. Details are
 * rows set aside, whose reason is in `fate`: they stay so that later rows may
 * change the verdict. Controls are all World rows; those in force have the
 * fates kept and rebuilt. */
typedef enum mg_table {
    MG_T_OBSERVATIONS,
    MG_T_DETAILS,
    MG_T_CONTROLS,
    MG_TABLES
} mg_table;

typedef struct mg_clean_sink {
    /* the next n rows of a table */
    mg_status (*take)(void *self, mg_table table, const mg_row *rows, size_t n,
                      mg_error *err);
    void *self;
} mg_clean_sink;

/* What became of the rows of each source (World rows are not counted here: the
 * row-wise rule has). Zero it before use; release it after. */
typedef struct mg_fate_count {
    uint64_t rows;
    mg_sum value;
} mg_fate_count;

typedef struct mg_fate_counts {
    mg_fate_count (*by_source)[MG_FATE_COUNT];
    size_t n, room; /* sources 0..n-1 */
} mg_fate_counts;

void mg_fate_counts_release(mg_fate_counts *counts);

/* Adds rows of one source and fate. Errors: MG_E_NOMEM. */
MG_MUST_CHECK mg_status mg_fate_counts_add(mg_fate_counts *counts, uint32_t source,
                                           mg_fate fate, const mg_fate_count *more,
                                           mg_error *err);

/* Adds all counts of `more`. Errors: MG_E_NOMEM. */
MG_MUST_CHECK mg_status mg_fate_counts_merge(mg_fate_counts *counts,
                                             const mg_fate_counts *more, mg_error *err);

/* Cleans the ordered rows of one period into `sink`. Every row of the stream
 * arrives in exactly one table with its fate set; an observation with the flag
 * rebuilt comes in addition to the detail rows that it is the sum of. Each
 * table arrives in mg_row_order() of (exporter, importer, hs, edition, flow).
 * Errors: MG_E_NOMEM, those of the stream and of the sink. */
MG_MUST_CHECK mg_status mg_clean(mg_stream *rows, const mg_clean_sink *sink,
                                 mg_fate_counts *counts, mg_error *err);

#endif
