/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which codes stand in which edition, and what a rule in the codes of one edition has of
 * a code of another. Hand-checked in the UN's correlation tables. */
#include "mirrorgap/hs_map.h"
#include "scratch.h"

static mg_ref *ref;
static mg_hs_map *map;

enum { H0 = 1, H1, H2, H3, H4, H5, H6 };

struct has_case {
    const char *name;
    unsigned edition;
    const char *hs;
    bool has;
};

static struct has_case has_cases[] = {
    {"chapter", H4, "27", true},
    {"chapter 77 is kept free", H5, "77", false},
    {"heading", H5, "2710", true},
    {"light oils are new in H2", H1, "271011", false},
    {"light oils in H2", H2, "271011", true},
    {"light oils have another code in H4", H4, "271011", false},
    {"warships", H2, "890610", true},
    {"drones are new in H6", H5, "8806", false},
    {"drones", H6, "880621", true},
    {"no edition", 0, "27", false},
};

static void check_has(void **state)
{
    const struct has_case *c = *state;

    assert_int_equal(mg_hs_map_has(map, c->edition, hs_of(c->hs)), c->has);
}

struct cover_case {
    const char *name;
    unsigned rule_edition;
    const char *rule;
    unsigned edition;
    const char *hs;
    mg_cover cover;
};

static struct cover_case cover_cases[] = {
    {"same edition, inside", H5, "2701", H5, "270112", MG_COVER_WHOLE},
    {"same edition, outside", H5, "2701", H5, "270210", MG_COVER_NONE},
    {"unchanged over all editions", H5, "2701", H0, "270112", MG_COVER_WHOLE},
    {"a rule finer than the row", H5, "2701", H5, "27", MG_COVER_PART},
    {"the same in another edition", H5, "2701", H0, "27", MG_COVER_PART},
    {"a chapter of another edition", H5, "44", H2, "44", MG_COVER_WHOLE},
    {"a chapter and its codes", H5, "44", H0, "440310", MG_COVER_WHOLE},
    {"renumbered heading: parts of aircraft", H6, "880730", H5, "880330", MG_COVER_PART},
    {"not their trifle in parts of television sets", H6, "852990", H5, "880330",
     MG_COVER_NONE},
    {"parts of television sets are what they were", H6, "852990", H5, "852990",
     MG_COVER_WHOLE},
    {"displays were parts of many goods", H5, "85", H6, "852411", MG_COVER_PART},
    {"chips are no arms", H2, "9306", H5, "854231", MG_COVER_NONE},
    {"nor arms chips", H5, "8542", H2, "930690", MG_COVER_NONE},
    {"and forward, whole", H5, "880330", H6, "880730", MG_COVER_WHOLE},
    {"a split code, backward: a part", H6, "852589", H5, "852580", MG_COVER_PART},
    {"a split code, forward: whole", H5, "852580", H6, "852589", MG_COVER_WHOLE},
    {"sculptures split by age", H5, "9703", H6, "970310", MG_COVER_WHOLE},
    {"sculptures split by age, backward", H6, "970310", H5, "970300", MG_COVER_PART},
    {"light oils of H2 may hold biodiesel, which H4 has apart", H4, "271012", H2,
     "271011", MG_COVER_PART},
    {"all oil but crude of H0 in a rule of H4", H4, "2710", H0, "271000", MG_COVER_WHOLE},
    {"light oils are a part of it", H4, "271012", H0, "271000", MG_COVER_PART},
    {"a heading with another meaning: records are no displays", H6, "8524", H2, "8524",
     MG_COVER_NONE},
    {"unknown edition: by text", H5, "2710", 0, "271000", MG_COVER_WHOLE},
    {"unknown edition, finer rule", H5, "271012", 0, "2710", MG_COVER_PART},
    {"a code that no edition has", H5, "9999", H4, "999999", MG_COVER_WHOLE},
    {"letters", H5, "99", H4, "9999AA", MG_COVER_WHOLE},
    {"no total falls under a rule", H5, "27", H5, "TOTAL", MG_COVER_NONE},
    {"waste takes goods from any code, which is not told", H5, "84", H6, "854921",
     MG_COVER_NONE},
};

static void check_cover(void **state)
{
    const struct cover_case *c = *state;
    const uint32_t hs = hs_of(c->hs);
    const uint32_t rule = hs_of(c->rule);

    assert_int_equal(mg_hs_map_cover(map, c->rule_edition, rule, c->edition, hs),
                     c->cover);
}

/* Over all codes and steps: a code covers itself, what it comes to stands in that
 * edition and is in order, and reach() says what cover() says. */
static void reach_and_cover_agree(void **state)
{
    uint32_t there[1024];
    size_t codes = 0;
    (void)state;

    for (unsigned edition = H0; edition <= H6; edition++)
        for (unsigned c = 0; c < 1000000; c += 10) {
            char text[8];
            snprintf(text, sizeof text, "%06u", c);
            const uint32_t hs = hs_of(text);
            if (!mg_hs_map_has(map, edition, hs))
                continue;
            codes++;
            assert_int_equal(mg_hs_map_cover(map, edition, hs, edition, hs),
                             MG_COVER_WHOLE);
            for (unsigned to = H0; to <= H6; to++) {
                const size_t n = mg_hs_map_reach(map, edition, hs, to, there, 1024);
                assert_true(n <= 1024);
                for (size_t i = 0; i < n; i++) {
                    assert_true(mg_hs_map_has(map, to, there[i]));
                    assert_true(i == 0 || there[i] > there[i - 1]);
                    assert_int_equal(mg_hs_map_cover(map, to, there[i], edition, hs),
                                     n == 1 ? MG_COVER_WHOLE : MG_COVER_PART);
                }
            }
        }
    assert_true(codes > 1000);
}

struct bad_case {
    const char *name;
    const char *table, *text, *says;
    uint64_t line;
};

static struct bad_case bad_cases[] = {
    {"no code", "hs_codes.csv", "hs,editions\n01,H0\n", "six-digit", 2},
    {"no edition", "hs_codes.csv", "hs,editions\n010110,H9\n", "H9", 2},
    {"out of order", "hs_codes.csv", "hs,editions\n010111,H0\n010110,H0\n", "above", 3},
    {"a jump", "hs_links.csv", "from,to,before,after\nH0,H2,010111,010111\n", "follow",
     2},
    {"a code of another edition", "hs_links.csv",
     "from,to,before,after\nH0,H1,880621,010111\n", "880621", 2},
};

static void check_bad(void **state)
{
    const struct bad_case *c = *state;
    mg_hs_map *none = (mg_hs_map *)1;
    scratch_path dir;
    mg_ref *own = NULL;
    mg_error err = {0};

    scratch_tables(dir, c->table, c->text);
    assert_int_equal(mg_ref_load(dir, &own, NULL), MG_OK);
    assert_int_equal(mg_hs_map_load(own, &none, &err), MG_E_PARSE);
    assert_null(none);
    assert_int_equal(err.line, c->line);
    assert_non_null(strstr(err.what, c->says));
    mg_ref_free(own);
    sweep_folder(dir);
}

int main(void)
{
    static struct suite s;
    mg_error err = {0};

    if (mg_ref_load(MG_TEST_REF, &ref, &err) != MG_OK ||
        mg_hs_map_load(ref, &map, &err) != MG_OK) {
        fprintf(stderr, "%s:%d: %s\n", err.where, (int)err.line, err.what);
        return 1;
    }
    SUITE_CASES(&s, has_cases, check_has);
    SUITE_CASES(&s, cover_cases, check_cover);
    suite_add(&s, "reach and cover agree", reach_and_cover_agree, NULL);
    SUITE_CASES(&s, bad_cases, check_bad);
    int failed = suite_run("hs_map", &s);
    mg_hs_map_free(map);
    mg_ref_free(ref);
    return failed;
}
