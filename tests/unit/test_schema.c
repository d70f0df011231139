/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Headers of every layout, and headers with flaws. */
#include "headers.h"
#include "mirrorgap/schema.h"
#include "split_cells.h"
#include "testing.h"

struct header_case {
    const char *name;
    const char *header;
    int layout; /* -1: refused */
    const char *says, *says_too;
};

static struct header_case header_cases[] = {
    {"legacy-web", HEADER_LEGACY_WEB, MG_LAYOUT_LEGACY_WEB, "", ""},
    {"legacy-web, R", HEADER_LEGACY_WEB_R, MG_LAYOUT_LEGACY_WEB, "", ""},
    {"legacy-bulk", HEADER_LEGACY_BULK, MG_LAYOUT_LEGACY_BULK, "", ""},
    {"legacy-api", HEADER_LEGACY_API, MG_LAYOUT_LEGACY_API, "", ""},
    {"legacy-auth", HEADER_LEGACY_AUTH, MG_LAYOUT_LEGACY_AUTH, "", ""},
    {"plus", HEADER_PLUS, MG_LAYOUT_PLUS, "", ""},
    {"plus-bulk", HEADER_PLUS_BULK, MG_LAYOUT_PLUS_BULK, "", ""},
    {"wits", HEADER_WITS, MG_LAYOUT_WITS, "", ""},
    {"baci", HEADER_BACI, MG_LAYOUT_BACI, "", ""},
    {"plus, a subset", HEADER_SHORT, MG_LAYOUT_PLUS, "", ""},
    {"plus, ISO3 and year only",
     "refYear,reporterISO,partnerISO,flowCode,cmdCode,PRIMARYVALUE", MG_LAYOUT_PLUS, "",
     ""},
    {"plus, other order and strangers",
     "x,primaryValue,y,cmdCode,flowCode,partnerCode,reporterCode,period,z",
     MG_LAYOUT_PLUS, "", ""},
    {"empty", "", -1, "no known layout", ""},
    {"no trade table", "a,b,c", -1, "no known layout", ""},
    {"plus without value", "period,reporterCode,partnerCode,flowCode,cmdCode", -1,
     "'plus'", "'primaryValue'"},
    {"plus with the value renamed",
     "typeCode,period,reporterCode,partnerCode,flowCode,cmdCode,primaryVal", -1,
     "'primaryValue'", "is it 'primaryval"},
    {"plus without partner", "period,reporterCode,flowCode,cmdCode,primaryValue", -1,
     "'partnerCode'", ""},
    {"legacy without flow",
     "Year,Reporter Code,Partner Code,Commodity Code,Trade Value (US$),Classification",
     -1, "'Trade Flow Code'", ""},
    {"plus with two of them",
     "period,reporterCode,partnerCode,flowCode,cmdCode,primaryValue,primaryValue", -1,
     "'primaryValue'", "twice"},
    {"plus, twice by letter case",
     "period,PERIOD,reporterCode,partnerCode,flowCode,cmdCode,primaryValue", -1,
     "'period'", "twice"},
    {"an ignored column twice",
     "period,reporterCode,partnerCode,flowCode,cmdCode,cmdDesc,cmdDesc,primaryValue",
     MG_LAYOUT_PLUS, "", ""},
};

static void check_header(void **state)
{
    const struct header_case *c = *state;
    mg_cell header[CELLS_MAX];
    size_t n = split(c->header, header);
    mg_schema schema;
    mg_error err = {0};
    mg_status status = mg_schema_recognise(header, n, -1, &schema, &err);

    assert_int_equal(status, c->layout >= 0 ? MG_OK : MG_E_PARSE);
    if (c->layout < 0) {
        if (strstr(err.what, c->says) == NULL || strstr(err.what, c->says_too) == NULL)
            fail_msg("says: %s", err.what);
        return;
    }
    assert_int_equal(schema.layout, c->layout);
    assert_int_equal(schema.n_columns, n);
    int last = -1;
    for (size_t i = 0; i < schema.n_needed; i++) {
        int column = schema.column_of[schema.needed[i]];
        assert_in_range(column, 0, n - 1);
        /* by column among the fields of each kind */
        assert_true(column >= last || i == schema.n_main);
        last = column;
        if (schema.needed[i] != MG_F_FIRST && header[column].n < 39)
            assert_memory_equal(schema.name_of[schema.needed[i]], header[column].text,
                                header[column].n);
    }
    for (int f = 0; f < MG_FIELDS; f++) {
        size_t listed = 0;
        for (size_t i = 0; i < schema.n_needed; i++)
            listed += schema.needed[i] == f;
        assert_int_equal(listed, schema.column_of[f] >= 0);
    }
    assert_int_equal(schema.value_shift,
                     c->layout == MG_LAYOUT_WITS || c->layout == MG_LAYOUT_BACI ? 3 : 0);
}

static void forced_and_names(void **state)
{
    mg_cell header[CELLS_MAX];
    mg_schema schema;
    mg_error err = {0};
    size_t n = split(HEADER_LEGACY_WEB, header);

    (void)state;
    for (int l = 0; l < MG_LAYOUTS; l++)
        assert_int_equal(mg_layout_find(mg_layout_name((mg_layout)l)), l);
    assert_int_equal(mg_layout_find("nothing"), -1);
    assert_int_equal(
        mg_schema_recognise(header, n, MG_LAYOUT_TRANSITIONAL, &schema, &err), MG_OK);
    assert_int_equal(schema.layout, MG_LAYOUT_TRANSITIONAL);
    assert_int_equal(mg_schema_recognise(header, n, MG_LAYOUT_PLUS, &schema, &err),
                     MG_E_PARSE);
    assert_non_null(strstr(err.what, "'plus'"));
    assert_int_equal(mg_schema_known(header, n), 35);
    assert_int_equal(mg_schema_known(header, 0), 0);
    mg_cell many = {"a", 1};
    assert_int_equal(mg_schema_recognise(&many, MG_COLUMNS_MAX + 1, -1, &schema, &err),
                     MG_E_PARSE);
}

static size_t place_of(const mg_schema *s, unsigned field)
{
    size_t i = 0;

    while (i < s->n_needed && s->needed[i] != field)
        i++;
    return i;
}

/* Whatever is left out: it is gone, and all others are as they were, in order. */
static void fields_left_out(void **state)
{
    mg_cell header[CELLS_MAX];
    size_t n = split(HEADER_PLUS, header);
    uint64_t seed = 1;

    (void)state;
    for (int round = 0; round < 500; round++) {
        mg_schema all;
        assert_int_equal(mg_schema_recognise(header, n, -1, &all, NULL), MG_OK);
        mg_schema some = all;
        uint64_t left_out = round > 0 ? random_bits(&seed) & random_bits(&seed) : 0;
        for (unsigned f = 0; f < MG_FIELDS; f++)
            if ((left_out >> f & 1) != 0) {
                mg_schema_leave_out(&some, (mg_field)f);
                mg_schema_leave_out(&some, (mg_field)f); /* the second time is none */
            }
        assert_int_equal(some.n_columns, all.n_columns);
        assert_int_equal(some.layout, all.layout);
        size_t kept = 0;
        for (size_t i = 0; i < all.n_needed; i++) {
            unsigned f = all.needed[i];
            if ((left_out >> f & 1) != 0) {
                assert_int_equal(place_of(&some, f), some.n_needed);
                continue;
            }
            assert_int_equal(place_of(&some, f), kept);
            assert_int_equal(some.needed_column[kept], all.needed_column[i]);
            kept++;
        }
        assert_int_equal(some.n_needed, kept);
        for (unsigned f = 0; f < MG_FIELDS; f++)
            assert_int_equal(some.column_of[f],
                             (left_out >> f & 1) != 0 ? -1 : all.column_of[f]);
    }
}

static void transitional_by_its_row(void **state)
{
    mg_cell cells[MG_FIELDS] = {{0}};
    mg_cell header[CELLS_MAX];
    mg_schema schema;
    size_t n = split(HEADER_LEGACY_WEB, header);

    (void)state;
    assert_int_equal(mg_schema_recognise(header, n, -1, &schema, NULL), MG_OK);
    cells[MG_F_FLOW_NAME] = cell_of("Import");
    mg_schema_look_at_row(&schema, cells);
    assert_int_equal(schema.layout, MG_LAYOUT_LEGACY_WEB);
    cells[MG_F_FLOW_NAME] = cell_of("DX");
    mg_schema_look_at_row(&schema, cells);
    assert_int_equal(schema.layout, MG_LAYOUT_TRANSITIONAL);
}

static void vintages(void **state)
{
    (void)state;
    assert_int_equal(mg_vintage_read(cell_of("2023-05-01")), 20230501);
    assert_int_equal(mg_vintage_read(cell_of("20230501")), 20230501);
    assert_int_equal(mg_vintage_read(cell_of("2023-05-01T10:00:00")), 20230501);
    assert_int_equal(mg_vintage_read(cell_of("2023-13-01")), 0);
    assert_int_equal(mg_vintage_read(cell_of("2023-05")), 0);
    assert_int_equal(mg_vintage_read(cell_of("")), 0);
    assert_int_equal(mg_vintage_read(cell_of("1.5.2023")), 0);
    assert_int_equal(
        mg_vintage_of_name("a/COMTRADE-FINAL-CA156201501H4[2023-05-01].txt.gz"),
        20230501);
    assert_int_equal(mg_vintage_of_name("COMTRADE-FINAL[x][2020-01-02]"), 20200102);
    assert_int_equal(mg_vintage_of_name("COMTRADE-FINAL-x.txt"), 0);
    assert_int_equal(mg_vintage_of_name("data[2023-05-01].csv"), 0);
    assert_int_equal(mg_vintage_of_name("COMTRADE-FINAL[2023-05-01]/a.csv"), 0);
}

int main(void)
{
    static struct suite s;

    SUITE_CASES(&s, header_cases, check_header);
    suite_add(&s, "forced layouts, names", forced_and_names, NULL);
    suite_add(&s, "fields left out", fields_left_out, NULL);
    suite_add(&s, "transitional by its row", transitional_by_its_row, NULL);
    suite_add(&s, "vintages", vintages, NULL);
    return suite_run("schema", &s);
}
