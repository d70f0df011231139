/* SPDX-License-Identifier: GPL-3.0-or-later */
/* truth.h - which cells synth planted something in. */
#ifndef MG_APP_TRUTH_H
#define MG_APP_TRUTH_H

#include "mirrorgap/status.h"

struct truth;

/* Reads a truth.csv (synth.h). Errors: MG_E_IO, MG_E_PARSE, MG_E_NOMEM. */
MG_MUST_CHECK mg_status truth_read(const char *path, struct truth **truth, mg_error *err);
void truth_free(struct truth *truth);
/* What was planted in the cell, or what another cell lost and was filed here;
 * "" for nothing. */
const char *truth_of(const struct truth *truth, uint32_t period, unsigned exporter,
                     unsigned importer, uint32_t hs);

#endif
