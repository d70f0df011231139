/* SPDX-License-Identifier: GPL-3.0-or-later */
/* screen.h - what a rule (regime.h) says of a period and a quantity: verdicts and caps.
 *
 * Kernels: no files, no state; safe from several threads. CONTRACT 10, METHODS 6. */
#ifndef MG_SCREEN_H
#define MG_SCREEN_H

#include "mirrorgap/regime.h"

/* Where a period stands to a rule. */
typedef enum mg_when {
    MG_WHEN_BEFORE,    /* it ends before the rule takes effect */
    MG_WHEN_STRADDLES, /* the rule takes effect after its first day, within it */
    MG_WHEN_WIND_DOWN, /* it begins in force, and holds a day of the grace period */
    MG_WHEN_IN_FORCE,
    MG_WHEN_OVER /* it begins after the rule's last day */
} mg_when;
mg_when mg_screen_when(const mg_rule *rule, uint32_t period);
/* The rule ends within the period, or its grace does. */
bool mg_screen_ends_within(const mg_rule *rule, uint32_t period);
bool mg_screen_grace_ends_within(const mg_rule *rule, uint32_t period);

typedef enum mg_verdict {
    MG_VERDICT_EXEMPT,
    MG_VERDICT_BEFORE,
    MG_VERDICT_STRADDLES,
    MG_VERDICT_WIND_DOWN,
    MG_VERDICT_LOOKALIKE,
    MG_VERDICT_WITHIN_CAP,
    MG_VERDICT_OVER_CAP,
    MG_VERDICT_AFTER_BAN,
    MG_VERDICT_WATCH,       /* on a watch-list: nothing is banned */
    MG_VERDICT_CAP_UNKNOWN, /* a cap of weight, and no weight was filed */
    MG_VERDICTS
} mg_verdict;
const char *mg_verdict_name(unsigned verdict);

/* What is known of the trade that a rule is asked about. */
typedef struct mg_screen_case {
    uint32_t period;
    bool exempt;      /* under a line that exempts, or worth less than the rule minds */
    bool watch;       /* the rule is a watch-list or has no date */
    double lookalike; /* share of the value that is likelier another country's; NaN */
    double cap_used;  /* of the cap's year, all reporters; NaN: unknown */
} mg_screen_case;

/* The first that applies: exempt, before, straddles (of a ban also a period within which
 * it ends: how much of the figure it was in force for is not told), wind_down, lookalike
 * (a share of 0.5), watch, within_cap (up to 1), over_cap, cap_unknown (a cap, and its
 * use NaN), after_ban. The period is not over (mg_screen_when()). */
mg_verdict mg_screen_verdict(const mg_rule *rule, const mg_screen_case *c);

/* A weight or value in the unit of a cap: kg (NaN: not filed) or USD. For barrels
 * kg / 1000 * num / den, where num and den are whole and their product with the tonnes is
 * below 2^53 without rounding: 60,000 t are 500,000 bbl exactly. */
double mg_cap_amount(const mg_cap *cap, double kg, double usd);

/* The years of a rule's cap that a period belongs to. A cap's year is named by the
 * calendar year in which it begins. */
typedef struct mg_cap_share {
    int year;     /* 0 for a cap of one span */
    double share; /* of the period's days, those that lie in it in force; > 0 */
} mg_cap_share;

/* At most two, the earlier first; the number of them, 0 where the rule has no cap or the
 * period no day of it. A month is divided by days. A year of trade cannot be
 * divided: it is put whole in the cap's year that it has most days in, and *rough is set
 * where that is not the calendar year, or where the rule ends within it; a year within
 * which the rule takes effect, or a span ends, belongs to none. */
size_t mg_cap_years(const mg_rule *rule, uint32_t period, mg_cap_share shares[2],
                    bool *rough);
/* That of them in which most of the period lies; -1: there is none. */
int mg_cap_year(const mg_rule *rule, uint32_t period);

#endif
