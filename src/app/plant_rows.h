/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plant_rows.h - the rows of a period with some reports changed. */
#ifndef MG_APP_PLANT_ROWS_H
#define MG_APP_PLANT_ROWS_H

#include "app/plant_write.h"

/* A period of the new store. */
struct written {
    mg_fate_counts counts;
    uint64_t followed;
    mg_row *rows; /* that stand for others or are new, in order */
    size_t n, room;
};

struct job {
    const mg_dataset *data;
    const mg_planted *planted;
    const mg_row *totals;
    size_t n_totals;
    uint32_t source; /* of what is planted */
    struct written *periods;
};

/* All rows of the period, in order, as they are now; also fills in what else `periods`
 * keeps of it, but for the counts. Different periods: safe from several threads. */
MG_MUST_CHECK mg_status planted_rows(const struct job *job, size_t period,
                                     mg_stream *rows, mg_error *err);

#endif
