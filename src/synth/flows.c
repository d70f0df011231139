/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A period's flows. A flow is drawn from its names alone, so that a larger world
 * holds the smaller one's flows and threads need no order. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "mirrorgap/mem.h"
#include "mirrorgap/threads.h"
#include "synth/world.h"

/* What is known of a flow before anybody reports it. */
struct flow {
    const struct world *w;
    const struct actor *from, *to;
    const struct commodity *c;
    struct draw_key all_years, this_year; /* this_year: or this month */
    size_t exporter, importer;
    double usd; /* FOB */
    double rx;  /* of it re-exports of the hub */
    double kg;
    double margin; /* CIF over FOB, less one */
};

#define LN_30_MILLION 17.216707939626428 /* ln(3e7) */
#define LN_1000 6.907755278982137
static const double noise_most = 3;

static double spread(double usd, double floor_ln, double at_100k, double power)
{
    return floor_ln + at_100k * exact_pow(usd / 1e5, -power);
}

/* ln of the usual value in dollars: gravity, tastes, and the flow's own luck. It
 * is asked of every flow that could be, so logarithms were taken before. */
static double usual_ln(const struct flow *f)
{
    struct draw_key supply = {f->w->options.seed, f->from->code, 0, f->all_years.hs, 0};
    struct draw_key demand = {f->w->options.seed, 0, f->to->code, f->all_years.hs, 0};
    double distance_ln = f->w->distance_ln[f->exporter * f->w->n_actors + f->importer];
    double ln = 0.8 + 0.7 * f->from->size_ln + 0.7 * f->to->size_ln - 0.9 * distance_ln +
                0.9 * f->c->size_ln;

    return ln + (actor_strength(f->from, f->c->chapter) +
                 1.3 * draw_normal(&supply, DRAW_ADVANTAGE) +
                 0.6 * draw_normal(&demand, DRAW_TASTE) +
                 1.1 * draw_normal(&f->all_years, DRAW_PAIR));
}

/* Most countries do not trade most goods; large flows nearly always exist: the
 * odds are even at 30 million dollars. */
static bool exists(const struct flow *f, double usual)
{
    double odds = exact_exp(0.5 * (usual - LN_30_MILLION));

    if (f->to->code == 837 && f->c->chapter != 27) /* ships burn oil */
        return false;
    if (f->to->nes || f->from->nes)
        odds *= 0.3;
    return draw_uniform(&f->all_years, DRAW_ACTIVE) < odds / (1 + odds) &&
           draw_uniform(&f->this_year, DRAW_YEAR) >
               0.3 * exact_exp(-0.25 * (usual - LN_1000));
}

/* The value of the year: growth and a random walk around the usual one. */
static double year_usd(const struct flow *f, double usual, unsigned year)
{
    const unsigned first = period_year(f->w->options.first);
    struct draw_key step = f->all_years;
    double walk = 0;

    for (step.year = first; step.year <= year; step.year++)
        walk += 0.16 * draw_normal(&step, DRAW_WALK);
    return exact_exp(usual) * exact_exp(walk + 0.02 * (double)(int)(year - first));
}

/* The value of the year, or of the month: seasons are the commodity's. */
static double period_usd(const struct flow *f, double usual, unsigned period)
{
    double usd = year_usd(f, usual, period_year(period));
    struct draw_key season = {f->w->options.seed, 0, 0, f->all_years.hs, period % 100};
    struct draw_key month = f->all_years;

    if (period == period_year(period))
        return usd;
    month.year = period;
    return usd / 12 *
           exact_exp(0.2 * draw_normal(&season, DRAW_SEASON) +
                     0.25 * draw_normal(&month, DRAW_MONTH));
}

/* What of the hub's exports of a good to `importer` is re-exports, as a share of
 * its own exports. */
static double hub_share(const struct world *w, const struct actor *to,
                        const struct commodity *c)
{
    struct draw_key key = {w->options.seed, 344, to->code, c->number, 0};
    double u = draw_uniform(&key, DRAW_HUB);

    return u < 0.3 ? 0 : 2 * u;
}

static double world_price(const struct flow *f)
{
    struct draw_key supply = {f->w->options.seed, f->from->code, 0, f->all_years.hs, 0};

    return f->c->usd_per_kg * exact_exp(0.3 * draw_normal(&supply, DRAW_PRICE) +
                                        0.15 * draw_normal(&f->all_years, DRAW_PRICE) +
                                        0.04 * draw_normal(&f->this_year, DRAW_PRICE));
}

/* 3 to 10 %, by distance, importer and good. */
static double flow_margin(const struct flow *f)
{
    double km = f->w->distance_km[f->exporter * f->w->n_actors + f->importer];
    double margin =
        (0.028 + 0.045 * sqrt(km / 12000)) *
        exact_exp(f->to->margin_ln + 0.15 * draw_normal(&f->all_years, DRAW_MARGIN));

    return margin < 0.03 ? 0.03 : margin > 0.1 ? 0.1 : margin;
}

int64_t round_money(const struct actor *reporter, double usd)
{
    return reporter->cents ? (int64_t)floor(usd * 100 + 0.5)
                           : 100 * (int64_t)floor(usd + 0.5);
}

/* To thousandths, but for large figures, which come in whole units. */
int64_t round_quantity(double units)
{
    return units >= 100 ? 1000 * (int64_t)floor(units + 0.5)
                        : 10 * (int64_t)floor(units * 100 + 0.5);
}

/* Whether a side leaves a small flow out, or loses a larger one. */
static bool left_out(const struct flow *f, const struct actor *reporter, double usd,
                     unsigned place)
{
    struct draw_key key = place == 0 ? f->all_years : f->this_year;

    key.seed |= (reporter == f->to ? DRAW_IMPORT : 0) | (place > 0 ? DRAW_AGAIN : 0);
    if (usd < 1000 && place == 0 && draw_uniform(&key, DRAW_YEAR) < 0.6)
        return true;
    return draw_uniform(&key, DRAW_SILENT) <
           0.12 * reporter->sloppiness * exact_pow(usd / 1e3, -0.5);
}

static double blank_or(const struct flow *f, double kg, const struct actor *reporter,
                       struct draw_key key, struct side *s)
{
    double u = draw_uniform(&key, DRAW_BLANK);

    if (u < 0.02 * reporter->sloppiness) { /* UN Comtrade estimates it */
        s->kg_estimated = true;
        return f->usd / f->c->usd_per_kg;
    }
    return u > 0.97 ? NAN : kg;
}

/* Quantities as filed: they err with the value, and by themselves. */
static void file_quantities(const struct flow *f, const struct actor *reporter,
                            struct draw_key key, double noise, struct side *s)
{
    double own = 0.02 * reporter->sloppiness * draw_normal(&key, DRAW_WEIGHT);
    double kg = blank_or(f, f->kg * exact_exp(0.8 * noise + own), reporter, key, s);

    s->grams = isnan(kg) ? NONE : round_quantity(kg);
    if (s->grams == 0)
        s->grams = NONE;
    s->milli_units = s->grams;
    s->qty_estimated = s->kg_estimated;
    if (f->c->unit == 8 || isnan(kg))
        return;
    double units = kg / f->c->kg_per_unit;
    s->milli_units = units < 1 ? 1000 : 1000 * (int64_t)floor(units + 0.5);
}

/* Now and then a shipment falls into the next period: the share of what moved in `period`
 * that one side files late. The world keeps it: there is a next period, and the flow and
 * the reporter are still there. */
static double filed_late(const struct flow *f, const struct actor *reporter,
                         const struct draw_key *passing, unsigned period, bool import)
{
    struct draw_key key = *passing;
    struct flow next = *f;

    key.year = period;
    if (period < f->w->options.first || period >= f->w->options.last ||
        draw_uniform(&key, DRAW_MESS) >= 0.004 * reporter->sloppiness)
        return 0;
    next.this_year.year = period_after(period);
    if (!exists(&next, usual_ln(f)) ||
        !actor_files(reporter, period_year(next.this_year.year), import ? 'M' : 'X'))
        return 0;
    return 0.2 + 0.4 * draw_uniform(&key, DRAW_MESS_SIZE);
}

/* What a side files of a flow as a multiple of what moved: what was late the last time
 * comes in, what is late now is left out. */
static double filed_now(const struct flow *f, const struct actor *reporter,
                        const struct draw_key *passing, bool import)
{
    struct flow before = *f;
    double times = 1 - filed_late(f, reporter, passing, passing->year, import);

    before.this_year.year = period_before(passing->year);
    const double late = filed_late(f, reporter, passing, before.this_year.year, import);
    const double usual = late > 0 ? usual_ln(f) : 0;
    if (late > 0 && exists(&before, usual))
        times += late * period_usd(&before, usual, before.this_year.year) / f->usd;
    return times;
}

/* What one side files of the flow. */
static void file_side(const struct flow *f, const struct actor *reporter, bool import,
                      struct side *s)
{
    struct draw_key lasting = f->all_years;
    struct draw_key passing = f->this_year;
    double usd = f->usd;

    *s = (struct side){.cif = NONE, .fob = NONE, .grams = NONE, .milli_units = NONE};
    if (!actor_files(reporter, period_year(f->this_year.year), import ? 'M' : 'X') ||
        left_out(f, reporter, usd, 0) || left_out(f, reporter, usd, 1))
        return;
    lasting.seed |= import ? DRAW_IMPORT : 0;
    passing.seed |= import ? DRAW_IMPORT : 0;
    const unsigned tails = f->w->options.tails;
    double noise =
        reporter->sloppiness * 0.7 *
        (spread(usd, 0.05, 0.08, 0.15) * draw_student(&lasting, DRAW_NOISE, tails) +
         spread(usd, 0.02, 0.03, 0.25) * draw_student(&passing, DRAW_DRIFT, tails));
    if (tails > 0) /* t with 2 degrees of freedom knows no bounds */
        noise = noise < -noise_most  ? -noise_most
                : noise > noise_most ? noise_most
                                     : noise;
    struct flow filed = *f;
    const double now = filed_now(f, reporter, &passing, import);
    usd *= exact_exp(reporter->bias + noise) * now;
    filed.kg *= now;
    if (!import)
        usd *= 1 + f->rx;
    file_quantities(&filed, reporter, passing, noise, s);
    int64_t fob = round_money(reporter, usd);
    int64_t cif = round_money(reporter, usd * (1 + f->margin));
    s->filed = fob > 0;
    s->cents = import && !reporter->values_fob ? cif : fob;
    if (!import || reporter->values_fob || reporter->files_fob)
        s->fob = fob;
    if (import && !reporter->values_fob)
        s->cif = cif;
    if (!import && f->rx > 0)
        s->rx = round_money(reporter, usd * f->rx / (1 + f->rx));
}

void side_scale(const struct actor *reporter, const struct commodity *c, struct side *s,
                double factor, bool quantities)
{
    int64_t *money[] = {&s->cents, &s->cif, &s->fob, &s->rx};

    for (size_t i = 0; i < sizeof money / sizeof *money; i++)
        if (*money[i] != NONE)
            *money[i] = round_money(reporter, (double)*money[i] / 100 * factor);
    if (!quantities || s->grams == NONE)
        return;
    s->grams = round_quantity((double)s->grams / 1000 * factor);
    s->milli_units = c->unit == 8
                         ? s->grams
                         : 1000 * (int64_t)ceil((double)s->milli_units / 1000 * factor);
}

/* Goods of `from` that reach `to` through the hub: the importer, who asks for the
 * origin, files them as bought from `from`. */
static double through_hub(const struct flow *f)
{
    const struct world *w = f->w;
    struct flow hub = *f;

    if (w->hub < 0 || w->origin != (int)f->exporter || w->hub == (int)f->importer)
        return 0;
    hub.exporter = (size_t)w->hub;
    hub.from = &w->actors[w->hub];
    hub.all_years.exporter = hub.this_year.exporter = hub.from->code;
    double usual = usual_ln(&hub);
    if (!exists(&hub, usual))
        return 0;
    return 0.7 * hub_share(w, f->to, f->c) * period_usd(&hub, usual, f->this_year.year);
}

/* Goods on their way at the end of a month arrive in the next: the importer's month
 * is made of two of the exporter's. */
static void arrive_late(struct flow *f, double usual)
{
    double km = f->w->distance_km[f->exporter * f->w->n_actors + f->importer];
    double late = km < 16000 ? km / 20000 : 0.8;
    struct flow before = *f;
    double usd = (1 - late) * f->usd;

    if (f->this_year.year == period_year(f->this_year.year))
        return;
    before.this_year.year = period_before(f->this_year.year);
    if (exists(&before, usual))
        usd += late * period_usd(&before, usual, before.this_year.year);
    f->kg *= usd / f->usd;
    f->usd = usd;
}

bool flow_draw(const struct world *w, unsigned period, size_t exporter, size_t importer,
               size_t commodity, struct cell *cell)
{
    struct flow f = {.w = w, .exporter = exporter, .importer = importer};

    f.from = &w->actors[exporter];
    f.to = &w->actors[importer];
    f.c = &w->commodities[commodity];
    f.all_years =
        (struct draw_key){w->options.seed, f.from->code, f.to->code, f.c->number, 0};
    f.this_year = f.all_years;
    f.this_year.year = period;
    double usual = usual_ln(&f);
    if (!exists(&f, usual))
        return false;
    f.usd = period_usd(&f, usual, period);
    f.kg = f.usd / world_price(&f);
    f.margin = flow_margin(&f);
    f.rx = w->hub == (int)exporter ? hub_share(w, f.to, f.c) : 0;
    *cell = (struct cell){.exporter = (uint16_t)exporter,
                          .importer = (uint16_t)importer,
                          .commodity = (uint16_t)commodity};
    file_side(&f, f.from, false, &cell->x);
    arrive_late(&f, usual);
    double more = through_hub(&f);
    f.kg *= 1 + more / f.usd;
    f.usd += more;
    file_side(&f, f.to, true, &cell->m);
    return cell->x.filed || cell->m.filed;
}
