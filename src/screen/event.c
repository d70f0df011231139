/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mirrorgap/event.h"

#include <gsl/gsl_cdf.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>

#include "mirrorgap/changes.h"
#include "screen/least_squares.h"

static const double least_error = 0.01; /* of a step in logs: figures agree no better */
static const double least_step = 0.25;  /* that PELT looks for */

/* Least and most periods about a date, by periods a year. */
struct window {
    size_t before, after, most_before, most_after, trend, season;
};

static struct window window_of(unsigned per_year)
{
    return per_year == 12 ? (struct window){12, 6, 60, 36, 24, 36}
                          : (struct window){4, 2, 10, 5, 6, SIZE_MAX};
}

/* The figures of a fit. */
struct sample {
    size_t n, before;
    double y[MG_EVENT_MOST];
    size_t at[MG_EVENT_MOST];
};

/* Those about a transition, [first, end) at most. */
static void take(const mg_event_series *s, size_t from, size_t until, size_t end,
                 struct sample *to)
{
    const struct window w = window_of(s->per_year);
    const size_t first = from > w.most_before ? from - w.most_before : 0;
    const size_t last = until + w.most_after < end ? until + w.most_after : end;

    to->n = to->before = 0;
    for (size_t t = first; t < last; t++) {
        if ((t >= from && t < until) || isnan(s->usd[t]))
            continue;
        to->at[to->n] = t;
        to->y[to->n++] = log(fmax(s->usd[t], MG_EVENT_FLOOR));
        to->before += t < from;
    }
}

/* The step of a sample; false where it is too small for one. */
static bool fit(const mg_event_series *s, const struct sample *sample, double *delta,
                double *std_error, double *freedom, double *width)
{
    const struct window w = window_of(s->per_year);
    const size_t n = sample->n;
    const bool trend = sample->before >= w.trend;
    const bool season = n >= w.season;
    double x[MG_EVENT_MOST][LEAST_SQUARES_MOST];
    double work[MG_EVENT_MOST];
    double beta[LEAST_SQUARES_MOST];
    double error[LEAST_SQUARES_MOST];
    size_t k = 0;

    if (sample->before < w.before || n - sample->before < w.after)
        return false;
    for (size_t i = 0; i < n; i++) {
        const double angle =
            2 * M_PI * (double)((s->first - 1 + sample->at[i]) % 12) / 12;
        k = 0;
        x[i][k++] = i >= sample->before;
        x[i][k++] = 1;
        if (trend)
            x[i][k++] = ((double)sample->at[i] - (double)sample->at[0]) / s->per_year;
        for (int h = 1; season && h <= 2; h++) {
            x[i][k++] = sin(h * angle);
            x[i][k++] = cos(h * angle);
        }
    }
    const size_t lags = (size_t)floor(4 * pow((double)n / 100, 2.0 / 9));
    const double b = (double)lags / (double)n;
    if (n <= k || !least_squares(n, k, x, sample->y, lags, work, beta, error))
        return false;
    *delta = beta[0];
    *std_error = fmax(error[0], least_error);
    const size_t short_side =
        sample->before < n - sample->before ? sample->before : n - sample->before;
    *freedom = (double)(n - k < short_side - 1 ? n - k : short_side - 1);
    *width = (1.96 + b * (2.9694 + b * (0.416 - 0.5324 * b))) / 1.96;
    return true;
}

/* How the same step looks at dates at which nothing is known to have happened: before
 * the event, so that its own effect is in none of them. */
static void other_dates(const mg_event_series *s, double size, mg_event *e,
                        struct sample *sample)
{
    const size_t length = s->until - s->from;
    size_t as_large = 0;

    for (size_t from = 0; from + length <= s->from; from++) {
        double delta;
        double error;
        double freedom;
        double width;
        take(s, from, from + length, s->from, sample);
        if (!fit(s, sample, &delta, &error, &freedom, &width))
            continue;
        e->dates++;
        as_large += fabs(delta) / error >= size;
    }
    if (e->dates > 0)
        e->p_dates = (double)(as_large + 1) / (double)(e->dates + 1);
}

static void nearest_change(const mg_event_series *s, mg_event *e, struct sample *sample)
{
    uint16_t start[MG_EVENT_MOST];
    long best = LONG_MAX;

    take(s, s->from, s->from, s->n, sample); /* the transition too */
    const size_t segments = mg_changes_pelt(sample->n, sample->y, least_step, start);
    for (size_t i = 1; i < segments; i++) {
        const size_t at = sample->at[start[i]];
        const long offset = at < s->from    ? (long)at - (long)s->from
                            : at > s->until ? (long)at - (long)s->until
                                            : 0;
        if (labs(offset) < labs(best)) {
            best = offset;
            e->change = at;
            e->offset = offset;
        }
    }
}

static double mean(const mg_event_series *s, const struct sample *sample, size_t from,
                   size_t to)
{
    double sum = 0;

    for (size_t i = from; i < to; i++)
        sum += s->usd[sample->at[i]];
    return to > from ? sum / (double)(to - from) : NAN;
}

mg_status mg_event_study(const mg_event_series *s, mg_event *e, mg_error *err)
{
    struct sample sample;
    double freedom = NAN;
    double width = NAN;

    *e = (mg_event){.delta = NAN,
                    .std_error = NAN,
                    .p = NAN,
                    .low = NAN,
                    .high = NAN,
                    .p_dates = NAN,
                    .change = SIZE_MAX};
    if (s->n > MG_EVENT_MOST || s->from > s->until || s->until > s->n ||
        (s->per_year != 1 && s->per_year != 12) || s->first < 1 || s->first > 12)
        return mg_fail(err, MG_E_RANGE, "no series of at most %d periods with an event",
                       (int)MG_EVENT_MOST);
    take(s, s->from, s->until, s->n, &sample);
    e->before = sample.before;
    e->after = sample.n - sample.before;
    for (size_t i = 0; i < sample.n; i++)
        e->floored += s->usd[sample.at[i]] < MG_EVENT_FLOOR;
    e->mean_before = mean(s, &sample, 0, sample.before);
    e->mean_after = mean(s, &sample, sample.before, sample.n);
    if (fit(s, &sample, &e->delta, &e->std_error, &freedom, &width)) {
        const double t = fabs(e->delta) / e->std_error;
        const double half = gsl_cdf_tdist_Pinv(0.95, freedom) * width * e->std_error;
        e->freedom = freedom;
        e->width = width;
        e->p = 2 * gsl_cdf_tdist_Q(t / width, freedom);
        e->low = e->delta - half;
        e->high = e->delta + half;
        other_dates(s, t, e, &sample);
    }
    nearest_change(s, e, &sample);
    return MG_OK;
}

void mg_event_net(const mg_event *e, const mg_event *placebo, double *delta,
                  double *std_error, double *p)
{
    *delta = e->delta - placebo->delta;
    *std_error = hypot(e->std_error, placebo->std_error);
    *p = isnan(*delta) ? NAN
                       : 2 * gsl_cdf_tdist_Q(fabs(*delta) / *std_error /
                                                 fmax(e->width, placebo->width),
                                             fmin(e->freedom, placebo->freedom));
}
