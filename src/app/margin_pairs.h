/* SPDX-License-Identifier: GPL-3.0-or-later */
/* margin_pairs.h - the margin equation fitted on the session's own pairs. */
#ifndef MG_APP_MARGIN_PAIRS_H
#define MG_APP_MARGIN_PAIRS_H

#include "app/margins.h"

/* On matched pairs of six-digit codes whose importer files CIF and whose weights are not
 * estimated, of one frequency; one period of them is held at a time. asked: only periods
 * that the mirror's filter asks for; else all that are held. margins: its routes. */
MG_MUST_CHECK mg_status margin_pairs_fit(const struct mirror *mirror,
                                         const struct margins *margins, bool asked,
                                         mg_margin_fit *fit, const mg_talk *talk,
                                         mg_error *err);

#endif
