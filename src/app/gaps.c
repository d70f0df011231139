/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gaps: sums of the gaps of pairs, with what they are made of. */
#include <stdlib.h>
#include <string.h>

#include "app/filter.h"
#include "app/gap_keys.h"
#include "app/mirror.h"

enum { LEVELS = 4 }; /* TOTAL, 2, 4, 6: the finest that is filed is told */

static const mg_output_column columns[] = {
    {"cells", "count", "cells that were summed"},
    {"matched", "count", "of them filed by both sides"},
    {"exporter_only", "count", "of them filed by the exporter alone"},
    {"importer_only", "count", "of them filed by the importer alone"},
    {"export_usd", "USD", "exporters' figures, all cells"},
    {"import_fob_usd", "USD", "importers' figures made FOB, all cells"},
    {"coverage_export", "share", "of export_usd in matched cells"},
    {"coverage_import", "share", "of import_fob_usd in matched cells"},
    {"net_gap_usd", "USD", "sum of the gaps of matched cells"},
    {"gross_positive_usd", "USD", "sum of the positive ones"},
    {"gross_negative_usd", "USD", "size of the sum of the negative ones"},
    {"weighted_gap_usd", "USD", "sum of gaps times agreement of quantities (GFI)"},
    {"weighted_cells", "count", "matched cells with both quantities"},
    {"misclassification_hs4", "share", "of gross gaps that nets out inside headings"},
    {"misclassification_hs2", "share", "of gross gaps that nets out inside chapters"},
    {"import_over_usd", "USD", "positive gaps, seen from the importers"},
    {"import_under_usd", "USD", "size of negative gaps, seen from the importers"},
    {"export_over_usd", "USD", "size of negative gaps, seen from the exporters"},
    {"export_under_usd", "USD", "positive gaps, seen from the exporters"},
    {"quantity_share", "share", "of the variance of log gaps that is the quantity's"},
    {"price_share", "share", "of the variance of log gaps that is the price's"},
    {"split_cells", "count", "matched cells with both quantities, none estimated"},
    {"net_low_usd", "USD", "net_gap_usd at the low end of each import's margin band"},
    {"net_high_usd", "USD", "net_gap_usd at its high end"},
    {"modelled_share", "share", "of import_fob_usd whose margin is a model's"},
};
enum { COLUMNS = sizeof columns / sizeof *columns, MOST = COLUMNS + GAP_KEYS * 4 };

struct gaps {
    const struct mirror *mirror;
    struct gap_keys keys;
    mg_rollup *rollups[LEVELS];
};

/* One period as one thread sums it. */
struct summing {
    const struct gaps *gaps;
    mg_rollup *rollups[LEVELS];
    struct period_margins margins;
    uint32_t period;
};

static mg_rollup_cell cell_of(const struct summing *s, const mg_pair *p, int level)
{
    struct measure m;

    mirror_measure(s->gaps->mirror, &s->margins, p, &m);
    return (mg_rollup_cell){
        .place = (uint64_t)s->period << 32 | (uint64_t)p->exporter << 16 | p->importer,
        .hs4 = level > 4 ? mg_hs_cut(p->hs, 4) : 0,
        .hs2 = level > 2 ? mg_hs_cut(p->hs, 2) : 0,
        .x_usd = p->x.value_usd,
        .m_usd = m.m.usd,
        .gap_usd = m.gap,
        .low_usd = m.gap_low,
        .high_usd = m.gap_high,
        .modelled = m.m.source == MG_MARGIN_BACI || m.m.source == MG_MARGIN_GFI ||
                    m.m.source == MG_MARGIN_FIT,
        .log_gap = m.log_gap,
        .quantity = m.qty};
}

static mg_status take(void *self, const mg_pair *pairs, size_t n, mg_error *err)
{
    struct summing *s = self;
    const struct gap_keys *keys = &s->gaps->keys;
    const mg_filter *f = &s->gaps->mirror->filter;
    mg_status status = MG_OK;

    for (size_t i = 0; status == MG_OK && i < n; i++) {
        const mg_pair *p = &pairs[i];
        int level = mg_hs_level(p->hs);
        if (level > 6 || level % 2 != 0 || !mirror_wants(s->gaps->mirror, p) ||
            !filter_figures(f, p))
            continue;
        mg_rollup *to = s->rollups[level / 2];
        mg_rollup_cell cell = cell_of(s, p, level);
        if (!keys->by_country) {
            status = mg_rollup_add(to, gap_key_of(keys, p, s->period, 0), MG_ROLLUP_BOTH,
                                   &cell, err);
            continue;
        }
        status = mg_rollup_add(to, gap_key_of(keys, p, s->period, p->importer),
                               MG_ROLLUP_IMPORTER, &cell, err);
        if (status == MG_OK)
            status = mg_rollup_add(to, gap_key_of(keys, p, s->period, p->exporter),
                                   MG_ROLLUP_EXPORTER, &cell, err);
    }
    return status;
}

static mg_status new_rollups(mg_rollup **rollups, mg_error *err)
{
    mg_status status = MG_OK;

    for (int l = 0; status == MG_OK && l < LEVELS; l++)
        status = mg_rollup_new(&rollups[l], err);
    return status;
}

static void free_rollups(mg_rollup **rollups)
{
    for (int l = 0; l < LEVELS; l++)
        mg_rollup_free(rollups[l]);
}

static mg_status sum_period(void *self, size_t i, mg_error *err)
{
    struct gaps *g = self;
    const struct mirror *m = g->mirror;
    const uint32_t period = m->periods[i];
    struct summing s = {.gaps = g, .period = period};
    mg_pair_sink sink = mirror_sink(m, NULL);
    mg_status status = margins_period(&m->margins, period, &s.margins, err);

    sink.take = take;
    sink.self = &s;
    if (status == MG_OK)
        status = new_rollups(s.rollups, err);
    if (status == MG_OK)
        status = mirror_join(m, period, &s.margins, &sink, err);
    for (int l = 0; status == MG_OK && l < LEVELS; l++) {
#pragma omp critical(mg_gaps_merge)
        status = mg_rollup_merge(g->rollups[l], s.rollups[l], err);
    }
    free_rollups(s.rollups);
    margins_period_release(&s.margins);
    return status;
}

static double share(const mg_sum *part, const mg_sum *whole)
{
    return whole->fixed > 0 ? mg_sum_value(part) / mg_sum_value(whole) : NAN;
}

static void print_row(const struct gap_keys *keys, const mg_rollup_row *r, mg_lines *to)
{
    const mg_pq_shares shares = mg_pq_finish(&r->split);
    const mg_sum *usd[] = {&r->import_over, &r->import_under, &r->export_over,
                           &r->export_under};

    gap_key_print(keys, r->key, to);
    mg_line_integer(to, (int64_t)(r->matched + r->exporter_only + r->importer_only));
    mg_line_integer(to, (int64_t)r->matched);
    mg_line_integer(to, (int64_t)r->exporter_only);
    mg_line_integer(to, (int64_t)r->importer_only);
    mg_line_number(to, mg_sum_value(&r->export_usd));
    mg_line_number(to, mg_sum_value(&r->import_fob_usd));
    mg_line_number(to, share(&r->export_matched_usd, &r->export_usd));
    mg_line_number(to, share(&r->import_matched_usd, &r->import_fob_usd));
    mg_line_number(to, mg_sum_value(&r->net));
    mg_line_number(to, mg_sum_value(&r->positive));
    mg_line_number(to, mg_rollup_negative(r));
    mg_line_number(to, r->n_weighted > 0 ? mg_sum_value(&r->weighted) : NAN);
    mg_line_integer(to, (int64_t)r->n_weighted);
    mg_line_number(to, mg_rollup_misclassified(&r->net_hs4, &r->gross_hs4));
    mg_line_number(to, mg_rollup_misclassified(&r->net_hs2, &r->gross_hs2));
    for (size_t i = 0; i < sizeof usd / sizeof *usd; i++)
        mg_line_number(to, mg_sum_value(usd[i]));
    mg_line_number(to, shares.quantity);
    mg_line_number(to, shares.price);
    mg_line_integer(to, (int64_t)shares.n);
    mg_line_number(to, mg_sum_value(&r->net_low));
    mg_line_number(to, mg_sum_value(&r->net_high));
    mg_line_number(to, share(&r->import_modelled_usd, &r->import_fob_usd));
    mg_line_end(to);
}

static mg_status print_rows(struct gaps *g, mg_output *output, const mg_talk *talk,
                            mg_gaps_summary *summary, mg_error *err)
{
    const uint64_t limit = g->mirror->filter.limit;
    const mg_rollup_row *rows;
    mg_sum net = {0};
    mg_sum positive = {0};
    mg_lines lines;
    size_t n = 0;
    int level = LEVELS;
    mg_status status = MG_OK;

    do
        rows = mg_rollup_rows(g->rollups[--level], &n);
    while (n == 0 && level > 0);
    summary->level = 2 * level;
    if (n > 0 && gap_keys_level(&g->keys) > summary->level)
        mg_say(talk, MG_SAY_INFO,
               "the finest level that is filed is %d: finer keys are "
               "empty",
               summary->level);
    mg_lines_start(&lines, output);
    for (size_t i = 0; status == MG_OK && i < n; i++) {
        summary->cells += rows[i].matched + rows[i].exporter_only + rows[i].importer_only;
        mg_sum_merge(&net, &rows[i].net);
        mg_sum_merge(&positive, &rows[i].positive);
        if (limit > 0 && summary->rows >= limit)
            continue;
        print_row(&g->keys, &rows[i], &lines);
        summary->rows++;
        status = mg_output_step(output, &lines, err);
    }
    if (status == MG_OK)
        status = mg_output_write(output, &lines, err);
    mg_lines_release(&lines);
    summary->net_usd = mg_sum_value(&net);
    summary->positive_usd = mg_sum_value(&positive);
    summary->negative_usd = summary->positive_usd - summary->net_usd;
    return status;
}

bool mg_gaps_keys_known(const char *by, const mg_ref *ref, mg_error *err)
{
    struct gap_keys keys;
    mg_status status = gap_keys_read(&keys, by, ref, err);

    gap_keys_release(&keys);
    return status == MG_OK;
}

mg_status mg_gaps_print(const mg_session *session, const mg_gaps_options *options,
                        mg_output *output, const mg_talk *talk, mg_gaps_summary *summary,
                        mg_error *err)
{
    mg_output_column all[MOST];
    struct mirror mirror = {0};
    struct gaps g = {.mirror = &mirror};
    size_t n = 0;
    mg_status status = gap_keys_read(&g.keys, options->by, mg_session_ref(session), err);

    *summary = (mg_gaps_summary){0};
    if (status == MG_OK)
        status = mirror_open(&mirror, session, &options->mirror, false, talk, err);
    if (status == MG_OK)
        status = new_rollups(g.rollups, err);
    if (status == MG_OK) {
        n = gap_key_columns(&g.keys, all);
        memcpy(all + n, columns, sizeof columns);
        status = mg_output_columns(output, "gaps", all, n + COLUMNS, err);
    }
    if (status == MG_OK)
        status = mirror_note(&mirror, output, err);
    if (status == MG_OK) {
        summary->freq = mirror_freq(&mirror, talk);
        status = mirror_each_period(&mirror, summary->freq, talk, sum_period, &g, err);
    }
    if (status == MG_OK)
        status = print_rows(&g, output, talk, summary, err);
    free_rollups(g.rollups);
    gap_keys_release(&g.keys);
    mirror_close(&mirror);
    return status;
}
