/* SPDX-License-Identifier: GPL-3.0-or-later */
/* routes.h - what lies between an exporter and an importer: distance and the like.
 *
 * A dense table over the areas of the reference tables: made once, then
 * read-only, safe from several threads, one look-up a step into the table. */
#ifndef MG_ROUTES_H
#define MG_ROUTES_H

#include "mirrorgap/ref.h"

/* From exporter x to importer m. Where an area has no place (nes, World, unknown)
 * km is NaN and every flag false. */
typedef struct mg_route {
    double km;  /* > 0; NaN: unknown */
    double rta; /* type of trade agreement as the file has it; NaN: not known */
    bool contiguous, same_continent;
    bool landlocked_x, landlocked_m; /* no sea coast */
    bool developing_x, developing_m; /* not an advanced economy of the IMF */
} mg_route;

typedef struct mg_routes mg_routes;

/* Makes the table. Without a file, km is the great circle between the main cities
 * of the reference tables on a sphere of 6371.0088 km (mean radius R1 of IUGG), and
 * contiguous their land border.
 *
 * `file` (NULL: none) has CEPII's columns: iso_o and iso_d (or iso3_o, iso3_d), and
 * distw or, where that is missing, dist, in km; contig and rta (or fta) where they
 * are there; others are passed over. Delimited by comma, semicolon or TAB; packed or
 * not. With semicolons the decimal sign may be a comma. An ISO3 stands for every
 * area code that carries it (DEU: 276 and 280). What the file lacks (no row, an
 * empty or NA field) stays as above; a distance from a country to itself is not used.
 *
 * *routes is the caller's, for mg_routes_free(); NULL on failure. It does not need
 * `ref` any more. Errors: MG_E_NOMEM, MG_E_IO, MG_E_PARSE (with file and line: no such
 * columns, a malformed record, a distance that is no number > 0, no known country). */
MG_MUST_CHECK mg_status mg_routes_new(const mg_ref *ref, const char *file,
                                      mg_routes **routes, mg_error *err);
void mg_routes_free(mg_routes *routes);

/* The route between two area codes; any codes. */
mg_route mg_routes_find(const mg_routes *routes, unsigned exporter, unsigned importer);

/* Great circle in km between two places in degrees, by the haversine. */
double mg_great_circle(double lat_a, double lon_a, double lat_b, double lon_b);

#endif
