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

static inline __attribute__((always_inline)) uint64_t prefix_xor(uint64_t x)
{
    x ^= x << 1;
    x ^= x << 2;
    x ^= x << 4;
    x ^= x << 8;
    x ^= x << 16;
    x ^= x << 32;
    return x;
}

/* The structural bits of a block, and what is odd about its quotes. */
static inline __attribute__((always_inline)) uint64_t
structure(const struct scan_masks *m, struct carry *c)
{
    uint64_t ends = m->delimiter | m->newline;

    if ((m->quote | c->inside | c->closed | c->cr | m->other) == 0) {
        c->structural = ends >> 63; /* no quote anywhere near: the common case */
        return ends;
    }
    uint64_t inside = prefix_xor(m->quote) ^ c->inside;
    uint64_t structural = ends & ~inside;
    uint64_t cr = m->cr & ~inside;
    uint64_t opened = m->quote & inside;
    uint64_t closed = m->quote & ~inside;
    uint64_t after_end = structural << 1 | c->structural;
    uint64_t after_close = closed << 1 | c->closed;

    c->odd |= m->nul;
    c->odd |= opened & ~(after_end | after_close);
    c->odd |= after_close & ~(structural | opened | cr);
    c->odd |= (cr << 1 | c->cr) & ~m->newline;
    c->inside = (uint64_t)((int64_t)inside >> 63);
    c->structural = structural >> 63;
    c->closed = closed >> 63;
    c->cr = cr >> 63;
    return structural;
}

/* Writes the offsets of the set bits, and where records end. An offset is right
 * for bit 63 as well, as the bit that guards against none is that one. */
static inline __attribute__((always_inline)) void
write_ends(mg_scan *scan, uint64_t structural, uint64_t newline, uint32_t base)
{
    uint32_t *ends = scan->ends + scan->n_ends;
    uint64_t lines = newline & structural;

    while (lines != 0) {
        uint64_t below = (lines & (0 - lines)) - 1;
        scan->last[scan->n_records++] =
            (uint32_t)(scan->n_ends + (size_t)__builtin_popcountll(structural & below));
        lines &= lines - 1;
    }
    size_t n = (size_t)__builtin_popcountll(structural);
    scan->n_ends += n;
    /* eight at a time, whether they are there or not: a count that varies would
     * be mispredicted, and there is room for a block's worth more */
    for (size_t done = 0; done < n; done += 8)
        for (int i = 0; i < 8; i++) {
            *ends++ = base + (uint32_t)__builtin_ctzll(structural | 1ULL << 63);
            structural &= structural - 1;
        }
}

/* Masks of some blocks at a time: the two loops are each small enough for the
 * compiler to keep in registers. */
enum { BATCH = 16 };
typedef void (*classifier)(const char *block, size_t n, char delimiter,
                           struct scan_masks *masks);

static inline __attribute__((always_inline)) void
scan_blocks(mg_scan *scan, const char *text, size_t n, char delimiter,
            classifier classify, struct carry *c)
{
    struct scan_masks m[BATCH];
    size_t at = 0;

    while (at + SCAN_BLOCK <= n && c->odd == 0) {
        size_t blocks = (n - at) / SCAN_BLOCK;
        if (blocks > BATCH)
            blocks = BATCH;
        classify(text + at, blocks, delimiter, m);
        for (size_t i = 0; i < blocks; i++, at += SCAN_BLOCK)
            write_ends(scan, structure(&m[i], c), m[i].newline, (uint32_t)at);
    }
    if (at < n && c->odd == 0) {
        char block[SCAN_BLOCK];
        uint64_t mask = (1ULL << (n - at)) - 1;
        memset(block, '\n', sizeof block); /* a closing quote at the very end is fine */
        memcpy(block, text + at, n - at);
        classify(block, 1, delimiter, m);
        write_ends(scan, structure(m, c) & mask, m->newline & mask, (uint32_t)at);
    }
}

__attribute__((target("avx2,popcnt,bmi,bmi2"))) static void
scan_avx2(mg_scan *scan, const char *text, size_t n, char delimiter, struct carry *c)
{
    scan_blocks(scan, text, n, delimiter, scan_classify_avx2, c);
}

static void scan_portable(mg_scan *scan, const char *text, size_t n, char delimiter,
                          struct carry *c)
{
    scan_blocks(scan, text, n, delimiter, scan_classify_portable, c);
}

/* Room for a field a byte would be safe and wasteful: blocks are counted in a
 * pass of their own only when they overflow what the last text needed. */
static mg_status make_room(mg_scan *scan, size_t n, mg_error *err)
{
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
    if (way == MG_SCAN_BEST && scan_has_avx2())
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
