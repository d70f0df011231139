/* SPDX-License-Identifier: GPL-3.0-or-later */
/* scores --by: the table. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "app/full_groups.h"
#include "mirrorgap/mem.h"

static const mg_output_column columns[] = {
    {"freq", "code", "A annual, M monthly"},
    {"level", "digits", "length of the cells' commodity codes, 0 for TOTAL"},
    {"cells", "count", "cells of the group"},
    {"matched", "count", "of them filed by both sides"},
    {"series", "count", "flows (exporter, importer, commodity) with both sides"},
    {"export_usd", "USD", "exporters' figures, all cells"},
    {"import_fob_usd", "USD", "importers' figures made FOB, all cells"},
    {"gap_usd", "USD", "sum of the gaps of matched cells"},
    {"unusual_usd", "USD", "what of gap_usd is beyond what is usual of such cells"},
    {"mean_gap", "ln", "mean over series of the gap beyond what is usual"},
    {"z", "1", "how far mean_gap is from that of ordinary groups"},
    {"scored", "count", "cells with a p"},
    {"surprising", "count", "of them, those of p <= 0.05"},
    {"p_gap", "probability", "of so far a z"},
    {"p_cells", "probability", "of so many surprising cells"},
    {"p_digits", "probability", "of first digits so far from Benford's law"},
    {"p", "probability", "of the three together"},
    {"q", "share", "false discoveries among groups up to this one"},
    {"at_stake_usd", "USD", "size of unusual_usd"},
    {"channel", "text", "gap, cells or digits: the strongest of the three"},
};
enum { COLUMNS = sizeof columns / sizeof *columns, MOST = COLUMNS + GAP_KEYS * 4 + 1 };

static void print_group(const struct groups *g, uint32_t k, uint64_t rank, mg_lines *to)
{
    static const char *const tests[] = {"gap", "cells", "digits"};
    const struct group *r = &g->items[k];
    const mg_evidence *e = &g->evidence[k];
    const char *channel = e->strongest < 0 ? "" : tests[e->strongest];
    const double numbers[] = {mg_sum_value(&r->x_usd),
                              mg_sum_value(&r->m_usd),
                              mg_sum_value(&r->gap),
                              mg_sum_value(&r->unusual),
                              e->mean,
                              e->z};
    const double p[] = {e->test[0], e->test[1], e->test[2],
                        g->p[k],    g->q[k],    fabs(mg_sum_value(&r->unusual))};

    mg_line_integer(to, (int64_t)rank);
    gap_key_print(&g->keys, r->key, to);
    mg_line_word(to, &g->full->freq, 1);
    mg_line_integer(to, g->full->level);
    mg_line_integer(to, (int64_t)r->cells);
    mg_line_integer(to, (int64_t)r->matched);
    mg_line_integer(to, (int64_t)e->series);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        mg_line_number(to, numbers[i]);
    mg_line_integer(to, (int64_t)e->scored);
    mg_line_integer(to, (int64_t)e->surprising);
    for (size_t i = 0; i < sizeof p / sizeof *p; i++)
        mg_line_number(to, p[i]);
    mg_line_word(to, channel, strlen(channel));
    mg_line_end(to);
}

/* A group in the order of the ranking. */
struct place {
    double p, stake;
    uint32_t group;
};

static int by_rank(const void *a, const void *b)
{
    const struct place *x = a;
    const struct place *y = b;

    if (x->p != y->p)
        return x->p < y->p ? -1 : 1;
    if (x->stake != y->stake)
        return x->stake > y->stake ? -1 : 1;
    return (x->group > y->group) - (x->group < y->group);
}

mg_status groups_print(const struct groups *g, mg_output *output,
                       mg_scores_summary *summary, mg_error *err)
{
    const uint64_t limit = g->full->mirror->filter.limit;
    struct place *places = mg_alloc(g->n_groups, sizeof *places);
    mg_lines lines;
    mg_status status = MG_OK;

    if (places == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot rank %u groups", g->n_groups);
    for (uint32_t k = 0; k < g->n_groups; k++) {
        const double stake = fabs(mg_sum_value(&g->items[k].unusual));
        places[k] = (struct place){isnan(g->p[k]) ? 2 : g->p[k], stake, k};
        if (g->full->by_stake)
            places[k].p = -stake;
        summary->scored += isnan(g->p[k]) ? 0 : 1;
        summary->called += g->q[k] <= 0.1;
    }
    if (g->n_groups > 0)
        qsort(places, g->n_groups, sizeof *places, by_rank);
    mg_lines_start(&lines, output);
    for (uint32_t k = 0; status == MG_OK && k < g->n_groups; k++) {
        if (limit > 0 && summary->printed >= limit)
            break;
        if (!g->items[places[k].group].shown)
            continue;
        print_group(g, places[k].group, k + 1, &lines);
        summary->printed++;
        summary->judged += isnan(g->p[places[k].group]) ? 0 : 1;
        status = mg_output_step(output, &lines, err);
    }
    if (status == MG_OK)
        status = mg_output_write(output, &lines, err);
    mg_lines_release(&lines);
    free(places);
    return status;
}

mg_status full_groups_columns(const char *by, const mg_ref *ref, mg_output *output,
                              mg_error *err)
{
    mg_output_column chosen[MOST] = {
        {"rank", "count", "by p, then by money"},
    };
    struct gap_keys keys;
    size_t n = 1;
    mg_status status = gap_keys_read(&keys, by, ref, err);

    if (status == MG_OK) {
        n += gap_key_columns(&keys, chosen + 1);
        memcpy(chosen + n, columns, sizeof columns);
        status = mg_output_columns(output, "scores", chosen, n + COLUMNS, err);
    }
    gap_keys_release(&keys);
    return status;
}
