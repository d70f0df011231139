/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plant.h - anomalies of known kinds, put into one side's report.
 *
 * Kinds are those of METHODS 5.12; what each does is told in docs/evaluation.md. */
#ifndef MG_PLANT_H
#define MG_PLANT_H

#include "mirrorgap/status.h"

/* What is planted; the names stand in truth.csv. */
typedef enum mg_plant_kind {
    MG_PLANT_NONE,
    MG_PLANT_HIDDEN,       /* one side's report is deleted */
    MG_PLANT_QUANTITY,     /* value and quantities of one side x U(0.2, 0.6) */
    MG_PLANT_PRICE,        /* value of one side x U(0.3, 0.7), quantities as they are */
    MG_PLANT_UNIT_ERROR,   /* a quantity of one side x 10^k */
    MG_PLANT_PARTNER_SWAP, /* one side files the flow under another partner */
    MG_PLANT_RELABEL,      /* one side files it under a sibling code of the heading */
    MG_PLANT_REROUTE,      /* the exporter files U(0.3, 0.7) of it as sent to a hub */
    MG_PLANT_TIME_SHIFT,   /* one side files U(0.3, 0.7) of it a period later */
    MG_PLANT_ROUNDING,     /* one side's figures have one significant digit */
    MG_PLANT_KINDS
} mg_plant_kind;
const char *mg_plant_name(unsigned kind); /* "" for none */

/* Kinds as a set: bit k is kind k. */
#define MG_PLANT_BIT(kind) (1U << (kind))
#define MG_PLANT_ALL (MG_PLANT_BIT(MG_PLANT_KINDS) - MG_PLANT_BIT(MG_PLANT_HIDDEN))

/* Reads names separated by commas; false where one is no kind, or there is none. */
bool mg_plant_kinds_read(const char *text, unsigned *kinds);

#endif
