/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mirrorgap/benford.h"

#include <math.h>

enum { LEAST = 50, ORDERS = 1000 };

void mg_digits_add(mg_digits *d, double figure)
{
    double first = figure;

    if (!(figure > 0) || isinf(figure))
        return;
    first /= pow(10, floor(log10(first)));
    /* the quotient may be off by one rounding at a power of ten */
    if (first >= 10)
        first /= 10;
    else if (first < 1)
        first *= 10;
    d->count[(int)first - 1]++;
    d->least = d->least > 0 ? fmin(d->least, figure) : figure;
    d->most = fmax(d->most, figure);
}

static double total(const mg_digits *d)
{
    double n = 0;

    for (int k = 0; k < MG_DIGITS; k++)
        n += (double)d->count[k];
    return n;
}

double mg_benford_u2(const mg_digits *d)
{
    const double n = total(d);
    double s = 0;
    double sum = 0;
    double squares = 0;

    if (!(n > 0))
        return NAN;
    for (int k = 0; k < MG_DIGITS; k++) {
        s += (double)d->count[k] / n - log10(1 + 1 / (k + 1.0));
        sum += s;
        squares += s * s;
    }
    return n / MG_DIGITS * (squares - sum * sum / MG_DIGITS);
}

double mg_benford_p(double u2)
{
    enum { KNOTS = 5 };
    static const double at[KNOTS] = {0, 0.0608, 0.1431, 0.1787, 0.2630};
    static const double p[KNOTS] = {1, 0.5, 0.1, 0.05, 0.01};
    int k = 1;

    if (isnan(u2))
        return NAN;
    while (k + 1 < KNOTS && u2 > at[k])
        k++;
    const double slope = log(p[k] / p[k - 1]) / (at[k] - at[k - 1]);
    return fmin(1, p[k - 1] * exp(slope * (u2 - at[k - 1])));
}

bool mg_benford_applies(const mg_digits *d)
{
    return total(d) >= LEAST && d->most >= ORDERS * d->least;
}
