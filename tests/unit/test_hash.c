/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mirrorgap/hash.h"
#include "scratch.h"

static void known_values(void **state)
{
    char text[MG_HASH_TEXT];

    (void)state;
    /* XXH3 of no bytes, from the reference implementation's documents */
    assert_true(mg_hash64("", 0) == 0x2d06800538d394c2ULL);
    mg_hash_write(mg_hash128("", 0), text);
    assert_string_equal(text, "99aa06d3014798d86001c324468d497f");
}

static void text_and_back(void **state)
{
    uint64_t seed = 1;

    (void)state;
    for (int i = 0; i < 1000; i++) {
        mg_hash hash = {random_bits(&seed) >> random_below(&seed, 64),
                        random_bits(&seed) >> random_below(&seed, 64)};
        mg_hash back = {1, 2};
        char text[MG_HASH_TEXT];
        mg_hash_write(hash, text);
        assert_int_equal(strlen(text), 32);
        assert_true(mg_hash_read(text, &back));
        assert_true(mg_hash_equal(hash, back));
        back.low ^= 1ULL << random_below(&seed, 64);
        assert_false(mg_hash_equal(hash, back));
    }
}

struct refusal_case {
    const char *name; /* the text */
};

static struct refusal_case refusal_cases[] = {
    {""},
    {"0123456789abcdef0123456789abcde"},
    {"0123456789abcdef0123456789abcdef0"},
    {"0123456789ABCDEF0123456789abcdef"},
    {"0123456789abcdeg0123456789abcdef"},
    {"0x23456789abcdef0123456789abcdef"},
    {" 123456789abcdef0123456789abcdef"},
};

static void check_refusal(void **state)
{
    const struct refusal_case *c = *state;
    mg_hash hash = {1, 2};

    assert_false(mg_hash_read(c->name, &hash));
    assert_false(mg_hash_read(NULL, &hash));
    assert_true(hash.low == 1 && hash.high == 2);
}

static void pieces_as_whole(void **state)
{
    enum { N = 5000 };
    static unsigned char bytes[N];
    uint64_t seed = 2;
    mg_hasher *hasher = mg_hasher_new();

    (void)state;
    assert_non_null(hasher);
    for (size_t i = 0; i < N; i++)
        bytes[i] = (unsigned char)random_bits(&seed);
    for (int round = 0; round < 200; round++) {
        size_t n = random_below(&seed, N);
        mg_hasher_reset(hasher);
        for (size_t at = 0; at < n;) {
            size_t piece = 1 + random_below(&seed, 900);
            piece = piece < n - at ? piece : n - at;
            mg_hasher_add(hasher, bytes + at, piece);
            at += piece;
        }
        assert_true(mg_hash_equal(mg_hasher_value(hasher), mg_hash128(bytes, n)));
    }
    mg_hasher_free(hasher);
    mg_hasher_free(NULL);
}

static void files(void **state)
{
    enum { N = 600000 }; /* more than two blocks */
    scratch_path path;
    int fd = scratch_file(path);
    char *bytes = malloc(N);
    mg_hash hash;
    uint64_t size = 0;
    mg_error err = {0};

    (void)state;
    assert_non_null(bytes);
    unlink(path);
    memset(bytes, 'x', N);
    bytes[N - 1] = 'y';
    assert_int_equal(write(fd, bytes, N), N);
    assert_int_equal(mg_hash_file(fd, &hash, &size, &err), MG_OK);
    assert_int_equal(size, N);
    assert_true(mg_hash_equal(hash, mg_hash128(bytes, N)));
    free(bytes);
    close(fd);
    assert_int_equal(mg_hash_file(-1, &hash, &size, &err), MG_E_IO);
    assert_true(err.what[0] != '\0');
}

int main(void)
{
    static struct suite s;

    suite_add(&s, "known values", known_values, NULL);
    suite_add(&s, "text and back", text_and_back, NULL);
    SUITE_CASES(&s, refusal_cases, check_refusal);
    suite_add(&s, "pieces as the whole", pieces_as_whole, NULL);
    suite_add(&s, "files", files, NULL);
    return suite_run("hash", &s);
}
