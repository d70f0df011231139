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

/* Digits with at most one point, in one pass; false: the general way decides. */
static bool read_plain(const char *text, size_t n, int shift, double *value)
{
    uint64_t digits = 0;
    size_t point = n; /* where the point stands */

    if (n == 0 || n > SAFE_DIGITS)
        return false;
    for (size_t i = 0; i < n; i++) {
        unsigned digit = (unsigned)(text[i] - '0');
        if (digit <= 9)
            digits = digits * 10 + digit;
        else if (text[i] == '.' && point == n)
            point = i;
        else
            return false;
    }
    int power = shift - (int)(point < n ? n - point - 1 : 0);
    if (digits >= (1ULL << 53) || power < -EXACT_POW10 || power > EXACT_POW10 ||
        (n == 1 && point == 0))
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
    for (size_t i = 0; i < n; i++) {
        unsigned digit = (unsigned)(text[i] - '0');
        if (digit > 9)
            return false;
        got = got * 10 + digit;
    }
    *value = got;
    return true;
}
