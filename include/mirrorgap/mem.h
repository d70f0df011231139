/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mem.h - allocation whose sizes cannot overflow. */
#ifndef MG_MEM_H
#define MG_MEM_H

#include "mirrorgap/status.h"

/* n * size bytes, or NULL when the product overflows or memory is short.
 * Zero bytes still give a pointer to free(). Uninitialised / zeroed. */
void *mg_alloc(size_t n, size_t size);
void *mg_alloc_zero(size_t n, size_t size);

/* Memory that will be filled to the end: in huge pages where the system has
 * them, as each page that is first touched costs a fault. */
void *mg_alloc_large(size_t bytes);

/* Makes room for `need` items of `size` bytes in *items, growing by half.
 * On failure *items and *capacity are as before.
 * Errors: MG_E_NOMEM. */
MG_MUST_CHECK mg_status mg_grow(void **items, size_t *capacity, size_t need, size_t size,
                                mg_error *err);

/* A copy of `text` for the caller to free(), or NULL. */
char *mg_copy_text(const char *text);

#endif
