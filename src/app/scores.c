/* SPDX-License-Identifier: GPL-3.0-or-later */
/* scores --model robust-z: matched pairs of one level and frequency, gathered
 * from all periods, scored, ranked. */
#include <stdlib.h>

#include "app/filter.h"
#include "app/names.h"
#include "app/series.h"
#include "app/truth.h"
#include "mirrorgap/mem.h"

/* clang-format off */
#define BASE_COLUMNS                                                                  \
    {"exporter", "code", "exporting country, UN Comtrade area code"},                 \
    {"importer", "code", "importing country, UN Comtrade area code"},                 \
    {"hs", "code", "commodity code"},                                                 \
    {"period", "period", "year, or year and month"},                                  \
    {"export_usd", "USD", "exporter's filed FOB value, else its primary value"},      \
    {"import_usd", "USD", "importer's filed CIF value, else its primary value"},      \
    {"gap_usd", "USD", "import_usd minus export_usd"},                                \
    {"log_gap", "ln", "ln(import_usd / export_usd)"},                                 \
    {"z_cp", "1", "robust z within commodity and period"},                            \
    {"z_ts", "1", "robust z within exporter, importer and commodity over time"},      \
    {"score", "1", "the larger of |z_cp| and |z_ts|"}
#define PLANTED_COLUMN {"planted", "text", "what synth planted here, from truth.csv"}
/* clang-format on */

/* The names may be asked for, and so may what was planted, which stands last. */
static const mg_output_column columns[] = {BASE_COLUMNS, NAME_COLUMNS, PLANTED_COLUMN};
static const mg_output_column columns_unnamed[] = {BASE_COLUMNS, PLANTED_COLUMN};
enum {
    ALL = sizeof columns / sizeof *columns,
    UNNAMED = sizeof columns_unnamed / sizeof *columns_unnamed
};

struct table {
    const struct series *series;
    const mg_scores_options *options;
    const mg_ref *ref;
    struct truth *truth;
};

static void print_scored(const struct table *t, const struct candidate *c, mg_lines *to)
{
    const struct scored_pair *p = candidate_pair(t->series, c);
    uint32_t period = t->series->periods[c->period].period;
    unsigned exporter = (unsigned)(p->key >> 48);
    unsigned importer = (unsigned)(p->key >> 32 & 0xffff);
    char hs[MG_HS_TEXT];
    size_t n = mg_hs_text((uint32_t)p->key, hs);

    mg_line_integer(to, exporter);
    mg_line_integer(to, importer);
    mg_line_word(to, hs, n);
    mg_line_integer(to, period);
    mg_line_number(to, p->x);
    mg_line_number(to, p->m);
    mg_line_number(to, p->m - p->x);
    mg_line_number(to, log(p->m / p->x));
    mg_line_number(to, p->z_cp);
    mg_line_number(to, c->z_ts);
    mg_line_number(to, c->score);
    if (t->options->names) {
        line_names(to, t->ref, (uint16_t)exporter, (uint16_t)importer, (uint32_t)p->key);
    }
    if (t->truth != NULL)
        mg_line_text(to, truth_of(t->truth, period, (uint16_t)exporter,
                                  (uint16_t)importer, (uint32_t)p->key));
    mg_line_end(to);
}

static mg_status print_ranking(const struct table *t, mg_output *output, mg_error *err)
{
    const struct series *s = t->series;
    mg_lines lines;
    mg_status status = MG_OK;

    mg_lines_start(&lines, output);
    for (size_t i = 0; status == MG_OK && i < s->n_best; i++) {
        print_scored(t, &s->best[i], &lines);
        status = mg_output_step(output, &lines, err);
    }
    if (status == MG_OK)
        status = mg_output_write(output, &lines, err);
    mg_lines_release(&lines);
    return status;
}

static mg_status score(struct series *series, const mg_dataset *data, char freq,
                       const mg_filter *filter, const mg_talk *talk, mg_error *err)
{
    bool *wanted = mg_alloc_zero(data->n_periods, sizeof *wanted);
    mg_status status;

    if (wanted == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot choose periods");
    for (size_t p = 0; p < data->n_periods; p++)
        wanted[p] = (freq == 'M') == mg_period_monthly(data->periods[p].period);
    status = series_gather(series, data, wanted, filter->level, talk, err);
    free(wanted);
    return status == MG_OK ? series_rank(series, filter, filter->limit, err) : status;
}

static void sum_up(const struct series *series, mg_scores_summary *s)
{
    s->level = series->level;
    s->scored = series->sums.scored;
    s->printed = series->n_best;
    s->gap_usd = mg_sum_value(&series->sums.gap);
    s->log_gap = mg_sum_value(&series->sums.log_gap);
    s->abs_z_cp = mg_sum_value(&series->sums.abs_z_cp);
    s->abs_z_ts = mg_sum_value(&series->sums.abs_z_ts);
}

mg_status mg_robust_z_print(const mg_session *session, const mg_scores_options *options,
                            mg_output *output, const mg_talk *talk,
                            mg_scores_summary *summary, mg_error *err)
{
    struct series series = {0};
    struct table table = {
        .series = &series, .options = options, .ref = mg_session_ref(session)};
    const mg_dataset *data = mg_session_dataset(session);
    const size_t n = (size_t)(options->names ? ALL : UNNAMED) - (options->truth == NULL);
    mg_status status = MG_OK;

    *summary = (mg_scores_summary){0};
    if (options->truth != NULL)
        status = truth_read(options->truth, &table.truth, err);
    if (status == MG_OK)
        status = mg_output_columns(output, "scores",
                                   options->names ? columns : columns_unnamed, n, err);
    if (status == MG_OK)
        status = mg_output_note(output, "data", mg_session_identity(session), err);
    if (status == MG_OK)
        status = mg_output_note(output, "model", "robust-z", err);
    summary->freq = filter_freq(&options->filter, &data->periods->period, data->n_periods,
                                sizeof *data->periods, talk);
    if (status == MG_OK)
        status = score(&series, data, summary->freq, &options->filter, talk, err);
    if (status == MG_OK) {
        sum_up(&series, summary);
        status = print_ranking(&table, output, err);
    }
    series_release(&series);
    truth_free(table.truth);
    return status;
}
