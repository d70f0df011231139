/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Verbs that speak of pairs: the two sides laid side by side. */
#include <stdio.h>
#include <string.h>

#include "cli/question.h"

/* That each observation went into a cell, and nothing else did. */
static void tell_identity(const mg_pairs_summary *s, int side)
{
    const mg_pair_counts *n = &s->counts;
    const uint64_t alone = s->joined[side == 0 ? MG_EXPORTER_ONLY : MG_IMPORTER_ONLY];
    const uint64_t joined = s->joined[MG_MATCHED] + alone;
    const uint64_t filed = n->observations[side];
    const uint64_t told = s->as_filed ? joined : n->rows[side] + n->within_union[side];
    const char *broken = told == filed || !s->exact ? "" : " BROKEN: please report this";

    if (s->as_filed)
        fprintf(stderr, "identity: matched + %s = %llu, %s observations = %llu%s\n",
                side == 0 ? "exporter_only" : "importer_only", (unsigned long long)joined,
                side == 0 ? "X" : "M", (unsigned long long)filed, broken);
    else
        fprintf(stderr,
                "identity: matched + %s = %llu cells of %llu rows, %llu rows within "
                "unions, %s observations = %llu%s\n",
                side == 0 ? "exporter_only" : "importer_only", (unsigned long long)joined,
                (unsigned long long)n->rows[side],
                (unsigned long long)n->within_union[side], side == 0 ? "X" : "M",
                (unsigned long long)filed, broken);
}

static void tell_pairs(const mg_pairs_summary *s)
{
    char x[MG_NUMBER_TEXT + 1];
    char m[MG_NUMBER_TEXT + 1];
    char gap[MG_NUMBER_TEXT + 1];

    for (int side = 0; side < 2; side++)
        tell_identity(s, side);
    if (s->counts.components > 0)
        fprintf(stderr, "harmonised: %llu cells are components of codes (030613*)\n",
                (unsigned long long)s->counts.components);
    if (s->counts.outside[0] + s->counts.outside[1] > 0)
        fprintf(stderr,
                "left out: %llu exports and %llu imports whose other side's month is not "
                "held\n",
                (unsigned long long)s->counts.outside[0],
                (unsigned long long)s->counts.outside[1]);
    if (s->counts.moved > 0)
        fprintf(stderr, "re-exports: %llu moved to the hub, %s USD\n",
                (unsigned long long)s->counts.moved,
                question_number(mg_sum_value(&s->counts.moved_usd), x));
    fprintf(stderr,
            "pairs: matched=%llu exporter_only=%llu importer_only=%llu export_usd=%s "
            "import_usd=%s gap_usd=%s\n",
            (unsigned long long)s->cells[MG_MATCHED],
            (unsigned long long)s->cells[MG_EXPORTER_ONLY],
            (unsigned long long)s->cells[MG_IMPORTER_ONLY],
            question_number(s->export_usd, x), question_number(s->import_usd, m),
            question_number(s->gap_usd, gap));
}

static int read_reconcile(const cli *c, int *method)
{
    const char *text = c->options->reconcile;

    *method = text != NULL ? mg_reconcile_find(text) : -1;
    if (text != NULL && *method < 0)
        return cli_usage(c, "'%s' is no way to reconcile: baci, by, mirror", text);
    return EXIT_DONE;
}

/* A verb that prints one table about pairs. */
typedef mg_status (*print_table)(const cli *c, const mg_session *session,
                                 const mg_mirror_options *options, mg_output *output,
                                 uint64_t *rows, mg_error *err);

static int mirror_table(cli *c, print_table print)
{
    struct question q = {0};
    mg_mirror_options options = {0};
    uint64_t rows = 0;
    int code = cli_mirror(c, &options);

    if (code == EXIT_DONE)
        code = question_start(c, MG_JOIN_COLUMNS, false, &q);
    if (code == EXIT_DONE) {
        options.filter = q.filter;
        mg_status status = print(c, q.session, &options, q.output, &rows, &q.err);
        code = question_end(c, q.output, status, &q.err, rows);
    }
    question_release(c, &q);
    return code;
}

static mg_status print_reliability(const cli *c, const mg_session *session,
                                   const mg_mirror_options *options, mg_output *output,
                                   uint64_t *rows, mg_error *err)
{
    const mg_reliability_question question = {*options, c->options->method};

    return mg_reliability_print(session, &question, output, &c->talk, rows, err);
}

int verb_reliability(cli *c)
{
    const char *method = c->options->method;

    if (method != NULL && !mg_reliability_method_known(method))
        return cli_usage(c, "'%s' is no method: baci, by, variance", method);
    return mirror_table(c, print_reliability);
}

static mg_status print_hubs(const cli *c, const mg_session *session,
                            const mg_mirror_options *options, mg_output *output,
                            uint64_t *rows, mg_error *err)
{
    return mg_hubs_print(session, options, output, &c->talk, rows, err);
}

int verb_hubs(cli *c)
{
    return mirror_table(c, print_hubs);
}

static mg_status print_margins(const cli *c, const mg_session *session,
                               const mg_mirror_options *options, mg_output *output,
                               uint64_t *rows, mg_error *err)
{
    return mg_margins_print(session, options, c->options->save, output, &c->talk, rows,
                            err);
}

int verb_margins(cli *c)
{
    return mirror_table(c, print_margins);
}

int verb_pairs(cli *c)
{
    struct question q = {0};
    mg_pairs_options options = {.names = c->options->names,
                                .hubs = c->options->hubs,
                                .unit_errors = c->options->unit_errors};
    mg_pairs_summary summary;
    int code = cli_mirror(c, &options.mirror);

    if (code == EXIT_DONE)
        code = read_reconcile(c, &options.reconcile);

    if (code == EXIT_DONE)
        code = question_start(c, MG_JOIN_COLUMNS, false, &q);
    if (code == EXIT_DONE) {
        options.mirror.filter = q.filter;
        mg_status status =
            mg_pairs_print(q.session, &options, q.output, &c->talk, &summary, &q.err);
        code = question_end(c, q.output, status, &q.err, summary.printed);
        if (code != EXIT_WORK_FAILED && code != EXIT_INTERRUPTED)
            tell_pairs(&summary);
    }
    question_release(c, &q);
    return code;
}

int verb_export(cli *c)
{
    const mg_format format = c->options->output.format;

    if (c->options->output.path == NULL ||
        (format != MG_FORMAT_XLSX && format != MG_FORMAT_DTA))
        return cli_usage(c,
                         "export writes -o FILE.xlsx for Excel or -o FILE.dta for Stata "
                         "(so does -o with any other table)");
    return verb_pairs(c);
}

int verb_pack(cli *c)
{
    struct question q = {0};
    const mg_output_options *output = &c->options->output;
    mg_pack_question question = {.path = output->path,
                                 .no_provenance = output->no_provenance,
                                 .command = output->command};
    mg_pack_summary s;

    if (question.path == NULL || c->options->format_given)
        return cli_usage(c, "pack writes -o FILE.h5, which has one format");
    int code = cli_mirror(c, &question.mirror);
    if (code == EXIT_DONE)
        code = question_start(c, MG_ALL_COLUMNS, false, &q);
    if (code == EXIT_DONE) {
        question.mirror.filter = q.filter;
        mg_status status = mg_pack_store(q.session, &question, &c->talk, &s, &q.err);
        code = question_end(c, q.output, status, &q.err, s.observations);
        if (code == EXIT_DONE || code == EXIT_NOTHING)
            cli_say(c, "pack: observations=%llu pairs=%llu scores=%llu",
                    (unsigned long long)s.observations, (unsigned long long)s.pairs,
                    (unsigned long long)s.scores);
    }
    question_release(c, &q);
    return code;
}

int verb_gaps(cli *c)
{
    struct question q = {0};
    mg_gaps_options options = {.by = c->options->by};
    mg_gaps_summary s;
    int code = cli_mirror(c, &options.mirror);

    if (code == EXIT_DONE && options.by == NULL)
        return cli_usage(c, "gaps needs --by, for example --by exporter,importer,hs2");
    if (code == EXIT_DONE && !mg_gaps_keys_known(options.by, c->ref, &q.err))
        return cli_usage(c, "%s", q.err.what);
    if (code == EXIT_DONE)
        code = question_start(c, MG_JOIN_COLUMNS, false, &q);
    if (code == EXIT_DONE) {
        char net[MG_NUMBER_TEXT + 1];
        char positive[MG_NUMBER_TEXT + 1];
        char negative[MG_NUMBER_TEXT + 1];
        options.mirror.filter = q.filter;
        mg_status status =
            mg_gaps_print(q.session, &options, q.output, &c->talk, &s, &q.err);
        code = question_end(c, q.output, status, &q.err, s.rows);
        if (code == EXIT_DONE || code == EXIT_NOTHING)
            cli_say(c,
                    "gaps: level=%d freq=%c cells=%llu rows=%llu net_usd=%s "
                    "positive_usd=%s negative_usd=%s",
                    s.level, s.freq, (unsigned long long)s.cells,
                    (unsigned long long)s.rows, question_number(s.net_usd, net),
                    question_number(s.positive_usd, positive),
                    question_number(s.negative_usd, negative));
    }
    question_release(c, &q);
    return code;
}

static void tell_scores(const cli *c, const mg_scores_summary *s, bool full)
{
    char gap[MG_NUMBER_TEXT + 1];

    if (!full) {
        cli_say(c, "scores: level=%d freq=%c scored=%llu printed=%llu gap_usd=%s",
                s->level, s->freq, (unsigned long long)s->scored,
                (unsigned long long)s->printed, question_number(s->gap_usd, gap));
        return;
    }
    cli_say(c, "scores: level=%d freq=%c scored=%llu printed=%llu q<=0.1: %llu", s->level,
            s->freq, (unsigned long long)s->scored, (unsigned long long)s->printed,
            (unsigned long long)s->called);
    if (s->printed > 0 && s->judged == 0)
        cli_say(c, "scores: no flow shown has a second report to be compared with; pairs "
                   "says why, totals adds up what the one side says");
}

static int robust_z(cli *c)
{
    struct question q = {0};
    const cli_options *o = c->options;
    mg_scores_options options = {.names = o->names, .truth = o->truth};
    mg_scores_summary s = {0};
    int code;

    if (o->by != NULL || o->fdr != NULL || o->rank_by != NULL)
        return cli_usage(c, "--by, --fdr and --rank-by go with --model full");
    if (o->cif != NULL && strcmp(o->cif, "none") != 0)
        return cli_usage(c, "robust-z scores figures as filed: --cif none");
    if (o->concordance != NULL ||
        (o->harmonise != NULL && strcmp(o->harmonise, "none") != 0))
        return cli_usage(c, "robust-z matches codes as filed: --harmonise none");
    code = question_start(c, MG_ROBUST_Z_COLUMNS, true, &q);
    if (code == EXIT_DONE) {
        options.filter = q.filter;
        mg_status status =
            mg_robust_z_print(q.session, &options, q.output, &c->talk, &s, &q.err);
        code = question_end(c, q.output, status, &q.err, s.printed);
        if (code == EXIT_DONE || code == EXIT_NOTHING)
            tell_scores(c, &s, false);
    }
    question_release(c, &q);
    return code;
}

/* One of two words, the first where nothing is said; *second says which. */
static int read_choice(const cli *c, const char *option, const char *text,
                       const char *const words[2], bool *second)
{
    *second = text != NULL && strcmp(text, words[1]) == 0;
    if (text == NULL || *second || strcmp(text, words[0]) == 0)
        return EXIT_DONE;
    return cli_usage(c, "'%s' is no --%s: %s, %s", text, option, words[0], words[1]);
}

static int read_full(const cli *c, mg_full_options *options)
{
    static const char *const ranks[] = {"p", "at_stake"};
    static const char *const fdrs[] = {"bh", "by"};
    const cli_options *o = c->options;
    mg_error err = {0};
    int code = read_choice(c, "rank-by", o->rank_by, ranks, &options->rank_by_stake);

    if (code == EXIT_DONE)
        code = read_choice(c, "fdr", o->fdr, fdrs, &options->by_dependence);
    if (code != EXIT_DONE || o->by == NULL)
        return code;
    if (o->by[0] == '\0')
        return cli_usage(c, "--by needs keys, for example --by exporter,hs2");
    options->by = o->by;
    if (!mg_gaps_keys_known(o->by, c->ref, &err))
        return cli_usage(c, "%s", err.what);
    if (strstr(o->by, "country") != NULL)
        return cli_usage(c, "scores cannot be told by country: its two sides are told by "
                            "exporter and by importer");
    if (o->names || o->truth != NULL)
        return cli_usage(c, "--names and --truth speak of cells, not of groups");
    return EXIT_DONE;
}

int verb_scores(cli *c)
{
    struct question q = {0};
    const char *model = c->options->model;
    mg_full_options options = {.names = c->options->names, .truth = c->options->truth};
    mg_scores_summary s = {0};
    int code;

    if (model != NULL && strcmp(model, "robust-z") == 0)
        return robust_z(c);
    if (model != NULL && strcmp(model, "full") != 0)
        return cli_usage(c, "'%s' is no model: full, robust-z", model);
    code = cli_mirror(c, &options.mirror);
    if (code == EXIT_DONE)
        code = read_full(c, &options);
    if (code == EXIT_DONE)
        code = question_start(c, MG_JOIN_COLUMNS, false, &q);
    if (code == EXIT_DONE) {
        options.mirror.filter = q.filter;
        mg_status status =
            mg_full_print(q.session, &options, q.output, &c->talk, &s, &q.err);
        code = question_end(c, q.output, status, &q.err, s.printed);
        if (code == EXIT_DONE || code == EXIT_NOTHING)
            tell_scores(c, &s, true);
    }
    question_release(c, &q);
    return code;
}

int verb_explain(cli *c)
{
    struct question q = {0};
    const cli_options *o = c->options;
    const char *cell = o->cell;
    const bool json = o->output.format == MG_FORMAT_JSON;
    mg_mirror_options options = {0};
    uint64_t pages = 0;
    int code;

    if (cell == NULL)
        return cli_usage(c, "explain needs a cell: period/exporter/importer/hs, for "
                            "example 2016/PRK/CHN/2701");
    if (!mg_explain_known(cell, c->ref, &q.err))
        return cli_usage(c, "%s", q.err.what);
    if (o->min_value != NULL || o->status != NULL)
        return cli_usage(c,
                         "explain tells of one flow: --min-value and --status do not go "
                         "with it");
    if (!json && o->output.format != MG_FORMAT_TEXT && o->output.format != MG_FORMAT_CSV)
        return cli_usage(c, "a page is text or JSON: --format text, --format json");
    code = cli_mirror(c, &options);
    if (code == EXIT_DONE)
        code = question_start(c, MG_JOIN_COLUMNS, false, &q);
    if (code == EXIT_DONE) {
        mg_status status = mg_explain_print(q.session, &options, cell, json, q.output,
                                            &c->talk, &pages, &q.err);
        if (status == MG_OK && pages == 0)
            cli_say(c, "explain: nobody files %s", cell);
        code = question_end(c, q.output, status, &q.err, pages);
    }
    question_release(c, &q);
    return code;
}
