/* SPDX-License-Identifier: GPL-3.0-or-later */
/* isolation.h - isolation forest (Liu, Ting and Zhou 2008), for comparison only.
 *
 * A baseline that many reach for: rows that few random cuts set apart are anomalous. It
 * knows nothing of margins or of who reports, and its scores are no probabilities. */
#ifndef MG_ISOLATION_H
#define MG_ISOLATION_H

#include "mirrorgap/status.h"

enum { MG_ISOLATION_TREES = 100, MG_ISOLATION_SAMPLE = 256, MG_ISOLATION_WIDTH = 8 };

/* Anomaly score of each row in (0, 1): 2^(-E[h] / c(sample)), h the length of a row's
 * path in a tree, c(m) = 2 H(m - 1) - 2 (m - 1) / m that of an unsuccessful search.
 *
 *   features  n rows of `width` (1 to MG_ISOLATION_WIDTH) values, none of them NaN
 *   seed      of 100 trees, each on min(n, 256) rows drawn without replacement, as deep
 *             as log2 of that
 *   score     n results; 0.5 for all where n < 2
 *
 * Every tree has its own draws, and paths are added in the order of trees: results do
 * not depend on the number of threads. Errors: MG_E_NOMEM, MG_E_RANGE (width). */
MG_MUST_CHECK mg_status mg_isolation_forest(size_t n, size_t width,
                                            const double *features, uint64_t seed,
                                            double *score, mg_error *err);

#endif
