/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The HS concordance against the correlation tables as the UN published them, in
 * $MIRRORGAP_TEST_DATA: counts of components, a slow twin, and the delivered table. */
#include <unistd.h>

#include "concordance_members.h"
#include "mirrorgap/input.h"
#include "ref/concordance_parts.h"

/* Six-digit codes are plain numbers here: 30613 is 030613. */
enum { CODES = 1000000, TEXT_ROOM = 1 << 22 };

static char path[4096];
static struct steps steps; /* edges as read */
static mg_concordance *shipped, *raw;

static struct count_case {
    const char *name;
    unsigned from;
    size_t components, one_to_one, largest, without_8549;
} count_cases[] = {
    /* METHODS 1.6 */
    {"H0 to H1", H0, 4755, 4570, 44, 44},   {"H1 to H2", H1, 4891, 4744, 126, 126},
    {"H2 to H3", H2, 4701, 4471, 151, 151}, {"H3 to H4", H3, 4917, 4785, 45, 45},
    {"H4 to H5", H4, 4861, 4744, 348, 348}, {"H5 to H6", H5, 4201, 4097, 2258, 1078},
};

static void check_counts(void **state)
{
    const struct count_case *c = *state;
    const struct step *read = &steps.between[c->from][c->from + 1];
    struct step copy = {.n_edges = read->n_edges};
    struct step_counts counts;

    copy.edges = malloc(read->n_edges * sizeof *copy.edges);
    assert_non_null(copy.edges);
    memcpy(copy.edges, read->edges, read->n_edges * sizeof *copy.edges);
    assert_int_equal(step_count(&copy, false, &counts, NULL), MG_OK);
    assert_int_equal(counts.components, c->components);
    assert_int_equal(counts.one_to_one, c->one_to_one);
    assert_int_equal(counts.largest, c->largest);
    assert_int_equal(step_count(&copy, true, &counts, NULL), MG_OK);
    assert_int_equal(counts.largest, c->without_8549);
    free(copy.edges);
}

/* ---- the slow twin: the least number spreads over the edges until none changes ---- */

struct twin {
    uint32_t *label[EDITIONS]; /* by edition and code: 1 + least node of its class, 0: no
                                  code */
    bool *lost[EDITIONS];      /* an edge was cut, in a step of the range */
    uint32_t *degree[2];
};

/* Of a class, by its label; then of all classes with its name. */
struct twin_class {
    uint32_t lowest;
    bool several, cut;
    uint32_t n[EDITIONS], first[EDITIONS];
};

static uint32_t plain(uint32_t hs)
{
    char text[MG_HS_TEXT];

    mg_hs_text(hs, text);
    return (uint32_t)strtoul(text, NULL, 10);
}

static uint32_t packed(uint32_t code)
{
    char text[16];

    snprintf(text, sizeof text, "%06u", code);
    return hs_of(text);
}

static void *zeros(size_t n, size_t size)
{
    void *made = calloc(n, size);

    if (made == NULL)
        abort();
    return made;
}

static bool kept(const struct twin *t, uint32_t b, uint32_t a)
{
    if (b / 100 == a / 100)
        return true;
    return b / 100 != 8549 && a / 100 != 8549 && t->degree[0][b] == 1 &&
           t->degree[1][a] == 1;
}

/* Spreads labels over the step e to e + 1; true where any changed. */
static bool spread(struct twin *t, unsigned e)
{
    const struct step *step = &steps.between[e][e + 1];
    bool changed = false;

    memset(t->degree[0], 0, CODES * sizeof *t->degree[0]);
    memset(t->degree[1], 0, CODES * sizeof *t->degree[1]);
    for (size_t i = 0; i < step->n_edges; i++) {
        t->degree[0][plain(step->edges[i].before)]++;
        t->degree[1][plain(step->edges[i].after)]++;
    }
    for (size_t i = 0; i < step->n_edges; i++) {
        uint32_t b = plain(step->edges[i].before);
        uint32_t a = plain(step->edges[i].after);
        uint32_t *x = &t->label[e][b];
        uint32_t *y = &t->label[e + 1][a];
        if (!kept(t, b, a)) {
            t->lost[e][b] = t->lost[e + 1][a] = true;
        } else if (*x != *y) {
            *x = *y = *x < *y ? *x : *y;
            changed = true;
        }
    }
    return changed;
}

static void know(struct twin *t, unsigned e, uint32_t code)
{
    t->label[e][code] = 1 + e * CODES + code;
}

static struct twin twin_make(unsigned low, unsigned high)
{
    struct twin t;
    bool changed = true;

    for (unsigned e = 0; e < EDITIONS; e++) {
        t.label[e] = zeros(CODES, sizeof *t.label[e]);
        t.lost[e] = zeros(CODES, sizeof *t.lost[e]);
    }
    for (int side = 0; side < 2; side++)
        t.degree[side] = zeros(CODES, sizeof *t.degree[side]);
    for (unsigned e = H0; e < H6; e++)
        for (size_t i = 0; i < steps.between[e][e + 1].n_edges; i++) {
            know(&t, e, plain(steps.between[e][e + 1].edges[i].before));
            know(&t, e + 1, plain(steps.between[e][e + 1].edges[i].after));
        }
    while (changed) {
        changed = false;
        for (unsigned e = low; e < high; e++)
            changed |= spread(&t, e);
    }
    return t;
}

static void twin_free(struct twin *t)
{
    for (unsigned e = 0; e < EDITIONS; e++) {
        free(t->label[e]);
        free(t->lost[e]);
    }
    free(t->degree[0]);
    free(t->degree[1]);
}

/* What the twin says of names: classes by name, lowest code * 2 + star. */
static struct twin_class *twin_names(const struct twin *t, unsigned low, unsigned high,
                                     struct twin_class *by_label)
{
    struct twin_class *by_name = zeros(2 * (size_t)CODES, sizeof *by_name);

    for (unsigned e = low; e <= high; e++)
        for (uint32_t code = 0; code < CODES; code++) {
            if (t->label[e][code] == 0)
                continue;
            struct twin_class *c = &by_label[t->label[e][code]];
            bool first = c->n[0]++ == 0;
            c->several |= !first && c->lowest != code;
            c->lowest = first || code < c->lowest ? code : c->lowest;
        }
    for (unsigned e = low; e <= high; e++)
        for (uint32_t code = 0; code < CODES; code++) {
            if (t->label[e][code] == 0)
                continue;
            struct twin_class *c = &by_label[t->label[e][code]];
            struct twin_class *all = &by_name[c->lowest * 2 + c->several];
            all->cut |= t->lost[e][code];
            if (all->n[e]++ == 0)
                all->first[e] = code;
        }
    return by_name;
}

static void same_as_twin(const struct twin *t, unsigned low, unsigned high, unsigned e,
                         uint32_t code, const struct twin_class *by_label,
                         const struct twin_class *by_name)
{
    const struct twin_class *own = &by_label[t->label[e][code]];
    const struct twin_class *all = &by_name[own->lowest * 2 + own->several];
    uint32_t hs = packed(code);
    mg_hs_class got = mg_concordance_class(raw, low, high, e, hs);

    if (got.hs != packed(own->lowest) || got.star != own->several || got.cut != all->cut)
        fail_msg("H%u of H%u to H%u, %06u: %06u%s cut %d, not %06u%s cut %d", e - H0,
                 low - H0, high - H0, code, plain(got.hs), got.star ? "*" : "", got.cut,
                 own->lowest, own->several ? "*" : "", all->cut);
    for (unsigned target = low; target <= high; target++) {
        mg_hs_class to = mg_concordance_convert(raw, low, high, e, hs, target);
        if (all->n[target] == 0)
            assert_true(to.hs == got.hs && to.star == got.star && to.cut == got.cut);
        else
            assert_true(plain(to.hs) == all->first[target] &&
                        to.star == (all->n[target] > 1) && to.cut == all->cut);
    }
    uint32_t n = 0;
    for (unsigned target = low; target <= high; target++)
        n += all->n[target];
    if (code < 980000)
        assert_int_equal(
            mg_concordance_members(raw, low, high, got.hs, got.star, NULL, 0), n);
}

static struct range_case {
    const char *name;
    unsigned low, high;
} range_cases[] = {
    {"twin, H0 to H1", H0, H1}, {"twin, H3 to H4", H3, H4}, {"twin, H5 to H6", H5, H6},
    {"twin, H1 to H4", H1, H4}, {"twin, H2 to H6", H2, H6}, {"twin, H0 to H6", H0, H6},
};

static void check_twin(void **state)
{
    const struct range_case *c = *state;
    struct twin t = twin_make(c->low, c->high);
    struct twin_class *by_label = zeros(EDITIONS * (size_t)CODES + 1, sizeof *by_label);
    struct twin_class *by_name = twin_names(&t, c->low, c->high, by_label);
    size_t n = 0;

    for (unsigned e = c->low; e <= c->high; e++)
        for (uint32_t code = 0; code < CODES; code++)
            if (t.label[e][code] != 0) {
                same_as_twin(&t, c->low, c->high, e, code, by_label, by_name);
                n++;
            }
    assert_true(n > 10000);
    free(by_label);
    free(by_name);
    twin_free(&t);
}

/* ---- what is delivered ---- */

static void same_class(unsigned low, unsigned high, unsigned e, uint32_t hs)
{
    mg_hs_member m[2][512];
    mg_hs_class a = mg_concordance_class(raw, low, high, e, hs);
    mg_hs_class b = mg_concordance_class(shipped, low, high, e, hs);
    size_t n = mg_concordance_members(raw, low, high, a.hs, a.star, m[0], 512);

    if (a.hs != b.hs || a.star != b.star || a.cut != b.cut)
        fail_msg("H%u of H%u to H%u, %06u", e - H0, low - H0, high - H0, plain(hs));
    assert_int_equal(mg_concordance_members(shipped, low, high, a.hs, a.star, m[1], 512),
                     n);
    assert_true(n <= 512);
    for (size_t i = 0; i < n; i++)
        assert_true(m[0][i].edition == m[1][i].edition && m[0][i].hs == m[1][i].hs);
}

static void delivered_as_published(void **state)
{
    struct code_list codes = {0};

    (void)state;
    for (unsigned e = H0; e < H6; e++)
        for (size_t i = 0; i < steps.between[e][e + 1].n_edges; i++) {
            const struct edge *edge = &steps.between[e][e + 1].edges[i];
            assert_int_equal(code_add(&codes, edge->before, NULL), MG_OK);
            assert_int_equal(code_add(&codes, edge->after, NULL), MG_OK);
        }
    sort_codes(&codes);
    assert_true(codes.n > 6000);
    for (unsigned low = H0; low <= H6; low++)
        for (unsigned high = low; high <= H6; high++)
            for (unsigned e = low; e <= high; e++)
                for (size_t i = 0; i < codes.n; i++)
                    same_class(low, high, e, codes.items[i]);
    free(codes.items);
}

static void set_up(void)
{
    const mg_source_options options = {0};
    const char *const files[] = {path};
    mg_source *source = NULL;
    mg_ref *ref = NULL;
    const char *name;
    char *text = zeros(TEXT_ROOM, 1);
    size_t n = 0;
    size_t got = 1;

    if (mg_source_open(path, &options, &source, NULL) != MG_OK ||
        mg_source_next(source, &name, NULL) != MG_OK)
        abort();
    for (; got > 0; n += got)
        if (mg_source_read(source, text + n, TEXT_ROOM - n, &got, NULL) != MG_OK)
            abort();
    mg_source_close(source);
    if (steps_read_text(&steps, text, n, NULL) != MG_OK ||
        mg_concordance_read(files, 1, &raw, NULL) != MG_OK ||
        mg_ref_load(MG_TEST_REF, &ref, NULL) != MG_OK ||
        mg_concordance_load(ref, &shipped, NULL) != MG_OK)
        abort();
    mg_ref_free(ref);
    free(text);
}

static void left_out(void **state)
{
    (void)state;
    skip();
}

int main(void)
{
    static struct suite s;
    const char *data = getenv("MIRRORGAP_TEST_DATA");

    snprintf(path, sizeof path,
             "%s/reference/concordance/HS_consolidated_comtrade_concordances.csv.gz",
             data != NULL ? data : "");
    if (data == NULL || access(path, R_OK) != 0) {
        suite_add(&s, "no real data (MIRRORGAP_TEST_DATA)", left_out, NULL);
        return suite_run("concordance_real", &s);
    }
    set_up();
    SUITE_CASES(&s, count_cases, check_counts);
    SUITE_CASES(&s, range_cases, check_twin);
    suite_add(&s, "delivered as published", delivered_as_published, NULL);
    int failed = suite_run("concordance_real", &s);
    steps_release(&steps);
    mg_concordance_free(raw);
    mg_concordance_free(shipped);
    return failed;
}
