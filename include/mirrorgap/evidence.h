/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evidence.h - what many cells say together of a country pair, a sector, a reporter.
 *
 * Three tests of a group of cells:
 *
 * "gap": do its flows stray to one side? One figure a series (the median of its cells'
 * residuals), so that a flow of twenty years counts once; m is their mean with weights
 * w = 1 / (tau^2 + scale^2 / n of the series), each figure cut at 2.5 deviations, tau^2
 * the robust variance of series. z = (m - c) / sqrt(T^2 + 1 / sum w), c and T^2 the
 * median and the robust variance of such means over all groups: a group is judged by how
 * far the ordinary one is from 0. Student's t, with a degree more than there are series,
 * at most 30.
 *
 * "cells": are more of its cells surprising than chance gives? Of n scored cells k have
 * p <= 0.05: P(Binomial(n, 0.05) >= k).
 *
 * "digits": do the first digits of what each side filed follow Benford's law (benford.h)?
 * One figure a series, its last; the worse side, doubled.
 *
 * Each is calibrated over the groups (calibrate.h), so that what all groups share is not
 * held against any, and the three are combined by Bonferroni with weights 0.6, 0.3, 0.1.
 * Kernel: no files, no state; the same bits on any number of threads. */
#ifndef MG_EVIDENCE_H
#define MG_EVIDENCE_H

#include "mirrorgap/status.h"

typedef struct mg_evidence_cells {
    size_t n;              /* below 2^32 */
    uint32_t groups;       /* below n + 1 */
    const uint32_t *group; /* n, below groups */
    /* rows of one series (exporter, importer, commodity) have one number; within a group
     * they are neighbours */
    const uint32_t *series;
    const double *residual; /* n, ln: gap less what is usual; NaN: none */
    const double *scale;    /* n, how far it may stray */
    const double *p;        /* n, NaN: not scored */
    const double *x, *m;    /* n, US dollars as filed, NaN: nothing filed */
} mg_evidence_cells;

enum { MG_EVIDENCE_GAP, MG_EVIDENCE_CELLS, MG_EVIDENCE_DIGITS, MG_EVIDENCE_TESTS };

typedef struct mg_evidence {
    uint64_t series;             /* that have a figure */
    uint64_t scored, surprising; /* cells with p, and those of p <= 0.05 */
    double mean;                 /* m, NaN without series */
    double z;
    double test[MG_EVIDENCE_TESTS]; /* p of each, NaN: cannot be asked */
    double p;                       /* NaN if all are */
    int strongest;                  /* MG_EVIDENCE_, -1 without any */
} mg_evidence;

/* evidence: room for one a group. Errors: MG_E_NOMEM; MG_E_RANGE (a group out of
 * range). */
MG_MUST_CHECK mg_status mg_evidence_weigh(const mg_evidence_cells *cells,
                                          mg_evidence *evidence, mg_error *err);

#endif
