/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shortest decimals by Schubfach: R. Giulietti, "The Schubfach way to render
 * doubles", 2020. Tested against strtod and against every shorter text. */
#include <math.h>
#include <string.h>

#include "mirrorgap/number.h"
#include "pow10.h"

__extension__ typedef unsigned __int128 u128;

static int floor_log2_pow10(int e)
{
    return (e * 1741647) >> 19;
}

static int floor_log10_pow2(int e)
{
    return (e * 1262611) >> 22;
}

static int floor_log10_three_quarters_pow2(int e)
{
    return (e * 1262611 - 524031) >> 22;
}

/* The upper 64 bits of g * cp / 2^64, with a sticky last bit. */
static uint64_t round_to_odd(const uint64_t g[2], uint64_t cp)
{
    u128 x = (u128)g[1] * cp;
    u128 y = (u128)g[0] * cp;
    uint64_t low = (uint64_t)y + (uint64_t)(x >> 64);
    uint64_t high = (uint64_t)(y >> 64) + (low < (uint64_t)y);

    return high | (low > 1);
}

struct decimal {
    uint64_t digits;
    int exponent;
};

/* value = digits * 10^exponent, shortest. `fraction` and `exponent` are the
 * fields of a positive finite double. */
static struct decimal shortest(uint64_t fraction, int exponent)
{
    uint64_t c = fraction;
    int q = 1 - 1075;

    if (exponent != 0) {
        c |= 1ULL << 52;
        q = exponent - 1075;
        if (q <= 0 && q > -53 && (c & ((1ULL << -q) - 1)) == 0)
            return (struct decimal){c >> -q, 0};
    }
    const bool even = (c & 1) == 0;
    const bool closer = fraction == 0 && exponent > 1;
    const int k = closer ? floor_log10_three_quarters_pow2(q) : floor_log10_pow2(q);
    const int h = q + floor_log2_pow10(-k) + 1;
    const uint64_t *g = pow10_table[-k - POW10_MIN];
    const uint64_t lower = round_to_odd(g, (4 * c - 2 + closer) << h) + !even;
    const uint64_t middle = round_to_odd(g, (4 * c) << h);
    const uint64_t upper = round_to_odd(g, (4 * c + 2) << h) - !even;
    const uint64_t s = middle / 4;

    if (s >= 10) {
        uint64_t tens = s / 10;
        bool low_in = lower <= 40 * tens;
        bool high_in = 40 * tens + 40 <= upper;
        if (low_in != high_in)
            return (struct decimal){tens + high_in, k + 1};
    }
    bool low_in = lower <= 4 * s;
    bool high_in = 4 * s + 4 <= upper;
    if (low_in != high_in)
        return (struct decimal){s + high_in, k};
    uint64_t mid = 4 * s + 2;
    return (struct decimal){s + (middle > mid || (middle == mid && (s & 1))), k};
}

static size_t write_digits(uint64_t value, char *text)
{
    static const char pairs[] = "00010203040506070809101112131415161718192021222324"
                                "25262728293031323334353637383940414243444546474849"
                                "50515253545556575859606162636465666768697071727374"
                                "75767778798081828384858687888990919293949596979899";
    char back[20];
    char *at = back + sizeof back;

    for (; value >= 100; value /= 100) {
        at -= 2;
        memcpy(at, pairs + 2 * (value % 100), 2);
    }
    if (value >= 10) {
        at -= 2;
        memcpy(at, pairs + 2 * value, 2);
    } else
        *--at = (char)('0' + value);
    size_t n = (size_t)(back + sizeof back - at);
    memcpy(text, at, n);
    return n;
}

size_t mg_integer_write(int64_t value, char *text)
{
    if (value >= 0)
        return write_digits((uint64_t)value, text);
    *text = '-';
    return 1 + write_digits(0 - (uint64_t)value, text + 1);
}

/* digits * 10^exponent in plain notation; point = place of the decimal point. */
static size_t write_plain(const char *digits, size_t n, int point, char *text)
{
    char *at = text;

    if (point <= 0) {
        *at++ = '0';
        *at++ = '.';
        for (int i = point; i < 0; i++)
            *at++ = '0';
        memcpy(at, digits, n);
        return (size_t)(at - text) + n;
    }
    if ((size_t)point >= n) {
        memcpy(at, digits, n);
        memset(at + n, '0', (size_t)point - n);
        return (size_t)point;
    }
    memcpy(at, digits, (size_t)point);
    at[point] = '.';
    memcpy(at + point + 1, digits + point, n - (size_t)point);
    return n + 1;
}

static size_t write_exponent(const char *digits, size_t n, int point, char *text)
{
    char *at = text;

    *at++ = digits[0];
    if (n > 1) {
        *at++ = '.';
        memcpy(at, digits + 1, n - 1);
        at += n - 1;
    }
    *at++ = 'e';
    at += mg_integer_write(point - 1, at);
    return (size_t)(at - text);
}

/* Money, which has at most three places: `value` as the quotient nearest to some
 * m / 1000 with m < 10^15. As decimals of 15 digits are all different doubles, no
 * shorter text can mean it. 0: it is no such number. */
static size_t write_thousandths(double value, char *text)
{
    if (!(value >= 0.001 && value < 1e12))
        return 0;
    uint64_t m = (uint64_t)(value * 1000 + 0.5);
    if ((double)m / 1000 != value)
        return 0;
    unsigned part = (unsigned)(m % 1000);
    size_t n = write_digits(m / 1000, text);
    if (part == 0)
        return n;
    text[n++] = '.';
    text[n++] = (char)('0' + part / 100);
    if (part % 100 != 0)
        text[n++] = (char)('0' + part / 10 % 10);
    if (part % 10 != 0)
        text[n++] = (char)('0' + part % 10);
    return n;
}

size_t mg_number_write(double value, char *text)
{
    uint64_t bits;
    char digits[20];
    char *at = text;

    if (isnan(value))
        return 0;
    memcpy(&bits, &value, sizeof bits);
    if (bits >> 63)
        *at++ = '-';
    if (isinf(value)) {
        memcpy(at, "inf", 3);
        return (size_t)(at - text) + 3;
    }
    if (bits << 1 == 0) {
        *text = '0'; /* minus zero is zero in a table */
        return 1;
    }
    size_t plain = write_thousandths(fabs(value), at);
    if (plain > 0)
        return (size_t)(at - text) + plain;
    struct decimal d = shortest(bits & ((1ULL << 52) - 1), (int)(bits >> 52 & 0x7ff));
    while (d.digits % 10 == 0) {
        d.digits /= 10;
        d.exponent++;
    }
    size_t n = write_digits(d.digits, digits);
    int point = (int)n + d.exponent;
    at += point > -5 && point <= 21 ? write_plain(digits, n, point, at)
                                    : write_exponent(digits, n, point, at);
    return (size_t)(at - text);
}
