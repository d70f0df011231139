/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/option_rows.h"

#include <string.h>

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
    ROW("format", K_FORMAT, "csv|tsv|json|ndjson|text|xlsx|dta",
        "form of the table; text is for the eye, xlsx and dta (Excel, Stata) are taken "
        "from the ending of -o FILE too",
        TAKES_TABLE, NULL),
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
    ROW("min-value", K_MIN_VALUE, "USD",
        "at least this much on both sides (default 1000)", 0, "plant"),
    ROW("status", K_STATUS, "LIST", "matched, exporter_only, importer_only", TAKES_MARGIN,
        NULL),
    ROW("limit", K_LIMIT, "N", "print at most N rows", TAKES_FILTERS, NULL),
    ROW("cif", K_CIF, "auto|baci|gfi|fit[:FILE]|fixed:R|none",
        "how imports are made FOB (default auto)", TAKES_MIRROR, NULL),
    ROW("band", K_BAND, "LO:HI",
        "margins at the ends of the band where no model has its own (default 0:0.1)",
        TAKES_MIRROR, NULL),
    ROW("distances", K_DISTANCES, "FILE",
        "distances between countries, in CEPII's form, for the models of the margin",
        TAKES_MIRROR, NULL),
    ROW("harmonise", K_HARMONISE, "common|none|H0..H6",
        "how codes of different editions meet (default common)", TAKES_MIRROR, NULL),
    ROW("concordance", K_CONCORDANCE, "FILE",
        "correlation tables to use instead of our own, as the UN or WITS give them, a "
        "zip "
        "too",
        TAKES_MIRROR, NULL),
    ROW("concordance", K_CONCORDANCE, "FILE",
        "with --component: correlation tables to use instead of our own", 0, "info"),
    ROW("unions", K_UNIONS, NULL,
        "match dated unions of countries (Soviet Union, Belgium-Luxembourg ...) as one",
        TAKES_MIRROR, NULL),
    ROW("net-re-exports", K_NET, NULL,
        "take re-exports out of exports, re-imports out of imports", TAKES_MIRROR, NULL),
    ROW("re-exports", K_RE_EXPORTS, "FILE",
        "a hub's re-exports (period,hub,origin,consignee,hs,value_usd): the consignee's "
        "imports are told as from the hub",
        TAKES_MIRROR, NULL),
    ROW("lag", K_LAG, "0..3|fit",
        "months by which imports are later than exports (default 0)", TAKES_MIRROR, NULL),
    ROW("annual-from-months", K_MONTHS, NULL,
        "add up twelve months where a reporter filed no annual figures", TAKES_MIRROR,
        NULL),
    ROW("flag-hubs", K_HUBS, NULL,
        "flag pairs of which a side is a hub by its own and others' figures", 0,
        "pairs export"),
    ROW("flag-unit-errors", K_UNIT_ERRORS, NULL,
        "flag figures that are off by a power of ten or in another unit", 0,
        "pairs export"),
    ROW("implied-kg", K_IMPLIED, NULL,
        "where one side has no weight, take it from its quantity at the rate that the "
        "commodity's pairs imply (BACI)",
        TAKES_MIRROR, NULL),
    ROW("reallocate-nes", K_NES, NULL,
        "deal exports to areas not specified out to importers who saw more than the "
        "exporter says it sent them (BACI)",
        TAKES_MIRROR, NULL),
    ROW("reconcile", K_RECONCILE, "baci|by|mirror",
        "add one FOB figure made of both sides', by how reliable they are; mirror: the "
        "importer's where there is one",
        0, "pairs export"),
    ROW("title", K_TITLE, "TEXT", "title of the figure, in place of the finding", 0,
        "plot"),
    ROW("output", 'o', "DIR", "the folder to write; made where there is none", 0,
        "report synth"),
    ROW("regime", K_REGIME, "LIST",
        "in series and totals: mark the days on which the rules of these regimes took "
        "effect",
        0, "plot"),
    ROW("title", K_TITLE, "TEXT", "title of the page", 0, "report"),
    ROW("top", K_TOP, "N", "flows of the ranked table (default 5000)", 0, "report"),
    ROW("target", K_TARGET, "C",
        "add the dossier of a country: totals, bans and caps, look-alikes, hubs "
        "(default: "
        "the country of --country, where it is one)",
        0, "report"),
    ROW("regime", K_REGIME, "LIST",
        "regimes of the dossier (default: all that are about the country)", 0, "report"),
    ROW("no-provenance", K_NO_PROVENANCE, NULL,
        "leave version and command line out of the companion files", 0, "report"),
    ROW("save", K_SAVE, "FILE", "keep the fit for --cif fit:FILE", 0, "margins"),
    ROW("method", K_METHOD, "baci|by|variance",
        "how reliability is told (default baci and by)", 0, "reliability"),
    ROW("model", K_MODEL, "full|robust-z", "how pairs are scored (default full)", 0,
        "scores"),
    ROW("names", K_NAMES, NULL, "add names of countries, commodities and units",
        TAKES_NAMES, NULL),
    ROW("by", K_BY, "file", "one line a source and reason", 0, "ledger"),
    ROW("by", K_BY, "KEYS",
        "what gaps are summed over, separated by commas: exporter, importer, pair, "
        "country, period, year, hs2, hs4, hs6, section, exporter_region, "
        "importer_region, region",
        0, "gaps"),
    ROW("by", K_BY, "KEYS",
        "combine the evidence of cells by exporter, importer, pair, period, year, hs2, "
        "hs4, hs6, section, exporter_region, importer_region or region, separated by "
        "commas",
        0, "scores"),
    ROW("rank-by", K_RANK_BY, "p|at_stake", "rank by surprise or by money (default p)", 0,
        "scores"),
    ROW("fdr", K_FDR, "bh|by",
        "q by Benjamini and Hochberg, or by Benjamini and Yekutieli, which holds "
        "however cells depend on each other (default bh)",
        0, "scores"),
    ROW("by", K_BY, "period[,partner][,hs2]", "what totals are told by (default period)",
        0, "totals"),
    ROW("evidence", K_EVIDENCE, "FILE",
        "write the rows that the look-alike test looked at, with their reasons", 0,
        "totals"),
    ROW("check", K_CHECK, NULL,
        "instead: each country that reports (or those of --country) as if it did not, "
        "beside what it files",
        0, "totals"),
    ROW("target", K_TARGET, "C", "the country under sanctions: code, ISO3 or name", 0,
        "screen"),
    ROW("regime", K_REGIME, "LIST",
        "regimes of datasets/regimes, or folders of one's own (with a slash), separated "
        "by commas",
        0, "screen"),
    ROW("by", K_BY, "code", "a line each code that was filed, not each of a rule", 0,
        "screen"),
    ROW("no-lookalike", K_NO_LOOKALIKE, NULL,
        "leave out the look-alike test, which has to read all pairs", 0, "screen"),
    ROW("verdict", K_VERDICT, "LIST",
        "only lines with these verdicts: exempt, before, straddles, wind_down, "
        "lookalike, "
        "watch, within_cap, over_cap, cap_unknown, after_ban",
        0, "screen"),
    ROW("caps", K_CAPS, NULL,
        "instead: how much of each cap was used in each of its years", 0, "screen"),
    ROW("dossier", K_DOSSIER, "C",
        "instead: all that is known of country C as tables and a JSON file in the folder "
        "of -o",
        0, "screen"),
    ROW("events", K_EVENTS, NULL,
        "instead: what each rule changed, as an interrupted series with placebo dates "
        "and "
        "goods",
        0, "screen"),
    ROW("reroute", K_REROUTE, "SOURCE,...:HUB,...:TARGET",
        "instead: whether what no longer goes straight to the target goes through hubs "
        "(none named: all countries are tried); with --event, and --regime for the goods",
        0, "screen"),
    ROW("event", K_EVENT, "DATE", "with --reroute: the day of the event, 2022-02-24", 0,
        "screen"),
    ROW("window", K_WINDOW, "YEARS", "with --reroute: years on either side (default 2)",
        0, "screen"),
    ROW("seed", K_SEED, "N", "with --reroute: of the permutations (default 1)", 0,
        "screen"),
    ROW("all", K_ALL, NULL, "rows too that are likely what they say", 0, "lookalike"),
    ROW("seed", K_SEED, "N", "of the draws: the same N gives the same table (default 1)",
        0, "totals"),
    ROW("controls", K_CONTROLS, NULL, "breaks between totals and their parts instead", 0,
        "ledger"),
    ROW("coverage", K_COVERAGE, NULL, "who reported what: reporter, period, flow", 0,
        "info"),
    ROW("component", K_COMPONENT, "CODE*",
        "the codes behind a component that pairs prints, for example '030613*'", 0,
        "info"),
    ROW("sources", K_SOURCES, NULL, "the sources with their hashes", 0, "info"),
    ROW("source", K_SOURCE, "FILE",
        "the source, as it was named when ingested, or its hash", 0, "remove"),
    ROW("layout", K_LAYOUT, "ID", "layout of the files (default: told by the header)",
        TAKES_READING, NULL),
    ROW("classification", K_CLASSIFICATION, "CODE",
        "keep rows of this classification (S1 to S4, B4, B5, EB …) instead of HS",
        TAKES_READING, NULL),
    ROW("parser", K_PARSER, "fast|avx2|portable|libcsv", "which CSV reader",
        TAKES_READING, NULL),
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
    ROW("truth", K_TRUTH, "FILE",
        "add a column that says what synth or plant planted, from its truth file", 0,
        "scores"),
    ROW("truth", K_TRUTH, "FILE", "what was planted, from synth or plant", 0, "evaluate"),
    ROW("store", 's', "STORE",
        "take quantities from the store that was scored: for iqr_price, gfi_weighted, "
        "isolation_forest",
        0, "evaluate"),
    ROW("seed", K_SEED, "N", "of the isolation forest (default 1)", 0, "evaluate"),
    ROW("output", 'o', "STORE2", "the store to write, a new folder", 0, "plant"),
    ROW("truth", K_TRUTH, "FILE", "where to write what was planted", 0, "plant"),
    ROW("seed", K_SEED, "N", "the world's number: the same N gives the same bytes", 0,
        "synth plant"),
    ROW("reporters", K_REPORTERS, "R", "countries that report (default 30)", 0, "synth"),
    ROW("commodities", K_COMMODITIES, "C", "six-digit codes (default 100)", 0, "synth"),
    ROW("periods", K_PERIODS, "P|FROM:TO",
        "years, months (201401:201512), or how many of them (default 5 years)", 0,
        "synth"),
    ROW("freq", K_FREQ, "A|M", "whether --periods P counts years or months (default A)",
        0, "synth"),
    ROW("layout", K_LAYOUT, "plus|legacy-web|plus-bulk",
        "layout of the files (default plus)", 0, "synth"),
    ROW("share", K_SHARE, "S", "share of the cells that are planted (default 0.01)", 0,
        "synth plant"),
    ROW("kinds", K_KINDS, "LIST",
        "kinds that are planted, separated by commas: hidden, quantity, price, "
        "unit_error, partner_swap, relabel, reroute, time_shift, rounding (default all)",
        0, "synth plant"),
    ROW("tails", K_TAILS, "DF",
        "noise with the heavy tails of Student's t, 2 to 30 degrees of freedom (default "
        "0: normal)",
        0, "synth"),
    ROW("quality", K_QUALITY, "S",
        "spread of reporters' quality: standard deviation of the ln of their noise, 0 to "
        "2 (default 0: much alike)",
        0, "synth"),
    ROW("output", 'o', "FILE",
        "where the summary goes (default: FILE.yaml.run.json beside the batch)", 0,
        "run"),
    ROW("dry-run", K_DRY_RUN, NULL,
        "print the plan, with estimates of what each step reads, and do nothing", 0,
        "run"),
    ROW("format", K_FORMAT, "csv|tsv|json|ndjson|text", "form of the plan", 0, "run"),
    ROW("wait", K_WAIT, NULL, "wait for another writer to finish", TAKES_WRITING, NULL),
    ROW("threads", K_THREADS, "N", "number of threads (default: MG_THREADS, then all)", 0,
        NULL),
    ROW("quiet", 'q', NULL, "say nothing but errors", 0, NULL),
    ROW("verbose", 'v', NULL, "say why", 0, NULL),
    ROW("log-json", K_LOG_JSON, NULL, "talk in JSON lines, errors with their kind", 0,
        NULL),
};
enum { ROWS = sizeof rows / sizeof *rows };
_Static_assert((int)ROWS <= (int)OPTION_ROWS_MAX, "make OPTION_ROWS_MAX larger");

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

void option_rows_of(const cli_verb *verb, struct argp_option *options)
{
    size_t n = 0;

    for (size_t i = 0; i < ROWS; i++)
        if (applies(&rows[i], verb))
            options[n++] = rows[i].option;
    options[n] = (struct argp_option){0};
}

const struct argp_option *option_row_of(int key)
{
    size_t i = 0;

    while (i + 1 < ROWS && rows[i].option.key != key)
        i++;
    return &rows[i].option;
}
