/* SPDX-License-Identifier: GPL-3.0-or-later */
/* implied.h - kilograms per unit that the session's own pairs imply (BACI's rule). */
#ifndef MG_APP_IMPLIED_H
#define MG_APP_IMPLIED_H

#include "mirrorgap/quantity.h"
#include "mirrorgap/talk.h"

struct mirror;

/* Goes through all pairs. *rates is the caller's, for mg_rates_free(). */
MG_MUST_CHECK mg_status implied_gather(mg_rates **rates, const struct mirror *mirror,
                                       const mg_talk *talk, mg_error *err);

#endif
