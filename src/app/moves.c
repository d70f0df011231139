/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/moves.h"

#include <stdlib.h>
#include <string.h>

#include "input/csv_table.h"
#include "mirrorgap/mem.h"
#include "mirrorgap/number.h"

enum { PERIOD, HUB, ORIGIN, CONSIGNEE, HS, VALUE, COLUMNS };
static const char *const columns[COLUMNS + 1] = {
    "period", "hub", "origin", "consignee", "hs", "value_usd", NULL};

struct reader {
    const mg_ref *ref;
    mg_move *items;
    size_t n, room;
};

static mg_status read_area(const struct reader *r, int column, const char *text,
                           unsigned year, uint16_t *code, mg_error *err)
{
    uint64_t number;
    int found;

    if (mg_integer_read(text, strlen(text), &number) && number <= UINT16_MAX)
        found = (int)number;
    else
        found = mg_ref_find_area(r->ref, (mg_cell){text, strlen(text)}, year);
    if (found < 0)
        return mg_fail(err, MG_E_PARSE,
                       "column '%s': no country '%s' (a code, ISO3 or name)",
                       columns[column], text);
    *code = (uint16_t)found;
    return MG_OK;
}

static mg_status take(void *self, const char *const *field, mg_error *err)
{
    struct reader *r = self;
    mg_move m = {0};
    uint64_t period;
    mg_status status =
        mg_grow((void **)&r->items, &r->room, r->n + 1, sizeof *r->items, err);

    if (status != MG_OK)
        return status;
    if (!mg_integer_read(field[PERIOD], strlen(field[PERIOD]), &period) ||
        period < 1900 || period > 999912)
        return mg_fail(err, MG_E_PARSE, "column 'period': '%s' is no year or month",
                       field[PERIOD]);
    m.period = (uint32_t)period;
    if (!mg_hs_pack((mg_cell){field[HS], strlen(field[HS])}, &m.hs))
        return mg_fail(err, MG_E_PARSE, "column 'hs': '%s' is no commodity code",
                       field[HS]);
    if (!mg_number_read(field[VALUE], strlen(field[VALUE]), 0, &m.usd) || !(m.usd >= 0))
        return mg_fail(err, MG_E_PARSE, "column 'value_usd': '%s' is no amount",
                       field[VALUE]);
    unsigned year = mg_period_monthly(m.period) ? m.period / 100 : m.period;
    status = read_area(r, HUB, field[HUB], year, &m.hub, err);
    if (status == MG_OK)
        status = read_area(r, ORIGIN, field[ORIGIN], year, &m.origin, err);
    if (status == MG_OK)
        status = read_area(r, CONSIGNEE, field[CONSIGNEE], year, &m.consignee, err);
    if (status == MG_OK)
        r->items[r->n++] = m;
    return status;
}

/* By period, origin, consignee, hs; then by hub, so that the order of the file does not
 * matter. */
static int order(const void *a, const void *b)
{
    const mg_move *x = a;
    const mg_move *y = b;
    const uint32_t k[2][5] = {{x->period, x->origin, x->consignee, x->hs, x->hub},
                              {y->period, y->origin, y->consignee, y->hs, y->hub}};

    for (int i = 0; i < 5; i++)
        if (k[0][i] != k[1][i])
            return k[0][i] < k[1][i] ? -1 : 1;
    return (x->usd > y->usd) - (x->usd < y->usd);
}

mg_status moves_read(const char *path, const mg_ref *ref, mg_moves *moves,
                     mg_move **items, mg_error *err)
{
    struct reader r = {.ref = ref};
    mg_status status = mg_table_read(path, columns, take, &r, err);

    if (status == MG_OK && r.n > 0)
        qsort(r.items, r.n, sizeof *r.items, order);
    *items = r.items;
    *moves = (mg_moves){r.items, r.n};
    return status;
}
