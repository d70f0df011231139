/* SPDX-License-Identifier: GPL-3.0-or-later */
/* By (exporter, importer, hs), then stably by period, then the few rows of each
 * cell by the full order. */
#include "table/sort.h"

#include <stdlib.h>

#include "mirrorgap/mem.h"
#include "mirrorgap/radix.h"

static int by_full_order(const void *a, const void *b, void *rows)
{
    const mg_row *all = rows;
    return mg_row_order(&all[*(const uint32_t *)a], &all[*(const uint32_t *)b]);
}

/* Orders the rows of one cell; they are few but for hostile files. */
static void order_cell(const mg_row *rows, uint32_t *order, size_t n)
{
    enum { FEW = 24 };

    if (n > FEW) {
        qsort_r(order, n, sizeof *order, by_full_order, (void *)(uintptr_t)rows);
        return;
    }
    for (size_t i = 1; i < n; i++) {
        uint32_t moving = order[i];
        size_t at = i;
        while (at > 0 && mg_row_order(&rows[order[at - 1]], &rows[moving]) > 0) {
            order[at] = order[at - 1];
            at--;
        }
        order[at] = moving;
    }
}

static bool same_cell(const mg_row *a, const mg_row *b)
{
    return a->hs == b->hs && a->importer == b->importer && a->exporter == b->exporter &&
           a->period == b->period;
}

mg_status sort_rows(const mg_row *rows, size_t n, uint32_t *order, mg_error *err)
{
    mg_radix_item *items = mg_alloc(n, sizeof *items);
    mg_radix_item *work = mg_alloc(n, sizeof *work);

    if (items == NULL || work == NULL) {
        free(items);
        free(work);
        return mg_fail(err, MG_E_NOMEM, "cannot sort %zu rows", n);
    }
    for (size_t i = 0; i < n; i++)
        items[i] = (mg_radix_item){(uint64_t)rows[i].exporter << 48 |
                                       (uint64_t)rows[i].importer << 32 | rows[i].hs,
                                   (uint32_t)i, 0};
    mg_radix_sort(&items, &work, n);
    for (size_t i = 0; i < n; i++)
        items[i].key = rows[items[i].index].period;
    mg_radix_sort(&items, &work, n);
    for (size_t i = 0; i < n; i++)
        order[i] = items[i].index;
    free(items);
    free(work);
    for (size_t i = 0; i < n;) {
        size_t end = i + 1;
        while (end < n && same_cell(&rows[order[end]], &rows[order[i]]))
            end++;
        if (end - i > 1)
            order_cell(rows, order + i, end - i);
        i = end;
    }
    return MG_OK;
}
