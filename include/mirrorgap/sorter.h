/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sorter.h - rows in any order in, ordered streams by period out, in a bounded
 * amount of memory: what does not fit is spilled to a nameless file in sorted
 * runs. One thread at a time, but for the streams of different periods.
 *
 * Rows must be added in the order of their sources; of rows that are equal up
 * to the sequence, those added first come out first; `seq` is 0 in all. */
#ifndef MG_SORTER_H
#define MG_SORTER_H

#include "mirrorgap/packed.h"
#include "mirrorgap/stream.h"

typedef struct mg_sorter mg_sorter;

/* budget: bytes of memory for rows, their order included; 0: no bound, nothing
 * is spilled. folder: where to spill. */
MG_MUST_CHECK mg_status mg_sorter_new(size_t budget, const char *folder,
                                      mg_sorter **sorter, mg_error *err);
void mg_sorter_free(mg_sorter *sorter);

/* Errors: MG_E_NOMEM, MG_E_IO (the spill file cannot be written: disk full). */
MG_MUST_CHECK mg_status mg_sorter_add(mg_sorter *sorter, const mg_packed *rows,
                                      mg_error *err);

/* Ends the adding. *periods, in ascending order, are the sorter's. */
MG_MUST_CHECK mg_status mg_sorter_finish(mg_sorter *sorter, const uint32_t **periods,
                                         size_t *n, mg_error *err);

/* The ordered rows of one period, sorted in this call. Several streams may be
 * open at once, from several threads, and a period may be opened again. */
MG_MUST_CHECK mg_status mg_sorter_open(mg_sorter *sorter, uint32_t period,
                                       mg_stream *stream, mg_error *err);

#endif
