/* SPDX-License-Identifier: GPL-3.0-or-later */
/* joined.h - a few rows in memory, joined by a plan, and the pairs that came of it. */
#ifndef MG_JOINED_H
#define MG_JOINED_H

#include "memory_rows.h"
#include "mirrorgap/pair.h"

enum { ROWS = 4096 };

struct taken {
    mg_pair pairs[ROWS];
    size_t n;
    mg_pair_counts counts;
};

static inline mg_status take_pairs(void *self, const mg_pair *pairs, size_t n,
                                   mg_error *err)
{
    struct taken *t = self;

    (void)err;
    assert_true(t->n + n <= ROWS);
    memcpy(t->pairs + t->n, pairs, n * sizeof *pairs);
    t->n += n;
    return MG_OK;
}

enum { CHINA = 156, BRAZIL = 76, USA = 842, NES = 899, RUSSIA = 643, HONGKONG = 344 };

/* Rows in periods. */
struct world {
    const mg_ref *ref; /* for what silence is */
    const uint32_t *periods;
    size_t n_periods;
    size_t n;
    mg_row rows[ROWS];
};

static inline mg_row *put(struct world *w, uint32_t period, unsigned exporter,
                          unsigned importer, const char *hs, mg_flow flow, double value)
{
    assert_true(w->n < ROWS);
    w->rows[w->n] = row_of(period, exporter, importer, hs, flow, value);
    return &w->rows[w->n++];
}

static inline void join(struct world *w, uint32_t period, mg_pair_plan plan,
                        bool silences, struct taken *t)
{
    struct memory_rows from = {0};
    mg_memory *memory = memory_rows_new(&from, w->rows, w->n, w->periods, w->n_periods,
                                        MG_ALL_COLUMNS, false);
    const mg_dataset *data = mg_memory_dataset(memory);
    mg_reporting *reporting = NULL;
    mg_pair_sink sink = {.take = take_pairs, .self = t, .counts = &t->counts};

    memset(t, 0, sizeof *t);
    for (size_t p = 0; p < w->n_periods; p++) /* who reports is told of opened periods */
        assert_int_equal(mg_dataset_open(data, p, NULL), MG_OK);
    if (silences)
        assert_int_equal(
            mg_reporting_new(data, w->ref, plan.unions, plan.months, &reporting, NULL),
            MG_OK);
    plan.reporting = reporting;
    plan.columns = MG_JOIN_COLUMNS;
    assert_int_equal(mg_pair_join(data, period, &plan, &sink, NULL), MG_OK);
    mg_reporting_free(reporting);
    mg_memory_free(memory);
}

#endif
