/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cli.h - what the verbs share: parsed options, exit codes, talk on stderr. */
#ifndef MG_CLI_H
#define MG_CLI_H

#include "mirrorgap/app.h"

/* CONTRACT 6. */
enum {
    EXIT_DONE = 0,
    EXIT_WORK_FAILED = 1,
    EXIT_USAGE = 2,
    EXIT_NOTHING = 3,
    EXIT_INTERRUPTED = 130
};

/* Everything that can be asked for on a command line. Strings are argv's. */
typedef struct cli_options {
    const char *verb;
    char **files; /* positional arguments */
    size_t n_files;
    const char *store; /* -s, or the first positional */
    bool from_files;   /* -i */
    bool quiet, verbose, log_json;
    int threads;
    mg_output_options output;
    bool header, format_given;
    mg_read_options read;
    bool ack, keep_going, wait;
    size_t memory;
    const char *source;
    const char *period, *exporter, *importer, *country, *hs, *level, *freq, *status;
    const char *min_value, *limit, *classification;
    const char *cif, *harmonise, *band, *model, *by;
    const char *rank_by, *fdr;
    const char *distances, *lag, *re_exports, *reconcile, *method, *save, *component,
        *title, *top;
    const char *concordance;
    bool unions, net, months, hubs, nes, implied, unit_errors;
    bool names, controls, coverage, sources;
    const char *seed, *reporters, *commodities, *periods, *share; /* synth */
    const char *kinds, *tails, *quality;
    const char *truth;
    const char *cell;     /* explain: the last positional argument */
    const char *evidence; /* totals */
    bool check;
    const char *target, *regime; /* screen */
    const char *reroute, *event, *window, *verdict, *dossier;
    bool no_lookalike, all, events, caps, dry_run;
} cli_options;

typedef struct cli {
    const cli_options *options;
    mg_ref *ref;
    mg_talk talk;
    bool progress_shown;
    double last_progress, started;
} cli;

typedef int (*cli_run)(cli *cli);

enum {
    TAKES_STORE = 1 << 0,
    TAKES_FILES = 1 << 1,
    TAKES_FILTERS = 1 << 2,
    TAKES_TABLE = 1 << 3,
    TAKES_READING = 1 << 4,
    TAKES_MARGIN = 1 << 5,
    TAKES_WRITING = 1 << 6,
    TAKES_NAMES = 1 << 7,
    TAKES_NOTHING = 1 << 8, /* no store and no files */
    TAKES_MIRROR = 1 << 9,  /* how the two sides meet and are measured */
    TAKES_CELL = 1 << 10,   /* the last argument is the cell asked about */
    TAKES_NAMED = 1 << 11,  /* names instead of a store, or none */
    TAKES_BATCH = 1 << 12   /* runs other verbs, so no batch can hold it */
};

/* One verb; help and dispatch are made from the same table. */
typedef struct cli_verb {
    const char *name;
    const char *arguments; /* as in the usage line */
    const char *summary;
    cli_run run;
    unsigned takes; /* TAKES_ bits: which options make sense */
} cli_verb;

extern const cli_verb cli_verbs[];
extern const size_t cli_n_verbs;

/* Parses argv[1..]; EXIT_DONE with *verb set; or *verb NULL and the exit code to
 * end with (help was printed, or the command line is wrong). */
int cli_parse(int argc, char **argv, cli_options *options, const cli_verb **verb);

/* How a table is written to `path`: in the form of --format, or that its ending says. */
mg_output_options cli_output_to(const cli_options *options, const char *path);

/* Talk. */
void cli_talk_start(cli *cli);
void cli_say(const cli *cli, const char *fmt, ...) MG_PRINTF(2, 3);
int cli_fail(const cli *cli, mg_status status, const mg_error *err);
int cli_usage(const cli *cli, const char *fmt, ...) MG_PRINTF(2, 3);

/* --kinds as MG_PLANT_BIT()s, 0: not asked for; EXIT_DONE or EXIT_USAGE. */
int cli_kinds(const cli *cli, unsigned *kinds);
/* "3 hidden, 2 price" by mg_plant_kind; returns its length, 0 for none. */
size_t cli_planted_text(const uint64_t *planted, char *text, size_t room);

/* From options to what the library takes; EXIT_DONE or EXIT_USAGE. */
int cli_filter(const cli *cli, mg_filter *filter);
int cli_mirror(const cli *cli, mg_mirror_options *options); /* but for its filter */
int cli_open(const cli *cli, uint32_t columns, bool once, bool part,
             mg_session **session);

int verb_ingest(cli *cli);
int verb_remove(cli *cli);
int verb_dump(cli *cli);
int verb_debug_parse(cli *cli);
int verb_info(cli *cli);
int verb_verify(cli *cli);
int verb_ledger(cli *cli);
int verb_pairs(cli *cli);
int verb_export(cli *cli);
int verb_pack(cli *cli);
int verb_plot(cli *cli);
int verb_report(cli *cli);
int verb_run(cli *cli);
int verb_gaps(cli *cli);
int verb_routes(cli *cli);
int verb_hubs(cli *cli);
int verb_margins(cli *cli);
int verb_reliability(cli *cli);
int verb_totals(cli *cli);
int verb_scores(cli *cli);
int verb_screen(cli *cli);
int verb_regimes(cli *cli);
int verb_lookalike(cli *cli);
int verb_explain(cli *cli);
int verb_synth(cli *cli);
int verb_plant(cli *cli);
int verb_evaluate(cli *cli);

#endif
