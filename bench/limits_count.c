/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The running exclusive-or of the quote bits, by one carry-less multiplication
 * with all ones, marks what stands inside quotes (Langdale and Lemire, 2019). */
#include "limits_count.h"

#include <stdbool.h>

struct count count_join(struct count first, struct count second)
{
    bool inside = (first.quotes & 1) != 0;

    return (struct count){
        .total = first.total + second.total,
        .even = first.even + (inside ? second.total - second.even : second.even),
        .quotes = first.quotes + second.quotes,
    };
}

struct count count_plain(const char *text, size_t n)
{
    struct count count = {0};

    for (size_t i = 0; i < n; i++) {
        uint64_t end = text[i] == ',' || text[i] == '\n' ? 1 : 0;
        count.total += end;
        count.even += end & ~count.quotes;
        count.quotes += text[i] == '"' ? 1 : 0;
    }
    return count;
}

#if defined(__x86_64__)
#include <immintrin.h>

__attribute__((target("avx2"))) static inline uint64_t mask_of(__m256i low, __m256i high,
                                                               char letter)
{
    const __m256i wanted = _mm256_set1_epi8(letter);
    uint32_t l = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(low, wanted));
    uint32_t h = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(high, wanted));

    return (uint64_t)h << 32 | l;
}

__attribute__((target("avx2,pclmul,popcnt"))) static struct count
count_avx2(const char *text, size_t n)
{
    struct count count = {0};
    uint64_t carry = 0; /* all ones inside quotes */
    size_t at = 0;

    for (; at + 64 <= n; at += 64) {
        const __m256i *block = (const __m256i *)(const void *)(text + at);
        __m256i low = _mm256_loadu_si256(block);
        __m256i high = _mm256_loadu_si256(block + 1);
        uint64_t quote = mask_of(low, high, '"');
        uint64_t ends = mask_of(low, high, ',') | mask_of(low, high, '\n');
        __m128i product = _mm_clmulepi64_si128(_mm_set_epi64x(0, (long long)quote),
                                               _mm_set1_epi8((char)0xff), 0);
        uint64_t inside = (uint64_t)_mm_cvtsi128_si64(product) ^ carry;
        carry = (uint64_t)((int64_t)inside >> 63);
        count.total += (uint64_t)__builtin_popcountll(ends);
        count.even += (uint64_t)__builtin_popcountll(ends & ~inside);
        count.quotes += (uint64_t)__builtin_popcountll(quote);
    }
    return count_join(count, count_plain(text + at, n - at));
}

static bool has_avx2(void)
{
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("pclmul");
}

struct count count_best(const char *text, size_t n)
{
    return has_avx2() ? count_avx2(text, n) : count_plain(text, n);
}

const char *count_way(void)
{
    return has_avx2() ? "avx2+clmul" : "portable";
}
#else
struct count count_best(const char *text, size_t n)
{
    return count_plain(text, n);
}

const char *count_way(void)
{
    return "portable";
}
#endif
