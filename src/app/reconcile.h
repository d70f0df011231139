/* SPDX-License-Identifier: GPL-3.0-or-later */
/* reconcile.h - one figure from two, by how reliable their reporters are. */
#ifndef MG_APP_RECONCILE_H
#define MG_APP_RECONCILE_H

#include "app/panel.h"

struct reconcile {
    mg_reconcile_method method;
    struct panel panel; /* of the numbers of countries */
    mg_reliability fit; /* of values; not for `mirror` */
};

/* Fits what the method needs on the mirror's pairs. Release in any case. */
MG_MUST_CHECK mg_status reconcile_open(struct reconcile *reconcile,
                                       const struct mirror *mirror,
                                       mg_reconcile_method method, const mg_talk *talk,
                                       mg_error *err);
void reconcile_close(struct reconcile *reconcile);

/* FOB US dollars of a pair whose import made FOB is m_usd (NaN: none). A reporter that
 * nothing is known of counts as much as the other. */
double reconcile_usd(const struct reconcile *reconcile, const mg_pair *pair,
                     double m_usd);

#endif
