/* SPDX-License-Identifier: GPL-3.0-or-later */
/* app.h - the pipelines behind the verbs, with their options. No function here
 * prints: talk goes to mg_talk, tables to an mg_output. */
#ifndef MG_APP_H
#define MG_APP_H

#include "mirrorgap/dataset.h"
#include "mirrorgap/output.h"
#include "mirrorgap/pair.h"
#include "mirrorgap/plant.h"
#include "mirrorgap/ref.h"
#include "mirrorgap/store.h"
#include "mirrorgap/talk.h"

/* How input files are read; {0} is the default but for `layout`, -1: any. */
typedef struct mg_read_options {
    int layout;         /* mg_layout, or -1 */
    int classification; /* edition number (mg_edition_find), 0: HS */
    int parser;         /* 0 fast, 1 portable, 2 libcsv, 3 avx2 */
    bool strict_codes;  /* refuse codes that lost a zero */
    bool allow_truncated;
    bool allow_bomb;
    uint32_t vintage;    /* of all files; 0: from their names and rows */
    double max_bad;      /* share of malformed rows that makes a file fail */
    const char *rejects; /* file for the refused records; NULL: none */
} mg_read_options;

typedef struct mg_ingest_options {
    mg_read_options read;
    const char *store;
    const char *const *files;
    size_t n_files;
    bool keep_going; /* a file that fails does not stop the others */
    bool wait;       /* for another writer */
    size_t memory;   /* bytes for rows; 0: the default */
    /* called for each source that is durable now, in order of reading */
    void (*durable)(void *self, const char *file);
    void *self;
} mg_ingest_options;

typedef struct mg_ingest_result {
    uint64_t files, failed, known; /* known: already in the store */
    uint64_t records, bytes;
    mg_fate_count fates[MG_FATE_COUNT]; /* of the new sources, row-wise rule */
    uint64_t observations;              /* in the store now */
} mg_ingest_result;

/* Reads files into a store. With keep_going, files that fail are told to talk
 * and counted; otherwise the first failure is returned and nothing that was not
 * committed before it is kept. Errors: any. */
MG_MUST_CHECK mg_status mg_ingest(const mg_ref *ref, const mg_ingest_options *options,
                                  const mg_talk *talk, mg_ingest_result *result,
                                  mg_error *err);

/* Takes a source, named as it was ingested or by its hash, out again.
 * *removed is false where the store has no such source. */
MG_MUST_CHECK mg_status mg_remove(const char *store, const char *source, bool wait,
                                  const mg_talk *talk, bool *removed, mg_error *err);

/* A data set to ask questions of: a store, or files read into memory. */
typedef struct mg_session mg_session;
typedef struct mg_session_options {
    const char *store;
    const char *const *files; /* used where store is NULL */
    size_t n_files;
    mg_read_options read;
    uint32_t columns; /* of memory data sets: what will be read */
    /* Each period will be read once, and neither coverage nor fates are asked for:
     * files are then not held in memory cleaned, and figures that `columns` has
     * not are not looked at. */
    bool once;
    /* A part of a store will be read: what is not read is not checked either. */
    bool part;
} mg_session_options;
MG_MUST_CHECK mg_status mg_session_open(const mg_ref *ref,
                                        const mg_session_options *options,
                                        const mg_talk *talk, mg_session **session,
                                        mg_error *err);
void mg_session_close(mg_session *session);
const mg_dataset *mg_session_dataset(const mg_session *session);
const mg_ref *mg_session_ref(const mg_session *session);
/* The store, or NULL where the session is in memory. */
const mg_store *mg_session_store(const mg_session *session);
/* The sources, by number; removed ones have no name. */
const mg_source_info *mg_session_sources(const mg_session *session, size_t *n);
/* What became of the rows of each (the rule on sorted rows), by number. */
const mg_fate_counts *mg_session_fates(const mg_session *session);
/* Text that names the data: "store <hash>" or "files <hash>". */
const char *mg_session_identity(const mg_session *session);

/* What part of the data is asked for. A zeroed filter asks for all. */
typedef struct mg_filter {
    uint32_t from, to;                       /* years or months, both ends in; 0: open */
    uint8_t *exporters, *importers, *either; /* by area code, 65536; NULL: all */
    char (*prefixes)[8];                     /* HS prefixes */
    size_t n_prefixes;
    int level;         /* -1: all; 0 TOTAL, 2, 4, 6 */
    char freq;         /* 0: all; 'A', 'M' */
    double min_value;  /* of the larger side, US dollars */
    unsigned statuses; /* bits of mg_pair_status; 0: all */
    uint64_t limit;    /* rows printed; 0: all */
} mg_filter;
void mg_filter_release(mg_filter *filter);

/* How imports are made FOB (CONTRACT 5). */
typedef enum mg_cif_way {
    MG_CIF_NONE,
    MG_CIF_FIXED,
    MG_CIF_BACI,
    MG_CIF_GFI,
    MG_CIF_FIT,
    MG_CIF_AUTO
} mg_cif_way;
typedef struct mg_cif {
    mg_cif_way way;
    double margin; /* of `fixed`, and where a model has nothing to go by */
    double band_low, band_high;
    const char *distances; /* CEPII-shaped table; NULL: between main cities */
    const char *fit; /* file of mg_margins_print() for MG_CIF_FIT; NULL: fitted now */
} mg_cif;

/* How codes of different editions meet: an edition number, or one of these. */
enum { MG_HARMONISE_NONE = -1, MG_HARMONISE_COMMON = 0 };
/* Lags of --lag: 0 to MG_LAG_MOST months for all, or fitted. */
enum { MG_LAG_FITTED = -1 };

/* How the two sides are laid side by side and measured. */
typedef struct mg_mirror_options {
    mg_filter filter;
    mg_cif cif;
    int harmonise;
    int lag;
    bool unions;  /* dated unions of countries */
    bool net;     /* net of re-exports and re-imports */
    bool months;  /* annual sums where a reporter filed months only */
    bool nes;     /* exports to areas nes are dealt out to importers who saw more */
    bool implied; /* weights implied by the commodity's unit where one side has none */
    const char *re_exports;  /* a hub's re-exports by origin and consignee; NULL: none */
    const char *concordance; /* as mg_concordance_read(); NULL: the delivered tables */
} mg_mirror_options;

typedef struct mg_pairs_options {
    mg_mirror_options mirror;
    bool names;       /* adds country, commodity and unit names */
    bool unit_errors; /* flags figures off by a power of ten or a unit */
    bool hubs;        /* flags whose side is a hub */
    int reconcile;    /* mg_reconcile_method: adds the one figure; -1: not asked for */
} mg_pairs_options;

/* Sums over what was asked for. */
typedef struct mg_pairs_summary {
    uint64_t cells[3]; /* by mg_pair_status, as printed */
    uint64_t printed;
    double export_usd, import_usd; /* over all printed pairs */
    double gap_usd;                /* over matched ones */
    /* before --status, --min-value, --limit: the identities of CONTRACT 4 */
    uint64_t joined[3];
    mg_pair_counts counts;
    bool as_filed; /* each cell is one row a side: the identities hold in rows */
    bool exact;    /* rows and cells pass the filter alike, so that they must agree */
} mg_pairs_summary;

MG_MUST_CHECK mg_status mg_pairs_print(const mg_session *session,
                                       const mg_pairs_options *options, mg_output *output,
                                       const mg_talk *talk, mg_pairs_summary *summary,
                                       mg_error *err);

/* Robust z-scores work on figures and codes as filed (CONTRACT 8). */
typedef struct mg_scores_options {
    mg_filter filter;
    bool names;
    const char *truth; /* truth.csv of a synthetic world: adds `planted`; or NULL */
} mg_scores_options;
typedef struct mg_scores_summary {
    uint64_t observations_x, observations_m, scored, printed;
    uint64_t called; /* of the full model: with q <= 0.1 */
    int level;
    char freq;
    double gap_usd, log_gap, abs_z_cp, abs_z_ts; /* sums over all scored */
    uint64_t judged; /* printed lines that have a p (model full) */
} mg_scores_summary;
/* What it reads of a session, each period once. */
#define MG_ROBUST_Z_COLUMNS                                                              \
    (MG_BIT(MG_C_EXPORTER) | MG_BIT(MG_C_IMPORTER) | MG_BIT(MG_C_HS) |                   \
     MG_BIT(MG_C_FLOW) | MG_BIT(MG_C_VALUE) | MG_BIT(MG_C_CIF) | MG_BIT(MG_C_FOB) |      \
     MG_BIT(MG_C_FLAGS))
/* scores --model full: every pair, by what is usual of pairs like it (CONTRACT 8). */
typedef struct mg_full_options {
    mg_mirror_options mirror;
    bool names;
    const char *truth; /* truth.csv of a synthetic world: adds `planted`; or NULL */
    /* keys of groups to combine cells by, as of gaps but country (mg_gaps_keys_known());
     * NULL: a line each cell */
    const char *by;
    bool rank_by_stake; /* by money instead of p */
    bool by_dependence; /* q by Benjamini and Yekutieli instead of Benjamini, Hochberg */
} mg_full_options;
MG_MUST_CHECK mg_status mg_full_print(const mg_session *session,
                                      const mg_full_options *options, mg_output *output,
                                      const mg_talk *talk, mg_scores_summary *summary,
                                      mg_error *err);
/* All that is known of one flow, as a page of text or as JSON; cell:
 * period/exporter/importer/hs. Where nobody files the code itself, the finer one with
 * most at stake is told. Its filter does not matter. *pages: 0 or 1. Errors: MG_E_RANGE
 * (no cell can be called so), the data set's, MG_E_IO, MG_E_NOMEM. */
MG_MUST_CHECK mg_status mg_explain_print(const mg_session *session,
                                         const mg_mirror_options *options,
                                         const char *cell, bool json, mg_output *output,
                                         const mg_talk *talk, uint64_t *pages,
                                         mg_error *err);
/* Whether a cell can be called so; says what is wrong in err. */
bool mg_explain_known(const char *cell, const mg_ref *ref, mg_error *err);
MG_MUST_CHECK mg_status mg_robust_z_print(const mg_session *session,
                                          const mg_scores_options *options,
                                          mg_output *output, const mg_talk *talk,
                                          mg_scores_summary *summary, mg_error *err);

/* Fits the margin equation (margin_fit.h) on the session's pairs; save: a file that --cif
 * fit:FILE reads, or NULL. options' own margin does not matter. */
MG_MUST_CHECK mg_status mg_margins_print(const mg_session *session,
                                         const mg_mirror_options *options,
                                         const char *save, mg_output *output,
                                         const mg_talk *talk, uint64_t *rows,
                                         mg_error *err);

/* Hubs: shares of re-exports, of goods that pass through, of shipments that never
 * arrive, by reporter and period. filter.either chooses whom to tell of. */
MG_MUST_CHECK mg_status mg_hubs_print(const mg_session *session,
                                      const mg_mirror_options *options, mg_output *output,
                                      const mg_talk *talk, uint64_t *rows, mg_error *err);

/* Rows that name a second partner: through where goods came or went. */
MG_MUST_CHECK mg_status mg_routes_print(const mg_session *session,
                                        const mg_filter *filter, mg_output *output,
                                        uint64_t *rows, mg_error *err);
/* The codes behind the name of a component (concordance.h), by pair of editions; `tables`
 * as mg_mirror_options.concordance. */
MG_MUST_CHECK mg_status mg_component_print(const mg_ref *ref, const char *tables,
                                           mg_hs_class name, mg_output *output,
                                           uint64_t *rows, mg_error *err);

/* How reliable each reporter is (reliability.h), values and weights apart. */
typedef struct mg_reliability_question {
    mg_mirror_options mirror;
    const char *method; /* baci, by, variance; NULL: baci and by */
} mg_reliability_question;
bool mg_reliability_method_known(const char *name);
/* The mg_reconcile_method called so, -1: none. */
int mg_reconcile_find(const char *name);
MG_MUST_CHECK mg_status mg_reliability_print(const mg_session *session,
                                             const mg_reliability_question *question,
                                             mg_output *output, const mg_talk *talk,
                                             uint64_t *rows, mg_error *err);

/* Sums of gaps (rollup.h) at the finest level filed, or filter.level. `by`: keys as the
 * user names them, separated by commas. Errors: MG_E_RANGE for a key that is none. */
typedef struct mg_gaps_options {
    mg_mirror_options mirror;
    const char *by;
} mg_gaps_options;
typedef struct mg_gaps_summary {
    uint64_t rows, cells;
    int level;
    char freq;
    double net_usd, positive_usd, negative_usd;
} mg_gaps_summary;
/* Whether gaps can be told by these keys; if not, err says why. */
bool mg_gaps_keys_known(const char *by, const mg_ref *ref, mg_error *err);
MG_MUST_CHECK mg_status mg_gaps_print(const mg_session *session,
                                      const mg_gaps_options *options, mg_output *output,
                                      const mg_talk *talk, mg_gaps_summary *summary,
                                      mg_error *err);

/* Trade of a country that does not report, as its partners file it (docs/totals.md).
 * Only the periods of mirror.filter are printed; bands, completeness and look-alikes are
 * told from all. `by`: "period", with ",partner" and ",hs2"; NULL: period. evidence: a
 * table of the rows that the look-alike test looked at, or NULL. check: instead, every
 * country that reports (of filter.either, where there is one) as if it did not, beside
 * what it files; country and by are not used. */
typedef struct mg_totals_options {
    mg_mirror_options mirror;
    unsigned country;
    const char *by;
    uint64_t seed; /* of the draws, and of which countries calibrate */
    bool check;
    mg_output *evidence;
} mg_totals_options;
typedef struct mg_totals_summary {
    uint64_t rows;
    char freq;
    double exports_usd, imports_usd, suspect_usd; /* of the country, as filed by others */
    uint64_t swaps, doubtful; /* rows that the look-alike test found, of all periods */
    uint64_t counted, inside, inside_draws; /* of check */
} mg_totals_summary;
/* Whether totals can be told by these keys; if not, err says why. */
bool mg_totals_keys_known(const char *by, mg_error *err);
MG_MUST_CHECK mg_status mg_totals_print(const mg_session *session,
                                        const mg_totals_options *options,
                                        mg_output *output, const mg_talk *talk,
                                        mg_totals_summary *summary, mg_error *err);
/* Copies the session's data into a new store, with anomalies planted at the finest level
 * filed, or filter.level, of one frequency: the filter says where (its `min_value`: of
 * the import). Wants a session with MG_ALL_COLUMNS, and holds the observations of the
 * level in memory, 80 bytes each. The truth goes to `truth`, which the caller ends.
 * Totals follow (docs/evaluation.md). */
typedef struct mg_plant_question {
    mg_filter filter;
    mg_plant_options plant; /* its `wanted` is the filter's */
    const char *store;
    bool wait; /* for another writer */
} mg_plant_question;
typedef struct mg_plant_summary {
    uint64_t pairs, anomalies, totals; /* totals: rows that followed */
    uint64_t planted[MG_PLANT_KINDS];
    unsigned lacking; /* MG_PLANT_BIT()s of kinds that the data cannot carry */
    int level;
    char freq;
} mg_plant_summary;
MG_MUST_CHECK mg_status mg_plant_store(const mg_session *session,
                                       const mg_plant_question *question,
                                       mg_output *truth, const mg_talk *talk,
                                       mg_plant_summary *summary, mg_error *err);

/* Holds tables of `scores` (CSV or NDJSON files) against a truth file: average precision
 * and so on of the table's own ranking and of baselines, over all and by kind
 * (docs/evaluation.md). session: where quantities are looked up, or NULL. */
typedef struct mg_evaluate_options {
    const char *truth;
    const char *const *tables;
    size_t n_tables;
    const mg_session *session;
    uint64_t seed; /* of the isolation forest */
} mg_evaluate_options;
MG_MUST_CHECK mg_status mg_evaluate_print(const mg_evaluate_options *options,
                                          mg_output *output, const mg_talk *talk,
                                          uint64_t *rows, mg_error *err);

MG_MUST_CHECK mg_status mg_dump_print(const mg_session *session, const mg_filter *filter,
                                      mg_output *output, uint64_t *rows, mg_error *err);

/* by_file: one line a source and reason. */
MG_MUST_CHECK mg_status mg_ledger_print(const mg_session *session, bool by_file,
                                        mg_output *output, uint64_t *rows, mg_error *err);
/* Breaks between totals and their parts (CONTRACT 7). */
MG_MUST_CHECK mg_status mg_controls_print(const mg_session *session,
                                          const mg_filter *filter, mg_output *output,
                                          uint64_t *rows, mg_error *err);

enum mg_info_part { MG_INFO_PARTITIONS, MG_INFO_COVERAGE, MG_INFO_SOURCES };
MG_MUST_CHECK mg_status mg_info_print(const mg_session *session, enum mg_info_part part,
                                      const mg_filter *filter, mg_output *output,
                                      uint64_t *rows, mg_error *err);

/* The data set and what is made of it as one HDF5 file (pack.h): observations, pairs,
 * scores, ledger, sources, countries, chapters, units; each but the last three as its
 * verb prints it. Errors: the verbs', MG_E_IO. */
typedef struct mg_pack_question {
    const char *path;
    mg_mirror_options mirror;
    bool no_provenance; /* leave version and command line out */
    const char *command;
} mg_pack_question;
typedef struct mg_pack_summary {
    uint64_t observations, pairs, scores; /* rows */
} mg_pack_summary;
MG_MUST_CHECK mg_status mg_pack_store(const mg_session *session,
                                      const mg_pack_question *question,
                                      const mg_talk *talk, mg_pack_summary *summary,
                                      mg_error *err);

/* Calls `record` with each record of a CSV file as it is split: strings in
 * JSON. Errors: as reading; MG_E_PARSE at the first record with odd quotes. */
MG_MUST_CHECK mg_status mg_debug_parse(const char *path,
                                       mg_status (*line)(void *self, const char *text,
                                                         size_t n, mg_error *err),
                                       void *self, mg_error *err);

#endif
