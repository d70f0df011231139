/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mirrorgap/margin.h"

#include <math.h>

static bool known(const mg_margin_case *c)
{
    return c->route.km > 0 && isfinite(c->route.km) && c->unit_value > 0 &&
           isfinite(c->unit_value);
}

double mg_margin_baci(int variant, const mg_margin_case *c)
{
    static const struct {
        double constant, ln_km, ln_km2, ln_uv, contiguous, landlocked_m, landlocked_x;
    } models[] = {{.534, -.178, .014, -.032, -.066, .066, -.021},
                  {.320, -.110, .010, -.032, -.044, .049, -.009},
                  {.442, -.122, .009, -.042, -.025, .024, .012},
                  {.300, -.086, .007, -.038, -.024, .020, .010}};

    if (variant < 1 || variant > 4 || !known(c))
        return NAN;
    double ln_km = log(c->route.km);
    double ln = models[variant - 1].constant + models[variant - 1].ln_km * ln_km +
                models[variant - 1].ln_km2 * ln_km * ln_km +
                models[variant - 1].ln_uv * log(c->unit_value);
    if (c->route.contiguous)
        ln += models[variant - 1].contiguous;
    if (c->route.landlocked_m)
        ln += models[variant - 1].landlocked_m;
    if (c->route.landlocked_x)
        ln += models[variant - 1].landlocked_x;
    return ln;
}

double mg_margin_gfi(const mg_margin_case *c)
{
    if (!known(c))
        return NAN;
    double ln_km = log(c->route.km);
    double ln = .118542203547711 - .0238630945051861 * ln_km +
                .00235184182340387 * ln_km * ln_km -
                .00355770990417702 * log(c->unit_value);
    if (c->route.contiguous)
        ln -= .0273796901900728;
    if (c->route.same_continent)
        ln -= .00152904509163344;
    if (c->route.rta > 0)
        ln -= .00425975762050991 * c->route.rta;
    if (c->route.landlocked_m) /* their i */
        ln += .00369756710287752;
    if (c->route.landlocked_x) /* their j */
        ln -= .00435815496310972;
    if (c->route.developing_m)
        ln += .0102652392770192;
    if (c->route.developing_x)
        ln += .0199472998245159;
    if (c->editions_differ)
        ln -= .000516713845203444;
    if (c->year == 2015)
        ln += .00140037905013426;
    else if (c->year == 2001)
        ln += .0124941137721519;
    return ln;
}

double mg_margin_clip(double ln_margin)
{
    return ln_margin < 0 ? 0 : ln_margin;
}
