/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The HS concordance as it is delivered. */
#include "concordance_members.h"

static mg_ref *ref;
static mg_concordance *shipped;

static const char *text_of(mg_hs_class name, char text[MG_HS_CLASS_TEXT])
{
    size_t n = mg_hs_class_text(name, text);

    assert_int_equal(n, strlen(text));
    return text;
}

struct class_case {
    const char *name;
    unsigned low, high, edition;
    const char *hs, *class;
    bool cut;
};

static struct class_case class_cases[] = {
    {"crude oil stays what it is", H0, H6, H3, "270900", "270900", false},
    {"shrimps were one code in H3", H3, H4, H3, "030613", "030613*", true},
    {"and are cold and other ones in H4", H3, H4, H4, "030617", "030613*", true},
    {"within one edition a code is itself", H3, H3, H3, "030613", "030613", false},
    {"horses and asses over all editions", H0, H6, H6, "010121", "010110*", false},
    {"only the steps of the range count", H4, H6, H6, "010121", "010121", false},
    {"a renumbering across headings", H2, H3, H2, "848510", "848510*", false},
    {"and where it went", H2, H3, H3, "848710", "848510*", false},
    {"waste batteries lead to 8549 only", H5, H6, H5, "854810", "854810", true},
    {"electrical waste stays apart", H5, H6, H6, "854911", "854911", true},
    {"what 8549 took from others is cut", H5, H6, H5, "852872", "852872", true},
    {"a code that went away", H3, H4, H3, "291636", "291636", false},
    {"two groups of tropical wood of one name", H0, H3, H3, "440721", "440721*", false},
    {"a name used again for other goods", H2, H6, H6, "852499", "852499", true},
    {"unspecified goods", H0, H6, H5, "999999", "999999", false},
    {"a code of no table", H0, H6, H5, "9999AA", "9999AA", false},
    {"a national code", H0, H6, H2, "980100", "980100", false},
    {"a heading", H3, H4, H3, "0306", "0306", false},
    {"the total", H3, H4, H4, "TOTAL", "TOTAL", false},
    {"a code in an edition that has it not", H3, H4, H4, "030613", "030613", false},
    {"an edition outside the range", H3, H4, H5, "030617", "030617", false},
    {"no edition", 0, H4, 0, "030613", "030613", false},
    {"an edition that is not HS", H0, 9, 9, "030613", "030613", false},
};

static void check_class(void **state)
{
    const struct class_case *c = *state;
    char text[MG_HS_CLASS_TEXT];
    mg_hs_class got =
        mg_concordance_class(shipped, c->low, c->high, c->edition, hs_of(c->hs));

    assert_string_equal(text_of(got, text), c->class);
    assert_int_equal(got.cut, c->cut);
}

struct convert_case {
    const char *name;
    unsigned low, high, edition;
    const char *hs;
    unsigned target;
    const char *class;
};

static struct convert_case convert_cases[] = {
    {"H3 to H4: one code became two", H3, H4, H3, "030613", H4, "030616*"},
    {"H4 to H3: they were one code", H3, H4, H4, "030617", H3, "030613"},
    {"to its own edition", H3, H4, H4, "030617", H4, "030616*"},
    {"a renumbering forth", H2, H3, H2, "848510", H3, "848710"},
    {"a renumbering back", H2, H3, H3, "848710", H2, "848510"},
    {"no member there", H3, H4, H3, "291636", H4, "291636"},
    {"the same code", H0, H6, H0, "270900", H6, "270900"},
    {"no code of a table", H0, H6, H0, "9999AA", H6, "9999AA"},
    {"a target outside the range", H3, H4, H3, "030613", H5, "030613*"},
};

static void check_convert(void **state)
{
    const struct convert_case *c = *state;
    char text[MG_HS_CLASS_TEXT];
    mg_hs_class got = mg_concordance_convert(shipped, c->low, c->high, c->edition,
                                             hs_of(c->hs), c->target);

    assert_string_equal(text_of(got, text), c->class);
}

struct members_case {
    const char *name; /* of the class */
    unsigned low, high;
    const char *members;
};

static struct members_case members_cases[] = {
    {"030613*", H3, H4, "H3:030613 H4:030616 H4:030617 "},
    {"030613*", H3, H5, "H3:030613 H4:030616 H4:030617 H5:030616 H5:030617 "},
    {"030613*", H4, H5, ""},
    {"030613", H3, H4, ""}, /* no class: a row of H4 with it is a mistake */
    {"270900", H4, H6, "H4:270900 H5:270900 H6:270900 "},
    {"9999AA", H5, H6, "H5:9999AA H6:9999AA "},
    {"291636", H3, H5, "H3:291636 "},
    {"852499", H2, H6, "H2:852499 H6:852499 "},
    {"854911", H5, H6, "H6:854911 "},
    {"030613", H3, H3, "H3:030613 "},
    {"030613*", H3, H3, ""},
    {"030613", H4, H3, ""},
    {"030613", H3, 8, ""},
};

static void check_members(void **state)
{
    const struct members_case *c = *state;
    char text[512];

    list_members(shipped, c->low, c->high, c->name, text, sizeof text);
    assert_string_equal(text, c->members);
}

static void names_as_text(void **state)
{
    mg_hs_class name;
    char text[MG_HS_CLASS_TEXT];
    static const char *const bad[] = {"", "*", "0306.13", "030613**", "*030613"};

    (void)state;
    assert_true(mg_hs_class_read(cell_of("030613*"), &name));
    assert_true(name.star && !name.cut && name.hs == hs_of("030613"));
    assert_string_equal(text_of(name, text), "030613*");
    assert_true(mg_hs_class_read(cell_of("TOTAL"), &name));
    assert_string_equal(text_of(name, text), "TOTAL");
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(mg_hs_class_read(cell_of(bad[i]), &name));
}

static void what_is_covered(void **state)
{
    (void)state;
    for (unsigned low = H0; low <= H6; low++)
        for (unsigned high = H0; high <= H6; high++)
            assert_int_equal(mg_concordance_covers(shipped, low, high), low <= high);
    assert_false(mg_concordance_covers(shipped, 0, 3));
    assert_false(mg_concordance_covers(shipped, H3, 8));
    mg_concordance_free(NULL);
}

int main(void)
{
    static struct suite s;
    mg_error err = {0};

    if (mg_ref_load(MG_TEST_REF, &ref, &err) != MG_OK ||
        mg_concordance_load(ref, &shipped, &err) != MG_OK) {
        fprintf(stderr, "%s:%d:%d: %s\n", err.where, (int)err.line, (int)err.column,
                err.what);
        return 1;
    }
    SUITE_CASES(&s, class_cases, check_class);
    SUITE_CASES(&s, convert_cases, check_convert);
    SUITE_CASES(&s, members_cases, check_members);
    suite_add(&s, "names as text", names_as_text, NULL);
    suite_add(&s, "what is covered", what_is_covered, NULL);
    int failed = suite_run("concordance", &s);
    mg_concordance_free(shipped);
    mg_ref_free(ref);
    return failed;
}
