/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mirrorgap/quantity.h"

enum { NO_UNIT = 1, KILOGRAM = 8 }; /* Comtrade's codes */

/* A figure in some common measure, and whether it is an estimate. */
struct figure {
    double value; /* NaN: none */
    bool estimated;
};

const char *mg_qty_basis_name(unsigned basis)
{
    static const char *const names[MG_QTY_BASES] = {"", "kg", "unit", "converted",
                                                    "implied"};
    return names[basis];
}

static struct figure weight(const mg_qty_side *side)
{
    return (struct figure){side->kg, (side->flags & MG_FLAG_KG_ESTIMATED) != 0};
}

static struct figure quantity(const mg_qty_side *side, double factor)
{
    bool has = side->unit > NO_UNIT && side->qty > 0;

    return (struct figure){has ? side->qty * factor : NAN,
                           (side->flags & MG_FLAG_QTY_ESTIMATED) != 0};
}

static bool compare(struct figure m, struct figure x, mg_qty_basis basis, mg_qty_gap *gap)
{
    if (!(m.value > 0 && x.value > 0))
        return false;
    gap->log_gap = log(m.value / x.value);
    gap->agreement = fmin(m.value, x.value) / fmax(m.value, x.value);
    gap->basis = basis;
    gap->estimated = m.estimated || x.estimated;
    return true;
}

/* Kilograms: the net weight, else a quantity in a unit of mass. */
static struct figure mass(const mg_ref *ref, const mg_qty_side *side)
{
    mg_unit_info info = mg_ref_unit_info(ref, side->unit);

    if (side->kg > 0)
        return weight(side);
    if (info.family < 0 || info.family != mg_ref_unit_info(ref, KILOGRAM).family)
        return (struct figure){NAN, false};
    return quantity(side, info.to_base);
}

mg_qty_gap mg_gap_quantity(const mg_ref *ref, const mg_qty_side *m, const mg_qty_side *x)
{
    mg_qty_gap gap = {NAN, NAN, MG_QTY_NONE, false};

    if (compare(weight(m), weight(x), MG_QTY_KG, &gap))
        return gap;
    if (m->unit == x->unit && compare(quantity(m, 1), quantity(x, 1), MG_QTY_UNIT, &gap))
        return gap;
    mg_unit_info of_m = mg_ref_unit_info(ref, m->unit);
    mg_unit_info of_x = mg_ref_unit_info(ref, x->unit);
    if (of_m.family >= 0 && of_m.family == of_x.family &&
        compare(quantity(m, of_m.to_base), quantity(x, of_x.to_base), MG_QTY_CONVERTED,
                &gap))
        return gap;
    (void)compare(mass(ref, m), mass(ref, x), MG_QTY_CONVERTED, &gap);
    return gap;
}

/* Kilograms of any kind; what a rate gives counts as an estimate. */
static struct figure implied(const mg_ref *ref, const mg_rates *rates, uint32_t hs,
                             const mg_qty_side *side)
{
    struct figure own = mass(ref, side);

    if (own.value > 0)
        return own;
    mg_rate rate = mg_rates_find(rates, hs, side->unit);
    if (!rate.accepted)
        return (struct figure){NAN, false};
    return quantity(side, rate.kg_per_unit);
}

mg_qty_gap mg_gap_quantity_implied(const mg_ref *ref, const mg_rates *rates, uint32_t hs,
                                   const mg_qty_side *m, const mg_qty_side *x)
{
    mg_qty_gap gap = mg_gap_quantity(ref, m, x);

    if (gap.basis == MG_QTY_NONE &&
        compare(implied(ref, rates, hs, m), implied(ref, rates, hs, x), MG_QTY_IMPLIED,
                &gap))
        gap.estimated = true;
    return gap;
}
