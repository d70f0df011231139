/* SPDX-License-Identifier: GPL-3.0-or-later */
/* unit_error.h - figures that are wrong by a power of ten or a mixed-up unit.
 *
 * Rule (FAO, METHODS 1.7): a ratio to a reference within 10 % of a known factor is
 * suspected. Where prices vary wildly such ratios come about by themselves, so each
 * suspicion is weighed:
 *
 *     odds = prior L,  L = f((ln r - ln factor) / s) / f(ln r / s)
 *
 * where s is the ordinary dispersion of ln r and f the density of Student's t, scaled
 * to the same median absolute deviation, with 2 degrees of freedom for quantities and
 * 3 for values. Of several factors near, the one with the highest odds is taken.
 *
 * Checked on monthly mirror pairs of fish (HS6, 2010-2014, filed weights, s = 0.28 in
 * prices), counting ratios within 10 % of a factor, both directions:
 *
 *   quantities of the 28,375 pairs whose values agree within 10 %
 *     10    85 (f alone: 48)    100   4 (6)      1000  69 (2), 130 with its wings
 *   values of the 30,844 pairs whose weights agree within 10 %
 *     10    31 (20)             100  11 (1)      1000   0 (0.3)
 *
 * and no trace of pounds, short tons or 10^4 and more. Hence the priors, the share of
 * figures with that error; what was not seen has one below what would have been:
 *
 *     quantity  10^+-1 .0014  10^+-2 .0002  10^+-3 .004  10^+-4..6 .00005 each
 *               pound/kg, short ton/kg .0001 each, pound/tonne .00005
 *     value     10^+-2 .0003  10^+-3 .0001
 *
 * half of it for either direction. Called at odds of MG_UNIT_ERROR_ODDS or more: in
 * fish prices a factor of 1000 in a quantity is called, one of 10 is not.
 *
 * Arithmetic without state: safe from several threads. */
#ifndef MG_UNIT_ERROR_H
#define MG_UNIT_ERROR_H

#include "mirrorgap/status.h"

#define MG_UNIT_ERROR_ODDS 10.0
#define MG_UNIT_ERROR_WINDOW 0.1 /* relative distance from a factor */

typedef enum mg_slip {
    MG_SLIP_NONE, /* near no factor */
    MG_SLIP_POWER_10,
    MG_SLIP_POUND,       /* 2.20462 : pounds for kilograms */
    MG_SLIP_SHORT_TON,   /* 907.185 : short tons and kilograms */
    MG_SLIP_POUND_TONNE, /* 2204.62 : pounds for tonnes */
    MG_SLIPS
} mg_slip;
const char *mg_slip_name(unsigned slip); /* "none", "power_10", "pound" ... */

typedef struct mg_unit_error {
    mg_slip slip;
    int k;                   /* exponent for MG_SLIP_POWER_10, else +1 or -1; 0: none */
    double factor;           /* the figure divided by this is what was meant; 1: none */
    double likelihood_ratio; /* of that factor against ordinary dispersion */
    double odds;             /* likelihood ratio times prior */
    bool called;             /* odds >= MG_UNIT_ERROR_ODDS */
} mg_unit_error;

/* Whether a quantity is wrong, by `ratio` > 0 of it to what it should be: for a unit
 * value, reference / own, as too large a quantity makes too low a price. spread:
 * standard deviation of ln(ratio) in the ordinary, robust (1.4826 MAD). Out of
 * domain (ratio not > 0, spread not
 * > 0, NaN): MG_SLIP_NONE with likelihood ratio and odds NaN. */
mg_unit_error mg_unit_error_quantity(double ratio, double spread);
/* The same for a value: hundreds or thousands of dollars (or of a currency). */
mg_unit_error mg_unit_error_value(double ratio, double spread);

/* What is known of a matched pair and its commodity; logarithms, NaN: not known. */
typedef struct mg_mirror_evidence {
    double log_gap;          /* of values, ln(m / x) */
    double log_qty_gap;      /* of quantities, ln(q_m / q_x) */
    double gap_spread;       /* robust s.d. of the better of both gaps in the ordinary */
    double price_spread;     /* robust s.d. of log_gap - log_qty_gap */
    double log_unit_value_m; /* in the commodity's measure, m made FOB */
    double log_unit_value_x;
    double log_unit_value; /* median of the commodity */
} mg_mirror_evidence;

typedef struct mg_mirror_error {
    mg_unit_error error; /* of m's figure over x's */
    bool on_value;       /* the values are off, else the quantities */
    char side;           /* 'm' or 'x' has the wrong figure; 0: cannot be told */
} mg_mirror_error;

/* A unit error on one side of a pair. The price gap shows it, as values and
 * quantities of a pair rise and fall together (fish: s.d. 0.28 against 1.05); the
 * quantity is wrong where the value gap is ordinary (within 2 gap_spread, and
 * smaller than the quantity gap), the value where the quantity gap is. Where neither
 * is, nothing is called. The wrong side is the one whose unit value is farther from
 * the median, by at least half of the factor. */
mg_mirror_error mg_unit_error_mirror(const mg_mirror_evidence *evidence);

#endif
