/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pair.h - the mirror join: what each side reported of one flow.
 *
 * Rows are sorted by exporter, importer and commodity, so the two reports of a
 * flow are neighbours and the join is a linear scan. */
#ifndef MG_PAIR_H
#define MG_PAIR_H

#include "mirrorgap/dataset.h"
#include "mirrorgap/ref.h"

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

/* One cell of the join, codes matched as text whatever the edition. */
typedef struct mg_pair {
    uint16_t exporter, importer;
    uint32_t hs;
    uint8_t status, silence;
    mg_side x; /* the exporter's report, FOB */
    mg_side m; /* the importer's report, CIF unless it files FOB */
} mg_pair;

/* Who reports at all, and who in each period: for silences. */
typedef struct mg_reporting mg_reporting;
MG_MUST_CHECK mg_status mg_reporting_new(const mg_dataset *data, const mg_ref *ref,
                                         mg_reporting **reporting, mg_error *err);
void mg_reporting_free(mg_reporting *reporting);
/* The silence of a one-sided pair in period number `period` of the data set. */
mg_silence mg_reporting_silence(const mg_reporting *reporting, size_t period,
                                const mg_pair *pair);
/* Whether the country has an observation or World row of the flow in a period. */
bool mg_reporting_in(const mg_reporting *reporting, size_t period, unsigned country,
                     unsigned flow);

/* Columns that the join needs in any case, and all that pairs are made of. */
#define MG_PAIR_KEYS                                                                     \
    (MG_BIT(MG_C_EXPORTER) | MG_BIT(MG_C_IMPORTER) | MG_BIT(MG_C_HS) |                   \
     MG_BIT(MG_C_FLOW) | MG_BIT(MG_C_VALUE))
#define MG_JOIN_COLUMNS                                                                  \
    (MG_PAIR_KEYS | MG_BIT(MG_C_EDITION) | MG_BIT(MG_C_KG) | MG_BIT(MG_C_QTY) |          \
     MG_BIT(MG_C_UNIT) | MG_BIT(MG_C_CIF) | MG_BIT(MG_C_FOB) | MG_BIT(MG_C_FLAGS))

/* Joins one period and hands the pairs over in order, some thousands at a time;
 * they are the join's until `take` returns. Silences are filled in where there
 * is a `reporting`. columns: MG_BIT()s of the figures that are asked for; others
 * are missing. Blocks that `choice` (NULL: all) has not are not read, so that some
 * cells of them may come as one-sided: the sink must not take any. Opens and closes the
 * period of the data set. */
typedef struct mg_pair_sink {
    mg_status (*take)(void *self, const mg_pair *pairs, size_t n, mg_error *err);
    void *self;
    void (*see)(void *self, const mg_block *block); /* each block before it is joined */
} mg_pair_sink;
MG_MUST_CHECK mg_status mg_pair_join(const mg_dataset *data, size_t period,
                                     uint32_t columns, const mg_block_choice *choice,
                                     const mg_reporting *reporting,
                                     const mg_pair_sink *sink, mg_error *err);

#endif
