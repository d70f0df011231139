/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What of a batch is still to be done, and how much that is. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/run.h"
#include "mirrorgap/app_batch.h"
#include "mirrorgap/mem.h"

/* What cannot be compared with the last time: standard input, pipes, devices. */
static bool is_elusive(const char *path)
{
    struct stat st;

    return strcmp(path, "-") == 0 ||
           (stat(path, &st) == 0 && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode));
}

/* A step that prints, or that reads or writes what is gone once it is read, has to be
 * done each time. */
static bool is_always_done(const struct batch_plan *p)
{
    if (p->n_writes == 0 ||
        ((p->verb->takes & TAKES_TABLE) != 0 && p->step->output == NULL))
        return true;
    for (size_t i = 0; i < p->n_reads; i++)
        if (is_elusive(p->reads[i]))
            return true;
    for (size_t i = 0; i < p->n_writes; i++)
        if (is_elusive(p->writes[i]))
            return true;
    return false;
}

mg_status run_up_to_date(const struct run *r, size_t i, mg_hash *inputs, bool *is,
                         mg_error *err)
{
    const struct batch_plan *p = &r->plans[i];
    const struct batch_result *last = &r->results[i];
    mg_hash outputs;
    uint64_t bytes;
    mg_status status = batch_inputs(p, r->cli->ref, inputs, err);

    if (status == MG_OK)
        status = batch_outputs(p, &outputs, &bytes, err);
    *is = status == MG_OK && last->valid && !is_always_done(p) &&
          mg_hash_equal(*inputs, last->inputs) && mg_hash_equal(outputs, last->outputs);
    return status;
}

/* Whether two paths are one, or one lies in the other. */
static bool overlap(const char *a, const char *b)
{
    const size_t n = strlen(a) < strlen(b) ? strlen(a) : strlen(b);

    return strncmp(a, b, n) == 0 && (a[n] == '\0' || a[n] == '/') &&
           (b[n] == '\0' || b[n] == '/');
}

bool run_depends(const struct run *r, size_t i, size_t k)
{
    for (size_t w = 0; w < r->plans[k].n_writes; w++)
        for (size_t d = 0; d < r->plans[i].n_reads; d++)
            if (overlap(r->plans[k].writes[w], r->plans[i].reads[d]))
                return true;
    return false;
}

bool run_overwrites(const struct run *r, size_t i, size_t k)
{
    for (size_t w = 0; w < r->plans[k].n_writes; w++)
        for (size_t d = 0; d < r->plans[i].n_writes; d++)
            if (overlap(r->plans[k].writes[w], r->plans[i].writes[d]))
                return true;
    return false;
}

/* ---- the plan ---- */

static const mg_output_column plan_columns[] = {
    {"step", "count", "place in the batch"},
    {"name", "text", "what the batch calls it"},
    {"verb", "code", "what it does"},
    {"state", "code", "to_do, or up_to_date: it would not be done again"},
    {"rows_estimate", "count", "that it reads, estimated; of a store its observations"},
    {"bytes_estimate", "bytes", "of these on disk"},
    {"command", "text", "the same on the command line"},
};

/* What the step reads: files, or the store as it is or as steps before will make it. */
static mg_status estimate(const struct run *r, size_t i, double *rows, double *bytes,
                          mg_error *err)
{
    const struct batch_plan *p = &r->plans[i];
    uint64_t n_rows = 0;
    uint64_t n_bytes = 0;
    bool found = false;
    mg_status status = MG_OK;

    *rows = *bytes = 0;
    if (p->step->n_files > 0 && (p->verb->takes & TAKES_NAMED) == 0) {
        status = mg_batch_files((const char *const *)p->step->files, p->step->n_files,
                                &n_rows, &n_bytes, NULL);
        /* files that are not there, as a step before may make them, are not known */
        *rows = status == MG_OK ? (double)n_rows : NAN;
        *bytes = status == MG_OK ? (double)n_bytes : NAN;
        return MG_OK;
    }
    if (p->store == NULL || (p->verb->takes & (TAKES_STORE | TAKES_WRITING)) == 0)
        return MG_OK;
    status = mg_batch_store(p->store, &n_rows, &n_bytes, &found, err);
    *rows = (double)n_rows;
    *bytes = (double)n_bytes;
    for (size_t k = 0; status == MG_OK && !found && k < i; k++)
        if ((r->plans[k].verb->takes & TAKES_FILES) != 0 && r->plans[k].store != NULL &&
            strcmp(r->plans[k].store, p->store) == 0) {
            double more_rows;
            double more_bytes;
            status = estimate(r, k, &more_rows, &more_bytes, err);
            *rows += more_rows;
            *bytes += more_bytes;
        }
    return status;
}

/* A step is to be done as well where a step before changes what it reads. */
static mg_status is_to_do(const struct run *r, size_t i, bool *to_do, mg_error *err)
{
    mg_hash inputs;
    bool fresh = false;
    mg_status status = run_up_to_date(r, i, &inputs, &fresh, err);

    to_do[i] = !fresh;
    for (size_t k = 0; k < i; k++)
        to_do[i] = to_do[i] || (to_do[k] && run_depends(r, i, k));
    return status;
}

static mg_status plan_line(const struct run *r, size_t i, bool *to_do, mg_lines *lines,
                           mg_error *err)
{
    char *command = batch_plan_text(&r->plans[i]);
    double rows = 0;
    double bytes = 0;
    mg_status status = command != NULL ? is_to_do(r, i, to_do, err)
                                       : mg_fail(err, MG_E_NOMEM, "cannot plan");

    if (status == MG_OK)
        status = estimate(r, i, &rows, &bytes, err);
    if (status == MG_OK) {
        mg_line_integer(lines, (int64_t)i + 1);
        mg_line_text(lines, r->plans[i].name);
        mg_line_text(lines, r->plans[i].verb->name);
        mg_line_text(lines, to_do[i] ? "to_do" : "up_to_date");
        mg_line_number(lines, rows);
        mg_line_number(lines, bytes);
        mg_line_text(lines, command);
        mg_line_end(lines);
    }
    free(command);
    return status;
}

mg_status run_print_plan(const struct run *r, mg_output *output, mg_error *err)
{
    bool *to_do = mg_alloc_zero(r->n, sizeof *to_do);
    mg_lines lines;
    mg_status status =
        to_do != NULL ? mg_output_columns(output, "plan", plan_columns,
                                          sizeof plan_columns / sizeof *plan_columns, err)
                      : mg_fail(err, MG_E_NOMEM, "cannot plan");

    mg_lines_start(&lines, output);
    for (size_t i = 0; status == MG_OK && i < r->n; i++)
        status = plan_line(r, i, to_do, &lines, err);
    if (status == MG_OK)
        status = mg_output_write(output, &lines, err);
    mg_lines_release(&lines);
    free(to_do);
    return status;
}
