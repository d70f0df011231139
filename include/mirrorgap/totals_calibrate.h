/* SPDX-License-Identifier: GPL-3.0-or-later */
/* totals_calibrate.h - how far totals made of partners' reports are off, learnt from
 * countries that do report.
 *
 * Draws (totals.h) know how partners file what they file; they cannot know what a
 * partner files and the country would not, or the reverse. So each country that
 * reports is treated as if it did not, and ln(own total / estimate) says how far the
 * estimate was off. Its location and scale are fitted on one half of the countries;
 * the other half says how many scales hold the level wanted. That makes the band right
 * for a new country that is like the others, whatever the fit is worth: split-conformal
 * prediction, with countries (not country-years) as what is exchangeable: each has
 * weight 1/(K + 1), shared by its years, and 1/(K + 1) lies beyond them (after Lee,
 * Barber and Willett, Distribution-free inference with hierarchical data, 2023).
 * Kernels: no files, no state. */
#ifndef MG_TOTALS_CALIBRATE_H
#define MG_TOTALS_CALIBRATE_H

#include "mirrorgap/status.h"

enum { MG_TOTALS_COVARIATES = 6 };

typedef struct mg_totals_calibration {
    size_t covariates;
    /* the covariates are held within what the fit has seen, then centred */
    double least[MG_TOTALS_COVARIATES], most[MG_TOTALS_COVARIATES];
    double centre[MG_TOTALS_COVARIATES];
    double location[1 + MG_TOTALS_COVARIATES]; /* constant first */
    double scale[1 + MG_TOTALS_COVARIATES];    /* of ln scale */
    double scale_least, scale_most;
    double quantile; /* of |ratio - location| / scale */
    double level;
    size_t fitted, kept; /* countries of either half */
} mg_totals_calibration;

/* Countries needed for a level, for example 18 for 0.9. */
size_t mg_totals_countries_needed(double level);

/*   country    n keys: the years of one country share one
 *   log_ratio  n values ln(own total made comparable / estimate), finite
 *   x          n rows of `covariates` (<= 6) values, finite: for example ln estimate,
 *              ln completeness, ln number of partners, ln(high/low) of the draws
 *   level      in (0, 1): 0.9
 *   seed       which countries make which half
 * Location and ln scale are robust regressions (bisquare, gsl_multifit_robust); where
 * that fails, or rows are fewer than 5 a coefficient, medians.
 * Errors: MG_E_NOMEM; MG_E_RANGE (also: too few countries for the level). */
MG_MUST_CHECK mg_status mg_totals_calibrate(size_t n, const uint32_t *country,
                                            const double *log_ratio, size_t covariates,
                                            const double *x, double level, uint64_t seed,
                                            mg_totals_calibration *calibration,
                                            mg_error *err);

typedef struct mg_totals_band {
    double low, middle, high; /* USD; low <= middle <= high */
} mg_totals_band;

/* The band of a country-year with covariates x. */
mg_totals_band mg_totals_calibrated(const mg_totals_calibration *calibration,
                                    double estimate_usd, const double *x);

#endif
