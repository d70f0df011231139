/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mirrorgap/mem.h"

#include "testing.h"

/* The address sanitizer would rather end the program than give no memory. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
    return "allocator_may_return_null=1";
}

static void sizes_that_overflow(void **state)
{
    (void)state;
    assert_null(mg_alloc(SIZE_MAX / 2, 3));
    assert_null(mg_alloc_zero(SIZE_MAX / 2, 3));
    assert_null(mg_alloc_large(SIZE_MAX));
    assert_null(mg_alloc_large(SIZE_MAX - (1 << 21) + 2));
    assert_null(mg_alloc_large(SIZE_MAX / 2));
}

static void no_bytes(void **state)
{
    (void)state;
    for (size_t n = 0; n < 2; n++) {
        void *plain = mg_alloc(n, 1 - n);
        void *zero = mg_alloc_zero(n, 1 - n);
        assert_true(plain != NULL && zero != NULL);
        free(plain);
        free(zero);
    }
}

/* At the start of a page of 2 MiB, and there to the last byte. */
static void large_memory(void **state)
{
    static const size_t sizes[] = {1,       4096,          (2 << 20) - 1,
                                   2 << 20, (2 << 20) + 1, 5 << 20};

    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        unsigned char *memory = mg_alloc_large(sizes[i]);
        assert_non_null(memory);
        assert_int_equal((uintptr_t)memory % (2 << 20), 0);
        memset(memory, 0xa5, sizes[i]);
        assert_int_equal(memory[0], 0xa5);
        assert_int_equal(memory[sizes[i] - 1], 0xa5);
        free(memory);
    }
}

static void growing(void **state)
{
    uint32_t *items = NULL;
    size_t room = 0;
    size_t grown = 0;

    (void)state;
    for (uint32_t i = 0; i < 100000; i++) {
        size_t before = room;
        assert_int_equal(mg_grow((void **)&items, &room, i + 1, sizeof *items, NULL),
                         MG_OK);
        assert_true(room > i);
        grown += room != before;
        items[i] = i;
    }
    assert_true(grown < 40); /* by half, not by one */
    for (uint32_t i = 0; i < 100000; i++)
        assert_int_equal(items[i], i);
    const uint32_t *kept = items;
    size_t room_kept = room;
    mg_error err = {0};
    assert_int_equal(mg_grow((void **)&items, &room, SIZE_MAX / 2, sizeof *items, &err),
                     MG_E_NOMEM);
    assert_true(err.what[0] != '\0');
    assert_ptr_equal(items, kept);
    assert_int_equal(room, room_kept);
    assert_int_equal(mg_grow((void **)&items, &room, 10, sizeof *items, NULL), MG_OK);
    assert_ptr_equal(items, kept); /* there was room enough */
    free(items);
}

static void copies(void **state)
{
    static const char text[] = "a name";
    char *copy = mg_copy_text(text);

    (void)state;
    assert_string_equal(copy, text);
    assert_ptr_not_equal(copy, text);
    free(copy);
    copy = mg_copy_text("");
    assert_string_equal(copy, "");
    free(copy);
}

int main(void)
{
    static struct suite s;

    suite_add(&s, "sizes that overflow", sizes_that_overflow, NULL);
    suite_add(&s, "no bytes", no_bytes, NULL);
    suite_add(&s, "large memory", large_memory, NULL);
    suite_add(&s, "growing", growing, NULL);
    suite_add(&s, "copies", copies, NULL);
    return suite_run("mem", &s);
}
