/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mirrorgap/mem.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

static const size_t large = (size_t)8 << 20;
static const size_t huge_page = (size_t)2 << 20;

void *mg_alloc_large(size_t bytes)
{
    size_t rounded;
    void *memory = NULL;

    if (__builtin_add_overflow(bytes, huge_page - 1, &rounded) ||
        posix_memalign(&memory, huge_page, rounded & ~(huge_page - 1)) != 0)
        return NULL;
    (void)madvise(memory, rounded & ~(huge_page - 1), MADV_HUGEPAGE); /* a hint */
    return memory;
}

void *mg_alloc(size_t n, size_t size)
{
    size_t bytes;

    if (__builtin_mul_overflow(n, size, &bytes))
        return NULL;
    if (bytes >= large)
        return mg_alloc_large(bytes);
    return malloc(bytes > 0 ? bytes : 1);
}

void *mg_alloc_zero(size_t n, size_t size)
{
    return calloc(n > 0 ? n : 1, size > 0 ? size : 1);
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
    if (bytes >= large) { /* the whole pages of it; a hint */
        uintptr_t from = ((uintptr_t)grown + huge_page - 1) & ~(huge_page - 1);
        (void)madvise((void *)from, bytes - huge_page, MADV_HUGEPAGE);
    }
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
