/* SPDX-License-Identifier: GPL-3.0-or-later */
/* totals: the calibrated band. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "app/totals.h"
#include "mirrorgap/mem.h"

static const double level = 0.9;

mg_status totals_calibration(const struct totals_list *known, unsigned flow,
                             unsigned left_out, uint64_t seed,
                             mg_totals_calibration *calibration, bool *made,
                             mg_error *err)
{
    const struct totals_known *k = known->items;
    uint32_t *country = mg_alloc(known->n, sizeof *country);
    double *ratio = mg_alloc(known->n, sizeof *ratio);
    double *x = mg_alloc(known->n * TOTALS_COVARIATES, sizeof *x);
    size_t n = 0;
    size_t countries = 0;
    mg_status status = MG_OK;

    *made = false;
    if (country == NULL || ratio == NULL || x == NULL)
        status = mg_fail(err, MG_E_NOMEM, "cannot calibrate bands");
    for (size_t i = 0; status == MG_OK && i < known->n; i++) {
        if (k[i].flow != flow || !k[i].counts || k[i].country == left_out)
            continue;
        countries += n == 0 || country[n - 1] != k[i].country;
        country[n] = k[i].country;
        ratio[n] = log(k[i].own / k[i].estimate.median);
        memcpy(x + n * TOTALS_COVARIATES, k[i].x, sizeof k[i].x);
        n++;
    }
    if (status == MG_OK && countries >= mg_totals_countries_needed(level)) {
        status = mg_totals_calibrate(n, country, ratio, TOTALS_COVARIATES, x, level, seed,
                                     calibration, err);
        *made = status == MG_OK;
    }
    free(country);
    free(ratio);
    free(x);
    return status;
}

mg_totals_estimate totals_band(const mg_totals_calibration *calibration,
                               const mg_totals_estimate *e, double share,
                               size_t reporters)
{
    mg_totals_estimate to = *e;
    double x[TOTALS_COVARIATES];
    mg_totals_band band;

    if (!(e->median > 0) || isnan(e->low))
        return to;
    totals_covariates(e, share, reporters, x);
    band = mg_totals_calibrated(calibration, e->median, x);
    to.low = band.low;
    to.median = band.middle;
    to.high = band.high;
    return to;
}
