/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/plane_deflate.h"

#include <libdeflate.h>
#include <stdlib.h>
#include <string.h>

#include "mirrorgap/mem.h"
#include "store/huffman.h"

enum {
    END = 256,    /* end of a block */
    LENGTHS = 29, /* symbols 257.. of run lengths */
    SYMBOLS = 257 + LENGTHS,
    RUN_LEAST = 3, /* deflate's shortest match */
    RUN_MOST = 258,
    RUN_WORTH = 6,      /* shorter runs are cheaper as single bytes */
    STORED_MOST = 65535 /* bytes of a stored block */
};

/* RFC 1951, 3.2.5: the shortest length of each symbol and its extra bits. */
static const uint16_t length_base[LENGTHS] = {3,  4,  5,  6,   7,   8,   9,   10,  11, 13,
                                              15, 17, 19, 23,  27,  31,  35,  43,  51, 59,
                                              67, 83, 99, 115, 131, 163, 195, 227, 258};
static const uint8_t length_extra[LENGTHS] = {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2,
                                              2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0};

enum { TOKENS = 256 + RUN_MOST + 1 };

/* What is written for a token: its code, extra bits, and distance. */
struct mark {
    uint32_t value;
    uint32_t bits;
};

struct plane_deflater {
    uint8_t length_symbol[RUN_MOST + 1]; /* less 257 */
    uint32_t counts[SYMBOLS];
    uint8_t bits[SYMBOLS];
    uint16_t codes[SYMBOLS];
    struct mark marks[TOKENS];
    uint32_t token_counts[2][TOKENS];
    size_t n_tokens;
    uint16_t tokens[PLANE_MAX + 8]; /* a byte, or 256 + run length */
};

plane_deflater *plane_deflater_new(void)
{
    plane_deflater *d = mg_alloc_zero(1, sizeof *d);
    unsigned symbol = 0;

    for (unsigned n = RUN_LEAST; d != NULL && n <= RUN_MOST; n++) {
        if (symbol + 1 < LENGTHS && n >= length_base[symbol + 1])
            symbol++;
        d->length_symbol[n] = (uint8_t)symbol;
    }
    return d;
}

void plane_deflater_free(plane_deflater *d)
{
    free(d);
}

size_t plane_deflate_bound(size_t n, size_t n_planes)
{
    /* stored blocks: their heads, and up to a byte to be aligned */
    return 2 + n_planes * (n + 6 * (n / STORED_MOST + 1)) + 8 + 4;
}

static uint64_t load8(const unsigned char *bytes)
{
    uint64_t word;

    memcpy(&word, bytes, sizeof word);
    return word;
}

/* How many bytes from `at` on equal `byte`. */
static size_t run_length(const unsigned char *plane, size_t n, size_t at,
                         unsigned char byte)
{
    const uint64_t same = 0x0101010101010101ULL * byte;
    size_t i = at;

    for (; i + 8 <= n; i += 8) {
        uint64_t differ = load8(plane + i) ^ same;
        if (differ != 0)
            return i + (size_t)__builtin_ctzll(differ) / 8 - at;
    }
    while (i < n && plane[i] == byte)
        i++;
    return i - at;
}

static void add_bytes(plane_deflater *d, const unsigned char *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++)
        d->tokens[d->n_tokens + i] = bytes[i];
    d->n_tokens += n;
}

/* Cuts a plane into bytes and runs of the byte before. */
static void tokenise(plane_deflater *d, const unsigned char *plane, size_t n)
{
    /* a byte and a run of it: so many bytes equal the one before them */
    const uint64_t worth = ((uint64_t)1 << 8 * RUN_WORTH) - 1;
    size_t i = 0;

    d->n_tokens = 0;
    while (i + 8 <= n) {
        uint64_t word = load8(plane + i);
        uint64_t differ = (word ^ word >> 8) & worth;
        if (differ != 0) { /* no run begins before the last difference */
            size_t last = (size_t)(63 - __builtin_clzll(differ)) / 8;
            for (size_t k = 0; k < 8; k++) /* all eight: copied at once */
                d->tokens[d->n_tokens + k] = plane[i + k];
            d->n_tokens += last + 1;
            i += last + 1;
            continue;
        }
        size_t run = run_length(plane, n, i + 1, plane[i]);
        add_bytes(d, plane + i, 1);
        i += 1 + run;
        for (; run >= RUN_WORTH; run -= run > RUN_MOST ? RUN_MOST : run)
            d->tokens[d->n_tokens++] =
                (uint16_t)(256 + (run > RUN_MOST ? RUN_MOST : run));
        i -= run; /* the rest is too short */
    }
    add_bytes(d, plane + i, n - i);
}

static unsigned symbol_of(const plane_deflater *d, unsigned token)
{
    return token < 256 ? token : 257U + d->length_symbol[token - 256];
}

static void count_symbols(plane_deflater *d)
{
    memset(d->token_counts, 0, sizeof d->token_counts);
    memset(d->counts, 0, sizeof d->counts);
    for (size_t i = 0; i < d->n_tokens; i++) /* two tables: equal tokens in a row */
        d->token_counts[i & 1][d->tokens[i]]++;
    for (unsigned t = 0; t < TOKENS; t++)
        if (d->token_counts[0][t] + d->token_counts[1][t] > 0)
            d->counts[symbol_of(d, t)] += d->token_counts[0][t] + d->token_counts[1][t];
    d->counts[END] = 1;
}

/* Bits of all tokens by the codes at hand, and of the end. */
static uint64_t cost_of_tokens(const plane_deflater *d)
{
    uint64_t cost = 0;

    for (unsigned s = 0; s < SYMBOLS; s++) {
        unsigned extra = s > 256 ? length_extra[s - 257] + 1U : 0; /* 1: the distance */
        cost += (uint64_t)d->counts[s] * (d->bits[s] + extra);
    }
    return cost;
}

/* Codes, and what is written for each token. */
static void make_marks(plane_deflater *d)
{
    huffman_codes(d->bits, SYMBOLS, d->codes);
    for (unsigned t = 0; t < 256; t++)
        d->marks[t] = (struct mark){d->codes[t], d->bits[t]};
    for (unsigned n = RUN_LEAST; n <= RUN_MOST; n++) {
        unsigned symbol = d->length_symbol[n];
        unsigned bits = d->bits[257 + symbol];
        uint32_t value = d->codes[257 + symbol] | (uint32_t)(n - length_base[symbol])
                                                      << bits;
        /* and a zero: the one distance, the byte before */
        d->marks[256 + n] = (struct mark){value, bits + length_extra[symbol] + 1};
    }
}

static void write_tokens(const plane_deflater *d, bit_writer *w)
{
    size_t i = 0;

    for (; i + 2 <= d->n_tokens; i += 2) { /* at most 21 bits each */
        struct mark a = d->marks[d->tokens[i]];
        struct mark b = d->marks[d->tokens[i + 1]];
        bits_put(w, a.value | (uint64_t)b.value << a.bits, a.bits + b.bits);
    }
    if (i < d->n_tokens)
        bits_put(w, d->marks[d->tokens[i]].value, d->marks[d->tokens[i]].bits);
    bits_put(w, d->codes[END], d->bits[END]);
}

static void write_stored(bit_writer *w, const unsigned char *plane, size_t n, bool last)
{
    while (n > 0) {
        size_t some = n > STORED_MOST ? STORED_MOST : n;
        bits_put(w, last && some == n, 1);
        bits_put(w, 0, 2);
        bits_align(w);
        bits_put(w, (uint32_t)some, 16);
        bits_put(w, (uint32_t)~some & 0xffff, 16);
        bits_copy(w, plane, some);
        plane += some;
        n -= some;
    }
}

/* Whether the bytes are so evenly spread that codes would save nothing. */
static bool is_noise(const unsigned char *plane, size_t n)
{
    uint32_t counts[4][256] = {{0}};
    uint64_t squares = 0;

    if (n < 4096)
        return false;
    for (size_t i = 0; i + 4 <= n; i += 4) {
        counts[0][plane[i]]++;
        counts[1][plane[i + 1]]++;
        counts[2][plane[i + 2]]++;
        counts[3][plane[i + 3]]++;
    }
    for (int b = 0; b < 256; b++) {
        uint64_t c = (uint64_t)counts[0][b] + counts[1][b] + counts[2][b] + counts[3][b];
        squares += c * c;
    }
    /* n^2 / 256 where all are equally frequent; 1 % more is a hundredth of a bit */
    if (squares * 256 >= (uint64_t)n * n + (uint64_t)n * n / 100 + 256 * (uint64_t)n)
        return false;
    size_t repeats = 0; /* noise has one in 256 */
    for (size_t i = 1; i < n; i++)
        repeats += plane[i] == plane[i - 1];
    return repeats < n / 32;
}

static void write_plane(plane_deflater *d, bit_writer *w, const unsigned char *plane,
                        size_t n, bool last)
{
    huffman_header header;

    if (is_noise(plane, n)) {
        write_stored(w, plane, n, last);
        return;
    }
    tokenise(d, plane, n);
    count_symbols(d);
    huffman_lengths(d->counts, SYMBOLS, HUFFMAN_MOST, d->bits);
    huffman_header_make(&header, d->bits, SYMBOLS);
    if (3 + header.cost + cost_of_tokens(d) >= 8 * (uint64_t)n) {
        write_stored(w, plane, n, last);
        return;
    }
    make_marks(d);
    bits_put(w, last, 1);
    bits_put(w, 2, 2); /* codes of its own */
    huffman_header_write(&header, w);
    write_tokens(d, w);
}

size_t plane_deflate(plane_deflater *d, const unsigned char *planes, size_t n,
                     size_t n_planes, unsigned char *to)
{
    bit_writer w = {.to = to + 2};
    uint32_t check = libdeflate_adler32(1, planes, n * n_planes);

    to[0] = 0x78; /* deflate, window of 32 KiB */
    to[1] = 0x01; /* fastest level; makes the two bytes a multiple of 31 */
    for (size_t p = 0; p < n_planes; p++)
        write_plane(d, &w, planes + p * n, n, p + 1 == n_planes);
    bits_align(&w);
    for (int shift = 24; shift >= 0; shift -= 8)
        *w.to++ = (unsigned char)(check >> shift);
    return (size_t)(w.to - to);
}
