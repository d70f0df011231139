/* SPDX-License-Identifier: GPL-3.0-or-later */
/* page.h - a web page in one file: what the build made of src/web, around data. */
#ifndef MG_PAGE_H
#define MG_PAGE_H

#include "mirrorgap/status.h"

/* Whether this build has the page's script. */
bool mg_page_can(void);

/* The page's text, with json[0..n) as data that cannot run: `<` is written as \u003c, and
 * only the script of the build may run, by its hash. title is plain text. *page is the
 * caller's to free(). Errors: MG_E_RANGE (no script in this build), MG_E_NOMEM. */
MG_MUST_CHECK mg_status mg_page_make(const char *title, const char *json, size_t n,
                                     char **page, size_t *length, mg_error *err);

#endif
