/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mirrorgap/calibrate.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "mirrorgap/mem.h"
#include "mirrorgap/radix.h"
#include "score/null_parts.h"

static const double normal_quartile = 0.67448975019608171;
static const double most_p = 0.99;    /* in a combination */
static const double least_p = 1e-300; /* below it GSL's inverse gives infinity */

static double normal_score(double p)
{
    return gsl_cdf_ugaussian_Qinv(fmax(p, least_p) / 2);
}

mg_status mg_calibrate_bulk(size_t n, double *p, mg_error *err)
{
    double *z = mg_alloc(n, sizeof *z);
    double median = NAN;
    mg_status status =
        z != NULL ? MG_OK : mg_fail(err, MG_E_NOMEM, "cannot calibrate %zu p-values", n);

    for (size_t i = 0; status == MG_OK && i < n; i++)
        z[i] = isnan(p[i]) ? NAN : normal_score(p[i]);
    if (status == MG_OK)
        status = null_median(z, n, true, &median, err);
    const double wide = median / normal_quartile;
    for (size_t i = 0; status == MG_OK && wide > 1 && i < n; i++)
        if (!isnan(p[i]))
            p[i] = 2 * gsl_cdf_ugaussian_Q(z[i] / wide);
    free(z);
    return status;
}

double mg_combine_cauchy(size_t n, const double *p)
{
    double sum = 0;
    size_t k = 0;

    for (size_t i = 0; i < n; i++) {
        if (isnan(p[i]))
            continue;
        /* tan near its pole loses digits: there it is 1 / (pi p) */
        sum += p[i] < 1e-8 ? 1 / (fmax(p[i], least_p) * M_PI)
                           : tan((0.5 - fmin(p[i], most_p)) * M_PI);
        k++;
    }
    if (k == 0)
        return NAN;
    const double t = sum / (double)k;
    return t > 1e8 ? 1 / (t * M_PI) : 0.5 - atan(t) / M_PI;
}

static uint64_t bits_of(double p)
{
    uint64_t bits;

    memcpy(&bits, &p, sizeof bits);
    return bits;
}

mg_status mg_fdr_bh(size_t n, const double *p, double *q, mg_error *err)
{
    mg_radix_item *items = mg_alloc(n, sizeof *items);
    mg_radix_item *spare = mg_alloc(n, sizeof *spare);
    size_t m = 0;
    double least = 1;

    if (items == NULL || spare == NULL) {
        free(items);
        free(spare);
        return mg_fail(err, MG_E_NOMEM, "cannot adjust %zu p-values", n);
    }
    for (size_t i = 0; i < n; i++) {
        q[i] = NAN;
        if (!isnan(p[i]))
            items[m++] = (mg_radix_item){bits_of(p[i]), (uint32_t)i, 0};
    }
    mg_radix_sort(&items, &spare, m);
    for (size_t k = m; k-- > 0;) {
        least = fmin(least, p[items[k].index] * (double)m / (double)(k + 1));
        q[items[k].index] = least;
    }
    free(items);
    free(spare);
    return MG_OK;
}
