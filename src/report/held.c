/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/held.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "mirrorgap/mem.h"
#include "mirrorgap/number.h"

static mg_status no_memory(mg_error *err)
{
    return mg_fail(err, MG_E_NOMEM, "cannot hold a table");
}

mg_status mg_held_new(const char *title, mg_held_keep keep, void *self, mg_held **held,
                      mg_error *err)
{
    mg_held *h = mg_alloc_zero(1, sizeof *h);

    *held = h;
    if (h == NULL)
        return no_memory(err);
    h->title = title;
    h->keep = keep;
    h->self = self;
    return MG_OK;
}

static void free_columns(mg_held *h)
{
    for (size_t i = 0; h->texts != NULL && i < 3 * h->n_columns; i++)
        free(h->texts[i]);
    free(h->texts);
    free(h->columns);
}

void mg_held_free(mg_held *h)
{
    if (h == NULL)
        return;
    for (size_t i = 0; i < h->n_notes; i++) {
        free(h->notes[i].name);
        free(h->notes[i].value);
    }
    free(h->notes);
    free_columns(h);
    free(h->table);
    free(h->text);
    free(h->at);
    free(h);
}

/* ---- filled by an output ---- */

static mg_status take_table(void *self, const char *table,
                            const mg_output_column *columns, size_t n, mg_error *err)
{
    mg_held *h = self;
    bool bad = false;

    h->table = mg_copy_text(table);
    h->columns = mg_alloc_zero(n, sizeof *h->columns);
    h->texts = mg_alloc_zero(n, 3 * sizeof *h->texts);
    h->n_columns = n;
    if (h->table == NULL || h->columns == NULL || h->texts == NULL)
        return no_memory(err);
    for (size_t c = 0; c < n; c++) {
        char **texts = h->texts + 3 * c;
        texts[0] = mg_copy_text(columns[c].name);
        texts[1] = mg_copy_text(columns[c].unit);
        texts[2] = mg_copy_text(columns[c].what);
        h->columns[c] = (mg_output_column){texts[0], texts[1], texts[2]};
        bad = bad || texts[0] == NULL || texts[1] == NULL || texts[2] == NULL;
    }
    return bad ? no_memory(err) : MG_OK;
}

static mg_status take_note(void *self, const char *name, const char *value, mg_error *err)
{
    mg_held *h = self;
    mg_status status = mg_grow((void **)&h->notes, &h->room_notes, h->n_notes + 1,
                               sizeof *h->notes, err);

    if (status != MG_OK)
        return status;
    h->notes[h->n_notes] = (struct held_note){mg_copy_text(name), mg_copy_text(value)};
    h->n_notes++;
    return h->notes[h->n_notes - 1].name != NULL && h->notes[h->n_notes - 1].value != NULL
               ? MG_OK
               : no_memory(err);
}

static void drop_last(mg_held *h)
{
    h->rows--;
    h->n_at -= h->n_columns;
    h->n_text = h->at[h->n_at];
}

static mg_status take_field(void *self, const char *text, size_t n, mg_error *err)
{
    mg_held *h = self;
    mg_status status =
        mg_grow((void **)&h->text, &h->room_text, h->n_text + n + 1, 1, err);

    if (status == MG_OK)
        status = mg_grow((void **)&h->at, &h->room_at, h->n_at + 1, sizeof *h->at, err);
    if (status != MG_OK)
        return status;
    h->at[h->n_at++] = h->n_text;
    memcpy(h->text + h->n_text, text, n);
    h->text[h->n_text + n] = '\0';
    h->n_text += n + 1;
    if (h->n_at % h->n_columns == 0) {
        h->rows++;
        if (h->keep != NULL && !h->keep(h->self, h))
            drop_last(h);
    }
    return MG_OK;
}

mg_status mg_held_output(mg_held *h, mg_output **output, mg_error *err)
{
    const mg_output_options options = {.format = MG_FORMAT_SINK,
                                       .sink = {h, take_table, take_note, take_field}};

    return mg_output_new(&options, output, err);
}

mg_status mg_held_copy(mg_held *h, const mg_held *from, size_t row, mg_error *err)
{
    mg_status status = MG_OK;

    for (size_t c = 0; status == MG_OK && c < h->n_columns; c++) {
        const char *text =
            mg_held_text(from, row, mg_held_column(from, h->columns[c].name));
        status = take_field(h, text, strlen(text), err);
    }
    return status;
}

/* ---- looked at ---- */

const char *mg_held_title(const mg_held *h)
{
    return h->title;
}

size_t mg_held_rows(const mg_held *h)
{
    return h->rows;
}

const char *mg_held_table(const mg_held *h)
{
    return h->table != NULL ? h->table : "";
}

const mg_output_column *mg_held_columns(const mg_held *h, size_t *n)
{
    *n = h->n_columns;
    return h->columns;
}

size_t mg_held_column(const mg_held *h, const char *name)
{
    for (size_t c = 0; c < h->n_columns; c++)
        if (strcmp(h->columns[c].name, name) == 0)
            return c;
    return SIZE_MAX;
}

const char *mg_held_text(const mg_held *h, size_t row, size_t column)
{
    return column == SIZE_MAX ? "" : h->text + h->at[row * h->n_columns + column];
}

double mg_held_number(const mg_held *h, size_t row, size_t column)
{
    const char *text = mg_held_text(h, row, column);
    double value = NAN;

    (void)!mg_number_read(text, strlen(text), 0, &value);
    return value;
}

const char *mg_held_note(const mg_held *h, const char *name)
{
    for (size_t i = 0; i < h->n_notes; i++)
        if (strcmp(h->notes[i].name, name) == 0)
            return h->notes[i].value;
    return NULL;
}

void mg_held_choose(mg_held *h, const bool *keep)
{
    size_t to = 0;

    for (size_t row = 0; row < h->rows; row++)
        if (keep[row]) {
            memmove(h->at + to * h->n_columns, h->at + row * h->n_columns,
                    h->n_columns * sizeof *h->at);
            to++;
        }
    h->rows = to;
    h->n_at = to * h->n_columns;
}

/* ---- written ---- */

static mg_status write_rows(const mg_held *h, mg_output *output, mg_error *err)
{
    mg_lines lines;
    mg_status status = MG_OK;

    mg_lines_start(&lines, output);
    for (size_t row = 0; status == MG_OK && row < h->rows; row++) {
        for (size_t c = 0; c < h->n_columns; c++) {
            const char *text = mg_held_text(h, row, c);
            if (text[0] == '\0')
                mg_line_missing(&lines);
            else if (mg_output_is_number(&h->columns[c]))
                mg_line_word(&lines, text, strlen(text));
            else
                mg_line_text(&lines, text);
        }
        mg_line_end(&lines);
        status = mg_output_step(output, &lines, err);
    }
    if (status == MG_OK)
        status = mg_output_write(output, &lines, err);
    mg_lines_release(&lines);
    return status;
}

mg_status mg_held_write(const mg_held *h, const mg_output_options *options, mg_error *err)
{
    mg_output *output = NULL;
    mg_status status = mg_output_new(options, &output, err);

    if (status == MG_OK)
        status = mg_output_columns(output, h->table, h->columns, h->n_columns, err);
    for (size_t i = 0; status == MG_OK && i < h->n_notes; i++)
        status = mg_output_note(output, h->notes[i].name, h->notes[i].value, err);
    if (status == MG_OK)
        status = write_rows(h, output, err);
    if (status == MG_OK)
        status = mg_output_end(output, err);
    mg_output_free(output);
    return status;
}
