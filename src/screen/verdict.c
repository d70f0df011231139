/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "mirrorgap/screen.h"

static const double more_likely = 0.5; /* share of the value that is another's */

const char *mg_verdict_name(unsigned verdict)
{
    static const char *const names[] = {
        "exempt",     "before",   "straddles", "wind_down", "lookalike",
        "within_cap", "over_cap", "after_ban", "watch",     "cap_unknown"};

    return verdict < MG_VERDICTS ? names[verdict] : "";
}

mg_when mg_screen_when(const mg_rule *r, uint32_t period)
{
    const mg_date first = mg_date_first(period);

    if (r->ends != 0 && first > r->ends)
        return MG_WHEN_OVER;
    if (r->effective == 0)
        return MG_WHEN_IN_FORCE;
    if (mg_date_last(period) < r->effective)
        return MG_WHEN_BEFORE;
    if (first < r->effective)
        return MG_WHEN_STRADDLES;
    return r->wind_down != 0 && first <= r->wind_down ? MG_WHEN_WIND_DOWN
                                                      : MG_WHEN_IN_FORCE;
}

static bool within(mg_date day, uint32_t period)
{
    return day != 0 && day >= mg_date_first(period) && day < mg_date_last(period);
}

bool mg_screen_ends_within(const mg_rule *r, uint32_t period)
{
    return within(r->ends, period);
}

bool mg_screen_grace_ends_within(const mg_rule *r, uint32_t period)
{
    return within(r->wind_down, period);
}

mg_verdict mg_screen_verdict(const mg_rule *r, const mg_screen_case *c)
{
    const mg_when when = mg_screen_when(r, c->period);

    if (c->exempt)
        return MG_VERDICT_EXEMPT;
    if (when == MG_WHEN_BEFORE)
        return MG_VERDICT_BEFORE;
    if (when == MG_WHEN_STRADDLES ||
        (!c->watch && (isnan(r->cap.amount) || r->cap.start == 0) && c->period <= 9999 &&
         mg_screen_ends_within(r, c->period)))
        return MG_VERDICT_STRADDLES;
    if (when == MG_WHEN_WIND_DOWN)
        return MG_VERDICT_WIND_DOWN;
    if (c->lookalike >= more_likely)
        return MG_VERDICT_LOOKALIKE;
    if (c->watch)
        return MG_VERDICT_WATCH;
    if (isnan(r->cap.amount))
        return MG_VERDICT_AFTER_BAN;
    if (isnan(c->cap_used))
        return MG_VERDICT_CAP_UNKNOWN;
    return c->cap_used <= 1 ? MG_VERDICT_WITHIN_CAP : MG_VERDICT_OVER_CAP;
}
