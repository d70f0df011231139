/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mirrorgap/lag.h"

#include <math.h>

#include "mirrorgap/median.h"

static const double better_by = 0.9;

/* Scatter at a lag, NaN: too few months. */
static double scatter(size_t n, const double *x, const double *m, unsigned lag,
                      double *work)
{
    size_t k = 0;
    double middle;

    for (size_t t = 0; t + lag < n; t++)
        if (x[t] > 0 && m[t + lag] > 0)
            work[k++] = log(m[t + lag] / x[t]);
    if (k < MG_LAG_MONTHS_LEAST)
        return NAN;
    middle = mg_median(work, k);
    return mg_median_distance(work, k, middle);
}

unsigned mg_lag_fit(size_t n, const double *x, const double *m, unsigned most,
                    double *work)
{
    unsigned best = MG_LAG_UNKNOWN;
    double least = NAN;

    for (unsigned lag = 0; lag <= most; lag++) {
        double s = scatter(n, x, m, lag, work);
        if (isnan(s))
            return MG_LAG_UNKNOWN;
        if (lag == 0 || s < better_by * least) {
            best = lag;
            least = s;
        }
    }
    return best;
}
