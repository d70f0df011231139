/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Deflate's codes against their properties, Huffman's tree built the slow way, and
 * a header read back bit by bit. */
#include "store/huffman.h"
#include "testing.h"

struct count_case {
    const char *name;
    unsigned n;
    unsigned most;
    uint32_t (*count)(uint64_t *seed, unsigned symbol);
    bool bites; /* the limit does */
};

static uint32_t count_equal(uint64_t *seed, unsigned symbol)
{
    (void)seed;
    (void)symbol;
    return 7;
}

static uint32_t count_any(uint64_t *seed, unsigned symbol)
{
    (void)symbol;
    return (uint32_t)random_below(seed, 60000);
}

static uint32_t count_sparse(uint64_t *seed, unsigned symbol)
{
    (void)symbol;
    return random_below(seed, 8) == 0 ? 1 + (uint32_t)random_below(seed, 100) : 0;
}

static uint32_t count_skewed(uint64_t *seed, unsigned symbol)
{
    (void)symbol;
    return (uint32_t)(random_bits(seed) >> (32 + random_below(seed, 32)));
}

/* The deepest trees there are. */
static uint32_t count_fibonacci(uint64_t *seed, unsigned symbol)
{
    uint32_t a = 1;
    uint32_t b = 1;

    (void)seed;
    for (unsigned i = 0; i < symbol % 46; i++) {
        uint32_t next = a + b;
        a = b;
        b = next;
    }
    return a;
}

static uint32_t count_powers(uint64_t *seed, unsigned symbol)
{
    (void)seed;
    return 1U << symbol % 32;
}

static uint32_t count_largest(uint64_t *seed, unsigned symbol)
{
    (void)seed;
    (void)symbol;
    return UINT32_MAX;
}

static struct count_case count_cases[] = {
    {"two symbols", 2, 15, count_equal, false},
    {"three symbols", 3, 7, count_equal, false},
    {"128 equal in 7 bits", 128, 7, count_equal, false},
    {"127 equal in 7 bits", 127, 7, count_equal, false},
    {"288 equal", 288, 15, count_equal, false},
    {"286 of any count", 286, 15, count_any, false},
    {"few of 286", 286, 15, count_sparse, false},
    {"286 skewed", 286, 15, count_skewed, true},
    {"19 skewed in 7 bits", 19, 7, count_skewed, true},
    {"Fibonacci, 16 symbols: just deep enough", 16, 15, count_fibonacci, false},
    {"Fibonacci, 17 symbols", 17, 15, count_fibonacci, true},
    {"Fibonacci, 46 symbols", 46, 15, count_fibonacci, true},
    {"Fibonacci, again and again", 288, 15, count_fibonacci, true},
    {"Fibonacci in 7 bits, 8 symbols", 8, 7, count_fibonacci, false},
    {"Fibonacci in 7 bits, 19 symbols", 19, 7, count_fibonacci, true},
    {"powers of two", 32, 15, count_powers, true},
    {"powers of two in 7 bits", 19, 7, count_powers, true},
    {"largest counts", 288, 15, count_largest, false},
};

/* Bits of the best code: the two least weights are joined, again and again. */
static uint64_t slow_cost(const uint32_t *counts, unsigned n)
{
    uint64_t weights[HUFFMAN_SYMBOLS];
    uint64_t cost = 0;
    unsigned left = 0;

    for (unsigned i = 0; i < n; i++)
        if (counts[i] > 0)
            weights[left++] = counts[i];
    while (left > 1) {
        for (unsigned k = 0; k < 2; k++) /* the least ones to the front */
            for (unsigned i = k + 1; i < left; i++)
                if (weights[i] < weights[k]) {
                    uint64_t swap = weights[i];
                    weights[i] = weights[k];
                    weights[k] = swap;
                }
        weights[0] += weights[1];
        cost += weights[0];
        weights[1] = weights[--left];
    }
    return cost;
}

static void check_lengths(const struct count_case *c, const uint32_t *counts)
{
    uint8_t bits[HUFFMAN_SYMBOLS + 1];
    uint64_t kraft = 0;
    uint64_t cost = 0;
    uint64_t best = slow_cost(counts, c->n);
    unsigned used = 0;

    bits[c->n] = 99;
    huffman_lengths(counts, c->n, c->most, bits);
    assert_int_equal(bits[c->n], 99);
    for (unsigned i = 0; i < c->n; i++) {
        assert_int_equal(bits[i] > 0, counts[i] > 0);
        assert_in_range(bits[i], 0, c->most);
        used += bits[i] > 0;
        kraft += bits[i] > 0 ? (uint64_t)1 << (c->most - bits[i]) : 0;
        cost += (uint64_t)counts[i] * bits[i];
        for (unsigned k = 0; k < i; k++) /* none has more than a rarer one */
            if (counts[k] < counts[i] && counts[k] > 0)
                assert_true(bits[k] >= bits[i]);
    }
    if (used < 2)
        return;
    assert_true(kraft == (uint64_t)1 << c->most);
    assert_true(cost >= best);
    if (!c->bites)
        assert_true(cost - best <= best / 100);
}

static void check_counts(void **state)
{
    const struct count_case *c = *state;
    uint32_t counts[HUFFMAN_SYMBOLS];
    uint64_t seed = c->n;

    for (int round = 0; round < 200; round++) {
        for (unsigned i = 0; i < c->n; i++)
            counts[i] = c->count(&seed, i);
        check_lengths(c, counts);
        for (unsigned i = c->n - 1; i > 0; i--) { /* and in another order */
            unsigned k = (unsigned)random_below(&seed, i + 1);
            uint32_t swap = counts[i];
            counts[i] = counts[k];
            counts[k] = swap;
        }
        check_lengths(c, counts);
    }
}

static void none_or_one_symbol(void **state)
{
    uint32_t counts[HUFFMAN_SYMBOLS] = {0};
    uint8_t bits[HUFFMAN_SYMBOLS];

    (void)state;
    for (unsigned one = 0; one <= HUFFMAN_SYMBOLS; one++) {
        memset(bits, 99, sizeof bits);
        if (one < HUFFMAN_SYMBOLS)
            counts[one] = one + 1;
        huffman_lengths(counts, HUFFMAN_SYMBOLS, HUFFMAN_MOST, bits);
        for (unsigned i = 0; i < HUFFMAN_SYMBOLS; i++)
            assert_int_equal(bits[i], i == one);
        if (one < HUFFMAN_SYMBOLS)
            counts[one] = 0;
    }
}

/* Code lengths that may be told: of a random tree over n symbols of 288. */
static unsigned random_lengths(uint64_t *seed, uint8_t *bits)
{
    uint32_t counts[HUFFMAN_SYMBOLS];
    unsigned n = 257 + (unsigned)random_below(seed, 30);
    unsigned share = 1 + (unsigned)random_below(seed, 40);

    for (unsigned i = 0; i < n; i++)
        counts[i] = random_below(seed, share) == 0 ? count_skewed(seed, i) : 0;
    counts[256] = 1;
    huffman_lengths(counts, n, HUFFMAN_MOST, bits);
    return n;
}

/* RFC 1951, 3.2.2: codes of one length follow one another, and the shorter ones
 * stand before; the first bit is the highest. */
static unsigned slow_code(const uint8_t *bits, unsigned n, unsigned symbol)
{
    unsigned code = 0;

    for (unsigned i = 0; i < n; i++)
        if (bits[i] > 0 &&
            (bits[i] < bits[symbol] || (bits[i] == bits[symbol] && i < symbol)))
            code += 1U << (bits[symbol] - bits[i]);
    return code;
}

static void codes_as_told(void **state)
{
    uint8_t bits[HUFFMAN_SYMBOLS];
    uint16_t codes[HUFFMAN_SYMBOLS];
    uint64_t seed = 1;

    (void)state;
    for (int round = 0; round < 300; round++) {
        unsigned n = random_lengths(&seed, bits);
        huffman_codes(bits, n, codes);
        for (unsigned i = 0; i < n; i++) {
            unsigned want = slow_code(bits, n, i);
            unsigned got = 0;
            for (unsigned b = 0; b < bits[i]; b++)
                got = got << 1 | ((unsigned)codes[i] >> b & 1);
            assert_int_equal(codes[i] >> bits[i], 0);
            assert_int_equal(got, bits[i] > 0 ? want : 0);
        }
    }
}

struct bit_reader {
    const unsigned char *from;
    size_t at; /* in bits */
};

static unsigned bits_take(struct bit_reader *r, unsigned n)
{
    unsigned value = 0;

    for (unsigned i = 0; i < n; i++, r->at++)
        value |= (unsigned)(r->from[r->at / 8] >> r->at % 8 & 1) << i;
    return value;
}

/* The symbol whose code comes next. */
static unsigned symbol_take(struct bit_reader *r, const uint8_t *bits, unsigned n)
{
    unsigned code = 0;

    for (unsigned length = 1; length <= HUFFMAN_MOST; length++) {
        code = code << 1 | bits_take(r, 1);
        for (unsigned s = 0; s < n; s++)
            if (bits[s] == length && slow_code(bits, n, s) == code)
                return s;
    }
    fail_msg("there is no such code");
    return 0;
}

/* Lengths of both alphabets as a header tells them; *n and their sum. */
static unsigned slow_header(struct bit_reader *r, uint8_t *lengths, unsigned *n)
{
    static const char order[] = "\20\21\22\0\10\7\11\6\12\5\13\4\14\3\15\2\16\1\17";
    uint8_t items[19] = {0};
    unsigned at = 0;

    *n = 257 + bits_take(r, 5);
    unsigned all = *n + 1 + bits_take(r, 5);
    unsigned n_items = 4 + bits_take(r, 4);
    for (unsigned i = 0; i < n_items; i++)
        items[(unsigned char)order[i]] = (uint8_t)bits_take(r, 3);
    while (at < all) {
        unsigned item = symbol_take(r, items, 19);
        unsigned times = 1;
        uint8_t length = 0;
        if (item < 16)
            length = (uint8_t)item;
        else if (item == 16) {
            assert_true(at > 0);
            length = lengths[at - 1];
            times = 3 + bits_take(r, 2);
        } else
            times = item == 17 ? 3 + bits_take(r, 3) : 11 + bits_take(r, 7);
        assert_true(at + times <= all);
        for (; times > 0; times--)
            lengths[at++] = length;
    }
    return all;
}

static void check_header(const uint8_t *bits, unsigned n)
{
    unsigned char text[1024];
    uint8_t lengths[HUFFMAN_SYMBOLS + 32];
    huffman_header header;
    bit_writer w = {.to = text};
    struct bit_reader r = {text, 0};
    unsigned n_symbols;

    huffman_header_make(&header, bits, n);
    huffman_header_write(&header, &w);
    size_t written = (size_t)(w.to - text) * 8 + w.held;
    assert_int_equal(written, header.cost);
    bits_put(&w, 0x5a, 8);
    bits_align(&w);
    unsigned all = slow_header(&r, lengths, &n_symbols);
    assert_int_equal(r.at, written);
    assert_int_equal(bits_take(&r, 8), 0x5a);
    assert_int_equal(all, n_symbols + 1);
    assert_int_equal(lengths[n_symbols], 1); /* the distance code */
    assert_in_range(n_symbols, 257, n);
    for (unsigned i = 0; i < n; i++)
        assert_int_equal(i < n_symbols ? lengths[i] : 0, bits[i]);
}

static void headers_read_back(void **state)
{
    uint8_t bits[HUFFMAN_SYMBOLS];
    uint64_t seed = 2;

    (void)state;
    for (int round = 0; round < 400; round++) {
        unsigned n = random_lengths(&seed, bits);
        check_header(bits, n);
    }
}

/* Runs of zeros and of one length around the ends of what an item can tell. */
static void runs_of_lengths(void **state)
{
    uint8_t bits[HUFFMAN_SYMBOLS];

    (void)state;
    for (unsigned run = 0; run <= 255; run++) {
        memset(bits, 0, sizeof bits);
        bits[run] = bits[256] = 1; /* zeros before, between and after */
        check_header(bits, 286);
        memset(bits, 9, run);
        check_header(bits, 286);
        memset(bits, 8, sizeof bits);
        memset(bits + 1, 0, run);
        check_header(bits, 286);
    }
    memset(bits, 1, sizeof bits); /* one run, the distance code within it */
    check_header(bits, 257);
    check_header(bits, 286);
}

static void bits_in_order(void **state)
{
    unsigned char text[8192 + 8];
    uint64_t seed = 3;

    (void)state;
    for (int round = 0; round < 200; round++) {
        uint64_t again = seed;
        bit_writer w = {.to = text};
        struct bit_reader r = {text, 0};
        for (int i = 0; i < 1000; i++) {
            unsigned n = (unsigned)random_below(&seed, 57);
            bits_put(&w, random_bits(&seed) & (((uint64_t)1 << n) - 1), n);
            assert_in_range(w.held, 0, 7);
        }
        bits_align(&w);
        assert_int_equal(w.held, 0);
        bits_copy(&w, "ab", 2);
        for (int i = 0; i < 1000; i++) {
            unsigned n = (unsigned)random_below(&again, 57);
            uint64_t want = random_bits(&again) & (((uint64_t)1 << n) - 1);
            unsigned low = bits_take(&r, n < 28 ? n : 28);
            uint64_t high = n > 28 ? bits_take(&r, n - 28) : 0;
            assert_true((low | high << 28) == want);
        }
        assert_int_equal(bits_take(&r, (unsigned)(7 & (0 - r.at))), 0);
        assert_int_equal(bits_take(&r, 16), 'a' | 'b' << 8);
        assert_ptr_equal(w.to, text + r.at / 8);
    }
}

int main(void)
{
    static struct suite s;

    SUITE_CASES(&s, count_cases, check_counts);
    suite_add(&s, "no symbol, or one", none_or_one_symbol, NULL);
    suite_add(&s, "codes as the format has them", codes_as_told, NULL);
    suite_add(&s, "headers read back", headers_read_back, NULL);
    suite_add(&s, "runs of lengths in a header", runs_of_lengths, NULL);
    suite_add(&s, "bits in order", bits_in_order, NULL);
    return suite_run("huffman", &s);
}
