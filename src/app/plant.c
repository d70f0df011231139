/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plant: a copy of a data set with anomalies of known kinds, and their truth. */
#include <stdio.h>
#include <stdlib.h>

#include "app/filter.h"
#include "app/plant_write.h"
#include "mirrorgap/mem.h"

static const mg_output_column columns[] = {
    {"kind", "text", "what was planted"},
    {"period", "period", "year, or year and month"},
    {"exporter", "code", "exporting country, UN Comtrade area code"},
    {"importer", "code", "importing country, UN Comtrade area code"},
    {"hs", "code", "commodity code"},
    {"side", "text", "who misreports: export or import"},
    {"true_usd", "USD", "what that side had filed"},
    {"reported_usd", "USD", "what it files for this cell now; empty: nothing"},
    {"note", "text", "what was done, and where it went"},
};

/* The observations of one level and frequency. */
struct gathered {
    const mg_dataset *data;
    const mg_filter *filter;
    int level;
    char freq;
    uint32_t period; /* of the block */
    mg_row *rows;
    size_t n, room;
};

static bool wanted_period(const struct gathered *g, uint32_t period)
{
    return (g->freq == 'M') == mg_period_monthly(period);
}

typedef mg_status (*take_block)(void *self, const mg_block *b, mg_error *err);

static mg_status each_block(struct gathered *g, uint32_t wanted, take_block take,
                            mg_error *err)
{
    const mg_dataset *d = g->data;
    mg_status status = MG_OK;

    for (size_t p = 0; status == MG_OK && p < d->n_periods; p++) {
        if (!wanted_period(g, d->periods[p].period))
            continue;
        status = mg_dataset_open(d, p, err);
        if (status != MG_OK)
            break;
        g->period = d->periods[p].period;
        status = mg_dataset_look(d, p, MG_T_OBSERVATIONS, wanted, NULL, take, g, err);
        mg_dataset_close(d, p);
    }
    return status;
}

/* The finest level that X or M is filed at. */
static mg_status look_level(void *self, const mg_block *b, mg_error *err)
{
    struct gathered *g = self;

    (void)err;
    for (size_t i = 0; i < b->n; i++)
        if ((b->flow[i] == MG_FLOW_X || b->flow[i] == MG_FLOW_M) &&
            mg_hs_level(b->hs[i]) > g->level)
            g->level = mg_hs_level(b->hs[i]);
    return MG_OK;
}

static mg_status take_rows(void *self, const mg_block *b, mg_error *err)
{
    struct gathered *g = self;

    for (size_t i = 0; i < b->n; i++) {
        if ((b->flow[i] != MG_FLOW_X && b->flow[i] != MG_FLOW_M) ||
            mg_hs_level(b->hs[i]) != g->level)
            continue;
        mg_status status =
            mg_grow((void **)&g->rows, &g->room, g->n + 1, sizeof *g->rows, err);
        if (status != MG_OK)
            return status;
        mg_block_get(b, i, g->period, &g->rows[g->n++]);
    }
    return MG_OK;
}

static mg_status gather(struct gathered *g, mg_error *err)
{
    mg_status status = MG_OK;

    g->level = g->filter->level;
    if (g->level < 0)
        status = each_block(g, MG_BIT(MG_C_HS) | MG_BIT(MG_C_FLOW), look_level, err);
    if (status == MG_OK)
        status = each_block(g, mg_table_columns(MG_T_OBSERVATIONS), take_rows, err);
    return status;
}

static bool is_wanted(const void *self, const mg_row *row)
{
    const mg_filter *f = self;

    return filter_period(f, row->period) &&
           filter_cell(f, row->exporter, row->importer, row->hs) &&
           row->value_usd >= f->min_value;
}

static mg_status print_truth(const mg_planted *planted, mg_output *output, mg_error *err)
{
    mg_lines lines;
    mg_status status;

    mg_lines_start(&lines, output);
    for (size_t i = 0; i < planted->n_truth; i++) {
        const mg_plant_truth *t = &planted->truth[i];
        char hs[MG_HS_TEXT];
        size_t n = mg_hs_text(t->hs, hs);
        mg_line_text(&lines, mg_plant_name(t->kind));
        mg_line_integer(&lines, t->period);
        mg_line_integer(&lines, t->exporter);
        mg_line_integer(&lines, t->importer);
        mg_line_word(&lines, hs, n);
        mg_line_text(&lines, t->import ? "import" : "export");
        mg_line_number(&lines, t->true_usd);
        mg_line_number(&lines, t->reported_usd);
        mg_line_text(&lines, t->note);
        mg_line_end(&lines);
    }
    status = mg_output_write(output, &lines, err);
    mg_lines_release(&lines);
    return status;
}

static mg_status start_truth(const mg_session *session, mg_output *truth, mg_error *err)
{
    mg_status status =
        mg_output_columns(truth, "truth", columns, sizeof columns / sizeof *columns, err);

    if (status == MG_OK)
        status = mg_output_note(truth, "data", mg_session_identity(session), err);
    return status;
}

mg_status mg_plant_store(const mg_session *session, const mg_plant_question *question,
                         mg_output *truth, const mg_talk *talk, mg_plant_summary *summary,
                         mg_error *err)
{
    mg_plant_options options = question->plant;
    struct gathered g = {.data = mg_session_dataset(session),
                         .filter = &question->filter};
    mg_planted planted = {0};
    mg_confusable *twins = NULL;
    char name[64];
    mg_status status = mg_confusable_load(mg_session_ref(session), &twins, err);

    *summary = (mg_plant_summary){0};
    options.wanted = is_wanted;
    options.self = &question->filter;
    g.freq = filter_freq(g.filter, &g.data->periods->period, g.data->n_periods,
                         sizeof *g.data->periods, talk);
    if (status == MG_OK)
        status = start_truth(session, truth, err);
    if (status == MG_OK)
        status = gather(&g, err);
    if (status == MG_OK)
        status = mg_plant_rows(mg_session_ref(session), twins, &options, g.rows, g.n,
                               &planted, err);
    free(g.rows);
    if (status == MG_OK)
        status = print_truth(&planted, truth, err);
    snprintf(name, sizeof name, "planted (seed %llu)", (unsigned long long)options.seed);
    if (status == MG_OK)
        status = plant_write(session, &planted, question->store, name, question->wait,
                             talk, &summary->totals, err);
    for (unsigned k = 0; k < MG_PLANT_KINDS; k++)
        summary->planted[k] = planted.planted[k];
    summary->anomalies = planted.n_truth;
    summary->pairs = planted.pairs;
    summary->lacking = planted.lacking;
    summary->level = g.level;
    summary->freq = g.freq;
    mg_planted_release(&planted);
    mg_confusable_free(twins);
    return status;
}
