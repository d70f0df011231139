/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Verdicts on the days around each date, and caps in their units and years. */
#include "mirrorgap/regime.h"
#include "mirrorgap/screen.h"
#include "testing.h"

static mg_ref *ref;
static mg_hs_map *map;
static mg_regime *un, *cn;

/* The first line of a rule. */
static const mg_rule *rule_of(const mg_regime *g, const char *name)
{
    for (size_t i = 0; i < g->n; i++)
        if (strcmp(g->rules[i].rule, name) == 0)
            return &g->rules[i];
    fail_msg("no rule %s", name);
    return NULL;
}

struct when_case {
    const char *name;
    const char *rule;
    uint32_t period;
    mg_when when;
};

/* Dates from the resolutions; months and years around each. */
static struct when_case when_cases[] = {
    {"1718 arms, month before", "1718-arms-in", 200609, MG_WHEN_BEFORE},
    {"1718 arms, its month", "1718-arms-in", 200610, MG_WHEN_STRADDLES},
    {"1718 arms, month after", "1718-arms-in", 200611, MG_WHEN_IN_FORCE},
    {"1718 arms, year before", "1718-arms-in", 2005, MG_WHEN_BEFORE},
    {"1718 arms, its year", "1718-arms-in", 2006, MG_WHEN_STRADDLES},
    {"1718 arms, year after", "1718-arms-in", 2007, MG_WHEN_IN_FORCE},
    {"1874 arms, month before", "1874-arms-out", 200905, MG_WHEN_BEFORE},
    {"1874 arms, its month", "1874-arms-out", 200906, MG_WHEN_STRADDLES},
    {"1874 arms, month after", "1874-arms-out", 200907, MG_WHEN_IN_FORCE},
    {"2270 coal, month before", "2270-coal", 201602, MG_WHEN_BEFORE},
    {"2270 coal, its month", "2270-coal", 201603, MG_WHEN_STRADDLES},
    {"2270 coal, month after", "2270-coal", 201604, MG_WHEN_IN_FORCE},
    {"2270 coal, last month, which 2321 ends", "2270-coal", 201611, MG_WHEN_IN_FORCE},
    {"2270 coal, over", "2270-coal", 201612, MG_WHEN_OVER},
    {"2270 minerals go on", "2270-minerals", 202412, MG_WHEN_IN_FORCE},
    {"2321 coal of 2016, a month with one day of it", "2321-coal-2016-t", 201611,
     MG_WHEN_STRADDLES},
    {"2321 coal of 2016, its month", "2321-coal-2016-t", 201612, MG_WHEN_IN_FORCE},
    {"2321 coal of 2016, over", "2321-coal-2016-t", 201701, MG_WHEN_OVER},
    {"2321 coal of 2017, from its first day", "2321-coal-t", 201701, MG_WHEN_IN_FORCE},
    {"2321 coal of 2017, the year begins with it", "2321-coal-t", 2017, MG_WHEN_IN_FORCE},
    {"2321 coal of 2017, month before", "2321-coal-t", 201612, MG_WHEN_BEFORE},
    {"2321 coal of 2017, ends in August", "2321-coal-t", 201708, MG_WHEN_IN_FORCE},
    {"2321 coal of 2017, over", "2321-coal-t", 201709, MG_WHEN_OVER},
    {"2321 coal of 2017, over in 2018", "2321-coal-t", 2018, MG_WHEN_OVER},
    {"2371 coal, month before", "2371-coal", 201707, MG_WHEN_BEFORE},
    {"2371 coal, its month", "2371-coal", 201708, MG_WHEN_STRADDLES},
    {"2371 coal, grace to the 4th", "2371-coal", 201709, MG_WHEN_WIND_DOWN},
    {"2371 coal, after grace", "2371-coal", 201710, MG_WHEN_IN_FORCE},
    {"2371 coal, its year", "2371-coal", 2017, MG_WHEN_STRADDLES},
    {"2371 coal, year after", "2371-coal", 2018, MG_WHEN_IN_FORCE},
    {"2371 seafood, after grace", "2371-seafood", 201710, MG_WHEN_IN_FORCE},
    {"2375 textiles, month before", "2375-textiles", 201708, MG_WHEN_BEFORE},
    {"2375 textiles, its month", "2375-textiles", 201709, MG_WHEN_STRADDLES},
    {"2375 textiles, grace", "2375-textiles", 201711, MG_WHEN_WIND_DOWN},
    {"2375 textiles, grace to 10 December", "2375-textiles", 201712, MG_WHEN_WIND_DOWN},
    {"2375 textiles, after grace", "2375-textiles", 201801, MG_WHEN_IN_FORCE},
    {"2375 refined, month before", "2375-refined-2017", 201709, MG_WHEN_BEFORE},
    {"2375 refined, from its first day", "2375-refined-2017", 201710, MG_WHEN_IN_FORCE},
    {"2375 refined, last month", "2375-refined-2017", 201712, MG_WHEN_IN_FORCE},
    {"2375 refined, over", "2375-refined-2017", 201801, MG_WHEN_OVER},
    {"2375 refined, the year holds its date", "2375-refined-2017", 2017,
     MG_WHEN_STRADDLES},
    {"2397 refined, month before", "2397-refined", 201712, MG_WHEN_BEFORE},
    {"2397 refined, from its first day", "2397-refined", 201801, MG_WHEN_IN_FORCE},
    {"2397 crude, its month", "2397-crude-t", 201712, MG_WHEN_STRADDLES},
    {"2397 crude, month after", "2397-crude-t", 201801, MG_WHEN_IN_FORCE},
    {"2397 machinery, its month", "2397-machinery", 201712, MG_WHEN_STRADDLES},
    {"2397 machinery, grace to 21 January", "2397-machinery", 201801, MG_WHEN_WIND_DOWN},
    {"2397 machinery, after grace", "2397-machinery", 201802, MG_WHEN_IN_FORCE},
    {"2397 machinery, the year begins in grace", "2397-machinery", 2018,
     MG_WHEN_WIND_DOWN},
    {"2397 machinery, year after", "2397-machinery", 2019, MG_WHEN_IN_FORCE},
    {"2397 vessels have no grace", "2397-vessels-in", 201801, MG_WHEN_IN_FORCE},
};

static void check_when(void **state)
{
    const struct when_case *c = *state;

    assert_int_equal(mg_screen_when(rule_of(un, c->rule), c->period), c->when);
}

static void ends_within(void **state)
{
    (void)state;
    assert_true(mg_screen_grace_ends_within(rule_of(un, "2371-coal"), 201709));
    assert_false(mg_screen_grace_ends_within(rule_of(un, "2371-coal"), 201708));
    assert_true(mg_screen_grace_ends_within(rule_of(un, "2397-wood"), 2018));
    assert_true(mg_screen_ends_within(rule_of(un, "2321-coal-t"), 2017));
    assert_true(mg_screen_ends_within(rule_of(un, "2321-coal-t"), 201708));
    /* its last day is the period's: it does not end within */
    assert_false(mg_screen_ends_within(rule_of(un, "2375-refined-2017"), 201712));
}

/* The order of CONTRACT 10: the first that applies. */
struct verdict_case {
    const char *name;
    const char *rule;
    mg_screen_case c;
    mg_verdict verdict;
};

static struct verdict_case verdict_cases[] = {
    {"exempt before all",
     "2371-coal",
     {201612, true, false, 0.9, NAN},
     MG_VERDICT_EXEMPT},
    {"before before a look-alike",
     "2371-coal",
     {201612, false, false, 0.9, NAN},
     MG_VERDICT_BEFORE},
    {"straddles", "2371-coal", {2017, false, false, 0.9, NAN}, MG_VERDICT_STRADDLES},
    {"a ban that ends within the year",
     "2270-iron",
     {2017, false, false, 0, NAN},
     MG_VERDICT_STRADDLES},
    {"a cap that ends within the year",
     "2321-coal-t",
     {2017, false, false, 0, 0.5},
     MG_VERDICT_WITHIN_CAP},
    {"grace", "2371-coal", {201709, false, false, 0.9, NAN}, MG_VERDICT_WIND_DOWN},
    {"look-alike", "2371-coal", {2018, false, false, 0.5, NAN}, MG_VERDICT_LOOKALIKE},
    {"look-alike before a cap",
     "2397-refined",
     {2018, false, false, 0.9, 3},
     MG_VERDICT_LOOKALIKE},
    {"doubtful is no look-alike",
     "2371-coal",
     {2018, false, false, 0.49, NAN},
     MG_VERDICT_AFTER_BAN},
    {"not judged", "2371-coal", {2018, false, false, NAN, NAN}, MG_VERDICT_AFTER_BAN},
    {"cap used up exactly",
     "2397-refined",
     {2018, false, false, NAN, 1},
     MG_VERDICT_WITHIN_CAP},
    {"cap passed", "2397-refined", {2018, false, false, 0, 1.0001}, MG_VERDICT_OVER_CAP},
    {"cap not known",
     "2397-refined",
     {2018, false, false, 0, NAN},
     MG_VERDICT_CAP_UNKNOWN},
    {"watch-list", "2371-coal", {2018, false, true, 0, NAN}, MG_VERDICT_WATCH},
    {"watch-list, before its date",
     "2371-coal",
     {2016, false, true, 0, NAN},
     MG_VERDICT_BEFORE},
};

static void check_verdict(void **state)
{
    const struct verdict_case *c = *state;

    assert_int_equal(mg_screen_verdict(rule_of(un, c->rule), &c->c), c->verdict);
}

/* METHODS 6, to the last bit: the weight of a cap is that cap. */
struct amount_case {
    const char *name;
    const char *regime, *rule;
    double tonnes, usd, amount;
};

static struct amount_case amount_cases[] = {
    {"500,000 bbl are 60,000 t", "un", "2397-refined", 60000, 1, 500000},
    {"2,000,000 bbl are 240,000 t", "un", "2397-refined", 240000, 1, 2000000},
    {"4,000,000 bbl are 525,000 t", "un", "2397-crude-bbl", 525000, 1, 4000000},
    {"one tonne of refined", "un", "2397-refined", 1, 1, 500000.0 / 60000},
    {"525,000 t", "un", "2397-crude-t", 525000, 1, 525000},
    {"7.5 million t of coal", "un", "2321-coal-t", 7500000, 1, 7500000},
    {"coal in dollars", "un", "2321-coal-usd", 1, 400870018, 400870018},
    {"China's 60,000 t", "cn", "4-2018-refined", 60000, 1, 60000},
    {"no weight", "un", "2397-refined", NAN, 1, NAN},
    {"no weight is needed for dollars", "un", "2321-coal-usd", NAN, 5, 5},
};

static void check_amount(void **state)
{
    const struct amount_case *c = *state;
    const mg_rule *r = rule_of(strcmp(c->regime, "un") == 0 ? un : cn, c->rule);

    assert_same_double(mg_cap_amount(&r->cap, c->tonnes * 1000, c->usd), c->amount);
}

struct share_case {
    const char *name;
    const char *rule;
    uint32_t period;
    size_t n;
    mg_cap_share shares[2];
    bool rough;
    int year;
};

static struct share_case share_cases[] = {
    {"calendar year, a month", "2397-refined", 201803, 1, {{2018, 1}}, false, 2018},
    {"calendar year, a year", "2397-refined", 2019, 1, {{2019, 1}}, false, 2019},
    {"not yet in force", "2397-refined", 201712, 0, {{0, 0}}, false, -1},
    {"12-22, December of its first year",
     "2397-crude-t",
     201712,
     1,
     {{2017, 10.0 / 31}},
     false,
     2017},
    {"12-22, a month within", "2397-crude-t", 201806, 1, {{2017, 1}}, false, 2017},
    {"12-22, December is divided",
     "2397-crude-t",
     201812,
     2,
     {{2017, 21.0 / 31}, {2018, 10.0 / 31}},
     false,
     2017},
    {"12-22, a year of trade is put in the year that begins before it",
     "2397-crude-t",
     2018,
     1,
     {{2017, 1}},
     true,
     2017},
    {"12-22, the year within which it begins belongs to none",
     "2397-crude-t",
     2017,
     0,
     {{0, 0}},
     false,
     -1},
    {"one span, the one day of November",
     "2321-coal-2016-t",
     201611,
     1,
     {{0, 1.0 / 30}},
     false,
     0},
    {"one span, December", "2321-coal-2016-t", 201612, 1, {{0, 1}}, false, 0},
    {"a cap that ends on 4 August",
     "2321-coal-t",
     201708,
     1,
     {{2017, 4.0 / 31}},
     false,
     2017},
    {"and the year in which it ends", "2321-coal-t", 2017, 1, {{2017, 1}}, true, 2017},
    {"a ban has no cap", "2371-coal", 2018, 0, {{0, 0}}, false, -1},
};

static void check_share(void **state)
{
    const struct share_case *c = *state;
    const mg_rule *r = rule_of(un, c->rule);
    mg_cap_share shares[2];
    bool rough = true;

    assert_int_equal(mg_cap_years(r, c->period, shares, &rough), c->n);
    for (size_t i = 0; i < c->n; i++) {
        assert_int_equal(shares[i].year, c->shares[i].year);
        assert_near(shares[i].share, c->shares[i].share, 1e-15);
    }
    assert_int_equal(rough, c->rough);
    assert_int_equal(mg_cap_year(r, c->period), c->year);
}

/* A year of trade belongs to the cap's year that it has most days in, and to no span that
 * it does not lie in. */
static void years_of_trade(void **state)
{
    static const struct {
        uint16_t start;
        int year;
    } cases[] = {{101, 2018}, {630, 2018}, {701, 2018},
                 {702, 2018}, {703, 2017}, {1222, 2017}};
    mg_rule r = {.effective = 20100101, .cap = {.amount = 1, .unit = MG_CAP_TONNES}};
    mg_cap_share shares[2];
    bool rough;
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        r.cap.start = cases[i].start;
        assert_int_equal(mg_cap_years(&r, 2018, shares, &rough), 1);
        assert_int_equal(shares[0].year, cases[i].year);
        assert_int_equal(rough, cases[i].start != 101);
    }
    r.cap.start = 0;
    r.ends = 20180630;
    assert_int_equal(mg_cap_years(&r, 2018, shares, &rough), 0);
    assert_int_equal(mg_cap_years(&r, 2017, shares, &rough), 1);
}

/* Whatever the rule, the months of a cap's year add up to its days. */
static void months_add_up(void **state)
{
    const mg_rule *r = rule_of(un, "2397-crude-t");
    double days[4] = {0};
    (void)state;

    for (uint32_t year = 2017; year <= 2020; year++)
        for (uint32_t month = 1; month <= 12; month++) {
            const uint32_t period = year * 100 + month;
            mg_cap_share shares[2];
            bool rough;
            const size_t n = mg_cap_years(r, period, shares, &rough);
            for (size_t i = 0; i < n; i++)
                days[shares[i].year - 2017] +=
                    shares[i].share * mg_date_month_days(year, month);
        }
    assert_near(days[0], 365, 1e-9);
    assert_near(days[1], 365, 1e-9);
    assert_near(days[2], 366, 1e-9); /* 22 Dec 2019 to 21 Dec 2020 */
}

struct date_case {
    const char *name;
    const char *text;
    bool is;
    mg_date date;
};

static struct date_case date_cases[] = {
    {"a day", "2017-08-05", true, 20170805},
    {"29 February of a leap year", "2016-02-29", true, 20160229},
    {"29 February of 2000", "2000-02-29", true, 20000229},
    {"none in 1900", "1900-02-29", false, 0},
    {"none in 2017", "2017-02-29", false, 0},
    {"31 April", "2017-04-31", false, 0},
    {"month 13", "2017-13-01", false, 0},
    {"day 0", "2017-01-00", false, 0},
    {"without dashes", "20170805", false, 0},
    {"text", "yesterday!", false, 0},
    {"a year too early", "0017-08-05", false, 0},
};

static void check_date(void **state)
{
    const struct date_case *c = *state;
    char text[MG_DATE_TEXT];
    mg_date date = 0;

    assert_int_equal(mg_date_read(cell_of(c->text), &date), c->is);
    assert_int_equal(date, c->date);
    if (c->is)
        assert_string_equal(mg_date_write(date, text), c->text);
}

int main(void)
{
    static struct suite s;
    mg_error err = {0};

    if (mg_ref_load(MG_TEST_REF, &ref, &err) != MG_OK ||
        mg_hs_map_load(ref, &map, &err) != MG_OK ||
        mg_regime_load(ref, map, "un-dprk", NULL, &un, &err) != MG_OK ||
        mg_regime_load(ref, map, "cn-dprk", NULL, &cn, &err) != MG_OK) {
        fprintf(stderr, "%s:%d: %s\n", err.where, (int)err.line, err.what);
        return 1;
    }
    SUITE_CASES(&s, when_cases, check_when);
    suite_add(&s, "ends within", ends_within, NULL);
    SUITE_CASES(&s, verdict_cases, check_verdict);
    SUITE_CASES(&s, amount_cases, check_amount);
    SUITE_CASES(&s, share_cases, check_share);
    suite_add(&s, "years of trade", years_of_trade, NULL);
    suite_add(&s, "months of a cap's year add up", months_add_up, NULL);
    SUITE_CASES(&s, date_cases, check_date);
    int failed = suite_run("screen", &s);
    mg_regime_free(un);
    mg_regime_free(cn);
    mg_hs_map_free(map);
    mg_ref_free(ref);
    return failed;
}
