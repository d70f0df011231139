/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "mirrorgap/mem.h"
#include "store/footer.h"
#include "store/footer_format.h"

struct out {
    unsigned char *bytes;
    size_t n, room;
    mg_status status;
    mg_error *err;
};

static void put(struct out *out, const void *bytes, size_t n)
{
    if (out->status == MG_OK)
        out->status = mg_grow((void **)&out->bytes, &out->room, out->n + n, 1, out->err);
    if (out->status != MG_OK)
        return;
    memcpy(out->bytes + out->n, bytes, n);
    out->n += n;
}

static void put32(struct out *out, uint32_t v)
{
    put(out, &v, 4);
}

static void put64(struct out *out, uint64_t v)
{
    put(out, &v, 8);
}

static void put_table(struct out *out, const struct table_index *t)
{
    put64(out, t->rows);
    put32(out, t->chunk_rows);
    put32(out, t->n_chunks);
    for (int c = 0; c < MG_COLUMNS; c++)
        put32(out, (uint32_t)t->forms[c].type | (uint32_t)t->forms[c].scale << 16);
    for (uint32_t k = 0; k < t->n_chunks; k++) {
        put32(out, t->ranges[k].first);
        put32(out, t->ranges[k].last);
        for (int c = 0; c < MG_COLUMNS; c++) {
            const struct chunk_place *p = &t->chunks[(size_t)k * MG_COLUMNS + (size_t)c];
            if (t->forms[c].type == 0)
                continue;
            put64(out, p->offset);
            put64(out, p->check);
            put32(out, p->n);
        }
    }
}

mg_status footer_write(const struct footer *f, void **bytes, size_t *n, mg_error *err)
{
    struct out out = {.err = err};

    put(&out, FOOTER_MAGIC, FOOTER_MAGIC_BYTES);
    put32(&out, f->period);
    put32(&out, f->editions);
    for (int t = 0; t < MG_TABLES; t++)
        put_table(&out, &f->tables[t]);
    put64(&out, f->n_codes);
    put(&out, f->codes, f->n_codes * sizeof *f->codes);
    put64(&out, f->n_coverage);
    for (size_t i = 0; i < f->n_coverage; i++) {
        put32(&out,
              (uint32_t)f->coverage[i].reporter | (uint32_t)f->coverage[i].flow << 16);
        put32(&out, f->coverage[i].observations);
        put32(&out, f->coverage[i].world);
    }
    put64(&out, f->n_fates);
    for (size_t i = 0; i < f->n_fates; i++) {
        put32(&out, f->fates[i].source);
        put32(&out, f->fates[i].fate);
        put64(&out, f->fates[i].rows);
        put(&out, &f->fates[i].value.fixed, 16);
    }
    if (out.status != MG_OK) {
        free(out.bytes);
        return out.status;
    }
    *bytes = out.bytes;
    *n = out.n;
    return MG_OK;
}
