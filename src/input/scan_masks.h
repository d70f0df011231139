/* SPDX-License-Identifier: GPL-3.0-or-later */
/* scan_masks.h - which bytes of 64-byte blocks are quotes, ends and so on. */
#ifndef MG_SCAN_MASKS_H
#define MG_SCAN_MASKS_H

#include <immintrin.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum { SCAN_BLOCK = 64 };

/* One set for all, so that they are built into each other. The tuning keeps GCC from
 * clearing registers before each count of zeros. */
#define SCAN_TARGET __attribute__((target("avx2,popcnt,bmi,bmi2,pclmul,tune=znver3")))

/* ends: delimiters and newlines. other: cr and nul, which are set only where it is
 * not 0. */
struct scan_masks {
    uint64_t quote, ends, newline, other, cr, nul;
};

/* Whether the processor has AVX2 and what came with it; AVX-512 with VBMI2. */
bool scan_has_avx2(void);
bool scan_has_avx512(void);

SCAN_TARGET static inline uint64_t scan_equal_avx2(__m256i low, __m256i high, char c)
{
    __m256i wanted = _mm256_set1_epi8(c);
    uint32_t a = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(low, wanted));
    uint32_t b = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(high, wanted));
    return (uint64_t)b << 32 | a;
}

SCAN_TARGET static inline uint64_t scan_bits_avx2(__m256i low, __m256i high)
{
    return (uint64_t)(uint32_t)_mm256_movemask_epi8(high) << 32 |
           (uint32_t)_mm256_movemask_epi8(low);
}

SCAN_TARGET static inline void scan_classify_avx2(const char *block, size_t n,
                                                  char delimiter, struct scan_masks *m)
{
    const __m256i quote = _mm256_set1_epi8('"');
    const __m256i comma = _mm256_set1_epi8(delimiter);
    const __m256i newline = _mm256_set1_epi8('\n');
    const __m256i control = _mm256_set1_epi8('\r'); /* the largest that matters */

    for (size_t i = 0; i < n; i++, block += SCAN_BLOCK, m++) {
        __m256i a = _mm256_loadu_si256((const __m256i *)(const void *)block);
        __m256i b = _mm256_loadu_si256((const __m256i *)(const void *)(block + 32));
        __m256i line_a = _mm256_cmpeq_epi8(a, newline);
        __m256i line_b = _mm256_cmpeq_epi8(b, newline);
        __m256i ends_a = _mm256_or_si256(_mm256_cmpeq_epi8(a, comma), line_a);
        __m256i ends_b = _mm256_or_si256(_mm256_cmpeq_epi8(b, comma), line_b);

        /* rare things are looked for in both halves at once */
        __m256i low_a = _mm256_cmpeq_epi8(_mm256_min_epu8(a, control), a);
        __m256i low_b = _mm256_cmpeq_epi8(_mm256_min_epu8(b, control), b);
        __m256i others = _mm256_or_si256(_mm256_andnot_si256(ends_a, low_a),
                                         _mm256_andnot_si256(ends_b, low_b));

        m->quote =
            scan_bits_avx2(_mm256_cmpeq_epi8(a, quote), _mm256_cmpeq_epi8(b, quote));
        m->ends = scan_bits_avx2(ends_a, ends_b);
        m->newline = scan_bits_avx2(line_a, line_b);
        m->other = 0;
        if (!_mm256_testz_si256(others, others)) {
            m->cr = scan_equal_avx2(a, b, '\r');
            m->nul = scan_equal_avx2(a, b, '\0');
            m->other = m->cr | m->nul;
        }
    }
}

#define SCAN_TARGET_512                                                                  \
    __attribute__((                                                                      \
        target("avx2,popcnt,bmi,bmi2,pclmul,avx512f,avx512bw,avx512vl,avx512vbmi2")))

SCAN_TARGET_512 static inline void
scan_classify_avx512(const char *block, size_t n, char delimiter, struct scan_masks *m)
{
    for (size_t i = 0; i < n; i++, block += SCAN_BLOCK, m++) {
        __m512i x = _mm512_loadu_si512(block);

        m->quote = _mm512_cmpeq_epi8_mask(x, _mm512_set1_epi8('"'));
        m->newline = _mm512_cmpeq_epi8_mask(x, _mm512_set1_epi8('\n'));
        m->ends = m->newline | _mm512_cmpeq_epi8_mask(x, _mm512_set1_epi8(delimiter));
        m->other = _mm512_cmple_epu8_mask(x, _mm512_set1_epi8('\r')) & ~m->ends;
        if (m->other != 0) {
            m->cr = _mm512_cmpeq_epi8_mask(x, _mm512_set1_epi8('\r'));
            m->nul = _mm512_cmpeq_epi8_mask(x, _mm512_setzero_si512());
            m->other = m->cr | m->nul;
        }
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
            m->ends |= scan_equal8(x, d) << i;
            /* some byte is below 14 (or the test is wrong because one is) */
            if (((x - ones * 14) & ~x & ones * 0x80) == 0)
                continue;
            m->newline |= scan_equal8(x, ones * '\n') << i;
            m->cr |= scan_equal8(x, ones * '\r') << i;
            m->nul |= scan_equal8(x, 0) << i;
        }
        m->ends |= m->newline;
        m->other = m->cr | m->nul;
    }
}

#endif
