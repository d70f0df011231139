/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Variances s_i + t_j of the cells of a table from mean squares, by likelihood.
 *
 * For normal errors the likelihood of cell ij with weight W and weighted squares Q
 * is W ln v + Q / v, v = s_i + t_j. Each step multiplies a variance by
 *     sqrt(sum Q / v^2 / sum W / v)
 * which cannot lower the likelihood (it minimises a bound that touches it, as for
 * the Itakura-Saito divergence: Fevotte and Idier, Neural Computation 23(9), 2011)
 * nor leave the positive numbers. */
#include <gsl/gsl_matrix.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "mirrorgap/gsl_quiet.h"
#include "mirrorgap/mem.h"
#include "model/reliability_parts.h"
#include "model/symmetric.h"

static double cell_variance(const struct variance_fit *f, uint32_t c)
{
    return f->variance[MG_ROLE_EXPORTER][f->rows->exporter[c]] +
           f->variance[MG_ROLE_IMPORTER][f->rows->importer[c]];
}

static void climb_side(struct variance_fit *f, size_t side)
{
    const struct levels *by = &f->rows->by[side];
    double *variance = f->variance[side];

    for (uint32_t i = 0; i < by->n; i++) {
        double have = 0;
        double want = 0;
        for (size_t k = by->start[i]; k < by->start[i + 1]; k++) {
            uint32_t c = by->rows[k];
            double v = cell_variance(f, c);
            if (v > 0) {
                have += f->sum_weight[c] / v;
                want += f->sum_square[c] / (v * v);
            }
        }
        if (have > 0)
            variance[i] *= sqrt(want / have);
    }
}

/* The largest share of its cell variances that a country's variance has moved. */
static double moved(const struct variance_fit *f, const double *before)
{
    double largest = 0;

    for (uint32_t c = 0; c < f->rows->n_cells; c++) {
        uint32_t i = f->rows->exporter[c];
        uint32_t j = f->rows->importer[c];
        double v = cell_variance(f, c);
        double step = fabs(v - before[i] - before[f->rows->panel->countries + j]);
        if (v > 0)
            largest = fmax(largest, step / v);
    }
    return largest;
}

unsigned variance_climb(struct variance_fit *fit, double tol, unsigned max_sweeps,
                        double *change)
{
    size_t countries = fit->rows->panel->countries;
    unsigned sweeps = 0;

    *change = INFINITY;
    while (sweeps<max_sweeps && * change> tol) {
        for (size_t side = 0; side < MG_ROLES; side++)
            memcpy(fit->error[0] + side * countries, fit->variance[side],
                   countries * sizeof(double)); /* room not needed until the errors */
        climb_side(fit, MG_ROLE_EXPORTER);
        climb_side(fit, MG_ROLE_IMPORTER);
        *change = moved(fit, fit->error[0]);
        sweeps++;
    }
    return sweeps;
}

mg_status variance_split(struct variance_fit *fit, size_t least_rows,
                         const mg_reliability *counts, mg_error *err)
{
    uint32_t countries = fit->rows->panel->countries;
    double middle[MG_ROLES] = {0};
    double least[MG_ROLES] = {INFINITY, INFINITY};
    double *some = mg_alloc(countries, sizeof *some);

    if (some == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot compare %lu countries",
                       (unsigned long)countries);
    for (size_t side = 0; side < MG_ROLES; side++) {
        size_t n = 0;
        for (int any = 0; any < 2 && n == 0; any++)
            for (uint32_t i = 0; i < countries; i++) {
                size_t rows = counts->side[side][i].n;
                if (rows > 0 && (rows >= least_rows || any == 1))
                    some[n++] = fit->variance[side][i];
                if (rows > 0)
                    least[side] = fmin(least[side], fit->variance[side][i]);
            }
        middle[side] = median_of(some, n);
    }
    double shift = (middle[MG_ROLE_IMPORTER] - middle[MG_ROLE_EXPORTER]) / 2;
    shift = fmax(-least[MG_ROLE_EXPORTER], fmin(least[MG_ROLE_IMPORTER], shift));
    for (uint32_t i = 0; i < countries; i++) {
        double *s = &fit->variance[MG_ROLE_EXPORTER][i];
        double *t = &fit->variance[MG_ROLE_IMPORTER][i];
        *s = fmax(0, *s + shift);
        *t = fmax(0, *t - shift);
    }
    free(some);
    return MG_OK;
}

/* Information of the likelihood on (s, -t): in these the shift that is left open
 * is a constant over all unknowns, as symmetric_covariance() wants it. */
static void fill_information(const struct variance_fit *f, const uint32_t *place,
                             gsl_matrix *information)
{
    uint32_t countries = f->rows->panel->countries;

    gsl_matrix_set_zero(information);
    for (uint32_t c = 0; c < f->rows->n_cells; c++) {
        double v = cell_variance(f, c);
        uint32_t i = place[f->rows->exporter[c]];
        uint32_t j = place[countries + f->rows->importer[c]];
        if (!(v > 0 && f->sum_weight[c] > 0))
            continue;
        double add = f->sum_weight[c] / (2 * v * v);
        *gsl_matrix_ptr(information, i, i) += add;
        *gsl_matrix_ptr(information, j, j) += add;
        *gsl_matrix_ptr(information, i, j) -= add;
        *gsl_matrix_ptr(information, j, i) -= add;
    }
}

/* The countries that have information, and how many. */
static size_t place_countries(const struct variance_fit *f, uint32_t *place)
{
    size_t all = MG_ROLES * (size_t)f->rows->panel->countries;
    uint32_t n = 0;

    for (size_t i = 0; i < all; i++)
        place[i] = UINT32_MAX;
    for (uint32_t c = 0; c < f->rows->n_cells; c++)
        if (f->sum_weight[c] > 0 && cell_variance(f, c) > 0) {
            place[f->rows->exporter[c]] = 0;
            place[f->rows->panel->countries + f->rows->importer[c]] = 0;
        }
    for (size_t i = 0; i < all; i++)
        if (place[i] == 0)
            place[i] = n++;
    return n;
}

mg_status variance_errors(struct variance_fit *fit, double inflate, mg_error *err)
{
    size_t all = MG_ROLES * (size_t)fit->rows->panel->countries;
    uint32_t *place = mg_alloc(all, sizeof *place);
    double *ones = mg_alloc(all, sizeof *ones);
    gsl_matrix *information = NULL;
    size_t rank = 0;
    mg_status status = MG_OK;

    mg_gsl_quiet();
    for (size_t i = 0; i < all; i++)
        fit->error[0][i] = NAN;
    size_t n = place == NULL ? 0 : place_countries(fit, place);
    if (n > 0)
        information = gsl_matrix_alloc(n, n);
    if (place == NULL || ones == NULL || (n > 0 && information == NULL))
        status = mg_fail(err, MG_E_NOMEM, "cannot hold the errors of %zu variances", all);
    else if (n > 0) {
        for (size_t i = 0; i < n; i++)
            ones[i] = 1;
        struct zero_sum shift = {0, n, ones};
        fill_information(fit, place, information);
        status = symmetric_covariance(information, &shift, 1, &rank, err);
        for (size_t i = 0; i < all && status == MG_OK; i++)
            if (place[i] != UINT32_MAX)
                fit->error[0][i] = sqrt(
                    fmax(0, inflate * gsl_matrix_get(information, place[i], place[i])));
    }
    gsl_matrix_free(information);
    free(place);
    free(ones);
    return status;
}
