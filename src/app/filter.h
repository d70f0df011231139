/* SPDX-License-Identifier: GPL-3.0-or-later */
/* filter.h - whether a cell is asked for. */
#ifndef MG_APP_FILTER_H
#define MG_APP_FILTER_H

#include "mirrorgap/app.h"

/* Whether any cell of the period can pass. */
bool filter_period(const mg_filter *filter, uint32_t period);
/* The frequency of n periods that is taken, as frequencies are never mixed: annual where
 * there is any that passes, unless asked. The periods stand `stride` bytes apart. */
char filter_freq(const mg_filter *filter, const uint32_t *periods, size_t n,
                 size_t stride, const mg_talk *talk);
/* Whether a cell with these keys passes. */
bool filter_cell(const mg_filter *filter, unsigned exporter, unsigned importer,
                 uint32_t hs);

/* The same for a component of codes, told by its lowest: its heading is what counts. */
bool filter_component(const mg_filter *filter, unsigned exporter, unsigned importer,
                      uint32_t hs);

/* Whether what a pair's sides filed passes: status and least value. */
bool filter_figures(const mg_filter *filter, const mg_pair *pair);

/* The blocks that may hold a cell that is asked for; the filter must outlive it. */
mg_block_choice filter_blocks(const mg_filter *filter);
/* The blocks that may hold what silent sides of such cells keep secret. */
mg_block_choice filter_secret_blocks(const mg_filter *filter);

#endif
