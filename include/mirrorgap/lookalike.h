/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lookalike.h - whose trade a row is: the named country's, or its twin's?
 *
 * A row of reporter r names a country (the suspect, say 408) that has a twin with
 * a like name or code (410, see confusable.h). Kernels: no files, no state; safe
 * from several threads. Money is USD; NaN says that nothing was filed, 0 that
 * nothing was traded. docs/lookalike.md has the measurements behind the numbers. */
#ifndef MG_LOOKALIKE_H
#define MG_LOOKALIKE_H

#include "mirrorgap/status.h"

#define MG_LOOKALIKE_FLOOR 1000.0 /* USD: less counts as this */
#define MG_LOOKALIKE_BAR 3.0      /* of |lambda| */
#define MG_LOOKALIKE_SWAP 0.5     /* posterior from which a row is a swap */
#define MG_LOOKALIKE_DOUBT 0.2    /* posterior from which it is in doubt */
#define MG_LOOKALIKE_PRIOR 0.1    /* most that mg_lookalike_prior() gives */
#define MG_LOOKALIKE_SLIPS 0.03   /* share of a country's rows filed under its twin */

typedef struct mg_lookalike_row {
    double v;      /* what r files with the suspect, > 0 */
    double u;      /* what r files with the twin, same product and period; NaN: nothing */
    double w;      /* the twin's own report of that flow with r; NaN: none */
    double margin; /* CIF over FOB, >= 0 */
    double sigma;  /* usual deviation of the log gap between r and the twin, > 0 */
    bool imports;  /* r imports: w is FOB; else w is CIF */
    bool twin_reports; /* the twin filed that flow and period at all: then a missing w
                          says that it saw none */
} mg_lookalike_row;

/* w as r would have filed it: w (1 + margin) where r imports, else w / (1 + margin). */
double mg_lookalike_mirror(const mg_lookalike_row *row);

/*   L = [ln(max(u,f)/w')^2 - ln(max(u+v,f)/w')^2] / (2 sigma^2),  f = 1000 USD
 *
 * the log likelihood ratio of "v belongs to the twin" against "v is genuine", from
 * r's and the twin's reports alone. NaN where w is missing or 0: no support
 * for a swap. Source: METHODS 5.10. */
double mg_lookalike_lambda(const mg_lookalike_row *row);

/* v is too small beside u to be seen: v < sigma u. */
bool mg_lookalike_blind(const mg_lookalike_row *row);

typedef enum mg_lookalike_verdict {
    MG_LOOKALIKE_UNDECIDED,
    MG_LOOKALIKE_IS_KEEP,
    MG_LOOKALIKE_IS_SWAP,
    MG_LOOKALIKE_IS_DOUBTFUL, /* of mg_lookalike_weigh() only */
    MG_LOOKALIKE_VERDICTS
} mg_lookalike_verdict;
const char *mg_lookalike_verdict_name(unsigned verdict);

/* lambda > 3 swap, < -3 keep, else (NaN too) undecided. */
mg_lookalike_verdict mg_lookalike_judge(double lambda);

/* What to move to the twin if the row is a swap: min(v, what brings u + v to w'),
 * at least 0; v where w is missing or 0. */
double mg_lookalike_move(const mg_lookalike_row *row);

/* sigma from the n log gaps of r with the twin in other rows (the row itself left
 * out, the margin taken out), drawn to `usual` (> 0: over all reporters) as if five
 * more gaps had that deviation:
 *   sqrt((n m^2 + 5 usual^2) / (n + 5)), m = median|gap| / 0.6745, at least 0.1.
 * work: room for n. */
double mg_lookalike_sigma(size_t n, const double *log_gap, double usual, double *work);

/* What r filed in other periods, the nearest first (equally near: the earlier);
 * only periods in which r filed that flow at all. suspect[i], twin[i]: with
 * either, of the row's product; NaN or 0: nothing. On a second pass, figures with the
 * suspect that the first found doubtful or a swap are best given as NaN: a run of
 * misfiled years must not vouch for itself. */
typedef struct mg_lookalike_history {
    size_t n;
    const double *suspect, *twin;
} mg_lookalike_history;

/* Sums of what all other reporters file, in the direction of r's row. */
typedef struct mg_lookalike_others {
    /* over all periods: the row's product and everything, by partner */
    double product_suspect, basket_suspect;
    double product_twin, basket_twin;
    double product_world, basket_world; /* all partners, r too */
    /* in the row's period, the row's product */
    double now_suspect, now_twin;
    double now_reporter, now_world; /* r's with all partners; everybody's */
    size_t reporters;               /* other reporters that file the product */
    size_t with_suspect;            /* those of them that file it with the suspect */
} mg_lookalike_others;

/* Evidence, each counted so that more speaks for a swap. */
typedef enum mg_lookalike_term {
    MG_LOOKALIKE_MIRROR,  /* lambda; 0 where it is NaN */
    MG_LOOKALIKE_SERIES,  /* the same with r's own usual trade with the twin (median of
                             the 4 nearest periods) in place of w', and sigma 1 */
    MG_LOOKALIKE_PRODUCT, /* ln of the product's share in the twin's basket over its share
                             in the suspect's, each blended with the world's */
    MG_LOOKALIKE_SPIKE,   /* ln(v / r's median with the suspect in other periods) */
    MG_LOOKALIKE_HABIT,   /* -ln odds of a period in which r files at least v/10 with the
                             suspect: many of them speak for keeping */
    MG_LOOKALIKE_ALONE,   /* -ln share of other reporters that file the product with the
                             suspect */
    MG_LOOKALIKE_SIZE,    /* whether v is the size to expect with the twin, or with the
                             suspect: others' trade times r's share in the world */
    MG_LOOKALIKE_UNSEEN,  /* ln(v / 1000) where the twin reports and saw none: its
                             weight is negative */
    MG_LOOKALIKE_TERMS
} mg_lookalike_term;
const char *mg_lookalike_term_name(unsigned term);

typedef struct mg_lookalike_finding {
    double lambda; /* NaN: no mirror */
    mg_lookalike_verdict by_lambda;
    bool blind;
    double term[MG_LOOKALIKE_TERMS];  /* as above, held within fixed bounds */
    double share[MG_LOOKALIKE_TERMS]; /* weight * term, in log odds */
    double base;                      /* log odds of the prior, and the constant */
    double log_odds;                  /* base + the sum of share */
    double posterior;                 /* of a swap */
    mg_lookalike_verdict verdict;     /* swap from 0.5, doubtful from 0.2, else keep */
    double move_usd;                  /* of a swap, else 0 */
    double expected_usd;              /* posterior * what a swap would move */
} mg_lookalike_finding;

/* Chance, before any evidence, that a row naming the suspect is the twin's, from how many
 * rows of the world name each: of the twin's rows a share e (MG_LOOKALIKE_SLIPS) is filed
 * under the suspect, so that the odds are e twin / suspect; a millionth
 * at least and MG_LOOKALIKE_PRIOR at most. A row that names a large country is seldom its
 * small twin's. suspect > 0. */
double mg_lookalike_prior(double suspect, double twin);

/* Weighs all evidence. prior: share of such rows that are swaps, in (0, 1).
 * work: room for history->n. Periods known: below 3 the terms of the history are 0.
 * Errors: MG_E_RANGE (v, sigma, margin or prior outside their domain). */
MG_MUST_CHECK mg_status mg_lookalike_weigh(const mg_lookalike_row *row,
                                           const mg_lookalike_history *history,
                                           const mg_lookalike_others *others,
                                           double prior, double *work,
                                           mg_lookalike_finding *finding, mg_error *err);

#endif
