/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/encode.h"

#include <libdeflate.h>
#include <stdlib.h>
#include <string.h>

#include "mirrorgap/mem.h"
#include "store/plane_deflate.h"

enum { DEFLATE_LEVEL = 1, CHUNK_MAX = MG_BLOCK_ROWS * 8 };

size_t stored_size(stored_type type)
{
    static const size_t sizes[] = {0, 1, 1, 2, 4, 8, 8};
    return sizes[type];
}

column_form column_default_form(mg_column column, uint32_t fine, uint32_t wide)
{
    if (column_is_money((int)column)) {
        if ((wide & MG_BIT(column)) != 0)
            return (column_form){STORED_F64, 0};
        return (column_form){STORED_I64, (fine & MG_BIT(column)) != 0 ? 1000 : 1};
    }
    switch (column) {
    case MG_C_EDITION:
    case MG_C_FLOW:
    case MG_C_MOS:
    case MG_C_FATE:
        return (column_form){STORED_U8, 0};
    case MG_C_UNIT:
        return (column_form){STORED_I8, 0};
    case MG_C_SOURCE:
    case MG_C_VINTAGE:
        return (column_form){STORED_U32, 0};
    case MG_C_HS: /* indices of codes; above 65,536 codes they need more */
        return (column_form){(wide & MG_BIT(MG_C_HS)) != 0 ? STORED_U32 : STORED_U16, 0};
    default:
        return (column_form){STORED_U16, 0};
    }
}

struct coder {
    struct libdeflate_compressor *compressor;
    struct libdeflate_decompressor *decompressor;
    plane_deflater *planes;
    unsigned char *plain, *shuffled, *packed;
    size_t packed_room;
};

coder *coder_new(void)
{
    coder *c = mg_alloc_zero(1, sizeof *c);

    if (c == NULL)
        return NULL;
    c->compressor = libdeflate_alloc_compressor(DEFLATE_LEVEL);
    c->decompressor = libdeflate_alloc_decompressor();
    c->planes = plane_deflater_new();
    c->plain = mg_alloc(CHUNK_MAX, 1);
    c->shuffled = mg_alloc(CHUNK_MAX, 1);
    if (c->compressor != NULL) {
        size_t by_planes = plane_deflate_bound(MG_BLOCK_ROWS, 8);
        c->packed_room = libdeflate_zlib_compress_bound(c->compressor, CHUNK_MAX);
        if (c->packed_room < by_planes)
            c->packed_room = by_planes;
        c->packed = mg_alloc(c->packed_room, 1);
    }
    if (c->decompressor == NULL || c->planes == NULL || c->plain == NULL ||
        c->shuffled == NULL || c->packed == NULL) {
        coder_free(c);
        return NULL;
    }
    return c;
}

void coder_free(coder *c)
{
    if (c == NULL)
        return;
    libdeflate_free_compressor(c->compressor);
    libdeflate_free_decompressor(c->decompressor);
    plane_deflater_free(c->planes);
    free(c->plain);
    free(c->shuffled);
    free(c->packed);
    free(c);
}

/* The bytes of eight words, gathered by their places: an 8 x 8 transposition by
 * swapping ever larger squares. */
static void transpose(uint64_t w[8])
{
    static const uint64_t masks[3] = {0x00ff00ff00ff00ffULL, 0x0000ffff0000ffffULL,
                                      0x00000000ffffffffULL};

    for (int step = 0; step < 3; step++)
        for (int i = 0; i < 8; i++) {
            int with = i | 1 << step;
            unsigned shift = 8U << step;
            if (with == i)
                continue;
            uint64_t swap = (w[i] >> shift ^ w[with]) & masks[step];
            w[with] ^= swap;
            w[i] ^= swap << shift;
        }
}

void shuffle_bytes(const unsigned char *from, unsigned char *to, size_t n, size_t size)
{
    size_t i = 0;

    for (; size == 8 && i + 8 <= n; i += 8) {
        uint64_t w[8];
        memcpy(w, from + 8 * i, sizeof w);
        transpose(w);
        for (size_t b = 0; b < 8; b++)
            memcpy(to + b * n + i, &w[b], 8);
    }
    for (size_t b = 0; b < size; b++)
        for (size_t k = i; k < n; k++)
            to[b * n + k] = from[k * size + b];
}

static void unshuffle(const unsigned char *from, unsigned char *to, size_t n, size_t size)
{
    size_t i = 0;

    for (; size == 8 && i + 8 <= n; i += 8) {
        uint64_t w[8];
        for (size_t b = 0; b < 8; b++)
            memcpy(&w[b], from + b * n + i, 8);
        transpose(w);
        memcpy(to + 8 * i, w, sizeof w);
    }
    for (size_t b = 0; b < size; b++)
        for (size_t k = i; k < n; k++)
            to[k * size + b] = from[b * n + k];
}

/* The nearest whole number of one that is not negative; larger ones are whole. */
static double nearest(double v)
{
    static const double whole = 4503599627370496.0; /* 2^52 */

    return v < whole ? (v + whole) - whole : v;
}

/* Money as whole multiples of 1/scale; false where one is none. */
static bool scale_money(const double *values, size_t n, double scale, int64_t *scaled)
{
    static const double exact = 9007199254740992.0; /* 2^53 */
    bool fits = true;

    for (size_t i = 0; i < n; i++) {
        double v = values[i];
        double m = nearest(v * scale);
        bool missing = isnan(v);
        fits &= missing || (fabs(m) < exact && m / scale == v);
        scaled[i] = missing ? INT64_MIN : fits ? (int64_t)m : 0;
    }
    return fits;
}

static mg_status index_codes(const uint32_t *hs, size_t n, size_t size, hs_codes *codes,
                             unsigned char *plain, bool *fits, mg_error *err)
{
    uint32_t index = 0;
    mg_status status = MG_OK;

    for (size_t i = 0; status == MG_OK && i < n; i++) {
        if (i == 0 || hs[i] != hs[i - 1])
            status = hs_codes_index(codes, hs[i], &index, err);
        if (size == 2) {
            uint16_t narrow = (uint16_t)index;
            *fits &= index <= UINT16_MAX;
            memcpy(plain + 2 * i, &narrow, 2);
        } else
            memcpy(plain + 4 * i, &index, 4);
    }
    return status;
}

/* Commodity codes repeat in patterns that a search finds; short planes do not pay for
 * codes of their own. */
static bool by_planes(mg_column column, size_t n_chunk)
{
    return n_chunk >= 4096 && column != MG_C_HS;
}

mg_status encode_column(coder *c, const void *values, size_t n, size_t n_chunk,
                        mg_column column, column_form form, hs_codes *codes, bool *fits,
                        const void **bytes, size_t *n_bytes, mg_error *err)
{
    size_t size = stored_size(form.type);
    const unsigned char *raw = c->plain;
    mg_status status = MG_OK;

    *fits = true;
    if (column == MG_C_HS)
        status = index_codes(values, n, size, codes, c->plain, fits, err);
    else if (form.type == STORED_I64)
        *fits = scale_money(values, n, form.scale, (int64_t *)(void *)c->plain);
    else
        memcpy(c->plain, values, n * size);
    if (status != MG_OK || !*fits)
        return status;
    memset(c->plain + n * size, 0, (n_chunk - n) * size);
    if (size > 1) {
        shuffle_bytes(c->plain, c->shuffled, n_chunk, size);
        raw = c->shuffled;
    }
    *n_bytes = by_planes(column, n_chunk)
                   ? plane_deflate(c->planes, raw, n_chunk, size, c->packed)
                   : libdeflate_zlib_compress(c->compressor, raw, n_chunk * size,
                                              c->packed, c->packed_room);
    *bytes = c->packed;
    return *n_bytes > 0 ? MG_OK : mg_fail(err, MG_E_NOMEM, "cannot compress a chunk");
}

static mg_status decode_codes(const unsigned char *plain, size_t n, size_t size,
                              const uint32_t *codes, size_t n_codes, uint32_t *hs,
                              mg_error *err)
{
    for (size_t i = 0; i < n; i++) {
        uint16_t narrow = 0;
        uint32_t index = 0;
        if (size == 2) {
            memcpy(&narrow, plain + 2 * i, 2);
            index = narrow;
        } else
            memcpy(&index, plain + 4 * i, 4);
        if (index >= n_codes)
            return mg_fail(err, MG_E_STORE, "a commodity code out of range");
        hs[i] = codes[index];
    }
    return MG_OK;
}

static void unscale_money(const unsigned char *plain, size_t n, double scale,
                          double *values)
{
    for (size_t i = 0; i < n; i++) {
        int64_t m;
        memcpy(&m, plain + 8 * i, 8);
        values[i] = m == INT64_MIN ? NAN : (double)m / scale;
    }
}

mg_status decode_column(coder *c, const void *bytes, size_t n_bytes, size_t n_chunk,
                        size_t n, mg_column column, column_form form,
                        const uint32_t *codes, size_t n_codes, void *values,
                        mg_error *err)
{
    size_t size = stored_size(form.type);
    size_t want = n_chunk * size;
    size_t got = 0;
    unsigned char *plain = size > 1 ? c->shuffled : c->plain;

    if (n > n_chunk || want > CHUNK_MAX ||
        libdeflate_zlib_decompress(c->decompressor, bytes, n_bytes, plain, want, &got) !=
            LIBDEFLATE_SUCCESS ||
        got != want)
        return mg_fail(err, MG_E_STORE, "a chunk cannot be unpacked");
    if (size > 1) {
        unshuffle(c->shuffled, c->plain, n_chunk, size);
        plain = c->plain;
    }
    if (column == MG_C_HS)
        return decode_codes(plain, n, size, codes, n_codes, values, err);
    if (form.type == STORED_I64)
        unscale_money(plain, n, form.scale, values);
    else
        memcpy(values, plain, n * size);
    return MG_OK;
}

/* Sets *repeat to missing and the flag where it equals `other`. */
static void fold(mg_block *b, double *repeat, const double *other, uint16_t flag)
{
    for (size_t i = 0; i < b->n; i++) {
        bool same = repeat[i] == other[i];
        b->flags[i] = (uint16_t)((b->flags[i] & ~flag) | (same ? flag : 0));
        if (same)
            repeat[i] = NAN;
    }
}

static void unfold(mg_block *b, double *repeat, const double *other, uint16_t flag)
{
    for (size_t i = 0; i < b->n; i++)
        if ((b->flags[i] & flag) != 0)
            repeat[i] = other[i];
}

void fold_repeats(mg_block *b)
{
    fold(b, b->cif_usd, b->value_usd, MG_FLAG_CIF_IS_VALUE);
    fold(b, b->fob_usd, b->value_usd, MG_FLAG_FOB_IS_VALUE);
    fold(b, b->qty, b->kg, MG_FLAG_QTY_IS_KG);
}

void unfold_repeats(mg_block *b)
{
    const uint16_t ours = MG_FLAG_CIF_IS_VALUE | MG_FLAG_FOB_IS_VALUE | MG_FLAG_QTY_IS_KG;

    if (b->flags == NULL)
        return;
    if (b->cif_usd != NULL && b->value_usd != NULL)
        unfold(b, b->cif_usd, b->value_usd, MG_FLAG_CIF_IS_VALUE);
    if (b->fob_usd != NULL && b->value_usd != NULL)
        unfold(b, b->fob_usd, b->value_usd, MG_FLAG_FOB_IS_VALUE);
    if (b->qty != NULL && b->kg != NULL)
        unfold(b, b->qty, b->kg, MG_FLAG_QTY_IS_KG);
    for (size_t i = 0; i < b->n; i++)
        b->flags[i] = (uint16_t)(b->flags[i] & ~ours);
}
