/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "synth/filed.h"

#include <stdlib.h>
#include <string.h>

#include "mirrorgap/mem.h"

/* By period, cell, edition, flow: mg_row_order() without details and sources. */
static int key_order(const mg_row *a, const mg_row *b)
{
    if (a->period != b->period)
        return a->period < b->period ? -1 : 1;
    if (a->exporter != b->exporter)
        return a->exporter < b->exporter ? -1 : 1;
    if (a->importer != b->importer)
        return a->importer < b->importer ? -1 : 1;
    if (a->hs != b->hs)
        return a->hs < b->hs ? -1 : 1;
    if (a->edition != b->edition)
        return a->edition < b->edition ? -1 : 1;
    return (a->flow > b->flow) - (a->flow < b->flow);
}

struct draw_key filed_key(const struct filed *f, const mg_row *row)
{
    return (struct draw_key){f->options->seed, row->exporter, row->importer, row->hs,
                             row->period};
}

/* The first row that is not before the key. */
static size_t lower_bound(const struct filed *f, const mg_row *key)
{
    size_t from = 0;
    size_t to = f->n;

    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (key_order(&f->rows[middle], key) < 0)
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

size_t filed_from(const struct filed *f, uint32_t period, unsigned exporter,
                  unsigned importer)
{
    const mg_row key = {
        .period = period, .exporter = (uint16_t)exporter, .importer = (uint16_t)importer};

    return lower_bound(f, &key);
}

const mg_row *filed_row(const struct filed *f, const mg_row *key)
{
    size_t at = lower_bound(f, key);

    return at < f->n && key_order(&f->rows[at], key) == 0 ? &f->rows[at] : NULL;
}

/* ---- codes ---- */

static int code_order(const void *a, const void *b)
{
    const struct filed_code *p = a;
    const struct filed_code *q = b;

    if (p->edition != q->edition)
        return p->edition < q->edition ? -1 : 1;
    return (p->hs > q->hs) - (p->hs < q->hs);
}

/* Sorts and leaves each code once. */
static void make_unique(struct filed *f)
{
    size_t n = 0;

    if (f->n_codes > 0)
        qsort(f->codes, f->n_codes, sizeof *f->codes, code_order);
    for (size_t i = 0; i < f->n_codes; i++)
        if (n == 0 || code_order(&f->codes[i], &f->codes[n - 1]) != 0)
            f->codes[n++] = f->codes[i];
    f->n_codes = n;
}

/* The codes that occur; a list of repetitions is shortened before it grows large. */
static mg_status list_codes(struct filed *f, mg_error *err)
{
    size_t room = 0;
    size_t limit = 1 << 16;

    for (size_t i = 0; i < f->n; i++) {
        const mg_row *r = &f->rows[i];
        mg_status status =
            mg_grow((void **)&f->codes, &room, f->n_codes + 1, sizeof *f->codes, err);
        if (status != MG_OK)
            return status;
        f->codes[f->n_codes++] = (struct filed_code){r->edition, r->hs};
        if (f->n_codes < limit)
            continue;
        make_unique(f);
        limit = 2 * f->n_codes > limit ? 2 * f->n_codes : limit;
    }
    make_unique(f);
    return MG_OK;
}

const struct filed_code *filed_heading(const struct filed *f, const mg_row *row,
                                       size_t *n)
{
    const uint32_t heading = mg_hs_cut(row->hs, 4);
    size_t from = 0;
    size_t to = f->n_codes;

    while (from < to) {
        size_t middle = from + (to - from) / 2;
        const struct filed_code *c = &f->codes[middle];
        if (c->edition < row->edition ||
            (c->edition == row->edition && mg_hs_cut(c->hs, 4) < heading))
            from = middle + 1;
        else
            to = middle;
    }
    *n = 0;
    while (from + *n < f->n_codes && f->codes[from + *n].edition == row->edition &&
           mg_hs_cut(f->codes[from + *n].hs, 4) == heading)
        ++*n;
    return f->codes + from;
}

/* ---- changes ---- */

static size_t slot_of(const struct filed *f, const mg_row *key)
{
    struct draw_key k = {(uint64_t)key->edition << 8 | key->flow, key->exporter,
                         key->importer, key->hs, key->period};
    size_t slot = draw_bits(&k, DRAW_PLANT) & (f->n_slots - 1);

    while (f->slots[slot] != 0 &&
           key_order(&f->out->changes[f->slots[slot] - 1].before, key) != 0)
        slot = (slot + 1) & (f->n_slots - 1);
    return slot;
}

/* At least half of the slots stay empty. */
static mg_status make_slots(struct filed *f, size_t n, mg_error *err)
{
    uint32_t *slots = mg_alloc_zero(n, sizeof *slots);

    if (slots == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot hold what is planted");
    free(f->slots);
    f->slots = slots;
    f->n_slots = n;
    for (size_t i = 0; i < f->out->n_changes; i++)
        f->slots[slot_of(f, &f->out->changes[i].before)] = (uint32_t)i + 1;
    return MG_OK;
}

bool filed_untouched(const struct filed *f, const mg_row *cell)
{
    mg_row key = *cell;

    for (unsigned flow = MG_FLOW_M; flow <= MG_FLOW_X; flow++) {
        key.flow = (uint8_t)flow;
        if (f->slots[slot_of(f, &key)] != 0)
            return false;
    }
    return true;
}

mg_status filed_change(struct filed *f, const mg_row *key, const mg_row *after,
                       mg_error *err)
{
    mg_planted *out = f->out;
    const mg_row *before = filed_row(f, key);
    mg_row none = {.period = key->period,
                   .exporter = key->exporter,
                   .importer = key->importer,
                   .hs = key->hs,
                   .edition = key->edition,
                   .flow = key->flow};
    mg_status status = MG_OK;

    if (2 * (out->n_changes + 1) > f->n_slots)
        status = make_slots(f, 2 * f->n_slots, err);
    if (status == MG_OK)
        status = mg_grow((void **)&out->changes, &out->room_changes, out->n_changes + 1,
                         sizeof *out->changes, err);
    if (status != MG_OK)
        return status;
    mg_plant_change *c = &out->changes[out->n_changes++];
    *c = (mg_plant_change){.before = before != NULL ? *before : none,
                           .after = after != NULL ? *after : none,
                           .had = before != NULL,
                           .has = after != NULL};
    c->after.flags &= (uint16_t)~MG_FLAG_REBUILT; /* it is a row of its own now */
    f->slots[slot_of(f, key)] = (uint32_t)out->n_changes;
    return MG_OK;
}

/* Missing stays missing: the sum is not known. */
mg_status filed_add(struct filed *f, const mg_row *more, mg_error *err)
{
    const mg_row *there = filed_row(f, more);
    mg_row sum = *more;

    if (there != NULL) {
        sum = *there;
        sum.value_usd += more->value_usd;
        sum.kg += more->kg;
        sum.qty = there->unit == more->unit ? there->qty + more->qty : NAN;
        sum.cif_usd += more->cif_usd;
        sum.fob_usd += more->fob_usd;
    }
    return filed_change(f, more, &sum, err);
}

mg_status filed_start(struct filed *f, mg_error *err)
{
    mg_status status = make_slots(f, 1024, err);

    if (status == MG_OK)
        status = list_codes(f, err);
    return status;
}

void filed_release(struct filed *f)
{
    free(f->codes);
    free(f->slots);
}
