/* SPDX-License-Identifier: GPL-3.0-or-later */
/* huffman.h - deflate's prefix codes and the bits they are written in
 * (RFC 1951, 3.2.2 and 3.2.7). Pure functions. */
#ifndef MG_STORE_HUFFMAN_H
#define MG_STORE_HUFFMAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Bits from the lowest up. `to` must have 8 bytes more than are needed. */
typedef struct bit_writer {
    unsigned char *to;
    uint64_t hold;
    unsigned held; /* below 8 between calls */
} bit_writer;

/* value: below 2^n; n up to 56. */
static inline void bits_put(bit_writer *w, uint64_t value, unsigned n)
{
    w->hold |= value << w->held;
    w->held += n;
    memcpy(w->to, &w->hold, sizeof w->hold); /* little-endian, as all we run on */
    w->to += w->held / 8;
    w->hold >>= w->held & ~7U;
    w->held &= 7;
}

/* Fills the last byte up with zeros. */
static inline void bits_align(bit_writer *w)
{
    if (w->held > 0)
        bits_put(w, 0, 8 - w->held);
}

/* Whole bytes, after bits_align(). */
static inline void bits_copy(bit_writer *w, const void *bytes, size_t n)
{
    memcpy(w->to, bytes, n);
    w->to += n;
}

enum { HUFFMAN_MOST = 15, HUFFMAN_SYMBOLS = 288 };

/* Code lengths of n symbols (at most HUFFMAN_SYMBOLS) by how often they come, at
 * most `most` bits; 0 for those that never do. */
void huffman_lengths(const uint32_t *counts, unsigned n, unsigned most, uint8_t *bits);

/* The codes that belong to the lengths, turned so that they are written from the
 * lowest bit. */
void huffman_codes(const uint8_t *bits, unsigned n, uint16_t *codes);

/* The head of a block with codes of its own: how lengths are told. One distance
 * code is told as well, of one bit. */
typedef struct huffman_header {
    unsigned n_symbols;                  /* 257 or more */
    size_t n;                            /* items of the coded lengths */
    uint8_t items[HUFFMAN_SYMBOLS + 32]; /* 0..15 a length, 16..18 repetitions */
    uint8_t extra[HUFFMAN_SYMBOLS + 32]; /* their extra bits' value */
    uint8_t bits[19];                    /* code lengths of the items */
    unsigned n_bits;                     /* of these that are written */
    uint64_t cost;                       /* bits of all this */
} huffman_header;

void huffman_header_make(huffman_header *header, const uint8_t *bits, unsigned n);
void huffman_header_write(const huffman_header *header, bit_writer *writer);

#endif
