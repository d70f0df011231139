/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The command line, through glibc's argp. One table of options; a verb shows
 * and takes the ones that make sense for it. */
#include <argp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "mirrorgap/number.h"
#include "mirrorgap/schema.h"
#include "mirrorgap/version.h"

enum {
    KEY_FIRST = 0x100,
    K_THREADS = '@',
    K_FORMAT = KEY_FIRST,
    K_HEADER,
    K_NO_PROVENANCE,
    K_LOG_JSON,
    K_LAYOUT,
    K_CLASSIFICATION,
    K_PARSER,
    K_STRICT_CODES,
    K_ALLOW_TRUNCATED,
    K_ALLOW_BOMB,
    K_VINTAGE,
    K_MAX_BAD,
    K_REJECTS,
    K_ACK,
    K_KEEP_GOING,
    K_WAIT,
    K_MEMORY,
    K_SOURCE,
    K_PERIOD,
    K_EXPORTER,
    K_IMPORTER,
    K_COUNTRY,
    K_HS,
    K_LEVEL,
    K_FREQ,
    K_STATUS,
    K_MIN_VALUE,
    K_LIMIT,
    K_CIF,
    K_HARMONISE,
    K_BAND,
    K_MODEL,
    K_BY,
    K_NAMES,
    K_CONTROLS,
    K_COVERAGE,
    K_SOURCES
};

struct option_row {
    struct argp_option option;
    unsigned needs;    /* TAKES_ bits; 0: every verb */
    const char *verbs; /* or verbs by name, separated by spaces */
};

#define ROW(name, key, arg, doc, needs, verbs)                                           \
    {                                                                                    \
        {name, key, arg, 0, doc, 0}, needs, verbs                                        \
    }

static const struct option_row rows[] = {
    ROW("store", 's', "STORE", "the store, a folder; made where there is none", 0,
        "ingest"),
    ROW("input", 'i', NULL,
        "read the files named on the command line instead of a store; nothing is written",
        TAKES_STORE, NULL),
    ROW("output", 'o', "FILE",
        "write to FILE (whole or not at all) instead of standard output", TAKES_TABLE,
        NULL),
    ROW("format", K_FORMAT, "csv|tsv|json|ndjson", "form of the table", TAKES_TABLE,
        NULL),
    ROW("header", K_HEADER, NULL, "print a header line", 0, "dump"),
    ROW("no-provenance", K_NO_PROVENANCE, NULL,
        "leave version and command line out of the companion file", TAKES_TABLE, NULL),
    ROW("period", K_PERIOD, "FROM[:TO]", "years or months, for example 2010:2017",
        TAKES_FILTERS, NULL),
    ROW("exporter", K_EXPORTER, "LIST", "codes, ISO3 or names, separated by commas",
        TAKES_FILTERS, NULL),
    ROW("importer", K_IMPORTER, "LIST", "the same for the importing side", TAKES_FILTERS,
        NULL),
    ROW("country", K_COUNTRY, "LIST", "the same for either side", TAKES_FILTERS, NULL),
    ROW("hs", K_HS, "LIST", "commodity codes that begin so, for example 27,4403",
        TAKES_FILTERS, NULL),
    ROW("level", K_LEVEL, "2|4|6|total", "length of the commodity code", TAKES_FILTERS,
        NULL),
    ROW("freq", K_FREQ, "A|M", "annual or monthly", TAKES_FILTERS, NULL),
    ROW("min-value", K_MIN_VALUE, "USD", "at least this much on one side", TAKES_MARGIN,
        NULL),
    ROW("status", K_STATUS, "LIST", "matched, exporter_only, importer_only", TAKES_MARGIN,
        NULL),
    ROW("limit", K_LIMIT, "N", "print at most N rows", TAKES_FILTERS, NULL),
    ROW("cif", K_CIF, "none|fixed:R", "how imports are made FOB (default fixed:0.06)",
        TAKES_MARGIN, NULL),
    ROW("band", K_BAND, "LO:HI", "margins at the ends of the band (default 0:0.1)",
        TAKES_MARGIN, NULL),
    ROW("harmonise", K_HARMONISE, "none", "how codes of different editions meet",
        TAKES_MARGIN, NULL),
    ROW("model", K_MODEL, "robust-z", "how pairs are scored", 0, "scores"),
    ROW("names", K_NAMES, NULL, "add names of countries, commodities and units",
        TAKES_NAMES, NULL),
    ROW("by", K_BY, "file", "one line a source and reason", 0, "ledger"),
    ROW("controls", K_CONTROLS, NULL, "breaks between totals and their parts instead", 0,
        "ledger"),
    ROW("coverage", K_COVERAGE, NULL, "who reported what: reporter, period, flow", 0,
        "info"),
    ROW("sources", K_SOURCES, NULL, "the sources with their hashes", 0, "info"),
    ROW("source", K_SOURCE, "FILE",
        "the source, as it was named when ingested, or its hash", 0, "remove"),
    ROW("layout", K_LAYOUT, "ID", "layout of the files (default: told by the header)",
        TAKES_READING, NULL),
    ROW("classification", K_CLASSIFICATION, "CODE",
        "keep rows of this classification (S1 to S4, B4, B5, EB …) instead of HS",
        TAKES_READING, NULL),
    ROW("parser", K_PARSER, "fast|portable|libcsv", "which CSV reader", TAKES_READING,
        NULL),
    ROW("vintage", K_VINTAGE, "DATE", "publication date of the files, 2023-05-01",
        TAKES_READING, NULL),
    ROW("max-bad", K_MAX_BAD, "SHARE",
        "share of malformed rows above which a file is refused (default 0.001)",
        TAKES_READING, NULL),
    ROW("rejects", K_REJECTS, "FILE", "append the malformed records to FILE",
        TAKES_READING, NULL),
    ROW("strict-codes", K_STRICT_CODES, NULL, "refuse codes that lost their leading zero",
        TAKES_READING, NULL),
    ROW("allow-truncated", K_ALLOW_TRUNCATED, NULL,
        "take a file that ends inside a record, without that record", TAKES_READING,
        NULL),
    ROW("allow-bomb", K_ALLOW_BOMB, NULL,
        "take data that unpacks to over 200 times its size", TAKES_READING, NULL),
    ROW("keep-going", K_KEEP_GOING, NULL, "load the other files where one fails (exit 1)",
        0, "ingest"),
    ROW("ack", K_ACK, NULL, "print COMMIT FILE for each source that is durable", 0,
        "ingest"),
    ROW("memory", K_MEMORY, "SIZE", "memory for rows, for example 256M (default 64M)", 0,
        "ingest"),
    ROW("wait", K_WAIT, NULL, "wait for another writer to finish", TAKES_WRITING, NULL),
    ROW("threads", K_THREADS, "N", "number of threads (default: MG_THREADS, then all)", 0,
        NULL),
    ROW("quiet", 'q', NULL, "say nothing but errors", 0, NULL),
    ROW("verbose", 'v', NULL, "say why", 0, NULL),
    ROW("log-json", K_LOG_JSON, NULL, "talk in JSON lines, errors with their kind", 0,
        NULL),
};
enum { ROWS = sizeof rows / sizeof *rows };

static bool has_word(const char *list, const char *word)
{
    size_t n = strlen(word);

    for (const char *at = list; at != NULL; at = strchr(at, ' ')) {
        at += *at == ' ';
        if (strncmp(at, word, n) == 0 && (at[n] == '\0' || at[n] == ' '))
            return true;
    }
    return false;
}

static bool applies(const struct option_row *row, const cli_verb *verb)
{
    if (row->verbs != NULL)
        return has_word(row->verbs, verb->name);
    return row->needs == 0 || (row->needs & verb->takes) != 0;
}

/* 64M, 2G, 1000000. */
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
    static const char *const names[] = {"csv", "tsv", "json", "ndjson"};

    for (int i = 0; i < 4; i++)
        if (strcmp(text, names[i]) == 0) {
            *format = (mg_format)i;
            return true;
        }
    return false;
}

static bool read_parser(const char *text, int *parser)
{
    static const char *const names[] = {"fast", "portable", "libcsv"};

    for (int i = 0; i < 3; i++)
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
        return read_format(arg, &o->output.format);
    case K_LAYOUT:
        o->read.layout = mg_layout_find(arg);
        return o->read.layout >= 0;
    case K_CLASSIFICATION:
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

static const char **text_option(cli_options *o, int key)
{
    switch (key) {
    case 's':
        return &o->store;
    case 'o':
        return &o->output.path;
    case K_REJECTS:
        return &o->read.rejects;
    case K_SOURCE:
        return &o->source;
    case K_PERIOD:
        return &o->period;
    case K_EXPORTER:
        return &o->exporter;
    case K_IMPORTER:
        return &o->importer;
    case K_COUNTRY:
        return &o->country;
    case K_HS:
        return &o->hs;
    case K_LEVEL:
        return &o->level;
    case K_FREQ:
        return &o->freq;
    case K_STATUS:
        return &o->status;
    case K_MIN_VALUE:
        return &o->min_value;
    case K_LIMIT:
        return &o->limit;
    case K_CIF:
        return &o->cif;
    case K_HARMONISE:
        return &o->harmonise;
    case K_BAND:
        return &o->band;
    case K_MODEL:
        return &o->model;
    case K_BY:
        return &o->by;
    default:
        return NULL;
    }
}

static bool *switch_option(cli_options *o, int key)
{
    switch (key) {
    case 'i':
        return &o->from_files;
    case 'q':
        return &o->quiet;
    case 'v':
        return &o->verbose;
    case K_HEADER:
        return &o->header;
    case K_NO_PROVENANCE:
        return &o->output.no_provenance;
    case K_LOG_JSON:
        return &o->log_json;
    case K_STRICT_CODES:
        return &o->read.strict_codes;
    case K_ALLOW_TRUNCATED:
        return &o->read.allow_truncated;
    case K_ALLOW_BOMB:
        return &o->read.allow_bomb;
    case K_ACK:
        return &o->ack;
    case K_KEEP_GOING:
        return &o->keep_going;
    case K_WAIT:
        return &o->wait;
    case K_NAMES:
        return &o->names;
    case K_CONTROLS:
        return &o->controls;
    case K_COVERAGE:
        return &o->coverage;
    case K_SOURCES:
        return &o->sources;
    default:
        return NULL;
    }
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
            argp_error(state, "'%s' is no value for this option", arg);
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

/* Without a store, files or -i there is nothing to do; with too many, more than
 * one thing. */
static int check_arguments(const cli_verb *verb, cli_options *o)
{
    bool store_verb = (verb->takes & TAKES_STORE) != 0;

    if (store_verb && !o->from_files) {
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
    static struct argp_option own[ROWS + 1];
    static char usage[256];
    static char name[64];
    size_t n = 0;

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
    const cli_verb *found = find_verb(argv[1]);
    if (found == NULL) {
        fprintf(stderr, "mirrorgap: no verb '%s'; 'mirrorgap --help' lists them\n",
                argv[1]);
        return EXIT_USAGE;
    }
    for (size_t i = 0; i < ROWS; i++)
        if (applies(&rows[i], found))
            own[n++] = rows[i].option;
    own[n] = (struct argp_option){0};
    snprintf(usage, sizeof usage, "%s", found->arguments);
    snprintf(name, sizeof name, "mirrorgap %s", found->name);
    struct argp argp = {
        .options = own, .parser = take, .args_doc = usage, .doc = found->summary};
    argp_err_exit_status = EXIT_USAGE;
    argv[1] = name;
    o->verb = found->name;
    if (argp_parse(&argp, argc - 1, argv + 1, 0, NULL, o) != 0)
        return EXIT_USAGE;
    int code = check_arguments(found, o);
    if (code == EXIT_DONE)
        *verb = found;
    return code;
}
