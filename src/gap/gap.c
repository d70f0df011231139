/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mirrorgap/gap.h"

const char *mg_margin_source_name(unsigned source)
{
    static const char *const names[MG_MARGIN_SOURCES] = {
        "none", "fixed", "filed_fob", "reported_fob", "pair", "baci", "gfi", "fit"};
    return names[source];
}

mg_fob mg_margin_apply(const mg_margin_rule *rule, double import_usd, double fob_usd)
{
    mg_fob fob = {.usd_low = import_usd / (1 + rule->band_high),
                  .usd_high = import_usd / (1 + rule->band_low)};

    if (!rule->adjust) {
        fob.usd = import_usd;
        fob.source = MG_MARGIN_NONE;
        return fob;
    }
    if (fob_usd > 0) {
        fob.source = MG_MARGIN_FILED_FOB;
        fob.margin = import_usd / fob_usd - 1;
        fob.usd = fob.usd_low = fob.usd_high = fob_usd;
        return fob;
    }
    fob.source = MG_MARGIN_FIXED;
    fob.margin = rule->margin;
    fob.usd = import_usd / (1 + rule->margin);
    return fob;
}

double mg_gap_relative(double m, double x)
{
    if (isnan(m))
        return isnan(x) ? NAN : -1;
    if (isnan(x))
        return 1;
    return m + x > 0 ? (m - x) / (m + x) : NAN;
}

static mg_qty_gap compare(double m, double x, bool by_kg)
{
    return (mg_qty_gap){log(m / x), fmin(m, x) / fmax(m, x), by_kg};
}

mg_qty_gap mg_gap_quantity(double kg_m, double kg_x, double qty_m, int unit_m,
                           double qty_x, int unit_x)
{
    enum { NO_UNIT = 1 }; /* Comtrade's code for "no quantity" */

    if (kg_m > 0 && kg_x > 0)
        return compare(kg_m, kg_x, true);
    if (unit_m == unit_x && unit_m > NO_UNIT && qty_m > 0 && qty_x > 0)
        return compare(qty_m, qty_x, false);
    return (mg_qty_gap){NAN, NAN, false};
}
