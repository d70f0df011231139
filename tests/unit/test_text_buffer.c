/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The window on a text: filled, dropped from, taken from and given back to, in any
 * order, against the text and a place in it. */
#include "app/text_buffer.h"

#include <sys/mman.h>
#include <unistd.h>

#include "testing.h"

enum { MOST = 3 << 20, ROOM = 1 << 19 };

static char text[MOST];
static char taken[ROOM];

/* The first n bytes of the text as a source. */
static mg_source *source_of(size_t n)
{
    static const mg_source_options plain = {false};
    mg_source *source = NULL;
    const char *name = NULL;
    char path[64];
    int fd = memfd_create("text", MFD_CLOEXEC);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, n), n);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    assert_int_equal(mg_source_open(path, &plain, &source, NULL), MG_OK);
    assert_int_equal(mg_source_next(source, &name, NULL), MG_OK);
    assert_non_null(name);
    close(fd);
    return source;
}

/* The window shows the text from `at` on. */
static void check_window(const struct text_buffer *b, size_t at, size_t size)
{
    assert_int_equal(b->base, at);
    assert_true(at + b->n <= size && b->n <= b->room);
    if (b->n > 0)
        assert_memory_equal(b->text, text + at, b->n);
    if (b->ended)
        assert_int_equal(at + b->n, size);
}

struct buffer_case {
    const char *name;
    size_t size;
    size_t step; /* bytes asked for at once, at most */
};

static struct buffer_case buffer_cases[] = {
    {"no text", 0, 10},          {"one byte", 1, 10},
    {"few bytes", 100, 7},       {"small steps", 20000, 50},
    {"large steps", MOST, ROOM}, {"steps of any size", MOST, 100000},
};

static void check_buffer(void **state)
{
    const struct buffer_case *c = *state;

    for (uint64_t round = 0; round < 4; round++) {
        struct text_buffer b = {.source = source_of(c->size)};
        uint64_t seed = round;
        size_t at = 0;
        size_t last = 0; /* bytes that were taken last, from `taken` */
        while (at < c->size || !b.ended) {
            size_t some = random_below(&seed, c->step + 1);
            size_t n = 99;
            switch (random_below(&seed, 4)) {
            case 0:
                assert_int_equal(buffer_fill(&b, some, NULL), MG_OK);
                assert_true(b.n >= some || b.ended);
                break;
            case 1:
                some = some < b.n ? some : b.n;
                buffer_drop(&b, some);
                at += some;
                last = 0;
                break;
            case 2:
                some = some > 0 ? some : 1;
                assert_int_equal(buffer_take(&b, taken, some, &n, NULL), MG_OK);
                assert_true(n == some || (n < some && b.ended && b.n == 0));
                assert_true(at + n <= c->size);
                assert_memory_equal(taken, text + at, n);
                at += n;
                last = n;
                break;
            default: /* back goes the end of it, all or nothing */
                some = last > 0 && random_below(&seed, 3) ? random_below(&seed, last + 1)
                                                          : last / 2;
                assert_int_equal(buffer_put_back(&b, taken + last - some, some, NULL),
                                 MG_OK);
                at -= some;
                last -= some;
            }
            check_window(&b, at, c->size);
        }
        assert_int_equal(b.n, 0);
        assert_int_equal(buffer_fill(&b, 1, NULL), MG_OK); /* the end is the end */
        assert_int_equal(b.n, 0);
        mg_source_close(b.source);
        free(b.text);
    }
}

int main(void)
{
    static struct suite s;
    uint64_t seed = 1;

    for (size_t i = 0; i < MOST; i++)
        text[i] = (char)random_bits(&seed);
    SUITE_CASES(&s, buffer_cases, check_buffer);
    return suite_run("text_buffer", &s);
}
