/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lookalike: rows of all countries that files mix up with others, the likeliest
 * mix-ups with most money first. */
#include <stdlib.h>

#include "app/filter.h"
#include "app/lookalikes.h"
#include "mirrorgap/app_screen.h"
#include "mirrorgap/confusable.h"
#include "mirrorgap/mem.h"

enum { CODES = 65536 };

/* Whether some row of a country may be trade of another. */
static bool gains(const mg_confusable *table, unsigned code)
{
    size_t n;
    const mg_twin *twins = mg_confusable_twins(table, code, &n);

    for (size_t i = 0; i < n; i++)
        if (twins[i].gains)
            return true;
    return false;
}

static double moves(const struct lookalike_line *line)
{
    return line->finding.posterior * mg_lookalike_move(&line->row);
}

static int by_money(const void *a, const void *b)
{
    const struct lookalike_line *x = a;
    const struct lookalike_line *y = b;
    const double mx = moves(x);
    const double my = moves(y);

    if (mx != my)
        return mx > my ? -1 : 1;
    if (x->named != y->named)
        return x->named < y->named ? -1 : 1;
    if (x->period != y->period)
        return x->period < y->period ? -1 : 1;
    if (x->reporter != y->reporter)
        return x->reporter < y->reporter ? -1 : 1;
    if (x->hs != y->hs)
        return x->hs < y->hs ? -1 : 1;
    return (int)x->exports - (int)y->exports;
}

static bool wanted(const mg_filter *f, const struct lookalike_line *line, bool all)
{
    return filter_period(f, line->period) &&
           (all || line->finding.posterior >= MG_LOOKALIKE_DOUBT) &&
           filter_cell(&(mg_filter){.exporters = f->exporters,
                                    .importers = f->importers,
                                    .prefixes = f->prefixes,
                                    .n_prefixes = f->n_prefixes,
                                    .level = f->level},
                       line->exports ? line->named : line->reporter,
                       line->exports ? line->reporter : line->named, line->hs);
}

static mg_status print(const mg_session *session, const mg_lookalike_options *o,
                       struct lookalikes *found, mg_output *output,
                       mg_lookalike_summary *summary, mg_error *err)
{
    const mg_filter *f = &o->mirror.filter;
    mg_sum moved = {0};
    mg_lines lines;
    mg_status status = lookalike_columns(output, err);

    if (status == MG_OK)
        status = mg_output_note(output, "data", mg_session_identity(session), err);
    if (found->n > 1)
        qsort(found->lines, found->n, sizeof *found->lines, by_money);
    mg_lines_start(&lines, output);
    for (size_t i = 0; status == MG_OK && i < found->n; i++) {
        const struct lookalike_line *line = &found->lines[i];
        if (!wanted(f, line, o->all))
            continue;
        summary->swaps += line->finding.verdict == MG_LOOKALIKE_IS_SWAP;
        summary->doubtful += line->finding.verdict == MG_LOOKALIKE_IS_DOUBTFUL;
        mg_sum_add(&moved, moves(line));
        if (f->limit > 0 && summary->rows == f->limit)
            continue;
        lookalike_print(mg_session_ref(session), line, &lines);
        summary->rows++;
        status = mg_output_step(output, &lines, err);
    }
    summary->move_usd = mg_sum_value(&moved);
    if (status == MG_OK)
        status = mg_output_write(output, &lines, err);
    mg_lines_release(&lines);
    return status;
}

mg_status mg_lookalike_print(const mg_session *session,
                             const mg_lookalike_options *options, mg_output *output,
                             const mg_talk *talk, mg_lookalike_summary *summary,
                             mg_error *err)
{
    const mg_dataset *data = mg_session_dataset(session);
    const mg_filter *f = &options->mirror.filter;
    struct lookalikes found = {0};
    mg_confusable *table;
    mg_status status = mg_confusable_load(mg_session_ref(session), &table, err);

    *summary = (mg_lookalike_summary){.freq = 'A'};
    if (status == MG_OK && data->n_periods > 0)
        summary->freq = filter_freq(f, &data->periods[0].period, data->n_periods,
                                    sizeof data->periods[0], talk);
    for (unsigned code = 1; status == MG_OK && code < CODES; code++) {
        const size_t before = found.n;
        if ((f->either != NULL && f->either[code] == 0) || !gains(table, code))
            continue;
        status = lookalikes_add(&found, session, &options->mirror, code, summary->freq,
                                talk, err);
        summary->countries += found.n > before;
    }
    summary->looked_at = found.n;
    if (status == MG_OK)
        status = print(session, options, &found, output, summary, err);
    lookalikes_release(&found);
    mg_confusable_free(table);
    return status;
}
