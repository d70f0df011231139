/* SPDX-License-Identifier: GPL-3.0-or-later */
/* alloc_fail.h - every allocation fails once: MG_E_NOMEM, outputs as the header
 * says, nothing leaked. Linked with --wrap, so that our calls are counted and
 * libraries' are not; the number of live allocations must come back to where it
 * was. For one thread. */
#ifndef MG_ALLOC_FAIL_H
#define MG_ALLOC_FAIL_H

#include <errno.h>

#include "testing.h"

void *__real_malloc(size_t n);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *old, size_t n);
int __real_posix_memalign(void **made, size_t alignment, size_t n);
void __real_free(void *old);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *old, size_t n);
int __wrap_posix_memalign(void **made, size_t alignment, size_t n);
void __wrap_free(void *old);

static size_t allowed = SIZE_MAX; /* allocations until the next one fails */
static long live;                 /* allocations not freed yet */

static bool may_allocate(void)
{
    if (allowed == 0)
        return false;
    if (allowed != SIZE_MAX)
        allowed--;
    return true;
}

void *__wrap_malloc(size_t n)
{
    void *made = may_allocate() ? __real_malloc(n) : NULL;
    live += made != NULL;
    return made;
}

void *__wrap_calloc(size_t n, size_t size)
{
    void *made = may_allocate() ? __real_calloc(n, size) : NULL;
    live += made != NULL;
    return made;
}

void *__wrap_realloc(void *old, size_t n)
{
    void *made = may_allocate() ? __real_realloc(old, n) : NULL;
    live += old == NULL && made != NULL;
    return made;
}

int __wrap_posix_memalign(void **made, size_t alignment, size_t n)
{
    int failed = may_allocate() ? __real_posix_memalign(made, alignment, n) : ENOMEM;
    live += failed == 0;
    return failed;
}

void __wrap_free(void *old)
{
    live -= old != NULL;
    __real_free(old);
}

/* One try; the caller has set `allowed`, and sets it free afterwards. */
typedef mg_status (*attempt)(mg_error *err);

struct alloc_case {
    const char *name;
    attempt run;
    size_t least; /* allocations that it must make, or the test is none */
};

static void check_alloc(void **state)
{
    const struct alloc_case *c = *state;
    mg_status status = MG_E_NOMEM;
    size_t k = 0;

    for (; status == MG_E_NOMEM; k++) {
        mg_error err = {0};
        long before = live;
        allowed = k;
        status = c->run(&err);
        size_t left = allowed;
        allowed = SIZE_MAX;
        if (live > before) /* less: we freed what jansson allocated */
            fail_msg("%ld leaked where allocation %zu fails", live - before, k);
        if (status == MG_E_NOMEM)
            assert_true(err.what[0] != '\0' && err.status == MG_E_NOMEM);
        else if (left == 0 && status == MG_OK)
            continue; /* as many as were allowed: all succeeded */
        assert_true(k < 100000);
    }
    if (status != MG_OK)
        fail_msg("status %d where allocation %zu fails", status, k - 1);
    if (k < c->least)
        fail_msg("only %zu allocations", k);
}

#endif
