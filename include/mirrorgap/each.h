/* SPDX-License-Identifier: GPL-3.0-or-later */
/* each.h - independent pieces of work on all threads, of which any may fail. */
#ifndef MG_EACH_H
#define MG_EACH_H

#include "mirrorgap/talk.h"

/* Does piece i of the work; pieces may run at once, each on one thread. */
typedef mg_status (*mg_piece)(void *self, size_t i, mg_error *err);

/* Does the pieces 0 to n - 1, in no order, on mg_threads() threads. Between them it asks
 * talk (NULL is allowed) whether to stop. After a failure no higher piece is
 * begun, lower ones are: the failure of the lowest piece that fails is returned, the
 * same on any number of threads.
 * Errors: those of the pieces; MG_E_INTERRUPT. */
MG_MUST_CHECK mg_status mg_each(size_t n, const mg_talk *talk, mg_piece piece, void *self,
                                mg_error *err);

#endif
