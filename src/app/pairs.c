/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/filter.h"
#include "app/hubs.h"
#include "app/pair_lines.h"
#include "mirrorgap/mem.h"
#include "mirrorgap/sum.h"
#include "mirrorgap/threads.h"

/* Pairs are printed by the slice: the join fills slices, all threads print them, and
 * when all are done they are written in order. */
enum { SLICE = 4096, SLICES = 8 };

/* Sums of a slice of pairs; they do not depend on how pairs are sliced. */
struct sums {
    uint64_t cells[3], printed;
    mg_sum export_usd, import_usd, gap_usd;
};

struct printer {
    const mg_pairs_options *options;
    const struct mirror *mirror;
    struct pair_lines lines;
    mg_output *output;
    uint64_t left; /* rows that --limit still allows */
    struct sums sums;
    mg_pairs_summary *summary;
    struct slice {
        mg_pair *pairs;
        size_t n;
        mg_lines lines;
        struct sums sums;
    } slices[SLICES];
    size_t filling;
};

static void add_sums(struct sums *to, const struct sums *more)
{
    for (int s = 0; s < 3; s++)
        to->cells[s] += more->cells[s];
    to->printed += more->printed;
    mg_sum_merge(&to->export_usd, &more->export_usd);
    mg_sum_merge(&to->import_usd, &more->import_usd);
    mg_sum_merge(&to->gap_usd, &more->gap_usd);
}

static void print_slice(const struct pair_lines *how, struct slice *slice)
{
    struct sums *sums = &slice->sums;

    *sums = (struct sums){0};
    for (size_t i = 0; i < slice->n; i++) {
        const mg_pair *p = &slice->pairs[i];
        double gap = print_pair(how, p, &slice->lines);
        sums->cells[p->status]++;
        sums->printed++;
        if (!isnan(p->x.value_usd))
            mg_sum_add(&sums->export_usd, p->x.value_usd);
        if (!isnan(p->m.value_usd))
            mg_sum_add(&sums->import_usd, p->m.value_usd);
        if (!isnan(gap))
            mg_sum_add(&sums->gap_usd, gap);
    }
}

/* Gives the slice that was filled to whoever is free. */
static void start_slice(struct printer *pr)
{
    const struct pair_lines *how = &pr->lines;
    struct slice *slice = &pr->slices[pr->filling++];

#pragma omp task firstprivate(how, slice)
    print_slice(how, slice);
}

/* Waits for all slices and writes them. */
static mg_status write_slices(struct printer *pr, mg_error *err)
{
    mg_status status = MG_OK;

    if (pr->filling < SLICES && pr->slices[pr->filling].n > 0)
        start_slice(pr);
#pragma omp taskwait
    for (size_t s = 0; status == MG_OK && s < pr->filling; s++) {
        add_sums(&pr->sums, &pr->slices[s].sums);
        status = mg_output_write(pr->output, &pr->slices[s].lines, err);
        pr->slices[s].n = 0;
    }
    pr->filling = 0;
    return status;
}

/* The pairs that are asked for go into slices. */
static mg_status take(void *self, const mg_pair *pairs, size_t n, mg_error *err)
{
    struct printer *pr = self;
    const mg_filter *f = &pr->mirror->filter;
    mg_status status = MG_OK;

    for (size_t i = 0; status == MG_OK && i < n; i++) {
        if (!mirror_wants(pr->mirror, &pairs[i]))
            continue;
        pr->summary->joined[pairs[i].status]++;
        if (pr->left == 0 || !filter_figures(f, &pairs[i]))
            continue;
        struct slice *slice = &pr->slices[pr->filling];
        slice->pairs[slice->n++] = pairs[i];
        pr->left--;
        if (slice->n == SLICE)
            start_slice(pr);
        if (pr->filling == SLICES)
            status = write_slices(pr, err);
    }
    return status;
}

static mg_status print_period(struct printer *pr, uint32_t period, mg_error *err)
{
    const struct mirror *mirror = pr->mirror;
    mg_pair_sink sink = mirror_sink(mirror, &pr->summary->counts);
    struct period_margins margins;
    struct usual usual = {0};
    mg_status status = margins_period(&mirror->margins, period, &margins, err);

    sink.take = take;
    sink.self = pr;
    pr->lines.period = period;
    pr->lines.margins = &margins;
    if (status == MG_OK && pr->options->unit_errors) {
        status = usual_gather(&usual, mirror, period, &margins, err);
        pr->lines.usual = &usual;
    }
    if (status == MG_OK)
        status = mirror_join(mirror, period, &margins, &sink, err);
    mg_status written = write_slices(pr, status == MG_OK ? err : NULL);
    usual_release(&usual);
    margins_period_release(&margins);
    return status == MG_OK ? written : status;
}

static mg_status print_periods(struct printer *pr, const mg_talk *talk, mg_error *err)
{
    const struct mirror *m = pr->mirror;
    mg_status status = MG_OK;

    for (size_t p = 0; status == MG_OK && p < m->n_periods; p++) {
        mg_progress progress = {p + 1, m->n_periods, pr->sums.printed, "pairing"};
        if (!filter_period(&m->filter, m->periods[p]))
            continue;
        status = print_period(pr, m->periods[p], err);
        mg_show_progress(talk, &progress);
        if (status == MG_OK)
            status = mg_check_stop(talk, err);
    }
    return status;
}

static void sum_up(const struct printer *pr, mg_pairs_summary *summary)
{
    const mg_mirror_options *o = &pr->options->mirror;

    memcpy(summary->cells, pr->sums.cells, sizeof summary->cells);
    summary->printed = pr->sums.printed;
    summary->export_usd = mg_sum_value(&pr->sums.export_usd);
    summary->import_usd = mg_sum_value(&pr->sums.import_usd);
    summary->gap_usd = mg_sum_value(&pr->sums.gap_usd);
    summary->as_filed = o->harmonise == MG_HARMONISE_NONE && !o->unions && !o->months &&
                        o->lag == 0 && o->re_exports == NULL;
}

static mg_status print_all(struct printer *pr, const mg_talk *talk, mg_error *err)
{
    mg_output_column columns[PAIR_COLUMNS_MOST];
    size_t n_columns = pair_columns(&pr->lines, columns);
    mg_status status = mg_output_columns(pr->output, "pairs", columns, n_columns, err);
    for (int s = 0; s < SLICES; s++) {
        mg_lines_start(&pr->slices[s].lines, pr->output);
        pr->slices[s].pairs = mg_alloc(SLICE, sizeof(mg_pair));
        if (status == MG_OK && pr->slices[s].pairs == NULL)
            status = mg_fail(err, MG_E_NOMEM, "cannot print pairs");
    }
    if (status == MG_OK)
        status = mirror_note(pr->mirror, pr->output, err);
    if (status == MG_OK) {
#pragma omp parallel num_threads(mg_threads())
#pragma omp single
        status = print_periods(pr, talk, err);
    }
    for (int s = 0; s < SLICES; s++) {
        mg_lines_release(&pr->slices[s].lines);
        free(pr->slices[s].pairs);
    }
    return status;
}

static mg_status mark_hubs(const struct mirror *mirror, uint8_t **set,
                           const mg_talk *talk, mg_error *err)
{
    enum { CODES = 65536 };
    struct mirror whole = *mirror; /* of which all trade is looked at */
    struct hubs hubs = {0};
    mg_status status;

    whole.plan.choice = NULL;
    whole.plan.reporting = NULL;
    *set = mg_alloc_zero(CODES, 1);
    if (*set == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot mark hubs");
    status = hubs_gather(&hubs, &whole, talk, err);
    hubs_mark(&hubs, *set);
    hubs_release(&hubs);
    return status;
}

mg_status mg_pairs_print(const mg_session *session, const mg_pairs_options *options,
                         mg_output *output, const mg_talk *talk,
                         mg_pairs_summary *summary, mg_error *err)
{
    const uint64_t limit = options->mirror.filter.limit;
    struct printer *pr = mg_alloc_zero(1, sizeof *pr);
    struct mirror mirror;
    struct reconcile reconcile = {0};
    uint8_t *hubs = NULL;
    mg_status status;

    *summary = (mg_pairs_summary){0};
    if (pr == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot print pairs");
    status = mirror_open(&mirror, session, &options->mirror, true, talk, err);
    if (status == MG_OK && options->reconcile >= 0)
        status = reconcile_open(&reconcile, &mirror,
                                (mg_reconcile_method)options->reconcile, talk, err);
    if (status == MG_OK && options->hubs)
        status = mark_hubs(&mirror, &hubs, talk, err);
    if (status == MG_OK) {
        pr->options = options;
        pr->mirror = &mirror;
        pr->lines = (struct pair_lines){.mirror = &mirror, .names = options->names};
        if (options->reconcile >= 0)
            pr->lines.reconcile = &reconcile;
        pr->lines.hubs = hubs;
        pr->output = output;
        pr->summary = summary;
        pr->left = limit > 0 ? limit : UINT64_MAX;
        status = print_all(pr, talk, err);
        sum_up(pr, summary);
    }
    free(hubs);
    reconcile_close(&reconcile);
    mirror_close(&mirror);
    free(pr);
    return status;
}
