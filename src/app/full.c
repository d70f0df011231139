/* SPDX-License-Identifier: GPL-3.0-or-later */
/* scores --model full: the table. */
#include "app/full.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/filter.h"
#include "app/names.h"
#include "app/truth.h"
#include "mirrorgap/mem.h"
#include "mirrorgap/threads.h"

static const mg_output_column columns[] = {
    {"rank", "count", "unexplained before explained, then by p and by money"},
    CELL_COLUMNS,
    {"edition", "code", "HS edition of the report"},
    {"status", "text", "matched, exporter_only or importer_only"},
    {"silence", "text", "why the other side is missing"},
    {"export_usd", "USD", "the exporter's figure, FOB"},
    {"import_fob_usd", "USD", "the importer's figure made FOB"},
    {"gap_usd", "USD", "import_fob_usd minus export_usd"},
    {"log_gap", "ln", "ln(import_fob_usd / export_usd)"},
    {"expected_log_gap", "ln", "what is usual of such pairs"},
    {"z", "1", "how far log_gap is from that, in its own dispersion"},
    {"p", "probability", "of so surprising a cell where nothing is wrong"},
    {"q", "share", "false discoveries among cells up to this one"},
    {"at_stake_usd", "USD", "what the sides disagree about"},
    {"channel", "text", "value, quantity, price, one_sided or series"},
    {"reasons", "text", "parts of log_gap or of the surprise, name=share"},
    {"flags", "text", "what to know, separated by ;"},
    NAME_COLUMNS,
    {"planted", "text", "what synth or plant planted here, from truth.csv"},
};
enum { ALL = sizeof columns / sizeof *columns, NAMES = 3, PLANTED = 1 };

/* The table, with what was asked for beside. */
struct table {
    const struct full *full;
    const mg_full_options *options;
    struct truth *truth;
};

static mg_status start_table(const struct table *t, mg_output *output, mg_error *err)
{
    mg_output_column chosen[ALL];
    size_t n = ALL - NAMES - PLANTED;

    memcpy(chosen, columns, n * sizeof *columns);
    if (t->options->names) {
        memcpy(chosen + n, columns + ALL - NAMES - PLANTED, NAMES * sizeof *columns);
        n += NAMES;
    }
    if (t->truth != NULL)
        chosen[n++] = columns[ALL - PLANTED];
    return mg_output_columns(output, "scores", chosen, n, err);
}

void full_release(struct full *f)
{
    free(f->cells);
    free(f->value);
    free(f->parts);
    free(f->quantity);
    free(f->price);
    free(f->p_one_sided);
    free(f->probability);
    free(f->p_round[0]);
    free(f->p_round[1]);
    free(f->p_series);
    free(f->within);
    free(f->since);
    free(f->p_plain);
    free(f->p);
    free(f->q);
    free(f->channel);
    free(f->excuses);
    free(f->timing);
    free(f->sibling);
    free(f->order);
    *f = (struct full){0};
}

mg_status full_open(struct mirror *mirror, const mg_session *session,
                    const mg_mirror_options *options, const mg_talk *talk, mg_error *err)
{
    const mg_status status = mirror_open(mirror, session, options, true, talk, err);

    mirror->plan.choice = NULL;
    mirror->plan.secret_choice = NULL;
    return status;
}

mg_status full_score(struct full *f, const mg_full_options *options, mg_error *err)
{
    mg_status status;

    f->fdr = options->by_dependence ? MG_FDR_BY : MG_FDR_BH;
    f->by_stake = options->rank_by_stake;
    status = full_channels(f, err);
    if (status == MG_OK)
        status = full_series(f, err);
    if (status == MG_OK)
        status = full_excuse(f, err);
    return status == MG_OK ? full_combine(f, err) : status;
}

static void print_key(const struct full *f, size_t i, uint64_t rank, mg_lines *to)
{
    const struct full_cell *c = &f->cells[i];

    mg_line_integer(to, (int64_t)rank);
    line_cell(to, mg_session_ref(f->mirror->session), f->mirror->periods[c->period],
              full_exporter(c), full_importer(c), full_hs(c),
              (c->notes & MG_PAIR_COMPONENT) != 0);
    line_word(to, mg_edition_name(c->edition));
    line_word(to, mg_pair_status_name(c->status));
    line_word(to, mg_silence_name(c->silence));
}

static void print_beside(const struct table *t, const struct full_cell *c, mg_lines *to)
{
    const mg_ref *ref = mg_session_ref(t->full->mirror->session);

    if (t->options->names)
        line_names(to, ref, full_exporter(c), full_importer(c), full_hs(c));
    if (t->truth != NULL)
        mg_line_text(to, truth_of(t->truth, t->full->mirror->periods[c->period],
                                  full_exporter(c), full_importer(c), full_hs(c)));
}

static void print_cell(const struct table *t, size_t i, uint64_t rank, mg_lines *to)
{
    const struct full *f = t->full;
    const struct full_cell *c = &f->cells[i];
    const mg_null_score *s = &f->value[i];
    struct full_words reasons;
    struct full_words flags;

    print_key(f, i, rank, to);
    mg_line_number(to, c->x_usd);
    mg_line_number(to, c->m_usd);
    mg_line_number(to, c->m_usd - c->x_usd);
    mg_line_number(to, c->log_gap);
    mg_line_number(to, s->expected);
    mg_line_number(to, s->z);
    mg_line_number(to, f->p[i]);
    mg_line_number(to, f->q[i]);
    mg_line_number(to, full_at_stake(c));
    line_word(to, full_channel_name(f->channel[i]));
    full_reason_words(f, i, &reasons);
    mg_line_word(to, reasons.text, reasons.n);
    full_flag_words(f, i, &flags);
    mg_line_word(to, flags.text, flags.n);
    print_beside(t, c, to);
    mg_line_end(to);
}

bool full_shown(const struct full *f, const struct full_cell *c)
{
    const mg_filter *filter = &f->mirror->filter;
    const mg_pair pair = {.exporter = (uint16_t)full_exporter(c),
                          .importer = (uint16_t)full_importer(c),
                          .hs = full_hs(c),
                          .status = c->status,
                          .notes = c->notes,
                          .x = {.value_usd = c->x_usd},
                          .m = {.value_usd = c->import_usd}};

    return filter_period(filter, f->mirror->periods[c->period]) &&
           mirror_wants(f->mirror, &pair) && filter_figures(filter, &pair);
}

enum { CHUNK = 2048, CHUNKS = 16 };

/* Ranks that will be printed. */
static mg_status choose(const struct full *f, uint32_t **ranks, size_t *n, mg_error *err)
{
    const uint64_t limit = f->mirror->filter.limit;

    *n = 0;
    *ranks = mg_alloc(f->n, sizeof **ranks);
    if (*ranks == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot list %zu cells", f->n);
    for (size_t k = 0; k < f->n && (limit == 0 || *n < limit); k++)
        if (full_shown(f, &f->cells[f->order[k]]))
            (*ranks)[(*n)++] = (uint32_t)k;
    return MG_OK;
}

static void print_chunk(const struct table *t, const uint32_t *ranks, size_t n,
                        mg_lines *to)
{
    for (size_t k = 0; k < n; k++)
        print_cell(t, t->full->order[ranks[k]], ranks[k] + 1, to);
}

/* The ranking in chunks, made side by side and written in order. */
static mg_status print_ranking(const struct table *t, mg_output *output,
                               mg_scores_summary *summary, mg_error *err)
{
    mg_lines lines[CHUNKS];
    uint32_t *ranks = NULL;
    size_t n = 0;
    mg_status status = choose(t->full, &ranks, &n, err);

    for (int c = 0; c < CHUNKS; c++)
        mg_lines_start(&lines[c], output);
    for (size_t from = 0; status == MG_OK && from < n; from += CHUNK * CHUNKS) {
#pragma omp parallel for schedule(dynamic) num_threads(mg_threads())
        for (size_t c = 0; c < CHUNKS; c++) {
            const size_t at = from + c * CHUNK;
            if (at < n)
                print_chunk(t, ranks + at, n - at < CHUNK ? n - at : CHUNK, &lines[c]);
        }
        for (int c = 0; status == MG_OK && c < CHUNKS; c++)
            status = mg_output_write(output, &lines[c], err);
    }
    summary->printed = n;
    for (size_t k = 0; status == MG_OK && k < n; k++)
        summary->judged += isnan(t->full->p[t->full->order[ranks[k]]]) ? 0 : 1;
    for (int c = 0; c < CHUNKS; c++)
        mg_lines_release(&lines[c]);
    free(ranks);
    return status;
}

static void sum_up(const struct full *f, mg_scores_summary *summary)
{
    summary->level = f->level;
    summary->freq = f->freq;
    for (size_t i = 0; f->p != NULL && i < f->n; i++) {
        summary->scored += isnan(f->p[i]) ? 0 : 1;
        summary->called += f->q[i] <= 0.1 ? 1 : 0;
    }
}

mg_status full_table(const struct full *full, const mg_full_options *options,
                     mg_output *output, mg_scores_summary *summary, mg_error *err)
{
    const struct table table = {.full = full, .options = options};
    mg_status status = start_table(&table, output, err);

    *summary = (mg_scores_summary){0};
    if (status == MG_OK)
        status = mirror_note(full->mirror, output, err);
    if (status == MG_OK)
        status = mg_output_note(output, "model", "full", err);
    if (status == MG_OK)
        status = print_ranking(&table, output, summary, err);
    sum_up(full, summary);
    return status;
}

mg_status mg_full_print(const mg_session *session, const mg_full_options *options,
                        mg_output *output, const mg_talk *talk,
                        mg_scores_summary *summary, mg_error *err)
{
    struct mirror mirror = {0};
    struct full full = {0};
    struct table table = {.full = &full, .options = options};
    mg_status status = MG_OK;

    *summary = (mg_scores_summary){0};
    if (options->truth != NULL)
        status = truth_read(options->truth, &table.truth, err);
    if (status == MG_OK)
        status = full_open(&mirror, session, &options->mirror, talk, err);
    if (status == MG_OK)
        status =
            options->by != NULL
                ? full_groups_columns(options->by, mg_session_ref(session), output, err)
                : start_table(&table, output, err);
    if (status == MG_OK)
        status = mirror_note(&mirror, output, err);
    if (status == MG_OK)
        status = mg_output_note(output, "model", "full", err);
    if (status == MG_OK)
        status = full_gather(&full, &mirror, talk, err);
    if (status == MG_OK)
        status = full_score(&full, options, err);
    if (status == MG_OK && options->by != NULL)
        status = full_groups_print(&full, options->by, output, talk, summary, err);
    else if (status == MG_OK) {
        status = print_ranking(&table, output, summary, err);
        sum_up(&full, summary);
    }
    full_release(&full);
    mirror_close(&mirror);
    truth_free(table.truth);
    return status;
}
