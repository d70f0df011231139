/* SPDX-License-Identifier: GPL-3.0-or-later */
/* margin_world.h - worlds whose margin equation is known, and their pairs as a source. */
#ifndef MG_MARGIN_WORLD_H
#define MG_MARGIN_WORLD_H

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>

#include "mirrorgap/margin_fit.h"
#include "testing.h"

/* ---- pairs in memory as a source */

struct memory {
    const mg_margin_pair *pairs;
    size_t n, at;
    size_t most; /* in one batch; 0: as asked for */
    bool fail;   /* in the third round */
    int rounds;
};

static inline mg_status next(void *self, mg_margin_pair *pairs, size_t room, size_t *n,
                             mg_error *err)
{
    struct memory *m = self;
    size_t most = m->most > 0 && m->most < room ? m->most : room;

    if (m->fail && m->rounds == 3)
        return mg_fail(err, MG_E_IO, "the disk is gone");
    *n = m->n - m->at < most ? m->n - m->at : most;
    if (*n > 0)
        memcpy(pairs, m->pairs + m->at, *n * sizeof *pairs);
    m->at += *n;
    return MG_OK;
}

static inline mg_status from_the_first(void *self, mg_error *err)
{
    struct memory *m = self;

    (void)err;
    m->at = 0;
    m->rounds++;
    return MG_OK;
}

static inline mg_margin_fit fit_of(struct memory *m, const mg_margin_fit_options *options)
{
    mg_margin_pairs source = {m, next, from_the_first};
    mg_margin_fit fit;
    mg_error err = {0};

    if (mg_margin_fit_make(&source, options, &fit, &err) != MG_OK)
        fail_msg("%s", err.what);
    return fit;
}

/* ---- a world with a known equation */

enum { TERMS = 9, N = 2500 };
static const uint16_t terms[TERMS] = {0, 1, 2, 3, 4, 5, 6, 2014, 2015};
static const double truth[TERMS] = {.320, -.110, .010, -.032, -.044,
                                    .049, -.009, .012, -.008};
static const double sigma = .15;

struct world {
    const char *name;
    double outliers; /* share */
    bool alike;      /* errors of one variance, whatever the weight */
    bool values;     /* the equation holds for ratios of values */
    mg_margin_fit_options options;
    double neighbours; /* share; 0: .15 */
};

static inline void make_pair(gsl_rng *rng, const struct world *world,
                             mg_margin_pair *pair)
{
    mg_margin_pair p = {0};

    p.contiguous =
        gsl_rng_uniform(rng) < (world->neighbours > 0 ? world->neighbours : .15);
    p.landlocked_m = gsl_rng_uniform(rng) < .2;
    p.landlocked_x = gsl_rng_uniform(rng) < .2;
    p.ln_km = p.contiguous ? 6 + .5 * gsl_ran_gaussian(rng, 1)
                           : log(500) + 3.4 * gsl_rng_uniform(rng);
    p.ln_unit_value = gsl_ran_gaussian(rng, 1.2);
    p.year = (uint16_t)(2014 + gsl_rng_uniform_int(rng, 3));
    p.export_kg = exp(8 + 4 * gsl_rng_uniform(rng));
    p.import_kg = p.export_kg * exp(gsl_ran_gaussian(rng, .25));
    p.export_usd = exp(10 + 4 * gsl_rng_uniform(rng));
    double weight = fmin(p.import_kg, p.export_kg) / fmax(p.import_kg, p.export_kg);
    double y = truth[0] + truth[1] * p.ln_km + truth[2] * p.ln_km * p.ln_km +
               truth[3] * p.ln_unit_value + (p.contiguous ? truth[4] : 0) +
               (p.landlocked_m ? truth[5] : 0) + (p.landlocked_x ? truth[6] : 0) +
               (p.year == 2014 ? truth[7] : 0) + (p.year == 2015 ? truth[8] : 0);
    y += gsl_ran_gaussian(rng, sigma) / (world->alike ? 1 : sqrt(weight));
    if (gsl_rng_uniform(rng) < world->outliers)
        y += (gsl_rng_uniform(rng) < .5 ? -1 : 1) * (1 + 4 * gsl_rng_uniform(rng));
    p.import_usd =
        p.export_usd * exp(y) * (world->values ? 1 : p.import_kg / p.export_kg);
    *pair = p;
}

static inline mg_margin_pair *make_pairs(unsigned long seed, const struct world *world,
                                         size_t n)
{
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    mg_margin_pair *pairs = malloc(n * sizeof *pairs);

    assert_non_null(rng);
    assert_non_null(pairs);
    gsl_rng_set(rng, seed);
    for (size_t i = 0; i < n; i++)
        make_pair(rng, world, &pairs[i]);
    gsl_rng_free(rng);
    return pairs;
}

#endif
