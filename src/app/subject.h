/* SPDX-License-Identifier: GPL-3.0-or-later */
/* subject.h - what figures are about, in words. */
#ifndef MG_APP_SUBJECT_H
#define MG_APP_SUBJECT_H

#include "mirrorgap/ref.h"

/* The filter in words (NULL: none); where all flows are of one chapter ("44", "" if of
 * several) and the filter does not say so, with it: a figure of wood must not read as one
 * of all trade. */
void subject_words(const mg_ref *ref, const char *asked, const char *chapter, char *text,
                   size_t room);

#endif
