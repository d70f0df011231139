/* SPDX-License-Identifier: GPL-3.0-or-later */
/* scan_masks.h - which bytes of 64-byte blocks are quotes, ends and so on. */
#ifndef MG_SCAN_MASKS_H
#define MG_SCAN_MASKS_H

#include <immintrin.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum { SCAN_BLOCK = 64 };

struct scan_masks {
    uint64_t quote, delimiter, newline, cr, nul;
    uint64_t other; /* cr | nul */
};

/* Whether the processor has AVX2; asked once. */
bool scan_has_avx2(void);

__attribute__((target("avx2"))) static inline uint64_t
scan_equal_avx2(__m256i low, __m256i high, char c)
{
    __m256i wanted = _mm256_set1_epi8(c);
    uint32_t a = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(low, wanted));
    uint32_t b = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(high, wanted));
    return (uint64_t)b << 32 | a;
}

__attribute__((target("avx2"))) static inline void
scan_classify_avx2(const char *block, size_t n, char delimiter, struct scan_masks *m)
{
    for (size_t i = 0; i < n; i++, block += SCAN_BLOCK, m++) {
        __m256i low = _mm256_loadu_si256((const __m256i *)(const void *)block);
        __m256i high = _mm256_loadu_si256((const __m256i *)(const void *)(block + 32));

        m->quote = scan_equal_avx2(low, high, '"');
        m->delimiter = scan_equal_avx2(low, high, delimiter);
        m->newline = scan_equal_avx2(low, high, '\n');
        m->cr = scan_equal_avx2(low, high, '\r');
        m->nul = scan_equal_avx2(low, high, '\0');
        m->other = m->cr | m->nul;
    }
}

/* Bit i of the result: byte i of x equals the byte repeated in `pattern`. */
static inline uint64_t scan_equal8(uint64_t x, uint64_t pattern)
{
    const uint64_t low7 = 0x7f7f7f7f7f7f7f7fULL;
    uint64_t y = x ^ pattern;
    uint64_t zero = ~(((y & low7) + low7) | y | low7); /* 0x80 where y's byte is 0 */
    return (zero >> 7) * 0x0102040810204080ULL >> 56;
}

static inline void scan_classify_portable(const char *block, size_t n, char delimiter,
                                          struct scan_masks *m)
{
    const uint64_t ones = 0x0101010101010101ULL;
    const uint64_t d = ones * (unsigned char)delimiter;

    for (; n > 0; n--, block += SCAN_BLOCK, m++) {
        *m = (struct scan_masks){0};
        for (unsigned i = 0; i < SCAN_BLOCK; i += 8) {
            uint64_t x;
            memcpy(&x, block + i, 8);
            m->quote |= scan_equal8(x, ones * '"') << i;
            m->delimiter |= scan_equal8(x, d) << i;
            m->newline |= scan_equal8(x, ones * '\n') << i;
            m->cr |= scan_equal8(x, ones * '\r') << i;
            m->nul |= scan_equal8(x, 0) << i;
        }
        m->other = m->cr | m->nul;
    }
}

#endif
