/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The fast scan, in both its ways, against the reference splitter and libcsv. */
#include "csv_both.h"
#include "mirrorgap/csv.h"
#include "testing.h"

struct csv_case {
    const char *name;
    const char *text;
    const char *want; /* fields end with '|', records with '/', bad lines are "!" */
    char delimiter;
};

static struct csv_case csv_cases[] = {
    {"nothing", "", "", ','},
    {"one field", "a", "a|/", ','},
    {"one line", "a,b\n", "a|b|/", ','},
    {"no last line end", "a,b\nc,d", "a|b|/c|d|/", ','},
    {"CRLF", "a,b\r\nc,d\r\n", "a|b|/c|d|/", ','},
    {"CR alone", "a,b\rc,d\r", "a|b|/c|d|/", ','},
    {"mixed line ends", "a\nb\r\nc\rd", "a|/b|/c|/d|/", ','},
    {"empty fields", ",,\n,", "|||/||/", ','},
    {"blank lines", "\n\na\n\r\n\nb\n\n", "a|/b|/", ','},
    {"TAB", "a,b\tc\n", "a,b|c|/", '\t'},
    {"semicolon", "a;b,c\n", "a|b,c|/", ';'},
    {"quoted", "\"a\",\"b\"\n", "a|b|/", ','},
    {"quoted delimiter", "\"a,b\",c\n", "a,b|c|/", ','},
    {"quoted line end", "\"a\nb\",c\n", "a\nb|c|/", ','},
    {"quoted CRLF", "\"a\r\nb\",c\r\n", "a\r\nb|c|/", ','},
    {"doubled quote", "\"a\"\"b\",\"\"\"\"\n", "a\"b|\"|/", ','},
    {"empty quoted", "\"\",a\n", "|a|/", ','},
    {"a quote inside", "a\"b,5\"\n", "a\"b|5\"|/", ','},
    {"quoted last field, no line end", "a,\"b\"", "a|b|/", ','},
    {"blanks stay", " a , b \n", " a | b |/", ','},
    {"text after a quote", "\"a\"b,c\nd,e\n", "!d|e|/", ','},
    {"blank after a quote", "\"a\" ,c\nd,e\n", "!d|e|/", ','},
    {"never closed", "a,\"b\nc,d\n", "!c|d|/", ','},
    {"closed too late", "a,\"b\nc,d\ne,\"f\ng,h\n", "!c|d|/!g|h|/", ','},
    {"NUL", "a\0b,c\nd\n", "!d|/", ','},
    {"odd, then CRLF", "\"a\"b\r\nd\r\n", "!d|/", ','},
};

static size_t case_length(const struct csv_case *c)
{
    return strcmp(c->name, "NUL") == 0 ? 8 : strlen(c->text);
}

static void check_csv(void **state)
{
    const struct csv_case *c = *state;
    struct parsed got = {0};

    assert_true(parse_slowly(c->text, case_length(c), c->delimiter, &got));
    if (strlen(c->want) != got.n || memcmp(c->want, got.text, got.n) != 0)
        fail_msg("'%.*s', not '%s'", (int)got.n, got.text, c->want);
    for (int way = MG_SCAN_BEST; way <= MG_SCAN_PORTABLE; way++) {
        struct parsed fast = {0};
        bool odd = false;
        assert_true(parse_fast(c->text, case_length(c), c->delimiter, (mg_scan_way)way,
                               &odd, &fast));
        assert_true(odd || (fast.n == got.n && memcmp(fast.text, got.text, got.n) == 0));
        free(fast.text);
    }
    free(got.text);
}

/* Where the fast scan must not step aside: or it would be slow on good files. */
static void not_odd(void **state)
{
    static const char *const good[] = {
        "",         "a,b\n",     "\"a\",b\r\n\"c\"\"d\",\"e\nf\"\n",
        "a\"b,c\"", "\r\n\r\na", "a,\"b\""};
    static const char *const bad[] = {"a\rb\n", "\"a\"b\n", "\"a", "a\r", "\"a\" ,b\n"};
    mg_scan scan = {0};
    bool odd;

    (void)state;
    for (int way = MG_SCAN_BEST; way <= MG_SCAN_PORTABLE; way++) {
        for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
            assert_int_equal(mg_scan_fields(&scan, good[i], strlen(good[i]), ',',
                                            (mg_scan_way)way, &odd, NULL),
                             MG_OK);
            /* a quote in a plain field may or may not be odd, but is told rightly */
            assert_true(!odd || strchr(good[i], 'b')[-1] == '"');
        }
        for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
            assert_int_equal(mg_scan_fields(&scan, bad[i], strlen(bad[i]), ',',
                                            (mg_scan_way)way, &odd, NULL),
                             MG_OK);
            assert_true(odd);
        }
    }
    mg_scan_release(&scan);
    mg_scan_release(&scan); /* allowed on a zeroed one */
}

struct random_case {
    const char *name;
    const char *alphabet; /* '0' stands for NUL */
    size_t longest;
    int rounds;
};

static struct random_case random_cases[] = {
    {"random: plain", "aaaa,,\n", 300, 60000},
    {"random: quotes", "aa,,\"\"\"\n", 300, 60000},
    {"random: tidy quotes", "q,,q\nq", 300, 60000}, /* q: a whole quoted field */
    {"random: CRLF", "aaa,,r\n", 300, 60000},       /* r: CRLF */
    {"random: everything", "a,\"\n\r;0x", 300, 60000},
    {"random: short", "a,\"\n\r0", 12, 200000},
    {"random: block edges", "aaaaaaaaaaaaaaaa,\"q\n", 70, 60000},
};

static size_t random_text(uint64_t *seed, const struct random_case *c, char *text)
{
    size_t want = random_below(seed, c->longest + 1);
    size_t n = 0;

    if (random_below(seed, 3) == 0 && c->longest > 130)
        want = 64 * (1 + random_below(seed, 2)) + random_below(seed, 5) - 2;
    while (n < want) {
        char letter = c->alphabet[random_below(seed, strlen(c->alphabet))];
        if (letter == 'q') {
            static const char *const fields[] = {"\"\"", "\"a,b\"", "\"a\"\"b\"",
                                                 "\"\n\"", "\"\"\"\""};
            n += (size_t)sprintf(text + n, "%s,", fields[random_below(seed, 5)]);
            n -= random_below(seed, 2);
        } else if (letter == 'r')
            n += (size_t)sprintf(text + n, "\r\n");
        else
            text[n++] = letter == '0' ? '\0' : letter;
    }
    return n;
}

static void check_random(void **state)
{
    const struct random_case *c = *state;
    uint64_t seed = c->longest + (uint64_t)c->rounds + strlen(c->alphabet);
    int plain = 0;
    char text[400];

    for (int i = 0; i < c->rounds; i++) {
        size_t n = random_text(&seed, c, text);
        char delimiter = random_below(&seed, 8) ? ',' : ';';
        struct parsed slow = {0};
        bool odd[2];
        assert_true(parse_slowly(text, n, delimiter, &slow));
        for (int way = 0; way < 2; way++) {
            struct parsed fast = {0};
            assert_true(
                parse_fast(text, n, delimiter, (mg_scan_way)way, &odd[way], &fast));
            plain += !odd[way];
            if (!odd[way] &&
                (fast.n != slow.n || memcmp(fast.text, slow.text, fast.n) != 0)) {
                char shown[1700];
                mg_text_show((mg_cell){text, n}, shown, sizeof shown);
                fail_msg("way %d: '%s' gives '%.*s', not '%.*s'", way, shown, (int)fast.n,
                         fast.text, (int)slow.n, slow.text);
            }
            free(fast.text);
        }
        assert_int_equal(odd[0], odd[1]);
        free(slow.text);
    }
    assert_true(plain > c->rounds / 100); /* the comparison has taken place */
}

/* The longest part that ends at a newline with an even number of quotes. */
static size_t slow_whole(const char *text, size_t n)
{
    size_t whole = 0;
    bool inside = false;

    for (size_t i = 0; i < n; i++) {
        inside ^= text[i] == '"';
        if (text[i] == '\n' && !inside)
            whole = i + 1;
    }
    return whole;
}

static size_t slow_lines(const char *text, size_t n)
{
    size_t lines = 0;

    for (size_t i = 0; i < n; i++)
        lines +=
            text[i] == '\n' || (text[i] == '\r' && (i + 1 == n || text[i + 1] != '\n'));
    return lines;
}

static void whole_records_and_lines(void **state)
{
    struct random_case mixed = {"", "aaa,\"\n\rr0q", 300, 0};
    uint64_t seed = 11;
    char text[400];

    (void)state;
    for (int i = 0; i < 200000; i++) {
        size_t n = random_text(&seed, &mixed, text);
        assert_int_equal(mg_whole_records(text, n), slow_whole(text, n));
        assert_int_equal(mg_count_lines(text, n), slow_lines(text, n));
    }
    assert_int_equal(mg_count_lines("a\r\nb\rc\nd", 8), 3);
    assert_int_equal(mg_whole_records("a\n\"b\nc", 6), 2);
}

/* A record is the same whether its text comes at once or grows byte by byte. */
static void records_that_grow(void **state)
{
    struct random_case mixed = {"", "aa,\"\n\r0q", 40, 0};
    uint64_t seed = 12;
    char text[400];

    (void)state;
    for (int i = 0; i < 50000; i++) {
        size_t n = random_text(&seed, &mixed, text);
        size_t length = 0;
        size_t early = 0;
        const char *why = NULL;
        const char *early_why = NULL;
        if (n == 0)
            continue;
        mg_record_kind kind = mg_record_next(text, n, true, ',', &length, &why);
        assert_int_not_equal(kind, MG_RECORD_MORE);
        assert_in_range(length, 1, n);
        assert_int_equal(kind == MG_RECORD_BAD, why != NULL);
        for (size_t some = 1; some < n; some++) {
            mg_record_kind first =
                mg_record_next(text, some, false, ',', &early, &early_why);
            if (first == MG_RECORD_MORE)
                continue;
            assert_int_equal(first, kind);
            assert_int_equal(early, length);
        }
    }
}

static void long_records(void **state)
{
    size_t n = MG_RECORD_MAX + 100;
    char *text = malloc(n);
    size_t length = 0;
    const char *why = NULL;

    (void)state;
    assert_non_null(text);
    memset(text, 'a', n);
    text[MG_RECORD_MAX - 1] = '\n';
    assert_int_equal(mg_record_next(text, n, false, ',', &length, &why), MG_RECORD_WHOLE);
    assert_int_equal(length, MG_RECORD_MAX);
    text[MG_RECORD_MAX - 1] = 'a';
    text[n - 1] = '\n';
    for (size_t held = MG_RECORD_MAX; held <= n; held++) { /* however much is there */
        assert_int_equal(mg_record_next(text, held, held == n, ',', &length, &why),
                         MG_RECORD_BAD);
        assert_int_equal(length, MG_RECORD_MAX);
        assert_non_null(strstr(why, "1 MiB"));
    }
    /* short of the limit, but its line goes on beyond it */
    memcpy(text, "a,\"b\"c", 7);
    for (size_t held = 7; held <= n; held++) {
        bool enough = held >= MG_RECORD_MAX;
        assert_int_equal(mg_record_next(text, held, false, ',', &length, &why),
                         enough ? MG_RECORD_BAD : MG_RECORD_MORE);
        if (enough)
            assert_int_equal(length, MG_RECORD_MAX);
        if (held == 100) /* in between it is all the same */
            held = MG_RECORD_MAX - 100;
    }
    free(text);
}

static void unquoting(void **state)
{
    bool doubled;
    mg_cell got = mg_field_unquote(cell_of("\"a\"\"b\""), &doubled);

    (void)state;
    assert_true(doubled);
    assert_int_equal(got.n, 4);
    assert_memory_equal(got.text, "a\"\"b", 4);
    got = mg_field_unquote(cell_of("\"\""), &doubled);
    assert_int_equal(got.n, 0);
    assert_false(doubled);
    got = mg_field_unquote(cell_of("ab"), &doubled);
    assert_int_equal(got.n, 2);
    got = mg_field_unquote(cell_of(""), &doubled);
    assert_int_equal(got.n, 0);
}

int main(void)
{
    static struct suite s;

    SUITE_CASES(&s, csv_cases, check_csv);
    suite_add(&s, "what is odd", not_odd, NULL);
    SUITE_CASES(&s, random_cases, check_random);
    suite_add(&s, "whole records and lines", whole_records_and_lines, NULL);
    suite_add(&s, "records that grow", records_that_grow, NULL);
    suite_add(&s, "long records", long_records, NULL);
    suite_add(&s, "unquoting", unquoting, NULL);
    return suite_run("csv", &s);
}
