/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The ways to scan delimited text: each gives the same ends as a loop over letters,
 * or all of them call the text odd. Texts end where their memory ends. */
#include "mirrorgap/csv.h"
#include "testing.h"

enum { LONGEST = 300 };

static const char *const way_names[] = {"best", "portable", "AVX2"};
static const mg_scan_way ways[] = {MG_SCAN_BEST, MG_SCAN_PORTABLE, MG_SCAN_AVX2};
enum { WAYS = 3 };

struct twin {
    uint32_t ends[LONGEST + 1];
    uint32_t last[LONGEST + 1];
    size_t n_ends, n_records;
    bool odd;   /* must be told */
    bool plain; /* must not be odd */
};

static void twin_end(struct twin *t, size_t at, bool record)
{
    t->ends[t->n_ends++] = (uint32_t)at;
    if (record)
        t->last[t->n_records++] = (uint32_t)(t->n_ends - 1);
}

/* Letter by letter: a field that starts with a quote ends with the next one that is
 * not doubled, and then only a delimiter or line end may follow. */
static void scan_slowly(struct twin *t, const char *text, size_t n, char delimiter)
{
    bool start = true;
    size_t i = 0;

    *t = (struct twin){.plain = memchr(text, '"', n) == NULL};
    for (; i < n && !t->odd; i++) {
        bool quoted = start && text[i] == '"';
        start = false;
        if (quoted) {
            for (i++; i < n && (text[i] != '"' || (i + 1 < n && text[i + 1] == '"'));
                 i++) {
                t->odd |= text[i] == '\0';
                i += text[i] == '"';
            }
            t->odd |= i >= n; /* never closed */
            if (++i >= n)
                break;
            bool crlf = text[i] == '\r' && i + 1 < n && text[i + 1] == '\n';
            t->odd |= text[i] != delimiter && text[i] != '\n' && !crlf;
        }
        t->odd |= text[i] == '\0';
        t->odd |= text[i] == '\r' && (i + 1 == n || text[i + 1] != '\n');
        if (text[i] == delimiter || text[i] == '\n') {
            twin_end(t, i, text[i] == '\n');
            start = true;
        }
    }
    if (n > 0 && text[n - 1] != '\n')
        twin_end(t, n, true);
    t->plain &= !t->odd;
}

static void check_ways(const char *letters, size_t n, char delimiter, mg_scan *scan)
{
    struct twin t;
    char *text = malloc(n + 1);
    bool odd[WAYS];

    assert_non_null(text);
    memmove(text + 1, letters, n);
    scan_slowly(&t, text + 1, n, delimiter);
    for (int w = 0; w < WAYS; w++) {
        assert_int_equal(
            mg_scan_fields(scan, text + 1, n, delimiter, ways[w], &odd[w], NULL), MG_OK);
        bool same =
            odd[w] || (scan->n_ends == t.n_ends && scan->n_records == t.n_records &&
                       memcmp(scan->ends, t.ends, t.n_ends * 4) == 0 &&
                       memcmp(scan->last, t.last, t.n_records * 4) == 0);
        if (!same || odd[w] != odd[0] || (t.odd && !odd[w]) || (t.plain && odd[w])) {
            char shown[4 * LONGEST + 8];
            mg_text_show((mg_cell){letters, n}, shown, sizeof shown);
            fail_msg("%s: odd %d (twin %d, best %d), %zu ends of %zu, %zu records of "
                     "%zu: '%s'",
                     way_names[w], odd[w], t.odd, odd[0], scan->n_ends, t.n_ends,
                     scan->n_records, t.n_records, shown);
        }
    }
    free(text);
}

struct way_case {
    const char *name;
    const char *alphabet; /* 0: NUL, d: the delimiter, q: a quoted field, r: CRLF,
                             h: a control character, b: a byte above 0x7f */
    int rounds;
};

static struct way_case way_cases[] = {
    {"few delimiters", "aaaaaaaaaaaaaaaaaaad\n", 8000},
    {"many delimiters", "dadd\n", 8000},
    {"nothing but delimiters", "d", 3000},
    {"nothing but line ends", "\n", 3000},
    {"blank lines", "a\n\n\nrr", 8000},
    {"CRLF", "aaadr", 8000},
    {"lone CR", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaadrrrrrrrr\r", 8000},
    {"quotes at random", "aaaad\n\"", 8000},
    {"tidy quotes", "qdqdqdq\nqr", 8000},
    {"few quotes", "aaaaaaaaaaaaaaaaaaaaaaaaadaaaaaaaaaaaaaad\nqd", 8000},
    {"quotes only", "\"", 3000},
    {"quotes and ends", "\"\"d\nr", 8000},
    {"NUL", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaadaaaaaaad\n0", 8000},
    {"control characters", "ahhhd\n", 8000},
    {"bytes above 0x7f", "abbbd\n", 8000},
    {"everything", "aad\n\r\"0qrhb", 8000},
};

static const char delimiters[] = {',', ';', '\t', '|', '\1', '\13', ' '};

static size_t some_text(uint64_t *seed, const char *alphabet, char delimiter, char *text)
{
    static const char *const fields[] = {"\"\"",          "\"a,;\t\"", "\"a\"\"b\"",
                                         "\"\r\n\"",      "\"\"\"\"",  "\"\n\n\n\"",
                                         "\"d\"\"\"\"e\""};
    size_t want = random_below(seed, LONGEST - 7);
    size_t n = 0;

    if (random_below(seed, 3) == 0) /* around the ends of blocks */
        want = 64 * random_below(seed, 5) + random_below(seed, 5);
    while (n < want && n < LONGEST - 8) {
        char letter = alphabet[random_below(seed, strlen(alphabet))];
        if (letter == 'q')
            n += (size_t)sprintf(text + n, "%s", fields[random_below(seed, 7)]);
        else if (letter == 'r')
            n += (size_t)sprintf(text + n, "\r\n");
        else
            text[n++] = letter == '0'   ? '\0'
                        : letter == 'd' ? delimiter
                        : letter == 'h' ? (char)(1 + random_below(seed, 31))
                        : letter == 'b' ? (char)(128 + random_below(seed, 128))
                                        : letter;
    }
    return n;
}

static void check_case(void **state)
{
    const struct way_case *c = *state;
    uint64_t seed = strlen(c->name);
    mg_scan scan = {0};
    char text[LONGEST + 16];

    for (int i = 0; i < c->rounds; i++) {
        char delimiter = delimiters[random_below(&seed, sizeof delimiters)];
        size_t n = some_text(&seed, c->alphabet, delimiter, text);
        check_ways(text, n, delimiter, &scan);
    }
    mg_scan_release(&scan);
}

/* Just so many delimiters in a block of 64, wherever the block begins. */
static void delimiters_in_a_block(void **state)
{
    mg_scan scan = {0};
    char text[LONGEST];
    uint64_t seed = 1;

    (void)state;
    for (size_t n = 0; n <= 64; n++)
        for (int round = 0; round < 60; round++) {
            size_t shift = random_below(&seed, 65);
            memset(text, 'a', sizeof text);
            for (size_t left = n; left > 0;) {
                char *at = text + shift + random_below(&seed, 64);
                left -= *at == 'a';
                *at = random_below(&seed, 6) ? ',' : '\n';
            }
            check_ways(text, shift + 64 + random_below(&seed, 70), ',', &scan);
        }
    mg_scan_release(&scan);
}

/* One odd or special letter at each place of texts of each length. */
static void letters_at_every_place(void **state)
{
    static const char letters[] = {'\0', '\r', '"', ',', '\n', '\t', ' ', '\x8a', '\xac'};
    mg_scan scan = {0};
    char text[LONGEST];

    (void)state;
    for (size_t n = 1; n <= 200; n += n < 10 || n % 64 > 60 || n % 64 < 4 ? 1 : 7)
        for (size_t place = 0; place < n; place++)
            for (size_t l = 0; l < sizeof letters; l++) {
                memset(text, 'a', n);
                text[n / 2] = ',';
                text[place] = letters[l];
                check_ways(text, n, ',', &scan);
                if (place + 1 < n)
                    text[place + 1] = '\n';
                check_ways(text, n, ',', &scan);
            }
    mg_scan_release(&scan);
}

/* A quoted field across the ends of blocks: all in it is text. */
static void quotes_across_blocks(void **state)
{
    mg_scan scan = {0};
    char text[LONGEST];

    (void)state;
    for (size_t from = 0; from < 70; from++)
        for (size_t to = from + 1; to < 210; to += 1 + to % 3) {
            for (size_t i = 0; i < 220; i++)
                text[i] = "a,\nb"[i % 4];
            if (from > 0)
                text[from - 1] = ',';
            text[from] = text[to] = '"';
            check_ways(text, 220, ',', &scan); /* mostly odd: text behind a quote */
            text[to + 1] = to % 2 == 0 ? ',' : '\n';
            check_ways(text, 220, ',', &scan);
            check_ways(text, to + 1, ',', &scan);
        }
    mg_scan_release(&scan);
}

int main(void)
{
    static struct suite s;

    SUITE_CASES(&s, way_cases, check_case);
    suite_add(&s, "so many delimiters in a block", delimiters_in_a_block, NULL);
    suite_add(&s, "letters at every place", letters_at_every_place, NULL);
    suite_add(&s, "quotes across blocks", quotes_across_blocks, NULL);
    return suite_run("csv_ways", &s);
}
