/* SPDX-License-Identifier: GPL-3.0-or-later */
/* seasonal.h - what of a monthly series comes back each year. */
#ifndef MG_SEASONAL_H
#define MG_SEASONAL_H

#include "mirrorgap/status.h"

/* A robust harmonic model (in the manner of Rousseeuw, Perrotta, Riani and Hubert 2019,
 * by bisquare weights instead of trimming): y = level + trend t + two harmonics of the
 * year,
 * * weights 4.685 robust deviations, begun by least squares. `season` gets the harmonics'
 * part of each figure, which has mean 0 over a year.
 *
 *   month  n, 1 to 12;  time  n, in months;  y  n, NaN: none
 *
 * Fewer than 24 figures, or fewer than 8 different months: season is 0. The caller's
 * memory; safe from several threads. */
void mg_seasonal(size_t n, const uint8_t *month, const double *time, const double *y,
                 double *season);

#endif
