/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mirrorgap/reliability.h"

#include <math.h>
#include <stdlib.h>

#include "mirrorgap/mem.h"
#include "model/reliability_parts.h"

const char *mg_role_name(unsigned side)
{
    static const char *const names[MG_ROLES] = {"export", "import"};

    return side < MG_ROLES ? names[side] : "";
}

const char *mg_reconcile_name(unsigned method)
{
    static const char *const names[MG_RECONCILE_METHODS] = {"baci", "by", "mirror"};

    return method < MG_RECONCILE_METHODS ? names[method] : "";
}

/* ln(e^(s^2) (e^(s^2) - 1)), also where the exponentials would overflow. */
static double log_variance(double sigma)
{
    double square = sigma * sigma;

    return square < 1 ? square + log(expm1(square)) : 2 * square + log1p(-exp(-square));
}

double mg_baci_weight(double sigma_x, double sigma_m)
{
    double x = log_variance(sigma_x);
    double m = log_variance(sigma_m);

    if (isinf(x) && x == m) /* both 0, or both beyond measure */
        return 0.5;
    return 1 / (1 + exp(x - m));
}

double mg_baci_mean_ratio(double sigma_x, double sigma_m)
{
    double w = mg_baci_weight(sigma_x, sigma_m);

    return w * exp(sigma_x * sigma_x / 2) + (1 - w) * exp(sigma_m * sigma_m / 2);
}

double mg_by_weight(double score_x, double score_m)
{
    return score_x / (score_x + score_m);
}

double mg_reconcile(mg_reconcile_method method, double x, double m, double weight)
{
    if (isnan(x))
        return m;
    if (isnan(m))
        return x;
    if (method == MG_RECONCILE_MIRROR)
        return m;
    return weight * x + (1 - weight) * m;
}

mg_status reliability_options(const mg_reliability_options *given,
                              mg_reliability_options *o, mg_error *err)
{
    *o = given == NULL ? (mg_reliability_options){0} : *given;
    if (!(o->trim >= 0) || !(o->tol >= 0) || !(o->floor >= 0) || o->floor > 1)
        return mg_fail(err, MG_E_RANGE, "trim %g, tol %g or floor %g is out of range",
                       o->trim, o->tol, o->floor);
    o->least_rows = o->least_rows == 0 ? 10 : o->least_rows;
    o->tol = o->tol == 0 ? 1e-10 : o->tol;
    o->max_sweeps = o->max_sweeps == 0 ? 5000 : o->max_sweeps;
    o->floor = o->floor == 0 ? 1e-3 : o->floor;
    return MG_OK;
}

mg_status reliability_init(mg_reliability *result, const struct mirror_rows *rows,
                           mg_error *err)
{
    uint32_t countries = rows->panel->countries;
    mg_reporter *all = mg_alloc(countries, MG_ROLES * sizeof *all);

    *result = (mg_reliability){.countries = countries, .rows = rows->used};
    if (all == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot score %lu countries",
                       (unsigned long)countries);
    for (size_t i = 0; i < (size_t)MG_ROLES * countries; i++)
        all[i] = (mg_reporter){NAN, NAN, NAN, NAN, NAN, NAN, NAN, 0};
    for (size_t side = 0; side < MG_ROLES; side++)
        result->side[side] = all + side * countries;
    for (size_t c = 0; c < rows->n_cells; c++) {
        result->side[MG_ROLE_EXPORTER][rows->exporter[c]].n += rows->rows[c];
        result->side[MG_ROLE_IMPORTER][rows->importer[c]].n += rows->rows[c];
    }
    return MG_OK;
}

void mg_reliability_release(mg_reliability *result)
{
    free(result->side[0]);
    *result = (mg_reliability){0};
}

void mean_weights(mg_reliability *result, const struct mirror_rows *rows,
                  double (*weigh)(const mg_reporter *x, const mg_reporter *m))
{
    for (size_t side = 0; side < MG_ROLES; side++)
        for (uint32_t i = 0; i < result->countries; i++) {
            mg_reporter *one = &result->side[side][i];
            const struct levels *by = &rows->by[side];
            double sum = 0;
            for (size_t k = by->start[i]; k < by->start[i + 1]; k++) {
                uint32_t c = by->rows[k];
                double w = weigh(&result->side[MG_ROLE_EXPORTER][rows->exporter[c]],
                                 &result->side[MG_ROLE_IMPORTER][rows->importer[c]]);
                sum += (double)rows->rows[c] * (side == MG_ROLE_EXPORTER ? w : 1 - w);
            }
            one->weight = one->n > 0 ? sum / (double)one->n : NAN;
        }
}

static double weigh_sigmas(const mg_reporter *x, const mg_reporter *m)
{
    return mg_baci_weight(x->sigma, m->sigma);
}

void score_sigmas(mg_reliability *result, const struct mirror_rows *rows)
{
    for (size_t side = 0; side < MG_ROLES; side++)
        for (uint32_t i = 0; i < result->countries; i++) {
            mg_reporter *one = &result->side[side][i];
            one->score = 1 / (1 + one->sigma);
            one->std_error = one->sigma_error * one->score * one->score;
        }
    mean_weights(result, rows, weigh_sigmas);
}
