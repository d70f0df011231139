/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>

#include "mirrorgap/dataset.h"
#include "mirrorgap/mem.h"

enum { CODES = 65536 };

mg_status mg_coverage_count(mg_coverage_counter *counter, mg_table table,
                            const mg_row *rows, size_t n, mg_error *err)
{
    if (counter->counts == NULL) {
        counter->counts = mg_alloc_zero(CODES, sizeof *counter->counts);
        if (counter->counts == NULL)
            return mg_fail(err, MG_E_NOMEM, "cannot count reporters");
    }
    if (table == MG_T_DETAILS)
        return MG_OK;
    for (size_t i = 0; i < n; i++) {
        const mg_row *row = &rows[i];
        if (table == MG_T_OBSERVATIONS)
            counter->editions |= 1U << row->edition;
        if (row->flow != MG_FLOW_BACI) /* nobody's report */
            counter->counts[mg_row_reporter(row)][row->flow][table == MG_T_CONTROLS]++;
    }
    return MG_OK;
}

mg_status mg_coverage_list(mg_coverage_counter *counter, mg_coverage **list, size_t *n,
                           mg_error *err)
{
    size_t room = 0;
    mg_status status = MG_OK;

    *list = NULL;
    *n = 0;
    for (unsigned c = 0; counter->counts != NULL && status == MG_OK && c < CODES; c++)
        for (unsigned f = 0; f < MG_FLOW_COUNT; f++) {
            const uint32_t *count = counter->counts[c][f];
            if (count[0] == 0 && count[1] == 0)
                continue;
            status = mg_grow((void **)list, &room, *n + 1, sizeof **list, err);
            if (status != MG_OK)
                break;
            (*list)[(*n)++] = (mg_coverage){(uint16_t)c, (uint8_t)f, count[0], count[1]};
        }
    if (status != MG_OK) {
        free(*list);
        *list = NULL;
        *n = 0;
    }
    mg_coverage_release(counter);
    return status;
}

void mg_coverage_release(mg_coverage_counter *counter)
{
    free(counter->counts);
    *counter = (mg_coverage_counter){0};
}
