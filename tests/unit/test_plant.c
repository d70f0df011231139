/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Planting in rows: what each kind does, sizes, and that no cell is touched twice. */
#include "mirrorgap/plant.h"
#include "testing.h"

enum { YEARS = 3, GOODS = 30 };
static const uint16_t countries[] = {36, 40, 156, 178, 180, 344, 408, 410, 702, 842};
enum { COUNTRIES = sizeof countries / sizeof *countries };

struct world {
    mg_ref *ref;
    mg_confusable *twins;
    mg_row *rows;
    size_t n;
};

static int order(const void *a, const void *b)
{
    return mg_row_order(a, b);
}

/* Everybody trades everything, ten codes to a heading; gaps of quantities are none. */
static int make(void **state)
{
    static struct world w;
    size_t room = (size_t)2 * YEARS * GOODS * COUNTRIES * COUNTRIES;
    uint64_t seed = 3;

    if (mg_ref_load(MG_TEST_REF, &w.ref, NULL) != MG_OK ||
        mg_confusable_load(w.ref, &w.twins, NULL) != MG_OK ||
        (w.rows = calloc(room, sizeof *w.rows)) == NULL)
        return -1;
    for (size_t i = 0; i < room / 2; i++) {
        size_t x = i / GOODS / YEARS / COUNTRIES;
        size_t m = i / GOODS / YEARS % COUNTRIES;
        char hs[8];
        mg_row row = {.period = 2015 + (uint32_t)(i / GOODS % YEARS),
                      .exporter = countries[x],
                      .importer = countries[m],
                      .edition = 5,
                      .unit = 8};
        if (x == m)
            continue;
        snprintf(hs, sizeof hs, "27%02u%02u", 1 + (unsigned)(i % GOODS / 10),
                 10 + (unsigned)(i % 10));
        if (!mg_hs_pack((mg_cell){hs, 6}, &row.hs))
            return -1;
        row.value_usd = floor(exp((double)random_below(&seed, 16000) / 1000));
        row.kg = row.qty = 3 * row.value_usd;
        row.cif_usd = row.fob_usd = NAN;
        row.flow = MG_FLOW_M;
        w.rows[w.n++] = row;
        row.flow = MG_FLOW_X;
        w.rows[w.n++] = row;
    }
    qsort(w.rows, w.n, sizeof *w.rows, order);
    *state = &w;
    return 0;
}

static int unmake(void **state)
{
    struct world *w = *state;

    mg_ref_free(w->ref);
    mg_confusable_free(w->twins);
    free(w->rows);
    return 0;
}

static mg_planted plant(const struct world *w, const mg_plant_options *options)
{
    mg_planted p;
    mg_error err = {0};
    mg_status status = mg_plant_rows(w->ref, w->twins, options, w->rows, w->n, &p, &err);

    if (status != MG_OK)
        fail_msg("%s", err.what);
    return p;
}

/* The change of a side, or NULL. */
static const mg_plant_change *change_at(const mg_planted *p, uint32_t period,
                                        unsigned exporter, unsigned importer, uint32_t hs,
                                        bool import)
{
    for (size_t i = 0; i < p->n_changes; i++) {
        const mg_row *r = &p->changes[i].after;
        if (r->period == period && r->exporter == exporter && r->importer == importer &&
            r->hs == hs && (r->flow == MG_FLOW_M) == import)
            return &p->changes[i];
    }
    return NULL;
}

static const mg_plant_change *own_change(const mg_planted *p, const mg_plant_truth *t)
{
    return change_at(p, t->period, t->exporter, t->importer, t->hs, t->import);
}

static bool noted(const char *note, const char *fmt, unsigned *number)
{
    const char *at = strstr(note, fmt);

    return at != NULL && sscanf(at + strlen(fmt), "%u", number) == 1;
}

/* Where what is missing went. */
static const mg_plant_change *other_change(const mg_planted *p, const mg_plant_truth *t)
{
    unsigned to = 0;
    uint32_t hs;
    char code[8];

    if (noted(t->note, "filed_under=", &to))
        return change_at(p, t->period, t->import ? to : t->exporter,
                         t->import ? t->importer : to, t->hs, t->import);
    if (noted(t->note, "via=", &to))
        return change_at(p, t->period, t->exporter, to, t->hs, false);
    if (noted(t->note, "moved_to=", &to))
        return change_at(p, to, t->exporter, t->importer, t->hs, t->import);
    if (sscanf(t->note, "filed_as=%6[0-9]", code) == 1) {
        assert_true(mg_hs_pack((mg_cell){code, 6}, &hs));
        assert_int_equal(mg_hs_cut(hs, 4), mg_hs_cut(t->hs, 4));
        assert_int_not_equal(hs, t->hs);
        return change_at(p, t->period, t->exporter, t->importer, hs, t->import);
    }
    return NULL;
}

static void check_figures(const mg_planted *p, const mg_plant_truth *t)
{
    const mg_plant_change *c = own_change(p, t);
    const mg_row *was = &c->before;
    const mg_row *is = &c->after;
    const double value = is->value_usd / was->value_usd;
    const double weight = is->kg / was->kg;

    assert_true(c->had);
    assert_near(t->true_usd, was->value_usd, 0);
    assert_near(t->reported_usd, c->has ? is->value_usd : NAN, 0);
    switch (t->kind) {
    case MG_PLANT_QUANTITY:
        assert_true(value > 0.199 && value < 0.601);
        assert_near(weight, value, 1e-3);
        break;
    case MG_PLANT_PRICE:
        assert_true(value > 0.299 && value < 0.701);
        assert_near(weight, 1, 0);
        break;
    case MG_PLANT_UNIT_ERROR:
        assert_near(value, 1, 0);
        assert_near(fabs(log10(weight)), round(fabs(log10(weight))), 1e-9);
        assert_true(weight != 1 && is->qty == is->kg);
        break;
    case MG_PLANT_ROUNDING:
        assert_near(fmod(is->value_usd, pow(10, floor(log10(is->value_usd)))), 0, 0);
        assert_true(value > 0.66 && value < 1.34 && value != 1);
        break;
    case MG_PLANT_REROUTE:
    case MG_PLANT_TIME_SHIFT:
        assert_true(value > 0.299 && value < 0.701);
        break;
    default:
        assert_false(c->has);
    }
}

static void check_other(const mg_planted *p, const mg_plant_truth *t)
{
    const mg_plant_change *other = other_change(p, t);
    double gone = t->true_usd - (isnan(t->reported_usd) ? 0 : t->reported_usd);
    const bool moves = t->kind == MG_PLANT_PARTNER_SWAP || t->kind == MG_PLANT_RELABEL ||
                       t->kind == MG_PLANT_REROUTE || t->kind == MG_PLANT_TIME_SHIFT;

    assert_true(moves == (other != NULL));
    if (!moves)
        return;
    assert_true(other->has);
    assert_near(other->after.value_usd - (other->had ? other->before.value_usd : 0), gone,
                0);
}

static void every_kind(void **state)
{
    const struct world *w = *state;
    const mg_plant_options options = {.seed = 1, .share = 0.05, .least_usd = 1000};
    mg_planted p = plant(w, &options);

    assert_int_equal(p.lacking, 0);
    assert_int_equal(p.n_truth, (size_t)((double)p.pairs * 0.05 + 0.5));
    for (unsigned k = MG_PLANT_HIDDEN; k < MG_PLANT_KINDS; k++)
        assert_in_range(p.planted[k], p.n_truth / 9 - 4, p.n_truth / 9 + 4);
    for (size_t i = 0; i < p.n_truth; i++) {
        assert_true(p.truth[i].true_usd >= 1000);
        check_figures(&p, &p.truth[i]);
        check_other(&p, &p.truth[i]);
    }
    mg_planted_release(&p);
}

/* Cells of changes: each at most once, but for both sides of none. */
static void no_cell_twice(void **state)
{
    const mg_plant_options options = {.seed = 2, .share = 0.2, .least_usd = 0};
    mg_planted p = plant(*state, &options);

    assert_true(p.n_changes > p.n_truth && p.n_truth > 1000);
    for (size_t i = 1; i < p.n_changes; i++) {
        const mg_row *a = &p.changes[i - 1].after;
        const mg_row *b = &p.changes[i].after;
        assert_true(mg_row_order(a, b) < 0);
        assert_false(a->period == b->period && a->exporter == b->exporter &&
                     a->importer == b->importer && a->hs == b->hs);
    }
    mg_planted_release(&p);
}

/* Planted cells against all: in each tenth of the sizes a tenth, about. */
static void sizes_are_those_of_all(void **state)
{
    const struct world *w = *state;
    const mg_plant_options options = {.seed = 3, .share = 0.1, .least_usd = 100};
    mg_planted p = plant(w, &options);
    size_t below = 0;
    size_t pairs_below = 0;
    const double middle = 20000;

    for (size_t i = 0; i < p.n_truth; i++)
        below += p.truth[i].true_usd < middle;
    for (size_t i = 0; i + 1 < w->n; i += 2)
        pairs_below += w->rows[i].value_usd >= 100 && w->rows[i].value_usd < middle;
    assert_near((double)below / (double)p.n_truth, (double)pairs_below / (double)p.pairs,
                0.01);
    mg_planted_release(&p);
}

static void seeds(void **state)
{
    mg_plant_options options = {.seed = 4, .share = 0.02, .least_usd = 1000};
    mg_planted a = plant(*state, &options);
    mg_planted b = plant(*state, &options);
    options.seed = 5;
    mg_planted c = plant(*state, &options);
    size_t same = 0;

    assert_int_equal(a.n_changes, b.n_changes);
    for (size_t i = 0; i < a.n_changes; i++) {
        assert_memory_equal(&a.changes[i].before, &b.changes[i].before, sizeof(mg_row));
        assert_memory_equal(&a.changes[i].after, &b.changes[i].after, sizeof(mg_row));
    }
    for (size_t i = 0; i < a.n_truth; i++)
        assert_string_equal(a.truth[i].note, b.truth[i].note);
    for (size_t i = 0; i < a.n_truth && i < c.n_truth; i++)
        same += a.truth[i].exporter == c.truth[i].exporter &&
                a.truth[i].importer == c.truth[i].importer &&
                a.truth[i].hs == c.truth[i].hs;
    assert_true(same < a.n_truth / 4);
    mg_planted_release(&a);
    mg_planted_release(&b);
    mg_planted_release(&c);
}

static void twins_before_nes(void **state)
{
    const mg_plant_options options = {.seed = 6,
                                      .share = 0.1,
                                      .kinds = MG_PLANT_BIT(MG_PLANT_PARTNER_SWAP),
                                      .least_usd = 1000};
    mg_planted p = plant(*state, &options);
    size_t korea = 0;

    assert_int_equal(p.planted[MG_PLANT_PARTNER_SWAP], p.n_truth);
    for (size_t i = 0; i < p.n_truth; i++) {
        const mg_plant_truth *t = &p.truth[i];
        unsigned partner = t->import ? t->exporter : t->importer;
        unsigned to = 0;
        assert_true(noted(t->note, "filed_under=", &to));
        korea += partner == 410 && to == 408;
        if (partner == 842)
            assert_int_equal(to, 899); /* nobody is taken for it */
    }
    assert_true(korea > 0);
    mg_planted_release(&p);
}

/* One year, one level, no quantities: what cannot be carried is told. */
static void lacking(void **state)
{
    const struct world *w = *state;
    mg_row *rows = malloc(w->n * sizeof *rows);
    const mg_plant_options options = {.seed = 7, .share = 0.05, .least_usd = 1000};
    mg_planted p;
    size_t n = 0;

    assert_non_null(rows);
    for (size_t i = 0; i < w->n; i++)
        if (w->rows[i].period == 2015 && mg_hs_cut(w->rows[i].hs, 6) % 7 == 0) {
            rows[n] = w->rows[i];
            rows[n].hs = mg_hs_cut(rows[n].hs, 2);
            rows[n++].kg = NAN;
            rows[n - 1].qty = NAN;
        }
    qsort(rows, n, sizeof *rows, order);
    assert_int_equal(mg_plant_rows(w->ref, w->twins, &options, rows, n, &p, NULL), MG_OK);
    assert_int_equal(p.lacking, MG_PLANT_BIT(MG_PLANT_UNIT_ERROR) |
                                    MG_PLANT_BIT(MG_PLANT_RELABEL) |
                                    MG_PLANT_BIT(MG_PLANT_TIME_SHIFT));
    mg_planted_release(&p);
    free(rows);
}

static bool australian(const void *self, const mg_row *row)
{
    (void)self;
    return row->exporter == 36;
}

static void options_hold(void **state)
{
    const struct world *w = *state;
    mg_plant_options options = {.seed = 8, .share = 0, .least_usd = 1000};
    mg_planted p = plant(w, &options);

    assert_int_equal(p.n_truth + p.n_changes, 0);
    mg_planted_release(&p);
    options.share = 0.1;
    options.wanted = australian;
    p = plant(w, &options);
    assert_true(p.n_truth > 20);
    for (size_t i = 0; i < p.n_truth; i++)
        assert_int_equal(p.truth[i].exporter, 36);
    mg_planted_release(&p);
    assert_int_equal(mg_plant_rows(w->ref, w->twins, &options, w->rows, 0, &p, NULL),
                     MG_OK);
    assert_int_equal(p.pairs, 0);
    mg_planted_release(&p);
    options.share = 0.3;
    assert_int_equal(mg_plant_rows(w->ref, w->twins, &options, w->rows, w->n, &p, NULL),
                     MG_E_RANGE);
    options.share = 0.1;
    options.seed = 1ULL << 62;
    assert_int_equal(mg_plant_rows(w->ref, w->twins, &options, w->rows, w->n, &p, NULL),
                     MG_E_RANGE);
}

static void kinds_are_read(void **state)
{
    unsigned kinds = 0;

    (void)state;
    assert_true(mg_plant_kinds_read("price,hidden,price", &kinds));
    assert_int_equal(kinds, MG_PLANT_BIT(MG_PLANT_PRICE) | MG_PLANT_BIT(MG_PLANT_HIDDEN));
    assert_false(mg_plant_kinds_read("", &kinds));
    assert_false(mg_plant_kinds_read("price,", &kinds));
    assert_false(mg_plant_kinds_read("prices", &kinds));
    for (unsigned k = MG_PLANT_HIDDEN; k < MG_PLANT_KINDS; k++) {
        assert_true(mg_plant_kinds_read(mg_plant_name(k), &kinds));
        assert_int_equal(kinds, MG_PLANT_BIT(k));
    }
    assert_string_equal(mg_plant_name(MG_PLANT_KINDS), "");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {cmocka_unit_test(every_kind),
                                              cmocka_unit_test(no_cell_twice),
                                              cmocka_unit_test(seeds),
                                              cmocka_unit_test(sizes_are_those_of_all),
                                              cmocka_unit_test(twins_before_nes),
                                              cmocka_unit_test(lacking),
                                              cmocka_unit_test(options_hold),
                                              cmocka_unit_test(kinds_are_read)};

    return cmocka_run_group_tests_name("plant", tests, make, unmake);
}
