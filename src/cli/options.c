/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The command line, through glibc's argp: a verb takes the options that make
 * sense for it. */
#include <argp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/option_rows.h"
#include "mirrorgap/number.h"
#include "mirrorgap/schema.h"
#include "mirrorgap/version.h"

static bool read_size(const char *text, size_t *size)
{
    size_t n = strlen(text);
    uint64_t value;
    unsigned shift = 0;

    if (n > 1 && strchr("kKmMgG", text[n - 1]) != NULL) {
        char c = text[--n];
        shift = c == 'k' || c == 'K' ? 10 : c == 'm' || c == 'M' ? 20 : 30;
    }
    if (!mg_integer_read(text, n, &value) || value == 0 ||
        value > (UINT64_MAX >> 1) >> shift)
        return false;
    *size = (size_t)value << shift;
    return true;
}

static bool read_format(const char *text, mg_format *format)
{
    static const char *const names[] = {"csv",  "tsv",  "json", "ndjson",
                                        "text", "xlsx", "dta"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(text, names[i]) == 0) {
            *format = (mg_format)i;
            return true;
        }
    return false;
}

static bool read_parser(const char *text, int *parser)
{
    static const char *const names[] = {"fast", "portable", "libcsv", "avx2"};

    for (int i = 0; i < 4; i++)
        if (strcmp(text, names[i]) == 0) {
            *parser = i;
            return true;
        }
    return false;
}

/* Options with a value that must be read at once; false: it is wrong. */
static bool take_value(cli_options *o, int key, const char *arg)
{
    uint64_t number;

    switch (key) {
    case K_THREADS:
        if (!mg_integer_read(arg, strlen(arg), &number) || number == 0 || number > 100000)
            return false;
        o->threads = (int)number;
        return true;
    case K_FORMAT:
        o->format_given = true;
        return read_format(arg, &o->output.format);
    case K_LAYOUT:
        o->read.layout = mg_layout_find(arg);
        return o->read.layout >= 0;
    case K_CLASSIFICATION:
        if (strcmp(arg, "BEC") == 0)
            arg = "BE"; /* as Comtrade's files write it */
        o->read.classification = mg_edition_find((mg_cell){arg, strlen(arg)});
        return o->read.classification >= 0;
    case K_PARSER:
        return read_parser(arg, &o->read.parser);
    case K_VINTAGE:
        o->read.vintage = mg_vintage_read((mg_cell){arg, strlen(arg)});
        return o->read.vintage != 0;
    case K_MAX_BAD:
        return mg_number_read(arg, strlen(arg), 0, &o->read.max_bad) &&
               o->read.max_bad >= 0 && o->read.max_bad <= 1;
    case K_MEMORY:
        return read_size(arg, &o->memory);
    default:
        return true;
    }
}

/* Options whose value is kept as it is written. */
static const struct {
    int key;
    size_t at; /* in cli_options */
} text_options[] = {
    {'s', offsetof(cli_options, store)},
    {'o', offsetof(cli_options, output.path)},
    {K_REJECTS, offsetof(cli_options, read.rejects)},
    {K_SOURCE, offsetof(cli_options, source)},
    {K_PERIOD, offsetof(cli_options, period)},
    {K_EXPORTER, offsetof(cli_options, exporter)},
    {K_IMPORTER, offsetof(cli_options, importer)},
    {K_COUNTRY, offsetof(cli_options, country)},
    {K_HS, offsetof(cli_options, hs)},
    {K_LEVEL, offsetof(cli_options, level)},
    {K_FREQ, offsetof(cli_options, freq)},
    {K_STATUS, offsetof(cli_options, status)},
    {K_MIN_VALUE, offsetof(cli_options, min_value)},
    {K_LIMIT, offsetof(cli_options, limit)},
    {K_CIF, offsetof(cli_options, cif)},
    {K_HARMONISE, offsetof(cli_options, harmonise)},
    {K_BAND, offsetof(cli_options, band)},
    {K_MODEL, offsetof(cli_options, model)},
    {K_BY, offsetof(cli_options, by)},
    {K_RANK_BY, offsetof(cli_options, rank_by)},
    {K_FDR, offsetof(cli_options, fdr)},
    {K_SEED, offsetof(cli_options, seed)},
    {K_REPORTERS, offsetof(cli_options, reporters)},
    {K_COMMODITIES, offsetof(cli_options, commodities)},
    {K_PERIODS, offsetof(cli_options, periods)},
    {K_SHARE, offsetof(cli_options, share)},
    {K_TRUTH, offsetof(cli_options, truth)},
    {K_EVIDENCE, offsetof(cli_options, evidence)},
    {K_VERDICT, offsetof(cli_options, verdict)},
    {K_DOSSIER, offsetof(cli_options, dossier)},
    {K_REROUTE, offsetof(cli_options, reroute)},
    {K_EVENT, offsetof(cli_options, event)},
    {K_WINDOW, offsetof(cli_options, window)},
    {K_TARGET, offsetof(cli_options, target)},
    {K_REGIME, offsetof(cli_options, regime)},
    {K_DISTANCES, offsetof(cli_options, distances)},
    {K_CONCORDANCE, offsetof(cli_options, concordance)},
    {K_LAG, offsetof(cli_options, lag)},
    {K_RE_EXPORTS, offsetof(cli_options, re_exports)},
    {K_RECONCILE, offsetof(cli_options, reconcile)},
    {K_METHOD, offsetof(cli_options, method)},
    {K_SAVE, offsetof(cli_options, save)},
    {K_TITLE, offsetof(cli_options, title)},
    {K_TOP, offsetof(cli_options, top)},
    {K_COMPONENT, offsetof(cli_options, component)},
    {K_KINDS, offsetof(cli_options, kinds)},
    {K_TAILS, offsetof(cli_options, tails)},
    {K_QUALITY, offsetof(cli_options, quality)},
};

static const char **text_option(cli_options *o, int key)
{
    for (size_t i = 0; i < sizeof text_options / sizeof *text_options; i++)
        if (text_options[i].key == key)
            return (const char **)((char *)o + text_options[i].at);
    return NULL;
}

/* Options that are there or not. */
static const struct {
    int key;
    size_t at;
} switch_options[] = {
    {'i', offsetof(cli_options, from_files)},
    {'q', offsetof(cli_options, quiet)},
    {'v', offsetof(cli_options, verbose)},
    {K_HEADER, offsetof(cli_options, header)},
    {K_NO_PROVENANCE, offsetof(cli_options, output.no_provenance)},
    {K_LOG_JSON, offsetof(cli_options, log_json)},
    {K_STRICT_CODES, offsetof(cli_options, read.strict_codes)},
    {K_ALLOW_TRUNCATED, offsetof(cli_options, read.allow_truncated)},
    {K_ALLOW_BOMB, offsetof(cli_options, read.allow_bomb)},
    {K_ACK, offsetof(cli_options, ack)},
    {K_KEEP_GOING, offsetof(cli_options, keep_going)},
    {K_WAIT, offsetof(cli_options, wait)},
    {K_NAMES, offsetof(cli_options, names)},
    {K_CONTROLS, offsetof(cli_options, controls)},
    {K_COVERAGE, offsetof(cli_options, coverage)},
    {K_SOURCES, offsetof(cli_options, sources)},
    {K_UNIONS, offsetof(cli_options, unions)},
    {K_NET, offsetof(cli_options, net)},
    {K_MONTHS, offsetof(cli_options, months)},
    {K_HUBS, offsetof(cli_options, hubs)},
    {K_NES, offsetof(cli_options, nes)},
    {K_IMPLIED, offsetof(cli_options, implied)},
    {K_UNIT_ERRORS, offsetof(cli_options, unit_errors)},
    {K_CHECK, offsetof(cli_options, check)},
    {K_NO_LOOKALIKE, offsetof(cli_options, no_lookalike)},
    {K_ALL, offsetof(cli_options, all)},
    {K_CAPS, offsetof(cli_options, caps)},
    {K_DRY_RUN, offsetof(cli_options, dry_run)},
    {K_EVENTS, offsetof(cli_options, events)},
};

static bool *switch_option(cli_options *o, int key)
{
    for (size_t i = 0; i < sizeof switch_options / sizeof *switch_options; i++)
        if (switch_options[i].key == key)
            return (bool *)((char *)o + switch_options[i].at);
    return NULL;
}

static void refuse_value(int key, const char *arg, struct argp_state *state)
{
    const struct argp_option *option = option_row_of(key);

    argp_error(state, "'%s' is no value for --%s %s", arg, option->name, option->arg);
}

static error_t take(int key, char *arg, struct argp_state *state)
{
    cli_options *o = state->input;
    const char **text = text_option(o, key);
    bool *flag = switch_option(o, key);

    if (key == ARGP_KEY_ARG) {
        o->files[o->n_files++] = arg;
        return 0;
    }
    if (text != NULL) {
        *text = arg;
        return 0;
    }
    if (flag != NULL) {
        *flag = true;
        return 0;
    }
    if (key < 0x80 || (key >= KEY_FIRST && key < 0x200)) {
        if (arg == NULL)
            return ARGP_ERR_UNKNOWN;
        if (!take_value(o, key, arg))
            refuse_value(key, arg, state);
        return 0;
    }
    return ARGP_ERR_UNKNOWN;
}

static void print_verbs(FILE *to)
{
    fprintf(
        to,
        "Usage: mirrorgap VERB [options] ...\n"
        "Finds trade that one side hides, in both sides' reports to UN Comtrade.\n\n");
    for (size_t i = 0; i < cli_n_verbs; i++)
        fprintf(to, "  %-12s %s\n", cli_verbs[i].name, cli_verbs[i].summary);
    fprintf(to,
            "\n'mirrorgap VERB --help' tells the options of a verb; docs/ and the README "
            "tell the rest.\n"
            "Exit: 0 done, 1 failed, 2 asked wrongly, 3 done but nothing matched, 130 "
            "interrupted.\n");
}

static const cli_verb *find_verb(const char *name)
{
    for (size_t i = 0; i < cli_n_verbs; i++)
        if (strcmp(cli_verbs[i].name, name) == 0)
            return &cli_verbs[i];
    return NULL;
}

/* Options may stand before the verb: the first word that is one moves to the front. */
static void bring_verb_forward(int argc, char **argv)
{
    int at = 1;

    if (argv[1][0] != '-')
        return;
    while (at < argc && find_verb(argv[at]) == NULL)
        at++;
    if (at == argc)
        return;
    char *verb = argv[at];
    memmove(argv + 2, argv + 1, (size_t)(at - 1) * sizeof *argv);
    argv[1] = verb;
}

mg_output_options cli_output_to(const cli_options *o, const char *path)
{
    static const struct {
        const char *ending;
        mg_format format;
    } endings[] = {{".xlsx", MG_FORMAT_XLSX}, {".dta", MG_FORMAT_DTA}};
    mg_output_options options = o->output;
    const size_t n = path != NULL ? strlen(path) : 0;

    options.path = path;
    if (o->format_given)
        return options;
    options.format = MG_FORMAT_CSV;
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        const size_t k = strlen(endings[i].ending);
        if (n > k && strcmp(path + n - k, endings[i].ending) == 0)
            options.format = endings[i].format;
    }
    return options;
}

/* Without a store, files or -i there is nothing to do; with too many, more than
 * one thing. */
static int check_arguments(const cli_verb *verb, cli_options *o)
{
    bool store_verb = (verb->takes & TAKES_STORE) != 0;

    if ((verb->takes & TAKES_NAMED) != 0)
        return EXIT_DONE;
    if (o->component != NULL) /* of tables that come with the program */
        return EXIT_DONE;
    if ((verb->takes & TAKES_CELL) != 0 && o->n_files > 0)
        o->cell = o->files[--o->n_files];
    if ((verb->takes & TAKES_NOTHING) != 0) {
        if (o->n_files > 0) {
            fprintf(stderr, "mirrorgap: %s takes no files\n", verb->name);
            return EXIT_USAGE;
        }
    } else if (store_verb && !o->from_files) {
        if (o->n_files != 1) {
            fprintf(stderr, "mirrorgap: %s takes one STORE, or -i and files\n",
                    verb->name);
            return EXIT_USAGE;
        }
        o->store = o->files[0];
    } else if ((verb->takes & TAKES_WRITING) != 0 && (verb->takes & TAKES_FILES) == 0) {
        if (o->n_files != 1) {
            fprintf(stderr, "mirrorgap: %s takes one STORE\n", verb->name);
            return EXIT_USAGE;
        }
        o->store = o->files[0];
    } else if (o->n_files == 0) {
        fprintf(stderr, "mirrorgap: %s needs %s\n", verb->name, verb->arguments);
        return EXIT_USAGE;
    }
    return EXIT_DONE;
}

int cli_parse(int argc, char **argv, cli_options *o, const cli_verb **verb)
{
    static struct argp_option own[OPTION_ROWS_MAX + 1];
    static char usage[256];
    static char name[64];

    *verb = NULL;
    if (argc < 2) {
        print_verbs(stderr);
        return EXIT_USAGE;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
        strcmp(argv[1], "help") == 0) {
        print_verbs(stdout);
        return fflush(stdout) == 0 ? EXIT_DONE : EXIT_WORK_FAILED;
    }
    if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0) {
        printf("mirrorgap %s\n", MG_VERSION);
        return fflush(stdout) == 0 ? EXIT_DONE : EXIT_WORK_FAILED;
    }
    bring_verb_forward(argc, argv);
    const cli_verb *found = find_verb(argv[1]);
    if (found == NULL) {
        fprintf(stderr, "mirrorgap: no verb '%s'; 'mirrorgap --help' lists them\n",
                argv[1]);
        return EXIT_USAGE;
    }
    option_rows_of(found, own);
    snprintf(usage, sizeof usage, "%s", found->arguments);
    snprintf(name, sizeof name, "mirrorgap %s", found->name);
    struct argp argp = {
        .options = own, .parser = take, .args_doc = usage, .doc = found->summary};
    argp_err_exit_status = EXIT_USAGE;
    argv[1] = name;
    o->verb = found->name;
    if (argp_parse(&argp, argc - 1, argv + 1, 0, NULL, o) != 0)
        return EXIT_USAGE;
    o->output = cli_output_to(o, o->output.path);
    int code = check_arguments(found, o);
    if (code == EXIT_DONE)
        *verb = found;
    return code;
}
