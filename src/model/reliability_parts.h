/* SPDX-License-Identifier: GPL-3.0-or-later */
/* reliability_parts.h - what the methods of reliability.h share. */
#ifndef MG_RELIABILITY_PARTS_H
#define MG_RELIABILITY_PARTS_H

#include "mirrorgap/effects.h"
#include "mirrorgap/reliability.h"
#include "model/levels.h"

/* The rows of a panel that can be used, by pair of countries. */
struct mirror_rows {
    const mg_mirror_panel *panel;
    double *gap;    /* ln(m/x) of each row (by: the relative gap); NaN: not used */
    double *weight; /* of each row; 0: not used */
    uint32_t *cell; /* of each row; UINT32_MAX: not used */
    size_t used;
    /* cells: the pairs that have rows, by exporter, then importer */
    size_t n_cells;
    uint32_t *exporter, *importer; /* of each cell */
    size_t *rows;                  /* in each cell */
    struct levels by[MG_ROLES];    /* cells by country */
};

/* Takes up the panel. zeros: a figure may be 0 if not both are. Sets the options
 * that are 0. Errors as reliability.h says. */
MG_MUST_CHECK mg_status mirror_rows_init(struct mirror_rows *rows,
                                         const mg_mirror_panel *panel, bool zeros,
                                         mg_error *err);
void mirror_rows_release(struct mirror_rows *rows);

/* The scale-free weights of baci. */
MG_MUST_CHECK mg_status mirror_rows_weigh(struct mirror_rows *rows, mg_error *err);

/* The ways that a panel has: exporter, importer, period, commodity. */
mg_effects_problem mirror_effects(const mg_mirror_panel *panel, const double *y,
                                  const double *weight);

/* Room for every country, all unknown, with the rows counted. */
MG_MUST_CHECK mg_status reliability_init(mg_reliability *result,
                                         const struct mirror_rows *rows, mg_error *err);

/* score, std_error and weight from sigma and sigma_error. */
void score_sigmas(mg_reliability *result, const struct mirror_rows *rows);

/* weight: mean over rows of what weigh(exporter, importer) gives. */
void mean_weights(mg_reliability *result, const struct mirror_rows *rows,
                  double (*weigh)(const mg_reporter *x, const mg_reporter *m));

/* The options with what is 0 set; MG_E_RANGE for negative ones or NaN. */
MG_MUST_CHECK mg_status reliability_options(const mg_reliability_options *given,
                                            mg_reliability_options *o, mg_error *err);

/* Median of v[0..n), which is reordered. */
double median_of(double *v, size_t n);

/* 1 / normal quantile of 3/4: a median absolute deviation as a standard one. */
#define MAD_TO_SIGMA 1.482602218505602

/* Variances of exporters and importers (variance.c). */
struct variance_fit {
    const struct mirror_rows *rows;
    double *sum_weight, *sum_square; /* of the rows kept, by cell */
    double *variance[MG_ROLES];      /* of each country, in and out; > 0 at first */
    double *error[MG_ROLES];         /* out: standard error of variance */
};
/* Fits by at most max_sweeps steps; returns the number used. */
unsigned variance_climb(struct variance_fit *fit, double tol, unsigned max_sweeps,
                        double *change);
/* Divides what mirror data leave open between the sides. */
MG_MUST_CHECK mg_status variance_split(struct variance_fit *fit, size_t least_rows,
                                       const mg_reliability *counts, mg_error *err);
/* Standard errors for rows of normal error; inflate: factor on the variance. */
MG_MUST_CHECK mg_status variance_errors(struct variance_fit *fit, double inflate,
                                        mg_error *err);

#endif
