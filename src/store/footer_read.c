/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "mirrorgap/mem.h"
#include "store/footer.h"
#include "store/footer_format.h"

void footer_release(struct footer *f)
{
    for (int t = 0; t < MG_TABLES; t++) {
        free(f->tables[t].chunks);
        free(f->tables[t].ranges);
    }
    free(f->codes);
    free(f->coverage);
    free(f->fates);
    *f = (struct footer){0};
}

struct in {
    const unsigned char *bytes;
    size_t n, at;
    uint64_t limit; /* chunks lie below */
    bool bad;
};

static void get(struct in *in, void *to, size_t n)
{
    if (in->bad || n > in->n - in->at) {
        in->bad = true;
        memset(to, 0, n);
        return;
    }
    memcpy(to, in->bytes + in->at, n);
    in->at += n;
}

static uint32_t get32(struct in *in)
{
    uint32_t v;
    get(in, &v, 4);
    return v;
}

static uint64_t get64(struct in *in)
{
    uint64_t v;
    get(in, &v, 8);
    return v;
}

/* A count of items of `size` bytes that must still fit in the bytes left. */
static size_t get_count(struct in *in, size_t size)
{
    uint64_t n = get64(in);

    if (in->bad || n > (in->n - in->at) / size) {
        in->bad = true;
        return 0;
    }
    return (size_t)n;
}

static void *room_for(struct in *in, size_t n, size_t size, mg_status *status,
                      mg_error *err)
{
    void *room = in->bad ? NULL : mg_alloc_zero(n, size);

    if (room == NULL && !in->bad) {
        *status = mg_fail(err, MG_E_NOMEM, "cannot hold a segment's index");
        in->bad = true;
    }
    return room;
}

static bool form_ok(int column, column_form form, bool expected)
{
    if (!expected)
        return form.type == 0;
    if (column_is_money(column))
        return form.type == STORED_F64 ||
               (form.type == STORED_I64 && (form.scale == 1 || form.scale == 1000));
    column_form narrow = column_default_form((mg_column)column, 0, 0);
    column_form wide = column_default_form((mg_column)column, 0, MG_BIT(MG_C_HS));
    return form.type == narrow.type || form.type == wide.type;
}

static void get_chunk(struct in *in, struct table_index *t, uint32_t k)
{
    t->ranges[k].first = get32(in);
    t->ranges[k].last = get32(in);
    in->bad |= t->ranges[k].first > t->ranges[k].last;
    for (int c = 0; c < MG_COLUMNS; c++) {
        struct chunk_place *p = &t->chunks[(size_t)k * MG_COLUMNS + (size_t)c];
        if (t->forms[c].type == 0)
            continue;
        p->offset = get64(in);
        p->check = get64(in);
        p->n = get32(in);
        in->bad |= p->offset > in->limit || p->n > in->limit - p->offset;
    }
}

static void get_table(struct in *in, mg_table table, struct table_index *t,
                      mg_status *status, mg_error *err)
{
    const uint32_t expected = mg_table_columns(table);

    t->rows = get64(in);
    t->chunk_rows = get32(in);
    t->n_chunks = get32(in);
    for (int c = 0; c < MG_COLUMNS; c++) {
        uint32_t form = get32(in);
        t->forms[c] = (column_form){(uint8_t)form, (uint16_t)(form >> 16)};
        in->bad |= t->rows > 0 && !form_ok(c, t->forms[c], (expected & MG_BIT(c)) != 0);
    }
    in->bad |= t->rows >> FOOTER_ROWS_MAX_LOG2 != 0 || t->chunk_rows > MG_BLOCK_ROWS ||
               (t->rows > 0) != (t->chunk_rows > 0) || (t->rows == 0 && t->n_chunks > 0);
    if (in->bad || t->rows == 0)
        return;
    /* a table of one chunk may have a short one */
    uint64_t chunks = (t->rows + t->chunk_rows - 1) / t->chunk_rows;
    in->bad |= chunks != t->n_chunks || (chunks > 1 && t->chunk_rows != MG_BLOCK_ROWS) ||
               t->n_chunks > (in->n - in->at) / 8;
    t->chunks =
        room_for(in, (size_t)t->n_chunks * MG_COLUMNS, sizeof *t->chunks, status, err);
    t->ranges = room_for(in, t->n_chunks, sizeof *t->ranges, status, err);
    for (uint32_t k = 0; !in->bad && k < t->n_chunks; k++)
        get_chunk(in, t, k);
}

static void get_lists(struct in *in, struct footer *f, mg_status *status, mg_error *err)
{
    f->n_codes = get_count(in, 4);
    f->codes = room_for(in, f->n_codes, sizeof *f->codes, status, err);
    if (!in->bad)
        get(in, f->codes, f->n_codes * sizeof *f->codes);
    f->n_coverage = get_count(in, 12);
    f->coverage = room_for(in, f->n_coverage, sizeof *f->coverage, status, err);
    for (size_t i = 0; !in->bad && i < f->n_coverage; i++) {
        uint32_t who = get32(in);
        f->coverage[i] = (mg_coverage){(uint16_t)who, (uint8_t)(who >> 16), 0, 0};
        f->coverage[i].observations = get32(in);
        f->coverage[i].world = get32(in);
        in->bad |= f->coverage[i].flow >= MG_FLOW_COUNT;
    }
    f->n_fates = get_count(in, 32);
    f->fates = room_for(in, f->n_fates, sizeof *f->fates, status, err);
    for (size_t i = 0; !in->bad && i < f->n_fates; i++) {
        f->fates[i].source = get32(in);
        uint32_t fate = get32(in);
        f->fates[i].fate = (uint8_t)fate;
        f->fates[i].rows = get64(in);
        get(in, &f->fates[i].value.fixed, 16);
        in->bad |= fate >= MG_FATE_COUNT;
    }
}

mg_status footer_read(const void *bytes, size_t n, uint64_t limit, struct footer *f,
                      mg_error *err)
{
    struct in in = {.bytes = bytes, .n = n, .limit = limit};
    char magic[FOOTER_MAGIC_BYTES];
    mg_status status = MG_OK;

    *f = (struct footer){0};
    get(&in, magic, sizeof magic);
    in.bad |= memcmp(magic, FOOTER_MAGIC, sizeof magic) != 0;
    f->period = get32(&in);
    f->editions = get32(&in);
    for (int t = 0; !in.bad && t < MG_TABLES; t++)
        get_table(&in, (mg_table)t, &f->tables[t], &status, err);
    get_lists(&in, f, &status, err);
    in.bad |= in.at != in.n;
    if (in.bad) {
        footer_release(f);
        return status != MG_OK
                   ? status
                   : mg_fail(err, MG_E_STORE, "the segment's index is damaged");
    }
    return MG_OK;
}
