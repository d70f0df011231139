/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mirrorgap/rollup.h"

#include <stdlib.h>
#include <string.h>

#include "mirrorgap/mem.h"

/* Cells that share a row, a place and a heading: their net is known when one comes that
 * does not. */
struct run {
    size_t row;
    uint64_t place;
    uint32_t code;
    bool open;
    mg_sum net;
};

enum { SIDES = 4 }; /* a cell may be added once for each side */

struct mg_rollup {
    mg_rollup_row *rows;
    size_t n, room;
    uint32_t *slots; /* 1 + a row, or 0; 2^bits */
    unsigned bits;
    struct run hs4[SIDES], hs2[SIDES];
};

mg_status mg_rollup_new(mg_rollup **out, mg_error *err)
{
    mg_rollup *r = mg_alloc_zero(1, sizeof *r);

    if (r != NULL) {
        r->bits = 8;
        r->slots = mg_alloc_zero((size_t)1 << r->bits, sizeof *r->slots);
    }
    if (r == NULL || r->slots == NULL) {
        free(r);
        *out = NULL;
        return mg_fail(err, MG_E_NOMEM, "cannot sum up gaps");
    }
    *out = r;
    return MG_OK;
}

void mg_rollup_free(mg_rollup *r)
{
    if (r == NULL)
        return;
    free(r->rows);
    free(r->slots);
    free(r);
}

static bool same(mg_rollup_key a, mg_rollup_key b)
{
    return a.part[0] == b.part[0] && a.part[1] == b.part[1];
}

static size_t slot_of(const mg_rollup *r, mg_rollup_key key)
{
    uint64_t hash =
        (key.part[0] ^ (key.part[1] * 0x9e3779b97f4a7c15ULL)) * 0xff51afd7ed558ccdULL;
    size_t mask = ((size_t)1 << r->bits) - 1;
    size_t slot = (size_t)(hash >> (64 - r->bits)) & mask;

    while (r->slots[slot] != 0 && !same(r->rows[r->slots[slot] - 1].key, key))
        slot = (slot + 1) & mask;
    return slot;
}

static mg_status widen(mg_rollup *r, mg_error *err)
{
    uint32_t *slots = mg_alloc_zero((size_t)2 << r->bits, sizeof *slots);

    if (slots == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot sum up gaps");
    free(r->slots);
    r->slots = slots;
    r->bits++;
    for (size_t i = 0; i < r->n; i++)
        r->slots[slot_of(r, r->rows[i].key)] = (uint32_t)(i + 1);
    return MG_OK;
}

static mg_status find_row(mg_rollup *r, mg_rollup_key key, size_t *row, mg_error *err)
{
    size_t slot = slot_of(r, key);
    mg_status status;

    if (r->slots[slot] != 0) {
        *row = r->slots[slot] - 1;
        return MG_OK;
    }
    if (r->n >= UINT32_MAX / 2)
        return mg_fail(err, MG_E_RANGE, "too many sums: ask for fewer at once");
    status = mg_grow((void **)&r->rows, &r->room, r->n + 1, sizeof *r->rows, err);
    if (status != MG_OK)
        return status;
    r->rows[r->n] = (mg_rollup_row){.key = key};
    *row = r->n++;
    r->slots[slot] = (uint32_t)r->n;
    return r->n * 2 > (size_t)1 << r->bits ? widen(r, err) : MG_OK;
}

static void add_size(mg_sum *to, const mg_sum *of)
{
    to->fixed += of->fixed < 0 ? -of->fixed : of->fixed;
}

static void end_run(mg_rollup *r, struct run *run, bool hs4)
{
    if (run->open)
        add_size(hs4 ? &r->rows[run->row].net_hs4 : &r->rows[run->row].net_hs2,
                 &run->net);
    run->open = false;
}

static void follow(mg_rollup *r, struct run *run, bool hs4, size_t row,
                   const mg_rollup_cell *c)
{
    uint32_t code = hs4 ? c->hs4 : c->hs2;

    if (code == 0)
        return;
    if (run->open && (run->row != row || run->place != c->place || run->code != code))
        end_run(r, run, hs4);
    if (!run->open)
        *run = (struct run){row, c->place, code, true, {0}};
    mg_sum_add(&run->net, c->gap_usd);
    mg_sum_add(hs4 ? &r->rows[row].gross_hs4 : &r->rows[row].gross_hs2, fabs(c->gap_usd));
}

static void add_signs(mg_rollup_row *row, unsigned sides, double gap)
{
    if ((sides & MG_ROLLUP_IMPORTER) != 0)
        mg_sum_add(gap > 0 ? &row->import_over : &row->import_under, fabs(gap));
    if ((sides & MG_ROLLUP_EXPORTER) != 0)
        mg_sum_add(gap > 0 ? &row->export_under : &row->export_over, fabs(gap));
}

static void add_matched(mg_rollup_row *row, unsigned sides, const mg_rollup_cell *c)
{
    row->matched++;
    mg_sum_add(&row->export_matched_usd, c->x_usd);
    mg_sum_add(&row->import_matched_usd, c->m_usd);
    mg_sum_add(&row->net, c->gap_usd);
    mg_sum_add(&row->net_low, c->low_usd);
    mg_sum_add(&row->net_high, c->high_usd);
    if (c->gap_usd > 0)
        mg_sum_add(&row->positive, c->gap_usd);
    add_signs(row, sides, c->gap_usd);
    if (!isnan(c->quantity.agreement)) {
        row->n_weighted++;
        mg_sum_add(&row->weighted, c->gap_usd * c->quantity.agreement);
    }
    mg_pq_add(&row->split, c->log_gap, &c->quantity);
}

mg_status mg_rollup_add(mg_rollup *r, mg_rollup_key key, unsigned sides,
                        const mg_rollup_cell *c, mg_error *err)
{
    size_t at;
    mg_status status = find_row(r, key, &at, err);

    if (status != MG_OK)
        return status;
    mg_rollup_row *row = &r->rows[at];
    if (!isnan(c->x_usd))
        mg_sum_add(&row->export_usd, c->x_usd);
    if (!isnan(c->m_usd))
        mg_sum_add(&row->import_fob_usd, c->m_usd);
    if (!isnan(c->m_usd) && c->modelled)
        mg_sum_add(&row->import_modelled_usd, c->m_usd);
    if (isnan(c->m_usd))
        row->exporter_only++;
    else if (isnan(c->x_usd))
        row->importer_only++;
    else {
        add_matched(row, sides, c);
        follow(r, &r->hs4[sides % SIDES], true, at, c);
        follow(r, &r->hs2[sides % SIDES], false, at, c);
    }
    return MG_OK;
}

static void end_runs(mg_rollup *r)
{
    for (int s = 0; s < SIDES; s++) {
        end_run(r, &r->hs4[s], true);
        end_run(r, &r->hs2[s], false);
    }
}

/* The sums of a row, which stand side by side in it. */
static mg_sum *sums_of(mg_rollup_row *row, size_t *n)
{
    *n = (sizeof *row - offsetof(mg_rollup_row, export_usd)) / sizeof(mg_sum);
    return &row->export_usd;
}

mg_status mg_rollup_merge(mg_rollup *r, mg_rollup *more, mg_error *err)
{
    mg_status status = MG_OK;

    end_runs(r);
    end_runs(more);
    for (size_t i = 0; status == MG_OK && i < more->n; i++) {
        size_t at;
        size_t n;
        status = find_row(r, more->rows[i].key, &at, err);
        if (status != MG_OK)
            break;
        mg_sum *from = sums_of(&more->rows[i], &n);
        mg_sum *to = sums_of(&r->rows[at], &n);
        for (size_t s = 0; s < n; s++)
            mg_sum_merge(&to[s], &from[s]);
        r->rows[at].matched += more->rows[i].matched;
        r->rows[at].exporter_only += more->rows[i].exporter_only;
        r->rows[at].importer_only += more->rows[i].importer_only;
        r->rows[at].n_weighted += more->rows[i].n_weighted;
        mg_pq_merge(&r->rows[at].split, &more->rows[i].split);
    }
    return status;
}

static int by_key(const void *a, const void *b)
{
    const mg_rollup_row *x = a;
    const mg_rollup_row *y = b;

    for (int i = 0; i < 2; i++)
        if (x->key.part[i] != y->key.part[i])
            return x->key.part[i] < y->key.part[i] ? -1 : 1;
    return 0;
}

const mg_rollup_row *mg_rollup_rows(mg_rollup *r, size_t *n)
{
    end_runs(r);
    if (r->n > 0)
        qsort(r->rows, r->n, sizeof *r->rows, by_key);
    memset(r->slots, 0, ((size_t)1 << r->bits) * sizeof *r->slots);
    for (size_t i = 0; i < r->n; i++)
        r->slots[slot_of(r, r->rows[i].key)] = (uint32_t)(i + 1);
    *n = r->n;
    return r->rows;
}

double mg_rollup_negative(const mg_rollup_row *row)
{
    mg_sum negative = {row->positive.fixed - row->net.fixed};

    return mg_sum_value(&negative);
}

double mg_rollup_misclassified(const mg_sum *net, const mg_sum *gross)
{
    return gross->fixed > 0 ? 1 - mg_sum_value(net) / mg_sum_value(gross) : NAN;
}
