/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mirrorgap/confusable.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "input/csv_table.h"
#include "mirrorgap/mem.h"
#include "mirrorgap/number.h"

struct mg_confusable {
    const mg_ref *ref; /* while loading */
    mg_twin *twins;    /* each pair twice, by code and twin */
    size_t n, room;
    char **reasons; /* one a row of the file */
    size_t n_reasons, room_reasons;
};

static mg_status read_code(const mg_confusable *table, const char *column,
                           const char *text, uint16_t *code, mg_error *err)
{
    uint64_t got;

    if (!mg_integer_read(text, strlen(text), &got) || got > UINT16_MAX ||
        mg_ref_area(table->ref, (unsigned)got) == NULL)
        return mg_fail(err, MG_E_PARSE, "column '%s': '%s' is no area of countries.csv",
                       column, text);
    *code = (uint16_t)got;
    return MG_OK;
}

static mg_status read_directions(const char *text, mg_twin *twin, mg_error *err)
{
    bool both = strcmp(text, "both") == 0;

    twin->loses = both || strcmp(text, "a_as_b") == 0;
    twin->gains = both || strcmp(text, "b_as_a") == 0;
    return twin->loses || twin->gains
               ? MG_OK
               : mg_fail(err, MG_E_PARSE,
                         "column 'directions': '%s' is none of both, a_as_b, b_as_a",
                         text);
}

static mg_status add_pair(mg_confusable *table, mg_twin a, const char *why, mg_error *err)
{
    mg_status status = mg_grow((void **)&table->twins, &table->room, table->n + 2,
                               sizeof *table->twins, err);

    if (status == MG_OK)
        status = mg_grow((void **)&table->reasons, &table->room_reasons,
                         table->n_reasons + 1, sizeof *table->reasons, err);
    if (status != MG_OK)
        return status;
    char *reason = mg_copy_text(why);
    if (reason == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot hold a reason");
    table->reasons[table->n_reasons++] = reason;
    a.why = reason;
    table->twins[table->n++] = a;
    table->twins[table->n++] = (mg_twin){.code = a.twin,
                                         .twin = a.code,
                                         .gains = a.loses,
                                         .loses = a.gains,
                                         .why = reason};
    return MG_OK;
}

static mg_status take_row(void *self, const char *const *field, mg_error *err)
{
    mg_confusable *table = self;
    mg_twin a = {0};
    mg_status status = read_code(table, "code_a", field[0], &a.code, err);

    if (status == MG_OK)
        status = read_code(table, "code_b", field[1], &a.twin, err);
    if (status == MG_OK)
        status = read_directions(field[2], &a, err);
    if (status != MG_OK)
        return status;
    if (a.code == a.twin)
        return mg_fail(err, MG_E_PARSE, "area %u stands beside itself", a.code);
    for (size_t i = 0; i < table->n; i++)
        if (table->twins[i].code == a.code && table->twins[i].twin == a.twin)
            return mg_fail(err, MG_E_PARSE, "the pair %u, %u stands twice", a.code,
                           a.twin);
    return add_pair(table, a, field[3], err);
}

static int by_codes(const void *a, const void *b)
{
    const mg_twin *x = a;
    const mg_twin *y = b;
    uint32_t kx = (uint32_t)x->code << 16 | x->twin;
    uint32_t ky = (uint32_t)y->code << 16 | y->twin;

    return (kx > ky) - (kx < ky);
}

mg_status mg_confusable_load(const mg_ref *ref, mg_confusable **out, mg_error *err)
{
    static const char *const columns[] = {"code_a", "code_b", "directions", "why", NULL};
    mg_confusable *table = mg_alloc_zero(1, sizeof *table);
    char path[4096];

    *out = NULL;
    if (table == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot hold the table of confusable areas");
    table->ref = ref;
    snprintf(path, sizeof path, "%s/confusable.csv", mg_ref_folder(ref));
    mg_status status = mg_table_read(path, columns, take_row, table, err);
    table->ref = NULL;
    if (status != MG_OK) {
        mg_confusable_free(table);
        return status;
    }
    if (table->n > 0)
        qsort(table->twins, table->n, sizeof *table->twins, by_codes);
    *out = table;
    return MG_OK;
}

void mg_confusable_free(mg_confusable *table)
{
    if (table == NULL)
        return;
    for (size_t i = 0; i < table->n_reasons; i++)
        free(table->reasons[i]);
    free(table->reasons);
    free(table->twins);
    free(table);
}

const mg_twin *mg_confusable_twins(const mg_confusable *table, unsigned code, size_t *n)
{
    size_t from = 0;

    while (from < table->n && table->twins[from].code < code)
        from++;
    size_t end = from;
    while (end < table->n && table->twins[end].code == code)
        end++;
    *n = end - from;
    return *n > 0 ? table->twins + from : NULL;
}
