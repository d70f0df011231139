/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The delivered outline of the map, and tables that are wrong. */
#include "mirrorgap/outline.h"

#include "scratch.h"

static mg_status load(const char *table, mg_outline **outline, mg_error *err)
{
    scratch_path dir;
    mg_ref *own = NULL;

    scratch_tables(dir, "outline.csv", table);
    assert_int_equal(mg_ref_load(dir, &own, NULL), MG_OK);
    const mg_status status = mg_outline_load(own, outline, err);
    mg_ref_free(own);
    sweep_folder(dir);
    return status;
}

static void delivered(void **state)
{
    mg_ref *ref = NULL;
    mg_outline *outline = NULL;
    size_t borders = 0;
    size_t points = 0;

    (void)state;
    assert_int_equal(mg_ref_load(MG_TEST_REF, &ref, NULL), MG_OK);
    assert_int_equal(mg_outline_load(ref, &outline, NULL), MG_OK);
    for (size_t i = 0; i < outline->n; i++) {
        borders += outline->lines[i].border;
        assert_true(outline->lines[i].n >= 2);
        assert_ptr_equal(outline->lines[i].points, outline->points + points);
        points += outline->lines[i].n;
    }
    assert_true(borders > 100 && outline->n - borders > 100 && points > 5000);
    mg_outline_free(outline);
    mg_ref_free(ref);
}

static void good(void **state)
{
    mg_outline *outline = NULL;

    (void)state;
    assert_int_equal(load("kind,points\nborder,-180 -90 180 90\ncoast,1 2 3 4.5 -6 7\n",
                          &outline, NULL),
                     MG_OK);
    assert_int_equal(outline->n, 2);
    assert_true(outline->lines[0].border && !outline->lines[1].border);
    assert_int_equal(outline->lines[1].n, 3);
    assert_true(outline->lines[1].points[1].lon == 3 &&
                outline->lines[1].points[1].lat == 4.5);
    mg_outline_free(outline);
    mg_outline_free(NULL);
}

struct bad_case {
    const char *name;
    const char *row;
    const char *says;
};

static struct bad_case bad_cases[] = {
    {"another kind", "river,1 2 3 4", "'kind'"},
    {"an odd number of figures", "coast,1 2 3", "'points'"},
    {"one point", "coast,1 2", "'points'"},
    {"none", "coast,", "'points'"},
    {"a word", "coast,1 2 three 4", "'points'"},
    {"off the earth to the east", "coast,1 2 180.1 4", "'points'"},
    {"off the earth to the north", "coast,1 2 3 90.1", "'points'"},
    {"two blanks", "coast,1  2 3 4", "'points'"},
};

static void check_bad(void **state)
{
    const struct bad_case *c = *state;
    mg_outline *none = (mg_outline *)1;
    mg_error err = {0};
    char table[256];

    snprintf(table, sizeof table, "kind,points\ncoast,1 2 3 4\n%s\n", c->row);
    assert_int_equal(load(table, &none, &err), MG_E_PARSE);
    assert_null(none);
    assert_int_equal(err.line, 3);
    if (strstr(err.what, c->says) == NULL)
        fail_msg("'%s' does not say %s", err.what, c->says);
}

static void missing(void **state)
{
    mg_outline *none = (mg_outline *)1;
    mg_error err = {0};

    (void)state;
    assert_int_equal(load(NULL, &none, &err), MG_E_IO);
    assert_null(none);
}

int main(void)
{
    struct suite suite = {.n = 0};

    suite_add(&suite, "the delivered one", delivered, NULL);
    suite_add(&suite, "a good one", good, NULL);
    suite_cases(&suite, bad_cases, sizeof bad_cases / sizeof *bad_cases,
                sizeof *bad_cases, check_bad);
    suite_add(&suite, "none", missing, NULL);
    return suite_run("outline", &suite);
}
