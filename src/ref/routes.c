/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mirrorgap/routes.h"

#include <math.h>
#include <stdlib.h>

#include "mirrorgap/mem.h"
#include "ref/routes_table.h"

static const double pi = 3.14159265358979323846;
static const double earth_km = 6371.0088; /* R1 = (2a + b) / 3 */

double mg_great_circle(double lat_a, double lon_a, double lat_b, double lon_b)
{
    double degree = pi / 180;
    double north = sin((lat_b - lat_a) * degree / 2);
    double east = sin((lon_b - lon_a) * degree / 2);
    double h = north * north + cos(lat_a * degree) * cos(lat_b * degree) * east * east;

    return 2 * earth_km * asin(fmin(1, sqrt(h)));
}

static struct route_cell make_cell(const mg_ref *ref, const mg_area *x, const mg_area *m)
{
    struct route_cell cell = {NAN, NAN, 0};

    if (x == m || isnan(x->lat) || isnan(m->lat))
        return cell;
    double km = mg_great_circle(x->lat, x->lon, m->lat, m->lon);
    if (km > 0) /* two codes of one city (251 and 1251) have no route */
        cell.km = km;
    if (mg_ref_border(ref, x->code, m->code))
        cell.flags |= ROUTE_CONTIGUOUS;
    if (x->continent != MG_CONTINENT_NONE && x->continent == m->continent)
        cell.flags |= ROUTE_SAME_CONTINENT;
    return cell;
}

static uint8_t area_flags(const mg_area *area)
{
    unsigned flags = (area->landlocked == 1 ? AREA_LANDLOCKED : 0U) |
                     (area->advanced == 0 ? AREA_DEVELOPING : 0U);
    return (uint8_t)flags;
}

static mg_status fill(mg_routes *routes, const mg_ref *ref, mg_error *err)
{
    const mg_area **areas = mg_alloc(ROUTE_CODES, sizeof *areas);
    size_t n = 0;

    for (unsigned code = 0; areas != NULL && code < ROUTE_CODES; code++)
        if (mg_ref_area(ref, code) != NULL)
            areas[n++] = mg_ref_area(ref, code);
    routes->n = n;
    routes->index = mg_alloc_zero(ROUTE_CODES, sizeof *routes->index);
    routes->areas = mg_alloc(n, sizeof *routes->areas);
    routes->cells = mg_alloc(n * n, sizeof *routes->cells);
    if (areas == NULL || routes->index == NULL || routes->areas == NULL ||
        routes->cells == NULL) {
        free(areas);
        return mg_fail(err, MG_E_NOMEM, "cannot hold the routes of %zu areas", n);
    }
    for (size_t x = 0; x < n; x++) {
        routes->areas[x] = area_flags(areas[x]);
        routes->index[areas[x]->code] = (uint16_t)(x + 1);
        for (size_t m = 0; m < n; m++)
            routes->cells[x * n + m] = make_cell(ref, areas[x], areas[m]);
    }
    free(areas);
    return MG_OK;
}

mg_status mg_routes_new(const mg_ref *ref, const char *file, mg_routes **out,
                        mg_error *err)
{
    mg_routes *routes = mg_alloc_zero(1, sizeof *routes);
    mg_status status;

    *out = NULL;
    if (routes == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot hold the routes");
    status = fill(routes, ref, err);
    if (status == MG_OK && file != NULL) {
        status = routes_read_file(routes, ref, file, err);
        if (status != MG_OK)
            mg_error_at(err, file);
    }
    if (status != MG_OK) {
        mg_routes_free(routes);
        return status;
    }
    *out = routes;
    return MG_OK;
}

void mg_routes_free(mg_routes *routes)
{
    if (routes == NULL)
        return;
    free(routes->index);
    free(routes->areas);
    free(routes->cells);
    free(routes);
}

mg_route mg_routes_find(const mg_routes *routes, unsigned exporter, unsigned importer)
{
    mg_route route = {.km = NAN, .rta = NAN};

    if (exporter >= ROUTE_CODES || importer >= ROUTE_CODES ||
        routes->index[exporter] == 0 || routes->index[importer] == 0)
        return route;
    const struct route_cell *cell = route_cell(routes, exporter, importer);
    unsigned x = routes->areas[routes->index[exporter] - 1];
    unsigned m = routes->areas[routes->index[importer] - 1];
    return (mg_route){.km = cell->km,
                      .rta = cell->rta,
                      .contiguous = (cell->flags & ROUTE_CONTIGUOUS) != 0,
                      .same_continent = (cell->flags & ROUTE_SAME_CONTINENT) != 0,
                      .landlocked_x = (x & AREA_LANDLOCKED) != 0,
                      .landlocked_m = (m & AREA_LANDLOCKED) != 0,
                      .developing_x = (x & AREA_DEVELOPING) != 0,
                      .developing_m = (m & AREA_DEVELOPING) != 0};
}
