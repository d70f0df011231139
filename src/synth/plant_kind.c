/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "mirrorgap/plant.h"

const char *mg_plant_name(unsigned kind)
{
    static const char *const names[MG_PLANT_KINDS] = {
        "",        "hidden",  "quantity",   "price",   "unit_error", "partner_swap",
        "relabel", "reroute", "time_shift", "rounding"};
    return kind < MG_PLANT_KINDS ? names[kind] : "";
}

static unsigned kind_of(const char *word, size_t n)
{
    unsigned k = MG_PLANT_HIDDEN;

    while (k < MG_PLANT_KINDS &&
           (strlen(mg_plant_name(k)) != n || strncmp(mg_plant_name(k), word, n) != 0))
        k++;
    return k;
}

bool mg_plant_kinds_read(const char *text, unsigned *kinds)
{
    unsigned set = 0;

    for (const char *at = text; at != NULL;) {
        const char *comma = strchr(at, ',');
        size_t n = comma != NULL ? (size_t)(comma - at) : strlen(at);
        unsigned kind = kind_of(at, n);
        if (kind == MG_PLANT_KINDS)
            return false;
        set |= MG_PLANT_BIT(kind);
        at = comma != NULL ? comma + 1 : NULL;
    }
    *kinds = set;
    return set != 0;
}
