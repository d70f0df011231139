/* SPDX-License-Identifier: GPL-3.0-or-later */
/* option_rows.h - every option of the command line, once. */
#ifndef MG_CLI_OPTION_ROWS_H
#define MG_CLI_OPTION_ROWS_H

#include <argp.h>

#include "cli/cli.h"

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
    K_RANK_BY,
    K_FDR,
    K_CIF,
    K_HARMONISE,
    K_BAND,
    K_MODEL,
    K_BY,
    K_NAMES,
    K_CONTROLS,
    K_COVERAGE,
    K_SOURCES,
    K_SEED,
    K_REPORTERS,
    K_COMMODITIES,
    K_PERIODS,
    K_SHARE,
    K_KINDS,
    K_TAILS,
    K_QUALITY,
    K_TRUTH,
    K_DISTANCES,
    K_CONCORDANCE,
    K_UNIONS,
    K_NET,
    K_MONTHS,
    K_LAG,
    K_RE_EXPORTS,
    K_RECONCILE,
    K_METHOD,
    K_SAVE,
    K_TITLE,
    K_TOP,
    K_HUBS,
    K_NES,
    K_COMPONENT,
    K_IMPLIED,
    K_UNIT_ERRORS,
    K_EVIDENCE,
    K_CHECK,
    K_TARGET,
    K_REGIME,
    K_NO_LOOKALIKE,
    K_EVENTS,
    K_CAPS,
    K_DRY_RUN,
    K_VERDICT,
    K_DOSSIER,
    K_REROUTE,
    K_EVENT,
    K_WINDOW,
    K_ALL
};

/* The options that make sense for a verb, ended by a zeroed one. Room for
 * OPTION_ROWS_MAX + 1. */
enum { OPTION_ROWS_MAX = 128 };
void option_rows_of(const cli_verb *verb, struct argp_option *options);

/* The option with this key, which is there: its name, and what it takes. */
const struct argp_option *option_row_of(int key);

#endif
