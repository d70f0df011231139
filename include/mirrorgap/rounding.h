/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rounding.h - figures that are rounder than their reporter files them.
 *
 * Of whole values with d digits, one in 10^t ends in t zeros where nobody rounds; a
 * reporter who files thousands has three in each. So, w being the share of the reporter's
 * other values that are whole, 0.01 (cents) at least,
 *
 *   p = (10 prior + count of the reporter's other values of d digits with t zeros or
 *   more) / (10 + count of its other values of d digits), prior = the larger of w 10^-t
 *   and the share of all its others that end in t zeros or more;
 *   p is w 10^-t at least: digits fall so by chance, however few were seen.
 *
 * the value itself counted nowhere. p is 1 for a figure without a zero at its end: only
 * roundness is surprising. NaN for a reporter with fewer than 10 other values. Kernel: no
 * files, no state; safe from several threads. */
#ifndef MG_ROUNDING_H
#define MG_ROUNDING_H

#include "mirrorgap/status.h"

/*   reporter  n numbers below `reporters`; a reporter's exports and imports may be two
 *   value     n, US dollars as filed; NaN, below 1 or above 10^15: p is NaN
 * Errors: MG_E_NOMEM; MG_E_RANGE (a reporter out of range). */
MG_MUST_CHECK mg_status mg_rounding(size_t n, const uint32_t *reporter,
                                    uint32_t reporters, const double *value, double *p,
                                    mg_error *err);

#endif
