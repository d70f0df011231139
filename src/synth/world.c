/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "synth/world.h"

#include <math.h>
#include <stdlib.h>

#include "mirrorgap/mem.h"

enum { HUB = 344, ORIGIN = 156 };

/* Areas without a place are half a world away from everybody. */
static const double nowhere_km = 6000;
static const double next_door_km = 300;

static mg_status measure(struct world *w, mg_error *err)
{
    size_t n = w->n_actors;

    w->distance_km = mg_alloc(n * n, sizeof *w->distance_km);
    w->distance_ln = mg_alloc(n * n, sizeof *w->distance_ln);
    if (w->distance_km == NULL || w->distance_ln == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot hold distances");
    for (size_t i = 0; i < n * n; i++) {
        const struct actor *a = &w->actors[i / n];
        const struct actor *b = &w->actors[i % n];
        double km = isnan(a->lat) || isnan(b->lat)
                        ? nowhere_km
                        : exact_distance_km(a->lat, a->lon, b->lat, b->lon);
        w->distance_km[i] = km < next_door_km ? next_door_km : km;
        w->distance_ln[i] = exact_ln(w->distance_km[i] / 1000);
    }
    return MG_OK;
}

mg_status world_make(const mg_ref *ref, const mg_synth_options *options, struct world *w,
                     mg_error *err)
{
    mg_status status;

    *w = (struct world){.ref = ref, .options = *options, .hub = -1, .origin = -1};
    status = world_add_actors(w, err);
    if (status == MG_OK)
        status = world_add_commodities(w, err);
    if (status == MG_OK)
        status = measure(w, err);
    for (size_t i = 0; i < w->n_reporters; i++) {
        if (w->actors[i].code == HUB)
            w->hub = (int)i;
        if (w->actors[i].code == ORIGIN)
            w->origin = (int)i;
    }
    if (status != MG_OK)
        world_release(w);
    return status;
}

void world_release(struct world *w)
{
    free(w->actors);
    free(w->commodities);
    free(w->distance_km);
    free(w->distance_ln);
    *w = (struct world){0};
}
