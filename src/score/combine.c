/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mirrorgap/combine.h"

#include <math.h>
#include <stdlib.h>

#include "mirrorgap/mem.h"
#include "mirrorgap/radix.h"

static const double most_p = 0.99;    /* in a combination */
static const double least_p = 1e-300; /* 1 / p stays finite */

double mg_combine_cauchy(size_t n, const double *p, const double *weight)
{
    double sum = 0;
    double all = 0;

    for (size_t i = 0; i < n; i++) {
        if (isnan(p[i]))
            continue;
        /* tan near its pole loses digits: there it is 1 / (pi p) */
        sum += weight[i] * (p[i] < 1e-8 ? 1 / (fmax(p[i], least_p) * M_PI)
                                        : tan((0.5 - fmin(p[i], most_p)) * M_PI));
        all += weight[i];
    }
    if (!(all > 0))
        return NAN;
    const double t = sum / all;
    return t > 1e8 ? 1 / (t * M_PI) : 0.5 - atan(t) / M_PI;
}

/* The sum of 1/j up to m. */
static double harmonic(size_t m)
{
    double sum = 0;

    for (size_t j = m; j > 0; j--) /* small ones first */
        sum += 1 / (double)j;
    return sum;
}

mg_status mg_fdr(enum mg_fdr way, size_t n, const double *p, double *q, mg_error *err)
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
            items[m++] = (mg_radix_item){mg_radix_number(p[i]), (uint32_t)i, 0};
    }
    mg_radix_sort(&items, &spare, m);
    const double times = way == MG_FDR_BY ? harmonic(m) : 1;
    for (size_t k = m; k-- > 0;) {
        least = fmin(least, p[items[k].index] * times * (double)m / (double)(k + 1));
        q[items[k].index] = least;
    }
    free(items);
    free(spare);
    return MG_OK;
}
