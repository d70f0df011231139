/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The delivered unions, and tables that are wrong. */
#include "mirrorgap/unions.h"
#include "scratch.h"

static mg_ref *ref;
static mg_unions *unions;

struct union_case {
    const char *name;
    unsigned code, year, whole;
    mg_union_kind kind;
    bool succession;
};

static struct union_case union_cases[] = {
    {"Russia 1990", 643, 1990, 810, MG_UNION_SUCCESSION, false},
    {"Russia 1991", 643, 1991, 810, MG_UNION_SUCCESSION, true},
    {"Russia 1992", 643, 1992, 643, MG_UNION_NONE, true},
    {"Russia 1993", 643, 1993, 643, MG_UNION_NONE, true},
    {"Russia 1994", 643, 1994, 643, MG_UNION_NONE, false},
    {"the Soviet Union itself", 810, 1991, 810, MG_UNION_NONE, true},
    {"Serbia in Yugoslavia", 688, 1991, 890, MG_UNION_SUCCESSION, true},
    {"Serbia in Serbia and Montenegro", 688, 2005, 891, MG_UNION_SUCCESSION, true},
    {"Serbia between two successions", 688, 2000, 891, MG_UNION_SUCCESSION, false},
    {"Serbia 2006", 688, 2006, 688, MG_UNION_NONE, true},
    {"Sudan 2011", 729, 2011, 736, MG_UNION_SUCCESSION, true},
    {"Sudan 2012", 729, 2012, 729, MG_UNION_NONE, true},
    {"Curacao 2011", 531, 2011, 530, MG_UNION_SUCCESSION, true},
    {"Italy's old code", 381, 2014, 380, MG_UNION_VARIANT, false},
    {"Italy", 380, 2014, 380, MG_UNION_NONE, false},
    {"Reunion 1995", 638, 1995, 638, MG_UNION_NONE, true},
    {"Reunion 1996", 638, 1996, 251, MG_UNION_CUSTOMS, true},
    {"Reunion 2020", 638, 2020, 251, MG_UNION_CUSTOMS, false},
    {"Mayotte 2013", 175, 2013, 175, MG_UNION_NONE, true},
    {"Luxembourg 1998", 442, 1998, 58, MG_UNION_CUSTOMS, true},
    {"South Africa 1999", 710, 1999, 711, MG_UNION_CUSTOMS, true},
    {"South Africa 2000", 710, 2000, 710, MG_UNION_NONE, true},
    {"West Germany 1990", 280, 1990, 280, MG_UNION_NONE, true},
    {"West Germany 1991", 280, 1991, 276, MG_UNION_SUCCESSION, true},
    {"China", 156, 1991, 156, MG_UNION_NONE, false},
    {"no area", 12345, 1991, 12345, MG_UNION_NONE, false},
    {"no code at all", 70000, 1991, 70000, MG_UNION_NONE, false},
};

static void check_union(void **state)
{
    const struct union_case *c = *state;

    assert_int_equal(mg_union_of(unions, c->code, c->year), c->whole);
    assert_int_equal(mg_union_kind_of(unions, c->code, c->year), c->kind);
    assert_int_equal(mg_union_succession(unions, c->code, c->year), c->succession);
}

/* The map is mg_union_of() of each code, and mapping twice changes nothing. */
static void map_as_lookup(void **state)
{
    uint16_t *map = malloc(MG_AREA_CODES * sizeof *map);

    (void)state;
    assert_non_null(map);
    for (unsigned year = 1985; year <= 2030; year += 3) {
        mg_unions_map(unions, year, map);
        for (unsigned code = 0; code < MG_AREA_CODES; code++) {
            assert_int_equal(map[code], mg_union_of(unions, code, year));
            assert_int_equal(map[map[code]], map[code]);
        }
    }
    mg_unions_map(unions, 1991, map);
    assert_int_equal(map[643], map[804]); /* self trade within the union */
    assert_int_equal(map[643], map[810]);
    assert_int_not_equal(map[643], map[156]);
    free(map);
}

struct bad_case {
    const char *name;
    const char *row; /* after 810,643,1988,1991,succession,1992, */
    const char *says;
};

static struct bad_case bad_cases[] = {
    {"an unknown code", "810,12345,1988,1991,succession,1992,", "'code'"},
    {"an unknown union", "12345,643,1992,1992,succession,1992,", "'union'"},
    {"a code that is no number", "810,RUS,1988,1991,succession,1992,", "'code'"},
    {"a year that is none", "810,804,88,1991,succession,1992,", "'from_year'"},
    {"years in reverse", "810,804,1991,1988,succession,1992,", "'to_year'"},
    {"a kind that is none", "810,804,1988,1991,empire,1992,", "'kind'"},
    {"its own union", "810,810,1988,1991,variant,,", "its own"},
    {"two unions in one year", "200,643,1991,1995,union,,", "two unions"},
    {"an open second union", "200,643,,,union,,", "two unions"},
    {"a union that is a member", "643,804,1990,1990,union,,", "a member"},
    {"a member that is a union", "200,810,1990,1990,union,,", "a member"},
};

/* Loads a table of one good row and `row` (NULL: no table). */
static mg_status load_rows(const char *row, mg_unions **got, mg_error *err)
{
    scratch_path dir;
    char text[256];
    mg_ref *own = NULL;

    snprintf(text, sizeof text,
             "union,code,from_year,to_year,kind,succession,note\n"
             "810,643,1988,1991,succession,1992,\n%s\n",
             row != NULL ? row : "");
    scratch_tables(dir, "unions.csv", row != NULL ? text : NULL);
    assert_int_equal(mg_ref_load(dir, &own, NULL), MG_OK);
    mg_status status = mg_unions_load(own, got, err);
    mg_ref_free(own);
    sweep_folder(dir);
    return status;
}

static void check_bad(void **state)
{
    const struct bad_case *c = *state;
    mg_unions *none = (mg_unions *)1;
    mg_error err = {0};

    assert_int_equal(load_rows(c->row, &none, &err), MG_E_PARSE);
    assert_null(none);
    assert_int_equal(err.line, 3);
    if (strstr(err.what, c->says) == NULL)
        fail_msg("'%s' does not say %s", err.what, c->says);
}

static void good_and_missing(void **state)
{
    mg_unions *got = NULL;
    mg_error err = {0};

    (void)state;
    assert_int_equal(load_rows("200,643,1992,,union,,", &got, &err), MG_OK);
    assert_int_equal(mg_union_of(got, 643, 1991), 810);
    assert_int_equal(mg_union_of(got, 643, 2020), 200);
    mg_unions_free(got);
    assert_int_equal(load_rows(NULL, &got, &err), MG_E_IO);
    assert_null(got);
    mg_unions_free(NULL);
}

int main(void)
{
    static struct suite s;
    mg_error err = {0};

    if (mg_ref_load(MG_TEST_REF, &ref, &err) != MG_OK ||
        mg_unions_load(ref, &unions, &err) != MG_OK) {
        fprintf(stderr, "%s: %s\n", err.where, err.what);
        return 1;
    }
    SUITE_CASES(&s, union_cases, check_union);
    suite_add(&s, "the map", map_as_lookup, NULL);
    SUITE_CASES(&s, bad_cases, check_bad);
    suite_add(&s, "good and missing", good_and_missing, NULL);
    int failed = suite_run("unions", &s);
    mg_unions_free(unions);
    mg_ref_free(ref);
    return failed;
}
