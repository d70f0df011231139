/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/lookalike_lines.h"

#include <string.h>

#include "app/names.h"

static const mg_output_column columns[] = {
    {"named", "code", "the country that the row names"},
    {"named_iso3", "code", "its ISO 3166 alpha-3 code"},
    {"period", "period", "year, or year and month"},
    {"flow", "code", "the named country's own: X its exports, M its imports"},
    {"partner", "code", "the partner that filed the row"},
    {"partner_iso3", "code", "its ISO 3166 alpha-3 code"},
    {"hs", "code", "commodity"},
    {"twin", "code", "the look-alike that the row is likeliest to be of"},
    {"twin_iso3", "code", "its ISO 3166 alpha-3 code"},
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

mg_status lookalike_columns(mg_output *output, mg_error *err)
{
    return mg_output_columns(output, "lookalike", columns,
                             sizeof columns / sizeof *columns, err);
}

void lookalike_print(const mg_ref *ref, const struct lookalike_line *line, mg_lines *to)
{
    const mg_lookalike_row *row = &line->row;
    const mg_lookalike_finding *f = &line->finding;
    const char *by_lambda = mg_lookalike_verdict_name(f->by_lambda);
    const char *verdict = mg_lookalike_verdict_name(f->verdict);

    line_area(to, ref, line->named);
    mg_line_integer(to, line->period);
    mg_line_word(to, line->exports ? "X" : "M", 1);
    line_area(to, ref, line->reporter);
    line_code(to, line->hs, false);
    line_area(to, ref, line->twin);
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
    mg_line_number(to, line->suspect_usd);
    mg_line_end(to);
}
