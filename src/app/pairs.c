/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/filter.h"
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

static bool wanted(const mg_filter *f, const mg_pair *p)
{
    if (f->statuses != 0 && (f->statuses >> p->status & 1) == 0)
        return false;
    return f->min_value <= 0 || p->x.value_usd >= f->min_value ||
           p->m.value_usd >= f->min_value;
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
    const mg_filter *f = &pr->options->filter;
    mg_status status = MG_OK;

    for (size_t i = 0; status == MG_OK && i < n; i++) {
        if (!filter_cell(f, pairs[i].exporter, pairs[i].importer, pairs[i].hs))
            continue;
        pr->summary->joined[pairs[i].status]++;
        if (pr->left == 0 || !wanted(f, &pairs[i]))
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

static mg_status note_options(mg_output *output, const mg_session *session,
                              const mg_pairs_options *o, mg_error *err)
{
    char text[128];
    mg_status status = mg_output_note(output, "data", mg_session_identity(session), err);

    if (status == MG_OK)
        status = mg_output_note(output, "harmonise", "none", err);
    snprintf(text, sizeof text, o->cif.way == MG_CIF_NONE ? "none" : "fixed:%g",
             o->cif.margin);
    if (status == MG_OK)
        status = mg_output_note(output, "cif", text, err);
    snprintf(text, sizeof text, "%g:%g", o->cif.band_low, o->cif.band_high);
    if (status == MG_OK)
        status = mg_output_note(output, "band", text, err);
    return status;
}

/* Counts the observations of X and M that are asked for, apart from the join. */
static void count_observations(void *self, const mg_block *b)
{
    struct printer *pr = self;

    for (size_t i = 0; i < b->n; i++) {
        if (!filter_cell(&pr->options->filter, b->exporter[i], b->importer[i], b->hs[i]))
            continue;
        pr->summary->observations_x += b->flow[i] == MG_FLOW_X;
        pr->summary->observations_m += b->flow[i] == MG_FLOW_M;
    }
}

static mg_status print_periods(struct printer *pr, const mg_session *session,
                               const mg_reporting *reporting, const mg_talk *talk,
                               mg_error *err)
{
    const mg_dataset *data = mg_session_dataset(session);
    const mg_block_choice choice = filter_blocks(&pr->options->filter);
    mg_pair_sink sink = {take, pr, count_observations};
    mg_status status = MG_OK;

    for (size_t p = 0; status == MG_OK && p < data->n_periods; p++) {
        mg_progress progress = {p + 1, data->n_periods, pr->sums.printed, "pairing"};
        if (!filter_period(&pr->options->filter, data->periods[p].period))
            continue;
        pr->lines.period = data->periods[p].period;
        status = mg_pair_join(data, p, MG_JOIN_COLUMNS, &choice, reporting, &sink, err);
        mg_status written = write_slices(pr, status == MG_OK ? err : NULL);
        if (status == MG_OK)
            status = written;
        if (status == MG_OK)
            status = mg_check_stop(talk, err);
        mg_show_progress(talk, &progress);
    }
    return status;
}

mg_status mg_pairs_print(const mg_session *session, const mg_pairs_options *options,
                         mg_output *output, const mg_talk *talk,
                         mg_pairs_summary *summary, mg_error *err)
{
    struct printer *pr = mg_alloc_zero(1, sizeof *pr);
    mg_reporting *reporting = NULL;
    const mg_output_column *columns;
    size_t n_columns;
    mg_status status;

    *summary = (mg_pairs_summary){0};
    if (pr == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot print pairs");
    pr->options = options;
    pr->output = output;
    pr->summary = summary;
    pr->left = options->filter.limit > 0 ? options->filter.limit : UINT64_MAX;
    pair_lines_start(&pr->lines, mg_session_ref(session), &options->cif, options->names);
    columns = pair_columns(options->names, &n_columns);
    status = mg_output_columns(output, "pairs", columns, n_columns, err);
    for (int s = 0; s < SLICES; s++) {
        mg_lines_start(&pr->slices[s].lines, output);
        pr->slices[s].pairs = mg_alloc(SLICE, sizeof(mg_pair));
        if (status == MG_OK && pr->slices[s].pairs == NULL)
            status = mg_fail(err, MG_E_NOMEM, "cannot print pairs");
    }
    if (status == MG_OK)
        status = note_options(output, session, options, err);
    if (status == MG_OK)
        status = mg_reporting_new(mg_session_dataset(session), mg_session_ref(session),
                                  &reporting, err);
    if (status == MG_OK) {
#pragma omp parallel num_threads(mg_threads())
#pragma omp single
        status = print_periods(pr, session, reporting, talk, err);
    }
    memcpy(summary->cells, pr->sums.cells, sizeof summary->cells);
    summary->printed = pr->sums.printed;
    summary->export_usd = mg_sum_value(&pr->sums.export_usd);
    summary->import_usd = mg_sum_value(&pr->sums.import_usd);
    summary->gap_usd = mg_sum_value(&pr->sums.gap_usd);
    mg_reporting_free(reporting);
    for (int s = 0; s < SLICES; s++) {
        mg_lines_release(&pr->slices[s].lines);
        free(pr->slices[s].pairs);
    }
    free(pr);
    return status;
}
