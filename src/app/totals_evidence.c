/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/totals_evidence.h"
#include "app/names.h"

#include <stdlib.h>
#include <string.h>

#include "app/filter.h"

static const mg_output_column columns[] = {
    {"period", "period", "year, or year and month"},
    {"flow", "code", "the country's own: X its exports, M its imports"},
    {"partner", "code", "the partner that filed the row"},
    {"partner_iso3", "code", "its ISO 3166 alpha-3 code"},
    {"hs", "code", "commodity"},
    {"twin", "code", "the look-alike that the row is likeliest to be of"},
    {"value_usd", "USD", "the row as filed"},
    {"twin_usd", "USD", "what the partner files of it with the look-alike"},
    {"twin_report_usd", "USD", "what the look-alike files of it with the partner"},
    {"margin", "share", "CIF over FOB between partner and look-alike"},
    {"sigma", "ln", "usual deviation of what both file"},
    {"lambda", "ln", "log likelihood ratio of a swap by these figures alone"},
    {"by_lambda", "text", "swap above 3, keep below -3"},
    {"blind", "code", "1: the row is too small beside twin_usd to be seen"},
    {"prior", "ln", "log odds before any evidence"},
    {"mirror", "ln", "share of the term in the log odds"},
    {"series", "ln", "share of the term in the log odds"},
    {"product", "ln", "share of the term in the log odds"},
    {"spike", "ln", "share of the term in the log odds"},
    {"habit", "ln", "share of the term in the log odds"},
    {"alone", "ln", "share of the term in the log odds"},
    {"size", "ln", "share of the term in the log odds"},
    {"unseen", "ln", "share of the term in the log odds"},
    {"posterior", "share", "chance that the row is the look-alike's"},
    {"verdict", "text", "swap from 0.5, doubtful from 0.2, else keep"},
    {"move_usd", "USD", "what the look-alike's report has room for, as filed"},
    {"suspect_usd", "USD", "what is taken out of low_usd, made FOB"},
};

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

static void print_row(const struct totals_world *w, const struct suspect_row *r,
                      mg_lines *to)
{
    const mg_lookalike_row *row = &r->best.row;
    const mg_lookalike_finding *f = &r->best.finding;
    const char *by_lambda = mg_lookalike_verdict_name(f->by_lambda);
    const char *verdict = mg_lookalike_verdict_name(f->verdict);

    mg_line_integer(to, w->periods[r->row->place]);
    mg_line_word(to, r->row->flow == TOTALS_X ? "X" : "M", 1);
    line_area(to, mg_session_ref(w->mirror->session), r->row->partner);
    line_code(to, r->row->hs, false);
    mg_line_integer(to, r->best.twin);
    mg_line_number(to, row->v);
    mg_line_number(to, row->u);
    mg_line_number(to, row->w);
    mg_line_number(to, row->margin);
    mg_line_number(to, row->sigma);
    mg_line_number(to, f->lambda);
    mg_line_word(to, by_lambda, strlen(by_lambda));
    mg_line_integer(to, f->blind);
    mg_line_number(to, f->base);
    for (unsigned t = 0; t < MG_LOOKALIKE_TERMS; t++)
        mg_line_number(to, f->share[t]);
    mg_line_number(to, f->posterior);
    mg_line_word(to, verdict, strlen(verdict));
    mg_line_number(to, mg_lookalike_move(row));
    mg_line_number(to, r->suspect_usd);
    mg_line_end(to);
}

mg_status evidence_print(const struct totals_world *w, struct suspect_row *rows, size_t n,
                         const mg_filter *printed, mg_output *output, mg_error *err)
{
    mg_status status = mg_output_columns(output, "totals_evidence", columns,
                                         sizeof columns / sizeof *columns, err);
    mg_lines lines;

    if (n > 1)
        qsort(rows, n, sizeof *rows, by_period);
    mg_lines_start(&lines, output);
    for (size_t i = 0; status == MG_OK && i < n; i++) {
        if (rows[i].best.twin == 0 ||
            !filter_period(printed, w->periods[rows[i].row->place]))
            continue;
        print_row(w, &rows[i], &lines);
        status = mg_output_step(output, &lines, err);
    }
    if (status == MG_OK)
        status = mg_output_write(output, &lines, err);
    mg_lines_release(&lines);
    return status;
}
