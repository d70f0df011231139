/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A store on the disk: written, reopened, damaged, taken back. */
#include <sys/stat.h>

#include "scratch.h"
#include "store_content.h"

static scratch_path folder;
static char store_path[SCRATCH_PATH + 8];

static struct content contents[2];

static void put(mg_writer *writer, struct content *c)
{
    mg_producer producer = {produce, c};
    mg_error err = {0};

    if (mg_writer_put_period(writer, c->period, &producer, 0, &err) != MG_OK)
        fail_msg("%s: %s", err.where, err.what);
}

static void check_content(const mg_dataset *data, size_t period, const struct content *c)
{
    const mg_row *want = c->rows;

    assert_int_equal(data->periods[period].period, c->period);
    for (int t = 0; t < MG_TABLES; t++) {
        mg_block scratch = {0};
        size_t seen = 0;
        uint32_t columns = mg_table_columns((mg_table)t);
        assert_int_equal(data->periods[period].rows[t], c->n[t]);
        assert_int_equal(mg_block_init(&scratch, columns, NULL), MG_OK);
        for (size_t b = 0; b < mg_dataset_blocks(data, period, (mg_table)t); b++) {
            const mg_block *block = NULL;
            mg_error err = {0};
            if (data->read(data->self, period, (mg_table)t, b, columns, &scratch, &block,
                           &err) != MG_OK)
                fail_msg("%s", err.what);
            for (size_t i = 0; i < block->n; i++, want++, seen++) {
                mg_row row;
                mg_block_get(block, i, c->period, &row);
                assert_true(same_row(&row, want));
                assert_int_equal(row.fate, t == MG_T_OBSERVATIONS ? 0 : want->fate);
            }
        }
        assert_int_equal(seen, c->n[t]);
        mg_block_release(&scratch);
    }
}

static mg_writer *open_writer(void)
{
    mg_writer *writer = NULL;
    mg_error err = {0};

    if (mg_writer_open(store_path, false, &writer, &err) != MG_OK)
        fail_msg("%s: %s", err.where, err.what);
    return writer;
}

static mg_store *open_store(void)
{
    mg_store *store = NULL;
    mg_error err = {0};

    if (mg_store_open(store_path, true, &store, &err) != MG_OK)
        fail_msg("%s: %s", err.where, err.what);
    return store;
}

static void add_source(mg_writer *writer, const char *name)
{
    char copy[32];
    mg_source_info info = {.name = copy, .size = 7, .layout = "plus", .records = 2702};

    snprintf(copy, sizeof copy, "%s", name);
    info.fates[MG_MALFORMED].rows = 2;
    info.fates[MG_KEPT].rows = 2700; /* as fill() makes them, in both periods */
    assert_int_equal(mg_writer_add_source(writer, &info, NULL), MG_OK);
}

static void write_two_periods(void **state)
{
    mg_writer *writer = open_writer();
    size_t n = 99;

    (void)state;
    fill(&contents[0], 2015, 1, false);
    fill(&contents[1], 201603, 2, true);
    assert_int_equal(mg_writer_dataset(writer)->n_periods, 0);
    assert_int_equal(mg_writer_next_source(writer), 0);
    add_source(writer, "a.csv");
    add_source(writer, "b.csv");
    put(writer, &contents[1]);
    put(writer, &contents[0]);
    assert_int_equal(mg_writer_commit(writer, NULL), MG_OK);
    assert_int_equal(mg_writer_dataset(writer)->n_periods, 2);
    check_content(mg_writer_dataset(writer), 1, &contents[1]);
    mg_writer_close(writer);

    mg_store *store = open_store();
    check_content(mg_store_dataset(store), 0, &contents[0]);
    check_content(mg_store_dataset(store), 1, &contents[1]);
    const mg_source_info *sources = mg_store_sources(store, &n);
    assert_int_equal(n, 2);
    assert_string_equal(sources[1].name, "b.csv");
    assert_int_equal(sources[1].fates[MG_MALFORMED].rows, 2);
    assert_int_equal(mg_store_segments(store), 2);
    assert_int_equal(mg_store_segment(store, 1).period, 201603);
    mg_store_close(store);
}

static void fates_are_kept(void **state)
{
    mg_store *store = open_store();
    mg_fate_counts counts = {0};
    mg_sum want = {0};

    (void)state;
    assert_int_equal(mg_store_fates(store, &counts, NULL), MG_OK);
    assert_int_equal(counts.n, 2);
    for (size_t s = 0; s < 2; s++) {
        assert_int_equal(counts.by_source[s][MG_KEPT].rows, 2 * 1000);
        assert_int_equal(counts.by_source[s][MG_BREAKDOWN].rows, 2 * 350);
    }
    for (int p = 0; p < 2; p++)
        for (size_t i = 0; i < contents[p].n[MG_T_OBSERVATIONS]; i++)
            if (contents[p].rows[i].source == 1)
                mg_sum_add(&want, contents[p].rows[i].value_usd);
    assert_true(counts.by_source[1][MG_KEPT].value.fixed == want.fixed);
    mg_fate_counts_release(&counts);
    mg_store_close(store);
}

static void a_second_writer_is_refused(void **state)
{
    mg_writer *first = open_writer();
    mg_writer *second = (mg_writer *)first;
    mg_error err = {0};

    (void)state;
    assert_int_equal(mg_writer_open(store_path, false, &second, &err), MG_E_BUSY);
    assert_null(second);
    assert_true(err.what[0] != '\0');
    mg_store *reader = open_store(); /* readers may come */
    mg_store_close(reader);
    mg_writer_close(first);
    mg_writer_close(open_writer()); /* and now the next */
}

static void uncommitted_is_nothing(void **state)
{
    mg_hash before;
    uint64_t generation;
    static struct content other;
    mg_store *store = open_store();

    (void)state;
    before = mg_store_hash(store);
    generation = mg_store_generation(store);
    mg_store_close(store);
    mg_writer *writer = open_writer();
    fill(&other, 2015, 77, false);
    put(writer, &other);
    fill(&other, 2020, 78, false);
    put(writer, &other);
    add_source(writer, "c.csv");
    store = open_store(); /* while it is being written */
    assert_true(mg_hash_equal(mg_store_hash(store), before));
    mg_store_close(store);
    mg_writer_close(writer);
    store = open_store();
    assert_true(mg_hash_equal(mg_store_hash(store), before));
    assert_int_equal(mg_store_generation(store), generation);
    assert_int_equal(mg_store_dataset(store)->n_periods, 2);
    check_content(mg_store_dataset(store), 0, &contents[0]);
    mg_store_close(store);
    writer = open_writer();
    assert_int_equal(mg_writer_next_source(writer), 2);
    mg_writer_close(writer);
}

static void same_rows_same_hash(void **state)
{
    mg_store *store = open_store();
    mg_hash before = mg_store_hash(store);

    (void)state;
    mg_store_close(store);
    sleep(2); /* the time of writing is no part of the content */
    mg_writer *writer = open_writer();
    put(writer, &contents[0]);
    assert_int_equal(mg_writer_commit(writer, NULL), MG_OK);
    mg_writer_close(writer);
    store = open_store();
    assert_true(mg_hash_equal(mg_store_hash(store), before));
    mg_store_close(store);
}

/* Every row of a period, read by its blocks: the first failure, or MG_OK where all
 * are what was put in. */
static mg_status read_all(const mg_store *store, size_t period, mg_error *err)
{
    const struct content *c = &contents[period];
    const mg_dataset *data = mg_store_dataset(store);
    const mg_row *want = c->rows;
    mg_status status = MG_OK;

    for (int t = 0; status == MG_OK && t < MG_TABLES; t++) {
        mg_block scratch = {0};
        const mg_block *block = NULL;
        uint32_t columns = mg_table_columns((mg_table)t);
        assert_int_equal(mg_block_init(&scratch, columns, NULL), MG_OK);
        for (size_t b = 0;
             status == MG_OK && b < mg_dataset_blocks(data, period, (mg_table)t); b++) {
            status = data->read(data->self, period, (mg_table)t, b, columns, &scratch,
                                &block, err);
            for (size_t i = 0; status == MG_OK && i < block->n; i++, want++) {
                mg_row row;
                mg_block_get(block, i, c->period, &row);
                assert_true(same_row(&row, want));
            }
        }
        mg_block_release(&scratch);
    }
    return status;
}

/* The damaged file is found by who opens the store whole, and by writers. Who reads
 * a part finds it by what is damaged, or it changes nothing that is read. */
static void check_damaged(const char *name, size_t period)
{
    mg_store *store = NULL;
    mg_writer *writer = NULL;
    mg_error err = {0};
    mg_status status = mg_store_open(store_path, false, &store, &err);

    if (status == MG_OK)
        status = read_all(store, period, &err);
    assert_true(status == MG_OK || status == MG_E_STORE);
    if (status != MG_OK)
        assert_non_null(strstr(err.where, name));
    mg_store_close(store);
    err = (mg_error){0};
    assert_int_equal(mg_store_open(store_path, true, &store, &err), MG_E_STORE);
    assert_non_null(strstr(err.where, name));
    err = (mg_error){0};
    assert_int_equal(mg_writer_open(store_path, false, &writer, &err), MG_E_STORE);
    assert_non_null(strstr(err.where, name));
}

/* Flips one byte of a file at each of some places. */
static void flip_in(const char *name, size_t period)
{
    char path[SCRATCH_PATH + 256];
    uint64_t seed = 5;
    struct stat st;

    snprintf(path, sizeof path, "%s/%s", store_path, name);
    assert_int_equal(stat(path, &st), 0);
    for (int i = 0; i < 60; i++) {
        FILE *file = fopen(path, "r+b");
        long at = (long)random_below(&seed, (uint64_t)st.st_size);
        assert_non_null(file);
        fseek(file, at, SEEK_SET);
        int old = getc(file);
        fseek(file, at, SEEK_SET);
        putc(old ^ (1 << i % 8), file);
        fclose(file);
        check_damaged(name, period);
        file = fopen(path, "r+b");
        assert_non_null(file);
        fseek(file, at, SEEK_SET);
        putc(old, file);
        fclose(file);
    }
    mg_store_close(open_store());
}

static void say(void *self, mg_loud loud, const char *text)
{
    (void)self;
    print_message("%d: %s\n", loud, text);
}

static void flipped_bytes_are_found(void **state)
{
    mg_store *store = open_store();
    char names[2][100];
    uint64_t findings = 99;
    const mg_talk talk = {.say = say};

    (void)state;
    for (size_t i = 0; i < 2; i++)
        snprintf(names[i], sizeof names[i], "%s", mg_store_segment(store, i).name);
    mg_store_close(store);
    flip_in(names[0], 0);
    flip_in(names[1], 1);
    flip_in("MANIFEST.json", 0);
    assert_int_equal(mg_store_verify(store_path, &talk, &findings, NULL), MG_OK);
    assert_int_equal(findings, 0);
}

static void a_missing_segment_is_found(void **state)
{
    mg_store *store = open_store();
    char path[SCRATCH_PATH + 256];
    char aside[SCRATCH_PATH + 8];
    mg_error err = {0};

    (void)state;
    snprintf(path, sizeof path, "%s/%s", store_path, mg_store_segment(store, 0).name);
    snprintf(aside, sizeof aside, "%s/aside", folder);
    mg_store_close(store);
    assert_int_equal(rename(path, aside), 0);
    store = (mg_store *)&err;
    assert_int_equal(mg_store_open(store_path, true, &store, &err), MG_E_STORE);
    assert_null(store);
    assert_int_equal(rename(aside, path), 0);
    mg_store_close(open_store());
}

static void removing(void **state)
{
    static struct content empty = {.period = 201603};
    mg_writer *writer = open_writer();
    size_t n = 0;

    (void)state;
    mg_writer_remove_source(writer, 0);
    put(writer, &empty); /* a period without rows loses its segment */
    assert_int_equal(mg_writer_commit(writer, NULL), MG_OK);
    assert_int_equal(mg_writer_next_source(writer), 2); /* ids are not given twice */
    mg_writer_close(writer);
    mg_store *store = open_store();
    const mg_source_info *sources = mg_store_sources(store, &n);
    assert_int_equal(n, 2);
    assert_null(sources[0].name);
    assert_string_equal(sources[1].name, "b.csv");
    assert_int_equal(mg_store_dataset(store)->n_periods, 1);
    check_content(mg_store_dataset(store), 0, &contents[0]);
    mg_store_close(store);
}

/* A reader goes on with what it opened, whatever a writer commits meanwhile. */
static void readers_see_what_they_opened(void **state)
{
    static struct content other;
    mg_store *store = open_store();
    mg_writer *writer = open_writer();

    (void)state;
    fill(&other, 2015, 99, true);
    put(writer, &other);
    assert_int_equal(mg_writer_commit(writer, NULL), MG_OK);
    check_content(mg_store_dataset(store), 0, &contents[0]);
    mg_store_close(store);
    mg_writer_close(writer);
    store = open_store();
    check_content(mg_store_dataset(store), 0, &other);
    mg_store_close(store);
}

static void no_store(void **state)
{
    mg_store *store = (mg_store *)state;
    mg_writer *writer = (mg_writer *)state;
    mg_error err = {0};

    assert_int_equal(mg_store_open("/nonexistent/store", true, &store, &err), MG_E_IO);
    assert_null(store);
    assert_int_equal(mg_writer_open("/nonexistent/store", false, &writer, &err), MG_E_IO);
    assert_null(writer);
    assert_int_equal(mg_writer_open("", false, &writer, &err), MG_E_IO);
    mg_store_close(NULL);
    mg_writer_close(NULL);
}

int main(void)
{
    static struct suite s;

    scratch_folder(folder);
    snprintf(store_path, sizeof store_path, "%s/store", folder);
    suite_add(&s, "no store", no_store, NULL);
    suite_add(&s, "two periods there and back", write_two_periods, NULL);
    suite_add(&s, "fates are kept", fates_are_kept, NULL);
    suite_add(&s, "a second writer is refused", a_second_writer_is_refused, NULL);
    suite_add(&s, "what is not committed is nothing", uncommitted_is_nothing, NULL);
    suite_add(&s, "the same rows, the same hash", same_rows_same_hash, NULL);
    suite_add(&s, "flipped bytes are found", flipped_bytes_are_found, NULL);
    suite_add(&s, "a missing segment is found", a_missing_segment_is_found, NULL);
    suite_add(&s, "removing", removing, NULL);
    suite_add(&s, "readers see what they opened", readers_see_what_they_opened, NULL);
    int failed = suite_run("store", &s);
    sweep_folder(store_path);
    sweep_folder(folder);
    return failed;
}
