/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "input/scan_masks.h"
#include "mirrorgap/csv.h"

bool scan_has_avx2(void)
{
    return __builtin_cpu_supports("avx2") != 0 && __builtin_cpu_supports("popcnt") != 0 &&
           __builtin_cpu_supports("bmi") != 0 && __builtin_cpu_supports("bmi2") != 0 &&
           __builtin_cpu_supports("pclmul") != 0;
}

bool scan_has_avx512(void)
{
    return scan_has_avx2() && __builtin_cpu_supports("avx512f") != 0 &&
           __builtin_cpu_supports("avx512bw") != 0 &&
           __builtin_cpu_supports("avx512vl") != 0 &&
           __builtin_cpu_supports("avx512vbmi2") != 0;
}

static size_t count_portable(const char *text, size_t n, char c)
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

/* Equal bytes are -1 in a lane; 255 rounds fit a byte before they are added up. */
__attribute__((target("avx2"))) static size_t count_avx2(const char *text, size_t n,
                                                         char c)
{
    const __m256i wanted = _mm256_set1_epi8(c);
    __m256i sums = _mm256_setzero_si256();
    size_t at = 0;

    while (at + 32 <= n) {
        size_t left = (n - at) / 32;
        size_t rounds = left < 255 ? left : 255;
        __m256i lanes = _mm256_setzero_si256();
#pragma GCC unroll 5
        for (size_t round = 0; round < rounds; round++, at += 32) {
            __m256i x = _mm256_loadu_si256((const __m256i *)(const void *)(text + at));
            lanes = _mm256_sub_epi8(lanes, _mm256_cmpeq_epi8(x, wanted));
        }
        sums = _mm256_add_epi64(sums, _mm256_sad_epu8(lanes, _mm256_setzero_si256()));
    }
    uint64_t four[4];
    _mm256_storeu_si256((__m256i *)(void *)four, sums);
    return (size_t)(four[0] + four[1] + four[2] + four[3]) +
           count_portable(text + at, n - at, c);
}

static size_t count_byte(const char *text, size_t n, char c)
{
    return n >= 256 && scan_has_avx2() ? count_avx2(text, n, c)
                                       : count_portable(text, n, c);
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
