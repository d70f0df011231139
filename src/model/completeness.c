/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mirrorgap/completeness.h"

#include <math.h>
#include <stdlib.h>

#include "mirrorgap/mem.h"

const mg_completeness_rule mg_completeness_usual = {3, 0.9, 0.1, 0.4};

/* Mean over the periods marked (NULL: all) in which each partner reports; 0 where it
 * never does. */
static void partner_means(size_t periods, size_t partners, const double *usd,
                          const uint8_t *marked, double *mean)
{
    for (size_t j = 0; j < partners; j++) {
        double sum = 0;
        size_t n = 0;
        for (size_t t = 0; t < periods; t++) {
            double value = usd[t * partners + j];
            if ((marked != NULL && !marked[t]) || isnan(value))
                continue;
            sum += value;
            n++;
        }
        mean[j] = n > 0 ? sum / (double)n : 0;
    }
}

/* The share of `weight` that partners reporting in this row hold; NaN: no weight. */
static double reporting_share(size_t partners, const double *row, const double *weight)
{
    double all = 0;
    double reporting = 0;

    for (size_t j = 0; j < partners; j++) {
        all += weight[j];
        if (!isnan(row[j]))
            reporting += weight[j];
    }
    return all > 0 ? reporting / all : NAN;
}

/* Marks the periods of the base; how many. */
static size_t choose_base(size_t periods, size_t partners, const double *usd,
                          size_t period, const mg_completeness_rule *rule,
                          const double *usual, uint8_t *marked)
{
    size_t n = 0;

    for (size_t step = 1; step < periods && n < rule->base; step++) {
        /* backwards from the period, then forwards */
        size_t t = step <= period ? period - step : step;
        marked[t] =
            reporting_share(partners, usd + t * partners, usual) >= rule->complete;
        n += marked[t];
    }
    return n;
}

static double row_sum(size_t partners, const double *row)
{
    double sum = 0;

    for (size_t j = 0; j < partners; j++)
        if (!isnan(row[j]))
            sum += row[j];
    return sum;
}

static void find_silent(size_t partners, const double *row, const double *base,
                        const mg_completeness_rule *rule, mg_completeness *result)
{
    double all = 0;

    for (size_t j = 0; j < partners; j++)
        all += base[j];
    for (size_t j = 0; j < partners; j++)
        if (isnan(row[j]) && base[j] / all > result->silent_share) {
            result->silent_share = base[j] / all;
            result->silent_partner = j;
        }
    result->main_partner_silent = result->silent_share > rule->main;
}

static mg_status check(size_t periods, size_t partners, const double *usd, size_t period,
                       mg_error *err)
{
    if (period >= periods)
        return mg_fail(err, MG_E_RANGE, "there is no period %zu of %zu", period, periods);
    for (size_t i = 0; i < periods * partners; i++)
        if (usd[i] < 0 || isinf(usd[i]))
            return mg_fail(err, MG_E_RANGE, "%g USD is no trade", usd[i]);
    return MG_OK;
}

mg_status mg_completeness_of(size_t periods, size_t partners, const double *usd,
                             size_t period, const mg_completeness_rule *rule,
                             mg_completeness *result, mg_error *err)
{
    mg_status status = check(periods, partners, usd, period, err);

    if (status != MG_OK)
        return status;
    *result = (mg_completeness){.share = NAN, .ratio = NAN, .silent_partner = partners};
    double *mean = mg_alloc(partners, sizeof *mean);
    uint8_t *marked = mg_alloc_zero(periods, 1);
    if (mean == NULL || marked == NULL)
        status = mg_fail(err, MG_E_NOMEM, "cannot hold %zu partners", partners);
    else {
        const double *row = usd + period * partners;
        partner_means(periods, partners, usd, NULL, mean);
        result->base = choose_base(periods, partners, usd, period, rule, mean, marked);
        partner_means(periods, partners, usd, marked, mean);
        result->share = reporting_share(partners, row, mean);
        if (!isnan(result->share)) {
            double sum = 0;
            for (size_t t = 0; t < periods; t++)
                if (marked[t])
                    sum += row_sum(partners, usd + t * partners);
            result->ratio = row_sum(partners, row) / (sum / (double)result->base);
            result->collapsed = result->ratio < rule->least;
            find_silent(partners, row, mean, rule, result);
        }
    }
    free(mean);
    free(marked);
    return status;
}

double mg_completeness_upper(const mg_completeness_rule *rule, double estimate_usd,
                             double share)
{
    return share >= rule->least ? estimate_usd / share : NAN;
}
