/* SPDX-License-Identifier: GPL-3.0-or-later */
/* scores --model robust-z: matched pairs of one level and frequency, gathered
 * from all periods, scored, ranked. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/filter.h"
#include "app/names.h"
#include "app/truth.h"
#include "mirrorgap/gap.h"
#include "mirrorgap/mem.h"
#include "mirrorgap/pair.h"
#include "mirrorgap/robust_z.h"
#include "mirrorgap/sum.h"

struct scored {
    uint32_t period;
    uint16_t exporter, importer;
    uint32_t hs;
    double x, m;
};

struct ranking {
    const mg_scores_options *options;
    struct scored *pairs;
    size_t n, room;
    double *log_gap, *z_cp, *z_ts;
    uint32_t *order;
    uint32_t period; /* being gathered */
    int level;       /* of the pairs held */
    struct truth *truth;
};

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
#define NAME_COLUMNS                                                                  \
    {"exporter_name", "text", "exporting country"},                                   \
    {"importer_name", "text", "importing country"},                                   \
    {"commodity", "text", "chapter of the commodity"}
#define PLANTED_COLUMN {"planted", "text", "what synth planted here, from truth.csv"}
/* clang-format on */

/* The names may be asked for, and so may what was planted, which stands last. */
static const mg_output_column columns[] = {BASE_COLUMNS, NAME_COLUMNS, PLANTED_COLUMN};
static const mg_output_column columns_unnamed[] = {BASE_COLUMNS, PLANTED_COLUMN};
enum {
    ALL = sizeof columns / sizeof *columns,
    UNNAMED = sizeof columns_unnamed / sizeof *columns_unnamed
};

/* The filed value where there is one, as CONTRACT 8 has it. */
static double filed_or(double filed, double value)
{
    return filed > 0 ? filed : value;
}

static mg_status take(void *self, const mg_pair *pairs, size_t n, mg_error *err)
{
    struct ranking *r = self;

    for (size_t i = 0; i < n; i++) {
        const mg_pair *p = &pairs[i];
        double x = filed_or(p->x.fob_usd, p->x.value_usd);
        double m = filed_or(p->m.cif_usd, p->m.value_usd);
        int level = mg_hs_level(p->hs);
        int asked = r->options->filter.level;
        if (p->status != MG_MATCHED || !(x > 0 && m > 0) || level < r->level ||
            (asked >= 0 && level != asked))
            continue;
        if (level > r->level) { /* a finer level: what was gathered is not asked for */
            r->level = level;
            r->n = 0;
        }
        mg_status status =
            mg_grow((void **)&r->pairs, &r->room, r->n + 1, sizeof *r->pairs, err);
        if (status != MG_OK)
            return status;
        r->pairs[r->n++] =
            (struct scored){r->period, p->exporter, p->importer, p->hs, x, m};
    }
    return MG_OK;
}

static double score_of(const struct ranking *r, uint32_t i)
{
    return fmax(fabs(r->z_cp[i]), fabs(r->z_ts[i]));
}

/* By score, largest first, then by key. */
static int rank_order(const struct ranking *r, uint32_t a, uint32_t b)
{
    const struct scored *p = &r->pairs[a];
    const struct scored *q = &r->pairs[b];
    double s = score_of(r, a);
    double t = score_of(r, b);
    uint64_t key_p = (uint64_t)p->exporter << 48 | (uint64_t)p->importer << 32 | p->hs;
    uint64_t key_q = (uint64_t)q->exporter << 48 | (uint64_t)q->importer << 32 | q->hs;

    if (s != t)
        return s > t ? -1 : 1;
    if (key_p != key_q)
        return key_p < key_q ? -1 : 1;
    return (p->period > q->period) - (p->period < q->period);
}

static int by_rank(const void *a, const void *b, void *ranking)
{
    return rank_order(ranking, *(const uint32_t *)a, *(const uint32_t *)b);
}

/* Whether a scored pair is asked for. What is usual for a commodity or a series is
 * told from all of them, so filters choose what is shown, not what is scored. */
static bool shown(const struct ranking *r, const struct scored *p)
{
    const mg_filter *f = &r->options->filter;

    return filter_period(f, p->period) &&
           filter_cell(f, p->exporter, p->importer, p->hs) &&
           (f->statuses == 0 || (f->statuses >> MG_MATCHED & 1) != 0) &&
           (f->min_value <= 0 || p->x >= f->min_value || p->m >= f->min_value);
}

/* Keeps the k best in a heap whose top is the worst of them. */
static size_t best_of(const struct ranking *r, size_t k)
{
    size_t n = 0;

    for (uint32_t i = 0; i < r->n; i++) {
        size_t at;
        if (!shown(r, &r->pairs[i]))
            continue;
        if (n < k) { /* sift up */
            at = n++;
            while (at > 0 && rank_order(r, r->order[(at - 1) / 2], i) < 0) {
                r->order[at] = r->order[(at - 1) / 2];
                at = (at - 1) / 2;
            }
        } else {
            if (rank_order(r, i, r->order[0]) > 0)
                continue;
            at = 0;
            for (size_t c = 1; c < n; c = 2 * at + 1) { /* sift down */
                if (c + 1 < n && rank_order(r, r->order[c], r->order[c + 1]) < 0)
                    c++;
                if (rank_order(r, i, r->order[c]) >= 0)
                    break;
                r->order[at] = r->order[c];
                at = c;
            }
        }
        r->order[at] = i;
    }
    qsort_r(r->order, n, sizeof *r->order, by_rank, (void *)(uintptr_t)r);
    return n;
}

static mg_status score(struct ranking *r, mg_error *err)
{
    uint64_t *group = mg_alloc(r->n, sizeof *group);
    mg_status status = MG_OK;

    r->log_gap = mg_alloc(r->n, sizeof *r->log_gap);
    r->z_cp = mg_alloc(r->n, sizeof *r->z_cp);
    r->z_ts = mg_alloc(r->n, sizeof *r->z_ts);
    if (group == NULL || r->log_gap == NULL || r->z_cp == NULL || r->z_ts == NULL)
        status = mg_fail(err, MG_E_NOMEM, "cannot score %zu pairs", r->n);
    for (size_t i = 0; status == MG_OK && i < r->n; i++) {
        r->log_gap[i] = log(r->pairs[i].m / r->pairs[i].x);
        group[i] = (uint64_t)r->pairs[i].hs << 32 | r->pairs[i].period;
    }
    if (status == MG_OK)
        status = mg_robust_z(r->n, group, r->log_gap, 5, r->z_cp, err);
    for (size_t i = 0; status == MG_OK && i < r->n; i++)
        group[i] = (uint64_t)r->pairs[i].exporter << 48 |
                   (uint64_t)r->pairs[i].importer << 32 | r->pairs[i].hs;
    if (status == MG_OK)
        status = mg_robust_z(r->n, group, r->log_gap, 4, r->z_ts, err);
    free(group);
    return status;
}

static void print_scored(const struct ranking *r, uint32_t i, const mg_ref *ref,
                         mg_lines *to)
{
    const struct scored *p = &r->pairs[i];
    char hs[MG_HS_TEXT];
    size_t n = mg_hs_text(p->hs, hs);

    mg_line_integer(to, p->exporter);
    mg_line_integer(to, p->importer);
    mg_line_word(to, hs, n);
    mg_line_integer(to, p->period);
    mg_line_number(to, p->x);
    mg_line_number(to, p->m);
    mg_line_number(to, p->m - p->x);
    mg_line_number(to, r->log_gap[i]);
    mg_line_number(to, r->z_cp[i]);
    mg_line_number(to, r->z_ts[i]);
    mg_line_number(to, score_of(r, i));
    if (r->options->names) {
        line_area_name(to, ref, p->exporter);
        line_area_name(to, ref, p->importer);
        line_chapter(to, ref, p->hs);
    }
    if (r->truth != NULL)
        mg_line_text(to, truth_of(r->truth, p->period, p->exporter, p->importer, p->hs));
    mg_line_end(to);
}

static mg_status print_ranking(struct ranking *r, const mg_session *session,
                               mg_output *output, mg_scores_summary *summary,
                               mg_error *err)
{
    uint64_t limit = r->options->filter.limit;
    size_t k = limit > 0 && limit < r->n ? (size_t)limit : r->n;
    mg_lines lines;
    mg_status status = MG_OK;

    r->order = mg_alloc(k, sizeof *r->order);
    if (r->order == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot rank %zu pairs", k);
    k = k > 0 ? best_of(r, k) : 0;
    mg_lines_start(&lines, output);
    for (size_t i = 0; status == MG_OK && i < k; i++) {
        print_scored(r, r->order[i], mg_session_ref(session), &lines);
        if (lines.rows == 4096 || i + 1 == k)
            status = mg_output_write(output, &lines, err);
    }
    summary->printed = k;
    mg_lines_release(&lines);
    return status;
}

static void sum_up(const struct ranking *r, mg_scores_summary *s)
{
    mg_sum gap = {0};
    mg_sum log_gap = {0};
    mg_sum cp = {0};
    mg_sum ts = {0};

    for (size_t i = 0; i < r->n; i++) {
        mg_sum_add(&gap, r->pairs[i].m - r->pairs[i].x);
        mg_sum_add(&log_gap, r->log_gap[i]);
        mg_sum_add(&cp, fabs(r->z_cp[i]));
        mg_sum_add(&ts, fabs(r->z_ts[i]));
    }
    s->scored = r->n;
    s->gap_usd = mg_sum_value(&gap);
    s->log_gap = mg_sum_value(&log_gap);
    s->abs_z_cp = mg_sum_value(&cp);
    s->abs_z_ts = mg_sum_value(&ts);
}

/* Frequencies are never mixed: annual where there is any, unless asked. */
static char choose_freq(const mg_dataset *data, const mg_filter *f, const mg_talk *talk)
{
    bool annual = false;
    bool monthly = false;

    for (size_t p = 0; p < data->n_periods; p++)
        if (filter_period(f, data->periods[p].period))
            *(mg_period_monthly(data->periods[p].period) ? &monthly : &annual) = true;
    if (annual && monthly)
        mg_say(talk, MG_SAY_INFO,
               "annual and monthly data: annual pairs are scored; --freq M "
               "scores the monthly ones");
    return annual ? 'A' : 'M';
}

static mg_status gather(struct ranking *r, const mg_session *session, char freq,
                        const mg_talk *talk, mg_error *err)
{
    const mg_dataset *data = mg_session_dataset(session);
    mg_pair_sink sink = {take, r};
    mg_reporting *reporting = NULL;
    mg_status status = mg_reporting_new(data, mg_session_ref(session), &reporting, err);

    for (size_t p = 0; status == MG_OK && p < data->n_periods; p++) {
        r->period = data->periods[p].period;
        if ((freq == 'M') != mg_period_monthly(r->period))
            continue;
        status = mg_pair_join(data, p, reporting, &sink, err);
        if (status == MG_OK)
            status = mg_check_stop(talk, err);
    }
    mg_reporting_free(reporting);
    if (status == MG_OK && r->n > UINT32_MAX)
        status = mg_fail(err, MG_E_RANGE, "more than 4,294,967,295 pairs");
    return status;
}

mg_status mg_robust_z_print(const mg_session *session, const mg_scores_options *options,
                            mg_output *output, const mg_talk *talk,
                            mg_scores_summary *summary, mg_error *err)
{
    struct ranking r = {.options = options,
                        .level = options->filter.level > 0 ? options->filter.level : 0};
    const size_t n = (size_t)(options->names ? ALL : UNNAMED) - (options->truth == NULL);
    mg_status status = MG_OK;

    *summary = (mg_scores_summary){0};
    if (options->truth != NULL)
        status = truth_read(options->truth, &r.truth, err);
    if (status == MG_OK)
        status = mg_output_columns(output, "scores",
                                   options->names ? columns : columns_unnamed, n, err);
    if (status == MG_OK)
        status = mg_output_note(output, "data", mg_session_identity(session), err);
    if (status == MG_OK)
        status = mg_output_note(output, "model", "robust-z", err);
    summary->freq = choose_freq(mg_session_dataset(session), &options->filter, talk);
    if (status == MG_OK)
        status = gather(&r, session, summary->freq, talk, err);
    if (status == MG_OK)
        status = score(&r, err);
    if (status == MG_OK) {
        sum_up(&r, summary);
        status = print_ranking(&r, session, output, summary, err);
    }
    summary->level = r.level;
    free(r.pairs);
    free(r.log_gap);
    free(r.z_cp);
    free(r.z_ts);
    free(r.order);
    truth_free(r.truth);
    return status;
}
