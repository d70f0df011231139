/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Packed planes through the inflate of zlib and of libdeflate, with all checks. */
#include <libdeflate.h>
#include <zlib.h>

#include "store/plane_deflate.h"
#include "testing.h"

struct plane_case {
    const char *name;
    void (*fill)(uint64_t *seed, unsigned char *plane, size_t n);
    double most; /* bytes written per byte, from 4,095 bytes on */
};

static void fill_constant(uint64_t *seed, unsigned char *plane, size_t n)
{
    memset(plane, (int)random_below(seed, 256), n);
}

static void fill_two(uint64_t *seed, unsigned char *plane, size_t n)
{
    for (size_t i = 0; i < n; i++)
        plane[i] = random_below(seed, 2) ? 0x80 : 0x7f;
}

static void fill_noise(uint64_t *seed, unsigned char *plane, size_t n)
{
    for (size_t i = 0; i < n; i++)
        plane[i] = (unsigned char)random_bits(seed);
}

/* All values equally often, but in long runs: from 4096 on it passes for noise. */
static void fill_steps(uint64_t *seed, unsigned char *plane, size_t n)
{
    (void)seed;
    for (size_t i = 0; i < n; i++)
        plane[i] = (unsigned char)(i * 256 / n);
}

/* Half as often each: codes would be longer than 15 bits. */
static void fill_halves(uint64_t *seed, unsigned char *plane, size_t n)
{
    for (size_t i = 0; i < n; i++)
        plane[i] = (unsigned char)__builtin_ctzll(random_bits(seed) | 1ULL << 40);
}

/* Just a little off noise, where stored and coded cost nearly the same. */
static void fill_uneven(uint64_t *seed, unsigned char *plane, size_t n)
{
    for (size_t i = 0; i < n; i++)
        plane[i] = (unsigned char)random_below(seed, random_below(seed, 8) ? 256 : 128);
}

static void fill_one_at_the_end(uint64_t *seed, unsigned char *plane, size_t n)
{
    fill_constant(seed, plane, n);
    plane[n - 1] ^= 1;
}

/* Runs of the lengths at which something changes, each of another byte than the one
 * before, and single bytes between some. */
static void fill_runs(uint64_t *seed, unsigned char *plane, size_t n)
{
    static const size_t lengths[] = {1,   2,   5,   6,   7,   8,   9,   14,
                                     257, 258, 259, 260, 264, 265, 266, 515,
                                     516, 517, 518, 522, 523, 524, 774, 775};
    size_t i = 0;

    while (i < n) {
        size_t run = lengths[random_below(seed, sizeof lengths / sizeof *lengths)];
        unsigned char byte = (unsigned char)random_bits(seed);
        byte ^= i > 0 && byte == plane[i - 1];
        for (; run > 0 && i < n; run--)
            plane[i++] = byte;
    }
}

/* Every length of a run once, up to beyond the longest that a symbol can tell. */
static void fill_all_runs(uint64_t *seed, unsigned char *plane, size_t n)
{
    size_t run = 1 + random_below(seed, 530);
    size_t i = 0;
    unsigned char byte = 0;

    while (i < n) {
        for (size_t k = 0; k < run && i < n; k++)
            plane[i++] = byte;
        byte ^= 3;
        run = run % 530 + 1;
    }
}

static struct plane_case plane_cases[] = {
    {"one value", fill_constant, .03},
    {"two values", fill_two, .2},
    {"noise", fill_noise, 1.01},
    {"all values in runs", fill_steps, .2},
    {"codes longer than 15 bits", fill_halves, .3},
    {"nearly noise", fill_uneven, 1.01},
    {"another value at the end", fill_one_at_the_end, .03},
    {"runs around the limits", fill_runs, .2},
    {"runs of every length", fill_all_runs, .2},
};
enum { CASES = sizeof plane_cases / sizeof *plane_cases };

static const size_t sizes[] = {1, 2, 7, 8, 9, 15, 16, 17, 4095, 4096, 65535, 65536};
enum { SIZES = sizeof sizes / sizeof *sizes };

/* Both inflaters give the planes back and use up just what was written. */
static void check_inflate(const unsigned char *packed, size_t n_packed,
                          const unsigned char *planes, size_t n)
{
    unsigned char *back = malloc(n);
    struct libdeflate_decompressor *d = libdeflate_alloc_decompressor();
    z_stream z = {.next_in = (Bytef *)(uintptr_t)packed,
                  .avail_in = (uInt)n_packed,
                  .next_out = back,
                  .avail_out = (uInt)n};
    size_t used = 0;
    size_t got = 0;

    assert_true(back != NULL && d != NULL);
    assert_int_equal((packed[0] * 256 + packed[1]) % 31, 0);
    assert_int_equal(packed[0] & 15, Z_DEFLATED);
    assert_int_equal(packed[1] & 32, 0); /* no dictionary */
    assert_int_equal(inflateInit(&z), Z_OK);
    assert_int_equal(inflate(&z, Z_FINISH), Z_STREAM_END);
    assert_int_equal(z.avail_in, 0);
    assert_int_equal(z.avail_out, 0);
    assert_memory_equal(back, planes, n);
    inflateEnd(&z);
    memset(back, 0, n);
    assert_int_equal(
        libdeflate_zlib_decompress_ex(d, packed, n_packed, back, n, &used, &got),
        LIBDEFLATE_SUCCESS);
    assert_int_equal(used, n_packed);
    assert_int_equal(got, n);
    assert_memory_equal(back, planes, n);
    libdeflate_free_decompressor(d);
    free(back);
}

/* The planes in memory of just their size, the output in memory of just the bound:
 * who looks or writes beyond them is seen by AddressSanitizer. */
static size_t check_deflate(plane_deflater *d, const unsigned char *planes, size_t n,
                            size_t n_planes)
{
    size_t bound = plane_deflate_bound(n, n_planes);
    unsigned char *packed = malloc(bound);

    assert_non_null(packed);
    size_t n_packed = plane_deflate(d, planes, n, n_planes, packed);
    assert_in_range(n_packed, 1, bound);
    check_inflate(packed, n_packed, planes, n * n_planes);
    free(packed);
    return n_packed;
}

static void check_planes(void **state)
{
    const struct plane_case *c = *state;
    plane_deflater *d = plane_deflater_new();
    uint64_t seed = 1;

    assert_non_null(d);
    for (size_t s = 0; s < SIZES; s++)
        for (size_t n_planes = 1; n_planes <= 8; n_planes++) {
            size_t n = sizes[s];
            unsigned char *planes = malloc(n * n_planes);
            assert_non_null(planes);
            for (size_t p = 0; p < n_planes; p++)
                c->fill(&seed, planes + p * n, n);
            size_t got = check_deflate(d, planes, n, n_planes);
            if (n >= 4095)
                assert_true((double)got < c->most * (double)(n * n_planes));
            free(planes);
        }
    plane_deflater_free(d);
}

/* Planes of every kind side by side, as columns have them. */
static void planes_of_many_kinds(void **state)
{
    plane_deflater *d = plane_deflater_new();
    uint64_t seed = 2;

    (void)state;
    assert_non_null(d);
    for (int round = 0; round < 400; round++) {
        size_t n = 1 + random_below(&seed, round % 4 == 0 ? PLANE_MAX : 6000);
        size_t n_planes = 1 + random_below(&seed, 8);
        unsigned char *planes = malloc(n * n_planes);
        assert_non_null(planes);
        for (size_t p = 0; p < n_planes; p++)
            plane_cases[random_below(&seed, CASES)].fill(&seed, planes + p * n, n);
        check_deflate(d, planes, n, n_planes);
        free(planes);
    }
    plane_deflater_free(d);
}

/* One run at each place of a short plane. */
static void runs_at_every_place(void **state)
{
    plane_deflater *d = plane_deflater_new();
    unsigned char plane[40];

    (void)state;
    assert_non_null(d);
    for (size_t n = 1; n <= sizeof plane; n++)
        for (size_t from = 0; from < n; from++)
            for (size_t run = 1; run <= 12 && from + run <= n; run++) {
                for (size_t i = 0; i < n; i++)
                    plane[i] = (unsigned char)(i % 3);
                memset(plane + from, 7, run);
                check_deflate(d, plane, n, 1);
            }
    plane_deflater_free(d);
}

/* What was packed before must not show. */
static void same_from_used_and_new(void **state)
{
    plane_deflater *used = plane_deflater_new();
    unsigned char plane[5000];
    unsigned char a[6000];
    unsigned char b[6000];
    uint64_t seed = 3;

    (void)state;
    assert_non_null(used);
    assert_in_range(plane_deflate_bound(sizeof plane, 1), sizeof plane, sizeof a);
    for (int round = 0; round < 100; round++) {
        plane_deflater *fresh = plane_deflater_new();
        assert_non_null(fresh);
        plane_cases[random_below(&seed, CASES)].fill(&seed, plane, sizeof plane);
        size_t n = plane_deflate(used, plane, sizeof plane, 1, a);
        assert_int_equal(plane_deflate(fresh, plane, sizeof plane, 1, b), n);
        assert_memory_equal(a, b, n);
        plane_deflater_free(fresh);
    }
    plane_deflater_free(used);
}

int main(void)
{
    static struct suite s;

    SUITE_CASES(&s, plane_cases, check_planes);
    suite_add(&s, "planes of many kinds", planes_of_many_kinds, NULL);
    suite_add(&s, "runs at every place", runs_at_every_place, NULL);
    suite_add(&s, "same from a used and a new packer", same_from_used_and_new, NULL);
    return suite_run("plane_deflate", &s);
}
