/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mirrorgap/block.h"

#include <stddef.h>
#include <stdlib.h>

#include "mirrorgap/mem.h"

static const struct {
    size_t size;
    size_t offset; /* of the pointer in mg_block */
} columns[MG_COLUMNS] = {
    [MG_C_EXPORTER] = {2, offsetof(mg_block, exporter)},
    [MG_C_IMPORTER] = {2, offsetof(mg_block, importer)},
    [MG_C_HS] = {4, offsetof(mg_block, hs)},
    [MG_C_EDITION] = {1, offsetof(mg_block, edition)},
    [MG_C_FLOW] = {1, offsetof(mg_block, flow)},
    [MG_C_VALUE] = {8, offsetof(mg_block, value_usd)},
    [MG_C_KG] = {8, offsetof(mg_block, kg)},
    [MG_C_QTY] = {8, offsetof(mg_block, qty)},
    [MG_C_UNIT] = {1, offsetof(mg_block, unit)},
    [MG_C_CIF] = {8, offsetof(mg_block, cif_usd)},
    [MG_C_FOB] = {8, offsetof(mg_block, fob_usd)},
    [MG_C_FLAGS] = {2, offsetof(mg_block, flags)},
    [MG_C_SOURCE] = {4, offsetof(mg_block, source)},
    [MG_C_VINTAGE] = {4, offsetof(mg_block, vintage)},
    [MG_C_PARTNER2] = {2, offsetof(mg_block, partner2)},
    [MG_C_CUSTOMS] = {2, offsetof(mg_block, customs)},
    [MG_C_MOT] = {2, offsetof(mg_block, mot)},
    [MG_C_MOS] = {1, offsetof(mg_block, mos)},
    [MG_C_FATE] = {1, offsetof(mg_block, fate)},
};

size_t mg_column_size(mg_column column)
{
    return columns[column].size;
}

static void **slot(mg_block *block, int column)
{
    return (void **)(void *)((char *)block + columns[column].offset);
}

void *mg_block_column(const mg_block *block, mg_column column)
{
    return *(void *const *)(const void *)((const char *)block + columns[column].offset);
}

mg_status mg_block_init(mg_block *block, uint32_t wanted, mg_error *err)
{
    *block = (mg_block){.columns = wanted};
    for (int c = 0; c < MG_COLUMNS; c++) {
        if ((wanted & MG_BIT(c)) == 0)
            continue;
        *slot(block, c) = mg_alloc(MG_BLOCK_ROWS, columns[c].size);
        if (*slot(block, c) == NULL) {
            mg_block_release(block);
            return mg_fail(err, MG_E_NOMEM, "cannot hold a block of rows");
        }
    }
    return MG_OK;
}

void mg_block_release(mg_block *block)
{
    for (int c = 0; c < MG_COLUMNS; c++)
        free(*slot(block, c));
    *block = (mg_block){0};
}

#define GET(field, missing) (block->field != NULL ? block->field[i] : (missing))

void mg_block_get(const mg_block *block, size_t i, uint32_t period, mg_row *row)
{
    *row = (mg_row){.period = period,
                    .exporter = GET(exporter, 0),
                    .importer = GET(importer, 0),
                    .hs = GET(hs, 0),
                    .source = GET(source, 0),
                    .vintage = GET(vintage, 0),
                    .partner2 = GET(partner2, 0),
                    .customs = GET(customs, 0),
                    .mot = GET(mot, 0),
                    .flags = GET(flags, 0),
                    .mos = GET(mos, 0),
                    .edition = GET(edition, 0),
                    .flow = GET(flow, 0),
                    .unit = GET(unit, -1),
                    .fate = GET(fate, 0),
                    .value_usd = GET(value_usd, NAN),
                    .kg = GET(kg, NAN),
                    .qty = GET(qty, NAN),
                    .cif_usd = GET(cif_usd, NAN),
                    .fob_usd = GET(fob_usd, NAN)};
}

#define PUT(field)                                                                       \
    for (size_t i = 0; block->field != NULL && i < n; i++)                               \
    block->field[block->n + i] = rows[i].field

void mg_block_put(mg_block *block, const mg_row *rows, size_t n)
{
    PUT(exporter);
    PUT(importer);
    PUT(hs);
    PUT(edition);
    PUT(flow);
    PUT(value_usd);
    PUT(kg);
    PUT(qty);
    PUT(unit);
    PUT(cif_usd);
    PUT(fob_usd);
    PUT(flags);
    PUT(source);
    PUT(vintage);
    PUT(partner2);
    PUT(customs);
    PUT(mot);
    PUT(mos);
    PUT(fate);
    block->n += n;
}
