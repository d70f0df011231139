/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>

#include "synth/plant_parts.h"

int plant_percent(const struct planter *p, const struct cell *c, int low)
{
    struct draw_key key = plant_key(p, c);

    return low + (int)(draw_uniform(&key, DRAW_PLANT_FACTOR) * 41);
}

/* A quantity filed in the wrong unit: tens to thousands of times off. */
void plant_unit_error(const struct planter *p, const struct cell *c, struct side *s,
                      char note[NOTE_ROOM])
{
    static const struct {
        int power;
        double factor;
    } errors[] = {{-3, 0.001}, {-2, 0.01}, {-1, 0.1}, {1, 10},
                  {2, 100},    {3, 1000},  {3, 1000}, {-3, 0.001}};
    struct draw_key key = plant_key(p, c);
    uint64_t bits = draw_bits(&key, DRAW_PLANT_FACTOR);
    bool kg_unit = p->w->commodities[c->commodity].unit == 8;
    bool weight = kg_unit || (bits & 8) != 0;
    int64_t *quantity = weight ? &s->grams : &s->milli_units;
    int power = errors[bits & 7].power;
    double factor = errors[bits & 7].factor;

    *quantity = round_quantity((double)*quantity / 1000 * factor);
    if (*quantity == 0)
        *quantity = 10;
    if (kg_unit)
        s->milli_units = s->grams;
    snprintf(note, NOTE_ROOM, "%s x 10^%d", weight ? "net weight" : "quantity", power);
}

/* To one significant digit. */
static int64_t one_digit(int64_t value)
{
    int64_t unit = 1;

    if (value == NONE)
        return NONE;
    while (value / unit >= 10)
        unit *= 10;
    return (value + unit / 2) / unit * unit;
}

bool can_round(const struct side *s)
{
    return one_digit(s->cents) != s->cents;
}

void plant_rounding(const struct planter *p, const struct cell *c, struct side *s)
{
    int64_t *figures[] = {&s->cents, &s->cif, &s->fob, &s->grams, &s->milli_units};

    for (size_t i = 0; i < sizeof figures / sizeof *figures; i++)
        *figures[i] = one_digit(*figures[i]);
    if (p->w->commodities[c->commodity].unit == 8)
        s->milli_units = s->grams;
    if (s->rx > s->cents)
        s->rx = s->cents;
}
