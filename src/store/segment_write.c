/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mirrorgap/mem.h"
#include "store/disk.h"
#include "store/h5file.h"
#include "store/segment.h"

struct build {
    h5file *file;
    struct footer footer;
    mg_block blocks[MG_TABLES]; /* rows that wait for a full chunk */
    mg_coverage_counter counter;
    hs_codes codes;
    coder *coder;
    uint32_t fine, wide;
    bool misfit; /* a value did not fit its column's form: fine or wide have grown */
    uint64_t total;
};

static bool fits_scale(double v, double scale)
{
    static const double exact = 9007199254740992.0; /* 2^53 */
    double m = nearbyint(v * scale);

    return fabs(m) < exact && m / scale == v;
}

/* The columns of a block that need a finer form than they have: thousandths
 * where whole numbers do not do, doubles where thousandths do not. */
static void find_misfits(struct build *b, const mg_block *block)
{
    for (int c = 0; c < MG_COLUMNS; c++) {
        const double *v =
            column_is_money(c) ? mg_block_column(block, (mg_column)c) : NULL;
        for (size_t i = 0; v != NULL && i < block->n; i++)
            if (!isnan(v[i]) && !fits_scale(v[i], 1))
                b->fine |= MG_BIT(c);
        for (size_t i = 0; v != NULL && (b->fine & MG_BIT(c)) != 0 && i < block->n; i++)
            if (!isnan(v[i]) && !fits_scale(v[i], 1000))
                b->wide |= MG_BIT(c);
    }
    if (b->codes.n > UINT16_MAX)
        b->wide |= MG_BIT(MG_C_HS);
}

static mg_status add_range(struct table_index *t, const mg_block *block, mg_error *err)
{
    mg_status status = mg_grow((void **)&t->ranges, &t->room_ranges, t->n_chunks + 1,
                               sizeof *t->ranges, err);
    if (status == MG_OK)
        status = mg_grow((void **)&t->chunks, &t->room_chunks,
                         ((size_t)t->n_chunks + 1) * MG_COLUMNS, sizeof *t->chunks, err);
    if (status != MG_OK)
        return status;
    size_t last = block->n - 1;
    t->ranges[t->n_chunks] = (struct chunk_range){
        (uint32_t)block->exporter[0] << 16 | block->importer[0],
        (uint32_t)block->exporter[last] << 16 | block->importer[last]};
    memset(&t->chunks[(size_t)t->n_chunks * MG_COLUMNS], 0,
           MG_COLUMNS * sizeof *t->chunks);
    return MG_OK;
}

/* Encodes and writes the rows that wait as one chunk of a table. */
static mg_status flush(struct build *b, mg_table table, mg_error *err)
{
    mg_block *block = &b->blocks[table];
    struct table_index *t = &b->footer.tables[table];
    mg_status status;

    if (block->n == 0)
        return MG_OK;
    if (t->n_chunks == 0)
        t->chunk_rows = (uint32_t)block->n; /* short where the table is */
    status = add_range(t, block, err);
    fold_repeats(block);
    t->rows += block->n;
    for (int c = 0; status == MG_OK && c < MG_COLUMNS; c++) {
        const void *values = mg_block_column(block, (mg_column)c);
        const void *bytes = NULL;
        size_t n = 0;
        bool fits = false;
        if (values == NULL)
            continue;
        t->forms[c] = column_default_form((mg_column)c, b->fine, b->wide);
        status = encode_column(b->coder, values, block->n, t->chunk_rows, (mg_column)c,
                               t->forms[c], &b->codes, &fits, &bytes, &n, err);
        if (status == MG_OK && !fits) {
            find_misfits(b, block);
            b->misfit = true;
            return mg_fail(err, MG_E_RANGE, "a value does not fit"); /* tried again */
        }
        if (status != MG_OK)
            break;
        struct chunk_place *place =
            &t->chunks[(size_t)t->n_chunks * MG_COLUMNS + (size_t)c];
        place->n = (uint32_t)n;
        place->check = mg_hash64(bytes, n);
        status = h5_add_chunk(b->file, table, (mg_column)c, t->forms[c], t->chunk_rows,
                              t->n_chunks, t->rows, bytes, n, err);
    }
    t->n_chunks++;
    block->n = 0;
    return status;
}

static mg_status take(void *self, mg_table table, const mg_row *rows, size_t n,
                      mg_error *err)
{
    struct build *b = self;
    mg_block *block = &b->blocks[table];
    mg_status status = mg_coverage_count(&b->counter, table, rows, n, err);

    if (status == MG_OK && block->columns == 0)
        status = mg_block_init(block, mg_table_columns(table), err);
    for (size_t done = 0; status == MG_OK && done < n;) {
        size_t room = MG_BLOCK_ROWS - block->n;
        size_t some = n - done < room ? n - done : room;
        mg_block_put(block, rows + done, some);
        done += some;
        if (done < n)
            status = flush(b, table, err);
    }
    b->total += n;
    return status;
}

static mg_status list_fates(struct footer *f, const mg_fate_counts *counts, mg_error *err)
{
    size_t room = 0;
    mg_status status = MG_OK;

    for (size_t s = 0; s < counts->n; s++)
        for (unsigned fate = 0; status == MG_OK && fate < MG_FATE_COUNT; fate++) {
            const mg_fate_count *c = &counts->by_source[s][fate];
            if (c->rows == 0)
                continue;
            status =
                mg_grow((void **)&f->fates, &room, f->n_fates + 1, sizeof *f->fates, err);
            if (status == MG_OK)
                f->fates[f->n_fates++] =
                    (struct source_fate){(uint32_t)s, (uint8_t)fate, c->rows, c->value};
        }
    return status;
}

static void build_release(struct build *b)
{
    for (int t = 0; t < MG_TABLES; t++)
        mg_block_release(&b->blocks[t]);
    mg_coverage_release(&b->counter);
    hs_codes_release(&b->codes);
    b->footer.codes = NULL; /* they were the codes' */
    footer_release(&b->footer);
    coder_free(b->coder);
    h5_abandon(b->file);
}

/* Sends all rows through the builder into the HDF5 file, and closes it. */
static mg_status build_file(struct build *b, const char *path, uint32_t period,
                            const mg_producer *producer, mg_error *err)
{
    const mg_clean_sink sink = {take, b};
    mg_fate_counts counts = {0};
    mg_status status = MG_OK;

    b->footer.period = period;
    b->coder = coder_new();
    if (b->coder == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot allocate a compressor");
    status = h5_create(path, period, &b->file, err);
    if (status == MG_OK)
        status = producer->produce(producer->self, &sink, &counts, err);
    for (int t = 0; status == MG_OK && t < MG_TABLES; t++)
        status = flush(b, (mg_table)t, err);
    if (status == MG_OK)
        status = list_fates(&b->footer, &counts, err);
    b->footer.editions = b->counter.editions;
    if (status == MG_OK)
        status = mg_coverage_list(&b->counter, &b->footer.coverage, &b->footer.n_coverage,
                                  err);
    mg_fate_counts_release(&counts);
    b->footer.codes = b->codes.codes;
    b->footer.n_codes = b->codes.n;
    if (status == MG_OK && b->total > 0) {
        h5file *file = b->file;
        b->file = NULL;
        status = h5_finish(file, &b->footer, err);
    }
    return status;
}

/* Every chunk as it now lies in the file must be what was in memory: this is
 * what finds a disk that was full and said nothing. */
static mg_status check_chunks(int fd, const struct footer *f, mg_error *err)
{
    unsigned char *bytes = NULL;
    size_t room = 0;
    mg_status status = MG_OK;

    for (int t = 0; t < MG_TABLES; t++) {
        const struct table_index *index = &f->tables[t];
        for (size_t k = 0; status == MG_OK && k < (size_t)index->n_chunks * MG_COLUMNS;
             k++) {
            const struct chunk_place *p = &index->chunks[k];
            if (p->n == 0)
                continue;
            status = mg_grow((void **)&bytes, &room, p->n, 1, err);
            if (status == MG_OK)
                status = disk_read(fd, bytes, p->n, p->offset, err);
            if (status == MG_OK && mg_hash64(bytes, p->n) != p->check)
                status =
                    mg_fail(err, MG_E_IO,
                            "what was written is not on the disk (no space left on the "
                            "device, or a bad disk)");
        }
    }
    free(bytes);
    return status;
}

static mg_status append_index(int fd, struct build *b, struct segment_entry *entry,
                              mg_error *err)
{
    void *bytes = NULL;
    size_t n = 0;
    off_t end = lseek(fd, 0, SEEK_END);
    mg_status status = end < 0 ? mg_fail(err, MG_E_IO, "cannot seek: %s", strerror(errno))
                               : footer_write(&b->footer, &bytes, &n, err);

    if (status == MG_OK) {
        entry->index_at = (uint64_t)end;
        entry->index_hash = mg_hash128(bytes, n);
        status = disk_write(fd, bytes, n, entry->index_at, err);
    }
    free(bytes);
    if (status == MG_OK)
        status = check_chunks(fd, &b->footer, err);
    if (status == MG_OK)
        status = mg_hash_file(fd, &entry->hash, &entry->size, err);
    if (status == MG_OK && entry->size != entry->index_at + n)
        status = mg_fail(err, MG_E_IO, "the file has another size than what was written");
    return status;
}

static mg_status finish(const char *folder, const char *temporary, struct build *b,
                        struct segment_entry *entry, mg_error *err)
{
    char path[DISK_PATH];
    char hash[MG_HASH_TEXT];
    mg_status status = disk_path(folder, temporary, path, err);
    int fd = status == MG_OK ? open(path, O_RDWR | O_CLOEXEC) : -1;

    if (status == MG_OK && fd < 0)
        status = mg_fail(err, MG_E_IO, "cannot open it again: %s", strerror(errno));
    if (status == MG_OK)
        status = append_index(fd, b, entry, err);
    if (fd >= 0 && close(fd) != 0 && status == MG_OK)
        status = mg_fail(err, MG_E_IO, "cannot close: %s", strerror(errno));
    if (status != MG_OK)
        return status;
    mg_hash_write(entry->hash, hash);
    snprintf(entry->name, sizeof entry->name, "%c-%u-%.16s.h5",
             mg_period_monthly(entry->period) ? 'M' : 'A', (unsigned)entry->period, hash);
    return disk_put(folder, temporary, entry->name, err);
}

mg_status segment_write(const char *folder, uint32_t period, const mg_producer *producer,
                        uint32_t fine, uint32_t wide, struct segment_entry *entry,
                        mg_error *err)
{
    char temporary[SEGMENT_NAME];
    char path[DISK_PATH];
    bool again = true;
    mg_status status;

    snprintf(temporary, sizeof temporary, "tmp.%ld.%u.h5", (long)getpid(),
             (unsigned)period);
    status = disk_path(folder, temporary, path, err);
    while (status == MG_OK && again) {
        struct build b = {.fine = fine, .wide = wide};
        *entry = (struct segment_entry){.period = period};
        unlink(path);
        status = build_file(&b, path, period, producer, err);
        again = status != MG_OK && b.misfit && (b.fine != fine || b.wide != wide);
        fine = b.fine;
        wide = b.wide;
        if (again)
            status = MG_OK;
        else if (status == MG_OK && b.total > 0)
            status = finish(folder, temporary, &b, entry, err);
        build_release(&b);
        if (status != MG_OK || entry->name[0] == '\0')
            unlink(path);
    }
    if (status != MG_OK)
        mg_error_at(err, path);
    return status;
}
