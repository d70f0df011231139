/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Short numbers, which take ways of their own, against strtod() and loops. The text
 * ends where its memory ends, for AddressSanitizer to see who looks further. */
#include "mirrorgap/number.h"
#include "mirrorgap/text.h"
#include "testing.h"

struct text_case {
    const char *name;
    const char *letters; /* those beside digits */
    unsigned share;      /* one in so many letters is one of them */
    int rounds;
};

static struct text_case text_cases[] = {
    {"digits", "0", 100, 400000},
    {"digits and points", ".", 10, 500000},
    {"leading zeros", "000", 2, 200000},
    {"signs and exponents", "+-eE.", 8, 400000},
    {"neighbours of the digits", "/:;.", 12, 400000},
    {"blanks", " \t\n\r", 16, 100000},
    {"letters", "aAfFxXnNiIpP_,'", 16, 100000},
    {"bytes above 0x7f", "\x80\xb0\xb1\xb9\xba\xae\xff", 12, 200000},
    {"control characters", "\1\16\20\31\37\177", 12, 100000},
};

enum { LONGEST = 20, MEMORY = 64 };

/* A text at the end of `memory`, of one length or of 1 to LONGEST characters. */
static char *random_digits(uint64_t *seed, const struct text_case *c, char *memory,
                           size_t n)
{
    char *text = memory + MEMORY - n;
    bool point = random_below(seed, 3) == 0;

    for (size_t i = 0; i < n; i++)
        text[i] = random_below(seed, c->share) == 0
                      ? c->letters[random_below(seed, strlen(c->letters))]
                      : (char)('0' + random_below(seed, 10));
    if (point)
        text[random_below(seed, n)] = '.';
    return text;
}

static bool is_digit(char letter)
{
    return strchr("0123456789", letter) != NULL && letter != '\0';
}

/* The grammar, one rule after the other, and then strtod(). */
static bool slow_number(const char *text, size_t n, double *value)
{
    char copy[LONGEST + 1];
    const char *at = copy;
    int digits = 0;

    memcpy(copy, text, n);
    copy[n] = '\0';
    at += *at == '+' || *at == '-';
    for (; is_digit(*at); at++)
        digits++;
    at += *at == '.';
    for (; is_digit(*at); at++)
        digits++;
    if (digits == 0)
        return false;
    if (*at == 'e' || *at == 'E') {
        at++;
        at += *at == '+' || *at == '-';
        if (!is_digit(*at))
            return false;
        while (is_digit(*at))
            at++;
    }
    double got = strtod(copy, NULL);
    if (at != copy + n || !isfinite(got))
        return false;
    *value = got;
    return true;
}

static void check_number(const char *text, size_t n)
{
    double got = -7;
    double want = -7;
    bool ok = mg_number_read(text, n, 0, &got);

    if (ok != slow_number(text, n, &want) || !same_bits(got, want)) {
        char shown[8 * LONGEST];
        mg_text_show((mg_cell){text, n}, shown, sizeof shown);
        fail_msg("'%s': %d, %.17g, not %.17g", shown, ok, got, want);
    }
}

static bool slow_integer(const char *text, size_t n, uint64_t *value)
{
    uint64_t got = 0;

    for (size_t i = 0; i < n; i++) {
        if (!is_digit(text[i]))
            return false;
        got = got * 10 + (uint64_t)(text[i] - '0');
    }
    if (n == 0 || n > 18)
        return false;
    *value = got;
    return true;
}

static void check_integer(const char *text, size_t n)
{
    uint64_t got = 77;
    uint64_t want = 77;
    bool ok = mg_integer_read(text, n, &got);

    if (ok != slow_integer(text, n, &want) || got != want) {
        char shown[8 * LONGEST];
        mg_text_show((mg_cell){text, n}, shown, sizeof shown);
        fail_msg("'%s': %d, %llu, not %llu", shown, ok, (unsigned long long)got,
                 (unsigned long long)want);
    }
}

static void check_texts(void **state)
{
    const struct text_case *c = *state;
    char *memory = malloc(MEMORY);
    uint64_t seed = c->share + strlen(c->letters);

    assert_non_null(memory);
    for (int i = 0; i < c->rounds; i++) {
        size_t n = 1 + random_below(&seed, LONGEST);
        const char *text = random_digits(&seed, c, memory, n);
        check_number(text, n);
        check_integer(text, n);
    }
    free(memory);
}

/* Each byte at each place of a number of each length, which stands at the start of
 * its memory too: nobody looks before it either. */
static void any_byte_anywhere(void **state)
{
    (void)state;
    for (size_t n = 1; n <= LONGEST; n++) {
        char *text = malloc(n);
        assert_non_null(text);
        for (size_t place = 0; place < n; place++)
            for (int byte = 0; byte < 256; byte++) {
                for (size_t i = 0; i < n; i++)
                    text[i] = (char)('0' + (i * 7 + 3) % 10);
                text[place] = (char)byte;
                check_number(text, n);
                check_integer(text, n);
                text[n / 2] = '.';
                check_number(text, n);
            }
        free(text);
    }
}

/* The point anywhere, the value times a power of ten. */
static void shifted(void **state)
{
    static const struct text_case digits = {"", "0", 5, 0};
    char memory[MEMORY];
    uint64_t seed = 5;

    (void)state;
    for (int i = 0; i < 400000; i++) {
        size_t n = 2 + random_below(&seed, LONGEST - 1);
        const char *text = random_digits(&seed, &digits, memory, n);
        int shift = (int)random_below(&seed, 19) - 9;
        char longer[64];
        double got = -7;
        snprintf(longer, sizeof longer, "%.*se%d", (int)n, text, shift);
        assert_true(mg_number_read(text, n, shift, &got));
        if (!same_bits(got, strtod(longer, NULL)))
            fail_msg("%s: %.17g, not %.17g", longer, got, strtod(longer, NULL));
    }
}

/* The shortest text in plain notation, by trying %.1g to %.17g. */
static size_t slow_plain(double value, char *text)
{
    char digits[40];
    int places = 1;
    size_t n = 0;

    for (; places < 17; places++) {
        snprintf(digits, sizeof digits, "%.*e", places - 1, value);
        if (strtod(digits, NULL) == value)
            break;
    }
    snprintf(digits, sizeof digits, "%.*e", places - 1, value);
    int power = (int)strtol(strchr(digits, 'e') + 1, NULL, 10);
    memmove(digits + 1, digits + 2, (size_t)(places > 1 ? places - 1 : 0));
    if (power < 0)
        n += (size_t)sprintf(text, "0.%.*s", -power - 1, "0000");
    for (int i = 0; i < places || i <= power; i++) {
        if (i == power + 1 && power >= 0)
            text[n++] = '.';
        text[n++] = i < places ? digits[i] : '0';
    }
    text[n] = '\0';
    return n;
}

static void check_written(double value)
{
    char got[MG_NUMBER_TEXT + 1];
    char want[64];

    if (!(value >= 1e-5 && value < 1e21))
        return;
    got[mg_number_write(value, got)] = '\0';
    size_t n = slow_plain(value, want);
    /* where a shorter text is the nearest of its length, but not of all: 5e-324 */
    if (strcmp(got, want) != 0 && (strlen(got) >= n || strtod(got, NULL) != value))
        fail_msg("%.17g is written '%s', not '%s'", value, got, want);
    got[mg_number_write(-value, got)] = '\0';
    assert_int_equal(got[0], '-');
    assert_true(strtod(got, NULL) == -value);
}

static void check_thousandths(uint64_t m)
{
    double value = (double)m / 1000.0;

    check_written(value);
    check_written(nextafter(value, 0));
    check_written(nextafter(value, INFINITY));
}

static void thousandths_written(void **state)
{
    uint64_t seed = 6;
    uint64_t power = 1;

    (void)state;
    for (int i = 0; i < 60000; i++) /* up to 2^53 thousandths and beyond */
        check_thousandths(random_bits(&seed) >> (10 + random_below(&seed, 54)));
    for (uint64_t m = 0; m < 20000; m++)
        check_thousandths(m);
    for (int digits = 0; digits <= 17; digits++, power *= 10)
        for (uint64_t by = 0; by < 300; by++) {
            check_thousandths(power + by);
            check_thousandths(power > by ? power - by : 1);
            check_thousandths(power * (1 + by % 9) + 1000 * by);
        }
    for (int i = 0; i < 40000; i++) /* halves of thousandths are none */
        check_written(((double)random_below(&seed, 1000000000000) + .5) / 1000.0);
}

int main(void)
{
    static struct suite s;

    SUITE_CASES(&s, text_cases, check_texts);
    suite_add(&s, "any byte anywhere", any_byte_anywhere, NULL);
    suite_add(&s, "times a power of ten", shifted, NULL);
    suite_add(&s, "thousandths and their neighbours", thousandths_written, NULL);
    return suite_run("number_random", &s);
}
