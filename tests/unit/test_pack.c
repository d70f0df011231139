/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which rows a packed table refuses, and that a file is there whole or not at all. What
 * it holds is read by h5py in tests/cli/pack.bats. */
#include <sys/stat.h>

#include "mirrorgap/pack.h"
#include "scratch.h"

static const mg_pack_column columns[] = {
    {"hs", "code", "commodity code", false},
    {"usd", "USD", "as filed", true},
};

struct pack_case {
    const char *name;
    const char *fields[5]; /* NULL behind the last */
    mg_status added, ended;
    const char *says;
};

static struct pack_case cases[] = {
    {"none", {NULL}, MG_OK, MG_OK, ""},
    {"one", {"010121", "1.5"}, MG_OK, MG_OK, ""},
    {"empty fields", {"", ""}, MG_OK, MG_OK, ""},
    {"two", {"01", "1", "9999999999", "-2e300"}, MG_OK, MG_OK, ""},
    {"half a row", {"010121"}, MG_OK, MG_E_RANGE, "within a row"},
    {"a row and a half", {"01", "1", "02"}, MG_OK, MG_E_RANGE, "within a row"},
    {"no number", {"010121", "much"}, MG_E_RANGE, MG_OK, "'usd'"},
    {"no number that ends", {"010121", "1.5 "}, MG_E_RANGE, MG_OK, "'usd'"},
};

static bool is_there(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0;
}

static void rows(void **state)
{
    const struct pack_case *c = *state;
    scratch_path dir;
    char path[SCRATCH_PATH + 16];
    mg_pack *pack;
    mg_error err = {0};

    scratch_folder(dir);
    snprintf(path, sizeof path, "%s/t.h5", dir);
    assert_int_equal(mg_pack_new(path, &pack, NULL), MG_OK);
    assert_int_equal(mg_pack_note(pack, "title", "things", NULL), MG_OK);
    assert_int_equal(mg_pack_table(pack, "things", "what", columns, 2, NULL), MG_OK);
    mg_status status = MG_OK;
    for (size_t i = 0; status == MG_OK && c->fields[i] != NULL; i++)
        status = mg_pack_field(pack, c->fields[i], strlen(c->fields[i]), &err);
    assert_int_equal(status, c->added);
    assert_false(is_there(path));
    if (status == MG_OK)
        status = mg_pack_end(pack, &err);
    assert_int_equal(status, c->added != MG_OK ? c->added : c->ended);
    assert_non_null(strstr(err.what, c->says));
    mg_pack_free(pack);
    assert_int_equal(is_there(path), status == MG_OK);
    unlink(path);
    assert_int_equal(rmdir(dir), 0); /* nothing else is left there */
}

static void nowhere(void **state)
{
    scratch_path dir;
    char path[SCRATCH_PATH + 16];
    mg_pack *pack;
    mg_error err = {0};
    (void)state;

    scratch_folder(dir);
    snprintf(path, sizeof path, "%s/no/t.h5", dir);
    assert_int_equal(mg_pack_new(path, &pack, &err), MG_E_IO);
    assert_null(pack);
    assert_string_equal(err.where, path);
    assert_int_equal(rmdir(dir), 0);
}

int main(void)
{
    static struct suite s;

    SUITE_CASES(&s, cases, rows);
    suite_add(&s, "nowhere", nowhere, NULL);
    return suite_run("pack", &s);
}
