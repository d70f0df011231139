/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pair.h - the mirror join: what each side reported of one flow.
 *
 * Rows are sorted by exporter, importer and commodity, so the two reports of a
 * flow are neighbours and the join is a linear scan. */
#ifndef MG_PAIR_H
#define MG_PAIR_H

#include "mirrorgap/concordance.h"
#include "mirrorgap/dataset.h"
#include "mirrorgap/unions.h"

typedef enum mg_pair_status {
    MG_MATCHED,
    MG_EXPORTER_ONLY,
    MG_IMPORTER_ONLY
} mg_pair_status;
const char *mg_pair_status_name(unsigned status);

/* Why the other side of a one-sided pair is missing (CONTRACT 4). */
typedef enum mg_silence {
    MG_SILENCE_NONE, /* matched */
    MG_SILENCE_NES,
    MG_SILENCE_NEVER_REPORTS,
    MG_SILENCE_NOT_REPORTING,
    MG_SILENCE_SECRET, /* it may be in what the silent side files without details */
    MG_SILENCE_BELOW_THRESHOLD,
    MG_SILENCE_REPORTED_ZERO,
    MG_SILENCES
} mg_silence;
const char *mg_silence_name(unsigned silence); /* "" for none */

/* One side's report. Missing figures are NaN. */
typedef struct mg_side {
    double value_usd; /* primary value; NaN: this side is silent */
    double cif_usd, fob_usd, kg, qty;
    uint16_t flags;
    int8_t unit;
    uint8_t edition;
} mg_side;

/* What is to know of a cell, as bits. */
enum {
    MG_PAIR_COMPONENT = 1 << 0,   /* hs is the lowest code of a component: `030613*` */
    MG_PAIR_EDITION_CUT = 1 << 1, /* its codes have counterparts in another heading */
    MG_PAIR_UNION = 1 << 2,       /* a side is a union of countries */
    MG_PAIR_SUCCESSION = 1 << 3,  /* a country came or went about then */
    MG_PAIR_NETTED = 1 << 4,      /* re-exports or re-imports were taken out */
    MG_PAIR_MOVED = 1 << 5,       /* a hub's re-exports were moved: see mg_moves */
    MG_PAIR_FROM_MONTHS = 1 << 6, /* an annual figure is the sum of twelve months */
    MG_PAIR_LAGGED = 1 << 7,      /* the import is of a later month */
    MG_PAIR_NES = 1 << 8          /* exports to areas nes were dealt out to it */
};

/* One cell of the join. */
typedef struct mg_pair {
    uint16_t exporter, importer;
    uint32_t hs;
    uint8_t status, silence;
    uint16_t notes; /* MG_PAIR_ bits */
    mg_side x;      /* the exporter's report, FOB */
    mg_side m;      /* the importer's report, CIF unless it files FOB */
    double rx_usd;  /* re-exports within x.value_usd as filed; NaN: none filed */
    double rm_usd;  /* re-imports within m.value_usd */
} mg_pair;

/* Who reports at all, and who in each period: for silences. With unions, countries
 * stand under the code of the union that they are part of; with months, whoever filed a
 * flow in all months of a year and not for the year counts for the year as well. */
typedef struct mg_reporting mg_reporting;
MG_MUST_CHECK mg_status mg_reporting_new(const mg_dataset *data, const mg_ref *ref,
                                         const mg_unions *unions, bool months,
                                         mg_reporting **reporting, mg_error *err);
void mg_reporting_free(mg_reporting *reporting);
/* The periods of the data set and, with months, the years that only months speak of. */
const uint32_t *mg_reporting_periods(const mg_reporting *reporting, size_t *n);
/* The place of a period in that list, SIZE_MAX: none. */
size_t mg_reporting_place(const mg_reporting *reporting, uint32_t period);
/* The silence of a one-sided pair. place: of the period of the silent side. secret_usd:
 * what the silent side keeps secret of such trade. */
mg_silence mg_reporting_silence(const mg_reporting *reporting, size_t place,
                                const mg_pair *pair, double secret_usd);
/* Whether the country has an observation or World row of the flow in a period. */
bool mg_reporting_in(const mg_reporting *reporting, size_t place, unsigned country,
                     unsigned flow);
/* Which reporters (65,536 bytes) filed which flows (bits) in all twelve months of a year
 * and have no annual figures of them. False: none, or no memory. */
bool mg_reporting_monthly_only(const mg_dataset *data, uint32_t year, uint8_t *reporters);

/* Columns that the join needs in any case, and all that pairs are made of. */
#define MG_PAIR_KEYS                                                                     \
    (MG_BIT(MG_C_EXPORTER) | MG_BIT(MG_C_IMPORTER) | MG_BIT(MG_C_HS) |                   \
     MG_BIT(MG_C_FLOW) | MG_BIT(MG_C_VALUE))
#define MG_JOIN_COLUMNS                                                                  \
    (MG_PAIR_KEYS | MG_BIT(MG_C_EDITION) | MG_BIT(MG_C_KG) | MG_BIT(MG_C_QTY) |          \
     MG_BIT(MG_C_UNIT) | MG_BIT(MG_C_CIF) | MG_BIT(MG_C_FOB) | MG_BIT(MG_C_FLAGS))

/* How codes of different editions meet. */
typedef struct mg_harmonise {
    const mg_concordance *concordance; /* NULL: as text, whatever the edition */
    unsigned target;                   /* 0: the component they share; else an edition */
} mg_harmonise;

/* By how many months an exporter's shipments reach an importer later, 0 to
 * MG_LAG_MOST: December's export is January's import. Annual periods have none. */
enum { MG_LAG_MOST = 3 };
typedef struct mg_lag_of {
    unsigned (*months)(const void *self, unsigned exporter, unsigned importer);
    const void *self;
} mg_lag_of;

/* Re-exports of a hub by origin and consignee, as Hong Kong publishes them: they are
 * moved from the consignee's imports from the origin to its imports from the hub, so
 * that either meets what the other side filed (METHODS 1.5). A move larger than what
 * the consignee filed is not made. Sorted by period, origin, consignee, hs. */
typedef struct mg_move {
    uint32_t period;
    uint16_t origin, consignee, hub;
    uint32_t hs;
    double usd;
} mg_move;
typedef struct mg_moves {
    const mg_move *items;
    size_t n;
} mg_moves;

/* How the two sides are laid side by side. Zeroed but for columns: as they were filed. */
typedef struct mg_pair_plan {
    uint32_t columns; /* MG_BIT()s of the figures asked for; others are missing */
    /* Blocks that it has not are not read, so that some cells of them may come as
     * one-sided: the sink must not take any. NULL: all. Not used where cells are not as
     * filed (unions, months, moves). */
    const mg_block_choice *choice;
    const mg_reporting *reporting; /* silences are filled in; NULL: none */
    /* The same for what silent sides keep secret: blocks that may hold a row of one that
     * is asked for with partner 839 or 899. NULL: all. */
    const mg_block_choice *secret_choice;
    mg_harmonise harmonise;
    const mg_unions *unions; /* dated unions; NULL: each code by itself */
    const mg_moves *moves;   /* a hub's re-exports; NULL: none */
    mg_lag_of lag;           /* zeroed: an import is of the export's period */
    bool net;                /* X - RX and M - RM, not below 0 */
    bool months;             /* annual sums where a reporter filed months only */
} mg_pair_plan;

/* What the join did to rows, beside laying them side by side. Zero it before use. */
typedef struct mg_pair_counts {
    uint64_t observations[2];   /* of X and of M */
    mg_sum value[2];            /* their sums */
    uint64_t rows[2];           /* of those, in cells that the sink was given */
    mg_sum usd[2];              /* the values of the cells */
    uint64_t within_union[2];   /* left out: trade between members of one union */
    mg_sum within_union_usd[2]; /* */
    uint64_t components;        /* cells that are components of codes */
    uint64_t outside[2];        /* left out: the other side's month is not held */
    uint64_t moved;             /* re-exports of a hub that were moved */
    mg_sum moved_usd;
} mg_pair_counts;

/* Takes pairs in order, some thousands at a time; they are the join's until `take`
 * returns. */
typedef struct mg_pair_sink {
    mg_status (*take)(void *self, const mg_pair *pairs, size_t n, mg_error *err);
    void *self;
    /* Whether a cell counts in `counts`; NULL: all do. */
    bool (*counted)(const void *counted_self, unsigned exporter, unsigned importer,
                    uint32_t hs);
    const void *counted_self;
    mg_pair_counts *counts; /* NULL: not asked for */
} mg_pair_sink;

/* Joins one period (2017, 201701), in order of exporter, importer and code. Opens and
 * closes the periods of the data set that it reads. A period that the data set has not
 * gives no pairs, unless it is a year that months speak of. */
MG_MUST_CHECK mg_status mg_pair_join(const mg_dataset *data, uint32_t period,
                                     const mg_pair_plan *plan, const mg_pair_sink *sink,
                                     mg_error *err);

#endif
