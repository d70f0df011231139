/* SPDX-License-Identifier: GPL-3.0-or-later */
/* block.h - up to 65,536 rows as typed columns, the unit of storage and work. */
#ifndef MG_BLOCK_H
#define MG_BLOCK_H

#include "mirrorgap/clean.h"

enum { MG_BLOCK_ROWS = 65536 };

/* Columns of the tables; the numbers are part of the segment format. The last
 * five are in details and controls only. */
typedef enum mg_column {
    MG_C_EXPORTER,
    MG_C_IMPORTER,
    MG_C_HS,
    MG_C_EDITION,
    MG_C_FLOW,
    MG_C_VALUE,
    MG_C_KG,
    MG_C_QTY,
    MG_C_UNIT,
    MG_C_CIF,
    MG_C_FOB,
    MG_C_FLAGS,
    MG_C_SOURCE,
    MG_C_VINTAGE,
    MG_C_PARTNER2,
    MG_C_CUSTOMS,
    MG_C_MOT,
    MG_C_MOS,
    MG_C_FATE,
    MG_COLUMNS
} mg_column;

#define MG_BIT(column) (1U << (column))
#define MG_ALL_COLUMNS (MG_BIT(MG_COLUMNS) - 1)
/* Columns that only details and controls have. */
#define MG_DETAIL_COLUMNS                                                                \
    (MG_BIT(MG_C_PARTNER2) | MG_BIT(MG_C_CUSTOMS) | MG_BIT(MG_C_MOT) |                   \
     MG_BIT(MG_C_MOS) | MG_BIT(MG_C_FATE))

static inline uint32_t mg_table_columns(mg_table table)
{
    return table == MG_T_OBSERVATIONS ? MG_ALL_COLUMNS & ~MG_DETAIL_COLUMNS
                                      : MG_ALL_COLUMNS;
}

/* Columns of n rows; a pointer is NULL where the column was not asked for. */
typedef struct mg_block {
    size_t n;
    uint32_t columns; /* MG_BIT()s of the columns that are there */
    uint16_t *exporter, *importer;
    uint32_t *hs;
    uint8_t *edition, *flow;
    double *value_usd, *kg, *qty;
    int8_t *unit;
    double *cif_usd, *fob_usd;
    uint16_t *flags;
    uint32_t *source, *vintage;
    uint16_t *partner2, *customs, *mot;
    uint8_t *mos, *fate;
} mg_block;

/* Bytes of one value of a column in a block. */
size_t mg_column_size(mg_column column);
/* The column's array in the block (NULL: not there). */
void *mg_block_column(const mg_block *block, mg_column column);

/* Room for MG_BLOCK_ROWS rows of the columns. Errors: MG_E_NOMEM, and the block
 * is empty. Release is allowed on a zeroed block. */
MG_MUST_CHECK mg_status mg_block_init(mg_block *block, uint32_t columns, mg_error *err);
void mg_block_release(mg_block *block);

/* Row i as a mg_row: columns that are not there are 0, NaN, or -1 (unit). */
void mg_block_get(const mg_block *block, size_t i, uint32_t period, mg_row *row);
/* Adds n rows behind those that the block has; there must be room. */
void mg_block_put(mg_block *block, const mg_row *rows, size_t n);

#endif
