/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/figure_table.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mirrorgap/mem.h"
#include "mirrorgap/number.h"

static mg_status take_table(void *self, const char *name, const mg_output_column *columns,
                            size_t n, mg_error *err)
{
    struct figure_table *t = self;

    t->n_columns = n;
    for (t->n_wanted = 0; t->n_wanted < FIGURE_COLUMNS && t->wanted[t->n_wanted] != NULL;
         t->n_wanted++) {
        size_t c = 0;
        while (c < n && strcmp(columns[c].name, t->wanted[t->n_wanted]) != 0)
            c++;
        if (c == n)
            return mg_fail(err, MG_E_RANGE, "the table of %s has no column '%s'", name,
                           t->wanted[t->n_wanted]);
        t->places[t->n_wanted] = c;
    }
    return MG_OK;
}

static mg_status take_note(void *self, const char *name, const char *value, mg_error *err)
{
    struct figure_table *t = self;

    (void)err;
    if (strcmp(name, "cif") == 0)
        snprintf(t->cif, sizeof t->cif, "%s", value);
    if (strcmp(name, "data") == 0)
        snprintf(t->data, sizeof t->data, "%s", value);
    return MG_OK;
}

static mg_status take_field(void *self, const char *field, size_t n, mg_error *err)
{
    struct figure_table *t = self;
    mg_status status = mg_grow((void **)&t->cells, &t->room, (t->rows + 1) * t->n_wanted,
                               sizeof *t->cells, err);

    if (status != MG_OK)
        return status;
    for (size_t w = 0; w < t->n_wanted; w++) {
        if (t->places[w] != t->next)
            continue;
        double *cell = &t->cells[t->rows * t->n_wanted + w];
        *cell = NAN;
        (void)!mg_number_read(field, n, 0, cell);
        if (t->rows < FIGURE_FIRST)
            snprintf(t->first[t->rows][w], FIGURE_TEXT, "%.*s", (int)n, field);
    }
    t->next = (t->next + 1) % t->n_columns;
    t->rows += t->next == 0;
    return MG_OK;
}

mg_status figure_table_output(struct figure_table *t, mg_output **output, mg_error *err)
{
    const mg_output_options options = {.format = MG_FORMAT_SINK,
                                       .sink = {t, take_table, take_note, take_field}};

    return mg_output_new(&options, output, err);
}

void figure_table_release(struct figure_table *t)
{
    free(t->cells);
    t->cells = NULL;
}
