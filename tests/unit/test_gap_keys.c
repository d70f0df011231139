/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What gaps are told by: keys read, those refused that clash, and each key printed as
 * what it was made of. */
#include "app/gap_keys.h"

#include "testing.h"

static mg_ref *ref;
static mg_output *output; /* of CSV, to nowhere */

struct read_case {
    const char *name; /* the keys, as the user writes them */
    const char *columns;
    int level;
    bool by_country;
};

static struct read_case read_cases[] = {
    {"exporter", "exporter,exporter_iso3", 0, false},
    {"importer", "importer,importer_iso3", 0, false},
    {"pair", "exporter,exporter_iso3,importer,importer_iso3", 0, false},
    {"country", "country,country_iso3", 0, true},
    {"period,year", "period,year", 0, false},
    {"hs2", "hs2", 2, false},
    {"hs4,hs2", "hs4,hs2", 4, false},
    {"hs6", "hs6", 6, false},
    {"section", "section", 2, false},
    {"exporter_region,importer_region", "exporter_region,importer_region", 0, false},
    {"region", "exporter_region,importer_region", 0, false},
    {"country,exporter,period", "country,country_iso3,exporter,exporter_iso3,period", 0,
     true},
    {"hs2,exporter,", "hs2,exporter,exporter_iso3", 2, false}, /* a comma too many */
    {"", "", 0, false},                                        /* one row for all */
};

static void check_read(void **state)
{
    const struct read_case *c = *state;
    mg_output_column columns[GAP_KEYS * 4];
    struct gap_keys keys;
    char text[256] = "";

    assert_int_equal(gap_keys_read(&keys, c->name, ref, NULL), MG_OK);
    assert_int_equal(gap_keys_level(&keys), c->level);
    assert_int_equal(keys.by_country, c->by_country);
    size_t n = gap_key_columns(&keys, columns);
    for (size_t i = 0; i < n; i++) {
        strcat(text, i > 0 ? "," : "");
        strcat(text, columns[i].name);
    }
    assert_string_equal(text, c->columns);
    gap_keys_release(&keys);
}

struct refused_case {
    const char *name, *by, *says;
};

static struct refused_case refused_cases[] = {
    {"no such key", "exporter,frog", "'frog'"},
    {"the beginning of one", "export", "'export'"},
    {"more than one", "exporters", "'exporters'"},
    {"an upper case one", "HS2", "'HS2'"},
    {"none between commas", "exporter,,hs2", "''"},
    {"twice", "hs2,period,hs2", "'hs2' is asked for twice"},
    {"pair and exporter", "pair,exporter", "'exporter' is asked for twice"},
    {"importer and pair", "importer,pair", "'pair' is asked for twice"},
    {"region and one of its", "region,importer_region", "'importer_region'"},
    {"one of its and region", "exporter_region,region", "'region'"},
    {"too many", "pair,country,hs4,hs6,period", "too many"},
};

static void check_refused(void **state)
{
    const struct refused_case *c = *state;
    struct gap_keys keys;
    mg_error err = {0};

    assert_int_equal(gap_keys_read(&keys, c->by, ref, &err), MG_E_RANGE);
    if (strstr(err.what, c->says) == NULL)
        fail_msg("'%s' does not say %s", err.what, c->says);
    gap_keys_release(&keys);
}

enum { CHINA = 156, KOREA = 410, USA = 842, NOWHERE = 65535 };

struct print_case {
    const char *name, *by;
    unsigned exporter, importer;
    const char *hs;
    bool star;
    uint32_t period;
    const char *want;
};

static struct print_case print_cases[] = {
    {"exporter", "exporter", CHINA, USA, "270900", false, 2016, "156,CHN"},
    {"importer, exporter", "importer,exporter", CHINA, USA, "270900", false, 2016,
     "842,USA,156,CHN"},
    {"pair", "pair", CHINA, USA, "270900", false, 2016, "156,CHN,842,USA"},
    {"the importer's side", "country", CHINA, USA, "270900", false, 2016, "842,USA"},
    {"an area nobody knows", "exporter", NOWHERE, USA, "270900", false, 2016, "65535,"},
    {"year", "period,year", CHINA, USA, "27", false, 2016, "2016,2016"},
    {"month", "period,year", CHINA, USA, "27", false, 201612, "201612,2016"},
    {"codes", "hs2,hs4,hs6", CHINA, USA, "010121", false, 2016, "01,0101,010121"},
    {"a component", "hs2,hs4,hs6", CHINA, USA, "030613", true, 2016, "03,0306,030613*"},
    {"no finer than a chapter", "hs2,hs4,hs6", CHINA, USA, "27", false, 2016, "27,,"},
    {"TOTAL", "hs2,section", CHINA, USA, "TOTAL", false, 2016, ","},
    {"letters", "hs4,hs6", CHINA, USA, "9999AA", false, 2016, "9999,9999AA"},
    {"section V", "section,period", CHINA, USA, "2709", false, 2016, "V,2016"},
    {"section XXI", "section", CHINA, USA, "970110", false, 2016, "XXI"},
};

static void print(const struct gap_keys *keys, mg_rollup_key key, char *text, size_t room)
{
    mg_lines lines;

    mg_lines_start(&lines, output);
    gap_key_print(keys, key, &lines);
    assert_true(!lines.failed && lines.n < room);
    memcpy(text, lines.text, lines.n);
    text[lines.n] = '\0';
    mg_lines_release(&lines);
}

static void check_print(void **state)
{
    const struct print_case *c = *state;
    const mg_pair pair = {.exporter = (uint16_t)c->exporter,
                          .importer = (uint16_t)c->importer,
                          .hs = hs_of(c->hs),
                          .notes = c->star ? MG_PAIR_COMPONENT : 0};
    struct gap_keys keys;
    char text[256];

    assert_int_equal(gap_keys_read(&keys, c->by, ref, NULL), MG_OK);
    print(&keys, gap_key_of(&keys, &pair, c->period, c->importer), text, sizeof text);
    assert_string_equal(text, c->want);
    gap_keys_release(&keys);
}

/* Regions as the country table has them, whichever way they are asked for. */
static void regions(void **state)
{
    const mg_pair pair = {.exporter = CHINA, .importer = USA, .hs = hs_of("27")};
    const mg_pair nowhere = {.exporter = NOWHERE, .importer = USA, .hs = hs_of("27")};
    struct gap_keys one;
    struct gap_keys two;
    char a[256];
    char b[256];
    char want[256];

    (void)state;
    assert_int_equal(gap_keys_read(&one, "region", ref, NULL), MG_OK);
    assert_int_equal(gap_keys_read(&two, "exporter_region,importer_region", ref, NULL),
                     MG_OK);
    print(&one, gap_key_of(&one, &pair, 2016, 0), a, sizeof a);
    print(&two, gap_key_of(&two, &pair, 2016, 0), b, sizeof b);
    snprintf(want, sizeof want, "%s,%s", mg_ref_area(ref, CHINA)->region,
             mg_ref_area(ref, USA)->region);
    assert_true(strlen(want) > 3);
    assert_string_equal(a, want);
    assert_string_equal(b, want);
    print(&one, gap_key_of(&one, &nowhere, 2016, 0), a, sizeof a);
    snprintf(want, sizeof want, ",%s", mg_ref_area(ref, USA)->region);
    assert_string_equal(a, want);
    gap_keys_release(&one);
    gap_keys_release(&two);
}

/* Any keys together, of any pair: printed, they are the pair's own; and keys sort as
 * what they are made of, the first one first. */
static void round_trip(void **state)
{
    static const char *const codes[] = {"010121", "27", "2709", "990000", "TOTAL"};
    struct gap_keys keys;
    uint64_t seed = 4;
    mg_rollup_key last = {{0, 0}};
    uint64_t last_period = 0;

    (void)state;
    assert_int_equal(gap_keys_read(&keys, "period,pair,hs6,year", ref, NULL), MG_OK);
    for (int i = 0; i < 2000; i++) {
        const char *hs = codes[random_below(&seed, 5)];
        uint32_t year = 1962 + (uint32_t)random_below(&seed, 80);
        uint32_t month = (uint32_t)random_below(&seed, 13);
        uint32_t period = month > 0 ? year * 100 + month : year;
        const mg_pair pair = {.exporter = (uint16_t)random_bits(&seed),
                              .importer = (uint16_t)random_bits(&seed),
                              .hs = hs_of(hs)};
        mg_rollup_key key = gap_key_of(&keys, &pair, period, 0);
        char text[256];
        char want[256];
        print(&keys, key, text, sizeof text);
        snprintf(want, sizeof want, "%u,%u,%s,%u,%s,%s,%u", period, pair.exporter,
                 mg_ref_iso3(ref, pair.exporter), pair.importer,
                 mg_ref_iso3(ref, pair.importer), strlen(hs) == 6 ? hs : "", year);
        assert_string_equal(text, want);
        if (period != last_period)
            assert_int_equal(key.part[0] != last.part[0] ? key.part[0] < last.part[0]
                                                         : key.part[1] < last.part[1],
                             period < last_period);
        last = key;
        last_period = period;
    }
    gap_keys_release(&keys);
}

int main(void)
{
    static struct suite s;
    const mg_output_options options = {.path = "/dev/null", .format = MG_FORMAT_CSV};
    mg_output_column any[GAP_KEYS];

    for (size_t i = 0; i < GAP_KEYS; i++)
        any[i] = (mg_output_column){"any", "text", "any"};
    if (mg_ref_load(MG_TEST_REF, &ref, NULL) != MG_OK ||
        mg_output_new(&options, &output, NULL) != MG_OK ||
        mg_output_columns(output, "any", any, GAP_KEYS, NULL) != MG_OK)
        return 1;
    SUITE_CASES(&s, read_cases, check_read);
    SUITE_CASES(&s, refused_cases, check_refused);
    SUITE_CASES(&s, print_cases, check_print);
    suite_add(&s, "regions", regions, NULL);
    suite_add(&s, "round trip", round_trip, NULL);
    int failed = suite_run("gap_keys", &s);
    mg_output_free(output);
    mg_ref_free(ref);
    return failed;
}
