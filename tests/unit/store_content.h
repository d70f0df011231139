/* SPDX-License-Identifier: GPL-3.0-or-later */
/* store_content.h - rows to put into a store. */
#ifndef MG_STORE_CONTENT_H
#define MG_STORE_CONTENT_H

#include "mirrorgap/store.h"
#include "random_rows.h"

/* Rows of one period, by table. */
struct content {
    uint32_t period;
    mg_row rows[3000];
    size_t n[MG_TABLES];
};

static inline int by_order(const void *a, const void *b)
{
    return mg_row_order(a, b);
}

/* Observations, then details, then controls, each sorted. */
static inline void fill(struct content *c, uint32_t period, uint64_t seed, bool fractions)
{
    static const size_t counts[MG_TABLES] = {2000, 700, 300};
    mg_row *rows = c->rows;

    c->period = period;
    for (int t = 0; t < MG_TABLES; t++) {
        c->n[t] = counts[t];
        for (size_t i = 0; i < counts[t]; i++) {
            rows[i] = random_row(&seed);
            rows[i].period = period;
            rows[i].source = (uint32_t)i % 2;
            rows[i].vintage = 20200101;
            rows[i].unit = 8;
            rows[i].seq = 0;
            rows[i].fob_usd = random_below(&seed, 2) ? rows[i].value_usd : NAN;
            if (t == MG_T_OBSERVATIONS)
                rows[i].partner2 = rows[i].customs = rows[i].mot = rows[i].mos = 0;
            if (t == MG_T_CONTROLS)
                rows[i].importer = 0;
            rows[i].fate = t == MG_T_DETAILS ? MG_BREAKDOWN : MG_KEPT;
            if (fractions && i % 9 == 0)
                rows[i].kg = 1.0 / (double)(1 + i);
        }
        qsort(rows, counts[t], sizeof *rows, by_order);
        rows += counts[t];
    }
}

/* Sends the rows in batches of 1, 2, 3 ... */
static inline mg_status produce(void *self, const mg_clean_sink *sink,
                                mg_fate_counts *counts, mg_error *err)
{
    const struct content *c = self;
    const mg_row *row = c->rows;
    mg_status status = MG_OK;
    size_t batch = 1;

    for (int t = 0; t < MG_TABLES; t++)
        for (size_t i = 0; status == MG_OK && i < c->n[t]; batch++) {
            size_t n = batch < c->n[t] - i ? batch : c->n[t] - i;
            status = sink->take(sink->self, (mg_table)t, row, n, err);
            for (size_t k = 0; status == MG_OK && t != MG_T_CONTROLS && k < n; k++) {
                mg_fate_count one = {.rows = 1};
                mg_sum_add(&one.value, row[k].value_usd);
                status = mg_fate_counts_add(counts, row[k].source, (mg_fate)row[k].fate,
                                            &one, err);
            }
            i += n;
            row += n;
        }
    return status;
}

#endif
