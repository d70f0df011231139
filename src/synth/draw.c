/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "synth/draw.h"

#include <math.h>

static const double ln_2 = 0.69314718055994530942;
static const double pi = 3.14159265358979323846;

double exact_ln(double x)
{
    int exponent;
    double m = frexp(x, &exponent);

    if (m < 0.70710678118654752440) {
        m *= 2;
        exponent--;
    }
    /* ln m = 2 artanh(s); |s| < 0.172, so the last term is below 1e-18 */
    double s = (m - 1) / (m + 1);
    double power = s;
    double sum = 0;
    for (int i = 1; i <= 23; i += 2) {
        sum += power / i;
        power *= s * s;
    }
    return 2 * sum + exponent * ln_2;
}

double exact_exp(double x)
{
    double k = floor(x / ln_2 + 0.5);
    double r = x - k * ln_2;
    double sum = 1;

    for (int i = 16; i >= 1; i--) /* Taylor by Horner; |r| < 0.35 */
        sum = 1 + sum * r / i;
    return ldexp(sum, (int)k);
}

double exact_pow(double x, double y)
{
    return exact_exp(y * exact_ln(x));
}

static double exact_sin(double x)
{
    double power = x;
    double sum = 0;

    for (int i = 1; i < 26; i += 2) { /* |x| <= pi: the last term is below 1e-12 */
        sum += power;
        power *= -x * x / ((i + 1) * (i + 2));
    }
    return sum;
}

/* Abramowitz and Stegun 4.4.45: within 7e-5, for x in [0, 1]. */
static double rough_acos(double x)
{
    return sqrt(1 - x) *
           (1.5707288 + x * (-0.2121144 + x * (0.0742610 + x * -0.0187293)));
}

double exact_distance_km(double lat1, double lon1, double lat2, double lon2)
{
    static const double earth_km = 6371;
    const double radian = pi / 180;
    double dlat = exact_sin((lat2 - lat1) * radian / 2);
    double dlon = exact_sin((lon2 - lon1) * radian / 2);
    double cosines =
        exact_sin(pi / 2 - lat1 * radian) * exact_sin(pi / 2 - lat2 * radian);
    double h = dlat * dlat + cosines * dlon * dlon;

    h = h < 0 ? 0 : h > 1 ? 1 : h;
    return 2 * earth_km * (pi / 2 - rough_acos(sqrt(h)));
}

/* Acklam's rational approximation of the normal quantile: within 1.2e-9. */
double draw_normal(const struct draw_key *key, enum draw_name name)
{
    static const double a[] = {-39.69683028665376, 220.9460984245205,  -275.9285104469687,
                               138.3577518672690,  -30.66479806614716, 2.506628277459239};
    static const double b[] = {-54.47609879822406, 161.5858368580409, -155.6989798598866,
                               66.80131188771972, -13.28068155288572};
    static const double c[] = {-0.007784894002430293, -0.3223964580411365,
                               -2.400758277161838,    -2.549732539343734,
                               4.374664141464968,     2.938163982698783};
    static const double d[] = {0.007784695709041462, 0.3224671290700398,
                               2.445134137142996, 3.754408661907416};
    const double low = 0.02425;
    double p = draw_uniform(key, name);

    if (p >= low && p <= 1 - low) {
        double q = p - 0.5;
        double r = q * q;
        return (((((a[0] * r + a[1]) * r + a[2]) * r + a[3]) * r + a[4]) * r + a[5]) * q /
               (((((b[0] * r + b[1]) * r + b[2]) * r + b[3]) * r + b[4]) * r + 1);
    }
    double tail = p < low ? p : 1 - p;
    double q = sqrt(-2 * exact_ln(tail));
    double x = (((((c[0] * q + c[1]) * q + c[2]) * q + c[3]) * q + c[4]) * q + c[5]) /
               ((((d[0] * q + d[1]) * q + d[2]) * q + d[3]) * q + 1);
    return p < low ? x : -x;
}

double draw_student(const struct draw_key *key, enum draw_name name, unsigned freedom)
{
    double squares = 0;

    for (unsigned i = 0; i < freedom; i++) {
        unsigned of = (unsigned)DRAW_TAIL + 32 * (unsigned)name + i;
        double z = draw_normal(key, (enum draw_name)of);
        squares += z * z;
    }
    double z = draw_normal(key, name);
    return freedom == 0 ? z : z / sqrt(squares / freedom);
}
