/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lists of codes, sets of numbers, and the parts of steps. */
#include <stdlib.h>

#include "mirrorgap/mem.h"
#include "mirrorgap/search.h"
#include "ref/concordance_parts.h"

mg_status code_add(struct code_list *list, uint32_t code, mg_error *err)
{
    mg_status status = mg_grow((void **)&list->items, &list->room, list->n + 1,
                               sizeof *list->items, err);

    if (status == MG_OK)
        list->items[list->n++] = code;
    return status;
}

static int by_number(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a;
    uint32_t y = *(const uint32_t *)b;

    return (x > y) - (x < y);
}

void sort_codes(struct code_list *list)
{
    size_t n = 0;

    if (list->n > 0)
        qsort(list->items, list->n, sizeof *list->items, by_number);
    for (size_t i = 0; i < list->n; i++)
        if (n == 0 || list->items[n - 1] != list->items[i])
            list->items[n++] = list->items[i];
    list->n = n;
}

size_t code_place(const struct code_list *list, uint32_t code)
{
    const size_t at = mg_lower_bound(list->items, list->n, code);

    return at < list->n && list->items[at] == code ? at : list->n;
}

uint32_t set_find(uint32_t *parent, uint32_t a)
{
    while (parent[a] != a) {
        parent[a] = parent[parent[a]];
        a = parent[a];
    }
    return a;
}

void set_join(uint32_t *parent, uint32_t a, uint32_t b)
{
    a = set_find(parent, a);
    b = set_find(parent, b);
    if (a < b)
        parent[b] = a;
    else
        parent[a] = b;
}

mg_status part_add(struct step *step, const struct code_list *before,
                   const struct code_list *after, bool cut, mg_error *err)
{
    struct part part = {step->codes.n, (uint32_t)before->n, (uint32_t)after->n, cut};
    mg_status status = mg_grow((void **)&step->parts, &step->room_parts,
                               step->n_parts + 1, sizeof part, err);

    for (size_t i = 0; status == MG_OK && i < before->n; i++)
        status = code_add(&step->codes, before->items[i], err);
    for (size_t i = 0; status == MG_OK && i < after->n; i++)
        status = code_add(&step->codes, after->items[i], err);
    if (status == MG_OK)
        step->parts[step->n_parts++] = part;
    return status;
}

void steps_release(struct steps *steps)
{
    for (unsigned from = 0; from < EDITIONS; from++)
        for (unsigned to = 0; to < EDITIONS; to++) {
            struct step *step = &steps->between[from][to];
            free(step->edges);
            free(step->parts);
            free(step->codes.items);
            free(step->places);
            *step = (struct step){0};
        }
}
