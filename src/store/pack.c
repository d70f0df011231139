/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mirrorgap/pack.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mirrorgap/each.h"
#include "mirrorgap/mem.h"
#include "store/disk.h"
#include "store/h5guard.h"
#include "store/h5types.h"
#include "store/pack_column.h"

struct mg_pack {
    char *path, *temporary;
    hid_t file, group; /* negative: closed */
    struct pack_column *columns;
    size_t n_columns;
    size_t next;     /* column of the next field */
    size_t gathered; /* rows that wait to be written */
};

static mg_status at_path(const mg_pack *pack, mg_status status, mg_error *err)
{
    if (status != MG_OK)
        mg_error_at(err, pack->path);
    return status;
}

mg_status mg_pack_new(const char *path, mg_pack **out, mg_error *err)
{
    const size_t room = strlen(path) + 32;
    mg_pack *p = mg_alloc_zero(1, sizeof *p);
    mg_status status = MG_OK;

    *out = NULL;
    if (p == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot pack");
    p->file = p->group = H5I_INVALID_HID;
    p->path = mg_copy_text(path);
    char *temporary = mg_alloc(room, 1);
    if (p->path == NULL || temporary == NULL) {
        free(temporary);
        mg_pack_free(p);
        return mg_fail(err, MG_E_NOMEM, "cannot pack");
    }
    snprintf(temporary, room, "%s.tmp.%ld", path, (long)getpid());
    status = h5_enter(err);
    if (status == MG_OK && (p->file = h5_make_file(temporary)) < 0)
        status = mg_fail(err, MG_E_IO,
                         "cannot create the file: is its folder there, and may you "
                         "write to it?");
    h5_leave();
    if (p->file >= 0)
        p->temporary = temporary;
    else
        free(temporary);
    if (at_path(p, status, err) == MG_OK)
        *out = p;
    else
        mg_pack_free(p);
    return status;
}

static void release_columns(mg_pack *p)
{
    for (size_t c = 0; c < p->n_columns; c++)
        pack_column_release(&p->columns[c]);
    free(p->columns);
    p->columns = NULL;
    p->n_columns = 0;
    p->gathered = 0;
}

void mg_pack_free(mg_pack *p)
{
    mg_error err;

    if (p == NULL)
        return;
    if (p->file >= 0) {
        if (h5_enter(&err) == MG_OK) {
            for (size_t c = 0; c < p->n_columns; c++)
                (void)!pack_column_close(&p->columns[c], &err);
            if (p->group >= 0)
                H5Gclose(p->group);
            H5Fclose(p->file);
        }
        h5_leave();
    }
    if (p->temporary != NULL)
        unlink(p->temporary);
    release_columns(p);
    free(p->temporary);
    free(p->path);
    free(p);
}

mg_status mg_pack_note(mg_pack *p, const char *name, const char *value, mg_error *err)
{
    mg_status status = h5_enter(err);

    if (status == MG_OK &&
        h5_text_attribute(p->group >= 0 ? p->group : p->file, name, value) != 0)
        status = h5_failed("write an attribute", err);
    h5_leave();
    return at_path(p, status, err);
}

static mg_status encode(void *self, size_t i, mg_error *err)
{
    mg_pack *p = self;

    return pack_column_encode(&p->columns[i], err);
}

/* libhdf5 works on one thread: what takes time, to deflate, is done without it. */
static mg_status flush(mg_pack *p, mg_error *err)
{
    mg_status status = h5_enter(err);

    for (size_t c = 0; status == MG_OK && c < p->n_columns; c++)
        status = pack_column_prepare(&p->columns[c], err);
    h5_leave();
    if (status == MG_OK)
        status = mg_each(p->n_columns, NULL, encode, p, err);
    if (status == MG_OK) {
        status = h5_enter(err);
        for (size_t c = 0; status == MG_OK && c < p->n_columns; c++)
            status = pack_column_write(&p->columns[c], err);
        h5_leave();
    }
    p->gathered = 0;
    return at_path(p, status, err);
}

/* Every close is checked: on a full disk H5Fclose alone says nothing. */
static mg_status end_table(mg_pack *p, mg_error *err)
{
    if (p->group < 0)
        return MG_OK;
    if (p->next != 0)
        return mg_fail(err, MG_E_RANGE, "the table ends within a row");
    mg_status status = flush(p, err);
    if (status != MG_OK)
        return status;
    status = h5_enter(err);
    for (size_t c = 0; status == MG_OK && c < p->n_columns; c++)
        status = pack_column_close(&p->columns[c], err);
    if (status == MG_OK && H5Gclose(p->group) < 0)
        status = h5_failed("close a group", err);
    h5_leave();
    p->group = H5I_INVALID_HID;
    release_columns(p);
    return at_path(p, status, err);
}

/* Names between commas, for the caller to free(); NULL: no memory. */
static char *column_order(const mg_pack_column *columns, size_t n)
{
    size_t room = 1;

    for (size_t c = 0; c < n; c++)
        room += strlen(columns[c].name) + 1;
    char *text = mg_alloc_zero(room, 1);
    char *at = text;
    for (size_t c = 0; text != NULL && c < n; c++)
        at += sprintf(at, "%s%s", c > 0 ? "," : "", columns[c].name);
    return text;
}

static mg_status make_group(mg_pack *p, const char *table, const char *title,
                            const char *order, mg_error *err)
{
    mg_status status = h5_enter(err);

    if (status == MG_OK) {
        p->group = h5_make_group(p->file, table);
        if (p->group < 0 || h5_text_attribute(p->group, "title", title) != 0 ||
            h5_text_attribute(p->group, "column-order", order) != 0)
            status = h5_failed("make a group", err);
    }
    h5_leave();
    return at_path(p, status, err);
}

mg_status mg_pack_table(mg_pack *p, const char *table, const char *title,
                        const mg_pack_column *columns, size_t n, mg_error *err)
{
    mg_status status = end_table(p, err);

    if (status != MG_OK)
        return status;
    char *order = column_order(columns, n);
    p->columns = mg_alloc_zero(n, sizeof *p->columns);
    if (order == NULL || p->columns == NULL)
        status = mg_fail(err, MG_E_NOMEM, "cannot pack a table");
    if (status == MG_OK)
        status = make_group(p, table, title, order, err);
    free(order);
    for (; status == MG_OK && p->n_columns < n; p->n_columns++)
        status = pack_column_init(&p->columns[p->n_columns], &columns[p->n_columns],
                                  p->group, err);
    return status;
}

mg_status mg_pack_field(mg_pack *p, const char *text, size_t n, mg_error *err)
{
    if (p->n_columns == 0)
        return mg_fail(err, MG_E_RANGE, "a field without a table");
    mg_status status = pack_column_add(&p->columns[p->next], text, n, err);

    if (status != MG_OK || ++p->next < p->n_columns)
        return status;
    p->next = 0;
    return ++p->gathered < PACK_CHUNK ? MG_OK : flush(p, err);
}

static mg_status close_file(mg_pack *p, mg_error *err)
{
    mg_status status = h5_enter(err);

    if (status == MG_OK && H5Fflush(p->file, H5F_SCOPE_GLOBAL) < 0)
        status = h5_failed("flush the file", err);
    if (status == MG_OK && H5Fclose(p->file) < 0)
        status = h5_failed("close the file", err);
    h5_leave();
    if (status == MG_OK)
        p->file = H5I_INVALID_HID;
    return at_path(p, status, err);
}

mg_status mg_pack_end(mg_pack *p, mg_error *err)
{
    mg_status status = end_table(p, err);

    if (status == MG_OK)
        status = close_file(p, err);
    if (status != MG_OK)
        return status;
    /* the folder, and the names in it */
    const char *slash = strrchr(p->path, '/');
    const size_t n = slash != NULL ? (size_t)(slash - p->path) + 1 : 0;
    char folder[DISK_PATH];
    if (n >= sizeof folder)
        return mg_fail(err, MG_E_RANGE, "the path is too long");
    memcpy(folder, n > 0 ? p->path : ".", n > 0 ? n : 1);
    folder[n > 0 ? n : 1] = '\0';
    status = disk_put(folder, p->temporary + n, p->path + n, err);
    free(p->temporary);
    p->temporary = NULL;
    return at_path(p, status, err);
}
