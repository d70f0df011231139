/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sums of gaps over time, by country and chapter, and between countries. */
#include "app/gap_tables.h"
#include "app/report.h"

static mg_status tell_series(struct report *r, mg_error *err)
{
    mg_held *held = NULL;
    mg_status status = report_table(r, "series", "what both sides report, by period",
                                    NULL, NULL, &held, err);

    return status == MG_OK ? gap_table(r->session, &r->options->mirror, "period", r->talk,
                                       held, NULL, err)
                           : status;
}

static mg_status tell_heat(struct report *r, mg_error *err)
{
    mg_held *held = NULL;
    mg_status status =
        gap_table_heat(r->session, &r->options->mirror, r->talk, &held, &r->heat_by, err);

    return status == MG_OK ? report_take(r, "heat", held, err) : status;
}

static mg_status tell_map(struct report *r, mg_error *err)
{
    mg_held *held = NULL;
    mg_status status = report_table(r, "map", "the largest gaps between two countries",
                                    NULL, NULL, &held, err);

    return status == MG_OK ? gap_table_map(r->session, &r->options->mirror, MAP_MOST,
                                           r->talk, held, err)
                           : status;
}

mg_status report_gaps(struct report *r, mg_error *err)
{
    mg_status status = tell_series(r, err);

    if (status == MG_OK)
        status = tell_heat(r, err);
    return status == MG_OK ? tell_map(r, err) : status;
}
