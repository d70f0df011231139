/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mirrorgap/output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mirrorgap/mem.h"
#include "report/held_rows.h"
#include "report/put_in_place.h"

mg_status mg_output_new(const mg_output_options *options, mg_output **out, mg_error *err)
{
    mg_output *o = mg_alloc_zero(1, sizeof *o);

    *out = NULL;
    if (o == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot make an output");
    o->options = *options;
    o->fd = -1;
    if ((options->path != NULL && (o->path = mg_copy_text(options->path)) == NULL) ||
        (options->command != NULL &&
         (o->command = mg_copy_text(options->command)) == NULL)) {
        mg_output_free(o);
        return mg_fail(err, MG_E_NOMEM, "cannot make an output");
    }
    *out = o;
    return MG_OK;
}

void mg_output_free(mg_output *o)
{
    if (o == NULL)
        return;
    if (o->path != NULL && o->fd >= 0)
        close(o->fd);
    if (o->temporary != NULL)
        unlink(o->temporary);
    for (size_t i = 0; i < o->n_notes; i++) {
        free(o->notes[i].name);
        free(o->notes[i].value);
    }
    free(o->notes);
    free(o->held);
    free(o->temporary);
    free(o->path);
    free(o->command);
    free(o->table);
    free(o->columns);
    free(o);
}

static mg_status failed(const mg_output *o, const char *what, mg_error *err)
{
    mg_status status = mg_fail(err, MG_E_IO, "cannot %s: %s", what, strerror(errno));
    mg_error_at(err, o->path != NULL ? o->path : "standard output");
    return status;
}

static mg_status write_bytes(const mg_output *o, const char *bytes, size_t n,
                             mg_error *err)
{
    while (n > 0) {
        ssize_t done = write(o->fd, bytes, n);
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return failed(o, "write", err);
        bytes += done;
        n -= (size_t)done;
    }
    return MG_OK;
}

/* A pipe or a device is written to as it is: it cannot be replaced whole. */
static bool is_special(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode);
}

/* A new file beside the wanted one; *temporary is the caller's. */
static mg_status open_beside(const mg_output *o, const char *path, char **temporary,
                             int *fd, mg_error *err)
{
    size_t room = strlen(path) + 32;
    char *name = mg_alloc(room, 1);

    if (name == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot make an output");
    snprintf(name, room, "%s.tmp.%ld", path, (long)getpid());
    *fd = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (*fd < 0) {
        free(name);
        return failed(o, "create", err);
    }
    *temporary = name;
    return MG_OK;
}

/* Where it is written to: the standard output, a special file, or a file beside. */
static mg_status begin(mg_output *o, mg_error *err)
{
    mg_status status = MG_OK;

    const bool whole = output_holds(o) && o->options.format != MG_FORMAT_TEXT;

    if (o->options.format == MG_FORMAT_SINK) {
        o->begun = true;
        return o->options.sink.table(o->options.sink.self, o->table, o->columns,
                                     o->n_columns, err);
    }
    if (whole && !o->document && (o->path == NULL || is_special(o->path)))
        return mg_fail(err, MG_E_RANGE,
                       "workbooks and Stata's files are written to a file: -o FILE");
    if (o->path == NULL)
        o->fd = STDOUT_FILENO;
    else if (is_special(o->path)) {
        o->special = true;
        o->fd = open(o->path, O_WRONLY | O_CLOEXEC);
        status = o->fd >= 0 ? MG_OK : failed(o, "open", err);
    } else
        status = open_beside(o, o->path, &o->temporary, &o->fd, err);
    o->begun = status == MG_OK;
    return status;
}

mg_status mg_output_document(mg_output *o, const char *text, size_t n, mg_error *err)
{
    mg_status status = begin(o, err);

    o->document = true;
    return status == MG_OK ? write_bytes(o, text, n, err) : status;
}

mg_status mg_output_columns(mg_output *o, const char *table,
                            const mg_output_column *columns, size_t n, mg_error *err)
{
    mg_status status;
    mg_lines head;

    o->columns = mg_alloc(n, sizeof *o->columns);
    o->table = mg_copy_text(table);
    if (o->columns != NULL)
        memcpy(o->columns, columns, n * sizeof *columns);
    o->n_columns = n;
    if (o->table == NULL || o->columns == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot make an output");
    status = begin(o, err);
    if (status != MG_OK)
        return status;
    if (o->options.format == MG_FORMAT_JSON)
        return write_bytes(o, "[", 1, err);
    if (o->options.format == MG_FORMAT_NDJSON || o->options.format > MG_FORMAT_TEXT ||
        o->options.no_header)
        return MG_OK;
    mg_lines_start(&head, o);
    for (size_t i = 0; i < n; i++)
        mg_line_word(&head, columns[i].name, strlen(columns[i].name));
    mg_line_end(&head);
    head.rows = 0;
    status = mg_output_write(o, &head, err);
    mg_lines_release(&head);
    return status;
}

mg_status mg_output_note(mg_output *o, const char *name, const char *value, mg_error *err)
{
    if (o->options.format == MG_FORMAT_SINK)
        return o->options.sink.note(o->options.sink.self, name, value, err);
    mg_status status = mg_grow((void **)&o->notes, &o->room_notes, o->n_notes + 1,
                               sizeof *o->notes, err);
    if (status != MG_OK)
        return status;
    struct note note = {mg_copy_text(name), mg_copy_text(value)};
    if (note.name == NULL || note.value == NULL) {
        free(note.name);
        free(note.value);
        return mg_fail(err, MG_E_NOMEM, "cannot keep a note");
    }
    o->notes[o->n_notes++] = note;
    return MG_OK;
}

mg_status mg_output_step(mg_output *o, mg_lines *lines, mg_error *err)
{
    enum { MANY = 4096 };

    return lines->rows < MANY ? MG_OK : mg_output_write(o, lines, err);
}

static mg_status give_fields(const mg_output *o, const char *text, size_t n,
                             mg_error *err)
{
    const mg_output_sink *sink = &o->options.sink;
    const char *end = text + n;
    mg_status status = MG_OK;

    while (status == MG_OK && text < end) {
        size_t length;
        bool ended;
        const char *field = held_field(&text, &length, &ended);
        status = sink->field(sink->self, field, length, err);
    }
    return status;
}

mg_status mg_output_write(mg_output *o, mg_lines *lines, mg_error *err)
{
    mg_status status = MG_OK;
    size_t n = lines->n;

    if (lines->failed)
        return mg_fail(err, MG_E_NOMEM, "cannot hold the lines of the table");
    if (o->options.format == MG_FORMAT_XLSX && o->rows + lines->rows > MG_SHEET_ROWS) {
        status =
            mg_fail(err, MG_E_RANGE,
                    "a sheet of Excel holds 1,048,575 rows, and this table has more: "
                    "ask for less (--period, --hs, --limit), or write .dta or .csv");
        mg_error_at(err, o->path);
        return status;
    }
    if (o->options.format == MG_FORMAT_JSON && n > 0) {
        /* the last row's comma is written when another row follows */
        n -= 2;
        status = write_bytes(o, o->owe_comma ? ",\n" : "\n", o->owe_comma ? 2 : 1, err);
        o->owe_comma = true;
    }
    if (output_holds(o) && n > 0) {
        status = mg_grow((void **)&o->held, &o->room_held, o->n_held + n, 1, err);
        if (status == MG_OK) {
            memcpy(o->held + o->n_held, lines->text, n);
            o->n_held += n;
        }
    } else if (o->options.format == MG_FORMAT_SINK)
        status = give_fields(o, lines->text, n, err);
    else if (status == MG_OK)
        status = write_bytes(o, lines->text, n, err);
    o->rows += lines->rows;
    lines->rows = 0;
    lines->n = 0;
    return status;
}

static mg_status write_meta(mg_output *o, mg_error *err)
{
    size_t room = strlen(o->path) + 16;
    char *path = mg_alloc(room, 1);
    char *text = output_meta(o);
    char *temporary = NULL;
    int fd = -1;
    mg_status status = path != NULL && text != NULL
                           ? MG_OK
                           : mg_fail(err, MG_E_NOMEM, "cannot write the companion");

    if (status == MG_OK) {
        snprintf(path, room, "%s.meta.json", o->path);
        status = open_beside(o, path, &temporary, &fd, err);
    }
    if (status == MG_OK) {
        int table = o->fd;
        o->fd = fd;
        status = write_bytes(o, text, strlen(text), err);
        if (status == MG_OK)
            status = write_bytes(o, "\n", 1, err);
        o->fd = table;
        if (status == MG_OK)
            status = put_in_place(fd, temporary, path, err);
        else
            close(fd);
    }
    if (status != MG_OK && temporary != NULL)
        unlink(temporary);
    free(temporary);
    free(text);
    free(path);
    return status;
}

static mg_status write_text_table(const mg_output *o, mg_error *err)
{
    size_t n;
    char *text = text_table(o, &n);
    mg_status status = text != NULL ? write_bytes(o, text, n, err)
                                    : mg_fail(err, MG_E_NOMEM, "cannot hold the table");

    free(text);
    return status;
}

static mg_status end_file(mg_output *o, mg_error *err)
{
    mg_status status = put_in_place(o->fd, o->temporary, o->path, err);

    o->fd = -1;
    if (status == MG_OK) {
        free(o->temporary);
        o->temporary = NULL;
    }
    return status;
}

static mg_status end_document(mg_output *o, mg_error *err)
{
    return o->path == NULL || o->special ? MG_OK : end_file(o, err);
}

mg_status mg_output_end(mg_output *o, mg_error *err)
{
    mg_status status = MG_OK;

    if (!o->begun || o->options.format == MG_FORMAT_SINK)
        return MG_OK;
    if (o->document)
        return end_document(o, err);
    if (o->options.format == MG_FORMAT_JSON)
        status =
            write_bytes(o, o->owe_comma ? "\n]\n" : "]\n", o->owe_comma ? 3 : 2, err);
    if (o->options.format == MG_FORMAT_TEXT)
        status = write_text_table(o, err);
    else if (o->options.format == MG_FORMAT_XLSX)
        status = sheet_write(o, o->temporary, err);
    else if (o->options.format == MG_FORMAT_DTA)
        status = stata_write(o, o->temporary, err);
    if (o->path == NULL || o->special || status != MG_OK)
        return status;
    status = write_meta(o, err);
    return status == MG_OK ? end_file(o, err) : status;
}
