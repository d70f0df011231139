/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/held_rows.h"

#include <string.h>

#include "mirrorgap/hash.h"

mg_status held_begin(mg_held *held, const char *table, const mg_output_column *columns,
                     size_t n, mg_error *err)
{
    mg_output *output = NULL;
    mg_status status = mg_held_output(held, &output, err);

    if (status == MG_OK)
        status = mg_output_columns(output, table, columns, n, err);
    mg_output_free(output);
    return status;
}

void held_columns(const mg_held *h, const char *const *names, size_t n, size_t *columns)
{
    for (size_t k = 0; k < n; k++)
        columns[k] = mg_held_column(h, names[k]);
}

uint64_t held_hash(const mg_held *h, size_t row, const size_t *columns, size_t n)
{
    uint64_t hash = 0;

    for (size_t k = 0; k < n; k++) {
        const char *text = mg_held_text(h, row, columns[k]);
        hash = hash * 0x9e3779b97f4a7c15ULL ^ mg_hash64(text, strlen(text));
    }
    return hash;
}
