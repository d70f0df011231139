/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mirrorgap/lookalike.h"

#include <gsl/gsl_statistics_double.h>
#include <math.h>

#include "mirrorgap/gsl_quiet.h"

/* Normal quantile of 3/4: makes a median of |x| the deviation of x. */
static const double normal_quartile = 0.6744897501960817;

const char *mg_lookalike_verdict_name(unsigned verdict)
{
    static const char *const names[] = {"undecided", "keep", "swap", "doubtful"};

    return verdict < MG_LOOKALIKE_VERDICTS ? names[verdict] : "";
}

static double some(double usd)
{
    return usd > 0 ? usd : 0; /* NaN: nothing */
}

double mg_lookalike_mirror(const mg_lookalike_row *row)
{
    return row->imports ? row->w * (1 + row->margin) : row->w / (1 + row->margin);
}

double mg_lookalike_lambda(const mg_lookalike_row *row)
{
    double mirror = mg_lookalike_mirror(row);

    if (!(mirror > 0))
        return NAN;
    double kept = log(fmax(some(row->u), MG_LOOKALIKE_FLOOR) / mirror);
    double moved = log(fmax(some(row->u) + row->v, MG_LOOKALIKE_FLOOR) / mirror);
    return (kept * kept - moved * moved) / (2 * row->sigma * row->sigma);
}

bool mg_lookalike_blind(const mg_lookalike_row *row)
{
    return row->v < row->sigma * some(row->u);
}

mg_lookalike_verdict mg_lookalike_judge(double lambda)
{
    if (lambda > MG_LOOKALIKE_BAR)
        return MG_LOOKALIKE_IS_SWAP;
    return lambda < -MG_LOOKALIKE_BAR ? MG_LOOKALIKE_IS_KEEP : MG_LOOKALIKE_UNDECIDED;
}

double mg_lookalike_move(const mg_lookalike_row *row)
{
    double mirror = mg_lookalike_mirror(row);

    if (!(mirror > 0))
        return row->v;
    return fmin(row->v, fmax(mirror - some(row->u), 0));
}

double mg_lookalike_sigma(size_t n, const double *log_gap, double usual, double *work)
{
    enum { PRIOR = 5 }; /* gaps that `usual` counts for */
    static const double least = 0.1;
    double own = 0;

    mg_gsl_quiet();
    for (size_t i = 0; i < n; i++)
        work[i] = fabs(log_gap[i]);
    if (n > 0)
        own = gsl_stats_median(work, 1, n) / normal_quartile;
    return fmax(least, sqrt(((double)n * own * own + PRIOR * usual * usual) /
                            ((double)n + PRIOR)));
}
