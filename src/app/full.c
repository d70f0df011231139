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
    free(f->quantity);
    free(f->price);
    free(f->p_one_sided);
    free(f->probability);
    free(f->p_round[0]);
    free(f->p_round[1]);
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

mg_status full_score(struct full *f, const struct mirror *mirror,
                     const mg_full_options *options, const mg_talk *talk, mg_error *err)
{
    mg_status status;

    *f = (struct full){.mirror = mirror,
                       .fdr = options->by_dependence ? MG_FDR_BY : MG_FDR_BH,
                       .by_stake = options->rank_by_stake};
    status = full_gather(f, talk, err);
    if (status == MG_OK)
        status = full_channels(f, err);
    if (status == MG_OK)
        status = full_excuse(f, err);
    return status == MG_OK ? full_combine(f, err) : status;
}

/* A list of words in one field. */
struct words {
    char text[512];
    size_t n;
};

static void add_word(struct words *w, const char *word)
{
    int n = snprintf(w->text + w->n, sizeof w->text - w->n, "%s%s", w->n > 0 ? ";" : "",
                     word);

    if (n > 0 && w->n + (size_t)n < sizeof w->text)
        w->n += (size_t)n;
}

static void add_share(struct words *w, const char *name, double share)
{
    char word[64];

    if (isnan(share) || fabs(share) < 0.0005)
        return;
    snprintf(word, sizeof word, "%s=%.3f", name, share);
    add_word(w, word);
}

static void unit_name(const struct full_cell *c, char *name, size_t room)
{
    if (c->unit_k != 0)
        snprintf(name, room, "unit_10^%d", c->unit_k);
    else
        snprintf(name, room, "unit");
}

/* log_gap in parts that add up to it. */
static void gap_reasons(const struct full *f, size_t i, struct words *w)
{
    static const char *const names[MG_NULL_WAYS] = {"exporter_habit", "importer_habit",
                                                    "product", "period"};
    const struct full_cell *c = &f->cells[i];
    const mg_null_score *s = &f->value[i];
    double left = c->log_gap - s->base - s->series;

    if (isnan(s->z))
        return;
    for (int way = 0; way < MG_NULL_WAYS; way++) {
        left -= s->effect[way];
        add_share(w, names[way], s->effect[way]);
    }
    add_share(w, "pair_habit", s->series);
    add_share(w, "general", s->base);
    if (c->unit_called && c->unit_on_value && c->unit_k != 0) {
        char name[24];
        double share = c->unit_k * M_LN10;
        unit_name(c, name, sizeof name);
        add_share(w, name, share);
        left -= share;
    }
    add_share(w, "timing", f->timing[i]);
    add_share(w, "unexplained", left - f->timing[i]);
}

/* The surprise of a missing side, all of it or none excused. */
static void one_sided_reasons(const struct full *f, size_t i, struct words *w)
{
    const double surprise = -log(f->probability[i]);

    if ((f->excuses[i] & EXCUSE_SECRECY) != 0)
        add_share(w, "secrecy", surprise);
    else if ((f->excuses[i] & EXCUSE_TIMING) != 0)
        add_share(w, "timing", surprise);
    else if ((f->excuses[i] & EXCUSE_EDITION) != 0)
        add_share(w, "edition", surprise);
    else
        add_share(w, "unexplained", surprise);
}

/* A figure so round is worth a word. */
static const double rounder = 0.001;

static void flag_words(const struct full *f, size_t i, struct words *w)
{
    static const struct {
        unsigned bit;
        const char *name;
    } excuses[] = {{EXCUSE_TIMING, "timing"},
                   {EXCUSE_SECRECY, "secrecy"},
                   {EXCUSE_EDITION, "edition"},
                   {EXCUSE_NES, "nes"}};
    const struct full_cell *c = &f->cells[i];
    char text[48];

    if (f->excuses[i] != 0)
        add_word(w, "explained");
    for (size_t e = 0; e < sizeof excuses / sizeof *excuses; e++)
        if ((f->excuses[i] & excuses[e].bit) != 0)
            add_word(w, excuses[e].name);
    if (c->unit_called) {
        unit_name(c, text, sizeof text);
        add_word(w, text);
    }
    if (c->estimated)
        add_word(w, "estimated_quantity");
    if (f->p_round[0][i] <= rounder)
        add_word(w, "rounded_x");
    if (f->p_round[1][i] <= rounder)
        add_word(w, "rounded_m");
    if (f->sibling[i] != 0) {
        char hs[MG_HS_TEXT];
        mg_hs_text(f->sibling[i], hs);
        snprintf(text, sizeof text, "relabel:%s", hs);
        add_word(w, text);
    }
}

static void print_words(const struct words *w, mg_lines *to)
{
    mg_line_word(to, w->text, w->n);
}

static void word(mg_lines *to, const char *text)
{
    mg_line_word(to, text, strlen(text));
}

static void print_key(const struct full *f, size_t i, uint64_t rank, mg_lines *to)
{
    const struct full_cell *c = &f->cells[i];

    mg_line_integer(to, (int64_t)rank);
    line_cell(to, mg_session_ref(f->mirror->session), f->mirror->periods[c->period],
              full_exporter(c), full_importer(c), full_hs(c),
              (c->notes & MG_PAIR_COMPONENT) != 0);
    word(to, mg_edition_name(c->edition));
    word(to, mg_pair_status_name(c->status));
    word(to, mg_silence_name(c->silence));
}

static void print_beside(const struct table *t, const struct full_cell *c, mg_lines *to)
{
    const mg_ref *ref = mg_session_ref(t->full->mirror->session);

    if (t->options->names) {
        line_names(to, ref, full_exporter(c), full_importer(c), full_hs(c));
    }
    if (t->truth != NULL)
        mg_line_text(to, truth_of(t->truth, t->full->mirror->periods[c->period],
                                  full_exporter(c), full_importer(c), full_hs(c)));
}

static void print_cell(const struct table *t, size_t i, uint64_t rank, mg_lines *to)
{
    const struct full *f = t->full;
    static const char *const channels[] = {"",      "value",     "quantity",
                                           "price", "one_sided", "series"};
    const struct full_cell *c = &f->cells[i];
    const mg_null_score *s = &f->value[i];
    struct words reasons = {.n = 0};
    struct words flags = {.n = 0};

    print_key(f, i, rank, to);
    mg_line_number(to, c->x_usd);
    mg_line_number(to, c->m_usd);
    mg_line_number(to, c->m_usd - c->x_usd);
    mg_line_number(to, c->log_gap);
    mg_line_number(to, mg_null_expected(s));
    mg_line_number(to, s->z);
    mg_line_number(to, f->p[i]);
    mg_line_number(to, f->q[i]);
    mg_line_number(to, full_at_stake(c));
    word(to, channels[f->channel[i]]);
    if (c->status == MG_MATCHED)
        gap_reasons(f, i, &reasons);
    else if (!isnan(f->p[i]))
        one_sided_reasons(f, i, &reasons);
    print_words(&reasons, to);
    flag_words(f, i, &flags);
    print_words(&flags, to);
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

static mg_status print_ranking(const struct table *t, mg_output *output,
                               mg_scores_summary *summary, mg_error *err)
{
    const struct full *f = t->full;
    const uint64_t limit = f->mirror->filter.limit;
    mg_lines lines;
    mg_status status = MG_OK;

    mg_lines_start(&lines, output);
    for (size_t k = 0; status == MG_OK && k < f->n; k++) {
        size_t i = f->order[k];
        if (limit > 0 && summary->printed >= limit)
            break;
        if (!full_shown(f, &f->cells[i]))
            continue;
        print_cell(t, i, k + 1, &lines);
        summary->printed++;
        status = mg_output_step(output, &lines, err);
    }
    if (status == MG_OK)
        status = mg_output_write(output, &lines, err);
    mg_lines_release(&lines);
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
        status = mirror_open(&mirror, session, &options->mirror, true, talk, err);
    mirror.plan.choice = NULL; /* what is usual is told from all pairs */
    mirror.plan.secret_choice = NULL;
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
        status = full_score(&full, &mirror, options, talk, err);
    if (status == MG_OK && options->by != NULL)
        status = full_groups_print(&full, options->by, output, summary, err);
    else if (status == MG_OK) {
        status = print_ranking(&table, output, summary, err);
        sum_up(&full, summary);
    }
    full_release(&full);
    mirror_close(&mirror);
    truth_free(table.truth);
    return status;
}
