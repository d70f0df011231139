/* SPDX-License-Identifier: GPL-3.0-or-later */
/* routes_table.h - the table behind routes.h, and the file that is read into it. */
#ifndef MG_ROUTES_TABLE_H
#define MG_ROUTES_TABLE_H

#include "mirrorgap/routes.h"

enum { ROUTE_CODES = 65536 };
enum { ROUTE_CONTIGUOUS = 1, ROUTE_SAME_CONTINENT = 2 };
enum { AREA_LANDLOCKED = 1, AREA_DEVELOPING = 2 };

struct route_cell {
    double km;
    float rta; /* small numbers: types of agreements */
    uint8_t flags;
};

struct mg_routes {
    uint16_t *index; /* by area code: 1 + row and column in cells; 0: none */
    uint8_t *areas;  /* AREA_ flags by row */
    size_t n;
    struct route_cell *cells; /* n x n, exporters down */
};

/* The cell of two codes whose index is not 0. */
static inline struct route_cell *route_cell(const mg_routes *routes, unsigned exporter,
                                            unsigned importer)
{
    return &routes->cells[(size_t)(routes->index[exporter] - 1) * routes->n +
                          routes->index[importer] - 1];
}

/* Overlays the table with a file of CEPII's columns; see mg_routes_new(). */
MG_MUST_CHECK mg_status routes_read_file(mg_routes *routes, const mg_ref *ref,
                                         const char *file, mg_error *err);

#endif
