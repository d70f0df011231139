/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "mirrorgap/mem.h"
#include "ref/ref_tables.h"

enum { NAME_MAX_BYTES = 256 };

static mg_status add(struct ref_names *names, mg_cell name, int value, bool sub,
                     mg_error *err)
{
    char folded[NAME_MAX_BYTES];
    size_t n = mg_text_fold(name, folded, sizeof folded);
    mg_status status;

    if (n == 0 || n >= sizeof folded)
        return MG_OK;
    status = mg_grow((void **)&names->items, &names->room, names->n + 1,
                     sizeof *names->items, err);
    if (status != MG_OK)
        return status;
    char *copy = mg_copy_text(folded);
    if (copy == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot hold a name");
    names->items[names->n++] = (struct ref_name){copy, value, sub};
    return MG_OK;
}

mg_status ref_names_add(struct ref_names *names, const char *name, int value, bool sub,
                        mg_error *err)
{
    return add(names, (mg_cell){name, strlen(name)}, value, sub, err);
}

mg_status ref_names_add_list(struct ref_names *names, const char *list, int value,
                             bool sub, mg_error *err)
{
    mg_status status = MG_OK;

    while (status == MG_OK && *list != '\0') {
        size_t n = strcspn(list, "|");
        status = add(names, (mg_cell){list, n}, value, sub, err);
        list += n + (list[n] == '|');
    }
    return status;
}

static int by_name(const void *a, const void *b)
{
    const struct ref_name *x = a;
    const struct ref_name *y = b;
    int order = strcmp(x->name, y->name);

    return order != 0 ? order : (x->value > y->value) - (x->value < y->value);
}

void ref_names_sort(struct ref_names *names)
{
    if (names->n > 0)
        qsort(names->items, names->n, sizeof *names->items, by_name);
}

const struct ref_name *ref_names_find(const struct ref_names *names, mg_cell name,
                                      size_t *count)
{
    char folded[NAME_MAX_BYTES];
    size_t n = mg_text_fold(name, folded, sizeof folded);
    size_t low = 0;
    size_t high = names->n;

    *count = 0;
    if (n == 0 || n >= sizeof folded)
        return NULL;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(names->items[middle].name, folded) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    while (low + *count < names->n &&
           strcmp(names->items[low + *count].name, folded) == 0)
        ++*count;
    return *count > 0 ? &names->items[low] : NULL;
}

void ref_names_release(struct ref_names *names)
{
    for (size_t i = 0; i < names->n; i++)
        free(names->items[i].name);
    free(names->items);
    *names = (struct ref_names){0};
}
