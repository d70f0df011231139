/* SPDX-License-Identifier: GPL-3.0-or-later */
/* margins.h - which CIF margin is taken out of each import figure (CONTRACT 5). */
#ifndef MG_APP_MARGINS_H
#define MG_APP_MARGINS_H

#include "mirrorgap/app.h"
#include "mirrorgap/gap.h"
#include "mirrorgap/margin.h"
#include "mirrorgap/margin_fit.h"
#include "mirrorgap/prices.h"
#include "mirrorgap/routes.h"

struct mirror;

struct margins {
    const mg_cif *cif;
    const mg_ref *ref;
    const mg_dataset *data;
    mg_routes *routes;          /* of the models; else NULL */
    mg_explicit_margins *filed; /* of `auto` */
    mg_margin_fit fit;          /* of `fit` */
};

MG_MUST_CHECK mg_status margins_open(struct margins *margins, const struct mirror *mirror,
                                     const mg_talk *talk, mg_error *err);
void margins_close(struct margins *margins);

/* What is told from one period. Release in any case. */
struct period_margins {
    unsigned year;
    mg_prices *prices; /* median unit values; NULL: not needed */
};
MG_MUST_CHECK mg_status margins_period(const struct margins *margins, uint32_t period,
                                       struct period_margins *period_margins,
                                       mg_error *err);
void margins_period_release(struct period_margins *period_margins);

/* The import figure of a pair made FOB. */
mg_fob margins_apply(const struct margins *margins, const struct period_margins *period,
                     const mg_pair *pair);

#endif
