/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A table as a workbook of Excel: one sheet with the rows, one with what its columns
 * mean. The only user of libxlsxwriter. */
#include <math.h>
#include <string.h>
#include <xlsxwriter.h>

#include "mirrorgap/mem.h"
#include "mirrorgap/version.h"
#include "report/held_rows.h"

enum { WIDE = 14, CELL_MOST = 32767 };

/* The same bytes whenever it is written. */
static const time_t made = 946684800; /* 1 January 2000 */

static mg_status failed(const mg_output *o, lxw_error error, mg_error *err)
{
    mg_status status =
        mg_fail(err, MG_E_IO, "cannot write the workbook: %s", lxw_strerror(error));
    mg_error_at(err, o->path);
    return status;
}

static lxw_error write_text(lxw_worksheet *sheet, size_t row, size_t column,
                            const char *text, size_t n, char *cell)
{
    if (n == 0)
        return LXW_NO_ERROR;
    if (n > CELL_MOST - 1)
        return LXW_ERROR_MAX_STRING_LENGTH_EXCEEDED;
    memcpy(cell, text, n);
    cell[n] = '\0';
    return worksheet_write_string(sheet, (lxw_row_t)row, (lxw_col_t)column, cell, NULL);
}

static lxw_error write_rows(const mg_output *o, lxw_worksheet *sheet, lxw_format *bold,
                            char *cell)
{
    const char *end = o->held + o->n_held;
    lxw_error error = LXW_NO_ERROR;
    size_t row = 1;
    size_t column = 0;

    for (size_t c = 0; c < o->n_columns; c++)
        worksheet_write_string(sheet, 0, (lxw_col_t)c, o->columns[c].name, bold);
    for (const char *at = o->held; error == LXW_NO_ERROR && at < end;) {
        size_t n;
        bool ended;
        const char *field = held_field(&at, &n, &ended);
        const double value =
            mg_output_is_number(&o->columns[column]) ? held_number(field, n) : NAN;
        error = isnan(value) ? write_text(sheet, row, column, field, n, cell)
                             : worksheet_write_number(sheet, (lxw_row_t)row,
                                                      (lxw_col_t)column, value, NULL);
        column = ended ? 0 : column + 1;
        row += ended;
    }
    worksheet_freeze_panes(sheet, 1, 0);
    worksheet_set_column(sheet, 0, (lxw_col_t)(o->n_columns - 1), WIDE, NULL);
    if (error == LXW_NO_ERROR)
        error = worksheet_autofilter(sheet, 0, 0, (lxw_row_t)(row - 1),
                                     (lxw_col_t)(o->n_columns - 1));
    return error;
}

/* Names, units and meanings of the columns; then how the table was made. */
static void write_columns(const mg_output *o, lxw_worksheet *sheet, lxw_format *bold)
{
    static const char *const head[] = {"column", "unit", "meaning"};
    lxw_row_t row = 1;

    for (lxw_col_t c = 0; c < 3; c++)
        worksheet_write_string(sheet, 0, c, head[c], bold);
    for (size_t c = 0; c < o->n_columns; c++, row++) {
        worksheet_write_string(sheet, row, 0, o->columns[c].name, NULL);
        worksheet_write_string(sheet, row, 1, o->columns[c].unit, NULL);
        worksheet_write_string(sheet, row, 2, o->columns[c].what, NULL);
    }
    row++;
    for (size_t i = 0; i < o->n_notes; i++, row++) {
        worksheet_write_string(sheet, row, 0, o->notes[i].name, NULL);
        worksheet_write_string(sheet, row, 2, o->notes[i].value, NULL);
    }
    if (!o->options.no_provenance) {
        worksheet_write_string(sheet, row, 0, "program", NULL);
        worksheet_write_string(sheet, row, 2, "mirrorgap " MG_VERSION, NULL);
    }
    worksheet_set_column(sheet, 0, 1, 2 * WIDE, NULL);
    worksheet_set_column(sheet, 2, 2, 6 * WIDE, NULL);
}

mg_status sheet_write(const mg_output *o, const char *path, mg_error *err)
{
    lxw_workbook_options options = {.constant_memory = LXW_TRUE, .use_zip64 = LXW_TRUE};
    lxw_doc_properties properties = {.created = made};
    char *cell = mg_alloc(CELL_MOST, 1);
    lxw_workbook *book = workbook_new_opt(path, &options);

    if (cell == NULL || book == NULL) {
        free(cell);
        if (book != NULL)
            workbook_close(book);
        return mg_fail(err, MG_E_NOMEM, "cannot make a workbook");
    }
    workbook_set_properties(book, &properties);
    lxw_format *bold = workbook_add_format(book);
    format_set_bold(bold);
    /* a sheet is named in 31 letters */
    char name[32];
    snprintf(name, sizeof name, "%.31s", o->table);
    lxw_worksheet *rows = workbook_add_worksheet(book, name);
    lxw_error error = write_rows(o, rows, bold, cell);
    write_columns(o, workbook_add_worksheet(book, "about these columns"), bold);
    lxw_error closed = workbook_close(book);
    free(cell);
    error = error != LXW_NO_ERROR ? error : closed;
    return error == LXW_NO_ERROR ? MG_OK : failed(o, error, err);
}
