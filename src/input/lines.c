/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "input/scan_masks.h"
#include "mirrorgap/csv.h"

bool scan_has_avx2(void)
{
    return __builtin_cpu_supports("avx2") != 0;
}

static size_t count_byte(const char *text, size_t n, char c)
{
    const uint64_t pattern = 0x0101010101010101ULL * (unsigned char)c;
    size_t count = 0;
    size_t at = 0;

    for (; at + 8 <= n; at += 8) {
        uint64_t x;
        memcpy(&x, text + at, 8);
        count += (size_t)__builtin_popcountll(scan_equal8(x, pattern));
    }
    for (; at < n; at++)
        count += text[at] == c;
    return count;
}

size_t mg_whole_records(const char *text, size_t n)
{
    size_t quotes = count_byte(text, n, '"');

    /* From the end: the last line end with an even number of quotes before it. */
    while (n > 0) {
        const char *newline = memrchr(text, '\n', n);
        if (newline == NULL)
            return 0;
        size_t end = (size_t)(newline - text) + 1;
        quotes -= count_byte(text + end, n - end, '"');
        if (quotes % 2 == 0)
            return end;
        n = end - 1;
    }
    return 0;
}

size_t mg_count_lines(const char *text, size_t n)
{
    size_t lines = count_byte(text, n, '\n');
    const char *at = memchr(text, '\r', n);

    while (at != NULL) {
        size_t left = n - (size_t)(at + 1 - text);
        lines += left == 0 || at[1] != '\n';
        at = left > 0 ? memchr(at + 1, '\r', left) : NULL;
    }
    return lines;
}
