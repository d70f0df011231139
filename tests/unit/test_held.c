/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Held tables: what goes in comes out, as fields, CSV and JSON; and the page around them.
 */
#include "mirrorgap/held.h"

#include <jansson.h>

#include "mirrorgap/page.h"
#include "scratch.h"

static const mg_output_column columns[] = {
    {"period", "period", "year"},
    {"name", "text", "a \"quoted\" what"},
    {"hs", "code", "code"},
    {"usd", "USD", "money"},
    {"odd", "USD", "not always a figure"},
};
enum { COLUMNS = sizeof columns / sizeof *columns };

struct row {
    double period;
    const char *name, *hs;
    double usd;
    const char *odd;
};
static const struct row rows[] = {
    {2016, "China", "010121", 1.5, "7"},
    {2017, "<script>alert(1)</script>", "2701", -2e300, "yes"},
    {2018, "", "010121", NAN, ""},
    {2019, "=cmd|' /C calc'!A0", "03", 0, "1e5"},
    {2020, "a,\"b\"\xc3\xa9\xe2\x80\xae", "99", 0.1, "0"},
    {2021, "\xff\xfe", "99", 1e-300, "12"},
};
enum { ROWS = sizeof rows / sizeof *rows };

static void put_row(mg_lines *to, const struct row *r)
{
    mg_line_number(to, r->period);
    mg_line_text(to, r->name);
    mg_line_text(to, r->hs);
    mg_line_number(to, r->usd);
    mg_line_text(to, r->odd);
    mg_line_end(to);
}

static void put_table(mg_output *output)
{
    mg_lines lines;

    assert_int_equal(mg_output_columns(output, "things", columns, COLUMNS, NULL), MG_OK);
    assert_int_equal(mg_output_note(output, "cif", "auto", NULL), MG_OK);
    mg_lines_start(&lines, output);
    for (size_t i = 0; i < ROWS; i++)
        put_row(&lines, &rows[i]);
    assert_int_equal(mg_output_write(output, &lines, NULL), MG_OK);
    mg_lines_release(&lines);
    assert_int_equal(mg_output_end(output, NULL), MG_OK);
}

static mg_held *fill(mg_held_keep keep, void *self)
{
    mg_held *held;
    mg_output *output;

    assert_int_equal(mg_held_new("some things", keep, self, &held, NULL), MG_OK);
    assert_int_equal(mg_held_output(held, &output, NULL), MG_OK);
    put_table(output);
    mg_output_free(output);
    return held;
}

static void fields(void **state)
{
    mg_held *h = fill(NULL, NULL);

    (void)state;
    assert_int_equal(mg_held_rows(h), ROWS);
    assert_string_equal(mg_held_table(h), "things");
    assert_string_equal(mg_held_title(h), "some things");
    assert_string_equal(mg_held_note(h, "cif"), "auto");
    assert_null(mg_held_note(h, "fic"));
    assert_int_equal(mg_held_column(h, "usd"), 3);
    assert_int_equal(mg_held_column(h, "eur"), SIZE_MAX);
    for (size_t i = 0; i < ROWS; i++) {
        assert_string_equal(mg_held_text(h, i, 2), rows[i].hs);
        assert_string_equal(mg_held_text(h, i, 1), rows[i].name);
        const double usd = mg_held_number(h, i, 3);
        assert_true(usd == rows[i].usd || (isnan(usd) && isnan(rows[i].usd)));
        assert_true(isnan(mg_held_number(h, i, SIZE_MAX)));
    }
    assert_true(isnan(mg_held_number(h, 1, 4)));
    mg_held_free(h);
}

/* Rows with an odd number among those that come. */
static bool keep_odd(void *self, const mg_held *h)
{
    size_t *seen = self;

    assert_string_equal(mg_held_text(h, mg_held_rows(h) - 1, 2), rows[*seen].hs);
    return (*seen)++ % 2 == 1;
}

static void kept_and_chosen(void **state)
{
    size_t seen = 0;
    mg_held *h = fill(keep_odd, &seen);
    const bool keep[] = {true, false, true};

    (void)state;
    assert_int_equal(seen, ROWS);
    assert_int_equal(mg_held_rows(h), 3);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(mg_held_number(h, i, 0), 2017 + 2 * (int)i);
    mg_held_choose(h, keep);
    assert_int_equal(mg_held_rows(h), 2);
    assert_int_equal(mg_held_number(h, 1, 0), 2021);
    mg_held_free(h);
}

/* A column that the other table has not is empty. */
static void copied(void **state)
{
    static const mg_output_column some[] = {{"hs", "code", "code"},
                                            {"more", "USD", "not there"},
                                            {"period", "period", "year"}};
    mg_held *from = fill(NULL, NULL);
    mg_held *to;
    mg_output *output;

    (void)state;
    assert_int_equal(mg_held_new("", NULL, NULL, &to, NULL), MG_OK);
    assert_int_equal(mg_held_output(to, &output, NULL), MG_OK);
    assert_int_equal(mg_output_columns(output, "part", some, 3, NULL), MG_OK);
    mg_output_free(output);
    for (size_t i = ROWS; i-- > 0;)
        assert_int_equal(mg_held_copy(to, from, i, NULL), MG_OK);
    mg_held_free(from);
    assert_int_equal(mg_held_rows(to), ROWS);
    for (size_t i = 0; i < ROWS; i++) {
        assert_string_equal(mg_held_text(to, i, 0), rows[ROWS - 1 - i].hs);
        assert_string_equal(mg_held_text(to, i, 1), "");
        assert_int_equal(mg_held_number(to, i, 2), rows[ROWS - 1 - i].period);
    }
    mg_held_free(to);
}

/* Written from what is held, a CSV file has the bytes of one that was written at once. */
static void same_file(void **state)
{
    scratch_path folder;
    scratch_path paths[2];
    mg_held *h = fill(NULL, NULL);
    mg_output *output;
    char texts[2][2][4096];

    (void)state;
    scratch_folder(folder);
    for (int i = 0; i < 2; i++)
        snprintf(paths[i], sizeof paths[i], "%.400s/%d.csv", folder, i);
    const mg_output_options direct = {.path = paths[0], .no_provenance = true};
    const mg_output_options later = {.path = paths[1], .no_provenance = true};
    assert_int_equal(mg_output_new(&direct, &output, NULL), MG_OK);
    put_table(output);
    mg_output_free(output);
    assert_int_equal(mg_held_write(h, &later, NULL), MG_OK);
    for (int i = 0; i < 2; i++)
        for (int meta = 0; meta < 2; meta++) {
            scratch_path path;
            snprintf(path, sizeof path, "%.450s%s", paths[i], meta ? ".meta.json" : "");
            FILE *file = fopen(path, "r");
            assert_non_null(file);
            const size_t n = fread(texts[i][meta], 1, sizeof texts[i][meta] - 1, file);
            texts[i][meta][n] = '\0';
            fclose(file);
        }
    assert_string_equal(texts[0][0], texts[1][0]);
    assert_string_equal(texts[0][1], texts[1][1]);
    assert_non_null(strstr(texts[0][0], "\n2019,'=cmd|' /C calc'!A0,03,0,"));
    mg_held_free(h);
    sweep_folder(folder);
}

static json_t *as_json(const mg_held *h)
{
    char *text = NULL;
    size_t n = 0;
    FILE *to = open_memstream(&text, &n);
    json_error_t error;

    assert_non_null(to);
    assert_int_equal(mg_held_json(h, to, NULL), MG_OK);
    fclose(to);
    json_t *json = json_loadb(text, n, 0, &error);
    if (json == NULL)
        fail_msg("%s at %d: %s", error.text, error.position, text);
    free(text);
    return json;
}

static void json(void **state)
{
    mg_held *h = fill(NULL, NULL);
    json_t *root = as_json(h);
    const json_t *all = json_object_get(root, "columns");

    (void)state;
    assert_int_equal(json_integer_value(json_object_get(root, "rows")), ROWS);
    assert_int_equal(json_array_size(all), COLUMNS);
    const json_t *usd = json_object_get(json_array_get(all, 3), "values");
    const json_t *hs = json_array_get(all, 2);
    const json_t *name = json_array_get(all, 1);
    /* a column that is not always a figure is of texts */
    assert_null(json_object_get(json_array_get(all, 3), "texts"));
    assert_non_null(json_object_get(json_array_get(all, 4), "texts"));
    assert_int_equal(json_array_size(json_object_get(hs, "texts")), 4);
    for (size_t i = 0; i < ROWS; i++) {
        const json_t *value = json_array_get(usd, i);
        const size_t code =
            (size_t)json_integer_value(json_array_get(json_object_get(hs, "values"), i));
        const size_t text = (size_t)json_integer_value(
            json_array_get(json_object_get(name, "values"), i));
        assert_true(isnan(rows[i].usd) ? json_is_null(value)
                                       : json_number_value(value) == rows[i].usd);
        assert_string_equal(
            json_string_value(json_array_get(json_object_get(hs, "texts"), code)),
            rows[i].hs);
        assert_string_equal(
            json_string_value(json_array_get(json_object_get(name, "texts"), text)),
            i == 5 ? "??" : rows[i].name); /* bytes that are no UTF-8 */
    }
    json_decref(root);
    mg_held_free(h);
}

static void empty_table(void **state)
{
    mg_held *h;
    mg_output *output;

    (void)state;
    assert_int_equal(mg_held_new("none", NULL, NULL, &h, NULL), MG_OK);
    assert_string_equal(mg_held_table(h), "");
    assert_int_equal(mg_held_output(h, &output, NULL), MG_OK);
    assert_int_equal(mg_output_columns(output, "things", columns, COLUMNS, NULL), MG_OK);
    mg_output_free(output);
    json_t *root = as_json(h);
    assert_int_equal(json_array_size(json_object_get(root, "columns")), COLUMNS);
    json_decref(root);
    mg_held_free(h);
    mg_held_free(NULL);
}

/* Nothing of the data or the title can end the block that it stands in. */
static void page(void **state)
{
    static const char data[] = "{\"a\":\"</script><script>x&y<!--\"}";
    char *text = NULL;
    size_t n = 0;
    mg_error err = {0};

    (void)state;
    const mg_status status =
        mg_page_make("</title><b>\"t\" & co", data, sizeof data - 1, &text, &n, &err);
    if (!mg_page_can()) {
        assert_int_equal(status, MG_E_RANGE);
        assert_null(text);
        return;
    }
    assert_int_equal(status, MG_OK);
    const char *block = strstr(text, "id=\"data\">");
    assert_non_null(block);
    const char *end = strstr(block, "</script>");
    assert_non_null(end);
    const size_t from = strlen("id=\"data\">");
    assert_null(memchr(block + from, '<', (size_t)(end - block) - from));
    json_t *root = json_loadb(block + from, (size_t)(end - block) - from, 0, NULL);
    assert_non_null(root);
    assert_string_equal(json_string_value(json_object_get(root, "a")),
                        "</script><script>x&y<!--");
    json_decref(root);
    assert_non_null(
        strstr(text, "<title>&#60;/title&#62;&#60;b&#62;&#34;t&#34; &#38; co</title>"));
    assert_non_null(strstr(text, "default-src 'none'; script-src 'sha256-"));
    free(text);
}

int main(void)
{
    struct suite suite = {.n = 0};

    suite_add(&suite, "fields are what was written", fields, NULL);
    suite_add(&suite, "rows are kept and chosen", kept_and_chosen, NULL);
    suite_add(&suite, "rows are copied by the names of columns", copied, NULL);
    suite_add(&suite, "the same file, now or later", same_file, NULL);
    suite_add(&suite, "JSON, column by column", json, NULL);
    suite_add(&suite, "a table without rows", empty_table, NULL);
    suite_add(&suite, "a page holds its data", page, NULL);
    return suite_run("held", &suite);
}
