/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mirrorgap/mem.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

void *mg_alloc(size_t n, size_t size)
{
    size_t bytes;

    if (__builtin_mul_overflow(n, size, &bytes))
        return NULL;
    return malloc(bytes > 0 ? bytes : 1);
}

void *mg_alloc_zero(size_t n, size_t size)
{
    return calloc(n > 0 ? n : 1, size > 0 ? size : 1);
}

void *mg_alloc_large(size_t bytes)
{
    const size_t huge = (size_t)2 << 20;
    size_t rounded;
    void *memory = NULL;

    if (__builtin_add_overflow(bytes, huge - 1, &rounded) ||
        posix_memalign(&memory, huge, rounded & ~(huge - 1)) != 0)
        return NULL;
    (void)madvise(memory, rounded & ~(huge - 1), MADV_HUGEPAGE); /* a hint */
    return memory;
}

mg_status mg_grow(void **items, size_t *capacity, size_t need, size_t size, mg_error *err)
{
    size_t wanted = *capacity + *capacity / 2;
    size_t bytes;
    void *grown;

    if (need <= *capacity)
        return MG_OK;
    if (wanted < need)
        wanted = need;
    if (wanted < 16)
        wanted = 16;
    if (__builtin_mul_overflow(wanted, size, &bytes) ||
        (grown = realloc(*items, bytes)) == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot allocate %zu items of %zu bytes", wanted,
                       size);
    *items = grown;
    *capacity = wanted;
    return MG_OK;
}

char *mg_copy_text(const char *text)
{
    size_t n = strlen(text) + 1;
    char *copy = mg_alloc(n, 1);

    if (copy != NULL)
        memcpy(copy, text, n);
    return copy;
}
