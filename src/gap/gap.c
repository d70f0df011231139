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
