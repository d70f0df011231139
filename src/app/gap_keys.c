/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/gap_keys.h"

#include <stdlib.h>
#include <string.h>

#include "app/names.h"
#include "mirrorgap/mem.h"

enum { CODES = 65536, KEY_BITS = 128 };

static const struct {
    const char *name;
    unsigned bits;
    size_t n; /* columns */
    mg_output_column columns[4];
} known[GAP_KEYS] = {
    [KEY_EXPORTER] = {"exporter",
                      16,
                      2,
                      {{"exporter", "code", "exporting country"},
                       {"exporter_iso3", "code", "its ISO 3166 alpha-3 code"}}},
    [KEY_IMPORTER] = {"importer",
                      16,
                      2,
                      {{"importer", "code", "importing country"},
                       {"importer_iso3", "code", "its ISO 3166 alpha-3 code"}}},
    [KEY_PAIR] = {"pair",
                  32,
                  4,
                  {{"exporter", "code", "exporting country"},
                   {"exporter_iso3", "code", "its ISO 3166 alpha-3 code"},
                   {"importer", "code", "importing country"},
                   {"importer_iso3", "code", "its ISO 3166 alpha-3 code"}}},
    [KEY_COUNTRY] = {"country",
                     16,
                     2,
                     {{"country", "code", "either side: each cell counts for both"},
                      {"country_iso3", "code", "its ISO 3166 alpha-3 code"}}},
    [KEY_PERIOD] = {"period", 20, 1, {{"period", "period", "year, or year and month"}}},
    [KEY_YEAR] = {"year", 12, 1, {{"year", "period", "year, of months too"}}},
    [KEY_HS2] = {"hs2", 32, 1, {{"hs2", "code", "HS chapter"}}},
    [KEY_HS4] = {"hs4", 32, 1, {{"hs4", "code", "HS heading"}}},
    [KEY_HS6] = {"hs6", 33, 1, {{"hs6", "code", "HS subheading, or component of them"}}},
    [KEY_SECTION] = {"section", 5, 1, {{"section", "code", "HS section"}}},
    [KEY_EXPORTER_REGION] = {"exporter_region",
                             7,
                             1,
                             {{"exporter_region", "text", "region of the exporter"}}},
    [KEY_IMPORTER_REGION] = {"importer_region",
                             7,
                             1,
                             {{"importer_region", "text", "region of the importer"}}},
    [KEY_REGION] = {"region",
                    14,
                    2,
                    {{"exporter_region", "text", "region of the exporter"},
                     {"importer_region", "text", "region of the importer"}}},
};

static int find(const char *name, size_t n)
{
    for (int k = 0; k < GAP_KEYS; k++)
        if (strlen(known[k].name) == n && strncmp(known[k].name, name, n) == 0)
            return k;
    return -1;
}

static bool has(const struct gap_keys *keys, enum gap_key key)
{
    for (size_t i = 0; i < keys->n; i++)
        if (keys->items[i] == key)
            return true;
    return false;
}

/* Two keys that would print one column. */
static bool clash(const struct gap_keys *keys, enum gap_key key)
{
    const bool pair = key == KEY_EXPORTER || key == KEY_IMPORTER;
    const bool region = key == KEY_EXPORTER_REGION || key == KEY_IMPORTER_REGION;

    return has(keys, key) || (pair && has(keys, KEY_PAIR)) ||
           (region && has(keys, KEY_REGION)) ||
           (key == KEY_PAIR && (has(keys, KEY_EXPORTER) || has(keys, KEY_IMPORTER))) ||
           (key == KEY_REGION &&
            (has(keys, KEY_EXPORTER_REGION) || has(keys, KEY_IMPORTER_REGION)));
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Numbers the regions in the order of their names, so that keys sort by name. */
static mg_status number_regions(struct gap_keys *keys, mg_error *err)
{
    const size_t most = sizeof keys->regions / sizeof *keys->regions;

    keys->region_of = mg_alloc_zero(CODES, 1);
    if (keys->region_of == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot hold the regions");
    for (int pass = 0; pass < 2; pass++) {
        for (unsigned code = 0; code < CODES; code++) {
            const mg_area *area = mg_ref_area(keys->ref, code);
            size_t r = 0;
            if (area == NULL || area->region[0] == '\0')
                continue;
            while (r < keys->n_regions && strcmp(keys->regions[r], area->region) != 0)
                r++;
            if (r == keys->n_regions && r < most)
                keys->regions[keys->n_regions++] = area->region;
            keys->region_of[code] = (uint8_t)(r < most ? r + 1 : 0);
        }
        if (pass == 0)
            qsort(keys->regions, keys->n_regions, sizeof *keys->regions, by_text);
    }
    return MG_OK;
}

mg_status gap_keys_read(struct gap_keys *keys, const char *by, const mg_ref *ref,
                        mg_error *err)
{
    unsigned bits = 0;

    *keys = (struct gap_keys){.ref = ref};
    while (*by != '\0') {
        size_t n = strcspn(by, ",");
        int key = find(by, n);
        if (key < 0)
            return mg_fail(err, MG_E_RANGE,
                           "they cannot be told by '%.*s': exporter, importer, pair, "
                           "country, period, year, hs2, hs4, hs6, section, "
                           "exporter_region, importer_region, region",
                           (int)n, by);
        if (clash(keys, (enum gap_key)key))
            return mg_fail(err, MG_E_RANGE, "'%.*s' is asked for twice", (int)n, by);
        keys->items[keys->n++] = (enum gap_key)key;
        bits += known[key].bits;
        by += n + (by[n] == ',');
    }
    if (bits > KEY_BITS)
        return mg_fail(err, MG_E_RANGE, "too many things to tell gaps by at once");
    keys->by_country = has(keys, KEY_COUNTRY);
    return has(keys, KEY_EXPORTER_REGION) || has(keys, KEY_IMPORTER_REGION) ||
                   has(keys, KEY_REGION)
               ? number_regions(keys, err)
               : MG_OK;
}

void gap_keys_release(struct gap_keys *keys)
{
    free(keys->region_of);
    *keys = (struct gap_keys){0};
}

int gap_keys_level(const struct gap_keys *keys)
{
    if (has(keys, KEY_HS6))
        return 6;
    if (has(keys, KEY_HS4))
        return 4;
    return has(keys, KEY_HS2) || has(keys, KEY_SECTION) ? 2 : 0;
}

static uint64_t cut(const mg_pair *p, int level)
{
    return mg_hs_level(p->hs) < level ? 0 : mg_hs_cut(p->hs, level);
}

static uint64_t value_of(const struct gap_keys *keys, enum gap_key key, const mg_pair *p,
                         uint32_t period, unsigned country)
{
    switch (key) {
    case KEY_EXPORTER:
        return p->exporter;
    case KEY_IMPORTER:
        return p->importer;
    case KEY_PAIR:
        return (uint64_t)p->exporter << 16 | p->importer;
    case KEY_COUNTRY:
        return country;
    case KEY_PERIOD:
        return period;
    case KEY_YEAR:
        return mg_period_monthly(period) ? period / 100 : period;
    case KEY_HS2:
        return cut(p, 2);
    case KEY_HS4:
        return cut(p, 4);
    case KEY_HS6:
        return cut(p, 6) << 1 | (p->notes & MG_PAIR_COMPONENT);
    case KEY_SECTION:
        return mg_ref_section(keys->ref, p->hs);
    case KEY_EXPORTER_REGION:
        return keys->region_of[p->exporter];
    case KEY_IMPORTER_REGION:
        return keys->region_of[p->importer];
    case KEY_REGION:
        return (uint64_t)keys->region_of[p->exporter] << 7 | keys->region_of[p->importer];
    default:
        return 0;
    }
}

mg_rollup_key gap_key_of(const struct gap_keys *keys, const mg_pair *p, uint32_t period,
                         unsigned country)
{
    __uint128_t all = 0;

    for (size_t i = 0; i < keys->n; i++)
        all = all << known[keys->items[i]].bits |
              value_of(keys, keys->items[i], p, period, country);
    return (mg_rollup_key){{(uint64_t)(all >> 64), (uint64_t)all}};
}

size_t gap_key_columns(const struct gap_keys *keys, mg_output_column *columns)
{
    size_t n = 0;

    for (size_t i = 0; i < keys->n; i++)
        for (size_t c = 0; c < known[keys->items[i]].n; c++)
            columns[n++] = known[keys->items[i]].columns[c];
    return n;
}

static void commodity(uint64_t hs, bool star, mg_lines *to)
{
    if (hs == 0)
        mg_line_missing(to); /* the cell is no finer than this */
    else
        line_code(to, (uint32_t)hs, star);
}

static void region(const struct gap_keys *keys, uint64_t number, mg_lines *to)
{
    mg_line_text(to, number > 0 ? keys->regions[number - 1] : "");
}

static void print_value(const struct gap_keys *keys, enum gap_key key, uint64_t value,
                        mg_lines *to)
{
    switch (key) {
    case KEY_EXPORTER:
    case KEY_IMPORTER:
    case KEY_COUNTRY:
        line_area(to, keys->ref, (unsigned)value);
        break;
    case KEY_PAIR:
        line_area(to, keys->ref, (unsigned)(value >> 16));
        line_area(to, keys->ref, (unsigned)(value & 0xffff));
        break;
    case KEY_PERIOD:
    case KEY_YEAR:
        mg_line_integer(to, (int64_t)value);
        break;
    case KEY_HS2:
    case KEY_HS4:
        commodity(value, false, to);
        break;
    case KEY_HS6:
        commodity(value >> 1, (value & 1) != 0, to);
        break;
    case KEY_SECTION:
        mg_line_text(to, mg_ref_section_name((unsigned)value));
        break;
    case KEY_REGION:
        region(keys, value >> 7, to);
        region(keys, value & 0x7f, to);
        break;
    default:
        region(keys, value, to);
    }
}

void gap_key_print(const struct gap_keys *keys, mg_rollup_key key, mg_lines *to)
{
    __uint128_t all = (__uint128_t)key.part[0] << 64 | key.part[1];
    unsigned left = 0;

    for (size_t i = 0; i < keys->n; i++)
        left += known[keys->items[i]].bits;
    for (size_t i = 0; i < keys->n; i++) {
        unsigned bits = known[keys->items[i]].bits;
        left -= bits;
        uint64_t value = (uint64_t)(all >> left) & (((uint64_t)1 << bits) - 1);
        print_value(keys, keys->items[i], value, to);
    }
}
