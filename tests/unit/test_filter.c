/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Blocks that need not be read: against every cell that may stand in them. */
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

int main(void)
{
    static struct suite s;

    SUITE_CASES(&s, filter_cases, check_blocks);
    suite_add(&s, "no choice", no_choice, NULL);
    suite_add(&s, "chosen by the ends of blocks", chosen_by_ends, NULL);
    return suite_run("filter", &s);
}
