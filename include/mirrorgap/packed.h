/* SPDX-License-Identifier: GPL-3.0-or-later */
/* packed.h - rows in as few words as their figures need, for sorting and
 * spilling: three words of keys, then the vintage where it is known and each
 * figure that is neither missing nor a repetition of another one. Most rows take
 * 40 bytes where an mg_row has 80.
 *
 * The period is the run's, and the order of rows stands for `seq`; `fate` is
 * not kept. Safe from several threads, each with its own mg_packed. */
#ifndef MG_PACKED_H
#define MG_PACKED_H

#include "mirrorgap/table.h"

enum { MG_PACKED_KEYS = 3, MG_PACKED_MAX = MG_PACKED_KEYS + 6 };

/* Rows of one period, one after the other. */
typedef struct mg_packed_run {
    uint32_t period;
    uint32_t n_rows;
    size_t n_words;
} mg_packed_run;

typedef struct mg_packed {
    uint64_t *words;
    size_t n_words, room_words;
    mg_packed_run *runs;
    size_t n_runs, room_runs;
} mg_packed;

/* Adds a row at the end; its edition must be below 32, its flow below 8.
 * Errors: MG_E_NOMEM, and nothing was added. */
MG_MUST_CHECK mg_status mg_packed_add(mg_packed *packed, const mg_row *row,
                                      mg_error *err);
static inline void mg_packed_clear(mg_packed *packed)
{
    packed->n_words = packed->n_runs = 0;
}
void mg_packed_release(mg_packed *packed);

/* The words of the row that begins at `words`. */
size_t mg_packed_size(const uint64_t *words);

/* Puts a row together again, `seq` and `fate` zero; returns its words. */
size_t mg_unpack(const uint64_t *words, uint32_t period, mg_row *row);

/* The first key of mg_row_order() within a period: exporter, importer, hs. */
static inline uint64_t mg_packed_place(const uint64_t *words)
{
    return words[0];
}

/* Orders two rows of the same place by the keys that remain, but for source and
 * sequence. <0, 0, >0. */
int mg_packed_order(const uint64_t *a, const uint64_t *b);

#endif
