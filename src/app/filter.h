/* SPDX-License-Identifier: GPL-3.0-or-later */
/* filter.h - whether a cell is asked for. */
#ifndef MG_APP_FILTER_H
#define MG_APP_FILTER_H

#include "mirrorgap/app.h"

/* Whether any cell of the period can pass. */
bool filter_period(const mg_filter *filter, uint32_t period);
/* Whether a cell with these keys passes. */
bool filter_cell(const mg_filter *filter, unsigned exporter, unsigned importer,
                 uint32_t hs);

/* The blocks that may hold a cell that is asked for; the filter must outlive it. */
mg_block_choice filter_blocks(const mg_filter *filter);

#endif
