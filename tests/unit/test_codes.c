/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <strings.h>

#include "mirrorgap/table.h"
#include "testing.h"

static void random_code(uint64_t *seed, char *text)
{
    static const char places[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    size_t n = random_below(seed, 7);
    bool digits = random_below(seed, 2) == 0;

    if (n == 0) {
        strcpy(text, "TOTAL");
        return;
    }
    for (size_t i = 0; i < n; i++)
        text[i] = places[random_below(seed, digits ? 10 : 36)];
    text[n] = '\0';
}

static int level_of(const char *text)
{
    return strcmp(text, "TOTAL") == 0 ? 0 : (int)strlen(text);
}

/* TOTAL can also be a code of five letters; it reads as the total. */
static void order_is_level_then_text(void **state)
{
    uint64_t seed = 1;

    (void)state;
    for (int i = 0; i < 200000; i++) {
        char a[MG_HS_TEXT];
        char b[MG_HS_TEXT];
        char back[MG_HS_TEXT];
        random_code(&seed, a);
        random_code(&seed, b);
        if (random_below(&seed, 4) == 0)
            memcpy(b, a, strlen(a) > 2 ? 2 : strlen(a));
        uint32_t x = hs_of(a);
        uint32_t y = hs_of(b);
        int want = level_of(a) != level_of(b) ? level_of(a) - level_of(b) : strcmp(a, b);
        if ((x > y) - (x < y) != (want > 0) - (want < 0))
            fail_msg("%s and %s are packed as %u and %u", a, b, x, y);
        assert_int_equal(mg_hs_text(x, back), strlen(a));
        assert_string_equal(back, a);
        assert_int_equal(mg_hs_level(x), level_of(a));
    }
}

static void every_short_code(void **state)
{
    uint32_t last = 0;

    (void)state;
    /* all codes of up to three places, in order, without a gap */
    for (uint32_t hs = 1; hs <= 36 + 1296 + 46656; hs++) {
        char text[MG_HS_TEXT];
        size_t n = mg_hs_text(hs, text);
        assert_int_equal(hs_of(text), hs);
        assert_int_equal(n, hs <= 36 ? 1 : hs <= 36 + 1296 ? 2 : 3);
        assert_int_equal(hs, last + 1);
        last = hs;
    }
    assert_int_equal(hs_of("0"), 1);
    assert_int_equal(hs_of("ZZZ"), 36 + 1296 + 46656);
    for (unsigned code = 0; code < 1000000; code++) {
        char text[MG_HS_TEXT];
        char back[MG_HS_TEXT];
        snprintf(text, sizeof text, "%06u", code % 1000000);
        mg_hs_text(hs_of(text), back);
        assert_string_equal(back, text);
    }
}

/* Codes of n places stand behind all shorter ones, numbers to the base of 36. */
static bool slow_pack(const char *text, size_t n, uint32_t *hs)
{
    static const char places[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    uint64_t number = 0;
    uint64_t shorter = 0;

    if (n == 5 && strncasecmp(text, "TOTAL", 5) == 0) {
        *hs = 0;
        return true;
    }
    for (size_t i = 0; i < n; i++) {
        const char *place = memchr(places, text[i], sizeof places - 1);
        if (place == NULL)
            return false;
        number = number * 36 + (uint64_t)(place - places);
        shorter = shorter * 36 + 1;
    }
    if (n < 1 || n > 6)
        return false;
    *hs = (uint32_t)(shorter + number);
    return true;
}

/* The text at the end of its memory, and *hs as it was where it is no code. */
static void check_pack(const char *text, size_t n)
{
    char *copy = malloc(n + 1);
    uint32_t got = 77;
    uint32_t want = 77;

    assert_non_null(copy);
    memcpy(copy + 1, text, n);
    bool ok = mg_hs_pack((mg_cell){copy + 1, n}, &got);
    if (ok != slow_pack(text, n, &want) || got != want)
        fail_msg("'%.*s' is packed as %u, not %u", (int)n, text, got, want);
    free(copy);
}

static void packed_as_numbers(void **state)
{
    static const char near[] = "/:@AZ[`az09 \x80\xb0\xb9\xff";
    char text[8];
    uint64_t seed = 9;

    (void)state;
    for (unsigned code = 0; code < 1000000; code += 7) {
        snprintf(text, sizeof text, "%06u", code);
        check_pack(text, 6);
    }
    for (unsigned place = 0; place < 6; place++)
        for (int byte = 0; byte < 256; byte++) { /* 0 too */
            memcpy(text, "870321", 6);
            text[place] = (char)byte;
            check_pack(text, 6);
        }
    for (int i = 0; i < 400000; i++) {
        size_t n = random_below(&seed, 4) > 0 ? 6 : random_below(&seed, 8);
        for (size_t k = 0; k < n; k++)
            text[k] = random_below(&seed, 6) ? (char)('0' + random_below(&seed, 10))
                                             : near[random_below(&seed, sizeof near)];
        check_pack(text, n);
    }
}

struct refusal_case {
    const char *name; /* the code */
};

static struct refusal_case hs_refusals[] = {
    {""}, {"0101212"}, {"01 1"}, {"01.1"}, {"ab"}, {"01\xc3\xa9"}, {"-1"}, {"TOTALS1"},
};

static void check_hs_refusal(void **state)
{
    const struct refusal_case *c = *state;
    uint32_t hs = 77;

    assert_false(mg_hs_pack(cell_of(c->name), &hs));
    assert_int_equal(hs, 77);
}

static void total_in_any_case(void **state)
{
    (void)state;
    assert_int_equal(hs_of("TOTAL"), MG_HS_TOTAL);
    assert_int_equal(hs_of("Total"), MG_HS_TOTAL);
    assert_int_equal(mg_hs_level(MG_HS_TOTAL), 0);
    assert_int_not_equal(hs_of("TOTA1"), MG_HS_TOTAL);
}

static void cut_as_text(void **state)
{
    uint64_t seed = 2;

    (void)state;
    for (int i = 0; i < 100000; i++) {
        char text[MG_HS_TEXT];
        char back[MG_HS_TEXT];
        random_code(&seed, text);
        uint32_t hs = hs_of(text);
        for (int level = 0; level <= level_of(text); level++) {
            mg_hs_text(mg_hs_cut(hs, level), back);
            if (level == 0)
                assert_string_equal(back, "TOTAL");
            else {
                assert_int_equal(strlen(back), level);
                assert_memory_equal(back, text, (size_t)level);
            }
        }
    }
}

static void customs_codes(void **state)
{
    static const char *const good[] = {"C01", "C00", "C20", "ZZZ", "001"};
    static const char *const bad[] = {"", "C012", "c01", "C-1", "C 1"};
    uint16_t customs = 77;
    char back[4];

    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        assert_true(mg_customs_pack(cell_of(good[i]), &customs));
        assert_int_equal(mg_customs_text(customs, back), 3);
        assert_string_equal(back, good[i]);
    }
    customs = 77;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(mg_customs_pack(cell_of(bad[i]), &customs));
    assert_int_equal(customs, 77);
}

static void names(void **state)
{
    (void)state;
    for (unsigned e = 0; mg_edition_name(e) != NULL; e++) {
        assert_int_equal(mg_edition_find(cell_of(mg_edition_name(e))), e);
        assert_int_equal(e < MG_EDITION_OTHER, mg_edition_name(e)[0] == 'H');
    }
    assert_string_equal(mg_edition_name(MG_EDITION_H6), "H6");
    assert_null(mg_edition_name(1000));
    assert_int_equal(mg_edition_find(cell_of("H7")), -1);
    assert_int_equal(mg_edition_find(cell_of("h4")), 5);
    for (unsigned f = 0; f < MG_FATE_COUNT; f++)
        for (unsigned g = 0; g < f; g++)
            assert_string_not_equal(mg_fate_name(f), mg_fate_name(g));
    assert_null(mg_fate_name(MG_FATE_COUNT));
    assert_string_equal(mg_fate_name(MG_DUPLICATE_EXACT), "duplicate_exact");
    assert_string_equal(mg_flow_name(MG_FLOW_RX), "RX");
    assert_null(mg_flow_name(0));
    assert_null(mg_flow_name(MG_FLOW_COUNT));
}

static void row_helpers(void **state)
{
    mg_row row = {.exporter = 156, .importer = 76, .flow = MG_FLOW_X};

    (void)state;
    assert_int_equal(mg_row_reporter(&row), 156);
    row.flow = MG_FLOW_M;
    assert_int_equal(mg_row_reporter(&row), 76);
    row.flow = MG_FLOW_RM;
    assert_int_equal(mg_row_reporter(&row), 76);
    assert_false(mg_row_world(&row));
    row.exporter = 0;
    assert_true(mg_row_world(&row));
    assert_int_equal(mg_row_detail(&row), 0);
    row.customs = 3;
    row.mos = 2;
    assert_int_equal(mg_row_detail(&row), 2 | 8);
    row.partner2 = row.mot = 9;
    assert_int_equal(mg_row_detail(&row), 15);
    assert_false(mg_period_monthly(2017));
    assert_true(mg_period_monthly(201701));
}

int main(void)
{
    static struct suite s;

    suite_add(&s, "order is level, then text", order_is_level_then_text, NULL);
    suite_add(&s, "every short code", every_short_code, NULL);
    suite_add(&s, "packed as numbers", packed_as_numbers, NULL);
    SUITE_CASES(&s, hs_refusals, check_hs_refusal);
    suite_add(&s, "TOTAL", total_in_any_case, NULL);
    suite_add(&s, "cut as text", cut_as_text, NULL);
    suite_add(&s, "customs codes", customs_codes, NULL);
    suite_add(&s, "names", names, NULL);
    suite_add(&s, "row helpers", row_helpers, NULL);
    return suite_run("codes", &s);
}
