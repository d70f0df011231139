/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows with every kind of flaw, and what becomes of good ones. */
#include "headers.h"
#include "mirrorgap/schema.h"
#include "split_cells.h"
#include "testing.h"

static mg_ref *ref;

/* Rows of HEADER_SHORT: type,freq,period,reporter,flow,partner,partner2,class,
 * code,customs,mos,mot,unit,qty,kg,cif,fob,value. */
struct row_case {
    const char *name;
    const char *row;
    int fate;
    const char *why; /* of a malformed row: part of it */
    mg_field field;
    const char *header; /* NULL: HEADER_SHORT */
};

#define GOOD "C,A,2016,156,M,76,0,H4,120100,C00,0,0,8,5,5,7,,7"

static struct row_case row_cases[] = {
    {"good", GOOD, MG_KEPT, NULL, 0, NULL},
    {"TOTAL", "C,A,2016,156,M,76,0,H4,TOTAL,C00,0,0,8,5,5,7,,7", MG_KEPT, NULL, 0, NULL},
    {"zero is a value", "C,A,2016,156,M,76,0,H4,1201,C00,0,0,8,5,5,7,,0", MG_KEPT, NULL,
     0, NULL},
    {"9999AA", "C,A,2016,156,M,76,0,H4,9999AA,C00,0,0,8,5,5,7,,0", MG_KEPT, NULL, 0,
     NULL},
    {"blank type, frequency, class", ",,2016,156,M,76,,,12,,,,,,,,,7", MG_KEPT, NULL, 0,
     NULL},
    {"blanks around", " C ,A, 2016 , 156 , M ,76 ,0 ,H4 ,12 , C00 ,0 , 0,8,5,5,7,, 7 ",
     MG_KEPT, NULL, 0, NULL},
    {"no value", "C,A,2016,156,M,76,0,H4,12,C00,0,0,8,5,5,7,,", MG_MALFORMED, "missing",
     MG_F_VALUE, NULL},
    {"value NA", "C,A,2016,156,M,76,0,H4,12,C00,0,0,8,5,5,7,,NA", MG_MALFORMED, "missing",
     MG_F_VALUE, NULL},
    {"value null", "C,A,2016,156,M,76,0,H4,12,C00,0,0,8,5,5,7,,null", MG_MALFORMED,
     "missing", MG_F_VALUE, NULL},
    {"value x", "C,A,2016,156,M,76,0,H4,12,C00,0,0,8,5,5,7,,x", MG_MALFORMED,
     "no plain number", MG_F_VALUE, NULL},
    {"negative value", "C,A,2016,156,M,76,0,H4,12,C00,0,0,8,5,5,7,,-1", MG_MALFORMED,
     "negative", MG_F_VALUE, NULL},
    {"huge value", "C,A,2016,156,M,76,0,H4,12,C00,0,0,8,5,5,7,,1e19", MG_MALFORMED,
     "1e18", MG_F_VALUE, NULL},
    {"no period", "C,A,,156,M,76,0,H4,12,C00,0,0,8,5,5,7,,7", MG_MALFORMED, "period",
     MG_F_YEAR, NULL},
    {"year 1066", "C,A,1066,156,M,76,0,H4,12,C00,0,0,8,5,5,7,,7", MG_MALFORMED, "period",
     MG_F_PERIOD, NULL},
    {"month 13", "C,M,201613,156,M,76,0,H4,12,C00,0,0,8,5,5,7,,7", MG_MALFORMED, "period",
     MG_F_PERIOD, NULL},
    {"monthly code, annual period", "C,M,2016,156,M,76,0,H4,12,C00,0,0,8,5,5,7,,7",
     MG_MALFORMED, "frequency", MG_F_FREQ, NULL},
    {"no reporter", "C,A,2016,,M,76,0,H4,12,C00,0,0,8,5,5,7,,7", MG_MALFORMED,
     "neither code", MG_F_REPORTER, NULL},
    {"reporter CHN as code", "C,A,2016,CHN,M,76,0,H4,12,C00,0,0,8,5,5,7,,7", MG_MALFORMED,
     "whole number", MG_F_REPORTER, NULL},
    {"reporter 65536", "C,A,2016,65536,M,76,0,H4,12,C00,0,0,8,5,5,7,,7", MG_MALFORMED,
     "65535", MG_F_REPORTER, NULL},
    {"partner -1", "C,A,2016,156,M,-1,0,H4,12,C00,0,0,8,5,5,7,,7", MG_MALFORMED,
     "whole number", MG_F_PARTNER, NULL},
    {"no flow", "C,A,2016,156,,76,0,H4,12,C00,0,0,8,5,5,7,,7", MG_MALFORMED, "flow",
     MG_F_FLOW, NULL},
    {"flow Q", "C,A,2016,156,Q,76,0,H4,12,C00,0,0,8,5,5,7,,7", MG_MALFORMED, "flow",
     MG_F_FLOW, NULL},
    {"no code", "C,A,2016,156,M,76,0,H4,,C00,0,0,8,5,5,7,,7", MG_MALFORMED, "commodity",
     MG_F_CODE, NULL},
    {"code of 8 digits", "C,A,2016,156,M,76,0,H4,12345678,C00,0,0,8,5,5,7,,7",
     MG_MALFORMED, "commodity", MG_F_CODE, NULL},
    {"code 12AB", "C,A,2016,156,M,76,0,H4,12AB,C00,0,0,8,5,5,7,,7", MG_MALFORMED,
     "commodity", MG_F_CODE, NULL},
    {"code AG2", "C,A,2016,156,M,76,0,H4,AG2,C00,0,0,8,5,5,7,,7", MG_MALFORMED,
     "commodity", MG_F_CODE, NULL},
    {"partner2 x", "C,A,2016,156,M,76,x,H4,12,C00,0,0,8,5,5,7,,7", MG_MALFORMED,
     "area code", MG_F_PARTNER2, NULL},
    {"customs C0123", "C,A,2016,156,M,76,0,H4,12,C0123,0,0,8,5,5,7,,7", MG_MALFORMED,
     "customs", MG_F_CUSTOMS, NULL},
    {"transport x", "C,A,2016,156,M,76,0,H4,12,C00,0,x,8,5,5,7,,7", MG_MALFORMED,
     "transport", MG_F_MOT, NULL},
    {"supply 256", "C,A,2016,156,M,76,0,H4,12,C00,256,0,8,5,5,7,,7", MG_MALFORMED,
     "supply", MG_F_MOS, NULL},
    {"services", "S,A,2016,156,M,76,0,H4,12,C00,0,0,8,5,5,7,,7", MG_NOT_GOODS, NULL, 0,
     NULL},
    {"SITC", "C,A,2016,156,M,76,0,S4,123,C00,0,0,8,5,5,7,,7", MG_NOT_GOODS, NULL, 0,
     NULL},
    {"BEC", "C,A,2016,156,M,76,0,BEC,1,C00,0,0,8,5,5,7,,7", MG_NOT_GOODS, NULL, 0, NULL},
    {"DX", "C,A,2016,156,DX,76,0,H4,12,C00,0,0,8,5,5,7,,7", MG_SUBFLOW, NULL, 0, NULL},
    {"XIP", "C,A,2016,156,XIP,76,0,H4,12,C00,0,0,8,5,5,7,,7", MG_SUBFLOW, NULL, 0, NULL},
    {"RX is its own flow", "C,A,2016,156,RX,76,0,H4,12,C00,0,0,8,5,5,7,,7", MG_KEPT, NULL,
     0, NULL},
    {"partner group", "C,A,2016,156,M,97,0,H4,12,C00,0,0,8,5,5,7,,7",
     MG_AGGREGATE_PARTNER, NULL, 0, NULL},
    {"reporter group", "C,A,2016,97,M,156,0,H4,12,C00,0,0,8,5,5,7,,7",
     MG_AGGREGATE_PARTNER, NULL, 0, NULL},
    {"self trade", "C,A,2016,156,M,156,0,H4,12,C00,0,0,8,5,5,7,,7", MG_SELF_TRADE, NULL,
     0, NULL},
    {"a country nobody knows", "C,A,2016,156,M,12345,0,H4,12,C00,0,0,8,5,5,7,,7", MG_KEPT,
     NULL, 0, NULL},
    {"no data",
     "No data matches your query or your query is too complex. Request JSON or XML",
     MG_NO_DATA, NULL, 0, NULL},
    {"legacy flow 0 and a letter",
     "H4,2016,2016,2016,2,0,0,X,156,China,CHN,76,Brazil,BRA,,,,C00,,0,,12,,8,,5,,,,5,,7,"
     ",,0",
     MG_KEPT, NULL, 0, HEADER_LEGACY_WEB},
    {"WITS, names and World's code",
     "NC,CHN, Total,China,BRA,Brazil,2009,Gross Imp.,5,.067", MG_KEPT, NULL, 0,
     HEADER_WITS},
    {"WITS, a group", "NC,CHN,Total,China,EUN,EU,2009,Gross Imp.,5,.067",
     MG_AGGREGATE_PARTNER, NULL, 0, HEADER_WITS},
    {"WITS, an unknown country", "NC,CHN,Total,China,QQQ,Atlantis,2009,Gross Imp.,5,1",
     MG_MALFORMED, "country table", MG_F_PARTNER_NAME, HEADER_WITS},
    {"BACI", "1990,156,76,1201,1.5,2", MG_KEPT, NULL, 0, HEADER_BACI},
};

static mg_fate decode(const char *header, const char *row_text, const char *options,
                      mg_row *row, double *value, mg_refusal *why, mg_notes *notes)
{
    mg_cell names[CELLS_MAX];
    mg_cell all[CELLS_MAX] = {{0}};
    mg_cell cells[MG_FIELDS] = {{0}};
    mg_schema schema;
    mg_decode_options o = {.ref = ref, .vintage = 20200102};
    size_t n = split(header, names);

    o.strict_codes = strchr(options, 's') != NULL;
    o.classification = strchr(options, '4') != NULL ? mg_edition_find(cell_of("S4")) : 0;
    assert_int_equal(mg_schema_recognise(names, n, -1, &schema, NULL), MG_OK);
    mg_decoder *decoder = mg_decoder_new(&o);
    assert_non_null(decoder);
    split(row_text, all);
    for (int f = 0; f < MG_FIELDS; f++)
        if (schema.column_of[f] >= 0)
            cells[f] = all[schema.column_of[f]];
    memset(row, 0, sizeof *row);
    mg_fate fate = mg_decode(&schema, decoder, cells, row, value, why);
    if (notes != NULL)
        *notes = *mg_decoder_notes(decoder);
    mg_decoder_free(decoder);
    return fate;
}

static void check_row(void **state)
{
    const struct row_case *c = *state;
    const char *header = c->header != NULL ? c->header : HEADER_SHORT;
    mg_refusal why = {MG_FIELDS, ""};
    mg_row row;
    double value;
    mg_fate fate = decode(header, c->row, "", &row, &value, &why, NULL);

    if ((int)fate != c->fate)
        fail_msg("fate %s, not %s (%s)", mg_fate_name(fate),
                 mg_fate_name((unsigned)c->fate), why.why);
    if (fate == MG_MALFORMED) {
        if (strstr(why.why, c->why) == NULL)
            fail_msg("says: %s", why.why);
        assert_int_equal(why.field, c->field);
    }
    if (fate == MG_KEPT) {
        assert_same_double(row.value_usd, value);
        assert_int_equal(row.fate, 0);
    }
}

static void a_good_row(void **state)
{
    mg_refusal why;
    mg_row row;
    double value;

    (void)state;
    assert_int_equal(decode(HEADER_SHORT,
                            "C,M,201603,156,M,76,344,H4,120100,C01,2,1000,8,5.5,6.5,7.5,"
                            "6.25,7.5e3",
                            "", &row, &value, &why, NULL),
                     MG_KEPT);
    assert_int_equal(row.period, 201603);
    assert_int_equal(row.exporter, 76);
    assert_int_equal(row.importer, 156);
    assert_int_equal(row.hs, hs_of("120100"));
    assert_int_equal(row.vintage, 20200102);
    assert_int_equal(row.partner2, 344);
    assert_int_not_equal(row.customs, 0);
    assert_int_equal(row.mot, 1000);
    assert_int_equal(row.mos, 2);
    assert_int_equal(row.edition, 5);
    assert_int_equal(row.flow, MG_FLOW_M);
    assert_int_equal(row.unit, 8);
    assert_int_equal(row.flags, 0);
    assert_same_double(row.value_usd, 7500);
    assert_same_double(row.qty, 5.5);
    assert_same_double(row.kg, 6.5);
    assert_same_double(row.cif_usd, 7.5);
    assert_same_double(row.fob_usd, 6.25);
    assert_int_equal(
        decode(HEADER_BACI, "1990,156,76,1201,1.5,0.002", "", &row, &value, &why, NULL),
        MG_KEPT);
    assert_int_equal(row.flow, MG_FLOW_BACI);
    assert_int_equal(row.exporter, 156);
    assert_same_double(row.value_usd, 1500);
    assert_same_double(row.kg, 2);
}

/* Spellings of a missing quantity, weight, CIF and FOB; 0 and -1 are missing. */
static void missing_figures(void **state)
{
    static const char *const missing[] = {"",     "NA", "N/A", "NaN", "nan", "null",
                                          "NULL", "0",  "0.0", "-1",  " ",   " NA "};
    mg_refusal why;
    mg_row row;
    double value;
    mg_notes notes;
    char text[200];

    (void)state;
    for (size_t i = 0; i < sizeof missing / sizeof *missing; i++) {
        const char *m = missing[i];
        snprintf(text, sizeof text,
                 "C,A,2016,156,M,76,%s,H4,12,%s,%s,%s,%s,%s,%s,%s,%s,7", m, m, m, m, "-1",
                 m, m, m, m);
        if (strcmp(m, "-1") == 0 ||
            strcmp(m, "0.0") == 0) /* no area, customs, transport code */
            snprintf(text, sizeof text, "C,A,2016,156,M,76,,H4,12,,,,-1,%s,%s,%s,%s,7", m,
                     m, m, m);
        if (decode(HEADER_SHORT, text, "", &row, &value, &why, &notes) != MG_KEPT)
            fail_msg("'%s': %s", text, why.why);
        assert_true(isnan(row.qty) && isnan(row.kg) && isnan(row.cif_usd) &&
                    isnan(row.fob_usd));
        assert_int_equal(row.unit, -1);
        assert_int_equal(mg_row_detail(&row), 0);
        assert_int_equal(notes.optional_unreadable, 0);
    }
    assert_int_equal(decode(HEADER_SHORT,
                            "C,A,2016,156,M,76,0,H4,12,C00,0,0,x,-2,y,1e19,"
                            "1e999,7",
                            "", &row, &value, &why, &notes),
                     MG_KEPT);
    assert_int_equal(notes.optional_unreadable, 5);
    assert_true(isnan(row.qty) && isnan(row.kg) && isnan(row.cif_usd) &&
                isnan(row.fob_usd));
}

static void restored_codes(void **state)
{
    static const char *const codes[][2] = {
        {"1", "01"}, {"101", "0101"}, {"10121", "010121"}};
    mg_refusal why;
    mg_row row;
    double value;
    mg_notes notes;
    char text[200];

    (void)state;
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        snprintf(text, sizeof text, "C,A,2016,156,M,76,0,H4,%s,C00,0,0,8,5,5,7,,7",
                 codes[i][0]);
        assert_int_equal(decode(HEADER_SHORT, text, "", &row, &value, &why, &notes),
                         MG_KEPT);
        assert_int_equal(row.hs, hs_of(codes[i][1]));
        assert_int_equal(row.flags, MG_FLAG_CODE_RESTORED);
        assert_int_equal(notes.codes_restored, 1);
        assert_int_equal(decode(HEADER_SHORT, text, "s", &row, &value, &why, &notes),
                         MG_MALFORMED);
        assert_int_equal(why.field, MG_F_CODE);
        assert_int_equal(notes.codes_restored, 0);
    }
    /* SITC codes have any length: nothing is lost */
    assert_int_equal(decode(HEADER_SHORT, "C,A,2016,156,M,76,0,S4,123,C00,0,0,8,5,5,7,,7",
                            "4", &row, &value, &why, &notes),
                     MG_KEPT);
    assert_int_equal(row.hs, hs_of("123"));
    assert_int_equal(notes.codes_restored, 0);
    assert_int_equal(decode(HEADER_SHORT, GOOD, "4", &row, &value, &why, &notes),
                     MG_NOT_GOODS);
}

static void world_rows_and_notes(void **state)
{
    static const char *const worlds[] = {"0", "W00", "WLD"};
    mg_refusal why;
    mg_row row;
    double value;
    mg_notes notes;
    char text[200];

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        snprintf(text, sizeof text, "C,A,2016,156,X,%s,0,H4,12,C00,0,0,8,5,5,7,,7",
                 worlds[i]);
        assert_int_equal(decode(HEADER_SHORT, text, "", &row, &value, &why, &notes),
                         MG_AGGREGATE_PARTNER);
        assert_int_equal(row.fate, 1); /* to be kept as a control */
        assert_int_equal(row.importer, 0);
        assert_int_equal(row.exporter, 156);
        assert_same_double(row.value_usd, 7);
    }
    decode(HEADER_SHORT, "C,A,2016,156,X,97,0,H4,12,C00,0,0,8,5,5,7,,7", "", &row, &value,
           &why, NULL);
    assert_int_equal(row.fate, 0);
    assert_int_equal(decode(HEADER_SHORT,
                            "C,A,2016,156,M,12345,0,H4,12,C00,0,0,8,5,5,7,,7", "", &row,
                            &value, &why, &notes),
                     MG_KEPT);
    assert_true(notes.unknown_areas[12345 / 64] >> 12345 % 64 & 1);
    assert_int_equal(notes.editions, 1 << 5);
    mg_notes sum = {.codes_restored = 1, .editions = 1};
    mg_notes_merge(&sum, &notes);
    assert_int_equal(sum.editions, 1 | 1 << 5);
    assert_true(sum.unknown_areas[12345 / 64] != 0);
    assert_int_equal(sum.codes_restored, 1);
}

int main(void)
{
    static struct suite s;
    mg_error err = {0};

    if (mg_ref_load(MG_TEST_REF, &ref, &err) != MG_OK) {
        fprintf(stderr, "%s: %s\n", err.where, err.what);
        return 1;
    }
    SUITE_CASES(&s, row_cases, check_row);
    suite_add(&s, "a good row", a_good_row, NULL);
    suite_add(&s, "missing figures", missing_figures, NULL);
    suite_add(&s, "restored codes", restored_codes, NULL);
    suite_add(&s, "World rows and notes", world_rows_and_notes, NULL);
    int failed = suite_run("decode", &s);
    mg_ref_free(ref);
    return failed;
}
