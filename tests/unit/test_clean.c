/* SPDX-License-Identifier: GPL-3.0-or-later */
/* CONTRACT 3.7 to 3.10 case by case. A row is written as
 *   exporter importer code edition flow details source seq vintage value [kg]
 * where details are letters: - none, p partner2, c customs, t transport (and
 * u another), s supply; the fate expected follows after '='. */
#include "clean_run.h"
#include "random_rows.h"

struct clean_case {
    const char *name;
    const char *rows[9]; /* in any order; they are sorted here */
    const char *sums[3]; /* rebuilt observations: "code value kg" */
};

static struct clean_case clean_cases[] = {
    {"nothing", {NULL}, {NULL}},
    {"one row", {"76 156 1201 H4 X - 0 0 0 7 = kept"}, {NULL}},
    {"a value of 0 is an observation", {"76 156 1201 H4 X - 0 0 0 0 = kept"}, {NULL}},
    {"total present",
     {"76 156 1201 H4 M - 0 0 0 10 = kept", "76 156 1201 H4 M t 0 1 0 4 = breakdown",
      "76 156 1201 H4 M u 0 2 0 6 = breakdown"},
     {NULL}},
    {"rebuilt from one set",
     {"76 156 1201 H4 M t 0 1 0 4 40 = rebuilt",
      "76 156 1201 H4 M u 0 2 0 6 60 = rebuilt"},
     {"1201 10 100"}},
    {"a part without weight",
     {"76 156 1201 H4 M t 0 1 0 4 40 = rebuilt", "76 156 1201 H4 M u 0 2 0 6 = rebuilt"},
     {"1201 10"}},
    {"the larger set is added up",
     {"76 156 1201 H4 M t 0 1 0 4 = breakdown", "76 156 1201 H4 M u 0 2 0 6 = breakdown",
      "76 156 1201 H4 M p 0 3 0 11 = rebuilt"},
     {"1201 11"}},
    {"equal sums: the fewest dimensions",
     {"76 156 1201 H4 M ct 0 1 0 4 = breakdown",
      "76 156 1201 H4 M cu 0 2 0 6 = breakdown", "76 156 1201 H4 M s 0 3 0 10 = rebuilt"},
     {"1201 10"}},
    {"the larger set, whatever its dimensions",
     {"76 156 1201 H4 M pct 0 1 0 12 = rebuilt",
      "76 156 1201 H4 M s 0 3 0 10 = breakdown"},
     {"1201 12"}},
    {"exact duplicate",
     {"76 156 1201 H4 X - 0 0 0 7 = duplicate_exact",
      "76 156 1201 H4 X - 0 1 0 7 = kept"},
     {NULL}},
    {"conflict: the later row",
     {"76 156 1201 H4 X - 0 0 0 7 = duplicate_conflict",
      "76 156 1201 H4 X - 0 1 0 8 = kept"},
     {NULL}},
    {"conflict of weight only",
     {"76 156 1201 H4 X - 0 0 0 7 1 = duplicate_conflict",
      "76 156 1201 H4 X - 0 1 0 7 2 = kept"},
     {NULL}},
    {"missing is not another weight",
     {"76 156 1201 H4 X - 0 0 0 7 = duplicate_exact",
      "76 156 1201 H4 X - 0 1 0 7 = kept"},
     {NULL}},
    {"the later file, whatever the row",
     {"76 156 1201 H4 X - 1 0 0 8 = kept",
      "76 156 1201 H4 X - 0 9 0 7 = duplicate_conflict"},
     {NULL}},
    {"the newer vintage beats the later file",
     {"76 156 1201 H4 X - 0 0 20230101 7 = kept",
      "76 156 1201 H4 X - 1 0 20220101 8 = duplicate_conflict"},
     {NULL}},
    {"equal vintages: the later file",
     {"76 156 1201 H4 X - 0 0 20230101 7 = duplicate_conflict",
      "76 156 1201 H4 X - 1 0 20230101 8 = kept"},
     {NULL}},
    {"no vintage: the later file",
     {"76 156 1201 H4 X - 0 0 20230101 7 = duplicate_conflict",
      "76 156 1201 H4 X - 1 0 0 8 = kept"},
     {NULL}},
    {"three: each against the one that stays",
     {"76 156 1201 H4 X - 0 0 0 7 = duplicate_exact",
      "76 156 1201 H4 X - 0 1 0 8 = duplicate_conflict",
      "76 156 1201 H4 X - 0 2 0 7 = kept"},
     {NULL}},
    {"duplicates among details count once",
     {"76 156 1201 H4 M t 0 1 0 4 = duplicate_exact",
      "76 156 1201 H4 M t 0 2 0 4 = rebuilt", "76 156 1201 H4 M u 0 3 0 6 = rebuilt"},
     {"1201 10"}},
    {"a conflict among details: the later counts",
     {"76 156 1201 H4 M t 0 1 0 9 = duplicate_conflict",
      "76 156 1201 H4 M t 0 2 0 4 = rebuilt", "76 156 1201 H4 M u 0 3 0 6 = rebuilt"},
     {"1201 10"}},
    {"two editions, other codes",
     {"76 156 010110 H3 X - 0 0 0 7 = edition_superseded",
      "76 156 010121 H4 X - 0 1 0 8 = kept"},
     {NULL}},
    {"two editions, one code",
     {"76 156 010121 H3 X - 0 0 0 7 = edition_superseded",
      "76 156 010121 H4 X - 0 1 0 8 = kept"},
     {NULL}},
    {"the unknown edition is the lowest",
     {"76 156 010121 HS X - 0 0 0 7 = edition_superseded",
      "76 156 010121 H0 X - 0 1 0 8 = kept"},
     {NULL}},
    {"editions of two flows are apart",
     {"76 156 010121 H3 X - 0 0 0 7 = kept", "76 156 010121 H4 M - 0 1 0 8 = kept",
      "76 156 010121 H2 RX - 0 2 0 8 = kept"},
     {NULL}},
    {"editions of two pairs are apart",
     {"76 156 010121 H3 X - 0 0 0 7 = kept", "76 842 010121 H4 X - 0 1 0 8 = kept"},
     {NULL}},
    {"a superseded breakdown",
     {"76 156 010121 H3 X t 0 0 0 7 = edition_superseded",
      "76 156 010121 H3 X p 0 0 0 5 = breakdown", "76 156 010121 H4 X - 0 1 0 8 = kept"},
     {NULL}},
    {"World rows are controls",
     {"76 0 1201 H4 X - 0 0 0 7 = control", "76 156 1201 H4 X - 0 1 0 7 = kept"},
     {NULL}},
    {"World rows by transport",
     {"76 0 1201 H4 X t 0 0 0 7 = control", "76 0 1201 H4 X u 0 1 0 7 = control"},
     {NULL}},
    {"transport codes have no parents",
     {"76 156 1201 H4 X - 0 0 0 14 = kept", "76 156 1201 H4 X t 0 1 0 7 = breakdown",
      "76 156 1201 H4 X u 0 2 0 7 = breakdown"},
     {NULL}},
};

/* Reads one row of a case; the fate expected, or -1 for a control. */
static int read_row(const char *text, mg_row *row)
{
    char code[8];
    char edition[4];
    char flow[4];
    char details[8];
    char fate[32];
    unsigned exporter;
    unsigned importer;
    double kg = NAN;
    const char *equals = strchr(text, '=');

    *row =
        (mg_row){.period = 2016, .unit = -1, .qty = NAN, .cif_usd = NAN, .fob_usd = NAN};
    int n = sscanf(text, "%u %u %7s %3s %3s %7s %u %u %u %lf %lf", &exporter, &importer,
                   code, edition, flow, details, &row->source, &row->seq, &row->vintage,
                   &row->value_usd, &kg);
    assert_true(n >= 10 && equals != NULL);
    assert_int_equal(sscanf(equals, "= %31s", fate), 1);
    row->exporter = (uint16_t)exporter;
    row->importer = (uint16_t)importer;
    row->hs = hs_of(code);
    row->edition = (uint8_t)mg_edition_find(cell_of(edition));
    row->kg = kg;
    for (unsigned f = 1; f < MG_FLOW_COUNT; f++)
        if (strcmp(flow, mg_flow_name(f)) == 0)
            row->flow = (uint8_t)f;
    row->partner2 = strchr(details, 'p') != NULL ? 344 : 0;
    row->customs = strchr(details, 'c') != NULL ? 5 : 0;
    row->mot = strchr(details, 't') != NULL   ? 2000
               : strchr(details, 'u') != NULL ? 2100
                                              : 0;
    row->mos = strchr(details, 's') != NULL ? 2 : 0;
    for (unsigned f = 0; f < MG_FATE_COUNT; f++)
        if (strcmp(fate, mg_fate_name(f)) == 0)
            return (int)f;
    assert_string_equal(fate, "control");
    return -1;
}

static void check_sums(const struct clean_case *c, const struct cleaned *got)
{
    size_t seen = 0;

    for (size_t i = 0; i < got->n; i++) {
        const mg_row *row = &got->rows[i].row;
        char code[8];
        double value;
        double kg = NAN;
        if ((row->flags & MG_FLAG_REBUILT) == 0)
            continue;
        assert_true(seen < 3 && c->sums[seen] != NULL);
        assert_true(sscanf(c->sums[seen], "%7s %lf %lf", code, &value, &kg) >= 2);
        assert_int_equal(got->rows[i].table, MG_T_OBSERVATIONS);
        assert_int_equal(row->hs, hs_of(code));
        assert_same_double(row->value_usd, value);
        assert_same_double(row->kg, kg);
        assert_int_equal(mg_row_detail(row), 0);
        assert_int_equal(row->fate, MG_KEPT);
        seen++;
    }
    assert_true(seen == 3 || c->sums[seen] == NULL);
}

static void check_clean(void **state)
{
    const struct clean_case *c = *state;
    mg_row rows[9];
    int fates[9];
    uint64_t want[MG_FATE_COUNT] = {0};
    size_t n = 0;
    struct cleaned got = {0};
    mg_fate_counts counts = {0};

    for (; n < 9 && c->rows[n] != NULL; n++) {
        fates[n] = read_row(c->rows[n], &rows[n]);
        if (fates[n] >= 0)
            want[fates[n]]++;
    }
    clean_all(rows, n, &got, &counts);
    for (size_t i = 0; i < n; i++) {
        const struct cleaned_row *found = cleaned_find(&got, &rows[i]);
        assert_non_null(found);
        assert_int_equal(found->count, 1);
        if (fates[i] < 0) {
            assert_int_equal(found->table, MG_T_CONTROLS);
            continue;
        }
        if (found->row.fate != fates[i])
            fail_msg("'%s' is %s", c->rows[i], mg_fate_name(found->row.fate));
        assert_int_equal(found->table,
                         fates[i] == MG_KEPT ? MG_T_OBSERVATIONS : MG_T_DETAILS);
    }
    check_sums(c, &got);
    for (unsigned f = 0; f < MG_FATE_COUNT; f++) {
        uint64_t counted = 0;
        for (size_t s = 0; s < counts.n; s++)
            counted += counts.by_source[s][f].rows;
        assert_int_equal(counted, want[f]);
    }
    mg_fate_counts_release(&counts);
    cleaned_release(&got);
}

/* Whatever the rows: each arrives once, tables are ordered, one observation a
 * key, the counts add up in rows and in dollars. */
static void any_rows(void **state)
{
    enum { MOST = 400 };
    uint64_t seed = 1;
    static mg_row rows[MOST];

    (void)state;
    for (int round = 0; round < 400; round++) {
        size_t n = random_below(&seed, MOST);
        struct cleaned got = {0};
        mg_fate_counts counts = {0};
        mg_sum read = {0};
        mg_sum counted = {0};
        uint64_t n_counted = 0;
        uint64_t n_world = 0;

        for (size_t i = 0; i < n; i++) {
            rows[i] = random_row(&seed);
            rows[i].period = 2016;
            rows[i].seq = (uint32_t)i;
            rows[i].vintage = random_below(&seed, 3) ? 0 : 20200101;
            if (random_below(&seed, 10) == 0)
                rows[i].importer = 0;
            if (mg_row_world(&rows[i]))
                n_world++;
            else
                mg_sum_add(&read, rows[i].value_usd);
        }
        clean_all(rows, n, &got, &counts);
        for (size_t s = 0; s < counts.n; s++)
            for (unsigned f = 0; f < MG_FATE_COUNT; f++) {
                n_counted += counts.by_source[s][f].rows;
                mg_sum_merge(&counted, &counts.by_source[s][f].value);
            }
        assert_int_equal(n_counted + n_world, n);
        assert_true(read.fixed == counted.fixed);
        for (size_t i = 0; i < n; i++) {
            const struct cleaned_row *found = cleaned_find(&got, &rows[i]);
            assert_true(found != NULL && found->count == 1);
        }
        check_tables(&got, n);
        mg_fate_counts_release(&counts);
        cleaned_release(&got);
    }
}

/* The rows of one table, in the order they came. */
static size_t table_rows(const struct cleaned *got, mg_table table, mg_row *rows)
{
    size_t n = 0;

    for (size_t i = 0; i < got->n; i++)
        if (got->rows[i].table == table)
            rows[n++] = got->rows[i].row;
    return n;
}

static void same_tables(const struct cleaned *a, const struct cleaned *b)
{
    mg_row *x = malloc((a->n + 1) * sizeof *x);
    mg_row *y = malloc((b->n + 1) * sizeof *y);

    assert_true(x != NULL && y != NULL);
    assert_int_equal(a->n, b->n);
    for (int t = 0; t < MG_TABLES; t++) {
        size_t n = table_rows(a, (mg_table)t, x);
        assert_int_equal(table_rows(b, (mg_table)t, y), n);
        for (size_t i = 0; i < n; i++) {
            assert_true(same_row(&x[i], &y[i]));
            assert_int_equal(x[i].seq, y[i].seq);
            assert_int_equal(x[i].fate, y[i].fate);
        }
    }
    free(x);
    free(y);
}

static void same_counts(const mg_fate_counts *a, const mg_fate_counts *b)
{
    assert_int_equal(a->n, b->n);
    for (size_t s = 0; s < a->n; s++)
        for (unsigned f = 0; f < MG_FATE_COUNT; f++) {
            assert_int_equal(a->by_source[s][f].rows, b->by_source[s][f].rows);
            assert_true(a->by_source[s][f].value.fixed == b->by_source[s][f].value.fixed);
        }
}

/* Whole country pairs are judged, however the stream cuts them: also one pair
 * that is far longer than what is read at once. */
static void batches_of_any_size(void **state)
{
    enum { MOST = 6000 };
    static const size_t batches[] = {1, 2, 3, 511, 512, 513, 100, MOST};
    static mg_row rows[MOST];
    uint64_t seed = 11;

    (void)state;
    for (int round = 0; round < 24; round++) {
        size_t n = round < 4 ? (size_t)round : random_below(&seed, MOST);
        struct cleaned want = {0};
        mg_fate_counts want_counts = {0};

        for (size_t i = 0; i < n; i++) {
            rows[i] = random_row(&seed);
            rows[i].period = 2016;
            rows[i].seq = (uint32_t)i;
            if (round % 3 == 1 && random_below(&seed, 8) != 0)
                rows[i].exporter = rows[i].importer = 2;
            if (round % 3 == 2) /* many pairs of a row or two */
                rows[i].exporter = (uint16_t)(1 + random_below(&seed, MOST));
            if (random_below(&seed, 10) == 0)
                rows[i].importer = 0;
        }
        clean_in_batches(rows, n, 1, 0, &want, &want_counts);
        check_tables(&want, n);
        for (size_t b = 0; b < sizeof batches / sizeof *batches; b++) {
            struct cleaned got = {0};
            mg_fate_counts counts = {0};
            clean_in_batches(rows, n, batches[b], b % 2 ? random_bits(&seed) : 0, &got,
                             &counts);
            same_tables(&got, &want);
            same_counts(&counts, &want_counts);
            mg_fate_counts_release(&counts);
            cleaned_release(&got);
        }
        mg_fate_counts_release(&want_counts);
        cleaned_release(&want);
    }
}

static void a_sink_that_fails(void **state)
{
    mg_row rows[3];
    mg_error err = {0};

    (void)state;
    read_row("76 156 1201 H4 X - 0 0 0 7 = kept", &rows[0]);
    read_row("76 156 1202 H4 X - 0 0 0 7 = kept", &rows[1]);
    read_row("76 157 1202 H4 X - 0 0 0 7 = kept", &rows[2]);
    for (size_t fail_at = 1; fail_at <= 3; fail_at++) {
        struct cleaned got = {.fail_at = fail_at};
        struct row_list list = {.rows = rows, .n = 3};
        mg_stream stream = row_list_stream(&list);
        mg_clean_sink sink = {cleaned_take, &got};
        mg_fate_counts counts = {0};
        assert_int_equal(mg_clean(&stream, &sink, &counts, &err), MG_E_IO);
        assert_string_equal(err.what, "the sink is full");
        mg_fate_counts_release(&counts);
        cleaned_release(&got);
        list = (struct row_list){.rows = rows, .n = 3, .fail_at = fail_at};
        got.fail_at = 0;
        assert_int_equal(mg_clean(&stream, &sink, &counts, &err), MG_E_IO);
        assert_string_equal(err.what, "the row cannot be had");
        mg_fate_counts_release(&counts);
        cleaned_release(&got);
    }
}

int main(void)
{
    static struct suite s;

    SUITE_CASES(&s, clean_cases, check_clean);
    suite_add(&s, "any rows", any_rows, NULL);
    suite_add(&s, "batches of any size", batches_of_any_size, NULL);
    suite_add(&s, "sinks and streams that fail", a_sink_that_fails, NULL);
    return suite_run("clean", &s);
}
