/* SPDX-License-Identifier: GPL-3.0-or-later */
/* robust_z.h - the plain baseline score of CONTRACT 8.
 *
 *     z = 0.6744897501960817 (v - median) / MAD
 *
 * within a group; MAD is the median absolute deviation, not scaled; the median
 * of an even count is the mean of the middle two. Kernels: no files, no state. */
#ifndef MG_ROBUST_Z_H
#define MG_ROBUST_Z_H

#include "mirrorgap/status.h"

/* z of the n values of one group; all 0 where n < least or MAD is 0. work: room
 * for n. */
void mg_robust_z_group(size_t n, const double *v, size_t least, double *work, double *z);

/* z of each value within its group:
 *   group   n keys; equal keys are one group
 *   v       n values, none of them NaN
 *   least   smallest group that is scored; z is 0 in smaller ones and where
 *           MAD is 0
 *   z       n results
 * Results do not depend on the number of threads. Errors: MG_E_NOMEM. n < 2^32. */
MG_MUST_CHECK mg_status mg_robust_z(size_t n, const uint64_t *group, const double *v,
                                    size_t least, double *z, mg_error *err);

#endif
