/* SPDX-License-Identifier: GPL-3.0-or-later */
/* changes.h - when a series of gaps changed its level.
 *
 * Pure arithmetic on short arrays; the caller's memory; safe from several threads. */
#ifndef MG_CHANGES_H
#define MG_CHANGES_H

#include "mirrorgap/status.h"

/* Level shifts, by PELT (Killick, Fearnhead and Eckley 2012): the segments that minimise
 *
 *     sum over segments of sum (y - mean)^2 / s^2  +  3 ln(n) a change,
 *
 * s being 1.4826 times the median of |y_t - y_t-1| over sqrt 2, `least` at least, and
 * segments having 2 figures or more. Spikes are no shifts: a figure further than 3 s from
 * the median of the five about it counts as if it were 3 s away.
 *
 *   y      n figures, 4 <= n <= MG_CHANGES_MOST, none NaN
 *   least  above 0: figures agree no better
 *   start  room for n: where each segment begins, the first at 0
 *
 * Returns the number of segments, 1 where n is out of range. */
enum { MG_CHANGES_MOST = 1024 };
size_t mg_changes_pelt(size_t n, const double *y, double least, uint16_t *start);

/* Deviation about the levels of the segments, n less their number in its denominator. */
double mg_changes_deviation(size_t n, const double *y, const uint16_t *start,
                            size_t segments);

/* How surprising the levels are: for the segment [from, to) against the rest, p of the
 * difference of their means by Student's t (deviation `least` at least), times the n (n -
 * 1) / 2 segments that there could be, at most 1. `shift`: the difference, segment less
 * rest. */
double mg_changes_p(size_t n, const double *y, double least, size_t from, size_t to,
                    double *shift);

/* CUSUM of standardised figures, two-sided: S = max(0, S + z - 0.5), and the like below;
 * the first place where S > 5 (one in 465 figures of white noise). *since: where that sum
 * began to rise, which dates the change. Returns n where there is no alarm. */
size_t mg_changes_cusum(size_t n, const double *z, size_t *since);

#endif
