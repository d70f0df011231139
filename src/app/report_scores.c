/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The ranking, in one pass: its first lines, all periods of the flows among them, what a
 * picture flow by flow shows, and why sides are silent. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/explain.h"
#include "app/held_rows.h"
#include "app/names.h"
#include "app/report.h"
#include "app/scatter_table.h"
#include "mirrorgap/mem.h"

struct pass {
    struct report *report;
    struct scatter_table scatter;
    mg_held *histories;
    uint64_t *flows; /* hashes of the flows whose other periods are wanted; 0: none */
    size_t mask;
    uint64_t seen;
    /* columns of the ranking, which the first row tells */
    size_t flow[3], silence, sides, export_usd, import_usd, q, at_stake;
    mg_status status;
    mg_error *err;
};

static void learn_columns(struct pass *p, const mg_held *h)
{
    static const char *const flow[] = {"exporter", "importer", "hs"};

    held_columns(h, flow, 3, p->flow);
    p->sides = mg_held_column(h, "status");
    p->silence = mg_held_column(h, "silence");
    p->export_usd = mg_held_column(h, "export_usd");
    p->import_usd = mg_held_column(h, "import_fob_usd");
    p->q = mg_held_column(h, "q");
    p->at_stake = mg_held_column(h, "at_stake_usd");
}

enum { FLOW_SLOTS = 4 * HISTORIES_OF }; /* rounded up to a power of two below */

static size_t slot_of(const struct pass *p, uint64_t flow)
{
    size_t slot = (size_t)(flow >> 1) & p->mask;

    while (p->flows[slot] != 0 && p->flows[slot] != flow)
        slot = (slot + 1) & p->mask;
    return slot;
}

/* The chapter of the first flow, "" once another comes. */
static void note_chapter(struct report *r, const char *hs)
{
    if (r->flows == 0)
        snprintf(r->chapter, sizeof r->chapter, "%.2s", hs);
    else if (strncmp(r->chapter, hs, 2) != 0)
        r->chapter[0] = '\0';
}

/* Whatever its place, so that findings do not depend on how many lines are shown. */
static void note_most(struct pass *p, const mg_held *h, size_t row)
{
    struct report *r = p->report;
    const double usd = mg_held_number(h, row, p->at_stake);

    if (r->most != NULL && !(usd > r->most_usd))
        return;
    if (r->most == NULL) {
        size_t n = 0;
        const mg_output_column *columns = mg_held_columns(h, &n);
        p->status = mg_held_new("", NULL, NULL, &r->most, p->err);
        if (p->status == MG_OK)
            p->status = held_begin(r->most, "most", columns, n, p->err);
    }
    if (p->status == MG_OK)
        p->status = mg_held_copy(r->most, h, row, p->err);
    r->most_usd = usd;
}

static void count(struct pass *p, const mg_held *h, size_t row)
{
    struct report *r = p->report;
    const char *status = mg_held_text(h, row, p->sides);
    const char *silence = mg_held_text(h, row, p->silence);
    unsigned s = 0;
    unsigned w = 0;

    while (s < 2 && strcmp(mg_pair_status_name(s), status) != 0)
        s++;
    while (w + 1 < MG_SILENCES && strcmp(mg_silence_name(w), silence) != 0)
        w++;
    struct silence_count *to = &r->silences[s][w];
    to->cells++;
    /* of the two figures the larger, or the one that is there */
    mg_sum_add(&to->usd, fmax(mg_held_number(h, row, p->export_usd),
                              mg_held_number(h, row, p->import_usd)));
    if (mg_held_number(h, row, p->q) <= 0.1) {
        to->called++;
        mg_sum_add(&to->at_stake, mg_held_number(h, row, p->at_stake));
        note_most(p, h, row);
    }
    note_chapter(r, mg_held_text(h, row, p->flow[2]));
    r->flows++;
}

/* The first flows, and whatever follows of them. */
static void follow(struct pass *p, const mg_held *h, size_t row)
{
    const uint64_t flow = held_hash(h, row, p->flow, 3) | 1; /* 0 is an empty slot */
    const size_t slot = slot_of(p, flow);

    if (p->flows[slot] == 0 &&
        (p->seen > HISTORIES_OF || p->seen > p->report->options->top))
        return;
    p->flows[slot] = flow;
    p->status = mg_held_copy(p->histories, h, row, p->err);
}

static bool keep(void *self, const mg_held *h)
{
    struct pass *p = self;
    const size_t row = mg_held_rows(h) - 1;

    if (p->status != MG_OK)
        return false;
    if (p->seen++ == 0)
        learn_columns(p, h);
    count(p, h, row);
    p->status = scatter_take(&p->scatter, h, p->err);
    if (p->status == MG_OK)
        follow(p, h, row);
    return p->seen <= p->report->options->top;
}

static const mg_output_column history_columns[] = {
    CELL_COLUMNS,
    {"status", "text", "matched, exporter_only or importer_only"},
    {"export_usd", "USD", "the exporter's figure, FOB"},
    {"import_fob_usd", "USD", "the importer's figure made FOB"},
    {"expected_log_gap", "ln", "what is usual of such pairs"},
    {"z", "1", "how far log_gap is from that, in its own dispersion"},
    {"p", "probability", "of so surprising a cell where nothing is wrong"},
};

static mg_status start(struct pass *p, mg_error *err)
{
    size_t slots = 1;
    mg_held *scatter = NULL;
    mg_status status =
        report_table(p->report, "histories", "all periods of the first flows", NULL, NULL,
                     &p->histories, err);

    while (slots < FLOW_SLOTS)
        slots *= 2;
    p->mask = slots - 1;
    p->flows = mg_alloc_zero(slots, sizeof *p->flows);
    if (status == MG_OK && p->flows == NULL)
        status = mg_fail(err, MG_E_NOMEM, "cannot list flows");
    if (status == MG_OK)
        status = held_begin(p->histories, "histories", history_columns,
                            sizeof history_columns / sizeof *history_columns, err);
    if (status == MG_OK)
        status =
            report_table(p->report, "scatter",
                         "the two reports of each flow; a sample where they are many",
                         NULL, NULL, &scatter, err);
    return status == MG_OK ? scatter_start(&p->scatter, scatter, SCATTER_MOST, err)
                           : status;
}

static mg_status rank(struct pass *p, const struct full *full,
                      const mg_full_options *options, mg_error *err)
{
    struct report *r = p->report;
    mg_held *scores = NULL;
    mg_output *output = NULL;
    mg_status status = report_table(r, "scores", "flows by how surprising their gap is",
                                    keep, p, &scores, err);

    if (status == MG_OK)
        status = start(p, err);
    if (status == MG_OK)
        status = mg_held_output(scores, &output, err);
    if (status == MG_OK)
        status = full_table(full, options, output, &r->scores, err);
    mg_output_free(output);
    r->drawn_matched = p->scatter.matched;
    r->drawn_called = p->scatter.called;
    r->drawn_one_sided = p->scatter.one_sided;
    r->drawn_zeros = p->scatter.zeros;
    return status == MG_OK ? p->status : status;
}

/* ---- all that is known of the first ---- */

static void name_cell(const struct full *f, size_t i, char text[48])
{
    const struct full_cell *c = &f->cells[i];
    char hs[MG_HS_CLASS_TEXT];

    mg_hs_class_text(
        (mg_hs_class){.hs = full_hs(c), .star = (c->notes & MG_PAIR_COMPONENT) != 0}, hs);
    snprintf(text, 48, "%u/%u/%u/%s", f->mirror->periods[c->period], full_exporter(c),
             full_importer(c), hs);
}

static mg_status explain(struct report *r, const struct full *f, mg_error *err)
{
    const uint64_t most = r->options->explain;
    struct explained *all = mg_alloc_zero(most + 1, sizeof *all);
    size_t n = 0;
    mg_status status = MG_OK;

    r->explained = mg_alloc_zero(most + 1, sizeof *r->explained);
    if (all == NULL || r->explained == NULL)
        status = mg_fail(err, MG_E_NOMEM, "cannot explain flows");
    for (size_t k = 0; status == MG_OK && k < f->n && n < most; k++)
        if (full_shown(f, &f->cells[f->order[k]])) {
            all[n].full = f;
            all[n++].cell = f->order[k];
        }
    if (status == MG_OK)
        status = explain_cells(all, n, err);
    for (size_t k = 0; status == MG_OK && k < n; k++) {
        size_t length;
        name_cell(f, all[k].cell, r->explained[k].cell);
        r->explained[k].text = explain_text(&all[k], &length);
        r->n_explained++;
        if (r->explained[k].text == NULL)
            status = mg_fail(err, MG_E_NOMEM, "cannot explain flows");
    }
    free(all);
    return status;
}

/* ---- why sides are silent ---- */

static const mg_output_column silence_columns[] = {
    {"status", "text", "matched, exporter_only or importer_only"},
    {"silence", "text", "why the other side is missing"},
    {"flows", "count", "cells"},
    {"value_usd", "USD", "sum of the larger side, FOB"},
    {"surprising", "count", "of them with q <= 0.1"},
    {"at_stake_usd", "USD", "of these, what the sides disagree about"},
};

static mg_status tell_silences(struct report *r, mg_error *err)
{
    mg_held *held = NULL;
    mg_output *output = NULL;
    mg_lines lines;
    mg_status status = report_table(
        r, "silences", "flows by who reports them, and why the other does not", NULL,
        NULL, &held, err);

    if (status == MG_OK)
        status = mg_held_output(held, &output, err);
    if (status == MG_OK)
        status = mg_output_columns(output, "silences", silence_columns,
                                   sizeof silence_columns / sizeof *silence_columns, err);
    mg_lines_start(&lines, output);
    for (unsigned s = 0; status == MG_OK && s < 3; s++)
        for (unsigned w = 0; w < MG_SILENCES; w++) {
            const struct silence_count *c = &r->silences[s][w];
            if (c->cells == 0)
                continue;
            line_word(&lines, mg_pair_status_name(s));
            line_word(&lines, mg_silence_name(w));
            mg_line_integer(&lines, (int64_t)c->cells);
            mg_line_number(&lines, mg_sum_value(&c->usd));
            mg_line_integer(&lines, (int64_t)c->called);
            mg_line_number(&lines, mg_sum_value(&c->at_stake));
            mg_line_end(&lines);
        }
    if (status == MG_OK)
        status = mg_output_write(output, &lines, err);
    mg_lines_release(&lines);
    mg_output_free(output);
    return status;
}

mg_status report_scores(struct report *r, mg_error *err)
{
    const mg_full_options options = {.mirror = r->options->mirror, .names = true};
    struct pass pass = {.report = r, .err = err};
    struct mirror mirror = {0};
    struct full full = {0};
    mg_status status = full_open(&mirror, r->session, &options.mirror, r->talk, err);

    if (status == MG_OK)
        status = full_gather(&full, &mirror, r->talk, err);
    if (status == MG_OK)
        status = full_score(&full, &options, err);
    if (status == MG_OK)
        status = rank(&pass, &full, &options, err);
    if (status == MG_OK)
        status = explain(r, &full, err);
    if (status == MG_OK)
        status = tell_silences(r, err);
    free(pass.flows);
    full_release(&full);
    mirror_close(&mirror);
    return status;
}
