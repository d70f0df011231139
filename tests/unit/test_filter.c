/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What passes a filter, and blocks that need not be read: against every cell that may
 * stand in them. */
#include "app/filter.h"
#include "testing.h"

enum { CODES = 65536, EXPORTERS = 6, IMPORTERS = 9, ALL = 0xffff };

struct filter_case {
    const char *name;
    bool exporters, importers, either;
};

static struct filter_case filter_cases[] = {
    {"exporters", true, false, false},
    {"importers", false, true, false},
    {"either", false, false, true},
    {"exporters and importers", true, true, false},
    {"exporters and either", true, false, true},
    {"importers and either", false, true, true},
    {"all three", true, true, true},
};

static uint8_t *some_codes(uint64_t *seed, bool wanted, unsigned below)
{
    uint8_t *codes = wanted ? calloc(CODES, 1) : NULL;
    unsigned share = 1 + (unsigned)random_below(seed, 8);

    assert_true(codes != NULL || !wanted);
    for (unsigned i = 0; wanted && i < below; i++)
        codes[i] = random_below(seed, share) == 0;
    if (wanted && random_below(seed, 4) == 0) /* the highest code there is */
        codes[ALL] = 1;
    return codes;
}

/* The codes that the filters know: low ones and the highest. */
static unsigned code_of(unsigned i, unsigned n)
{
    return i < n ? i : ALL;
}

static bool slow_hold(const mg_filter *f, uint32_t first, uint32_t last)
{
    for (unsigned e = 0; e <= EXPORTERS; e++)
        for (unsigned i = 0; i <= IMPORTERS; i++) {
            unsigned exporter = code_of(e, EXPORTERS);
            unsigned importer = code_of(i, IMPORTERS);
            uint32_t place = (uint32_t)exporter << 16 | importer;
            if (place >= first && place <= last &&
                filter_cell(f, exporter, importer, hs_of("870321")))
                return true;
        }
    return false;
}

static uint32_t random_place(uint64_t *seed)
{
    unsigned exporter = code_of((unsigned)random_below(seed, EXPORTERS + 1), EXPORTERS);
    unsigned importer = code_of((unsigned)random_below(seed, IMPORTERS + 1), IMPORTERS);

    return (uint32_t)exporter << 16 | importer;
}

/* A block with a cell that passes is never left out; and where the two ends tell all
 * that can stand between them, one without is. */
static void check_blocks(void **state)
{
    const struct filter_case *c = *state;
    uint64_t seed = 1;
    unsigned left_out = 0;

    for (int round = 0; round < 1500; round++) {
        mg_filter f = {.level = -1};
        f.exporters = some_codes(&seed, c->exporters, EXPORTERS);
        f.importers = some_codes(&seed, c->importers, IMPORTERS);
        f.either = some_codes(&seed, c->either, IMPORTERS);
        mg_block_choice choice = filter_blocks(&f);
        assert_non_null(choice.wanted);
        for (int i = 0; i < 40; i++) {
            uint32_t a = random_place(&seed);
            uint32_t b = random_place(&seed);
            uint32_t first = a < b ? a : b;
            uint32_t last = a < b ? b : a;
            bool one = first >> 16 == last >> 16;
            bool whole = (first & ALL) == 0 && (last & ALL) == ALL;
            bool holds = slow_hold(&f, first, last);
            bool wanted = choice.wanted(choice.self, first, last);
            bool exact = c->exporters + c->importers + c->either == 1 && (one || whole);
            if (wanted != holds && (holds || exact))
                fail_msg("%x to %x: %d, not %d", first, last, wanted, holds);
            left_out += !wanted;
        }
        mg_filter_release(&f);
    }
    assert_true(left_out > 1000); /* or nothing is gained */
}

/* Filters that no block can be told by leave the choice open. */
static void no_choice(void **state)
{
    mg_filter f = {.level = 6, .from = 2015, .to = 2018, .min_value = 5, .limit = 3};
    mg_dataset data = {0}; /* its ends() is not asked for */
    mg_block_choice choice = filter_blocks(&f);

    (void)state;
    assert_null(choice.wanted);
    assert_true(mg_dataset_chosen(&data, 0, MG_T_OBSERVATIONS, 0, &choice));
    assert_true(mg_dataset_chosen(&data, 0, MG_T_OBSERVATIONS, 0, NULL));
}

static void tell_ends(void *self, size_t period, mg_table table, size_t index,
                      uint32_t *first, uint32_t *last)
{
    const uint32_t *ends = self;

    assert_int_equal(period, 3);
    assert_int_equal(table, MG_T_CONTROLS);
    *first = ends[2 * index];
    *last = ends[2 * index + 1];
}

static void chosen_by_ends(void **state)
{
    uint32_t ends[] = {4U << 16, 8U << 16 | 3, 8U << 16 | 4, 8U << 16 | 9, 9U << 16, ~0U};
    mg_dataset data = {.ends = tell_ends, .self = ends};
    mg_filter f = {.level = -1, .exporters = calloc(CODES, 1)};
    mg_block_choice choice = filter_blocks(&f);

    (void)state;
    assert_non_null(f.exporters);
    f.exporters[8] = 1;
    assert_true(mg_dataset_chosen(&data, 3, MG_T_CONTROLS, 0, &choice));
    assert_true(mg_dataset_chosen(&data, 3, MG_T_CONTROLS, 1, &choice));
    assert_false(mg_dataset_chosen(&data, 3, MG_T_CONTROLS, 2, &choice));
    mg_filter_release(&f);
    assert_null(f.exporters);
}

struct component_case {
    const char *name;
    const char *prefix; /* "" none */
    int level;
    const char *hs; /* the lowest code of the component */
    bool cell, component;
};

static struct component_case component_cases[] = {
    {"no prefix", "", -1, "030613", true, true},
    {"the chapter", "03", -1, "030613", true, true},
    {"another chapter", "04", -1, "030613", false, false},
    {"the heading", "0306", -1, "030613", true, true},
    {"another heading", "0307", -1, "030613", false, false},
    {"the code", "030613", -1, "030613", true, true},
    {"a code that may be its member", "030616", -1, "030613", false, true},
    {"part of such a code", "03062", -1, "030613", false, true},
    {"a code of another heading", "030716", -1, "030613", false, false},
    {"the level", "", 6, "030613", true, true},
    {"another level", "", 4, "030613", false, false},
};

static void check_component(void **state)
{
    const struct component_case *c = *state;
    char prefix[1][8] = {{0}};
    mg_filter f = {.level = c->level, .prefixes = prefix, .exporters = calloc(CODES, 1)};
    const uint32_t hs = hs_of(c->hs);

    assert_non_null(f.exporters);
    f.exporters[156] = 1;
    memcpy(prefix[0], c->prefix, strlen(c->prefix));
    f.n_prefixes = c->prefix[0] != '\0';
    assert_int_equal(filter_cell(&f, 156, 842, hs), c->cell);
    assert_int_equal(filter_component(&f, 156, 842, hs), c->component);
    assert_false(filter_component(&f, 842, 156, hs)); /* countries count as ever */
    free(f.exporters);
}

struct figures_case {
    const char *name;
    unsigned statuses;
    double least;
    mg_pair_status status;
    double x, m;
    bool want;
};

enum { ONE_SIDED = 1 << MG_EXPORTER_ONLY | 1 << MG_IMPORTER_ONLY };

static struct figures_case figures_cases[] = {
    {"nothing asked", 0, 0, MG_MATCHED, 1, 2, true},
    {"status", 1 << MG_MATCHED, 0, MG_MATCHED, 1, 2, true},
    {"another status", ONE_SIDED, 0, MG_MATCHED, 1, 2, false},
    {"one of two statuses", ONE_SIDED, 0, MG_IMPORTER_ONLY, NAN, 2, true},
    {"the exporter's figure is large", 0, 100, MG_MATCHED, 100, 2, true},
    {"the importer's figure is large", 0, 100, MG_MATCHED, 1, 100, true},
    {"both are small", 0, 100, MG_MATCHED, 99.99, 99.99, false},
    {"a silent side is not large", 0, 100, MG_EXPORTER_ONLY, 99, NAN, false},
    {"the one that speaks is", 0, 100, MG_EXPORTER_ONLY, 101, NAN, true},
    {"zeros where nothing is asked", 0, 0, MG_MATCHED, 0, 0, true},
    {"large, of another status", ONE_SIDED, 100, MG_MATCHED, 500, 500, false},
};

static void check_figures(void **state)
{
    const struct figures_case *c = *state;
    const mg_filter f = {.level = -1, .statuses = c->statuses, .min_value = c->least};
    const mg_pair pair = {
        .status = (uint8_t)c->status, .x.value_usd = c->x, .m.value_usd = c->m};

    assert_int_equal(filter_figures(&f, &pair), c->want);
}

struct secret_case {
    const char *name;
    unsigned exporter; /* that is asked for, 0: none */
    unsigned from, to; /* exporters at the ends of the block */
    bool wanted;
};

/* Exporters' secrets stand under themselves, importers' under 839 and 899. */
static struct secret_case secret_cases[] = {
    {"the exporter's block", 156, 156, 156, true},
    {"its block among others", 156, 100, 200, true},
    {"a block before it", 156, 4, 155, false},
    {"a block behind it", 156, 157, 700, false},
    {"special categories", 156, 839, 839, true},
    {"areas nes", 156, 842, 900, true},
    {"between the two", 156, 840, 898, false},
    {"the end", 156, 900, 65535, false},
    {"nobody is asked for", 0, 4, 8, true},
};

static void check_secrets(void **state)
{
    const struct secret_case *c = *state;
    mg_filter f = {.level = -1};

    if (c->exporter != 0) {
        f.exporters = calloc(CODES, 1);
        assert_non_null(f.exporters);
        f.exporters[c->exporter] = 1;
    }
    mg_block_choice choice = filter_secret_blocks(&f);
    assert_int_equal(choice.wanted != NULL, c->exporter != 0);
    for (unsigned importer = 0; choice.wanted != NULL && importer < 3; importer++)
        assert_int_equal(choice.wanted(choice.self, c->from << 16 | importer,
                                       c->to << 16 | (importer + 5)),
                         c->wanted);
    free(f.exporters);
}

int main(void)
{
    static struct suite s;

    SUITE_CASES(&s, filter_cases, check_blocks);
    SUITE_CASES(&s, component_cases, check_component);
    SUITE_CASES(&s, figures_cases, check_figures);
    SUITE_CASES(&s, secret_cases, check_secrets);
    suite_add(&s, "no choice", no_choice, NULL);
    suite_add(&s, "chosen by the ends of blocks", chosen_by_ends, NULL);
    return suite_run("filter", &s);
}
