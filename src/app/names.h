/* SPDX-License-Identifier: GPL-3.0-or-later */
/* names.h - names for codes in tables. */
#ifndef MG_APP_NAMES_H
#define MG_APP_NAMES_H

#include "mirrorgap/output.h"
#include "mirrorgap/ref.h"

/* The area's name; its code where the table does not know it. */
void line_area_name(mg_lines *lines, const mg_ref *ref, unsigned code);
/* The name of the code's chapter; "all commodities" for TOTAL. */
void line_chapter(mg_lines *lines, const mg_ref *ref, uint32_t hs);

#endif
