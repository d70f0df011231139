/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>

#include "mirrorgap/dataset.h"
#include "mirrorgap/mem.h"

enum { CODES = 65536 };

/* The reporter's counts; NULL: no memory. */
static mg_reporter_counts *counts_of(mg_coverage_counter *c, uint16_t reporter)
{
    if (c->place_of[reporter] == 0) {
        if (mg_grow((void **)&c->reporters, &c->room, c->n + 1, sizeof *c->reporters,
                    NULL) != MG_OK)
            return NULL;
        c->reporters[c->n++] = (mg_reporter_counts){.reporter = reporter};
        c->place_of[reporter] = (uint32_t)c->n;
    }
    return &c->reporters[c->place_of[reporter] - 1];
}

mg_status mg_coverage_count(mg_coverage_counter *counter, mg_table table,
                            const mg_row *rows, size_t n, mg_error *err)
{
    mg_reporter_counts *last = NULL;

    if (counter->place_of == NULL)
        counter->place_of = mg_alloc_zero(CODES, sizeof *counter->place_of);
    if (counter->place_of == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot count reporters");
    if (table == MG_T_DETAILS)
        return MG_OK;
    for (size_t i = 0; i < n; i++) {
        const mg_row *row = &rows[i];
        uint16_t reporter = mg_row_reporter(row);
        if (table == MG_T_OBSERVATIONS)
            counter->editions |= 1U << row->edition;
        if (row->flow == MG_FLOW_BACI) /* nobody's report */
            continue;
        if (last == NULL || last->reporter != reporter)
            last = counts_of(counter, reporter);
        if (last == NULL)
            return mg_fail(err, MG_E_NOMEM, "cannot count reporters");
        last->counts[row->flow][table == MG_T_CONTROLS]++;
    }
    return MG_OK;
}

static int by_reporter(const void *a, const void *b)
{
    const mg_reporter_counts *x = a;
    const mg_reporter_counts *y = b;

    return (x->reporter > y->reporter) - (x->reporter < y->reporter);
}

mg_status mg_coverage_list(mg_coverage_counter *counter, mg_coverage **list, size_t *n,
                           mg_error *err)
{
    *n = 0;
    *list = mg_alloc(counter->n * MG_FLOW_COUNT, sizeof **list);
    if (*list == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot list reporters");
    if (counter->n > 0)
        qsort(counter->reporters, counter->n, sizeof *counter->reporters, by_reporter);
    for (size_t i = 0; i < counter->n; i++)
        for (unsigned f = 0; f < MG_FLOW_COUNT; f++) {
            const mg_reporter_counts *r = &counter->reporters[i];
            if (r->counts[f][0] > 0 || r->counts[f][1] > 0)
                (*list)[(*n)++] = (mg_coverage){r->reporter, (uint8_t)f, r->counts[f][0],
                                                r->counts[f][1]};
        }
    mg_coverage_release(counter);
    return MG_OK;
}

void mg_coverage_release(mg_coverage_counter *counter)
{
    free(counter->place_of);
    free(counter->reporters);
    *counter = (mg_coverage_counter){0};
}
