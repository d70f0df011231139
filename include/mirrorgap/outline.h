/* SPDX-License-Identifier: GPL-3.0-or-later */
/* outline.h - coasts and borders for maps: datasets/ref/outline.csv, from Natural Earth
 * 1:110 million. Read-only once loaded. They say nothing about whose land is whose. */
#ifndef MG_OUTLINE_H
#define MG_OUTLINE_H

#include "mirrorgap/ref.h"

typedef struct mg_outline_point {
    double lon, lat; /* degrees */
} mg_outline_point;

typedef struct mg_outline_line {
    bool border; /* between two countries, else a coast */
    const mg_outline_point *points;
    size_t n; /* at least 2 */
} mg_outline_line;

typedef struct mg_outline {
    mg_outline_line *lines;
    size_t n;
    mg_outline_point *points; /* of all lines */
} mg_outline;

/* Reads the table in the folder of `ref`; for mg_outline_free(), NULL on failure.
 * Errors: MG_E_IO, MG_E_PARSE (another kind, a coordinate that is none or lies off the
 * earth; names file and line), MG_E_NOMEM. */
MG_MUST_CHECK mg_status mg_outline_load(const mg_ref *ref, mg_outline **outline,
                                        mg_error *err);
void mg_outline_free(mg_outline *outline); /* NULL is allowed */

#endif
