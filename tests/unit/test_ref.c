/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tables of datasets/ref, as they are delivered. */
#include <sys/stat.h>
#include <unistd.h>

#include "mirrorgap/ref.h"
#include "scratch.h"

static mg_ref *ref;

struct area_case {
    const char *name; /* of the area */
    unsigned year;
    int code;
};

static struct area_case area_cases[] = {
    {"CHN", 2016, 156},
    {"chn", 0, 156},
    {"China", 2016, 156},
    {"Brazil", 2023, 76},
    {"SDN", 2010, 736},
    {"SDN", 2015, 729},
    {"Sudan", 2020, 729},
    {"PRK", 2016, 408},
    {"W00", 2016, 0},
    {"WLD", 2016, 0},
    {"Other Asia, nes", 2016, 490},
    {"USA", 2016, 842},
    {"FRA", 2016, 251},
    {"DEU", 1985, 280},
    {"DEU", 2016, 276},
    {"DDR", 1985, 278},
    {"SUN", 1988, 810},
    {"YUG", 1988, 890},
    {"SCG", 2004, 891},
    {"SRB", 2016, 688},
    {"C\xc3\xb4te d'Ivoire", 2016, 384},
    {"C\xf4te d'Ivoire", 2016, 384},
    {"Atlantis", 2016, -1},
    {"", 2016, -1},
    {"...", 2016, -1},
};

static void check_area(void **state)
{
    const struct area_case *c = *state;

    assert_int_equal(mg_ref_find_area(ref, cell_of(c->name), c->year), c->code);
}

static void areas_by_code(void **state)
{
    (void)state;
    assert_int_equal(mg_ref_kind(ref, 0), MG_AREA_WORLD);
    assert_int_equal(mg_ref_kind(ref, 156), MG_AREA_COUNTRY);
    assert_int_equal(mg_ref_kind(ref, 97), MG_AREA_GROUP);
    assert_int_equal(mg_ref_kind(ref, 918), MG_AREA_GROUP);
    assert_int_equal(mg_ref_kind(ref, 490), MG_AREA_COUNTRY); /* Taiwan */
    assert_int_equal(mg_ref_kind(ref, 12345), MG_AREA_UNKNOWN);
    assert_int_equal(mg_ref_kind(ref, 70000), MG_AREA_UNKNOWN);
    assert_null(mg_ref_area(ref, 12345));
    assert_null(mg_ref_area(ref, UINT32_MAX));
    assert_string_equal(mg_ref_iso3(ref, 76), "BRA");
    assert_string_equal(mg_ref_iso3(ref, 12345), "");
    assert_string_equal(mg_ref_area(ref, 76)->name, "Brazil");
}

/* The list of CONTRACT 3: areas that are no country. */
static void areas_nes(void **state)
{
    static const unsigned codes[] = {899, 837, 838, 839, 568, 129, 221, 290, 471, 472,
                                     473, 492, 527, 536, 577, 636, 637, 697, 879};

    (void)state;
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        if (mg_ref_kind(ref, codes[i]) != MG_AREA_NES)
            fail_msg("%u is no area nes", codes[i]);
}

static void places(void **state)
{
    const mg_area *korea = mg_ref_area(ref, 410);
    const mg_area *mongolia = mg_ref_area(ref, 496);
    const mg_area *nes = mg_ref_area(ref, 899);

    (void)state;
    assert_int_equal(korea->continent, MG_CONTINENT_ASIA);
    assert_string_equal(korea->region, "Eastern Asia");
    assert_int_equal(korea->landlocked, 0);
    assert_int_equal(korea->advanced, 1);
    assert_int_equal(mongolia->landlocked, 1);
    assert_int_equal(mongolia->advanced, 0);
    assert_int_equal(mg_ref_area(ref, 643)->continent, MG_CONTINENT_ASIA); /* as CEPII */
    assert_string_equal(mg_ref_area(ref, 36)->region, "Australia and New Zealand");
    assert_int_equal(nes->landlocked, -1);
    assert_int_equal(nes->advanced, -1);
    assert_int_equal(nes->continent, MG_CONTINENT_NONE);
    assert_string_equal(nes->region, "");
    assert_string_equal(mg_continent_name(MG_CONTINENT_PACIFIC), "Pacific");
    assert_string_equal(mg_continent_name(99), "");
}

static void borders(void **state)
{
    (void)state;
    assert_true(mg_ref_border(ref, 156, 408));
    assert_true(mg_ref_border(ref, 408, 156));
    assert_true(mg_ref_border(ref, 408, 810));  /* the Soviet Union */
    assert_true(mg_ref_border(ref, 280, 278));  /* the two Germanies */
    assert_false(mg_ref_border(ref, 276, 278)); /* never at one time */
    assert_false(mg_ref_border(ref, 156, 410));
    assert_false(mg_ref_border(ref, 156, 156));
    assert_false(mg_ref_border(ref, 899, 156));
    assert_false(mg_ref_border(ref, 70000, 156));
}

struct valuation_case {
    const char *name;
    unsigned reporter, flow, year;
    int basis, system;
};

static struct valuation_case valuation_cases[] = {
    {"China", 156, MG_FLOW_M, 2016, MG_BASIS_CIF, MG_SYSTEM_GENERAL},
    {"China's exports", 156, MG_FLOW_X, 2016, MG_BASIS_FOB, MG_SYSTEM_GENERAL},
    {"Canada", 124, MG_FLOW_M, 2016, MG_BASIS_FOB, MG_SYSTEM_GENERAL},
    {"re-imports are imports", 124, MG_FLOW_RM, 2016, MG_BASIS_FOB, MG_SYSTEM_GENERAL},
    {"after the last year", 124, MG_FLOW_M, 2050, MG_BASIS_FOB, MG_SYSTEM_GENERAL},
    {"before the first", 124, MG_FLOW_M, 1962, MG_BASIS_FOB, MG_SYSTEM_GENERAL},
    {"Brazil before", 76, MG_FLOW_M, 1999, MG_BASIS_CIF, MG_SYSTEM_SPECIAL},
    {"Brazil after", 76, MG_FLOW_M, 2000, MG_BASIS_MIXED, MG_SYSTEM_SPECIAL},
    {"a gap in the years", 324, MG_FLOW_M, 2010, MG_BASIS_CIF, MG_SYSTEM_SPECIAL},
    {"Italy by its new code", 380, MG_FLOW_M, 2016, MG_BASIS_CIF, MG_SYSTEM_SPECIAL},
    {"a silent reporter", 408, MG_FLOW_M, 2016, MG_BASIS_UNKNOWN, MG_SYSTEM_UNKNOWN},
    {"no area", 12345, MG_FLOW_M, 2016, MG_BASIS_UNKNOWN, MG_SYSTEM_UNKNOWN},
};

static void check_valuation(void **state)
{
    const struct valuation_case *c = *state;
    mg_valuation got = mg_ref_valuation(ref, c->reporter, c->flow, c->year);

    assert_string_equal(mg_basis_name(got.basis), mg_basis_name((unsigned)c->basis));
    assert_string_equal(mg_trade_system_name(got.system),
                        mg_trade_system_name((unsigned)c->system));
}

static void selecting(void **state)
{
    uint8_t *set = calloc(65536, 1);

    (void)state;
    assert_non_null(set);
    assert_true(mg_ref_select_areas(ref, cell_of("SDN"), set));
    assert_true(set[736] && set[729]);
    assert_false(set[156]);
    assert_true(mg_ref_select_areas(ref, cell_of("Italy"), set));
    assert_true(set[380] && set[381]);
    assert_true(mg_ref_select_areas(ref, cell_of("12345"), set));
    assert_true(set[12345]);
    assert_false(mg_ref_select_areas(ref, cell_of("65536"), set));
    assert_false(mg_ref_select_areas(ref, cell_of("Atlantis"), set));
    assert_false(mg_ref_select_areas(ref, cell_of(""), set));
    free(set);
}

struct flow_case {
    const char *name;
    bool wits;
    int flow; /* 0: unknown */
    bool sub;
};

static struct flow_case flow_cases[] = {
    {"M", false, MG_FLOW_M, false},
    {"X", false, MG_FLOW_X, false},
    {"1", false, MG_FLOW_M, false},
    {"2", false, MG_FLOW_X, false},
    {"3", false, MG_FLOW_RX, false},
    {"4", false, MG_FLOW_RM, false},
    {"Import", false, MG_FLOW_M, false},
    {"Exports", false, MG_FLOW_X, false},
    {"re-Export", false, MG_FLOW_RX, false},
    {"Re-Imports", false, MG_FLOW_RM, false},
    {"DX", false, MG_FLOW_X, true},
    {"FM", false, MG_FLOW_M, true},
    {"MIP", false, MG_FLOW_M, true},
    {"XIP", false, MG_FLOW_X, true},
    {"MOP", false, MG_FLOW_M, true},
    {"XOP", false, MG_FLOW_X, true},
    {"5", true, MG_FLOW_M, false},
    {"6", true, MG_FLOW_X, false},
    {"Gross Imp.", true, MG_FLOW_M, false},
    {"Q", false, 0, false},
    {"", false, 0, false},
};

static void check_flow(void **state)
{
    const struct flow_case *c = *state;
    mg_flow_match match = {99, false};
    bool found = mg_ref_find_flow(ref, cell_of(c->name), c->wits, &match);

    assert_int_equal(found, c->flow != 0);
    if (found) {
        assert_int_equal(match.flow, c->flow);
        assert_int_equal(match.sub, c->sub);
    }
}

struct edition_case {
    const char *name;
    int edition;
};

static struct edition_case edition_cases[] = {
    {"HS", 0},      {"NC", 0}, {"H0", 1},  {"H6", 7},  {"HS1992", 1},   {"HS2012", 5},
    {"HS 1992", 1}, {"h4", 5}, {"S4", 11}, {"BE", 12}, {"nothing", -1}, {"H9", -1},
};

static void check_edition(void **state)
{
    const struct edition_case *c = *state;
    int got = mg_ref_find_edition(ref, cell_of(c->name));

    if (c->edition == -2)
        assert_true(got >= MG_EDITION_OTHER);
    else
        assert_int_equal(got, c->edition);
}

static void chapters_and_units(void **state)
{
    (void)state;
    for (int i = 1; i <= 97; i++) {
        char hs2[4];
        snprintf(hs2, sizeof hs2, "%02d", i);
        if (i != 77) /* reserved */
            assert_true(mg_ref_chapter(ref, hs2)[0] != '\0');
    }
    assert_string_equal(mg_ref_chapter(ref, "01"), "Live animals");
    assert_string_equal(mg_ref_chapter(ref, "00"), "");
    assert_string_equal(mg_ref_chapter(ref, "TO"), "");
    assert_string_equal(mg_ref_unit(ref, 8), "kg");
    assert_string_equal(mg_ref_unit(ref, 2), "m\xc2\xb2");
    assert_true(mg_ref_unit(ref, -1)[0] != '\0');
    assert_string_equal(mg_ref_unit(ref, -2), "");
    assert_string_equal(mg_ref_unit(ref, 1000), "");
}

static void units_measure(void **state)
{
    mg_unit_info kg = mg_ref_unit_info(ref, 8);
    mg_unit_info tonne = mg_ref_unit_info(ref, 21);
    mg_unit_info litre = mg_ref_unit_info(ref, 7);

    (void)state;
    assert_true(kg.family >= 0 && kg.family == tonne.family && kg.family != litre.family);
    assert_near(kg.to_base, 1, 0);
    assert_near(tonne.to_base, 1000, 0);
    assert_near(litre.to_base, .001, 0);
    assert_near(mg_ref_unit_info(ref, 19).to_base, .158987294928, 0);
    assert_int_equal(mg_ref_unit_info(ref, 12).family, litre.family);
    assert_int_not_equal(mg_ref_unit_info(ref, 5).family,
                         mg_ref_unit_info(ref, 6).family);
    static const int none[] = {-2, -1, 0, 1, 42, 63, 64, 1000};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        assert_int_equal(mg_ref_unit_info(ref, none[i]).family, -1);
        assert_true(isnan(mg_ref_unit_info(ref, none[i]).to_base));
    }
}

static void folder(void **state)
{
    mg_ref *none = (mg_ref *)1;
    mg_error err = {0};

    (void)state;
    assert_string_equal(mg_ref_folder(ref), MG_TEST_REF);
    assert_int_equal(mg_ref_load("/nonexistent", &none, &err), MG_E_IO);
    assert_null(none);
    assert_non_null(strstr(err.what, "MIRRORGAP_DATA"));
    mg_ref_free(NULL);
}

/* Tables that are wrong are refused, with file and line. */
struct bad_case {
    const char *name;
    const char *row; /* a second row of countries.csv */
    const char *says;
};

static struct bad_case bad_cases[] = {
    {"a code twice", "156,AAA,AA,Again,,,country,0,,,,,,,,", "twice"},
    {"a code that is none", "x,AAA,AA,Bad,,,country,0,,,,,,,,", "code"},
    {"a code too large", "65536,AAA,AA,Bad,,,country,0,,,,,,,,", "code"},
    {"a kind that is none", "1,AAA,AA,Bad,,,planet,0,,,,,,,,", "kind"},
    {"a latitude beyond the pole", "1,AAA,AA,Bad,,,country,0,91,0,,,,,,", "lat"},
    {"a year that is none", "1,AAA,AA,Bad,MCM,,country,0,,,,,,,,", "from_year"},
    {"a coast that is maybe", "1,AAA,AA,Bad,,,country,0,0,0,maybe,,,,,", "landlocked"},
    {"a continent that is none", "1,AAA,AA,Bad,,,country,0,0,0,0,Mu,,,,", "continent"},
    {"an economy of grade 2", "1,AAA,AA,Bad,,,country,0,0,0,0,Asia,,2,,", "advanced"},
};

static void check_bad(void **state)
{
    const struct bad_case *c = *state;
    scratch_path dir;
    char path[SCRATCH_PATH + 16];
    char text[512];
    mg_ref *none = NULL;
    mg_error err = {0};

    snprintf(text, sizeof text,
             "code,iso3,iso2,name,from_year,to_year,kind,prefer,lat,lon,landlocked,"
             "continent,region,advanced,aliases,note\n"
             "156,CHN,CN,China,,,country,0,,,,,,,,\n%s\n",
             c->row);
    scratch_tables(dir, "countries.csv", text);
    snprintf(path, sizeof path, "%s/countries.csv", dir);
    mg_status status = mg_ref_load(dir, &none, &err);
    sweep_folder(dir);
    assert_int_equal(status, MG_E_PARSE);
    assert_null(none);
    assert_int_equal(err.line, 3);
    assert_string_equal(err.where, path);
    assert_non_null(strstr(err.what, c->says));
}

int main(void)
{
    static struct suite s;
    mg_error err = {0};

    if (mg_ref_load(MG_TEST_REF, &ref, &err) != MG_OK) {
        fprintf(stderr, "%s: %s\n", err.where, err.what);
        return 1;
    }
    SUITE_CASES(&s, area_cases, check_area);
    suite_add(&s, "areas by code", areas_by_code, NULL);
    suite_add(&s, "areas nes", areas_nes, NULL);
    suite_add(&s, "places", places, NULL);
    suite_add(&s, "borders", borders, NULL);
    SUITE_CASES(&s, valuation_cases, check_valuation);
    suite_add(&s, "selecting", selecting, NULL);
    SUITE_CASES(&s, flow_cases, check_flow);
    SUITE_CASES(&s, edition_cases, check_edition);
    suite_add(&s, "chapters and units", chapters_and_units, NULL);
    suite_add(&s, "units measure", units_measure, NULL);
    suite_add(&s, "folder", folder, NULL);
    SUITE_CASES(&s, bad_cases, check_bad);
    int failed = suite_run("ref", &s);
    mg_ref_free(ref);
    return failed;
}
