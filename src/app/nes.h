/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nes.h - exports to "areas not elsewhere specified" dealt out to importers who saw
 * more than the exporter says it sent them (BACI, appendix 6; METHODS 1.3).
 *
 * For each exporter and commodity, with X and M (FOB) over the importers that both name:
 *   moved = min(NES, sum M - sum X) where that is > 0,
 * shared out in proportion to max(M - X, 0); so no matched gap changes its sign, and
 * their sum gets smaller. What is left of NES then makes room for what importers say came
 * from the exporter and it does not name (M0): NES - M0, not below 0. Sums of dollars are
 * kept, but for M0, which is in the importers' figures already. Only 899 is dealt out:
 * codes like "Other Asia" say more than nothing. */
#ifndef MG_APP_NES_H
#define MG_APP_NES_H

#include "app/mirror.h"

struct nes;

/* A sink in front of `to`: an exporter's pairs are held until the next one comes. End
 * before the sink is left. */
MG_MUST_CHECK mg_status nes_start(struct nes **nes, const struct mirror *mirror,
                                  const struct period_margins *margins,
                                  const mg_pair_sink *to, mg_error *err);
mg_pair_sink nes_sink(struct nes *nes);
/* Hands over what is held. */
MG_MUST_CHECK mg_status nes_end(struct nes *nes, mg_error *err);
void nes_free(struct nes *nes);

#endif
