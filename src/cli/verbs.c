/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/question.h"
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
         TAKES_MIRROR | TAKES_NAMES},
    {"export", "STORE -o FILE.xlsx|FILE.dta", "writes the pairs for Excel or Stata",
     verb_export,
     TAKES_STORE | TAKES_READING | TAKES_FILTERS | TAKES_TABLE | TAKES_MARGIN |
         TAKES_MIRROR | TAKES_NAMES},
    {"pack", "STORE -o FILE.h5",
     "writes observations, pairs, scores and code tables as one HDF5 file", verb_pack,
     TAKES_STORE | TAKES_READING | TAKES_FILTERS | TAKES_TABLE | TAKES_MARGIN |
         TAKES_MIRROR},
    {"plot", "STORE series|scatter|heat|map|totals -o FILE.svg",
     "draws one figure with gnuplot, or writes it as Vega-Lite", verb_plot,
     TAKES_STORE | TAKES_READING | TAKES_FILTERS | TAKES_TABLE | TAKES_MARGIN |
         TAKES_MIRROR | TAKES_CELL},
    {"report", "STORE -o DIR", "writes a web page of findings and figures, with its data",
     verb_report,
     TAKES_STORE | TAKES_READING | TAKES_FILTERS | TAKES_MARGIN | TAKES_MIRROR},
    {"gaps", "STORE --by KEYS", "sums gaps by country, commodity, period", verb_gaps,
     TAKES_STORE | TAKES_READING | TAKES_FILTERS | TAKES_TABLE | TAKES_MARGIN |
         TAKES_MIRROR},
    {"margins", "STORE", "fits the margin between CIF and FOB on a store's own pairs",
     verb_margins,
     TAKES_STORE | TAKES_READING | TAKES_FILTERS | TAKES_TABLE | TAKES_MIRROR},
    {"routes", "STORE", "lists second partners: through where goods came or went",
     verb_routes, TAKES_STORE | TAKES_READING | TAKES_FILTERS | TAKES_TABLE},
    {"hubs", "STORE", "tells through which countries others' goods pass", verb_hubs,
     TAKES_STORE | TAKES_READING | TAKES_FILTERS | TAKES_TABLE | TAKES_MIRROR},
    {"reliability", "STORE", "tells how reliable each reporter's figures are",
     verb_reliability,
     TAKES_STORE | TAKES_READING | TAKES_FILTERS | TAKES_TABLE | TAKES_MIRROR},
    {"totals", "STORE --country C",
     "estimates the trade of a country that does not report, from its partners",
     verb_totals,
     TAKES_STORE | TAKES_READING | TAKES_FILTERS | TAKES_TABLE | TAKES_MIRROR},
    {"scores", "STORE", "ranks flows by how surprising their gap is", verb_scores,
     TAKES_STORE | TAKES_READING | TAKES_FILTERS | TAKES_TABLE | TAKES_MARGIN |
         TAKES_MIRROR | TAKES_NAMES},
    {"screen", "STORE --target C --regime R",
     "tells which trade of a country falls under which sanctions", verb_screen,
     TAKES_STORE | TAKES_READING | TAKES_FILTERS | TAKES_TABLE | TAKES_MIRROR},
    {"regimes", "[REGIME...]", "lists and checks the rules of sanctions and watch-lists",
     verb_regimes, TAKES_NAMED | TAKES_TABLE},
    {"lookalike", "STORE",
     "finds rows filed under a country that is taken for another (North and South Korea)",
     verb_lookalike,
     TAKES_STORE | TAKES_READING | TAKES_FILTERS | TAKES_TABLE | TAKES_MIRROR},
    {"explain", "STORE CELL", "tells all that is known of one flow (2016/PRK/CHN/2701)",
     verb_explain,
     TAKES_STORE | TAKES_READING | TAKES_TABLE | TAKES_MARGIN | TAKES_MIRROR |
         TAKES_CELL},
    {"synth", "-o DIR --seed N",
     "writes a synthetic world of trade reports with planted anomalies", verb_synth,
     TAKES_NOTHING},
    {"plant", "STORE -o STORE2 --seed N --truth FILE",
     "copies a store and plants anomalies of known kinds in it", verb_plant,
     TAKES_STORE | TAKES_READING | TAKES_FILTERS | TAKES_WRITING},
    {"run", "FILE.yaml",
     "runs a batch of steps from one file; what did not change is kept", verb_run,
     TAKES_FILES | TAKES_BATCH},
    {"evaluate", "--truth FILE SCORES...",
     "tells how well rankings find planted anomalies", verb_evaluate,
     TAKES_FILES | TAKES_TABLE},
};
const size_t cli_n_verbs = sizeof cli_verbs / sizeof *cli_verbs;

int verb_dump(cli *c)
{
    struct question q = {0};
    uint64_t rows = 0;
    int code = question_start(c, MG_ALL_COLUMNS, false, &q);

    if (code == EXIT_DONE) {
        mg_status status = mg_dump_print(q.session, &q.filter, q.output, &rows, &q.err);
        code = question_end(c, q.output, status, &q.err, rows);
        if (code == EXIT_NOTHING && mg_session_dataset(q.session)->n_periods == 0)
            code = EXIT_DONE; /* an empty dump of an empty store compares well */
    }
    question_release(c, &q);
    return code;
}

int verb_routes(cli *c)
{
    struct question q = {0};
    uint64_t rows = 0;
    int code = question_start(c, MG_ALL_COLUMNS, false, &q);

    if (code == EXIT_DONE) {
        mg_status status = mg_routes_print(q.session, &q.filter, q.output, &rows, &q.err);
        code = question_end(c, q.output, status, &q.err, rows);
    }
    question_release(c, &q);
    return code;
}

/* info --component: of the reference tables, not of the store. */
static int component(cli *c)
{
    const char *text = c->options->component;
    mg_output *output = NULL;
    mg_hs_class name;
    uint64_t rows = 0;
    mg_error err = {0};

    if (!mg_hs_class_read((mg_cell){text, strlen(text)}, &name))
        return cli_usage(c, "'%s' is no component like 030613*", text);
    mg_status status = mg_output_new(&c->options->output, &output, &err);
    if (status == MG_OK)
        status = mg_component_print(c->ref, c->options->concordance, name, output, &rows,
                                    &err);
    return question_end(c, output, status, &err, rows);
}

int verb_info(cli *c)
{
    struct question q = {0};
    uint64_t rows = 0;
    enum mg_info_part part = c->options->coverage  ? MG_INFO_COVERAGE
                             : c->options->sources ? MG_INFO_SOURCES
                                                   : MG_INFO_PARTITIONS;

    if (c->options->component != NULL)
        return component(c);
    if (c->options->concordance != NULL)
        return cli_usage(c, "--concordance goes with --component CODE*");
    int code = question_start(c, MG_ALL_COLUMNS, false, &q);

    if (code == EXIT_DONE) {
        size_t n = 0;
        mg_status status =
            mg_info_print(q.session, part, &q.filter, q.output, &rows, &q.err);
        code = question_end(c, q.output, status, &q.err, rows);
        mg_session_sources(q.session, &n);
        cli_say(c, "%s, %zu sources, %zu periods", mg_session_identity(q.session), n,
                mg_session_dataset(q.session)->n_periods);
        if (code == EXIT_NOTHING)
            code = EXIT_DONE;
    }
    question_release(c, &q);
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
    code = question_start(c, MG_ALL_COLUMNS, false, &q);
    if (code == EXIT_DONE) {
        mg_status status =
            c->options->controls
                ? mg_controls_print(q.session, &q.filter, q.output, &rows, &q.err)
                : mg_ledger_print(q.session, by_file, q.output, &rows, &q.err);
        code = question_end(c, q.output, status, &q.err, rows);
        if (code == EXIT_NOTHING && !c->options->controls)
            code = EXIT_DONE; /* no row was ever read: the ledger says so */
    }
    question_release(c, &q);
    return code;
}
