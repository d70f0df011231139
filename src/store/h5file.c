/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/h5file.h"

#include <stdlib.h>
#include <string.h>

#include "mirrorgap/mem.h"
#include "store/h5guard.h"
#include "store/h5types.h"

struct h5file {
    hid_t file;
    hid_t groups[MG_TABLES];
    hid_t datasets[MG_TABLES][MG_COLUMNS];
};

const char *h5_column_name(mg_column column)
{
    return h5_columns[column].name;
}

const char *h5_table_name(mg_table table)
{
    static const char *const names[MG_TABLES] = {"observations", "details", "controls"};
    return names[table];
}

mg_status h5_create(const char *path, uint32_t period, h5file **out, mg_error *err)
{
    h5file *f = mg_alloc_zero(1, sizeof *f);
    mg_status status = MG_OK;

    *out = NULL;
    if (f == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot write a segment");
    for (int t = 0; t < MG_TABLES; t++) {
        f->groups[t] = H5I_INVALID_HID;
        for (int c = 0; c < MG_COLUMNS; c++)
            f->datasets[t][c] = H5I_INVALID_HID;
    }
    status = h5_enter(err);
    if (status == MG_OK && (f->file = h5_make_file(path)) < 0)
        status = h5_failed("create the file", err);
    else if (status == MG_OK && h5_root_attributes(f->file, period) != 0)
        status = h5_failed("write attributes", err);
    h5_leave();
    if (status != MG_OK) {
        free(f);
        return status;
    }
    *out = f;
    return MG_OK;
}

void h5_abandon(h5file *file)
{
    if (file == NULL)
        return;
    if (h5_enter(NULL) == MG_OK) {
        for (int t = 0; t < MG_TABLES; t++) {
            for (int c = 0; c < MG_COLUMNS; c++)
                if (file->datasets[t][c] >= 0)
                    H5Dclose(file->datasets[t][c]);
            if (file->groups[t] >= 0)
                H5Gclose(file->groups[t]);
        }
        H5Fclose(file->file);
    }
    h5_leave();
    free(file);
}

/* A group of column datasets, with the order of its columns. */
static int make_group(h5file *f, mg_table table)
{
    char order[256] = "";
    size_t at = 0;

    f->groups[table] =
        H5Gcreate2(f->file, h5_table_name(table), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    if (f->groups[table] < 0)
        return -1;
    for (int c = 0; c < MG_COLUMNS; c++) {
        size_t n = strlen(h5_columns[c].name);
        if ((mg_table_columns(table) & MG_BIT(c)) == 0 || at + n + 2 > sizeof order)
            continue;
        if (at > 0)
            order[at++] = ',';
        memcpy(order + at, h5_columns[c].name, n + 1);
        at += n;
    }
    return h5_text_attribute(f->groups[table], "column-order", order);
}

static hid_t make_dataset(h5file *f, mg_table table, mg_column column, column_form form,
                          hsize_t chunk_rows)
{
    hid_t type = h5_column_type(column, form);
    hid_t dataset = type >= 0
                        ? h5_make_dataset(f->groups[table], h5_columns[column].name, type,
                                          chunk_rows, stored_size(form.type) > 1)
                        : type;

    if (type >= 0)
        H5Tclose(type);
    if (dataset >= 0 && h5_column_attributes(dataset, column, form) != 0) {
        H5Dclose(dataset);
        return H5I_INVALID_HID;
    }
    return dataset;
}

static mg_status add_chunk(h5file *f, mg_table table, mg_column column, column_form form,
                           uint32_t chunk_rows, uint32_t chunk, uint64_t rows,
                           const void *bytes, size_t n, mg_error *err)
{
    hid_t *dataset = &f->datasets[table][column];
    hsize_t extent = rows;
    hsize_t offset = (hsize_t)chunk * chunk_rows;

    if (f->groups[table] < 0 && make_group(f, table) != 0)
        return h5_failed("make a group", err);
    if (*dataset < 0)
        *dataset = make_dataset(f, table, column, form, chunk_rows);
    if (*dataset < 0)
        return h5_failed("make a dataset", err);
    if (H5Dset_extent(*dataset, &extent) < 0 ||
        H5Dwrite_chunk(*dataset, H5P_DEFAULT, 0, &offset, n, bytes) < 0)
        return h5_failed("write a chunk", err);
    return MG_OK;
}

mg_status h5_add_chunk(h5file *f, mg_table table, mg_column column, column_form form,
                       uint32_t chunk_rows, uint32_t chunk, uint64_t rows,
                       const void *bytes, size_t n, mg_error *err)
{
    mg_status status = h5_enter(err);
    if (status == MG_OK)
        status =
            add_chunk(f, table, column, form, chunk_rows, chunk, rows, bytes, n, err);
    h5_leave();
    return status;
}

/* The codes as 6-byte text, so that "010121" keeps its zero in every reader. */
static mg_status write_codes(h5file *f, const struct footer *footer, mg_error *err)
{
    enum { WIDTH = 6 };
    hsize_t n = footer->n_codes;
    char *texts = mg_alloc_zero(footer->n_codes, WIDTH);
    hid_t group;
    hid_t type;
    hid_t space;
    hid_t dataset = H5I_INVALID_HID;

    if (texts == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot write the commodity codes");
    for (size_t i = 0; i < footer->n_codes; i++) {
        char text[MG_HS_TEXT];
        size_t length = mg_hs_text(footer->codes[i], text);
        memcpy(texts + i * WIDTH, text, length);
    }
    group = h5_make_group(f->file, "codes");
    type = H5Tcopy(H5T_C_S1);
    space = H5Screate_simple(1, &n, NULL);
    int bad = group < 0 || type < 0 || space < 0 || H5Tset_size(type, WIDTH) < 0 ||
              H5Tset_cset(type, H5T_CSET_UTF8) < 0 ||
              H5Tset_strpad(type, H5T_STR_NULLPAD) < 0;
    hid_t create = H5Pcreate(H5P_DATASET_CREATE);
    bad = bad || create < 0 || H5Pset_obj_track_times(create, 0) < 0;
    if (!bad)
        dataset = H5Dcreate2(group, "hs", type, space, H5P_DEFAULT, create, H5P_DEFAULT);
    bad = dataset < 0 ||
          H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, texts) < 0 ||
          h5_text_attribute(dataset, "long_name", "commodity codes, by index") != 0;
    bad = (dataset >= 0 && H5Dclose(dataset) < 0) || bad;
    free(texts);
    if (bad)
        return h5_failed("write the commodity codes", err);
    H5Pclose(create);
    H5Sclose(space);
    H5Tclose(type);
    return H5Gclose(group) < 0 ? h5_failed("close a group", err) : MG_OK;
}

static mg_status find_chunks(h5file *f, mg_table table, mg_column column,
                             struct table_index *index, mg_error *err)
{
    for (uint32_t k = 0; k < index->n_chunks; k++) {
        struct chunk_place *place =
            &index->chunks[(size_t)k * MG_COLUMNS + (size_t)column];
        hsize_t offset = (hsize_t)k * index->chunk_rows;
        unsigned mask = 0;
        haddr_t at = HADDR_UNDEF;
        hsize_t n = 0;
        if (H5Dget_chunk_info_by_coord(f->datasets[table][column], &offset, &mask, &at,
                                       &n) < 0 ||
            at == HADDR_UNDEF || n != place->n)
            return h5_failed("find a chunk that it wrote", err);
        place->offset = at;
    }
    return MG_OK;
}

/* Every close is checked: on a full disk H5Fclose alone says nothing. */
static mg_status close_all(h5file *f, struct footer *footer, mg_error *err)
{
    for (int t = 0; t < MG_TABLES; t++) {
        for (int c = 0; c < MG_COLUMNS; c++) {
            if (f->datasets[t][c] < 0)
                continue;
            mg_status status =
                find_chunks(f, (mg_table)t, (mg_column)c, &footer->tables[t], err);
            if (status != MG_OK)
                return status;
            if (H5Dclose(f->datasets[t][c]) < 0)
                return h5_failed("close a dataset", err);
        }
        if (f->groups[t] >= 0 && H5Gclose(f->groups[t]) < 0)
            return h5_failed("close a group", err);
    }
    if (H5Fflush(f->file, H5F_SCOPE_GLOBAL) < 0)
        return h5_failed("flush the file", err);
    return H5Fclose(f->file) < 0 ? h5_failed("close the file", err) : MG_OK;
}

mg_status h5_finish(h5file *f, struct footer *footer, mg_error *err)
{
    mg_status status;

    status = h5_enter(err);
    if (status == MG_OK)
        status = write_codes(f, footer, err);
    if (status == MG_OK)
        status = close_all(f, footer, err);
    h5_leave();
    free(f);
    return status;
}

/* Rows of a column as libhdf5 sees them, or -1. */
static int64_t rows_seen(hid_t file, mg_table table, mg_column column)
{
    char name[64];
    hid_t dataset;
    hid_t space = H5I_INVALID_HID;
    hssize_t n = -1;

    strcpy(name, h5_table_name(table));
    strcat(name, "/");
    strcat(name, h5_columns[column].name);
    dataset = H5Dopen2(file, name, H5P_DEFAULT);
    if (dataset >= 0)
        space = H5Dget_space(dataset);
    if (space >= 0) {
        n = H5Sget_simple_extent_npoints(space);
        H5Sclose(space);
    }
    if (dataset >= 0)
        H5Dclose(dataset);
    return n;
}

mg_status h5_check(const char *path, const struct footer *footer, mg_error *err)
{
    mg_status status = MG_OK;

    hid_t file = h5_enter(err) == MG_OK ? H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT)
                                        : H5I_INVALID_HID;
    if (file < 0)
        status = mg_fail(err, MG_E_STORE, "libhdf5 cannot open the file");
    for (int t = 0; status == MG_OK && t < MG_TABLES; t++)
        for (int c = 0; status == MG_OK && c < MG_COLUMNS; c++)
            if (footer->tables[t].forms[c].type != 0 &&
                rows_seen(file, (mg_table)t, (mg_column)c) !=
                    (int64_t)footer->tables[t].rows)
                status = mg_fail(
                    err, MG_E_STORE,
                    "libhdf5 finds another number of rows in %s/%s than the index",
                    h5_table_name((mg_table)t), h5_columns[c].name);
    if (file >= 0)
        H5Fclose(file);
    h5_leave();
    return status;
}
