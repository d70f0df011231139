/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evaluate.h - tables of scores held against what was planted, in pieces:
 * evaluate_read.c reads one, evaluate_store.c adds quantities, baselines.c ranks by
 * simpler means, evaluate.c measures. */
#ifndef MG_APP_EVALUATE_H
#define MG_APP_EVALUATE_H

#include "app/truth.h"
#include "mirrorgap/app.h"

/* A row of a table of scores; NaN: not told. */
struct judged {
    uint32_t period;
    uint16_t exporter, importer;
    uint32_t hs;
    double rank, p, q, score; /* as the table has them */
    double x_usd, m_usd;      /* NaN: that side filed nothing */
    double gap_usd, log_gap;
    double x_kg, m_kg;
    double log_qty_gap, agreement;
};

struct judged_table {
    struct judged *rows;
    size_t n, room;
    bool has_rank, has_p, has_q, has_score;
    bool robust_z; /* its score is robust-z's: it has a column z_cp */
    bool has_qty, has_kg;
};

/* Reads CSV, or JSON objects one a line. Columns are found by name: period, exporter,
 * importer, hs are needed; those of `scores` and of `pairs` are used where they are.
 * A component's name (030613*) stands for its lowest code.
 * Errors: MG_E_IO, MG_E_PARSE, MG_E_NOMEM. */
MG_MUST_CHECK mg_status judged_read(const char *path, struct judged_table *table,
                                    mg_error *err);
void judged_release(struct judged_table *table);
/* What follows from other columns: gaps of a row that does not tell them. */
void judged_complete(struct judged_table *table);

/* Quantities of the cells, from the observations of a data set. Errors: its, NOMEM. */
MG_MUST_CHECK mg_status judged_quantities(struct judged_table *table,
                                          const mg_session *session, mg_error *err);

/* Rankings, the table's own first. */
enum judged_ranking {
    RANKED_AS_GIVEN,
    RANKED_GAP_USD,
    RANKED_LOG_GAP,
    RANKED_ROBUST_Z,
    RANKED_IQR_PRICE,
    RANKED_GFI,
    RANKED_ISOLATION,
    JUDGED_RANKINGS
};
const char *judged_ranking_name(unsigned ranking);
/* Scores to rank by: higher is more suspicious, NaN where the ranking has nothing to go
 * by. *there is false where the table has not what the ranking needs. */
MG_MUST_CHECK mg_status judged_rank(const struct judged_table *table, unsigned ranking,
                                    uint64_t seed, double *score, bool *there,
                                    mg_error *err);

#endif
