/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/totals_evidence.h"

#include <stdlib.h>

#include "app/filter.h"

int suspect_key_order(const void *a, const void *b)
{
    const struct totals_row *x = ((const struct suspect_row *)a)->row;
    const struct totals_row *y = ((const struct suspect_row *)b)->row;

    if (x->flow != y->flow)
        return x->flow < y->flow ? -1 : 1;
    if (x->partner != y->partner)
        return x->partner < y->partner ? -1 : 1;
    if (x->hs != y->hs)
        return x->hs < y->hs ? -1 : 1;
    if (x->place != y->place)
        return x->place < y->place ? -1 : 1;
    return (x->filed > y->filed) - (x->filed < y->filed);
}

static int by_period(const void *a, const void *b)
{
    const struct suspect_row *x = a;
    const struct suspect_row *y = b;

    if (x->row->place != y->row->place)
        return x->row->place < y->row->place ? -1 : 1;
    return suspect_key_order(a, b);
}

void evidence_line(const struct totals_world *w, const struct suspect_row *r,
                   struct lookalike_line *line)
{
    *line = (struct lookalike_line){.period = w->periods[r->row->place],
                                    .hs = r->row->hs,
                                    .named = (uint16_t)w->country,
                                    .reporter = r->row->partner,
                                    .twin = r->best.twin,
                                    .exports = r->row->flow == TOTALS_X,
                                    .row = r->best.row,
                                    .finding = r->best.finding,
                                    .suspect_usd = r->suspect_usd};
}

mg_status evidence_print(const struct totals_world *w, struct suspect_row *rows, size_t n,
                         const mg_filter *printed, mg_output *output, mg_error *err)
{
    mg_status status = lookalike_columns(output, err);
    mg_lines lines;

    if (n > 1)
        qsort(rows, n, sizeof *rows, by_period);
    mg_lines_start(&lines, output);
    for (size_t i = 0; status == MG_OK && i < n; i++) {
        if (rows[i].best.twin == 0 ||
            !filter_period(printed, w->periods[rows[i].row->place]))
            continue;
        struct lookalike_line line;
        evidence_line(w, &rows[i], &line);
        lookalike_print(mg_session_ref(w->mirror->session), &line, &lines);
        status = mg_output_step(output, &lines, err);
    }
    if (status == MG_OK)
        status = mg_output_write(output, &lines, err);
    mg_lines_release(&lines);
    return status;
}
