/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of areas that files mix up, as it is delivered and where it is wrong. */
#include "mirrorgap/confusable.h"
#include "scratch.h"

static mg_ref *ref;
static mg_confusable *table;

struct twin_case {
    const char *name;
    unsigned code, twin;
    bool is, gains, loses;
};

static struct twin_case twin_cases[] = {
    {"North and South Korea", 408, 410, true, true, true},
    {"South and North Korea", 410, 408, true, true, true},
    {"Congo", 180, 178, true, true, true},
    {"Niger", 562, 566, true, true, true},
    {"Slovakia", 703, 705, true, true, true},
    {"Dominica", 212, 214, true, true, true},
    {"Australia", 36, 40, true, true, true},
    {"Guinea has several", 324, 624, true, true, true},
    {"Guinea has several: Equatorial", 324, 226, true, true, true},
    {"South Georgia gains", 239, 268, true, true, false},
    {"Georgia loses", 268, 239, true, false, true},
    {"China is nobody's twin", 156, 344, false, false, false},
    {"no such area", 70000, 408, false, false, false},
};

static void check_twin(void **state)
{
    const struct twin_case *c = *state;
    size_t n = 99;
    const mg_twin *twins = mg_confusable_twins(table, c->code, &n);
    const mg_twin *found = NULL;

    assert_int_equal(twins == NULL, n == 0);
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(twins[i].code, c->code);
        assert_true(i == 0 || twins[i - 1].twin < twins[i].twin);
        assert_true(twins[i].why[0] != '\0');
        if (twins[i].twin == c->twin)
            found = &twins[i];
    }
    assert_int_equal(found != NULL, c->is);
    if (found != NULL) {
        assert_int_equal(found->gains, c->gains);
        assert_int_equal(found->loses, c->loses);
    }
}

struct bad_case {
    const char *name;
    const char *row;
    const char *says;
};

static struct bad_case bad_cases[] = {
    {"no area", "408,9999,both,x", "9999"},
    {"no code", "PRK,410,both,x", "PRK"},
    {"itself", "410,410,both,x", "itself"},
    {"twice", "408,410,both,x", "twice"},
    {"twice, turned round", "410,408,a_as_b,x", "twice"},
    {"no direction", "562,566,maybe,x", "directions"},
};

/* Loads a table of one good row and `row` (NULL: no table). */
static mg_status load_with(const char *row, mg_confusable **got, mg_error *err)
{
    scratch_path dir;
    char text[256];
    mg_ref *own = NULL;

    snprintf(text, sizeof text, "code_a,code_b,directions,why\n408,410,both,y\n%s\n",
             row != NULL ? row : "");
    scratch_tables(dir, "confusable.csv", row != NULL ? text : NULL);
    assert_int_equal(mg_ref_load(dir, &own, NULL), MG_OK);
    mg_status status = mg_confusable_load(own, got, err);
    mg_ref_free(own);
    sweep_folder(dir);
    return status;
}

static void check_bad(void **state)
{
    const struct bad_case *c = *state;
    mg_confusable *none = (mg_confusable *)1;
    mg_error err = {0};

    assert_int_equal(load_with(c->row, &none, &err), MG_E_PARSE);
    assert_null(none);
    assert_int_equal(err.line, 3);
    assert_non_null(strstr(err.what, c->says));
}

static void no_table(void **state)
{
    mg_confusable *none = (mg_confusable *)1;
    mg_error err = {0};

    (void)state;
    assert_int_equal(load_with(NULL, &none, &err), MG_E_IO);
    assert_null(none);
    mg_confusable_free(NULL);
}

int main(void)
{
    static struct suite s;
    mg_error err = {0};

    if (mg_ref_load(MG_TEST_REF, &ref, &err) != MG_OK ||
        mg_confusable_load(ref, &table, &err) != MG_OK) {
        fprintf(stderr, "%s: %s\n", err.where, err.what);
        return 1;
    }
    SUITE_CASES(&s, twin_cases, check_twin);
    SUITE_CASES(&s, bad_cases, check_bad);
    suite_add(&s, "no table", no_table, NULL);
    int failed = suite_run("confusable", &s);
    mg_confusable_free(table);
    mg_ref_free(ref);
    return failed;
}
