/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mirrorgap/unit_error.h"

#include <math.h>

struct candidate {
    mg_slip slip;
    int k;         /* > 0; the inverse is tried as well */
    double factor; /* > 1 */
    double prior;  /* of both directions together */
};

static const struct candidate of_quantity[] = {
    {MG_SLIP_POWER_10, 1, 1e1, 1.4e-3},
    {MG_SLIP_POWER_10, 2, 1e2, 2e-4},
    {MG_SLIP_POWER_10, 3, 1e3, 4e-3},
    {MG_SLIP_POWER_10, 4, 1e4, 5e-5},
    {MG_SLIP_POWER_10, 5, 1e5, 5e-5},
    {MG_SLIP_POWER_10, 6, 1e6, 5e-5},
    /* a pound is 0.45359237 kg, a short ton 2000 of them */
    {MG_SLIP_POUND, 1, 1 / 0.45359237, 1e-4},
    {MG_SLIP_SHORT_TON, 1, 907.18474, 1e-4},
    {MG_SLIP_POUND_TONNE, 1, 1000 / 0.45359237, 5e-5}};

static const struct candidate of_value[] = {{MG_SLIP_POWER_10, 2, 1e2, 3e-4},
                                            {MG_SLIP_POWER_10, 3, 1e3, 1e-4}};

const char *mg_slip_name(unsigned slip)
{
    static const char *const names[MG_SLIPS] = {"none", "power_10", "pound", "short_ton",
                                                "pound_tonne"};
    return names[slip];
}

/* The tail of ordinary ratios. */
struct tail {
    double freedom; /* degrees, of Student's t */
    double scale;   /* its quartile over the normal one: s.d. of equal MAD */
};

/* quartiles of t: sqrt(2/3) for 2, 0.76489 for 3 degrees of freedom */
static const struct tail quantity_tail = {2, 0.81649658092772603 / 0.67448975019608170};
static const struct tail value_tail = {3, 0.76489232840434507 / 0.67448975019608170};

/* ln f(a / s) - ln f(b / s): f is (1 + t^2 / v)^(-(v + 1) / 2) up to a constant. */
static double log_density_ratio(const struct tail *tail, double a, double b, double s)
{
    const double v = tail->freedom;
    const double ta = tail->scale * a / s;
    const double tb = tail->scale * b / s;

    return (v + 1) / 2 * (log1p(tb * tb / v) - log1p(ta * ta / v));
}

static mg_unit_error weigh(const struct candidate *candidates, size_t n,
                           const struct tail *tail, double ratio, double spread)
{
    const double off = log(ratio);
    const double size = fabs(off); /* the inverse is as likely */
    mg_unit_error error = {MG_SLIP_NONE, 0, 1, NAN, NAN, false};

    if (!(ratio > 0) || !isfinite(ratio) || !(spread > 0) || !isfinite(spread))
        return error;
    error.likelihood_ratio = error.odds = 0;
    for (size_t i = 0; i < n; i++) {
        const struct candidate *c = &candidates[i];
        const double left = size - log(c->factor);
        const double likelihood = exp(log_density_ratio(tail, left, size, spread));
        const double odds = likelihood * c->prior / 2;
        if (fabs(exp(left) - 1) > MG_UNIT_ERROR_WINDOW || odds <= error.odds)
            continue;
        error.slip = c->slip;
        error.k = off > 0 ? c->k : -c->k;
        error.factor = off > 0 ? c->factor : 1 / c->factor;
        error.likelihood_ratio = likelihood;
        error.odds = odds;
    }
    error.called = error.odds >= MG_UNIT_ERROR_ODDS;
    return error;
}

mg_unit_error mg_unit_error_quantity(double ratio, double spread)
{
    return weigh(of_quantity, sizeof of_quantity / sizeof *of_quantity, &quantity_tail,
                 ratio, spread);
}

mg_unit_error mg_unit_error_value(double ratio, double spread)
{
    return weigh(of_value, sizeof of_value / sizeof *of_value, &value_tail, ratio,
                 spread);
}

/* The side whose unit value is the odd one. */
static char odd_side(const mg_mirror_evidence *e, double log_factor)
{
    const double m = fabs(e->log_unit_value_m - e->log_unit_value);
    const double x = fabs(e->log_unit_value_x - e->log_unit_value);

    if (!(fabs(m - x) >= fabs(log_factor) / 2)) /* NaN too */
        return 0;
    return m > x ? 'm' : 'x';
}

mg_mirror_error mg_unit_error_mirror(const mg_mirror_evidence *e)
{
    const double price_gap = e->log_gap - e->log_qty_gap;
    mg_mirror_error got = {{MG_SLIP_NONE, 0, 1, NAN, NAN, false}, false, 0};

    if (isnan(price_gap) || isnan(e->gap_spread))
        return got;
    got.on_value = fabs(e->log_qty_gap) < fabs(e->log_gap);
    got.error = got.on_value ? mg_unit_error_value(exp(price_gap), e->price_spread)
                             : mg_unit_error_quantity(exp(-price_gap), e->price_spread);
    /* the other gap must look as it does every day */
    if (fmin(fabs(e->log_qty_gap), fabs(e->log_gap)) > 2 * e->gap_spread)
        got.error.called = false;
    if (got.error.slip != MG_SLIP_NONE)
        got.side = odd_side(e, log(got.error.factor));
    return got;
}
