/* SPDX-License-Identifier: GPL-3.0-or-later */
/* totals_table.h - the tables of the verb `totals`. */
#ifndef MG_APP_TOTALS_TABLE_H
#define MG_APP_TOTALS_TABLE_H

#include "app/totals.h"

struct totals_table {
    struct totals_world *world;
    const mg_filter *printing; /* which periods */
    bool by_partner, by_hs2;
    uint64_t limit, printed;
    mg_completeness *complete[TOTALS_FLOWS]; /* by place */
    uint16_t *silent[TOTALS_FLOWS];          /* the largest main partner that is silent */
    bool calibrated[TOTALS_FLOWS];
    mg_totals_calibration calibration[TOTALS_FLOWS];
    mg_sum reported[TOTALS_FLOWS], suspect; /* of what was printed, and of its blocks */
};

/* One table of several that are told from the same data; `by` as in mg_totals_options. */
struct totals_job {
    const char *by;
    mg_output *output;
    mg_totals_summary summary;
};
/* Each job's own `by` counts, not that of the options. */
MG_MUST_CHECK mg_status totals_jobs(const mg_session *session,
                                    const mg_totals_options *options,
                                    struct totals_job *jobs, size_t n,
                                    const mg_talk *talk, mg_error *err);

MG_MUST_CHECK mg_status totals_table_columns(mg_output *output, mg_error *err);
MG_MUST_CHECK mg_status totals_table_print(struct totals_table *table, mg_output *output,
                                           mg_error *err);

/* Countries that report, as if they did not. countries: 65,536 flags, NULL: all. */
struct totals_coverage {
    uint64_t printed, counted, inside, inside_draws;
};
MG_MUST_CHECK mg_status totals_check_columns(mg_output *output, mg_error *err);
MG_MUST_CHECK mg_status totals_check_print(const struct totals_world *world,
                                           const struct totals_list *known,
                                           const mg_filter *printing,
                                           const uint8_t *countries, mg_output *output,
                                           struct totals_coverage *coverage,
                                           mg_error *err);

#endif
