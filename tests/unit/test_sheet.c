/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tables for Stata, read back with ReadStat, and the limits of both forms. What Excel's
 * hold is read in tests/cli/export.bats. */
#include <readstat.h>

#include "mirrorgap/output.h"
#include "scratch.h"

static const mg_output_column columns[] = {
    {"period", "period", "year, or year and month"},
    {"hs", "code", "commodity code"},
    {"name", "text",
     "what it is called, which is said here at such length that a label of "
     "Stata's cannot hold it"},
    {"usd", "USD", "as filed"}};
enum { COLUMNS = sizeof columns / sizeof *columns };

struct row {
    int64_t period;
    const char *hs, *name;
    double usd;
};

static const struct row rows[] = {
    {2016, "010121", "=HYPERLINK(\"x\")", 1234567.125},
    {201612, "99", "C\xc3\xb4te d'Ivoire, \"ivory\"", NAN},
    {2017, "0101", "", 0},
    {2018, "030613", "two\nlines\tand a tab", 1e300},
};
enum { ROWS = sizeof rows / sizeof *rows };

static mg_output *start(mg_format format, const char *path)
{
    const mg_output_options options = {
        .path = path, .format = format, .no_provenance = true};
    mg_output *output = NULL;

    assert_int_equal(mg_output_new(&options, &output, NULL), MG_OK);
    assert_int_equal(mg_output_columns(output, "things", columns, COLUMNS, NULL), MG_OK);
    return output;
}

static void put(mg_lines *lines, const struct row *row)
{
    mg_line_integer(lines, row->period);
    mg_line_word(lines, row->hs, strlen(row->hs));
    mg_line_text(lines, row->name);
    mg_line_number(lines, row->usd);
    mg_line_end(lines);
}

struct got {
    readstat_type_t type[COLUMNS];
    char label[COLUMNS][256];
    char name[COLUMNS][64];
    double number[ROWS][COLUMNS];
    char text[ROWS][COLUMNS][64];
    int rows, columns;
};

static int take_metadata(readstat_metadata_t *metadata, void *self)
{
    struct got *g = self;

    g->rows = readstat_get_row_count(metadata);
    g->columns = readstat_get_var_count(metadata);
    return READSTAT_HANDLER_OK;
}

static int take_variable(int index, readstat_variable_t *v, const char *labels,
                         void *self)
{
    struct got *g = self;

    (void)labels;
    g->type[index] = readstat_variable_get_type(v);
    snprintf(g->label[index], sizeof g->label[index], "%s",
             readstat_variable_get_label(v));
    snprintf(g->name[index], sizeof g->name[index], "%s", readstat_variable_get_name(v));
    return READSTAT_HANDLER_OK;
}

static int take_value(int row, readstat_variable_t *v, readstat_value_t value, void *self)
{
    struct got *g = self;
    const int c = readstat_variable_get_index(v);

    if (readstat_value_type(value) == READSTAT_TYPE_STRING)
        snprintf(g->text[row][c], sizeof g->text[row][c], "%s",
                 readstat_string_value(value));
    else
        g->number[row][c] =
            readstat_value_is_system_missing(value) ? NAN : readstat_double_value(value);
    return READSTAT_HANDLER_OK;
}

static void stata(void **state)
{
    static struct got g;
    scratch_path dir;
    char path[SCRATCH_PATH + 16];
    mg_lines lines;
    (void)state;

    scratch_folder(dir);
    snprintf(path, sizeof path, "%s/t.dta", dir);
    mg_output *output = start(MG_FORMAT_DTA, path);
    mg_lines_start(&lines, output);
    for (size_t i = 0; i < ROWS; i++)
        put(&lines, &rows[i]);
    assert_int_equal(mg_output_write(output, &lines, NULL), MG_OK);
    assert_int_equal(mg_output_end(output, NULL), MG_OK);
    mg_lines_release(&lines);
    mg_output_free(output);

    readstat_parser_t *parser = readstat_parser_init();
    readstat_set_metadata_handler(parser, take_metadata);
    readstat_set_variable_handler(parser, take_variable);
    readstat_set_value_handler(parser, take_value);
    assert_int_equal(readstat_parse_dta(parser, path, &g), READSTAT_OK);
    readstat_parser_free(parser);
    assert_int_equal(g.rows, ROWS);
    assert_int_equal(g.columns, COLUMNS);
    assert_string_equal(g.name[3], "usd");
    assert_string_equal(g.label[3], "as filed (USD)");
    assert_true(strlen(g.label[2]) == 80);
    assert_int_equal(g.type[0], READSTAT_TYPE_DOUBLE);
    assert_int_equal(g.type[1], READSTAT_TYPE_STRING);
    for (size_t i = 0; i < ROWS; i++) {
        assert_same_double(g.number[i][0], (double)rows[i].period);
        assert_string_equal(g.text[i][1], rows[i].hs); /* with its zeros */
        assert_same_double(g.number[i][3], rows[i].usd);
    }
    assert_string_equal(g.text[0][2], rows[0].name); /* a text, not a formula */
    assert_string_equal(g.text[1][2], rows[1].name);
    assert_string_equal(g.text[2][2], "");
    assert_string_equal(g.text[3][2], "two lines and a tab");
    sweep_folder(dir);
}

static void too_long_a_text(void **state)
{
    scratch_path dir;
    char path[SCRATCH_PATH + 16];
    char name[3000];
    mg_lines lines;
    mg_error err = {0};
    (void)state;

    memset(name, 'x', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    scratch_folder(dir);
    snprintf(path, sizeof path, "%s/t.dta", dir);
    mg_output *output = start(MG_FORMAT_DTA, path);
    mg_lines_start(&lines, output);
    put(&lines, &(struct row){2016, "01", name, 1});
    assert_int_equal(mg_output_write(output, &lines, NULL), MG_OK);
    assert_int_equal(mg_output_end(output, &err), MG_E_RANGE);
    assert_non_null(strstr(err.what, "'name' has a text of 2999 bytes"));
    mg_lines_release(&lines);
    mg_output_free(output);
    assert_int_equal(access(path, F_OK), -1);
    sweep_folder(dir);
}

/* 1,048,575 rows are a sheet, one more is not, and nothing is left behind. */
static void too_many_rows(void **state)
{
    static const mg_output_column one[] = {{"n", "count", "a number"}};
    scratch_path dir;
    char path[SCRATCH_PATH + 16];
    mg_output *output = NULL;
    mg_lines lines;
    mg_error err = {0};
    (void)state;

    scratch_folder(dir);
    snprintf(path, sizeof path, "%s/t.xlsx", dir);
    const mg_output_options options = {.path = path, .format = MG_FORMAT_XLSX};
    assert_int_equal(mg_output_new(&options, &output, NULL), MG_OK);
    assert_int_equal(mg_output_columns(output, "t", one, 1, NULL), MG_OK);
    mg_lines_start(&lines, output);
    for (uint64_t i = 0; i < MG_SHEET_ROWS; i++) {
        mg_line_integer(&lines, 1);
        mg_line_end(&lines);
    }
    assert_int_equal(mg_output_write(output, &lines, NULL), MG_OK);
    mg_line_integer(&lines, 1);
    mg_line_end(&lines);
    assert_int_equal(mg_output_write(output, &lines, &err), MG_E_RANGE);
    assert_non_null(strstr(err.what, "1,048,575"));
    mg_lines_release(&lines);
    mg_output_free(output);
    assert_int_equal(access(path, F_OK), -1);
    sweep_folder(dir);
}

static void no_file(void **state)
{
    const mg_output_options options = {.format = MG_FORMAT_DTA};
    mg_output *output = NULL;
    mg_error err = {0};
    (void)state;

    assert_int_equal(mg_output_new(&options, &output, NULL), MG_OK);
    assert_int_equal(mg_output_columns(output, "t", columns, COLUMNS, &err), MG_E_RANGE);
    assert_non_null(strstr(err.what, "-o FILE"));
    mg_output_free(output);
}

int main(void)
{
    static struct suite s;

    suite_add(&s, "Stata", stata, NULL);
    suite_add(&s, "too long a text", too_long_a_text, NULL);
    suite_add(&s, "too many rows", too_many_rows, NULL);
    suite_add(&s, "no file", no_file, NULL);
    return suite_run("sheet", &s);
}
