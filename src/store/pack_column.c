/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/pack_column.h"

#include <libdeflate.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "mirrorgap/mem.h"
#include "mirrorgap/number.h"
#include "store/encode.h"
#include "store/h5guard.h"
#include "store/h5types.h"

enum { LEVEL = 1 };

mg_status pack_column_init(struct pack_column *c, const mg_pack_column *as, hid_t group,
                           mg_error *err)
{
    *c = (struct pack_column){.name = mg_copy_text(as->name),
                              .unit = mg_copy_text(as->unit),
                              .what = mg_copy_text(as->what),
                              .number = as->number,
                              .group = group,
                              .dataset = H5I_INVALID_HID,
                              .compressor = libdeflate_alloc_compressor(LEVEL)};
    if (c->number)
        c->values = mg_alloc(PACK_CHUNK, sizeof *c->values);
    else
        c->ends = mg_alloc(PACK_CHUNK, sizeof *c->ends);
    if (c->compressor == NULL || c->name == NULL || c->unit == NULL || c->what == NULL ||
        (c->values == NULL && c->ends == NULL))
        return mg_fail(err, MG_E_NOMEM, "cannot hold a column of the packed table");
    return MG_OK;
}

void pack_column_release(struct pack_column *c)
{
    free(c->name);
    free(c->unit);
    free(c->what);
    free(c->values);
    free(c->text);
    free(c->ends);
    free(c->cells);
    free(c->packed);
    libdeflate_free_compressor(c->compressor);
}

mg_status pack_column_add(struct pack_column *c, const char *field, size_t n,
                          mg_error *err)
{
    if (c->number) {
        double *value = &c->values[c->n];
        *value = NAN;
        if (n > 0 && !mg_number_read(field, n, 0, value))
            return mg_fail(err, MG_E_RANGE, "column '%s' has '%.*s', which is no number",
                           c->name, (int)(n < 40 ? n : 40), field);
        c->n++;
        return MG_OK;
    }
    const size_t from = c->n > 0 ? c->ends[c->n - 1] : 0;
    mg_status status = mg_grow((void **)&c->text, &c->room_text, from + n + 1, 1, err);
    if (status != MG_OK)
        return status;
    memcpy(c->text + from, field, n);
    c->ends[c->n++] = from + n;
    return MG_OK;
}

/* For the caller to H5Tclose(). */
static hid_t text_type(size_t width)
{
    hid_t type = H5Tcopy(H5T_C_S1);

    if (type >= 0 &&
        (H5Tset_size(type, width) < 0 || H5Tset_cset(type, H5T_CSET_UTF8) < 0 ||
         H5Tset_strpad(type, H5T_STR_NULLPAD) < 0)) {
        H5Tclose(type);
        return H5I_INVALID_HID;
    }
    return type;
}

static hid_t cell_type(const struct pack_column *c)
{
    return c->number ? H5Tcopy(H5T_IEEE_F64LE) : text_type(c->width);
}

static hid_t make_dataset(const struct pack_column *c, const char *name,
                          hsize_t chunk_rows)
{
    const double missing = NAN;
    hid_t type = cell_type(c);
    hid_t dataset =
        type >= 0 ? h5_make_dataset(c->group, name, type, chunk_rows, c->number) : type;

    if (type >= 0)
        H5Tclose(type);
    if (dataset >= 0 && (h5_text_attribute(dataset, "units", c->unit) != 0 ||
                         h5_text_attribute(dataset, "long_name", c->what) != 0 ||
                         (c->number && h5_attribute(dataset, "_FillValue",
                                                    H5T_NATIVE_DOUBLE, &missing) != 0))) {
        H5Dclose(dataset);
        return H5I_INVALID_HID;
    }
    return dataset;
}

/* Reads or writes n cells behind the first `from`. */
static bool move_cells(hid_t dataset, bool writing, uint64_t from, hsize_t n, hid_t type,
                       void *cells)
{
    const hsize_t extent = from + n;
    const hsize_t start = from;
    bool good = !writing || H5Dset_extent(dataset, &extent) >= 0;
    hid_t file = good ? H5Dget_space(dataset) : H5I_INVALID_HID;
    hid_t memory = H5Screate_simple(1, &n, NULL);

    good = file >= 0 && memory >= 0 &&
           H5Sselect_hyperslab(file, H5S_SELECT_SET, &start, NULL, &n, NULL) >= 0 &&
           (writing ? H5Dwrite(dataset, type, memory, file, H5P_DEFAULT, cells)
                    : H5Dread(dataset, type, memory, file, H5P_DEFAULT, cells)) >= 0;
    if (file >= 0)
        H5Sclose(file);
    if (memory >= 0)
        H5Sclose(memory);
    return good;
}

/* The column as texts of c->width bytes, in a dataset that takes the old one's place.
 * Widths double, so that a cell is copied a few times at most. */
static mg_status widen(struct pack_column *c, mg_error *err)
{
    char *cells = mg_alloc(PACK_CHUNK, c->width);
    hid_t wider = make_dataset(c, ".wider", c->chunk);
    hid_t type = text_type(c->width);
    bool good = wider >= 0 && type >= 0;

    for (uint64_t at = 0; cells != NULL && good && at < c->rows; at += PACK_CHUNK) {
        const hsize_t n = c->rows - at < PACK_CHUNK ? c->rows - at : PACK_CHUNK;
        good = move_cells(c->dataset, false, at, n, type, cells) &&
               move_cells(wider, true, at, n, type, cells);
    }
    free(cells);
    if (cells == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot widen a column of texts");
    good = good && H5Tclose(type) >= 0 && H5Dclose(c->dataset) >= 0 &&
           H5Ldelete(c->group, c->name, H5P_DEFAULT) >= 0 &&
           H5Lmove(c->group, ".wider", c->group, c->name, H5P_DEFAULT, H5P_DEFAULT) >= 0;
    c->dataset = wider;
    return good ? MG_OK : h5_failed("widen a column of texts", err);
}

static size_t longest(const struct pack_column *c)
{
    size_t most = 1;

    for (size_t i = 0, from = 0; i < c->n; from = c->ends[i++])
        if (c->ends[i] - from > most)
            most = c->ends[i] - from;
    return most;
}

mg_status pack_column_prepare(struct pack_column *c, mg_error *err)
{
    const size_t width = c->number ? sizeof(double) : longest(c);

    if (c->dataset < 0) {
        c->width = width;
        c->chunk = c->n > 0 ? c->n : 1;
        c->dataset = make_dataset(c, c->name, c->chunk);
        return c->dataset >= 0 ? MG_OK : h5_failed("make a dataset", err);
    }
    if (width <= c->width)
        return MG_OK;
    c->width = width > 2 * c->width ? width : 2 * c->width;
    return widen(c, err);
}

/* The chunk as HDF5's filters would have it before they deflate it. */
static void fill_cells(struct pack_column *c)
{
    const size_t size = c->chunk * c->width;

    if (c->number) {
        for (size_t i = c->n; i < c->chunk; i++)
            c->values[i] = 0;
        shuffle_bytes((const unsigned char *)c->values, c->cells, c->chunk, c->width);
        return;
    }
    memset(c->cells, 0, size);
    for (size_t i = 0, from = 0; i < c->n; from = c->ends[i++])
        memcpy(c->cells + i * c->width, c->text + from, c->ends[i] - from);
}

mg_status pack_column_encode(struct pack_column *c, mg_error *err)
{
    const size_t size = c->chunk * c->width;
    mg_status status = MG_OK;

    if (c->n == 0)
        return MG_OK;
    status = mg_grow((void **)&c->cells, &c->room_cells, size, 1, err);
    if (status == MG_OK)
        status = mg_grow((void **)&c->packed, &c->room_packed,
                         libdeflate_zlib_compress_bound(c->compressor, size), 1, err);
    if (status != MG_OK)
        return status;
    fill_cells(c);
    c->n_packed = libdeflate_zlib_compress(c->compressor, c->cells, size, c->packed,
                                           c->room_packed);
    return c->n_packed > 0 ? MG_OK : mg_fail(err, MG_E_NOMEM, "cannot compress a chunk");
}

mg_status pack_column_write(struct pack_column *c, mg_error *err)
{
    const hsize_t extent = c->rows + c->n;
    const hsize_t offset = c->rows;

    if (c->n == 0)
        return MG_OK;
    if (H5Dset_extent(c->dataset, &extent) < 0 ||
        H5Dwrite_chunk(c->dataset, H5P_DEFAULT, 0, &offset, c->n_packed, c->packed) < 0)
        return h5_failed("write a chunk", err);
    c->rows += c->n;
    c->n = 0;
    return MG_OK;
}

mg_status pack_column_close(struct pack_column *c, mg_error *err)
{
    const bool good = c->dataset < 0 || H5Dclose(c->dataset) >= 0;

    c->dataset = H5I_INVALID_HID;
    return good ? MG_OK : h5_failed("close a dataset", err);
}
