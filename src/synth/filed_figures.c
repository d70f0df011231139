/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdio.h>

#include "synth/filed.h"

/* Like the figure that it comes from: whole where that is, else to hundredths; a
 * figure that was there does not vanish. */
static double like(double from, double to)
{
    const bool whole = from == floor(from);
    double rounded = whole ? floor(to + 0.5) : floor(to * 100 + 0.5) / 100;
    double least = whole ? 1 : 0.01;

    return from > 0 && rounded < least ? least : rounded;
}

static void scale(double *figure, double factor)
{
    if (!isnan(*figure))
        *figure = like(*figure, *figure * factor);
}

void filed_scale(mg_row *row, double factor, bool quantities)
{
    scale(&row->value_usd, factor);
    scale(&row->cif_usd, factor);
    scale(&row->fob_usd, factor);
    if (!quantities)
        return;
    scale(&row->kg, factor);
    scale(&row->qty, factor);
}

static void take(double *from, double part)
{
    if (!isnan(*from) && !isnan(part))
        *from = like(*from, *from - part);
}

void filed_take(mg_row *row, const mg_row *part)
{
    take(&row->value_usd, part->value_usd);
    take(&row->cif_usd, part->cif_usd);
    take(&row->fob_usd, part->fob_usd);
    take(&row->kg, part->kg);
    take(&row->qty, part->qty);
}

static bool filed_weight(const mg_row *row)
{
    return row->kg > 0 && (row->flags & MG_FLAG_KG_ESTIMATED) == 0;
}

static bool filed_units(const mg_row *row)
{
    return row->qty > 0 && row->unit > 1 && (row->flags & MG_FLAG_QTY_ESTIMATED) == 0;
}

bool filed_has_quantity(const mg_row *row)
{
    return filed_weight(row) || filed_units(row);
}

/* The net weight, or the quantity where it is another figure; a quantity that
 * repeats the weight goes with it. */
void filed_unit_error(mg_row *row, uint64_t bits, char note[MG_PLANT_NOTE])
{
    static const struct {
        int power;
        double factor;
    } errors[] = {{-3, 0.001}, {-2, 0.01}, {-1, 0.1}, {1, 10},
                  {2, 100},    {3, 1000},  {3, 1000}, {-3, 0.001}};
    const int power = errors[bits & 7].power;
    const double factor = errors[bits & 7].factor;
    bool same = row->qty == row->kg;
    bool weight = filed_weight(row) && (same || !filed_units(row) || (bits & 8) != 0);

    if (weight)
        row->kg *= factor;
    if (!weight || same)
        row->qty *= factor;
    snprintf(note, MG_PLANT_NOTE, "%s x 10^%d", weight ? "net weight" : "quantity",
             power);
}

/* To one significant digit; figures below 1 stay. */
static double one_digit(double value)
{
    double unit = 1;

    while (value / unit >= 10)
        unit *= 10;
    return value >= 1 ? floor(value / unit + 0.5) * unit : value;
}

bool filed_can_round(const mg_row *row)
{
    return one_digit(row->value_usd) != row->value_usd;
}

void filed_round(mg_row *row)
{
    double *figures[] = {&row->value_usd, &row->cif_usd, &row->fob_usd, &row->kg,
                         &row->qty};

    for (size_t i = 0; i < sizeof figures / sizeof *figures; i++)
        *figures[i] = one_digit(*figures[i]);
}
