/* SPDX-License-Identifier: GPL-3.0-or-later */
/* run.h - a batch that is being run. */
#ifndef MG_CLI_RUN_H
#define MG_CLI_RUN_H

#include "cli/batch.h"

struct run {
    cli *cli;
    char *file;    /* name of the batch in its folder, which is ours now */
    char *summary; /* where the summary goes */
    char *plan;    /* where the plan of --dry-run goes; NULL: standard output */
    struct batch *batch;
    struct batch_plan *plans;
    struct batch_result *results;
    size_t n;
    int lock;
    long long began;
};

/* Whether the step's inputs, command and outputs are those of its last success. A step
 * that writes no file is always done again. *inputs: as they are now. */
MG_MUST_CHECK mg_status run_up_to_date(const struct run *run, size_t step,
                                       mg_hash *inputs, bool *is, mg_error *err);
/* Whether step i reads what step k writes. */
bool run_depends(const struct run *run, size_t i, size_t k);
/* Whether step k writes what step i writes. */
bool run_overwrites(const struct run *run, size_t i, size_t k);
/* The plan as a table, with estimates of what each step reads. */
MG_MUST_CHECK mg_status run_print_plan(const struct run *run, mg_output *output,
                                       mg_error *err);

#endif
