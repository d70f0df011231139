/* SPDX-License-Identifier: GPL-3.0-or-later */
/* encode.h - a column of a block to the bytes of an HDF5 chunk, and back.
 *
 * Bytes are little-endian, shuffled by element size, and deflated: what HDF5's
 * own filters shuffle and deflate would write and read. */
#ifndef MG_STORE_ENCODE_H
#define MG_STORE_ENCODE_H

#include "mirrorgap/block.h"

/* How a column's values lie in a segment. */
typedef enum stored_type {
    STORED_U8 = 1,
    STORED_I8,
    STORED_U16,
    STORED_U32,
    STORED_I64, /* money and quantities times `scale`; INT64_MIN: missing */
    STORED_F64  /* where a value does not fit that; NaN: missing */
} stored_type;

size_t stored_size(stored_type type);

typedef struct column_form {
    uint8_t type;   /* stored_type */
    uint16_t scale; /* STORED_I64: 1 or 1000 */
} column_form;

/* The form a column has where every value fits; `double` forms for the money
 * columns in the bit mask `wide`, scale 1000 for those in `fine`. */
column_form column_default_form(mg_column column, uint32_t fine, uint32_t wide);

static inline bool column_is_money(int column)
{
    return column == MG_C_VALUE || column == MG_C_KG || column == MG_C_QTY ||
           column == MG_C_CIF || column == MG_C_FOB;
}

/* HS codes of a segment in the order of their first row. */
typedef struct hs_codes {
    uint32_t *codes;
    size_t n, room;
    uint32_t *slots; /* hash table: index + 1 */
    size_t n_slots;
} hs_codes;
MG_MUST_CHECK mg_status hs_codes_index(hs_codes *codes, uint32_t hs, uint32_t *index,
                                       mg_error *err);
void hs_codes_release(hs_codes *codes);

/* Work space for coding, one a thread. */
typedef struct coder coder;
coder *coder_new(void); /* NULL: no memory */
void coder_free(coder *coder);

/* Encodes n values, padded to n_chunk. *fits is false, and nothing is written,
 * where a value cannot be held in `form`. The bytes are the coder's until its
 * next use. Errors: MG_E_NOMEM. */
MG_MUST_CHECK mg_status encode_column(coder *coder, const void *values, size_t n,
                                      size_t n_chunk, mg_column column, column_form form,
                                      hs_codes *codes, bool *fits, const void **bytes,
                                      size_t *n_bytes, mg_error *err);

/* Decodes a chunk of n_chunk elements to the first n values. codes: for
 * MG_C_HS. Errors: MG_E_STORE (the bytes are not such a chunk). */
MG_MUST_CHECK mg_status decode_column(coder *coder, const void *bytes, size_t n_bytes,
                                      size_t n_chunk, size_t n, mg_column column,
                                      column_form form, const uint32_t *codes,
                                      size_t n_codes, void *values, mg_error *err);

/* HDF5's shuffle of n elements of `size` bytes: the first bytes of all, then the second.
 */
void shuffle_bytes(const unsigned char *from, unsigned char *to, size_t n, size_t size);

/* Filed values and quantities that repeat another column are stored as a flag
 * (flags bits 9 to 11); these two change a block there and back. */
void fold_repeats(mg_block *block);
void unfold_repeats(mg_block *block);

#endif
