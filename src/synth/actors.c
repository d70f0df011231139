/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who trades. Sizes are rough GDPs in billions of dollars (entrepots: a trade
 * that fits them): a heavy tail, so that a world looks like the world. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "mirrorgap/mem.h"
#include "synth/world.h"

struct known {
    uint16_t code;
    float size;
};

/* The first twenty make a good small world: large traders, a hub, and countries
 * that are taken for one another. */
static const struct known known[] = {
    {842, 18000}, {156, 11000}, {276, 3500}, {392, 4500}, {410, 1400}, {344, 600},
    {699, 2200},  {643, 1400},  {826, 2800}, {36, 1350},  {40, 400},   {76, 1900},
    {710, 330},   {566, 450},   {562, 9},    {703, 90},   {705, 45},   {180, 38},
    {178, 11},    {702, 450},   {251, 2500}, {380, 1900}, {528, 800},  {124, 1600},
    {484, 1200},  {724, 1300},  {56, 480},   {757, 680},  {616, 500},  {792, 850},
    {764, 420},   {704, 250},   {360, 950},  {458, 320},  {608, 300},  {682, 700},
    {784, 400},   {364, 450},   {376, 320},  {752, 530},  {579, 430},  {208, 330},
    {246, 250},   {372, 300},   {620, 210},  {300, 200},  {203, 200},  {348, 130},
    {642, 190},   {100, 55},    {191, 55},   {688, 43},   {804, 100},  {398, 160},
    {860, 55},    {417, 7},     {31, 45},    {268, 15},   {51, 11},    {112, 55},
    {440, 47},    {428, 29},    {233, 25},   {32, 550},   {152, 260},  {604, 200},
    {170, 300},   {218, 100},   {68, 36},    {600, 38},   {858, 56},   {214, 75},
    {212, 1},     {591, 55},    {188, 58},   {320, 68},   {222, 25},   {340, 22},
    {558, 13},    {388, 14},    {780, 24},   {504, 105},  {788, 43},   {12, 170},
    {818, 300},   {404, 70},    {834, 50},   {800, 30},   {894, 24},   {716, 18},
    {508, 13},    {24, 110},    {120, 35},   {384, 45},   {288, 50},   {686, 20},
    {466, 14},    {854, 12},    {204, 10},   {450, 11},   {480, 13},   {516, 12},
    {72, 16},     {231, 75},    {50, 230},   {586, 280},  {144, 82},   {104, 65},
    {116, 20},    {418, 16},    {496, 12},   {524, 23},   {400, 39},   {422, 52},
    {414, 130},   {512, 75},    {634, 170},  {48, 33},    {554, 190},  {598, 22},
    {242, 5},     {352, 20},    {442, 60},   {196, 22},   {470, 13}};
enum { KNOWN = sizeof known / sizeof *known };

static const uint16_t confusable[][2] = {{408, 410}, {180, 178}, {36, 40},
                                         {562, 566}, {703, 705}, {212, 214}};
enum { CONFUSABLE = sizeof confusable / sizeof *confusable };

/* Areas that are partners only; North Korea is the country that never reports. */
static const struct known partners_only[] = {{408, 30}, {899, 60}, {568, 12}, {837, 40}};

unsigned confusable_with(unsigned area)
{
    for (size_t i = 0; i < CONFUSABLE; i++)
        for (int side = 0; side < 2; side++)
            if (confusable[i][side] == area)
                return confusable[i][1 - side];
    return 0;
}

static bool has_actor(const struct world *w, unsigned code)
{
    for (size_t i = 0; i < w->n_actors; i++)
        if (w->actors[i].code == code)
            return true;
    return false;
}

/* Whether the code is in use through all the years. */
static bool in_force(const struct world *w, const mg_area *a)
{
    return a != NULL && a->from_year <= period_year(w->options.first) &&
           a->to_year >= period_year(w->options.last);
}

static double uniform(const struct draw_key *key, enum draw_name name, double low,
                      double high)
{
    return low + (high - low) * draw_uniform(key, name);
}

/* Habits are drawn one after the other from the key's `hs`. */
static void set_habits(const struct world *w, struct actor *a, size_t place)
{
    struct draw_key key = {w->options.seed, a->code, 0, 0, 0};
    unsigned years = period_year(w->options.last) - period_year(w->options.first) + 1;
    double draw[8];

    for (unsigned i = 0; i < 8; i++) {
        key.hs = i;
        draw[i] = draw_uniform(&key, DRAW_HABIT);
    }
    bool sloppy = place >= 5 && draw[0] < 0.2;
    a->sloppiness = sloppy ? 2 + draw[1] : 0.7 + 0.5 * draw[1];
    a->bias = draw_normal(&key, DRAW_BIAS) * (sloppy ? 0.06 : 0.015);
    if (w->options.quality > 0) {
        double worse = exact_exp(w->options.quality * draw_normal(&key, DRAW_QUALITY));
        worse = worse < 0.25 ? 0.25 : worse > 8 ? 8 : worse;
        a->sloppiness *= worse;
        a->bias *= worse;
    }
    a->margin_ln = uniform(&key, DRAW_MARGIN, -0.15, 0.15);
    a->values_fob = a->code == 710;
    a->files_fob = !a->values_fob && (a->code == 36 || draw[2] < 0.2);
    a->cents = draw[3] < 0.3;
    a->world_hs6 = draw[4] < 0.3;
    a->by_transport = draw[5] < 0.25;
    a->late_edition = place >= 5 && draw[6] < 0.15;
    /* three of the smaller reporters miss years: two all of it, one its exports */
    if (place >= 10 && place % 5 == 2 && years > 1) {
        a->gap_from =
            period_year(w->options.first) + 1 + (unsigned)(draw[7] * (years - 1));
        a->gap_to = a->gap_from + (years >= 8 && draw[1] < 0.5);
        a->gap_exports_only = place % 10 == 7;
    }
}

static mg_status add(struct world *w, unsigned code, double size, bool reports,
                     mg_error *err)
{
    mg_status status = mg_grow((void **)&w->actors, &w->room_actors, w->n_actors + 1,
                               sizeof *w->actors, err);
    const mg_area *area = mg_ref_area(w->ref, code);
    struct draw_key key = {w->options.seed, code, 0, 0, 0};

    if (status != MG_OK)
        return status;
    struct actor *a = &w->actors[w->n_actors];
    *a = (struct actor){.code = (uint16_t)code,
                        .reports = reports,
                        .lat = NAN,
                        .lon = NAN,
                        .sloppiness = 1};
    a->size = size * exact_exp(0.2 * draw_normal(&key, DRAW_SIZE));
    a->size_ln = exact_ln(a->size);
    if (area != NULL) {
        a->nes = area->kind == MG_AREA_NES;
        a->lat = area->lat;
        a->lon = area->lon;
    }
    if (reports)
        set_habits(w, a, w->n_actors);
    w->n_actors++;
    return MG_OK;
}

static int by_code(const void *a, const void *b)
{
    return ((const struct actor *)a)->code - ((const struct actor *)b)->code;
}

/* Further countries, in the order of the table: small ones, Pareto sizes. */
static mg_status add_others(struct world *w, mg_error *err)
{
    mg_status status = MG_OK;

    for (unsigned code = 1; status == MG_OK && code < 1000; code++) {
        const mg_area *a = mg_ref_area(w->ref, code);
        struct draw_key key = {w->options.seed, code, 1, 0, 0};
        if (w->n_actors >= w->options.reporters)
            break;
        if (!in_force(w, a) || a->kind != MG_AREA_COUNTRY || isnan(a->lat) ||
            a->iso3[0] == '\0' || code == 408 || has_actor(w, code))
            continue;
        double size = exact_pow(draw_uniform(&key, DRAW_SIZE), -0.9);
        status = add(w, code, size < 500 ? size : 500, true, err);
    }
    if (status == MG_OK && w->n_actors < w->options.reporters)
        status = mg_fail(err, MG_E_RANGE, "only %zu countries in %u to %u can report",
                         w->n_actors, period_year(w->options.first),
                         period_year(w->options.last));
    return status;
}

mg_status world_add_actors(struct world *w, mg_error *err)
{
    mg_status status = MG_OK;

    for (size_t i = 0; status == MG_OK && i < KNOWN; i++)
        if (w->n_actors < w->options.reporters &&
            in_force(w, mg_ref_area(w->ref, known[i].code)))
            status = add(w, known[i].code, (double)known[i].size, true, err);
    if (status == MG_OK)
        status = add_others(w, err);
    if (status != MG_OK)
        return status;
    w->n_reporters = w->n_actors;
    qsort(w->actors, w->n_actors, sizeof *w->actors, by_code);
    for (size_t i = 0; status == MG_OK && i < sizeof partners_only / sizeof *known; i++)
        status = add(w, partners_only[i].code, (double)partners_only[i].size, false, err);
    /* the countries that reporters are taken for must be there to be mistaken */
    for (size_t i = 0; status == MG_OK && i < 2 * (size_t)CONFUSABLE; i++) {
        unsigned code = confusable[i / 2][i % 2];
        if (!has_actor(w, code) && has_actor(w, confusable_with(code)))
            status = add(w, code, 20, false, err);
    }
    return status;
}

/* Who digs, pumps or grows what. The goods of these chapters come from the
 * countries listed and hardly from others. */
static const struct {
    uint8_t chapter;
    uint16_t producers[16];
} origins[] = {
    {27, {643, 682, 784, 364, 566, 12, 36, 360, 414, 634, 398, 579, 124, 842, 170, 408}},
    {26, {36, 76, 152, 604, 180, 894, 710, 408, 643, 124, 608, 360}},
    {81, {180, 178, 894, 643, 36}},
    {74, {152, 604, 180, 178, 894, 643, 36}},
    {18, {384, 288, 566, 218, 120}},
    {9, {76, 704, 170, 231, 800, 404, 340, 604, 699, 360}},
    {71, {710, 36, 643, 757, 604, 288, 178, 842, 699, 56}},
    {88, {842, 251, 276, 124, 826, 76}}};

double actor_strength(const struct actor *a, unsigned chapter)
{
    for (size_t i = 0; i < sizeof origins / sizeof *origins; i++) {
        if (origins[i].chapter != chapter)
            continue;
        for (size_t p = 0; p < 16; p++)
            if (origins[i].producers[p] == a->code)
                return 1.5;
        return -2;
    }
    return 0;
}

bool actor_files(const struct actor *a, unsigned year, char flow)
{
    if (!a->reports)
        return false;
    return a->gap_from == 0 || year < a->gap_from || year > a->gap_to ||
           (a->gap_exports_only && flow == 'M');
}

unsigned period_after(unsigned period)
{
    bool december = period > 9999 && period % 100 == 12;

    return december ? period + 89 : period + 1; /* 201412 to 201501 */
}

unsigned period_before(unsigned period)
{
    bool january = period > 9999 && period % 100 == 1;

    return january ? period - 89 : period - 1;
}

unsigned actor_edition(const struct actor *a, unsigned year)
{
    static const unsigned from[] = {1996, 2002, 2007, 2012, 2017, 2022};
    unsigned edition = EDITION_FIRST;

    for (size_t i = 0; i < sizeof from / sizeof *from; i++)
        edition += year >= from[i] + a->late_edition;
    return edition;
}
