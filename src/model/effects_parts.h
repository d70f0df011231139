/* SPDX-License-Identifier: GPL-3.0-or-later */
/* effects_parts.h - what the fit of effects and its standard errors share. */
#ifndef MG_EFFECTS_PARTS_H
#define MG_EFFECTS_PARTS_H

#include "mirrorgap/effects.h"
#include "model/levels.h"

/* Fills fit->std_error from the fitted rest, and freedom, scale and errors.
 * squares: weighted sum of squared residuals. Errors: MG_E_NOMEM. */
MG_MUST_CHECK mg_status effects_errors(const mg_effects_problem *problem,
                                       const struct levels *by,
                                       const mg_effects_options *options, double squares,
                                       mg_effects *fit, mg_error *err);

static inline double row_weight(const mg_effects_problem *problem, size_t r)
{
    return problem->weight == NULL ? 1 : problem->weight[r];
}

#endif
