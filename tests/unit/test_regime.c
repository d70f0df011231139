/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Regimes as they are delivered, and every fault that a table can have. */
#include <sys/stat.h>

#include "mirrorgap/regime.h"
#include "scratch.h"

static mg_ref *ref;
static mg_hs_map *map;

#define HEADER                                                                           \
    "rule,kind,instrument,target,reporters,direction,good,hs,edition,effective,ends,"    \
    "wind_down,cap,cap_unit,cap_per_tonne,cap_year,exempt_below,exemption,scope,source," \
    "checked,confidence\n"
#define GOOD                                                                             \
    "a,rule,Act "                                                                        \
    "1,PRK,,export,coal,2701,H5,2017-08-05,,2017-09-04,,,,,,,whole,s,c,high\n"

struct faults {
    unsigned n;
    uint64_t line;
    char what[400];
};

static void take_fault(void *self, const char *path, uint64_t line, const char *what)
{
    struct faults *f = self;

    (void)path;
    if (f->n++ == 0) {
        f->line = line;
        snprintf(f->what, sizeof f->what, "%s", what);
    }
}

/* Loads a regime of one's own with these lines. */
static mg_status load_from(const char *mark, const char *lines, struct faults *faults,
                           mg_regime **g, mg_error *err)
{
    const mg_regime_faults told = {take_fault, faults};
    scratch_path dir;
    char path[SCRATCH_PATH + 32];

    scratch_folder(dir);
    snprintf(path, sizeof path, "%s/rules.csv", dir);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(mark, file) >= 0 && fputs(HEADER, file) >= 0 &&
                fputs(lines, file) >= 0);
    assert_int_equal(fclose(file), 0);
    *faults = (struct faults){0};
    mg_status status = mg_regime_load(ref, map, dir, &told, g, err);
    sweep_folder(dir);
    return status;
}

static mg_status load(const char *lines, struct faults *faults, mg_regime **g,
                      mg_error *err)
{
    return load_from("", lines, faults, g, err);
}

struct bad_case {
    const char *name;
    const char *lines, *says;
    uint64_t line;
    unsigned faults;
};

static struct bad_case bad_cases[] = {
    {"no day", "a,rule,A,PRK,,export,g,2701,H5,2017-02-30,,,,,,,,,whole,s,c,high\n",
     "'effective': '2017-02-30'", 2, 1},
    {"a rule without a date", "a,rule,A,PRK,,export,g,2701,H5,,,,,,,,,,whole,s,c,high\n",
     "'effective' is empty", 2, 1},
    {"an end without a beginning",
     "a,watch,A,PRK,,export,g,2701,H5,,2017-01-01,,,,,,,,whole,s,c,high\n", "beginning",
     2, 1},
    {"ends before it begins",
     "a,rule,A,PRK,,export,g,2701,H5,2017-01-02,2017-01-01,,,,,,,,whole,s,c,high\n",
     "'ends'", 2, 1},
    {"grace before it begins",
     "a,rule,A,PRK,,export,g,2701,H5,2017-01-02,,2017-01-01,,,,,,,whole,s,c,high\n",
     "'wind_down'", 2, 1},
    {"grace after the end",
     "a,rule,A,PRK,,export,g,2701,H5,2017-01-02,2017-02-01,2017-03-01,,,,,,,whole,s,c,"
     "high\n",
     "after the end", 2, 1},
    {"a code of another edition",
     "a,rule,A,PRK,,export,g,880730,H5,2017-01-02,,,,,,,,,whole,s,c,high\n",
     "H5 has no code '880730'", 2, 1},
    {"a code of three places",
     "a,rule,A,PRK,,export,g,270,H5,2017-01-02,,,,,,,,,whole,s,c,high\n",
     "2, 4 or 6 places", 2, 1},
    {"no edition", "a,rule,A,PRK,,export,g,27,H7,2017-01-02,,,,,,,,,whole,s,c,high\n",
     "'edition': 'H7'", 2, 1},
    {"no country", "a,rule,A,QQQ,,export,g,27,H5,2017-01-02,,,,,,,,,whole,s,c,high\n",
     "'target': 'QQQ'", 2, 1},
    {"no reporter",
     "a,rule,A,PRK,CHN|YYY,export,g,27,H5,2017-01-02,,,,,,,,,whole,s,c,"
     "high\n",
     "'reporters': 'YYY'", 2, 1},
    {"no direction", "a,rule,A,PRK,,away,g,27,H5,2017-01-02,,,,,,,,,whole,s,c,high\n",
     "none of export, import, both", 2, 1},
    {"no kind", "a,law,A,PRK,,both,g,27,H5,2017-01-02,,,,,,,,,whole,s,c,high\n", "'kind'",
     2, 1},
    {"no confidence", "a,rule,A,PRK,,both,g,27,H5,2017-01-02,,,,,,,,,whole,s,c,sure\n",
     "'confidence': 'sure'", 2, 1},
    {"no scope", "a,rule,A,PRK,,both,g,27,H5,2017-01-02,,,,,,,,,half,s,c,high\n",
     "'scope'", 2, 1},
    {"no source", "a,rule,A,PRK,,both,g,27,H5,2017-01-02,,,,,,,,,whole,,c,high\n",
     "'source' is empty", 2, 1},
    {"a name with a blank",
     "a b,rule,A,PRK,,both,g,27,H5,2017-01-02,,,,,,,,,whole,s,c,"
     "high\n",
     "'rule': 'a b'", 2, 1},
    {"a cap of 0",
     "a,rule,A,PRK,,both,g,27,H5,2017-01-02,,,0,t,,calendar,,,whole,s,c,"
     "high\n",
     "0 is a ban", 2, 1},
    {"a cap that is no number",
     "a,rule,A,PRK,,both,g,27,H5,2017-01-02,,,much,,,,,,whole,s,c,high\n",
     "'cap': 'much'", 2, 1},
    {"a cap without a unit",
     "a,rule,A,PRK,,both,g,27,H5,2017-01-02,,,5,,,calendar,,,whole,s,c,high\n",
     "'cap_unit' is empty", 2, 1},
    {"a unit without a cap",
     "a,rule,A,PRK,,both,g,27,H5,2017-01-02,,,,t,,,,,whole,s,c,high\n", "'cap' is empty",
     2, 1},
    {"a unit that is none",
     "a,rule,A,PRK,,both,g,27,H5,2017-01-02,,,5,gal,,calendar,,,whole,s,c,high\n",
     "'cap_unit': 'gal'", 2, 1},
    {"barrels without their weight",
     "a,rule,A,PRK,,both,g,27,H5,2017-01-02,,,5,bbl,,calendar,,,whole,s,c,high\n",
     "500000/60000", 2, 1},
    {"tonnes with one",
     "a,rule,A,PRK,,both,g,27,H5,2017-01-02,,,5,t,5/1,calendar,,,whole,"
     "s,c,high\n",
     "500000/60000", 2, 1},
    {"no year", "a,rule,A,PRK,,both,g,27,H5,2017-01-02,,,5,t,,13-40,,,whole,s,c,high\n",
     "'cap_year': '13-40'", 2, 1},
    {"a span without end",
     "a,rule,A,PRK,,both,g,27,H5,2017-01-02,,,5,t,,span,,,whole,s,c,high\n",
     "a span needs an end", 2, 1},
    {"lines that disagree on the date",
     GOOD "a,rule,Act 1,PRK,,export,coal,2702,H5,2017-08-06,,2017-09-04,,,,,,,whole,s,c,"
          "high\n",
     "'effective': rule 'a' says otherwise on line 2", 3, 1},
    {"lines that disagree on the direction",
     GOOD "a,rule,Act 1,PRK,,import,coal,2702,H5,2017-08-05,,2017-09-04,,,,,,,whole,s,c,"
          "high\n",
     "'direction'", 3, 1},
    {"one prefix within another",
     GOOD "a,rule,Act 1,PRK,,export,coal,270112,H5,2017-08-05,,2017-09-04,,,,,,,whole,s,"
          "c,high\n",
     "has these goods on line 2 too", 3, 1},
    {"the same prefix twice", GOOD GOOD, "has these goods on line 2 too", 3, 1},
    {"all faults of a file are told",
     "a,rule,A,QQQ,,away,g,2701,H5,2017-02-30,,,,,,,,,whole,s,c,high\n"
     "b,rule,A,PRK,,export,g,270,H5,2017-01-01,,,,,,,,,whole,s,c,high\n",
     "'direction'", 2, 4},
    {"the line of a fault behind blank lines",
     "\n\nb,rule,A,PRK,,export,g,270,H5,2017-01-01,,,,,,,,,whole,s,c,high\n", "2, 4 or 6",
     4, 1},
    {"the line of a fault behind a cell of two lines",
     "a,rule,\"Act\n1\",PRK,,export,coal,2701,H5,2017-08-05,,,,,,,,,whole,s,c,high\n"
     "b,rule,A,PRK,,export,g,270,H5,2017-01-01,,,,,,,,,whole,s,c,high\n",
     "2, 4 or 6", 4, 1},
};

static void check_bad(void **state)
{
    const struct bad_case *c = *state;
    struct faults faults;
    mg_regime *none = (mg_regime *)1;
    mg_error err = {0};

    assert_int_equal(load(c->lines, &faults, &none, &err), MG_E_PARSE);
    assert_null(none);
    assert_int_equal(faults.n, c->faults);
    assert_int_equal(faults.line, c->line);
    assert_int_equal(err.line, c->line);
    assert_non_null(strstr(faults.what, c->says));
    assert_non_null(strstr(err.what, c->says));
    assert_non_null(strstr(err.where, "rules.csv"));
}

static void good(void **state)
{
    struct faults faults;
    mg_regime *g = NULL;
    mg_error err = {0};
    (void)state;

    assert_int_equal(load(GOOD "b,exempt,Act 1,PRK,CHN,export,anthracite,270111,H5,"
                               "2017-08-05,,,,,,,,,part,s,c,low\n",
                          &faults, &g, &err),
                     MG_OK);
    assert_int_equal(faults.n, 0);
    assert_int_equal(g->n, 2);
    assert_string_equal(g->rules[0].rule, "a");
    assert_int_equal(g->rules[0].effective, 20170805);
    assert_int_equal(g->rules[0].wind_down, 20170904);
    assert_int_equal(g->rules[0].n_targets, 1);
    assert_int_equal(g->rules[0].targets[0], 408);
    assert_int_equal(g->rules[0].n_reporters, 0);
    assert_true(isnan(g->rules[0].cap.amount));
    assert_int_equal(g->rules[1].reporters[0], 156);
    assert_true(g->rules[1].exempts);
    assert_true(g->rules[1].scope_part);
    mg_regime_free(g);
}

/* As a spreadsheet saves it: with a byte order mark, lines ended by CR LF. */
static void from_a_spreadsheet(void **state)
{
    struct faults faults;
    mg_regime *g = NULL;
    mg_error err = {0};
    (void)state;

    assert_int_equal(
        load_from("\xef\xbb\xbf",
                  "a,rule,A,PRK,,export,g,2701,H5,2017-01-01,,,,,,,,,whole,s,"
                  "c,high\r\n",
                  &faults, &g, &err),
        MG_OK);
    assert_int_equal(g->n, 1);
    assert_int_equal(g->rules[0].confidence, MG_CONFIDENCE_HIGH);
    mg_regime_free(g);
}

/* A rule written for H5 and H2: the nearest edition, of two the later. */
static void editions(void **state)
{
    static const unsigned want[] = {5 + 1, 2 + 1, 2 + 1, 2 + 1,
                                    2 + 1, 5 + 1, 5 + 1, 5 + 1};
    struct faults faults;
    mg_regime *g = NULL;
    mg_error err = {0};
    (void)state;

    assert_int_equal(load("a,watch,A,PRK,,export,oil,2710,H2,,,,,,,,,,whole,s,c,high\n"
                          "a,watch,A,PRK,,export,oil,271012,H5,,,,,,,,,,whole,s,c,high\n",
                          &faults, &g, &err),
                     MG_OK);
    for (unsigned e = 0; e <= MG_EDITION_H6; e++)
        if (e != 4 + 0) /* H3 is one from H2 and two from H5 */
            assert_int_equal(mg_regime_edition(g, 0, e), want[e]);
    assert_int_equal(mg_regime_edition(g, 0, MG_EDITION_H0 + 3), MG_EDITION_H0 + 2);
    assert_int_equal(mg_regime_edition(g, 0, MG_EDITION_H0 + 4), MG_EDITION_H0 + 5);
    mg_regime_free(g);
}

static void delivered(void **state)
{
    static const char *const expected[] = {
        "arms",           "banknotes", "chemicals",   "cn-dprk",         "computing",
        "cultural-goods", "diamonds",  "dprk-luxury", "drug-precursors", "gold",
        "ivory-horn",     "placebo",   "ru-chpl",     "ships",           "statues-art",
        "tobacco",        "un-dprk"};
    char **names;
    size_t n;
    mg_error err = {0};
    (void)state;

    assert_int_equal(mg_regime_names(ref, &names, &n, &err), MG_OK);
    assert_int_equal(n, sizeof expected / sizeof *expected);
    for (size_t i = 0; i < n; i++) {
        mg_regime *g = NULL;
        char readme[4200];
        struct stat there;
        assert_string_equal(names[i], expected[i]);
        if (mg_regime_load(ref, map, names[i], NULL, &g, &err) != MG_OK)
            fail_msg("%s:%d: %s", err.where, (int)err.line, err.what);
        assert_true(g->n > 0);
        mg_regime_free(g);
        snprintf(readme, sizeof readme, "%s/../regimes/%s/README.md", MG_TEST_REF,
                 names[i]);
        if (stat(readme, &there) != 0)
            fail_msg("regime %s has no README.md", names[i]);
    }
    mg_regime_names_free(names, n);
}

/* 50 items in their tiers, each reachable from data of H5, H4 and H3. */
static void high_priority_items(void **state)
{
    static const char *const tiers[] = {"t1-", "t2-", "t3a-", "t3b-", "t4a-", "t4b-"};
    static const size_t counts[] = {4, 5, 16, 9, 11, 5};
    size_t found[6] = {0};
    mg_regime *g = NULL;
    mg_error err = {0};
    (void)state;

    assert_int_equal(mg_regime_load(ref, map, "ru-chpl", NULL, &g, &err), MG_OK);
    for (size_t i = 0; i < g->n; i = mg_regime_rule_end(g, i))
        for (size_t t = 0; t < 6; t++)
            found[t] += strncmp(g->rules[i].rule, tiers[t], strlen(tiers[t])) == 0;
    size_t all = 0;
    for (size_t t = 0; t < 6; t++) {
        assert_int_equal(found[t], counts[t]);
        all += found[t];
    }
    assert_int_equal(all, 50);
    mg_regime_free(g);
}

static void unknown(void **state)
{
    mg_regime *none = (mg_regime *)1;
    mg_error err = {0};
    (void)state;

    assert_int_equal(mg_regime_load(ref, map, "un-dprkk", NULL, &none, &err), MG_E_IO);
    assert_null(none);
    assert_non_null(strstr(err.what, "un-dprk"));
    assert_int_equal(mg_regime_load(ref, map, "../ref", NULL, &none, &err), MG_E_IO);
    assert_null(none);
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
    SUITE_CASES(&s, bad_cases, check_bad);
    suite_add(&s, "good", good, NULL);
    suite_add(&s, "from a spreadsheet", from_a_spreadsheet, NULL);
    suite_add(&s, "editions of a rule", editions, NULL);
    suite_add(&s, "delivered", delivered, NULL);
    suite_add(&s, "high-priority items", high_priority_items, NULL);
    suite_add(&s, "unknown", unknown, NULL);
    int failed = suite_run("regime", &s);
    mg_hs_map_free(map);
    mg_ref_free(ref);
    return failed;
}
