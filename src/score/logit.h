/* SPDX-License-Identifier: GPL-3.0-or-later */
/* logit.h - logistic regression with a ridge, by Newton's steps. */
#ifndef MG_SCORE_LOGIT_H
#define MG_SCORE_LOGIT_H

#include "mirrorgap/status.h"

enum { LOGIT_MOST = 16 };

/* x: n rows of k (<= LOGIT_MOST) features, the first 1 in every row; y: 0 or 1.
 * Features are standardised within; the ridge is that of n / 100,000 rows. p: n
 * probabilities. Errors: MG_E_NOMEM. */
MG_MUST_CHECK mg_status logit_fit(size_t n, size_t k, const float *x, const uint8_t *y,
                                  double *p, mg_error *err);

#endif
