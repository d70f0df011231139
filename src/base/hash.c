/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mirrorgap/hash.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xxhash.h>

#include "mirrorgap/mem.h"

uint64_t mg_hash64(const void *bytes, size_t n)
{
    return XXH3_64bits(bytes, n);
}

mg_hash mg_hash128(const void *bytes, size_t n)
{
    XXH128_hash_t h = XXH3_128bits(bytes, n);
    return (mg_hash){h.low64, h.high64};
}

bool mg_hash_equal(mg_hash a, mg_hash b)
{
    return a.low == b.low && a.high == b.high;
}

void mg_hash_write(mg_hash hash, char text[MG_HASH_TEXT])
{
    snprintf(text, MG_HASH_TEXT, "%016" PRIx64 "%016" PRIx64, hash.high, hash.low);
}

bool mg_hash_read(const char *text, mg_hash *hash)
{
    mg_hash got = {0, 0};

    if (text == NULL || strlen(text) != 32)
        return false;
    for (int i = 0; i < 32; i++) {
        char c = text[i];
        uint64_t digit = c >= '0' && c <= '9'   ? (uint64_t)(c - '0')
                         : c >= 'a' && c <= 'f' ? (uint64_t)(c - 'a' + 10)
                                                : 16;
        if (digit == 16)
            return false;
        uint64_t *half = i < 16 ? &got.high : &got.low;
        *half = *half << 4 | digit;
    }
    *hash = got;
    return true;
}

struct mg_hasher {
    XXH3_state_t *state;
};

mg_hasher *mg_hasher_new(void)
{
    mg_hasher *made = mg_alloc(1, sizeof *made);

    if (made == NULL)
        return NULL;
    made->state = XXH3_createState();
    if (made->state == NULL) {
        free(made);
        return NULL;
    }
    mg_hasher_reset(made);
    return made;
}

void mg_hasher_reset(mg_hasher *hasher)
{
    XXH3_128bits_reset(hasher->state);
}

void mg_hasher_add(mg_hasher *hasher, const void *bytes, size_t n)
{
    XXH3_128bits_update(hasher->state, bytes, n);
}

mg_hash mg_hasher_value(const mg_hasher *hasher)
{
    XXH128_hash_t h = XXH3_128bits_digest(hasher->state);
    return (mg_hash){h.low64, h.high64};
}

void mg_hasher_free(mg_hasher *hasher)
{
    if (hasher == NULL)
        return;
    XXH3_freeState(hasher->state);
    free(hasher);
}

mg_status mg_hash_file(int fd, mg_hash *hash, uint64_t *size, mg_error *err)
{
    enum { BLOCK = 1 << 18 };
    mg_hasher *hasher = mg_hasher_new();
    char *block = mg_alloc(BLOCK, 1);
    mg_status status = MG_OK;
    uint64_t at = 0;
    ssize_t got = 1;

    if (hasher == NULL || block == NULL) {
        status = mg_fail(err, MG_E_NOMEM, "cannot allocate a checksum buffer");
        goto out;
    }
    while (got > 0) {
        got = pread(fd, block, BLOCK, (off_t)at);
        if (got < 0 && errno == EINTR) {
            got = 1;
            continue;
        }
        if (got < 0) {
            status = mg_fail(err, MG_E_IO, "cannot read: %s", strerror(errno));
            goto out;
        }
        mg_hasher_add(hasher, block, (size_t)got);
        at += (uint64_t)got;
    }
    *hash = mg_hasher_value(hasher);
    *size = at;
out:
    free(block);
    mg_hasher_free(hasher);
    return status;
}
