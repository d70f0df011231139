/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <locale.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "mirrorgap/mem.h"
#include "mirrorgap/number.h"

/* m * 10^k is exact, hence correctly rounded, for m < 2^53 and |k| <= 22. */
static const double exact_pow10[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                     1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                     1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
enum { EXACT_POW10 = 22, SAFE_DIGITS = 18 };

static locale_t c_locale;
static pthread_once_t c_locale_once = PTHREAD_ONCE_INIT;

static void make_c_locale(void)
{
    c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
}

/* The parts of a number as written. */
struct parts {
    bool negative;
    uint64_t digits; /* the first SAFE_DIGITS significant digits */
    int n_digits;    /* how many of them */
    int exponent;    /* power of ten that `digits` is to be multiplied by */
    bool cut;        /* there were more non-zero digits than SAFE_DIGITS */
};

/* Takes the digits of one side of the point; returns where they end. */
static const char *take_digits(const char *at, const char *end, bool fraction,
                               struct parts *p)
{
    for (; at < end && (unsigned)(*at - '0') <= 9; at++) {
        unsigned digit = (unsigned)(*at - '0');
        if (p->n_digits < SAFE_DIGITS) {
            p->digits = p->digits * 10 + digit;
            p->n_digits += p->digits != 0;
            p->exponent -= fraction;
        } else {
            p->cut |= digit != 0;
            p->exponent += !fraction;
        }
    }
    return at;
}

/* Takes `e+12`; NULL where no digit follows the e. */
static const char *take_exponent(const char *at, const char *end, struct parts *p)
{
    int exponent = 0;
    bool negative = false;

    at++;
    if (at < end && (*at == '+' || *at == '-'))
        negative = *at++ == '-';
    if (at == end || (unsigned)(*at - '0') > 9)
        return NULL;
    for (; at < end && (unsigned)(*at - '0') <= 9; at++)
        if (exponent < 100000000)
            exponent = exponent * 10 + (*at - '0');
    p->exponent += negative ? -exponent : exponent;
    return at;
}

/* The exponent in terminated text that take_exponent() has passed; beyond a hundred
 * million more digits say no more. */
static int exponent_of(const char *text)
{
    const bool negative = *text == '-';
    int exponent = 0;

    for (text += *text == '-' || *text == '+'; *text != '\0'; text++)
        if (exponent < 100000000)
            exponent = exponent * 10 + (*text - '0');
    return negative ? -exponent : exponent;
}

/* Too long or too large for the exact way: strtod decides. */
static bool read_slowly(const char *text, size_t n, int shift, double *value)
{
    char small[128];
    char *copy =
        n + MG_NUMBER_TEXT < sizeof small ? small : mg_alloc(n + MG_NUMBER_TEXT, 1);
    char *stop = NULL;
    double got = NAN;
    bool ok = false;

    pthread_once(&c_locale_once, make_c_locale);
    if (copy == NULL)
        return false;
    memcpy(copy, text, n);
    copy[n] = '\0';
    char *mark = strpbrk(copy, "eE");
    if (c_locale != (locale_t)0) {
        /* The shift goes into the exponent so that the product is rounded once. */
        if (shift != 0) {
            int exponent = (mark != NULL ? exponent_of(mark + 1) : 0) + shift;
            char *from = mark != NULL ? mark : copy + n;
            *from++ = 'e';
            from[mg_integer_write(exponent, from)] = '\0';
        }
        got = strtod_l(copy, &stop, c_locale);
        ok = *stop == '\0' && isfinite(got);
    }
    if (ok)
        *value = got;
    if (copy != small)
        free(copy);
    return ok;
}

/* Sixteen characters, the last of a text and zeros before them: the first eight
 * in `head`, the last eight in `tail`, each with its first one lowest. */
struct sixteen {
    uint64_t head, tail;
};

static uint64_t load8(const char *text)
{
    uint64_t word;

    memcpy(&word, text, 8);
    return word;
}

static uint64_t load4(const char *text)
{
    uint32_t word;

    memcpy(&word, text, 4);
    return word;
}

/* text[0..n), n from 1 to 16, read without a byte before or after it. */
static struct sixteen load_right(const char *text, size_t n)
{
    struct sixteen s = {0, 0};

    if (n >= 8) {
        s.tail = load8(text + n - 8);
        s.head = n > 8 ? load8(text) << 8 * (16 - n) : 0;
    } else if (n >= 4)
        s.tail = load4(text + n - 4) << 32 | load4(text) << 8 * (8 - n);
    else
        for (size_t i = 0; i < n; i++)
            s.tail |= (uint64_t)(unsigned char)text[i] << 8 * (8 - n + i);
    return s;
}

static const uint64_t ones = 0x0101010101010101ULL;

/* Bytes of x that are zero have their highest bit set, at least the lowest such. */
static uint64_t zero_bytes(uint64_t x)
{
    return (x - ones) & ~x & 0x80 * ones;
}

/* Takes the point out; the number of digits behind it, or 0. */
static unsigned drop_point(struct sixteen *s)
{
    uint64_t in_tail = zero_bytes(s->tail ^ '.' * ones);
    uint64_t in_head = zero_bytes(s->head ^ '.' * ones);
    unsigned at;

    if (in_tail != 0) {
        at = (unsigned)__builtin_ctzll(in_tail) / 8;
        uint64_t before = ((uint64_t)1 << 8 * at) - 1;
        uint64_t after = at < 7 ? ~(uint64_t)0 << 8 * (at + 1) : 0;
        s->tail = (s->tail & after) | (s->tail & before) << 8 | s->head >> 56;
        s->head <<= 8;
        return 7 - at;
    }
    if (in_head == 0)
        return 0;
    at = (unsigned)__builtin_ctzll(in_head) / 8;
    uint64_t before = ((uint64_t)1 << 8 * at) - 1;
    uint64_t after = at < 7 ? ~(uint64_t)0 << 8 * (at + 1) : 0;
    s->head = (s->head & after) | (s->head & before) << 8;
    return 15 - at;
}

static bool eight_digits(uint64_t x)
{
    return ((x & 0xf0 * ones) | ((x + 0x06 * ones) & 0xf0 * ones) >> 4) == 0x33 * ones;
}

/* Eight characters that are digits, the first one lowest, by pairs, fours, all. */
static uint64_t eight_value(uint64_t x)
{
    x = (x & 0x0f * ones) * 2561 >> 8;
    x = (x & 0x00ff00ff00ff00ffULL) * 6553601 >> 16;
    return (x & 0x0000ffff0000ffffULL) * 42949672960001ULL >> 32;
}

/* The characters before the first one of n become '0'. */
static void pad(struct sixteen *s, size_t n)
{
    uint64_t zeros = '0' * ones;

    s->tail |= n >= 8 ? 0 : zeros >> 8 * n;
    s->head |= n <= 8 ? zeros : n == 16 ? 0 : zeros >> 8 * (n - 8);
}

/* Digits with at most one point, up to 16 characters; false: the general way
 * decides. */
static bool read_plain(const char *text, size_t n, int shift, double *value)
{
    if (n == 0 || n > 16)
        return false;
    struct sixteen s = load_right(text, n);
    uint64_t point = zero_bytes(s.tail ^ '.' * ones) | zero_bytes(s.head ^ '.' * ones);
    unsigned behind = point != 0 ? drop_point(&s) : 0;
    pad(&s, n - (point != 0));
    if ((point != 0 && n == 1) || !eight_digits(s.tail) || !eight_digits(s.head))
        return false;
    uint64_t digits = eight_value(s.head) * 100000000 + eight_value(s.tail);
    int power = shift - (int)behind;
    if (digits >= (1ULL << 53) || power < -EXACT_POW10 || power > EXACT_POW10)
        return false;
    double got = (double)digits;
    *value = power < 0 ? got / exact_pow10[-power] : got * exact_pow10[power];
    return true;
}

bool mg_number_read(const char *text, size_t n, int shift, double *value)
{
    if (read_plain(text, n, shift, value))
        return true;
    const char *end = text + n;
    const char *at = text;
    struct parts p = {0};

    if (at < end && (*at == '-' || *at == '+'))
        p.negative = *at++ == '-';
    const char *start = at;
    at = take_digits(at, end, false, &p);
    size_t seen = (size_t)(at - start);
    if (at < end && *at == '.') {
        const char *point = ++at;
        at = take_digits(at, end, true, &p);
        seen += (size_t)(at - point);
    }
    if (seen == 0)
        return false;
    if (at < end && (*at == 'e' || *at == 'E') &&
        (at = take_exponent(at, end, &p)) == NULL)
        return false;
    if (at != end)
        return false;

    int power = p.exponent + shift;
    if (p.cut || p.digits >= (1ULL << 53) || power < -EXACT_POW10 || power > EXACT_POW10)
        return read_slowly(text, n, shift, value);
    double got = (double)p.digits;
    got = power < 0 ? got / exact_pow10[-power] : got * exact_pow10[power];
    *value = p.negative ? -got : got;
    return true;
}

bool mg_integer_read(const char *text, size_t n, uint64_t *value)
{
    uint64_t got = 0;

    if (n == 0 || n > SAFE_DIGITS)
        return false;
    if (n <= 16) {
        struct sixteen s = load_right(text, n);
        pad(&s, n);
        *value = eight_value(s.head) * 100000000 + eight_value(s.tail);
        return eight_digits(s.tail) && eight_digits(s.head);
    }
    for (size_t i = 0; i < n; i++) {
        unsigned digit = (unsigned)(text[i] - '0');
        if (digit > 9)
            return false;
        got = got * 10 + digit;
    }
    *value = got;
    return true;
}
