/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "mirrorgap/number.h"
#include "mirrorgap/pair.h"

const cli_verb cli_verbs[] = {
    {"ingest", "-s STORE FILE...", "reads files into a store", verb_ingest,
     TAKES_FILES | TAKES_READING | TAKES_WRITING},
    {"remove", "STORE --source FILE", "takes a source out of a store again", verb_remove,
     TAKES_WRITING},
    {"dump", "STORE", "prints every observation, one line each", verb_dump,
     TAKES_STORE | TAKES_READING | TAKES_FILTERS | TAKES_TABLE},
    {"debug-parse", "FILE",
     "prints what the CSV reader makes of a file, a JSON array a record",
     verb_debug_parse, TAKES_FILES},
    {"info", "STORE", "tells what a store holds", verb_info,
     TAKES_STORE | TAKES_READING | TAKES_FILTERS | TAKES_TABLE},
    {"verify", "STORE", "checks every checksum and invariant of a store", verb_verify,
     TAKES_STORE},
    {"ledger", "STORE", "tells what became of every row read", verb_ledger,
     TAKES_STORE | TAKES_READING | TAKES_FILTERS | TAKES_TABLE},
    {"pairs", "STORE", "prints what each side reported of each flow, and the gap",
     verb_pairs,
     TAKES_STORE | TAKES_READING | TAKES_FILTERS | TAKES_TABLE | TAKES_MARGIN |
         TAKES_NAMES},
    {"scores", "STORE", "ranks flows by how surprising their gap is", verb_scores,
     TAKES_STORE | TAKES_READING | TAKES_FILTERS | TAKES_TABLE | TAKES_MARGIN |
         TAKES_NAMES},
    {"synth", "-o DIR --seed N",
     "writes a synthetic world of trade reports with planted anomalies", verb_synth,
     TAKES_NOTHING},
};
const size_t cli_n_verbs = sizeof cli_verbs / sizeof *cli_verbs;

/* Ends a table: puts it in place, and tells 0, 1 or 3. */
static int end_table(const cli *c, mg_output *output, mg_status status, mg_error *err,
                     uint64_t rows)
{
    if (status == MG_OK)
        status = mg_output_end(output, err);
    mg_output_free(output);
    if (status != MG_OK)
        return cli_fail(c, status, err);
    return rows > 0 ? EXIT_DONE : EXIT_NOTHING;
}

/* What a verb that prints a table starts with. */
struct question {
    mg_session *session;
    mg_output *output;
    mg_filter filter;
    mg_error err;
};

/* once: see mg_session_options */
static int start(cli *c, uint32_t columns, bool once, struct question *q)
{
    int code = cli_filter(c, &q->filter);

    if (code == EXIT_DONE)
        code = cli_open(c, columns, once, &q->session);
    if (code == EXIT_DONE) {
        mg_status status = mg_output_new(&c->options->output, &q->output, &q->err);
        if (status != MG_OK)
            code = cli_fail(c, status, &q->err);
    }
    return code;
}

static void release(const cli *c, struct question *q)
{
    const mg_store *store = q->session != NULL ? mg_session_store(q->session) : NULL;
    uint64_t read = 0;
    uint64_t all = store != NULL ? mg_store_bytes(store, &read) : 0;

    if (store != NULL)
        mg_say(&c->talk, MG_SAY_DETAIL, "read %llu of the store's %llu bytes",
               (unsigned long long)read, (unsigned long long)all);
    mg_filter_release(&q->filter);
    mg_session_close(q->session);
}

int verb_dump(cli *c)
{
    struct question q = {0};
    uint64_t rows = 0;
    int code = start(c, MG_ALL_COLUMNS, false, &q);

    if (code == EXIT_DONE) {
        mg_status status = mg_dump_print(q.session, &q.filter, q.output, &rows, &q.err);
        code = end_table(c, q.output, status, &q.err, rows);
        if (code == EXIT_NOTHING && mg_session_dataset(q.session)->n_periods == 0)
            code = EXIT_DONE; /* an empty dump of an empty store compares well */
    }
    release(c, &q);
    return code;
}

int verb_info(cli *c)
{
    struct question q = {0};
    uint64_t rows = 0;
    enum mg_info_part part = c->options->coverage  ? MG_INFO_COVERAGE
                             : c->options->sources ? MG_INFO_SOURCES
                                                   : MG_INFO_PARTITIONS;
    int code = start(c, MG_ALL_COLUMNS, false, &q);

    if (code == EXIT_DONE) {
        size_t n = 0;
        mg_status status =
            mg_info_print(q.session, part, &q.filter, q.output, &rows, &q.err);
        code = end_table(c, q.output, status, &q.err, rows);
        mg_session_sources(q.session, &n);
        cli_say(c, "%s, %zu sources, %zu periods", mg_session_identity(q.session), n,
                mg_session_dataset(q.session)->n_periods);
        if (code == EXIT_NOTHING)
            code = EXIT_DONE;
    }
    release(c, &q);
    return code;
}

int verb_ledger(cli *c)
{
    struct question q = {0};
    uint64_t rows = 0;
    bool by_file = c->options->by != NULL;
    int code;

    if (by_file && strcmp(c->options->by, "file") != 0)
        return cli_usage(c, "the ledger can be told --by file");
    code = start(c, MG_ALL_COLUMNS, false, &q);
    if (code == EXIT_DONE) {
        mg_status status =
            c->options->controls
                ? mg_controls_print(q.session, &q.filter, q.output, &rows, &q.err)
                : mg_ledger_print(q.session, by_file, q.output, &rows, &q.err);
        code = end_table(c, q.output, status, &q.err, rows);
        if (code == EXIT_NOTHING && !c->options->controls)
            code = EXIT_DONE; /* no row was ever read: the ledger says so */
    }
    release(c, &q);
    return code;
}

/* "name=number" with the number's shortest text. */
static const char *number_text(double value, char text[MG_NUMBER_TEXT + 1])
{
    text[mg_number_write(value, text)] = '\0';
    return text;
}

static void tell_pairs(const mg_pairs_summary *s)
{
    char x[MG_NUMBER_TEXT + 1];
    char m[MG_NUMBER_TEXT + 1];
    char gap[MG_NUMBER_TEXT + 1];

    for (int side = 0; side < 2; side++) {
        uint64_t alone = s->joined[side == 0 ? MG_EXPORTER_ONLY : MG_IMPORTER_ONLY];
        uint64_t filed = side == 0 ? s->observations_x : s->observations_m;
        uint64_t joined = s->joined[MG_MATCHED] + alone;
        fprintf(stderr, "identity: matched + %s = %llu, %s observations = %llu%s\n",
                side == 0 ? "exporter_only" : "importer_only", (unsigned long long)joined,
                side == 0 ? "X" : "M", (unsigned long long)filed,
                joined == filed ? "" : " BROKEN: please report this");
    }
    fprintf(stderr,
            "pairs: matched=%llu exporter_only=%llu importer_only=%llu export_usd=%s "
            "import_usd=%s gap_usd=%s\n",
            (unsigned long long)s->cells[MG_MATCHED],
            (unsigned long long)s->cells[MG_EXPORTER_ONLY],
            (unsigned long long)s->cells[MG_IMPORTER_ONLY], number_text(s->export_usd, x),
            number_text(s->import_usd, m), number_text(s->gap_usd, gap));
}

/* Until models and concordances are there, the defaults are plain: say so. */
static void tell_defaults(const cli *c, bool scores)
{
    const cli_options *o = c->options;

    if (!scores && o->cif == NULL)
        cli_say(c, "imports are made FOB by --cif fixed:0.06, the default for now");
    if (o->harmonise == NULL)
        cli_say(
            c,
            "codes are matched as text whatever their HS edition (--harmonise none), the "
            "default for now");
    if (scores && o->model == NULL)
        cli_say(c, "the model is robust-z, the default for now");
}

int verb_pairs(cli *c)
{
    struct question q = {0};
    mg_pairs_options options = {.names = c->options->names};
    mg_pairs_summary summary;
    int code = cli_cif(c, &options.cif);

    if (code == EXIT_DONE)
        code = start(c, MG_JOIN_COLUMNS, false, &q);
    if (code == EXIT_DONE) {
        options.filter = q.filter;
        tell_defaults(c, false);
        mg_status status =
            mg_pairs_print(q.session, &options, q.output, &c->talk, &summary, &q.err);
        code = end_table(c, q.output, status, &q.err, summary.printed);
        if (code != EXIT_WORK_FAILED && code != EXIT_INTERRUPTED)
            tell_pairs(&summary);
    }
    release(c, &q);
    return code;
}

int verb_scores(cli *c)
{
    struct question q = {0};
    mg_scores_options options = {.names = c->options->names, .truth = c->options->truth};
    mg_scores_summary s = {0};
    const char *model = c->options->model;
    int code = cli_cif(c, &options.cif);

    if (code == EXIT_DONE && model != NULL && strcmp(model, "robust-z") != 0)
        return cli_usage(c, "--model %s is not there yet; robust-z is", model);
    if (code == EXIT_DONE && c->options->cif != NULL && options.cif.way != MG_CIF_NONE)
        return cli_usage(c, "robust-z scores figures as filed: --cif none");
    if (code == EXIT_DONE)
        code = start(c, MG_ROBUST_Z_COLUMNS, true, &q);
    if (code == EXIT_DONE) {
        options.filter = q.filter;
        tell_defaults(c, true);
        mg_status status =
            mg_robust_z_print(q.session, &options, q.output, &c->talk, &s, &q.err);
        code = end_table(c, q.output, status, &q.err, s.printed);
        if (code == EXIT_DONE || code == EXIT_NOTHING) {
            char gap[MG_NUMBER_TEXT + 1];
            cli_say(c, "scores: level=%d freq=%c scored=%llu printed=%llu gap_usd=%s",
                    s.level, s.freq, (unsigned long long)s.scored,
                    (unsigned long long)s.printed, number_text(s.gap_usd, gap));
        }
    }
    release(c, &q);
    return code;
}
