/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pair/group.h"

#include <stdlib.h>

#include "mirrorgap/mem.h"

_Static_assert(MG_PAIR_COMPONENT == 1, "entry_key() takes it as the lowest bit");

void group_clear(struct group *g)
{
    for (int f = 0; f < MG_FLOW_BACI; f++) {
        g->flows[f].n = 0;
        g->flows[f].unsorted = false;
    }
}

void group_release(struct group *g)
{
    for (int f = 0; f < MG_FLOW_BACI; f++)
        free(g->flows[f].items);
    *g = (struct group){0};
}

mg_status group_add(struct group *g, unsigned flow, const struct entry *entry,
                    mg_error *err)
{
    struct entries *to = &g->flows[flow];

    if (to->n == to->room) {
        mg_status status =
            mg_grow((void **)&to->items, &to->room, to->n + 1, sizeof *to->items, err);
        if (status != MG_OK)
            return status;
    }
    if (to->n > 0 && entry_key(&to->items[to->n - 1]) >= entry_key(entry))
        to->unsorted = true;
    to->items[to->n++] = *entry;
    return MG_OK;
}

/* The editions that the rows span; false: no edition is known. */
static bool span(const struct group *g, bool net, unsigned *low, unsigned *high)
{
    *low = MG_EDITION_H6 + 1;
    *high = 0;
    for (int f = 1; f < MG_FLOW_BACI && (net || f <= MG_FLOW_X); f++)
        for (size_t i = 0; i < g->flows[f].n; i++) {
            unsigned edition = g->flows[f].items[i].side.edition;
            if (edition < MG_EDITION_H0 || edition > MG_EDITION_H6)
                continue;
            *low = edition < *low ? edition : *low;
            *high = edition > *high ? edition : *high;
        }
    return *high > 0;
}

static void classify(struct entries *e, const mg_harmonise *how, unsigned low,
                     unsigned high)
{
    for (size_t i = 0; i < e->n; i++) {
        struct entry *at = &e->items[i];
        unsigned edition = at->side.edition;
        if (edition < low || edition > high)
            continue; /* unknown, or not of the two sides: as it is written */
        mg_hs_class c =
            how->target != 0
                ? mg_concordance_convert(how->concordance, low, high, edition, at->hs,
                                         how->target)
                : mg_concordance_class(how->concordance, low, high, edition, at->hs);
        at->hs = c.hs;
        at->notes |= (uint16_t)((c.star ? MG_PAIR_COMPONENT : 0) |
                                (c.cut ? MG_PAIR_EDITION_CUT : 0));
        if (i > 0 && entry_key(at - 1) >= entry_key(at))
            e->unsorted = true;
    }
}

static int by_key(const void *a, const void *b)
{
    uint64_t x = entry_key(a);
    uint64_t y = entry_key(b);

    return (x > y) - (x < y);
}

/* A missing figure makes the sum missing, as NaN does. */
static void add_side(mg_side *to, const mg_side *more)
{
    to->value_usd += more->value_usd;
    to->cif_usd = to->cif_usd + more->cif_usd;
    to->fob_usd = to->fob_usd + more->fob_usd;
    to->kg = to->kg + more->kg;
    to->qty = to->unit == more->unit ? to->qty + more->qty : NAN;
    to->flags |= more->flags;
    to->edition = more->edition > to->edition ? more->edition : to->edition;
}

/* Entries of one key become their sum, in the order that they came in. */
static void fold(struct entries *e)
{
    size_t kept = 0;
    size_t n = e->n;

    for (size_t i = 0; i < n; i++) {
        struct entry *last = kept > 0 ? &e->items[kept - 1] : NULL;
        if (last != NULL && entry_key(last) == entry_key(&e->items[i])) {
            add_side(&last->side, &e->items[i].side);
            last->notes |= e->items[i].notes;
            last->rows = (uint16_t)(last->rows + e->items[i].rows);
        } else
            e->items[kept++] = e->items[i];
    }
    e->n = kept;
}

/* Stable, and fast on what is nearly sorted, as rows of two editions are. */
static void sort_entries(struct entries *e)
{
    enum { FAR = 64 }; /* places that an entry may move before qsort is better */

    for (size_t i = 1; i < e->n; i++) {
        struct entry moving = e->items[i];
        uint64_t key = entry_key(&moving);
        size_t to = i;
        while (to > 0 && i - to < FAR && entry_key(&e->items[to - 1]) > key) {
            e->items[to] = e->items[to - 1];
            to--;
        }
        e->items[to] = moving;
        if (to > 0 && entry_key(&e->items[to - 1]) > key) {
            qsort(e->items, e->n, sizeof *e->items, by_key); /* glibc's is a merge sort */
            return;
        }
    }
}

void group_settle(struct group *g, const mg_harmonise *how, bool net)
{
    unsigned low = 0;
    unsigned high = 0;
    bool meet = how->concordance != NULL && span(g, net, &low, &high);

    if (meet && how->target != 0) {
        low = how->target < low ? how->target : low;
        high = how->target > high ? how->target : high;
    }
    for (int f = 1; f < MG_FLOW_BACI; f++) {
        struct entries *e = &g->flows[f];
        if (meet && low < high)
            classify(e, how, low, high);
        if (!e->unsorted)
            continue;
        sort_entries(e);
        fold(e);
        e->unsorted = false;
    }
}

static double less(double whole, double part)
{
    return fmax(whole - part, 0);
}

static void take_out(mg_side *whole, const mg_side *part)
{
    whole->value_usd = less(whole->value_usd, part->value_usd);
    whole->cif_usd = isnan(part->cif_usd) ? NAN : less(whole->cif_usd, part->cif_usd);
    whole->fob_usd = isnan(part->fob_usd) ? NAN : less(whole->fob_usd, part->fob_usd);
    whole->kg = isnan(part->kg) || isnan(whole->kg) ? NAN : less(whole->kg, part->kg);
    whole->qty = whole->unit != part->unit || isnan(part->qty) || isnan(whole->qty)
                     ? NAN
                     : less(whole->qty, part->qty);
    whole->flags |= part->flags & (MG_FLAG_QTY_ESTIMATED | MG_FLAG_KG_ESTIMATED);
}

static void net_flow(struct entries *whole, const struct entries *part)
{
    size_t p = 0;

    for (size_t i = 0; i < whole->n; i++) {
        uint64_t key = entry_key(&whole->items[i]);
        while (p < part->n && entry_key(&part->items[p]) < key)
            p++;
        if (p < part->n && entry_key(&part->items[p]) == key) {
            take_out(&whole->items[i].side, &part->items[p].side);
            whole->items[i].notes |= MG_PAIR_NETTED;
        }
    }
}

void group_net(struct group *g)
{
    net_flow(&g->flows[MG_FLOW_X], &g->flows[MG_FLOW_RX]);
    net_flow(&g->flows[MG_FLOW_M], &g->flows[MG_FLOW_RM]);
}
