/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "mirrorgap/screen.h"

double mg_cap_amount(const mg_cap *cap, double kg, double usd)
{
    return cap->unit == MG_CAP_USD ? usd : kg / 1000 * cap->num / cap->den;
}

/* A year: whole, or not at all. */
static size_t annual(const mg_rule *r, uint32_t year, mg_cap_share shares[2], bool *rough)
{
    const uint16_t start = r->cap.start;
    const mg_when when = mg_screen_when(r, year);

    if ((when != MG_WHEN_IN_FORCE && when != MG_WHEN_WIND_DOWN) ||
        (start == 0 && mg_screen_ends_within(r, year)))
        return 0;
    *rough = (start != 0 && start != 101) || mg_screen_ends_within(r, year);
    /* one that begins on 3 July or later has most of its days in the next */
    shares[0] = (mg_cap_share){start == 0 ? 0 : (int)year - (start >= 703 ? 1 : 0), 1};
    return 1;
}

size_t mg_cap_years(const mg_rule *r, uint32_t period, mg_cap_share shares[2],
                    bool *rough)
{
    size_t n = 0;

    *rough = false;
    if (isnan(r->cap.amount))
        return 0;
    if (period <= 9999)
        return annual(r, period, shares, rough);
    const double days = mg_date_month_days(period / 100, period % 100);
    for (mg_date day = mg_date_first(period); day <= mg_date_last(period); day++) {
        int year = (int)(day / 10000);
        if (day < r->effective || (r->ends != 0 && day > r->ends))
            continue;
        if (r->cap.start == 0)
            year = 0;
        else if (day % 10000 < r->cap.start)
            year--;
        if (n == 0 || shares[n - 1].year != year)
            shares[n++] = (mg_cap_share){year, 0};
        shares[n - 1].share += 1;
    }
    for (size_t i = 0; i < n; i++)
        shares[i].share /= days;
    return n;
}

int mg_cap_year(const mg_rule *r, uint32_t period)
{
    mg_cap_share shares[2];
    bool rough;
    const size_t n = mg_cap_years(r, period, shares, &rough);

    if (n == 0)
        return -1;
    return n == 2 && shares[1].share > shares[0].share ? shares[1].year : shares[0].year;
}
