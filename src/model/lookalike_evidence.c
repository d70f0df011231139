/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The evidence beside the twin's own report, and its weights. */
#include <gsl/gsl_statistics_double.h>
#include <math.h>

#include "mirrorgap/gsl_quiet.h"
#include "mirrorgap/lookalike.h"

/* Fitted by a logistic regression on planted swaps and genuine rows of one half of
 * the reporters, measured on the other half (docs/lookalike.md). */
static const struct term_rule {
    const char *name;
    double weight;
    double low, high; /* a term is held within */
} rules[MG_LOOKALIKE_TERMS] = {
    [MG_LOOKALIKE_MIRROR] = {"mirror", 0.18, -5, 5},
    [MG_LOOKALIKE_SERIES] = {"series", 0.37, -5, 5},
    [MG_LOOKALIKE_PRODUCT] = {"product", 0.34, -4, 4},
    [MG_LOOKALIKE_SPIKE] = {"spike", 0.03, -3, 12},
    [MG_LOOKALIKE_HABIT] = {"habit", 0.66, -4, 4},
    [MG_LOOKALIKE_ALONE] = {"alone", 0.04, 0, 6},
    [MG_LOOKALIKE_SIZE] = {"size", 0.24, -5, 5},
    [MG_LOOKALIKE_UNSEEN] = {"unseen", -0.16, 0, 9},
};
static const double constant = -0.78;

enum { LEAST_PERIODS = 3, NEAREST = 4 };

const char *mg_lookalike_term_name(unsigned term)
{
    return term < MG_LOOKALIKE_TERMS ? rules[term].name : "";
}

static double some(double usd)
{
    return usd > 0 ? usd : 0;
}

static double square(double x)
{
    return x * x;
}

static double at_least(double usd)
{
    return fmax(some(usd), MG_LOOKALIKE_FLOOR);
}

static double median_of(size_t n, const double *usd, double *work)
{
    for (size_t i = 0; i < n; i++)
        work[i] = some(usd[i]);
    return gsl_stats_median(work, 1, n);
}

static double series_term(const mg_lookalike_row *row, const mg_lookalike_history *h,
                          double *work)
{
    if (h->n < LEAST_PERIODS)
        return 0;
    double usual = median_of(h->n < NEAREST ? h->n : NEAREST, h->twin, work);
    if (usual < MG_LOOKALIKE_FLOOR)
        return 0; /* r hardly trades the product with the twin */
    return (square(log(at_least(row->u) / usual)) -
            square(log(at_least(some(row->u) + row->v) / usual))) /
           2;
}

static double spike_term(const mg_lookalike_row *row, const mg_lookalike_history *h,
                         double *work)
{
    if (h->n < LEAST_PERIODS)
        return 0;
    return log(row->v / at_least(median_of(h->n, h->suspect, work)));
}

static double habit_term(const mg_lookalike_row *row, const mg_lookalike_history *h)
{
    size_t like = 0;

    if (h->n < LEAST_PERIODS)
        return 0;
    for (size_t i = 0; i < h->n; i++)
        if (some(h->suspect[i]) >= fmax(MG_LOOKALIKE_FLOOR, row->v / 10))
            like++;
    return -log(((double)like + 0.5) / ((double)(h->n - like) + 0.5));
}

/* The product's share in a basket, to which the world's mix is added: a million
 * dollars and a twentieth of the basket. */
static double blended_share(double product, double basket, double world_share)
{
    double added = 1e6 + 0.05 * some(basket);

    return (some(product) + added * world_share) / (some(basket) + added);
}

static double product_term(const mg_lookalike_others *o)
{
    double world = o->product_world / o->basket_world;

    if (!(world > 0 && world <= 1))
        return 0;
    return log(blended_share(o->product_twin, o->basket_twin, world) /
               blended_share(o->product_suspect, o->basket_suspect, world));
}

static double size_term(const mg_lookalike_row *row, const mg_lookalike_others *o)
{
    static const double spread = 2.5; /* of ln of what a reporter trades about that */

    if (!(o->now_twin > 0))
        return 0;
    double share = (some(o->now_reporter) + MG_LOOKALIKE_FLOOR) /
                   (some(o->now_world) + MG_LOOKALIKE_FLOOR);
    double suspect = at_least(some(o->now_suspect) * share);
    double twin = at_least(o->now_twin * share);
    return (square(log(row->v / suspect)) - square(log(row->v / twin))) /
           (2 * spread * spread);
}

static void find_terms(const mg_lookalike_row *row, const mg_lookalike_history *history,
                       const mg_lookalike_others *others, double *work,
                       mg_lookalike_finding *f)
{
    double *term = f->term;

    term[MG_LOOKALIKE_MIRROR] = isnan(f->lambda) ? 0 : f->lambda;
    term[MG_LOOKALIKE_SERIES] = series_term(row, history, work);
    term[MG_LOOKALIKE_PRODUCT] = product_term(others);
    term[MG_LOOKALIKE_SPIKE] = spike_term(row, history, work);
    term[MG_LOOKALIKE_HABIT] = habit_term(row, history);
    term[MG_LOOKALIKE_ALONE] =
        -log(((double)others->with_suspect + 0.5) / ((double)others->reporters + 1));
    term[MG_LOOKALIKE_SIZE] = size_term(row, others);
    term[MG_LOOKALIKE_UNSEEN] = row->twin_reports && !(row->w > 0)
                                    ? log(at_least(row->v) / MG_LOOKALIKE_FLOOR)
                                    : 0;
    for (int t = 0; t < MG_LOOKALIKE_TERMS; t++)
        term[t] = fmin(fmax(term[t], rules[t].low), rules[t].high);
}

static mg_lookalike_verdict verdict_of(double posterior)
{
    if (posterior >= MG_LOOKALIKE_SWAP)
        return MG_LOOKALIKE_IS_SWAP;
    return posterior >= MG_LOOKALIKE_DOUBT ? MG_LOOKALIKE_IS_DOUBTFUL
                                           : MG_LOOKALIKE_IS_KEEP;
}

double mg_lookalike_prior(double suspect, double twin)
{
    const double odds = fmax(MG_LOOKALIKE_SLIPS * twin / suspect, 1e-6);

    return fmin(odds / (1 + odds), MG_LOOKALIKE_PRIOR);
}

mg_status mg_lookalike_weigh(const mg_lookalike_row *row,
                             const mg_lookalike_history *history,
                             const mg_lookalike_others *others, double prior,
                             double *work, mg_lookalike_finding *f, mg_error *err)
{
    if (!(row->v > 0 && isfinite(row->v)))
        return mg_fail(err, MG_E_RANGE, "a row of %g USD is no suspect", row->v);
    if (!(row->sigma > 0 && isfinite(row->sigma) && row->margin >= 0 &&
          isfinite(row->margin)))
        return mg_fail(err, MG_E_RANGE, "deviation %g or margin %g is outside its domain",
                       row->sigma, row->margin);
    if (!(prior > 0 && prior < 1))
        return mg_fail(err, MG_E_RANGE, "the prior %g is not between 0 and 1", prior);
    mg_gsl_quiet();
    f->lambda = mg_lookalike_lambda(row);
    f->by_lambda = mg_lookalike_judge(f->lambda);
    f->blind = mg_lookalike_blind(row);
    find_terms(row, history, others, work, f);
    f->base = constant + log(prior / (1 - prior));
    f->log_odds = f->base;
    for (int t = 0; t < MG_LOOKALIKE_TERMS; t++) {
        f->share[t] = rules[t].weight * f->term[t];
        f->log_odds += f->share[t];
    }
    f->posterior = 1 / (1 + exp(-f->log_odds));
    f->verdict = verdict_of(f->posterior);
    double move = mg_lookalike_move(row);
    f->move_usd = f->verdict == MG_LOOKALIKE_IS_SWAP ? move : 0;
    f->expected_usd = f->posterior * move;
    return MG_OK;
}
