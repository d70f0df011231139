/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers against strtod() and printf(). */
#include "mirrorgap/number.h"
#include "testing.h"

struct read_case {
    const char *name; /* the text too, where `text` is NULL */
    const char *text;
    int shift;
    double want; /* NaN: refused */
};

static struct read_case read_cases[] = {
    {"0", NULL, 0, 0},
    {"-0", NULL, 0, -0.0},
    {"+5", NULL, 0, 5},
    {"5.", NULL, 0, 5},
    {".5", NULL, 0, .5},
    {"007", NULL, 0, 7},
    {"1e5", NULL, 0, 1e5},
    {"1E+05", NULL, 0, 1e5},
    {"1.50044E+11", NULL, 0, 150044000000},
    {"5e-324", NULL, 0, 5e-324},
    {"1e-999", NULL, 0, 0},
    {"1.7976931348623157e308", NULL, 0, 1.7976931348623157e308},
    {"9007199254740993", NULL, 0, 9007199254740992},
    {"123456789012345678901234567890", NULL, 0, 123456789012345678901234567890.0},
    {"0.1 times 1000", "0.1", 3, 100},
    {".067 times 1000", ".067", 3, 67},
    {"17 digits times 1000", "1.2345678901234567", 3, 1234.5678901234567},
    {"an exponent times 1000", "1.5E2", 3, 150000},
    {"1e305 times 1000", "1e305", 3, 1e308},
    {"1e306 times 1000 overflows", "1e306", 3, NAN},
    {"1e-400 times 1000", "1e-400", 3, 0},
    {"0e400 times 1000", "0e400", 3, 0},
    {"1e-200000 times 1000 is zero", "1e-200000", 3, 0},
    {"a huge exponent times 1000", "1e99999999999999999999", 3, NAN},
    {"a huge negative exponent times 1000", "1e-99999999999999999999", 3, 0},
    {"", NULL, 0, NAN},
    {"+", NULL, 0, NAN},
    {"-", NULL, 0, NAN},
    {".", NULL, 0, NAN},
    {"-.", NULL, 0, NAN},
    {"e5", NULL, 0, NAN},
    {".e5", NULL, 0, NAN},
    {"5e", NULL, 0, NAN},
    {"5e+", NULL, 0, NAN},
    {"5e1.5", NULL, 0, NAN},
    {"1e999", NULL, 0, NAN},
    {"-1e999", NULL, 0, NAN},
    {"1.2.3", NULL, 0, NAN},
    {"1,000", NULL, 0, NAN},
    {"1 000", NULL, 0, NAN},
    {" 1", NULL, 0, NAN},
    {"1 ", NULL, 0, NAN},
    {"0x10", NULL, 0, NAN},
    {"0x1p3", NULL, 0, NAN},
    {"inf", NULL, 0, NAN},
    {"infinity", NULL, 0, NAN},
    {"nan", NULL, 0, NAN},
    {"1d5", NULL, 0, NAN},
    {"--1", NULL, 0, NAN},
    {"+-1", NULL, 0, NAN},
    {"1e5f", NULL, 0, NAN},
    {"1_000", NULL, 0, NAN},
};

static void check_read(void **state)
{
    const struct read_case *c = *state;
    const char *text = c->text != NULL ? c->text : c->name;
    double got = -7;
    bool ok = mg_number_read(text, strlen(text), c->shift, &got);

    assert_int_equal(ok, !isnan(c->want));
    assert_same_double(got, ok ? c->want : -7);
}

static void nul_and_more_are_refused(void **state)
{
    double got = -7;

    (void)state;
    assert_false(mg_number_read("1\0", 2, 0, &got));
    assert_false(mg_number_read("1\0e5", 4, 0, &got));
    assert_false(mg_number_read("12345678901234567890\0", 21, 0, &got));
    assert_same_double(got, -7);
    assert_true(mg_number_read("123", 2, 0, &got)); /* no more than n bytes count */
    assert_same_double(got, 12);
}

/* A long run of zeros must not make a huge exponent small again. */
static void zeros_against_exponent(void **state)
{
    enum { ZEROS = 100000 };
    char *text = malloc(ZEROS + 32);
    double got = -7;

    (void)state;
    assert_non_null(text);
    memcpy(text, "0.", 2);
    memset(text + 2, '0', ZEROS);
    strcpy(text + 2 + ZEROS, "1e100000");
    assert_true(mg_number_read(text, strlen(text), 0, &got));
    assert_same_double(got, strtod(text, NULL)); /* 0.1 */
    strcpy(text + 2 + ZEROS, "1e1000000");
    got = -7;
    bool ok = mg_number_read(text, strlen(text), 0, &got);
    free(text);
    assert_false(ok);
    assert_same_double(got, -7);
}

/* Up to 25 digits, a point, an exponent; *exponent_at: where it starts. */
static void random_number(uint64_t *seed, char *text, size_t *exponent_at, int *exponent)
{
    static const char *const signs[] = {"", "", "", "-", "+"};
    unsigned digits = 1 + (unsigned)random_below(seed, random_below(seed, 3) ? 12 : 25);
    unsigned point = (unsigned)random_below(seed, 2U * digits + 2);
    char *at = text + sprintf(text, "%s", signs[random_below(seed, 5)]);

    for (unsigned i = 0; i < digits; i++) {
        if (i == point)
            *at++ = '.';
        *at++ = (char)('0' + random_below(seed, random_below(seed, 4) ? 10 : 1));
    }
    *exponent_at = (size_t)(at - text);
    *at = '\0';
    *exponent = 0;
    if (random_below(seed, 3) == 0) {
        int limit = random_below(seed, 2) ? 30 : 350;
        *exponent = (int)random_below(seed, 2U * (unsigned)limit) - limit;
        sprintf(at, "%c%+d", random_below(seed, 2) ? 'e' : 'E', *exponent);
    }
}

static void as_strtod(void **state)
{
    uint64_t seed = 1;

    (void)state;
    for (int i = 0; i < 400000; i++) {
        char text[64];
        char shifted[80];
        size_t exponent_at;
        int exponent;
        int shift = i % 2 == 0 ? 0 : (int)random_below(&seed, 13) - 6;
        double got = -7;

        random_number(&seed, text, &exponent_at, &exponent);
        sprintf(shifted, "%.*se%d", (int)exponent_at, text, exponent + shift);
        double want = strtod(shifted, NULL);
        bool ok = mg_number_read(text, strlen(text), shift, &got);
        if (ok != (bool)isfinite(want) || (ok && !same_bits(got, want)))
            fail_msg("'%s' shifted by %d: %d, %.17g, not %.17g", text, shift, ok, got,
                     want);
    }
}

/* Letters of a number's alphabet in any order: accepted exactly where strtod
 * takes all of it and it is no blank, name or hexadecimal. */
static void any_text(void **state)
{
    static const char letters[] = "0123456789+-.eE";
    uint64_t seed = 2;

    (void)state;
    for (int i = 0; i < 400000; i++) {
        char text[16];
        char *end;
        double got = -7;
        size_t n = 1 + random_below(&seed, 7);

        for (size_t k = 0; k < n; k++)
            text[k] = letters[random_below(&seed, sizeof letters - 1)];
        text[n] = '\0';
        double want = strtod(text, &end);
        bool wanted = *end == '\0' && isfinite(want);
        bool ok = mg_number_read(text, n, 0, &got);
        if (ok != wanted || (ok && !same_bits(got, want)))
            fail_msg("'%s': %d, %.17g, not %.17g", text, ok, got, want);
    }
}

struct write_case {
    const char *name; /* the text expected */
    double value;
};

static struct write_case write_cases[] = {
    {"", NAN},
    {"inf", INFINITY},
    {"-inf", -INFINITY},
    {"0", 0.0},
    {"0", -0.0},
    {"1", 1},
    {"-1", -1},
    {"10", 10},
    {"0.1", 0.1},
    {"0.5", 0.5},
    {"123456789", 123456789},
    {"0.00001", 1e-5},
    {"0.000012345", 1.2345e-5},
    {"9.99e-6", 9.99e-6},
    {"1e-6", 1e-6},
    {"100000000000000000000", 1e20},
    {"123456789012345680000", 123456789012345680000.0},
    {"1e21", 1e21},
    {"1.5e21", 1.5e21},
    {"5e-324", 5e-324},
    {"2.2250738585072014e-308", 2.2250738585072014e-308},
    {"1.7976931348623157e308", 1.7976931348623157e308},
    {"9007199254740991", 9007199254740991.0},
    {"9007199254740992", 9007199254740992.0},
    {"38917721136", 38917721136.0},
    {"59670333925.186", 59670333925.186},
};

static void check_write(void **state)
{
    const struct write_case *c = *state;
    char text[MG_NUMBER_TEXT + 1];

    text[mg_number_write(c->value, text)] = '\0';
    assert_string_equal(text, c->name);
}

/* The significant digits of a number, without zeros at either end. */
static size_t significant(const char *text, char *digits)
{
    size_t n = 0;

    for (; *text != '\0' && *text != 'e'; text++)
        if (*text >= '0' && *text <= '9' && (n > 0 || *text != '0'))
            digits[n++] = *text;
    while (n > 0 && digits[n - 1] == '0')
        n--;
    digits[n] = '\0';
    return n;
}

static void check_shortest(double value)
{
    char text[MG_NUMBER_TEXT + 1];
    char longer[64];
    char digits[64];
    char wanted[64];
    double back = -7;
    size_t n = mg_number_write(value, text);
    int places = 1;

    assert_in_range(n, 1, MG_NUMBER_TEXT);
    text[n] = '\0';
    if (!mg_number_read(text, n, 0, &back) || !same_bits(back, value) ||
        !same_bits(strtod(text, NULL), value))
        fail_msg("%.17g is written '%s'", value, text);
    for (; places < 17; places++) {
        snprintf(longer, sizeof longer, "%.*g", places, value);
        if (strtod(longer, NULL) == value)
            break;
    }
    snprintf(longer, sizeof longer, "%.*g", places, value);
    significant(text, digits);
    significant(longer, wanted);
    /* as short as the shortest, and of the shortest the nearest */
    if (strcmp(digits, wanted) != 0 && strlen(digits) >= strlen(wanted))
        fail_msg("%.17g is written '%s', not '%s'", value, text, longer);
    if (strlen(digits) > 17)
        fail_msg("%.17g has too many digits: '%s'", value, text);
}

static void shortest_of_random_bits(void **state)
{
    uint64_t seed = 3;

    (void)state;
    for (int i = 0; i < 200000; i++) {
        uint64_t bits = random_bits(&seed);
        double value;
        memcpy(&value, &bits, sizeof value);
        if (isfinite(value) && value != 0)
            check_shortest(value);
    }
}

static void shortest_of_money(void **state)
{
    uint64_t seed = 4;

    (void)state;
    for (int i = 0; i < 100000; i++) {
        double whole = (double)random_below(&seed, 1ULL << random_below(&seed, 54));
        check_shortest(whole + 1);
        check_shortest((whole + 1) / 1000);
    }
    for (int e = -1074; e < 1024; e++) { /* powers of two have a lopsided interval */
        check_shortest(ldexp(1, e));
        check_shortest(nextafter(ldexp(1, e), 0) > 0 ? nextafter(ldexp(1, e), 0) : 1);
        check_shortest(nextafter(ldexp(1, e), INFINITY));
    }
    for (int e = -323; e < 309; e++) {
        char text[16];
        snprintf(text, sizeof text, "1e%d", e);
        check_shortest(strtod(text, NULL));
    }
}

struct integer_case {
    const char *name;
    bool ok;
    uint64_t want;
};

static struct integer_case integer_cases[] = {
    {"0", true, 0},
    {"007", true, 7},
    {"65535", true, 65535},
    {"999999999999999999", true, 999999999999999999},
    {"1000000000000000000", false, 0}, /* 19 digits */
    {"", false, 0},
    {"-1", false, 0},
    {"+1", false, 0},
    {"1.0", false, 0},
    {" 1", false, 0},
    {"1e3", false, 0},
    {"1/", false, 0},
    {"1:", false, 0},
};

static void check_integer(void **state)
{
    const struct integer_case *c = *state;
    uint64_t got = 77;

    assert_int_equal(mg_integer_read(c->name, strlen(c->name), &got), c->ok);
    assert_true(got == (c->ok ? c->want : 77));
}

static void integers_written(void **state)
{
    uint64_t seed = 5;

    (void)state;
    for (int i = 0; i < 100000; i++) {
        int64_t value = (int64_t)(random_bits(&seed) >> random_below(&seed, 64));
        char text[MG_NUMBER_TEXT + 1];
        char want[32];
        if (i % 3 == 0)
            value = (int64_t)(0 - (uint64_t)value);
        if (i < 2)
            value = i == 0 ? INT64_MIN : INT64_MAX;
        text[mg_integer_write(value, text)] = '\0';
        snprintf(want, sizeof want, "%lld", (long long)value);
        assert_string_equal(text, want);
    }
}

int main(void)
{
    static struct suite s;

    SUITE_CASES(&s, read_cases, check_read);
    suite_add(&s, "n bounds the text", nul_and_more_are_refused, NULL);
    suite_add(&s, "zeros against exponent", zeros_against_exponent, NULL);
    suite_add(&s, "the bits of strtod", as_strtod, NULL);
    suite_add(&s, "any text of the alphabet", any_text, NULL);
    SUITE_CASES(&s, write_cases, check_write);
    suite_add(&s, "shortest text of random bits", shortest_of_random_bits, NULL);
    suite_add(&s, "shortest text of money", shortest_of_money, NULL);
    SUITE_CASES(&s, integer_cases, check_integer);
    suite_add(&s, "integers written", integers_written, NULL);
    return suite_run("number", &s);
}
