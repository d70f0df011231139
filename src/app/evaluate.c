/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evaluate: how well rankings find what was planted. What is counted how is told in
 * docs/evaluation.md. */
#include "app/evaluate.h"

#include <stdlib.h>
#include <string.h>

#include "mirrorgap/mem.h"
#include "mirrorgap/plant.h"
#include "mirrorgap/ranking.h"

static const mg_output_column columns[] = {
    {"scores", "text", "the table that was evaluated"},
    {"ranking", "text", "as_given, or a baseline from the table's own figures"},
    {"kind", "text", "kind of anomaly, all, evasion, or price+quantity"},
    {"rows", "count", "rows ranked: cells of other kinds are left out"},
    {"planted", "count", "anomalies in the truth file"},
    {"scored", "count", "of them, those with a cell in the table"},
    {"relevant", "count",
     "cells to be found: those in the table, and one for each "
     "anomaly that has none there"},
    {"average_precision", "share", "mean precision at the places of relevant cells"},
    {"precision_10", "share", "relevant among the first 10, expected over ties"},
    {"precision_100", "share", "among the first 100"},
    {"precision_1000", "share", "among the first 1000"},
    {"recall_10", "share", "relevant cells that are among the first 10"},
    {"recall_100", "share", "among the first 100"},
    {"recall_1000", "share", "among the first 1000"},
    {"flagged_q10", "count", "rows with q <= 0.1"},
    {"found_q10", "count", "anomalies with a cell among them"},
    {"recall_q10", "share", "relevant cells that are among them"},
    {"fdp_q10", "share", "of the flagged rows, those where nothing was planted"},
};
static const uint64_t cuts[MG_RANKING_CUTS] = {10, 100, 1000};

enum { KINDS_MAX = 32 };

/* The truth laid over a table. */
struct evaluation {
    const struct truth *truth;
    const char *kinds[KINDS_MAX]; /* that occur, in their usual order */
    unsigned n_kinds;
    const char *name; /* of the table */
    bool stored;      /* quantities were looked up in a store */
    struct judged_table table;
    uint32_t *kinds_of; /* by row: a bit each */
    uint8_t *kind_of;   /* by anomaly */
    uint8_t *state;     /* by anomaly: SCORED, FOUND */
    double *score;
    uint32_t *order;
    uint8_t *relevant;
};
enum { SCORED = 1, FOUND = 2 };

/* ---- kinds ---- */

static unsigned usual_place(const char *kind)
{
    unsigned k = MG_PLANT_HIDDEN;

    while (k < MG_PLANT_KINDS && strcmp(mg_plant_name(k), kind) != 0)
        k++;
    return k;
}

static int by_place(const void *a, const void *b)
{
    const char *p = *(const char *const *)a;
    const char *q = *(const char *const *)b;
    unsigned i = usual_place(p);
    unsigned k = usual_place(q);

    return i != k ? (i < k ? -1 : 1) : strcmp(p, q);
}

static unsigned find_kind(const struct evaluation *e, const char *kind)
{
    unsigned k = 0;

    while (k < e->n_kinds && strcmp(e->kinds[k], kind) != 0)
        k++;
    return k;
}

static mg_status list_kinds(struct evaluation *e, mg_error *err)
{
    const struct truth *t = e->truth;

    for (size_t i = 0; i < t->n; i++) {
        if (find_kind(e, t->items[i].kind) < e->n_kinds)
            continue;
        if (e->n_kinds == KINDS_MAX)
            return mg_fail(err, MG_E_RANGE, "more than %d kinds of anomaly",
                           (int)KINDS_MAX);
        e->kinds[e->n_kinds++] = t->items[i].kind;
    }
    if (e->n_kinds > 0)
        qsort(e->kinds, e->n_kinds, sizeof *e->kinds, by_place);
    e->kind_of = mg_alloc_zero(t->anomalies, sizeof *e->kind_of);
    e->state = mg_alloc_zero(t->anomalies, sizeof *e->state);
    if (e->kind_of == NULL || e->state == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot hold the truth");
    for (size_t i = 0; i < t->n; i++)
        e->kind_of[t->items[i].anomaly] = (uint8_t)find_kind(e, t->items[i].kind);
    return MG_OK;
}

/* ---- the truth over the table ---- */

static bool flagged(const struct judged *r)
{
    return r->q <= 0.1; /* not where q is missing */
}

static mg_status lay_over(struct evaluation *e, mg_error *err)
{
    const size_t n = e->table.n;

    e->kinds_of = mg_alloc_zero(n, sizeof *e->kinds_of);
    e->score = mg_alloc(n, sizeof *e->score);
    e->order = mg_alloc(n, sizeof *e->order);
    e->relevant = mg_alloc(n, sizeof *e->relevant);
    if (e->kinds_of == NULL || e->score == NULL || e->order == NULL ||
        e->relevant == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot evaluate %zu rows", n);
    memset(e->state, 0, e->truth->anomalies);
    for (size_t i = 0; i < n; i++) {
        const struct judged *r = &e->table.rows[i];
        size_t cells;
        const struct truth_cell *c =
            truth_find(e->truth, r->period, r->exporter, r->importer, r->hs, &cells);
        for (size_t k = 0; k < cells; k++) {
            e->kinds_of[i] |= 1U << e->kind_of[c[k].anomaly];
            e->state[c[k].anomaly] |= (uint8_t)(SCORED | (flagged(r) ? FOUND : 0));
        }
    }
    return MG_OK;
}

/* ---- a line ---- */

struct counts {
    uint64_t planted, scored, found;       /* anomalies */
    uint64_t flagged, flagged_hits, wrong; /* rows */
};

/* Kinds that are looked at together: a row of one of them is relevant, one of another
 * kind neutral. */
struct group {
    const char *name;
    uint32_t kinds; /* a bit each */
};

static struct counts count(struct evaluation *e, const struct group *g)
{
    struct counts c = {0};

    for (uint32_t a = 0; a < e->truth->anomalies; a++) {
        if ((g->kinds >> e->kind_of[a] & 1) == 0)
            continue;
        c.planted++;
        c.scored += (e->state[a] & SCORED) != 0;
        c.found += (e->state[a] & FOUND) != 0;
    }
    for (size_t i = 0; i < e->table.n; i++) {
        const uint32_t of = e->kinds_of[i];
        e->relevant[i] = (of & g->kinds) != 0 ? MG_RELEVANT
                         : of != 0            ? MG_NEUTRAL
                                              : MG_IRRELEVANT;
        if (!flagged(&e->table.rows[i]) || e->relevant[i] == MG_NEUTRAL)
            continue;
        c.flagged++;
        c.flagged_hits += e->relevant[i] == MG_RELEVANT;
        c.wrong += e->relevant[i] == MG_IRRELEVANT;
    }
    return c;
}

/* All kinds; those that evade, which are not mistakes of unit or date; those that both
 * sides file; and each for itself. Room for KINDS_MAX + 3. */
static unsigned list_groups(const struct evaluation *e, struct group *groups)
{
    unsigned n = 0;
    uint32_t mistakes = 0;
    uint32_t two_sided = 0;

    for (unsigned k = 0; k < e->n_kinds; k++) {
        const unsigned kind = usual_place(e->kinds[k]);
        const bool mistake = kind == MG_PLANT_UNIT_ERROR || kind == MG_PLANT_TIME_SHIFT;
        const bool both = kind == MG_PLANT_PRICE || kind == MG_PLANT_QUANTITY;
        mistakes |= mistake ? 1U << k : 0;
        two_sided |= both ? 1U << k : 0;
    }
    groups[n++] = (struct group){"all", UINT32_MAX};
    if (mistakes != 0)
        groups[n++] = (struct group){"evasion", ~mistakes};
    if (__builtin_popcount(two_sided) > 1)
        groups[n++] = (struct group){"price+quantity", two_sided};
    for (unsigned k = 0; k < e->n_kinds; k++)
        groups[n++] = (struct group){e->kinds[k], 1U << k};
    return n;
}

static double share(uint64_t part, uint64_t whole)
{
    return whole > 0 ? (double)part / (double)whole : NAN;
}

static void print_line(struct evaluation *e, unsigned ranking, const struct group *group,
                       mg_lines *to)
{
    const struct counts c = count(e, group);
    const mg_ranking_marks m = mg_ranking_measure(
        e->table.n, e->score, e->order, e->relevant, c.planted - c.scored, cuts);
    const bool has_q = ranking == RANKED_AS_GIVEN && e->table.has_q;

    mg_line_text(to, e->name);
    mg_line_text(to, judged_ranking_name(ranking));
    mg_line_text(to, group->name);
    mg_line_integer(to, (int64_t)m.items);
    mg_line_integer(to, (int64_t)c.planted);
    mg_line_integer(to, (int64_t)c.scored);
    mg_line_integer(to, (int64_t)m.relevant);
    mg_line_number(to, m.average_precision);
    for (int k = 0; k < MG_RANKING_CUTS; k++)
        mg_line_number(to, m.precision[k]);
    for (int k = 0; k < MG_RANKING_CUTS; k++)
        mg_line_number(to, m.recall[k]);
    if (has_q) {
        mg_line_integer(to, (int64_t)c.flagged);
        mg_line_integer(to, (int64_t)c.found);
        mg_line_number(to, share(c.flagged_hits, m.relevant));
        mg_line_number(to, share(c.wrong, c.flagged));
    } else
        for (int k = 0; k < 4; k++)
            mg_line_missing(to);
    mg_line_end(to);
}

static mg_status print_rankings(struct evaluation *e, uint64_t seed, mg_lines *to,
                                const mg_talk *talk, mg_error *err)
{
    struct group groups[KINDS_MAX + 3];
    const unsigned n = list_groups(e, groups);
    mg_status status = MG_OK;

    for (unsigned r = 0; status == MG_OK && r < JUDGED_RANKINGS; r++) {
        bool there = false;
        status = judged_rank(&e->table, r, seed, e->score, &there, err);
        if (status == MG_OK && !there) {
            mg_say(talk, MG_SAY_INFO,
                   e->stored ? "%s: no flow has the quantities of both sides for %s"
                             : "%s: no quantities for %s; --store has them",
                   e->name, judged_ranking_name(r));
            continue;
        }
        if (status == MG_OK)
            status = mg_ranking_order(e->table.n, e->score, e->order, err);
        for (unsigned g = 0; status == MG_OK && g < n; g++)
            print_line(e, r, &groups[g], to);
    }
    return status;
}

static void release_table(struct evaluation *e)
{
    judged_release(&e->table);
    free(e->kinds_of);
    free(e->score);
    free(e->order);
    free(e->relevant);
    e->kinds_of = NULL;
    e->score = NULL;
    e->order = NULL;
    e->relevant = NULL;
}

static mg_status evaluate_table(struct evaluation *e, const mg_evaluate_options *options,
                                mg_lines *to, const mg_talk *talk, mg_error *err)
{
    mg_status status = judged_read(e->name, &e->table, err);

    if (status == MG_OK && options->session != NULL)
        status = judged_quantities(&e->table, options->session, err);
    if (status == MG_OK) {
        judged_complete(&e->table);
        status = lay_over(e, err);
    }
    if (status == MG_OK)
        status = print_rankings(e, options->seed, to, talk, err);
    release_table(e);
    return status;
}

mg_status mg_evaluate_print(const mg_evaluate_options *options, mg_output *output,
                            const mg_talk *talk, uint64_t *rows, mg_error *err)
{
    struct evaluation e = {0};
    struct truth *truth = NULL;
    mg_lines lines;
    mg_status status = truth_read(options->truth, &truth, err);

    *rows = 0;
    mg_lines_start(&lines, output);
    e.truth = truth;
    e.stored = options->session != NULL;
    if (status == MG_OK)
        status = list_kinds(&e, err);
    if (status == MG_OK)
        status = mg_output_columns(output, "evaluation", columns,
                                   sizeof columns / sizeof *columns, err);
    for (size_t i = 0; status == MG_OK && i < options->n_tables; i++) {
        e.name = options->tables[i];
        status = evaluate_table(&e, options, &lines, talk, err);
        *rows += lines.rows;
        if (status == MG_OK)
            status = mg_output_write(output, &lines, err);
        if (status == MG_OK)
            status = mg_check_stop(talk, err);
    }
    mg_lines_release(&lines);
    free(e.kind_of);
    free(e.state);
    truth_free(truth);
    return status;
}
