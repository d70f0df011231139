/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rollup_twin.h - cells at random, and a slow twin of the rollup that looks at all of
 * them for each sum. */
#ifndef MG_ROLLUP_TWIN_H
#define MG_ROLLUP_TWIN_H

#include "mirrorgap/rollup.h"
#include "testing.h"

enum { CELLS = 3000 };

/* Figures are multiples of 1/8 below 2^30, so that doubles add them exactly. */
static mg_rollup_cell cells[CELLS];
static unsigned hs6[CELLS]; /* 0: no finer than HS4 */

static inline double some_usd(uint64_t *seed)
{
    return (double)random_below(seed, 1 << 20) / 4;
}

static inline int by_place(const void *a, const void *b)
{
    const mg_rollup_cell *x = a;
    const mg_rollup_cell *y = b;

    if (x->place != y->place)
        return x->place < y->place ? -1 : 1;
    return (x->hs4 > y->hs4) - (x->hs4 < y->hs4);
}

static inline void make_quantity(mg_rollup_cell *c, uint64_t *seed)
{
    c->quantity = (mg_qty_gap){.log_gap = NAN, .agreement = NAN};
    if (random_below(seed, 3) == 0)
        return;
    c->quantity.agreement = (double)(1 + random_below(seed, 8)) / 8;
    c->quantity.log_gap = (random_below(seed, 2) ? 1 : -1) * log(c->quantity.agreement);
    c->quantity.estimated = random_below(seed, 4) == 0;
    c->quantity.basis = MG_QTY_KG;
}

/* Few places, chapters and headings, so that many cells share them. */
static inline void make_cells(uint64_t *seed)
{
    for (size_t i = 0; i < CELLS; i++) {
        mg_rollup_cell *c = &cells[i];
        unsigned chapter = 1 + (unsigned)random_below(seed, 5);
        unsigned heading = chapter * 100 + (unsigned)random_below(seed, 4);
        unsigned one_sided = (unsigned)random_below(seed, 8);
        *c = (mg_rollup_cell){.place = random_below(seed, 2) << 32 |
                                       (1 + random_below(seed, 6)) << 16 |
                                       (11 + random_below(seed, 6)),
                              .hs4 = heading,
                              .hs2 = chapter,
                              .x_usd = one_sided == 0 ? NAN : some_usd(seed),
                              .m_usd = one_sided == 1 ? NAN : some_usd(seed)};
        if (random_below(seed, 20) == 0)
            c->hs4 = c->hs2 = 0; /* no finer than it is told by */
        c->gap_usd = c->m_usd - c->x_usd;
        c->log_gap = c->m_usd > 0 && c->x_usd > 0 ? log(c->m_usd / c->x_usd) : NAN;
        make_quantity(c, seed);
    }
    qsort(cells, CELLS, sizeof *cells, by_place);
    for (size_t i = 0; i < CELLS; i++)
        hs6[i] = cells[i].hs4 * 100 + (unsigned)(i % 100);
}

enum by { BY_NOTHING, BY_EXPORTER, BY_PLACE, BY_HS2, BY_HS4, BY_CELL, BY_COUNTRY };

/* The key of a cell, told from `side`. */
static inline mg_rollup_key key_of(enum by by, size_t i, unsigned side)
{
    const mg_rollup_cell *c = &cells[i];
    uint64_t exporter = c->place >> 16 & 0xffff;
    uint64_t importer = c->place & 0xffff;

    switch (by) {
    case BY_EXPORTER:
        return (mg_rollup_key){{0, exporter}};
    case BY_PLACE:
        return (mg_rollup_key){{c->place & 0xffffffff, 0}};
    case BY_HS2:
        return (mg_rollup_key){{0, c->hs2}};
    case BY_HS4:
        return (mg_rollup_key){{c->hs4, 0}};
    case BY_CELL:
        return (mg_rollup_key){{c->place, hs6[i]}};
    case BY_COUNTRY:
        return (mg_rollup_key){{0, side == MG_ROLLUP_IMPORTER ? importer : exporter}};
    default:
        return (mg_rollup_key){{0, 0}};
    }
}

/* What the twin makes of the cells of one row. */
struct slow {
    uint64_t matched, exporter_only, importer_only, n_weighted;
    double export_usd, import_fob_usd, export_matched, import_matched;
    double net, positive, negative, weighted;
    double import_over, import_under, export_over, export_under;
    double net_at[2], gross_at[2]; /* HS4, HS2 */
    double n_split, g, q, gg, gq;
};

static inline uint64_t key_text(mg_rollup_key k)
{
    return k.part[0] * 1000003 + k.part[1];
}

static inline void slow_signs(struct slow *s, unsigned side, double gap)
{
    if (side & MG_ROLLUP_IMPORTER && gap > 0)
        s->import_over += gap;
    if (side & MG_ROLLUP_IMPORTER && gap < 0)
        s->import_under -= gap;
    if (side & MG_ROLLUP_EXPORTER && gap > 0)
        s->export_under += gap;
    if (side & MG_ROLLUP_EXPORTER && gap < 0)
        s->export_over -= gap;
}

static inline void slow_cell(struct slow *s, const mg_rollup_cell *c, unsigned side)
{
    s->export_usd += isnan(c->x_usd) ? 0 : c->x_usd;
    s->import_fob_usd += isnan(c->m_usd) ? 0 : c->m_usd;
    s->exporter_only += isnan(c->m_usd) ? 1 : 0;
    s->importer_only += isnan(c->x_usd) ? 1 : 0;
    if (isnan(c->m_usd) || isnan(c->x_usd))
        return;
    s->matched++;
    s->export_matched += c->x_usd;
    s->import_matched += c->m_usd;
    s->net += c->gap_usd;
    s->positive += c->gap_usd > 0 ? c->gap_usd : 0;
    s->negative += c->gap_usd < 0 ? -c->gap_usd : 0;
    slow_signs(s, side, c->gap_usd);
    if (!isnan(c->quantity.agreement)) {
        s->n_weighted++;
        s->weighted += c->gap_usd * c->quantity.agreement;
    }
    if (!isnan(c->log_gap) && !isnan(c->quantity.log_gap) && !c->quantity.estimated) {
        s->n_split++;
        s->g += c->log_gap;
        s->q += c->quantity.log_gap;
        s->gg += c->log_gap * c->log_gap;
        s->gq += c->log_gap * c->quantity.log_gap;
    }
}

static inline bool in_row(enum by by, size_t i, unsigned side, mg_rollup_key key)
{
    return key_text(key_of(by, i, side)) == key_text(key);
}

/* Each cell that is the first of its place and code in the row adds up the others. */
static inline void slow_nets(struct slow *s, enum by by, unsigned side, mg_rollup_key key)
{
    for (int at = 0; at < 2; at++)
        for (size_t i = 0; i < CELLS; i++) {
            uint32_t code = at == 0 ? cells[i].hs4 : cells[i].hs2;
            double net = 0;
            bool first = code != 0 && in_row(by, i, side, key);
            for (size_t j = i; first && j-- > 0 && cells[j].place == cells[i].place;)
                first = !in_row(by, j, side, key) || isnan(cells[j].gap_usd) ||
                        (at == 0 ? cells[j].hs4 : cells[j].hs2) != code;
            if (!first || isnan(cells[i].gap_usd))
                continue;
            for (size_t j = i; j < CELLS && cells[j].place == cells[i].place; j++)
                if (in_row(by, j, side, key) && !isnan(cells[j].gap_usd) &&
                    (at == 0 ? cells[j].hs4 : cells[j].hs2) == code) {
                    net += cells[j].gap_usd;
                    s->gross_at[at] += fabs(cells[j].gap_usd);
                }
            s->net_at[at] += fabs(net);
        }
}

static inline struct slow slow_row(enum by by, mg_rollup_key key)
{
    struct slow s = {0};
    const bool country = by == BY_COUNTRY;

    for (unsigned side = 1; side <= 3; side++) {
        if (country ? side == 3 : side != 3)
            continue;
        for (size_t i = 0; i < CELLS; i++)
            if (in_row(by, i, side, key))
                slow_cell(&s, &cells[i], side);
        slow_nets(&s, by, side, key);
    }
    return s;
}

#endif
