/* SPDX-License-Identifier: GPL-3.0-or-later */
/* run: the steps of a batch file, one after the other. */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cli/run.h"
#include "mirrorgap/mem.h"

/* ---- opening ---- */

/* Where the reference tables are is meant from where we were started. */
static void keep_tables(void)
{
    const char *named = getenv("MIRRORGAP_DATA");
    char *whole = named != NULL ? realpath(named, NULL) : NULL;

    if (whole != NULL)
        setenv("MIRRORGAP_DATA", whole, 1);
    free(whole);
}

/* Paths in a batch are meant from its own folder, wherever it is started. -o is the
 * caller's, so it is made whole first. */
static int enter_folder(struct run *r, mg_error *err)
{
    const cli_options *o = r->cli->options;
    char *copy = mg_copy_text(o->files[0]);
    char *twin = mg_copy_text(o->files[0]);
    char here[4096];
    char text[8192];

    keep_tables();
    if (copy == NULL || twin == NULL || getcwd(here, sizeof here) == NULL) {
        free(copy);
        free(twin);
        return cli_fail(r->cli, mg_fail(err, MG_E_NOMEM, "cannot hold a path"), err);
    }
    r->file = mg_copy_text(basename(copy));
    if (o->output.path != NULL && o->output.path[0] != '/')
        snprintf(text, sizeof text, "%s/%s", here, o->output.path);
    else if (o->output.path != NULL)
        snprintf(text, sizeof text, "%s", o->output.path);
    if (o->output.path != NULL && o->dry_run)
        r->plan = mg_copy_text(text);
    if (o->output.path == NULL || o->dry_run)
        snprintf(text, sizeof text, "%s.run.json", r->file != NULL ? r->file : "");
    r->summary = mg_copy_text(text);
    mg_status status = MG_OK;
    if (r->file == NULL || r->summary == NULL)
        status = mg_fail(err, MG_E_NOMEM, "cannot hold a path");
    else if (chdir(dirname(twin)) != 0) {
        status =
            mg_fail(err, MG_E_IO, "cannot enter the batch's folder: %s", strerror(errno));
        mg_error_at(err, o->files[0]);
    }
    free(copy);
    free(twin);
    return status == MG_OK ? EXIT_DONE : cli_fail(r->cli, status, err);
}

/* The summary must not be written over the batch. */
static bool is_batch_itself(const struct run *r)
{
    struct stat batch;
    struct stat summary;

    return stat(r->file, &batch) == 0 && stat(r->summary, &summary) == 0 &&
           batch.st_dev == summary.st_dev && batch.st_ino == summary.st_ino;
}

static int take_lock(struct run *r, mg_error *err)
{
    r->lock = open(r->file, O_RDONLY | O_CLOEXEC);
    if (r->lock < 0 || flock(r->lock, LOCK_EX | LOCK_NB) == 0)
        return EXIT_DONE; /* what cannot be opened is told when it is read */
    mg_status status = mg_fail(err, MG_E_BUSY, "this batch is being run already");
    mg_error_at(err, r->cli->options->files[0]);
    return cli_fail(r->cli, status, err);
}

static bool is_taken(const struct run *r, const char *name)
{
    for (size_t i = 0; i < r->n; i++)
        if (strcmp(r->plans[i].name, name) == 0)
            return true;
    return false;
}

static bool is_among(char *const *paths, size_t n, const char *path)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(paths[i], path) == 0)
            return true;
    return false;
}

/* No step writes over the batch, the summary or what another step writes, but that
 * several may read files into one store; and the summary is written over nothing that is
 * read. */
static int check_writes(const struct run *r)
{
    for (size_t i = 0; i < r->n; i++) {
        const struct batch_plan *p = &r->plans[i];
        if (is_among(p->writes, p->n_writes, r->file) ||
            is_among(p->writes, p->n_writes, r->summary))
            return cli_usage(r->cli, "step '%s' writes over the batch or its summary",
                             p->name);
        if (is_among(p->reads, p->n_reads, r->summary))
            return cli_usage(r->cli,
                             "the summary would be written over what step '%s' reads",
                             p->name);
        for (size_t k = 0; k < i; k++)
            for (size_t w = 0; w < p->n_writes; w++)
                if (is_among(r->plans[k].writes, r->plans[k].n_writes, p->writes[w]) &&
                    (p->verb->takes & TAKES_WRITING) == 0)
                    return cli_usage(r->cli, "steps '%s' and '%s' both write %s",
                                     r->plans[k].name, p->name, p->writes[w]);
    }
    return EXIT_DONE;
}

/* Every step is planned before the first is done. */
static int plan_all(struct run *r, mg_error *err)
{
    const size_t n = r->batch->n_steps;

    r->plans = mg_alloc_zero(n, sizeof *r->plans);
    r->results = mg_alloc_zero(n, sizeof *r->results);
    if (r->plans == NULL || r->results == NULL)
        return cli_fail(r->cli, mg_fail(err, MG_E_NOMEM, "cannot plan"), err);
    for (size_t i = 0; i < n; i++) {
        struct batch_plan plan;
        mg_status status = batch_plan(r->batch, i, &plan, err);
        if (status == MG_OK && is_taken(r, plan.name))
            status =
                mg_fail(err, MG_E_RANGE, "step %zu: a step before is called '%s' too",
                        i + 1, plan.name);
        r->plans[r->n++] = plan;
        if (status == MG_E_RANGE)
            return cli_usage(r->cli, "%s: %s", r->file, err->what);
        if (status != MG_OK)
            return cli_fail(r->cli, status, err);
    }
    const int code = check_writes(r);
    if (code == EXIT_DONE)
        batch_state_read(r->summary, r->plans, r->n, r->results);
    return code;
}

static int open_run(struct run *r, mg_error *err)
{
    int code = enter_folder(r, err);

    if (code == EXIT_DONE && is_batch_itself(r))
        return cli_usage(r->cli, "-o names the batch itself");
    if (code == EXIT_DONE && !r->cli->options->dry_run)
        code = take_lock(r, err);
    if (code == EXIT_DONE) {
        const mg_status status = batch_read(r->file, &r->batch, err);
        if (status != MG_OK)
            return cli_fail(r->cli, status, err);
        if (r->batch->threads == 0 && r->cli->options->threads > 0)
            r->batch->threads = (unsigned)r->cli->options->threads;
        code = plan_all(r, err);
    }
    return code;
}

static void close_run(struct run *r)
{
    for (size_t i = 0; i < r->n; i++)
        batch_plan_release(&r->plans[i]);
    free(r->plans);
    free(r->results);
    batch_free(r->batch);
    free(r->file);
    free(r->summary);
    free(r->plan);
    if (r->lock >= 0)
        close(r->lock);
}

/* ---- doing it ---- */

/* The step before that failed and writes what this one reads; SIZE_MAX: none. */
static size_t broken_before(const struct run *r, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if ((r->results[k].outcome == BATCH_FAILED ||
             r->results[k].outcome == BATCH_NOT_RUN) &&
            run_depends(r, i, k))
            return k;
    return SIZE_MAX;
}

static int dry_run(struct run *r, mg_error *err)
{
    mg_output *output = NULL;
    mg_output_options options = r->cli->options->output;
    options.path = r->plan;
    mg_status status = mg_output_new(&options, &output, err);

    if (status == MG_OK)
        status = run_print_plan(r, output, err);
    if (status == MG_OK)
        status = mg_output_end(output, err);
    mg_output_free(output);
    return status == MG_OK ? EXIT_DONE : cli_fail(r->cli, status, err);
}

/* The worst of two exit codes: interrupted, failed, asked wrongly, nothing found, done.
 */
static int worse(int a, int b)
{
    static const int order[] = {EXIT_INTERRUPTED, EXIT_WORK_FAILED, EXIT_USAGE,
                                EXIT_NOTHING};

    for (size_t i = 0; i < sizeof order / sizeof *order; i++)
        if (a == order[i] || b == order[i])
            return order[i];
    return a != 0 ? a : b;
}

static double seconds_now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static mg_status do_step(struct run *r, size_t i, mg_error *err)
{
    struct batch_result *to = &r->results[i];
    const size_t broken = broken_before(r, i);
    mg_hash inputs;
    bool fresh = false;

    if (broken != SIZE_MAX) {
        *to = (struct batch_result){.outcome = BATCH_NOT_RUN, .code = EXIT_WORK_FAILED};
        cli_say(r->cli, "[%zu/%zu] %s: not run, as '%s' failed", i + 1, r->n,
                r->plans[i].name, r->plans[broken].name);
        return MG_OK;
    }
    mg_status status = run_up_to_date(r, i, &inputs, &fresh, err);
    if (status != MG_OK)
        return status;
    if (fresh) {
        to->outcome = BATCH_UP_TO_DATE;
        cli_say(r->cli, "[%zu/%zu] %s: up to date", i + 1, r->n, r->plans[i].name);
        return batch_outputs(&r->plans[i], &to->outputs, &to->bytes, err);
    }
    cli_say(r->cli, "[%zu/%zu] %s", i + 1, r->n, r->plans[i].name);
    const double from = seconds_now();
    *to = (struct batch_result){.inputs = inputs};
    status =
        batch_execute(&r->plans[i], r->cli->options, r->cli->talk.stop, &to->code, err);
    to->seconds = seconds_now() - from;
    to->outcome = to->code == EXIT_DONE          ? BATCH_DONE
                  : to->code == EXIT_NOTHING     ? BATCH_NOTHING
                  : to->code == EXIT_INTERRUPTED ? BATCH_INTERRUPTED
                                                 : BATCH_FAILED;
    to->valid = to->outcome == BATCH_DONE || to->outcome == BATCH_NOTHING;
    if (status == MG_OK)
        status = batch_outputs(&r->plans[i], &to->outputs, &to->bytes, err);
    return status;
}

/* What a later step wrote over counts as it is at the end: two steps that read files into
 * one store would else each make the other's work look undone. */
static mg_status settle(struct run *r, mg_error *err)
{
    mg_status status = MG_OK;

    for (size_t i = 0; status == MG_OK && i < r->n; i++)
        for (size_t k = i + 1; status == MG_OK && k < r->n; k++)
            if (run_overwrites(r, i, k))
                status = batch_outputs(&r->plans[i], &r->results[i].outputs,
                                       &r->results[i].bytes, err);
    return status;
}

static mg_status write_summary(const struct run *r, int code, bool ended, mg_error *err)
{
    return batch_state_write(r->summary, r->file, r->plans, r->results, r->n, code,
                             r->began, ended ? (long long)time(NULL) : 0, err);
}

/* The summary is written before the first step, as it may be that it cannot be, and after
 * each: a run that is cut off goes on from there. */
static int do_all(struct run *r, mg_error *err)
{
    int code = EXIT_DONE;

    r->began = (long long)time(NULL);
    mg_status status = write_summary(r, code, false, err);
    for (size_t i = 0; status == MG_OK && i < r->n && code != EXIT_INTERRUPTED; i++) {
        status = do_step(r, i, err);
        if (status != MG_OK) {
            r->results[i].outcome = BATCH_FAILED;
            r->results[i].valid = false;
            r->results[i].code = cli_fail(r->cli, status, err);
            *err = (mg_error){0};
        }
        code = worse(code, r->results[i].code);
        status = write_summary(r, code, false, err);
    }
    if (status == MG_OK)
        status = settle(r, err);
    if (status == MG_OK)
        status = write_summary(r, code, true, err);
    return status == MG_OK ? code : cli_fail(r->cli, status, err);
}

static void tell(const struct run *r, int code)
{
    size_t counts[BATCH_INTERRUPTED + 1] = {0};

    for (size_t i = 0; i < r->n; i++)
        counts[r->results[i].outcome]++;
    cli_say(r->cli,
            "run: steps=%zu done=%zu up_to_date=%zu nothing=%zu failed=%zu not_run=%zu "
            "exit=%d summary=%s",
            r->n, counts[BATCH_DONE], counts[BATCH_UP_TO_DATE], counts[BATCH_NOTHING],
            counts[BATCH_FAILED], counts[BATCH_NOT_RUN], code, r->summary);
}

int verb_run(cli *c)
{
    struct run r = {.cli = c, .lock = -1};
    mg_error err = {0};

    if (c->options->n_files != 1)
        return cli_usage(c, "run takes one FILE.yaml");
    if (c->options->format_given && !c->options->dry_run)
        return cli_usage(c, "--format is the plan's, of --dry-run; the summary is JSON");
    int code = open_run(&r, &err);
    if (code == EXIT_DONE && c->options->dry_run)
        code = dry_run(&r, &err);
    else if (code == EXIT_DONE) {
        code = do_all(&r, &err);
        tell(&r, code);
    }
    close_run(&r);
    return code;
}
