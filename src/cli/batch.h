/* SPDX-License-Identifier: GPL-3.0-or-later */
/* batch.h - a batch file in pieces: batch_read.c reads it, batch_plan.c makes command
 * lines of its steps, batch_state.c remembers what was done, run_verb.c does it. */
#ifndef MG_CLI_BATCH_H
#define MG_CLI_BATCH_H

#include "cli/option_rows.h"
#include "mirrorgap/hash.h"

enum { BATCH_OPTIONS = OPTION_ROWS_MAX };

/* `options:` of the batch or of a step, by number of batch_option_name(). */
struct batch_values {
    char *text[BATCH_OPTIONS]; /* NULL: not given */
    int *flag[BATCH_OPTIONS];  /* NULL, or 0 no, 1 yes */
};

struct batch_step {
    int verb;    /* among cli_verbs */
    char *name;  /* NULL: as the verb */
    char *store; /* NULL: the batch's */
    char **files;
    unsigned n_files;
    char *output;
    char *cell; /* of explain; of plot the figure */
    struct batch_values *options;
};

struct batch {
    char *store;
    unsigned threads;
    struct batch_values *options;
    struct batch_step *steps;
    unsigned n_steps;
};

/* Options that may stand in a batch, each name once; NULL behind the last. */
const char *batch_option_name(size_t i);

/* Reads a batch file. Errors: MG_E_IO, MG_E_NOMEM, MG_E_PARSE with line and column. */
MG_MUST_CHECK mg_status batch_read(const char *path, struct batch **batch, mg_error *err);
void batch_free(struct batch *batch);

/* A step as a command line, with what it reads and what it writes. All texts are its own.
 */
struct batch_plan {
    char *name;
    const cli_verb *verb;
    char **words; /* from the verb on, NULL behind the last */
    size_t n_words, room_words;
    char **reads, **writes;
    size_t n_reads, room_reads, n_writes, room_writes;
    const struct batch_step *step;
    const char *store; /* that it reads or writes; NULL: none */
};
/* Errors: MG_E_RANGE (a step that is asked wrongly, by its number and name), NOMEM. */
MG_MUST_CHECK mg_status batch_plan(const struct batch *batch, size_t step,
                                   struct batch_plan *plan, mg_error *err);
void batch_plan_release(struct batch_plan *plan);
/* "mirrorgap scores store --limit=10", for the eye; the caller's to free(). NULL: no
 * memory. */
char *batch_plan_text(const struct batch_plan *plan);

/* ---- what was done ---- */

enum batch_outcome {
    BATCH_PENDING,
    BATCH_DONE,
    BATCH_NOTHING, /* done, but nothing matched: exit 3 */
    BATCH_UP_TO_DATE,
    BATCH_FAILED,
    BATCH_NOT_RUN, /* a step that writes what it reads failed */
    BATCH_INTERRUPTED
};
const char *batch_outcome_name(enum batch_outcome outcome);

struct batch_result {
    enum batch_outcome outcome;
    int code;        /* exit code of the step */
    double seconds;  /* that it took, now or when it was last done */
    mg_hash inputs;  /* program, command, reference tables and what it reads */
    mg_hash outputs; /* what it wrote */
    uint64_t bytes;  /* of that */
    bool valid; /* the hashes are those of a success, of this run or an earlier one */
};

/* What a step's command and inputs come to now, and its outputs. Errors: MG_E_IO, NOMEM.
 */
MG_MUST_CHECK mg_status batch_inputs(const struct batch_plan *plan, const mg_ref *ref,
                                     mg_hash *hash, mg_error *err);
MG_MUST_CHECK mg_status batch_outputs(const struct batch_plan *plan, mg_hash *hash,
                                      uint64_t *bytes, mg_error *err);

/* The results of an earlier run, by name of step: all BATCH_PENDING, valid where it
 * succeeded. A file that cannot be read counts as none. */
void batch_state_read(const char *path, const struct batch_plan *plans, size_t n,
                      struct batch_result *results);
/* The summary, which is the state of the next run; began, ended: seconds since 1970,
 * ended 0 while the batch goes on. Errors: MG_E_IO, MG_E_NOMEM. */
MG_MUST_CHECK mg_status batch_state_write(const char *path, const char *file,
                                          const struct batch_plan *plans,
                                          const struct batch_result *results, size_t n,
                                          int code, long long began, long long ended,
                                          mg_error *err);

/* Runs the plan's command as a child of its own, as quiet as the options say, and waits;
 * *code is its exit code, 130 where we were told to stop. Errors: MG_E_IO (cannot be
 * started, or ended by a signal of its own). */
MG_MUST_CHECK mg_status batch_execute(const struct batch_plan *plan,
                                      const cli_options *options,
                                      const volatile sig_atomic_t *stop, int *code,
                                      mg_error *err);

#endif
