/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <immintrin.h>
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

static const uint64_t zeros = 0x3030303030303030ULL;

/* The last eight characters of text[0..n), n at least 4, the first of them lowest;
 * zeros stand before fewer. */
static uint64_t last_eight(const char *text, size_t n)
{
    if (n >= 8)
        return load8(text + n - 8);
    return load4(text + n - 4) << 32 | load4(text) << 8 * (8 - n) | zeros >> 8 * n;
}

static bool eight_digits(uint64_t x)
{
    const uint64_t high = 0xf0f0f0f0f0f0f0f0ULL;

    return ((x & high) | ((x + 0x0606060606060606ULL) & high) >> 4) ==
           0x3333333333333333ULL;
}

/* Eight characters that are digits, the first one lowest, by pairs, fours, all. */
static uint64_t eight_value(uint64_t x)
{
    x = (x & 0x0f0f0f0f0f0f0f0fULL) * 2561 >> 8;
    x = (x & 0x00ff00ff00ff00ffULL) * 6553601 >> 16;
    return (x & 0x0000ffff0000ffffULL) * 42949672960001ULL >> 32;
}

/* What digits with `behind` of them behind the point come to; false: not exactly. */
static bool exact_value(uint64_t digits, unsigned behind, int shift, double *value)
{
    int power = shift - (int)behind;

    if (digits >= (1ULL << 53) || power < -EXACT_POW10 || power > EXACT_POW10)
        return false;
    double got = (double)(int64_t)digits;
    *value = power == 0  ? got
             : power < 0 ? got / exact_pow10[-power]
                         : got * exact_pow10[power];
    return true;
}

/* Shuffles that close the gap which the point leaves at byte p: bytes before it move
 * up by one, behind a zero; those after it stay. */
static const unsigned char close_gap[16][16] = {
#define GAP(p)                                                                           \
    {                                                                                    \
        0x80, 1 - (1 <= (p)), 2 - (2 <= (p)), 3 - (3 <= (p)), 4 - (4 <= (p)),            \
            5 - (5 <= (p)), 6 - (6 <= (p)), 7 - (7 <= (p)), 8 - (8 <= (p)),              \
            9 - (9 <= (p)), 10 - (10 <= (p)), 11 - (11 <= (p)), 12 - (12 <= (p)),        \
            13 - (13 <= (p)), 14 - (14 <= (p)), 15 - (15 <= (p))                         \
    }
    GAP(0), GAP(1), GAP(2),  GAP(3),  GAP(4),  GAP(5),  GAP(6),  GAP(7),
    GAP(8), GAP(9), GAP(10), GAP(11), GAP(12), GAP(13), GAP(14), GAP(15)};

/* Digits with at most one point, 4 to 16 characters, sixteen at once; false: the
 * general way decides. */
__attribute__((target("sse4.1"))) static bool read_sixteen(const char *text, size_t n,
                                                           int shift, double *value)
{
    uint64_t head =
        n > 8 ? load8(text) << 8 * (16 - n) | (n < 16 ? zeros >> 8 * (n - 8) : 0) : zeros;
    __m128i x = _mm_set_epi64x((int64_t)last_eight(text, n), (int64_t)head);
    unsigned points = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(x, _mm_set1_epi8('.')));
    unsigned behind = 0;

    x = _mm_sub_epi8(x, _mm_set1_epi8('0'));
    if (points != 0) {
        unsigned at = (unsigned)__builtin_ctz(points);
        behind = 15 - at;
        x = _mm_shuffle_epi8(
            x, _mm_loadu_si128((const __m128i *)(const void *)close_gap[at]));
    }
    /* all of 0 to 9: a second point is not */
    if (_mm_movemask_epi8(_mm_cmpeq_epi8(_mm_min_epu8(x, _mm_set1_epi8(9)), x)) != 0xffff)
        return false;
    x = _mm_maddubs_epi16(x, _mm_set1_epi16(0x010a)); /* tens and ones */
    x = _mm_madd_epi16(x, _mm_set1_epi32(0x00010064));
    x = _mm_packus_epi32(x, x);
    x = _mm_madd_epi16(x, _mm_set1_epi32(0x00012710));
    uint64_t both = (uint64_t)_mm_cvtsi128_si64(x);
    return exact_value((uint32_t)both * 100000000ULL + (both >> 32), behind, shift,
                       value);
}

/* Any number as written. */
static __attribute__((noinline)) bool read_generally(const char *text, size_t n,
                                                     int shift, double *value)
{
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

bool mg_number_read(const char *text, size_t n, int shift, double *value)
{
    if (n - 4 <= 12 && __builtin_cpu_supports("sse4.1") != 0 &&
        read_sixteen(text, n, shift, value))
        return true;
    return read_generally(text, n, shift, value);
}

bool mg_integer_read(const char *text, size_t n, uint64_t *value)
{
    uint64_t got = 0;
    unsigned bad = n - 1 > SAFE_DIGITS - 1; /* none, or too many */

    if (n >= 4 && n <= 8) {
        uint64_t x = last_eight(text, n);
        if (!eight_digits(x))
            return false;
        *value = eight_value(x);
        return true;
    }
    for (size_t i = 0; i < n && bad == 0; i++) {
        unsigned digit = (unsigned)(text[i] - '0');
        bad = digit > 9;
        got = got * 10 + digit;
    }
    if (bad != 0)
        return false;
    *value = got;
    return true;
}
