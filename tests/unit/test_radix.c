/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mirrorgap/radix.h"
#include "testing.h"

static int by_key_then_place(const void *a, const void *b)
{
    const mg_radix_item *x = a;
    const mg_radix_item *y = b;

    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    return (x->index > y->index) - (x->index < y->index);
}

struct radix_case {
    const char *name;
    size_t n;
    uint64_t mask; /* of the keys' bits */
};

static struct radix_case radix_cases[] = {
    {"nothing", 0, UINT64_MAX},
    {"one", 1, UINT64_MAX},
    {"two", 2, UINT64_MAX},
    {"all keys equal", 1000, 0},
    {"two keys", 1000, 1},
    {"only the highest byte", 3000, 0xff00000000000000ULL},
    {"bytes 1 and 6", 3000, 0x00ff00000000ff00ULL},
    {"few keys in all bytes", 5000, 0x0101010101010101ULL},
    {"any key", 20000, UINT64_MAX},
};

static void check_radix(void **state)
{
    const struct radix_case *c = *state;
    uint64_t seed = c->n + c->mask;

    for (int round = 0; round < 20; round++) {
        mg_radix_item *items = malloc((c->n + 1) * sizeof *items);
        mg_radix_item *work = malloc((c->n + 1) * sizeof *work);
        mg_radix_item *want = malloc((c->n + 1) * sizeof *want);
        assert_true(items != NULL && work != NULL && want != NULL);
        for (size_t i = 0; i < c->n; i++)
            items[i] = (mg_radix_item){random_bits(&seed) & c->mask, (uint32_t)i, 0};
        if (c->n > 0)
            memcpy(want, items, c->n * sizeof *items);
        qsort(want, c->n, sizeof *want, by_key_then_place);
        mg_radix_sort(&items, &work, c->n);
        for (size_t i = 0; i < c->n; i++) {
            assert_true(items[i].key == want[i].key);
            assert_int_equal(items[i].index, want[i].index);
        }
        free(items);
        free(work);
        free(want);
    }
}

int main(void)
{
    static struct suite s;

    SUITE_CASES(&s, radix_cases, check_radix);
    return suite_run("radix", &s);
}
