/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "input/csv_table.h"
#include "mirrorgap/mem.h"
#include "mirrorgap/number.h"
#include "ref/ref_tables.h"

enum {
    CODE,
    ISO3,
    ISO2,
    NAME,
    FROM,
    TO,
    KIND,
    PREFER,
    LAT,
    LON,
    LANDLOCKED,
    CONTINENT,
    REGION,
    ADVANCED,
    ALIASES,
    COLUMNS
};
static const char *const columns[COLUMNS + 1] = {
    "code",   "iso3",     "iso2",    "name", "from_year",  "to_year",
    "kind",   "prefer",   "lat",     "lon",  "landlocked", "continent",
    "region", "advanced", "aliases", NULL};

static mg_status read_kind(const char *text, uint8_t *kind, mg_error *err)
{
    static const struct {
        const char *name;
        mg_area_kind kind;
    } kinds[] = {{"country", MG_AREA_COUNTRY},
                 {"part", MG_AREA_PART},
                 {"nes", MG_AREA_NES},
                 {"group", MG_AREA_GROUP},
                 {"world", MG_AREA_WORLD}};

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(text, kinds[i].name) == 0) {
            *kind = (uint8_t)kinds[i].kind;
            return MG_OK;
        }
    return mg_fail(err, MG_E_PARSE,
                   "column 'kind': '%s' is none of country, part, nes, "
                   "group, world",
                   text);
}

mg_status ref_read_integer(const char *column, const char *text, uint16_t blank,
                           uint16_t max, uint16_t *value, mg_error *err)
{
    uint64_t got = blank;

    if (text[0] != '\0' && (!mg_integer_read(text, strlen(text), &got) || got > max))
        return mg_fail(err, MG_E_PARSE, "column '%s': '%s' is no number up to %u", column,
                       text, max);
    *value = (uint16_t)got;
    return MG_OK;
}

static mg_status read_degrees(const char *column, const char *text, double limit,
                              double *value, mg_error *err)
{
    *value = NAN;
    if (text[0] == '\0')
        return MG_OK;
    if (!mg_number_read(text, strlen(text), 0, value) || fabs(*value) > limit)
        return mg_fail(err, MG_E_PARSE, "column '%s': '%s' is no number of degrees",
                       column, text);
    return MG_OK;
}

/* 1, 0 or, where the field is empty, -1. */
static mg_status read_whether(const char *column, const char *text, int8_t *value,
                              mg_error *err)
{
    *value = -1;
    if (text[0] == '\0')
        return MG_OK;
    if (strcmp(text, "0") != 0 && strcmp(text, "1") != 0)
        return mg_fail(err, MG_E_PARSE, "column '%s': '%s' is neither 0 nor 1", column,
                       text);
    *value = text[0] == '1';
    return MG_OK;
}

const char *mg_continent_name(unsigned continent)
{
    static const char *const names[MG_CONTINENTS] = {"",     "Africa", "America",
                                                     "Asia", "Europe", "Pacific"};

    return continent < MG_CONTINENTS ? names[continent] : "";
}

static mg_status read_continent(const char *text, uint8_t *continent, mg_error *err)
{
    for (unsigned i = 0; i < MG_CONTINENTS; i++)
        if (strcmp(text, mg_continent_name(i)) == 0) {
            *continent = (uint8_t)i;
            return MG_OK;
        }
    return mg_fail(err, MG_E_PARSE, "column 'continent': '%s' is no continent", text);
}

static mg_status fill_place(mg_area *area, const char *const *field, mg_error *err)
{
    mg_status status = read_degrees("lat", field[LAT], 90, &area->lat, err);

    if (status == MG_OK)
        status = read_degrees("lon", field[LON], 180, &area->lon, err);
    if (status == MG_OK)
        status = read_whether("landlocked", field[LANDLOCKED], &area->landlocked, err);
    if (status == MG_OK)
        status = read_whether("advanced", field[ADVANCED], &area->advanced, err);
    if (status == MG_OK)
        status = read_continent(field[CONTINENT], &area->continent, err);
    snprintf(area->region, sizeof area->region, "%s", field[REGION]);
    return status;
}

static mg_status fill(mg_area *area, const char *const *field, mg_error *err)
{
    mg_status status = read_kind(field[KIND], &area->kind, err);

    if (status == MG_OK)
        status = ref_read_integer("code", field[CODE], 0, 65535, &area->code, err);
    if (status == MG_OK)
        status =
            ref_read_integer("from_year", field[FROM], 0, 9999, &area->from_year, err);
    if (status == MG_OK)
        status =
            ref_read_integer("to_year", field[TO], 65535, 65535, &area->to_year, err);
    if (status == MG_OK)
        status = fill_place(area, field, err);
    if (status != MG_OK)
        return status;
    area->prefer = strcmp(field[PREFER], "1") == 0;
    snprintf(area->iso3, sizeof area->iso3, "%.3s", field[ISO3]);
    snprintf(area->iso2, sizeof area->iso2, "%.2s", field[ISO2]);
    area->name = mg_copy_text(field[NAME]);
    return area->name != NULL ? MG_OK : mg_fail(err, MG_E_NOMEM, "cannot hold a name");
}

static mg_status take_area(void *self, const char *const *field, mg_error *err)
{
    mg_ref *ref = self;
    mg_area area = {0};
    int index = (int)ref->n_areas;
    mg_status status = mg_grow((void **)&ref->areas, &ref->room_areas, ref->n_areas + 1,
                               sizeof area, err);

    if (status == MG_OK)
        status = fill(&area, field, err);
    if (status != MG_OK)
        return status;
    ref->areas[ref->n_areas++] = area;
    if (ref->area_of[area.code] >= 0)
        return mg_fail(err, MG_E_PARSE, "column 'code': %u stands twice", area.code);
    ref->area_of[area.code] = index;
    ref->kinds[area.code] = area.kind;
    status = ref_names_add(&ref->area_names, field[ISO3], index, false, err);
    if (status == MG_OK)
        status = ref_names_add(&ref->area_names, field[NAME], index, false, err);
    if (status == MG_OK)
        status = ref_names_add_list(&ref->area_names, field[ALIASES], index, false, err);
    return status;
}

mg_status ref_read_areas(mg_ref *ref, mg_error *err)
{
    char path[4096];
    mg_status status;

    ref->area_of = mg_alloc(REF_CODES, sizeof *ref->area_of);
    if (ref->area_of == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot hold the area table");
    for (int i = 0; i < REF_CODES; i++)
        ref->area_of[i] = -1;
    snprintf(path, sizeof path, "%s/countries.csv", ref->folder);
    status = mg_table_read(path, columns, take_area, ref, err);
    ref_names_sort(&ref->area_names);
    return status;
}
