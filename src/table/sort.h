/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sort.h - the order of rows in memory. */
#ifndef MG_TABLE_SORT_H
#define MG_TABLE_SORT_H

#include "mirrorgap/table.h"

/* Fills order[0..n) with the indices of rows in mg_row_order(), where rows come
 * in the order of (source, seq) already or nearly so. work: n further items of
 * 16 bytes are allocated inside. Errors: MG_E_NOMEM. n < 2^32. */
MG_MUST_CHECK mg_status sort_rows(const mg_row *rows, size_t n, uint32_t *order,
                                  mg_error *err);

#endif
