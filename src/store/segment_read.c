/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading without libhdf5: the index, checked by the manifest's hash, says
 * where each chunk lies and what its bytes hash to. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mirrorgap/mem.h"
#include "store/disk.h"
#include "store/segment.h"

static mg_status open_segment(const char *folder, const struct segment_entry *entry,
                              char path[DISK_PATH], int *fd, mg_error *err)
{
    struct stat st;
    mg_status status = disk_path(folder, entry->name, path, err);

    *fd = -1;
    if (status != MG_OK)
        return status;
    *fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (*fd < 0)
        status = mg_fail(err, errno == ENOENT ? MG_E_STORE : MG_E_IO,
                         "cannot open a segment of the store: %s", strerror(errno));
    else if (fstat(*fd, &st) != 0)
        status = mg_fail(err, MG_E_IO, "cannot look at it: %s", strerror(errno));
    else if (!S_ISREG(st.st_mode) || (uint64_t)st.st_size != entry->size)
        status = mg_fail(
            err, MG_E_STORE,
            "has not the size that the manifest states: it is damaged or replaced");
    if (status != MG_OK) {
        mg_error_at(err, path);
        if (*fd >= 0)
            close(*fd);
        *fd = -1;
    }
    return status;
}

static mg_status check_whole(int fd, const struct segment_entry *entry, mg_error *err)
{
    mg_hash hash;
    uint64_t size;
    mg_status status = mg_hash_file(fd, &hash, &size, err);

    if (status == MG_OK && (size != entry->size || !mg_hash_equal(hash, entry->hash)))
        status =
            mg_fail(err, MG_E_STORE,
                    "has not the checksum that the manifest states: it is damaged or "
                    "replaced; ingest its sources into a new store");
    return status;
}

mg_status segment_read_index(const char *folder, const struct segment_entry *entry,
                             bool whole, struct footer *footer, mg_error *err)
{
    char path[DISK_PATH];
    int fd;
    void *bytes = NULL;
    size_t n = (size_t)(entry->size - entry->index_at);
    mg_status status = open_segment(folder, entry, path, &fd, err);

    *footer = (struct footer){0};
    if (status != MG_OK)
        return status;
    if (whole)
        status = check_whole(fd, entry, err);
    if (status == MG_OK && (bytes = mg_alloc(n, 1)) == NULL)
        status = mg_fail(err, MG_E_NOMEM, "cannot hold a segment's index");
    if (status == MG_OK)
        status = disk_read(fd, bytes, n, entry->index_at, err);
    if (status == MG_OK && !mg_hash_equal(mg_hash128(bytes, n), entry->index_hash))
        status = mg_fail(err, MG_E_STORE,
                         "its index has not the checksum that the manifest "
                         "states: it is damaged");
    if (status == MG_OK)
        status = footer_read(bytes, n, entry->index_at, footer, err);
    if (status == MG_OK && footer->period != entry->period) {
        footer_release(footer);
        status =
            mg_fail(err, MG_E_STORE, "is of another period than the manifest states");
    }
    free(bytes);
    close(fd);
    if (status != MG_OK)
        mg_error_at(err, path);
    return status;
}

/* Columns that are needed to give back the ones asked for. */
static uint32_t with_parts(uint32_t columns)
{
    if ((columns & (MG_BIT(MG_C_CIF) | MG_BIT(MG_C_FOB))) != 0)
        columns |= MG_BIT(MG_C_VALUE) | MG_BIT(MG_C_FLAGS);
    if ((columns & MG_BIT(MG_C_QTY)) != 0)
        columns |= MG_BIT(MG_C_KG) | MG_BIT(MG_C_FLAGS);
    return columns;
}

static mg_status read_column(int fd, const struct footer *f, const struct table_index *t,
                             size_t chunk, mg_column column, size_t n_rows, coder *work,
                             unsigned char **bytes, size_t *room, void *values,
                             mg_error *err)
{
    const struct chunk_place *p = &t->chunks[chunk * MG_COLUMNS + (size_t)column];
    mg_status status = mg_grow((void **)bytes, room, p->n, 1, err);

    if (status == MG_OK)
        status = disk_read(fd, *bytes, p->n, p->offset, err);
    if (status == MG_OK && mg_hash64(*bytes, p->n) != p->check)
        status = mg_fail(err, MG_E_STORE, "a chunk has not its checksum: it is damaged");
    if (status == MG_OK)
        status = decode_column(work, *bytes, p->n, t->chunk_rows, n_rows, column,
                               t->forms[column], f->codes, f->n_codes, values, err);
    return status;
}

mg_status segment_read_block(const char *folder, const struct segment_entry *entry,
                             const struct footer *footer, mg_table table, size_t chunk,
                             uint32_t columns, coder *work, mg_block *scratch,
                             _Atomic uint64_t *bytes_read, mg_error *err)
{
    const struct table_index *t = &footer->tables[table];
    char path[DISK_PATH];
    unsigned char *bytes = NULL;
    size_t room = 0;
    int fd;
    mg_status status;

    if (chunk >= t->n_chunks)
        return mg_fail(err, MG_E_RANGE, "no such block in the segment");
    status = open_segment(folder, entry, path, &fd, err);
    if (status != MG_OK)
        return status;
    uint64_t before = (uint64_t)chunk * t->chunk_rows;
    scratch->n =
        t->rows - before < t->chunk_rows ? (size_t)(t->rows - before) : t->chunk_rows;
    columns = with_parts(columns);
    for (int c = 0; status == MG_OK && c < MG_COLUMNS; c++) {
        if ((columns & MG_BIT(c)) == 0 || t->forms[c].type == 0)
            continue;
        void *values = mg_block_column(scratch, (mg_column)c);
        if (values == NULL)
            status = mg_fail(err, MG_E_RANGE, "the scratch block lacks column '%d'", c);
        else
            status = read_column(fd, footer, t, chunk, (mg_column)c, scratch->n, work,
                                 &bytes, &room, values, err);
        *bytes_read += t->chunks[chunk * MG_COLUMNS + (size_t)c].n;
    }
    free(bytes);
    close(fd);
    if (status == MG_OK)
        unfold_repeats(scratch);
    else
        mg_error_at(err, path);
    return status;
}
