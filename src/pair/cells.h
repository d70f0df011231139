/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cells.h - the join where cells are not simply as filed: place by place, with all rows
 * of an exporter and an importer at hand. */
#ifndef MG_PAIR_CELLS_H
#define MG_PAIR_CELLS_H

#include "mirrorgap/pair.h"

/* The number of a period in the data set, SIZE_MAX: it has none. */
size_t pair_period_index(const mg_dataset *data, uint32_t period);

/* index: of the period in the data set, SIZE_MAX: it has none. */
MG_MUST_CHECK mg_status cells_join(const mg_dataset *data, size_t index, uint32_t period,
                                   const mg_pair_plan *plan, const mg_pair_sink *sink,
                                   mg_error *err);

#endif
