/* SPDX-License-Identifier: GPL-3.0-or-later */
/* MANIFEST.json: there and back, edited, and damaged. */
#include "store/manifest.h"
#include "testing.h"

static void make(struct manifest *m, size_t segments, size_t sources)
{
    uint64_t seed = segments + sources;

    *m = (struct manifest){.generation = 41 + segments};
    for (size_t i = segments; i-- > 0;) { /* out of order: put sorts */
        struct segment_entry e = {.period = (uint32_t)(1988 + 3 * i),
                                  .size = 5000 + i,
                                  .hash = {random_bits(&seed), random_bits(&seed)},
                                  .index_at = 4000 + i,
                                  .index_hash = {random_bits(&seed), random_bits(&seed)}};
        snprintf(e.name, sizeof e.name, "A-%u-%016llx.h5", (unsigned)e.period,
                 (unsigned long long)e.hash.high);
        assert_int_equal(manifest_put_segment(m, &e, NULL), MG_OK);
    }
    for (size_t i = 0; i < sources; i++) {
        static const char *const names[] = {"a/b.csv", "with \"quotes\" and \\", "-",
                                            "C\xc3\xb4te.csv"};
        mg_source_info *s = manifest_add_source(m);
        assert_non_null(s);
        assert_int_equal(s->id, i);
        if (i % 5 == 4)
            continue; /* a removed one */
        s->name = strdup(names[i % 4]);
        assert_non_null(s->name);
        s->hash = (mg_hash){random_bits(&seed), random_bits(&seed)};
        s->size = random_bits(&seed) >> 10;
        strcpy(s->layout, "plus-bulk");
        s->vintage = i % 2 ? 20230501 : 0;
        s->schema = 1;
        s->records = random_bits(&seed) >> 30;
        s->restored = i;
        for (unsigned f = 0; f < MG_FATE_COUNT; f += 1 + (unsigned)i % 3) {
            s->fates[f].rows = 1 + random_below(&seed, 1000);
            mg_sum_add(&s->fates[f].value, f % 2 ? 1e17 : -0.01);
        }
    }
}

static void same_manifest(const struct manifest *a, const struct manifest *b)
{
    assert_int_equal(a->generation, b->generation);
    assert_int_equal(a->n_segments, b->n_segments);
    for (size_t i = 0; i < a->n_segments; i++) {
        const struct segment_entry *x = &a->segments[i];
        const struct segment_entry *y = &b->segments[i];
        assert_string_equal(x->name, y->name);
        assert_int_equal(x->period, y->period);
        assert_true(x->size == y->size && x->index_at == y->index_at);
        assert_true(mg_hash_equal(x->hash, y->hash) &&
                    mg_hash_equal(x->index_hash, y->index_hash));
        assert_true(i == 0 || a->segments[i - 1].period < x->period);
    }
    assert_int_equal(a->n_sources, b->n_sources);
    for (size_t i = 0; i < a->n_sources; i++) {
        const mg_source_info *x = &a->sources[i];
        const mg_source_info *y = &b->sources[i];
        assert_int_equal(x->id, y->id);
        assert_int_equal(x->name == NULL, y->name == NULL);
        if (x->name == NULL)
            continue;
        assert_string_equal(x->name, y->name);
        assert_string_equal(x->layout, y->layout);
        assert_true(mg_hash_equal(x->hash, y->hash));
        assert_true(x->size == y->size && x->vintage == y->vintage &&
                    x->schema == y->schema && x->records == y->records &&
                    x->restored == y->restored);
        for (unsigned f = 0; f < MG_FATE_COUNT; f++)
            assert_true(x->fates[f].rows == y->fates[f].rows &&
                        x->fates[f].value.fixed == y->fates[f].value.fixed);
    }
}

struct shape_case {
    const char *name;
    size_t segments, sources;
};

static struct shape_case shape_cases[] = {
    {"empty", 0, 0},
    {"one of each", 1, 1},
    {"removed sources", 2, 12},
    {"many", 30, 40},
};

static void check_shape(void **state)
{
    const struct shape_case *c = *state;
    struct manifest made;
    struct manifest back;
    struct manifest copy;
    char *text = NULL;
    char *again = NULL;
    size_t n = 0;
    size_t n_again = 0;
    mg_error err = {0};

    make(&made, c->segments, c->sources);
    assert_int_equal(manifest_write(&made, &text, &n, NULL), MG_OK);
    assert_int_equal(strlen(text), n);
    if (manifest_read(text, n, &back, &err) != MG_OK)
        fail_msg("%s", err.what);
    same_manifest(&made, &back);
    assert_int_equal(manifest_copy(&back, &copy, NULL), MG_OK);
    same_manifest(&made, &copy);
    assert_int_equal(manifest_write(&copy, &again, &n_again, NULL), MG_OK);
    assert_string_equal(text, again);
    free(text);
    free(again);
    manifest_release(&made);
    manifest_release(&back);
    manifest_release(&copy);
    manifest_release(&copy);
}

static void every_flipped_byte(void **state)
{
    struct manifest made;
    char *text = NULL;
    size_t n = 0;

    (void)state;
    make(&made, 3, 6);
    assert_int_equal(manifest_write(&made, &text, &n, NULL), MG_OK);
    for (size_t i = 0; i < n; i++)
        for (int bit = 0; bit < 8; bit++) {
            struct manifest back;
            mg_error err = {0};
            text[i] = (char)(text[i] ^ (1 << bit));
            assert_int_equal(manifest_read(text, n, &back, &err), MG_E_STORE);
            assert_true(err.what[0] != '\0' && back.n_sources == 0 &&
                        back.n_segments == 0);
            text[i] = (char)(text[i] ^ (1 << bit));
        }
    for (size_t cut = 0; cut < n; cut++) {
        struct manifest back;
        assert_int_equal(manifest_read(text, cut, &back, NULL), MG_E_STORE);
    }
    free(text);
    manifest_release(&made);
}

/* Texts with the right checksum that are no manifest of ours all the same. */
struct bad_case {
    const char *name;
    const char *body;
};

#define HEAD "{\"format\":\"mirrorgap-store\",\"version\":1,\"generation\":1,"
#define H32 "0123456789abcdef0123456789abcdef"
#define SEGMENT(name, period, size, at)                                                  \
    "{\"name\":\"" name "\",\"period\":" period ",\"size\":" size ",\"hash\":\"" H32     \
    "\",\"index_at\":" at ",\"index_hash\":\"" H32 "\"}"

static struct bad_case bad_cases[] = {
    {"no JSON", "{"},
    {"another format", "{\"format\":\"other\",\"version\":1"},
    {"a later version",
     "{\"format\":\"mirrorgap-store\",\"version\":2,\"generation\":1,\"segments\":[],"
     "\"sources\":[]"},
    {"no segments", HEAD "\"sources\":[]"},
    {"segments that are no list", HEAD "\"segments\":{},\"sources\":[]"},
    {"negative generation",
     "{\"format\":\"mirrorgap-store\",\"version\":1,\"generation\":-1,\"segments\":[],"
     "\"sources\":[]"},
    {"a path for a name",
     HEAD "\"segments\":[" SEGMENT("../x.h5", "2016", "9", "1") "],\"sources\":[]"},
    {"a hidden name",
     HEAD "\"segments\":[" SEGMENT(".x", "2016", "9", "1") "],\"sources\":[]"},
    {"an empty name",
     HEAD "\"segments\":[" SEGMENT("", "2016", "9", "1") "],\"sources\":[]"},
    {"an index behind the end",
     HEAD "\"segments\":[" SEGMENT("a.h5", "2016", "9", "10") "],\"sources\":[]"},
    {"a period twice",
     HEAD "\"segments\":[" SEGMENT("a.h5", "2016", "9", "1") "," SEGMENT(
         "b.h5", "2016", "9", "1") "],\"sources\":[]"},
    {"a period too large",
     HEAD "\"segments\":[" SEGMENT("a.h5", "1000000", "9", "1") "],\"sources\":[]"},
    {"sources out of order", HEAD "\"segments\":[],\"sources\":[{\"id\":1}]"},
    {"a key twice", HEAD "\"segments\":[],\"sources\":[],\"sources\":[]"},
};

static void check_bad(void **state)
{
    const struct bad_case *c = *state;
    char text[1000];
    char hash[MG_HASH_TEXT];
    struct manifest m;
    mg_error err = {0};

    mg_hash_write(mg_hash128(c->body, strlen(c->body)), hash);
    int n = snprintf(text, sizeof text, "%s,\"check\":\"%s\"}\n", c->body, hash);
    assert_int_equal(manifest_read(text, (size_t)n, &m, &err), MG_E_STORE);
    assert_true(err.what[0] != '\0' && m.n_segments == 0 && m.segments == NULL);
}

static void editing(void **state)
{
    struct manifest m;
    struct segment_entry e = {.name = "x.h5", .period = 1990, .size = 1};

    (void)state;
    make(&m, 4, 0); /* 1988, 1991, 1994, 1997 */
    assert_int_equal(manifest_put_segment(&m, &e, NULL), MG_OK);
    assert_int_equal(m.n_segments, 5);
    assert_ptr_equal(manifest_segment(&m, 1990), &m.segments[1]);
    strcpy(e.name, "y.h5"); /* replaces the one of its period */
    assert_int_equal(manifest_put_segment(&m, &e, NULL), MG_OK);
    assert_int_equal(m.n_segments, 5);
    assert_string_equal(manifest_segment(&m, 1990)->name, "y.h5");
    manifest_drop_segment(&m, 1990);
    manifest_drop_segment(&m, 2050);
    assert_int_equal(m.n_segments, 4);
    assert_null(manifest_segment(&m, 1990));
    manifest_drop_segment(&m, 1997);
    manifest_drop_segment(&m, 1988);
    assert_int_equal(m.segments[0].period, 1991);
    assert_int_equal(m.segments[1].period, 1994);
    manifest_release(&m);
}

int main(void)
{
    static struct suite s;

    SUITE_CASES(&s, shape_cases, check_shape);
    suite_add(&s, "every flipped byte", every_flipped_byte, NULL);
    SUITE_CASES(&s, bad_cases, check_bad);
    suite_add(&s, "editing", editing, NULL);
    return suite_run("manifest", &s);
}
