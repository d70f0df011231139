/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lag.h - by how many months shipments reach the importer later (METHODS 1.5).
 *
 * Pure arithmetic; safe from several threads. */
#ifndef MG_LAG_H
#define MG_LAG_H

#include "mirrorgap/status.h"

enum {
    MG_LAG_MONTHS_LEAST = 12, /* with both figures, at every lag that is tried */
    MG_LAG_UNKNOWN = 255
};

/* x[t], m[t]: what the exporter and the importer filed of month t, in order, NaN where
 * there is nothing; n months. Returns the lag l from 0 to `most` at which
 * ln(m[t + l] / x[t]) scatters least about its median (by the median absolute
 * deviation), or MG_LAG_UNKNOWN where there are fewer than MG_LAG_MONTHS_LEAST months.
 * A longer lag must be better than each shorter one by a tenth: chance alone would
 * otherwise find one. `work` has room for n values. */
unsigned mg_lag_fit(size_t n, const double *x, const double *m, unsigned most,
                    double *work);

#endif
