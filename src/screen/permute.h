/* SPDX-License-Identifier: GPL-3.0-or-later */
/* permute.h - p of a hub's goods by permutation: see mg_reroute_test(). */
#ifndef MG_SCREEN_PERMUTE_H
#define MG_SCREEN_PERMUTE_H

#include "mirrorgap/reroute.h"

/* Fills p and permutations of the result. */
MG_MUST_CHECK mg_status permute_goods(size_t n, const mg_reroute_good *goods,
                                      const mg_reroute_line *lines, unsigned permutations,
                                      uint64_t seed, mg_reroute *result, mg_error *err);

#endif
