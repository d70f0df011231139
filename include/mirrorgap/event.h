/* SPDX-License-Identifier: GPL-3.0-or-later */
/* event.h - what changed in a series of trade when a rule took effect.
 *
 * Interrupted regression (METHODS 5.6): of the logs of the figures, with a level, a
 * trend, what comes back each year, and a step at the date,
 *
 *     y[t] = a + b t + season(t) + delta post(t) + e[t],
 *
 * by least squares, with standard errors that hold where errors are unequal and follow
 * each other: Newey and West's (1987), Bartlett weights, floor(4 (n/100)^(2/9)) lags, of
 * residuals over 1 less their leverage, prewhitened (Andrews and Monahan 1992). As this
 * wants more figures than a series has, t is told with as many degrees of freedom as the
 * shorter side has figures, less one, and over (1.96 + 2.9694 b + 0.416 b^2 - 0.5324 b^3)
 * / 1.96, b = lags / n (Kiefer and Vogelsang 2005). Figures below 1000 USD count as that:
 * it is Comtrade's own threshold, and a ban that works leaves nothing. Arrays in, figures
 * out; the caller's memory; safe from several threads. */
#ifndef MG_EVENT_H
#define MG_EVENT_H

#include "mirrorgap/status.h"

#define MG_EVENT_FLOOR 1000.0 /* USD */
enum { MG_EVENT_MOST = 1024 };

typedef struct mg_event_series {
    size_t n;           /* periods without a gap, at most MG_EVENT_MOST */
    const double *usd;  /* 0: reported, and none; NaN: not reported, left out */
    unsigned per_year;  /* 12 or 1 */
    unsigned first;     /* month of the first period, 1 to 12; 1 for years */
    size_t from, until; /* periods of transition [from, until): left out; `until` is the
                         * first that is wholly in force */
} mg_event_series;

typedef struct mg_event {
    size_t before, after;  /* figures used */
    double delta;          /* step in logs; NaN where there are too few figures */
    double std_error, p;   /* two-sided, Student's t */
    double low, high;      /* 90 % interval of delta */
    double freedom, width; /* of t: see above */
    double mean_before, mean_after; /* USD, as filed */
    size_t floored;                 /* figures used that are below MG_EVENT_FLOOR */
    /* the same step at other dates before the event, from figures before it only: how
     * many there were, and the share of them (and of this one) whose |delta| over its
     * standard error is as large */
    size_t dates;
    double p_dates; /* NaN: no other date */
    /* change of level nearest to the event by PELT (changes.h), as its place in the
     * series; SIZE_MAX: none. offset: 0 within the transition or at its ends, else
     * periods before (negative) or after it. */
    size_t change;
    long offset;
} mg_event;

/* At least 12 months (4 years) before and 6 (2) after are needed for delta; 60 (10)
 * before and 36 (5) after are used at most. The trend is left out under 24 months (6
 * years) before, the season (two harmonics) under 36 months in all.
 * Errors: MG_E_RANGE (n, from, until), MG_E_NOMEM. */
MG_MUST_CHECK mg_status mg_event_study(const mg_event_series *series, mg_event *event,
                                       mg_error *err);

/* The step less that of a placebo: delta, standard error and p of the difference of two
 * independent steps, p with the fewer degrees of freedom and the larger width of
 * both. NaN where either is. */
void mg_event_net(const mg_event *event, const mg_event *placebo, double *delta,
                  double *std_error, double *p);

#endif
