/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Structural scan by 64-byte blocks: bit i of a mask speaks of byte i. Inside
 * quotes is the running exclusive-or of the quote bits (Langdale and Lemire,
 * "Parsing gigabytes of JSON per second", 2019). */
#include <stdlib.h>
#include <string.h>

#include "input/scan_masks.h"
#include "mirrorgap/csv.h"
#include "mirrorgap/mem.h"

/* What one block hands to the next. */
struct carry {
    uint64_t inside;     /* all ones inside quotes */
    uint64_t structural; /* 1: the byte before was a field's end */
    uint64_t closed;     /* 1: the byte before was a closing quote */
    uint64_t cr;         /* 1: the byte before was a CR outside quotes */
    uint64_t odd;
};

/* Bit i of the result is the exclusive-or of bits 0 to i. */
typedef uint64_t (*prefixer)(uint64_t bits);

static inline uint64_t prefix_xor(uint64_t x)
{
    x ^= x << 1;
    x ^= x << 2;
    x ^= x << 4;
    x ^= x << 8;
    x ^= x << 16;
    x ^= x << 32;
    return x;
}

/* The same by a product without carries, with all ones. */
SCAN_TARGET static inline uint64_t prefix_xor_clmul(uint64_t x)
{
    __m128i product =
        _mm_clmulepi64_si128(_mm_set_epi64x(0, (int64_t)x), _mm_set1_epi8((char)0xff), 0);

    return (uint64_t)_mm_cvtsi128_si64(product);
}

/* The structural bits of a block, and what is odd about its quotes. */
static inline __attribute__((always_inline)) uint64_t
structure(const struct scan_masks *m, prefixer prefix, struct carry *c)
{
    if ((m->quote | c->inside | c->closed | c->cr | m->other) == 0) {
        c->structural = m->ends >> 63; /* no quote anywhere near: the common case */
        return m->ends;
    }
    uint64_t inside = prefix(m->quote) ^ c->inside;
    uint64_t structural = m->ends & ~inside;
    uint64_t opened = m->quote & inside;
    uint64_t closed = m->quote & ~inside;
    uint64_t after_end = structural << 1 | c->structural;
    uint64_t after_close = closed << 1 | c->closed;
    uint64_t may_follow = structural | opened;

    if ((m->other | c->cr) != 0) {
        uint64_t cr = m->other != 0 ? m->cr & ~inside : 0;
        c->odd |= m->other != 0 ? m->nul : 0;
        c->odd |= (cr << 1 | c->cr) & ~m->newline;
        c->cr = cr >> 63;
        may_follow |= cr;
    }
    c->odd |= (opened & ~(after_end | after_close)) | (after_close & ~may_follow);
    c->inside = (uint64_t)((int64_t)inside >> 63);
    c->structural = structural >> 63;
    c->closed = closed >> 63;
    return structural;
}

/* Notes where records end: `lines` among the structural bits of a block. The first
 * is noted whether it is there or not: a branch on it would be mispredicted. */
static inline __attribute__((always_inline)) void
write_lines(mg_scan *scan, uint64_t structural, uint64_t lines)
{
    do {
        uint64_t below = lines ^ (lines - 1); /* up to the lowest line, all if none */
        scan->last[scan->n_records] =
            (uint32_t)(scan->n_ends + (size_t)__builtin_popcountll(structural & below) -
                       1);
        scan->n_records += lines != 0;
        lines &= lines - 1;
    } while (__builtin_expect(lines != 0, 0));
}

/* Writes the offsets of the set bits; there is room for a block's worth more. */
typedef void (*extractor)(uint32_t *ends, uint64_t bits, unsigned n, uint32_t base);

static inline void extract(uint32_t *ends, uint64_t bits, unsigned n, uint32_t base)
{
    (void)n;
    for (; bits != 0; bits &= bits - 1)
        *ends++ = base + (uint32_t)__builtin_ctzll(bits);
}

/* Some at a time, whether they are there or not: a loop whose length varies from
 * block to block would be mispredicted. */
SCAN_TARGET static inline void extract_bmi(uint32_t *ends, uint64_t bits, unsigned n,
                                           uint32_t base)
{
    unsigned done = 8;

    for (unsigned i = 0; i < 8; i++, bits = _blsr_u64(bits))
        ends[i] = base + (uint32_t)_tzcnt_u64(bits);
    for (; done < n; done += 4)
        for (unsigned i = 0; i < 4; i++, bits = _blsr_u64(bits))
            ends[done + i] = base + (uint32_t)_tzcnt_u64(bits);
}

/* Sixteen at once: the places of the bits as bytes, widened. */
SCAN_TARGET_512 static inline void extract_avx512(uint32_t *ends, uint64_t bits,
                                                  unsigned n, uint32_t base)
{
    static const uint8_t places[SCAN_BLOCK] = {
        0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15,
        16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31,
        32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47,
        48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63};
    const __m512i from = _mm512_set1_epi32((int)base);
    __m512i set = _mm512_maskz_compress_epi8(bits, _mm512_loadu_si512(places));

    for (unsigned done = 0;;) {
        __m512i sixteen = _mm512_cvtepu8_epi32(_mm512_castsi512_si128(set));
        _mm512_storeu_si512(ends + done, _mm512_add_epi32(sixteen, from));
        done += 16;
        if (__builtin_expect(done >= n, 1))
            return;
        set = _mm512_alignr_epi64(_mm512_setzero_si512(), set, 2);
    }
}

/* Masks of some blocks at a time: the two loops are each small enough for the
 * compiler to keep in registers. */
enum { BATCH = 16 };
typedef void (*classifier)(const char *block, size_t n, char delimiter,
                           struct scan_masks *masks);

static inline __attribute__((always_inline)) void
scan_blocks(mg_scan *scan, const char *text, size_t n, char delimiter,
            classifier classify, prefixer prefix, extractor take, struct carry *out)
{
    struct scan_masks m[BATCH];
    struct carry c = *out; /* in registers */
    size_t at = 0;

    while (at + SCAN_BLOCK <= n && c.odd == 0) {
        size_t blocks = (n - at) / SCAN_BLOCK;
        if (blocks > BATCH)
            blocks = BATCH;
        classify(text + at, blocks, delimiter, m);
        for (size_t i = 0; i < blocks; i++, at += SCAN_BLOCK) {
            uint64_t bits = structure(&m[i], prefix, &c);
            unsigned count = (unsigned)__builtin_popcountll(bits);
            write_lines(scan, bits, bits & m[i].newline);
            take(scan->ends + scan->n_ends, bits, count, (uint32_t)at);
            scan->n_ends += count;
        }
    }
    if (at < n && c.odd == 0) {
        char block[SCAN_BLOCK];
        memset(block, '\n', sizeof block); /* a closing quote at the very end is fine */
        memcpy(block, text + at, n - at);
        classify(block, 1, delimiter, m);
        uint64_t bits = structure(m, prefix, &c) & ((1ULL << (n - at)) - 1);
        unsigned count = (unsigned)__builtin_popcountll(bits);
        write_lines(scan, bits, bits & m->newline);
        take(scan->ends + scan->n_ends, bits, count, (uint32_t)at);
        scan->n_ends += count;
    }
    *out = c;
}

SCAN_TARGET static void scan_avx2(mg_scan *scan, const char *text, size_t n,
                                  char delimiter, struct carry *c)
{
    scan_blocks(scan, text, n, delimiter, scan_classify_avx2, prefix_xor_clmul,
                extract_bmi, c);
}

SCAN_TARGET_512 static void scan_avx512(mg_scan *scan, const char *text, size_t n,
                                        char delimiter, struct carry *c)
{
    scan_blocks(scan, text, n, delimiter, scan_classify_avx512, prefix_xor_clmul,
                extract_avx512, c);
}

static void scan_portable(mg_scan *scan, const char *text, size_t n, char delimiter,
                          struct carry *c)
{
    scan_blocks(scan, text, n, delimiter, scan_classify_portable, prefix_xor, extract, c);
}

/* Room for a field a byte, most of which is never touched; in large steps, as the
 * next text may be a little longer. */
static mg_status make_room(mg_scan *scan, size_t n, mg_error *err)
{
    n = (n / 65536 + 1) * 65536;
    mg_status status = mg_grow((void **)&scan->ends, &scan->room_ends, n + SCAN_BLOCK,
                               sizeof *scan->ends, err);
    if (status == MG_OK)
        status = mg_grow((void **)&scan->last, &scan->room_last, n + SCAN_BLOCK,
                         sizeof *scan->last, err);
    return status;
}

mg_status mg_scan_fields(mg_scan *scan, const char *text, size_t n, char delimiter,
                         mg_scan_way way, bool *odd, mg_error *err)
{
    struct carry c = {.structural = 1};
    mg_status status = make_room(scan, n + 1, err);

    if (status != MG_OK)
        return status;
    scan->n_ends = scan->n_records = 0;
    if (way == MG_SCAN_BEST && scan_has_avx512())
        scan_avx512(scan, text, n, delimiter, &c);
    else if (way != MG_SCAN_PORTABLE && scan_has_avx2())
        scan_avx2(scan, text, n, delimiter, &c);
    else
        scan_portable(scan, text, n, delimiter, &c);
    *odd = c.odd != 0 || c.inside != 0 || (n > 0 && text[n - 1] == '\r');
    if (!*odd && n > 0 && text[n - 1] != '\n') {
        scan->ends[scan->n_ends] = (uint32_t)n;
        scan->last[scan->n_records++] = (uint32_t)scan->n_ends++;
    }
    return MG_OK;
}

void mg_scan_release(mg_scan *scan)
{
    free(scan->ends);
    free(scan->last);
    *scan = (mg_scan){0};
}
