/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rejects.h - what is said of records that were refused, and of odd ones. */
#ifndef MG_APP_REJECTS_H
#define MG_APP_REJECTS_H

#include "app/read.h"
#include "mirrorgap/app.h"

/* Says the first refused records and how many there are; appends all that were
 * kept to options->rejects. */
MG_MUST_CHECK mg_status tell_rejects(const char *path, const mg_read_options *options,
                                     const mg_talk *talk, const struct account *account,
                                     mg_error *err);

/* MG_E_PARSE where too large a share of the rows is malformed. */
MG_MUST_CHECK mg_status judge_rejects(const char *path, const mg_read_options *options,
                                      const struct account *account, mg_error *err);

/* Warnings that leave the source good: restored codes, unknown areas, several
 * editions, unreadable quantities. */
void tell_notes(const char *path, const mg_ref *ref, const mg_talk *talk,
                const struct account *account);

#endif
