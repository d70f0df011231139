/* SPDX-License-Identifier: GPL-3.0-or-later */
/* median.h - medians by selection, in time proportional to the number of values.
 *
 * Pure arithmetic; safe from several threads. */
#ifndef MG_MEDIAN_H
#define MG_MEDIAN_H

#include <stddef.h>

/* The median of v[0..n), none NaN; of an even number the mean of the middle two; NaN for
 * n = 0. The values change places. */
double mg_median(double *v, size_t n);

/* The median of |v - from|; v then holds these. With `from` the median it is the median
 * absolute deviation, 0.6745 of the deviation of a normal sample. */
double mg_median_distance(double *v, size_t n, double from);

#endif
