/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hash.h - XXH3 checksums (Collet's xxHash), for finding damage and for naming
 * contents. Not a defence against somebody who forges both data and manifest. */
#ifndef MG_HASH_H
#define MG_HASH_H

#include "mirrorgap/status.h"

enum { MG_HASH_TEXT = 33 }; /* 32 hexadecimal digits and a NUL */

typedef struct mg_hash {
    uint64_t low, high;
} mg_hash;

uint64_t mg_hash64(const void *bytes, size_t n);
mg_hash mg_hash128(const void *bytes, size_t n);
bool mg_hash_equal(mg_hash a, mg_hash b);

/* Canonical hexadecimal text and back; false where the text is none. */
void mg_hash_write(mg_hash hash, char text[MG_HASH_TEXT]);
bool mg_hash_read(const char *text, mg_hash *hash);

/* A hash of bytes that come in pieces. new: NULL when memory is short. */
typedef struct mg_hasher mg_hasher;
mg_hasher *mg_hasher_new(void);
void mg_hasher_reset(mg_hasher *hasher);
void mg_hasher_add(mg_hasher *hasher, const void *bytes, size_t n);
mg_hash mg_hasher_value(const mg_hasher *hasher);
void mg_hasher_free(mg_hasher *hasher);

/* Hash of a whole open file, read from its start. Errors: MG_E_IO, MG_E_NOMEM. */
MG_MUST_CHECK mg_status mg_hash_file(int fd, mg_hash *hash, uint64_t *size,
                                     mg_error *err);

#endif
