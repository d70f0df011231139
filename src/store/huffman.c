/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/huffman.h"

#include <stdlib.h>

enum { ITEMS = 19, REPEAT = 16, ZEROS = 17, MANY_ZEROS = 18 };

/* RFC 1951's order of the lengths of item codes, and the items' extra bits. */
static const uint8_t item_order[ITEMS] = {16, 17, 18, 0, 8,  7, 9,  6, 10, 5,
                                          11, 4,  12, 3, 13, 2, 14, 1, 15};
static const uint8_t item_extra[ITEMS] = {[REPEAT] = 2, [ZEROS] = 3, [MANY_ZEROS] = 7};

struct leaf {
    uint32_t count;
    uint16_t symbol;
};

static int by_count(const void *a, const void *b)
{
    const struct leaf *x = a;
    const struct leaf *y = b;

    if (x->count != y->count)
        return x->count < y->count ? -1 : 1;
    return (x->symbol > y->symbol) - (x->symbol < y->symbol);
}

/* Depths of n >= 2 leaves sorted by count: Huffman's tree by two queues, leaves
 * and nodes, each in rising order. */
static void tree_depths(const struct leaf *leaves, unsigned n, uint8_t *depth)
{
    uint64_t weight[HUFFMAN_SYMBOLS];
    uint16_t parent[2 * HUFFMAN_SYMBOLS]; /* leaves first, then nodes */
    uint8_t level[HUFFMAN_SYMBOLS];
    unsigned leaf = 0;
    unsigned node = 0;

    for (unsigned made = 0; made < n - 1; made++) {
        weight[made] = 0;
        for (int child = 0; child < 2; child++) {
            bool take_leaf =
                node == made || (leaf < n && leaves[leaf].count <= weight[node]);
            weight[made] += take_leaf ? leaves[leaf].count : weight[node];
            parent[take_leaf ? leaf : n + node] = (uint16_t)made;
            *(take_leaf ? &leaf : &node) += 1;
        }
    }
    level[n - 2] = 0;
    for (unsigned i = n - 2; i-- > 0;)
        level[i] = (uint8_t)(level[parent[n + i]] + 1);
    for (unsigned i = 0; i < n; i++)
        depth[i] = (uint8_t)(level[parent[i]] + 1);
}

/* Shortens codes above `most` bits and lengthens others until all fit again
 * (Kraft's sum is 1): leaves sorted by count, so the rarest pay first. */
static void limit_depths(uint8_t *depth, unsigned n, unsigned most)
{
    const uint64_t whole = (uint64_t)1 << most;
    uint64_t sum = 0;

    for (unsigned i = 0; i < n; i++) {
        if (depth[i] > most)
            depth[i] = (uint8_t)most;
        sum += whole >> depth[i];
    }
    while (sum > whole)
        for (unsigned i = 0; i < n && sum > whole; i++)
            if (depth[i] < most) {
                depth[i]++;
                sum -= whole >> depth[i];
            }
    for (unsigned i = n; i-- > 0;) /* the most frequent get what is left over */
        while (depth[i] > 1 && sum + (whole >> depth[i]) <= whole) {
            sum += whole >> depth[i];
            depth[i]--;
        }
}

void huffman_lengths(const uint32_t *counts, unsigned n, unsigned most, uint8_t *bits)
{
    struct leaf leaves[HUFFMAN_SYMBOLS];
    uint8_t depth[HUFFMAN_SYMBOLS];
    unsigned n_leaves = 0;

    memset(bits, 0, n);
    for (unsigned s = 0; s < n; s++)
        if (counts[s] > 0)
            leaves[n_leaves++] = (struct leaf){counts[s], (uint16_t)s};
    if (n_leaves < 2) { /* a code of one bit all the same */
        for (unsigned i = 0; i < n_leaves; i++)
            bits[leaves[i].symbol] = 1;
        return;
    }
    qsort(leaves, n_leaves, sizeof *leaves, by_count);
    tree_depths(leaves, n_leaves, depth);
    limit_depths(depth, n_leaves, most);
    for (unsigned i = 0; i < n_leaves; i++)
        bits[leaves[i].symbol] = depth[i];
}

static uint16_t turned(unsigned code, unsigned bits)
{
    unsigned turned = 0;

    for (unsigned i = 0; i < bits; i++)
        turned |= (code >> i & 1) << (bits - 1 - i);
    return (uint16_t)turned;
}

void huffman_codes(const uint8_t *bits, unsigned n, uint16_t *codes)
{
    unsigned count[HUFFMAN_MOST + 1] = {0};
    unsigned next[HUFFMAN_MOST + 1] = {0};
    unsigned code = 0;

    for (unsigned s = 0; s < n; s++)
        count[bits[s]]++;
    count[0] = 0;
    for (unsigned b = 1; b <= HUFFMAN_MOST; b++) {
        code = (code + count[b - 1]) << 1;
        next[b] = code;
    }
    for (unsigned s = 0; s < n; s++)
        codes[s] = bits[s] > 0 ? turned(next[bits[s]]++, bits[s]) : 0;
}

static void add_item(huffman_header *h, unsigned item, unsigned extra)
{
    h->items[h->n] = (uint8_t)item;
    h->extra[h->n++] = (uint8_t)extra;
}

/* A run of `run` equal lengths as items. */
static void add_run(huffman_header *h, unsigned length, unsigned run)
{
    while (length == 0 && run >= 3) {
        unsigned some = run > 138 ? 138 : run;
        add_item(h, some > 10 ? MANY_ZEROS : ZEROS, some > 10 ? some - 11 : some - 3);
        run -= some;
    }
    if (length != 0 && run > 0) {
        add_item(h, length, 0);
        run--;
    }
    while (length != 0 && run >= 3) {
        unsigned some = run > 6 ? 6 : run;
        add_item(h, REPEAT, some - 3);
        run -= some;
    }
    for (; run > 0; run--)
        add_item(h, length, 0);
}

void huffman_header_make(huffman_header *h, const uint8_t *bits, unsigned n)
{
    uint32_t counts[ITEMS] = {0};
    uint8_t all[HUFFMAN_SYMBOLS + 1];

    while (n > 257 && bits[n - 1] == 0)
        n--;
    h->n_symbols = n;
    h->n = 0;
    memcpy(all, bits, n);
    all[n] = 1; /* the distance code */
    for (unsigned i = 0; i <= n;) {
        unsigned run = 1;
        while (i + run <= n && all[i + run] == all[i])
            run++;
        add_run(h, all[i], run);
        i += run;
    }
    for (size_t i = 0; i < h->n; i++)
        counts[h->items[i]]++;
    huffman_lengths(counts, ITEMS, 7, h->bits);
    h->n_bits = ITEMS;
    while (h->n_bits > 4 && h->bits[item_order[h->n_bits - 1]] == 0)
        h->n_bits--;
    h->cost = 5 + 5 + 4 + 3 * (uint64_t)h->n_bits;
    for (unsigned i = 0; i < ITEMS; i++)
        h->cost += (uint64_t)counts[i] * (h->bits[i] + item_extra[i]);
}

void huffman_header_write(const huffman_header *h, bit_writer *w)
{
    uint16_t codes[ITEMS];

    huffman_codes(h->bits, ITEMS, codes);
    bits_put(w, h->n_symbols - 257, 5);
    bits_put(w, 0, 5); /* one distance code */
    bits_put(w, h->n_bits - 4, 4);
    for (unsigned i = 0; i < h->n_bits; i++)
        bits_put(w, h->bits[item_order[i]], 3);
    for (size_t i = 0; i < h->n; i++) {
        unsigned item = h->items[i];
        bits_put(w, codes[item], h->bits[item]);
        bits_put(w, h->extra[i], item_extra[item]);
    }
}
