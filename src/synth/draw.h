/* SPDX-License-Identifier: GPL-3.0-or-later */
/* draw.h - random draws by name, and mathematics that give the same bits
 * everywhere: only + - * / and sqrt, which IEEE 754 rounds in one way. */
#ifndef MG_SYNTH_DRAW_H
#define MG_SYNTH_DRAW_H

#include <stdint.h>

/* What a draw is for: draws of different names are independent. */
enum draw_name {
    DRAW_SIZE,
    DRAW_HABIT,
    DRAW_BIAS,
    DRAW_PRODUCT,
    DRAW_ADVANTAGE,
    DRAW_TASTE,
    DRAW_PAIR,
    DRAW_ACTIVE,
    DRAW_YEAR,
    DRAW_WALK,
    DRAW_PRICE,
    DRAW_MARGIN,
    DRAW_NOISE,
    DRAW_DRIFT,
    DRAW_MESS,
    DRAW_MESS_SIZE,
    DRAW_SILENT,
    DRAW_WEIGHT,
    DRAW_BLANK,
    DRAW_HUB,
    DRAW_MODE,
    DRAW_PLANT,
    DRAW_PLANT_SIDE,
    DRAW_PLANT_FACTOR,
    DRAW_SEASON,
    DRAW_MONTH,
    DRAW_QUALITY,
    DRAW_PLANT_TO,
    DRAW_TAIL /* the last: its draws are numbered from it on */
};

/* A flow: what draws about it are keyed by. year: of a month, 201401; 0: of all. */
struct draw_key {
    uint64_t seed;
    uint32_t exporter, importer, hs, year;
};

/* The importer's own draws about a flow, apart from the exporter's; likewise two
 * chances of one side. Seeds stay below these bits. */
#define DRAW_IMPORT (1ULL << 63)
#define DRAW_AGAIN (1ULL << 62)

/* splitmix64's finaliser (Steele, Lea, Flood 2014): a bijection that mixes. */
static inline uint64_t draw_mix(uint64_t x)
{
    x += 0x9e3779b97f4a7c15U;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9U;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebU;
    return x ^ (x >> 31);
}

static inline uint64_t draw_bits(const struct draw_key *key, enum draw_name name)
{
    uint64_t x = draw_mix(key->seed ^ draw_mix((uint64_t)name));

    x = draw_mix(x ^ ((uint64_t)key->exporter << 32 | key->importer));
    return draw_mix(x ^ ((uint64_t)key->hs << 32 | key->year));
}

/* Uniform on (0, 1), never an end. */
static inline double draw_uniform(const struct draw_key *key, enum draw_name name)
{
    return ((double)(draw_bits(key, name) >> 11) + 0.5) * 0x1p-53;
}

/* Standard normal. */
double draw_normal(const struct draw_key *key, enum draw_name name);
/* Student's t with `freedom` degrees of freedom, up to 32; 0: standard normal. The
 * same normal draw stands behind both. */
double draw_student(const struct draw_key *key, enum draw_name name, unsigned freedom);

/* Natural logarithm of x > 0, and exponential of |x| < 700: within 1e-13. */
double exact_ln(double x);
double exact_exp(double x);
/* x > 0 to the power y. */
double exact_pow(double x, double y);
/* Great-circle distance in km between two places in degrees: within 1 km. */
double exact_distance_km(double lat1, double lon1, double lat2, double lon2);

#endif
