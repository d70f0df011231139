/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is traded. The goods below are chosen for a good cross-section in the
 * first sixty; prices and world trade are orders of magnitude, not statistics. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mirrorgap/mem.h"
#include "mirrorgap/number.h"
#include "synth/world.h"

enum { KG = 8 };

struct good {
    char code[7];
    int8_t unit;
    float usd_per_kg, kg_per_unit, size;
};

static const struct good goods[] = {{"270900", KG, 0.5F, 1, 900},
                                    {"870323", 5, 15, 1400, 300},
                                    {"300490", KG, 120, 1, 300},
                                    {"854231", 5, 2000, 0.005F, 200},
                                    {"270112", KG, 0.1F, 1, 90},
                                    {"260111", KG, 0.09F, 1, 90},
                                    {"710812", KG, 45000, 1, 150},
                                    {"847130", 5, 150, 2.5F, 140},
                                    {"851762", 5, 150, 1, 150},
                                    {"740311", KG, 6.5F, 1, 60},
                                    {"100630", KG, 0.6F, 1, 18},
                                    {"440399", 12, 0.4F, 800, 3},
                                    {"610910", 5, 20, 0.17F, 35},
                                    {"640399", 6, 25, 0.8F, 30},
                                    {"220421", 7, 5, 1, 22},
                                    {"220830", 7, 11, 1, 9},
                                    {"030617", KG, 8, 1, 15},
                                    {"240220", 9, 22, 0.9F, 18},
                                    {"710239", 13, 2500000, 0.0002F, 60},
                                    {"810520", KG, 35, 1, 4},
                                    {"260300", KG, 1.8F, 1, 50},
                                    {"720839", KG, 0.6F, 1, 12},
                                    {"310210", KG, 0.3F, 1, 15},
                                    {"390120", KG, 1.3F, 1, 25},
                                    {"870899", KG, 9, 1, 60},
                                    {"880240", 5, 900, 45000, 100},
                                    {"901890", KG, 110, 1, 50},
                                    {"940360", 5, 3, 20, 30},
                                    {"090111", KG, 3, 1, 18},
                                    {"180100", KG, 2.6F, 1, 9},
                                    {"020130", KG, 7.5F, 1, 20},
                                    {"030390", KG, 9, 1, 2},
                                    {"151190", KG, 0.75F, 1, 22},
                                    {"170199", KG, 0.5F, 1, 12},
                                    {"230400", KG, 0.4F, 1, 25},
                                    {"252329", KG, 0.06F, 1, 6},
                                    {"280461", KG, 40, 1, 6},
                                    {"290511", KG, 0.35F, 1, 9},
                                    {"300220", KG, 1500, 1, 25},
                                    {"330300", KG, 38, 1, 15},
                                    {"340220", KG, 1.6F, 1, 7},
                                    {"401110", 5, 4, 9, 30},
                                    {"420221", 5, 160, 0.8F, 12},
                                    {"470321", KG, 0.65F, 1, 15},
                                    {"520100", KG, 1.8F, 1, 12},
                                    {"620342", 5, 22, 0.5F, 22},
                                    {"760110", KG, 2.1F, 1, 25},
                                    {"800110", KG, 20, 1, 4},
                                    {"842952", 5, 7, 20000, 14},
                                    {"850440", 5, 25, 0.4F, 50},
                                    {"852872", 5, 15, 12, 50},
                                    {"871200", 5, 9, 13, 9},
                                    {"910211", 5, 900, 0.05F, 6},
                                    {"930200", 5, 200, 0.9F, 1},
                                    {"950300", KG, 9, 1, 35},
                                    {"291736", KG, 0.8F, 1, 5},
                                    {"080510", KG, 0.7F, 1, 5},
                                    {"010229", 5, 3, 300, 7},
                                    {"060311", 5, 5, 0.04F, 3},
                                    {"570242", 2, 5, 2, 3},
                                    {"271111", KG, 0.5F, 1, 110},
                                    {"870332", 5, 15, 1500, 90},
                                    {"890120", 5, 3, 30000000.0F, 20},
                                    {"100590", KG, 0.22F, 1, 30},
                                    {"120190", KG, 0.5F, 1, 50},
                                    {"480100", KG, 0.6F, 1, 6},
                                    {"611020", 5, 22, 0.4F, 30},
                                    {"640419", 6, 20, 0.6F, 15},
                                    {"730890", KG, 3, 1, 25},
                                    {"750210", KG, 14, 1, 10},
                                    {"790111", KG, 2.3F, 1, 9},
                                    {"780110", KG, 2, 1, 4},
                                    {"281820", KG, 0.35F, 1, 10},
                                    {"390210", KG, 1.3F, 1, 18},
                                    {"841191", KG, 900, 1, 20},
                                    {"848180", KG, 20, 1, 45},
                                    {"850760", 5, 25, 0.3F, 25},
                                    {"854430", KG, 15, 1, 30},
                                    {"847989", 5, 30, 200, 40},
                                    {"901839", KG, 90, 1, 25},
                                    {"870421", 5, 12, 1800, 45},
                                    {"871120", 5, 8, 110, 8},
                                    {"860900", 5, 1, 2300, 6},
                                    {"261610", KG, 15, 1, 3},
                                    {"284410", KG, 90, 1, 2},
                                    {"040690", KG, 5, 1, 20},
                                    {"040210", KG, 3, 1, 8},
                                    {"020714", KG, 2, 1, 12},
                                    {"160414", KG, 4.5F, 1, 7},
                                    {"190590", KG, 3, 1, 20},
                                    {"210690", KG, 6, 1, 35},
                                    {"070200", KG, 1.3F, 1, 8},
                                    {"200892", KG, 2, 1, 2},
                                    {"030250", KG, 4, 1, 1}};
enum { GOODS = sizeof goods / sizeof *goods };

/* Codes that a later edition writes differently, 1:1. */
static const struct {
    char before[7], after[7];
    uint8_t edition;
} renamed[] = {{"030250", "030251", MG_EDITION_H0 + 4},
               {"200892", "200897", MG_EDITION_H0 + 4},
               {"030390", "030391", MG_EDITION_H0 + 5},
               {"300220", "300241", MG_EDITION_H0 + 6},
               {"340220", "340250", MG_EDITION_H0 + 6}};

static uint32_t code_number(const char *code)
{
    uint64_t number = 0;

    if (!mg_integer_read(code, strlen(code), &number))
        return 0; /* the tables hold digits only */
    return (uint32_t)number;
}

static bool has_code(const struct world *w, const char *code)
{
    for (size_t i = 0; i < w->n_commodities; i++)
        if (strcmp(w->commodities[i].code, code) == 0)
            return true;
    return false;
}

static void add(struct world *w, const char *code, int8_t unit, double usd_per_kg,
                double kg_per_unit, double size)
{
    struct commodity *c = &w->commodities[w->n_commodities++];

    *c = (struct commodity){.chapter = (uint8_t)((code[0] - '0') * 10 + code[1] - '0'),
                            .unit = unit,
                            .usd_per_kg = usd_per_kg,
                            .kg_per_unit = kg_per_unit,
                            .size = size,
                            .size_ln = exact_ln(size),
                            .number = code_number(code)};
    memcpy(c->code, code, sizeof c->code);
    for (size_t i = 0; i < sizeof renamed / sizeof *renamed; i++)
        if (strcmp(renamed[i].before, code) == 0) {
            memcpy(c->later, renamed[i].after, sizeof c->later);
            c->renamed = renamed[i].edition;
        }
}

/* Units as the WCO recommends for most codes of a chapter, and what one weighs. */
static const struct {
    uint8_t first, last; /* chapters */
    int8_t unit;
    float kg;
} units[] = {{1, 1, 5, 300},   {22, 22, 7, 1},    {44, 44, 12, 700},
             {57, 57, 2, 2},   {61, 62, 5, 0.4F}, {64, 64, 6, 0.7F},
             {86, 89, 5, 800}, {92, 92, 5, 3},    {93, 93, 5, 1}};

/* A code without a row above: price and size are drawn. */
static void add_drawn(struct world *w, const char *code)
{
    struct draw_key key = {w->options.seed, 0, 0, code_number(code), 0};
    double price = exact_exp(1.2 + 1.2 * draw_normal(&key, DRAW_PRICE));
    double size = exact_exp(0.5 + 1.2 * draw_normal(&key, DRAW_PRODUCT));
    unsigned chapter = key.hs / 10000;
    size_t i = 0;

    while (i < sizeof units / sizeof *units &&
           (chapter < units[i].first || chapter > units[i].last))
        i++;
    if (i < sizeof units / sizeof *units)
        add(w, code, units[i].unit, price, (double)units[i].kg, size);
    else
        add(w, code, KG, price, 1, size);
}

static int by_code(const void *a, const void *b)
{
    return strcmp(((const struct commodity *)a)->code,
                  ((const struct commodity *)b)->code);
}

/* A code of the heading of `code` that is not in the world yet; false: none. */
static bool find_sibling(const struct world *w, const char *code, char sibling[7])
{
    for (unsigned row = 0; row < n_commodity_rows; row++)
        for (const char *at = commodity_rows[row]; *at != '\0'; at += 6) {
            memcpy(sibling, at, 6);
            sibling[6] = '\0';
            if (strncmp(sibling, code, 4) == 0 && !has_code(w, sibling))
                return true;
        }
    return false;
}

/* Traded goods without a traded sibling get one that nobody trades, so that there is
 * a code to relabel them as. */
static void add_siblings(struct world *w)
{
    for (size_t i = 0; i < w->n_traded; i++) {
        const struct commodity c = w->commodities[i];
        bool alone = true;
        char sibling[7];
        for (size_t k = 0; k < w->n_commodities && alone; k++)
            alone = k == i || strncmp(w->commodities[k].code, c.code, 4) != 0;
        if (alone && find_sibling(w, c.code, sibling))
            add(w, sibling, c.unit, c.usd_per_kg, c.kg_per_unit, c.size);
    }
}

mg_status world_add_commodities(struct world *w, mg_error *err)
{
    enum { PER_ROW = 12, STRIDE = 997 };
    const unsigned codes = n_commodity_rows * PER_ROW; /* the last row may be short */

    w->commodities = mg_alloc(w->options.commodities, 2 * sizeof *w->commodities);
    if (w->commodities == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot hold %u commodities",
                       w->options.commodities);
    for (size_t i = 0; i < GOODS && w->n_commodities < w->options.commodities; i++)
        add(w, goods[i].code, goods[i].unit, (double)goods[i].usd_per_kg,
            (double)goods[i].kg_per_unit, (double)goods[i].size);
    /* a stride that shares no factor with the count visits every code once, and
     * neighbours come from chapters far apart */
    for (unsigned i = 0; i < codes && w->n_commodities < w->options.commodities; i++) {
        unsigned at = (unsigned)((uint64_t)i * STRIDE % codes);
        const char *row = commodity_rows[at / PER_ROW];
        char code[7] = "";
        if (((size_t)at % PER_ROW + 1) * 6 > strlen(row))
            continue;
        memcpy(code, row + (size_t)6 * (at % PER_ROW), 6);
        if (!has_code(w, code))
            add_drawn(w, code);
    }
    if (w->n_commodities < w->options.commodities)
        return mg_fail(err, MG_E_RANGE, "there are only %zu commodities",
                       w->n_commodities);
    qsort(w->commodities, w->n_commodities, sizeof *w->commodities, by_code);
    w->n_traded = w->n_commodities;
    if (w->options.kinds == 0 || (w->options.kinds & MG_PLANT_BIT(MG_PLANT_RELABEL)) != 0)
        add_siblings(w);
    return MG_OK;
}

const char *commodity_code(const struct commodity *c, unsigned edition)
{
    return c->renamed != 0 && edition >= c->renamed ? c->later : c->code;
}
