/* SPDX-License-Identifier: GPL-3.0-or-later */
/* totals: the partners' errors, and estimates by them. */
#include <math.h>
#include <stdlib.h>

#include "app/totals.h"
#include "mirrorgap/mem.h"
#include "mirrorgap/threads.h"

enum { CODES = 65536 };

unsigned totals_fold(unsigned country)
{
    return (unsigned)(totals_mixed(country) % TOTALS_FOLDS);
}

uint64_t totals_key(unsigned country, unsigned flow, uint32_t period, unsigned partner,
                    uint32_t hs2)
{
    const uint64_t where = (uint64_t)country << 48 | (uint64_t)partner << 32 | period;

    return totals_mixed(totals_mixed(where) ^ ((uint64_t)flow << 40 | hs2));
}

static int by_partner(const void *a, const void *b)
{
    const struct totals_cell *x = a;
    const struct totals_cell *y = b;

    if (x->flow != y->flow)
        return x->flow < y->flow ? -1 : 1;
    if (x->partner != y->partner)
        return x->partner < y->partner ? -1 : 1;
    if (x->place != y->place)
        return x->place < y->place ? -1 : 1;
    return (x->lot > y->lot) - (x->lot < y->lot);
}

static mg_status start_numbers(struct totals_world *w, mg_error *err)
{
    w->number = mg_alloc(CODES, sizeof *w->number);
    w->codes = mg_alloc(CODES, sizeof *w->codes);
    if (w->number == NULL || w->codes == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot number the partners");
    for (size_t c = 0; c < CODES; c++)
        w->number[c] = UINT32_MAX;
    return MG_OK;
}

/* Numbers the codes that were marked with 0. */
static void end_numbers(struct totals_world *w)
{
    for (size_t c = 0; c < CODES; c++)
        if (w->number[c] == 0) {
            w->number[c] = (uint32_t)w->n_codes;
            w->codes[w->n_codes++] = (uint16_t)c;
        }
}

static mg_status number_codes(struct totals_world *w, mg_error *err)
{
    const struct totals_sum *sums = w->sums.items;
    mg_status status = start_numbers(w, err);

    if (status != MG_OK)
        return status;
    for (size_t i = 0; i < w->sums.n; i++)
        w->number[sums[i].partner] = 0;
    end_numbers(w);
    return MG_OK;
}

mg_status totals_number_all(struct totals_world *w, mg_error *err)
{
    const mg_ref *ref = mg_session_ref(w->mirror->session);
    const struct totals_row *rows = w->rows.items;
    mg_status status = start_numbers(w, err);

    if (status != MG_OK)
        return status;
    for (unsigned c = 0; c < CODES; c++)
        if (mg_ref_kind(ref, c) == MG_AREA_COUNTRY)
            w->number[c] = 0;
    for (size_t i = 0; i < w->rows.n; i++)
        w->number[rows[i].partner] = 0;
    end_numbers(w);
    return MG_OK;
}

/* The cells of a flow but those with countries that are left out, as the fit wants. */
struct learning {
    uint32_t *partner;
    uint64_t *group;
    double *ratio;
    size_t n;
};

static bool left_out(const struct totals_world *w, unsigned fold, unsigned country)
{
    return fold == TOTALS_ALONE ? country == w->country : totals_fold(country) == fold;
}

static void choose(const struct totals_world *w, unsigned fold, unsigned flow,
                   struct learning *l)
{
    const struct totals_cell *cells = w->cells.items;

    l->n = 0;
    for (size_t i = 0; i < w->cells.n; i++) {
        const struct totals_cell *c = &cells[i];
        if (c->flow != flow || left_out(w, fold, c->mirror) ||
            w->number[c->partner] == UINT32_MAX)
            continue;
        l->partner[l->n] = w->number[c->partner];
        l->group[l->n] = c->place;
        l->ratio[l->n++] = c->ratio;
    }
}

static mg_status learn_fold(struct totals_world *w, unsigned fold, struct learning *l,
                            mg_error *err)
{
    mg_status status = MG_OK;

    for (unsigned flow = 0; status == MG_OK && flow < TOTALS_FLOWS; flow++) {
        mg_totals_error *to =
            w->errors + ((size_t)fold * TOTALS_FLOWS + flow) * w->n_codes;
        choose(w, fold, flow, l);
        w->learnt[fold][flow] = l->n > 0;
        if (l->n == 0)
            continue;
        status = mg_totals_fit_errors(l->n, l->partner, l->group, l->ratio, w->n_codes,
                                      to, err);
        /* the mirror is as uncertain as the report: half of the squares is each side's */
        for (size_t j = 0; status == MG_OK && j < w->n_codes; j++) {
            to[j].shared *= sqrt(0.5);
            to[j].own *= sqrt(0.5);
        }
    }
    return status;
}

mg_status totals_learn(struct totals_world *w, mg_error *err)
{
    struct learning l = {.partner = mg_alloc(w->cells.n, sizeof *l.partner),
                         .group = mg_alloc(w->cells.n, sizeof *l.group),
                         .ratio = mg_alloc(w->cells.n, sizeof *l.ratio)};
    mg_status status = number_codes(w, err);

    if (status == MG_OK) {
        w->errors = mg_alloc_zero((TOTALS_FOLDS + 1) * TOTALS_FLOWS * w->n_codes,
                                  sizeof *w->errors);
        if (w->errors == NULL || l.partner == NULL || l.group == NULL || l.ratio == NULL)
            status = mg_fail(err, MG_E_NOMEM, "cannot learn the partners' errors");
    }
    if (status == MG_OK && w->cells.n > 1)
        qsort(w->cells.items, w->cells.n, w->cells.size, by_partner);
    for (unsigned fold = 0; status == MG_OK && fold <= TOTALS_FOLDS; fold++)
        if (fold < TOTALS_FOLDS || w->country != 0)
            status = learn_fold(w, fold, &l, err);
    free(l.partner);
    free(l.group);
    free(l.ratio);
    return status;
}

static int by_size(const void *a, const void *b)
{
    const struct totals_item *x = a;
    const struct totals_item *y = b;

    if (x->usd != y->usd)
        return x->usd > y->usd ? -1 : 1;
    return (x->partner > y->partner) - (x->partner < y->partner);
}

/* The error of a sum of cells whose own errors are independent, as that of one cell: a
 * lognormal with the mean and variance of the sum (Fenton 1960). */
static mg_totals_error of_sum(mg_totals_error e, double spread)
{
    double square = e.own * e.own;
    double kept = log1p(expm1(square) * fmin(spread, 1));

    e.bias += (square - kept) / 2;
    e.own = sqrt(fmax(kept, 0));
    return e;
}

/* Items that together are the last hundredth of a total count as of its last partner
 * before: they cannot matter and are most of the work. */
static size_t gather_tail(struct totals_item *items, size_t n, double *tail)
{
    static const double share = 0.01;
    double all = 0;
    double seen = 0;
    size_t kept = 0;

    for (size_t i = 0; i < n; i++)
        all += items[i].usd;
    *tail = 0;
    while (kept < n && (kept == 0 || seen < (1 - share) * all))
        seen += items[kept++].usd;
    for (size_t i = kept; i < n; i++)
        *tail += items[i].usd;
    return kept;
}

mg_status totals_estimate(const struct totals_world *w, unsigned fold, unsigned flow,
                          struct totals_item *items, size_t n, uint64_t key,
                          mg_totals_estimate *to, mg_error *err)
{
    const mg_totals_error *errors =
        w->errors + ((size_t)fold * TOTALS_FLOWS + flow) * w->n_codes;
    mg_totals_flow *flows = mg_alloc(n + 1, sizeof *flows);
    mg_totals_error *own = mg_alloc(n + 1, sizeof *own);
    mg_sum reported = {0};
    mg_status status = MG_OK;
    double tail;

    if (n > 1)
        qsort(items, n, sizeof *items, by_size);
    for (size_t i = 0; i < n; i++)
        mg_sum_add(&reported, items[i].usd);
    if (flows == NULL || own == NULL)
        status = mg_fail(err, MG_E_NOMEM, "cannot estimate a total");
    else if (!w->learnt[fold][flow]) {
        double usd = mg_sum_value(&reported);
        *to = (mg_totals_estimate){usd, usd, usd, NAN, NAN};
    } else {
        size_t kept = gather_tail(items, n, &tail);
        for (size_t i = 0; i < kept; i++) {
            own[i] = of_sum(errors[w->number[items[i].partner]], items[i].spread);
            flows[i] = (mg_totals_flow){items[i].usd, (uint32_t)i};
        }
        if (tail > 0) {
            own[kept] = own[kept - 1];
            flows[kept] = (mg_totals_flow){tail, (uint32_t)kept};
            kept++;
        }
        status = mg_totals_draw(kept, flows, kept, own, MG_TOTALS_DRAWS, w->seed, key, to,
                                err);
        if (n > 0)
            to->reported = mg_sum_value(&reported);
    }
    free(flows);
    free(own);
    return status;
}

void totals_release(struct totals_world *w)
{
    free(w->periods);
    free(w->reporting);
    free(w->sums.items);
    free(w->owns.items);
    free(w->cells.items);
    free(w->parts.items);
    free(w->rows.items);
    free(w->codes);
    free(w->number);
    free(w->errors);
}
