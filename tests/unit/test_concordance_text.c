/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Correlation tables as text: every layout, and what is refused. */
#include "concordance_members.h"
#include "scratch.h"

static mg_status read_texts(const char *const *texts, size_t n, mg_concordance **c,
                            scratch_path *paths, mg_error *err)
{
    const char *files[4] = {NULL};

    for (size_t i = 0; i < n; i++) {
        scratch_text(paths[i], texts[i]);
        files[i] = paths[i];
    }
    mg_status status = mg_concordance_read(files, n, c, err);
    for (size_t i = 0; i < n; i++)
        unlink(paths[i]);
    return status;
}

#define UN "code.after,code.before,Relationship,adjustment\n"
#define WITS_H4_H3                                                                       \
    "HS 2012 Product Code,HS 2012 Product Description,HS 2007 Product Code,"             \
    "HS 2007 Product Description\r\n"
#define WITS_H4_H1                                                                       \
    "HS 2012 Product Code,HS 2012 Product Description,HS 1996 Product Code,"             \
    "HS 1996 Product Description\r\n"
#define H3_TO_H4 "30616,30613,x,2012 to 2007\n030617,030613,x,2012 to 2007\n"

struct text_case {
    const char *name;
    const char *texts[3];
    unsigned low, high;
    const char *class, *members;
};

static struct text_case text_cases[] = {
    {"tables of the UN, zeros lost",
     {UN H3_TO_H4},
     H3,
     H4,
     "030613*",
     "H3:030613 H4:030616 H4:030617 "},
    {"a byte order mark, semicolons, columns in any order",
     {"\xef\xbb\xbf"
      "adjustment;note;code.before;code.after\n"
      "2012 to 2007;;030613;030616\n2012 to 2007;;030613;030617\n"},
     H3,
     H4,
     "030613*",
     "H3:030613 H4:030616 H4:030617 "},
    {"steps of the SITC are passed over",
     {UN "0341,3341,x,1988 to 1976\n" H3_TO_H4},
     H3,
     H4,
     "030613*",
     "H3:030613 H4:030616 H4:030617 "},
    {"WITS, in ISO-8859-1 with quotes",
     {WITS_H4_H3 "030616,\"Cold, water\",030613,Crev\xe9ttes\r\n030617,,030613,\r\n"},
     H3,
     H4,
     "030613*",
     "H3:030613 H4:030616 H4:030617 "},
    {"those of all editions at once are passed over",
     {"HS - Combined  Product Code,HS - Combined  Product Description,"
      "HS 2012 Product Code,HS 2012 Product Description\r\n"
      "030699,,030616,\r\n",
      WITS_H4_H3 "030616,,030613,\r\n030617,,030613,\r\n"},
     H3,
     H4,
     "030613*",
     "H3:030613 H4:030616 H4:030617 "},
    {"two columns of editions",
     {"From HS2007\tTo H4\n030613\t030616\n030613\t030617\n"},
     H3,
     H4,
     "030613*",
     "H3:030613 H4:030616 H4:030617 "},
    {"revisions, down and to themselves",
     {"from_revision,from_code,to_revision,to_code,weight,note\n"
      "H4,030616,H4,030616,1,\nH4,030616,H3,030613,1,\nH4,030617,H3,030613,1,\n"},
     H3,
     H4,
     "030613*",
     "H3:030613 H4:030616 H4:030617 "},
    {"our own",
     {"from,to,before,after,cut\nH3,H4,030613,030616|030617,1\n"},
     H3,
     H4,
     "030613*",
     "H3:030613 H4:030616 H4:030617 "},
    {"our own: a code that came, and was not there before",
     {"from,to,before,after,cut\nH3,H4,,961900,1\nH4,H5,961900,961901,0\n"},
     H3,
     H5,
     "961900*",
     "H4:961900 H5:961901 "},
    {"a chain of two files",
     {UN H3_TO_H4, UN "030616,030616,x,2017 to 2012\n030618,030617,x,2017 to 2012\n"},
     H3,
     H5,
     "030613*",
     "H3:030613 H4:030616 H4:030617 H5:030616 H5:030618 "},
    {"two files of one step are added up",
     {UN "030616,030613,x,2012 to 2007\n", UN "030617,030613,x,2012 to 2007\n"},
     H3,
     H4,
     "030613*",
     "H3:030613 H4:030616 H4:030617 "},
    {"editions that do not follow each other",
     {WITS_H4_H1 "030616,,030613,\r\n030617,,030613,\r\n"},
     H1,
     H4,
     "030613*",
     "H1:030613 H4:030616 H4:030617 "},
    {"they give way to the steps between",
     {"H1,H3\n030613,030613\n", "H1,H2\n030613,030613\n", "H2,H3\n030613,030699\n"},
     H1,
     H3,
     "030613*",
     "H1:030613 H2:030613 H3:030699 "},
    {"other headings are cut",
     {UN "030616,160520,x,2012 to 2007\n" H3_TO_H4},
     H3,
     H4,
     "160520",
     "H3:160520 "},
    {"a renumbering is not",
     {UN "030616,160520,x,2012 to 2007\n"},
     H3,
     H4,
     "030616*",
     "H3:160520 H4:030616 "},
    {"but that to 8549 is",
     {UN "854910,854810,x,2022 to 2017\n"},
     H5,
     H6,
     "854810",
     "H5:854810 "},
    {"within 8549 nothing is",
     {UN "854910,854911,x,2022 to 2017\n"},
     H5,
     H6,
     "854910*",
     "H5:854911 H6:854910 "},
    {"a code without a successor",
     {UN "030613,030613,x,2007 to 2002\n030616,030616,x,2007 to 2002\n"
         "030616,030616,x,2012 to 2007\n"},
     H2,
     H4,
     "030613",
     "H2:030613 H3:030613 "},
    {"classes of one name are one",
     {UN "030616,030613,x,2012 to 2007\n030616,030613,x,2007 to 2002\n"},
     H2,
     H4,
     "030613*",
     "H2:030613 H3:030613 H3:030616 H4:030616 "},
};

static void check_text(void **state)
{
    const struct text_case *c = *state;
    mg_concordance *made = NULL;
    mg_error err = {0};
    scratch_path paths[4];
    char text[512];
    size_t n = 0;

    while (n < 3 && c->texts[n] != NULL)
        n++;
    if (read_texts(c->texts, n, &made, paths, &err) != MG_OK)
        fail_msg("%s:%d:%d: %s", err.where, (int)err.line, (int)err.column, err.what);
    assert_true(mg_concordance_covers(made, c->low, c->high));
    list_members(made, c->low, c->high, c->class, text, sizeof text);
    assert_string_equal(text, c->members);
    mg_concordance_free(made);
}

static void a_range_without_a_table(void **state)
{
    const char *const texts[] = {UN H3_TO_H4};
    mg_concordance *made = NULL;
    mg_error err = {0};
    scratch_path paths[4];
    char text[512];

    (void)state;
    assert_int_equal(read_texts(texts, 1, &made, paths, &err), MG_OK);
    assert_false(mg_concordance_covers(made, H3, H5));
    mg_hs_class got = mg_concordance_class(made, H3, H5, H4, hs_of("030617"));
    assert_true(!got.star && got.hs == hs_of("030617"));
    list_members(made, H3, H5, "030617", text, sizeof text);
    assert_string_equal(text, "H3:030617 H4:030617 H5:030617 ");
    mg_concordance_free(made);
}

struct bad_case {
    const char *name, *text;
    uint64_t line, column;
    const char *says;
};

static struct bad_case bad_cases[] = {
    {"no file of a table", "a,b\n1,2\n", 1, 0, "no correlation table"},
    {"empty", "", 1, 0, ""},
    {"WITS, all editions in one", "HS - Combined  Product Code,HS 2012 Product Code\n", 0,
     0, "no table between"},
    {"three editions", "H3,H4,H5\n", 1, 0, "no correlation table"},
    {"a heading", UN "\n0306,030613,x,2012 to 2007\n", 3, 1, "'0306' is no HS code"},
    {"letters", UN "030616,03061X,x,2012 to 2007\n", 2, 2, "'03061X' is no HS code"},
    {"a step that is none", UN "030616,030613,x,2012-2007\n", 2, 4, "is no step"},
    {"a year that is none", UN "030616,030613,x,2o12 to 2007\n", 2, 4, "is no step"},
    {"too few fields", UN "030616,030613\n", 2, 3, "2 fields, where column 4"},
    {"a revision that is none",
     "from_revision,from_code,to_revision,to_code\nH3,030613,H7,030616\n", 2, 3,
     "'H7' is no edition"},
    {"our own, backwards", "from,to,before,after,cut\nH4,H3,,030613,0\n", 2, 2, "'H3'"},
    {"our own, a bad code", "from,to,before,after,cut\nH3,H4,1|030613,,0\n", 2, 3,
     "'1' is no HS code"},
    {"our own, a bad mark", "from,to,before,after,cut\nH3,H4,030613,,2\n", 2, 5, "'2'"},
    {"only the SITC", UN "0341,3341,x,1988 to 1976\n", 0, 0, "no table between"},
    {"an open quote", UN "\"030616,030613\n", 2, 0, "no record"},
};

static void check_bad(void **state)
{
    const struct bad_case *c = *state;
    mg_concordance *made = (mg_concordance *)1;
    mg_error err = {0};
    scratch_path paths[4];

    assert_int_equal(read_texts(&c->text, 1, &made, paths, &err), MG_E_PARSE);
    assert_null(made);
    assert_non_null(strstr(err.what, c->says));
    assert_int_equal(err.line, c->line);
    assert_int_equal(err.column, c->column);
    if (c->line > 0)
        assert_string_equal(err.where, paths[0]);
}

static void other_failures(void **state)
{
    const char *const none[] = {"/nonexistent/table.csv"};
    const char *const both[] = {UN H3_TO_H4,
                                "from,to,before,after,cut\nH3,H4,030613,030616,0\n"};
    const char *const turned[] = {both[1], both[0]};
    mg_concordance *made = (mg_concordance *)1;
    mg_error err = {0};
    scratch_path paths[4];

    (void)state;
    assert_int_equal(mg_concordance_read(none, 1, &made, &err), MG_E_IO);
    assert_null(made);
    assert_string_equal(err.where, none[0]);
    assert_int_equal(mg_concordance_read(NULL, 0, &made, NULL), MG_E_PARSE);
    err = (mg_error){0};
    assert_int_equal(read_texts(both, 2, &made, paths, &err), MG_E_PARSE);
    assert_non_null(strstr(err.what, "relations already"));
    assert_string_equal(err.where, paths[1]);
    assert_int_equal(read_texts(turned, 2, &made, paths, &err), MG_E_PARSE);
    assert_non_null(strstr(err.what, "components already"));
}

int main(void)
{
    static struct suite s;

    SUITE_CASES(&s, text_cases, check_text);
    suite_add(&s, "a range without a table", a_range_without_a_table, NULL);
    SUITE_CASES(&s, bad_cases, check_bad);
    suite_add(&s, "other failures", other_failures, NULL);
    return suite_run("concordance_text", &s);
}
