/* SPDX-License-Identifier: GPL-3.0-or-later */
/* "CHN,JPN:HKG,SGP:PRK". */
#include <string.h>

#include "app/rerouting.h"
#include "mirrorgap/mem.h"

enum { CODES = 65536 };

/* A list of countries as flags by area code; empty: NULL. */
static mg_status select_areas(const struct rerouting *r, const char *text, size_t n,
                              uint8_t **set, mg_error *err)
{
    *set = NULL;
    if (n == 0)
        return MG_OK;
    *set = mg_alloc_zero(CODES, 1);
    if (*set == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot hold a list of countries");
    for (const char *at = text; at < text + n;) {
        size_t length = 0;
        while (at + length < text + n && at[length] != ',')
            length++;
        if (!mg_ref_select_areas(mg_session_ref(r->session), (mg_cell){at, length}, *set))
            return mg_fail(err, MG_E_RANGE, "no country '%.*s' (a code, ISO3 or name)",
                           (int)length, at);
        at += length + 1;
    }
    for (unsigned c = 0; c < CODES; c++) {
        const mg_area_kind kind = mg_ref_kind(mg_session_ref(r->session), c);
        if ((*set)[c] != 0 && (c == 0 || kind == MG_AREA_WORLD || kind == MG_AREA_GROUP ||
                               kind == MG_AREA_NES))
            return mg_fail(err, MG_E_RANGE, "area %u is no country", c);
    }
    return MG_OK;
}

mg_status rerouting_question(struct rerouting *r, mg_error *err)
{
    const char *text = r->options->route;
    const char *colon = strchr(text, ':');
    const char *second = colon != NULL ? strchr(colon + 1, ':') : NULL;
    mg_status status;

    if (second == NULL || strchr(second + 1, ':') != NULL || colon == text ||
        second[1] == '\0')
        return mg_fail(err, MG_E_RANGE,
                       "'%s' is no route SOURCE,…:HUB,…:TARGET (hubs may be empty: all)",
                       text);
    status = select_areas(r, text, (size_t)(colon - text), &r->sources, err);
    if (status == MG_OK)
        status = select_areas(r, colon + 1, (size_t)(second - colon - 1), &r->hubs, err);
    if (status == MG_OK)
        status = select_areas(r, second + 1, strlen(second + 1), &r->targets, err);
    for (unsigned c = 0; status == MG_OK && c < CODES; c++)
        if (r->sources[c] + r->targets[c] + (r->hubs != NULL ? r->hubs[c] : 0) > 1)
            status = mg_fail(err, MG_E_RANGE, "area %u stands twice in the route '%s'", c,
                             text);
    return status;
}
