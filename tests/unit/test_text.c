/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mirrorgap/text.h"
#include "testing.h"

struct pair_case {
    const char *name;
    const char *in, *want;
};

static struct pair_case fold_cases[] = {
    {"letters and digits", "Trade Value (US$)", "tradevalueus"},
    {"R-mangled", "Trade.Value..US..", "tradevalueus"},
    {"nothing left", " .-()$", ""},
    {"empty", "", ""},
    {"UTF-8 stays", "C\xc3\xb4te d'Ivoire", "c\xc3\xb4tedivoire"},
    {"ISO-8859-1 becomes UTF-8", "C\xf4te d'Ivoire", "c\xc3\xb4tedivoire"},
    {"high ISO-8859-1", "\xff", "\xc3\xbf"},
    {"control characters go", "a\x01\x7f z", "az"},
};

static void check_fold(void **state)
{
    const struct pair_case *c = *state;
    char folded[64];

    assert_int_equal(mg_text_fold(cell_of(c->in), folded, sizeof folded),
                     strlen(c->want));
    assert_string_equal(folded, c->want);
}

static void fold_does_not_overrun(void **state)
{
    char folded[24];

    (void)state;
    for (size_t room = 4; room <= 16; room++)
        for (size_t n = 0; n <= 20; n++) {
            char text[24];
            memset(text, n % 2 ? 'A' : '\xe9', n);
            memset(folded, '#', sizeof folded);
            size_t got = mg_text_fold((mg_cell){text, n}, folded, room);
            size_t need = n % 2 ? n : 2 * n;
            assert_int_equal(folded[room], '#');
            if (got == room)
                assert_true(need + 3 > room);
            else {
                assert_int_equal(got, need);
                assert_int_equal(folded[got], '\0');
            }
        }
}

static struct pair_case show_cases[] = {
    {"plain", "abc 12", "abc 12"},
    {"controls", "a\n\x1b[0m\x7f", "a\\x0a\\x1b[0m\\x7f"},
    {"UTF-8", "C\xc3\xb4te", "C\xc3\xb4te"},
    {"bad UTF-8", "C\xf4te", "C\\xf4te"},
    {"C1 controls", "\xc2\x9b", "\\xc2\\x9b"},
    {"cut UTF-8", "a\xe2\x82", "a\\xe2\\x82"},
};

static void check_show(void **state)
{
    const struct pair_case *c = *state;
    char shown[64];

    assert_ptr_equal(mg_text_show(cell_of(c->in), shown, sizeof shown), shown);
    assert_string_equal(shown, c->want);
}

static void show_cuts(void **state)
{
    uint64_t seed = 1;

    (void)state;
    for (int i = 0; i < 20000; i++) {
        char text[40];
        char shown[48];
        size_t n = random_below(&seed, sizeof text);
        size_t room = 12 + random_below(&seed, 30);
        for (size_t k = 0; k < n; k++)
            text[k] = (char)random_bits(&seed);
        memset(shown, '#', sizeof shown);
        mg_text_show((mg_cell){text, n}, shown, room);
        size_t length = strlen(shown);
        assert_in_range(length, 0, room - 1);
        assert_int_equal(shown[room], '#');
        assert_true(mg_text_utf8(cell_of(shown)));
        for (size_t k = 0; k < length; k++)
            assert_true((unsigned char)shown[k] >= 0x20 && shown[k] != 0x7f);
        if (4 * n + 8 < room)
            assert_true(length < 3 || strcmp(shown + length - 3, "...") != 0 ||
                        memcmp(text + n - 3, "...", 3) == 0);
    }
}

static struct pair_case trim_cases[] = {
    {"nothing to do", "a b", "a b"},
    {"spaces and tabs", " \t a b\t ", "a b"},
    {"all blank", " \t ", ""},
    {"empty", "", ""},
    {"a letter that ends in a0", "\xc3\xa0", "\xc3\xa0"},
    {"line ends stay", "\na\r", "\na\r"},
};

static void check_trim(void **state)
{
    const struct pair_case *c = *state;
    mg_cell got = mg_text_trim(cell_of(c->in));

    assert_int_equal(got.n, strlen(c->want));
    assert_memory_equal(got.text, c->want, got.n);
}

static void is_word(void **state)
{
    (void)state;
    assert_true(mg_text_is(cell_of("TOTAL"), "total"));
    assert_true(mg_text_is(cell_of(""), ""));
    assert_false(mg_text_is(cell_of("TOTAL"), "tota"));
    assert_false(mg_text_is(cell_of("tota"), "total"));
    assert_false(mg_text_is((mg_cell){"to\0al", 5}, "total"));
    assert_true(mg_text_is((mg_cell){"totally", 5}, "total"));
}

struct utf8_case {
    const char *name;
    const char *text;
    bool valid;
};

static struct utf8_case utf8_cases[] = {
    {"empty", "", true},
    {"ASCII", "abc", true},
    {"two bytes", "\xc3\xa9", true},
    {"three bytes", "\xe2\x82\xac", true},
    {"four bytes", "\xf0\x9f\x98\x80", true},
    {"the last character", "\xf4\x8f\xbf\xbf", true},
    {"beyond the last", "\xf4\x90\x80\x80", false},
    {"overlong of two", "\xc0\xaf", false},
    {"overlong of two, c1", "\xc1\xbf", false},
    {"overlong of three", "\xe0\x9f\xbf", false},
    {"overlong of four", "\xf0\x8f\xbf\xbf", false},
    {"a surrogate", "\xed\xa0\x80", false},
    {"before the surrogates", "\xed\x9f\xbf", true},
    {"a lone continuation", "\x80", false},
    {"cut", "\xe2\x82", false},
    {"f5", "\xf5\x80\x80\x80", false},
    {"ISO-8859-1", "C\xf4te", false},
};

static void check_utf8(void **state)
{
    const struct utf8_case *c = *state;

    assert_int_equal(mg_text_utf8(cell_of(c->text)), c->valid);
}

/* Levenshtein's distance by its definition. */
static int slow_distance(const char *a, const char *b)
{
    if (*a == '\0' || *b == '\0')
        return (int)(strlen(a) + strlen(b));
    int best = slow_distance(a + 1, b + 1) + (*a != *b);
    int drop = slow_distance(a + 1, b) + 1;
    int add = slow_distance(a, b + 1) + 1;
    best = drop < best ? drop : best;
    return add < best ? add : best;
}

struct cut_case {
    const char *name, *text, *cut; /* of ten bytes and a NUL */
};

static struct cut_case cut_cases[] = {
    {"short text stays", "abcdef", "abcdef"},
    {"cut text ends in an ellipsis", "abcdefghij", "abcdefg\xe2\x80\xa6"},
    {"a letter is not cut", "abcdef\xc3\xa9hi", "abcdef\xe2\x80\xa6"},
    {"a letter of four bytes is not cut", "abcde\xf0\x9f\x98\x80j", "abcde\xe2\x80\xa6"},
};

static void validity(void **state)
{
    static const char good[] = "caf\xc3\xa9";
    char shown[32];

    (void)state;
    assert_ptr_equal(mg_text_valid(good, shown, sizeof shown), good);
    assert_string_equal(mg_text_valid("na\xffme", shown, sizeof shown), "na\\xffme");
}

static void check_cut(void **state)
{
    const struct cut_case *c = *state;
    char text[11];

    snprintf(text, sizeof text, "%s", c->text);
    mg_text_cut(text, sizeof text);
    assert_string_equal(text, c->cut);
    assert_true(mg_text_utf8((mg_cell){text, strlen(text)}));
}

static void distance_as_defined(void **state)
{
    uint64_t seed = 4;

    (void)state;
    for (int i = 0; i < 3000; i++) {
        char a[8] = "";
        char b[8] = "";
        for (size_t k = random_below(&seed, 7); k-- > 0;)
            a[k] = (char)('a' + random_below(&seed, 3));
        for (size_t k = random_below(&seed, 7); k-- > 0;)
            b[k] = (char)('a' + random_below(&seed, 3));
        int want = slow_distance(a, b);
        assert_int_equal(mg_text_distance(a, b, 9), want);
        assert_int_equal(mg_text_distance(a, b, 2), want <= 2 ? want : 3);
    }
    char longer[80];
    memset(longer, 'a', 70);
    longer[70] = '\0';
    assert_int_equal(mg_text_distance(longer, longer, 3), 4); /* too long to compare */
}

int main(void)
{
    static struct suite s;

    SUITE_CASES(&s, fold_cases, check_fold);
    suite_add(&s, "fold does not overrun", fold_does_not_overrun, NULL);
    SUITE_CASES(&s, show_cases, check_show);
    suite_add(&s, "show cuts", show_cuts, NULL);
    SUITE_CASES(&s, trim_cases, check_trim);
    suite_add(&s, "equality of words", is_word, NULL);
    SUITE_CASES(&s, utf8_cases, check_utf8);
    suite_cases(&s, cut_cases, sizeof cut_cases / sizeof *cut_cases, sizeof *cut_cases,
                check_cut);
    suite_add(&s, "bytes that are no UTF-8 are shown", validity, NULL);
    suite_add(&s, "distance as defined", distance_as_defined, NULL);
    return suite_run("text", &s);
}
