/* SPDX-License-Identifier: GPL-3.0-or-later */
/* totals: the pairs of a period, summed by pair of countries. */
#include "app/totals_reading.h"

#include <stdlib.h>
#include <string.h>

#include "mirrorgap/mem.h"

static unsigned digit(char c)
{
    return c >= '0' && c <= '9' ? (unsigned)(c - '0') : (unsigned)(c - 'A') + 10;
}

static struct chapter *chapter_of(struct reading *r, uint32_t hs2, mg_error *err)
{
    char text[MG_HS_TEXT];
    unsigned key = 0;

    if (hs2 != 0) {
        mg_hs_text(hs2, text);
        key = 1 + digit(text[0]) * 36 + digit(text[1]);
    }
    if (r->slot[key] == 0) {
        if (mg_grow((void **)&r->chapters, &r->room, r->n_chapters + 1,
                    sizeof *r->chapters, err) != MG_OK)
            return NULL;
        r->chapters[r->n_chapters] = (struct chapter){.hs2 = hs2};
        r->slot[key] = (uint16_t)++r->n_chapters;
    }
    return &r->chapters[r->slot[key] - 1];
}

/* The finest level that a side filed of a chapter, or -1. */
static int finest(const struct chapter *c, int side)
{
    int level = LEVELS - 1;

    while (level >= 0 && !c->filed[side][level])
        level--;
    return level;
}

/* What a side files of a chapter; NaN: nothing, or only a part of a total that is told
 * by its chapters. */
static double filed(const struct chapter *c, int side, bool by_chapter)
{
    int level = finest(c, side);

    return level < 0 || (c->hs2 == 0 && by_chapter) ? NAN
                                                    : mg_sum_value(&c->usd[side][level]);
}

static bool by_chapter(const struct reading *r, int side)
{
    for (size_t i = 0; i < r->n_chapters; i++)
        if (r->chapters[i].hs2 != 0 && finest(&r->chapters[i], side) >= 0)
            return true;
    return false;
}

static int by_lot(const void *a, const void *b)
{
    const struct totals_cell *x = a;
    const struct totals_cell *y = b;

    return (x->lot > y->lot) - (x->lot < y->lot);
}

void reading_thin(struct pool *pool)
{
    if (pool->n > 1)
        qsort(pool->items, pool->n, sizeof *pool->items, by_lot);
    if (pool->n > TOTALS_CELLS)
        pool->n = TOTALS_CELLS;
}

static mg_status add_cell(struct reading *r, unsigned flow, unsigned partner,
                          unsigned other, uint32_t hs2, double ratio, mg_error *err)
{
    struct pool *pool = &r->pools[flow * CODES + partner];
    const uint64_t pair = (uint64_t)other << 32 | hs2;
    mg_status status;

    if (pool->n == 2 * (size_t)TOTALS_CELLS)
        reading_thin(pool);
    status = mg_grow((void **)&pool->items, &pool->room, pool->n + 1, sizeof *pool->items,
                     err);
    if (status == MG_OK)
        pool->items[pool->n++] = (struct totals_cell){
            .lot = totals_mixed(totals_mixed(pair) ^ r->world->periods[r->place] ^
                                (uint64_t)partner << 40),
            .place = r->place,
            .partner = (uint16_t)partner,
            .mirror = (uint16_t)other,
            .flow = (uint8_t)flow,
            .ratio = ratio};
    return status;
}

static mg_status add_part(struct reading *r, unsigned flow, unsigned partner,
                          const struct chapter *c, double usd, mg_error *err)
{
    struct totals_part *part = totals_add(&r->parts, err);

    if (part == NULL)
        return MG_E_NOMEM;
    *part = (struct totals_part){.place = r->place,
                                 .hs2 = c->hs2,
                                 .partner = (uint16_t)partner,
                                 .flow = (uint8_t)flow,
                                 .usd = usd};
    return MG_OK;
}

/* The rows of the country that its parts are made of. */
static mg_status add_rows(struct reading *r, int side, bool chapters, mg_error *err)
{
    const struct pending *pending = r->pending.items;

    for (size_t i = 0; i < r->pending.n; i++) {
        const struct pending *p = &pending[i];
        const struct chapter *c = chapter_of(r, p->hs2, err);
        struct totals_row *row;
        if (c == NULL)
            return MG_E_NOMEM;
        if (p->side != side || p->level != finest(c, side) || (p->hs2 == 0 && chapters))
            continue;
        row = totals_add(&r->rows, err);
        if (row == NULL)
            return MG_E_NOMEM;
        *row = p->row;
    }
    return MG_OK;
}

/* What one side filed with the other: the trade of that other country. */
static mg_status sum_side(struct reading *r, int side, mg_error *err)
{
    const unsigned flow = side == 0 ? TOTALS_M : TOTALS_X;
    const unsigned partner = side == 0 ? r->exporter : r->importer;
    const unsigned country = side == 0 ? r->importer : r->exporter;
    const bool chapters = by_chapter(r, side);
    double usd = 0;
    double squares = 0;
    mg_status status = MG_OK;

    for (size_t i = 0; status == MG_OK && i < r->n_chapters; i++) {
        double value = filed(&r->chapters[i], side, chapters);
        if (!(value > 0))
            continue;
        usd += value;
        squares += value * value;
        if (country == r->world->country)
            status = add_part(r, flow, partner, &r->chapters[i], value, err);
    }
    if (status != MG_OK || !(usd > 0))
        return status;
    struct totals_sum *sum = totals_add(&r->sums, err);
    if (sum == NULL)
        return MG_E_NOMEM;
    *sum = (struct totals_sum){
        r->place, (uint16_t)country,  (uint16_t)partner, (uint8_t)flow,
        usd,      squares / usd / usd};
    /* to the partner this is its own trade: its exports (side 0) or imports */
    unsigned own = side == 0 ? TOTALS_X : TOTALS_M;
    if (totals_reports(r->world, r->place, country, own))
        mg_sum_add(&r->own[own * CODES + partner], usd);
    return country == r->world->country ? add_rows(r, side, chapters, err) : MG_OK;
}

mg_status reading_end_pair(struct reading *r, mg_error *err)
{
    mg_status status = MG_OK;

    if (r->any && totals_country(r->world, r->exporter) &&
        totals_country(r->world, r->importer)) {
        const bool chapters[2] = {by_chapter(r, 0), by_chapter(r, 1)};
        for (int side = 0; status == MG_OK && side < 2; side++)
            status = sum_side(r, side, err);
        for (size_t i = 0; status == MG_OK && i < r->n_chapters; i++) {
            const struct chapter *c = &r->chapters[i];
            double ratio = mg_gap_log(filed(c, 1, chapters[1]), filed(c, 0, chapters[0]));
            if (isnan(ratio))
                continue;
            status = add_cell(r, TOTALS_X, r->importer, r->exporter, c->hs2, ratio, err);
            if (status == MG_OK)
                status =
                    add_cell(r, TOTALS_M, r->exporter, r->importer, c->hs2, -ratio, err);
        }
    }
    memset(r->slot, 0, HS2S * sizeof *r->slot);
    r->n_chapters = r->pending.n = 0;
    r->any = false;
    return status;
}

static mg_status note_row(struct reading *r, const mg_pair *p, int side, uint32_t hs2,
                          int level, double fob, mg_error *err)
{
    struct pending *to = totals_add(&r->pending, err);

    if (to == NULL)
        return MG_E_NOMEM;
    *to = (struct pending){.row = {.place = r->place,
                                   .hs = p->hs,
                                   .partner = side == 0 ? p->exporter : p->importer,
                                   .flow = side == 0 ? TOTALS_M : TOTALS_X,
                                   .filed = side == 0 ? p->x.value_usd : p->m.value_usd,
                                   .fob = fob},
                           .hs2 = hs2,
                           .side = (uint8_t)side,
                           .level = (uint8_t)(level / 2)};
    return MG_OK;
}

static mg_status take_pair(struct reading *r, const mg_pair *p, mg_error *err)
{
    const int level = mg_hs_level(p->hs);
    const uint32_t hs2 = level >= 2 ? mg_hs_cut(p->hs, 2) : 0;
    struct chapter *c = chapter_of(r, hs2, err);
    mg_status status = MG_OK;

    if (c == NULL)
        return MG_E_NOMEM;
    r->any = true;
    for (int side = 0; status == MG_OK && side < 2; side++) {
        double usd = p->x.value_usd;
        if (p->status == (side == 0 ? MG_IMPORTER_ONLY : MG_EXPORTER_ONLY))
            continue;
        if (side == 1)
            usd = margins_apply(&r->world->mirror->margins, &r->margins, p).usd;
        if (isnan(usd))
            continue;
        mg_sum_add(&c->usd[side][level / 2], usd);
        c->filed[side][level / 2] = true;
        if (r->world->country != 0 &&
            r->world->country == (side == 0 ? p->importer : p->exporter) && usd > 0)
            status = note_row(r, p, side, hs2, level, usd, err);
    }
    return status;
}

mg_status reading_take(void *self, const mg_pair *pairs, size_t n, mg_error *err)
{
    struct reading *r = self;
    mg_status status = MG_OK;

    for (size_t i = 0; status == MG_OK && i < n; i++) {
        const mg_pair *p = &pairs[i];
        int level = mg_hs_level(p->hs);
        if (level > 6 || level % 2 != 0 || !mirror_wants(r->world->mirror, p))
            continue;
        if (p->exporter != r->exporter || p->importer != r->importer)
            status = reading_end_pair(r, err);
        r->exporter = p->exporter;
        r->importer = p->importer;
        if (status == MG_OK)
            status = take_pair(r, p, err);
    }
    return status;
}
