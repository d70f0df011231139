/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "mirrorgap/mem.h"
#include "mirrorgap/threads.h"
#include "synth/world.h"

static int cell_order(const void *a, const void *b)
{
    const struct cell *p = a;
    const struct cell *q = b;

    if (p->exporter != q->exporter)
        return p->exporter < q->exporter ? -1 : 1;
    if (p->importer != q->importer)
        return p->importer < q->importer ? -1 : 1;
    return (p->commodity > q->commodity) - (p->commodity < q->commodity);
}

void cells_sort(struct cells *cells)
{
    if (cells->n > 0)
        qsort(cells->items, cells->n, sizeof *cells->items, cell_order);
}

struct cell *cells_find(const struct cells *cells, size_t exporter, size_t importer,
                        size_t commodity)
{
    struct cell key = {.exporter = (uint16_t)exporter,
                       .importer = (uint16_t)importer,
                       .commodity = (uint16_t)commodity};

    return cells->n == 0
               ? NULL
               : bsearch(&key, cells->items, cells->n, sizeof *cells->items, cell_order);
}

void cells_release(struct cells *cells)
{
    free(cells->items);
    *cells = (struct cells){0};
}

static mg_status make_exports(const struct world *w, unsigned period, size_t exporter,
                              struct cells *cells)
{
    for (size_t to = 0; to < w->n_actors; to++) {
        if (to == exporter || (exporter >= w->n_reporters && to >= w->n_reporters))
            continue; /* of two that never report there is nothing to tell */
        for (size_t k = 0; k < w->n_traded; k++) {
            mg_status status = mg_grow((void **)&cells->items, &cells->room, cells->n + 1,
                                       sizeof *cells->items, NULL);
            if (status != MG_OK)
                return status;
            cells->n += flow_draw(w, period, exporter, to, k, &cells->items[cells->n]);
        }
    }
    return MG_OK;
}

mg_status cells_make(const struct world *w, unsigned period, struct cells *cells,
                     mg_error *err)
{
    struct cells *parts = mg_alloc_zero(w->n_actors, sizeof *parts);
    bool failed = parts == NULL;

    *cells = (struct cells){0};
    if (parts != NULL) {
#pragma omp parallel for schedule(dynamic, 1) num_threads(mg_threads())
        for (size_t i = 0; i < w->n_actors; i++)
            if (make_exports(w, period, i, &parts[i]) != MG_OK) {
#pragma omp atomic write
                failed = true;
            }
    }
    for (size_t i = 0; i < w->n_actors && !failed; i++)
        cells->room += parts[i].n;
    if (!failed)
        cells->items = mg_alloc(cells->room, sizeof *cells->items);
    failed |= cells->items == NULL;
    for (size_t i = 0; i < w->n_actors && parts != NULL; i++) {
        if (!failed && parts[i].n > 0) {
            memcpy(cells->items + cells->n, parts[i].items,
                   parts[i].n * sizeof *cells->items);
            cells->n += parts[i].n;
        }
        cells_release(&parts[i]);
    }
    free(parts);
    if (!failed)
        return MG_OK;
    cells_release(cells);
    return mg_fail(err, MG_E_NOMEM, "cannot hold the flows of %u", period);
}

mg_status by_importer_make(const struct world *w, const struct cells *cells,
                           struct by_importer *index, mg_error *err)
{
    index->cells = mg_alloc(cells->n, sizeof *index->cells);
    index->first = mg_alloc_zero(w->n_actors + 2, sizeof *index->first);
    if (index->cells == NULL || index->first == NULL) {
        by_importer_release(index);
        return mg_fail(err, MG_E_NOMEM, "cannot order %zu flows", cells->n);
    }
    /* counting sort: first[i + 2] counts, then first[i + 1] is where i goes */
    for (size_t i = 0; i < cells->n; i++)
        index->first[cells->items[i].importer + 2]++;
    for (size_t i = 2; i < w->n_actors + 2; i++)
        index->first[i] += index->first[i - 1];
    for (size_t i = 0; i < cells->n; i++)
        index->cells[index->first[cells->items[i].importer + 1]++] = (uint32_t)i;
    return MG_OK;
}

void by_importer_release(struct by_importer *index)
{
    free(index->cells);
    free(index->first);
    *index = (struct by_importer){0};
}
